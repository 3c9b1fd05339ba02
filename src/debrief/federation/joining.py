"""The records of several archives in one, and what could not be read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from debrief.archive import RECORDS, Archive, Entry, Origin, Progress
from debrief.catalog import Source
from debrief.catalog_files import CATALOG, SOURCES
from debrief.checks import BY_ID
from debrief.checks.sources import sources_apart
from debrief.chronicle import Chronicle
from debrief.document import Document
from debrief.faults import COMPLETENESS_RULES
from debrief.federation import exports, places
from debrief.federation.catalogs import OWN, Conflict, join
from debrief.federation.exports import Exported, ExportError
from debrief.federation.places import Place
from debrief.finding import Finding, KeyPath, Level, Position, Problem, spell
from debrief.record import Postmortem
from debrief.template import FOLDER as TEMPLATES
from debrief.trail import Trail, trails
from debrief.words import listed

_NOT_TOLD = COMPLETENESS_RULES | {"PM015"}
"""What a source has to settle by itself: nothing of a record is lost by it here."""


@dataclass(frozen=True)
class Brought:
    """What one source brought.

    ``archive`` is its own, with the ids that it uses itself, and None where nothing could be read:
    the first finding says why. ``unread`` are the files by their names without `.md`, or the lines
    of an export's table, that no record came of.
    """

    source: Source
    findings: tuple[Finding, ...]
    archive: Archive | None = None
    origin: Origin | None = None
    unread: frozenset[str] = frozenset()
    documents: Mapping[str, Document] = field(default_factory=dict)
    """Every file that could be split, by its path there."""


@dataclass(frozen=True)
class Federation:
    """An archive with those beside it: ``own`` alone, and ``archive`` with all of them.

    ``shape`` are the faults of catalog/sources.yml itself, and ``conflicts`` what the catalogs say
    differently.
    """

    own: Archive
    archive: Archive
    brought: tuple[Brought, ...] = ()
    shape: tuple[Finding, ...] = ()
    conflicts: tuple[Finding, ...] = ()

    @property
    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong or worth knowing."""
        yield from self.shape
        for one in self.brought:
            yield from one.findings
        yield from self.conflicts

    @property
    def documents(self) -> dict[str, Document]:
        """The files that findings are in, by path, as far as they have lines to show."""
        found = dict(self.own.documents)
        for one in self.brought:
            if one.origin is not None and one.origin.root is not None:
                found |= {f"{one.origin.place}/{path}": d for path, d in one.documents.items()}
        return found

    @property
    def lost(self) -> tuple[Brought, ...]:
        """The sources of which nothing could be read."""
        return tuple(one for one in self.brought if one.archive is None)

    @property
    def folders(self) -> Iterator[Path]:
        """The folders with the records and the catalogs of the sources."""
        for one in self.brought:
            if one.origin is not None and one.origin.root is not None:
                yield from (one.origin.root / name for name in (RECORDS, CATALOG))
            elif one.archive is not None:
                yield one.archive.root

    def trails(self, read: Callable[[Path], Chronicle | None]) -> dict[str, Trail]:
        """The trail of each record, by its id here; ``read`` asks the git of a folder."""
        found = trails(self.own, read(self.own.root))
        for one in self.brought:
            if one.archive is None or one.origin is None:
                continue
            root = one.origin.root
            told = trails(one.archive, read(root) if root is not None else None)
            found |= {_here(key, one.source.name): trail for key, trail in told.items()}
        return found


def federate(own: Archive, progress: Progress | None = None) -> Federation:
    """An archive with the records, owners and assets of every source that it names.

    It is the same archive where it names none.
    """
    shape = tuple(_shape(own))
    if not own.catalog.federation:
        return Federation(own, own, shape=shape)
    return replace(unite(own, tuple(_all(own, progress))), shape=shape)


def unite(own: Archive, brought: tuple[Brought, ...]) -> Federation:
    """One archive of the own one and what the sources brought."""
    catalogs = {one.source.name: one.archive.catalog for one in brought if one.archive is not None}
    joined = join(own.catalog, catalogs)
    entries = list(own.entries)
    attachments = dict(own.attachments)
    for one in brought:
        if one.archive is not None:
            name = one.source.name
            entries += (_renamed(entry, name, joined.ids) for entry in one.archive.entries)
            attachments |= {_here(key, name): p for key, p in one.archive.attachments.items()}
    archive = replace(
        own,
        catalog=joined.catalog,
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
        attachments=attachments,
        origins={one.source.name: one.origin for one in brought if one.origin is not None},
    )
    conflicts = tuple(_told(conflict, own) for conflict in joined.conflicts)
    return Federation(own, archive, brought, conflicts=conflicts)


# --- records and their ids ------------------------------------------------------------------------


def _here(record_id: str, source: str) -> str:
    """The id that a record of a source has here."""
    return f"{record_id}~{source}"


