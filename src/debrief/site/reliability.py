"""How reliable the data is: what a steward should look at first, by asset and by domain.

Outages count here as on the pages of the assets: imported documents tell of wrong data too. Figures
of the metrics leave them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from debrief import data_time, metrics, words
from debrief.catalog import EXPOSED_KINDS, Asset, Catalog
from debrief.metrics import DOMAIN, NONE, Definition, Figure, Ledger, Period, Promise
from debrief.record import AffectedAsset, Postmortem
from debrief.site import address, figures
from debrief.site.asset import NO_DOMAIN, AssetView
from debrief.site.edition import Edition, Trouble
from debrief.site.gaps import GAPS, FoundGap, found_in
from debrief.site.neighbourhood import RECENT
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Reliability"
FIRST, SHOWN = 40, 200
"""So many assets stand on the overview, and so many on the page of a domain."""
COVERAGE = ("assets_with_owner", "assets_with_contract", "assets_with_lineage")
_KINDS = ("dashboard", "report", "metric", "feature")

STEPS = (
    "data that is not repaired",
    "what is made from data that is not repaired",
    "where a preventive action is overdue that should keep it, or what it is made from, whole",
    "what had an outage in the last twelve months",
    "what people look at or the most depends on, and nobody owns or feeds",
)
"""What is looked at, in this order; an asset that none of it is true of has no row."""


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for each domain."""
    view = ReliabilityView(edition)
    yield Plan(address.RELIABILITY, TITLE, partial(overview_page, view))
    for domain in view.domains:
        make = partial(domain_page, view, domain)
        yield Plan(address.reliability(domain.key), f"{TITLE}: {domain.name}", make)


def overview_page(view: ReliabilityView) -> Page:
    """What to look at first, every domain, and what the catalog does not know."""
    here = address.RELIABILITY
    html = fill(view.edition, "reliability.html", here, title=TITLE, view=view, figures=figures)
    text = "Which data to look at first: outages, wrong dates, what hangs on it, what threatens it."
    headings = contents(TITLE, view.headings)
    return Page(here, TITLE, text, html, headings, (SearchEntry(TITLE, text),))


def domain_page(view: ReliabilityView, domain: Domain) -> Page:
    """The same of one domain."""
    here = address.reliability(domain.key)
    title = f"{TITLE}: {domain.name}"
    html = fill(
        view.edition, "domain.html", here, title=title, view=view, domain=domain, figures=figures
    )
    text = "Outages, wrong data and gaps in the catalog, of the data assets of one domain."
    sections = [("first", "What to look at first"), ("gaps", "Gaps in the catalog")]
    entry = SearchEntry(title, text, names=(domain.key,) if domain.key else ())
    return Page(here, title, text, html, contents(title, sections), (entry,))


