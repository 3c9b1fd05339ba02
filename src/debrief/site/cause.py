"""The index by category of cause: what keeps going wrong, and a page each."""

from __future__ import annotations

from collections.abc import Iterator

from debrief import words
from debrief.site import address, grouping
from debrief.site.edition import Edition
from debrief.site.grouping import Group, Index
from debrief.site.page import Plan


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page each."""
    return grouping.plans(edition, INDEX)


def groups(edition: Edition) -> list[Group]:
    """The categories that occur, the most frequent first, and then those that do not."""
    found = edition.archive.by_cause
    made = [
        Group(name, words.term(name), meaning, grouping.happened(found.get(name, ())))
        for name, meaning in edition.cause_categories.items()
    ]
    return sorted(made, key=lambda group: -len(group.records))


INDEX = Index(
    address.CAUSES,
    "By cause",
    "Category of cause",
    "Causes",
    "What made the outages possible, root causes and contributing factors together; recurrence is "
    "counted by these categories.",
    "cause",
    groups,
)
