"""SQL on the archive: what is answered, what is refused, and that no query reaches a file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from small_archive import put_archive

from debrief.archive import Archive
from debrief.warehouse import database, export, query
from debrief.warehouse.export import Order
from debrief.warehouse.source import Source
from debrief.warehouse.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    root = tmp_path_factory.mktemp("records")
    put_archive(root)
    return Source.of(Archive.load(root), TODAY)


@pytest.fixture(scope="module")
def closed(source: Source) -> DuckDBPyConnection:
    opened = query.of_source(source)
    database.close_off(opened)
    return opened


def told(opened: DuckDBPyConnection, text: str) -> str:
    with pytest.raises(query.QueryError) as error:
        query.ask(opened, text)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_an_answer_has_names_and_rows(closed: DuckDBPyConnection) -> None:
    answer = query.ask(closed, "SELECT action_id, due, days_overdue FROM actions")
    assert answer.columns == ("action_id", "due", "days_overdue")
    assert answer.rows == [("check-the-header", date(2026, 4, 1), 235)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selec 1", 'line 1, column 1: syntax error at or near "selec"'),
        ("SELECT 1,\n  nope FROM actions", "line 2, column 3: Referenced column"),
        ("SELECT * FROM nope", "line 1, column 15: Table with name nope does not exist!"),
        ("SELECT " + "1 + " * 100 + "nope", "line 1, column 408: Referenced column"),
        ("SELECT error('no')", "no"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(
    closed: DuckDBPyConnection, text: str, message: str
) -> None:
    assert told(closed, text).startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY actions TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/out.duckdb'",
        "SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET lock_configuration = false",
        "SET autoinstall_known_extensions = true",
        "SELECT * FROM source",  # a variable of Python
    ],
)
def test_no_query_reaches_a_file_or_lifts_that(
    closed: DuckDBPyConnection, source: Source, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a\nsecret\n", encoding="utf-8")
    assert "secret\n" not in told(closed, text.format(file=file, folder=tmp_path))
    assert list(tmp_path.iterdir()) == [file]
    assert source is not None


@pytest.mark.parametrize("kind", ["ndjson", "parquet"])
def test_an_export_answers_as_the_records_do(source: Source, tmp_path: Path, kind: str) -> None:
    export.write(source, tmp_path / "export", Order((kind,)))
    opened, records = query.of_export(tmp_path / "export"), query.of_source(source)
    for table in TABLES:
        asked = f"FROM {table.name}"
        assert query.ask(opened, asked) == query.ask(records, asked)
    asked = "FROM figures('2026-01-01', '2026-12-31')"
    assert query.ask(opened, asked) == query.ask(records, asked)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (Order(("csv",)), "holds CSV alone; export Parquet or ndjson"),
        (Order(("ndjson",), TABLES[:3]), "has no table actions; export all tables"),
    ],
)
def test_an_export_without_what_is_needed_is_refused(
    source: Source, tmp_path: Path, order: Order, message: str
) -> None:
    export.write(source, tmp_path / "export", order)
    with pytest.raises(query.UnusableError, match=message):
        query.of_export(tmp_path / "export")


@pytest.mark.parametrize("version", ["0.9", "2.0", "1", "one"])
def test_an_export_of_another_version_is_refused(
    source: Source, tmp_path: Path, version: str
) -> None:
    export.write(source, tmp_path / "export", Order())
    file = tmp_path / "export" / "manifest.json"
    text = file.read_text(encoding="utf-8")
    other = re.sub(r'"version": "[0-9.]+"', f'"version": "{version}"', text)
    file.write_text(other, encoding="utf-8")
    with pytest.raises(query.UnusableError, match="of the tables, and this is"):
        query.of_export(tmp_path / "export")


def test_a_database_in_a_file_answers_too(source: Source, tmp_path: Path) -> None:
    file = tmp_path / "kept.duckdb"
    for _ in range(2):  # the second takes the place of the first
        opened = query.of_source(source)
        database.keep(opened, file)
        opened.close()
    kept = query.reopened(file)
    assert query.ask(kept, "SELECT count(*) FROM postmortems").rows == [(1,)]
    assert len(query.ask(kept, "FROM figures('2026-01-01', '2026-12-31')").rows) == 22
    kept.close()
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("other", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 100])
def test_another_file_is_no_database_of_ours(tmp_path: Path, other: bytes) -> None:
    file = tmp_path / "mine.duckdb"
    file.write_bytes(other)
    with pytest.raises(query.UnusableError, match="is no database that `debrief sql` wrote"):
        query.reopened(file)
    assert file.read_bytes() == other


def test_nothing_is_fetched_for_it() -> None:
    opened = database.connect()
    asked = "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions'"
    assert sorted(query.ask(opened, asked).rows) == [
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
    ]


# --- what the handbook shows ---------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "warehouse.md"
BLOCKS = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
OURS = [block for block in BLOCKS if not block.startswith(("-- Snowflake", "-- dbt"))]


def test_the_handbook_shows_queries() -> None:
    assert len(OURS) >= 4


@pytest.mark.parametrize("block", OURS)
def test_every_query_of_the_handbook_is_answered(closed: DuckDBPyConnection, block: str) -> None:
    for statement in filter(str.strip, block.split(";")):
        query.ask(closed, statement)
