"""What a sheet is made of: blocks of text in which no word of a record is markup."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Words, plain or in a style: ``strong`` or ``code``."""

    words: str
    style: str = ""


Line = tuple[Span, ...]


def line(*parts: str | Span | Line) -> Line:
    """A line of words; a text among the parts is plain."""
    spans: list[Span] = []
    for part in parts:
        spans += (
            [Span(part)] if isinstance(part, str) else [part] if isinstance(part, Span) else part
        )
    return tuple(spans)


def strong(words: str) -> Span:
    """Words that stand out."""
    return Span(words, "strong")


def code(words: str) -> Span:
    """An id or a command."""
    return Span(words, "code")


def quoted(words: str) -> Line:
    """Words of a record: what stands between backquotes is code."""
    pieces = re.split(r"`([^`]+)`", words)
    # Every second piece stood between two backquotes.
    return tuple(
        Span(piece, "code" if index % 2 else "") for index, piece in enumerate(pieces) if piece
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the sheet's own."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one line."""

    line: Line


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``boxes`` to tick where they are asked for."""

    lines: tuple[Line, ...]
    boxes: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the heads of its columns, and rows of as many lines."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Commands:
    """Commands to type, a line each."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """Lines to write on."""

    lines: int


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows is on another sheet of paper."""


Block = Heading | Paragraph | Items | Table | Commands | Space | NewPage


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to print; ``name`` is that of its file, without an ending."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Its first heading."""
        return next(block.words for block in self.blocks if isinstance(block, Heading))
