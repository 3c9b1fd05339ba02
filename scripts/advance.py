"""Bring a postmortem to its next status, or say what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import _console
import _records
import click

from debrief.amendments import Move, Signature, move
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.finding import Level, did_you_mean
from debrief.lifecycle import (
    deadline,
    missing_sign_offs,
    next_step,
    reviewer_on,
    signers,
)
from debrief.record import CLOSED, PUBLISHED, WITHDRAWN, Postmortem
from debrief.reporters.totals import count

ENVIRONMENT = "gate"

NEXT = "next"


@click.command()
@click.argument("record_id", metavar="ID")
@click.argument("status")
@click.option("--reason", default="", help="Why it goes back, or is withdrawn.")
@click.option("--duplicate-of", metavar="ID", help="The record that tells the same outage.")
@click.option(
    "--signed-by",
    metavar="[ROLE=]OWNER",
    multiple=True,
    help="Add a sign-off of today; may be repeated. Without the role, the one that OWNER holds.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@_console.today_option
@_console.root_option
def main(
    record_id: str,
    status: str,
    reason: str,
    duplicate_of: str | None,
    signed_by: tuple[str, ...],
    dry_run: bool,
    today: date,
    root: Path,
) -> int:
    """Bring a postmortem to another status, if it is ready for it.

    ID is the name of the record's file without .md, or a part of it that no other has. STATUS is
    draft, in-review, published, closed or withdrawn, or `next` for the next step.

    A record goes one step at a time: forward when the check finds no error in it as it would be
    then, back with --reason. The dates of a status are set and taken out, and an action that has
    an owner and no due date gets the one that the policy gives. The file is edited in place;
    nothing else in it changes.

    Exit code: 0 done, 1 the record is not ready, 2 the move is not possible.
    """
    archive = _records.load(root)
    _records.require_catalog(archive, "owners", "assets", "policy")
    entry = _records.find(archive, record_id)
    record = _records.record_of(entry)
    wanted = Move(
        wanted_status(archive, record, status),
        reason,
        _records.find(archive, duplicate_of).id if duplicate_of else None,
        tuple(signature(archive, text) for text in signed_by),
    )
    with _records.refusals():
        amendment = move(record, archive.catalog, wanted, today)
    trial = _records.try_out(archive).amended(entry, amendment)
    found = _records.findings(trial.after, today)
    out = _records.console()
    if errors := trial.errors(found, today, all_of={entry.path}):
        words = f"{record.id} is not ready to become {wanted.status}"
        return _records.refuse(out, errors, trial, words)
    _records.tell(out, amendment.told[:1], "bold green")
    _records.tell(out, amendment.told[1:])
    _records.tell(out, what_comes_next(trial.after.by_id[record.id], archive.catalog, today))
    if wanted.signatures:
        _records.tell(out, [BY_THE_SIGNER])
    warnings = [f for f in found if f.path == entry.path and f.level is Level.WARNING]
    _records.tell_findings(out, warnings, trial.after)
    return _records.finish(out, trial, dry_run=dry_run)


def wanted_status(archive: Archive, record: Postmortem, given: str) -> str:
    """The status that is meant. Raises click.UsageError for a word that is none."""
    words = archive.schemas["postmortem"].words("status")
    status = given.lower().replace("_", "-").replace(" ", "-")
    if status in words:
        return status
    if status != NEXT:
        hint = did_you_mean(given, (*words, NEXT)) or f"write {', '.join(words)} or {NEXT}"
        raise click.UsageError(f"{given!r} is no status; {hint}")
    further = next_step(record.status)
    if further is None:
        raise click.ClickException(
            f"{record.id} is {record.status}, and no step follows; it can only go back, with a "
            "--reason"
        )
    return further


def signature(archive: Archive, given: str) -> Signature:
    """A sign-off as it was typed. Raises click.UsageError for a role that is none."""
    role, equals, name = given.rpartition("=")
    if not equals:
        return Signature(name)
    roles = archive.schemas["postmortem"].words("sign_offs", "role")
    wanted = role.lower().replace("-", "_").replace(" ", "_")
    if wanted not in roles:
        hint = did_you_mean(role, roles) or f"write one of {', '.join(roles)}"
        raise click.UsageError(f"--signed-by: nobody signs as {role!r}; {hint}")
    return Signature(name, wanted)


# --- what comes next -----------------------------------------------------------------------------

BY_THE_SIGNER = (
    "A sign-off counts when the signer stands behind it: let them commit this, or approve the pull "
    "request."
)
TURNS = {"weekly": "this week", "monthly": "this month", "quarterly": "this quarter"}


def what_comes_next(record: Postmortem, catalog: Catalog, today: date) -> Iterator[str]:
    """Lines about what the record waits for now."""
    further = next_step(record.status)
    if further is None:
        yield LAST_WORDS[record.status]
        return
    yield f"Next: {further}{by_when(record, catalog, further, today)}."
    if further == CLOSED:
        yield from left_to_do(record, today)
    if missing := missing_sign_offs(record, catalog.policy, further):
        yield f"Still to sign: {', '.join(named(record, catalog, role) for role in missing)}."
    reviewer = reviewer_on(catalog.policy, today)
    if further == PUBLISHED and record.review is None and reviewer is not None:
        turn = TURNS.get(catalog.policy.review.cadence or "", "now")
        yield f"No review was held yet; {turn} {catalog.owner_name(reviewer)} leads reviews."


LAST_WORDS = {
    CLOSED: "From here on, only `related`, `recurrence_of` and corrections with a reason change.",
    WITHDRAWN: "The file stays, and so does its id.",
}


def by_when(record: Postmortem, catalog: Catalog, status: str, today: date) -> str:
    """The deadline of a status in words; nothing where the policy gives none."""
    day = deadline(record, catalog.policy, status)
    if day is None:
        return ""
    if day < today:
        return f", which the policy wanted by {day}"
    return f", by {day}"


def left_to_do(record: Postmortem, today: date) -> Iterator[str]:
    """What stands between a published record and its closing."""
    unverified = [action for action in record.actions if action.is_open or action.status == "done"]
    if unverified:
        first = next((action for action in record.open_actions if action.due), None)
        late = len(record.overdue_actions(today))
        more = f"; the first is due on {first.due} (`{first.id}`)" if first else ""
        more += f", {late} overdue" if late else ""
        yield f"Still to be done or verified: {count(len(unverified), 'action')}{more}."
    if record.unrepaired:
        names = ", ".join(asset.asset for asset in record.unrepaired)
        yield f"Data still to be repaired or declared lost: {names}."


def named(record: Postmortem, catalog: Catalog, role: str) -> str:
    """A role that signs, with the names of those who hold it."""
    holders = " or ".join(catalog.owner_name(name) for name in signers(record, role))
    return role.replace("_", " ") + (f" ({holders})" if holders else "")


if __name__ == "__main__":
    _console.run(main, "advance")
