"""Times that somebody types who remembers them: ``yesterday 7:42``, ``14 March, about noon``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from debrief import moments
from debrief.spoken_time import Spoken, Zone, placed, whole

_RELATIVE = re.compile(r"(today|yesterday)\b[ ,]*(?:at\b)?[ ]*(.*)", re.IGNORECASE)

_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Time:
    """A time as a record has it, or what is wrong with what was typed."""

    at: str = ""
    approximate: bool = False
    problem: str = ""
    assumed: tuple[str, ...] = ()


def read(typed: str, *, today: date, day: date | None, zone: Zone, order: str | None) -> Time:
    """What was typed, as a record has it.

    ``day`` is the day of a time that is typed without one; None where it cannot be told.
    """
    text = typed.strip()
    if moments.is_moment(text):
        return Time(text)
    if relative := _RELATIVE.fullmatch(text):
        day = today - timedelta(days=relative[1].lower() == "yesterday")
        text = relative[2]
        if not text:
            return Time(day.isoformat())
    said = whole(text, order)
    if said is None or (problem := _problem(text, said, day)):
        return Time(problem=problem if said else _no_time(text))
    # A day that is typed without its year is of the year around today.
    (found,) = placed([said], day=day or today, zone=zone)
    if found.at is None or found.problem:
        return Time(problem=found.problem)
    return Time(found.at, said.approximate, assumed=found.assumed)


def _no_time(text: str) -> str:
    if _CLOCK.fullmatch(text):
        return f"there is no time of day `{text}`; write 00:00 to 23:59"
    return "; ".join(moments.about_time(text, "moment"))


def _problem(text: str, said: Spoken, day: date | None) -> str:
    """Why what was understood is no time of a record; empty where it is one."""
    if said.until or said.until_day:
        return "this is a range; write one time"
    if said.day is None and day is None and not said.two_ways:
        return "; ".join(moments.about_time(text, "moment"))
    return ""
