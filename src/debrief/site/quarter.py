"""The index by quarter, and for each quarter the agenda of its review.

A quarter that is over is shown as of its last day where records say what was so then: which
actions were open and late. What they are now stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from debrief import data_time, words
from debrief.lifecycle import deadline, reviewer_on
from debrief.metrics import Promise
from debrief.quarters import Quarter, until
from debrief.record import PUBLISHED, AffectedAsset, Postmortem
from debrief.site import address, grouping, moves
from debrief.site.edition import Edition, Moved
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "By quarter"
SEVERE = ("sev1", "sev2")
"""Severities that a review speaks of one by one."""
LIMIT = 12
"""So many of each point stand on the agenda."""


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for every quarter from the first outage to today."""
    yield Plan(address.QUARTERS, TITLE, partial(overview_page, edition))
    for quarter in quarters(edition):
        make = partial(quarter_page, edition, quarter)
        yield Plan(address.quarter(str(quarter)), words.quarter(str(quarter)), make)


def quarters(edition: Edition) -> tuple[Quarter, ...]:
    """The quarters in which something happened, and the current one; the latest first."""
    found = {Quarter.parse(name) for name in edition.archive.by_quarter}
    return tuple(sorted({*found, Quarter.of(edition.today)}, reverse=True))


def overview_page(edition: Edition) -> Page:
    """Every quarter with its figures."""
    views = [QuarterView(edition, quarter) for quarter in quarters(edition)]
    most = max((len(view.own) for view in views), default=0)
    html = fill(edition, "quarters.html", address.QUARTERS, title=TITLE, views=views, most=most)
    text = "What happened in each quarter, and what its review should talk about."
    entry = SearchEntry(TITLE, text)
    return Page(address.QUARTERS, TITLE, text, html, contents(TITLE, []), (entry,))


def quarter_page(edition: Edition, quarter: Quarter) -> Page:
    """One quarter: the agenda of its review, and its outages."""
    here = address.quarter(str(quarter))
    view = QuarterView(edition, quarter)
    title = words.quarter(str(quarter))
    html = fill(edition, "quarter.html", here, view=view, title=title, moves=moves)
    text = f"What the review of {title} should talk about, and every outage of it."
    return Page(
        here, title, text, html, contents(title, view.headings), (SearchEntry(title, text),)
    )


