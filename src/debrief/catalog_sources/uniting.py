"""What a source tells of one asset in several places, made one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from debrief.catalog_parts import KNOWS_LESS
from debrief.catalog_sources.imported import Found
from debrief.relations import normal


def united(assets: Sequence[Found]) -> tuple[list[Found], dict[str, str]]:
    """The assets with those made one that share a relation; and each key → the key that is left.

    What makes the data comes before what only reads it.
    """
    kept: dict[str, Found] = {}
    keys: dict[str, str] = {}
    holders: dict[str, str] = {}
    for one in sorted(assets, key=lambda found: (KNOWS_LESS.get(found.kind, 0), found.key)):
        held = next((holders[name] for r in one.relations if (name := normal(r)) in holders), None)
        key = held or one.key
        keys[one.key] = key
        kept[key] = _together(kept[key], one) if held else one
        holders.update((normal(relation), key) for relation in one.relations)
    return [
        replace(kept[key], upstream=distinct(keys[k] for k in one.upstream
                                              if k in keys and keys[k] != key))
        for key, one in sorted(kept.items())
    ], keys  # fmt: skip


def _together(one: Found, other: Found) -> Found:
    return replace(
        one,
        relations=distinct((*one.relations, *other.relations)),
        names=distinct((*one.names, *other.names)),
        description=one.description or other.description,
        domain=one.domain or other.domain,
        tier=one.tier or other.tier,
        owners=distinct((*one.owners, *other.owners)),
        stewards=distinct((*one.stewards, *other.stewards)),
        upstream=distinct((*one.upstream, *other.upstream)),
        contract=one.contract or other.contract,
        validation=one.validation or other.validation,
        lineage_map=one.lineage_map or other.lineage_map,
    )


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
