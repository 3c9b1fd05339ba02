"""The timeline of a document, in any of its forms, → the events of a record.

A form is a table, a list, a heading for each time, paragraphs, or a mixture of these. A line that
gives only a day says on which day the times below it lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from debrief.adopt.headings import CLOCK_FIELDS, Vocabulary
from debrief.adopt.outline import Block, Heading, Item, List, Paragraph, Section, Table, Text
from debrief.adopt.parts import EVENT_LENGTH, Part, Setting, shortened
from debrief.spoken_time import Placed, Spoken, Zone, ZoneError, leading, placed, stated_zone, whole


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the timeline; ``text`` is empty where it only gives the day of those below.

    ``plain`` is whether the text says all that stands there. ``said`` are the words of its time.
    """

    line: int
    spoken: Spoken
    text: str
    plain: bool
    said: str


@dataclass(frozen=True, slots=True)
class _Other:
    """What is no event: a zone for all times, or prose."""

    line: int
    text: str
    zone: Zone | None = None
    problem: str = ""


def read(section: Section, setting: Setting) -> Part:
    """The events of a timeline's section; none where nothing in it begins with a time."""
    reader = _Reader(setting)
    found = [*reader.heading(section), *reader.section(section)]
    entries = [one for one in found if isinstance(one, _Entry)]
    others = [one for one in found if isinstance(one, _Other)]
    zones = [one for one in others if one.zone]
    problems = [(one.line + 1, one.problem) for one in others if one.problem]
    if not any(entry.text for entry in entries):
        return Part(unplaced=tuple(problems))
    zone = setting.zone or (zones[0].zone if zones else setting.fallback)
    places = placed([entry.spoken for entry in entries], day=setting.day, zone=zone)
    events: list[dict[str, Any]] = []
    assumed: dict[str, None] = {}
    complete = len(others) == len(zones)
    for entry, place in zip(entries, places, strict=True):
        assumed.update(dict.fromkeys(place.assumed))
        if place.problem:
            problems.append((entry.line + 1, place.problem))
        if place.at is None or not entry.text:
            complete &= place.at is not None
            continue
        events.append(_event(entry, place))
        complete &= entry.plain and not place.no_zone and not place.problem
        complete &= len(entry.text) <= EVENT_LENGTH
    left = []
    if missing := sum(1 for place in places if place.no_zone):
        told = "1 time of day has" if missing == 1 else f"{missing} times of day have"
        left.append(f"{told} no zone, so the timeline stays in the body: give --zone")
    said = tuple(entry.said for entry in entries)
    return Part(
        tuple(events),
        range(section.start, section.end) if complete else None,
        (*said, *_heads(section)),
        any(entry.spoken.at and not entry.spoken.zone for entry in entries) and not zones,
        " ".join(one.text for one in zones) or None,
        tuple(assumed),
        tuple(left),
        tuple(sorted(problems)),
    )


_ASIDE = re.compile(r"\((?:in )?([^()]+)\)\W*\Z")
_DAY_IN_WORDS = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:day|tag|jour|d[ií]a|dag)\s*\d+\b"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag\b|mittwoch\b"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di\b|dimanche\b",
    re.IGNORECASE,
)
_FEW_WORDS = 4
_LABEL = re.compile(r"([^:]{3,40}):\s")


def clock_points(events: Iterable[dict[str, Any]], words: Vocabulary) -> dict[str, str]:
    """The clock points that events name by a label: ``Detected: the alert`` or ``Resolved``.

    Only where the event has a time of day that is exact; the first of two counts.
    """
    found: dict[str, str] = {}
    for event in events:
        label = _LABEL.match(event["event"])
        key = words.field(label[1] if label else event["event"])
        if key in CLOCK_FIELDS and "T" in event["at"] and not event.get("approximate"):
            found.setdefault(key, event["at"])
    return found


def _event(entry: _Entry, place: Placed) -> dict[str, Any]:
    event: dict[str, Any] = {"at": place.at}
    if place.until:
        event["until"] = place.until
    if place.by_day:
        event["precision"] = "day"
    if place.approximate:
        event["approximate"] = True
    return {**event, "event": shortened(entry.text, EVENT_LENGTH)}


def _heads(section: Section) -> Iterator[str]:
    for one in section.walk():
        for block in one.blocks:
            if isinstance(block, Table):
                yield from (cell.plain for cell in block.head.cells)


