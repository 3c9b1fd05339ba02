"""A small chart of one figure, quarter by quarter: a line with its quartiles, or columns.

It stands on nought, so that a small change looks small. Where nothing is known, the line has a gap
and a column is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from debrief.metrics import Figure
from debrief.quarters import Quarter

WIDTH, HEIGHT = 340, 118
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 4, 8, 30
_PLOT = (WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM)
_BAR = 0.56
"""How much of its place a column takes."""

_SCALES = ((86_400, " d"), (3_600, " h"), (60, " min"), (1, " s"))
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Point:
    """A value at its place; ``low`` and ``high`` are where its quartiles lie."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column from the ground up."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class SmallChart:
    """Every coordinate of it; a template writes it."""

    line: str
    points: tuple[Point, ...]
    columns: tuple[Column, ...]
    levels: tuple[Label, ...]
    """What the grid's lines say."""
    names: tuple[Label, ...]
    """The quarters, and under them their years."""
    label: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


@dataclass(frozen=True, slots=True)
class _Axis:
    """What stands at the left: a round step, the highest value, and the sign of the unit."""

    step: float
    top: float
    divisor: int
    sign: str

    @classmethod
    def of(cls, known: Sequence[Figure]) -> _Axis:
        """The axis for these figures."""
        most = max(max(figure.value or 0, figure.upper or 0) for figure in known)
        unit = known[0].definition.unit
        divisor, sign = _scale(most) if unit == "seconds" else (1, _SIGNS[unit])
        step = _step(most / divisor, whole=unit != "seconds")
        top = step * max(ceil(round(most / divisor / step, 6)), 1)
        return cls(step, top * divisor, divisor, sign)

    def height_of(self, value: float) -> float:
        """Where a value lies."""
        return round(_TOP + _PLOT[1] * (1 - value / self.top), 1)

    @property
    def levels(self) -> tuple[Label, ...]:
        """The lines of the grid, from nought up."""
        values = (n * self.step for n in range(round(self.top / self.divisor / self.step) + 1))
        return tuple(
            Label(_LEFT - 6, self.height_of(value * self.divisor), f"{value:g}{self.sign}")
            for value in values
        )


_SIGNS = {"percent": "%", "days": " d", "number": ""}


def draw(
    readings: Sequence[tuple[Quarter, Figure]], label: str, *, columns: bool = False
) -> SmallChart | None:
    """The chart of figures, the earliest first; None where fewer than two are known.

    ``label`` is the text alternative.
    """
    known = [figure for _, figure in readings if figure.value is not None]
    if len(known) < 2:
        return None
    axis = _Axis.of(known)
    across = _PLOT[0] / len(readings)
    middles = [round(_LEFT + across * (index + 0.5), 1) for index in range(len(readings))]
    names = tuple(_names([quarter for quarter, _ in readings], middles))
    places = [
        (x, figure.value, figure)
        for x, (_, figure) in zip(middles, readings, strict=True)
        if figure.value is not None
    ]
    if columns:
        drawn = tuple(_column(x, axis.height_of(value), across * _BAR) for x, value, _ in places)
        return SmallChart("", (), drawn, axis.levels, names, label)
    points = tuple(
        Point(
            x,
            axis.height_of(value),
            None if figure.lower is None else axis.height_of(figure.lower),
            None if figure.upper is None else axis.height_of(figure.upper),
        )
        for x, value, figure in places
    )
    return SmallChart(_line(middles, points), points, (), axis.levels, names, label)


def _column(x: float, y: float, width: float) -> Column:
    return Column(round(x - width / 2, 1), y, round(width, 1), round(_TOP + _PLOT[1] - y, 1))


def _scale(most: float) -> tuple[int, str]:
    """The largest unit of time of which there are at least two."""
    return next((scale for scale in _SCALES if most >= 2 * scale[0]), _SCALES[-1])


def _step(most: float, *, whole: bool) -> float:
    """A round step, of which two or three reach the highest value."""
    if most <= 0:
        return 1
    rough = most / 3
    size = 10.0 ** floor(log10(rough))
    step = next(size * step for step in _STEPS if size * step >= rough * 0.999)
    return max(ceil(step), 1) if whole else step


def _line(middles: Sequence[float], points: Sequence[Point]) -> str:
    """The path through the points, with a gap where nothing is known."""
    known = {point.x: point for point in points}
    steps = []
    pen_up = True
    for x in middles:
        point = known.get(x)
        if point is not None:
            steps.append(f"{'M' if pen_up else 'L'}{point.x:g} {point.y:g}")
        pen_up = point is None
    return "".join(steps)


def _names(quarters: Sequence[Quarter], middles: Sequence[float]) -> list[Label]:
    under = HEIGHT - _BOTTOM
    names = [
        Label(x, under + 13, f"Q{quarter.number}")
        for x, quarter in zip(middles, quarters, strict=True)
    ]
    years = {quarter.year: x for x, quarter in reversed(list(zip(middles, quarters, strict=True)))}
    return names + [Label(x, under + 26, str(year)) for year, x in sorted(years.items())]
