"""Figures about an archive as of a day: so that any past day gives today what it gave then.

Records say when an outage began, when an action was done and how its due date moved. They do not
say when an action was promised, so it counts from the day of its outage; nor when it was decided
not to do one, so those count on no day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from debrief.quarters import Quarter
from debrief.record import WITHDRAWN, Action, Postmortem

Promise = tuple[Postmortem, Action]
"""An action, and the record that it stands in."""

YEAR = timedelta(days=365)
"""How far back medians and shares look: a quarter alone has too few outages to say anything."""

FEWEST = 3
"""Below so many, a median or a share is not shown: it would be an anecdote."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure on a day; ``value`` is None where ``n`` is too small to mean anything."""

    on: date
    value: float | None
    n: int


def due_on(action: Action, day: date) -> date | None:
    """The due date that an action had on a day; later postponements are undone."""
    later = [c for c in action.changes if c.field == "due" and c.changed_on > day and c.old]
    if not later:
        return action.due
    first = min(later, key=lambda change: change.changed_on)
    return date.fromisoformat(first.old or "")


def was_open(record: Postmortem, action: Action, day: date) -> bool:
    """Whether somebody still had to do an action on a day."""
    if record.day > day or action.status == "not-doing":
        return False
    if action.is_open:
        return True
    return action.done_on is not None and action.done_on > day


def was_overdue(record: Postmortem, action: Action, day: date) -> bool:
    """Whether an action was open on a day and past the due date that it had then."""
    due = due_on(action, day)
    return due is not None and due < day and was_open(record, action, day)


def open_actions(promises: Iterable[Promise], day: date) -> Reading:
    """How many actions were open on a day."""
    found = sum(was_open(record, action, day) for record, action in promises)
    return Reading(day, found, found)


def overdue_actions(promises: Iterable[Promise], day: date) -> Reading:
    """How many of the open ones were past the due date that they had then."""
    pairs = list(promises)
    late = sum(was_overdue(record, action, day) for record, action in pairs)
    return Reading(day, late, open_actions(pairs, day).n)


def days_to_publish(records: Iterable[Postmortem], day: date) -> Reading:
    """Median days from detection to publication, of what was published in the year before a day.

    Imported records are left out: their dates are somebody else's.
    """
    found = [
        (record.published_on - record.incident.detected_at.day).days
        for record in records
        if record.published_on is not None
        and record.incident.detected_at is not None
        and record.imported is None
        and day - YEAR < record.published_on <= day
    ]
    return Reading(day, median(found) if len(found) >= FEWEST else None, len(found))


def recurrence(records: Iterable[Postmortem], recurring: Iterable[str], day: date) -> Reading:
    """The share of the outages of the year before a day that repeat an earlier one, in percent.

    ``recurring`` are the ids of those that do (``recurrence.recurs``). Withdrawn and imported
    records are no outages of ours.
    """
    again = frozenset(recurring)
    found = [
        record.id
        for record in records
        if record.status != WITHDRAWN and record.imported is None and day - YEAR < record.day <= day
    ]
    share = 100 * sum(record in again for record in found) / len(found) if found else 0
    return Reading(day, share if len(found) >= FEWEST else None, len(found))


def checkpoints(today: date, count: int) -> tuple[date, ...]:
    """The last days of past quarters, and today as the last one: ``count`` days in all."""
    days = [today]
    quarter = Quarter.of(today)
    while len(days) < count:
        quarter = quarter.previous
        days.append(quarter.last)
    return tuple(reversed(days))
