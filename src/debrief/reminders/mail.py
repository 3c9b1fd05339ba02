"""Reminders → one mail for each owner, as text, and who cannot be written to.

An owner is written to at the mail address that is their `contact`. A team or a role without one is
written to at those of its members. Addresses under `addresses` are for commits, and no letterbox.
Sources: RFC 5322 (messages), RFC 3834, section 5 (`Auto-Submitted`); the message's id is the same
when the same is sent again, so that a letterbox can tell.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from debrief import words
from debrief.catalog import Catalog
from debrief.reminders.due import Reminder
from debrief.reminders.grouping import NOBODY, for_each
from debrief.reminders.rhythm import Window
from debrief.reminders.wording import Wording

_ADDRESS = re.compile(
    r"(?:mailto:)?([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and when."""

    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail of one owner, and the reminders that it says."""

    owner: str
    message: EmailMessage
    said: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody who has no letterbox, and what they do not hear; nobody has no id."""

    owner: str
    unsaid: tuple[Reminder, ...]


def address_of(contact: str | None) -> str | None:
    """The mail address that a contact is; None where it is something else, such as a channel."""
    found = _ADDRESS.fullmatch((contact or "").strip())
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the mails of one run."""

    wording: Wording
    window: Window
    sender: Sender

    def letters(
        self,
        found: Sequence[Reminder],
        unsaid: Callable[[str, Sequence[Reminder]], Sequence[Reminder]],
    ) -> tuple[list[Letter], list[Unreachable]]:
        """The mails, by owner, and those who cannot be written to.

        ``unsaid`` takes from what an owner hears what they were told already.
        """
        made: list[Letter] = []
        unreachable: list[Unreachable] = []
        for owner, heard in for_each(found).items():
            theirs = tuple(unsaid(owner, heard))
            to = tuple(_letterboxes(owner, self.wording.catalog)) if owner != NOBODY else ()
            if theirs and to:
                made.append(Letter(owner, self._mail(owner, to, theirs), theirs))
            elif theirs:
                unreachable.append(Unreachable(owner, theirs))
        return made, unreachable

    def _mail(self, owner: str, to: Sequence[str], found: Sequence[Reminder]) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address("Debrief", addr_spec=self.sender.address)
        # The name of an owner stands with their own letterbox alone.
        name = self.wording.name(owner) if len(to) == 1 else ""
        mail["To"] = [Address(name, addr_spec=each) for each in to]
        mail["Subject"] = subject(found, self.wording.catalog.policy.organisation)
        mail["Date"] = format_datetime(self.sender.at)
        text = "\n".join(self._text(owner, found))
        day = self.window.until.isoformat()
        digest = hashlib.sha256(f"{owner}\n{day}\n{text}".encode()).hexdigest()[:24]
        domain = self.sender.address.partition("@")[2]
        mail["Message-ID"] = f"<debrief.{day}.{digest}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text + "\n", charset="utf-8", cte="quoted-printable")
        return mail

    def _text(self, owner: str, found: Sequence[Reminder]) -> Iterator[str]:
        name = self.wording.name
        yield f"For {name(owner)}, {words.day(self.window.until)}"
        for each in found:
            yield ""
            yield f"- {self.wording.sentence(each)}"
            if about := self.wording.about(each.matter):
                yield f"  Postmortem: {about}"
            for work, link in self.wording.works(each.matter):
                yield f"  {work} {link}".rstrip()
            if link := self.wording.link(each.matter):
                yield f"  {link}"
            others = [name(other.owner) for other in each.to if other.owner != owner]
            also = f" It is said to {words.listed(others)} as well." if others else ""
            for why in (recipient.because for recipient in each.to if recipient.owner == owner):
                yield f"  Said because {name(owner)} {why}.{also}"
        yield ""
        yield "What counts is the record: once it says that something is done, this ends."


def _letterboxes(owner: str, catalog: Catalog) -> Iterator[str]:
    known = catalog.owners.get(owner)
    if known is None:
        return
    if (own := address_of(known.contact)) is not None:
        yield own
        return
    members = (catalog.owners.get(name) for name in known.members)
    boxes = (address_of(each.contact) for each in members if each is not None and each.active)
    yield from dict.fromkeys(box for box in boxes if box is not None)


def subject(found: Iterable[Reminder], organisation: str) -> str:
    """``Pellwick: 2 overdue, 1 due today, 3 others``: no word of an author stands in it."""
    kinds = [each.kind.rpartition("-")[2] for each in found]
    late, today = kinds.count("overdue") + kinds.count("escalation"), kinds.count("today")
    soon = kinds.count("soon")
    others = len(kinds) - late - today - soon
    parts = [(late, "overdue"), (today, "due today"), (soon, "due soon")]
    told = [f"{number} {what}" for number, what in parts if number]
    told += [words.counted(others, "other")] if others else []
    head = " ".join("".join(c if c.isprintable() else " " for c in organisation).split())
    return f"{head or 'Debrief'}: {', '.join(told)}"
