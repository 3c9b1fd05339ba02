"""From instants to places: an axis of time that has one scale, and is broken where nothing happens.

Outages often begin weeks before anybody sees them, and end within hours. On an axis without breaks
the hours would be a single line. So a quiet stretch far longer than all the rest is cut out, and
the break says how much it left out; between breaks a minute is as wide here as there. A break is
wide enough that of two phases the longer one never looks shorter.

Places are in pixels of a drawing ``ROOM`` wide. A page may show it wider, never narrower: whatever
keeps clear of its neighbour here does so there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise, zip_longest
from math import ceil

from debrief import words
from debrief.site.drawing import width

ROOM = 640.0
"""The narrowest that the drawing is shown: a phone scrolls it, and a sheet of paper holds it."""

TYPE = 12.0
"""The size of its words."""

_MARGIN = 38.0  # half of "14 Mar 2026"
_CLEAR, _CLEAR_YEARS = 60.0, 86.0  # between ticks: "07:42:30", "14 Mar 2026"
_MOST_BROKEN = 360.0  # room for all breaks together

# When a gap is cut: the rest would have less than this share, and is so many times shorter.
_CRUSHED = 1 / 6
_LONGER = 1.5
# When nothing need be cut: so wide is every phase, and so much room has each gap of the rest.
_LEGIBLE = 8.0

_SAME = 1e-6
_HALVINGS = 40
"""How often the pace is narrowed down: to far less than a pixel over the whole drawing."""

Span = tuple[datetime, datetime]
"""A phase: from one instant of the axis to another."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time that is drawn to scale, and where; a single instant has no width."""

    start: datetime
    end: datetime
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Break(Stretch):
    """Time that is cut out: between two instants that follow each other, nothing happened."""

    @property
    def label(self) -> str:
        """How much was cut: ``12 days``."""
        return words.duration(self.end - self.start)

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis; ``under`` is its day or year, where that is another than before."""

    x: float
    label: str
    under: str


@dataclass(frozen=True)
class Scale:
    """An axis: stretches in order, with a break between each two; ``pace`` is pixels a second."""

    stretches: tuple[Stretch, ...]
    breaks: tuple[Break, ...]
    pace: float

    @classmethod
    def over(cls, instants: Sequence[datetime], spans: Sequence[Span] = ()) -> Scale:
        """The axis for at least two different instants; ``spans`` begin and end at some of them."""
        points = sorted(set(instants))
        lasting = [span for span in spans if span[0] < span[1]]
        choices = _choices([_Gap(*pair) for pair in pairwise(points)], lasting)
        scales = (cls._cut(points, cuts, lasting) for cuts in choices)
        return next(scale for scale in scales if scale.keeps_order(lasting))

    @classmethod
    def _cut(cls, points: Sequence[datetime], cuts: Sequence[_Gap], spans: Sequence[Span]) -> Scale:
        edges = [points[0], *(edge for cut in cuts for edge in (cut.start, cut.end)), points[-1]]
        drawn = list(zip(edges[::2], edges[1::2], strict=True))
        told = sum((end - start).total_seconds() for start, end in drawn)
        pace = _pace(told, cuts, spans)
        rooms = _rooms(cuts, spans, pace)
        stretches: list[Stretch] = []
        breaks: list[Break] = []
        x = _MARGIN
        for (start, end), cut in zip_longest(drawn, cuts):
            stretches.append(Stretch(start, end, x, x + (end - start).total_seconds() * pace))
            x = stretches[-1].right
            if cut is not None:
                breaks.append(Break(cut.start, cut.end, x, x + rooms[cut]))
                x = breaks[-1].right
        return cls(tuple(stretches), tuple(breaks), pace)

    def keeps_order(self, spans: Sequence[Span]) -> bool:
        """Whether of each two spans the longer one is at least as wide; without breaks it is."""
        widths = sorted((end - start, self.at(end) - self.at(start)) for start, end in spans)
        return not self.breaks or all(
            wide < wider + _SAME for (_, wide), (_, wider) in pairwise(widths)
        )

    def at(self, instant: datetime) -> float:
        """The place of an instant; in a break it only tells the order."""
        parts = (*self.stretches, *self.breaks)
        part = next((part for part in parts if part.start <= instant <= part.end), None)
        if part is None:
            raise ValueError(f"{instant} lies outside the axis")
        if part.start == part.end:
            return part.left
        share = (instant - part.start) / (part.end - part.start)
        return part.left + share * (part.right - part.left)

    @property
    def first(self) -> datetime:
        return self.stretches[0].start

    @property
    def last(self) -> datetime:
        return self.stretches[-1].end

    # Ticks

    @cached_property
    def _years(self) -> bool:
        """Whether a day without its year could be one of several."""
        return self.first.year != self.last.year

    @cached_property
    def _step(self) -> _Step:
        """The smallest step between ticks at which their words keep clear of each other."""
        clear = _CLEAR_YEARS if self._years else _CLEAR
        found = (step for step in _STEPS if step.seconds * self.pace >= clear)
        return next(found, _STEPS[-1])

    def _words(self, step: _Step, at: datetime, *, exact: bool = False) -> tuple[str, str]:
        """The label of a tick, and what stands under it; exact where it is no round time."""
        day = words.short_day(at.date())
        if step.unit == _SECOND:
            seconds = step.count < 60 or (exact and at.second)
            clock = f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"
            return clock, day if self._years else day.rsplit(" ", 1)[0]
        if step.unit == _DAY or exact:
            return day.rsplit(" ", 1)[0], str(at.year)
        if step.count < 12:
            return words.MONTHS[at.month - 1][:3], str(at.year)
        return str(at.year), ""

    @property
    def ticks(self) -> Iterator[Tick]:
        """Ticks at round times; a stretch too short for one has a tick where it begins."""
        told = ""
        for stretch in self.stretches:
            round_times = tuple(self._step.times(stretch.start, stretch.end))
            for at in round_times or (stretch.start,):
                label, under = self._words(self._step, at, exact=not round_times)
                yield Tick(self.at(at), label, under if under != told else "")
                told = under


# --- where to break -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gap:
    """The time between two instants that follow each other."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    @property
    def room(self) -> float:
        """How wide it is once it is cut: its label, and half a tick's label on either side."""
        return width(words.duration(self.end - self.start), TYPE) + 44


