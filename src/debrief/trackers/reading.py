"""Files of trackers → tickets, and what of them could not be read or is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from debrief.catalog_sources import json_files
from debrief.catalog_sources.imported import SourceError
from debrief.trackers import github, jira
from debrief.trackers.ticket import Ticket, TicketError


class Source(Protocol):
    """One tracker; `github` and `jira` are such modules."""

    NAME: str

    def recognises(self, item: dict[str, Any]) -> bool: ...
    def read(self, item: dict[str, Any], place: str) -> Ticket | None: ...


SOURCES: tuple[Source, ...] = (github, jira)

_LISTS = ("issues", "items", "nodes", "edges", "projects", "data", "search", "repository", "node")
"""Under these keys stand lists of issues, or what holds them: pages, projects, connections."""

_DEEPEST = 12
_SPACE = re.compile(r"[\s,]*")


@dataclass
class Reading:
    """What was read: tickets, what could not be taken for one, and what is not in the file."""

    tickets: list[Ticket] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def read(name: str, data: bytes) -> Reading:
    """The tickets of one file. Raises SourceError, with the line, where it is no JSON at all."""
    reading = Reading()
    found = 0
    for value in _values(data):
        for item in _items(value, reading, name):
            found += 1
            _take(item, f"{name}, item {found}", reading)
    if not found and not reading.unread and not _is_empty_list(data):
        names = " or ".join(source.NAME for source in SOURCES)
        raise SourceError(f"there are no issues of {names} in it")
    return reading


def _take(item: dict[str, Any], place: str, reading: Reading) -> None:
    source = next((source for source in SOURCES if source.recognises(item)), None)
    if source is None:
        keys = ", ".join(list(map(str, item))[:5]) or "nothing"
        reading.unread.append(f"{place}: no issue of a tracker that is known; it has {keys[:120]}")
        return
    try:
        ticket = source.read(item, place)
    except TicketError as error:
        reading.unread.append(f"{place}: {error}")
        return
    if ticket is not None:
        reading.tickets.append(ticket)


def _values(data: bytes) -> Iterator[object]:
    """The values of a text: one, or several behind one another, as `gh --paginate` writes pages."""
    try:
        yield json_files.parse(data)
    except SourceError as error:
        values = list(_in_a_row(data))
        if len(values) < 2:
            raise
        if isinstance(values[-1], SourceError):
            raise values[-1] from error
        yield from values


def _in_a_row(data: bytes) -> Iterator[object]:
    """Each value; where one cannot be read, the SourceError with its line, and no more."""
    text, decoder, at = data.decode("utf-8-sig", "replace"), json.JSONDecoder(), 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            yield SourceError(f"this is not JSON: {error.msg} at line {error.lineno}")
            return
        except (ValueError, RecursionError):
            yield SourceError("a part of it is nested too deeply, or has a number too long")
            return
        yield value
        space = _SPACE.match(text, at)
        at = space.end() if space else at


def _items(value: object, reading: Reading, name: str, deep: int = 0) -> Iterator[dict[str, Any]]:
    """Everything that may be an issue: in lists, pages, connections and projects."""
    if isinstance(value, list):
        for each in value:
            yield from _items(each, reading, name, deep + 1)
        return
    if not isinstance(value, dict):
        if value is not None and deep < _DEEPEST:
            reading.unread.append(f"{name}: {str(value)[:60]!r} stands where an issue should be")
        return
    if any(source.recognises(value) for source in SOURCES):
        yield value
        return
    reading.gaps += _gaps(value, name)
    inner = [value[key] for key in _LISTS if isinstance(value.get(key), list | dict)]
    if inner and deep < _DEEPEST:
        for each in inner:
            yield from _items(each, reading, name, deep + 1)
    elif value and deep:
        yield value  # it will be told that this is none


def _gaps(page: dict[str, Any], name: str) -> Iterator[str]:
    """What the export itself says is missing."""
    issues, total = page.get("issues"), page.get("total")
    if isinstance(issues, list) and isinstance(total, int) and total > len(issues):
        yield f"{name}: the export has {len(issues)} of {total} issues; export the others as well"
    elif isinstance(issues, list) and (page.get("nextPageToken") or page.get("isLast") is False):
        yield f"{name}: the export is one page of several; export the others as well"
    pages = page.get("pageInfo")
    if isinstance(pages, dict) and pages.get("hasNextPage") is True:
        yield f"{name}: the export is one page of several; export the others as well"


def _is_empty_list(data: bytes) -> bool:
    """Whether nothing stands in it because there is nothing: `[]`, `{"issues": []}`."""
    text = b"".join(data.split())
    return text in (b"[]", b"{}") or b'"issues":[]' in text or b'"nodes":[]' in text


@dataclass(frozen=True)
class Tickets:
    """All tickets, each once; ``doubts`` say of which two exports tell different things."""

    all: tuple[Ticket, ...]
    doubts: tuple[str, ...] = ()


def latest(tickets: Iterable[Ticket]) -> Tickets:
    """Each ticket as its latest export has it.

    Where that cannot be told, and they differ, it is left out and said.
    """
    kept: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in tickets:
        kept.setdefault(ticket.identity, []).append(ticket)
    chosen: list[Ticket] = []
    doubts: list[str] = []
    for same in kept.values():
        newest = max(ticket.updated for ticket in same)
        last = [ticket for ticket in same if ticket.updated == newest]
        if all(_told(ticket) == _told(last[0]) for ticket in last) and all(t.updated for t in same):
            chosen.append(last[0])
        elif all(_told(ticket) == _told(same[0]) for ticket in same):
            chosen.append(same[0])
        else:
            places = " and ".join(ticket.place for ticket in same)
            doubts.append(f"{same[0].name} stands twice and differs, without a date: {places}")
    return Tickets(tuple(chosen), tuple(doubts))


def _told(ticket: Ticket) -> object:
    return (ticket.said, ticket.closed_on, ticket.due, ticket.assignees, ticket.marks)
