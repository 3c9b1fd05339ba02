"""What the tables are made from: an archive as far as it may leave the repository, on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from debrief.archive import Archive
from debrief.entry import Entry
from debrief.metrics import Ledger
from debrief.record import Postmortem
from debrief.shareable import shareable
from debrief.trail import RECORD, Trail, alone


@dataclass(frozen=True, slots=True)
class Version:
    """What git says of the records: the commit, and whether they are as it has them.

    ``rests_on`` names what tells how promises moved; see ``trail.py``.
    """

    commit: str | None = None
    committed: bool = False
    rests_on: str = RECORD


@dataclass(frozen=True)
class Source:
    """An archive of which nothing is left that may not be shown, with what history tells of it."""

    archive: Archive
    today: date
    trails: Mapping[str, Trail] = field(default_factory=dict)
    version: Version = Version()
    left_out: tuple[str, ...] = ()
    """The files under ``postmortems/`` that cannot be read as a record."""
    incomplete: tuple[str, ...] = ()
    """The files of which a part cannot be read, and is missing in the tables."""

    @classmethod
    def of(
        cls,
        archive: Archive,
        today: date,
        trails: Mapping[str, Trail] | None = None,
        version: Version = Version(),
    ) -> Source:
        """The source for an archive; of a restricted record its outline alone."""
        told = trails or {}
        shown = {
            record.id: told[record.id].outline() if record.restricted else told[record.id]
            for record in archive.postmortems
            if record.id in told
        }
        unread = tuple(entry.path for entry in archive.entries if entry.record is None)
        cut = (e.path for e in (*archive.entries, *archive.catalog_entries) if _is_cut(e))
        partly = tuple(path for path in cut if path not in unread)
        return cls(shareable(archive), today, shown, version, unread, partly)

    @cached_property
    def records(self) -> tuple[Postmortem, ...]:
        """Every record, in the order of their ids."""
        return tuple(sorted(self.archive.postmortems, key=lambda record: record.id))

    def trail(self, record: Postmortem) -> Trail:
        """How a record and its promises moved."""
        return self._trails[record.id]

    @cached_property
    def _trails(self) -> dict[str, Trail]:
        return {record.id: self.trails.get(record.id) or alone(record) for record in self.records}

    @cached_property
    def ledger(self) -> Ledger:
        """The facts that figures are made from."""
        return Ledger.of(self.archive, self._trails)

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.archive.entries if entry.record is not None}

    def body(self, record: Postmortem) -> str | None:
        """The Markdown of a record; None where it may not be shown."""
        document = self._entries[record.id].document
        return None if document is None else document.body

    def front_matter(self, record: Postmortem) -> dict[str, Any] | None:
        """The values of a record as its schema typed them; None where they may not be shown."""
        entry = self._entries[record.id]
        if entry.document is None:
            return None
        return self.archive.schemas["postmortem"].values(entry.document, entry.broken)


def _is_cut(entry: Entry) -> bool:
    return bool(entry.broken) or (entry.document is None and bool(entry.problems))