def _renamed(entry: Entry, source: str, assets: Mapping[str, str]) -> Entry:
    """A record as it stands here: with its id, those that it names, and the ids of assets."""
    record = entry.record
    if record is None:
        return entry
    path = f"{entry.path.removesuffix('.md')}~{source}.md"
    return replace(entry, path=path, record=_record(record, source, assets))


def _record(record: Postmortem, source: str, assets: Mapping[str, str]) -> Postmortem:
    withdrawn = record.withdrawn
    if withdrawn is not None and withdrawn.duplicate_of is not None:
        withdrawn = replace(withdrawn, duplicate_of=_here(withdrawn.duplicate_of, source))
    earlier = record.recurrence_of
    return replace(
        record,
        id=_here(record.id, source),
        source=source,
        recurrence_of=None if earlier is None else _here(earlier, source),
        related=tuple(_here(other, source) for other in record.related),
        withdrawn=withdrawn,
        assets=tuple(replace(a, asset=assets.get(a.asset, a.asset)) for a in record.assets),
    )


# --- one source after the other -------------------------------------------------------------------


def _all(own: Archive, progress: Progress | None) -> Iterator[Brought]:
    taken: dict[Path, str] = {}
    names: set[str] = set()
    for index, source in enumerate(own.catalog.federation):
        if source.name in names or (source.checkout is None) == (source.export is None):
            continue  # the shape of the file says so
        names.add(source.name)
        place = places.find(source, own.root, taken)
        if isinstance(place, Problem):
            where = (*("sources", index), *_steps(place.where))
            yield Brought(source, (_in_sources(own, replace(place, where=where)),))
            continue
        try:
            yield _brought(source, place, own, progress)
        except (OSError, ExportError) as error:
            reason = error.strerror or "unknown reason" if isinstance(error, OSError) else error
            fix = error.fix if isinstance(error, ExportError) else "make it readable"
            message = f"`{place.written}` cannot be read: {reason}"
            problem = Problem(("sources", index, _key(place)), message, fix)
            yield Brought(source, (_in_sources(own, problem),))


def _key(place: Place) -> str:
    return "export" if place.is_export else "checkout"


def _steps(where: KeyPath | Position) -> KeyPath:
    return () if isinstance(where, Position) else where


def _brought(source: Source, place: Place, own: Archive, progress: Progress | None) -> Brought:
    exported: Exported | None = None
    if place.is_export:
        exported = exports.load(place.folder, own.schemas, progress)
        found = exported.archive
    else:
        # Its own schemas may allow words for which no page and no figure here has a place.
        found = Archive.load(place.folder, progress=progress, schemas=own.schemas)
    kept = _each_id_once(found.entries)
    findings = [
        finding
        for entry in (*found.entries, *found.catalog_entries)
        for finding in _of_entry(entry, place, exported, twice=_is_twice(entry, kept))
    ]
    if exported is not None:
        for fault in exported.faults:
            told = Problem(Position(fault.line), fault.message, fault.fix)
            findings.append(_found(f"{place.written}/{fault.path}", told))
    findings += _of_its_own(source, found, exported, place)
    root = None if place.is_export else place.folder
    origin = Origin(source.name, source.label or source.name, place.written, root)
    unread = {_named(entry, exported) for entry in found.entries if entry.path not in kept}
    if exported is not None:
        unread |= {str(line) for line in exported.skipped | exported.others}
    else:
        unread -= {entry.id for entry in kept.values()}  # of two files with one id, one is there
    entries = tuple(kept.values())
    alone = replace(found, entries=entries)
    return Brought(source, tuple(findings), alone, origin, frozenset(unread), found.documents)


