"""The many ways in which tools write an instant → a moment of a record.

A moment keeps the zone that the tool wrote, and is told to the second: nobody tells an outage in
milliseconds. None of the tools read here documents a zone for times that carry none, so such a time
is not read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from debrief import moments
from debrief.events.wording import one_line
from debrief.record import Moment

_PER_SECOND = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
"""How many of its units make a second, by how many digits a count since 1970 has.

Between September 2001 and the year 2286 the four cannot be taken for one another, nor for a date
that is written without hyphens.
"""

_COUNT = re.compile(r"(\d{1,25})(?:\.\d*)?\Z", re.ASCII)
_WRITTEN = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ] ?(\d{2}:\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r" ?(?:(Z|z|UTC|GMT)|([+-]\d{2}):?(\d{2})?(?: [A-Z+-][A-Z0-9+-]{1,4})?)\Z",
    re.ASCII,
)
_NONE = frozenset({"", "0", "null", "none", "nil", "n/a", "-", "undefined"})
_ZERO = re.compile(r"(?:0001-01-01|0000-00-00|1970-01-01[T ]00:00:00)", re.ASCII)


def read_instant(value: object) -> Moment | None:
    """The moment that a value means; None where it means that there is none.

    Read are ISO 8601 with a zone, in all the spellings that are in use, and counts since 1970 in
    seconds, milli-, micro- and nanoseconds, as numbers and as texts. The zeros of clocks, such as
    ``0001-01-01T00:00:00Z``, mean that there is none. Raises :class:`ValueError`, in words that
    follow "is ``…``: ", where it cannot be understood.
    """
    if value is None:
        return None
    text = _text(value)
    if text.lower() in _NONE or _ZERO.match(text):
        return None
    if count := _COUNT.match(text):
        return _counted(count[1])
    if written := _WRITTEN.match(text):
        return _spelt(written)
    raise ValueError(moments.about_time(text, "moment")[0])


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6f}"
    return one_line(str(value)) if isinstance(value, str | int) else "no time"


def _counted(digits: str) -> Moment | None:
    if not digits.strip("0"):
        return None
    per_second = _PER_SECOND.get(len(digits))
    if per_second is None:
        raise ValueError(
            "a number that is no count of seconds, milli-, micro- or nanoseconds since 1970"
        )
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(digits) // per_second)
    return _moment(instant.strftime("%Y-%m-%dT%H:%M"), instant.strftime("%S"), "Z")


def _spelt(written: re.Match[str]) -> Moment:
    day, minute, second, name, hours, rest = written.groups()
    zone = "Z" if name else f"{hours}:{rest or '00'}"
    return _moment(f"{day}T{minute}", second or "00", zone)


def _moment(minute: str, second: str, zone: str) -> Moment:
    second = "59" if second == "60" else second  # a leap second has no place in a record
    text = f"{minute}{zone}" if second == "00" else f"{minute}:{second}{zone}"
    if not moments.is_moment(text):
        raise ValueError(moments.about_time(text, "moment")[0])
    return Moment.parse(text)


def utc(moment: Moment) -> str:
    """A moment as a key can hold it: the same instant is the same text, whatever its zone."""
    return moment.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
