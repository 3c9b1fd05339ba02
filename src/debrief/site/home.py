"""The home page: how things stand today, whose turn it is, and where to go from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from statistics import median

from debrief.record import WITHDRAWN, AffectedAsset, Postmortem
from debrief.site import address
from debrief.site.edition import Edition, Promise
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Home"
LATEST = 6


def plans(edition: Edition) -> Iterator[Plan]:
    """The home page."""
    yield Plan(address.HOME, TITLE, partial(home_page, edition))


def home_page(edition: Edition) -> Page:
    """Figures, overdue actions by owner, the latest outages."""
    view = HomeView(edition)
    organisation = edition.archive.catalog.policy.organisation
    title = f"Data outages at {organisation}" if organisation else "Data outages"
    html = fill(edition, "home.html", address.HOME, title=title, view=view)
    sections = [("overdue", "Overdue"), ("unrepaired", "Data not repaired")]
    sections = [pair for pair in sections if pair[0] == "overdue" or view.unrepaired]
    sections += [("latest", "Latest outages"), ("next", "Where to go")]
    text = "What happened to our data, what we promised to change, and whether we did."
    return Page(
        address.HOME,
        TITLE,
        text,
        html,
        contents(title, sections if edition.records else []),
        (SearchEntry(title, text),),
    )


@dataclass(frozen=True)
class HomeView:
    """The archive in a few figures."""

    edition: Edition

    @cached_property
    def open(self) -> tuple[Promise, ...]:
        """Every action that somebody still has to do."""
        return tuple(pair for pair in self.edition.actions if pair[1].is_open)

    @cached_property
    def overdue(self) -> tuple[Promise, ...]:
        """Those whose due date has passed."""
        today = self.edition.today
        return tuple(pair for pair in self.open if pair[1].days_overdue(today))

    @property
    def overdue_by_owner(self) -> list[tuple[str, list[Promise]]]:
        """Overdue actions by owner: the one who is the longest overdue first."""
        found = sorted(self.overdue, key=lambda pair: pair[1].owner or "")
        groups = [(key, list(group)) for key, group in groupby(found, lambda p: p[1].owner or "")]
        today = self.edition.today
        return sorted(groups, key=lambda g: (-max(a.days_overdue(today) for _, a in g[1]), g[0]))

    @cached_property
    def unrepaired(self) -> tuple[tuple[Postmortem, AffectedAsset], ...]:
        """Data that is known to be wrong and waits for repair."""
        return tuple(
            (record, affected)
            for record in self.edition.records
            if record.status != WITHDRAWN
            for affected in record.assets
            if affected.repair == "pending"
        )

    @property
    def assets_unrepaired(self) -> int:
        """How many assets wait for repair."""
        return len({affected.asset for _, affected in self.unrepaired})

    @property
    def latest(self) -> tuple[Postmortem, ...]:
        """The newest outages."""
        return tuple(r for r in self.edition.records if r.status != WITHDRAWN)[:LATEST]

    @cached_property
    def _days_to_publish(self) -> list[int]:
        return [
            (record.published_on - record.incident.detected_at.day).days
            for record in self.edition.records
            if record.published_on and record.incident.detected_at and not record.imported
        ]

    @property
    def published(self) -> int:
        """How many records the median is taken over."""
        return len(self._days_to_publish)

    @property
    def median_days_to_publish(self) -> float | None:
        """Median days from detection to publication; imported records are left out."""
        return median(self._days_to_publish) if self._days_to_publish else None
