"""The body of a record: its sections, its words and its links, with line numbers.

A light reader for the gate. The site renders bodies with a real Markdown parser; both agree on what
is a heading, because a body has neither raw HTML nor extensions that could hide one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SECTIONS = ("Executive summary", "What happened", "Root cause", "Resolution", "Lessons")
"""The headings that a body has, in this order."""

_FENCE = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
_HEADING = re.compile(r"##(?!#)\s*(.*?)\s*#*\s*\Z")
_UNDERLINE = re.compile(r" {0,3}-+[ \t]*\Z")
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_INLINE_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]*)")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*)>")


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one H2 heading; ``line`` is the heading's line in the file."""

    title: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body outside code blocks; ``text`` has its code spans blanked out."""

    number: int
    text: str


def lines_outside_code(body: str, first_line: int) -> Iterator[Line]:
    """The lines of a body that are prose, numbered as in the file."""
    fence, in_list, after_blank = "", False, True
    for offset, text in enumerate(body.split("\n")):
        mark = _FENCE.match(text)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence) and not text[mark.end() :].strip():
            fence = ""
        elif not fence:
            indented = text.startswith(("    ", "\t"))
            if not (indented and after_blank and not in_list):
                yield Line(offset + first_line, blank_code(text))
                after_blank = not text.strip()
            if text.strip() and not indented:
                in_list = _LIST_ITEM.match(text) is not None


def blank_code(text: str) -> str:
    """A text with its code spans blanked out, so that places in it stay where they are."""
    return _CODE_SPAN.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def sections(body: str, first_line: int) -> tuple[Section, ...]:
    """Cut a body at its H2 headings; what stands before the first is left out."""
    all_lines = body.split("\n")
    headings: list[tuple[int, int, str]] = []  # line of the heading, first line below it, title
    previous = Line(0, "")
    for line in lines_outside_code(body, first_line):
        written = all_lines[line.number - first_line]
        if heading := _HEADING.match(written):
            headings.append((line.number, line.number + 1, heading.group(1)))
        elif (
            _UNDERLINE.match(written)
            and previous.text.strip()
            and previous.number == line.number - 1
            and not re.match(r"\s*(?:[-*+>#|]|\d+[.)])", previous.text)
        ):
            headings.append((line.number - 1, line.number + 1, previous.text.strip()))
        previous = line
    found = []
    for index, (line_number, start, title) in enumerate(headings):
        is_last = index + 1 == len(headings)
        end = first_line + len(all_lines) if is_last else headings[index + 1][0]
        text = "\n".join(all_lines[start - first_line : end - first_line]).strip()
        found.append(Section(title, line_number, text))
    return tuple(found)


def links(body: str, first_line: int) -> Iterator[tuple[int, int, str]]:
    """Every link target in a body: line, column and target."""
    for line in lines_outside_code(body, first_line):
        for pattern in (_INLINE_LINK, _AUTOLINK):
            for match in pattern.finditer(line.text):
                yield line.number, match.start(1) + 1, match.group(1)
        if definition := _REFERENCE.match(line.text):
            yield line.number, definition.start(1) + 1, definition.group(1)


def words(text: str) -> list[str]:
    """The words of a text, without Markdown's marks."""
    return re.findall(r"[^\W_][\w'’.-]*", text)
