"""What a document is called, and on which day its name says that it happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from debrief.adopt.headings import Vocabulary
from debrief.adopt.outline import Heading, Outline, Paragraph, first_heading, outlined
from debrief.spoken_time import day_in, leading

TITLE_MOST = 160
_DATED_OR_NUMBERED = re.compile(r"\A(?:\d{4}-\d{2}-\d{2}|\d+)[-_ .]+")
_PAGE_ID = re.compile(r"[-_ ][0-9a-f]{32}\Z")
"""What Notion puts behind the name of a page that it exports."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A document, and the heading that names it; ``label`` is a heading "Title" above that."""

    outline: Outline
    heading: Heading | None = None
    label: Heading | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a record; ``dropped`` are the lines of the document that it says in full."""

    text: str
    dropped: range | None = None
    converted: tuple[str, ...] = ()
    made_up: bool = False
    """Whether it is made of the name of the file."""
    cut: bool = False


def titled(text: str, first: int, words: Vocabulary) -> Titled:
    """Find what names a document: its first heading, unless that begins one of its parts."""
    heading = first_heading(text, first)
    if heading is None:
        return Titled(outlined(text, first, has_title=False))
    said = heading.text.plain
    meaning = words.section(said)
    if meaning == "title":
        return _under_a_label(heading, outlined(text, first), words)
    label, colon, value = said.partition(":")
    if meaning is not None or (colon and value.strip() and words.field(label)):
        return Titled(outlined(text, first, has_title=False))
    return Titled(outlined(text, first), heading)


def _under_a_label(label: Heading, outline: Outline, words: Vocabulary) -> Titled:
    """A document that begins with the heading "Title": what follows it is the title."""
    if outline.preamble:
        block = outline.preamble[0]
        if isinstance(block, Paragraph) and len(block.lines) == 1:
            [line] = block.lines
            if ":" not in line.plain:
                return Titled(outline, Heading(block.start, block.end, 1, line), label)
    elif outline.sections:
        heading = outline.sections[0].heading
        said = heading.text.plain
        if not words.section(said) and not words.field(said):
            return Titled(outline, heading, label)
    return Titled(outline, label)


def title_of(  # noqa: PLR0913 - each may name the document
    found: Titled, path: str, *, chosen: str | None, told: str, day: date | None, order: str | None
) -> Title:
    """The title: chosen by a person, told in a label, in the heading, or in the file's name.

    The date that a heading begins with is left out where it is the ``day`` of the record.
    """
    heading = found.heading.text if found.heading else None
    own = heading.plain if heading else ""
    title = chosen or told or own
    if not title:
        return Title(_from_name(path), made_up=True)
    dated, bare = _without_date(own, day, order)
    title = bare if bare and title == own else title
    title = title.replace("`", "")
    said = title in (own.replace("`", ""), bare.replace("`", ""))
    if len(title) > TITLE_MOST:
        return Title(title[: TITLE_MOST - 1].rsplit(" ", 1)[0] + "…", cut=True)
    if found.heading is None or heading is None or not heading.simple or heading.links:
        return Title(title)
    if not said:
        return Title(title)
    start = (found.label or found.heading).start
    converted = (dated, found.label.text.plain if found.label else "")
    return Title(title, range(start, found.heading.end), converted)


def _without_date(title: str, day: date | None, order: str | None) -> tuple[str, str]:
    """The date that a title begins with and the rest, where it is the day of the record."""
    found = leading(title, order)
    if not found or not found[1] or found[0].day is None or found[0].at or day is None:
        return "", ""
    if found[0].day.in_year(day.year) != day:
        return "", ""
    return title[: len(title) - len(found[1])], found[1]


def _from_name(path: str) -> str:
    """A title out of the name of a file, or of the folder of a README."""
    file = PurePosixPath(path)
    stem = file.stem if file.suffix.lower() in (".md", ".markdown", ".txt") else file.name
    if stem.casefold() in ("readme", "index") and file.parent.name:
        stem = file.parent.name
    stem = _PAGE_ID.sub("", stem)
    bare = " ".join(re.split(r"[-_\s]+", _DATED_OR_NUMBERED.sub("", stem) or stem)).strip()
    return bare[:1].upper() + bare[1:]


def days_in_names(found: Titled, path: str, order: str | None) -> Iterator[tuple[date, str, str]]:
    """The days in the title, the file's name and its folders', with where each stands.

    The third text says why one could not be told; its day means nothing then. A date inside a title
    may be one of the data, so it comes last; one that a title begins with comes first.
    """
    file = PurePosixPath(path)
    title = found.heading.text.plain if found.heading else ""
    begins = leading(title, order)
    dated = begins is not None and begins[0].day is not None
    places = [("the name of the file", file.name)]
    places += [("the name of its folder", part) for part in reversed(file.parts[:-1])]
    places.insert(0 if dated else len(places), ("the title", title))
    for where, text in places:
        day, doubt = day_in(text, order)
        if day or doubt:
            yield day or date.min, where, doubt
