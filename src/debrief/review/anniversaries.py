"""Outages of earlier years whose days come round, as peak days and ends of quarters do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from debrief import words
from debrief.metrics import OutageFacts
from debrief.review.desk import Desk
from debrief.review.outages import prevention
from debrief.review.phrases import Phrase, ended, enumerated, joined, say
from debrief.review.report import Item
from debrief.review.span import Span


def anniversaries(desk: Desk) -> Iterator[Item]:
    """Outages of earlier years whose days come round in the span or in the one after it."""
    for span in (desk.span, desk.span.next):
        group = (f"In {span.label}",)
        for outage in sorted(desk.known, key=lambda o: (o.day.month, o.day.day, o.id)):
            years = span.first.year - outage.day.year
            why = occasion(outage.day)
            if not years or outage.record.restricted or not _returns(outage.day, span):
                continue
            if years == 1 or (why and years <= 3):
                yield _anniversary(desk, outage, years, why, group)


def _returns(day: date, span: Span) -> bool:
    first, last = span.first, span.last
    return (first.month, first.day) <= (day.month, day.day) <= (last.month, last.day)


def _anniversary(desk: Desk, outage: OutageFacts, years: int, why: str, group: Phrase) -> Item:
    record = outage.record
    notes: list[Phrase] = [ended(record.summary)] if record.summary else []
    if why:
        year = outage.day.year + years
        next_day = next_occasion(outage.day, year)
        when = f", which in {year} is {words.short_day(next_day)}" if next_day else ""
        notes.append((f"It fell on {why}{when}.",))
    promises = [one for one in prevention(desk, record.id) if one.promised_on <= desk.day]
    left = [one for one in promises if one.was_open(desk.day)]
    seen = sum(one.was_verified(desk.day) for one in promises)
    if promises:
        told = (
            say("{} ({}) is {}", desk.names.action(one.record, one.action),
                desk.names.owner(desk.owner(one)), desk.state(one))
            for one in left[:2]
        )  # fmt: skip
        still = say("; {}", joined(told, "; ")) if left else ()
        notes.append(say("Of {} {} verified{}.", words.counted(len(promises), "preventive action"),
                         f"{seen or 'none'} {'is' if seen <= 1 else 'are'}", still))  # fmt: skip
    again = desk.came_back.get(record.id, ())
    if again:
        names = enumerated(say("{}", desk.names.record(o.record)) for o in again[:3])
        notes.append(say("It came back since: {}.", names))
    ago = "a year" if years == 1 else f"{years} years"
    facts = tuple(filter(None, (desk.names.severity(record),
                                (f"{words.short_day(record.day)}, {ago} before",))))  # fmt: skip
    return Item((desk.names.record(record),), facts, tuple(notes), group=group)


def occasion(day: date) -> str:
    """What makes a day come round with its own troubles; nothing for an ordinary one."""
    if (black := _black_friday(day.year)) <= day <= black + timedelta(days=3):
        return "Black Friday and the days after it"
    if day.month in (3, 10) and day == _last_sunday(day.year, day.month):
        return "the Sunday on which clocks change in Europe"
    if (day.month, day.day) in ((12, 31), (1, 1)):
        return "the turn of the year"
    tomorrow = day + timedelta(days=1)
    if tomorrow.day == 1 and tomorrow.month in (1, 4, 7, 10):
        return "the last day of a quarter"
    if day.day == 1 and day.month in (1, 4, 7, 10):
        return "the first day of a quarter"
    return "the twenty-ninth of February" if (day.month, day.day) == (2, 29) else ""


def next_occasion(day: date, year: int) -> date | None:
    """The day of the same occasion in another year; None where that year has none."""
    if _black_friday(day.year) <= day <= _black_friday(day.year) + timedelta(days=3):
        return _black_friday(year)
    if day.month in (3, 10) and day == _last_sunday(day.year, day.month):
        return _last_sunday(year, day.month)
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