def _each_id_once(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    """The entries that a record came of, by path; of two with one id, that in its own place."""
    by_id: dict[str, Entry] = {}
    for entry in entries:
        if entry.record is not None and (entry.id not in by_id or not _is_astray(entry)):
            by_id[entry.id] = entry
    return {entry.path: entry for entry in by_id.values()}


def _is_astray(entry: Entry) -> bool:
    return any(problem.rule == "PM013" for problem in entry.problems)


def _is_twice(entry: Entry, kept: Mapping[str, Entry]) -> bool:
    return entry.record is not None and entry.path not in kept


def _named(entry: Entry, exported: Exported | None) -> str:
    """How an entry is found again by who counts the files, or the lines of a table."""
    return entry.id if exported is None else str(exported.lines[entry.path])


# --- what is told ---------------------------------------------------------------------------------


def _of_entry(
    entry: Entry, place: Place, exported: Exported | None, *, twice: bool
) -> Iterator[Finding]:
    """What is lost of a file, or of a row."""
    if entry.path.startswith(f"{CATALOG}/{TEMPLATES}/") or entry.path == SOURCES:
        return
    is_record = entry.path.startswith(f"{RECORDS}/")
    gone = "so it is not shown" if is_record else "so it does not count"
    part = "so this part of it is not shown" if entry.record is not None else gone
    problems = [problem for problem in entry.problems if problem.rule not in _NOT_TOLD]
    if twice:
        message = f"the id {entry.id} stands twice"
        problems, part = [Problem(Position(1), message, "delete one of the two", "PM016")], gone
    for problem in problems:
        message = problem.message if _is_misplaced(problem, entry) else f"{problem.message}, {part}"
        told = replace(problem, message=message)
        if exported is None:
            yield _found(f"{place.written}/{entry.path}", told, entry)
        else:
            yield _in_table(told, entry, place, exported)


def _is_misplaced(problem: Problem, entry: Entry) -> bool:
    """Whether nothing is lost by it: the record is shown whole."""
    return entry.record is not None and problem.rule == "PM013"


def _in_table(problem: Problem, entry: Entry, place: Place, exported: Exported) -> Finding:
    """A problem of what was read from a table: there is no file with lines to show."""
    where = "" if isinstance(problem.where, Position) else spell(problem.where)
    name = entry.id if entry.path in exported.lines else PurePosixPath(entry.path).stem
    line = Position(exported.lines.get(entry.path, 1))
    at = f" at `{where}`" if where and f"`{where}`" not in problem.message else ""
    told = replace(problem, where=line, message=f"{name}{at}: {problem.message}")
    table = "postmortems" if entry.path in exported.lines else name
    return _found(f"{place.written}/{exports.table_file(table)}", told)


def _of_its_own(
    source: Source, found: Archive, exported: Exported | None, place: Place
) -> Iterator[Finding]:
    """Whether it has sources itself: those are not followed, and so no circle is."""
    names = sorted(other.name for other in found.catalog.federation)
    path, line = f"{place.written}/{SOURCES}", Position(1)
    if exported is not None and exported.others:
        path = f"{place.written}/{exports.MANIFEST}"
        names = [f"{len(exported.others)} of its records"]
    if names:
        message = f"`{source.name}` has sources of its own, which are not followed: {listed(names)}"
        fix = f"name those that you want in {SOURCES} of this repository"
        yield Finding(path, line, "", Level.ADVICE, message, fix)


def _told(conflict: Conflict, own: Archive) -> Finding:
    """What several catalogs say differently: who says what, which counts, what to write."""
    by_value: dict[str, list[str]] = {}
    for source, value in conflict.said:
        by_value.setdefault(value, []).append("here" if source == OWN else f"in {source}")
    (value, who), *others = by_value.items()
    rest = (f"`{other}` {listed(places)}" for other, places in others)
    message = (
        f"the {conflict.key} of the {conflict.kind} `{conflict.id}` is `{value}` {listed(who)},"
        f" which counts, and {', '.join(rest)}"
    )
    path, where = _own_place(conflict, own)
    entry = next((entry for entry in own.catalog_entries if entry.path == path), None)
    fix = f"agree on one; if they are two {conflict.kind}s, give one of them another id"
    if "here" not in who:
        fix = f"say in {path} which is right: what stands there counts; {fix}"
    return _found(path, Problem(where, message, fix), entry)


def _own_place(conflict: Conflict, own: Archive) -> tuple[str, KeyPath]:
    steps = tuple(conflict.key.split("."))
    if conflict.kind == "owner":
        return f"{CATALOG}/owners.yml", ("owners", conflict.id, *steps)
    return own.catalog.parts.place(conflict.id, *steps)


def _shape(own: Archive) -> Iterator[Finding]:
    """What `./debrief check` says of catalog/sources.yml."""
    entry = _sources_entry(own)
    if entry is None:
        return
    for problem in entry.problems:
        yield replace(_found(SOURCES, problem, entry), level=BY_ID[problem.rule].level)
    if sources_apart.archive_check is not None and "sources" in own.catalog.known:
        for path, problem in sources_apart.archive_check(own):
            told = replace(problem, rule=sources_apart.id)
            yield replace(_found(path, told, entry), level=sources_apart.level)


def _in_sources(own: Archive, problem: Problem) -> Finding:
    found = _found(SOURCES, problem, _sources_entry(own))
    return replace(found, level=Level.ERROR)


def _sources_entry(own: Archive) -> Entry | None:
    return next((entry for entry in own.catalog_entries if entry.path == SOURCES), None)


def _found(path: str, problem: Problem, entry: Entry | None = None) -> Finding:
    where = problem.where
    if entry is not None and entry.document is not None:
        position = entry.document.locate(where)
    else:
        position = where if isinstance(where, Position) else Position(1)
    fix = problem.fix or (BY_ID[problem.rule].fix if problem.rule in BY_ID else "")
    return Finding(path, position, problem.rule, Level.WARNING, problem.message, fix)
