"""Load a whole repository in one pass, and answer questions about it.

A file that cannot be read does not hide the others: it stays beside them as an entry that has
problems and no record.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from debrief import catalog_files, moments, template_files
from debrief import record as records
from debrief import schema as schemas
from debrief.catalog import Catalog, TemplateChoice
from debrief.catalog_files import CATALOG
from debrief.document import Document, as_record, decode
from debrief.entry import Entry, files_below, linked, parsed, read
from debrief.finding import KeyPath, Position, Problem
from debrief.nodes import DocumentError
from debrief.record import Postmortem
from debrief.schema import Schema
from debrief.template import BUILT_IN, FULL, Template

RECORDS = "postmortems"

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

Progress = Callable[[int, int], None]
"""Is told how many of how many records are done."""

Selector = Callable[[Catalog, list[str]], Container[str] | None]
"""Chooses from the paths of all records those to read; None stands for all."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A source whose records an archive holds beside its own.

    ``place`` is its folder as catalog/sources.yml has it. ``root`` is where its files lie, and None
    where nothing of it is there but an export.
    """

    name: str
    label: str
    place: str
    root: Path | None


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
    templates: Mapping[str, Template] = field(default_factory=lambda: BUILT_IN)
    """What records are asked to tell, by the template's name: its own, and those built in."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """The sources of other records in it, by name; see ``federation``."""

    @classmethod
    def load(
        cls,
        root: Path,
        *,
        select: Selector | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
        schemas: dict[str, Schema] | None = None,
    ) -> Archive:
        """Read everything under a repository's root.

        With ``select``, only the records that it names are read, and of the others nothing is
        known but that they are there. ``workers`` is the number of processes for reading records;
        None chooses by their number. ``schemas`` stand in place of the repository's own. Raises
        OSError or ValueError where the schemas cannot be read.
        """
        loaded = schemas or load_schemas(root)
        catalog, catalog_entries = catalog_files.load(root, loaded)
        kinds, template_entries = template_files.load(root)
        files, attachments, strays = _scan(root)
        selected = select(catalog, [path for _, path in files]) if select else None
        wanted = [file for file in files if selected is None or file[1] in selected]
        records_read = read_records(wanted, loaded["postmortem"], workers, progress)
        unread = () if selected is None else (Entry(p) for _, p in files if p not in selected)
        entries = [*records_read, *unread, *strays]
        entries.sort(key=lambda entry: entry.path)
        beside = (*catalog_entries, *template_entries)
        return cls(root, loaded, catalog, tuple(entries), beside, attachments, kinds)

    def with_text(self, path: str, text: str) -> Archive:
        """The archive as it would be if a file at a path had this text; nothing is written."""
        others = (entry for entry in self.entries if entry.path != path)
        entries = sorted((*others, self.read(path, text)), key=lambda entry: entry.path)
        return replace(self, entries=tuple(entries))

    def read(self, path: str, text: str) -> Entry:
        """What the reader and the schema make of a record at a path; nothing is written."""
        return read_record(text, path, self.schemas["postmortem"])

    @cached_property
    def postmortems(self) -> tuple[Postmortem, ...]:
        """Every record that could be read, the newest first."""
        found = (entry.record for entry in self.entries if entry.record is not None)
        return tuple(sorted(found, key=lambda record: record.order, reverse=True))

    @cached_property
    def by_id(self) -> dict[str, Postmortem]:
        """Records by id."""
        return {record.id: record for record in self.postmortems}

    def template_for(self, severity: str | None, incident_type: str | None) -> Template:
        """The template that the policy chooses for records of a severity and a type.

        The full one where it chooses none, or one that does not exist.
        """
        for choice, kind in self._choices:
            if choice.suits(severity, incident_type):
                return kind
        return self.templates.get(FULL.name, FULL)

    def template_of(self, record: Postmortem) -> Template:
        """What a record is asked to tell."""
        return self.template_for(record.severity, record.incident.type)

    @cached_property
    def prompts(self) -> tuple[str, ...]:
        """What any of the templates asks its author, in words that no record may keep."""
        kinds = self.templates.values()
        return tuple(dict.fromkeys(prompt for kind in kinds for prompt in kind.prompts))

    @cached_property
    def untouched(self) -> frozenset[str]:
        """The texts that templates put under their headings, as a section is before anybody writes.

        White space counts as one blank.
        """
        kinds = self.templates.values()
        texts = (" ".join(text.split()) for kind in kinds for text in kind.sections.values())
        return frozenset(filter(None, texts))

    @cached_property
    def _choices(self) -> tuple[tuple[TemplateChoice, Template], ...]:
        return tuple(
            (choice, replace(self.templates.get(choice.template, FULL), may_omit=choice.may_omit))
            for choice in self.catalog.policy.templates
        )

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
        origin = self.origins.get(record.source)
        root = origin.root if origin is not None and origin.root is not None else self.root
        return root / RECORDS / str(record.year) / record.own_id / path


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


# --- the records ---------------------------------------------------------------------------------


def _scan(
    root: Path,
) -> tuple[list[tuple[Path | str, str]], dict[str, tuple[str, ...]], list[Entry]]:
    """Find record files, the attachments of each record, and files that are neither."""
    files: list[tuple[Path | str, str]] = []
    attachments: dict[str, list[str]] = {}
    strays: list[Entry] = []
    top = root / RECORDS
    if top.is_symlink():
        return [], {}, [Entry(RECORDS, problems=(linked(RECORDS),))]
    for file in files_below(top):
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


def read_records(
    files: Sequence[tuple[Path | str, str]],
    schema: Schema,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Entry]:
    """Read records, each a file or a text with its path, in as many processes as it is worth."""
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


def _load_chunk(chunk: Sequence[tuple[Path | str, str]]) -> list[Entry]:
    return [read_record(file, path, _worker_schema[0]) for file, path in chunk]


def read_record(source: Path | str, path: str, schema: Schema) -> Entry:
    """Read one record, a file or a text; whatever is wrong with it is in the entry."""
    if isinstance(source, Path):
        document = read(source, path, as_record)
    else:
        document = _from_text(source, path)
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


def _from_text(text: str, path: str) -> Document | Entry:
    try:
        return parsed(decode(text.encode("utf-8", "surrogatepass")), path, as_record)
    except DocumentError as error:
        return Entry(path, problems=(error.problem,))


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


__all__ = [
    "CATALOG",
    "RECORDS",
    "Archive",
    "Entry",
    "load_schemas",
    "read_record",
    "read_records",
    "references",
]
