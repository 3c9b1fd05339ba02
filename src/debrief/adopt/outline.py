"""A document as blocks that know their lines: headings, paragraphs, lists, tables, and the rest.

Markdown is read by markdown-it-py (CommonMark 0.31 with GitHub's tables), which gives the lines of
each block; what stands there is then taken from the document itself, and never written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Text:
    """One line or cell of prose, with its emphasis taken off and its code left in backquotes.

    ``simple`` is False where it holds what a plain text cannot show: a picture, HTML, a line break;
    links are counted apart.
    """

    plain: str
    links: tuple[str, ...] = ()
    simple: bool = True
    bold: bool = False
    """Whether all of it is bold, but for a colon."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stands from line ``start`` to before line ``end``, counted from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """A heading; a bold label that stands alone on its line is one with ``label``."""

    level: int
    text: Text
    label: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph(Block):
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Item(Block):
    """One item of a list: its first paragraph, line by line, and whether there is more in it."""

    lines: tuple[Text, ...]
    more: bool
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class List(Block):
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row(Block):
    cells: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Table(Block):
    head: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, down to the next that is not below it."""

    heading: Heading
    blocks: tuple[Block, ...]
    """The blocks before the first heading below it."""
    below: tuple[Section, ...]
    end: int

    @property
    def start(self) -> int:
        """The line of its heading."""
        return self.heading.start

    def walk(self) -> Iterator[Section]:
        """It and every section below it, in the order of the document."""
        yield self
        for section in self.below:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """A document: what stands before its first heading but the title, and its sections."""

    lines: tuple[str, ...]
    first: int
    """The first line behind its front matter."""
    title: Heading | None
    preamble: tuple[Block, ...]
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Section]:
        """Every section, in the order of the document."""
        for section in self.sections:
            yield from section.walk()


def outlined(text: str, first: int = 0, *, has_title: bool = True) -> Outline:
    """Read a document whose front matter ends before line ``first``.

    ``has_title`` says whether its first heading names the document; see :func:`first_heading`.
    """
    lines = text.split("\n")
    blocks: Sequence[Block] = _blocks_of(text, first)
    headings = [block for block in blocks if isinstance(block, Heading) and not block.label]
    title = headings[0] if headings and has_title else None
    if any(heading is not title for heading in headings):
        # Beside real headings, a bold line is a part of the text under them.
        blocks = [_as_paragraph(b) if isinstance(b, Heading) and b.label else b for b in blocks]
    blocks = [block for block in blocks if block is not title]
    starts = [i for i, block in enumerate(blocks) if isinstance(block, Heading)]
    cut = starts[0] if starts else len(blocks)
    sections, _ = _nested(blocks, cut, 0, len(lines))
    return Outline(tuple(lines), first, title, tuple(blocks[:cut]), tuple(sections))


def first_heading(text: str, first: int = 0) -> Heading | None:
    """The first heading of a document, if it is of level 1 or nothing stands before it."""
    for index, block in enumerate(_blocks_of(text, first)):
        if isinstance(block, Heading) and not block.label:
            return block if block.level == 1 or index == 0 else None
    return None


def _nested(blocks: Sequence[Block], index: int, level: int, end: int) -> tuple[list[Section], int]:
    """The sections from an index on that are deeper than a level, and where they end."""
    found: list[Section] = []
    while index < len(blocks):
        heading = blocks[index]
        if not isinstance(heading, Heading) or heading.level <= level:
            break
        own = index + 1
        while own < len(blocks) and not isinstance(blocks[own], Heading):
            own += 1
        below, after = _nested(blocks, own, heading.level, end)
        stop = blocks[after].start if after < len(blocks) else end
        found.append(Section(heading, tuple(blocks[index + 1 : own]), tuple(below), stop))
        index = after
    return found, index


def _as_paragraph(label: Heading) -> Paragraph:
    return Paragraph(label.start, label.end, (label.text,))


# --- tokens → blocks -----------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _blocks_of(text: str, first: int) -> tuple[Block, ...]:
    """The blocks of a document behind its front matter; kept, because its title is found first."""
    lines = text.split("\n")
    body = "\n".join(["" if number < first else line for number, line in enumerate(lines)])
    return tuple(_Blocks(_READER.parse(body)).all())


