"""A sheet → Markdown that says the same to every reader of CommonMark and of GitHub's.

All that is special in Markdown is escaped by a backslash (CommonMark 0.31, section 2.4), so that no
word of a record becomes a heading, a link, an image, HTML or another row. Mentions and bare
addresses are broken as on GitHub: see ``reporters/markup.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import singledispatch

from debrief.exercise import sheet
from debrief.reporters.markup import unlinked
from debrief.reporters.plain import printable

_MOST = 20_000
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&])")
_FIRST = re.compile(r"\A(\s*)([-+=#]|\d+(?=[.)]))")
"""What makes a list, a heading or a rule of a line that begins with it."""

_RULE = "_" * 60
_PAGE = '<div style="page-break-after: always"></div>'


def written(made: sheet.Sheet) -> str:
    """The whole sheet."""
    return "\n\n".join(filter(None, map(_block, made.blocks))) + "\n"


@singledispatch
def _block(block: sheet.Block) -> str:
    raise TypeError(type(block).__name__)


@_block.register
def _(block: sheet.Heading) -> str:
    return f"{'#' * block.level} {_line(sheet.line(block.words))}"


@_block.register
def _(block: sheet.Paragraph) -> str:
    return _line(block.line)


@_block.register
def _(block: sheet.Items) -> str:
    mark = "- [ ] " if block.boxes else "- "
    return "\n".join(f"{mark}{_line(line)}" for line in block.lines)


@_block.register
def _(block: sheet.Table) -> str:
    return "\n".join(_rows(block))


def _rows(table: sheet.Table) -> Iterator[str]:
    yield _row(tuple(map(sheet.line, table.heads)))
    yield "|" + " --- |" * len(table.heads)
    yield from map(_row, table.rows)


def _row(cells: tuple[sheet.Line, ...]) -> str:
    return "| " + " | ".join(_line(cell, in_table=True) for cell in cells) + " |"


@_block.register
def _(block: sheet.Commands) -> str:
    lines = "\n".join(printable(line) for line in block.lines)
    return f"```console\n{lines}\n```"


@_block.register
def _(block: sheet.Space) -> str:
    return "\n\n".join([_RULE] * block.lines)


@_block.register
def _(_: sheet.NewPage) -> str:
    return _PAGE


def _line(line: sheet.Line, *, in_table: bool = False) -> str:
    text = "".join(_span(span, in_table=in_table) for span in line)
    if in_table:
        return text.strip()
    return _FIRST.sub(lambda found: f"{found[1]}{_first(found[2])}", text).strip()


def _first(mark: str) -> str:
    # A number has no escape of its own; the character reference of its first digit is one.
    return f"&#{ord(mark[0])};{mark[1:]}" if mark[0].isdigit() else f"\\{mark}"


def _span(span: sheet.Span, *, in_table: bool) -> str:
    if span.style == "code":
        return _code(span.words, in_table=in_table)
    text = _SPECIAL.sub(r"\\\1", unlinked(span.words, _MOST))
    if span.style != "strong" or not text.strip():
        return text
    # Stars are no emphasis where a blank stands inside them.
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{start}**{text.strip()}**{end}"


def _code(words: str, *, in_table: bool) -> str:
    """A code span; its backquotes are more than any that stand in it."""
    text = printable(words).strip()
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    inside = text.replace("|", "\\|") if in_table else text
    gap = " " if "`" in text else ""
    return f"{fence}{gap}{inside}{gap}{fence}"