@dataclass(frozen=True)
class Standing:
    """An asset as a steward looks at it."""

    view: ReliabilityView
    own: AssetView

    @property
    def asset(self) -> Asset:
        """Which one."""
        return self.own.asset

    @cached_property
    def upstream(self) -> tuple[str, ...]:
        """What it is made from, the nearest first."""
        return tuple(self._catalog.upstream(self.asset.id))

    @cached_property
    def downstream(self) -> tuple[Asset, ...]:
        """What is made from it and not gone, the nearest first."""
        assets = self._catalog.assets
        found = (assets.get(key) for key in self._catalog.downstream(self.asset.id))
        return tuple(one for one in found if one is not None and one.gone_on is None)

    @property
    def _catalog(self) -> Catalog:
        return self.view.edition.archive.catalog

    # Its own past

    @cached_property
    def records_in_year(self) -> frozenset[str]:
        """The ids of its outages of the last twelve months."""
        year = self.view.year
        return frozenset(record.id for record, _ in self.own.outages if record.day in year)

    @property
    def outages_in_year(self) -> int:
        """How many outages it had in the last twelve months."""
        return len(self.records_in_year)

    @cached_property
    def days_in_year(self) -> int:
        """How many dates of its data of the last twelve months were wrong at some time."""
        return len(set(_wrong_dates(self.own.outages, self.view.year)))

    @property
    def days_since(self) -> int | None:
        """Days since its last outage, whether its data is repaired or not; None without one."""
        last = self.own.last
        return None if last is None else max((self.view.edition.today - last).days, 0)

    # What hangs on it

    @property
    def exposures(self) -> tuple[Asset, ...]:
        """What people look at and is made from it."""
        return tuple(one for one in self.downstream if one.kind in EXPOSED_KINDS)

    @property
    def exposed(self) -> str:
        """``2 dashboards and 1 report``; empty where nobody looks at what is made from it."""
        kinds = Counter(one.kind for one in self.exposures)
        return words.listed(words.counted(kinds[kind], kind) for kind in _KINDS if kinds[kind])

    @property
    def vital(self) -> tuple[str, ...]:
        """What is made from it and the most depends on: the ids of tier 1."""
        return tuple(one.id for one in self.downstream if one.tier == 1)

    # What threatens it

    @property
    def _troubles_upstream(self) -> Iterator[tuple[str, Trouble]]:
        for key in self.upstream:
            if trouble := self.view.edition.trouble_by_asset.get(key):
                yield key, trouble

    @cached_property
    def unrepaired_upstream(self) -> tuple[str, ...]:
        """What it is made from and waits for repair."""
        return tuple(key for key, trouble in self._troubles_upstream if trouble.unrepaired)

    @property
    def shaken_upstream(self) -> tuple[str, ...]:
        """What else it is made from and had an outage lately, the nearest first."""
        since = self.view.edition.today - RECENT
        found = ((key, one) for key, one in self._troubles_upstream if not one.unrepaired)
        return tuple(key for key, one in found if since <= one.last <= self.view.edition.today)

    @cached_property
    def prevention_upstream(self) -> tuple[Promise, ...]:
        """Open preventive actions of the outages of what it is made from, by due date."""
        found = {
            (record.id, action.id): (record, action)
            for key in self.upstream
            for record, action in self.view.prevention.get(key, ())
        }
        return tuple(sorted(found.values(), key=lambda p: (p[1].due or date.max, p[0].id, p[1].id)))

    @cached_property
    def overdue(self) -> tuple[Promise, ...]:
        """The preventive actions that are late, its own and those upstream; a promise once."""
        today = self.view.edition.today
        both = (*self.own.preventive, *self.prevention_upstream)
        found = {(record.id, action.id): (record, action) for record, action in both}
        return tuple(pair for pair in found.values() if pair[1].days_overdue(today))

    # What is not known of it

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the catalog does not say of it, of what a steward would ask first."""
        found = (gap.short for gap in GAPS if gap.short and gap.test(self.asset))
        return tuple(found)

    # The order

    @cached_property
    def step(self) -> int | None:
        """The first of the steps that is true of it; None where it has no row."""
        held = (
            bool(self.own.unrepaired),
            bool(self.unrepaired_upstream),
            bool(self.overdue),
            bool(self.outages_in_year),
            bool(self.gaps) and (self.asset.tier == 1 or self.asset.kind in EXPOSED_KINDS),
        )
        return held.index(True) if True in held else None

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        """By step, by tier, by outages of the year, by what hangs on it, by id."""
        tier = self.asset.tier or 9
        if self.step is None:
            return (len(STEPS), tier, 0, 0, self.asset.id)
        return (self.step, tier, -self.outages_in_year, -len(self.exposures), self.asset.id)


def _wrong_dates(
    outages: Iterable[tuple[Postmortem, AffectedAsset]], period: Period
) -> Iterator[int]:
    """The dates of data in a period that were wrong, as numbers of days."""
    for _, affected in outages:
        last = data_time.last_day(affected, period.last)
        if affected.data_from is not None and last is not None:
            first, end = max(affected.data_from, period.first), min(last, period.last)
            yield from range(first.toordinal(), end.toordinal() + 1)


@dataclass(frozen=True)
class Domain:
    """The assets of a domain."""

    view: ReliabilityView
    key: str
    name: str
    ledger: Ledger

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Its assets, in the order in which to look at them."""
        return tuple(self.view.by_domain.get(self.key, ()))

    @cached_property
    def rows(self) -> tuple[Standing, ...]:
        """Those of them that something is to be said of."""
        return tuple(one for one in self.standings if one.step is not None)

    @property
    def shown(self) -> tuple[Standing, ...]:
        """As many as a page shows."""
        return self.rows[:SHOWN]

    @property
    def outages(self) -> int:
        """How many outages touched it."""
        return len({record.id for one in self.standings for record, _ in one.own.outages})

    @property
    def outages_in_year(self) -> int:
        """How many of them in the last twelve months."""
        return len(frozenset().union(*(one.records_in_year for one in self.standings)))

    @property
    def days_in_year(self) -> int:
        """Pairs of an asset and a date of the last twelve months that were wrong."""
        return sum(one.days_in_year for one in self.standings)

    @property
    def unrepaired(self) -> int:
        """How many of its assets wait for repair."""
        return sum(bool(one.own.unrepaired) for one in self.standings)

    @property
    def threatened(self) -> int:
        """How many of its assets are made from data that waits for repair."""
        return sum(bool(one.unrepaired_upstream) for one in self.standings)

    @property
    def days_since(self) -> int | None:
        """Days since its last outage; None without one."""
        return _shortest(self.standings)

    @property
    def coverage(self) -> tuple[Figure, ...]:
        """How much of it the catalog knows."""
        return tuple(metrics.figure(self.ledger, key, self.view.year) for key in COVERAGE)

    @property
    def gaps(self) -> tuple[FoundGap, ...]:
        """What the catalog does not say of its assets."""
        return found_in(one.asset for one in self.standings)


