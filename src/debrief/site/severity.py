"""The index by severity: how bad it was, and a page each."""

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
    """The severities of the policy, the worst first."""
    severities = edition.archive.catalog.policy.severities
    found = edition.archive.by_severity
    return [
        Group(name, words.term(name), policy.meaning, grouping.happened(found.get(name, ())))
        for name, policy in severities.items()
    ]


INDEX = Index(
    address.SEVERITIES,
    "By severity",
    "Severity",
    "Severities",
    "How bad each outage was; the policy says what each severity means and asks for.",
    "severity",
    groups,
)
