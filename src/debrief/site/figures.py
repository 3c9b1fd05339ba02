"""Figures in words: what one says, how sure it is, and what became of it since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from debrief import words
from debrief.metrics import COUNT, SHARE, STANDING, TIMES, Definition, Figure

BETTER, WORSE, SIMILAR, SAME = "better", "worse", "little change", "the same"
MORE, FEWER = "more", "fewer"
UNKNOWN = "too few to judge"
TOO_SHORT = "no whole year before it"

NOW_ONLY = ("open_actions", "overdue_actions", "age_of_open_actions")
"""Figures that tell how things stood on the last day of a period, and nothing of its other days."""
UNJUDGED = ("outages", "data_days_wrong", "open_actions")
"""Numbers that grow with what is written down: more of them need not be worse."""


def amount(definition: Definition, value: float) -> str:
    """A value with its unit: ``1 h 5 min``, ``12.5 days``, ``34%``, ``1,200``."""
    if definition.unit == "seconds":
        return words.duration(timedelta(seconds=round(value)))
    if definition.unit == "percent":
        return f"{round(value)}%"
    shown = round(value, 1)
    number = words.number(shown)
    if definition.unit == "days":
        return f"{number} {'day' if shown == 1 else 'days'}"
    return number


def value(figure: Figure) -> str:
    """The figure, or why there is none: ``too few (n = 2)``, ``none`` where nothing belongs."""
    if figure.value is not None:
        return amount(figure.definition, figure.value)
    return f"too few (n = {figure.n})" if figure.n else "none"


def quartiles(figure: Figure) -> str:
    """``quartiles 40 min and 3 h``; empty where they are not told."""
    if figure.lower is None or figure.upper is None:
        return ""
    lower, upper = (amount(figure.definition, found) for found in (figure.lower, figure.upper))
    return f"quartiles {lower} and {upper}"


def basis(figure: Figure) -> str:
    """What it rests on: ``n = 12, 2 missing, 1 approximate``; a number is its own n."""
    parts = [] if figure.definition.shape == COUNT else [f"n = {words.number(figure.n)}"]
    parts += [f"{words.number(figure.missing)} missing"] if figure.missing else []
    parts += [f"{words.number(figure.approximate)} approximate"] if figure.approximate else []
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures of periods of the same length, and what may be said of the difference.

    ``complete`` says whether the archive reaches back over the earlier period: where it does not, a
    number of then is no measure of one of now.
    """

    now: Figure
    before: Figure
    complete: bool = True

    @property
    def definition(self) -> Definition:
        """What they are figures of."""
        return self.now.definition

    @property
    def difference(self) -> float | None:
        """By how much it is more; None where one of them is not known."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def verdict(self) -> str:
        """Whether things became better, as far as the figures can say."""
        if self.definition.shape == COUNT and not self.complete:
            return TOO_SHORT
        difference = self.difference
        if difference is None or not self._enough:
            return UNKNOWN
        if value(self.now) == value(self.before):
            return SAME
        if self.definition.id in UNJUDGED:
            return MORE if difference > 0 else FEWER
        if self._by_chance(difference):
            return SIMILAR
        return BETTER if (difference < 0) == (self.definition.better == "lower") else WORSE

    @property
    def _enough(self) -> bool:
        """Whether both rest on enough cases: a median needs its quartiles to be judged by."""
        if self.definition.shape in (TIMES, STANDING):
            return self.now.lower is not None and self.before.lower is not None
        return True

    def _by_chance(self, difference: float) -> bool:
        """Whether each median lies within the other's quartiles, or two shares may be the same.

        They may where they lie less than two standard errors apart, pooled as in NIST/SEMATECH
        e-Handbook of Statistical Methods, 7.3.3 (two processes, the same proportion of defectives).
        """
        if self.definition.shape in (TIMES, STANDING):
            return _within(self.now, self.before) and _within(self.before, self.now)
        if self.definition.shape == SHARE:
            return abs(difference) <= 2 * _standard_error(self.now, self.before)
        return False

    @property
    def change(self) -> str:
        """``55 min less``, ``12 points more``, ``3 fewer``; empty where it cannot be told."""
        difference = self.difference
        if difference is None or (self.definition.shape == COUNT and not self.complete):
            return ""
        if value(self.now) == value(self.before):
            return ""
        if self.definition.unit == "percent":
            points = abs(round(self.now.value or 0) - round(self.before.value or 0))
            size = words.counted(points, "point")
        else:
            size = amount(self.definition, abs(difference))
        fewer = "fewer" if self.definition.unit == "number" else "less"
        return f"{size} {'more' if difference > 0 else fewer}"


def _standard_error(one: Figure, other: Figure) -> float:
    """Of the difference of two shares, in points, if both were the share of all their cases."""
    if one.value is None or other.value is None:
        return 0.0
    share = (one.value * one.n + other.value * other.n) / (one.n + other.n)
    return sqrt(share * (100 - share) * (1 / one.n + 1 / other.n))


def _within(one: Figure, other: Figure) -> bool:
    """Whether the median of one lies between the quartiles of the other."""
    if one.value is None or other.lower is None or other.upper is None:
        return False
    return other.lower <= one.value <= other.upper
