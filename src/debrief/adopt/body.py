"""The body of a record out of the lines of a document: every line as it was, but for headings.

A heading that means one of the five sections of a record becomes that one. What is only longer
(``Lessons learned``) is left to the record to remember; what is in other words stands below it.
Headings keep their words, and change their depth only where the sections of a document are not of
the second level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from debrief.adopt.headings import Vocabulary
from debrief.adopt.outline import Heading, Outline, Section
from debrief.adopt.parts import HEADING_LENGTH
from debrief.adopt.verbatim import words
from debrief.prose import SECTIONS

_BY_MEANING = {title.casefold(): title for title in SECTIONS}
_RULE = re.compile(r"\s*(?:-{3,}|\.{3})\s*\Z")
_ATX = re.compile(r"\s{0,3}#{1,6}[ \t]*(.*?)[ \t]*#*[ \t]*\Z")
_LABEL = re.compile(r"\s*(?:\*\*|__)(.*?)(?:\*\*|__)?\s*:?\s*(?:\*\*|__)?\s*\Z")


@dataclass(frozen=True, slots=True)
class Body:
    """A body, what was changed in it, and the headings that became the title of a section."""

    text: str
    notes: tuple[str, ...]
    renamed: tuple[str, ...]


def written(
    lines: Sequence[str], outline: Outline, dropped: Iterable[range], vocabulary: Vocabulary
) -> Body:
    """The body of a document without the dropped lines."""
    gone = {number for taken in dropped for number in taken}
    renamed: list[str] = []
    replaced = dict(_headings(lines, outline, gone, vocabulary, renamed))
    out: list[str] = []
    number = outline.first
    while number < len(lines):
        if number in gone:
            if out and out[-1].strip():
                out.append("")
            number += 1
        elif number in replaced:
            end, new = replaced[number]
            out += new
            number = end
        else:
            out.append(lines[number])
            number += 1
    text = "\n".join(out).strip("\n")
    notes = [_SHIFTED] if any(_depth(s.heading) != 2 for s in _kept(outline, gone)) else []
    first, _, rest = text.partition("\n")
    if _RULE.match(first):
        text = f"***\n{rest}"
        notes.append(f"the rule `{first.strip()}` that the text begins with is written `***`")
    return Body(text, tuple(notes), tuple(renamed))


_SHIFTED = "headings of sections are written as headings of the second level"


def _kept(outline: Outline, gone: set[int]) -> Iterator[Section]:
    return (section for section in outline.sections if section.start not in gone)


def _depth(heading: Heading) -> int:
    return 0 if heading.label else heading.level


def _headings(
    lines: Sequence[str],
    outline: Outline,
    gone: set[int],
    vocabulary: Vocabulary,
    renamed: list[str],
) -> Iterator[tuple[int, tuple[int, list[str]]]]:
    """Lines with headings that change: the first line → the line behind it, and the new lines."""
    used: set[str] = set()
    last = ""
    for section in _kept(outline, gone):
        heading = section.heading
        own = _source(lines, heading)
        title = _BY_MEANING.get(vocabulary.section(heading.text.plain) or "", "")
        depth = 2
        if title and title not in used:
            said, wanted = set(words(own)), set(words(title))
            longer = wanted < said and _can_be_remembered(heading, own)
            new = [f"## {title}"]
            if longer:
                renamed.append(heading.text.plain)
            elif not said <= wanted:
                new += ["", f"### {own}"]
        elif title and title == last:
            depth, new = 3, [f"### {own}"]  # one more part of the section above it
        elif heading.level == 2 and not heading.label:
            new = list(lines[heading.start : heading.end])
        else:
            new = [f"## {own}"] if own else []
        used.add(title)
        last = title
        yield heading.start, (heading.end, new)
        if shift := 0 if heading.label else depth - heading.level:
            yield from _shifted(section, shift, lines, gone)


def _can_be_remembered(heading: Heading, own: str) -> bool:
    """Whether a plain text says all that a heading does."""
    text = heading.text
    plain = text.simple and not text.links and words(text.plain) == words(own)
    return plain and len(text.plain) <= HEADING_LENGTH


def _shifted(
    section: Section, shift: int, lines: Sequence[str], gone: set[int]
) -> Iterator[tuple[int, tuple[int, list[str]]]]:
    """The headings below a section, deeper or less deep by so many levels."""
    for below in section.below:
        for one in below.walk():
            if one.start not in gone:
                level = max(3, min(6, one.heading.level + shift))
                words_of_it = f"{'#' * level} {_source(lines, one.heading)}"
                yield one.start, (one.heading.end, [words_of_it])


def _source(lines: Sequence[str], heading: Heading) -> str:
    """A heading as it was written, without the marks that make it one."""
    if heading.label:
        found = _LABEL.match(lines[heading.start])
        return found[1].rstrip(": ") if found else heading.text.plain
    if found := _ATX.match(lines[heading.start]):
        return found[1]
    return " ".join(line.strip() for line in lines[heading.start : heading.end - 1])
