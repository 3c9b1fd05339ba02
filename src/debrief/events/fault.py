"""What is wrong with an event, in words for whoever sent it."""

from __future__ import annotations

from debrief.events.wording import one_line
from debrief.finding import KeyPath, spell


class EventError(Exception):
    """An event of which no draft can be made: what it is, at which key, and what to send instead.

    ``path`` is the key at fault, from the outermost value; empty where the whole is at fault. The
    words are one line without unseen characters, so that they can be printed as they are.
    """

    def __init__(self, message: str, path: KeyPath = ()) -> None:
        self.path = tuple(one_line(step) if isinstance(step, str) else step for step in path)
        self.message = one_line(message)
        super().__init__(f"`{spell(self.path)}`: {self.message}" if self.path else self.message)


class NoOutageError(EventError):
    """An event that is understood, and is about nothing to write up, such as a test."""
