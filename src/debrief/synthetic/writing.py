"""Values as YAML in the style of people, quickly: one line where it fits, blocks where not.

``nodes.write_yaml`` quotes every text and takes a line for each value; records that people write
are a third shorter, and ten thousand of them are written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

WIDTH = 140
"""So long a line may become before its value is spread over several."""

_PLAIN = re.compile(r"[A-Za-z](?!.*(?:: | #|:$|\s$))[^\n\\]*\Z")
_PLAIN_IN_FLOW = re.compile(r"[A-Za-z][^\n\\,:#\[\]{}]*(?<!\s)\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?:Z|[+-]\d\d:\d\d))?\Z")
_MEANS_SOMETHING_ELSE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def to_yaml(values: Mapping[str, object]) -> str:
    """The values, a key a line."""
    return "\n".join(_mapping(values, "")) + "\n"


def _mapping(values: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in values.items():
        if not isinstance(value, Mapping | list):
            yield f"{indent}{key}: {_scalar(value, _PLAIN)}"
            continue
        line = f"{indent}{key}: {_flow(value)}"
        if len(line) <= WIDTH or not value:
            yield line
            continue
        yield f"{indent}{key}:"
        inner = f"{indent}  "
        yield from _mapping(value, inner) if isinstance(value, Mapping) else _items(value, inner)


def _items(items: list[object], indent: str) -> Iterator[str]:
    for item in items:
        line = f"{indent}- {_flow(item)}"
        if not isinstance(item, Mapping):
            yield f"{indent}- {_scalar(item, _PLAIN)}"
        elif len(line) <= WIDTH:
            yield line
        else:
            lines = _mapping(item, f"{indent}  ")
            yield f"{indent}- {next(lines).lstrip()}"
            yield from lines


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value, _PLAIN_IN_FLOW)


def _scalar(value: object, plain: re.Pattern[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)  # numbers, and dates as they are written
    if _TIME.match(value):
        return value
    if plain.match(value) and value.lower() not in _MEANS_SOMETHING_ELSE:
        return value
    return json.dumps(value, ensure_ascii=False)