class _Reader:
    def __init__(self, setting: Setting) -> None:
        self._words, self._order = setting.vocabulary, setting.order

    def heading(self, section: Section) -> Iterator[_Other]:
        """The zone that the heading of a timeline gives in brackets: ``Timeline (UTC)``."""
        text = section.heading.text.plain
        if aside := _ASIDE.search(text):
            one_word = " " not in aside[1]
            other = self._other(section.start, f"times {aside[1]}" if one_word else aside[1])
            if other.zone or other.problem:
                yield replace(other, text=text)

    def section(self, section: Section) -> Iterator[_Entry | _Other]:
        for block in section.blocks:
            yield from self._block(block)
        for below in section.below:
            yield from self._timed_section(below)

    def _timed_section(self, section: Section) -> Iterator[_Entry | _Other]:
        """What stands under a heading that is a time, or a day, or something else."""
        heading = section.heading
        found = leading(heading.text.plain, self._order)
        if found is None:
            yield _day_in_words(heading.start, heading.text.plain) or _Other(
                heading.start, heading.text.plain
            )
            yield from self.section(section)
            return
        spoken, rest = found
        said = _said(heading.text.plain, rest)
        inside = list(self.section(section))
        if spoken.at is None and not rest and any(isinstance(one, _Entry) for one in inside):
            yield _Entry(heading.start, spoken, "", True, said)
            yield from inside
            return
        lines = _first_words(section)
        told = " ".join(line.plain for line in lines)
        extra = len(section.blocks) - (1 if lines and not rest else 0)
        plain = extra == 0 and not section.below and _is_plain((heading.text, *lines))
        plain &= not any(isinstance(block, List) for block in section.blocks)
        yield _Entry(heading.start, spoken, rest or told, plain, said)

    def _block(self, block: Block) -> Iterator[_Entry | _Other]:
        match block:
            case Table():
                yield from self._table(block)
            case List():
                for item in block.items:
                    yield from self._item(item)
            case Paragraph():
                yield from self._paragraph(block)
            case Heading():
                yield from self._entry(block.start, (block.text,), more=False)
            case _:
                yield _Other(block.start, "")

    def _item(self, item: Item) -> Iterator[_Entry | _Other]:
        return self._entry(item.start, item.lines, more=item.more or item.checked is not None)

    def _paragraph(self, block: Paragraph) -> Iterator[_Entry | _Other]:
        begun = [leading(line.plain, self._order) is not None for line in block.lines]
        if all(begun):
            for number, line in enumerate(block.lines):
                yield from self._entry(block.start + number, (line,), more=False)
        else:
            yield from self._entry(block.start, block.lines, more=False)

    def _entry(self, line: int, lines: Sequence[Text], *, more: bool) -> Iterator[_Entry | _Other]:
        text = " ".join(one.plain for one in lines)
        found = leading(text, self._order)
        if found is None:
            yield _day_in_words(line, text) or self._other(line, text)
            return
        spoken, rest = found
        if spoken.at is None and _ASIDE.fullmatch(rest):
            told = self._other(line, rest)
            if told.zone or told.problem:
                yield told
                rest = ""
        plain = not more and _is_plain(lines) and (bool(rest) or spoken.at is None)
        yield _Entry(line, spoken, rest, plain, _said(text, rest))

    def _other(self, line: int, text: str) -> _Other:
        try:
            return _Other(line, text, stated_zone(text))
        except ZoneError as error:
            return _Other(line, text, problem=str(error))

    def _table(self, table: Table) -> Iterator[_Entry | _Other]:
        heads = [cell.plain for cell in table.head.cells]
        columns = [self._words.column(head, ("time", "event")) for head in heads]
        dates = [self._words.field(head) == "date" for head in heads]
        times = [i for i, (c, d) in enumerate(zip(columns, dates, strict=True)) if c == "time" or d]
        times = times or [0]
        for index in times:
            zone = self._other(table.start, heads[index])
            if zone.zone or zone.problem:
                yield zone
        for row in table.rows:
            said = " ".join(row.cells[i].plain for i in times if row.cells[i].plain)
            texts = [cell for i, cell in enumerate(row.cells) if i not in times and cell.plain]
            if not said and not texts:
                continue
            spoken = whole(said, self._order)
            if spoken is None:
                yield _Other(row.start, said, problem=f"`{said}` is no time that can be read")
                continue
            text = " – ".join(cell.plain for cell in texts)
            plain = len(texts) == 1 and _is_plain(row.cells)
            yield _Entry(row.start, spoken, text, plain, said)


def _day_in_words(line: int, text: str) -> _Entry | None:
    """A day that no date can be made of (``Monday``, ``Day 2``): the times below it lie on it."""
    if not _DAY_IN_WORDS.match(text) or len(text.split()) > _FEW_WORDS:
        return None
    doubt = f"which date is `{text}`? Write it, and the times below it lie on it"
    return _Entry(line, Spoken(two_ways=doubt), "", plain=False, said="")


def _first_words(section: Section) -> tuple[Text, ...]:
    """The lines of the first paragraph or list under a heading."""
    for block in section.blocks:
        if isinstance(block, Paragraph):
            return block.lines
        if isinstance(block, List):
            return tuple(line for item in block.items for line in item.lines)
    return ()


def _is_plain(lines: Sequence[Text]) -> bool:
    return all(line.simple and not line.links for line in lines)


def _said(text: str, rest: str) -> str:
    """The words of the time: what stands before the rest."""
    return text[: len(text) - len(rest)] if rest else text
