"""Exports of trackers, held against an archive: what is proposed, and what a person has to decide.

Each proposal is tried in memory first. One with which the check would find an error that it does
not find now is no proposal: it is told, with what the check would say.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from debrief import checks, edit
from debrief.archive import Archive, Entry
from debrief.edit import Append, Edit
from debrief.finding import Level
from debrief.trackers import differences, matching
from debrief.trackers.differences import Difference
from debrief.trackers.reading import Reading, latest

VERSION = 1
"""Of the report as JSON; goes up when a field goes, is renamed or changes its meaning."""


@dataclass(frozen=True)
class Change:
    """What is written into one record: the edits, and its text before and after."""

    path: str
    edits: tuple[Edit, ...]
    old: str
    new: str


@dataclass(frozen=True)
class Synchronisation:
    """What came of a comparison."""

    tickets: int
    matched: int
    proposed: tuple[Difference, ...]
    undecided: tuple[Difference, ...]
    notes: tuple[str, ...]
    """What could not be read or matched, in words."""
    missing: tuple[tuple[str, str], ...]
    """Open actions whose ticket is in no file, with the link."""
    unmatched: int
    changes: tuple[Change, ...]

    @property
    def found(self) -> bool:
        """Whether anything is to be done by anybody."""
        return bool(self.proposed or self.undecided or self.notes)

    @property
    def fingerprint(self) -> str:
        """The same for the same proposals on whichever day: twelve hexadecimal digits."""
        what = " ".join(sorted(difference.id for difference in self.proposed))
        return hashlib.sha256(what.encode()).hexdigest()[:12]


def compared(
    archive: Archive,
    readings: Sequence[Reading],
    today: date,
    without: Container[str] = (),
) -> Synchronisation:
    """Hold what was read against an archive, as of a day.

    ``without`` are ids of differences that are not to be told again.
    """
    known = latest(ticket for reading in readings for ticket in reading.tickets)
    matches = matching.match(archive, known.all)
    found: dict[str, list[Difference]] = {}
    for match in matches.found:
        for difference in differences.of(match, archive.catalog, today):
            if difference.id not in without:
                found.setdefault(match.record.id, []).append(difference)
    unread = [words for reading in readings for words in (*reading.unread, *reading.gaps)]
    changes: list[Change] = []
    kept: list[Difference] = []
    entries = {entry.id: entry for entry in archive.entries}
    for record_id, mine in found.items():
        settled, change = _vetted(archive, entries[record_id], mine, today)
        kept += settled
        changes += [change] if change is not None else []
    return Synchronisation(
        tickets=len(known.all),
        matched=len(matches.found),
        proposed=tuple(difference for difference in kept if difference.edits),
        undecided=tuple(difference for difference in kept if not difference.edits),
        notes=(*unread, *known.doubts, *matches.strays),
        missing=matches.missing,
        unmatched=matches.unmatched,
        changes=tuple(changes),
    )


def _vetted(
    archive: Archive, entry: Entry, found: Sequence[Difference], today: date
) -> tuple[list[Difference], Change | None]:
    """The differences of one record, those that the check would refuse without their edits."""
    schema = archive.schemas["postmortem"]
    old = (archive.root / entry.path).read_bytes().decode("utf-8")
    text, known = old, _errors(archive, entry, today)
    if (at_once := _all_at_once(archive, entry, old, found)) is not None:
        after = _errors(archive, archive.read(entry.path, at_once.new), today)
        if not after - known:
            return list(found), at_once
    made: list[Edit] = []
    kept: list[Difference] = []
    for difference in found:
        edits = tuple(each for each in difference.edits if not _is_there(each, made))
        if not edits:
            kept.append(difference)
            continue
        try:
            new = edit.edited(text, edits, schema)
        except edit.EditError as error:
            kept.append(_undecided(difference, f"{entry.path}, {error}"))
            continue
        errors = _errors(archive, archive.read(entry.path, new), today)
        if fresh := errors - known:
            kept.append(_undecided(difference, next(iter(fresh))))
            continue
        text, known = new, errors
        made += edits
        kept.append(difference)
    change = Change(entry.path, tuple(made), old, text) if made else None
    return kept, change


def _all_at_once(
    archive: Archive, entry: Entry, old: str, found: Sequence[Difference]
) -> Change | None:
    """All that is proposed, in one step: mostly nothing is wrong with it."""
    made: list[Edit] = []
    for difference in found:
        made += [each for each in difference.edits if not _is_there(each, made)]
    try:
        new = edit.edited(old, made, archive.schemas["postmortem"])
    except edit.EditError:
        return None
    return Change(entry.path, tuple(made), old, new) if made else None


def _is_there(each: Edit, made: Sequence[Edit]) -> bool:
    """Whether an item of evidence was added already, for another action with the same ticket."""
    return isinstance(each, Append) and each.path == ("evidence",) and each in made


def _errors(archive: Archive, entry: Entry, today: date) -> Counter[str]:
    off = checks.switched_off(archive.catalog.policy)
    return Counter(
        f"{finding.rule}: {finding.message}; {finding.fix}"
        for finding in checks.of_entry(entry, archive, today)
        if finding.level is Level.ERROR and finding.rule not in off
    )


def _undecided(difference: Difference, why: str) -> Difference:
    told = f"{difference.told} — not written, because of this: {why}"
    return replace(difference, told=told, edits=())


# --- as data -------------------------------------------------------------------------------------


def as_data(made: Synchronisation) -> dict[str, Any]:
    """The report for programs."""
    return {
        "version": VERSION,
        "fingerprint": made.fingerprint,
        "tickets": made.tickets,
        "matched": made.matched,
        "unmatched": made.unmatched,
        "proposed": [_row(difference) for difference in made.proposed],
        "undecided": [_row(difference) for difference in made.undecided],
        "notes": list(made.notes),
        "missing": [{"action": key, "tracker": link} for key, link in made.missing],
        "changed": [change.path for change in made.changes],
    }


def _row(difference: Difference) -> dict[str, str]:
    return {
        "id": difference.id,
        "postmortem": difference.record.id,
        "action": difference.action.id,
        "title": difference.action.title,
        "ticket": difference.ticket,
        "field": difference.field,
        "record": difference.ours,
        "tracker": difference.theirs,
        "told": difference.told,
    }
