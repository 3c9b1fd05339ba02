"""The phases of an outage as rows of its timeline, and the same in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from debrief import words
from debrief.record import WITHDRAWN, Moment, Phase, Postmortem
from debrief.site.drawing import shorten, width
from debrief.site.timescale import ROOM, TYPE, Scale, Span

HEIGHT = 22.0
"""The height of a row."""

_ASIDE = 6.0
_TEAR = 8.0  # what a label keeps clear of on either side of a tear
_ARROW = 8.0


@dataclass(frozen=True, slots=True)
class Row:
    """A phase, or a clock point that bounds none, in a row of its own.

    Its bar reaches from the earliest to the latest that it can have been; ``sure`` is the part that
    does not depend on unknown times of day, and an ``open`` one has not ended. Its words stand
    ``within`` the bar where they fit, else ``after`` it, else ``before`` it: from ``label_x`` on,
    or up to it.
    """

    name: str
    label: str
    y: float
    x: float
    end: float
    sure: tuple[float, float] | None
    vague: bool
    open: bool
    side: str
    label_x: float

    def covers(self, x: float) -> bool:
        """Whether a line down through this place would cross the words."""
        room = width(self.label, TYPE) + _ASIDE
        left = self.label_x - room if self.side == "before" else self.label_x
        return left - _TEAR < x < left + room + _TEAR


def rows(stretches: Iterable[Stretch], scale: Scale, top: float) -> tuple[Row, ...]:
    """The rows of stretches in order of time, the first at ``top``."""
    found = sorted(stretches, key=lambda stretch: stretch.start.start)
    return tuple(_row(stretch, scale, top + index * HEIGHT) for index, stretch in enumerate(found))


# --- how long -----------------------------------------------------------------------------------


def lasted(record: Postmortem, phase: Phase) -> str:
    """How long a phase of a record lasted."""
    return _between(record, phase.start, phase.end)


def _between(record: Postmortem, start: Moment, end: Moment) -> str:
    by_day = start.whole_day or end.whole_day
    return words.span(start.until(end), by_day=by_day, approximate=record.incident.approximate)


def so_far(start: Moment, day: date, *, approximate: bool) -> str:
    """How long something lasts that is not over on a day: ``5 days so far``."""
    days = start.until(Moment.parse(day.isoformat()))
    if not days:
        return "less than a day so far"
    return f"{words.span(days, by_day=True, approximate=approximate)} so far"


@dataclass(frozen=True, slots=True)
class Open:
    """A phase that is not over on the day of the site; ``end`` is as far as it is known to go."""

    name: str
    start: Moment
    day: date
    approximate: bool

    @property
    def end(self) -> Moment:
        end = Moment.parse(f"{self.day}T23:59Z")
        return end if self.start.end < end.start else self.start

    @property
    def missing(self) -> str:
        """What has not come about: ``not mitigated``."""
        what = self.name.removeprefix("until ")
        return "data not restored" if what == "data restored" else f"not {what}"

    @property
    def so_far(self) -> str:
        """How long it has lasted, in days."""
        return so_far(self.start, self.day, approximate=self.approximate)


def not_over(record: Postmortem, today: date) -> Open | None:
    """The phase that still runs on a day; None where the outage is over, or nobody can tell.

    A time that is missing may be one that has not come, or one that was not written down. It has
    not come where the record is still being written (a draft, or in review): whoever knows a time
    would have put it in. In a later status only what the record says outright counts: data whose
    repair is pending. A withdrawn record was no outage of its own, and an imported one retells what
    was over when somebody wrote it. The phase begins at the last turn that is known.
    """
    turns = {key: at for key, at in record.incident.clock.items() if key != "acknowledged_at"}
    if record.status == WITHDRAWN or record.imported or not turns:
        return None
    last, start = list(turns.items())[-1]
    if record.is_unpublished and last != "resolved_at":
        name = "until resolved" if last == "mitigated_at" else "until mitigated"
    elif record.unrepaired:
        name = "until data restored"
    else:
        return None
    return Open(name, start, today, record.incident.approximate) if start.day <= today else None


# --- turns and stretches ------------------------------------------------------------------------


def turns(record: Postmortem) -> dict[int, str]:
    """Which event, by its number, is told at which clock points: ``Detected``."""
    found: dict[int, list[str]] = {}
    for name, moment in _points(record).items():
        events = enumerate(record.timeline, 1)
        told = (number for number, event in events if _same(event.at, moment))
        if not moment.whole_day and (number := next(told, None)) is not None:
            found.setdefault(number, []).append(name)
    return {number: words.sentence(words.listed(names)) for number, names in found.items()}


def _same(one: Moment, other: Moment) -> bool:
    """Whether two moments are one instant, however each is written."""
    return (one.start, one.end) == (other.start, other.end)


def end(moment: Moment) -> datetime:
    """The end of a moment; of a whole day, the midnight after it."""
    return moment.start + timedelta(days=1) if moment.whole_day else moment.end


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a row shows, in time."""

    name: str
    label: str
    start: Moment
    end: Moment
    vague: bool
    open: bool = False

    @property
    def span(self) -> Span:
        """From the earliest to the latest."""
        return self.start.start, end(self.end)


