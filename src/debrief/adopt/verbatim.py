"""Whether every word of a document is found again in the record that was made of it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from debrief.document import decode, split
from debrief.nodes import parse_yaml, plain_values

_NUMBER = re.compile(r"^[ \t>]*\d{1,9}[.)](?=[ \t])", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text in lower case: runs of letters and digits, whatever stands between.

    ``&amp;`` is the character that it stands for, and the number before an item of a list no word.
    """
    return _WORD.findall(html.unescape(_NUMBER.sub("", text)).casefold())


def lost(
    original: str, record: str, moved: Iterable[str], converted: Iterable[str]
) -> list[tuple[int, str]]:
    """The words of an original that its record does not have, each with a line that has it.

    A word counts as often as it stands there. It is looked for in the body of the record and in the
    keys of its front matter that took a part of the original out of the body (``moved``, such as
    ``timeline``); what is there as a value of another form (``converted``: a time, a severity, the
    head of a column) is not looked for.
    """
    front, _, body = split(decode(record.encode("utf-8")))
    values = plain_values(parse_yaml(front))
    held = (text for key in moved for text in texts(_at(values, key)))
    missing = _missing(original, (body, *held, *converted))
    found: list[tuple[int, str]] = []
    for number, line in enumerate(original.split("\n") if missing else (), 1):
        found += [(number, w) for w in dict.fromkeys(words(line)) if missing.pop(w, 0)]
    return found


def holds(kept: Iterable[str], part: str) -> bool:
    """Whether these texts have every word of a part of a document, as often as it stands there."""
    return not _missing(part, kept)


def _missing(original: str, kept: Iterable[str]) -> Counter[str]:
    return Counter(words(original)) - Counter(word for text in kept for word in words(text))


def _at(values: Any, key: str) -> Any:
    for step in key.split("."):
        values = values.get(step) if isinstance(values, dict) else None
    return values


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, but for the ids, which are made of the others."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item) if key != "id" else ()
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
    elif value is not None:
        yield str(value)
