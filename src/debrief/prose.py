"""The body of a record: its sections, its words and its links, with line numbers.

A light reader for the gate. The site renders bodies with a real Markdown parser; both agree on what
is a heading, because a body has neither raw HTML nor extensions that could hide one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

SECTIONS = ("Executive summary", "What happened", "Root cause", "Resolution", "Lessons")
"""The headings that a body has, in this order."""

_FENCE = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}-+[ \t]*\Z")
_BACKQUOTES = re.compile(r"`+")
# From the middle of a link: looking for its opening bracket takes quadratic time in `[[[[…`.
_INLINE_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
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


@lru_cache(maxsize=4)
def lines_outside_code(body: str, first_line: int) -> tuple[Line, ...]:
    """The lines of a body that are prose and not empty, numbered as in the file.

    Kept for the last few bodies, because rule after rule looks at the same one.
    """
    found: list[Line] = []
    fence, in_list, after_blank = "", False, True
    for offset, text in enumerate(body.split("\n")):
        mark = _FENCE.match(text)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence) and not text[mark.end() :].strip():
            fence = ""
        elif not fence and text.strip():
            indented = text.startswith(("    ", "\t"))
            if not (indented and after_blank and not in_list):
                found.append(Line(offset + first_line, blank_code(text)))
                after_blank = False
            if not indented:
                in_list = _LIST_ITEM.match(text) is not None
        elif not fence:
            after_blank = True
    return tuple(found)


def blank_code(text: str) -> str:
    """A text with its code spans blanked out, so that places in it stay where they are."""
    runs = [match.span() for match in _BACKQUOTES.finditer(text)]
    if len(runs) < 2:
        return text
    # The next run of the same length closes a span (CommonMark 0.31, section 6.1).
    closing: list[int | None] = [None] * len(runs)
    last: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closing[index] = last.get(length)
        last[length] = index
    parts, done, index = [], 0, 0
    while index < len(runs):
        end = closing[index]
        if end is None:
            index += 1
            continue
        start, stop = runs[index][0], runs[end][1]
        parts += [text[done:start], " " * (stop - start)]
        done, index = stop, end + 1
    return "".join([*parts, text[done:]])


def sections(body: str, first_line: int) -> tuple[Section, ...]:
    """Cut a body at its H2 headings; what stands before the first is left out."""
    all_lines = body.split("\n")
    headings: list[tuple[int, int, str]] = []  # line of the heading, first line below it, title
    previous = Line(0, "")
    for line in lines_outside_code(body, first_line):
        written = all_lines[line.number - first_line]
        if written.startswith("##") and not written.startswith("###"):
            title = written[2:].strip().rstrip("#").rstrip()
            headings.append((line.number, line.number + 1, title))
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