@dataclass
class _Blocks:
    tokens: list[Token]
    place: int = 0

    def all(self) -> Iterator[Block]:
        while self.place < len(self.tokens):
            yield self._block(self._group())

    def _group(self) -> list[Token]:
        """The tokens of the next block, from its opening to its closing."""
        depth, start = 0, self.place
        while True:
            depth += self.tokens[self.place].nesting
            self.place += 1
            if depth <= 0:
                return self.tokens[start : self.place]

    def _block(self, group: list[Token]) -> Block:
        opening = group[0]
        start, end = opening.map or (0, 0)
        match opening.type:
            case "heading_open":
                return Heading(start, end, int(opening.tag[1]), _joined(_lines(group[1])))
            case "paragraph_open":
                found = _lines(group[1])
                if len(found) == 1 and found[0].bold:
                    return Heading(start, end, 6, found[0], label=True)
                return Paragraph(start, end, found)
            case "bullet_list_open" | "ordered_list_open":
                return List(start, end, tuple(_items(group)))
            case "table_open":
                return _table(group, start, end)
            case _:
                return Block(start, end)


def _items(group: list[Token]) -> Iterator[Item]:
    depth = group[0].level + 1
    opened = [i for i, t in enumerate(group) if t.type == "list_item_open" and t.level == depth]
    for index in opened:
        start, end = group[index].map or (0, 0)
        inside = index + 1
        stop = inside
        while group[stop].level > depth:
            stop += 1
        paragraph = group[inside].type == "paragraph_open"
        lines = _lines(group[inside + 1]) if paragraph else ()
        box = _CHECKBOX.match(lines[0].plain) if lines else None
        if box:
            first = Text(lines[0].plain[box.end() :], lines[0].links, lines[0].simple)
            lines = (first, *lines[1:])
        checked = box[1].lower() == "x" if box else None
        yield Item(start, end, lines, not paragraph or stop > inside + 3, checked)


_CHECKBOX = re.compile(r"\[([ xX])\]\s+")


def _table(group: list[Token], start: int, end: int) -> Table:
    rows: list[Row] = []
    cells: list[Text] = []
    line = start
    for token in group:
        line = token.map[0] if token.map else line
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(_joined(_lines(token)))
        elif token.type == "tr_close":
            rows.append(Row(line, line + 1, tuple(cells)))
    return Table(start, end, rows[0], tuple(rows[1:]))


def _joined(lines: tuple[Text, ...]) -> Text:
    plain = " ".join(line.plain for line in lines).strip()
    links = tuple(link for line in lines for link in line.links)
    return Text(plain, links, all(line.simple for line in lines), len(lines) == 1 and lines[0].bold)


def _lines(token: Token) -> tuple[Text, ...]:
    """The prose of a block, line by line."""
    lines: list[_Line] = [_Line()]
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append(_Line())
        else:
            lines[-1].take(child)
    return tuple(line.text() for line in lines if line.parts or not line.simple)


_BREAK = re.compile(r"<br\b", re.IGNORECASE)


class _Line:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.links: list[str] = []
        self.simple = True
        self._strong = 0
        self._outside = ""
        self._inside = ""

    def take(self, token: Token) -> None:
        match token.type:
            case "text":
                self._add(token.content)
            case "code_inline":
                self._add(f"`{token.content}`")
            case "strong_open" | "strong_close":
                self._strong += token.nesting
            case "link_open":
                target = str(token.attrs.get("href", ""))
                if token.info != "auto":
                    self.links.append(target)
            case "image":
                self.simple = False
                self._add(token.content)
            case "html_inline":
                self.simple = False
                self._add(" " if _BREAK.match(token.content) else "")
            case _:
                pass

    def _add(self, text: str) -> None:
        self.parts.append(text)
        if self._strong:
            self._inside += text
        else:
            self._outside += text

    def text(self) -> Text:
        plain = "".join(self.parts).strip()
        plain = plain if self.simple else " ".join(plain.split())
        bold = bool(self._inside.strip()) and not self._outside.strip(" :")
        return Text(plain, tuple(self.links), self.simple, bold and self.simple)
