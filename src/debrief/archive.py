"""Load a whole repository in one pass, and answer questions about it.

A file that cannot be read does not hide the others: it stays beside them as an entry that has
problems and no record.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import threading
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from debrief import catalog as catalogs
from debrief import moments
from debrief import record as records
from debrief import schema as schemas
from debrief.catalog import Asset, Catalog, Owner
from debrief.document import (
    MAX_BYTES,
    MAX_CATALOG_BYTES,
    Document,
    as_catalog_file,
    as_lines,
    as_record,
    decode,
    read_text,
)
from debrief.finding import KeyPath, Position, Problem
from debrief.nodes import DocumentError
from debrief.record import Postmortem
from debrief.schema import Schema

RECORDS = "postmortems"
CATALOG = "catalog"

RECORD_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9][a-z0-9-]{0,90}\.md\Z")

REFUSED_FILES = frozenset(
    {
        *(".html", ".htm", ".xhtml", ".xht", ".shtml", ".svg", ".svgz", ".xml", ".xsl", ".xslt"),
        *(".js", ".mjs", ".css", ".wasm", ".swf", ".hta", ".mht", ".mhtml"),
        *(".md", ".markdown", ".mdown", ".mkd", ".mkdn"),
        *(".exe", ".dll", ".bat", ".cmd", ".com", ".scr", ".lnk", ".jar"),
    }
)
"""Kinds of attachment that a browser or a system would run, or a site generator build."""

_PARALLEL_FROM = 300
"""Below so many records, starting worker processes costs more than it gains."""

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Is told how many of how many records are done."""

Selector = Callable[[Catalog, list[str]], Container[str] | None]
"""Chooses from the paths of all records those to read; None stands for all."""


@dataclass(frozen=True)
class Entry:
    """One file under ``postmortems/`` or ``catalog/``, as far as it could be read."""

    path: str
    document: Document | None = None
    record: Postmortem | None = None
    problems: tuple[Problem, ...] = ()
    broken: frozenset[KeyPath] = frozenset()
    prose: tuple[tuple[KeyPath, str], ...] = ()

    @property
    def id(self) -> str:
        """The file's stem, which is the record's id."""
        return PurePosixPath(self.path).stem


