"""Write down that an action was rehearsed; without arguments, list which rehearsals are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import _console
import _records
import click
from rich.console import Console

from debrief import moments, rehearsals, words
from debrief.amendments import Reason, RefusedError
from debrief.archive import Archive
from debrief.finding import did_you_mean
from debrief.record import HELD, Postmortem, Rehearsal
from debrief.rehearsing import rehearse

ENVIRONMENT = "gate"

WITHIN_DAYS = 30


@click.command()
@click.argument("record_id", metavar="[ID", required=False)
@click.argument("action_id", metavar="ACTION]", required=False)
@click.option("--method", help="How: tabletop, restore-test, … as `verification.method` has them.")
@click.option("--by", "held_by", metavar="OWNER", help="Who held it; not the action's own owner.")
@click.option("--result", default=HELD, show_default=True, help="held, partly or failed.")
@click.option("--note", default="", help="What was seen; needed if it is partly or failed.")
@click.option("--on", "held_on", metavar="DATE", help="The day it was held.  [default: today]")
@click.option(
    "--follow-up", metavar="ID", help="What came of one that failed: an action, or a postmortem."
)
@click.option(
    "--evidence", multiple=True, metavar="ID|URL", help="An item of `evidence`, or a link to add."
)
@click.option(
    "--within",
    type=click.IntRange(min=0, max=36_500),
    default=WITHIN_DAYS,
    show_default=True,
    metavar="DAYS",
    help="In the list: how far ahead to look.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@_console.today_option
@_console.root_option
def main(
    record_id: str | None,
    action_id: str | None,
    within: int,
    today: date,
    root: Path,
    **given: object,
) -> int:
    """Write down that an action was rehearsed; without arguments, list which rehearsals are due.

    \b
    rehearse                                              what is due, soonest first
    rehearse ID ACTION --method tabletop --by n-okafor    one that was held

    ID is the name of the record's file without .md, or a part of it that no other has; ACTION the
    action's id, or a part of that. Closed records take rehearsals, too. What is due follows from
    `validation` in catalog/policy.yml; imported records are never due. Nothing else in the file
    changes.

    Exit code: 0 written, or nothing is overdue; 1 something is overdue or failed, or the check
    would find an error that was not there; 2 not possible.
    """  # noqa: D301 - click asks for the character itself, to keep the lines apart
    archive = _records.load(root)
    if record_id is None:
        refuse_stray(given)
        return tell_due(archive, today, within)
    if action_id is None:
        raise click.UsageError("name the ACTION, too; without ID and ACTION, what is due is listed")
    return write(archive, record_id, action_id, today, given)


def refuse_stray(given: dict[str, object]) -> None:
    """Refuse a rehearsal of nothing. Raises click.UsageError."""
    if any(given[key] for key in ("method", "held_by", "note", "held_on", "follow_up", "evidence")):
        raise click.UsageError("name the ID of the postmortem and the ACTION that was rehearsed")


# --- one that was held ---------------------------------------------------------------------------


def write(
    archive: Archive, record_id: str, action_id: str, today: date, given: dict[str, object]
) -> int:
    """Write a rehearsal into its record."""
    _records.require_catalog(archive, "owners")
    entry = _records.find(archive, record_id)
    record = _records.record_of(entry)
    action = _records.action_of(entry, action_id)
    links = tuple(text for text in _texts(given["evidence"]) if "://" in text)
    with _records.refusals():
        held = rehearsal(archive, record, today, given)
        amendment = rehearse(record, archive.catalog, action, held, links)
    trial = _records.try_out(archive).amended(entry, amendment)
    return _records.make_promise(trial, today, amendment.told, dry_run=bool(given["dry_run"]))


def rehearsal(
    archive: Archive, record: Postmortem, today: date, given: dict[str, object]
) -> Rehearsal:
    """What was typed. Raises click.UsageError, and RefusedError, with what to write."""
    for key, option in (("method", "--method"), ("held_by", "--by")):
        if not given[key]:
            raise click.UsageError(f"{option} is needed to write down a rehearsal")
    names = tuple(text for text in _texts(given["evidence"]) if "://" not in text)
    known = [item.id for item in record.evidence]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or "give the id of an item, or a link"
            raise RefusedError(f"`{name}` is not among `evidence` of {record.id}; {hint}")
    note = str(given["note"])
    return Rehearsal(
        one_of(archive, "method", str(given["method"])),
        day_of(given["held_on"], today),
        str(given["held_by"]),
        one_of(archive, "result", str(given["result"])),
        Reason(note, today).text if note else None,
        str(given["follow_up"]) if given["follow_up"] else None,
        names,
    )


def _texts(given: object) -> tuple[str, ...]:
    return tuple(map(str, given)) if isinstance(given, tuple) else ()


def one_of(archive: Archive, key: str, given: str) -> str:
    """A word of the schema. Raises RefusedError with those that there are."""
    known = archive.schemas["postmortem"].words("actions", "rehearsals", key)
    if given not in known:
        hint = did_you_mean(given, known) or f"write one of: {', '.join(known)}"
        raise RefusedError(f"--{key} {given!r} is not known; {hint}")
    return given


def day_of(given: object, today: date) -> date:
    """The day that was typed. Raises click.UsageError, with what to write."""
    if given is None:
        return today
    text = str(given)
    if not moments.is_day(text):
        raise click.UsageError("--on {!r}: {}; {}".format(text, *moments.about_time(text, "date")))
    day = date.fromisoformat(text)
    if day > today:
        raise click.UsageError(f"--on {day} lies ahead; write down a rehearsal once it was held")
    return day


# --- what is due ---------------------------------------------------------------------------------


def tell_due(archive: Archive, today: date, within: int) -> int:
    """List what failed, what is due and what came back; the exit code."""
    _records.require_catalog(archive, "policy")
    out = _records.console()
    failed = rehearsals.failures(archive, today, with_restricted=True)
    due = rehearsals.due(archive, today, with_restricted=True)
    soon = [one for one in due if (one.on - today).days <= within]
    if failed:
        _records.tell(
            out, ["Failed, and nothing has followed: these promises do not hold"], "bold red"
        )
        _records.tell(out, [f"  {one.record.id}: {one.told}" for one in failed])
    tell_soon(out, archive, soon, today)
    tell_recurred(out, archive, today)
    unread = [entry.path for entry in archive.entries if entry.record is None]
    _records.tell(out, [f"not looked into, because it cannot be read: {path}" for path in unread])
    if not archive.catalog.policy.validation:
        words_ = "Nothing is due: catalog/policy.yml has no `validation`, which says what is tried "
        _records.tell(out, [f"{words_}again and how often."])
    elif not soon:
        rest = f", and {len(due)} later" if due else ""
        _records.tell(out, [f"No rehearsal is due until {within} days from now{rest}."])
    return 1 if failed or any(one.overdue for one in soon) else 0


def tell_soon(
    out: Console, archive: Archive, soon: list[rehearsals.DueRehearsal], today: date
) -> None:
    """List rehearsals, each on two lines."""
    for one in soon:
        style = "red" if one.overdue else ""
        _records.tell(out, [f"{when(one, today)}: {one.what} of `{one.action.id}`"], style)
        _records.tell(out, [f"  {line}" for line in about(one, archive)])


def when(one: rehearsals.DueRehearsal, today: date) -> str:
    """``12 days overdue, since 2026-03-01``."""
    if one.overdue:
        return f"{words.counted(one.overdue, 'day')} overdue, since {one.on}"
    days = (one.on - today).days
    return f"due today, {one.on}" if not days else f"in {words.counted(days, 'day')}, on {one.on}"


def about(one: rehearsals.DueRehearsal, archive: Archive) -> Iterator[str]:
    """What it is about: the action, its owner and the last time."""
    owner = archive.catalog.owner_name(one.action.owner) if one.action.owner else "nobody"
    last = f"last held on {one.last}" if one.last else f"never held; counted from {one.since}"
    yield one.action.title
    yield f"{one.record.id}; {owner}; {last}"


def tell_recurred(out: Console, archive: Archive, today: date) -> None:
    """List done actions whose outage came back."""
    found = rehearsals.recurred(archive, today)
    if found:
        _records.tell(out, ["Done, and the outage came back: did it hold?"], "bold")
    for one in found:
        how = "which names it" if one.declared else "on the same data, from the same kind of cause"
        _records.tell(out, [f"  `{one.action.id}` of {one.record.id}: {one.later.id}, {how}"])


if __name__ == "__main__":
    _console.run(main, "rehearse")
