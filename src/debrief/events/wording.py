"""Texts from outside → texts that a record can hold."""

from __future__ import annotations

import re

from debrief.nodes import FORBIDDEN

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Marks without width that `FORBIDDEN` lets through, since some scripts need them between letters.
_EDGES = " \t\n\u00ad\u200b-\u200f\u2060\ufeff"
_BLANK = re.compile(f"[{_EDGES}]*")


def prose(text: str) -> str:
    """A text of several lines without the characters that a record refuses; may be empty."""
    lines = FORBIDDEN.sub("", _BREAKS.sub("\n", text)).expandtabs(4).split("\n")
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
    return "" if _BLANK.fullmatch(kept) else kept


def one_line(text: str) -> str:
    """A text on one line, every run of blanks and line breaks one space; may be empty."""
    folded = " ".join(FORBIDDEN.sub("", _BREAKS.sub(" ", text)).split())
    return "" if _BLANK.fullmatch(folded) else folded


def cut(text: str, most: int) -> str:
    """At most so many characters: a longer text ends after a word, with an ellipsis."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most // 2 else head).rstrip() + "…"


def shown(value: object, most: int = 60) -> str:
    """A value as a sentence quotes it: short, and unable to end its own quotes."""
    text = "true" if value is True else "false" if value is False else str(value)
    return f"`{cut(one_line(text[: most * 20]).replace('`', chr(39)), most)}`"
