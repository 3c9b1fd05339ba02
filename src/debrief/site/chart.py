"""Charts as inline SVG, drawn by Vega-Lite when the site is built.

Colours are the theme's own variables, so a chart follows the palette; there is no style attribute,
which the Content-Security-Policy of the site would refuse. The same data give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup, escape

_SIZE = (720, 180)
_FEW = 4
"""Below so many, every number has its line: left alone, Vega draws some for halves."""
_OPENING = re.compile(r"<svg\b[^>]*viewBox=\"([^\"]*)\"[^>]*>")
# What assistive technology is told of the parts, within a picture that has a text of its own.
_INNER_ARIA = re.compile(r" (?:role|aria-[a-z]+)=\"[^\"]*\"")
_TEXT = {"labelColor": "currentColor", "titleColor": "currentColor", "labelFontSize": 12}
_CONFIG: dict[str, Any] = {
    "background": None,
    "font": "Inter Variable, sans-serif",
    "view": {"stroke": None},
    "axis": {
        **_TEXT,
        "gridColor": "var(--db-line)",
        "domainColor": "var(--db-line)",
        "tickColor": "var(--db-line)",
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {**_TEXT, "orient": "top", "title": None, "symbolType": "square"},
}


def stacked_bars(
    columns: Sequence[tuple[str, Mapping[str, int]]],
    parts: Mapping[str, str],
    unit: str,
    label: str,
) -> Markup:
    """A column for each of ``columns`` (its name, and how many of each part), as an SVG.

    ``parts`` are the parts from the bottom up, each with its colour; ``unit`` names the axis, and
    ``label`` is the text alternative.
    """
    return _picture(_drawn(_rows(columns, parts), tuple(parts.items()), unit, "stacked"), label)


def bars_beside(
    columns: Sequence[tuple[str, Mapping[str, int]]],
    parts: Mapping[str, str],
    unit: str,
    label: str,
) -> Markup:
    """The same with the parts of a column beside one another, to be compared."""
    return _picture(_drawn(_rows(columns, parts), tuple(parts.items()), unit, "beside"), label)


def lines(
    columns: Sequence[tuple[str, Mapping[str, float | None]]],
    parts: Mapping[str, str],
    unit: str,
    label: str,
) -> Markup:
    """A line for each of ``parts`` through the columns, each with a mark of its own shape.

    A line has a gap where a value is None.
    """
    return _picture(_drawn(_rows(columns, parts), tuple(parts.items()), unit, "lines"), label)


_Row = tuple[str, str, float | None, int]


def _rows(
    columns: Iterable[tuple[str, Mapping[str, int] | Mapping[str, float | None]]],
    parts: Mapping[str, str],
) -> tuple[_Row, ...]:
    return tuple(
        (name, part, counts.get(part, 0), order)
        for name, counts in columns
        for order, part in enumerate(parts)
    )


def _picture(drawn: str, label: str) -> Markup:
    return Markup(_OPENING.sub(lambda found: _opening(found[1], label), drawn, count=1))  # noqa: S704 - Vega escapes the texts it draws


def _opening(view_box: str, label: str) -> str:
    return f'<svg class="db-chart" viewBox="{view_box}" role="img" aria-label="{escape(label)}">'


def _most(rows: Iterable[_Row], *, stacked: bool) -> int:
    """The highest number of the axis: of a column as a whole, or of one of its parts."""
    totals: dict[str, float] = {}
    for column, _, number, _ in rows:
        known = totals.get(column, 0)
        totals[column] = known + (number or 0) if stacked else max(known, number or 0)
    return round(max(totals.values(), default=0))


@cache
def _drawn(rows: tuple[_Row, ...], parts: tuple[tuple[str, str], ...], unit: str, kind: str) -> str:
    # Imported late: it brings an interpreter of its own, and only some pages have a chart.
    import vl_convert  # noqa: PLC0415

    columns = list(dict.fromkeys(row[0] for row in rows))
    names = [part for part, _ in parts]
    encoding: dict[str, Any] = {
        "x": {
            "field": "x",
            "type": "ordinal",
            "sort": columns,
            "axis": {"title": None, "labelAngle": 0},
            "scale": {"paddingInner": 0.35},
        },
        "y": {
            "field": "n",
            "type": "quantitative",
            "axis": {"title": unit, "tickMinStep": 1, "tickCount": 4, "format": "d"},
        },
        "order": {"field": "o", "type": "ordinal"},
        "color": {
            "field": "p",
            "type": "nominal",
            "scale": {"domain": names, "range": [colour for _, colour in parts]},
        },
    }
    if (most := _most(rows, stacked=kind == "stacked")) < _FEW and kind != "lines":
        encoding["y"]["axis"]["values"] = list(range(most + 1))
    mark: dict[str, Any] = {
        "type": "bar",
        "stroke": "var(--md-default-bg-color)",
        "strokeWidth": 1,
    }
    if kind == "beside":
        encoding["xOffset"] = {"field": "p", "type": "nominal", "sort": names}
        del encoding["order"]
    if kind == "lines":
        # Shapes as well as colours: a line is told from another without seeing its colour.
        mark = {"type": "line", "strokeWidth": 1.5, "point": {"size": 50, "filled": True}}
        encoding["shape"] = {"field": "p", "type": "nominal", "scale": {"domain": names}}
        encoding["x"]["scale"] = {"paddingInner": 1, "paddingOuter": 0.5}
        encoding["y"]["scale"] = {"domainMin": 0}
        del encoding["order"]
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _SIZE[0],
        "height": _SIZE[1],
        "data": {"values": [dict(zip("xpno", row, strict=True)) for row in rows]},
        "mark": mark,
        "encoding": encoding,
        "config": _CONFIG,
    }
    drawn: str = vl_convert.vegalite_to_svg(specification)
    return _INNER_ARIA.sub("", drawn)


# --- a line in a figure --------------------------------------------------------------------------


def spark(values: Sequence[float | None], width: float = 96, height: float = 22) -> str:
    """The path of a small line through values, left to right; a gap where one is not known.

    It stands on nought, so that a small change looks small. No value is below that.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    high = max(known) or 1
    across = width / (len(values) - 1)
    steps: list[str] = []
    pen_up = True
    for index, value in enumerate(values):
        if value is None:
            pen_up = True
            continue
        up = height * value / high
        steps.append(f"{'M' if pen_up else 'L'}{index * across:.1f} {height - up:.1f}")
        pen_up = False
    return "".join(steps)
