"""Give an action or a postmortem another owner, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import _console
import _records
import click

from debrief.amendments import (
    Amendment,
    Reason,
    hand_over,
    reassign_action,
    reassign_record,
)
from debrief.archive import Archive, Entry
from debrief.finding import did_you_mean

ENVIRONMENT = "gate"

Named = tuple[Entry, Amendment]


@click.command()
@click.argument("words", metavar="[ID [ACTION]] NEW_OWNER", nargs=-1)
@click.option("--reason", required=True, help="Why it changes hands; it stays in the record.")
@click.option("--record", "whole", is_flag=True, help="The postmortem itself, and no action of it.")
@click.option("--from", "old", metavar="OWNER", help="With --all: who hands everything over.")
@click.option("--all", "everything", is_flag=True, help="With --from: all that OWNER has to do.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@_console.today_option
@_console.root_option
def main(
    words: tuple[str, ...],
    reason: str,
    whole: bool,
    old: str | None,
    everything: bool,
    dry_run: bool,
    today: date,
    root: Path,
) -> int:
    """Give an action or a postmortem another owner, with the reason.

    \b
    reassign ID ACTION NEW_OWNER            one action
    reassign ID NEW_OWNER --record          the postmortem itself
    reassign NEW_OWNER --from OWNER --all   all that OWNER still has to do: open actions, and
                                            postmortems that are neither closed nor withdrawn

    ID is the name of the record's file without .md, or a part of it that no other has; ACTION the
    action's id, or a part of that. Owners are ids of the catalog. The owner and an entry under
    `changes` are written together. Nothing else in the files changes.

    Exit code: 0 done, 1 the check would find an error that was not there, 2 not possible.
    """  # noqa: D301 - click asks for the character itself, to keep the lines apart
    refuse_unclear(words, whole=whole, old=old, everything=everything)
    archive = _records.load(root)
    _records.require_catalog(archive, "owners")
    with _records.refusals():
        why = Reason(reason, today)
        if old is not None:
            made = handed_over(archive, old, words[0], why)
        elif whole:
            made = [of_record(archive, words[0], words[1], why)]
        else:
            made = [of_action(archive, words[0], words[1], words[2], why)]
    trial = _records.try_out(archive)
    for entry, amendment in made:
        trial = trial.amended(entry, amendment)
    told = [line for _, amendment in made for line in amendment.told]
    if everything:
        told += [f"not looked into, because it cannot be read: {path}" for path in unread(archive)]
    return _records.make_promise(trial, today, told, dry_run=dry_run)


def refuse_unclear(words: Sequence[str], *, whole: bool, old: str | None, everything: bool) -> None:
    """Refuse arguments that are not one of the three forms. Raises click.UsageError."""
    if (old is None) == everything:
        raise click.UsageError("--from OWNER and --all go together: all that OWNER still has to do")
    if whole and everything:
        raise click.UsageError("--all takes the postmortems along; leave --record out")
    needed = ["NEW_OWNER"] if everything else ["ID", "NEW_OWNER"]
    if not whole and not everything:
        needed.insert(1, "ACTION")
    if len(words) != len(needed):
        form = " ".join(needed)
        raise click.UsageError(f"give {form}, and not {len(words)} of them: {' '.join(words)!r}")


def of_action(archive: Archive, record_id: str, action: str, owner: str, why: Reason) -> Named:
    """One action, to somebody else."""
    entry = _records.find(archive, record_id)
    action_id = _records.action_of(entry, action)
    record = _records.record_of(entry)
    return entry, reassign_action(record, archive.catalog, action_id, owner, why)


def of_record(archive: Archive, record_id: str, owner: str, why: Reason) -> Named:
    """A postmortem, to somebody else."""
    entry = _records.find(archive, record_id)
    return entry, reassign_record(_records.record_of(entry), archive.catalog, owner, why)


def handed_over(archive: Archive, old: str, owner: str, why: Reason) -> list[Named]:
    """All that somebody still has to do. Raises click.ClickException where that is nothing."""
    made = []
    for entry in archive.entries:
        if entry.record is None:
            continue
        amendment = hand_over(entry.record, archive.catalog, old, owner, why)
        if amendment is not None:
            made.append((entry, amendment))
    if not made:
        known = {*archive.catalog.owners, *archive.by_owner}
        hint = f". {did_you_mean(old, known)}" if old not in known else ""
        raise click.ClickException(f"{old!r} has nothing left to do here{hint}".rstrip(". "))
    return made


def unread(archive: Archive) -> list[str]:
    """The files in which something of theirs may stand, and nobody can tell."""
    return [entry.path for entry in archive.entries if entry.record is None]


if __name__ == "__main__":
    _console.run(main, "reassign")
