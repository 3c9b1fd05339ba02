"""Values out of foreign JSON and YAML, whatever stands there instead of what ought to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_ADDRESS = re.compile(r"<?([^\s<>@]+@[^\s<>@]+)>?")
_URL = re.compile(r"https?://[^\s<>\"]+\Z")


def group(value: object) -> Mapping[str, Any]:
    """A mapping; an empty one where there is none."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    """A list; a value alone is a list of one, and nothing is an empty one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def text(value: object) -> str:
    """A text without the blanks around it; empty where there is none."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def url(value: object) -> str | None:
    """A web address; None where it is none."""
    found = text(value)
    return found if len(found) <= 2000 and _URL.match(found) else None


def whom(value: object) -> Iterator[str]:
    """Every name that a value gives to somebody: ``Ann <ann@example.com>`` gives three.

    A list names several, a group has them under ``name``, ``email`` and the like.
    """
    if isinstance(value, Mapping):
        for key in ("id", "username", "email", "name", "team"):
            yield from whom(value.get(key))
    elif isinstance(value, list):
        for one in value:
            yield from whom(one)
    elif found := text(value):
        yield from _ADDRESS.findall(found)
        if rest := _ADDRESS.sub("", found).strip(" ,;()"):
            yield rest


def tier(value: object) -> int | None:
    """A tier from 1 to 4, written as a number or with a word before it; None for anything else."""
    found = re.fullmatch(r"(?:(?:tier|t|p)[ _-]?)?([1-4])", text(value).casefold())
    return int(found[1]) if found else None
