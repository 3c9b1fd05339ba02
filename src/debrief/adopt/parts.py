"""What the recognisers of one document share: what they are told, and what they hand back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from debrief import template
from debrief.adopt.headings import Vocabulary
from debrief.catalog import Catalog
from debrief.spoken_time import Zone

EVENT_LENGTH, TITLE_LENGTH, STATEMENT_LENGTH, ID_LENGTH = 600, 200, 600, 64
"""The longest texts of an event, an action's title, a cause's statement, and an id: see the
schema."""
HEADING_LENGTH = 200
"""The longest heading of its original that a record remembers: see the schema."""


@dataclass(frozen=True, slots=True)
class Names:
    """What owners and assets are called, in lower case → their ids; None where that is several."""

    owners: Mapping[str, str | None]
    assets: Mapping[str, str | None]

    @classmethod
    def of(cls, catalog: Catalog) -> Names:
        """The names in a catalog: ids, names, accounts of active owners, other names of assets."""
        owners = (
            (name.removeprefix("@"), owner.id)
            for owner in catalog.owners.values()
            if owner.active
            for name in (owner.id, owner.name, *owner.handles)
        )
        assets = (
            (name, asset.id)
            for asset in catalog.assets.values()
            for name in (asset.id, asset.name, *asset.known_as)
        )
        return cls(_by_name(owners), _by_name(assets))

    def owner(self, text: str) -> str | None:
        """The active owner who is called exactly so."""
        return self.owners.get(text.strip().removeprefix("@").casefold())

    def asset(self, text: str) -> str | None:
        """The asset that is called exactly so."""
        return self.assets.get(text.strip(" `").casefold())


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, known in pairs:
        key = name.casefold()
        found[key] = known if found.get(key, known) == known else None
    return found


@dataclass(frozen=True)
class Setting:
    """What is known around a document: the words, the catalog, and what the person has said."""

    vocabulary: Vocabulary
    names: Names
    day: date | None = None
    zone: Zone | None = None
    """The zone of times that name none themselves, whatever else the document says of it."""
    fallback: Zone | None = None
    """Their zone where the document says nothing of it."""
    order: str | None = None
    severities: Mapping[str, str] = field(default_factory=dict)
    """The documents' own words for a severity, in lower case → sev1 to sev4."""


@dataclass(frozen=True)
class Part:
    """What was made of one part of a document.

    ``taken`` are the lines that the values hold whole, so that they may leave the body. The words
    on them that are in no value are ``converted``: a time that became ``at``, the head of a column.
    """

    values: tuple[dict[str, Any], ...] = ()
    taken: range | None = None
    converted: tuple[str, ...] = ()
    by_default: bool = False
    """Whether the zone of a time is the one that was declared."""
    zone: str | None = None
    """The words in which the part names the zone of its times."""
    assumed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unplaced: tuple[tuple[int, str], ...] = field(default=())
    """Lines that were looked at and not understood (counted from 1), and why."""


def shortened(text: str, most: int) -> str:
    """A text that fits, cut between words where it has to be."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"


def ids(titles: Iterable[str], fallback: str) -> list[str]:
    """An id for each title, no two alike."""
    found: dict[str, None] = {}
    counts: dict[str, int] = {}
    for number, title in enumerate(titles, 1):
        wanted = template.slug(title)[: ID_LENGTH - 6].strip("-") or f"{fallback}-{number}"
        name = wanted
        while name in found:
            counts[wanted] = counts.get(wanted, 1) + 1
            name = f"{wanted}-{counts[wanted]}"
        found[name] = None
    return list(found)
