"""Move the due date of an action, with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import _console
import _records
import click

from debrief import moments
from debrief.amendments import Reason, postpone

ENVIRONMENT = "gate"


@click.command()
@click.argument("record_id", metavar="ID")
@click.argument("action_id", metavar="ACTION")
@click.argument("new_date", metavar="DATE")
@click.option("--reason", required=True, help="Why the date moves; it stays in the record.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@_console.today_option
@_console.root_option
def main(
    record_id: str,
    action_id: str,
    new_date: str,
    reason: str,
    dry_run: bool,
    today: date,
    root: Path,
) -> int:
    """Move the due date of an action, with the reason.

    ID is the name of the record's file without .md, or a part of it that no other has; ACTION the
    action's id, or a part of that. DATE is the new due date, YYYY-MM-DD; it may be earlier, too.
    The date and an entry under the action's `changes` are written together. Nothing else in the
    file changes.

    Exit code: 0 done, 1 the check would find an error that was not there, 2 not possible.
    """
    day = day_of(new_date)
    archive = _records.load(root)
    entry = _records.find(archive, record_id)
    record = _records.record_of(entry)
    action = _records.action_of(entry, action_id)
    with _records.refusals():
        amendment = postpone(record, archive.catalog.policy, action, day, Reason(reason, today))
    trial = _records.try_out(archive).amended(entry, amendment)
    return _records.make_promise(trial, today, amendment.told, dry_run=dry_run)


def day_of(given: str) -> date:
    """The date that was typed. Raises click.UsageError, with what to write."""
    if not moments.is_day(given):
        raise click.UsageError(
            "DATE {!r}: {}; {}".format(given, *moments.about_time(given, "date"))
        )
    return date.fromisoformat(given)


if __name__ == "__main__":
    _console.run(main, "postpone")
