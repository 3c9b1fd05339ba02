"""What a source no longer has: it stays in the catalog, marked, while anything refers to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from debrief.archive import Archive
from debrief.catalog_parts import Values
from debrief.relations import normal


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids, by what became of them since the last import."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    """What the source no longer has, and had at the last import."""
    back: tuple[str, ...] = ()
    still_gone: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    referred_to: Mapping[str, str] = field(default_factory=dict)
    """What is gone and may not be removed → what refers to it."""

    @property
    def may_go(self) -> tuple[str, ...]:
        """What is gone, and nothing refers to it."""
        ids = (*self.gone, *self.still_gone)
        return tuple(key for key in ids if key not in self.referred_to)


@dataclass(frozen=True, slots=True)
class Last:
    """What the import before has written, and the repository on the day of this one."""

    entries: Mapping[str, Values]
    archive: Archive
    path: str
    today: date


def with_gone(
    live: Mapping[str, Values], last: Last, *, accept_removals: bool, whole: bool
) -> tuple[dict[str, Values], Difference]:
    """All entries by id, those included that the source has no longer."""
    if not whole:
        live = {
            key: _complemented(values, last.entries.get(key, {})) for key, values in live.items()
        }
        live |= {key: values for key, values in last.entries.items() if key not in live}
    vanished = {key: values for key, values in last.entries.items() if key not in live}
    referred_to = _referred_to(last.archive, last.path, vanished)
    removed = sorted(vanished.keys() - referred_to.keys()) if accept_removals else []
    entries = dict(live)
    kept = vanished.keys() - set(removed)
    catalog = last.archive.catalog
    there = live.keys() | kept | (catalog.parts.ids.keys() - last.entries.keys())
    for key in kept:
        marked = {"gone_on": last.today.isoformat(), **vanished[key]}
        entries[key] = _still_true(marked, there, catalog.owners)
    was_gone = {key for key, values in last.entries.items() if "gone_on" in values}
    changed = (k for k in live.keys() & last.entries.keys()
               if k not in was_gone and live[k] != last.entries[k])  # fmt: skip
    return entries, Difference(
        added=tuple(sorted(live.keys() - last.entries.keys())),
        changed=tuple(sorted(changed)),
        gone=tuple(sorted(vanished.keys() - was_gone - set(removed))),
        back=tuple(sorted(was_gone & live.keys())),
        still_gone=tuple(sorted(vanished.keys() & was_gone - set(removed))),
        removed=tuple(removed),
        referred_to=referred_to,
    )


def _complemented(values: Values, before: Values) -> Values:
    """What observations say now, and what they said before and do not say otherwise."""
    known = {key: value for key, value in before.items() if key != "gone_on"}
    both = {
        key: sorted({*known[key], *values.get(key, ())})
        for key in ("upstream",) if key in known
    }  # fmt: skip
    names = {
        normal(name): name for name in (*values.get("known_as", ()), *known.get("known_as", ()))
    }
    both |= {"known_as": sorted(names.values())} if names else {}
    return {**known, **values, **both}


def _still_true(values: Values, assets: Collection[str], owners: Collection[str]) -> Values:
    """What was said of an asset that is gone, without the owners and assets that are no more."""
    kept: dict[str, Any] = {}
    for key, value in values.items():
        left = value
        if key == "upstream":
            left = [one for one in value if one in assets]
        elif isinstance(value, Mapping):
            left = {k: v for k, v in value.items() if k != "owner" or v in owners}
        elif key in ("owner", "steward") and value not in owners:
            left = None
        if left or left == value:
            kept[key] = left
    return kept


def _referred_to(archive: Archive, path: str, wanted: Collection[str]) -> dict[str, str]:
    """Those of the ids that something refers to → what that is.

    A record that cannot be read counts with every id that stands in its text.
    """
    ids = archive.catalog.parts.ids
    meant: dict[str, set[str]] = {}
    for key in wanted:
        for name in {key, ids.get(key, key)}:
            meant.setdefault(name, set()).add(key)
    found: dict[str, str] = {}
    for name, who in _references(archive, path):
        for key in meant.get(name, ()):
            found.setdefault(key, who)
    for unread in archive.entries:
        if unread.record is None:
            text = unread.document.text if unread.document is not None else None
            found.update((key, unread.path) for key in wanted if text is None or key in text)
    return dict(sorted(found.items()))


def _references(archive: Archive, path: str) -> Iterator[tuple[str, str]]:
    """Every id of an asset that stands outside a part, and the file in which it does."""
    for record in archive.postmortems:
        yield from ((affected.asset, record.path) for affected in record.assets)
    for entries in archive.catalog.parts.entries.values():
        for entry in entries:
            if entry.part.path == path:
                continue
            yield from ((source, entry.part.path) for source in entry.values.get("upstream", ()))
            if not entry.part.is_generated:
                yield entry.key, entry.part.path
