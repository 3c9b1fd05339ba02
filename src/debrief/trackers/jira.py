"""Issues of Jira, exported as JSON → tickets.

The answers of a search (developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search,
and version 2, where a description is a text and not a document), single issues, what command-line
clients write from them, and the form of Jira's own importer (support.atlassian.com, "Import data
from JSON"), in which the fields stand beside the key and are plain texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from debrief.trackers.ticket import (
    Person,
    Said,
    Ticket,
    TicketError,
    day_of,
    host_of,
    marks_in,
    name_of,
    text_of,
    web_address,
)

NAME = "Jira"

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,30}-[0-9]{1,10}\Z", re.IGNORECASE)
_BASE = re.compile(r"(https?://[^/]+(?:/[^/]+)*?)/rest/api/[0-9a-z]+/issue/")
_GATEWAY = "api.atlassian.com"
"""Speaks for every site of Jira's cloud: its address says nothing of where the ticket is."""

_CATEGORIES = {
    "new": (False, "open"), "undefined": (False, "open"), "to do": (False, "open"),
    "indeterminate": (False, "in-progress"), "in progress": (False, "in-progress"),
    "done": (True, None),
}  # fmt: skip
"""Jira's own three categories, by key and by name: whether it is over, and our status if not."""

_MOST_NODES = 20_000
"""Of a description: more is no text that people wrote."""


def recognises(item: dict[str, Any]) -> bool:
    """Whether it is an issue with its fields, beside the key or below it."""
    fields = item.get("fields")
    key = item.get("key") or item.get("externalId")
    return isinstance(key, str) and (isinstance(fields, dict) or "status" in item)


def read(item: dict[str, Any], place: str) -> Ticket | None:
    """The ticket. Raises TicketError."""
    key = text_of(item.get("key") or item.get("externalId"))
    if not _KEY.match(key):
        raise TicketError(f"`{key[:60]}` is no key of Jira, such as PRICE-812")
    fields = item["fields"] if isinstance(item.get("fields"), dict) else item
    said = _said(fields)
    if not said.words and said.closed is None:
        raise TicketError(f"{key} has no `status`: export that field as well")
    url = _page(item, key)
    return Ticket(
        tool=NAME,
        name=key.upper(),
        url=url,
        place=place,
        said=said,
        host=host_of(url),
        closed_on=next(filter(None, map(day_of, _closing_days(fields))), None),
        due=day_of(fields.get("duedate") or fields.get("dueDate")),
        assignees=tuple(_people(fields.get("assignee"))),
        marks=marks_in(_text(fields.get("description"))),
        updated=text_of(fields.get("updated")),
    )


def key_in(url: str) -> str | None:
    """The key of an issue to which an address leads; None where none is in it."""
    try:
        parts = urlsplit(url)
        chosen = parse_qs(parts.query).get("selectedIssue", [])
    except ValueError:
        return None
    last = parts.path.rstrip("/").rpartition("/")[2]
    return next((name.upper() for name in (*chosen, last) if _KEY.match(name)), None)


def _said(fields: dict[str, Any]) -> Said:
    status, resolution = fields.get("status"), name_of(fields.get("resolution"))
    word = name_of(status)
    category = status.get("statusCategory") if isinstance(status, dict) else None
    if category is None:
        category = fields.get("statusCategory")
    key = name_of(category, "key", "name").lower()
    closed, default = _CATEGORIES.get(key, (None, None))
    if closed is None and resolution:
        closed = True
    # A resolution that was left behind when a ticket was opened again says nothing.
    reason = resolution if closed and resolution.lower() != "unresolved" else None
    return Said((word,) if word else (), reason, closed, default)


def _closing_days(fields: dict[str, Any]) -> Iterator[object]:
    """When it was closed: teams without resolutions have only the day of the last column."""
    yield fields.get("resolutiondate")
    yield fields.get("resolutionDate")
    yield fields.get("statuscategorychangedate")


def _page(item: dict[str, Any], key: str) -> str | None:
    """Where people see it; None where the export has only the address of a gateway."""
    base = _BASE.match(web_address(item.get("self")) or "")
    if base is None or host_of(base[1]) == _GATEWAY:
        return None
    return f"{base[1]}/browse/{key.upper()}"


def _people(assignee: object) -> Iterator[Person]:
    if isinstance(assignee, dict):
        keys = ("emailAddress", "displayName", "name", "accountId")
        names = tuple(filter(None, (text_of(assignee.get(key)) for key in keys)))
        if names:
            yield Person(names)
    elif text_of(assignee):
        yield Person((text_of(assignee),))


def _text(description: object) -> str:
    """The text of a description: itself, or of Atlassian's document format, a line each block."""
    if isinstance(description, str):
        return description
    pieces: list[str] = []
    waiting: list[object] = [description]
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("text"), str):
            pieces.append(node["text"])
        if node.get("type") in ("paragraph", "heading", "hardBreak", "codeBlock"):
            pieces.append("\n")
        if isinstance(node.get("content"), list):
            waiting += reversed(node["content"])
    return "".join(pieces)
