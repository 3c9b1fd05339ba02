"""The index by status: how far each record is, and a page each."""

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
    """Every status that the schema knows, in the order of a record's life."""
    found = edition.archive.by_status
    return [
        Group(name, words.term(name), meaning, found.get(name, ()))
        for name, meaning in edition.statuses.items()
    ]


INDEX = Index(
    address.STATUSES,
    "By status",
    "Status",
    "Statuses",
    "How far each postmortem is. A record moves one step at a time, and the check asks for more at "
    "each.",
    "status",
    groups,
)
