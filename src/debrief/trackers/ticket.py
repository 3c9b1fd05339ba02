"""One ticket of a tracker, as far as a promise is concerned; every reader makes these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from debrief import moments
from debrief.record import Moment

ActionKey = tuple[str, str]
"""The id of a record, and the id of one of its actions."""

_MARK = re.compile(
    r"^[ \t]*(?:<!--[ \t]*)?debrief action: "
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9-]{1,120}(?:~[a-z0-9-]{1,64})?)/([a-z0-9][a-z0-9-]{0,63})"
    r"[ \t]*(?:-->)?[ \t]*\r?$",
    re.MULTILINE,
)

_PERSON = re.compile(r"\s+")


def mark(key: ActionKey) -> str:
    """The line by which a ticket is known as an action's; on GitHub it stands in a comment."""
    return f"debrief action: {key[0]}/{key[1]}"


def marks_in(text: str) -> tuple[ActionKey, ...]:
    """The actions that a description names in lines of their own, each once."""
    return tuple(dict.fromkeys((found[1], found[2]) for found in _MARK.finditer(text)))


@dataclass(frozen=True, slots=True)
class Said:
    """What a ticket says of its state, before anybody knows what that means here.

    ``words`` are names of statuses, ``reason`` why it was closed (a resolution). ``closed`` is what
    the tracker itself says, None where it does not; ``default`` our status by its own category.
    ``coarse`` where an open ticket says no more than that it is not over.
    """

    words: tuple[str, ...] = ()
    reason: str | None = None
    closed: bool | None = None
    default: str | None = None
    coarse: bool = False

    @property
    def text(self) -> str:
        """As people read it: ``Done, Won't Do``; ``open``."""
        own = {True: "closed", False: "open", None: ""}[self.closed]
        parts = [*self.words, self.reason or ""] if self.words else [own, self.reason or ""]
        return ", ".join(dict.fromkeys(filter(None, parts))) or "nothing"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a ticket is assigned to: names to look them up by, the surest first."""

    names: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The name that is told: never an address, which may be a real person's."""
        told = [_PERSON.sub(" ", name) for name in self.names if "@" not in name.lstrip("@")]
        return told[0] if told else "somebody"


@dataclass(frozen=True, slots=True)
class Merged:
    """A pull request that closed the ticket: what shows that something was done."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket; ``name`` is how people call it (``an-org/shop#12``, ``PRICE-812``).

    ``url`` is its page, None where the export does not say; ``place`` where it stands in which
    file. ``marks`` are the actions that its description names. ``updated`` is a text that sorts.
    """

    tool: str
    name: str
    url: str | None
    place: str
    said: Said
    host: str = ""
    closed_on: date | None = None
    due: date | None = None
    assignees: tuple[Person, ...] = ()
    marks: tuple[ActionKey, ...] = ()
    merged: tuple[Merged, ...] = ()
    updated: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same ticket in two exports."""
        return (self.tool, address_of(self.url) if self.url else self.name.lower())


class TicketError(Exception):
    """What looks like a ticket and cannot be taken for one, in words."""


def address_of(url: str) -> str:
    """An address as it is compared: without scheme, query, fragment and the slash at its end."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # brackets that are no address of the sixth version
        return url.strip().lower()
    return f"{parts.netloc}{parts.path}".rstrip("/").lower()


def host_of(url: str | None) -> str:
    """The host of an address; empty where there is none."""
    return address_of(url).partition("/")[0] if url else ""


def web_address(value: object) -> str | None:
    """A text that is a web address and can stand in a record; None else."""
    if isinstance(value, str) and re.fullmatch(r"https?://[^\s<>\"]{1,1900}", value):
        return value
    return None


def day_of(value: object) -> date | None:
    """The day of a date or an instant of a tracker, in the zone that it is written in.

    Jira writes ``2026-03-28T10:11:12.000+0100``. None where it is no time.
    """
    if not isinstance(value, str):
        return None
    text = re.sub(r"([+-]\d{2})(\d{2})\Z", r"\1:\2", value.strip())
    if moments.is_day(text) or moments.is_moment(text):
        return Moment.parse(text).local_day
    return None


def text_of(value: object) -> str:
    """A text that is not empty, on one line; an empty one for everything else."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def name_of(value: object, *keys: str) -> str:
    """The name in a group such as ``{"name": "Done"}``, or the text itself."""
    if isinstance(value, dict):
        found = (text_of(value.get(key)) for key in keys or ("name",))
        return next(filter(None, found), "")
    return text_of(value)
