"""What the text of a document only mentions: it is offered to a person, and never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from debrief.adopt.parts import Names
from debrief.spoken_time import day_in

DATES_MOST, LINE_MOST = 3, 1000
"""How many dates of the text are offered, and how much of a line is searched for one."""

_CODE = re.compile(r"`([^`\n]{3,120})`")
# From the beginning of a word on, so that a line of a million letters is gone through once.
_DOTTED = re.compile(r"(?<![A-Za-z0-9._])[A-Za-z0-9]{1,60}(?:[._][A-Za-z0-9_]{1,60}){1,8}")


def assets(text: str, names: Names, known: Iterable[str]) -> tuple[str, ...]:
    """Assets of the catalog whose name stands in a text, in backquotes or as an id."""
    spoken = {*_CODE.findall(text), *_DOTTED.findall(text)}
    called = {name for word in spoken if (name := names.asset(word))}
    return tuple(sorted(called.difference(known)))


def dates(lines: Iterable[str], order: str | None) -> tuple[str, ...]:
    """The first whole date of each line, with the number of the line: ``2026-03-14 (line 7)``."""
    found: dict[date, int] = {}
    for number, line in enumerate(lines, 1):
        day, _ = day_in(line[:LINE_MOST], order)
        if day and len(found) < DATES_MOST:
            found.setdefault(day, number)
    return tuple(f"{day} (line {number})" for day, number in found.items())
