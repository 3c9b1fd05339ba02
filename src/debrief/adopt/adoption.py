"""A document to adopt, what a person says of it, and what was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from debrief import template
from debrief.record import PUBLISHED
from debrief.spoken_time import leading

NONE = "none"
"""What a person writes where a record is to leave out what its document says."""


@dataclass(frozen=True, slots=True)
class Original:
    """A document to adopt: its text, its place, and where it comes from."""

    path: str
    """As a person would call it; folders in it may hold a date."""
    text: str
    source: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has said of a document; None and nothing where the document decides."""

    title: str | None = None
    day: date | None = None
    zone: str | None = None
    severity: str | None = None
    owner: str | None = None
    assets: tuple[str, ...] = ()
    status: str = PUBLISHED
    language: str | None = None
    action_type: str | None = None


@dataclass(frozen=True)
class Adoption:
    """What was made of a document. Without ``day`` it has no place in the archive yet.

    ``moved`` are the keys that took parts out of the body, ``converted`` the words that stand in
    the values in another form; see ``verbatim.py``.
    """

    title: str
    day: date | None
    values: dict[str, Any]
    body: str
    moved: tuple[str, ...] = ()
    converted: tuple[str, ...] = ()
    recognised: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unplaced: tuple[tuple[int, str], ...] = ()
    needs_zone: bool = False
    severity_said: str | None = None
    mentioned: tuple[str, ...] = ()
    day_from: str = ""
    dates: tuple[str, ...] = ()
    """Dates that stand somewhere in the text, with their lines, where nothing says which counts."""

    @property
    def starts_by_day(self) -> bool:
        """Whether only the day is known on which it started."""
        return self.day is not None and self.values["incident"]["started_at"] == str(self.day)

    @property
    def slug(self) -> str:
        """The words of its file's name."""
        found = leading(self.title)
        bare = found[1] if found and found[0].day and found[1] else self.title
        return template.slug(bare) or template.slug(self.title) or "postmortem"
