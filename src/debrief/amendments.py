"""What a command writes into a record: a move, another owner, another date; or why it may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from debrief import workdays
from debrief.catalog import Catalog, Policy
from debrief.edit import Append, Edit, Put, Remove
from debrief.finding import KeyPath, did_you_mean
from debrief.lifecycle import (
    CLOSING,
    default_due,
    is_back,
    legal_move,
    legal_moves,
    may_sign_for,
    missing_sign_offs,
    next_step,
    severity_policy,
    signers,
)
from debrief.record import CLOSED, IN_REVIEW, LIFE, PUBLISHED, WITHDRAWN, Action, Postmortem

_DATES = {"published_on": PUBLISHED, "closed_on": CLOSED}
"""The day on which a record came to a status, by its key."""


class RefusedError(Exception):
    """A change that may not be made, in words for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something changes, and on which day. Raises :class:`RefusedError` where it is empty."""

    text: str
    on: date

    def __post_init__(self) -> None:
        """Put it on one line."""
        object.__setattr__(self, "text", " ".join(self.text.split()))
        if not self.text:
            raise RefusedError("the reason is empty; say in a sentence why")


@dataclass(frozen=True, slots=True)
class Amendment:
    """Edits of one record, and what they do: a line of words for each thing that is done."""

    edits: tuple[Edit, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody who signs today; in which role follows from the record where none is given."""

    signed_by: str
    role: str | None = None


# --- from one status to another ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked for: the new status, and what it takes."""

    status: str
    reason: str = ""
    duplicate_of: str | None = None
    signatures: tuple[Signature, ...] = ()


def move(record: Postmortem, catalog: Catalog, wanted: Move, today: date) -> Amendment:
    """Bring a record to another status. Raises :class:`RefusedError` where that is no legal move.

    Whether the record is ready for it, is for the check to say.
    """
    _refuse_move(record, wanted)
    told = [f"{record.id}: from {record.status} to {wanted.status}"]
    edits: list[Edit] = [Put(("status",), wanted.status)]
    if wanted.status == WITHDRAWN:
        steps = _withdrawn(wanted, today)
    elif is_back(record.status, wanted.status):
        steps = _gone_back(record, wanted, today)
    else:
        steps = _gone_forward(record, catalog, wanted, today)
    for edit, words in steps:
        edits.append(edit)
        told += [words] if words else []
    return Amendment(tuple(edits), tuple(told))


_Step = tuple[Edit, str]
"""An edit, and what is to be said of it; nothing where the edit says enough by itself."""


def _withdrawn(wanted: Move, today: date) -> Iterator[_Step]:
    yield Put(("withdrawn", "reason"), Reason(wanted.reason, today).text), ""
    if wanted.duplicate_of:
        yield Put(("withdrawn", "duplicate_of"), wanted.duplicate_of), ""


def _gone_back(record: Postmortem, wanted: Move, today: date) -> Iterator[_Step]:
    for key, reached in _DATES.items():
        if getattr(record, key) and LIFE.index(wanted.status) < LIFE.index(reached):
            yield Remove((key,)), ""
    if record.withdrawn:
        yield Remove(("withdrawn",)), ""
    entry = _entry("status", (record.status, wanted.status), Reason(wanted.reason, today))
    yield Append(("changes",), entry), _stale_sign_offs(record, wanted.status)


def _stale_sign_offs(record: Postmortem, status: str) -> str:
    """Which sign-offs stand in the record from now on, and no longer count."""
    closing = any(sign_off.role == CLOSING for sign_off in record.sign_offs)
    if status == PUBLISHED and closing:
        return "the closing sign-off no longer counts: it is given anew when this is closed again"
    if status == IN_REVIEW and record.sign_offs:
        return "the sign-offs no longer count: they are given anew before this is published again"
    return ""


def _gone_forward(
    record: Postmortem, catalog: Catalog, wanted: Move, today: date
) -> Iterator[_Step]:
    for key, reached in _DATES.items():
        if wanted.status == reached and getattr(record, key) is None:
            yield Put((key,), today.isoformat()), ""
    for index, action in _undated(record):
        if due := default_due(record, catalog.policy, today):
            words = f"`{action.id}` had no due date: {due}, {_default_in_words(record, catalog)}"
            yield Put(("actions", index, "due"), due.isoformat()), words
    for role, name in _resolved(record, catalog, wanted):
        values = {"role": role, "signed_by": name, "signed_on": today.isoformat()}
        words = f"{catalog.owner_name(name)} signs as {role.replace('_', ' ')}"
        yield Append(("sign_offs",), values), words


