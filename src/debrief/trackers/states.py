"""The words of trackers for how far something is → the statuses of an action.

A team's own words stand in the policy, under ``trackers.statuses``, and come before those built in.
``verified`` is never concluded: that a second person looked is for that person to write down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from debrief.trackers.ticket import Said

OPEN, IN_PROGRESS, BLOCKED, DONE, NOT_DOING = "open", "in-progress", "blocked", "done", "not-doing"

BUILT_IN: Mapping[str, tuple[str, ...]] = {
    OPEN: (
        "open", "to do", "todo", "backlog", "new", "ready", "planned", "triage", "reopened",
        "selected for development", "no status",
    ),
    IN_PROGRESS: (
        "in progress", "doing", "started", "active", "in development", "in review", "review",
        "code review", "in testing", "testing", "in test", "in qa",
    ),
    BLOCKED: ("blocked", "on hold", "waiting", "impediment", "impeded"),
    DONE: (
        "done", "closed", "resolved", "complete", "completed", "fixed", "shipped", "released",
    ),
    NOT_DOING: (
        "not planned", "wont do", "wont fix", "wontfix", "cancelled", "canceled", "declined",
        "rejected", "abandoned", "not doing", "invalid", "cannot reproduce", "obsolete",
    ),
}  # fmt: skip
"""By status, the words that everybody uses for it; letter case and hyphens do not count.

Jira's own resolutions and statuses are among them, GitHub's reasons for closing, and the columns of
its boards.
"""

DUPLICATES = frozenset(("duplicate", "duplicated"))
"""Closed for the sake of another ticket: which one, no export says."""

_OVER = (DONE, NOT_DOING)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a ticket's state means here; ``coarse`` where any status that is not over agrees."""

    status: str
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A state that nobody can translate, and what to do about it."""

    why: str


def same(word: str) -> str:
    """A word as it is compared."""
    return " ".join(re.findall(r"[^\W_]+", word.casefold().replace("'", "").replace("’", "")))


_KNOWN = {same(word): status for status, words in BUILT_IN.items() for word in words}


def meaning(said: Said, own: Mapping[str, str]) -> Meant | Unclear:
    """What is meant, by the policy's words, and else by those that are built in."""
    mine = {same(word): status for word, status in own.items()}
    words = (*said.words, *((said.reason,) if said.reason else ()))
    if found := _distinct(mine.get(same(word)) for word in words):
        return Meant(found[0]) if len(found) == 1 else _contradiction(said, found)
    known = _distinct(_KNOWN.get(same(word)) for word in said.words)
    if said.closed is None and not known:
        return _unknown(said.text)
    if said.closed or (said.closed is None and known[0] in _OVER):
        return _closed(said, known)
    return _not_over(said, known)


def _closed(said: Said, known: list[str]) -> Meant | Unclear:
    if any(same(word) in DUPLICATES for word in (said.reason or "", *said.words)):
        return Unclear("closed as a duplicate: let `tracker` lead to the ticket that stands")
    reason = _KNOWN.get(same(said.reason)) if said.reason else DONE
    if reason not in _OVER:
        return _unknown(said.reason or "")
    # Teams without resolutions have everything "Done" that stands in the last column.
    return Meant(NOT_DOING if NOT_DOING in (*known, reason) else DONE)


def _not_over(said: Said, known: list[str]) -> Meant | Unclear:
    strange = [word for word in said.words if same(word) not in _KNOWN]
    going = [status for status in known if status not in _OVER]
    if said.coarse and len(going) < len(known):
        return Unclear(f"it is open, and its board says {said.text}")
    if len(going) > 1:
        return _contradiction(said, going)
    if going:
        return Meant(going[0])
    if said.coarse and strange:
        return _unknown(strange[0])
    return Meant(said.default or OPEN, coarse=said.coarse)


def _unknown(word: str) -> Unclear:
    shown = word.replace('"', "'")
    return Unclear(
        f"“{word}” is not known here: say what it means under trackers.statuses in "
        f'catalog/policy.yml, as "{shown}": in-progress'
    )


def _contradiction(said: Said, found: Iterable[str]) -> Unclear:
    return Unclear(f"“{said.text}” means {' and '.join(found)} at once")


def _distinct(found: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(status for status in found if status is not None))