@dataclass(frozen=True)
class ReliabilityView:
    """All assets that are not gone, in the order in which to look at them."""

    edition: Edition

    @property
    def year(self) -> Period:
        """The twelve months to today."""
        return Period.year_to(self.edition.today)

    @cached_property
    def prevention(self) -> dict[str, tuple[Promise, ...]]:
        """The open preventive actions of the outages of each asset that has some."""
        assets = self.edition.archive.catalog.assets
        views = (AssetView(self.edition, assets[k]) for k in self._troubled if k in assets)
        found = ((view.asset.id, view.preventive) for view in views)
        return {key: promises for key, promises in found if promises}

    @property
    def _troubled(self) -> Iterable[str]:
        return self.edition.trouble_by_asset

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Every asset, what to look at first at the top."""
        found = (Standing(self, AssetView(self.edition, a)) for a in self.edition.ledger.assets)
        return tuple(sorted(found, key=lambda one: one.order))

    @cached_property
    def rows(self) -> tuple[Standing, ...]:
        """Those that something is to be said of."""
        return tuple(one for one in self.standings if one.step is not None)

    @property
    def first(self) -> tuple[Standing, ...]:
        """As many as the overview shows."""
        return self.rows[:FIRST]

    def at(self, step: int) -> int:
        """How many assets stand at a step of the order."""
        return sum(one.step == step for one in self.rows)

    @property
    def steps(self) -> str:
        """How the order is made, in words."""
        first, *others = STEPS
        return f"First comes {first}; then {'; then '.join(others)}."

    @cached_property
    def by_domain(self) -> dict[str, list[Standing]]:
        """The assets of each domain."""
        found: dict[str, list[Standing]] = {}
        for one in self.standings:
            found.setdefault(one.asset.domain or NONE, []).append(one)
        return found

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """Every domain that has assets, by name; those without one last."""
        found = [
            Domain(self, key, words.term(key) if key else NO_DOMAIN, ledger)
            for key, ledger in self.edition.parts(DOMAIN).items()
            if ledger.assets
        ]
        return tuple(sorted(found, key=lambda one: (one.key == NONE, one.name, one.key)))

    @property
    def outages_in_year(self) -> int:
        """How many outages touched an asset in the last twelve months."""
        return len(frozenset().union(*(one.records_in_year for one in self.standings)))

    @property
    def unrepaired(self) -> int:
        """How many assets wait for repair."""
        return sum(bool(one.own.unrepaired) for one in self.standings)

    @property
    def threatened(self) -> int:
        """How many assets are made from data that waits for repair."""
        return sum(bool(one.unrepaired_upstream) for one in self.standings)

    @property
    def days_in_year(self) -> int:
        """Pairs of an asset and a date of the last twelve months that were wrong."""
        return sum(one.days_in_year for one in self.standings)

    @property
    def days_since(self) -> int | None:
        """Days since the last outage of any; None without one."""
        return _shortest(self.standings)

    @property
    def coverage(self) -> tuple[Figure, ...]:
        """How much the catalog knows."""
        return tuple(self.edition.figure(key, self.year) for key in COVERAGE)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What those figures mean."""
        return tuple(metrics.METRICS[key] for key in COVERAGE)

    @property
    def gaps(self) -> tuple[FoundGap, ...]:
        """What the catalog does not say."""
        return found_in(one.asset for one in self.standings)

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the overview."""
        if not self.standings:
            return []
        return [
            ("first", "What to look at first"),
            ("domains", "By domain"),
            ("gaps", "Gaps in the catalog"),
        ]


def _shortest(standings: Iterable[Standing]) -> int | None:
    """Days since the latest outage of any of these assets; None where none ever had one."""
    found = (one.days_since for one in standings)
    return min((days for days in found if days is not None), default=None)
