"""From what an event tells to the draft of a postmortem, which knows most of the facts already.

What the event states is written as a fact. What follows from the catalog or from past outages is
marked as a suggestion, with what it rests on. What nobody has said is an open key, and the check
names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from debrief import template
from debrief.archive import Archive
from debrief.drafts import facts, story
from debrief.drafts.facts import Facts
from debrief.drafts.suggestions import Suggested, suggest
from debrief.entry import Entry
from debrief.events.notice import Notice
from debrief.hypotheses import Hypothesis, hypotheses
from debrief.likeness import Case
from debrief.record import CLOCK_POINTS, Postmortem


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft to be written: where, its text, and what in it is suggested."""

    path: str
    text: str
    suggested: Suggested
    hypotheses: tuple[Hypothesis, ...]


def known(notice: Notice, archive: Archive) -> Postmortem | None:
    """The record that tells of the same incident already; None where none does.

    It bears the event's mark, or, where somebody wrote it by hand, the same reference.
    """
    mark = facts.mark(notice)
    marked = (one for one in archive.postmortems if one.incident.event == mark)
    referred = (
        one
        for one in archive.postmortems
        if notice.reference and one.incident.event is None
        and one.incident.reference == notice.reference
    )  # fmt: skip
    return next(marked, None) or next(referred, None)


def unread(notice: Notice, archive: Archive) -> str | None:
    """A file that bears the event's mark and could not be read as far as that; None if none does.

    Somebody may be in the middle of writing it: beside it, no second draft must be begun.
    """
    mark = re.compile(rf"(?<![\w.:-]){re.escape(facts.mark(notice))}(?![\w-])")
    for entry in archive.entries:
        told = entry.record is not None and not _hides(entry)
        if not told and entry.path.endswith(".md") and mark.search(_raw(archive, entry)):
            return entry.path
    return None


def _hides(entry: Entry) -> bool:
    """Whether the key that holds the mark is among what could not be read."""
    return any(path[:1] == ("incident",) and path[1:] in ((), ("event",)) for path in entry.broken)


def _raw(archive: Archive, entry: Entry) -> str:
    """The text of a file as far as it is one."""
    if entry.document is not None:
        return entry.document.text
    try:
        return (archive.root / entry.path).read_text("utf-8", errors="replace")
    except OSError:
        return ""


def draft(notice: Notice, archive: Archive, today: date) -> Draft:
    """The draft of a new postmortem; nothing is written.

    Raises ValueError where the text would not be read back as it was meant.
    """
    stated = facts.of(notice, archive)
    suggested = suggest(notice, archive.catalog)
    case = Case(
        assets=frozenset(suggested.assets),
        text=" ".join(filter(None, (notice.title, notice.summary, notice.trigger))),
        day=_day(notice, today),
    )
    past = tuple(hypotheses(archive, case, today))
    text = template.draft(
        _values(stated, suggested),
        archive.schemas["postmortem"],
        remarks=_remarks(notice, stated, suggested),
        told=story.sections(notice, stated, past),
        kind=archive.template_for(stated.severity, None),
    )
    return Draft(_path(notice, archive, today), text, suggested, past)


def _values(stated: Facts, suggested: Suggested) -> dict[str, object]:
    """Front matter in the order in which a record is read; None stands for a gap."""
    values: dict[str, object] = {
        "title": stated.title,
        "status": "draft",
        "severity": stated.severity,
        "owner": suggested.owner,
        "tags": list(stated.tags),
        "incident": dict(stated.incident),
        "assets": [{"asset": asset} for asset in suggested.assets],
        "stakeholders": list(suggested.stakeholders),
        "roles": {key: _plain(value) for key, value in suggested.roles.items()},
        "timeline": [dict(entry) for entry in stated.timeline],
        "evidence": [dict(item) for item in stated.evidence],
        "ideas": list(stated.ideas),
    }
    # An empty list is left to the template, which shows it among what comes later; without an
    # asset there is no draft, so that gap stands where one looks first.
    return {key: value for key, value in values.items() if value != [] or key == "assets"}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _remarks(notice: Notice, stated: Facts, suggested: Suggested) -> dict[str, str]:
    """The comments above the keys of the front matter."""
    remarks = {**stated.remarks, **suggested.remarks}
    if not any(key in notice.clock for key in CLOCK_POINTS):
        dated = "Not known: when it began. The file bears the day of this draft; rename it with it."
        remarks["incident"] = f"{remarks.get('incident', '')} {dated}".strip()
    return remarks


def _day(notice: Notice, today: date) -> date:
    """The day of the file's name: of the first clock point that is known."""
    first = next((notice.clock[key] for key in CLOCK_POINTS if key in notice.clock), None)
    return first.local_day if first else today


def _path(notice: Notice, archive: Archive, today: date) -> str:
    """Where the draft belongs; the incident's own key tells two apart that share day and title."""
    key = template.slug(facts.mark(notice).replace(":", " "))
    name = template.slug(notice.title) or key
    taken = {entry.id.lower() for entry in archive.entries}
    day = _day(notice, today)
    if f"{day.isoformat()}-{name}" in taken:
        name = f"{name[: 88 - len(key)].rstrip('-')}-{key}"
    return template.record_path(day, name)
