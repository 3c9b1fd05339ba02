"""What pages say of the lineage around a record or an asset: the drawing, the lists, the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from debrief import blast_radius, words
from debrief.catalog import EXPOSED_KINDS, Asset, Catalog
from debrief.record import AffectedAsset, Postmortem
from debrief.site.edition import Edition, Trouble
from debrief.site.lineage import (
    AFFECTED,
    CENTRE,
    FAILED,
    FORGOTTEN,
    TROUBLED,
    Drawing,
    Mark,
    draw,
)

RECENT = timedelta(days=90)
"""How long an outage upstream is a reason to look twice."""

NOT_REPAIRED = "Not repaired"

_KINDS = ("dashboard", "report", "metric", "feature")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An asset upstream or downstream: an entry of the lists."""

    asset_id: str
    asset: Asset | None
    distance: int
    mark: Mark | None
    trouble: Trouble | None

    @property
    def exposed(self) -> bool:
        """Whether it is something that people look at."""
        return self.asset is not None and self.asset.kind in EXPOSED_KINDS

    @property
    def forgotten(self) -> bool:
        """Whether a record mentions neither it nor its owner."""
        return self.mark is not None and self.mark.style == FORGOTTEN


@dataclass(frozen=True)
class Neighbourhood:
    """The lineage around some assets."""

    edition: Edition
    middle: tuple[str, ...]
    marks: Mapping[str, Mark]
    upstream: tuple[Neighbour, ...]
    """The nearest first."""
    downstream: tuple[Neighbour, ...]
    """What a record forgot first, then what people look at, then the nearest."""

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing of it."""
        return draw(self.catalog, self.middle, self.marks)

    @property
    def catalog(self) -> Catalog:
        """Where it comes from."""
        return self.edition.archive.catalog

    @property
    def is_known(self) -> bool:
        """Whether the catalog knows anything around."""
        return bool(self.upstream or self.downstream)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The assets in the middle that the catalog does not have."""
        return tuple(name for name in self.middle if name not in self.catalog.assets)

    @property
    def in_words(self) -> str:
        """What the drawing shows, for those who do not see it."""
        names = [self.catalog.asset_name(name) for name in self.middle]
        shown = names[:3] + ([f"{len(names) - 3} more"] if len(names) > 3 else [])
        sources = words.counted(len(self.upstream), "asset")
        consumers = words.counted(len(self.downstream), "asset")
        return (
            f"Lineage of {words.listed(shown)}: made from {sources}, feeding {consumers}. "
            "The lists below name all of them."
        )

    # Of a record

    @cached_property
    def exposures(self) -> tuple[Neighbour, ...]:
        """What people look at downstream, without what failed itself."""
        return tuple(
            found
            for found in self.downstream
            if found.exposed and found.asset_id not in self.middle
        )

    @property
    def at_stake(self) -> str:
        """How much people look at downstream, and how many own it: ``1 report and 2 owners``."""
        kinds = Counter(found.asset.kind for found in self.exposures if found.asset)
        counts = [words.counted(kinds[kind], kind) for kind in _KINDS if kinds[kind]]
        owners = len(_owners(self.exposures))
        return words.listed(counts + ([words.counted(owners, "owner")] if owners else []))

    @property
    def forgotten_owners(self) -> tuple[str, ...]:
        """The owners of it whom the record does not mention, by name."""
        found = _owners(one for one in self.exposures if one.forgotten)
        return tuple(sorted(found, key=lambda owner: (self.catalog.owner_name(owner), owner)))

    @property
    def ownerless(self) -> tuple[Neighbour, ...]:
        """What nobody owns of it, so that the record can mention no one."""
        return tuple(one for one in self.exposures if one.asset and not one.asset.owner)

    # Of an asset

    @property
    def unrepaired(self) -> tuple[Neighbour, ...]:
        """What it is made from and still waits for repair."""
        return tuple(one for one in self.upstream if one.trouble and one.trouble.unrepaired)

    @property
    def shaken(self) -> tuple[Neighbour, ...]:
        """What else it is made from and had an outage lately, the latest first."""
        today = self.edition.today
        dated = (
            (one.trouble.last, one)
            for one in self.upstream
            if one.trouble and not one.trouble.unrepaired
        )
        found = [(day, one) for day, one in dated if today - RECENT <= day <= today]
        return tuple(one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True))


