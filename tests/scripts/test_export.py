"""`./debrief export` as one types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import export
import pytest
from in_process import InProcess, Run
from scratch import git, write
from small_archive import PATH, RECORD, put_archive

TODAY = "2026-11-22"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    root = tmp_path / "records"
    put_archive(root)
    return root


@pytest.fixture
def run(in_process: InProcess, records: Path) -> Run:
    options = ["--root", str(records), "--today", TODAY]
    return lambda *words: in_process(export.main, "export", *words, *options)


def manifest(folder: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return told


def test_it_says_what_it_wrote(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = run(str(folder), "--table", "actions", "--table", "owners")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"wrote 2 tables, 2 rows as ndjson to {folder}, as of {TODAY}\n"
    assert {each.name for each in (folder / "ndjson").iterdir()} == {
        *("actions.ndjson", "owners.ndjson")
    }


def test_csv_is_safe_for_a_spreadsheet_unless_it_is_asked_for_raw(
    run: Run, records: Path, tmp_path: Path
) -> None:
    write(records, PATH, RECORD.replace("title: Check the header", "title: '=1+1'"))
    for folder, options, cell in (("safe", (), ",'=1+1,"), ("raw", ("--raw",), ",=1+1,")):
        assert run(str(tmp_path / folder), "--format", "csv", *options).code == 0
        text = (tmp_path / folder / "csv" / "actions.csv").read_text(encoding="utf-8")
        assert cell in text


def test_the_commit_is_told_and_whether_the_records_are_as_it_has_them(
    run: Run, records: Path, tmp_path: Path
) -> None:
    git(records, "init", "-q")
    git(records, "add", "-A")
    git(records, "commit", "-q", "-m", "First")
    assert run(str(tmp_path / "one")).code == 0
    told = manifest(tmp_path / "one")
    assert told["commit"] == git(records, "rev-parse", "HEAD")
    assert (told["committed"], told["rests_on"]) == (True, "git")
    write(records, PATH, RECORD.replace("Orders came late", "Orders came very late"))
    assert run(str(tmp_path / "two")).code == 0
    assert manifest(tmp_path / "two")["committed"] is False


def test_a_file_that_cannot_be_read_stops_it_and_is_named(
    run: Run, records: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert run(str(folder)).code == 0
    before = manifest(folder)
    other = "postmortems/2026/2026-03-15-broken.md"
    write(records, other, "---\ntitle: [\n---\n")
    write(records, PATH, RECORD.replace("sev4", "sev9"))
    done = run(str(folder))
    assert (done.code, done.out) == (1, "")
    why = f"`./debrief check {PATH}` says why"
    assert done.err.splitlines() == [
        f"{other}: cannot be read, and is left out; `./debrief check {other}` says why",
        f"{PATH}: cannot be read in full, and a part of it is left out; {why}",
        "Nothing is written; --allow-broken leaves out what cannot be read.",
    ]
    assert manifest(folder) == before
    assert run(str(folder), "--allow-broken").code == 0
    checks = manifest(folder)["checks"]
    assert isinstance(checks, dict)
    assert (checks["left_out"], checks["incomplete"]) == ([other], [PATH])


@pytest.mark.parametrize("place", ["postmortems/out", "catalog", "schema/new"])
def test_it_writes_nothing_among_what_it_is_made_from(run: Run, records: Path, place: str) -> None:
    before = sorted(records.rglob("*"))
    done = run(str(records / place))
    assert done.code == 2
    assert "among what the export is made from" in done.err
    assert sorted(records.rglob("*")) == before


def test_a_folder_with_anything_else_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "out/mine.txt", "mine")
    done = run(str(tmp_path / "out"))
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"Error: {tmp_path / 'out'} is not empty, and no export: it has no manifest.json; "
        "nothing is written. Name a new folder.\n"
    )


def test_without_duckdb_parquet_is_refused_in_one_line_and_the_rest_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = run(str(tmp_path / "out"), "--format", "all")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "Error: Parquet needs DuckDB: `./debrief sql --help` installs it here, once\n"
    )
    assert not (tmp_path / "out").exists()
    assert run(str(tmp_path / "out"), "--format", "ndjson", "--format", "csv").code == 0


def test_an_unknown_table_is_answered_with_those_that_there_are(run: Run, tmp_path: Path) -> None:
    done = run(str(tmp_path / "out"), "--table", "action")
    assert done.code == 2
    assert "there is no table 'action'; known: postmortems, assets_affected," in done.err
