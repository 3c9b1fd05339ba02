"""Figures taken apart: by severity, by domain of the data, by owner team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from debrief import metrics, words
from debrief.metrics import DOMAIN, NONE, SEVERITY, TEAM, YEAR, Figure, Ledger, Period
from debrief.site import address
from debrief.site.edition import Edition

SHOWN, FIRST = 200, 8
"""So many parts stand on a page of their own, and so many of those on the overview."""

_DIMENSIONS = {
    SEVERITY: ("By severity", "Severity", "No severity"),
    DOMAIN: ("By domain", "Domain", "No domain"),
    TEAM: ("By owner team", "Team", "No team"),
}


@dataclass(frozen=True)
class Part:
    """A severity, a domain or a team with its figures; ``there`` is a page about it, or empty."""

    key: str
    name: str
    there: str
    ledger: Ledger
    today: date

    def now(self, metric: str) -> Figure:
        """Of the twelve months to today."""
        return self._figure(metric, self.today)

    def before(self, metric: str) -> Figure:
        """Of the twelve months before."""
        return self._figure(metric, self.today - YEAR)

    def _figure(self, metric: str, day: date) -> Figure:
        period = Period.year_to(day)
        known = self._figures.get((metric, period))
        if known is None:
            known = metrics.figure(self.ledger, metric, period)
            self._figures[metric, period] = known
        return known

    @cached_property
    def _figures(self) -> dict[tuple[str, Period], Figure]:
        return {}

    @property
    def size(self) -> tuple[int, int]:
        """How many outages it had in the twelve months, and how many actions it has open."""
        return self.now("outages").n, self.now("open_actions").n


@dataclass(frozen=True)
class Dimension:
    """What figures are taken apart by; ``column`` heads the column of the parts."""

    edition: Edition
    key: str
    title: str
    column: str
    without: str
    """What the part is called that has none."""

    @property
    def anchor(self) -> str:
        """Where it stands on the overview."""
        return f"by-{self.key}"

    @cached_property
    def _found(self) -> tuple[Part, ...]:
        """Each part that has something to count: severities in their order, others by size."""
        found = [
            Part(key, self._name(key), self._page(key), ledger, self.edition.today)
            for key, ledger in self.edition.parts(self.key).items()
            if ledger.outages or ledger.actions
        ]
        if self.key == SEVERITY:
            order = list(self.edition.archive.catalog.policy.severities)
            return tuple(sorted(found, key=lambda p: (p.key == NONE, _place(order, p.key), p.key)))
        by_size = sorted(found, key=lambda p: (p.key == NONE, *(-n for n in p.size), p.name))
        return tuple(by_size)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The largest first, and what has none last; as many as a page shows."""
        return self._found[:SHOWN]

    @property
    def first(self) -> tuple[Part, ...]:
        """As many as the overview shows."""
        return self.parts[:FIRST]

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self._found)

    def _name(self, key: str) -> str:
        if key == NONE:
            return self.without
        if self.key == TEAM:
            return self.edition.archive.catalog.owner_name(key)
        return words.term(key)

    def _page(self, key: str) -> str:
        known = self.edition.parts(DOMAIN)
        if self.key == DOMAIN and not (key in known and known[key].assets):
            return ""  # only data of the catalog has a page by domain
        if self.key != DOMAIN and key == NONE:
            return ""
        pages = {
            SEVERITY: f"{address.SEVERITIES}{key}/",
            DOMAIN: address.reliability(key),
            TEAM: address.owner(key),
        }
        return pages[self.key]


def _place(order: Sequence[str], key: str) -> int:
    return order.index(key) if key in order else len(order)


def dimensions(edition: Edition) -> tuple[Dimension, ...]:
    """By what the figures of an edition are taken apart."""
    return tuple(Dimension(edition, key, *named) for key, named in _DIMENSIONS.items())
