"""The reference page of the tables, from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from debrief.schema import Schema
from debrief.warehouse import describe, query
from debrief.warehouse.tables import TABLES, VERSION

_ABOUT = """\
The tables of `./debrief export` and `./debrief sql`, version {version}.
[The warehouse](../handbook/warehouse.md) says how to load and ask them.

The first column of a table is its key. An *instant* is in UTC; where `<name>_is_day` is `true`,
only its day is known. A foreign key is shown as the column that it leads to."""


def tables_page(schemas: Mapping[str, Schema]) -> Iterator[str]:
    """Its lines below the title."""
    yield _ABOUT.format(version=VERSION)
    yield ""
    for table in TABLES:
        yield f"## {table.name}"
        yield ""
        yield table.about
        yield ""
        yield from describe.table_lines(table, schemas)
    yield from _figures(query.FIGURES.items())


def _figures(calls: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "## Figures in SQL"
    yield ""
    yield "`./debrief sql` has these beside the tables. `first`, `last` and `as_of` are dates."
    yield ""
    yield "| ask | gives |"
    yield "| --- | --- |"
    for call, about in calls:
        yield f"| `FROM {call}` | {about} |"
    yield ""
