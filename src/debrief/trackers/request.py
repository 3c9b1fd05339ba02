"""What `./debrief sync` reports → the pull request that proposes it.

The report holds words of a tracker. They become text that a code host shows and does nothing with;
a branch is made of the report's fingerprint alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from debrief import words
from debrief.marked_part import MarkedPart
from debrief.reporters.markup import code, inert, row

PART = MarkedPart(
    "<!-- debrief sync: the next run replaces what stands from here -->",
    "<!-- debrief sync: to here -->",
)

BRANCHES = r"sync/[0-9a-f]{12}(?:-[0-9]{1,3})?"
"""What the branches are called that hold such proposals."""

_KEYS = ("id", "postmortem", "action", "title", "ticket", "field", "record", "tracker", "told")
_SHOWN = 100
"""So many rows stand in a table; GitHub takes 65,536 characters of the whole."""


_INTRODUCTION = (
    "<p>Trackers tell differently of these actions than the records do. Nothing of this is "
    "decided: merge what is right, and take back on this branch what is not. What was taken back "
    "is not written again.</p>"
)

_MEMORY = re.compile(r"<!-- debrief sync has proposed:((?: [0-9a-f]{8})*) -->")
_REMEMBERED = 500
"""So many fit beside the part."""


class ReportError(Exception):
    """The report is not what `./debrief sync` writes; the message says in which key."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a comparison, as it was written by another process."""

    fingerprint: str
    proposed: tuple[Mapping[str, str], ...]
    undecided: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...]
    missing: int

    @property
    def branch(self) -> str:
        """The branch for exactly these proposals."""
        return f"sync/{self.fingerprint}"

    @property
    def heading(self) -> str:
        """The title of a pull request; no word of a tracker, for merging may make it a commit's."""
        return f"Sync {self._actions} with the tracker"

    @property
    def message(self) -> str:
        """The message of a commit, for the same reason."""
        return self.heading

    @property
    def ids(self) -> tuple[str, ...]:
        """What is proposed, by ids."""
        return tuple(each["id"] for each in self.proposed)

    @property
    def _actions(self) -> str:
        named = {(each["postmortem"], each["action"]) for each in self.proposed}
        return words.counted(len(named), "action")

    @property
    def body(self) -> str:
        """The part of the description that is ours, as HTML that stays words."""
        blocks = [_INTRODUCTION, _table("Proposed", self.proposed, "what is written")]
        if self.undecided:
            blocks.append(_table("To be decided by people", self.undecided, "what is open"))
        if self.notes:
            blocks.append(_listed("Could not be read or matched", self.notes))
        if self.missing:
            told = words.counted(self.missing, "open action")
            blocks.append(f"<p>The ticket of {told} is in none of the exports.</p>")
        return "\n\n".join(blocks)


def description(report: Report, *notes: str) -> str:
    """The description of a new pull request; people may write above and below what is ours."""
    return f"{_memory(report.ids)}\n{PART.new(report.body, *notes)}"


def remembered(description: str) -> tuple[str, ...] | None:
    """What a pull request has proposed already; None where its description does not say so."""
    found = _MEMORY.search(description.replace("\r", ""))
    return tuple(found[1].split()) if found else None


def redescribed(old: str, report: Report, known: Iterable[str], *notes: str) -> str | None:
    """A description brought up to date; None where what was ours is gone."""
    new = PART.again(old.replace("\r", ""), report.body, *notes)
    if new is None:
        return None
    return _MEMORY.sub(_memory(dict.fromkeys((*known, *report.ids))), new, count=1)


def _memory(ids: Iterable[str]) -> str:
    return (
        f"<!-- debrief sync has proposed:{''.join(f' {i}' for i in list(ids)[-_REMEMBERED:])} -->"
    )


def _table(heading: str, rows: Iterable[Mapping[str, str]], last: str) -> str:
    each = list(rows)
    lines = [
        f"<h4>{heading}</h4><table>",
        row("th", ("action", "ticket", "field", "record", "tracker", last)),
    ]
    for one in each[:_SHOWN]:
        cells = (
            f"{code(one['postmortem'])}<br>{code(one['action'])}: {inert(one['title'], 120)}",
            inert(one["ticket"], 120),
            code(one["field"]),
            inert(one["record"], 120),
            inert(one["tracker"], 120),
            inert(one["told"], 400),
        )
        lines.append(row("td", cells))
    more = len(each) - _SHOWN
    lines.append("</table>" if more <= 0 else f"</table><p>and {more:,} more</p>")
    return "\n".join(lines)


def _listed(heading: str, told: tuple[str, ...]) -> str:
    items = "".join(f"<li>{inert(each, 300)}</li>" for each in told[:_SHOWN])
    more = len(told) - _SHOWN
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<h4>{heading}</h4><ul>{items}{rest}</ul>"


def read(text: str) -> Report:
    """Read a report. Raises :class:`ReportError`."""
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict):
        raise ReportError("the report is no JSON object")
    fingerprint = report.get("fingerprint")
    if not isinstance(fingerprint, str) or not re.fullmatch(r"[0-9a-f]{12}", fingerprint):
        raise ReportError("`fingerprint` of the report is missing, or not of its form")
    notes, missing = report.get("notes"), report.get("missing")
    if not isinstance(notes, list) or not all(isinstance(each, str) for each in notes):
        raise ReportError("`notes` of the report is no list of texts")
    if not isinstance(missing, list):
        raise ReportError("`missing` of the report is no list")
    return Report(
        fingerprint,
        _rows(report, "proposed"),
        _rows(report, "undecided"),
        tuple(notes),
        len(missing),
    )


def _rows(report: dict[str, Any], key: str) -> tuple[Mapping[str, str], ...]:
    given = report.get(key)
    if not isinstance(given, list):
        raise ReportError(f"`{key}` of the report is no list")
    for each in given:
        if not isinstance(each, dict) or not all(isinstance(each.get(k), str) for k in _KEYS):
            raise ReportError(f"`{key}` of the report has what is no difference")
        if not re.fullmatch(r"[0-9a-f]{8}", each["id"]):
            raise ReportError(f"`{key}` of the report has an id that is none")
    return tuple(given)
