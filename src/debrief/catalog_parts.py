"""The parts of the catalog's assets, one kept by hand and the others generated, made one.

What is kept by hand wins, key by key; `upstream` and `known_as` are united. Entries are the same
asset where they have the same id or a name in common, so the lineage of several projects meets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from debrief.finding import KeyPath
from debrief.relations import normal

HAND_KEPT = "catalog/assets.yml"
GENERATED = "catalog/generated"
"""Where the generated parts lie, one file for each source."""

Values = Mapping[str, Any]


def is_part(path: str) -> bool:
    """Whether a file says something of assets."""
    folder, _, name = path.rpartition("/")
    return path == HAND_KEPT or (folder == GENERATED and is_part_name(name))


def is_part_name(name: str) -> bool:
    """Whether a file of this name in the folder of the generated parts is one."""
    return name.endswith(".yml") and not name.startswith(".")


ESSENTIAL = ("name", "kind")
"""What every asset has, whichever part says it."""

_LINKS = ("contract", "validation", "lineage_map")
_CONTESTED = ("owner", "steward", "tier", "domain")

_OF_ALL = ("known_as", "upstream", "not_upstream", "imported_as", "gone_on")

KNOWS_LESS = {"table": 1, "source": 2}
"""Who makes a thing knows more than who finds a table, and both more than who only reads it."""


@dataclass(frozen=True)
class Part:
    """One file of assets: its path, and what it says of each, by the id that it uses."""

    path: str
    assets: Mapping[str, Values]

    @property
    def is_generated(self) -> bool:
        return self.path != HAND_KEPT


@dataclass(frozen=True, slots=True)
class Entry:
    """What one part says of one asset."""

    part: Part
    key: str
    values: Values

    @property
    def where(self) -> KeyPath:
        return ("assets", self.key)

    @property
    def names(self) -> Iterator[str]:
        """The other names that it gives, as they are compared."""
        return (normal(name) for name in self.values.get("known_as", ()))

    @property
    def called(self) -> frozenset[str]:
        """What its own source and its own file call it, as it is compared."""
        return frozenset(map(normal, filter(None, (self.key, self.values.get("imported_as")))))


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two entries that do not agree: on a key, or on whose a name is; the second gives way."""

    asset: str
    key: str
    first: Entry
    second: Entry
    name: str = ""


@dataclass(frozen=True)
class Merged:
    """All assets by id, and where each came from."""

    assets: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    """What the parts say of each asset, in the order in which they count."""
    name_disputes: tuple[Dispute, ...] = ()

    @cached_property
    def ids(self) -> dict[str, str]:
        """Every id that a part uses → the id that the asset has."""
        return {entry.key: key for key, entries in self.entries.items() for entry in entries}

    def place(self, asset: str, *key: str) -> tuple[str, KeyPath]:
        """The file and the key path where something stands that is said of an asset.

        The last of ``("upstream", id)`` is the id of an asset that it is made from, and the last of
        ``("known_as", name)`` a name of it.
        """
        for entry in self.entries.get(asset, ()):
            if (where := self._within(entry, key)) is not None:
                return entry.part.path, (*entry.where, *where)
        for entry in self.entries.get(asset, ()):
            return entry.part.path, entry.where
        return HAND_KEPT, ("assets", asset, *key)

    def _within(self, entry: Entry, key: tuple[str, ...]) -> KeyPath | None:
        if key[:1] == ("upstream",) and len(key) == 2:
            sources = [self.ids.get(one, one) for one in entry.values.get("upstream", ())]
            return ("upstream", sources.index(key[1])) if key[1] in sources else None
        if key[:1] == ("known_as",) and len(key) == 2:
            if key[1] == entry.values.get("imported_as"):
                return ("imported_as",)
            names = list(entry.names)
            wanted = normal(key[1])
            return ("known_as", names.index(wanted)) if wanted in names else None
        value: Any = entry.values
        for step in key:
            if not isinstance(value, Mapping) or step not in value:
                return None
            value = value[step]
        return key

    def find(self, name: str) -> str | None:
        """The asset of an id, of an id that a part uses for it, or of a name that it has alone."""
        if name in self.assets or name in self.ids:
            return self.ids.get(name, name)
        found = [
            asset
            for asset, values in self.assets.items()
            if normal(name) in map(normal, values.get("known_as", ()))
        ]
        return found[0] if len(found) == 1 else None

    def files(self, asset: str) -> tuple[str, ...]:
        """The files that say something of an asset, in the order in which they count."""
        return tuple(dict.fromkeys(entry.part.path for entry in self.entries.get(asset, ())))

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """Where generated parts say different things, and nothing kept by hand decides."""
        return tuple(
            dispute for asset, entries in self.entries.items() if len(entries) > 1
            for dispute in _disputes(asset, entries)
        )  # fmt: skip