def _refuse_move(record: Postmortem, wanted: Move) -> None:
    old, new = record.status, wanted.status
    if old == new:
        further = next_step(old)
        hint = f"; the next step is {further}" if further else ""
        raise RefusedError(f"{record.id} is {old} already{hint}")
    if not legal_move(old, new):
        first, *_ = possible = legal_moves(old)
        reason = " --reason …" if is_back(old, first) else ""
        raise RefusedError(
            f"{record.id} is {old}, and cannot become {new} in one step; from {old} it can become "
            f"{' or '.join(possible)}: `./debrief advance {record.id} {first}{reason}`"
        )
    needs_reason = new == WITHDRAWN or is_back(old, new)
    if needs_reason and not wanted.reason.strip():
        what = "to withdraw a record" if new == WITHDRAWN else f"to go back from {old} to {new}"
        raise RefusedError(f"{what} asks for a reason: give --reason")
    if wanted.reason and not needs_reason:
        raise RefusedError("a step forward asks for no reason, and has no place for one")
    if wanted.duplicate_of and new != WITHDRAWN:
        raise RefusedError("only a withdrawn record is the duplicate of another")
    if wanted.duplicate_of == record.id:
        raise RefusedError("a record is no duplicate of itself; name the other one")
    if wanted.signatures and (needs_reason or new not in _DATES.values()):
        raise RefusedError("sign-offs are added when a record is published or closed")


def _undated(record: Postmortem) -> Iterator[tuple[int, Action]]:
    """The open actions that somebody owns and that have no due date; none of an imported record."""
    if record.imported is None:
        for index, action in enumerate(record.actions):
            if action.is_open and action.owner and action.due is None:
                yield index, action


def _default_in_words(record: Postmortem, catalog: Catalog) -> str:
    asked = severity_policy(record, catalog.policy)
    days = asked.action_due_days if asked else 0
    kind = "working days" if catalog.policy.calendar.business_days else "days"
    return f"by the policy's {days} {kind} for a {record.severity}"


def _resolved(record: Postmortem, catalog: Catalog, wanted: Move) -> Iterator[tuple[str, str]]:
    """Each signature with its role."""
    for signature in wanted.signatures:
        _refuse_owner(catalog, signature.signed_by)
        role = signature.role or _role_of(record, catalog, wanted.status, signature.signed_by)
        yield role, signature.signed_by


def _role_of(record: Postmortem, catalog: Catalog, status: str, name: str) -> str:
    """The one role that is still to be signed and that somebody holds."""
    missing = missing_sign_offs(record, catalog.policy, status)
    if status == CLOSED and CLOSING in missing:
        return CLOSING
    held = [role for role in missing if may_sign_for(catalog, name, signers(record, role))]
    if len(held) == 1:
        return held[0]
    if held:
        words = f"`{name}` holds several roles that are still to be signed: {', '.join(held)}"
    elif missing:
        words = (
            f"`{name}` holds none of the roles that are still to be signed: {', '.join(missing)}"
        )
    else:
        words = f"nobody else has to sign before {record.id} is {status}"
    raise RefusedError(f"{words}; if `{name}` signs all the same, write ROLE={name}")


# --- promises ------------------------------------------------------------------------------------


def reassign_action(
    record: Postmortem, catalog: Catalog, action_id: str, owner: str, why: Reason
) -> Amendment:
    """Give an action another owner. Raises :class:`RefusedError`."""
    _refuse_settled(record)
    index, action = _promise(record, action_id)
    _refuse_kept(action, "what was done stays with who did it")
    _refuse_new_owner(catalog, action.owner, owner, f"`{action.id}`")
    values = (action.owner, owner)
    edits = _changed(("actions", index), "owner", values, why)
    told = f"`{action.id}` of {record.id}: from {action.owner or 'nobody'} to {owner}"
    return Amendment(edits, (told,))


def reassign_record(record: Postmortem, catalog: Catalog, owner: str, why: Reason) -> Amendment:
    """Make somebody else accountable for a record. Raises :class:`RefusedError`."""
    _refuse_settled(record)
    _refuse_new_owner(catalog, record.owner, owner, record.id)
    edits = _changed((), "owner", (record.owner, owner), why)
    return Amendment(edits, (f"{record.id}: from {record.owner or 'nobody'} to {owner}",))


