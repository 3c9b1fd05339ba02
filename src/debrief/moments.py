"""Texts of dates and instants: which are, and what is wrong with one that is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime


def is_moment(text: str) -> bool:
    """Whether a text is an instant with its zone, or a date."""
    real = _parses(datetime.fromisoformat, text) and _in_our_time(text)
    return real and _MOMENT.match(text) is not None


_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2}))?\Z", re.ASCII
)


def is_day(text: str) -> bool:
    """Whether a text is a date of the calendar."""
    return _parses(date.fromisoformat, text) and _in_our_time(text)


def _in_our_time(value: str) -> bool:
    """Whether a year is one that outages have: far ones are slips, and overflow what adds days."""
    return "1970" <= value[:4] <= "2199"


def _parses(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except (ValueError, OverflowError):
        return False
    return True


_NO_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)\Z", re.ASCII)
_ZONE_NAME = re.compile(
    r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?) ?([A-Za-z][A-Za-z/_]{1,40})\Z", re.ASCII
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\Z", re.ASCII)
_SPACED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ tT](\d{2}:\d{2}(?::\d{2})?) ?(Z|z|UTC|[+-]\d{2}:?\d{2})\Z",
    re.ASCII,
)
_SHAPED = re.compile(r"\d{4}-\d{2}-\d{2}(T|\Z)", re.ASCII)


def about_time(value: str, wanted: str) -> tuple[str, str]:
    """What is wrong with a date or an instant, and what to write."""
    return _about_date(value) if wanted == "date" else _about_instant(value)


def _about_date(value: str) -> tuple[str, str]:
    if "T" in value and _SHAPED.match(value):
        return "a date is wanted here, without a time", f"write `{value[:10]}`"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        if _parses(date.fromisoformat, value):
            return _FAR
        return "there is no such day in the calendar", "write a day that exists, YYYY-MM-DD"
    return "this is not a date", "write YYYY-MM-DD, such as `2026-03-14`"


def _about_instant(value: str) -> tuple[str, str]:
    if bare := _NO_ZONE.match(value):
        stamp = f"{bare[1]}T{bare[2]}"
        return (
            "the time has no zone",
            f"write `{stamp}Z` if it is UTC, else the offset, such as `{stamp}+01:00`",
        )
    if _MOMENT.match(value):
        return _about_impossible(value)
    if spaced := _SPACED.match(value):
        zone = "Z" if spaced[3] in ("z", "UTC") else spaced[3]
        zone = zone if ":" in zone or zone == "Z" else f"{zone[:3]}:{zone[3:]}"
        return "this is not written as an instant", f"write `{spaced[1]}T{spaced[2]}{zone}`"
    if named := _ZONE_NAME.match(value):
        return (
            f"`{named[2]}` names a zone, and names are ambiguous",
            f"write the offset, such as `{named[1].replace(' ', 'T')}+01:00`, or `Z` for UTC",
        )
    if _CLOCK.match(value):
        return "a time without its date", f"write the date too: `2026-03-14T{value:0>5}Z`"
    return "this is not an instant", "write `2026-03-14T07:42Z`, or with an offset `+01:00`"


def _about_impossible(value: str) -> tuple[str, str]:
    if _parses(datetime.fromisoformat, value):
        return _FAR
    return (
        "there is no such instant in the calendar",
        "check the day, the hour (00 to 23) and the minutes (00 to 59)",
    )


_FAR = ("the year lies outside 1970 to 2199", "correct the year")
