"""PM3xx: does time run forward?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from debrief.checks.rule import Subject, rule
from debrief.finding import KeyPath, Level, Problem
from debrief.record import CLOCK_POINTS, IN_REVIEW, Moment, Postmortem

_ONE_DAY = timedelta(days=1)
"""Somewhere it is already tomorrow: a day may lie this far ahead of `today`."""


@rule(
    "PM301",
    "One instant of the incident is known",
    fix="give at least `incident.started_at` or `incident.detected_at`",
    relaxed=True,
    reads="incident",
)
def known_instant(subject: Subject) -> Iterator[Problem]:
    """An outage without any time cannot be placed, counted or compared."""
    # From review on the schema asks for the start and the detection by name.
    if subject.record.incident.clock or subject.record.reached(IN_REVIEW):
        return
    if subject.document.has_key(("incident",)):
        yield Problem(("incident",), "no instant of the incident is known")


@rule(
    "PM302",
    "The clock points are in order",
    fix="correct the times: started, detected, acknowledged, mitigated, resolved",
    relaxed=True,
)
def clock_in_order(subject: Subject) -> Iterator[Problem]:
    """Each clock point is compared with the latest one before it."""
    latest: tuple[str, Moment] | None = None
    for key, moment in subject.record.incident.clock.items():
        if latest and moment.surely_before(latest[1]):
            yield Problem(
                ("incident", key),
                f"`{key}` ({moment.text}) lies before `{latest[0]}` ({latest[1].text})",
            )
        else:
            latest = (key, moment)


@rule(
    "PM303",
    "The timeline is in order",
    fix="move the event, or correct its time",
    relaxed=True,
)
def timeline_in_order(subject: Subject) -> Iterator[Problem]:
    """Events stand in the order in which they happened."""
    timeline = subject.record.timeline
    for index in range(1, len(timeline)):
        here, before = timeline[index].at, timeline[index - 1].at
        vague = timeline[index].approximate or timeline[index - 1].approximate
        if here.surely_before(before) and not vague:
            yield Problem(
                ("timeline", index, "at"),
                f"{here.text} stands after {before.text}",
            )


_MAY_PRECEDE = ("change", "decision", "note")
_MAY_FOLLOW = ("communication", "recovery", "note", "decision", "report", "change")


@rule(
    "PM304",
    "The timeline lies inside the incident",
    fix="correct the time; a `change` or `note` may lie before, a `communication` after",
    level=Level.WARNING,
)
def timeline_inside(subject: Subject) -> Iterator[Problem]:
    """A symptom before the start means that it started earlier; a late alert, that it went on."""
    record = subject.record
    start = record.incident.started_at
    ends = [record.incident.resolved_at, *(asset.restored_at for asset in record.assets)]
    end = max((moment for moment in ends if moment), default=None)
    for index, event in enumerate(record.timeline):
        where: KeyPath = ("timeline", index, "at")
        early = start and event.at.surely_before(start) and event.kind not in _MAY_PRECEDE
        if start and early and event.kind:
            yield Problem(
                where, f"this {event.kind} ({event.at.text}) lies before the start ({start.text})"
            )
        late = record.incident.resolved_at and end and end.surely_before(event.at)
        if end and late and event.kind and event.kind not in _MAY_FOLLOW:
            yield Problem(
                where, f"this {event.kind} ({event.at.text}) lies after the end ({end.text})"
            )


@rule("PM305", "Nothing that has happened lies in the future", fix="correct the date")
def no_future(subject: Subject) -> Iterator[Problem]:
    """Due dates may lie ahead; what was done, held, signed or measured may not."""
    for path, day in _past_days(subject.record):
        if day > subject.today + _ONE_DAY:
            yield Problem(
                path, f"`{path[-1]}` ({day}) lies in the future; today is {subject.today}"
            )


def _past_days(record: Postmortem) -> Iterator[tuple[KeyPath, date]]:
    """Every day on which something is said to have happened."""
    days: list[tuple[KeyPath, date | None]] = [
        (("published_on",), record.published_on),
        (("closed_on",), record.closed_on),
    ]
    if record.review:
        days.append((("review", "held_on"), record.review.held_on))
    for index, decision in enumerate(record.impact.decisions):
        days.append((("impact", "decisions", index, "corrected_on"), decision.corrected_on))
    for index, change in enumerate(record.changes):
        days.append((("changes", index, "changed_on"), change.changed_on))
    for index, action in enumerate(record.actions):
        for position, change in enumerate(action.changes):
            days.append((("actions", index, "changes", position, "changed_on"), change.changed_on))
        days.append((("actions", index, "done_on"), action.done_on))
        where: KeyPath = ("actions", index, "verification", "verified_on")
        days.append((where, action.verification.verified_on))
        for position, rehearsal in enumerate(action.rehearsals):
            where = ("actions", index, "rehearsals", position, "held_on")
            days.append((where, rehearsal.held_on))
    for index, sign_off in enumerate(record.sign_offs):
        days.append((("sign_offs", index, "signed_on"), sign_off.signed_on))
    days += ((path, moment.day) for path, moment in _past_moments(record))
    return ((path, day) for path, day in days if day is not None)


def _past_moments(record: Postmortem) -> Iterator[tuple[KeyPath, Moment]]:
    for key, moment in record.incident.clock.items():
        yield ("incident", key), moment
    for index, event in enumerate(record.timeline):
        yield ("timeline", index, "at"), event.at
        if event.until:
            yield ("timeline", index, "until"), event.until
    for index, item in enumerate(record.evidence):
        if item.captured_at:
            yield ("evidence", index, "captured_at"), item.captured_at
    for index, asset in enumerate(record.assets):
        if asset.restored_at:
            yield ("assets", index, "restored_at"), asset.restored_at


@rule("PM306", "A range begins before it ends", fix="exchange the two, or correct one")
def range_forward(subject: Subject) -> Iterator[Problem]:
    """The ranges of wrong data, and events that lasted."""
    for index, asset in enumerate(subject.record.assets):
        if asset.data_from and asset.data_to and asset.data_to < asset.data_from:
            yield Problem(
                ("assets", index, "data_to"),
                f"the range ends on {asset.data_to}, before it begins on {asset.data_from}",
            )
    for index, event in enumerate(subject.record.timeline):
        if event.until and event.until.surely_before(event.at):
            yield Problem(
                ("timeline", index, "until"),
                f"the event ends ({event.until.text}) before it begins ({event.at.text})",
            )


@rule(
    "PM307",
    "No action is due before the incident",
    fix="correct the due date",
    relaxed=True,
)
def due_after_incident(subject: Subject) -> Iterator[Problem]:
    """A promise cannot be older than its occasion."""
    for index, action in enumerate(subject.record.actions):
        if action.due and action.due < subject.record.day:
            yield Problem(
                ("actions", index, "due"),
                f"due on {action.due}, before the incident of {subject.record.day}",
            )


@rule(
    "PM308",
    "A date alone stands only where it says so",
    fix="write the time with its zone; or, if nobody knows it, `precision: day` beside it",
)
def day_precision(subject: Subject) -> Iterator[Problem]:
    """Where the time of day is unknown, that is said, and no time is made up."""
    record = subject.record
    if record.incident.precision != "day":
        for key in CLOCK_POINTS:
            moment = getattr(record.incident, key)
            if moment and moment.whole_day:
                yield Problem(("incident", key), f"`{key}` is a date without a time of day")
    for index, event in enumerate(record.timeline):
        if event.at.whole_day and event.precision != "day":
            yield Problem(("timeline", index, "at"), f"{event.at.text} has no time of day")
    for index, asset in enumerate(record.assets):
        vague = asset.approximate or record.incident.precision == "day"
        if asset.restored_at and asset.restored_at.whole_day and not vague:
            yield Problem(
                ("assets", index, "restored_at"),
                "`restored_at` is a date without a time of day",
                "write the time with its zone; or `approximate: true` beside it",
            )


@rule(
    "PM309",
    "What follows from something comes after it",
    fix="correct one of the two dates",
    relaxed=True,
)
def consequences_follow(subject: Subject) -> Iterator[Problem]:
    """Reviewed, then published, then closed; done, then verified; wrong, then restored."""
    record = subject.record
    held = record.review.held_on if record.review else None
    yield from _after(("review", "held_on"), held, "the incident", record.day)
    yield from _after(("published_on",), record.published_on, "the review", held)
    yield from _after(("closed_on",), record.closed_on, "the publication", record.published_on)
    for index, action in enumerate(record.actions):
        done: KeyPath = ("actions", index, "done_on")
        yield from _after(done, action.done_on, "the incident", record.day)
        where: KeyPath = ("actions", index, "verification", "verified_on")
        checked = action.verification.verified_on
        yield from _after(where, checked, "the day it was done", action.done_on)
        if record.closed_on and checked:
            yield from _after(
                ("closed_on",), record.closed_on, f"`{action.id}` was verified", checked
            )
    start = record.incident.started_at
    for index, asset in enumerate(record.assets):
        if start and asset.restored_at and asset.restored_at.surely_before(start):
            yield Problem(
                ("assets", index, "restored_at"),
                f"restored ({asset.restored_at.text}) before the outage began ({start.text})",
            )


def _after(
    where: KeyPath, later: date | None, name: str, earlier: date | None
) -> Iterator[Problem]:
    if later and earlier and later < earlier:
        yield Problem(where, f"`{where[-1]}` ({later}) lies before {name} ({earlier})")


RULES = (
    known_instant,
    clock_in_order,
    timeline_in_order,
    timeline_inside,
    no_future,
    range_forward,
    due_after_incident,
    day_precision,
    consequences_follow,
)
