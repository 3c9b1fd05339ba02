"""Sentences with names in them: whoever writes a report out makes links of the names.

A sentence is a tuple of texts and names, both as they were read: nothing in it is escaped yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from debrief import words
from debrief.archive import Archive
from debrief.record import Action, Postmortem

RECORD, ACTION, OWNER, ASSET = "record", "action", "owner", "asset"
"""Names of things that have a page, or a place in one."""

SEVERITY, LATE, STRONG, PROSE = "severity", "late", "strong", "prose"
"""Words of another look; prose is somebody's own, in which `x` between backquotes is code."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or words that stand out; ``within`` is the record of an action."""

    kind: str
    text: str
    id: str = ""
    within: str = ""


Phrase = tuple[str | Name, ...]


def say(template: str, *parts: str | Name | Phrase) -> Phrase:
    """A sentence; each ``{}`` in it is the place of the next part."""
    texts = template.split("{}")
    if len(texts) != len(parts) + 1:
        raise ValueError(f"{template!r} has {len(texts) - 1} places for {len(parts)} parts")
    found: list[str | Name] = [texts[0]]
    for part, text in zip(parts, texts[1:], strict=True):
        found.extend(part if isinstance(part, tuple) else (part,))
        found.append(text)
    return tuple(part for part in found if part != "")


def joined(phrases: Iterable[Phrase], between: str = " ", last: str = "") -> Phrase:
    """Phrases one after the other; ``last`` stands before the last one."""
    found: list[str | Name] = []
    listed = [phrase for phrase in phrases if phrase]
    for index, phrase in enumerate(listed):
        if index:
            found.append(last if last and index == len(listed) - 1 else between)
        found.extend(phrase)
    return tuple(found)


def enumerated(phrases: Iterable[Phrase]) -> Phrase:
    """``a, b and c``."""
    return joined(phrases, ", ", " and ")


def late(text: str) -> Name:
    """Words that say that something is late."""
    return Name(LATE, text)


def prose(text: str) -> Name:
    """Words that somebody wrote."""
    return Name(PROSE, " ".join(text.split()))


def ended(text: str) -> Phrase:
    """Somebody's words as a sentence, with a full stop where there is none."""
    text = " ".join(text.split())
    return (prose(text), "" if text.endswith((".", "?", "!", "…")) else ".")


def plain(phrase: Phrase) -> str:
    """The words alone."""
    return "".join(part if isinstance(part, str) else part.text for part in phrase)


@dataclass(frozen=True, slots=True)
class Names:
    """How an archive calls things."""

    archive: Archive

    def record(self, record: Postmortem | str) -> Name:
        """A postmortem by its title."""
        known = self.archive.by_id.get(record) if isinstance(record, str) else record
        if known is None:
            return Name(RECORD, str(record), str(record))
        return Name(RECORD, known.title, known.id)

    def action(self, record: Postmortem, action: Action) -> Name:
        """An action by its title."""
        return Name(ACTION, action.title, action.id, record.id)

    def owner(self, owner_id: str | None) -> Name | str:
        """An owner by name; one who has left is marked."""
        if owner_id is None:
            return "nobody"
        known = self.archive.catalog.owners.get(owner_id)
        left = "" if known is None or known.active else " (inactive)"
        return Name(OWNER, self.archive.catalog.owner_name(owner_id) + left, owner_id)

    def owners(self, owner_ids: Iterable[str]) -> Phrase:
        """Several owners."""
        return enumerated(say("{}", self.owner(one)) for one in owner_ids)

    def asset(self, asset_id: str) -> Name:
        """A data asset by name."""
        return Name(ASSET, self.archive.catalog.asset_name(asset_id), asset_id)

    def severity(self, record: Postmortem) -> Phrase:
        """The severity; nothing where there is none to tell."""
        if not record.severity:
            return ()
        return (Name(SEVERITY, words.term(record.severity), record.severity),)
