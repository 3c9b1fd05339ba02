"""Ask the archive in SQL: its tables, and the figures."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import _answer
import _console
import _prompt
import _warehouse
import click

from debrief.warehouse import database, query
from debrief.warehouse.database import NoDuckDBError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENVIRONMENT = "warehouse"


@click.command()
@click.argument("text", metavar="[QUERY|-]", required=False)
@click.option(
    "--file",
    "file",
    type=click.File(encoding="utf-8"),
    help="Take the query from a file.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(_answer.FORMATS)),
    default="table",
    show_default=True,
    help="How to print the answer. A table cuts long cells and many rows; the others do not.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="CSV without the apostrophe that keeps a spreadsheet from running a text as a formula.",
)
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Ask an export instead of the records.",
)
@click.option(
    "--database",
    "stored",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the database in this file too, for DuckDB and what reads it.",
)
@click.option("--own-only", is_flag=True, help="Leave out what catalog/sources.yml names.")
@click.option(
    "--allow-broken",
    is_flag=True,
    help="Answer also where a file cannot be read, without what it holds.",
)
@_console.today_option
@_console.root_option
def main(
    text: str | None,
    file: TextIO | None,
    kind: str,
    raw: bool,
    folder: Path | None,
    stored: Path | None,
    own_only: bool,
    allow_broken: bool,
    today: date,
    root: Path,
) -> int:
    """Answer a QUERY on the tables of the archive; `-` reads it from standard input.

    Without a query, a prompt on a terminal takes one after the other; `.help` says what else it
    knows. `.tables` and `.schema NAME` are queries too.

    \b
    debrief sql "SELECT owner_id, count(*) FROM actions WHERE is_open GROUP BY ALL"
    debrief sql "FROM figures('2026-07-01', '2026-09-30')"
    debrief sql "FROM figures_by('team', '2026-07-01', '2026-09-30') WHERE n > 0"

    No query can read or write a file, or fetch anything: one may be copied from anywhere. SQL is
    DuckDB's.

    The exit code is 2 where the query cannot be answered, and 1 where a file cannot be read; then
    nothing is answered, except with --allow-broken.
    """  # noqa: D301 - click asks for the character itself, to keep the lines apart
    text = _asked(text, file)
    if text is None and stored is None and not sys.stdin.isatty():
        raise click.UsageError("give a query, `-` to read it from standard input, or --file")
    try:
        if stored is not None and stored.exists():
            query.reopened(stored).close()  # nothing that another program wrote is overwritten
        opened = (
            query.of_export(folder)
            if folder
            else _of_records(root, today, own_only=own_only, allow_broken=allow_broken)
        )
    except NoDuckDBError:
        raise click.ClickException(_warehouse.how_to_install("SQL")) from None
    except query.UnusableError as error:
        raise click.ClickException(str(error)) from None
    if opened is None:
        return 1
    if stored is not None:
        database.keep(opened, stored)
        click.echo(f"wrote {stored}", err=True)
    database.close_off(opened)
    if text is not None:
        try:
            _answer.show(_prompt.answer(opened, text), kind, raw=raw)
        except query.QueryError as error:
            raise click.ClickException(str(error)) from None
    elif sys.stdin.isatty():
        _prompt.converse(opened)
    return 0


def _asked(text: str | None, file: TextIO | None) -> str | None:
    """The query, from wherever it is given; None where none is."""
    if text is not None and file is not None:
        raise click.UsageError("give a query or --file, not both")
    if file is not None:
        return file.read()
    return sys.stdin.read() if text == "-" else text


def _of_records(
    root: Path, today: date, *, own_only: bool, allow_broken: bool
) -> DuckDBPyConnection | None:
    """The database of a repository; None where a file cannot be read, which is told."""
    source = _warehouse.read(root, today, joined=not own_only)
    _warehouse.tell_broken(source)
    if _warehouse.is_broken(source) and not allow_broken:
        click.echo("Nothing is answered; --allow-broken answers without it.", err=True)
        return None
    return query.of_source(source)


if __name__ == "__main__":
    _console.run(main, "sql")
