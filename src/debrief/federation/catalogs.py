"""The catalogs of several archives, made one, and where they do not agree.

What the own catalog says counts, then what the sources say in the order of their names; of assets,
who makes a thing counts before who only reads it, as between generated parts. Lists are united.
Assets with a name in common are one, and bear the id of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from debrief.catalog import Catalog, Owner, build_assets
from debrief.catalog_parts import HAND_KEPT, Entry, Merged, Part, merge

_OWNER_FACTS = ("name", "kind", "contact", "time_zone", "active")
_ASSET_FACTS = ("name", "kind", "domain", "owner", "steward", "tier", "gone_on")
_ASSET_LINKS = ("contract", "validation", "lineage_map")

OWN = ""
"""Stands for this repository where another would be named."""

Said = tuple[str, str]
"""Who says something, and what."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several catalogs say different things of an owner or an asset; the first counts."""

    kind: str
    id: str
    key: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Joined:
    """One catalog. ``ids`` has the id of the asset for each that a source uses for it."""

    catalog: Catalog
    ids: Mapping[str, str]
    conflicts: tuple[Conflict, ...]


def join(own: Catalog, others: Mapping[str, Catalog]) -> Joined:
    """Make one catalog of the own one and those of the sources, by name. The policy is the own."""
    order = sorted(others, key=_file)
    owners, of_owners = _owners([(OWN, own), *((name, others[name]) for name in order)])
    merged = merge([_own_part(own), *(_part(name, others[name]) for name in order)])
    values = {asset: _living(told, merged.entries[asset]) for asset, told in merged.assets.items()}
    entries = {
        asset: (*own.parts.entries.get(asset, ()), *(e for e in found if e.part.is_generated))
        for asset, found in merged.entries.items()
    }
    catalog = replace(
        own,
        owners=owners,
        assets=build_assets({"assets": values}),
        parts=Merged(values, entries),
    )
    return Joined(catalog, merged.ids, (*of_owners, *_of_assets(merged)))


# --- owners --------------------------------------------------------------------------------------


def _owners(catalogs: Sequence[tuple[str, Catalog]]) -> tuple[dict[str, Owner], list[Conflict]]:
    told: dict[str, list[tuple[str, Owner]]] = {}
    for name, catalog in catalogs:
        for key, owner in catalog.owners.items():
            told.setdefault(key, []).append((name, owner))
    conflicts = [conflict for key, found in told.items() for conflict in _of_owner(key, found)]
    return {key: _one([owner for _, owner in found]) for key, found in told.items()}, conflicts


def _one(found: Sequence[Owner]) -> Owner:
    """One owner of all entries: the first counts, a later one fills what it leaves open."""
    owner = found[0]
    for other in found[1:]:
        owner = replace(
            owner,
            contact=owner.contact or other.contact,
            time_zone=owner.time_zone or other.time_zone,
            members=_united(owner.members, other.members),
            handles=_united(owner.handles, other.handles),
            addresses=_united(owner.addresses, other.addresses),
        )
    return owner


def _united(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))


def _of_owner(key: str, found: Sequence[tuple[str, Owner]]) -> Iterator[Conflict]:
    for fact in _OWNER_FACTS:
        said = [(name, getattr(owner, fact)) for name, owner in found]
        yield from _conflict("owner", key, fact, said)


# --- assets --------------------------------------------------------------------------------------


def _file(name: str) -> str:
    """What a page calls the file with the assets of a source; also their order."""
    return f"{name}: {HAND_KEPT}"


def _part(name: str, catalog: Catalog) -> Part:
    return Part(_file(name), catalog.parts.assets)


def _own_part(own: Catalog) -> Part:
    """All that the own catalog says, with what it denies: its files were united before."""
    assets = {}
    for key, values in own.parts.assets.items():
        entries = own.parts.entries.get(key, ())
        denied = [name for entry in entries for name in entry.values.get("not_upstream", ())]
        assets[key] = {**values, "not_upstream": denied} if denied else values
    return Part(HAND_KEPT, assets)


def _source(entry: Entry) -> str:
    return entry.part.path.partition(": ")[0] if entry.part.is_generated else OWN


def _living(values: Mapping[str, Any], entries: Iterable[Entry]) -> dict[str, Any]:
    """An asset that one archive has lost and another still has is not gone."""
    days = [entry.values.get("gone_on") for entry in entries]
    kept = {key: value for key, value in values.items() if key != "gone_on"}
    return {**kept, "gone_on": max(filter(None, days))} if all(days) else kept


def _of_assets(merged: Merged) -> Iterator[Conflict]:
    for asset, entries in merged.entries.items():
        if len(entries) < 2:
            continue
        for fact in _ASSET_FACTS:
            told = [(_source(entry), entry.values.get(fact)) for entry in entries]
            if fact == "gone_on" and any(value is None for _, value in told):
                said = sorted(told, key=lambda pair: pair[1] is not None)  # who has it counts
                told = [(name, "still there" if day is None else day) for name, day in said]
            yield from _conflict("asset", asset, fact, told)
        for link in _ASSET_LINKS:
            for inner in ("url", "owner"):
                told = [(_source(e), e.values.get(link, {}).get(inner)) for e in entries]
                yield from _conflict("asset", asset, f"{link}.{inner}", told)


def _conflict(
    kind: str, key: str, fact: str, told: Iterable[tuple[str, Any]]
) -> Iterator[Conflict]:
    said = tuple((name, _words(value)) for name, value in told if value is not None)
    if len({value for _, value in said}) > 1:
        yield Conflict(kind, key, fact, said)


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