def stretches(record: Postmortem, today: date) -> Iterator[Stretch]:
    """The phases, and then the clock points that bound none of them."""
    vague = record.incident.approximate
    bounds: set[Moment] = set()
    for phase in record.phases:
        label = f"{words.term(phase.name)}, {lasted(record, phase)}"
        yield Stretch(_kind(phase.name), label, phase.start, phase.end, vague)
        bounds |= {phase.start, phase.end}
    if still := not_over(record, today):
        label = f"{words.sentence(still.missing)} yet, {still.so_far}"
        yield Stretch(_kind(still.name), label, still.start, still.end, vague, open=True)
        bounds.add(still.start)
    for name, moment in _points(record).items():
        if moment not in bounds:
            yield Stretch("point", _told(record, name), moment, moment, vague)


def _kind(name: str) -> str:
    return name.removeprefix("until ").replace(" ", "-")


def _points(record: Postmortem) -> dict[str, Moment]:
    points = {key.removesuffix("_at"): at for key, at in record.incident.clock.items()}
    if record.restored_at is not None:
        points["data restored"] = record.restored_at
    return points


def _told(record: Postmortem, name: str) -> str:
    after = record.time_to_acknowledge
    if name == "acknowledged" and after and after > timedelta():
        approximate = record.incident.approximate
        return f"Acknowledged after {words.span(after, by_day=False, approximate=approximate)}"
    return words.term(name)


# --- places -------------------------------------------------------------------------------------


def _row(stretch: Stretch, scale: Scale, y: float) -> Row:
    left, right = map(scale.at, stretch.span)
    vague_start = stretch.start.whole_day
    vague_end = stretch.end.whole_day and not stretch.open
    by_day = vague_start or vague_end
    sure = (
        scale.at(end(stretch.start)) if vague_start else left,
        scale.at(stretch.end.start) if vague_end else right,
    )
    label = shorten(stretch.label, max(right - left, left, ROOM - right) - 2 * _ASIDE, TYPE)
    side, label_x = _place(
        label,
        left,
        right + _ARROW if stretch.open else right,
        [part.middle for part in scale.breaks],
    )
    return Row(
        stretch.name,
        label,
        y,
        left,
        right,
        sure if sure[0] < sure[1] else None,
        stretch.vague or by_day,
        stretch.open,
        side,
        label_x,
    )


def _place(label: str, left: float, right: float, tears: Sequence[float]) -> tuple[str, float]:
    """Which side of a bar the words stand on, and from where: clear of tears where that can be.

    On a wider page all moves away from them, so that they keep clear there too.
    """
    needed = width(label, TYPE) + 2 * _ASIDE
    within = next((x for x, stop in _pieces(left, right, tears) if stop - x >= needed), None)
    if within is not None:
        return "within", within
    _, after = next(_pieces(right, ROOM, tears))
    if after - right >= needed:
        return "after", right
    *_, (before, _) = _pieces(0.0, left, tears)
    if left - before >= needed:
        return "before", left
    return _place(label, left, right, ()) if tears else ("before", left)


def _pieces(start: float, stop: float, tears: Sequence[float]) -> Iterator[tuple[float, float]]:
    """What the tears leave of the room between two places."""
    for tear in tears:
        if start - _TEAR < tear < stop + _TEAR:
            yield start, tear - _TEAR
            start = tear + _TEAR
    yield start, stop


# --- in a sentence ------------------------------------------------------------------------------


def sentence(record: Postmortem, today: date) -> str:
    """What the drawing shows, for those who don't see it."""
    facts = ", ".join(_facts(record, today))
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


def _facts(record: Postmortem, today: date) -> Iterator[str]:
    """How long after the start each clock point came, and which one is still to come."""
    incident = record.incident
    by = words.FOUND_BY.get(incident.detected_by or "", "")
    if incident.detected_at is not None or by:
        after = _after(record, incident.detected_at)
        yield " ".join(["detected", *filter(None, (after, by and f"by {by}"))])
    points = {"mitigated": incident.mitigated_at, "resolved": incident.resolved_at}
    for name, moment in {**points, "data restored": record.restored_at}.items():
        if moment is not None:
            yield f"{name} {_after(record, moment)}".strip()
    if still := not_over(record, today):
        yield f"{still.missing} by {words.day(today)}"


def _after(record: Postmortem, moment: Moment | None) -> str:
    start = record.incident.started_at
    if start is None or moment is None or moment < start:
        return ""
    passed = _between(record, start, moment)
    return f"after {passed}" if start.until(moment) else passed
