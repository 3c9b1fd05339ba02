"""What every command shares: options, and how it ends when it could not do its work."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from debrief.archive import CATALOG, RECORDS

F = TypeVar("F", bound=Callable[..., Any])

REPOSITORY = Path(__file__).resolve().parent.parent
"""This checkout. A command that was installed from the wheel has none."""

INSTALLED = Path(__file__).resolve().parent.name == "commands"
"""Whether this runs from the wheel, where `scripts/` has that name."""

PROGRAM = "debrief" if INSTALLED else "./debrief"
"""What a person types before the name of a command."""

UNABLE = 2
"""The exit code of a tool that could not do its work; 1 means that it found errors."""


class Day(click.ParamType[date]):
    """A date on the command line."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Parse YYYY-MM-DD."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write YYYY-MM-DD", param, ctx)


def today_option(command: F) -> F:
    """The option ``--today``: rules, pages and figures never read the clock themselves."""
    return click.option(
        "--today",
        type=Day(),
        default=lambda: os.environ.get("DEBRIEF_TODAY") or local_today(),
        show_default="the current date",
        help="The day as of which everything is said.",
    )(command)


def local_today() -> date:
    """The current date where the command is run."""
    return date.today()  # noqa: DTZ011 - the one place that reads the clock, in the user's own zone


def root_option(command: F) -> F:
    """The option ``--root``: the repository with the records."""
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=default_root,
        show_default="the nearest, from here upwards" if INSTALLED else "this repository",
        help="The folder that holds postmortems/ and catalog/.",
    )(command)


def default_root() -> Path:
    """The checkout; for an installed command, the folder with records around the current one."""
    return records_around(Path.cwd()) if INSTALLED else REPOSITORY


def records_around(folder: Path) -> Path:
    """The nearest folder, this one or one above it, that holds postmortems/ and catalog/.

    A folder that has only one of them will do where none has both: git keeps no empty folders. The
    search ends at the top of the git repository, so that no other records are taken for its own.
    Raises click.UsageError where nothing is found.
    """
    candidates = []
    for candidate in (folder, *folder.parents):
        candidates.append(candidate)
        if (candidate / ".git").exists():
            break
    for enough in (all, any):
        for candidate in candidates:
            if enough((candidate / name).is_dir() for name in (RECORDS, CATALOG)):
                return candidate
    raise click.UsageError(
        f"neither {folder} nor a folder above it holds {RECORDS}/ and {CATALOG}/; go to the one "
        "that does, or name it with --root"
    )


def run(command: click.Command, name: str) -> None:
    """Run a command; whatever goes wrong ends in one line and exit code 2, not in a traceback."""
    # What is read is kept to the end. Looking through it all for garbage, as often as Python does
    # by default, took a quarter of the time of a check of ten thousand assets.
    gc.set_threshold(50_000, 20, 20)
    try:
        code = command.main(prog_name=f"debrief {name}", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = UNABLE
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        code = 130
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has seen enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141  # as of a program that SIGPIPE ended; 0 would pass for a clean bill
    except Exception as error:  # noqa: BLE001 - the last resort: a crash must not look like a pass
        click.echo(f"debrief {name}: {_one_line(error)}", err=True)
        if os.environ.get("DEBRIEF_DEBUG"):
            traceback.print_exc()
        else:
            click.echo("DEBRIEF_DEBUG=1 shows where in the code this happened.", err=True)
        code = UNABLE
    raise SystemExit(code if isinstance(code, int) else 0)


def _one_line(error: Exception) -> str:
    words = str(error).strip().splitlines()
    return words[0] if words else type(error).__name__


class PatientProgress:
    """A progress bar on a terminal, for work that takes longer than two seconds."""

    def __init__(self, label: str, clock: Callable[[], float]) -> None:
        self._label, self._clock, self._start = label, clock, clock()
        self._bar: Progress | None = None
        self._console = Console(stderr=True)

    def __call__(self, done: int, total: int) -> None:
        """Take note that so many of so many are done."""
        if not self._console.is_terminal:
            return
        if self._bar is None and self._clock() - self._start > 2:
            self._bar = Progress(console=self._console, transient=True)
            self._task = self._bar.add_task(self._label, total=total)
            self._bar.start()
        if self._bar is not None:
            self._bar.update(self._task, completed=done)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
