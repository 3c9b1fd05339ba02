"""Why a matter stands no longer, as its issue says when it is closed."""

from __future__ import annotations

from datetime import date

from debrief import words
from debrief.record import WITHDRAWN, Postmortem
from debrief.rehearsals import last_held
from debrief.reminders.due import ACTION, DATA, LEFT, REHEARSAL
from debrief.reporters.markup import code, inert


def ending(key: str, record: Postmortem | None, today: date) -> tuple[str, bool]:
    """Why, as HTML, and whether what was to be done was done; ``key`` is that of the matter."""
    kind, _, rest = key.partition("/")
    record_id, _, part = rest.partition("/")
    if kind == LEFT:
        return "Nothing is left to hand on.", True
    if record is None or record.status == WITHDRAWN:
        gone = f"There is no record {code(record_id)} any more."
        return (gone if record is None else "The record was withdrawn."), False
    if kind == ACTION:
        return _action_ending(record, part)
    if record.restricted:
        return "The record is restricted now, and reminds of its actions alone.", False
    if kind == DATA:
        return _data_ending(record, part)
    rehearsed = kind == REHEARSAL
    return _rehearsal_ending(record, part, today) if rehearsed else _record_ending(record)


def _rehearsal_ending(record: Postmortem, part: str, today: date) -> tuple[str, bool]:
    """Of ``action/day``: it was held, or is not asked for on that day any more."""
    action_id, _, due = part.partition("/")
    action = next((each for each in record.actions if each.id == action_id), None)
    if action is None or not action.is_done:
        return f"The action {code(action_id)} is not done any more.", False
    last = last_held(action, today)
    before = max((o.held_on for o in action.rehearsals if str(o.held_on) < due), default=None)
    if last is not None and last != before:
        return f"It was held on {words.day(last)}, says the record.", True
    return "It is not due on that day any more.", False


def _record_ending(record: Postmortem) -> tuple[str, bool]:
    return f"The record is {words.lower_term(record.status)}.", True


def _data_ending(record: Postmortem, asset_id: str) -> tuple[str, bool]:
    found = next((each for each in record.assets if each.asset == asset_id), None)
    if found is None or found.repair is None:
        return "The record names this data as wrong no longer.", False
    return f"The record says: {inert(words.lower_term(found.repair))}.", True


def _action_ending(record: Postmortem, action_id: str) -> tuple[str, bool]:
    action = next((each for each in record.actions if each.id == action_id), None)
    if action is None:
        return f"The record has no action {code(action_id)} any more.", False
    if action.status == "not-doing":
        reason = f" Why: {inert(action.reason)}" if action.reason else ""
        return f"It will not be done, says the record.{reason}", False
    if action.is_done:
        day = f" on {words.day(action.done_on)}" if action.done_on is not None else ""
        verified = " and verified" if action.status == "verified" else ""
        return f"Done{day}{verified}, says the record.", True
    return "The record gives it no date or nobody any more.", False
