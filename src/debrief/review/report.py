"""What a report is made of, whoever writes it out: as Markdown, as a page, as HTML to print.

Everything in it but ``since`` is told as of the report's day, so that the report of a past day is
the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from debrief.review.phrases import Phrase

HOW_TO_RUN = (
    "Each point has a question. Who leads the meeting reads it aloud; what is decided goes into "
    "the list at the end, with an owner and a date."
)

MOST = 12
"""So many items of a section are told one by one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to speak of: what it is, whose and when, what there is to know.

    ``since`` is what became of it after the report's day; what is ``later`` came up only then.
    Items of one ``group`` stand together below it.
    """

    head: Phrase
    meta: tuple[Phrase, ...] = ()
    notes: tuple[Phrase, ...] = ()
    since: Phrase = ()
    group: Phrase = ()
    later: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column says what a row is about."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Phrase, ...], ...]
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; of a meeting's agenda, a point with its question and its minutes."""

    anchor: str
    title: str
    question: str = ""
    minutes: int = 0
    said: tuple[Phrase, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[Item, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    """What the figures above mean, each by its name."""

    @property
    def shown(self) -> tuple[Item, ...]:
        """The items that are told one by one."""
        return self.items[:MOST]

    @property
    def more(self) -> int:
        """How many more there are."""
        return len(self.items) - len(self.shown)

    def grouped(self) -> Iterator[tuple[Phrase, tuple[Item, ...]]]:
        """The items shown, those of one group together; they come in order."""
        group: list[Item] = []
        for item in self.shown:
            if group and item.group != group[0].group:
                yield group[0].group, tuple(group)
                group = []
            group.append(item)
        if group:
            yield group[0].group, tuple(group)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; ``address`` is its page on the site, where it has one."""

    title: str
    lead: tuple[Phrase, ...] = ()
    sections: tuple[Section, ...] = ()
    address: str | None = None
    warnings: tuple[Phrase, ...] = ()
    since: str = "Since"
    """What stands before what became of things."""
    ids: bool = True
    """Whether records are told by their ids too, where no link leads to them."""

    @property
    def points(self) -> tuple[Section, ...]:
        """The sections that a meeting spends time on."""
        return tuple(section for section in self.sections if section.minutes)

    @property
    def minutes(self) -> int:
        """How long the meeting takes."""
        return sum(section.minutes for section in self.sections)


def as_then(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The same without what became of things since and what came up later.

    Without minutes too: they are those of the meeting, and not of the time that it looks back on.
    """
    found = (replace(s, items=tuple(_then(s.items)), minutes=0) for s in sections)
    return tuple(section for section in found if section.said or section.tables or section.items)


def _then(items: Iterable[Item]) -> Iterator[Item]:
    return (replace(item, since=()) for item in items if not item.later)
