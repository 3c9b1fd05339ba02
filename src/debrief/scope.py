"""What a change touches, and what it can break elsewhere: so that only this need be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from debrief import baseline, catalog_parts, moments, template
from debrief.archive import CATALOG, RECORDS, read_record
from debrief.catalog import Catalog
from debrief.finding import Finding, Level
from debrief.history import Past, record_id
from debrief.recurrence import WINDOW_DAYS

_RECORD_ID = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9][a-z0-9-]*")
_ASSET = re.compile(rb"asset: *[\"']?([a-z0-9][a-z0-9._-]*)")
_CATEGORY = re.compile(rb"category: *[\"']?([a-z-]+)")
_EARLIER = re.compile(rb"^recurrence_of: *[\"']?([0-9a-z-]+)", re.MULTILINE)

_TOO_MANY = 60
"""So many changed names: looking for each in every record takes longer than reading them all."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The files that a change concerns, by path.

    Everything is told of what it *touches*; of what it can break *beyond*, only errors; the
    *context* is read because rules compare with it, and nothing is told of it.
    """

    touched: frozenset[str]
    beyond: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()

    @property
    def read(self) -> frozenset[str]:
        """Every record to read."""
        return self.touched | self.beyond | self.context

    @property
    def told(self) -> frozenset[str]:
        """Every file of which something may be told."""
        return self.touched | self.beyond

    def tells(self, finding: Finding) -> bool:
        """Whether a finding is the change's business.

        An error that the archive as a whole shows, such as an id that is used twice, may stand in
        a file that was not even read.
        """
        if finding.path in self.touched:
            return True
        return finding.level is Level.ERROR and finding.path not in self.context


def of(past: Past, root: Path, catalog: Catalog, records: Collection[str]) -> Scope | None:
    """The scope of a change; None where it concerns everything: another schema, policy or template.

    ``records`` are the paths of all records there are.
    """
    changed = past.changed
    everywhere = {f"{CATALOG}/policy.yml", baseline.FILE}
    asked = ("schema/", f"{CATALOG}/{template.FOLDER}/")
    if any(path.startswith(asked) or path in everywhere for path in changed):
        return None
    touched = {*changed, *(_record_beside(path) for path in changed)}
    names = _changed_names(past, catalog)
    if names is None or len(past.records) > _TOO_MANY:
        return None
    names |= {record_id(path) for path in _no_longer_there(past, root)}
    if len(names) > _TOO_MANY:
        return None
    beyond = _mentioning(root, records, names) - touched
    read = {path for path in records if path in touched or path in beyond}
    context = _context(root, records, read, catalog) - read
    return Scope(frozenset(touched), frozenset(beyond), frozenset(context))


def _record_beside(path: str) -> str:
    """The record that a file lies beside; the file itself where it lies beside none."""
    parts = path.split("/")
    return "/".join((*parts[:2], f"{parts[2]}.md")) if len(parts) > 3 else path


def _no_longer_there(past: Past, root: Path) -> Iterator[str]:
    """Records that are gone or cannot be read any more, so that links to them lead nowhere."""
    yield from past.deleted
    for path, letter in past.changed.items():
        if letter == "D" and path != _record_beside(path):
            yield _record_beside(path)  # a link to the file leads through its record's id
    for path in past.records:
        there = past.changed[path] not in "AD"
        if there and read_record(root / path, path, past.schemas["postmortem"]).record is None:
            yield path


def _changed_names(past: Past, catalog: Catalog) -> set[str] | None:
    """The owners and assets that a change can have made wrong somewhere; None for who knows.

    An asset's lineage concerns everything upstream and downstream of it, before and after.
    """
    names: set[str] = set()
    if f"{CATALOG}/owners.yml" in past.changed:
        if "owners" not in catalog.known & past.catalog.known:
            return None
        names |= _differing(past.catalog.owners, catalog.owners)
    if any(catalog_parts.is_part(path) for path in past.changed):
        if "assets" not in catalog.known & past.catalog.known:
            return None
        for name in _differing(past.catalog.assets, catalog.assets):
            names.add(name)
            for either in (past.catalog, catalog):
                names.update(either.upstream(name), either.downstream(name))
    return names


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def _mentioning(root: Path, records: Iterable[str], names: Collection[str]) -> set[str]:
    """The records in whose text one of the names stands, or may stand."""
    if not names:
        return set()
    wanted = [name.encode() for name in names]
    wanted.append(b"\\")  # an escape may spell any of them
    return {path for path in records if any(name in _bytes(root, path) for name in wanted)}


def _context(
    root: Path, records: Collection[str], read: Collection[str], catalog: Catalog
) -> set[str]:
    """What rules compare these records with: those that they name, and those on the same data."""
    by_id = {record_id(path): path for path in records}
    texts = [_bytes(root, path) for path in read]
    named = {name.decode() for text in texts for name in _RECORD_ID.findall(text)} & by_id.keys()
    waiting = list(named)
    while waiting:  # the earlier outage, the one that this names, and so on
        earlier = _EARLIER.search(_bytes(root, by_id[waiting.pop()]))
        name = earlier[1].decode() if earlier else ""
        if name in by_id and name not in named:
            named.add(name)
            waiting.append(name)
    return {by_id[name] for name in named} | _on_the_same_data(root, records, read, catalog)


def _on_the_same_data(
    root: Path, records: Iterable[str], read: Iterable[str], catalog: Catalog
) -> set[str]:
    """The records of the year before that may be the same outage: see the rule PM609.

    They affect an asset of these records or one upstream, and name a category that these name.
    """
    near: set[bytes] = set()
    categories: set[bytes] = set()
    days = []
    for path in read:
        text = _bytes(root, path)
        categories.update(_CATEGORY.findall(text))
        assets = {name.decode() for name in _ASSET.findall(text)}
        for asset in assets & catalog.assets.keys():
            near |= {name.encode() for name in (asset, *catalog.upstream(asset))}
        if moments.is_day(day := record_id(path)[:10]):
            days.append(date.fromisoformat(day))
    year = timedelta(days=WINDOW_DAYS)
    spans = _joined([((day - year).isoformat(), day.isoformat()) for day in days])
    found = set()
    for path in records:
        if any(first <= record_id(path)[:10] <= last for first, last in spans):
            text = _bytes(root, path)
            same = near.intersection(_ASSET.findall(text))
            if same and categories.intersection(_CATEGORY.findall(text)):
                found.add(path)
    return found


def _joined(spans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Spans of days with those that overlap made one."""
    joined: list[tuple[str, str]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _bytes(root: Path, path: str) -> bytes:
    """The content of a record; nothing where it is gone, or is no regular file."""
    file = root / path
    if not path.startswith(f"{RECORDS}/") or file.is_symlink() or not file.is_file():
        return b""
    return file.read_bytes()