def gaps(merged: Merged) -> Iterator[tuple[Entry, str]]:
    """What no part says of an asset that is nothing without it; told where it comes first."""
    for asset, values in merged.assets.items():
        for key in ESSENTIAL:
            if key not in values:
                yield merged.entries[asset][0], key


def merge(parts: Sequence[Part]) -> Merged:
    """Make one catalog of the parts."""
    written = [Entry(part, key, values) for part in parts for key, values in part.assets.items()]
    written.sort(key=_weight)
    ids, disputes = _joined(written)
    entries: dict[str, list[Entry]] = {}
    for entry in written:
        entries.setdefault(ids[entry.key], []).append(entry)
    assets = {asset: _united(asset, found, ids) for asset, found in entries.items()}
    return Merged(assets, {key: tuple(found) for key, found in entries.items()}, disputes)


def _weight(entry: Entry) -> tuple[bool, int, str]:
    """What counts first; entries of one part keep their order."""
    return (
        entry.part.is_generated,
        KNOWS_LESS.get(entry.values.get("kind", ""), 0) if entry.part.is_generated else 0,
        entry.part.path if entry.part.is_generated else "",
    )


class _Assets:
    """Which ids are one asset: the first of them in the order of the entries is the asset's."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_hand = {entry.key for entry in entries if not entry.part.is_generated}
        self._root = {entry.key: entry.key for entry in entries}
        self._order = {key: index for index, key in enumerate(self._root)}

    def find(self, key: str) -> str:
        root = self._root
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    def join(self, one: str, other: str) -> str | None:
        """Make two one; the id of the second where they may not be, since both are by hand."""
        first, second = sorted((self.find(one), self.find(other)), key=self._order.__getitem__)
        if first != second and second in self._by_hand:
            return second
        self._root[second] = first
        return None


def _joined(entries: Sequence[Entry]) -> tuple[dict[str, str], tuple[Dispute, ...]]:
    """The id of the asset for every id that is used, and names that two entries by hand claim."""
    assets = _Assets(entries)
    disputes = []
    holders: dict[str, Entry] = {}
    for entry in entries:
        for name in dict.fromkeys(entry.names):
            holder = holders.setdefault(name, entry)
            if second := assets.join(holder.key, entry.key):
                disputes.append(Dispute(second, "known_as", holder, entry, name))
        # An entry by hand may name what an import calls a thing, to give it another id. Between two
        # imports that means nothing: a package has the same ids in every project that uses it.
        for name in entry.called if entry.part.is_generated else ():
            if name in holders and not holders[name].part.is_generated:
                assets.join(holders[name].key, entry.key)
    return {entry.key: assets.find(entry.key) for entry in entries}, tuple(disputes)


def _united(asset: str, entries: Sequence[Entry], ids: Mapping[str, str]) -> dict[str, Any]:
    """What all entries together say of an asset."""
    values: dict[str, Any] = {}
    for entry in entries:
        for key, value in entry.values.items():
            if key in _LINKS:
                values[key] = {**value, **values.get(key, {})}
            elif key not in _OF_ALL:
                values.setdefault(key, value)
    sources = dict.fromkeys(source for entry in entries for source in _sources(asset, entry, ids))
    for entry in entries:
        for denied in entry.values.get("not_upstream", ()):
            sources.pop(ids.get(denied, denied), None)
    together = {
        "known_as": list(_names(entries)),
        "upstream": list(sources),
        "gone_on": _gone_on(entries),
    }
    return {**values, **{key: value for key, value in together.items() if value}}


def _names(entries: Iterable[Entry]) -> Iterable[str]:
    """Every name that it has, each once: first what the sources call it."""
    own = [entry.values["imported_as"] for entry in entries if "imported_as" in entry.values]
    others = (name for entry in entries for name in entry.values.get("known_as", ()))
    found: dict[str, str] = {}
    for name in (*others, *own):
        found.setdefault(normal(name), name)
    return found.values()


def _gone_on(entries: Iterable[Entry]) -> str | None:
    """Since when it is gone: as somebody wrote, or where no source has it any more."""
    days = [entry.values.get("gone_on") for entry in entries if entry.part.is_generated]
    by_hand = (e.values.get("gone_on") for e in entries if not e.part.is_generated)
    latest = max(day for day in days if day) if days and all(days) else None
    return next(filter(None, by_hand), latest)


def _sources(asset: str, entry: Entry, ids: Mapping[str, str]) -> Iterator[str]:
    for written in entry.values.get("upstream", ()):
        source = ids.get(written, written)
        # Two that turn out to be one asset are no step; what somebody wrote so is told (PM610).
        if source != asset or (written == asset and not entry.part.is_generated):
            yield source


def _disputes(asset: str, entries: Sequence[Entry]) -> Iterator[Dispute]:
    for key in _CONTESTED:
        said = [entry for entry in entries if key in entry.values]
        if not said or not said[0].part.is_generated:
            continue
        for other in said[1:]:
            if other.values[key] != said[0].values[key]:
                yield Dispute(asset, key, said[0], other)
                break
