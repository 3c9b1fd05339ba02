"""Rows as newline-delimited JSON and CSV: read back, they are what was written."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.warehouse import database, rows
from debrief.warehouse.table import Kind, Table, column

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def as_csv(*cells: object, raw: bool = False) -> str:
    names = [f"c{number}" for number in range(len(cells))]
    return list(rows.csv(names, [cells], raw=raw))[1]  # type: ignore[list-item]


def test_each_kind_of_value_has_one_form() -> None:
    row = (None, "", "a", 3, 2.5, True, date(2026, 3, 14), datetime(2026, 3, 14, 7, 42, tzinfo=UTC))
    assert as_csv(*row) == ',"",a,3,2.5,true,2026-03-14,2026-03-14T07:42:00Z\n'
    (line,) = rows.ndjson("abcdefgh", [row])
    assert list(json.loads(line).values()) == [
        *(None, "", "a", 3, 2.5, True, "2026-03-14", "2026-03-14T07:42:00Z")
    ]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_guarded(begins: str) -> None:
    text = f"{begins}1"
    (cell,) = next(csv.reader(io.StringIO(as_csv(text), newline="")))
    assert cell == f"'{text}"
    (cell,) = next(csv.reader(io.StringIO(as_csv(text, raw=True), newline="")))
    assert cell == text


def test_a_number_below_zero_is_no_formula() -> None:
    assert as_csv(-5, -0.5) == "-5,-0.5\n"


@given(st.lists(TEXT, min_size=1))
def test_raw_csv_reads_back_as_it_was(texts: list[str]) -> None:
    line = as_csv(*texts, raw=True)
    (read,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert read == texts


@given(TEXT)
def test_a_row_of_json_is_one_line(text: str) -> None:
    (line,) = rows.ndjson(["a"], [(text,)])
    assert line.count("\n") == 1
    assert json.loads(line) == {"a": text}


def test_the_database_reads_what_was_written(tmp_path: Path) -> None:
    kinds = (Kind.TEXT, Kind.WHOLE, Kind.NUMBER, Kind.FLAG, Kind.DAY, Kind.INSTANT, Kind.JSON)
    at = datetime(2026, 3, 14, 7, 42, tzinfo=UTC)
    full = ("=ü\n\"',", -3, 0.1, False, date(1999, 12, 31), at, '{"a":"\\u0000 é"}')
    empty = (None,) * len(kinds)
    table = Table(
        "t",
        "A table.",
        lambda _: (),
        tuple(column(f"c{place}", kind, "x") for place, kind in enumerate(kinds)),
    )
    opened = database.connect()
    database.fill(opened, table, [full, empty, full])
    file = tmp_path / "t.parquet"
    database.write_parquet(opened, table, file)
    again = database.connect()
    database.load_parquet(again, table, file)
    assert again.execute("FROM t").fetchall() == [full, empty, full]
    types = again.execute("SELECT DISTINCT type FROM parquet_schema(?)", [str(file)]).fetchall()
    assert {kind for (kind,) in types if kind} == {
        *("BYTE_ARRAY", "INT64", "DOUBLE", "BOOLEAN", "INT32")
    }
