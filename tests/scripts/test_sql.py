"""`./debrief sql` as one types it, and its prompt."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from pathlib import Path

import _prompt
import export
import pytest
import sql
from in_process import InProcess, Run
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from scratch import write
from small_archive import PATH, RECORD, put_archive

from debrief.archive import Archive
from debrief.warehouse import query
from debrief.warehouse.source import Source

TODAY = "2026-11-22"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    put_archive(tmp_path / "records")
    return tmp_path / "records"


@pytest.fixture
def run(in_process: InProcess, records: Path) -> Run:
    options = ["--root", str(records), "--today", TODAY]
    return lambda *words: in_process(sql.main, "sql", *words, *options)


def test_an_answer_is_a_table(run: Run) -> None:
    done = run("SELECT action_id, days_overdue FROM actions")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "action_id         days_overdue",
        "────────────────  ────────────",
        "check-the-header           235",
    ]


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("csv", "a,b,c\n'=1,2026-03-14,[1]\n"),
        ("json", '[\n{"a": "=1", "b": "2026-03-14", "c": [1]}\n]\n'),
        ("markdown", "| a | b | c |\n| --- | --- | --- |\n| =1 | 2026-03-14 | \\[1\\] |\n"),
    ],
)
def test_it_is_printed_in_other_formats_too(run: Run, kind: str, printed: str) -> None:
    done = run("SELECT '=1' AS a, DATE '2026-03-14' AS b, [1] AS c", "--format", kind)
    assert (done.code, done.out) == (0, printed)


def test_words_of_a_record_are_nothing_but_words(run: Run, records: Path) -> None:
    title = "<img src=x> | **b** @team [a](https://example.com)"
    write(records, PATH, RECORD.replace("title: Orders came late", f"title: '{title}'"))
    done = run("SELECT title FROM postmortems", "--format", "markdown")
    row = done.out.splitlines()[2]
    assert row.startswith("| &lt;img src=x&gt; \\| \\*\\*b\\*\\* @\u200bteam \\[a\\]")


def test_a_long_answer_is_cut_in_a_table_and_nowhere_else(run: Run) -> None:
    asked = "SELECT repeat('x', 100) AS long FROM range(250)"
    lines = run(asked).out.splitlines()
    assert len(lines[2]) == 60
    assert lines[-1] == "… and 50 more rows; --format csv prints them all"
    assert run(asked, "--format", "csv").out.splitlines()[1:] == ["x" * 100] * 250


def test_it_takes_a_query_from_a_file_and_from_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, "asked.sql", "SELECT 41 + 1 AS a;\n")
    assert run("--file", str(file), "--format", "csv").out == "a\n42\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 43 AS a"))
    assert run("-", "--format", "csv").out == "a\n43\n"


def test_without_a_query_and_a_terminal_it_says_what_to_give(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert "give a query, `-` to read it from standard input, or --file" in done.err


def test_a_wrong_query_is_one_line(run: Run) -> None:
    done = run("SELECT nope FROM actions")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Error: line 1, column 8: Referenced column")
    assert done.err.count("\n") == 1


def test_a_file_that_cannot_be_read_is_told_before_any_answer(run: Run, records: Path) -> None:
    write(records, PATH, "---\ntitle: [\n---\n")
    done = run("SELECT count(*) AS n FROM postmortems", "--format", "csv")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{PATH}: cannot be read, and is left out")
    done = run("SELECT count(*) AS n FROM postmortems", "--format", "csv", "--allow-broken")
    assert (done.code, done.out) == (0, "n\n0\n")


def test_the_database_is_kept_in_a_file_and_replaces_no_other(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kept.duckdb"
    assert run("--database", str(file)).code == 0
    kept = query.reopened(file)
    assert query.ask(kept, "SELECT as_of::VARCHAR FROM export_meta").rows == [(TODAY,)]
    kept.close()
    mine = write(tmp_path, "mine.db", "mine")
    done = run("--database", str(mine))
    assert done.code == 2
    assert "mine.db is no database that `debrief sql` wrote" in done.err
    assert mine.read_text(encoding="utf-8") == "mine"


def test_tables_and_columns_are_listed(run: Run) -> None:
    told = json.loads(run(".tables", "--format", "json").out)
    assert {"actions", "quarterly_figures", "figures(first, last, as_of := last)"} <= {
        row["name"] for row in told
    }
    told = json.loads(run(".schema causes", "--format", "json").out)
    assert {row["table"] for row in told} == {"causes"}
    assert "did you mean `causes`?" in run(".schema cause").err


def test_it_answers_about_the_sources_too_unless_it_is_asked_not_to(
    run: Run, records: Path, tmp_path: Path, in_process: InProcess
) -> None:
    exported = ["--root", str(records), "--today", TODAY]
    assert in_process(export.main, "export", str(tmp_path / "other"), *exported).code == 0
    write(records, "catalog/sources.yml", "sources:\n  - {name: other, export: ../other}\n")
    asked = ["SELECT postmortem_id FROM postmortems ORDER BY ALL", "--format", "csv"]
    own = "2026-03-14-orders-came-late"
    assert run(*asked).out.splitlines()[1:] == [own, f"{own}~other"]
    assert run(*asked, "--own-only").out.splitlines()[1:] == [own]
    folder = tmp_path / "all"
    assert in_process(export.main, "export", str(folder), "--with-sources", *exported).code == 0
    assert len((folder / "ndjson" / "postmortems.ndjson").read_text("utf-8").splitlines()) == 2


def test_a_source_that_cannot_be_read_is_told_before_any_answer(run: Run, records: Path) -> None:
    write(records, "catalog/sources.yml", "sources:\n  - {name: other, export: ../nowhere}\n")
    done = run("SELECT 1")
    assert (done.code, done.out) == (1, "")
    assert "source other: cannot be read, and is left out\n" in done.err
    assert run("SELECT 1", "--own-only").code == 0


# --- the prompt ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ends"),
    [("", True), (".tables", True), ("SELECT 1;", True), ("SELECT 1", False), ("x;\n", True)],
)
def test_enter_ends_what_is_finished(text: str, ends: bool) -> None:
    assert _prompt.is_finished(text) is ends


def test_the_prompt_answers_one_after_the_other_and_goes_on_after_a_mistake(
    records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = Archive.load(records)
    opened = query.of_source(Source.of(archive, date.fromisoformat(TODAY)))
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        typed.send_text("selec 1;\r.help\rSELECT 40\r+ 2 AS a;\r\r.quit\r")
        # In a thread of its own: a browser of other tests may have left an event loop running here.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(copy_context().run, _prompt.converse, opened).result()
    out = capsys.readouterr().out
    assert 'line 1, column 1: syntax error at or near "selec"' in out
    assert ".schema [NAME]" in out
    assert out.endswith(" a\n──\n42\n")
