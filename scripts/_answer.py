"""Answers of SQL as they are printed: a table to look at, CSV, JSON, Markdown."""

from __future__ import annotations

import html
import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from debrief.reporters.markup import unlinked
from debrief.reporters.plain import printable, shortened
from debrief.warehouse import rows
from debrief.warehouse.query import Answer
from debrief.warehouse.table import utc

_WIDEST, _MOST = 60, 200
"""A table shows so many characters of a cell, and so many rows."""


_dump = json.JSONEncoder(ensure_ascii=False).encode


def show(answer: Answer, kind: str, *, raw: bool = False) -> None:
    """Print an answer; a statement without one prints nothing."""
    if not answer.columns:
        return
    for line in FORMATS[kind](answer, raw):
        sys.stdout.write(line)


def _table(answer: Answer, _: bool) -> Iterator[str]:
    shown = [[_seen(value) for value in row] for row in answer.rows[:_MOST]]
    names = [_seen(name) for name in answer.columns]
    widths = [max(map(len, column)) for column in zip(names, *shown, strict=True)]
    right = [
        all(isinstance(row[place], int | float | Decimal | None) for row in answer.rows)
        for place in range(len(names))
    ]
    for row in (names, ["─" * width for width in widths], *shown):
        cells = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, right, strict=True)
        )
        yield f"{'  '.join(cells).rstrip()}\n"
    if len(answer.rows) > _MOST:
        left = len(answer.rows) - _MOST
        yield f"… and {left:,} more rows; --format csv prints them all\n"
    elif len(answer.rows) != 1:
        yield f"({len(answer.rows)} rows)\n"


def _seen(value: Any) -> str:
    return shortened(printable(_text(value)).replace("\t", " "), _WIDEST)


def _json(answer: Answer, _: bool) -> Iterator[str]:
    """A list of objects, one a line."""
    lines = (_dump(row) for row in _objects(answer))
    yield "[\n" + ",\n".join(lines) + "\n]\n"


def _objects(answer: Answer) -> Iterator[dict[str, Any]]:
    for row in answer.rows:
        yield {name: _simple(value) for name, value in zip(answer.columns, row, strict=True)}


def _markdown(answer: Answer, _: bool) -> Iterator[str]:
    yield f"| {' | '.join(map(_inert, answer.columns))} |\n"
    yield f"|{' --- |' * len(answer.columns)}\n"
    for row in answer.rows:
        yield f"| {' | '.join(_inert(_text(value)) for value in row)} |\n"


def _inert(words: str) -> str:
    """Words that are nothing but words in a cell of Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#!|~])", r"\\\1", html.escape(unlinked(words), quote=False))


def _csv(answer: Answer, raw: bool) -> Iterator[str]:
    return rows.csv(answer.columns, map(_flat, answer.rows), raw=raw)


def _flat(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of which lists and structures are JSON."""
    simple = map(_simple, row)
    return tuple(_dump(value) if isinstance(value, list | dict) else value for value in simple)


def _text(value: Any) -> str:
    """A value as people read it."""
    simple = _simple(value)
    if simple is None:
        return ""
    if isinstance(simple, bool):
        return "true" if simple else "false"
    return _dump(simple) if isinstance(simple, list | dict) else str(simple)


def _simple(value: Any) -> Any:
    """A value as JSON has it. DuckDB gives exact numbers, lists and structures as well."""
    for kind, make in _AS_JSON.items():
        if isinstance(value, kind):
            return make(value)
    return value if value is None or isinstance(value, str | int) else str(value)


_AS_JSON: dict[type, Callable[[Any], Any]] = {
    datetime: lambda at: utc(at) if at.tzinfo else at.isoformat(),
    date: date.isoformat,
    Decimal: lambda number: int(number) if number == number.to_integral_value() else float(number),
    float: lambda number: number if math.isfinite(number) else str(number),
    dict: lambda keys: {str(key): _simple(each) for key, each in keys.items()},
    list: lambda items: [_simple(each) for each in items],
    tuple: lambda items: [_simple(each) for each in items],
}


FORMATS: dict[str, Callable[[Answer, bool], Iterator[str]]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "markdown": _markdown,
}
