"""What a text says of a time: a day, a time of day, a range, a zone, how sure it is.

What is not said stays open: a time without its day, a day without its year. What could be read in
two ways (``03/04/2024``) is read only where the caller knows the order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time

from debrief.spoken_time.zones import Zone, ZoneError

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
"""How a writer puts dates of three numbers."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; the year is None where the text does not give it."""

    year: int | None
    month: int
    day: int

    def in_year(self, year: int) -> date | None:
        """The date, in that year where it gives none itself; None where there is no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one text says of a time.

    ``later`` is a number of days after the time before it (``next day``, ``+1``), ``weekday``
    counts from Monday as 0. ``two_ways`` says why a date was not
    read, and is empty otherwise.
    """

    day: Day | None = None
    at: time | None = None
    until_day: Day | None = None
    until: time | None = None
    zone: str | None = None
    approximate: bool = False
    later: int = 0
    weekday: int | None = None
    two_ways: str = ""

    @property
    def known(self) -> bool:
        """Whether it gives a day, a time of day, or a day counted from the one before."""
        return bool(self.day or self.at or self.later or self.weekday is not None)


_MONTHS = (
    "january januar jänner janvier enero gennaio janeiro januari jan ene gen",
    "february februar février fevrier febrero febbraio fevereiro februari feb fév fev",
    "march märz maerz mars marzo março marco maart mar mär mrt",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio maio mei maj mag",
    "june juni juin junio giugno junho jun giu",
    "july juli juillet julio luglio julho jul lug",
    "august août aout agosto augustus augusti aug ago",
    "september septembre septiembre settembre setembro sep sept set",
    "october oktober octobre octubre ottobre outubro oct okt ott",
    "november novembre noviembre novembro nov",
    "december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic",
)
MONTHS = {word: number for number, names in enumerate(_MONTHS, 1) for word in names.split()}
"""Names of months in nine languages of Europe, with their short forms."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = "|".join(sorted((re.escape(word) for word in MONTHS), key=len, reverse=True))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NAMED_DAY = _compiled(r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?s?\b\.?,?")
_DATES = (
    _compiled(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),
    _compiled(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º)?[. /-]+(?:of |de )?(?P<n>{_MONTH})\b"
              r"(?:\.?,?[ /-]*(?:de )?(?P<y>\d{4})(?!\d|:))?"),
    _compiled(rf"(?P<n>{_MONTH})\b\.?[ -]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:h])"
              r"(?:,?[ -]+(?P<y>\d{4})(?!\d|:))?"),
    _compiled(r"(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)"),
)  # fmt: skip
_APPROXIMATE = _compiled(
    r"(?:[~≈]|(?:ca|approx|circa|c|approximately|around|about|roughly|gegen|etwa|vers|omkring)\b\.?)"
)
_CLOCKS = (
    _compiled(r"(?P<h>\d{1,2})(?::|h)(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,6})?)?(?!\d|:\d)"
              r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:uhr|hrs?|h)\b)?"),
    _compiled(r"(?P<h>\d{1,2})h(?=\s:)"),
    _compiled(r"(?P<h>\d{1,2})(?:[.](?P<m>\d{2}))?\s*(?P<half>[ap])\.?m\b\.?"),
    _compiled(r"(?P<h>[0-2]\d)(?P<m>[0-5]\d)\s?(?:h(?:rs|ours)?\b\.?|uhr\b)"),
    _compiled(r"(?P<h>[0-2]\d)(?P<m>[0-5]\d)(?=Z\b|\s?(?:UTC|GMT)\b)"),
    _compiled(r"(?:kl\.?\s*)(?P<h>\d{1,2})[.:](?P<m>\d{2})"),
    _compiled(r"(?P<h>\d{1,2})(?:[.:](?P<m>\d{2}))?\s*uhr\b"),
    _compiled(r"(?P<noon>noon)\b"),
)  # fmt: skip
_NO_TIME = _compiled(r"(?:--:--|hh:mm|\?\?:\?\?|xx:xx|\?\?:mm)(?:\s*[ap]m)?")
_LATER = _compiled(r"\(?(?:(?:the )?(?:next|following) day\b|\+(?P<n>\d)(?: ?d(?:ays?)?\b)?)\)?,?")
_TO = _compiled(r"\s*(?:[-–—→]+|\bto\b|\buntil\b|\bbis\b|\.\.)\s*")
_AFTER = _compiled(r"\s*(?:~|≈|\(approx(?:\.|imately)?\)|ish\b)")
_GAP = _compiled(r"T(?=\d)|(?:\s*,)?(?:\s+(?:at|um|à|kl\.?)(?=\s))?\s*")
_ZONE = re.compile(
    r"\s*(?P<open>[(\[])?(?P<zone>Z\b|(?:UTC|GMT)(?:\s?[+-]\d{1,2}(?::?\d{2})?)?(?![\w:])"
    r"|[+]\d{2}:?\d{2}(?![\d:])|-\d{4}(?![\d:])|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?|[A-Z]{2,4}T\b"
    r"|[PMCE]T\b|MEZ\b|MESZ\b)(?(open)[)\]])"
)
_WEST = re.compile(r"-\d{2}:\d{2}(?![\d:])")
"""An offset in ISO 8601; behind a time that is not written so, it is the end of a range."""
_OPENING = re.compile(r"[\s(\[*_`]*")
_CLOSING = re.compile(r"\s*(?:[)\]`]|\*{1,3}|_{1,2})+(?=[\s:,;.–—-]|\Z|\w)")
_SEPARATOR = re.compile(r"\s*(?:[:|,;.)\]]+|[-–—]+(?=[\s*])|=>|->|→)?\s*")


class _Text:
    """A text that is read from the left, piece by piece."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.place, self.iso = text, at, False

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.place)
        if found is not None and found.end() > self.place:
            self.place = found.end()
            return found
        return None


