"""What the commands share that change a record: find it, try the change, and say what was done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import _console
import click
from rich.console import Console
from rich.text import Text

from debrief import checks, edit, reporters
from debrief.amendments import Amendment, RefusedError
from debrief.archive import CATALOG, RECORDS, Archive, Entry
from debrief.chronicle import Chronicle
from debrief.finding import Finding, Level, Position, did_you_mean, nearest
from debrief.git import GitError, Repository
from debrief.record import Postmortem
from debrief.reporters.plain import printable
from debrief.reporters.totals import count

_MOST_NAMES = 8


def load(root: Path) -> Archive:
    """Read a repository, with a progress bar where that takes long."""
    progress = _console.PatientProgress("Reading", time.monotonic)
    archive = Archive.load(root, progress=progress)
    progress.stop()
    return archive


@dataclass(frozen=True)
class Past:
    """A repository as it was at a commit: what could be read of it, and what history said then."""

    archive: Archive
    chronicle: Chronicle
    day: date
    """The day of the commit, in the zone of whoever made it."""


@contextmanager
def at_commit(root: Path, revision: str) -> Iterator[Past]:
    """The repository as it was at a commit, laid down in a folder that lasts as long as the block.

    Raises click.ClickException where there is no such commit, or git cannot tell.
    """
    try:
        repository = Repository.at(root)
        commit = repository.commit(revision)
        if commit is None:
            raise click.ClickException(
                f"{revision!r} names no commit here; `git log --oneline` lists them"
            )
        with TemporaryDirectory(prefix="debrief-") as folder:
            _lay_down(repository, commit, Path(folder))
            day = repository.day_of(commit)
            yield Past(load(Path(folder)), Chronicle.read(repository, commit), day)
    except GitError as error:
        raise click.ClickException(f"what was at {revision!r} cannot be told: {error}") from None


_LINK, _FILES = "120000", ("100644", "100755")
_READ = (".md", ".yml", ".yaml", ".json")
"""Kinds of file whose content says something; of others it counts that they are there."""


def _lay_down(repository: Repository, commit: str, folder: Path) -> None:
    """Write what an archive is read from; a link comes back as one that leads nowhere."""
    tree = list(repository.tree(commit, RECORDS, CATALOG, "schema"))
    blobs = {path: blob for path, mode, blob in tree if mode in _FILES and path.endswith(_READ)}
    contents = dict(zip(blobs, repository.contents(blobs.values()), strict=True))
    for path, mode, _ in tree:
        parts = PurePosixPath(path).parts
        if not parts or {"..", "/"} & set(parts) or "\\" in path:
            raise GitError(f"the commit has a file at {path!r}, which is no path")
        file = folder.joinpath(*parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        if mode == _LINK:
            file.symlink_to("gone")
        elif mode in _FILES:
            file.write_bytes(contents.get(path) or b"")


def findings(archive: Archive, today: date) -> list[Finding]:
    """Every finding, with a progress bar where that takes long."""
    progress = _console.PatientProgress("Checking", time.monotonic)
    found = checks.run(archive, today, progress)
    progress.stop()
    return found


def require_catalog(archive: Archive, *parts: str) -> None:
    """Refuse to judge without the catalog: what is not known would pass for right."""
    broken = [f"{CATALOG}/{part}.yml" for part in parts if part not in archive.catalog.known]
    if broken:
        raise click.ClickException(
            f"{' and '.join(broken)} cannot be read without errors; put that right first: "
            f"`./debrief check {CATALOG}`"
        )


# --- which record, which action ------------------------------------------------------------------


def find(archive: Archive, given: str) -> Entry:
    """The record of an id, of a part that no other id has, or of a path."""
    entries = {entry.id: entry for entry in archive.entries}
    wanted = PurePosixPath(given.replace("\\", "/")).name.removesuffix(".md")
    return entries[one_of(wanted, entries, "postmortem here")]


def record_of(entry: Entry) -> Postmortem:
    """The record of a file. Raises click.ClickException where it cannot be read."""
    if entry.record is None:
        raise click.ClickException(
            f"{entry.path} cannot be read as a postmortem; `./debrief check {entry.path}` says why"
        )
    return entry.record


def action_of(entry: Entry, given: str) -> str:
    """The id of an action, from itself or from a part that no other has."""
    actions = [action.id for action in record_of(entry).actions]
    if not actions and any(path[0] == "actions" for path in entry.broken):
        raise click.ClickException(
            f"the actions of {entry.id} cannot be read; `./debrief check {entry.path}` says why"
        )
    if not actions:
        raise click.ClickException(f"{entry.id} has no actions")
    return one_of(given, actions, f"action of {entry.id}")


def one_of(given: str, known: Collection[str], what: str) -> str:
    """The known name that is meant: by itself, or by a part that only one has."""
    wanted = given.strip().lower()
    if given in known:
        return given
    fits = sorted(name for name in known if wanted in name) if wanted else []
    begin = [name for name in fits if name.startswith(wanted)]
    if len(fits) == 1 or len(begin) == 1:
        return (begin or fits)[0]
    if fits:
        more = ", …" if len(fits) > _MOST_NAMES else ""
        raise click.ClickException(
            f"{given!r} is a part of {len(fits)} ids: {', '.join(fits[:_MOST_NAMES])}{more}; write "
            "more of the one that you mean"
        )
    shown = f"; known: {', '.join(sorted(known))}" if 0 < len(known) <= _MOST_NAMES else ""
    hint = _hint(wanted, known)
    raise click.ClickException(f"{given!r} is no {what}{f'; {hint}' if hint else shown}")


def _hint(wanted: str, known: Collection[str]) -> str:
    """The known name that is most like it, or has a word that is."""
    if hint := did_you_mean(wanted, known):
        return hint
    words = {word: name for name in sorted(known) for word in name.split("-") if len(word) > 3}
    near = nearest(wanted, words)
    return f"did you mean `{words[near]}`?" if near else ""


# --- the change, tried in memory -----------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What would be written into one file."""

    path: str
    edits: Sequence[edit.Edit]
    old: str
    new: str