@dataclass(frozen=True)
class Archive:
    """Every record of a repository, its catalog, and what could not be read."""

    root: Path
    schemas: dict[str, Schema]
    catalog: Catalog
    entries: tuple[Entry, ...]
    catalog_entries: tuple[Entry, ...] = ()
    attachments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Files beside each record, by the record's id: paths relative to its own folder."""

    @classmethod
    def load(
        cls,
        root: Path,
        *,
        select: Selector | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Archive:
        """Read everything under a repository's root.

        With ``select``, only the records that it names are read, and of the others nothing is
        known but that they are there. ``workers`` is the number of processes for reading records;
        None chooses by their number. Raises OSError or ValueError where the schemas cannot be read.
        """
        loaded = load_schemas(root)
        catalog, catalog_entries = _load_catalog(root, loaded)
        files, attachments, strays = _scan(root)
        selected = select(catalog, [path for _, path in files]) if select else None
        wanted = [file for file in files if selected is None or file[1] in selected]
        records_read = _load_records(wanted, loaded["postmortem"], workers, progress)
        unread = () if selected is None else (Entry(p) for _, p in files if p not in selected)
        entries = [*records_read, *unread, *strays]
        entries.sort(key=lambda entry: entry.path)
        return cls(root, loaded, catalog, tuple(entries), catalog_entries, attachments)

    def with_text(self, path: str, text: str) -> Archive:
        """The archive as it would be if the record at a path had this text; nothing is written.

        A path that no record has yet is a new one.
        """
        try:
            read = _parsed(decode(text.encode("utf-8", "surrogatepass")), path, as_record)
        except DocumentError as error:
            read = Entry(path, problems=(error.problem,))
        new = _record_entry(read, path, self.schemas["postmortem"])
        if any(entry.path == path for entry in self.entries):
            return replace(self, entries=tuple(new if e.path == path else e for e in self.entries))
        return replace(self, entries=tuple(sorted((*self.entries, new), key=lambda e: e.path)))

    @cached_property
    def postmortems(self) -> tuple[Postmortem, ...]:
        """Every record that could be read, the newest first."""
        found = (entry.record for entry in self.entries if entry.record is not None)
        return tuple(sorted(found, key=lambda record: record.id, reverse=True))

    @cached_property
    def by_id(self) -> dict[str, Postmortem]:
        """Records by id."""
        return {record.id: record for record in self.postmortems}

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all records, those included that could not be read."""
        return frozenset(entry.id for entry in self.entries)

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Every file that could be split, by path: for the lines that a report shows."""
        both = (*self.entries, *self.catalog_entries)
        return {entry.path: entry.document for entry in both if entry.document is not None}

    @cached_property
    def by_owner(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by the owner of the record or of one of its actions."""
        return _group(
            self.postmortems,
            lambda r: filter(None, [r.owner, *(action.owner for action in r.actions)]),
        )

    @cached_property
    def by_asset(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by affected asset."""
        return _group(self.postmortems, lambda r: (asset.asset for asset in r.assets))

    @cached_property
    def by_status(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by status."""
        return _group(self.postmortems, lambda r: [r.status])

    @cached_property
    def by_severity(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by severity."""
        return _group(self.postmortems, lambda r: filter(None, [r.severity]))

    @cached_property
    def by_type(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by the type of the incident."""
        return _group(self.postmortems, lambda r: filter(None, [r.incident.type]))

    @cached_property
    def by_cause(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by the category of a cause."""
        return _group(self.postmortems, lambda r: filter(None, (c.category for c in r.causes)))

    @cached_property
    def by_quarter(self) -> dict[str, tuple[Postmortem, ...]]:
        """Records by the quarter in which the incident started."""
        return _group(self.postmortems, lambda r: [r.quarter])

    def referring_to(self, record_id: str) -> tuple[Postmortem, ...]:
        """Records that name another as related, as a recurrence of it or as its duplicate."""
        return self._referring.get(record_id, ())

    @cached_property
    def _referring(self) -> dict[str, tuple[Postmortem, ...]]:
        return _group(self.postmortems, lambda r: (name for _, name in references(r)))

    def attachment(self, record: Postmortem, path: str) -> Path:
        """Where a file beside a record lies."""
        return self.root / RECORDS / str(record.year) / record.id / path


def load_schemas(root: Path) -> dict[str, Schema]:
    """The schemas of a repository; those that come with Debrief where it has none of its own."""
    own = root / "schema"
    return schemas.load_all(own if own.is_dir() else schemas.OWN_FOLDER)


def references(record: Postmortem) -> Iterator[tuple[KeyPath, str]]:
    """The other records that a record names, with the key paths."""
    if record.recurrence_of:
        yield ("recurrence_of",), record.recurrence_of
    for index, name in enumerate(record.related):
        yield ("related", index), name
    if record.withdrawn and record.withdrawn.duplicate_of:
        yield ("withdrawn", "duplicate_of"), record.withdrawn.duplicate_of


def _group(
    found: tuple[Postmortem, ...], keys: Callable[[Postmortem], Iterable[Any]]
) -> dict[str, tuple[Postmortem, ...]]:
    groups: dict[str, list[Postmortem]] = {}
    for record in found:
        for key in dict.fromkeys(keys(record)):
            groups.setdefault(key, []).append(record)
    return {key: tuple(groups[key]) for key in sorted(groups)}


def _read(
    file: Path, path: str, parse: Callable[[str, str], Document], most: int = MAX_BYTES
) -> Document | Entry:
    """A document; or, where it cannot be read, the entry that says why."""
    try:
        text = read_text(file, most)
    except DocumentError as error:
        return Entry(path, problems=(error.problem,))
    return _parsed(text, path, parse)


def _parsed(text: str, path: str, parse: Callable[[str, str], Document]) -> Document | Entry:
    try:
        return parse(text, path)
    except DocumentError as error:
        return Entry(path, as_lines(text, path), problems=(error.problem,))


# --- the catalog ---------------------------------------------------------------------------------


def _load_catalog(root: Path, loaded: dict[str, Schema]) -> tuple[Catalog, tuple[Entry, ...]]:
    entries: list[Entry] = []

    def part(name: str, build: Callable[[dict[str, Any]], T], empty: T) -> T:
        entry, values = _read_catalog_part(root, name, loaded[name])
        entries.append(entry)
        if values is None:
            return empty
        if not any(problem.rule != "PM015" for problem in entry.problems):
            known.add(name)
        return build(values)

    known: set[str] = set()
    nobody: dict[str, Owner] = {}
    nothing: dict[str, Asset] = {}
    owners = part("owners", catalogs.build_owners, nobody)
    assets = part("assets", catalogs.build_assets, nothing)
    policy = part("policy", catalogs.build_policy, catalogs.Policy())
    return Catalog(owners, assets, policy, frozenset(known)), tuple(entries)


def _read_catalog_part(root: Path, name: str, schema: Schema) -> tuple[Entry, Any]:
    path = f"{CATALOG}/{name}.yml"
    if (root / CATALOG).is_symlink():
        return Entry(path, problems=(_linked(CATALOG),)), None
    if not os.path.lexists(root / path):
        fix = f"copy src/debrief/starter/{name}.yml there, and fill it in"
        missing = Problem(Position(1), f"{path} does not exist", fix, "PM018")
        return Entry(path, problems=(missing,)), None
    document = _read(root / path, path, as_catalog_file, MAX_CATALOG_BYTES)
    if isinstance(document, Entry):
        return document, None
    reading = schema.read(document)
    values = reading.values
    if values is None and name != "policy" and not reading.problems:
        values = {name: {}}
    return Entry(path, document, None, reading.problems, reading.broken), values


def _linked(folder: str) -> Problem:
    message = f"{folder}/ is a link, and could lead out of the repository"
    return Problem(Position(1), message, "put the folder itself in its place", "PM001")


# --- the records ---------------------------------------------------------------------------------


def _scan(root: Path) -> tuple[list[tuple[Path, str]], dict[str, tuple[str, ...]], list[Entry]]:
    """Find record files, the attachments of each record, and files that are neither."""
    files: list[tuple[Path, str]] = []
    attachments: dict[str, list[str]] = {}
    strays: list[Entry] = []
    top = root / RECORDS
    if top.is_symlink():
        return [], {}, [Entry(RECORDS, problems=(_linked(RECORDS),))]
    for file in _files_below(top):
        parts = file.relative_to(top).parts
        path = "/".join((RECORDS, *parts))
        if len(parts) <= 2 and parts[-1].lower().endswith(".md"):
            files.append((file, path))
        elif parts[-1].startswith(".") and not parts[-1].lower().endswith(".md"):
            continue  # .gitkeep, .DS_Store: nothing that a person wrote
        elif len(parts) > 2 and (top / parts[0] / f"{parts[1]}.md").exists():
            attachments.setdefault(parts[1], []).append("/".join(parts[2:]))
        else:
            message = "this is neither a postmortem nor a file beside one"
            strays.append(Entry(path, problems=(Problem(Position(1), message, rule="PM019"),)))
    return files, {key: tuple(sorted(found)) for key, found in attachments.items()}, strays


def _files_below(folder: Path) -> Iterator[Path]:
    """Every entry that is not a directory, links to directories included and not followed."""
    if not folder.is_dir():
        return
    for item in sorted(os.scandir(folder), key=lambda item: item.name):
        if item.is_dir(follow_symlinks=False):
            yield from _files_below(Path(item.path))
        else:
            yield Path(item.path)


def _load_records(
    files: list[tuple[Path, str]], schema: Schema, workers: int | None, progress: Progress | None
) -> list[Entry]:
    if workers is None:
        workers = min(os.cpu_count() or 1, 8) if len(files) >= _PARALLEL_FROM else 1
    size = max(1, min(500, -(-len(files) // (workers * 4))))
    chunks = [files[i : i + size] for i in range(0, len(files), size)]
    entries: list[Entry] = []

    def gather(parts: Iterable[list[Entry]]) -> list[Entry]:
        for part in parts:
            entries.extend(part)
            if progress is not None:
                progress(len(entries), len(files))
        return entries

    # A fork copies only the thread that asks for it: beside others, a lock may be left taken.
    if workers < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return gather([read_record(file, path, schema) for file, path in part] for part in chunks)
    # The workers inherit the schema with the fork: it cannot be pickled, and need not be.
    with multiprocessing.get_context("fork").Pool(workers, _adopt, (schema,)) as pool:
        return gather(pool.imap(_load_chunk, chunks))


_worker_schema: list[Schema] = []


def _adopt(schema: Schema) -> None:
    _worker_schema[:] = [schema]


def _load_chunk(chunk: list[tuple[Path, str]]) -> list[Entry]:
    return [read_record(file, path, _worker_schema[0]) for file, path in chunk]


def read_record(file: Path, path: str, schema: Schema) -> Entry:
    """Read one record; whatever is wrong with it is in the entry."""
    return _record_entry(_read(file, path, as_record), path, schema)


def _record_entry(document: Document | Entry, path: str, schema: Schema) -> Entry:
    """What the schema makes of a record that was read, or could not be."""
    name = PurePosixPath(path).name
    place = _place_problem(path)
    if isinstance(document, Entry):
        # A file that is called README.md is no record without front matter: it is no record.
        told = tuple(p for p in document.problems if not (place and p.rule == "PM005"))
        return replace(document, problems=(*place, *told))
    reading = schema.read(document)
    record = None
    # Without a date in its name a record has no id, no year and no page.
    if reading.values is not None and RECORD_NAME.match(name) and _is_day(name[:10]):
        record = records.build(name.removesuffix(".md"), path, reading.values)
    problems = (*place, *reading.problems)
    return Entry(path, document, record, problems, reading.broken, reading.prose)


def _place_problem(path: str) -> tuple[Problem, ...]:
    """The problem of a record that does not lie at ``postmortems/<year>/<date>-<slug>.md``."""
    folders, name = PurePosixPath(path).parts[1:-1], PurePosixPath(path).name
    if not RECORD_NAME.match(name):
        message = f"`{name}` is not of the form <yyyy-mm-dd>-<slug>.md"
    elif not _is_day(name[:10]):
        message = f"{name[:10]} is no day of the calendar"
    elif folders != (name[:4],):
        folder = "/".join(PurePosixPath(path).parts[:-1])
        message = f"the file lies in `{folder}`, and its name begins with {name[:4]}"
        return (Problem(Position(1), message, f"move it to {RECORDS}/{name[:4]}/{name}", "PM013"),)
    else:
        return ()
    return (Problem(Position(1), message, rule="PM013"),)


def _is_day(text: str) -> bool:
    return len(text) == 10 and moments.is_day(text)
