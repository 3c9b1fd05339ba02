"""What the catalog does not say of its assets, and a steward would ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from debrief.catalog import EXPOSED_KINDS, Asset


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the catalog may not say of an asset.

    ``short`` is what the row of such an asset says; empty where that is no reason for one.
    """

    name: str
    meaning: str
    test: Callable[[Asset], bool]
    short: str = ""


GAPS = (
    Gap(
        "No owner",
        "nobody answers for it",
        lambda asset: asset.owner is None,
        "no owner",
    ),
    Gap(
        "Looked at, and nothing feeds it",
        "a dashboard, report, metric or feature without an upstream: no outage can be traced to it",
        lambda asset: asset.kind in EXPOSED_KINDS and not asset.upstream,
        "no upstream known",
    ),
    Gap(
        "No upstream known",
        "a table, model, pipeline or topic that would be made from nothing",
        lambda a: a.kind not in EXPOSED_KINDS and a.kind != "source" and not a.upstream,
    ),
    Gap("No data contract", "nobody has promised what it holds", lambda a: a.contract is None),
    Gap("No lineage map", "no map of its lineage is named", lambda a: a.lineage_map is None),
)
"""What is asked of every asset that is not gone."""


@dataclass(frozen=True)
class FoundGap:
    """A gap with the assets that have it, those first on which the most depends."""

    gap: Gap
    assets: tuple[Asset, ...]


def found_in(assets: Iterable[Asset]) -> tuple[FoundGap, ...]:
    """The gaps that any of these assets has, each with those."""
    ordered = sorted(assets, key=lambda a: (a.tier or 9, a.kind not in EXPOSED_KINDS, a.id))
    found = (FoundGap(gap, tuple(a for a in ordered if gap.test(a))) for gap in GAPS)
    return tuple(one for one in found if one.assets)
