"""What `./debrief draft` reports → what may go into a branch, a commit and a pull request.

The report holds words of an event. Only what has the form that is expected here becomes a path, a
branch or an account; the words become text that a code host shows and does nothing with.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from debrief.marked_part import MarkedPart
from debrief.reporters.markup import unlinked

OUTCOMES = ("new", "updated", "unchanged", "none")

BEGIN = "<!-- debrief draft: the next event of this incident replaces what stands from here -->"
END = "<!-- debrief draft: to here -->"

_PART = MarkedPart(BEGIN, END)

_BRANCH = re.compile(r"draft/[a-z0-9](?:[a-z0-9-]{0,198}[a-z0-9])?")
_PATH = re.compile(r"postmortems/(?:[0-9]{4}/)?([A-Za-z0-9][A-Za-z0-9-]*)\.md")
# GitHub's own rule for accounts, the underscore of managed ones, and what a team's address may be.
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_TEAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class ReportError(Exception):
    """The report is not what `./debrief draft` writes; the message says in which key."""


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What became of an event; ``path`` and ``id`` are empty where there is no draft."""

    outcome: str
    branch: str
    path: str
    id: str
    title: str
    body: str
    reason: str
    reviewers: tuple[str, ...]
    team_reviewers: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The title of a pull request. Merging may make it a commit's, which could close issues."""
        return f"Draft: {unlinked(' '.join(self.title.split()), 120)}"

    @property
    def message(self) -> str:
        """The message of a commit: no word of an event, since hosts act on what commits say."""
        return f"{'Draft' if self.outcome == 'new' else 'Complete'} {self.id}"


def read(text: str) -> DraftReport:
    """Read a report. Raises :class:`ReportError`."""
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict):
        raise ReportError("the report is no JSON object")
    outcome = _matching(report, "outcome", re.compile("|".join(OUTCOMES)))
    drafted = outcome != "none"
    path = _matching(report, "path", _PATH) if drafted else ""
    identity = path.rpartition("/")[2].removesuffix(".md")
    if drafted and report.get("id") != identity:
        raise ReportError("`id` of the report is not the name of the file in `path`")
    return DraftReport(
        outcome=outcome,
        branch=_matching(report, "branch", _BRANCH),
        path=path,
        id=identity,
        title=_text(report, "title"),
        body=_text(report, "body"),
        reason=_text(report, "reason"),
        reviewers=_accounts(report, "reviewers", _ACCOUNT),
        team_reviewers=_accounts(report, "team_reviewers", _TEAM),
    )


def _text(report: dict[str, object], key: str) -> str:
    value = report.get(key, "")
    if not isinstance(value, str):
        raise ReportError(f"`{key}` of the report is no text")
    return value


def _matching(report: dict[str, object], key: str, form: re.Pattern[str]) -> str:
    value = _text(report, key)
    if not form.fullmatch(value):
        raise ReportError(f"`{key}` of the report is missing, or not of the form that it must have")
    return value


def _accounts(report: dict[str, object], key: str, form: re.Pattern[str]) -> tuple[str, ...]:
    value = report.get(key, [])
    if not isinstance(value, list):
        raise ReportError(f"`{key}` of the report is no list")
    if not all(isinstance(each, str) and form.fullmatch(each) for each in value):
        raise ReportError(f"`{key}` of the report has what is no account")
    return tuple(dict.fromkeys(value))


# --- descriptions --------------------------------------------------------------------------------


def description(body: str, *notes: str) -> str:
    """The description of a new pull request; people may write above and below what it marks."""
    return _PART.new(body, *notes)


def redescribed(old: str, body: str, *notes: str) -> str | None:
    """A description with its marked part written anew; None where the marks are gone."""
    return _PART.again(old, body, *notes)
