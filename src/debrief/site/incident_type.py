"""The index by type of incident: how the data failed its users, and a page each."""

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
    """The types, in the order of the schema."""
    found = edition.archive.by_type
    return [
        Group(name, words.term(name), meaning, grouping.happened(found.get(name, ())))
        for name, meaning in edition.incident_types.items()
    ]


INDEX = Index(
    address.TYPES,
    "By type",
    "Type",
    "Types",
    "In which way the data failed its users.",
    "type",
    groups,
)
