"""Indexes that group postmortems by one of their words: an overview, and a page for each group.

An `Index` says what it groups by; severity, cause, type and status are such. Owners, assets and
quarters have pages of their own kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from statistics import median
from urllib.parse import quote

from debrief import words
from debrief.metrics import FEWEST, YEAR
from debrief.record import WITHDRAWN, Postmortem
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

SHOWN = 200
"""So many postmortems stand on the page of a group; the explorer has all of them."""
_OFTEN = 6


@dataclass(frozen=True, slots=True)
class Group:
    """The postmortems that share a word; ``meaning`` is a sentence, or empty."""

    key: str
    name: str
    meaning: str
    records: tuple[Postmortem, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """What postmortems are grouped by.

    ``column`` heads the column of the groups, ``plural`` names them on the way back from a group's
    page; ``facet`` is the explorer's name for the same.
    """

    address: str
    title: str
    column: str
    plural: str
    introduction: str
    facet: str
    groups: Callable[[Edition], Sequence[Group]]

    def page(self, key: str) -> str:
        """The address of a group's page."""
        return f"{self.address}{key}/"


def happened(records: Sequence[Postmortem]) -> tuple[Postmortem, ...]:
    """Those that were outages: all but the withdrawn ones."""
    return tuple(record for record in records if record.status != WITHDRAWN)


def severity_of(record: Postmortem) -> str:
    """The severity by which a record is counted: its own, ``restricted`` or ``not given``."""
    return record.severity or ("restricted" if record.restricted else "not given")


def plans(edition: Edition, index: Index) -> Iterator[Plan]:
    """The overview, and a page for every group, also for those that are empty."""
    yield Plan(index.address, index.title, partial(overview_page, edition, index))
    for group in index.groups(edition):
        make = partial(group_page, edition, index, group)
        yield Plan(index.page(group.key), group.name, make)


def overview_page(edition: Edition, index: Index) -> Page:
    """Every group with its figure."""
    views = [GroupView(edition, index, group) for group in index.groups(edition)]
    most = max((len(view.group.records) for view in views), default=0)
    html = fill(edition, "groups.html", index.address, index=index, views=views, most=most)
    entry = SearchEntry(index.title, index.introduction)
    return Page(
        index.address,
        index.title,
        index.introduction,
        html,
        contents(index.title, []),
        (entry,),
    )


def group_page(edition: Edition, index: Index, group: Group) -> Page:
    """One group: what it means, its figures, its postmortems, what it hits."""
    here = index.page(group.key)
    view = GroupView(edition, index, group)
    html = fill(edition, "group.html", here, index=index, view=view, group=group)
    text = f"{index.title}: {group.name}. {words.sentence(group.meaning)}".strip()
    return Page(
        here,
        group.name,
        text,
        html,
        contents(group.name, view.headings),
        (SearchEntry(group.name, text, names=(group.key, group.name)),),
    )


@dataclass(frozen=True)
class GroupView:
    """A group with its figures."""

    edition: Edition
    index: Index
    group: Group

    @property
    def records(self) -> tuple[Postmortem, ...]:
        """The newest of them, as many as the page shows."""
        return self.group.records[:SHOWN]

    @property
    def not_shown(self) -> int:
        """How many more there are."""
        return len(self.group.records) - len(self.records)

    @property
    def query(self) -> str:
        """What the explorer is asked for, to show all of them."""
        return f"?{self.index.facet}={quote(self.group.key, safe='')}"

    @cached_property
    def open_actions(self) -> int:
        """How many of their actions are open."""
        promises = (self.edition.actions_by_record.get(r.id, ()) for r in self.group.records)
        return sum(action.is_open for found in promises for _, action in found)

    @cached_property
    def overdue(self) -> int:
        """How many of those are overdue."""
        today = self.edition.today
        promises = (self.edition.actions_by_record.get(r.id, ()) for r in self.group.records)
        return sum(bool(action.days_overdue(today)) for found in promises for _, action in found)

    @property
    def last_year(self) -> int:
        """How many happened in the twelve months before today."""
        since = self.edition.today - YEAR
        return sum(since < record.day <= self.edition.today for record in self.group.records)

    @property
    def last(self) -> date | None:
        """The day of the latest that may be told."""
        return max((r.day for r in self.group.records if not r.restricted), default=None)

    @property
    def recurring(self) -> int:
        """How many repeat an earlier one."""
        return sum(record.id in self.edition.recurring for record in self.group.records)

    @property
    def found_by_consumers(self) -> str | None:
        """``3 of 12``: how many were found by somebody who used the data; None where unknown."""
        known = [r.incident.detected_by for r in self.group.records if r.incident.detected_by]
        return f"{known.count('consumer')} of {len(known)}" if known else None

    @property
    def median_duration(self) -> timedelta | None:
        """How long they took to resolve; None where too few are known."""
        found = (record.duration for record in self.group.records)
        known = [duration.total_seconds() for duration in found if duration is not None]
        return timedelta(seconds=median(known)) if len(known) >= FEWEST else None

    @cached_property
    def assets(self) -> list[tuple[str, int]]:
        """The data assets that they hit most often, with the number of outages."""
        counts = Counter(
            asset
            for record in self.group.records
            for asset in {affected.asset for affected in record.assets}
        )
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_OFTEN]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        if not self.group.records:
            return []
        sections = [("postmortems", "Postmortems"), ("assets", "Data hit most often")]
        return sections if self.assets else sections[:1]
