"""The tables of what was promised: actions, how they moved, and the life of the record itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from debrief.metrics import ActionFacts
from debrief.moments import is_day
from debrief.record import Action, Change
from debrief.trail import DUE, Step
from debrief.warehouse import incident_tables as incident
from debrief.warehouse.source import Source
from debrief.warehouse.table import (
    Column,
    Kind,
    Part,
    Table,
    column,
    digest,
    of_each,
    owner,
    part_columns,
    parts,
    reference,
)

_ACTIONS = "postmortem.actions"


@dataclass(frozen=True, slots=True)
class Promised:
    """An action, with what figures know of it and the day as of which it is told."""

    action: Action
    today: date
    facts: ActionFacts | None
    """None where figures leave it out."""


def _promises(source: Source) -> Iterator[Part[Promised]]:
    for record in source.records:
        told = (
            Promised(action, source.today, source.ledger.by_action.get((record.id, action.id)))
            for action in record.actions
        )
        yield from parts(told, lambda each: each.action.id, record)


def _action(name: str, kind: Kind, way: str = "", *, needed: bool = False) -> Column[Any]:
    """A column of an action that the schema describes."""
    way = way or name
    return column(name, kind, f"item.action.{way}", field=f"{_ACTIONS}.{way}", needed=needed)


def _fact(name: str, about: str) -> Column[Any]:
    """A day that figures know of an action; empty where they leave it out."""

    def fact(part: Part[Promised]) -> date | None:
        return None if part.item.facts is None else getattr(part.item.facts, name)

    return column(name, Kind.DAY, fact, about)


ACTIONS = Table(
    "actions",
    "One row for each promise.",
    _promises,
    (
        *part_columns("action_key", "The postmortem and the action's id in it."),
        _action("action_id", Kind.TEXT, "id", needed=True),
        _action("title", Kind.TEXT, needed=True),
        column("action_type", Kind.TEXT, "item.action.type", field=f"{_ACTIONS}.type", needed=True),
        _action("category", Kind.TEXT),
        owner("owner_id", "item.action.owner", f"{_ACTIONS}.owner"),
        _action("due", Kind.DAY),
        _action("status", Kind.TEXT, needed=True),
        _action("impact", Kind.TEXT),
        _action("feasibility", Kind.TEXT),
        column(
            "quadrant",
            Kind.TEXT,
            "item.action.quadrant",
            "Priority by impact and feasibility: quick win, larger project, fill-in, reconsider or"
            " not rated.",
            needed=True,
        ),
        _action("success_criteria", Kind.TEXT),
        _action("test_plan", Kind.TEXT),
        _action("rollback_plan", Kind.TEXT, "rollback"),
        _action("tracker", Kind.TEXT),
        _action("done_on", Kind.DAY),
        _action("not_doing_reason", Kind.TEXT, "reason"),
        _action("verification_method", Kind.TEXT, "verification.method"),
        _action("verified_on", Kind.DAY, "verification.verified_on"),
        owner(
            "verified_by",
            "item.action.verification.verified_by",
            f"{_ACTIONS}.verification.verified_by",
        ),
        _action("verification_result", Kind.TEXT, "verification.result"),
        column(
            "is_open",
            Kind.FLAG,
            "item.action.is_open",
            "true: somebody still has to do it.",
            needed=True,
        ),
        column(
            "days_overdue",
            Kind.WHOLE,
            lambda part: part.item.action.days_overdue(part.item.today),
            "Days past the due date on the day of the export; 0 where it is not overdue.",
            needed=True,
        ),
        column(
            "days_late",
            Kind.WHOLE,
            "item.action.days_late",
            "Days from the due date to the day it was done; 0 where it was done in time.",
            needed=True,
        ),
        column(
            "is_counted",
            Kind.FLAG,
            lambda part: part.item.facts is not None,
            "true: figures count it. Not where the record was withdrawn, nor where nobody here owns"
            " the action of an older document.",
            needed=True,
        ),
        _fact("promised_on", "The day from which figures count it as a promise."),
        _fact("first_due", "The due date that it had at the end of that day."),
        _fact("dropped_on", "The day on which it was decided not to do it, where that is known."),
        _fact("ended_on", "The day from which nobody had to do it any more."),
    ),
)


def _addressed(source: Source) -> Iterator[Part[Any]]:
    for part in _promises(source):
        yield from parts(part.item.action.addresses, str, part.record, part.key)


_ACTION_KEY = reference(
    "action_key", "within", "actions", "action_key", "The action.", needed=True, resolves=True
)

ACTION_CAUSES = Table(
    "action_causes",
    "One row for each cause that an action addresses.",
    _addressed,
    (
        *part_columns("action_cause_key", "The action and the cause."),
        _ACTION_KEY,
        reference(
            "cause_key",
            lambda part: f"{part.record.id}/{part.item}",
            "causes",
            "cause_key",
            "The cause.",
            needed=True,
        ),
    ),
)


def _moves(source: Source) -> Iterator[Part[Step]]:
    for part in _promises(source):
        steps = source.trail(part.record).of(part.item.action.id)
        yield from parts(
            steps, lambda step: digest(step.field, step.old, step.new), part.record, part.key
        )


def _by(part: Part[Step]) -> str | None:
    return part.item.by.owner if part.item.by is not None else None


def _due(end: str, part: Part[Step]) -> date | None:
    text = getattr(part.item, end)
    is_due = part.item.field == DUE and text is not None and is_day(text)
    return date.fromisoformat(text) if is_due else None


def _step(name: str, kind: Kind, about: str, way: str = "", *, needed: bool = False) -> Column[Any]:
    return column(name, kind, f"item.{way or name}", about, needed=needed)


ACTION_CHANGES = Table(
    "action_changes",
    "One row for each time that the owner or the due date of an action moved: what the record says"
    " of it, and what the commits show.",
    _moves,
    (
        *part_columns(
            "action_change_key", "The action, and a digest of the field and both values."
        ),
        _ACTION_KEY,
        _step("field", Kind.TEXT, "What moved: `due` or `owner`.", needed=True),
        _step("old_value", Kind.TEXT, "The value before; empty where there was none.", "old"),
        _step("new_value", Kind.TEXT, "The value since; empty where it was taken away.", "new"),
        *(
            column(name, Kind.DAY, partial(_due, end), f"The due date {when} the move.")
            for name, end, when in (("old_due", "old", "before"), ("new_due", "new", "since"))
        ),
        _step(
            "changed_on", Kind.DAY, "The day of the move; empty while it is not committed.", "on"
        ),
        _step("decided_on", Kind.DAY, "The day that the record gives."),
        _step("committed_on", Kind.DAY, "The day on which it came into the repository."),
        column(
            "days_moved",
            Kind.WHOLE,
            "item.days",
            "By how many days the due date moved; negative where it was brought forward, 0 for an"
            " owner.",
            needed=True,
        ),
        _step("reason", Kind.TEXT, "Why, as the record says it."),
        reference(
            "changed_by",
            _by,
            "owners",
            "owner_id",
            "Whose commit it was, where the catalog knows the author.",
        ),
        _step("commit_id", Kind.TEXT, "The commit that brought it.", "commit"),
    ),
)

# --- what statements rest on ---------------------------------------------------------------------


def _uses(source: Source) -> Iterator[tuple[str, Part[Any]]]:
    """Every naming of evidence, with the table of what rests on it."""
    lists = (incident.ASSETS_AFFECTED, incident.CAUSES, incident.TIMELINE)
    for table in lists:
        for part in table.items(source):
            for use in parts(part.item.evidence, str, part.record, part.key):
                yield table.name, use
    for promise in _promises(source):
        action = promise.item.action
        named = dict.fromkeys(chain(action.evidence, action.verification.evidence))
        for use in parts(named, str, promise.record, promise.key):
            yield ACTIONS.name, use


EVIDENCE_USES = Table(
    "evidence_uses",
    "One row for each statement that names a piece of evidence.",
    _uses,
    (
        column(
            "evidence_use_key",
            Kind.TEXT,
            lambda use: f"{use[0]}/{use[1].key}",
            "The table, the row in it, and the evidence.",
            needed=True,
        ),
        reference(
            "postmortem_id",
            lambda use: use[1].record.id,
            "postmortems",
            "postmortem_id",
            "The postmortem that it stands in.",
            needed=True,
            resolves=True,
        ),
        column(
            "used_in", Kind.TEXT, lambda use: use[0], "The table of the statement.", needed=True
        ),
        column("used_by", Kind.TEXT, lambda use: use[1].within, "The key of its row.", needed=True),
        reference(
            "evidence_key",
            lambda use: f"{use[1].record.id}/{use[1].item}",
            "evidence",
            "evidence_key",
            "The evidence.",
            needed=True,
        ),
    ),
)

# --- the life of the record ----------------------------------------------------------------------

STATUS_HISTORY = Table(
    "status_history",
    "One row for each stretch of a postmortem's life in one status, by the commits and by its own"
    " dates.",
    lambda source: (
        part
        for record in source.records
        for part in parts(source.trail(record).stays, lambda stay: stay.status, record)
    ),
    (
        *part_columns("stay_key", "The postmortem and the status; numbered where it came back."),
        column("status", Kind.TEXT, "item.status", field="postmortem.status", needed=True),
        column("since", Kind.DAY, "item.since", "The day it began; empty where nobody knows."),
        column("until_day", Kind.DAY, "item.until", "The day it ended; empty while it lasts."),
    ),
)

_CHANGES = "postmortem.changes"


def _own_change(change: Change) -> str:
    return digest(change.field, change.old, change.new)


POSTMORTEM_CHANGES = Table(
    "postmortem_changes",
    "One row for each entry under `changes` of the record itself.",
    of_each(lambda record: record.changes, _own_change),
    (
        *part_columns("change_key", "The postmortem, and a digest of the field and both values."),
        column(
            "changed_on", Kind.DAY, "item.changed_on", field=f"{_CHANGES}.changed_on", needed=True
        ),
        column("field", Kind.TEXT, "item.field", field=f"{_CHANGES}.field", needed=True),
        column("old_value", Kind.TEXT, "item.old", field=f"{_CHANGES}.from"),
        column("new_value", Kind.TEXT, "item.new", field=f"{_CHANGES}.to"),
        column("reason", Kind.TEXT, "item.reason", field=f"{_CHANGES}.reason", needed=True),
    ),
)
