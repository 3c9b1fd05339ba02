"""The time that a review looks back on: a quarter or a month, and those around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from debrief import words
from debrief.metrics import Period
from debrief.quarters import Quarter

_QUARTER = re.compile(r"([0-9]{4})[- ]?q([1-4])\Z|q([1-4])[- ]?([0-9]{4})\Z", re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")

MONTH, QUARTER = 1, 3
"""How many months each holds."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A quarter or a month, by its first day."""

    first: date
    months: int = QUARTER

    @classmethod
    def of(cls, day: date, months: int = QUARTER) -> Span:
        """The quarter, or the month, of a day."""
        return cls(date(day.year, (day.month - 1) // months * months + 1, 1), months)

    @classmethod
    def quarter(cls, quarter: Quarter) -> Span:
        """The days of a quarter."""
        return cls(quarter.first)

    @classmethod
    def parse(cls, text: str, months: int = QUARTER) -> Span:
        """``2026-Q3``, ``Q3 2026``; a month: ``2026-10``. Raises ValueError, with what to write."""
        if months == MONTH:
            found = _MONTH.match(text.strip())
            if found is None or found[1] == "0000":
                raise ValueError(f"{text!r} is not a month; write one as 2026-10")
            return cls(date(int(found[1]), int(found[2]), 1), MONTH)
        found = _QUARTER.match(text.strip())
        year = (found[1] or found[4]) if found else "0000"
        if found is None or year == "0000":
            raise ValueError(f"{text!r} is not a quarter; write one as 2026-Q3")
        return cls(Quarter(int(year), int(found[2] or found[3])).first)

    @property
    def name(self) -> str:
        """``2026-Q3``, ``2026-10``."""
        if self.months == MONTH:
            return f"{self.first.year:04}-{self.first.month:02}"
        return str(Quarter.of(self.first))

    @property
    def label(self) -> str:
        """``Q3 2026``, ``October 2026``."""
        if self.months == MONTH:
            return words.day(self.first).split(" ", 1)[1]
        return words.quarter(self.name)

    @property
    def kind(self) -> str:
        """``quarter`` or ``month``."""
        return "month" if self.months == MONTH else "quarter"

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Span:
        """The one after it."""
        ahead = self.first.year * 12 + self.first.month - 1 + self.months
        return Span(date(ahead // 12, ahead % 12 + 1, 1), self.months)

    @property
    def previous(self) -> Span:
        """The one before it."""
        return Span.of(self.first - timedelta(days=1), self.months)

    @property
    def period(self) -> Period:
        """Its days, as figures count them."""
        return Period(self.first, self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last
