"""The calendar of an asset's data: which dates were wrong, and which of them still are.

Data time, not clock time: a date here is a date *of the data*.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from debrief.record import AffectedAsset, Postmortem
from debrief.site import words

Outage = tuple[Postmortem, AffectedAsset]
"""An outage, and what it did to the asset."""

MONTHS = 24
"""So many months are drawn, the latest that have a wrong date; the table has all ranges."""

PENDING, LOST, UNKNOWN, REPAIRED = "pending", "lost", "unknown", "repaired"
_WORST_FIRST = (PENDING, LOST, UNKNOWN, REPAIRED)
STATES = {
    PENDING: "not repaired",
    LOST: "lost for good",
    UNKNOWN: "repair not recorded",
    REPAIRED: "repaired, or nothing to repair",
}
"""What became of a wrong date, in words."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the data that was wrong: the outage that did it, and what became of it."""

    number: int
    state: str
    record: str
    label: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with a wrong date; a day is its number alone where nothing is known against it."""

    name: str
    weeks: tuple[tuple[Day | int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class DataCalendar:
    """The months that have a wrong date, the latest first."""

    months: tuple[Month, ...]
    earlier: int
    """How many more months have one, and are not drawn."""
    undated: tuple[Outage, ...]
    """What is known to have been wrong on dates that nobody recorded."""

    @property
    def states(self) -> tuple[str, ...]:
        """The states that occur, the worst first: the legend."""
        found = {
            day.state
            for month in self.months
            for week in month.weeks
            for day in week
            if isinstance(day, Day)
        }
        return tuple(state for state in _WORST_FIRST if state in found)


def state(affected: AffectedAsset) -> str:
    """What became of a range of wrong data."""
    if affected.repair in (PENDING, LOST):
        return affected.repair
    return UNKNOWN if affected.repair is None else REPAIRED


def last_day(affected: AffectedAsset, today: date) -> date | None:
    """The last date of a range; of an open one, the day it was restored, or today.

    None where the range has no beginning.
    """
    if affected.data_from is None:
        return None
    if affected.data_to is not None:
        return affected.data_to
    restored = affected.restored_at
    return max(affected.data_from, restored.day if restored else today)


def of(outages: Sequence[Outage], today: date) -> DataCalendar:
    """The calendar of an asset with these outages."""
    worst: dict[date, Outage] = {}
    for record, affected in outages:
        for day in _days(affected, today):
            known = worst.get(day)
            if known is None or _rank(affected) < _rank(known[1]):
                worst[day] = (record, affected)
    starts = sorted({day.replace(day=1) for day in worst}, reverse=True)
    undated = tuple(pair for pair in outages if pair[1].data_from is None)
    months = tuple(_month(start, worst) for start in starts[:MONTHS])
    return DataCalendar(months, max(len(starts) - MONTHS, 0), undated)


def _rank(affected: AffectedAsset) -> int:
    return _WORST_FIRST.index(state(affected))


def _days(affected: AffectedAsset, today: date) -> Iterator[date]:
    last = last_day(affected, today)
    if affected.data_from is not None and last is not None:
        for offset in range((last - affected.data_from).days + 1):
            yield affected.data_from + timedelta(days=offset)


def _month(start: date, worst: dict[date, Outage]) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(start.year, start.month)
    name = f"{words.MONTHS[start.month - 1]} {start.year}"
    return Month(name, tuple(tuple(_cells(week, start, worst)) for week in weeks))


def _cells(
    week: Iterable[date], start: date, worst: dict[date, Outage]
) -> Iterator[Day | int | None]:
    for day in week:
        if day.month != start.month:
            yield None
        elif day in worst:
            record, affected = worst[day]
            became = STATES[state(affected)]
            if state(affected) == REPAIRED and affected.repair is not None:
                became = words.lower_term(affected.repair)
            effect = words.term(affected.effect or "wrong")
            label = f"{words.day(day)}: {effect}, {became}"
            yield Day(day.day, state(affected), record.id, label)
        else:
            yield day.day
