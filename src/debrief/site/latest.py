"""When something last moved in a record: what feeds and calendars say instead of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from debrief.record import Action, Postmortem
from debrief.trail import Trail

NEVER = date(1970, 1, 1)
"""Stands where a format asks for a day and there is none."""


def appeared(record: Postmortem) -> date:
    """The day that stands for a record's beginning.

    It is the day in its id. Of a restricted record, the day of the incident is not told: the year
    stands in its address.
    """
    return date(record.year, 1, 1) if record.restricted else record.day


def moved(record: Postmortem, trail: Trail) -> date:
    """The last day on which the record says, or its trail shows, that something moved."""
    return max((appeared(record), *_told(record), *_shown(trail)))


def action_moved(record: Postmortem, action: Action, trail: Trail) -> date:
    """The last day on which owner or due date of an action moved; else the record's beginning."""
    found = (step.on for step in trail.of(action.id) if step.on)
    return max((appeared(record), *found))


def midnight(day: date) -> datetime:
    """The instant at which a day begins, in UTC, for formats that know no plain day."""
    return datetime.combine(day, time(), UTC)


def _told(record: Postmortem) -> Iterator[date]:
    days = [record.published_on, record.closed_on]
    days += [record.review.held_on] if record.review else []
    days += [record.imported.imported_on] if record.imported else []
    days += [sign_off.signed_on for sign_off in record.sign_offs]
    days += [change.changed_on for change in record.changes]
    moments = [*record.incident.clock.values(), *(asset.restored_at for asset in record.assets)]
    days += [moment.day for moment in moments if moment]
    for action in record.actions:
        days += [action.done_on, action.verification.verified_on]
        days += [rehearsal.held_on for rehearsal in action.rehearsals]
        days += [change.changed_on for change in action.changes]
    yield from filter(None, days)


def _shown(trail: Trail) -> Iterator[date]:
    if trail.arrived:
        yield trail.arrived.on
    days = [stay.since for stay in trail.stays]
    days += [step.on for step in trail.steps]
    days += [step.on for steps in trail.actions.values() for step in steps]
    yield from filter(None, days)
