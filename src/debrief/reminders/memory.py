"""What was said last, by channel: so that nothing is said twice, and nothing is left out.

It is JSON that a person can read and put right:

    {
      "debrief": "reminders", "version": 1, "ran_on": "2026-11-25",
      "channels": {"slack TEAM_HOOK": {"said_until": "2026-11-24", "besides": ["…@2026-11-25"]}}
    }

``said_until`` is the last day of which everything was said. ``besides`` names what was said of
later days, in a run of which a part could not be delivered.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from debrief.catalog import Policy
from debrief.moments import is_day
from debrief.reminders.due import Reminder, point
from debrief.reminders.rhythm import Window, window_without_memory

_KIND, _VERSION = "reminders", 1


class ForgottenError(Exception):
    """It is no memory of reminders; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said on a channel: everything up to a day, and some of what came after it."""

    until: date
    besides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """What was said on each channel, and the day of the last run."""

    ran_on: date | None = None
    channels: Mapping[str, Said] = field(default_factory=dict)

    def window(self, channel: str, policy: Policy, today: date) -> Window:
        """Which days a run on that day has to speak of."""
        said = self.channels.get(channel)
        return Window(said.until, today) if said else window_without_memory(policy, today)

    def unsaid(
        self, channel: str, found: Iterable[Reminder], recipient: str = ""
    ) -> list[Reminder]:
        """Reminders without the days of which they were said already."""
        said = self.channels.get(channel)
        if said is None or not said.besides:
            return list(found)
        left = (
            replace(
                each,
                points=tuple(
                    p for p in each.points if name(each, p, recipient) not in said.besides
                ),
            )
            for each in found
        )
        return [each for each in left if each.points]

    def after(
        self, channel: str, window: Window, said: Collection[str], *, complete: bool
    ) -> Memory:
        """The memory once a run has said this; ``complete`` where it was all there was to say."""
        known = self.channels.get(channel)
        if known is not None and window.until < known.until:
            return self  # a run for a day that is past takes nothing back
        if complete:
            now = Said(window.until)
        else:
            besides = known.besides if known is not None else frozenset()
            now = Said(window.after, besides | frozenset(said))
        return replace(self, channels={**self.channels, channel: now})

    def on(self, today: date) -> Memory:
        """The same after a run on that day."""
        return replace(self, ran_on=max(today, self.ran_on or today))

    def text(self) -> str:
        """It as it is kept."""
        channels = {
            channel: {
                "said_until": said.until.isoformat(),
                **({"besides": sorted(said.besides)} if said.besides else {}),
            }
            for channel, said in sorted(self.channels.items())
        }
        whole = {
            "debrief": _KIND,
            "version": _VERSION,
            "ran_on": self.ran_on.isoformat() if self.ran_on is not None else None,
            "channels": channels,
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def name(reminder: Reminder, day: date, recipient: str = "") -> str:
    """Under which name it is remembered that a day of a reminder was said, to somebody."""
    return point(reminder.matter, day) + (f">{recipient}" if recipient else "")


def names(found: Iterable[Reminder], recipient: str = "") -> frozenset[str]:
    """The names of all days of some reminders."""
    return frozenset(name(each, day, recipient) for each in found for day in each.points)


def read(text: str) -> Memory:
    """Read a memory. Raises :class:`ForgottenError`."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise ForgottenError("it is no JSON") from None
    if not isinstance(whole, dict) or whole.get("debrief") != _KIND:
        raise ForgottenError('it has no `"debrief": "reminders"`, so it is something else')
    if whole.get("version") != _VERSION:
        raise ForgottenError(f"`version` is not {_VERSION}: another Debrief wrote it")
    channels = whole.get("channels")
    if not isinstance(channels, dict):
        raise ForgottenError("`channels` is no object")
    ran_on = whole.get("ran_on")
    return Memory(
        None if ran_on is None else _day(ran_on, "ran_on"),
        {channel: _said(channel, said) for channel, said in channels.items()},
    )


def _said(channel: str, said: Any) -> Said:
    where = f"channels.{channel}"
    if not isinstance(said, dict):
        raise ForgottenError(f"`{where}` is no object")
    besides = said.get("besides", [])
    if not isinstance(besides, list) or not all(isinstance(each, str) for each in besides):
        raise ForgottenError(f"`{where}.besides` is no list of texts")
    return Said(_day(said.get("said_until"), f"{where}.said_until"), frozenset(besides))


def _day(value: Any, where: str) -> date:
    if not isinstance(value, str) or not is_day(value):
        raise ForgottenError(f"`{where}` is no date: write YYYY-MM-DD")
    return date.fromisoformat(value)
