"""A report → Markdown: readable as it is, and the same on GitHub and in a wiki.

All that is special in Markdown is escaped by a backslash (CommonMark 0.31, section 2.4; tables:
GitHub Flavored Markdown 0.29), so that no word of a record becomes a heading, a link, an image,
HTML or another row. Mentions, numbers and bare addresses are broken as in ``reporters/markup.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from debrief.reporters.markup import unlinked
from debrief.reporters.plain import printable
from debrief.review.phrases import LATE, PROSE, RECORD, STRONG, Name, Phrase
from debrief.review.report import HOW_TO_RUN, Item, Report, Section, Table

Place = Callable[[Name], str | None]
"""Where a name leads, as an absolute web address; None where it leads nowhere."""

_LONGEST = 4_000
_SPECIAL = re.compile(r"([\\`*\[\]<>|~&])|(?<![A-Za-z0-9])(_)|(_)(?![A-Za-z0-9])")
_FIRST = re.compile(r"\A(\s*)([-+=#]|\d+(?=[.)]))")
"""What makes a list, a heading or a rule of a line that begins with it."""
_IN_ADDRESS = ":/?#@!&+,;=%~"
"""What may stand in an address as it is; not brackets and quotes, which would end the link."""
_CODE = re.compile(r"`([^`]+)`")


def written(report: Report, place: Place = lambda _: None) -> str:
    """The whole report. Where names lead nowhere, a record's id stands at its first mention."""
    return "\n\n".join(_blocks(report, place)) + "\n"


def _blocks(report: Report, place: Place) -> Iterator[str]:
    line = _Line(place, ids=report.ids)
    yield f"# {line(_plain(report.title))}"
    for warning in report.warnings:
        yield f"> **Not everything could be read.** {line(warning)}"
    yield from map(line, report.lead)
    if report.minutes:
        yield f"{report.minutes} minutes. {HOW_TO_RUN}"
        yield _timetable(report, line)
    for section in report.sections:
        yield from _section(section, _Line(place, ids=report.ids), report.since)


def _timetable(report: Report, line: _Line) -> str:
    """When each point begins, counted from the start of the meeting."""
    rows = ["| From | Point | Minutes | To speak of |", "| ---: | --- | ---: | ---: |"]
    start = 0
    for section in report.points:
        hours, minutes = divmod(start, 60)
        title = line(_plain(section.title), in_table=True)
        number = len(section.items) or ""
        rows.append(f"| {hours}:{minutes:02} | {title} | {section.minutes} | {number} |")
        start += section.minutes
    return "\n".join(rows)


def _section(section: Section, line: _Line, since: str) -> Iterator[str]:
    minutes = f" ({section.minutes} min)" if section.minutes else ""
    yield f"## {line(_plain(section.title))}{minutes}"
    if section.question:
        yield f"_{section.question}_"
    yield from map(line, section.said)
    for table in section.tables:
        if table.label:
            yield f"{line(_plain(table.label))}:"
        yield _table(table, line)
    for group, items in section.grouped():
        if group:
            yield f"**{line(group)}**"
        yield "\n".join(_item(item, line, since) for item in items)
    if section.more:
        yield f"And {section.more:,} more."
    if section.terms:
        told = (f"- **{line(_plain(name))}:** {line(_plain(text))}" for name, text in section.terms)
        yield "<details><summary>What each figure means</summary>"
        yield "\n".join(told)
        yield "</details>"


def _item(item: Item, line: _Line, since_is: str) -> str:
    facts = "".join(f" · {line(fact)}" for fact in item.meta)
    notes = "".join(f"\n  - {line(note)}" for note in item.notes)
    since = f"\n  - **{since_is}:** {line(item.since)}" if item.since else ""
    return f"- {line(item.head, bold=True)}{facts}{notes}{since}"


def _table(table: Table, line: _Line) -> str:
    rule = "| --- |" + (" ---: |" if table.numbers else " --- |") * (len(table.columns) - 1)
    rows = [_row(line(_plain(column), in_table=True) for column in table.columns), rule]
    rows += [_row(line(cell, in_table=True) for cell in cells) for cells in table.rows]
    return "\n".join(rows)


def _row(cells: Iterator[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _plain(words: str) -> Phrase:
    return (words,)


class _Line:
    """Writes sentences of one section, and knows which records it has named already."""

    def __init__(self, place: Place, *, ids: bool) -> None:
        self.place = place
        self.ids = ids
        self.named: set[str] = set()

    def __call__(self, phrase: Phrase, *, bold: bool = False, in_table: bool = False) -> str:
        parts = (self._part(part, bold=bold, in_table=in_table) for part in phrase)
        text = "".join(parts).strip()
        return _FIRST.sub(lambda found: f"{found[1]}{_first(found[2])}", text)

    def _part(self, part: str | Name, *, bold: bool, in_table: bool) -> str:
        if isinstance(part, str):
            return _prose(part, in_table=in_table)
        text = _prose(part.text.strip(), in_table=in_table)
        if part.kind == PROSE or not text:
            return text
        there = self.place(part)
        if there is not None:
            text = f"[{text}]({quote(there, safe=_IN_ADDRESS)})"
        if bold or part.kind in (LATE, STRONG):
            text = f"**{text}**"
        if there is None and self.ids and part.kind == RECORD and part.id not in self.named:
            self.named.add(part.id)
            text += f" ({_code(part.id, in_table=in_table)})"
        return text


def _prose(words: str, *, in_table: bool) -> str:
    """Words that somebody wrote; `` `x` `` stays code."""
    pieces = _CODE.split(words)
    return "".join(
        _code(piece, in_table=in_table) if index % 2 else _words(piece)
        for index, piece in enumerate(pieces)
    )


def _words(words: str) -> str:
    escaped = _SPECIAL.sub(lambda found: f"\\{found[0]}", unlinked(words, _LONGEST))
    # GitHub's own way to write a dollar that begins no formula.
    return escaped.replace("$", "<span>$</span>")


def _first(mark: str) -> str:
    # A number has no escape of its own; the character reference of its first digit is one.
    return f"&#{ord(mark[0])};{mark[1:]}" if mark[0].isdigit() else f"\\{mark}"


def _code(words: str, *, in_table: bool) -> str:
    """A code span; its backquotes are more than any that stand in it."""
    text = printable(words).strip()
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence, gap = "`" * (longest + 1), " " if longest else ""
    inside = text.replace("|", "\\|") if in_table else text
    return f"{fence}{gap}{inside}{gap}{fence}" if text else ""
