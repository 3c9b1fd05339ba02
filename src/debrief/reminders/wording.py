"""Reminders in words: a subject, which a channel may make a link, and what is said of it.

All of it is plain text that may hold anything an author wrote; each channel escapes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

from debrief import words
from debrief.catalog import Catalog
from debrief.reminders.due import (
    ACTION,
    DATA,
    ESCALATION,
    LEFT,
    REVIEW,
    Matter,
    Reminder,
    Work,
    days_since,
)
from debrief.reporters.plain import printable, shortened

_MOST = 160
"""Characters of a title; the record has the whole of it."""


class Wording:
    """Words for reminders of one catalog; ``site`` is where the site lies, or empty."""

    def __init__(self, catalog: Catalog, site: str = "") -> None:
        self.catalog = catalog
        self.site = f"{site.rstrip('/')}/" if site else ""

    def name(self, owner: str) -> str:
        """The name of an owner."""
        return _line(self.catalog.owner_name(owner))

    def subject(self, matter: Matter) -> str:
        """What it is about: the title of the action or the record, the data, the person."""
        if matter.action is not None:
            return _line(matter.action.title)
        if matter.asset is not None:
            return _line(self.catalog.asset_name(matter.asset.asset))
        if matter.kind == LEFT:
            return self.name(matter.person)
        return _line(matter.record.title if matter.record else matter.key)

    def about(self, matter: Matter) -> str:
        """The title of the postmortem, where that is not the subject itself."""
        within = matter.kind in (ACTION, ESCALATION, DATA) and matter.record is not None
        return _line(matter.record.title) if within and matter.record else ""

    def says(self, reminder: Reminder) -> str:
        """What is said of the subject on that day: ``is due in 7 days, on 2 December 2026``."""
        matter = reminder.matter
        if matter.kind == LEFT:
            return f"has left and still owns {self._owned(matter)}: hand it on"
        if matter.kind == DATA:
            days = words.counted(days_since(reminder), "day")
            return f"is still unrepaired {days} after it was noticed"
        if matter.kind == ESCALATION:
            return f"{self._timed(reminder, 'due')}; {self._whose(matter)}"
        if matter.kind == ACTION:
            return f"{self._timed(reminder, 'due')}{self._hindrance(matter)}"
        return self._timed(
            reminder, "to be in review" if matter.kind == REVIEW else "to be published"
        )

    def sentence(self, reminder: Reminder) -> str:
        """All of it in a sentence of plain text."""
        return f"“{self.subject(reminder.matter)}” {self.says(reminder)}."

    def _timed(self, reminder: Reminder, what: str) -> str:
        day, late = reminder.matter.day or reminder.today, days_since(reminder)
        if late == 0:
            said = f"is {what} today"
        elif late < 0:
            said = f"is {what} in {words.counted(-late, 'day')}, on {words.day(day)}"
        else:
            ago = words.counted(late, "day")
            said = f"was {what} on {words.day(day)}, {ago} ago"
        roles = [words.lower_term(role) for role in reminder.matter.awaited]
        return f"{said}; still to sign: {words.listed(roles)}" if roles else said

    def _whose(self, matter: Matter) -> str:
        owner = matter.action.owner if matter.action is not None else None
        return f"{self.name(owner)} owns it" if owner else "nobody owns it"

    def _hindrance(self, matter: Matter) -> str:
        """What keeps it from being done, as far as the record and the catalog tell."""
        action = matter.action
        blocked = "; it is blocked" if action is not None and action.status == "blocked" else ""
        return f"{blocked}{self.left(matter)}"

    def left(self, matter: Matter) -> str:
        """That the owner of an action is not there, where it is said to somebody else."""
        owner = matter.action.owner if matter.action is not None else None
        if matter.kind != ACTION or owner in {each.owner for each in matter.to}:
            return ""
        if owner is None:
            return "; nobody owns it"
        known = owner in self.catalog.owners
        gone = "has left" if known else "is not in catalog/owners.yml"
        return f"; {self.name(owner)} owns it, and {gone}"

    def _owned(self, matter: Matter) -> str:
        actions = sum(action is not None for _, action in matter.works)
        records = len(matter.works) - actions
        counts = ((actions, "open action"), (records, "postmortem"))
        return words.listed(words.counted(n, noun) for n, noun in counts if n)

    def why_now(self, reminder: Reminder) -> str:
        """Which day of the rhythm it is said for: ``7 days before it is due``."""
        matter, last = reminder.matter, reminder.points[-1]
        if matter.kind == LEFT:
            return "each Monday"
        if matter.kind == DATA or matter.day is None:
            return f"every {words.counted(self.catalog.policy.reminders.data_every, 'day')}"
        days = (last - matter.day).days
        if days == 0:
            return "on the day it is due"
        side = "after it was due" if days > 0 else "before it is due"
        return f"{words.counted(abs(days), 'day')} {side}"

    def works(self, matter: Matter) -> Iterator[tuple[str, str]]:
        """What somebody who has left still owns, each with the address of its page."""
        for record, action in matter.works:
            title = action.title if action is not None else record.title
            noun = "action" if action is not None else "postmortem"
            yield f"{noun} “{_line(title)}”", self._address((record, action))

    def link(self, matter: Matter) -> str:
        """The page of what it is about; empty where nobody said where the site lies."""
        if matter.kind == LEFT:
            return f"{self.site}owners/{quote(matter.person)}/" if self.site else ""
        return self._address((matter.record, matter.action)) if matter.record else ""

    def _address(self, work: Work) -> str:
        """As ``site/address.py`` has it, which knows the site and is in no wheel."""
        record, action = work
        if not self.site:
            return ""
        page = f"{self.site}postmortems/{record.id[:4]}/{quote(record.id)}/"
        if action is None:
            return page
        return f"{page}#{'actions' if record.restricted else f'action-{quote(action.id)}'}"


def day_or_none(value: date | None) -> str | None:
    """A date as programs read it."""
    return value.isoformat() if value is not None else None


def _line(text: str) -> str:
    return shortened(" ".join(printable(text).split()), _MOST)
