"""A JSON value that knows its key path, and asks for what a source needs of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from debrief.events.fault import EventError, NoOutageError
from debrief.events.instants import read_instant
from debrief.events.wire import Json
from debrief.events.wording import cut, one_line, prose, shown
from debrief.finding import KeyPath, spell
from debrief.record import Moment

MOST_ITEMS = 500
"""How many items of one list are read: as many as a timeline may have events."""

_ADDRESS = re.compile(r'https?://[^\s<>"]+\Z')
_NAME_KEYS = ("name", "summary", "title", "display_name", "slug", "id")
_PERSON_KEYS = ("name", "full_name", "summary", "email", "login", "username", "slack_user_id", "id")


@dataclass(frozen=True, slots=True)
class Body:
    """One value of an event, at its key path.

    Whatever is absent, null or blank is None or empty; whatever cannot be understood is as well,
    and is told in a sentence under ``unread``, which all parts of one event share.
    """

    value: Json
    path: KeyPath = ()
    unread: list[str] = field(default_factory=list)

    def at(self, *steps: str) -> Body:
        """The value under these keys, one inside the other."""
        here = self
        for step in steps:
            value = here.value.get(step) if isinstance(here.value, dict) else None
            here = Body(value, (*here.path, step), self.unread)
        return here

    @property
    def given(self) -> bool:
        """Whether there is anything."""
        return self.value not in (None, "", [], {})

    def has(self, *keys: str) -> bool:
        """Whether it is an object with all of these keys, be their values null."""
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def text(self, *steps: str) -> str | None:
        """A text or a number under these keys, as one line."""
        found = self.at(*steps)
        return one_line(text) or None if (text := found.plain()) is not None else None

    def prose(self, *steps: str) -> str | None:
        """A text under these keys, with its lines."""
        found = self.at(*steps)
        return prose(text) or None if (text := found.plain()) is not None else None

    def plain(self) -> str | None:
        """A text or a number as it came."""
        if self.value is None:
            return None
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return str(self.value)
        self.tell(f"is {_KIND[type(self.value)]}, and a text was expected")
        return None

    def moment(self, *steps: str) -> Moment | None:
        """The instant under these keys."""
        found = self.at(*steps)
        try:
            return read_instant(found.value)
        except ValueError as error:
            found.tell(f"is {shown(found.value)}: {error}")
        return None

    def address(self, *steps: str) -> str | None:
        """A web address under these keys; anything else is told and left out."""
        found = self.at(*steps)
        text = found.text()
        if text is None:
            return None
        if _ADDRESS.match(text) and len(text) <= 2000:
            return text
        found.tell(f"is {shown(text, 120)}, which is no web address")
        return None

    def name(self, *steps: str) -> str | None:
        """A text under these keys, or the name of the object that stands there."""
        found = self.at(*steps)
        if not isinstance(found.value, dict):
            return found.text()
        return next((text for key in _NAME_KEYS if (text := found.text(key))), None)

    def person(self, *steps: str) -> tuple[str, ...]:
        """Every name of somebody: of a text one, of an object all that it gives."""
        found = self.at(*steps)
        if not isinstance(found.value, dict):
            text = found.text()
            return (text,) if text else ()
        names = (found.text(key) for key in _PERSON_KEYS)
        return tuple(dict.fromkeys(name for name in names if name))

    def items(self, *steps: str) -> Iterator[Body]:
        """The items of a list under these keys, without nulls."""
        found = self.at(*steps)
        if found.value in (None, "", {}):
            return
        if not isinstance(found.value, list):
            found.tell(f"is {_KIND[type(found.value)]}, and a list was expected")
            return
        if len(found.value) > MOST_ITEMS:
            found.tell(f"has {len(found.value):,} items; the first {MOST_ITEMS} are read")
        for index, item in enumerate(found.value[:MOST_ITEMS]):
            if item is not None:
                yield Body(item, (*found.path, index), self.unread)

    def names(self, *steps: str) -> tuple[str, ...]:
        """Names from a list of texts or objects, or from one text with commas between them."""
        found = self.at(*steps)
        if isinstance(found.value, str):
            parts = found.value.split(",", MOST_ITEMS)
            if len(parts) > MOST_ITEMS:
                found.tell(f"has many items; the first {MOST_ITEMS} are read")
            return tuple(name for part in parts[:MOST_ITEMS] if (name := one_line(part)))
        names = (item.name() for item in found.items())
        return tuple(name for name in names if name)

    def pairs(self, *steps: str) -> tuple[tuple[str, str], ...]:
        """Words with their values, from an object or a list of ``key: value`` texts or objects.

        What is nested deeper is left out: it has no one value.
        """
        found = self.at(*steps)
        if isinstance(found.value, dict):
            read = [
                (one_line(key), _scalar(value))
                for key, value in list(found.value.items())[:MOST_ITEMS]
            ]
        else:
            read = [_pair(item) for item in found.items()]
        return tuple((key, value) for key, value in read if value)

    def tell(self, what: str) -> None:
        """Note what could not be understood here, in words that follow the key."""
        self.note(f"`{spell(self.path)}` {what}" if self.path else f"the event {what}")

    def note(self, sentence: str) -> None:
        """Note something for whoever completes the draft."""
        line = cut(one_line(sentence), 1000)
        if line not in self.unread:
            self.unread.append(line)

    def refuse(self, message: str) -> EventError:
        """The error of an event that cannot be read, at this key."""
        return EventError(message, self.path)

    def no_outage(self, message: str) -> NoOutageError:
        """The error of an event that is about nothing to write up, at this key."""
        return NoOutageError(message, self.path)


def _scalar(value: Json) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return str(value).lower() if isinstance(value, bool) else ""
    return one_line(str(value))


def _pair(item: Body) -> tuple[str, str]:
    if isinstance(item.value, dict):
        key = item.text("key") or item.name() or ""
        return key, _scalar(item.value.get("value"))
    key, colon, value = (item.text() or "").partition(":")
    return (key.strip(), value.strip()) if colon else ("", key.strip())


_KIND: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
