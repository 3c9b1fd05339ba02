"""Counts: a ledger, a period and a day → figures, each with n and how many are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from statistics import quantiles

from debrief.catalog import Asset
from debrief.metrics.definitions import (
    DEFINITIONS,
    FEWEST_FOR_QUARTILES,
    METRICS,
    TIMES,
    Definition,
)
from debrief.metrics.facts import ActionFacts, Ledger, OutageFacts
from debrief.quarters import Quarter

YEAR = timedelta(days=365)
"""How far back a trend looks: a quarter alone has too few outages to say anything."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both in it."""

    first: date
    last: date

    @classmethod
    def of(cls, quarter: Quarter) -> Period:
        """The days of a quarter."""
        return cls(quarter.first, quarter.last)

    @classmethod
    def year_to(cls, day: date) -> Period:
        """The 365 days that end with a day."""
        return cls(day - YEAR + timedelta(days=1), day)

    def until(self, day: date) -> Period:
        """As much of it as has passed by a day."""
        return Period(self.first, min(self.last, day))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for a period.

    ``value`` is a median (of times and ages), a share in percent, or a number, in the unit of the
    definition; None where ``n``, the cases behind it, are too few. ``lower`` and ``upper`` are the
    quartiles of a median. ``missing`` cases belong to the period and lack a value.
    """

    metric: str
    period: Period
    value: float | None
    n: int
    missing: int = 0
    lower: float | None = None
    upper: float | None = None
    approximate: int = 0

    @property
    def definition(self) -> Definition:
        """What it means."""
        return METRICS[self.metric]


def figure(ledger: Ledger, metric: str, period: Period, as_of: date | None = None) -> Figure:
    """One figure, as of a day: by default the last of the period.

    Raises KeyError where there is no such figure.
    """
    definition = METRICS[metric]
    day = period.last if as_of is None else as_of
    return _COUNTS[metric](ledger, definition, period.until(day), day)


def figures(ledger: Ledger, period: Period, as_of: date | None = None) -> dict[str, Figure]:
    """Every figure, by id, in the order in which they are shown."""
    return {one.id: figure(ledger, one.id, period, as_of) for one in DEFINITIONS}


_Count = Callable[[Ledger, Definition, Period, date], Figure]


def _median(
    definition: Definition,
    period: Period,
    values: Sequence[float],
    missing: int = 0,
    approximate: int = 0,
) -> Figure:
    n = len(values)
    lower = value = upper = None
    if n >= definition.fewest:
        lower, value, upper = quantiles(values, n=4, method="inclusive")
    if n < FEWEST_FOR_QUARTILES:
        lower = upper = None
    return Figure(definition.id, period, value, n, missing, lower, upper, approximate)


def _share(
    definition: Definition, period: Period, cases: Iterable[bool], missing: int = 0
) -> Figure:
    found = list(cases)
    share = 100 * sum(found) / len(found) if len(found) >= definition.fewest and found else None
    return Figure(definition.id, period, share, len(found), missing)


def _count(definition: Definition, period: Period, number: int, missing: int = 0) -> Figure:
    return Figure(definition.id, period, number, number, missing)


# --- outages -------------------------------------------------------------------------------------


def outages_in(ledger: Ledger, period: Period, as_of: date) -> Iterator[OutageFacts]:
    """The outages that began in a period and had been detected by a day."""
    return (o for o in ledger.outages if o.day in period and o.known_on <= as_of)


def _outages(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    return _count(definition, period, sum(1 for _ in outages_in(ledger, period, day)))


def _time(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    metric = definition.id
    measured = (outage.measured.get(metric) for outage in ledger.outages)
    ended = [found for found in measured if found is not None and found.on in period]
    missing = sum(
        metric not in outage.without
        and (metric not in outage.measured or outage.measured[metric].on > day)
        for outage in outages_in(ledger, period, day)
    )
    approximate = sum(found.approximate for found in ended)
    return _median(definition, period, [found.value for found in ended], missing, approximate)


def _consumer_found(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    told = [o for o in ledger.outages if o.found_by is not None and o.known_on in period]
    missing = sum(o.found_by is None for o in outages_in(ledger, period, day))
    return _share(definition, period, (o.found_by == "consumer" for o in told), missing)


def published_in(ledger: Ledger, period: Period) -> Iterator[OutageFacts]:
    """The outages whose postmortem was published in a period."""
    return (o for o in ledger.outages if o.published_on is not None and o.published_on in period)


def had_recurred(outage: OutageFacts, day: date) -> bool:
    """Whether an outage was known by a day to repeat an earlier one."""
    return outage.recurs_from is not None and outage.recurs_from <= day


def was_unprevented(outage: OutageFacts, day: date) -> bool:
    """Whether it was known by a day to repeat one of which a preventive action was still open."""
    return outage.unprevented_from is not None and outage.unprevented_from <= day


def _recurrence(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    cases = (had_recurred(outage, day) for outage in published_in(ledger, period))
    missing = sum(
        outage.published_on is None or outage.published_on > day
        for outage in outages_in(ledger, period, day)
    )
    return _share(definition, period, cases, missing)


def _despite_promise(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    again = (outage for outage in published_in(ledger, period) if had_recurred(outage, day))
    return _share(definition, period, (was_unprevented(outage, day) for outage in again))


def wrong_dates(outages: Iterable[OutageFacts], period: Period) -> set[tuple[str, date]]:
    """The pairs of asset and date of its data that were wrong, of the dates of a period."""
    found: set[tuple[str, date]] = set()
    for outage in outages:
        for wrong in outage.wrong:
            if wrong.first is None:
                continue
            first = max(wrong.first, period.first)
            last = min(wrong.last or period.last, period.last)
            span = range(first.toordinal(), last.toordinal() + 1)
            found.update((wrong.asset, date.fromordinal(number)) for number in span)
    return found


def _data_days(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    known = [outage for outage in ledger.outages if outage.known_on <= day]
    undated = (wrong.first is None for o in outages_in(ledger, period, day) for wrong in o.wrong)
    return _count(definition, period, len(wrong_dates(known, period)), sum(undated))


# --- actions -------------------------------------------------------------------------------------


def _standing(
    chosen: Callable[[ActionFacts, date], bool],
    ledger: Ledger,
    definition: Definition,
    period: Period,
    day: date,  # noqa: ARG001 - how things stood, they stood on the last day of the period
) -> Figure:
    number = sum(chosen(action, period.last) for action in ledger.actions)
    return _count(definition, period, number)


def _ages(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:  # noqa: ARG001
    last = period.last
    ages = [(last - one.promised_on).days for one in ledger.actions if one.was_open(last)]
    return _median(definition, period, ages)


def _completed(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    due = (
        one
        for one in ledger.actions
        if _fell_due(one, one.due_on(day), period, day) and not one.was_dropped(day)
    )
    return _share(definition, period, (one.was_done(day) for one in due))


def _on_time(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    found = []
    for one in ledger.actions:
        due = one.first_due
        if due is not None and _fell_due(one, due, period, day) and not one.was_dropped(day):
            found.append(one.was_done(due))
    return _share(definition, period, found)


def _fell_due(one: ActionFacts, due: date | None, period: Period, day: date) -> bool:
    """Whether a date has come, and lies in the period; an end without a day counts nowhere."""
    return due is not None and due in period and due <= day and one.countable


def _verified(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:
    done = (
        one
        for one in ledger.actions
        if one.action.done_on is not None and one.action.done_on in period and one.was_done(day)
    )
    return _share(definition, period, (one.was_verified(day) for one in done))


def _postponements(ledger: Ledger, definition: Definition, period: Period, day: date) -> Figure:  # noqa: ARG001
    moved = (on for one in ledger.actions for on in one.postponed_on)
    return _count(definition, period, sum(on in period for on in moved))


# --- the catalog ---------------------------------------------------------------------------------


def _coverage(
    has: Callable[[Ledger, Asset], bool],
    ledger: Ledger,
    definition: Definition,
    period: Period,
    _day: date,  # the catalog has no past but in git
) -> Figure:
    cases = [has(ledger, asset) for asset in ledger.assets]
    share = 100 * sum(cases) / len(cases) if cases else None
    return Figure(definition.id, period, share, len(cases))


def _has_owner(_: Ledger, asset: Asset) -> bool:
    return asset.owner is not None


def _has_contract(_: Ledger, asset: Asset) -> bool:
    return asset.contract is not None


def _has_lineage(ledger: Ledger, asset: Asset) -> bool:
    return bool(asset.upstream) or asset.id in ledger.fed


_COUNTS: dict[str, _Count] = {
    **{one.id: _time for one in DEFINITIONS if one.shape == TIMES},
    "outages": _outages,
    "consumer_found": _consumer_found,
    "recurrence": _recurrence,
    "recurred_despite_promise": _despite_promise,
    "data_days_wrong": _data_days,
    "open_actions": partial(_standing, ActionFacts.was_open),
    "overdue_actions": partial(_standing, ActionFacts.was_overdue),
    "age_of_open_actions": _ages,
    "actions_completed": _completed,
    "actions_on_time": _on_time,
    "actions_verified": _verified,
    "postponements": _postponements,
    "assets_with_owner": partial(_coverage, _has_owner),
    "assets_with_contract": partial(_coverage, _has_contract),
    "assets_with_lineage": partial(_coverage, _has_lineage),
}
