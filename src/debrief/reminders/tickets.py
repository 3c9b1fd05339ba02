"""Actions that have an issue in this repository already: they are reminded of there.

Such an issue is a roadmap's (``roadmap/issues.py``), known by its label and its mark; or any that
the record names as its ``tracker``. It is people's and the roadmap's: a reminder comments on it,
and keeps in its text one comment that nobody sees, with what was said until when. It never opens,
closes, assigns or renames it: what its state says is for ``sync`` to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from debrief.reminders.due import ACTION, Matter
from debrief.reminders.marks import Issue, Mark, mark_of
from debrief.roadmap.issues import existing

_MARKS = re.compile(r"^<!-- debrief reminder \{.*\} -->$", re.MULTILINE)


def of_roadmap(items: Iterable[Mapping[str, Any]]) -> dict[str, Issue]:
    """Issues of a roadmap by the key of their matter; of several an open one, else the first."""
    found = {}
    for (record_id, action_id), issues in existing(items).items():
        one = next((issue for issue in issues if issue.is_open), issues[0])
        key = f"{ACTION}/{record_id}/{action_id}"
        found[key] = Issue(one.number, one.is_open, one.body)
    return found


def named(matters: Iterable[Matter], home: str) -> Iterator[tuple[str, int]]:
    """The issues of a repository that records name, by key; ``home`` is its web address."""
    link = re.compile(rf"{re.escape(home)}/issues/([0-9]{{1,12}})/?\Z", re.ASCII | re.IGNORECASE)
    for matter in matters:
        if matter.kind == ACTION and matter.action is not None:
            found = link.match(matter.action.tracker or "")
            if found is not None:
                yield matter.key, int(found[1])


def remembered(ticket: Issue, key: str) -> Mark | None:
    """What an issue remembers of a matter; None where it was never reminded of there."""
    marks = (mark_of(found[0]) for found in _MARKS.finditer(_plain(ticket)))
    return next((mark for mark in marks if mark is not None and mark.key == key), None)


def with_mark(ticket: Issue, mark: Mark) -> str:
    """The text of an issue with the mark of a matter in it, in place of the one it had."""
    kept = _MARKS.sub(
        lambda found: mark.line() if (known := mark_of(found[0])) and known.key == mark.key
        else found[0],
        _plain(ticket),
    )  # fmt: skip
    return kept if mark.line() in kept else f"{kept.rstrip()}\n\n{mark.line()}\n"


def _plain(ticket: Issue) -> str:
    """Its text as we write it, with the ends of its lines made one."""
    return ticket.body.replace("\r\n", "\n")