def _owners(found: Iterable[Neighbour]) -> set[str]:
    return {one.asset.owner for one in found if one.asset and one.asset.owner}


def of_record(edition: Edition, record: Postmortem) -> Neighbourhood:
    """Around the assets of a record, with what became of them and whom it forgot.

    What lies between two of them was reached by the outage, and counts as downstream.
    """
    catalog = edition.archive.catalog
    failed = tuple(dict.fromkeys(affected.asset for affected in record.assets))
    downstream = catalog.downstream(*failed)
    upstream = {k: v for k, v in catalog.upstream(*failed).items() if k not in downstream}
    reached = _reached(catalog, failed, downstream)
    marks = {
        asset.id: Mark(FORGOTTEN, "Not mentioned")
        for asset in blast_radius.forgotten(record, catalog)
    }
    follows = reached if len(reached) < len(failed) else {}
    for name in failed:
        entries = [affected for affected in record.assets if affected.asset == name]
        marks[name] = _became(entries, AFFECTED if name in follows else FAILED)
    return _neighbourhood(edition, failed, marks, upstream, downstream | reached)


def _reached(
    catalog: Catalog, failed: Sequence[str], downstream: Mapping[str, int]
) -> dict[str, int]:
    """Those of the failed assets that others of them feed, with the distance from the nearest."""
    if len(failed) == 1:
        return {}
    region = {**downstream, **dict.fromkeys(failed, 0)}
    near = {
        name: [region[one] + 1 for one in catalog.sources(name) if one in region and one != name]
        for name in failed
    }
    return {name: min(steps) for name, steps in near.items() if steps}


def _became(entries: Sequence[AffectedAsset], style: str) -> Mark:
    """What a record says of an asset, which it may name several times."""
    effects = dict.fromkeys(words.lower_term(one.effect) for one in entries if one.effect)
    said = words.term(style) + (f": {words.listed(effects)}" if effects else "")
    pending = any(one.is_pending for one in entries)
    return Mark(style, said, NOT_REPAIRED if pending else "")


def of_asset(edition: Edition, asset: Asset) -> Neighbourhood:
    """Around an asset, with the outages of all that is there."""
    catalog = edition.archive.catalog
    upstream, downstream = catalog.upstream(asset.id), catalog.downstream(asset.id)
    marks = {asset.id: Mark(CENTRE)}
    for name in (asset.id, *upstream, *downstream):
        if trouble := edition.trouble_by_asset.get(name):
            style = CENTRE if name == asset.id else TROUBLED
            warning = NOT_REPAIRED if trouble.unrepaired else ""
            marks[name] = Mark(style, words.counted(trouble.outages, "outage"), warning)
    return _neighbourhood(edition, (asset.id,), marks, upstream, downstream)


def _neighbourhood(
    edition: Edition,
    middle: tuple[str, ...],
    marks: Mapping[str, Mark],
    upstream: Mapping[str, int],
    downstream: Mapping[str, int],
) -> Neighbourhood:
    assets = edition.archive.catalog.assets
    troubles = edition.trouble_by_asset

    def entries(found: Mapping[str, int]) -> list[Neighbour]:
        nearest = sorted(found.items(), key=lambda item: (item[1], item[0]))
        return [
            Neighbour(name, assets.get(name), steps, marks.get(name), troubles.get(name))
            for name, steps in nearest
        ]

    consumers = sorted(entries(downstream), key=lambda one: (not one.forgotten, not one.exposed))
    return Neighbourhood(edition, middle, marks, tuple(entries(upstream)), tuple(consumers))
