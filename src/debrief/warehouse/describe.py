"""What an export says of itself: its schema for programs, dbt sources, and a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from debrief.schema import Schema
from debrief.warehouse.table import Column, Kind, Table
from debrief.warehouse.version import VERSION
from debrief.words import as_markdown

Schemas = Mapping[str, Schema]
Tables = Sequence[Table[Any]]

_IN_WORDS = {
    Kind.TEXT: "text",
    Kind.WHOLE: "whole number",
    Kind.NUMBER: "number",
    Kind.FLAG: "`true` or `false`",
    Kind.DAY: "date",
    Kind.INSTANT: "instant in UTC",
    Kind.JSON: "JSON as text",
}


def schema(tables: Tables, schemas: Schemas) -> str:
    """``schema.json``: every table and column, with type, meaning, allowed words, foreign key."""
    told = {
        "version": VERSION,
        "tables": [
            {
                "name": table.name,
                "description": table.about,
                "key": table.key,
                "columns": [_told(column, schemas) for column in table.columns],
            }
            for table in tables
        ],
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"


def _told(column: Column[Any], schemas: Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": column.kind.name.lower(),
        "duckdb_type": column.kind.value,
        "nullable": column.nullable,
        "description": column.described(schemas),
    }
    if words := column.words(schemas):
        told["words"] = list(words)
    if column.refers:
        told["references"] = {"table": column.refers[0], "column": column.refers[1]}
    return told


# --- dbt -----------------------------------------------------------------------------------------


def dbt_sources(tables: Tables, schemas: Schemas) -> str:
    """The tables as a dbt source, with tests.

    SOURCES: docs.getdbt.com, "Source properties" and "About data tests property". ``arguments``
    needs dbt 1.10.5 or newer.
    """
    names = {table.name for table in tables}
    source = {
        "name": "debrief",
        "description": "Postmortems of data outages, exported by Debrief.",
        "schema": "{{ var('debrief_schema', 'debrief') }}",
        "config": {"meta": {"export_version": VERSION}},
        "tables": [
            {
                "name": table.name,
                "description": _plain(table.about),
                "columns": [_dbt_column(column, table, schemas, names) for column in table.columns],
            }
            for table in tables
        ],
    }
    told = {"version": 2, "sources": [source]}
    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)
    return f"# Written by debrief export, version {VERSION} of the tables.\n{text}"


def _dbt_column(
    column: Column[Any], table: Table[Any], schemas: Schemas, names: set[str]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "description": _plain(column.described(schemas)),
    }
    if tests := list(_tests(column, table, schemas, names)):
        told["data_tests"] = tests
    return told


def _tests(
    column: Column[Any], table: Table[Any], schemas: Schemas, names: set[str]
) -> Iterator[Any]:
    if column.name == table.key:
        yield "unique"
    if not column.nullable:
        yield "not_null"
    if words := column.words(schemas):
        yield {"accepted_values": {"arguments": {"values": list(words)}}}
    if column.refers and column.refers[0] in names:
        to = {"to": f"source('debrief', '{column.refers[0]}')", "field": column.refers[1]}
        test: dict[str, Any] = {"arguments": to}
        if not column.resolves:  # an old document may name what no catalog has
            test["config"] = {"severity": "warn"}
        yield {"relationships": test}


def _plain(words: str) -> str:
    """A description that dbt does not take for a template."""
    return words.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")


# --- for people ----------------------------------------------------------------------------------


def table_lines(table: Table[Any], schemas: Schemas) -> Iterator[str]:
    """The columns of one table, as a table of Markdown."""
    yield "| column | holds | may be empty | meaning |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        empty = "yes" if column.nullable else ""
        holds = ", ".join(f"`{word}`" for word in column.words(schemas)) or _IN_WORDS[column.kind]
        if column.refers:
            holds = f"`{column.refers[0]}.{column.refers[1]}`"
        meaning = as_markdown(column.described(schemas)).replace("|", "\\|")
        yield f"| `{column.name}` | {holds} | {empty} | {meaning} |"
    yield ""


_ABOUT = """\
# Export of Debrief

The postmortems of one repository as tables, version {version}, as of {day}. `manifest.json` names
every file with its rows, bytes and SHA-256, and is written last: where it is missing, or does not
agree with a file, the export is not whole. `schema.json` says the same as this page for programs.

- The first column of each table is its key. A key stays for as long as the thing that it names.
- Instants are in UTC. Where `<name>_is_day` is true, only the day is known, and the instant is the
  beginning of that day.
- Days are dates, durations are seconds. A cell is empty where nothing is known.
- Of a restricted postmortem there are title, status, owner and actions, and nothing else.
{csv}"""

_GUARDED = """\
- CSV: a text that a spreadsheet would run as a formula has an apostrophe before it. `--raw` writes
  it as it is; JSON and Parquet always do.
"""


def readme(tables: Tables, schemas: Schemas, day: str, *, guarded: bool) -> str:
    """``README.md`` of an export."""
    about = _ABOUT.format(version=VERSION, day=day, csv=_GUARDED if guarded else "")
    lines: list[str] = [about]
    for table in tables:
        lines += [f"## {table.name}", "", table.about, "", *table_lines(table, schemas)]
    return _page(lines)


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
