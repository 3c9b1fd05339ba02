"""Issues of GitHub → tickets.

Three forms of one thing: the REST API (docs.github.com/rest/issues/issues, "List repository
issues"), ``gh issue list --json`` (cli.github.com/manual/gh_issue_list) and nodes of GraphQL
(docs.github.com/graphql/reference/objects, "Issue", with "ProjectV2Item").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from debrief.trackers.states import BUILT_IN, same
from debrief.trackers.ticket import (
    Merged,
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

NAME = "GitHub"

_ISSUE = re.compile(r"https?://[^/]+/([\w.-]+/[\w.-]+)/issues/([0-9]{1,12})/?\Z", re.ASCII)
_LABELS = {same(word): word for status in ("in-progress", "blocked") for word in BUILT_IN[status]}
_DATES = frozenset(("due", "due date", "target", "target date"))
"""The fields of a project that hold what is promised."""


def recognises(item: dict[str, Any]) -> bool:
    """Whether it is an issue or a pull request, of whichever form."""
    state = text_of(item.get("state")).lower()
    return isinstance(item.get("number"), int) and state in ("open", "closed", "merged")


def read(item: dict[str, Any], place: str) -> Ticket | None:
    """The ticket; None for a pull request. Raises TicketError."""
    if item.get("pull_request") or "mergedAt" in item:
        return None
    url = web_address(item.get("html_url")) or web_address(item.get("url")) or ""
    found = _ISSUE.match(url)
    if found is None:
        if "/pull/" in url:
            return None
        raise TicketError(
            f"issue {item['number']} has no `url` of its page: ask for it, as in "
            "`gh issue list --json number,state,stateReason,closedAt,url,body,…`"
        )
    closed = text_of(item.get("state")).lower() == "closed"
    closed_at = _either(item, "closed_at", "closedAt")
    return Ticket(
        tool=NAME,
        name=f"{found[1]}#{found[2]}",
        url=url.rstrip("/"),
        place=place,
        said=_closed(item) if closed else _open(item),
        host=host_of(url),
        closed_on=day_of(closed_at) if closed else None,
        due=_due(item),
        assignees=tuple(_people(item)),
        marks=marks_in(body) if isinstance(body := item.get("body"), str) else (),
        merged=tuple(_merged(item, url)) if closed else (),
        updated=text_of(_either(item, "updated_at", "updatedAt")),
    )


def _closed(item: dict[str, Any]) -> Said:
    """Issues that were closed before there were reasons have none: they were done."""
    reason = text_of(_either(item, "state_reason", "stateReason")).lower().replace("_", " ")
    return Said(reason=reason or None, closed=True)


def _open(item: dict[str, Any]) -> Said:
    columns = tuple(dict.fromkeys(filter(None, map(_column, _nodes(item.get("projectItems"))))))
    labels = [name_of(label) for label in _nodes(item.get("labels"))]
    telling = tuple(label for label in labels if same(label) in _LABELS)
    return Said(words=columns or telling, closed=False, default="open", coarse=True)


def _column(card: dict[str, Any]) -> str:
    """Where an issue stands on a board: as `gh` tells it, or the field that was asked for."""
    for key in ("status", "fieldValueByName"):
        if name := name_of(card.get(key)):
            return name
    for value in _nodes(card.get("fieldValues")):
        if same(name_of(value.get("field"))) == "status":
            return name_of(value)
    return ""


def _due(item: dict[str, Any]) -> date | None:
    """A date in a project, where all boards say the same; a milestone is not of one issue."""
    found = {
        day
        for card in _nodes(item.get("projectItems"))
        for value in _nodes(card.get("fieldValues"))
        if same(name_of(value.get("field"))) in _DATES and (day := day_of(value.get("date")))
    }
    return found.pop() if len(found) == 1 else None


def _people(item: dict[str, Any]) -> Iterator[Person]:
    for each in _nodes(item.get("assignees")):
        login, name = text_of(each.get("login")), text_of(each.get("name"))
        if names := tuple(filter(None, (login and f"@{login}", name))):
            yield Person(names)


def _merged(item: dict[str, Any], url: str) -> Iterator[Merged]:
    for each in _nodes(item.get("closedByPullRequestsReferences")):
        address = web_address(each.get("url"))
        found = re.fullmatch(r"https?://[^/]+/([\w.-]+/[\w.-]+)/pull/([0-9]+)", address or "")
        if address and found and host_of(address) == host_of(url):
            yield Merged(f"{found[1]}#{found[2]}", address)


def _nodes(value: object) -> list[dict[str, Any]]:
    """The groups of a list, whether it is one or stands under ``nodes``; texts become names."""
    if isinstance(value, dict):
        value = value.get("nodes")
    if not isinstance(value, list):
        return []
    named = ({"name": each} if isinstance(each, str) else each for each in value)
    return [each for each in named if isinstance(each, dict)]


def _either(item: dict[str, Any], *keys: str) -> object:
    return next((item[key] for key in keys if item.get(key) is not None), None)