def hand_over(
    record: Postmortem, catalog: Catalog, old: str, owner: str, why: Reason
) -> Amendment | None:
    """Everything that somebody still has to do in a record, to somebody else.

    That is what PM206 asks for when they have left. None where there is nothing.
    """
    if record.status in (CLOSED, WITHDRAWN):
        return None
    parts = [
        reassign_action(record, catalog, action.id, owner, why)
        for action in record.actions
        if action.is_open and action.owner == old
    ]
    if record.owner == old:
        parts.append(reassign_record(record, catalog, owner, why))
    if not parts:
        return None
    edits = tuple(edit for part in parts for edit in part.edits)
    return Amendment(edits, tuple(line for part in parts for line in part.told))


def postpone(
    record: Postmortem, policy: Policy, action_id: str, day: date, why: Reason
) -> Amendment:
    """Give an action another due date. Raises :class:`RefusedError`."""
    _refuse_settled(record)
    index, action = _promise(record, action_id)
    _refuse_kept(action, "there is nothing left that could be late")
    if day == action.due:
        raise RefusedError(f"`{action.id}` is due on {day} already")
    if day < why.on:
        raise RefusedError(f"{day} has passed; a promise is for {why.on} or a later day")
    old = action.due.isoformat() if action.due else None
    edits = _changed(("actions", index), "due", (old, day.isoformat()), why)
    told = [f"`{action.id}` of {record.id}: {_shift_in_words(action, day)}"]
    if not workdays.is_worked(policy.calendar, day):
        told.append(
            f"{day} is no working day by the policy's calendar; the date stands all the same"
        )
    return Amendment(edits, tuple(told))


def _shift_in_words(action: Action, day: date) -> str:
    if action.due is None:
        return f"due on {day}; it had no date"
    days = (day - action.due).days
    plural = "" if abs(days) == 1 else "s"
    if days < 0:
        return f"brought forward by {-days} day{plural}, from {action.due} to {day}"
    later = sum(c.field == "due" and (c.old or "") < (c.new or "") for c in action.changes)
    again = f"; it was postponed {_times(later)} before" if later else ""
    return f"postponed by {days} day{plural}, from {action.due} to {day}{again}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _promise(record: Postmortem, action_id: str) -> tuple[int, Action]:
    for index, action in enumerate(record.actions):
        if action.id == action_id:
            return index, action
    names = [action.id for action in record.actions]
    hint = did_you_mean(action_id, names) or (
        f"it has {', '.join(f'`{name}`' for name in names)}" if names else "it has no actions"
    )
    raise RefusedError(f"{record.id} has no action `{action_id}`; {hint}")


def _changed(
    where: KeyPath, field: str, values: tuple[str | None, str], why: Reason
) -> tuple[Edit, ...]:
    """The field, and the entry that says why."""
    entry = _entry(field, values, why)
    return (Put((*where, field), values[1]), Append((*where, "changes"), entry))


def _entry(field: str, values: tuple[str | None, str], why: Reason) -> dict[str, str]:
    given = {
        "changed_on": why.on.isoformat(),
        "field": field,
        "from": values[0],
        "to": values[1],
        "reason": why.text,
    }
    return {key: value for key, value in given.items() if value is not None}


# --- what is refused -----------------------------------------------------------------------------


def _refuse_settled(record: Postmortem) -> None:
    """Refuse to move a promise in a record that has left it behind."""
    if record.status == CLOSED:
        raise RefusedError(
            f"{record.id} is closed, and its promises were kept; to open it again: "
            f"`./debrief advance {record.id} {PUBLISHED} --reason …`"
        )
    if record.status == WITHDRAWN:
        raise RefusedError(f"{record.id} is withdrawn, and nothing in it is promised any more")


def _refuse_kept(action: Action, why: str) -> None:
    """Refuse to move a promise that is kept or given up."""
    if action.is_done:
        when = f" since {action.done_on}" if action.done_on else ""
        raise RefusedError(f"`{action.id}` is {action.status}{when}: {why}")
    if not action.is_open:
        raise RefusedError(
            f"`{action.id}` is {action.status}; if it is to be done after all, set its status to "
            "open first"
        )


def _refuse_owner(catalog: Catalog, name: str) -> None:
    """Refuse somebody who is not in the catalog, or has left."""
    if name not in catalog.owners:
        active = [owner.id for owner in catalog.owners.values() if owner.active]
        hint = did_you_mean(name, active) or "add the owner there first"
        raise RefusedError(f"`{name}` is not in catalog/owners.yml; {hint}")
    if not catalog.owners[name].active:
        raise RefusedError(f"`{name}` is no longer active")


def _refuse_new_owner(catalog: Catalog, old: str | None, new: str, what: str) -> None:
    if old == new:
        raise RefusedError(f"{what} belongs to `{new}` already")
    _refuse_owner(catalog, new)
