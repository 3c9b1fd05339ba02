"""What drawings share: how much room words take, and numbers as SVG has them.

Drawings are inline SVG filled by templates: they follow the theme's colours by their classes, they
print, and they need no script. Nothing can be measured where they are made, so widths are
estimated, a little too large rather than too small.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import accumulate, takewhile

_NARROW = frozenset("iljtfr.,:;!|'`()[]{}/\\- I")
_WIDE = frozenset("mwMW@%&QO—…")
_ELLIPSIS = "…"


def width(text: str, size: float) -> float:
    """About how wide a text is at a font size, in the size's own unit."""
    return size * sum(map(_share, text))


@cache
def _share(character: str) -> float:
    """The width of a character in a proportional sans, as a share of the font size."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.92
    return 0.67 if character.isupper() else 0.57


def shorten(text: str, room: float, size: float) -> str:
    """A text cut to fit the room, with an ellipsis where something was cut."""
    if width(text, size) <= room:
        return text
    taken = accumulate(map(_share, text))
    fits = takewhile(lambda share: size * (share + _share(_ELLIPSIS)) <= room, taken)
    return text[: sum(1 for _ in fits)].rstrip() + _ELLIPSIS


def wrap(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    """A text in at most so many lines that fit the room; what does not fit is cut."""
    words = text.split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        found.append(shorten(line, room, size))
    if words:
        found.append(shorten(" ".join(words), room, size))
    return tuple(found)


def coordinate(value: float) -> str:
    """A number as SVG has it, to a tenth: ``12``, ``12.5``."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
