"""Write the site as plain files, for another generator."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import _console
import _records
import click

from debrief import gate
from debrief.archive import CATALOG, RECORDS
from debrief.chronicle import Chronicle
from debrief.federation import federate
from debrief.git import GitError
from debrief.site.edition import Edition
from debrief.site.staging import CONFIGURATION, DOCS, MARK, Source, Staged, StagingError, stage

ENVIRONMENT = "site"

CONFIG = _console.REPOSITORY / "mkdocs.yml"
HANDBOOK = _console.REPOSITORY / "docs"
TEMPLATES = _console.REPOSITORY / "hooks" / "templates"
THEMES = ("material", "zensical")
"""Packages with a theme in a folder `templates`."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@_console.today_option
@_console.root_option
def main(folder: Path, today: date, root: Path) -> int:
    """Check the records, and write the whole site into DIR as plain files without hooks.

    \b
    DIR/mkdocs.yml   this repository's, without its hooks, values of the environment in it
    DIR/docs/        the handbook, every generated page as Markdown, files beside them

    ProperDocs and Zensical build the site from these. Whatever an earlier stage left in DIR/docs is
    deleted.

    \b
    What differs from ./debrief build:
    - It is a snapshot: a changed record shows after the next stage.
    - Nothing holds the finished site against the records, or refuses a script in it.
    - One Content-Security-Policy stands in all pages. It knows the themes that are
      installed here: another version of a theme asks for another stage.
    - Search finds the words of pages, without tags. Headings have an anchor to copy.
    - No link edits a page, and no tab is lit above the page of a record, an owner and
      so on.

    \b
    With Zensical also:
    - The look and the search are its own. The policy refuses the styles of its search
      box; style-src 'self' 'unsafe-inline' in mkdocs.yml and docs/_headers would not.

    docs/architecture.md says more, under "Another generator".

    Exit code: 0 staged, 1 the records have errors, 2 it could not be done.
    """  # noqa: D301 - a backspace is what click knows, not a backslash
    refuse(folder.resolve(), root.resolve())
    start = time.monotonic()
    verdict = gate.judge(root, today)
    if verdict.errors:
        _records.tell_findings(_records.console(), verdict.errors, verdict.archive)
        click.echo("Nothing was staged: the records have errors.", err=True)
        return 1
    federation = federate(verdict.archive)
    if lost := [finding for one in federation.lost for finding in one.findings]:
        _records.tell_findings(_records.console(), lost, verdict.archive)
        click.echo("Nothing was staged: a source cannot be read.", err=True)
        return 1
    told = federation.trails(read_chronicle)
    shown = Edition.of(federation.archive, today, TEMPLATES, trails=told)
    edition = replace(shown, federation=federation)
    themes = {name: found for name in THEMES if (found := templates_of(name)) is not None}
    source = Source(HANDBOOK, CONFIG.read_text("utf-8"), os.environ, tuple(themes.values()))
    try:
        files, pages = write(stage(edition, source), folder)
    except StagingError as error:
        raise click.ClickException(str(error)) from None
    tell(folder, f"{pages} pages and {files - pages} other files", time.monotonic() - start, themes)
    return 0


def refuse(folder: Path, root: Path) -> None:
    """Raises click.UsageError where something else lies, or where the stage would copy itself."""
    for kept in (HANDBOOK, root / RECORDS, root / CATALOG):
        if folder.is_relative_to(kept):
            raise click.UsageError(f"{folder} is in {kept}, which is read; name another folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    written = folder / CONFIGURATION
    if not written.is_file() or not written.read_bytes().startswith(MARK.encode()):
        raise click.UsageError(
            f"{folder} is not empty, and what it holds was not staged; name a new folder"
        )


def read_chronicle(root: Path) -> Chronicle | None:
    """What the commits say of the records; without commits, the records speak alone."""
    try:
        return Chronicle.at(root)
    except GitError:
        return None


def templates_of(theme: str) -> Path | None:
    """Where the templates of a theme lie, if it is installed."""
    found = importlib.util.find_spec(theme)
    places = found.submodule_search_locations if found is not None else None
    return Path(places[0]) / "templates" if places else None


def write(staged: Iterable[Staged], folder: Path) -> tuple[int, int]:
    """Write everything beside what is there, then put it in its place; how many files and pages."""
    folder.mkdir(parents=True, exist_ok=True)
    files = pages = 0
    with tempfile.TemporaryDirectory(dir=folder, prefix=".stage-") as aside:
        for one in staged:
            file = Path(aside, one.path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(one.content)
            files += 1
            pages += one.is_page
        Path(aside, CONFIGURATION).replace(folder / CONFIGURATION)
        if (folder / DOCS).exists():
            shutil.rmtree(folder / DOCS)
        Path(aside, DOCS).replace(folder / DOCS)
    return files, pages


def tell(folder: Path, what: str, seconds: float, themes: Collection[str]) -> None:
    """Say what was written, and what makes a site of it."""
    configuration = shlex.quote(str(folder / CONFIGURATION))
    click.echo(f"{what} in {seconds:.1f} s: {folder}{os.sep}")
    click.echo("Either of these builds the site:")
    click.echo(f"  properdocs build --strict -f {configuration}")
    click.echo(f"  zensical build -f {configuration}")
    if unknown := [theme for theme in THEMES if theme not in themes]:
        click.echo(
            f"Scripts of {' and '.join(unknown)} would not run: it is not installed here. Stage"
            " where it is, or take content_security_policy out of the configuration."
        )


if __name__ == "__main__":
    _console.run(main, "stage")
