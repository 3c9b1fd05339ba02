"""Write the tables into a folder: whole, or not at all.

Everything is written beside the folder first and takes its place by a rename. A folder is taken for
an earlier export, and replaced, only where it holds exactly what that wrote.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from debrief.warehouse import database, describe, manifest
from debrief.warehouse.manifest import Checks, Manifest, NotAnExportError, WrittenFile
from debrief.warehouse.rows import csv, ndjson
from debrief.warehouse.source import Source
from debrief.warehouse.table import Row, Table
from debrief.warehouse.tables import TABLES, VERSION

FORMATS = ("ndjson", "csv", "parquet")

Rows = Mapping[str, Sequence[Row]]
"""The rows of each table, by its name."""


class RefusedError(Exception):
    """The folder may not be written to; the message says why."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: which formats, which tables, and CSV raw or safe for spreadsheets."""

    formats: tuple[str, ...] = ("ndjson",)
    tables: Sequence[Table[Any]] = TABLES
    raw: bool = False


def refuse(folder: Path) -> None:
    """Raise RefusedError where a folder holds anything that no export wrote."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RefusedError(f"{folder} is a file")
    if not any(folder.iterdir()):
        return
    try:
        others = list(manifest.foreign(folder, manifest.read(folder)))
    except NotAnExportError as error:
        raise RefusedError(f"{folder} is not empty, and no export: {error}") from None
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise RefusedError(
            f"{folder} holds what no export wrote, or not like this: {others[0]}{more}"
        )


def write(source: Source, folder: Path, order: Order) -> Manifest:
    """Write an export in the place of a folder; what was written.

    Raises RefusedError, NoDuckDBError where Parquet is asked for without it, or OSError; the folder
    is left as it was.
    """
    refuse(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as place:
        new = Path(place, "new")
        new.mkdir()
        written = _write(source, new, order)
        refuse(folder)  # again, as near as possible to the exchange
        _exchange(new, folder, Path(place, "old"))
    return written


def _exchange(new: Path, folder: Path, aside: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(aside)
    try:
        new.rename(folder)
    except OSError:
        aside.rename(folder)
        raise


# --- what is written -----------------------------------------------------------------------------


def _write(source: Source, folder: Path, order: Order) -> Manifest:
    schemas = source.archive.schemas
    day = source.today.isoformat()
    rows = {table.name: list(table.rows(source)) for table in order.tables}
    files = list(_data(rows, folder, order))
    guarded = "csv" in order.formats and not order.raw
    for path, text in (
        ("README.md", describe.readme(order.tables, schemas, day, guarded=guarded)),
        ("schema.json", describe.schema(order.tables, schemas)),
        ("dbt/sources.yml", describe.dbt_sources(order.tables, schemas)),
    ):
        _put(folder / path, [text])
        files.append(WrittenFile.of(folder, path))
    told = Manifest(
        version=VERSION,
        as_of=day,
        commit=source.version.commit,
        committed=source.version.committed,
        rests_on=source.version.rests_on,
        formats=order.formats,
        csv_raw=order.raw,
        rows={name: len(each) for name, each in rows.items()},
        checks=_checks(source, order.tables, rows),
        files=tuple(files),
    )
    _put(folder / manifest.NAME, [told.text()])
    return told


def _data(rows: Rows, folder: Path, order: Order) -> Iterator[WrittenFile]:
    """Write each table in each format."""
    for table in order.tables:
        names = [column.name for column in table.columns]
        texts = {
            "ndjson": ndjson(names, rows[table.name]),
            "csv": csv(names, rows[table.name], raw=order.raw),
        }
        for kind in order.formats:
            if kind in texts:
                path = f"{kind}/{table.name}.{kind}"
                _put(folder / path, texts[kind])
                yield WrittenFile.of(folder, path, len(rows[table.name]))
    if "parquet" in order.formats:
        yield from _parquet(rows, folder, order.tables)


def _parquet(rows: Rows, folder: Path, tables: Sequence[Table[Any]]) -> Iterator[WrittenFile]:
    opened = database.connect()
    (folder / "parquet").mkdir()
    for table in tables:
        path = f"parquet/{table.name}.parquet"
        database.fill(opened, table, rows[table.name])
        database.write_parquet(opened, table, folder / path)
        yield WrittenFile.of(folder, path, len(rows[table.name]))
    opened.close()


def _put(file: Path, text: Iterable[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(text)


# --- what is counted -----------------------------------------------------------------------------


def _checks(source: Source, tables: Sequence[Table[Any]], rows: Rows) -> Checks:
    """What a reader should know of the rows before relying on them."""
    keys = {name: {row[0] for row in each} for name, each in rows.items()}
    unresolved = {}
    for table in tables:
        for place, column in enumerate(table.columns):
            if column.refers is None or column.refers[0] not in keys:
                continue
            known = keys[column.refers[0]] | {None}
            lost = sum(row[place] not in known for row in rows[table.name])
            if lost:
                unresolved[f"{table.name}.{column.name}"] = lost
    return Checks(
        postmortems=len(source.records),
        restricted=sum(record.restricted for record in source.records),
        left_out=source.left_out,
        incomplete=source.incomplete,
        unresolved=unresolved,
    )
