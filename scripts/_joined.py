"""What the commands share that look at other archives too: reading them, and telling what is lost.

These are the commands that only look: the site, `report`, `export --with-sources` and `sql`. Those
that act on this repository (`remind`, `roadmap`, `sync`, `check`, `draft` and so on) know it alone:
each of the others reminds its own people, and has its own gate.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import click

from debrief.archive import Archive
from debrief.chronicle import Chronicle
from debrief.federation import Federation, federate
from debrief.git import GitError
from debrief.reporters.plain import printable


def joined(own: Archive, *, own_only: bool) -> Federation:
    """An archive with what catalog/sources.yml names; a source that cannot be read is told."""
    federation = Federation(own, own) if own_only else federate(own)
    for one in federation.lost:
        for finding in one.findings:
            click.echo(printable(f"{finding.path}: {finding.message}"), err=True)
    return federation


@cache
def chronicle(root: Path) -> Chronicle | None:
    """The commits of a repository; None where git cannot tell."""
    try:
        return Chronicle.at(root)
    except GitError:
        return None
