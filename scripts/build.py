"""Check the records and build the site into site/."""

from __future__ import annotations

import calendar
import logging
import os
import time
from datetime import date
from pathlib import Path

import _console
import click

ENVIRONMENT = "site"

CONFIG = _console.REPOSITORY / "mkdocs.yml"
BUILT_BY_US = "assets/debrief.css"
"""A file that every built site has: a folder without it is not ours to empty."""


@click.command()
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=_console.REPOSITORY / "site",
    show_default="site/ in this repository",
    help="The folder to write to; whatever an earlier build left in it is deleted.",
)
@click.option(
    "--own-only", is_flag=True, help="Leave out what catalog/sources.yml names, as for a preview."
)
@_console.today_option
@_console.root_option
def main(site_dir: Path, own_only: bool, today: date, root: Path) -> int:
    """Check the records and build the site: static files that work under any path of any server.

    The same records, the same commits and the same day give the same bytes.

    Exit code: 0 built, 1 the records or the handbook have errors, 2 the build could not be done.
    """
    refuse_to_empty(site_dir.resolve(), root.resolve())
    start = time.monotonic()
    quiet(today)
    # Imported late: this takes longer than saying that an option is wrong.
    from mkdocs.commands.build import build  # noqa: PLC0415
    from mkdocs.config import load_config  # noqa: PLC0415
    from mkdocs.exceptions import Abort  # noqa: PLC0415

    told = Teller()
    logging.getLogger().addHandler(told)
    config = load_config(str(CONFIG), site_dir=str(site_dir.resolve()), strict=True)
    config.extra.update(today=today.isoformat(), records=str(root.resolve()), own_only=own_only)
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    except Abort:
        click.echo("The site was not built.", err=True)  # the reasons have been told by now
        return 1
    finally:
        config.plugins.on_shutdown()
    if told.warnings:
        click.echo("Not built: what is a warning of another library is an error here.", err=True)
        return 1
    pages = sum(1 for _ in site_dir.rglob("*.html"))
    click.echo(f"{pages} pages in {time.monotonic() - start:.1f} s: {shown(site_dir)}")
    return 0


def refuse_to_empty(site_dir: Path, root: Path) -> None:
    """MkDocs empties the folder that it builds into, whatever it holds."""
    for kept in (root, _console.REPOSITORY):
        if kept.is_relative_to(site_dir):
            raise click.UsageError(f"{site_dir} holds the repository; building would empty it")
    if not site_dir.is_dir() or not any(site_dir.iterdir()):
        return
    if not (site_dir / BUILT_BY_US).is_file():
        raise click.UsageError(f"{site_dir} is not empty, and what it holds is not a built site")


def quiet(today: date) -> None:
    """Leave out a notice of the theme's, and date what MkDocs dates by the clock by the day."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(calendar.timegm(today.timetuple())))


class Teller(logging.Handler):
    """Prints warnings and errors in a line each; counts those that strict MkDocs does not."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        self.warnings += not record.name.startswith("mkdocs")
        click.echo(f"{record.levelname.lower()}: {record.getMessage()}", err=True)


def shown(folder: Path) -> str:
    """A folder as the user would write it."""
    here = Path.cwd()
    full = folder.resolve()
    return str(full.relative_to(here) if full.is_relative_to(here) else full) + os.sep


if __name__ == "__main__":
    _console.run(main, "build")
