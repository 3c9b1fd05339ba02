"""How a promise of an earlier outage stood on the day on which a later one began."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from debrief import words
from debrief.moments import is_day
from debrief.record import Action
from debrief.site import moves
from debrief.trail import DUE, Step

LATE, POSTPONED, OPEN = "Still open, late", "Still open, postponed", "Still open"
"""Open on that day: past its due date, past the one that was promised at first, or neither."""

UNKNOWN, DROPPED, IN_PLACE = "Not recorded", "Given up", "In place"

ORDER = (LATE, POSTPONED, OPEN, UNKNOWN, DROPPED, IN_PLACE)
"""What matters most first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stood when a later outage began.

    ``due`` is the date that held on that day, and ``moved`` says how it has moved, then and since.
    """

    action: Action
    verdict: str
    told: str
    due: date | None = None
    moved: str = ""

    @property
    def alarming(self) -> bool:
        """Whether it ought to have been done by then."""
        return self.verdict in (LATE, POSTPONED)


def standing(action: Action, steps: Sequence[Step], began: date) -> Standing:
    """How an action stood on the day on which another outage began; ``steps`` are its moves."""
    first, due = _first_due(steps), _due_on(action, steps, began)
    verdict, told = _verdict(action, first or due, due, began)
    return Standing(action, verdict, told, due, _moved(first, steps))


def _verdict(action: Action, first: date | None, due: date | None, began: date) -> tuple[str, str]:
    """The verdict, and the days that it rests on in words."""
    if action.status == "not-doing":
        return DROPPED, action.reason or "no reason was recorded"
    if action.unrecorded:
        return UNKNOWN, ""
    if action.is_done and action.done_on is None:
        return UNKNOWN, "done, on a day that was not recorded"
    if action.done_on is not None and action.done_on < began:
        return IN_PLACE, f"done {_from(began, action.done_on)}, {_verified(action, began)}"
    verdict, told = _open(first, due, began)
    done = f"done {_from(began, action.done_on, 'it')}" if action.done_on else "not done yet"
    return verdict, f"{told}, {done}"


def _open(first: date | None, due: date | None, began: date) -> tuple[str, str]:
    if due is None or first is None:
        return OPEN, "no due date given then"
    if due < began:
        return LATE, f"due {_from(began, due)}"
    if first < began:
        return POSTPONED, f"first due {_from(began, first)}, then {_from(began, due, 'it')}"
    return OPEN, f"due {_from(began, due)}"


def _verified(action: Action, began: date) -> str:
    on = action.verification.verified_on
    if on is None:
        return "verified" if action.status == "verified" else "not verified"
    return f"verified {'' if on <= began else 'only '}{_from(began, on, 'it')}"


def _from(began: date, day: date, outage: str = "this outage") -> str:
    """A day as seen from an outage: ``12 days before this outage``."""
    days = (day - began).days
    if not days:
        return f"on the day of {outage}" if outage != "it" else "on that day"
    return f"{words.counted(abs(days), 'day')} {'before' if days < 0 else 'after'} {outage}"


def _due_on(action: Action, steps: Iterable[Step], day: date) -> date | None:
    """The due date that an action had on a day."""
    for step in steps:
        if step.field == DUE and step.on is not None and step.on > day:
            return date.fromisoformat(step.old) if step.old and is_day(step.old) else None
    return action.due


def _first_due(steps: Iterable[Step]) -> date | None:
    """The day that was promised at first, where it has moved since."""
    return next((date.fromisoformat(step.old) for step in steps if step.days and step.old), None)


def _moved(first: date | None, steps: Iterable[Step]) -> str:
    if first is None:
        return ""
    summary = moves.summary([step for step in steps if step.days])
    return f"at first {words.short_day(first)}; {summary[:1].lower()}{summary[1:]}"


def tally(standings: Sequence[Standing]) -> str:
    """``2 were in place and 1 was still open (past its due date)``."""
    count = Counter(one.verdict for one in standings)
    still = count[LATE] + count[POSTPONED] + count[OPEN]
    past = "past its due date" if count[LATE] == 1 else "past their due dates"
    notes = [_note(count[LATE], still, past), _note(count[POSTPONED], still, "postponed")]
    told = ", ".join(filter(None, notes))
    number = len(standings)
    said = [
        _said(count[IN_PLACE], number, "in place"),
        _said(still, number, "still open") + (f" ({told})" if told else ""),
        _said(count[DROPPED], number, "given up by now"),
        f"of {count[UNKNOWN]} it is not recorded" if count[UNKNOWN] else "",
    ]
    return words.listed(filter(None, said))


def _note(number: int, still: int, what: str) -> str:
    if not number:
        return ""
    return what if number == still else f"{number} {what}"


def _said(number: int, all_of_them: int, what: str) -> str:
    if not number:
        return ""
    if number == all_of_them:
        return f"it was {what}" if number == 1 else f"all {number} were {what}"
    return f"{number} {'was' if number == 1 else 'were'} {what}"
