"""Bytes → JSON, strictly: what two readers would read differently is refused, in words.

The format is RFC 8259, "The JavaScript Object Notation (JSON) Data Interchange Format".
"""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from debrief.events.fault import EventError
from debrief.events.wording import shown

MAX_BYTES = 8_000_000
MAX_DEPTH = 64

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

# One pass that never goes back: a text is a unit even where its closing quote is missing.
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parse(body: str | bytes) -> Json:
    """One JSON value. Raises :class:`EventError` for anything else, and for what is too large.

    Refused as well: bytes that are not UTF-8, the same key twice, NaN and infinities, and more than
    :data:`MAX_DEPTH` levels. A byte order mark is let through.
    """
    text = _decoded(body).removeprefix("\ufeff")
    if not text.strip():
        raise EventError("the event is empty: there is nothing to read")
    _refuse_depth(text)
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_mapping,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise EventError(
            f"this is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from error
    return value


def _decoded(body: str | bytes) -> str:
    if len(body) > MAX_BYTES:
        raise EventError(f"the event is larger than {MAX_BYTES:,} bytes, the most that is read")
    if isinstance(body, str):
        return body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EventError(
            f"this is not UTF-8: byte {error.start + 1} cannot be read; save or send it as UTF-8"
        ) from error


def _refuse_depth(text: str) -> None:
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise EventError(f"the event nests more than {MAX_DEPTH} levels deep")
        elif found[0] in "]}":
            depth -= 1


def _mapping(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for key, value in pairs:
        if key in values:
            raise EventError(f"the key {shown(key)} stands twice in the same object")
        values[key] = value
    return values


def _refuse_constant(word: str) -> NoReturn:
    raise EventError(f"`{word}` is not JSON: write null where there is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise EventError(f"the number {shown(digits)} is too large")
    return number


def _whole(digits: str) -> int:
    if len(digits) > 40:
        raise EventError(f"the number {shown(digits)} is too large")
    return int(digits)
