"""`./debrief bench`: it measures what it says, and says what it could not measure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import _bench_pages
import _browser
import bench
import pytest
from _bench_build import Subject
from _bench_process import usage
from _bench_report import Fact, Figure, Measured, Missing, Results, UnmeasuredError, shown
from in_process import InProcess, Run

LIST = """\
<!doctype html><title>List</title>
<table><thead><tr><th><button data-sort="title">Title</button></th></tr></thead>
<tbody><tr data-record="b"><td>b</td></tr><tr data-record="a"><td>a</td></tr></tbody></table>
<script>
  document.querySelector("button").onclick = () => {
    const body = document.querySelector("tbody");
    body.append(body.firstElementChild);
  };
</script>
"""


@pytest.fixture
def run(in_process: InProcess) -> Run:
    return lambda *words: in_process(bench.main, "bench", *words)


# --- a whole run ----------------------------------------------------------------------------------


def test_a_run_without_a_browser_prints_a_table_and_writes_json(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = ["--records", "2", "--only", "build,site", "--runs", "1", "--json", str(file)]
    done = run(*words, "--folder", str(tmp_path / "kept"))
    assert (done.code, done.err) == (0, "build, 2 records …\nsite, 2 records …\n")
    assert "postmortem page, median" in done.out
    written = json.loads(file.read_text("utf-8"))
    assert written["format"] == 1
    assert written["machine"]["cores"] > 0
    assert written["missing"] == []
    figures = {(f["measurement"], f["name"]): f for f in written["figures"]}
    assert figures["build", "time"]["median"] > 0
    assert figures["build", "highest memory"]["median"] > 30e6
    pages = len(list((tmp_path / "kept" / "site-2-1").rglob("*.html")))
    assert figures["site", "pages"]["runs"] == [pages]


def test_without_chromium_one_line_says_so_and_nothing_is_built(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    done = run("--only", "explorer,search", "--folder", str(tmp_path / "kept"))
    assert done.code == 1
    assert done.err == (
        "explorer and search not measured: there is no Chromium: install it, or name it in"
        " $CHROMIUM\n"
    )
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_name_that_nobody_measures_is_refused(run: Run) -> None:
    done = run("--only", "build,speed")
    assert done.code == 2
    assert "'speed' is none of build, site, explorer, search" in done.err


# --- processes ------------------------------------------------------------------------------------


def test_usage_is_that_of_the_command_and_of_no_other() -> None:
    program = "import time; held = bytearray(90_000_000); time.sleep(0.7)"
    used = usage([sys.executable, "-c", program], {})
    assert used.wall >= 0.7
    assert 90e6 < used.memory < 200e6
    # Long enough to be looked at: what it had in the end would be that of the tests themselves.
    small = usage([sys.executable, "-c", "import time; time.sleep(0.7)"], {})
    assert small.memory < 60e6


def test_a_command_that_fails_is_told_by_its_last_lines() -> None:
    with pytest.raises(UnmeasuredError, match="no such luck"):
        usage([sys.executable, "-c", "raise SystemExit('no such luck')"], {})


# --- figures --------------------------------------------------------------------------------------


def measured() -> Iterator[Measured]:
    yield Figure("time", "s", (3.0, 1.0, 2.0))
    yield Fact("engine", "none")
    raise UnmeasuredError("the rest is not there")


def test_what_was_measured_before_a_failure_stays() -> None:
    results = Results("2026-11-22")
    results.take("search", 10, measured())
    assert [item for *_, item in results.found] == [
        Figure("time", "s", (3.0, 1.0, 2.0)),
        Fact("engine", "none"),
        Missing("search of 10 records is not measured: the rest is not there"),
    ]
    assert json.loads(results.as_json())["figures"][0]["median"] == 2.0


def test_growth_stands_between_two_sizes() -> None:
    results = Results("2026-11-22")
    for records in (100, 1000):
        results.take("build", records, [Figure("time", "s", (records / 50,))])
    table = results.table()
    assert [str(column.header) for column in table.columns][2:] == ["100", "1,000", "1,000 / 100"]
    assert list(table.columns[4].cells) == ["10.0 ×"]


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure("", "s", (0.1234,)), "0.12 s"),
        (Figure("", "bytes", (82_000_000,)), "82.0 MB"),
        (Figure("", "bytes", (999,)), "999 B"),
        (Figure("", "", (12345,)), "12,345"),
        (None, "–"),
    ],
)
def test_figures_are_shown_as_a_person_reads_them(figure: Figure | None, words: str) -> None:
    assert shown(figure) == words


# --- pages ----------------------------------------------------------------------------------------


def test_queries_are_a_frequent_word_a_rare_one_and_an_id(tmp_path: Path) -> None:
    folder = tmp_path / "postmortems" / "2026"
    folder.mkdir(parents=True)
    for day, title in ((1, "Invoices came late"), (2, "Invoices doubled"), (3, "Parcels stopped")):
        (folder / f"2026-01-0{day}-x.md").write_text(f"---\ntitle: {title}\n---\n", "utf-8")
    assert _bench_pages.queries(tmp_path) == {
        "common word": "invoices",
        "rare word": "parcels",
        "id": "2026-01-02-x",
    }


def test_no_word_to_look_for_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnmeasuredError, match="no word"):
        _bench_pages.queries(tmp_path)


@pytest.mark.browser
def test_the_list_is_measured_and_what_it_lacks_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if _browser.find_chromium() is None:
        pytest.skip(_browser.NO_CHROMIUM)
    monkeypatch.setattr(_bench_pages, "_NOT_THERE", 1)
    page = tmp_path / "site-2-1" / "postmortems" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(LIST, "utf-8")
    subject = Subject(tmp_path, 2, seed=1, runs=1)
    # In a thread of its own: two cannot drive a browser in one, and another test may hold it.
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(lambda: list(_bench_pages.explorer(subject))).result()
    figures = {item.name: item.median for item in found if isinstance(item, Figure)}
    assert figures["loaded"] >= len(LIST)
    assert 0 < figures["one sort"] < 5
    assert 0 < figures["until rows are shown"] < 30
    missing = [item.why for item in found if isinstance(item, Missing)]
    assert [why.split(" of 2 records is not measured: the list has no")[0] for why in missing] == [
        "explorer: until it can be filtered",
        "explorer: one filter",
    ]