@dataclass(frozen=True)
class Trial:
    """Changes that were made in memory alone, and the archive as it would be."""

    before: Archive
    after: Archive
    changes: tuple[Change, ...] = ()

    def amended(self, entry: Entry, amendment: Amendment) -> Trial:
        """The same, with one more file changed. Raises click.ClickException where that fails."""
        schema = self.before.schemas["postmortem"]
        try:
            # As it is, with its byte order mark and its line ends.
            old = (self.before.root / entry.path).read_bytes().decode("utf-8")
            new = edit.edited(old, amendment.edits, schema)
        except edit.EditError as error:
            raise click.ClickException(f"{entry.path}, {error}") from None
        change = Change(entry.path, amendment.edits, old, new)
        after = self.after.with_text(entry.path, new)
        return replace(self, after=after, changes=(*self.changes, change))

    def errors(
        self, found: Sequence[Finding], today: date, *, all_of: Collection[str] = ()
    ) -> list[Finding]:
        """The errors that the change brings, and in some files all that would stand there then.

        ``found`` are the findings of the archive as it would be.
        """
        later = [finding for finding in found if finding.level is Level.ERROR]
        if all(finding.path in all_of for finding in later):
            return later  # there is nothing to compare with
        told = Counter(map(_identity, findings(self.before, today)))
        kept = []
        for finding in later:
            known = told[_identity(finding)] > 0
            told[_identity(finding)] -= known
            if not known or finding.path in all_of:
                kept.append(finding)
        return kept

    def write(self) -> None:
        """Write the files. Raises click.ClickException that says what was written and what not."""
        done: list[str] = []
        for change in self.changes:
            try:
                schema = self.before.schemas["postmortem"]
                edit.edit_file(self.before.root / change.path, change.edits, schema)
            except edit.EditError as error:
                written = f" These were written before: {', '.join(done)}." if done else ""
                raise click.ClickException(f"{error}.{written}") from None
            done.append(change.path)


