"""Reminders by who hears them."""

from __future__ import annotations

from collections.abc import Iterable

from debrief.reminders.due import Reminder

NOBODY = ""
"""In place of an owner, where nobody is there who could hear it."""


def by_recipient(found: Iterable[Reminder]) -> list[tuple[str, list[Reminder]]]:
    """Each reminder once, under the first who hears it; by owner's id, and nobody's at the end."""
    groups: dict[str, list[Reminder]] = {}
    for each in found:
        groups.setdefault(each.to[0].owner if each.to else NOBODY, []).append(each)
    return sorted(groups.items(), key=lambda group: (group[0] == NOBODY, group[0]))


def for_each(found: Iterable[Reminder]) -> dict[str, list[Reminder]]:
    """All that each recipient hears, by owner's id."""
    groups: dict[str, list[Reminder]] = {}
    for each in found:
        for recipient in each.to or (None,):
            groups.setdefault(recipient.owner if recipient else NOBODY, []).append(each)
    return dict(sorted(groups.items()))
