"""What the commands share that make tables of the archive: reading it, and what they say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import _console
import _joined
import _records
import click

from debrief.archive import CATALOG, RECORDS
from debrief.chronicle import Chronicle
from debrief.git import Repository
from debrief.trail import CUT_OFF, GIT
from debrief.warehouse.source import Source, Version

_MOST = 5


def read(root: Path, today: date, *, joined: bool) -> Source:
    """The archive with what the commits tell of it; without git the records speak alone.

    ``joined`` asks for the sources of catalog/sources.yml too. One that cannot be read is told.
    """
    federation = _joined.joined(_records.load(root), own_only=not joined)
    told, version = federation.trails(_joined.chronicle), _version(root, _joined.chronicle(root))
    source = Source.of(federation.archive, today, told, version)
    lost = (f"source {one.source.name}" for one in federation.lost)
    return replace(source, left_out=(*source.left_out, *lost))


def _version(root: Path, chronicle: Chronicle | None) -> Version:
    if chronicle is None:
        return Version()
    repository = Repository.at(root)
    changed = repository.ask("status", "--porcelain", "--", RECORDS, CATALOG, "schema")
    rests_on = CUT_OFF if chronicle.shallow else GIT
    return Version(repository.commit("HEAD"), not changed.strip(), rests_on)


def is_broken(source: Source) -> bool:
    """Whether a file cannot be read, or only in part."""
    return bool(source.left_out or source.incomplete)


def tell_broken(source: Source) -> None:
    """Name the files that cannot be read, on the channel for errors."""
    for paths, what in (
        (source.left_out, "cannot be read, and is left out"),
        (source.incomplete, "cannot be read in full, and a part of it is left out"),
    ):
        for path in paths[:_MOST]:
            why = f"; `{_console.PROGRAM} check {path}` says why" if "/" in path else ""
            click.echo(f"{path}: {what}{why}", err=True)
        if len(paths) > _MOST:
            click.echo(f"… and {len(paths) - _MOST} more like it", err=True)


def how_to_install(what: str) -> str:
    """The one line for whoever lacks DuckDB."""
    if _console.INSTALLED:
        return (
            f"{what} needs DuckDB: install `debrief[warehouse]` from where you installed `debrief`"
        )
    return f"{what} needs DuckDB: `./debrief sql --help` installs it here, once"
