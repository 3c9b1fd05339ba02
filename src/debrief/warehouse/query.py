"""SQL on the archive: a database that holds the tables and figures and nothing else, and answers.

A query may have been copied from anywhere. From the moment the tables are loaded nothing in SQL can
read or write a file, fetch anything, or lift that. SOURCE: duckdb.org, "Securing DuckDB".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from debrief.warehouse import database, manifest, views
from debrief.warehouse.source import Source
from debrief.warehouse.table import Table
from debrief.warehouse.tables import TABLES, VERSION

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIGURES = {
    "figures(first, last, as_of := last)": "Every figure of a period.",
    "figures_by(dimension, first, last, as_of := last)": "The same by severity, domain or team.",
    "quarterly_figures": "Every figure of every quarter, as of its own last day.",
    "quarterly_figures_by(dimension)": "The same by severity, domain or team.",
}
"""What can be asked beside the tables, as one writes it."""


class QueryError(Exception):
    """A query that cannot be answered: one line, with the place where it is known."""


class UnusableError(Exception):
    """A folder or a file is not what is asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: the names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def of_source(source: Source, tables: Sequence[Table[Any]] = TABLES) -> DuckDBPyConnection:
    """The database of an archive. Raises NoDuckDBError.

    With fewer tables than all there must be those that figures are counted from.
    """
    opened = database.connect()
    for table in tables:
        database.fill(opened, table, list(table.rows(source)))
    views.add(opened)
    return opened


def of_export(folder: Path) -> DuckDBPyConnection:
    """The database of an export. Raises UnusableError where it is not whole, or lacks a table."""
    told = _whole(folder)
    kind = next((kind for kind in ("parquet", "ndjson") if kind in told.formats), None)
    if kind is None:
        raise UnusableError(f"{folder} holds CSV alone; export Parquet or ndjson")
    load = database.load_parquet if kind == "parquet" else database.load_ndjson
    opened = database.connect()
    for table in TABLES:
        load(opened, table, folder / kind / f"{table.name}.{kind}")
    views.add(opened)
    return opened


def _whole(folder: Path) -> manifest.Manifest:
    try:
        told = manifest.read(folder)
    except manifest.NotAnExportError as error:
        raise UnusableError(f"{folder} is no export: {error}") from None
    if not _has_all_of(told.version):
        raise UnusableError(
            f"{folder} has version {told.version} of the tables, and this is {VERSION}: export anew"
        )
    if lost := next(manifest.missing(folder, told), None):
        raise UnusableError(f"{folder} is not whole: {lost} is not as it was written; export anew")
    if lacking := [table.name for table in TABLES if table.name not in told.rows]:
        raise UnusableError(f"{folder} has no table {lacking[0]}; export all tables")
    return told


def _has_all_of(version: str) -> bool:
    """Whether tables of a version have all that this one knows, with the same meaning."""
    major, _, minor = version.partition(".")
    own_major, _, own_minor = VERSION.partition(".")
    return major == own_major and minor.isdecimal() and int(minor) >= int(own_minor)


def reopened(file: Path) -> DuckDBPyConnection:
    """A database in a file that was made here, to be read alone. Raises UnusableError."""
    try:
        opened = database.connect(file, read_only=True)
        opened.execute("SELECT export_version FROM export_meta")
    except database.errors():
        raise UnusableError(f"{file} is no database that `debrief sql` wrote") from None
    return opened


def ask(opened: DuckDBPyConnection, query: str) -> Answer:
    """What a query gives; of several statements, the last one's. Raises QueryError."""
    try:
        cursor = opened.execute(query)
        if not cursor.description:
            return Answer((), ())
        return Answer(tuple(column[0] for column in cursor.description), cursor.fetchall())
    except database.errors() as error:
        raise QueryError(in_one_line(str(error), query)) from None


_PLACE = re.compile(r"^LINE (\d+): (.*)\n( *)\^", re.MULTILINE)


def in_one_line(message: str, query: str) -> str:
    """DuckDB's message without its drawing, which becomes a line and a column."""
    found = _PLACE.search(message)
    words = message[: found.start()] if found else message
    told = " ".join(re.sub(r"^[A-Z]\w*(?: \w+)? Error: ", "", words).split())
    if found is None:
        return told
    number, shown, indent = found.groups()
    caret = len(indent) - len(f"LINE {number}: ")
    lines = query.splitlines()
    line = lines[int(number) - 1] if int(number) <= len(lines) else ""
    # A long line is shown in part, between dots.
    part = shown.removeprefix("...").removesuffix("...")
    column = max(line.find(part), 0) + caret - (len(shown) - len(shown.removeprefix("..."))) + 1
    return f"line {number}, column {max(column, 1)}: {told}"
