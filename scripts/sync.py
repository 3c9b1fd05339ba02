"""Hold the actions against their tickets, and propose what the records should say."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import _console
import _records
import _sync_request
import click
from _github import checked
from _pull_requests import Told, checked_base
from rich.console import Console

from debrief import edit, store, words
from debrief.archive import Archive
from debrief.catalog_sources import json_files
from debrief.catalog_sources.imported import SourceError
from debrief.reporters.plain import shortened
from debrief.trackers import reading, synchronisation
from debrief.trackers.differences import Difference
from debrief.trackers.reading import Reading
from debrief.trackers.synchronisation import Synchronisation

ENVIRONMENT = "gate"

_MOST_LINES = 20
"""So many notes are told, and as many actions without a ticket in the files."""


@click.command()
@click.option(
    "--from",
    "files",
    multiple=True,
    required=True,
    metavar="FILE",
    help="An export of a tracker, as JSON; - for standard input. May be given several times.",
)
@click.option("--write", is_flag=True, help="Write what is proposed into the files here.")
@click.option(
    "--propose",
    is_flag=True,
    help="Propose it as a pull request at GitHub, from a branch of its own. Needs gh.",
)
@click.option(
    "--json",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write what was found as JSON.",
)
@click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    metavar="OWNER/NAME",
    help="With --propose: the repository at GitHub. [env: GITHUB_REPOSITORY]",
)
@click.option(
    "--base",
    envvar="GITHUB_REF_NAME",
    metavar="BRANCH",
    help="With --propose: the branch to merge into. [env: GITHUB_REF_NAME]",
)
@click.option(
    "--own-token",
    is_flag=True,
    envvar="DEBRIEF_OWN_TOKEN",
    help="With --propose: the token is not the workflow's own, so checks start by themselves.",
)
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="GITHUB_STEP_SUMMARY",
    help="With --propose: the file to which a summary is added. [env: GITHUB_STEP_SUMMARY]",
)
@click.option(
    "--without",
    multiple=True,
    metavar="ID",
    help="Leave out what has this id in the JSON. May be given several times.",
)
@_console.today_option
@_console.root_option
def main(
    files: tuple[str, ...],
    write: bool,
    propose: bool,
    report: Path | None,
    repository: str | None,
    base: str | None,
    own_token: bool,
    summary: Path | None,
    without: tuple[str, ...],
    today: date,
    root: Path,
) -> int:
    """Hold the actions against their tickets, and say what differs.

    A ticket is an action's when the record's `tracker` leads to it, or when its description has the
    line that `./debrief roadmap` writes. Read are issues of GitHub (REST, `gh issue list --json …`,
    GraphQL) and of Jira (answers of a search, single issues, the importer's form). Nothing is asked
    of the network.

    Nothing is written without --write or --propose. What was done or verified is never taken back,
    and a closed record is never changed: such differences are told. What the check would refuse is
    told with its reason.

    \b
    debrief sync --from issues.json             says what differs
    debrief sync --from issues.json --write     and writes what is proposed into the files
    debrief sync --from issues.json --propose   and opens or updates one pull request instead

    Exit code: 0 nothing to do, 1 something differs, 2 it could not be done. With --write, 0 also
    where all was written and nothing is left to decide; with --propose, 0 also where the pull
    request says it all.
    """  # noqa: D301 - click asks for the character itself, to keep the lines apart
    if write and propose:
        raise click.UsageError("--write and --propose exclude each other")
    if propose:
        if not repository or not base:
            raise click.UsageError("--propose needs --repository OWNER/NAME and --base BRANCH")
        place = _sync_request.place(checked(repository), checked_base(base), own_token)
        told = Told(summary, "Actions and their tickets")
        return _sync_request.propose(kept(files), place, told, today, root)
    readings = [read(name, bytes_of(name)) for name in files]
    archive = _records.load(root)
    _records.require_catalog(archive, "owners", "policy")
    made = synchronisation.compared(archive, readings, today, frozenset(without))
    if report is not None:
        text = json.dumps(synchronisation.as_data(made), indent=1, ensure_ascii=False)
        store.replace(report, f"{text}\n")
    out = _records.console()
    tell(out, made, archive)
    if not write:
        return _ended(out, made)
    return _written(out, made, archive)


def _ended(out: Console, made: Synchronisation) -> int:
    if made.proposed:
        _records.tell(out, ["Nothing was written: --write writes it, --propose proposes it."])
    return 1 if made.found else 0


def _written(out: Console, made: Synchronisation, archive: Archive) -> int:
    done: list[str] = []
    for change in made.changes:
        try:
            edit.edit_file(archive.root / change.path, change.edits, archive.schemas["postmortem"])
        except edit.EditError as error:
            before = f" These were written before: {', '.join(done)}." if done else ""
            raise click.ClickException(f"{error}.{before}") from None
        done.append(change.path)
        _records.tell_change(
            out, _records.Change(change.path, change.edits, change.old, change.new)
        )
    return 1 if made.undecided or made.notes else 0


# --- the files -----------------------------------------------------------------------------------


def bytes_of(name: str) -> bytes:
    """What a file holds, or standard input. Raises click.ClickException."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return json_files.read_bytes(Path(name))
    except SourceError as error:
        raise click.ClickException(f"{name}: {error}") from None


def read(name: str, data: bytes) -> Reading:
    """The tickets of a file. Raises click.ClickException with the line where it is no JSON."""
    shown = "standard input" if name == "-" else name
    try:
        return reading.read(shown, data)
    except SourceError as error:
        raise click.ClickException(f"{shown}: {error}") from None


def kept(files: Sequence[str]) -> tuple[Path, ...]:
    """The files by their whole paths. Raises click.ClickException where there is none."""
    if "-" in files:
        raise click.UsageError("--propose reads the files twice: write standard input into one")
    for name in files:
        if not Path(name).is_file():
            raise click.ClickException(f"{name}: there is no such file")
    return tuple(Path(name).resolve() for name in files)


# --- what is said --------------------------------------------------------------------------------


def tell(out: Console, made: Synchronisation, archive: Archive) -> None:
    """Print what differs, what is proposed, and what nobody could tell."""
    if made.proposed:
        _records.tell(out, [f"Proposed: {words.counted(len(made.proposed), 'change')}"], "bold")
        _differences(out, made.proposed, "→")
    if made.undecided:
        _records.tell(out, [f"To decide: {len(made.undecided):,}"], "bold yellow")
        _differences(out, made.undecided, "?")
    _listed(out, "Could not be read or matched", made.notes)
    missing = [f"{key}: {link}" for key, link in made.missing]
    _listed(out, "Open actions whose ticket is in none of the files", missing)
    _listed(
        out, "Records that cannot be read, so nothing is known of their actions", unread(archive)
    )
    _records.tell(out, [_total(made)], "" if made.found else "green")


def unread(archive: Archive) -> list[str]:
    """The files in which actions may stand, and nobody can tell."""
    return [entry.path for entry in archive.entries if entry.record is None]


def _listed(out: Console, heading: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    more = len(lines) - _MOST_LINES
    shown = [f"  {line}" for line in lines[:_MOST_LINES]]
    _records.tell(out, [f"{heading}: {len(lines):,}", *shown])
    if more > 0:
        _records.tell(out, [f"  and {more:,} more"])


def _differences(out: Console, rows: Iterable[Difference], arrow: str) -> None:
    """Two lines each, under the record: whole ids and links fit in no column."""
    for record_id, mine in groupby(rows, key=lambda each: each.record.id):
        _records.tell(out, [record_id], "bold")
        for each in mine:
            ticket = f" ({each.ticket})" if each.ticket else ""
            sides = f"{each.ours or 'none'} here, {each.theirs or 'unknown'} in the tracker"
            _records.tell(
                out, [f"  {each.action.id}{ticket}: {each.field} is {shortened(sides, 300)}"]
            )
            _records.tell(out, [f"    {arrow} {shortened(each.told, 800)}"], "dim")


def _total(made: Synchronisation) -> str:
    known = f"{words.counted(made.tickets, 'ticket')} read, {made.matched:,} of them an action's"
    if not made.found:
        return f"Nothing differs: {known}."
    return f"{known}."


if __name__ == "__main__":
    _console.run(main, "sync")