def _identity(finding: Finding) -> tuple[str, str, str]:
    """What makes it the same finding when lines have moved."""
    return finding.path, finding.rule, finding.message


@contextmanager
def refusals() -> Iterator[None]:
    """Tell what may not be done in one line."""
    try:
        yield
    except RefusedError as error:
        raise click.ClickException(str(error)) from None


def try_out(archive: Archive) -> Trial:
    """Begin to change an archive in memory."""
    return Trial(archive, archive)


# --- what is said --------------------------------------------------------------------------------


def console() -> Console:
    """Where it is said; colour only where there is a terminal."""
    return Console(soft_wrap=True, highlight=False)


def tell(out: Console, lines: Iterable[str], style: str = "") -> None:
    """Print lines of words."""
    for line in lines:
        out.print(Text(printable(line), style))


def tell_findings(out: Console, found: Iterable[Finding], archive: Archive) -> None:
    """Print findings of an archive, with the lines at fault."""
    for line in reporters.text(found, archive.documents):
        out.print(line)


def as_they_are(found: Iterable[Finding], trial: Trial) -> list[Finding]:
    """Findings of the archive as it would be, by the lines of the files as they are."""
    places = {change.path: _places_before(change) for change in trial.changes}

    def moved(finding: Finding) -> Finding:
        at, here = finding.position, places.get(finding.path, [])
        if at.line > len(here):
            return finding
        line, same = here[at.line - 1]
        return replace(finding, position=Position(line, at.column if same else 1))

    return sorted(map(moved, found), key=lambda finding: finding.order)


def _places_before(change: Change) -> list[tuple[int, bool]]:
    """For each new line its number among the old ones, and whether it stands there by itself.

    Of a line that is new, it is the number of the line before it.
    """
    places: list[tuple[int, bool]] = []
    for kind, start, end, first, last in _differences(change):
        for offset in range(last - first):
            there = kind != "insert" and start + offset < end
            places.append((start + offset + 1 if there else max(end, 1), there))
    return places


def _differences(change: Change) -> Sequence[tuple[str, int, int, int, int]]:
    """What happened to which lines: those from start to end became those from first to last."""
    old, new = (text.splitlines() for text in (change.old, change.new))
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def tell_change(out: Console, change: Change) -> None:
    """Print the lines that differ, each with its number."""
    out.print(Text(printable(change.path), "bold"))
    old, new = (text.splitlines() for text in (change.old, change.new))
    for kind, start, end, first, last in _differences(change):
        if kind != "equal":
            for number in range(start, end):
                out.print(_line("-", number, old[number], "red"))
            for number in range(first, last):
                out.print(_line("+", number, new[number], "green"))


def _line(sign: str, number: int, words: str, colour: str) -> Text:
    return Text.assemble((f"  {number + 1:>5} ", "dim"), (f"{sign} {printable(words)}", colour))


def finish(out: Console, trial: Trial, *, dry_run: bool) -> int:
    """Write what was tried, and end with the lines that changed."""
    if not dry_run:
        trial.write()
    for change in trial.changes:
        tell_change(out, change)
    if dry_run:
        tell(out, ["Nothing was written: this was a dry run."])
    return 0


def make_promise(trial: Trial, today: date, told: Iterable[str], *, dry_run: bool) -> int:
    """Write changes of promises, unless the check would find an error that it does not find now."""
    out = console()
    if errors := trial.errors(findings(trial.after, today), today):
        return refuse(out, errors, trial, "the check would find this after the change")
    tell(out, told, "bold green")
    return finish(out, trial, dry_run=dry_run)


def refuse(out: Console, found: Sequence[Finding], trial: Trial, words: str) -> int:
    """Say what stands in the way; nothing is written."""
    tell_findings(out, as_they_are(found, trial), trial.before)
    errors = count(len(found), "error")
    tell(out, [f"{errors}: {words}. Nothing was written."], "bold red")
    return 1
