"""One issue at GitHub for each open action: what is to be opened, rewritten and closed.

An issue is known by the mark in its description. Of that, only what stands between our two comments
is ever rewritten, and only when the facts moved: nothing in it depends on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from debrief import words
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.marked_part import MarkedPart
from debrief.record import WITHDRAWN, Action, Postmortem
from debrief.reporters.markup import code, inert, row, unlinked
from debrief.roadmap.entry import Entry
from debrief.roadmap.table import link_to
from debrief.trackers.ticket import ActionKey, mark, marks_in

PART = MarkedPart(
    "<!-- debrief roadmap: what stands from here is rewritten when the record changes -->",
    "<!-- debrief roadmap: to here -->",
)


@dataclass(frozen=True, slots=True)
class Create:
    """A new issue; ``assignee`` is the owner's account, None where the catalog has none."""

    key: ActionKey
    title: str
    body: str
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """New text for the description of an issue."""

    key: ActionKey
    number: int
    url: str
    body: str


@dataclass(frozen=True, slots=True)
class Close:
    """An issue whose action is over; ``reason`` is GitHub's own word."""

    key: ActionKey
    number: int
    url: str
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class Leave:
    """An action for which nothing is done, and why; ``dull`` where that is as it should be."""

    key: ActionKey
    why: str
    dull: bool = False


Step = Create | Rewrite | Close | Leave


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue that is there and bears a mark."""

    number: int
    url: str
    body: str
    is_open: bool


def existing(items: Iterable[Mapping[str, Any]]) -> dict[ActionKey, list[Issue]]:
    """Issues by the action that they are for, the oldest first; pull requests are none."""
    found: dict[ActionKey, list[Issue]] = {}
    for item in items:
        body, number = item.get("body"), item.get("number")
        if item.get("pull_request") or not isinstance(body, str) or not isinstance(number, int):
            continue
        issue = Issue(number, str(item.get("html_url", "")), body, item.get("state") == "open")
        marks = marks_in(body)
        if len(marks) == 1:
            found.setdefault(marks[0], []).append(issue)
    for issues in found.values():
        issues.sort(key=lambda issue: issue.number)
    return found


def steps(
    entries: Sequence[Entry],
    archive: Archive,
    known: Mapping[ActionKey, Sequence[Issue]],
    links: Mapping[ActionKey, str],
    site: str,
) -> Iterator[Step]:
    """What is to be done, in the order of the entries; then what is over.

    ``links`` are the trackers that records name, also those of records that may not be shown.
    """
    for entry in entries:
        yield _step(entry, archive.catalog, known.get(entry.key, ()), links.get(entry.key), site)
    by_key = {(r.id, action.id): (r, action) for r in archive.postmortems for action in r.actions}
    for key in sorted(known):
        if key in by_key:
            yield from _over(key, *by_key[key], known[key])


def _step(
    entry: Entry, catalog: Catalog, issues: Sequence[Issue], link: str | None, site: str
) -> Step:
    if len(issues) > 1:
        numbers = ", ".join(f"#{issue.number}" for issue in issues)
        return Leave(entry.key, f"{len(issues)} issues are for it: {numbers}; close all but one")
    if issues:
        return _rewritten(entry, catalog, issues[0], site)
    if link:
        return Leave(entry.key, f"it has a ticket: {link}", dull=True)
    body = f"<!-- {mark(entry.key)} -->\n{PART.new(described(entry, catalog, site))}"
    title = unlinked(entry.action.title, 240)
    return Create(entry.key, title, body, account_of(catalog, entry.action.owner))


def _rewritten(entry: Entry, catalog: Catalog, issue: Issue, site: str) -> Step:
    if not issue.is_open:
        return Leave(
            entry.key,
            f"#{issue.number} is closed, and the record says {entry.action.status}: "
            "`./debrief sync` proposes what follows",
        )
    old = issue.body.replace("\r", "")
    new = PART.again(old, described(entry, catalog, site))
    if new is None:
        return Leave(entry.key, f"#{issue.number} was left alone: its marks are gone")
    if new == old:
        return Leave(entry.key, f"#{issue.number} says it already", dull=True)
    return Rewrite(entry.key, issue.number, issue.url, new)


def _over(
    key: ActionKey, record: Postmortem, action: Action, issues: Sequence[Issue]
) -> Iterator[Close]:
    if action.is_open and record.status != WITHDRAWN:
        return
    status = action.status if record.status != WITHDRAWN else WITHDRAWN
    for issue in issues:
        if issue.is_open:
            reason = "completed" if action.is_done else "not_planned"
            yield Close(key, issue.number, issue.url, reason, status)


def account_of(catalog: Catalog, owner_id: str | None) -> str | None:
    """The account of a person; a team is no account that an issue could be assigned to."""
    owner = catalog.owners.get(owner_id or "")
    if owner is None or not owner.active:
        return None
    accounts = [handle.removeprefix("@") for handle in owner.handles if "/" not in handle]
    return accounts[0] if accounts else None


def described(entry: Entry, catalog: Catalog, site: str) -> str:
    """What an issue says of an action, as HTML that stays words."""
    record, action = entry.record, entry.action
    blocks = [
        f"<p>Promised in the postmortem {_linked(record, link_to(entry, site))}.</p>",
        "<table>\n" + "\n".join(row("td", pair) for pair in _facts(entry, catalog)) + "\n</table>",
    ]
    for name, text in (
        ("Success criteria", action.success_criteria),
        ("Test plan", action.test_plan),
        ("Rollback", action.rollback),
    ):
        if text:
            blocks.append(f"<p><b>{name}.</b> {inert(text)}</p>")
    blocks.append(
        "<p>The record is where this is promised. Closing the issue proposes there that it is "
        "done; closing it as <i>not planned</i>, that it will not be.</p>"
    )
    return "\n\n".join(blocks)


def _linked(record: Postmortem, link: str) -> str:
    title, where = inert(record.title, 200), code(record.id)
    return f'<a href="{link}">{title}</a> ({where})' if link else f"{title} ({where})"


def _facts(entry: Entry, catalog: Catalog) -> Iterator[tuple[str, str]]:
    action = entry.action
    yield "Owner", inert(catalog.owner_name(action.owner)) if action.owner else "nobody yet"
    yield "Due", words.day(action.due) if action.due else "no date"
    if entry.postponements:
        yield "Postponed", words.times(entry.postponements)
    yield "Priority", inert(action.quadrant)
    for cause in entry.causes:
        yield "Addresses", inert(cause.statement, 400)
    if entry.risk is not None:
        yield "Risk", f"{entry.risk} of 9"
    if entry.severity:
        yield "Severity", inert(words.term(entry.severity))
    if len(entry.outages) > 1:
        yield "Outages of this kind", words.counted(len(entry.outages), "outage")
    for again in entry.recurrences:
        yield "Came back", code(again)
    for blocked in entry.blocks:
        yield "Waits for it", inert(blocked)
