"""The timeline of a record as a drawing: phases and events on an axis of time.

Everything is placed here; the template only writes it down. Across, places are shares of the width
(``share``), so that the drawing grows with the page while its words keep their size; down, they are
pixels. What is known only to the day is as wide as the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil

from debrief import words
from debrief.record import Moment, Postmortem, TimelineEvent
from debrief.site import phases
from debrief.site.drawing import coordinate, width
from debrief.site.placing import lanes, packed, spread
from debrief.site.timescale import ROOM, TYPE, Break, Scale, Tick

SHAPES = {
    "symptom": "sign",
    "alert": "sign",
    "report": "sign",
    "decision": "decision",
    "mitigation": "repair",
    "recovery": "repair",
    "change": "change",
}
"""The shape of each kind of event that has its own; the rest are notes."""

NOTE, GROUP = "note", "group"

LEGEND = {
    "change": "Change",
    "sign": "Symptom, alert or report",
    "decision": "Decision",
    "repair": "Mitigation or recovery",
    NOTE: "Anything else",
    GROUP: "Several events",
}
"""What each shape stands for."""

_HALVES = {"sign": 10.0, "repair": 10.0, NOTE: 10.0, "decision": 13.0, "change": 12.5}
_ABOUT = 8.0  # the sign for "about" beside a mark
_LANE = 28.0
_SLOPE = 22.0
_RANGE = 8.0
_MOST_RANGES = 4
_FARTHEST = 60.0
_LABELS = 42.0
_OVER = 4.0  # from the top of a row to its bar
_TITLE = 64


@dataclass(frozen=True, slots=True)
class Range:
    """Time that an event took, or within which it happened: a thin bar above the axis."""

    x: float
    end: float
    y: float
    vague: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One event, or several that lie too close together for a mark each.

    ``feet`` are the exact places (of several events those of the first and the last), each with its
    height; ``vague`` says that a time is approximate or known only to the day.
    """

    numbers: tuple[int, ...]
    shape: str
    x: float
    y: float
    half: float
    feet: tuple[tuple[float, float], ...]
    vague: bool
    about: bool
    title: str

    @property
    def label(self) -> str:
        return numbered(self.numbers)

    @property
    def straight(self) -> bool:
        """Whether it stands straight above its place, so that one line leads there."""
        return len(self.feet) == 1 and abs(self.feet[0][0] - self.x) < 0.5


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing with all in its place; ``elbow`` is where lines turn upright to the marks."""

    sentence: str
    days: str
    height: float
    axis: float
    elbow: float
    scale: Scale
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    ranges: tuple[Range, ...]
    rows: tuple[phases.Row, ...]

    @property
    def legend(self) -> Iterator[tuple[str, str]]:
        """The shapes that are drawn, each with what it stands for."""
        drawn = {mark.shape for mark in self.marks}
        return ((shape, told) for shape, told in LEGEND.items() if shape in drawn)

    @property
    def vague(self) -> bool:
        """Whether anything in it is not known to the minute."""
        parts: tuple[Mark | Range | phases.Row, ...] = (*self.marks, *self.ranges, *self.rows)
        return any(part.vague for part in parts)

    @property
    def open(self) -> bool:
        """Whether a phase in it is not over."""
        return any(row.open for row in self.rows)

    def tears(self, part: Break) -> Iterator[float]:
        """Where a break's tear has a piece, as high as a row: not where it would cross words."""
        yield self.axis + _LABELS - _OVER - phases.HEIGHT
        for row in self.rows:
            if not row.covers(part.middle):
                yield row.y - _OVER

    @property
    def first_of(self) -> dict[int, int]:
        """For each event, the number that its mark begins with."""
        return {number: mark.numbers[0] for mark in self.marks for number in mark.numbers}


def drawing(record: Postmortem, today: date) -> Timeline | None:
    """The timeline to draw; None where fewer than two different times are known."""
    stretches = tuple(phases.stretches(record, today))
    moments = (*_moments(record), *(one.end for one in stretches if one.open))
    if len({(moment.start, moment.end) for moment in moments}) < 2:
        return None
    edges = [edge for one in moments for edge in (one.start, phases.end(one))]
    scale = Scale.over(edges, [one.span for one in stretches if one.start != one.end])
    events = _events(record, scale)
    lifts = _lifts(events)
    placed = _placed(events)
    elbow = max((place.lane for place in placed), default=-1) * _LANE + _LANE + 2
    axis = elbow + (_SLOPE + max(lifts.values(), default=0.0) if events else 8)
    rows = phases.rows(stretches, scale, axis + _LABELS)
    return Timeline(
        sentence=phases.sentence(record, today),
        days=words.data_range(scale.first.date(), max(one.end for one in moments).date()),
        height=axis + _LABELS + len(rows) * phases.HEIGHT,
        axis=axis,
        elbow=elbow,
        scale=scale,
        ticks=tuple(scale.ticks),
        marks=tuple(_mark(place, elbow, axis, lifts) for place in placed),
        ranges=tuple(
            Range(reach.left, reach.right, axis - lift, reach.vague)
            for reach, lift in lifts.items()
        ),
        rows=rows,
    )


