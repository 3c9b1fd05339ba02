"""Turn a past postmortem into a tabletop exercise; without an id, propose which to play next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import _console
import _records
import click

from debrief import rehearsals
from debrief.archive import Archive
from debrief.exercise import facilitator, files, markdown, participants, printable
from debrief.exercise.plan import LONGEST, MINUTES, SHORTEST, Exercise, NotPlayableError, plan

ENVIRONMENT = "gate"

SHEETS = {facilitator.NAME: facilitator.sheet, participants.NAME: participants.sheet}


@click.command()
@click.argument("record_id", metavar="[ID]", required=False)
@click.option(
    "--out", metavar="DIR", help="The folder for the sheets, or `-` to print them.  [default: -]"
)
@click.option(
    "--sheet", "only", type=click.Choice([*SHEETS]), help="One of the two sheets.  [default: both]"
)
@click.option(
    "--minutes",
    type=click.IntRange(SHORTEST, LONGEST),
    default=MINUTES,
    show_default=True,
    help="How long it takes: the time is shared out among the rounds.",
)
@click.option("--html", "as_html", is_flag=True, help="Pages to print, besides the Markdown.")
@_console.today_option
@_console.root_option
def main(
    record_id: str | None,
    out: str | None,
    only: str | None,
    minutes: int,
    as_html: bool,
    today: date,
    root: Path,
) -> int:
    """Turn a past postmortem into a tabletop exercise; without an id, propose which to play next.

    Two sheets are made. The participants' one gives out what was seen, round by round, with no
    title, cause or end on it. The facilitator's has everything: what was decided then and why, what
    stands today, questions, a form for the observer, and the commands that record the rehearsal.

    ID is the name of the record's file without .md, or a part of it that no other has. In DIR,
    sheets of an earlier exercise are replaced, unless somebody has written in them.

    Exit code: 0 done, 2 the record cannot be played, and why.
    """
    archive = _records.load(root)
    if record_id is None:
        return propose(archive, today)
    record = _records.record_of(_records.find(archive, record_id))
    try:
        exercise = plan(archive, record, today, minutes)
    except NotPlayableError as error:
        raise click.ClickException(str(error)) from None
    texts = sheets(exercise, only, as_html=as_html)
    for warning in exercise.warnings:
        click.echo(f"note: {warning}", err=True)
    if out in (None, "-"):
        click.echo("\n".join(texts.values()), nl=False)
        return 0
    return write(Path(str(out)), texts)


def sheets(exercise: Exercise, only: str | None, *, as_html: bool) -> dict[str, str]:
    """The text of each file that is asked for, by its name."""
    texts = {}
    for name, make in SHEETS.items():
        if only in (None, name):
            made = make(exercise)
            texts[f"{name}.md"] = markdown.written(made)
            if as_html:
                texts[f"{name}.html"] = printable.page(made)
    return texts


def write(folder: Path, texts: dict[str, str]) -> int:
    """Write the sheets, and say which."""
    try:
        written = files.write(folder, texts)
    except files.OccupiedError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise click.ClickException(f"{folder} cannot be written: {reason}") from None
    for file in written:
        click.echo(file.as_posix())
    return 0


def propose(archive: Archive, today: date) -> int:
    """Say which outages would make the best next exercise."""
    out = _records.console()
    found = rehearsals.proposals(archive, today)
    if not found:
        words = "No outage can be proposed: it takes a published record that is not restricted, "
        _records.tell(out, [f"{words}with a timeline, and that was not rehearsed lately."])
    for one in found:
        _records.tell(out, [one.record.id], "bold")
        _records.tell(out, [f"  {one.record.title}", f"  {'; '.join(one.reasons)}"])
    if found:
        _records.tell(out, [f"{_console.PROGRAM} exercise ID --out DIR makes the sheets."])
    return 0


if __name__ == "__main__":
    _console.run(main, "exercise")
