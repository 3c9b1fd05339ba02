"""The tables in DuckDB, which writes Parquet and answers SQL.

DuckDB is an extra (``warehouse``), so it is imported where it is used. It never fetches an
extension: what is needed (JSON, Parquet, time zones) is built into its wheel. SOURCE: duckdb.org,
"Securing DuckDB" and "Configuration".
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from debrief.warehouse.rows import ndjson
from debrief.warehouse.table import Kind, Row, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
"""Nothing is fetched, and a name in a query is never taken for a variable of this program."""

_LONGEST_LINE = 64 * 1024 * 1024


class NoDuckDBError(Exception):
    """DuckDB is not installed."""


def connect(file: Path | None = None, *, read_only: bool = False) -> DuckDBPyConnection:
    """An empty database in memory, or the one in a file. Raises NoDuckDBError."""
    try:
        import duckdb  # noqa: PLC0415 - the one place that needs the extra
    except ImportError:
        raise NoDuckDBError from None
    place = str(file) if file else ":memory:"
    database = duckdb.connect(place, read_only=read_only, config=dict(_CLOSED))
    database.execute("SET TimeZone = 'UTC'")
    # In one thread, the same rows always make the same file.
    database.execute("SET threads = 1")
    database.execute("SET enable_progress_bar = false")
    return database


def errors() -> type[Exception]:
    """What DuckDB raises."""
    import duckdb  # noqa: PLC0415 - the same

    return duckdb.Error


def fill(database: DuckDBPyConnection, table: Table[Any], rows: Sequence[Row]) -> None:
    """Make a table with these rows, all of them."""
    with tempfile.TemporaryDirectory(prefix="debrief-") as folder:
        file = Path(folder, "rows.ndjson")
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(ndjson([column.name for column in table.columns], rows))
        load_ndjson(database, table, file)
    (count,) = database.execute(f"SELECT count(*) FROM {_name(table.name)}").fetchall()[0]  # noqa: S608 - a name of the registry
    if count != len(rows):
        raise ValueError(f"{table.name}: {len(rows)} rows were given, and DuckDB took {count}")


def create(database: DuckDBPyConnection, table: Table[Any]) -> None:
    """Make a table without rows."""
    columns = ", ".join(
        f"{_name(column.name)} {column.kind.value}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    )
    database.execute(f"CREATE TABLE {_name(table.name)} ({columns})")


def load_ndjson(database: DuckDBPyConnection, table: Table[Any], file: Path) -> None:
    """Make a table from newline-delimited JSON with all its columns."""
    create(database, table)
    types = {column.name: _as_read(column.kind) for column in table.columns}
    shape = ", ".join(f"{_literal(name)}: {_literal(kind)}" for name, kind in types.items())
    chosen = ", ".join(_name(name) for name in types)
    database.execute(
        f"INSERT INTO {_name(table.name)} SELECT {chosen} FROM read_json(?, columns = {{{shape}}},"  # noqa: S608 - names of the registry
        f" format = 'newline_delimited', maximum_object_size = {_LONGEST_LINE})",
        [str(file)],
    )


def load_parquet(database: DuckDBPyConnection, table: Table[Any], file: Path) -> None:
    """Make a table from a Parquet file with all its columns."""
    create(database, table)
    chosen = ", ".join(_name(column.name) for column in table.columns)
    database.execute(
        f"INSERT INTO {_name(table.name)} SELECT {chosen} FROM read_parquet(?)",  # noqa: S608 - the same
        [str(file)],
    )


def write_parquet(database: DuckDBPyConnection, table: Table[Any], file: Path) -> None:
    """Write a table as Parquet, in the order of its rows."""
    chosen = ", ".join(
        # A type of its own is known to DuckDB alone; as text it loads everywhere.
        f"{_name(c.name)}::VARCHAR AS {_name(c.name)}" if c.kind is Kind.JSON else _name(c.name)
        for c in table.columns
    )
    database.execute(
        f"COPY (SELECT {chosen} FROM {_name(table.name)}) TO {_literal(str(file))}"  # noqa: S608 - the same
        " (FORMAT parquet, COMPRESSION zstd)"
    )


def keep(database: DuckDBPyConnection, file: Path) -> None:
    """Write everything into a database file, in the place of the one that may be there."""
    with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.resolve().parent) as place:
        new = Path(place, "new.duckdb")
        (name,) = database.execute("SELECT current_database()").fetchall()[0]
        database.execute(f"ATTACH {_literal(str(new))} AS kept")
        database.execute(f"COPY FROM DATABASE {_name(name)} TO kept")
        database.execute("DETACH kept")
        new.replace(file.resolve())


def close_off(database: DuckDBPyConnection) -> None:
    """From here on no query reads or writes a file, and none can change that."""
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")


def _as_read(kind: Kind) -> str:
    # JSON text is a text in the file: as JSON it would be a text within JSON.
    return "VARCHAR" if kind is Kind.JSON else kind.value


def _name(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _literal(text: str) -> str:
    return "'{}'".format(text.replace("'", "''"))