def _choices(gaps: list[_Gap], spans: Sequence[Span]) -> Iterator[list[_Gap]]:
    """The gaps to cut, each time in order of time: as many as pay, and ever fewer, down to none."""
    largest = sorted(gaps, key=lambda gap: (-gap.seconds, gap.start))
    counts = [0]
    while more := _worth(largest, counts[-1]):
        if counts == [0] and _legible(largest, more, spans):
            break
        counts.append(more)
    for count in reversed(counts):
        yield sorted(largest[:count], key=lambda gap: gap.start)


def _legible(largest: list[_Gap], cut: int, spans: Sequence[Span]) -> bool:
    """Whether all is seen without a cut: each phase, and what happened outside the largest gaps."""
    pace = (ROOM - 2 * _MARGIN) / sum(gap.seconds for gap in largest)
    rest = largest[cut:]
    room = sum(gap.seconds for gap in rest) * pace
    return room >= _LEGIBLE * len(rest) and all(_seconds(one) * pace >= _LEGIBLE for one in spans)


def _worth(largest: list[_Gap], cut: int) -> int:
    """How many of the largest gaps to cut where so many are cut already; 0 where that will do.

    It pays where they crush the rest although most of what happened is in it, and where each of
    them alone is longer than all the rest. Several may be, such as the weeks before an outage and
    those after it.
    """
    total = rest = sum(gap.seconds for gap in largest[cut:])
    room = sum(gap.room for gap in largest[:cut])
    for count in range(cut + 1, (len(largest) + 1) // 2):
        gap = largest[count - 1]
        rest -= gap.seconds
        room += gap.room
        if room > _MOST_BROKEN:
            return 0
        if rest < _CRUSHED * total and gap.seconds > _LONGER * rest:
            return count
    return 0


def _pace(told: float, cuts: Sequence[_Gap], spans: Sequence[Span]) -> float:
    """Pixels a second at which all fits: breaks take the more room, the wider the rest is."""
    room = ROOM - 2 * _MARGIN
    slow, fast = 0.0, room / told
    for _ in range(_HALVINGS if cuts else 0):
        pace = (slow + fast) / 2
        if told * pace + sum(_rooms(cuts, spans, pace).values()) > room:
            fast = pace
        else:
            slow = pace
    return slow if cuts else fast


def _rooms(cuts: Sequence[_Gap], spans: Sequence[Span], pace: float) -> dict[_Gap, float]:
    """How wide each break is: for its words, and for its phase to outdo all that are shorter."""
    rooms = {cut: cut.room for cut in cuts}
    widest = 0.0
    for start, end in sorted(spans, key=_seconds):
        inside = [cut for cut in cuts if start <= cut.start and cut.end <= end]
        told = _seconds((start, end)) - sum(cut.seconds for cut in inside)
        wide = told * pace + sum(rooms[cut] for cut in inside)
        if inside and wide < widest:
            rooms[inside[0]] += widest - wide
        widest = max(widest, wide)
    return rooms


def _seconds(span: Span) -> float:
    return (span[1] - span[0]).total_seconds()


# --- steps between ticks ------------------------------------------------------------------------

_SECOND, _DAY, _MONTH = "second", "day", "month"


@dataclass(frozen=True, slots=True)
class _Step:
    """A step that people count in: so many seconds, days or months."""

    unit: str
    count: int

    @property
    def seconds(self) -> float:
        """How long it lasts at least."""
        days = {_DAY: 1, _MONTH: 28}.get(self.unit)
        return self.count * (timedelta(days=days).total_seconds() if days else 1)

    def times(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The round times from start to end."""
        at = self._first(start)
        while at <= end:
            yield at
            at = self._next(at)

    def _first(self, start: datetime) -> datetime:
        midnight = _midnight(start.date())
        if self.unit == _SECOND:
            passed = (start - midnight).total_seconds()
            return midnight + timedelta(seconds=ceil(passed / self.count) * self.count)
        if self.unit == _DAY:
            day = midnight if midnight == start else midnight + timedelta(days=1)
            # Ordinals count from a Monday, the first.
            return day + timedelta(days=(1 - day.toordinal()) % self.count)
        months = start.year * 12 + start.month - 1
        if start > _month(months):
            months += 1
        return _month(ceil(months / self.count) * self.count)

    def _next(self, at: datetime) -> datetime:
        if self.unit == _MONTH:
            return _month(at.year * 12 + at.month - 1 + self.count)
        return at + timedelta(seconds=self.seconds)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _month(months: int) -> datetime:
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


_STEPS = (
    *(_Step(_SECOND, count) for count in (1, 5, 10, 15, 30)),
    *(_Step(_SECOND, 60 * count) for count in (1, 2, 5, 10, 15, 30)),
    *(_Step(_SECOND, 3600 * count) for count in (1, 2, 3, 6, 12)),
    *(_Step(_DAY, count) for count in (1, 2, 7, 14)),
    *(_Step(_MONTH, count) for count in (1, 3, 6, 12, 24, 60, 120, 240)),
)