def leading(text: str, order: str | None = None) -> tuple[Spoken, str] | None:
    """The time with which a text begins, and the rest of the text; None where it begins otherwise.

    Marks around the time (``[10:42]``, ``**10:42**``) and between it and the rest (a dash, a
    colon) belong to neither. ``order`` is :data:`DAY_FIRST` or :data:`MONTH_FIRST`.
    """
    reader = _Text(text)
    reader.take(_OPENING)
    opened = text[: reader.place].strip()
    spoken = _spoken(reader, order)
    if spoken is None:
        return None
    end = reader.place
    if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        return None  # the beginning of a longer word, such as a version or an address
    closed = not opened or reader.take(_CLOSING) is not None
    reader.take(_SEPARATOR)
    if not closed and reader.take(_CLOSING):  # **10:42 -** and not **10:42** -
        reader.take(_SEPARATOR)
    return spoken, text[reader.place :].strip()


def whole(text: str, order: str | None = None) -> Spoken | None:
    """What a text says that is a time and nothing else; None where it is more, or something else.

    :data:`Spoken.two_ways` is set where it is a date that could be read in two ways.
    """
    found = leading(text, order)
    return found[0] if found is not None and not found[1].strip(" .)]*_`") else None


def _spoken(reader: _Text, order: str | None) -> Spoken | None:
    approximate = _vague(reader)
    start = reader.place
    spoken = Spoken()
    if weekday := reader.take(_NAMED_DAY):
        spoken = replace(spoken, weekday=_WEEKDAYS.index(weekday["weekday"].lower()))
        reader.take(_GAP)
    if later := reader.take(_LATER):
        spoken = replace(spoken, later=int(later["n"] or 1))
        reader.take(_GAP)
    day, doubt = _day(reader, order)
    if day or doubt:
        spoken = replace(spoken, day=day, two_ways=doubt)
    before = reader.place
    gap = reader.take(_GAP)
    reader.iso = gap is not None and gap.group().upper() == "T"
    approximate |= _vague(reader)
    if reader.take(_NO_TIME):
        return replace(spoken, approximate=approximate) if spoken.known or doubt else None
    at = _clock(reader)
    if at is None:
        reader.place = before
        if reader.place == start or not (day or doubt or spoken.later):
            return None  # a weekday alone is the beginning of a sentence
        approximate |= reader.take(_AFTER) is not None
        spoken = replace(spoken, approximate=approximate)
        return _with_last_day(reader, spoken, order)
    approximate |= reader.take(_AFTER) is not None
    spoken = replace(spoken, at=at, approximate=approximate)
    return _with_end(reader, spoken, order)


def _vague(reader: _Text) -> bool:
    found = reader.take(_APPROXIMATE) is not None
    if found:
        reader.take(_GAP)
    return found


