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

_SCALES = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
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


def draw(
    readings: Sequence[tuple[Quarter, Figure]], label: str, *, columns: bool = False
) -> SmallChart | None:
    """The chart of figures, the earliest first; None where fewer than two are known.

    ``label`` is the text alternative.
    """
    known = [figure for _, figure in readings if figure.value is not None]
    if len(known) < 2:
        return None
    most = max(max(figure.value or 0, figure.upper or 0) for figure in known)
    unit = known[0].definition.unit
    divisor, sign = _scale(most) if unit == "seconds" else (1, "%" if unit == "percent" else "")
    step = _step(most / divisor, whole=unit in ("number", "days", "percent"))
    top = step * max(ceil(most / divisor / step), 1) * divisor

    def height_of(value: float) -> float:
        return round(_TOP + _PLOT[1] * (1 - value / top), 1)

    levels = tuple(
        Label(_LEFT - 6, height_of(number * step * divisor), f"{number * step:g}{_sign(sign)}")
        for number in range(round(top / divisor / step) + 1)
    )
    across = _PLOT[0] / len(readings)
    middles = [round(_LEFT + across * (index + 0.5), 1) for index in range(len(readings))]
    places = list(zip(middles, (figure for _, figure in readings), strict=True))
    names = tuple(_names([quarter for quarter, _ in readings], middles))
    if columns:
        width = round(across * _BAR, 1)
        drawn = tuple(
            Column(round(x - width / 2, 1), y, width, round(_TOP + _PLOT[1] - y, 1))
            for x, y in ((x, height_of(one.value)) for x, one in places if one.value is not None)
        )
        return SmallChart("", (), drawn, levels, names, label)
    points = tuple(
        Point(
            x,
            height_of(one.value),
            None if one.lower is None else height_of(one.lower),
            None if one.upper is None else height_of(one.upper),
        )
        for x, one in places
        if one.value is not None
    )
    return SmallChart(_line(places, points), points, (), levels, names, label)


def _scale(most: float) -> tuple[int, str]:
    """The largest unit of time of which there are at least two."""
    return next((scale for scale in _SCALES if most >= 2 * scale[0]), _SCALES[-1])


def _sign(sign: str) -> str:
    return f" {sign}" if sign not in ("", "%") else sign


def _step(most: float, *, whole: bool) -> float:
    """A round step, of which two or three reach the highest value."""
    if most <= 0:
        return 1
    rough = most / 3
    size = 10 ** floor(log10(rough))
    step = next(size * step for step in _STEPS if size * step >= rough * 0.999)
    return max(ceil(step), 1) if whole else step


def _line(places: Sequence[tuple[float, Figure]], points: Sequence[Point]) -> str:
    """The path through the points, with a gap where nothing is known."""
    known = {point.x: point for point in points}
    steps = []
    pen_up = True
    for x, _ in places:
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
