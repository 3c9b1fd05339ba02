"""What a later event of the same incident adds to a draft; what people wrote stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from debrief.archive import Archive
from debrief.drafts import facts
from debrief.edit import Append, Edit, Put
from debrief.events.notice import LogEntry, Notice
from debrief.record import CLOCK_POINTS, DRAFT, Postmortem


@dataclass(frozen=True, slots=True)
class Update:
    """The edits that an event asks for, and what it says that the record does not take over.

    ``added`` and ``left`` are whole sentences.
    """

    edits: tuple[Edit, ...] = ()
    added: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def update(record: Postmortem, notice: Notice, archive: Archive) -> Update:
    """What an event adds to the record of its incident.

    Only gaps of a draft are filled: of a record that is further on, and of one that was withdrawn,
    nothing is changed.
    """
    steps = [*_marks(record, notice), *_severity(record, notice, archive)]
    steps += [*_clock(record, notice), *_timeline(record, notice, archive)]
    if record.status != DRAFT:
        state = record.status.replace("-", " ")
        left = [f"The record is {state}, so nothing was changed."] if steps else []
        return Update(left=tuple(left))
    return Update(
        tuple(step.edit for step in steps if step.edit is not None),
        tuple(step.words for step in steps if step.edit is not None and step.words),
        tuple(step.words for step in steps if step.edit is None),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that the event says: with the edit that adds it, or without where it is left."""

    words: str
    edit: Edit | None = None


def _marks(record: Postmortem, notice: Notice) -> Iterator[_Step]:
    if record.incident.event is None:
        yield _Step("", Put(("incident", "event"), facts.mark(notice)))
    if record.incident.reference is None and notice.reference:
        yield _Step("The reference.", Put(("incident", "reference"), notice.reference))


def _severity(record: Postmortem, notice: Notice, archive: Archive) -> Iterator[_Step]:
    severity, _ = facts.severity_of(notice, archive)
    if severity and record.severity is None:
        yield _Step(f"The severity: {severity}.", Put(("severity",), severity))
    elif severity and severity != record.severity:
        said = f"{facts.tool(notice)} now says {severity}"
        yield _Step(f"{said}, and the record {record.severity}: the record stays as it is.")


def _clock(record: Postmortem, notice: Notice) -> Iterator[_Step]:
    for key in CLOCK_POINTS:
        new, old = notice.clock.get(key), record.incident.clock.get(key)
        if new is None or (old is not None and old.start <= new.start <= old.end):
            continue
        if old is None:
            yield _Step(f"`{key}`: {new.text}.", Put(("incident", key), new.text))
        else:
            said = f"{facts.tool(notice)} says `{key}` was {new.text}"
            yield _Step(f"{said}, and the record {old.text}: the record stays as it is.")


def _timeline(record: Postmortem, notice: Notice, archive: Archive) -> Iterator[_Step]:
    """Entries of the log that are new, in their order, behind the last one of the record."""
    told = {(event.at.start, event.event) for event in record.timeline}
    last = record.timeline[-1].at if record.timeline else None
    for entry in facts.entries(notice, archive.schemas["postmortem"]):
        item = facts.written(entry)
        if (entry.at.start, item["event"]) in told or _retells(record, entry):
            continue
        said = f"The timeline's entry of {entry.at.text}"
        if last is not None and entry.at < last:
            yield _Step(f"{said} belongs before the last one: {item['event']}")
        else:
            last = entry.at
            yield _Step(f"{said}.", Append(("timeline",), item))


def _retells(record: Postmortem, entry: LogEntry) -> bool:
    """Whether the record tells of that instant already, in words that people have bettered."""
    return any(event.at.start == entry.at.start for event in record.timeline)
