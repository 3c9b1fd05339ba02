"""A report → one HTML file that needs nothing else: to print, or to send by mail.

It holds no script and asks nobody for anything. Whatever a record says is escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from debrief.reporters.plain import printable
from debrief.review.markdown import Place
from debrief.review.phrases import LATE, PROSE, RECORD, STRONG, Name, Phrase
from debrief.review.report import HOW_TO_RUN, Item, Report, Section, Table

_CODE = re.compile(r"`([^`]+)`")

_STYLE = """\
body{font:11pt/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}
h1{font-size:1.6em}h2{font-size:1.2em;margin:1.6em 0 .3em;border-bottom:1px solid #999}
h3{font-size:1em;margin:1em 0 .2em}li{margin:.3em 0}li ul{font-size:.92em}
table{border-collapse:collapse;width:100%;margin:.6em 0;font-size:.9em}
th,td{border:1px solid #aaa;padding:.25em .5em;text-align:left;vertical-align:top}
td:empty{height:1.8em}.question{font-style:italic}.late{color:#a00;font-weight:600}
.warning{border-left:.3em solid #a00;padding-left:.8em}.meta,code{color:#444}
details{font-size:.85em}a{color:inherit}
@media print{body{margin:0;max-width:none}h2,h3{break-after:avoid}li{break-inside:avoid}
details{display:none}}"""


def page(report: Report, place: Place = lambda _: None) -> str:
    """The whole page."""
    body = "\n".join(_body(report, _Writer(place, ids=report.ids)))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_escaped(report.title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _body(report: Report, write: _Writer) -> Iterator[str]:
    yield f"<h1>{_escaped(report.title)}</h1>"
    for warning in report.warnings:
        strong = "<strong>Not everything could be read.</strong>"
        yield f'<p class="warning">{strong} {write(warning)}</p>'
    yield from (f"<p>{write(phrase)}</p>" for phrase in report.lead)
    if report.minutes:
        yield f"<p>{report.minutes} minutes. {_escaped(HOW_TO_RUN)}</p>"
        rows = ((f"{s.title}", f"{s.minutes} min") for s in report.points)
        points = "".join(f"<li>{_escaped(title)}: {minutes}</li>" for title, minutes in rows)
        yield f"<ol>{points}</ol>"
    for section in report.sections:
        yield from _section(section, write, report.since)


def _section(section: Section, write: _Writer, since: str) -> Iterator[str]:
    minutes = f" ({section.minutes} min)" if section.minutes else ""
    yield f"<h2>{_escaped(section.title)}{minutes}</h2>"
    if section.question:
        yield f'<p class="question">{_escaped(section.question)}</p>'
    yield from (f"<p>{write(phrase)}</p>" for phrase in section.said)
    yield from (_table(table, write) for table in section.tables)
    for group, items in section.grouped():
        if group:
            yield f"<h3>{write(group)}</h3>"
        yield f"<ul>{''.join(_item(item, write, since) for item in items)}</ul>"
    if section.more:
        yield f"<p>And {section.more:,} more.</p>"
    if section.terms:
        told = (f"<dt>{_escaped(name)}</dt><dd>{_code(text)}</dd>" for name, text in section.terms)
        meanings = f"<dl>{''.join(told)}</dl>"
        yield f"<details><summary>What each figure means</summary>{meanings}</details>"


def _item(item: Item, write: _Writer, since: str) -> str:
    meta = "".join(f" · {write(fact)}" for fact in item.meta)
    notes = [write(note) for note in item.notes]
    notes += [f"<strong>{_escaped(since)}:</strong> {write(item.since)}"] if item.since else []
    inner = f"<ul>{''.join(f'<li>{note}</li>' for note in notes)}</ul>" if notes else ""
    return f'<li><strong>{write(item.head)}</strong><span class="meta">{meta}</span>{inner}</li>'


def _table(table: Table, write: _Writer) -> str:
    head = "".join(f'<th scope="col">{_escaped(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{write(cell)}</td>" for cell in cells) + "</tr>"
        for cells in table.rows
    )
    label = f"<caption>{_escaped(table.label)}</caption>" if table.label else ""
    return f"<table>{label}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


class _Writer:
    """Writes sentences, and knows which records it has named already."""

    def __init__(self, place: Place, *, ids: bool) -> None:
        self.place = place
        self.ids = ids
        self.named: set[str] = set()

    def __call__(self, phrase: Phrase) -> str:
        return "".join(self._part(part) for part in phrase)

    def _part(self, part: str | Name) -> str:
        if isinstance(part, str):
            return _code(part)
        text = _code(part.text)
        if part.kind == PROSE:
            return text
        if part.kind in (LATE, STRONG):
            return f'<strong class="{part.kind}">{text}</strong>'
        if (there := self.place(part)) is not None:
            return f'<a href="{html.escape(there)}">{text}</a>'
        if self.ids and part.kind == RECORD and part.id not in self.named:
            self.named.add(part.id)
            return f"{text} (<code>{_escaped(part.id)}</code>)"
        return text


def _code(words: str) -> str:
    """Words, in which `` `x` `` is code."""
    pieces = _CODE.split(words)
    return "".join(
        f"<code>{_escaped(piece)}</code>" if index % 2 else _escaped(piece)
        for index, piece in enumerate(pieces)
    )


def _escaped(words: str) -> str:
    return html.escape(printable(words))
