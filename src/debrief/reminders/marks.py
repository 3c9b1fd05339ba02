"""Issues of a code host, and the comment in one that remembers what was said of a matter."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from debrief.moments import is_day

_MARK = re.compile(r"<!-- debrief reminder (\{.*\}) -->")


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it is at the code host."""

    number: int
    open: bool
    body: str
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What an issue remembers of its matter."""

    key: str
    said: date
    day: str = ""
    to: tuple[str, ...] = ()

    def line(self) -> str:
        """It as the first line of the body."""
        values = {"day": self.day, "key": self.key, "said": self.said.isoformat(), "to": self.to}
        text = json.dumps(values, separators=(",", ":"), sort_keys=True)
        # Nothing in it may end the comment.
        text = text.replace("<", r"\u003c").replace(">", r"\u003e")
        return f"<!-- debrief reminder {text} -->"


def mark_of(body: str) -> Mark | None:
    """The mark in the body of an issue; None where it has none that can be read."""
    found = _MARK.match(body)
    if found is None:
        return None
    try:
        values = json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    key, said = values.get("key"), values.get("said")
    day, to = values.get("day"), values.get("to")
    if not isinstance(key, str) or not isinstance(said, str) or not is_day(said):
        return None
    people = tuple(str(each) for each in to) if isinstance(to, list) else ()
    return Mark(key, date.fromisoformat(said), day if isinstance(day, str) else "", people)
