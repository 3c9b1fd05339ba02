"""The phases of an outage as rows of its timeline, and the same in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from debrief.record import Moment, Phase, Postmortem
from debrief.site import words
from debrief.site.drawing import shorten, width
from debrief.site.timescale import ROOM, TYPE, Scale

HEIGHT = 22.0
"""The height of a row."""

_ASIDE = 6.0


@dataclass(frozen=True, slots=True)
class Row:
    """A phase, or a clock point that bounds none, in a row of its own.

    Its bar reaches from the earliest to the latest that it can have been; ``sure`` is the part that
    does not depend on unknown times of day. Its words stand ``within`` the bar where they fit, else
    ``after`` it, else ``before`` it.
    """

    name: str
    label: str
    y: float
    x: float
    end: float
    sure: tuple[float, float] | None
    vague: bool
    side: str

    @property
    def label_x(self) -> float:
        return self.end if self.side == "after" else self.x


def rows(record: Postmortem, scale: Scale, top: float) -> tuple[Row, ...]:
    """The rows in order of time, the first at ``top``."""
    found = sorted(_stretches(record), key=lambda stretch: stretch.start.start)
    return tuple(_row(stretch, scale, top + index * HEIGHT) for index, stretch in enumerate(found))


def lasted(phase: Phase) -> str:
    """How long a phase lasted, as far as it is known."""
    return _lasted(phase.duration, phase.start, phase.end)


def turns(record: Postmortem) -> dict[int, str]:
    """Which event, by its number, is told at which clock points: ``Detected``."""
    found: dict[int, list[str]] = {}
    for name, moment in _points(record).items():
        told = (number for number, event in enumerate(record.timeline, 1) if event.at == moment)
        if not moment.whole_day and (number := next(told, None)) is not None:
            found.setdefault(number, []).append(name)
    return {number: words.sentence(words.listed(names)) for number, names in found.items()}


def end(moment: Moment) -> datetime:
    """The end of a moment; of a whole day, the midnight after it."""
    return moment.start + timedelta(days=1) if moment.whole_day else moment.end


@dataclass(frozen=True, slots=True)
class _Stretch:
    name: str
    label: str
    start: Moment
    end: Moment
    vague: bool


def _stretches(record: Postmortem) -> Iterator[_Stretch]:
    """The phases, and then the clock points that bound none of them."""
    vague = record.incident.approximate
    about = "about " if vague else ""
    for phase in record.phases:
        name = phase.name.removeprefix("until ").replace(" ", "-")
        label = f"{words.term(phase.name)}, {about if phase.duration else ''}{lasted(phase)}"
        yield _Stretch(name, label, phase.start, phase.end, vague)
    bounds = {moment for phase in record.phases for moment in (phase.start, phase.end)}
    for name, moment in _points(record).items():
        if moment not in bounds:
            yield _Stretch("point", _told(record, name), moment, moment, vague)


def _points(record: Postmortem) -> dict[str, Moment]:
    points = {key.removesuffix("_at"): at for key, at in record.incident.clock.items()}
    if record.restored_at is not None:
        points["data restored"] = record.restored_at
    return points


def _told(record: Postmortem, name: str) -> str:
    after = record.time_to_acknowledge
    if name == "acknowledged" and after and after > timedelta():
        return f"Acknowledged after {words.duration(after)}"
    return words.term(name)


def _row(stretch: _Stretch, scale: Scale, y: float) -> Row:
    left, right = scale.at(stretch.start.start), scale.at(end(stretch.end))
    by_day = stretch.start.whole_day or stretch.end.whole_day
    sure = (scale.at(end(stretch.start)), scale.at(stretch.end.start)) if by_day else (left, right)
    label = shorten(stretch.label, max(right - left, left, ROOM - right) - 2 * _ASIDE, TYPE)
    return Row(
        stretch.name,
        label,
        y,
        left,
        right,
        sure if sure[0] < sure[1] else None,
        stretch.vague or by_day,
        _side(label, left, right),
    )


def _side(label: str, left: float, right: float) -> str:
    needed = width(label, TYPE) + 2 * _ASIDE
    if right - left >= needed:
        return "within"
    return "after" if ROOM - right >= needed else "before"


# --- in a sentence ------------------------------------------------------------------------------


def sentence(record: Postmortem) -> str:
    """What the drawing shows, for those who don't see it."""
    facts = ", ".join(_facts(record))
    events = words.counted(len(record.timeline), "event") if record.timeline else ""
    told = "; ".join(filter(None, (facts, events)))
    return f"{_outage(record)}: {told}." if told else f"{_outage(record)}."


def _outage(record: Postmortem) -> str:
    start, stop = record.incident.started_at, record.incident.resolved_at
    about = "about " if record.incident.approximate else ""
    if start is None:
        return f"Outage resolved {about}{words.instant(stop)}" if stop else "Timeline"
    if stop is None:
        return f"Outage from {about}{words.instant(start)}"
    if start.day != stop.day:
        return f"Outage from {about}{words.instant(start)} to {words.instant(stop)}"
    clocks = f", {about}{words.clock(start)} to {words.clock(stop)} UTC"
    return f"Outage of {words.day(start.day)}{'' if start.whole_day or stop.whole_day else clocks}"


def _facts(record: Postmortem) -> Iterator[str]:
    """How long after the start each clock point came."""
    incident = record.incident
    by = words.FOUND_BY.get(incident.detected_by or "", "")
    if incident.detected_at is not None or by:
        after = _after(incident.started_at, incident.detected_at)
        yield " ".join(["detected", *filter(None, (after, by and f"by {by}"))])
    points = {"mitigated": incident.mitigated_at, "resolved": incident.resolved_at}
    for name, moment in {**points, "data restored": record.restored_at}.items():
        if moment is not None:
            yield f"{name} {_after(incident.started_at, moment)}".strip()


def _after(start: Moment | None, moment: Moment | None) -> str:
    if start is None or moment is None or moment < start:
        return ""
    passed = start.until(moment)
    return f"after {words.duration(passed)}" if passed else _lasted(passed, start, moment)


def _lasted(passed: timedelta, start: Moment, end: Moment) -> str:
    if passed:
        return words.duration(passed)
    return "within a day" if start.whole_day or end.whole_day else "at once"
