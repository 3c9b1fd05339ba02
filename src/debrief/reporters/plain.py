"""Text that may hold anything → text that can be written out, on one line, as it reads."""

from __future__ import annotations

import re

# What stands for bytes of a file's name that are not UTF-8; it could not be written out.
_UNENCODABLE = re.compile("[\ud800-\udfff]")

# And what would move the cursor, end the line or turn the direction of the text.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff]"
)


def printable(words: str) -> str:
    """Words on one line, with a replacement character for each that does more than stand there."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", words).replace("\n", " ")


def encodable(words: str) -> str:
    """Words that can be written as UTF-8."""
    return _UNENCODABLE.sub("\N{REPLACEMENT CHARACTER}", words)


def shortened(words: str, most: int) -> str:
    """At most so many characters, the last an ellipsis where something was left out."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def sentence(words: str) -> str:
    """Words with a full stop, where they do not end in something like one."""
    return words if words.endswith((".", "?", "!", "…")) else f"{words}."
