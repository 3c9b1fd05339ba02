"""Draft a postmortem from what an incident tool, a monitor or a pipeline sent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import _console
import click

from debrief import checks, drafts, events, store
from debrief.archive import Archive
from debrief.drafts import proposal, updating
from debrief.edit import EditError, edit_file, edited
from debrief.events import wire
from debrief.events.notice import Notice
from debrief.finding import Finding, Level
from debrief.hypotheses import hypotheses
from debrief.likeness import Case
from debrief.record import Postmortem

ENVIRONMENT = "gate"

Report = dict[str, Any]
"""What becomes of an event, as `--json` writes it."""


@click.command()
@click.option(
    "--from",
    "source",
    type=click.File("rb"),
    required=True,
    help="The event: a file, or - for what is piped in.",
)
@click.option("--even-if-open", is_flag=True, help="Draft also while the incident goes on.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option(
    "--json",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write what became of it into this file, for a program.",
)
@_console.today_option
@_console.root_option
def main(
    source: BinaryIO,
    even_if_open: bool,
    dry_run: bool,
    output: Path | None,
    root: Path,
    today: date,
) -> int:
    """Draft a postmortem from one event, once its incident has ended.

    The source is recognised by the body; docs/handbook/events.md lists them, and the form for
    everything else. What the event does not say stays open, and the check names it. A later event
    of the same incident fills gaps of its draft, and changes nothing that is written.

    Exit code: 0 drafted, completed, or nothing to do; 2 it could not be done.
    """
    try:
        notices = events.read(source.read(wire.MAX_BYTES + 1))
    except events.NoOutageError as error:
        click.echo(f"No draft: {error}")
        reports: list[Report] = [{"outcome": "none", "reason": str(error)}]
    except events.EventError as error:
        raise click.ClickException(str(error)) from None
    else:
        if output is not None and len(notices) > 1:
            many = f"these are {len(notices)} incidents, and --json tells of one"
            raise click.UsageError(f"{many}; give their events one at a time")
        reports = [
            outcome(notice, root, today, even_if_open=even_if_open, dry_run=dry_run)
            for notice in notices
        ]
    if output is not None:
        text = json.dumps(reports[0], ensure_ascii=False, indent=2, sort_keys=True)
        store.replace(output, f"{text}\n")
    return 0


def outcome(
    notice: Notice, root: Path, today: date, *, even_if_open: bool, dry_run: bool
) -> Report:
    """Do what the event asks for, and say so."""
    # Read anew for each incident: the one before it may have left a draft.
    archive = Archive.load(root)
    record = drafts.known(notice, archive)
    report: Report = {"branch": proposal.branch(notice), "title": notice.title, "reason": ""}
    marked = record is not None and record.incident.event is not None
    unread = None if marked else drafts.unread(notice, archive)
    if unread is not None:
        said = f"{unread} tells of this incident already, and cannot be read"
        raise click.ClickException(
            f"{said}: mend what `./debrief check` says of it, and give the event again"
        )
    if record is None and not notice.is_over and not even_if_open:
        reason = "the incident is not over; a draft is made of the event that says so"
        click.echo(f"No draft: {reason}. With --even-if-open it is made now.")
        return report | {"outcome": "none", "reason": reason}
    if record is None:
        return report | write_new(notice, archive, today, dry_run=dry_run)
    return report | complete(record, notice, archive, today, dry_run=dry_run)


def write_new(notice: Notice, archive: Archive, today: date, *, dry_run: bool) -> Report:
    """Write a draft that nobody has begun yet."""
    made = drafts.draft(notice, archive, today)
    if not dry_run:
        store.create(archive.root / made.path, made.text)
    found = findings(archive.with_text(made.path, made.text), made.path, today)
    click.echo(f"{'would write' if dry_run else 'wrote'} {made.path}")
    for key, reason in made.suggested.reasons.items():
        click.echo(f"  {key}: {reason.told}")
    tell(found, made.path)
    people, teams = proposal.reviewers(made.suggested.owner, archive.catalog)
    return {
        "outcome": "new",
        "path": made.path,
        "id": Path(made.path).stem,
        "reviewers": people,
        "team_reviewers": teams,
        "body": proposal.of_new(notice, made, found, archive.catalog),
    }


def complete(
    record: Postmortem, notice: Notice, archive: Archive, today: date, *, dry_run: bool
) -> Report:
    """Fill the gaps of a draft that is there."""
    update = updating.update(record, notice, archive)
    file = archive.root / record.path
    schema = archive.schemas["postmortem"]
    text = archive.documents[record.path].text
    if update.edits:
        try:
            text = edited(text, update.edits, schema)
        except EditError as error:
            said = f"{record.path}, {error}"
            raise click.ClickException(f"{said}; mend it, and give the event again") from None
        if not dry_run:
            edit_file(file, update.edits, schema)
    click.echo(f"{record.path} tells of this incident already.")
    for said in update.added:
        click.echo(f"  added: {said}")
    for said in update.left:
        click.echo(f"  left: {said}")
    found = findings(archive.with_text(record.path, text), record.path, today)
    past = hypotheses(archive, Case.of(record), today)
    people, teams = proposal.reviewers(record.owner, archive.catalog)
    return {
        "outcome": "updated" if update.edits else "unchanged",
        "path": record.path,
        "id": record.id,
        "reason": "" if update.edits else " ".join(update.left) or "the event adds nothing to it",
        "reviewers": people,
        "team_reviewers": teams,
        "body": proposal.of_update(notice, record.path, update, found, past),
    }


def findings(archive: Archive, path: str, today: date) -> list[Finding]:
    """What the check finds in one file, and in the catalog on which it rests."""
    return checks.run(archive, today, only={path})


def tell(found: list[Finding], path: str) -> None:
    """What is missing before the draft can be merged; what is in other files, by file."""
    wrong = [finding for finding in found if finding.level is Level.ERROR]
    for finding in sorted(wrong, key=lambda finding: finding.path != path):
        file = "" if finding.path == path else f"{finding.path}:"
        place = f"{file}{finding.position.line}"
        click.echo(f"  {place}: {finding.level.word} {finding.rule} {finding.message}")
        click.echo(f"     fix: {finding.fix}")
    if not wrong:
        click.echo("The check asks for nothing more: it can be merged as a draft.")


if __name__ == "__main__":
    _console.run(main, "draft")
