"""Rows as newline-delimited JSON and as CSV.

Instants are ISO 8601 in UTC, days ISO 8601 dates. Both formats are UTF-8 with a line feed after
each row. SOURCES: ndjson-spec 1.0.0; RFC 4180, with line feeds as loaders take them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from debrief.warehouse.table import Row, Value, utc

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula, by OWASP's "CSV Injection"."""

_QUOTED = re.compile(r'[",\r\n]|^\s|\s$|^$')

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def ndjson(names: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """One object a line; every column is in each, and null where nothing is known."""
    keys = [f"{_json(name)}:" for name in names]
    for row in rows:
        cells = (f"{key}{_json(_text(value))}" for key, value in zip(keys, row, strict=True))
        yield f"{{{','.join(cells)}}}\n"


def csv(names: Iterable[str], rows: Iterable[Row], *, raw: bool) -> Iterator[str]:
    """A line of names, then a line a row. Nothing known is an empty cell, an empty text is ``""``.

    Unless ``raw``, an apostrophe is put before a text that a spreadsheet would run as a formula.
    """
    yield f"{','.join(_cell(name, raw=raw) for name in names)}\n"
    for row in rows:
        yield f"{','.join(_cell(value, raw=raw) for value in row)}\n"


def _cell(value: Value, *, raw: bool) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        text = _text(value)
        return ("false", "true")[text] if isinstance(text, bool) else str(text)
    if not raw and value.startswith(_FORMULA):
        value = f"'{value}"
    return '"{}"'.format(value.replace('"', '""')) if _QUOTED.search(value) else value


def _text(value: Value) -> str | int | float | bool | None:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return utc(value)
    return value.isoformat() if isinstance(value, date) else value