def _with_end(reader: _Text, spoken: Spoken, order: str | None) -> Spoken:
    """A time of day with the zone and the end of a range that may follow it."""
    spoken = _with_zone(reader, spoken)
    before = reader.place
    if reader.take(_TO):
        _vague(reader)
        day, doubt = _day(reader, order)
        if day:
            reader.take(_GAP)
        end = None if doubt else _clock(reader)
        if end is not None:
            reader.take(_AFTER)
            spoken = replace(spoken, until=end, until_day=day)
            spoken = _with_zone(reader, spoken)
        else:
            reader.place = before
    if later := reader.take(re.compile(rf"\s+{_LATER.pattern}", re.IGNORECASE)):
        spoken = replace(spoken, later=int(later["n"] or 1))
    return spoken


def _with_last_day(reader: _Text, spoken: Spoken, order: str | None) -> Spoken:
    before = reader.place
    if reader.take(_TO):
        last, doubt = _day(reader, order)
        if last and not doubt:
            return replace(spoken, until_day=last)
    reader.place = before
    return spoken


def _with_zone(reader: _Text, spoken: Spoken) -> Spoken:
    if spoken.zone:
        return spoken
    if reader.iso and (west := reader.take(_WEST)):
        return replace(spoken, zone=west.group())
    found = _ZONE.match(reader.text, reader.place)
    if found is None:
        return spoken
    try:
        Zone.named(found["zone"])
    except ZoneError as error:
        if "names no time zone" in str(error):
            return spoken  # a word in capitals, and no zone
    reader.place = found.end()
    return replace(spoken, zone=found["zone"])


def _day(reader: _Text, order: str | None) -> tuple[Day | None, str]:
    """The day at this place, or why it could not be told."""
    for pattern in _DATES:
        found = pattern.match(reader.text, reader.place)
        if found is None:
            continue
        groups = found.groupdict()
        if "a" in groups:
            day, doubt = _by_order(int(groups["a"]), int(groups["b"]), int(groups["y"]), order)
        else:
            month = int(groups["m"]) if "m" in groups else MONTHS[groups["n"].lower()]
            year = int(groups["y"]) if groups["y"] else None
            day, doubt = _real(Day(year, month, int(groups["d"]))), ""
        if day or doubt:
            reader.place = found.end()
            return day, doubt.format(found.group()) if doubt else ""
    return None, ""


def _by_order(a: int, b: int, year: int, order: str | None) -> tuple[Day | None, str]:
    day_first, month_first = _real(Day(year, b, a)), _real(Day(year, a, b))
    if day_first and month_first and a != b and order is None:
        return None, (
            f"`{{}}` may be {date(year, b, a):%Y-%m-%d} or {date(year, a, b):%Y-%m-%d}; say "
            "--day-first or --month-first"
        )
    if order == MONTH_FIRST:
        return month_first, ""
    return (day_first if order == DAY_FIRST else day_first or month_first), ""


def _real(day: Day) -> Day | None:
    """The day, where there is such a one in a year that outages have."""
    sound = day.year is None or 1970 <= day.year <= 2199
    return day if sound and day.in_year(2000) else None


def _clock(reader: _Text) -> time | None:
    for pattern in _CLOCKS:
        found = pattern.match(reader.text, reader.place)
        if found is None:
            continue
        groups = found.groupdict()
        if groups.get("noon"):
            at: time | None = time(12)
        else:
            half = (groups.get("half") or "").lower()
            at = _time(int(groups["h"]), int(groups.get("m") or 0), groups.get("s"), half)
        if at is not None:
            reader.place = found.end()
            return at
    return None


def _time(hour: int, minute: int, second: str | None, half: str) -> time | None:
    """A time of day; ``17:14pm`` says the same thing twice, and ``12:10 am`` is after midnight."""
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    elif half == "a" and hour > 12:
        return None
    try:
        return time(hour, minute, int(second or 0))
    except ValueError:
        return None


_WITHIN = re.compile(r"(?<![\d.\w/-])(?=\d|[A-Za-z])")


def day_in(text: str, order: str | None = None) -> tuple[date | None, str]:
    """The first whole date anywhere in a text, such as a title or a file's name.

    Behind it, why the first one that was found could not be told; empty where it could.
    """
    for place in _WITHIN.finditer(text):
        day, doubt = _day(_Text(text, place.end()), order)
        if doubt:
            return None, doubt
        if day and day.year:
            return day.in_year(day.year), ""
    return None, ""
