"""An export of an archive, read back: its records and its catalog, as if their files lay here.

Every record becomes the text of a record again and passes the reader and the schema, so that
nothing enters by another way. Of a restricted one, an export has the outline alone. SOURCE: what
``./debrief export`` writes, tables of version 1, described in its own ``schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from debrief import catalog as catalogs
from debrief.archive import RECORD_NAME, RECORDS, Archive, Entry, Progress, read_records
from debrief.catalog import Catalog
from debrief.catalog_files import CATALOG
from debrief.catalog_parts import HAND_KEPT, Part, merge
from debrief.document import (
    MAX_BYTES,
    MAX_CATALOG_BYTES,
    as_catalog_file,
    decode,
    read_text,
)
from debrief.nodes import DocumentError
from debrief.schema import Schema

MANIFEST = "manifest.json"
MADE_BY = "debrief export"
MAJOR = "1"
"""The version of the tables that can be read here, without what follows its dot."""

MOST_BYTES = 4_000_000_000
"""So much of a table is read: a record has at most a million bytes, and a table many of them."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of a table; ``path`` is that of the file in the export."""

    path: str
    line: int
    message: str
    fix: str


class ExportError(Exception):
    """A folder cannot be read as an export; the message says why, and ``fix`` what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


@dataclass(frozen=True)
class Exported:
    """What an export holds, as far as it could be read.

    ``lines`` has the line of each record in its table, by the path of the record, ``skipped`` those
    of which no record could be made, and ``others`` those of records from sources of its own.
    """

    archive: Archive
    lines: Mapping[str, int]
    skipped: frozenset[int]
    others: frozenset[int]
    faults: tuple[Fault, ...]


@dataclass
class _Reader:
    """Reads the tables of one export, and keeps what is wrong with them."""

    folder: Path
    counts: Row
    """How many rows each table has, as the manifest says."""
    faults: list[Fault]

    def rows(self, table: str) -> Iterator[tuple[int, Row]]:
        """Each row of a table with its line. Raises ExportError where the table is not whole."""
        path = table_file(table)
        try:
            text = read_text(self.folder / path, MOST_BYTES)
        except DocumentError as error:
            raise ExportError(f"{path}: {error.problem.message}", _AGAIN) from None
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line]
        if self.counts.get(table) != len(lines):
            message = f"{path} has {len(lines)} rows, and {MANIFEST} says {self.counts.get(table)}"
            raise ExportError(message, f"copy it again, whole; or {_AGAIN}")
        for number, line in lines:
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                self.tell(table, number, "this line is no object of JSON")

    def tell(self, table: str, line: int, message: str) -> None:
        self.faults.append(Fault(table_file(table), line, message, _AGAIN))


_AGAIN = "have it exported again: `./debrief export --format ndjson`"


def table_file(table: str) -> str:
    """Where a table lies in an export."""
    return f"ndjson/{table}.ndjson"


def load(folder: Path, schemas: dict[str, Schema], progress: Progress | None = None) -> Exported:
    """Read an export. Raises ExportError where it is none that can be read here."""
    manifest = _manifest(folder)
    rows = manifest.get("rows")
    reader = _Reader(folder, rows if isinstance(rows, dict) else {}, [*_left_out(manifest)])
    catalog, entries = _catalog(reader, schemas)
    table = _Records(reader)
    read = read_records(table.texts, schemas["postmortem"], progress=progress)
    archive = Archive(folder, schemas, catalog, tuple(read), tuple(entries))
    skipped = {one.line for one in reader.faults if one.path == table_file("postmortems")}
    return Exported(
        archive, table.lines, frozenset(skipped), frozenset(table.others), tuple(reader.faults)
    )


def _manifest(folder: Path) -> Row:
    """What the export says of itself. Raises ExportError where it is none of ours."""
    try:
        told = json.loads(read_text(folder / MANIFEST, MAX_CATALOG_BYTES))
    except (DocumentError, ValueError, RecursionError):
        raise ExportError(f"its {MANIFEST} cannot be read", _AGAIN) from None
    if not isinstance(told, dict) or told.get("made_by") != MADE_BY:
        raise ExportError(f"its {MANIFEST} was not written by `{MADE_BY}`", _AGAIN)
    version = str(told.get("version"))
    if version.partition(".")[0] != MAJOR:
        raise ExportError(
            f"it has tables of version {version[:20]}, and version {MAJOR} can be read here",
            "export it with the Debrief that this repository has, or bring this one up to date",
        )
    return told


def _left_out(manifest: Row) -> Iterator[Fault]:
    """What the export had to leave out, as it was made from files that could not be read."""
    checks = manifest.get("checks")
    for key, what in (("left_out", "is left out"), ("incomplete", "is there in part")):
        paths = checks.get(key) if isinstance(checks, dict) else None
        for path in paths if isinstance(paths, list) else ():
            message = f"{path} could not be read there, and {what}"
            yield Fault(MANIFEST, 1, message, "have it mended, and exported again")


# --- records -------------------------------------------------------------------------------------


class _Records:
    """The text of each record of an export, with the path that it has in its repository."""

    def __init__(self, reader: _Reader) -> None:
        self.texts: list[tuple[Path | str, str]] = []
        self.lines: dict[str, int] = {}
        self.others: set[int] = set()
        outlined: dict[str, Row] = {}
        for line, row in reader.rows("postmortems"):
            name = row.get("postmortem_id")
            if not isinstance(name, str) or not RECORD_NAME.match(f"{_own(name)}.md"):
                shown = json.dumps(name)[:60]
                reader.tell("postmortems", line, f"`postmortem_id` is {shown}, and no id")
            elif "~" in name:
                self.others.add(line)
            elif _path(name) in self.lines:
                reader.tell("postmortems", line, f"the id {name} stands twice")
            elif row.get("visibility") == "restricted":
                outlined[name] = row
                self.lines[_path(name)] = line
            elif (text := _text_of(row)) is None:
                message = f"{name} has no `front_matter` and `body` that can be read"
                reader.tell("postmortems", line, message)
            else:
                self._add(name, text)
                self.lines[_path(name)] = line
        actions = _actions(reader, outlined)
        for name, row in outlined.items():
            values = _given(row, title="title", status="status", owner="owner_id")
            values |= {"visibility": "restricted", "actions": actions.get(name, [])}
            self._add(name, _written(values, ""))

    def _add(self, name: str, text: str) -> None:
        self.texts.append((text, _path(name)))


def _own(record_id: str) -> str:
    return record_id.partition("~")[0]


def _path(record_id: str) -> str:
    return f"{RECORDS}/{record_id[:4]}/{record_id}.md"


def _text_of(row: Row) -> str | None:
    """A record as its file said it; None where the row does not have it."""
    body = row.get("body")
    try:
        values = json.loads(row["front_matter"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not isinstance(body, str):
        return None
    text = _written(values, body)
    return text if len(text.encode("utf-8", "surrogatepass")) <= MAX_BYTES else None


def _written(values: Mapping[str, Any], body: str) -> str:
    # JSON is YAML, if every text is quoted and no sign beyond ASCII is written as two escapes.
    front = json.dumps(values, ensure_ascii=False, indent=1)
    return f"---\n{front}\n---\n{body}{'' if body.endswith(chr(10)) else chr(10)}"


def _actions(reader: _Reader, records: Mapping[str, object]) -> dict[str, list[dict[str, Any]]]:
    """The actions of the restricted records, as far as an outline tells them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _, row in reader.rows("actions") if records else ():
        if row.get("postmortem_id") in records:
            found.setdefault(row["postmortem_id"], []).append(
                _given(
                    row,
                    id="action_id",
                    title="title",
                    type="action_type",
                    owner="owner_id",
                    due="due",
                    status="status",
                    done_on="done_on",
                )
            )
    return found


