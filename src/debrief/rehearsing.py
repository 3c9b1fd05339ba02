"""What ``rehearse`` writes into a record, or why it may not."""

from __future__ import annotations

from collections.abc import Iterator

from debrief.amendments import Amendment, RefusedError
from debrief.catalog import Catalog
from debrief.edit import Append, Edit
from debrief.finding import did_you_mean
from debrief.record import CLOSED, FAILED, HELD, PUBLISHED, WITHDRAWN, Action, Postmortem, Rehearsal


def rehearse(
    record: Postmortem,
    catalog: Catalog,
    action_id: str,
    held: Rehearsal,
    links: tuple[str, ...] = (),
) -> Amendment:
    """Write down that an action was rehearsed, in a closed record too. Raises RefusedError.

    ``held.evidence`` are ids of the record; each of ``links`` becomes an item of evidence.
    """
    if record.status == WITHDRAWN:
        raise RefusedError(f"{record.id} is withdrawn, and nothing in it is promised any more")
    index = next((i for i, one in enumerate(record.actions) if one.id == action_id), None)
    if index is None:
        raise RefusedError(f"{record.id} has no action `{action_id}`")
    action = record.actions[index]
    _refuse_rehearsal(catalog, action, held)
    edits: list[Edit] = []
    names = list(held.evidence)
    taken = {item.id for item in record.evidence}
    for link in links:
        name = _free_id(f"rehearsal-{held.held_on}", taken)
        taken.add(name)
        names.append(name)
        title = f"Rehearsal of `{action.id}` on {held.held_on}"
        item = {"id": name, "kind": "report", "title": title, "url": link}
        edits.append(Append(("evidence",), item))
    values: dict[str, str | tuple[str, ...] | None] = {
        "method": held.method,
        "held_on": held.held_on.isoformat(),
        "held_by": held.held_by,
        "result": held.result,
        "note": held.note,
        "follow_up": held.follow_up,
        "evidence": tuple(names),
    }
    given = {key: value for key, value in values.items() if value}
    edits.append(Append(("actions", index, "rehearsals"), given))
    return Amendment(tuple(edits), tuple(_rehearsed(record, action, held)))


def _rehearsed(record: Postmortem, action: Action, held: Rehearsal) -> Iterator[str]:
    yield f"`{action.id}` of {record.id}: {held.method} of {held.held_on}, {held.result}"
    if held.result != FAILED or held.follow_up:
        return
    yield f"THE PROMISE DOES NOT HOLD: `{action.id}` is {action.status}, and does not work."
    first = f"`./debrief advance {record.id} {PUBLISHED} --reason …`, then " * (
        record.status == CLOSED
    )
    yield (
        f"Take it up again: {first}set its status to open, or add another action for it and name "
        "that in `follow_up` of the rehearsal"
    )


def _free_id(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def _refuse_rehearsal(catalog: Catalog, action: Action, held: Rehearsal) -> None:
    if not action.is_done:
        raise RefusedError(
            f"`{action.id}` is {action.status}: what is not done cannot be rehearsed; trying it "
            "first is its `test_plan`"
        )
    if action.done_on and held.held_on < action.done_on:
        raise RefusedError(f"{held.held_on} lies before {action.done_on}, when it was done")
    if held.held_by not in catalog.owners:
        hint = did_you_mean(held.held_by, catalog.owners) or "add the owner there first"
        raise RefusedError(f"`{held.held_by}` is not in catalog/owners.yml; {hint}")
    if held.held_by == action.owner:
        raise RefusedError(
            f"`{action.id}` belongs to `{held.held_by}`, and nobody rehearses their own action; "
            "ask somebody else to hold it"
        )
    if held.result != HELD and not held.note:
        raise RefusedError(f"{held.result} asks for a --note: what was seen")
