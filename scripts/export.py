"""Write the archive as tables for a warehouse: newline-delimited JSON, CSV, Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import _console
import _warehouse
import click

from debrief.archive import CATALOG, RECORDS
from debrief.warehouse import export
from debrief.warehouse.database import NoDuckDBError
from debrief.warehouse.table import Table
from debrief.warehouse.tables import BY_NAME, TABLES
from debrief.words import counted

ENVIRONMENT = "gate"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format",
    "kinds",
    type=click.Choice([*export.FORMATS, "all"]),
    multiple=True,
    default=["ndjson"],
    show_default=True,
    help="What to write; may be given more than once. Parquet needs DuckDB.",
)
@click.option(
    "--table",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this table; may be given more than once. All of them where it is not given.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="CSV as it is, for loaders alone: without the apostrophe that keeps a spreadsheet from "
    "running a text as a formula.",
)
@click.option(
    "--with-sources",
    is_flag=True,
    help="Also what catalog/sources.yml names. Without it each repository exports its own.",
)
@click.option(
    "--allow-broken",
    is_flag=True,
    help="Write also where a file cannot be read; what is left out stands in manifest.json.",
)
@_console.today_option
@_console.root_option
def main(
    folder: Path,
    kinds: Sequence[str],
    names: Sequence[str],
    raw: bool,
    with_sources: bool,
    allow_broken: bool,
    today: date,
    root: Path,
) -> int:
    """Write the archive as tables into the folder DIR.

    Beside the tables DIR gets a README.md and a schema.json that say what each column holds, the
    tables as a dbt source in dbt/sources.yml, and a manifest.json with which a loader can tell that
    everything is there.

    DIR is written whole or not at all. An earlier export in it is replaced; a folder that holds
    anything else is left alone. The same commit and the same day give the same bytes.

    Of a restricted postmortem there are title, status, owner and actions, and nothing else.

    The exit code is 1 where a file cannot be read; nothing is written then, except with
    --allow-broken.
    """
    tables = _chosen(names)
    formats = export.FORMATS if "all" in kinds else tuple(f for f in export.FORMATS if f in kinds)
    where = _outside(folder, root)
    source = _warehouse.read(root, today, joined=with_sources)
    _warehouse.tell_broken(source)
    if _warehouse.is_broken(source) and not allow_broken:
        click.echo("Nothing is written; --allow-broken leaves out what cannot be read.", err=True)
        return 1
    try:
        written = export.write(source, where, export.Order(formats, tables, raw))
    except export.RefusedError as error:
        raise click.ClickException(f"{error}; nothing is written. Name a new folder.") from None
    except NoDuckDBError:
        raise click.ClickException(_warehouse.how_to_install("Parquet")) from None
    rows = sum(written.rows.values())
    held = f"{counted(len(tables), 'table')}, {counted(rows, 'row')}"
    click.echo(f"wrote {held} as {', '.join(formats)} to {folder}, as of {today}")
    for name, count in written.checks.unresolved.items():
        click.echo(f"note: {name} leads nowhere in {counted(count, 'row')}")
    return 0


def _chosen(names: Sequence[str]) -> Sequence[Table[Any]]:
    """The tables of these names, in the registry's order; all of them where none is given."""
    for name in names:
        if name not in BY_NAME:
            raise click.UsageError(f"there is no table {name!r}; known: {', '.join(BY_NAME)}")
    return [table for table in TABLES if table.name in names] if names else TABLES


def _outside(folder: Path, root: Path) -> Path:
    """Where the export goes, with links followed: never among what it is made from."""
    where = folder.resolve()
    for name in (RECORDS, CATALOG, "schema"):
        if where.is_relative_to((root / name).resolve()):
            raise click.UsageError(f"{folder} lies in {name}/, among what the export is made from")
    return where


if __name__ == "__main__":
    _console.run(main, "export")
