"""What may leave the repository: of a restricted record its title, status, owner and actions alone.

The site, reports, exports and reminders all take it from here.
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

from debrief.archive import REFUSED_FILES, Archive
from debrief.entry import Entry
from debrief.record import Action, Postmortem


def shareable(archive: Archive) -> Archive:
    """The archive with everything taken out that may not leave the repository."""
    entries = tuple(_shareable(entry) for entry in archive.entries)
    attachments = {
        record.id: tuple(
            path
            for path in archive.attachments.get(record.id, ())
            if _is_harmless(archive.attachment(record, path))
        )
        for record in archive.postmortems
        if not record.restricted
    }
    return replace(archive, entries=entries, attachments=attachments)


def _is_harmless(file: Path) -> bool:
    """Whether it is a regular file (no link out of the tree, no device) that no browser runs."""
    if file.suffix.lower() in REFUSED_FILES:
        return False
    try:
        return stat.S_ISREG(os.lstat(file).st_mode)
    except OSError:
        return False


def _shareable(entry: Entry) -> Entry:
    if entry.record is None or not entry.record.restricted:
        return entry
    return Entry(entry.path, record=_outline(entry.record))


def _outline(record: Postmortem) -> Postmortem:
    """Title, status, owner and actions of a restricted record, and nothing else."""
    actions = tuple(
        Action(a.id, a.title, a.type, owner=a.owner, due=a.due, status=a.status, done_on=a.done_on)
        for a in record.actions
    )
    return Postmortem(
        id=record.id,
        path=record.path,
        title=record.title,
        status=record.status,
        owner=record.owner,
        visibility=record.visibility,
        source=record.source,
        actions=actions,
    )
