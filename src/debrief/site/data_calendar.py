"""The calendar of an asset's data: which dates were wrong, and which of them still are.

Data time, not clock time: a date here is a date *of the data*.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from debrief import words
from debrief.data_time import days
from debrief.record import AffectedAsset, Postmortem

Outage = tuple[Postmortem, AffectedAsset]
"""An outage, and what it did to the asset."""

MONTHS = 24
"""So many months or runs of them are shown, the latest that have a wrong date; the table has all
ranges."""

RUN = 3
"""From so many months on end that are wholly wrong by one outage, a sentence stands for them."""

PENDING, LOST, UNKNOWN, REPAIRED, UNHARMED = "pending", "lost", "unknown", "repaired", "unharmed"
_WORST_FIRST = (PENDING, LOST, UNKNOWN, REPAIRED, UNHARMED)
STATES = {
    PENDING: "not repaired",
    LOST: "lost for good",
    UNKNOWN: "repair not recorded",
    REPAIRED: "repaired",
    UNHARMED: "nothing to repair",
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
class Run:
    """Months on end of which every date was wrong by one outage."""

    months: int
    state: str
    record: str
    label: str


@dataclass(frozen=True, slots=True)
class DataCalendar:
    """The months that have a wrong date, the latest first."""

    parts: tuple[Month | Run, ...]
    earlier: int
    """How many more months have one, and are not shown."""
    undated: tuple[Outage, ...]
    """What is known to have been wrong on dates that nobody recorded."""

    @property
    def states(self) -> tuple[str, ...]:
        """The states that occur, the worst first: the legend."""
        runs = {part.state for part in self.parts if isinstance(part, Run)}
        months = (part for part in self.parts if isinstance(part, Month))
        days = (day for month in months for week in month.weeks for day in week)
        found = runs | {day.state for day in days if isinstance(day, Day)}
        return tuple(state for state in _WORST_FIRST if state in found)


def state(affected: AffectedAsset) -> str:
    """What became of a range of wrong data."""
    if affected.repair in (PENDING, LOST):
        return affected.repair
    if affected.repair == "none-needed":
        return UNHARMED
    return UNKNOWN if affected.repair is None else REPAIRED


def of(outages: Sequence[Outage], today: date) -> DataCalendar:
    """The calendar of an asset with these outages."""
    worst: dict[date, Outage] = {}
    for outage in outages:
        for day in days(outage[1], today):
            known = worst.get(day)
            if known is None or _rank(outage[1]) < _rank(known[1]):
                worst[day] = outage
    parts = tuple(_parts(worst))
    undated = tuple(pair for pair in outages if pair[1].data_from is None)
    return DataCalendar(parts[:MONTHS], sum(map(_months, parts[MONTHS:])), undated)


def _months(part: Month | Run) -> int:
    return part.months if isinstance(part, Run) else 1


def _parts(worst: dict[date, Outage]) -> Iterator[Month | Run]:
    """The months with a wrong date, the latest first; long runs of wholly wrong ones as such."""
    starts = sorted({day.replace(day=1) for day in worst}, reverse=True)

    def run(numbered: tuple[int, date]) -> tuple[int, Outage | None]:
        number, start = numbered  # backwards, the month and the number of months on end add up
        return 12 * start.year + start.month + number, _whole(start, worst)

    for (_, outage), group in groupby(enumerate(starts), key=run):
        months = [start for _, start in group]
        if outage is not None and len(months) >= RUN:
            yield _run(months[-1], months[0], len(months), outage)
        else:
            yield from (_month(start, worst) for start in months)


def _whole(start: date, worst: dict[date, Outage]) -> Outage | None:
    """The one outage that every date of a month was wrong by."""
    first = worst.get(start)
    others = range(1, _length(start))
    return first if all(worst.get(start + timedelta(day)) is first for day in others) else None


def _length(start: date) -> int:
    return calendar.monthrange(start.year, start.month)[1]


def _run(first: date, last: date, months: int, outage: Outage) -> Run:
    end = last.replace(day=_length(last))
    label = f"Every date from {words.day(first)} to {words.day(end)}: {_told(outage[1])}"
    return Run(months, state(outage[1]), outage[0].id, label)


def _rank(affected: AffectedAsset) -> int:
    return _WORST_FIRST.index(state(affected))


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
            label = f"{words.day(day)}: {_told(affected)}"
            yield Day(day.day, state(affected), record.id, label)
        else:
            yield day.day


def _told(affected: AffectedAsset) -> str:
    """What was wrong and what became of it: ``Stale, backfilled``."""
    became = STATES[state(affected)]
    if state(affected) == REPAIRED and affected.repair is not None:
        became = words.lower_term(affected.repair)
    return f"{words.term(affected.effect or 'wrong')}, {became}"
