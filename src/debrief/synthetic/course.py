"""How one outage went, in clock time, and the timeline that tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from debrief.record import DRAFT, IN_REVIEW
from debrief.synthetic import phrases
from debrief.synthetic.dice import Dice
from debrief.synthetic.plan import TODAY, Outage
from debrief.synthetic.speech import Speech

_MINUTES_A_DAY = 1440

_MINUTES_TO_DETECT = {(5, 60): 40, (60, 480): 36, (480, 2880): 16, (2880, 20_000): 8}
"""From the start until somebody knew: from and to, with the shares in a hundred."""

_EVENTS = {
    3: 4, 4: 8, 5: 13, 6: 15, 7: 16, 8: 12, 9: 9, 10: 7, 12: 5, 14: 4, 17: 3, 21: 2, 26: 1,
    33: 0.6, 40: 0.3, 47: 0.2,
}  # fmt: skip
"""How many events a timeline has, with the shares: a median of seven, and up to 47."""

_FINDS = {"monitor": "alert", "engineer": "note", "consumer": "report", "vendor": "report"}
"""The kind of event by which each of them tells of an outage."""


@dataclass(frozen=True)
class Course:
    """The instants of an outage, in UTC; the later ones are None where it is not over."""

    started: datetime
    detected: datetime
    acknowledged: datetime
    mitigated: datetime | None = None
    resolved: datetime | None = None
    restored: datetime | None = None

    @classmethod
    def of(cls, outage: Outage, dice: Dice) -> Course:
        """A course that is over, if at all, by the day as of which the archive is written."""
        minute = dice.between(0, _MINUTES_A_DAY - 1)
        start = datetime.combine(outage.day, time()) + timedelta(minutes=minute)
        detected = dice.between(*dice.weighted(_MINUTES_TO_DETECT))
        acknowledged = detected + dice.between(1, 40)
        mitigated = acknowledged + dice.between(10, 400)
        resolved = mitigated + dice.about(5, 1200)
        restored = resolved + dice.about(0, 5 * _MINUTES_A_DAY)
        last = outage.age * _MINUTES_A_DAY - minute  # there is at least this minute
        late = max(restored, last)

        def at(offset: int) -> datetime:
            return start + timedelta(minutes=offset * last // late)

        if outage.status == DRAFT or (outage.status == IN_REVIEW and dice.chance(0.15)):
            return cls(start, at(detected), at(acknowledged))
        over = (at(mitigated), at(resolved), at(restored))
        return cls(start, at(detected), at(acknowledged), *over)


def instant(moment: datetime) -> str:
    """A moment as a record gives it."""
    return f"{moment.isoformat(timespec='minutes')}Z"


def shown(moment: datetime, outage: Outage) -> str:
    """The same, or the day alone where nobody knows more."""
    return moment.date().isoformat() if outage.precision == "day" else instant(moment)


def clock(outage: Outage, course: Course) -> dict[str, Any]:
    """The clock points of the front matter."""
    points = {
        "started_at": course.started,
        "detected_at": course.detected,
        "acknowledged_at": course.acknowledged,
        "mitigated_at": course.mitigated,
        "resolved_at": course.resolved,
    }
    found: dict[str, Any] = {
        key: shown(moment, outage) for key, moment in points.items() if moment is not None
    }
    if outage.precision == "day":
        found["precision"] = "day"
    if outage.approximate:
        found["approximate"] = True
    return found


# --- the timeline ---------------------------------------------------------------------------------

_Happened = tuple[datetime, str, str | None]
"""When, which kind of event, and by whom."""


def timeline(outage: Outage, course: Course, dice: Dice, speech: Speech) -> list[dict[str, Any]]:
    """What happened, in order."""
    wanted = dice.weighted(_EVENTS)
    happened = list(_skeleton(outage, course, dice))[:wanted]
    while len(happened) < wanted:
        end = course.resolved or course.acknowledged
        kind = dice.weighted({"note": 8, "communication": 1, "decision": 2})
        happened.append((_within(dice, course.started, end), kind, dice.pick(_PRESENT)))
    happened.sort(key=lambda event: event[0])
    return [_event(event, outage, dice, speech) for event in happened]


_PRESENT = ("engineer", "steward", "owner")


def _skeleton(outage: Outage, course: Course, dice: Dice) -> Iterator[_Happened]:
    """What every timeline tells as far as it came to pass, the most telling first."""
    started, detected = course.started, course.detected
    finder = outage.detected_by
    yield detected, _FINDS[finder], finder
    yield started - timedelta(minutes=dice.between(0, 600)), "change", "vendor"
    if course.resolved:
        yield course.resolved, "recovery", "engineer"
    yield started + (detected - started) / 2, "symptom", None
    yield course.acknowledged, "escalation", "engineer"
    if course.mitigated and course.resolved and course.restored:
        yield course.mitigated, "mitigation", "engineer"
        yield _within(dice, course.acknowledged, course.mitigated), "decision", "incident_commander"
        yield _within(dice, course.mitigated, course.restored), "communication", "owner"
        yield course.restored, "recovery", "steward"


def _within(dice: Dice, start: datetime, end: datetime) -> datetime:
    minutes = (end - start) // timedelta(minutes=1)
    return start + timedelta(minutes=dice.between(0, max(minutes, 0)))


def _event(event: _Happened, outage: Outage, dice: Dice, speech: Speech) -> dict[str, Any]:
    at, kind, by = event
    told: dict[str, Any] = {"at": shown(at, outage)}
    if outage.precision == "day":
        told["precision"] = "day"
    elif dice.chance(0.4 if outage.approximate else 0.03):
        told["approximate"] = True
    told |= {"kind": kind, "event": speech.one(phrases.EVENTS[kind])}
    if by is not None and dice.chance(0.8):
        told["by"] = by
    if kind == "decision":
        told["rationale"] = speech.one(phrases.RATIONALES)
    return told


def days_after(day: date, dice: Dice, low: int, high: int) -> date:
    """A day so much later; not after the day as of which the archive is written."""
    return min(day + timedelta(days=dice.between(low, high)), TODAY)
