"""The times of one timeline, in their order → moments as a record has them.

A time without its day lies on the day of the one before it. Where the clock goes back by more than
half a day, midnight has passed; where it goes back a little, the lines stand out of order; what
lies between is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from debrief.spoken_time.reading import Day, Spoken
from debrief.spoken_time.zones import Zone, ZoneError

_MIDNIGHT = timedelta(hours=12)
_OUT_OF_ORDER = timedelta(hours=3)
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Placed:
    """One time as a record writes it: ``at`` is an instant with its zone, or a date.

    ``at`` is None where it cannot be told, and ``problem`` says why; ``assumed`` says what was
    taken for granted. ``no_zone`` marks a time of day that is left out for want of a zone.
    """

    at: str | None = None
    until: str | None = None
    approximate: bool = False
    assumed: tuple[str, ...] = ()
    problem: str = ""
    no_zone: bool = False

    @property
    def by_day(self) -> bool:
        """Whether it is a date without a time of day."""
        return self.at is not None and "T" not in self.at


def placed(
    times: Sequence[Spoken], *, day: date | None = None, zone: Zone | None = None
) -> tuple[Placed, ...]:
    """Where each of the times lies, one answer for each.

    ``day`` is the day that the times before the first date lie on, ``zone`` the zone of times that
    name none; None where they are not known.
    """
    course = _Course(day, zone)
    return tuple(course.place(spoken) for spoken in times)


class _Course:
    """What is known on the way: the day, the last time of day on it, and whether it was said."""

    def __init__(self, day: date | None, zone: Zone | None) -> None:
        self._day, self._zone, self._last = day, zone, time.min
        self._lost = ""

    def place(self, spoken: Spoken) -> Placed:
        self._assumed: list[str] = []
        if spoken.two_ways:
            return self._lose(spoken.two_ways)
        day = self._stated(spoken)
        if day is None:
            day, problem = self._carried(spoken)
            if day is None:
                return self._lose(problem)
        self._day, self._lost = day, ""
        if spoken.at is None:
            self._last = time.min
            until = self._dated(spoken.until_day)
            return self._done(Placed(day.isoformat(), until.isoformat() if until else None), spoken)
        self._last = spoken.at
        return self._done(self._timed(spoken, day, spoken.at), spoken)

    def _done(self, found: Placed, spoken: Spoken) -> Placed:
        return replace(found, approximate=spoken.approximate, assumed=tuple(self._assumed))

    def _lose(self, problem: str) -> Placed:
        self._day, self._lost = None, self._lost or "the day of the time before it is not known"
        return Placed(problem=problem)

    # The day.

    def _stated(self, spoken: Spoken) -> date | None:
        day = self._dated(spoken.day)
        if day and spoken.weekday is not None and day.weekday() != spoken.weekday:
            self._assumed.append(f"{day} was a {day:%A}, and the text says otherwise")
        return day

    def _dated(self, said: Day | None) -> date | None:
        if said is None:
            return None
        if said.year is not None:
            return said.in_year(said.year)
        if self._day is None:
            return None
        found = said.in_year(self._day.year)
        if found and self._day - found > _HALF_A_YEAR:
            found = said.in_year(self._day.year + 1)
        elif found and found - self._day > _HALF_A_YEAR:
            found = said.in_year(self._day.year - 1)
        if found:
            self._assumed.append(f"the year of {found} is taken from the date before it")
        return found

    def _carried(self, spoken: Spoken) -> tuple[date | None, str]:
        if self._day is None:
            return None, self._lost or "no date is given, and none before it"
        if spoken.later:
            return self._day + timedelta(days=spoken.later), ""
        if spoken.weekday is not None:
            ahead = (spoken.weekday - self._day.weekday()) % 7
            found = self._day + timedelta(days=ahead)
            self._assumed.append(f"the first {found:%A} from {self._day} on is meant: {found}")
            return found, ""
        return self._by_the_clock(self._day, spoken.at or time.min)

    def _by_the_clock(self, day: date, at: time) -> tuple[date | None, str]:
        back = _on(day, self._last) - _on(day, at)
        if back > _MIDNIGHT:
            found = day + timedelta(days=1)
            self._assumed.append(f"midnight passed before {at:%H:%M}: it is {found}")
            return found, ""
        if back > _OUT_OF_ORDER:
            return None, (
                f"{at:%H:%M} stands after {self._last:%H:%M}: on the next day, or out of order? "
                "Write its date"
            )
        if back > timedelta():
            self._assumed.append(f"{at:%H:%M} stands out of order, on {day}")
        return day, ""

    # The instant.

    def _timed(self, spoken: Spoken, day: date, at: time) -> Placed:
        try:
            zone = Zone.named(spoken.zone) if spoken.zone else self._zone
        except ZoneError as error:
            return Placed(day.isoformat(), no_zone=True, problem=str(error))
        if zone is None:
            return Placed(day.isoformat(), no_zone=True)
        start = self._instant(day, at, zone)
        if start is None:
            return Placed(
                day.isoformat(), problem=f"{at:%H:%M} was skipped on {day} in {zone.name}"
            )
        if spoken.until is None:
            return Placed(_written(start))
        last = self._dated(spoken.until_day) or day
        if spoken.until_day is None and spoken.until < at:
            last = day + timedelta(days=1)
            self._assumed.append(f"the range ends on the next day, {last}")
        end = self._instant(last, spoken.until, zone)
        self._day, self._last = last, spoken.until if last != day else at
        return Placed(_written(start), _written(end) if end else None)

    def _instant(self, day: date, at: time, zone: Zone) -> datetime | None:
        """The instant; None for a time that the clocks of the zone jumped over."""
        local = datetime.combine(day, at)
        if doubt := zone.in_doubt(local):
            self._assumed.append(doubt)
        found = local.replace(tzinfo=zone.info)
        if not _exists(local, zone.info):
            return None
        if found.utcoffset() != found.replace(fold=1).utcoffset():
            self._assumed.append(f"{at:%H:%M} came twice on {day}; the first is taken")
        return found


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at)


def _exists(local: datetime, info: tzinfo) -> bool:
    from_utc = local.replace(tzinfo=info).astimezone(UTC).astimezone(info)
    return from_utc.replace(tzinfo=None) == local


def _written(moment: datetime) -> str:
    """An instant in its own zone, to the minute where it has no seconds."""
    precision = "seconds" if moment.second else "minutes"
    text = moment.replace(microsecond=0).isoformat(timespec=precision)
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
