"""On which days something is said, and on which nothing goes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from debrief.catalog import WEEKDAYS, Policy, ReminderPolicy
from debrief.workdays import is_worked

_WEEKEND = ("saturday", "sunday")

_YEAR = 366


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days by themselves, and after ``start`` every so many days without end.

    Days are counted as ordinals (``date.toordinal``): a date that a record may hold, such as
    9999-12-31, has days after it that no ``date`` can.
    """

    days: tuple[int, ...]
    start: int
    every: int

    @classmethod
    def around(cls, day: date, policy: ReminderPolicy) -> Rhythm:
        """Before and after a day on which something is due, as the policy says."""
        due = day.toordinal()
        days = {due - number for number in policy.before} | {due + n for n in policy.after}
        return cls(tuple(sorted(days)), due + max(policy.after, default=0), policy.every)

    @classmethod
    def since(cls, day: date, wait: int, every: int) -> Rhythm:
        """First so many days after a day, and from then on every so many."""
        first = day.toordinal() + wait
        return cls((first,), first, every)

    @classmethod
    def weekly(cls) -> Rhythm:
        """Every Monday; day 1 was one."""
        return cls((), 1, 7)

    def has_begun(self, today: date) -> bool:
        """Whether its first day has come."""
        first = min((*self.days, self.start + self.every))
        return first <= today.toordinal()

    def between(self, after: date, until: date) -> tuple[date, ...]:
        """Its days after one day and up to another, in order."""
        low, high = max(after.toordinal(), 0), until.toordinal()
        days = {day for day in self.days if low < day <= high} | set(self._again(low, high))
        return tuple(date.fromordinal(day) for day in sorted(days))

    def _again(self, low: int, high: int) -> Iterable[int]:
        first = self.start + self.every
        if first <= low:
            first += (low - first) // self.every * self.every + self.every
        return range(first, high + 1, self.every)


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are spoken of in one run: after one, up to another.

    It is ``assumed`` where nobody remembers what was said last.
    """

    after: date
    until: date
    assumed: bool = False


def is_quiet(policy: Policy, day: date) -> bool:
    """Whether nothing goes out on a day."""
    reminders = policy.reminders
    if day in reminders.quiet_on or not is_worked(policy.calendar, day):
        return True
    quiet = reminders.quiet_weekdays
    if quiet is None:
        quiet = () if policy.calendar.business_days else _WEEKEND
    return WEEKDAYS[day.weekday()] in quiet


def window_without_memory(policy: Policy, today: date) -> Window:
    """What is spoken of where nobody remembers: this day, and the quiet ones just before it."""
    before = next((day for day in _back_from(today) if not is_quiet(policy, day)), None)
    return Window(before or today - timedelta(days=1), today, assumed=True)


def next_spoken(policy: Policy, today: date) -> date | None:
    """The first day after one on which something may go out; None where none comes in a year."""
    days = (today + timedelta(days=number) for number in range(1, _YEAR + 1))
    return next((day for day in days if not is_quiet(policy, day)), None)


def _back_from(today: date) -> Iterator[date]:
    return (today - timedelta(days=number) for number in range(1, _YEAR + 1))
