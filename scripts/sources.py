"""List the archives that are shown beside this one, and what could not be read of them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import _console
import _records
import click

from debrief import reporters
from debrief.archive import Archive
from debrief.catalog_files import SOURCES
from debrief.federation import Brought, Federation, federate
from debrief.finding import Finding, Level
from debrief.reporters.plain import encodable, printable
from debrief.words import counted

ENVIRONMENT = "gate"


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How it is told.",
)  # fmt: skip
@_console.root_option
def main(form: str, root: Path) -> int:
    """List the archives that are shown beside this one, and what could not be read of them.

    catalog/sources.yml names them: checkouts of other repositories, or their exports. For each it
    is told how many postmortems, owners and assets it brought. Below stands what is wrong: a source
    that is not there, a record that cannot be read, and what the catalogs say differently.

    `./debrief check` says nothing of other repositories, and the site needs every source: run this
    before ./debrief build where it is published.

    Exit code: 0 all could be read and the catalogs agree, 1 something is wrong, 2 it could not be
    done.
    """
    own = _records.load(root)
    progress = _console.PatientProgress("Reading the sources", time.monotonic)
    federation = federate(own, progress)
    progress.stop()
    found = sorted(federation.findings, key=lambda finding: finding.order)
    if form == "json":
        click.echo(as_json(federation, found))
    else:
        tell(federation, found)
    return int(any(finding.level > Level.ADVICE for finding in found))


def tell(federation: Federation, found: Sequence[Finding]) -> None:
    """Print a line for each source, then what is wrong."""
    out = _records.console()
    if not federation.brought and not found:
        _records.tell(out, [f"This repository stands alone: {SOURCES} names no other."])
        return
    width = max((len(one.source.name) for one in federation.brought), default=0)
    for one in federation.brought:
        _records.tell(out, [f"  {one.source.name:{width}}  {in_words(one)}"])
    if federation.brought:
        ours = counted(len(federation.own.postmortems), "postmortem")
        together = ", ".join(counts(federation.archive))
        _records.tell(out, [f"With {ours} of this repository: {together}.", ""])
    for line in reporters.text(found, federation.documents):
        out.print(line)
    wrong = sum(finding.level > Level.ADVICE for finding in found)
    _records.tell(out, [counted(wrong, "problem") if wrong else "Nothing is wrong."])


def in_words(one: Brought) -> str:
    """What a source brought, and where it lies."""
    source = one.source
    where = source.checkout or f"{source.export} (export)"
    if one.archive is None:
        return f"could not be read  {where}"
    unread = [f"{len(one.unread)} not read"] if one.unread else []
    return f"{', '.join([*counts(one.archive), *unread])}  {where}"


def counts(archive: Archive) -> list[str]:
    """How much an archive holds, in words."""
    return [
        counted(len(archive.postmortems), "postmortem"),
        counted(len(archive.catalog.owners), "owner"),
        counted(len(archive.catalog.assets), "asset"),
    ]


def as_json(federation: Federation, found: Sequence[Finding]) -> str:
    """The same for programs."""
    content = {
        "version": 1,
        "sources": [_source(one) for one in federation.brought],
        "together": {
            "postmortems": len(federation.archive.postmortems),
            "owners": len(federation.archive.catalog.owners),
            "assets": len(federation.archive.catalog.assets),
        },
        "findings": [
            {
                "path": printable(finding.path),
                "line": finding.position.line,
                "column": finding.position.column,
                "rule": finding.rule,
                "level": finding.level.word,
                "message": printable(finding.message),
                "fix": printable(finding.fix),
            }
            for finding in found
        ],
    }
    return encodable(json.dumps(content, ensure_ascii=False, indent=2))


def _source(one: Brought) -> dict[str, Any]:
    archive = one.archive
    return {
        "name": one.source.name,
        "label": one.source.label,
        "checkout": one.source.checkout,
        "export": one.source.export,
        "postmortems": None if archive is None else len(archive.postmortems),
        "owners": None if archive is None else len(archive.catalog.owners),
        "assets": None if archive is None else len(archive.catalog.assets),
        "unread": len(one.unread),
    }


if __name__ == "__main__":
    _console.run(main, "sources")
