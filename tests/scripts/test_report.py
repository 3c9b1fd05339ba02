"""The command `report`: which report, as of when, where it goes, and what it says of bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import brought_forward
import click
import pytest
import report
from brought_forward import AGAIN, FIRST
from federated import put_sources
from in_process import InProcess, Outcome
from scratch import git, write

TODAY = "2026-10-01"
Run = Callable[..., Outcome]


@pytest.fixture
def run(in_process: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("DEBRIEF_SITE_URL", raising=False)
    brought_forward.put_archive(tmp_path)
    options = ("--root", str(tmp_path), "--today", TODAY)
    return lambda *words: in_process(report.main, "report", *words, *options)


def test_without_a_name_the_last_quarter_and_the_last_month_are_told(run: Run) -> None:
    assert run("quarter").out.startswith("# Review of Q3 2026\n")
    assert run("month").out.startswith("# Review of September 2026\n")
    assert run("executive").out.startswith("# Data outages in September 2026\n")
    assert run("executive", "--quarter", "2026-Q3").out.startswith("# Data outages in Q3 2026\n")


def test_a_quarter_that_runs_is_told_as_of_today(run: Run) -> None:
    told = run("quarter", "2026-Q4")
    assert told.code == 0
    assert "The quarter is not over. Told as of today, 1 October 2026." in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("quarter", "2026-Q5"), "'2026-Q5' is not a quarter; write one as 2026-Q3"),
        (("month", "2026-Q3"), "'2026-Q3' is not a month; write one as 2026-10"),
        (
            ("quarter", "2027-Q1"),
            "2027-Q1 begins on 2027-01-01, and today is 2026-10-01; the latest that can be told",
        ),
        (("owner", "anne"), "'anne' is no owner in the catalog; did you mean `ann`?"),
        (("asset", "wh.order"), ""),
        (
            ("asset", "wh.ordres"),
            "'wh.ordres' is no asset in the catalog; did you mean `wh.orders`?",
        ),
        (("executive", "--month", "2026-08", "--quarter", "2026-Q3"), "not both"),
        (("quarter", "--at", "nowhere"), "cannot be told: "),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_to_write(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    told = run(*words)
    assert told.code == (2 if said else 0), told.err
    assert said in " ".join(told.err.split())
    assert bool(told.out) is not bool(said)


def test_a_commit_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "All")
    told = run("quarter", "--at", "v1")
    assert (told.code, told.out) == (2, "")
    assert "'v1' names no commit here" in told.err
    assert run("quarter", "--at", "--all").code == 2, "what looks like an option is none"


def test_an_owner_is_found_by_name_too_and_a_team_with_its_members(run: Run) -> None:
    assert run("owner", "ann").out.startswith("# What lies with Ann Abel\n")
    assert run("owner", "Bob B").out.startswith("# What lies with Bob Baker\n")
    team = run("owner", "a-team").out
    assert "Counted with its members: Ann Abel and Bob Baker." in team
    assert "**Do the mend** · Ann Abel · **16 days overdue**" in team


def test_an_asset_says_first_whether_it_can_be_relied_on(run: Run) -> None:
    broken, whole = run("asset", "wh.orders").out, run("asset", "board.sales").out
    assert "Not all of it, as of 1 October 2026" in broken
    assert "**Orders**: data from 5 Aug 2026 on is stale" in broken
    assert "Nothing is known to be wrong with it today, 1 October 2026." in whole
    assert "What threatens it upstream" in whole


def test_the_page_for_an_executive_has_neither_ids_nor_figures_of_too_few(run: Run) -> None:
    told = run("executive", "--quarter", "2026-Q3").out
    assert "2 data outages began in Q3 2026; all of them were severe." in told
    assert "**Is it safe now?** No. Do not rely on Orders (data from 5 Aug 2026 on)." in told
    assert "**What will change?** Do the rebuild (Bob Baker; open, due 31 Dec 2026)." in told
    assert "This is what we know so far; the analysis is not agreed yet." in told
    for term in (FIRST, AGAIN, "wh.orders", "SEV", "median", "noticed within"):
        assert term not in told


def test_a_broken_record_is_told_of_at_the_top_and_on_stderr(run: Run, tmp_path: Path) -> None:
    path = "postmortems/2026/2026-08-30-broken.md"
    write(tmp_path, path, "---\ntitle: [\n---\n")
    told = run("quarter")
    assert told.code == 1
    assert f"1 file was not read without errors: {path}." in told.err
    assert told.out.split("\n\n")[1].startswith("> **Not everything could be read.** 1 file was")


def test_a_record_of_which_a_part_could_not_be_read_is_told_of_too(
    run: Run, tmp_path: Path
) -> None:
    path = f"postmortems/2026/{AGAIN}.md"
    text = (tmp_path / path).read_text("utf-8").replace("sev1", "sev9")
    write(tmp_path, path, text)
    told = run("quarter")
    assert told.code == 1
    assert path in told.err


def test_a_file_is_written_and_not_overwritten_unless_it_is_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "out" / "q3.md"
    told = run("quarter", "--output", str(file))
    assert (told.code, told.out) == (0, "")
    first = file.read_text("utf-8")
    assert first == run("quarter").out
    refused = run("month", "--output", str(file))
    assert (refused.code, file.read_text("utf-8")) == (2, first)
    assert "exists already; name another, or overwrite it with --replace" in refused.err
    assert run("month", "--output", str(file), "--replace").code == 0
    assert file.read_text("utf-8").startswith("# Review of September 2026\n")


def test_names_lead_to_the_site_where_its_address_is_known(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBRIEF_SITE_URL", "https://outages.example.com/x/")
    told = run("quarter").out
    site = "https://outages.example.com/x"
    page = f"{site}/postmortems/2026/{AGAIN}/"
    assert f"**[Orders late again]({page})**" in told
    assert f"[Do the mend]({page}#action-mend)" in told
    assert f"[Ann Abel]({site}/owners/ann/)" in told
    assert f"[Orders]({site}/assets/wh.orders/)" in told


def test_a_page_to_print_holds_the_same(run: Run) -> None:
    told = run("quarter", "--html")
    assert told.out.startswith("<!doctype html>")
    assert "Recurred although promised otherwise" in told.out


def test_the_empty_repository_says_that_nothing_happened(
    in_process: InProcess, tmp_path: Path
) -> None:
    write(tmp_path, "catalog/owners.yml", "owners: {}\n")
    write(tmp_path, "catalog/assets.yml", "assets: {}\n")
    write(tmp_path, "catalog/policy.yml", "severities: {}\n")
    options = ("--root", str(tmp_path), "--today", TODAY)
    told = in_process(report.main, "report", "quarter", *options)
    assert "No outage began in Q3 2026" in told.out
    told = in_process(report.main, "report", "executive", *options)
    assert "## What happened" not in told.out
    assert "No data outage that we know of began in September 2026." in told.out


def test_every_report_says_in_its_help_what_it_is_for() -> None:
    for name, command in report.main.commands.items():
        text = command.get_help(click.Context(command, info_name=name))
        assert "--today" in text
        assert "--at" in text
        assert len(text.splitlines()[2].strip()) > 20


def test_a_report_tells_of_the_sources_too_and_says_which_are_lost(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBRIEF_SITE_URL", "https://postmortems.example.com")
    brought_forward.put_archive(tmp_path / "pricing")
    put_sources(tmp_path, "{name: pricing, checkout: pricing}", "{name: gone, checkout: ../gone}")
    own, told = run("quarter", "--own-only"), run("quarter")
    assert (own.code, told.code) == (0, 1)
    assert "~pricing" not in own.out
    assert f"{AGAIN}~pricing" in told.out
    assert "all of the source gone" in " ".join(told.out.split())
    assert "`../gone` is not there" in told.err