def share(x: float) -> str:
    """A place across as a share of the width: ``45.3%``."""
    return f"{coordinate(x / ROOM * 100)}%"


def shape_of(event: TimelineEvent) -> str:
    """The shape that stands for an event of this kind."""
    return SHAPES.get(event.kind or "", NOTE)


def numbered(numbers: Sequence[int]) -> str:
    """``5``, ``12–17``, ``3, 5–6``; more than two such runs are cut short."""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    ]
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(told[:2]) + (" …" if len(told) > 2 else "")


def _moments(record: Postmortem) -> Iterator[Moment]:
    """Every time that the drawing shows."""
    yield from record.incident.clock.values()
    if record.restored_at is not None:
        yield record.restored_at
    for event in record.timeline:
        yield event.at
        if event.until is not None:
            yield event.until


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far an event reaches that is more than an instant."""

    left: float
    right: float
    vague: bool


@dataclass(frozen=True, slots=True)
class _Event:
    """An event and its place on the axis."""

    number: int
    event: TimelineEvent
    x: float
    reach: _Reach | None
    told: str

    @property
    def vague(self) -> bool:
        return self.event.approximate or self.event.at.whole_day


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the mark of some events stands."""

    events: list[_Event]
    x: float
    half: float
    lane: int


def _events(record: Postmortem, scale: Scale) -> list[_Event]:
    """The events in order of time; equal times in the order of the list."""
    dated = len({moment.day for moment in _moments(record)}) > 1
    found = [
        _Event(
            number,
            event,
            (scale.at(event.at.start) + scale.at(phases.end(event.at))) / 2,
            _reach(event, scale),
            _told(event, dated=dated),
        )
        for number, event in enumerate(record.timeline, 1)
    ]
    return sorted(found, key=lambda one: (one.x, one.number))


def _reach(event: TimelineEvent, scale: Scale) -> _Reach | None:
    """From the earliest to the latest, in whichever order the record gives them."""
    if event.until is None and not event.at.whole_day:
        return None
    at, until = event.at, event.until or event.at
    left, right = min(at.start, until.start), max(phases.end(at), phases.end(until))
    vague = event.approximate or at.whole_day or until.whole_day
    return _Reach(scale.at(left), scale.at(right), vague)


def _told(event: TimelineEvent, *, dated: bool) -> str:
    """An event in a line: when, and the beginning of what."""
    about = "about " if event.approximate else ""
    day = words.short_day(event.at.day).rsplit(" ", 1)[0]
    clock = "" if event.at.whole_day else words.clock(event.at)
    when = f"{day} {clock}".strip() if dated or not clock else clock
    what = event.event.replace("`", "")
    return f"{about}{when}: {what if len(what) <= _TITLE else what[: _TITLE - 1].rstrip() + '…'}"


def _lifts(events: Sequence[_Event]) -> dict[_Reach, float]:
    """How high above the axis each range lies; events of one day share theirs."""
    found = {one.reach for one in events if one.reach is not None}
    ordered = sorted(found, key=lambda reach: (reach.left, reach.right, reach.vague))
    rows = packed([(reach.left, reach.right) for reach in ordered], _MOST_RANGES)
    return {reach: (row + 1.5) * _RANGE for reach, row in zip(ordered, rows, strict=True)}


def _placed(events: Sequence[_Event]) -> list[_Place]:
    """The places of all marks, where as few events as can be are gathered in one."""
    nearness = 0.0
    while events:
        groups = _gathered(events, nearness)
        halves = [_half(group) for group in groups]
        wanted = [(group[0].x + group[-1].x) / 2 for group in groups]
        found = spread(wanted, halves, ROOM)
        if found and max(abs(x - want) for x, want in zip(found, wanted, strict=True)) < _FARTHEST:
            return list(map(_Place, groups, found, halves, lanes(found, halves)))
        nearness = nearness * 1.25 or 1.0
    return []


def _gathered(events: Sequence[_Event], nearness: float) -> list[list[_Event]]:
    """Those that lie within so many pixels together; with none, each event alone."""
    groups: list[list[_Event]] = []
    for one in events:
        if nearness and groups and one.x - groups[-1][0].x < nearness:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _half(group: Sequence[_Event]) -> float:
    """Half the width of a mark."""
    if len(group) > 1:
        return ceil(width(numbered([one.number for one in group]), TYPE) / 2) + 6.0
    return _HALVES[shape_of(group[0].event)] + (_ABOUT if group[0].event.approximate else 0)


def _mark(place: _Place, elbow: float, axis: float, lifts: dict[_Reach, float]) -> Mark:
    one, *others = place.events
    numbers = tuple(sorted(event.number for event in place.events))
    ends = (one, place.events[-1])
    feet = {(end.x, axis - (lifts[end.reach] if end.reach else 0)): None for end in ends}
    return Mark(
        numbers=numbers,
        shape=GROUP if others else shape_of(one.event),
        x=place.x,
        y=elbow - 2 - _LANE / 2 - place.lane * _LANE,
        half=place.half,
        feet=tuple(feet),
        vague=any(event.vague for event in place.events),
        about=not others and one.event.approximate,
        title=f"{numbered(numbers)}. {'From ' if others else ''}{one.told}",
    )