@dataclass(frozen=True)
class QuarterView:
    """A quarter, as of its last day or of today."""

    edition: Edition
    quarter: Quarter

    @property
    def name(self) -> str:
        """``2026-Q1``."""
        return str(self.quarter)

    @property
    def as_of(self) -> date:
        """The day for which it is told."""
        return min(self.quarter.last, self.edition.today)

    @property
    def over(self) -> bool:
        """Whether the quarter has ended."""
        return self.quarter.last < self.edition.today

    @cached_property
    def records(self) -> tuple[Postmortem, ...]:
        """Its outages, the newest first."""
        return grouping.happened(self.edition.archive.by_quarter.get(self.name, ()))

    @cached_property
    def own(self) -> tuple[Postmortem, ...]:
        """Those that are ours: retold ones are left out of the agenda."""
        return tuple(record for record in self.records if record.imported is None)

    @property
    def retold(self) -> int:
        """How many of its outages are retold, and count nowhere."""
        return len(self.records) - len(self.own)

    # The agenda

    @property
    def leader(self) -> str | None:
        """Whose turn it is to lead the review."""
        day = self.quarter.next.first if self.over else self.edition.today
        return reviewer_on(self.edition.archive.catalog.policy, day)

    @cached_property
    def recurring(self) -> tuple[Postmortem, ...]:
        """What repeated an earlier outage."""
        return tuple(r for r in self.own if r.id in self.edition.recurring)

    @cached_property
    def severe(self) -> tuple[Postmortem, ...]:
        """The worst of it."""
        return tuple(record for record in self.own if record.severity in SEVERE)

    @cached_property
    def found_by_consumers(self) -> tuple[Postmortem, ...]:
        """What a consumer of the data noticed first."""
        return tuple(r for r in self.own if r.incident.detected_by == "consumer")

    @cached_property
    def unrepaired(self) -> tuple[tuple[Postmortem, AffectedAsset], ...]:
        """Data of this quarter's outages that is still wrong."""
        return tuple((record, affected) for record in self.own for affected in record.unrepaired)

    @property
    def _actions(self) -> tuple[Promise, ...]:
        return self.edition.actions_by_quarter.get(self.quarter, ())

    @cached_property
    def overdue(self) -> tuple[Promise, ...]:
        """Actions that were late on that day, whatever outage they come from."""
        return tuple(
            promise
            for promise in self._actions
            if self.edition.facts_of(promise).was_overdue(self.as_of)
        )

    @cached_property
    def postponed(self) -> tuple[Moved, ...]:
        """Due dates that moved to a later day in this quarter."""
        return tuple(
            moved
            for moved in self.edition.moves_by_quarter.get(self.quarter, ())
            if moved.step.days > 0
        )

    def _open(self, quadrant: str) -> tuple[Promise, ...]:
        return tuple(
            pair
            for pair in self._actions
            if pair[1].quadrant == quadrant and self.edition.facts_of(pair).was_open(self.as_of)
        )

    @cached_property
    def quick_wins(self) -> tuple[Promise, ...]:
        """What was open then, easy and of high impact."""
        return self._open("quick win")

    @cached_property
    def projects(self) -> tuple[Promise, ...]:
        """What was open then, of high impact, and work."""
        return self._open("larger project")

    @cached_property
    def done(self) -> tuple[Promise, ...]:
        """What was done in this quarter."""
        return tuple(
            pair
            for pair in self._actions
            if pair[1].done_on is not None and pair[1].done_on in self.quarter
        )

    @property
    def done_in_time(self) -> int:
        """How many of these were done by their due date."""
        return sum(not action.days_late for _, action in self.done)

    @cached_property
    def unfinished(self) -> tuple[tuple[Postmortem, date | None], ...]:
        """Its records that are not published yet, each with the day by which they ought to be."""
        policy = self.edition.archive.catalog.policy
        return tuple(
            (record, deadline(record, policy, PUBLISHED))
            for record in self.own
            if record.is_unpublished
        )

    # Figures

    @property
    def data_days(self) -> int:
        """Pairs of asset and date that were wrong."""
        return sum(data_time.days_wrong(record, self.as_of) for record in self.own)

    @property
    def severities(self) -> str:
        """``1 SEV 1, 2 SEV 3, 1 restricted``: of all that are ours."""
        names = self.edition.archive.catalog.policy.severities
        found = Counter(map(grouping.severity_of, self.own))
        order = (*names, *sorted(found.keys() - names.keys()))
        said = {name: words.term(name) for name in names}
        return ", ".join(f"{found[name]} {said.get(name, name)}" for name in order if found[name])

    @property
    def points(self) -> list[tuple[str, str, int]]:
        """The points of the agenda that have something: anchor, title, how much."""
        found = [
            ("recurred", "Happened again", len(self.recurring)),
            ("severe", "The severe ones", len(self.severe)),
            ("consumers", "Found by consumers", len(self.found_by_consumers)),
            ("unrepaired", "Data still wrong", len(self.unrepaired)),
            ("overdue", "Overdue promises", len(self.overdue)),
            ("postponed", "Postponed in this quarter", len(self.postponed)),
            ("quick-wins", "Quick wins", len(self.quick_wins)),
            ("projects", "For the roadmap", len(self.projects)),
            ("unfinished", "Not published yet", len(self.unfinished)),
        ]
        return [point for point in found if point[2]]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        points = [(anchor, title) for anchor, title, _ in self.points]
        return [*points, ("all", "All outages of the quarter")]


def around(edition: Edition, count: int) -> tuple[Quarter, ...]:
    """The last quarters up to today, the earliest first, whether anything happened or not."""
    last = Quarter.of(edition.today)
    first = last
    for _ in range(count - 1):
        first = first.previous
    return tuple(until(last, first))