def _given(row: Row, **columns: str) -> dict[str, Any]:
    """The values of some columns under other names, without those that say nothing."""
    return {key: row[name] for key, name in columns.items() if row.get(name) is not None}


# --- the catalog ---------------------------------------------------------------------------------


def _catalog(reader: _Reader, schemas: Mapping[str, Schema]) -> tuple[Catalog, list[Entry]]:
    entries: list[Entry] = []

    def read(name: str, values: Mapping[str, Any]) -> Any:
        path = f"{CATALOG}/{name}.yml"
        text = json.dumps({name: values}, ensure_ascii=False, indent=1)
        try:
            document = as_catalog_file(decode(text.encode("utf-8", "surrogatepass")), path)
        except DocumentError as error:
            entries.append(Entry(path, problems=(error.problem,)))
            return {name: {}}
        reading = schemas[name].read(document)
        entries.append(Entry(path, document, None, reading.problems, reading.broken))
        return reading.values or {name: {}}

    owners = catalogs.build_owners(read("owners", _owners(reader)))
    merged = merge([Part(HAND_KEPT, read("assets", _assets(reader))["assets"])])
    assets = catalogs.build_assets({"assets": merged.assets})
    return Catalog(owners, assets, known=frozenset({"owners", "assets"}), parts=merged), entries


def _owners(reader: _Reader) -> dict[str, dict[str, Any]]:
    members = _pairs(reader, "owner_members", "owner_id", "member_id")
    return {
        key: {
            **_given(row, name="name", kind="kind", active="is_active", time_zone="time_zone"),
            **({"members": members[key]} if key in members else {}),
        }
        for key, row in _by_id(reader, "owners", "owner_id")
    }


def _assets(reader: _Reader) -> dict[str, dict[str, Any]]:
    upstream = _pairs(reader, "asset_upstream", "asset_id", "upstream_id")
    names = _pairs(reader, "asset_names", "asset_id", "known_as")
    assets: dict[str, dict[str, Any]] = {}
    for key, row in _by_id(reader, "assets", "asset_id"):
        values = _given(row, owner="owner_id", steward="steward_id")
        plain = ("name", "kind", "description", "domain", "tier", "gone_on")
        values |= _given(row, **dict(zip(plain, plain, strict=True)))
        for part in ("contract", "validation", "lineage_map"):
            kept = _given(row, url=f"{part}_url", owner=f"{part}_owner_id")
            values |= {part: kept} if kept else {}
        values |= {"upstream": upstream[key]} if key in upstream else {}
        values |= {"known_as": names[key]} if key in names else {}
        assets[key] = values
    return assets


def _by_id(reader: _Reader, table: str, column: str) -> Iterator[tuple[str, Row]]:
    for number, row in reader.rows(table):
        key = row.get(column)
        if isinstance(key, str):
            yield key, row
        else:
            reader.tell(table, number, f"this row has no `{column}`")


def _pairs(reader: _Reader, table: str, of: str, column: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for _, row in reader.rows(table):
        if isinstance(row.get(of), str):
            found.setdefault(row[of], []).append(row.get(column))
    return found
