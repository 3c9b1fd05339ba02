"""Measure the site and its build on made-up archives of several sizes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import _bench_build
import _bench_pages
import _browser
import _console
import click
from _bench_build import Subject
from _bench_report import Measured, Missing, Results
from rich.console import Console

ENVIRONMENT = "dev"

Measurement = Callable[[Subject], Iterator[Measured]]

MEASUREMENTS: dict[str, Measurement] = {
    "build": _bench_build.build,
    "site": _bench_build.site,
    "explorer": _bench_pages.explorer,
    "search": _bench_pages.search,
}
"""What can be measured, in this order; a new one needs a function and a line here."""

IN_A_BROWSER = ("explorer", "search")


class Names(click.ParamType[tuple[str, ...]]):
    """Names of measurements, separated by commas."""

    name = "names"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """Split them, and refuse those that nobody knows."""
        if isinstance(value, tuple):
            return value
        names = tuple(part.strip() for part in value.split(","))
        for name in names:
            if name not in MEASUREMENTS:
                self.fail(f"{name!r} is none of {', '.join(MEASUREMENTS)}", param, ctx)
        return names


@click.command()
@click.option(
    "--records",
    "sizes",
    type=click.IntRange(0, 100_000),
    multiple=True,
    default=(1_000,),
    show_default=True,
    help="How many records the archive has; give it several times to see how figures grow.",
)
@click.option(
    "--only",
    type=Names(),
    default=tuple(MEASUREMENTS),
    show_default=",".join(MEASUREMENTS),
    help="What to measure, separated by commas.",
)
@click.option(
    "--runs",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How often to measure; the median is shown. A build that takes a minute is run once.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which archive to make up.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep archives and sites here, and use those that an earlier run left.",
)
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures of every run there, with the commit, the machine and the day.",
)
def main(
    sizes: tuple[int, ...],
    only: tuple[str, ...],
    runs: int,
    seed: int,
    folder: Path | None,
    file: Path | None,
) -> int:
    """Measure the site and its build on made-up archives: 1,000 records, and as many as you like.

    Every build has a process of its own, and every page a new browser. Figures of two machines, or
    of a busy one, compare badly; ratios taken in one run compare well.

    Exit code: 0 everything was measured, 1 something could not be, 2 nothing was.
    """
    results = Results(_console.local_today().isoformat())
    if not set(only).isdisjoint(IN_A_BROWSER):
        if _browser.find_chromium() is None:
            left_out = [name for name in only if name in IN_A_BROWSER]
            only = tuple(name for name in only if name not in IN_A_BROWSER)
            missing = f"{' and '.join(left_out)} not measured: {_browser.NO_CHROMIUM}"
            results.found.append(("", 0, Missing(missing)))
        else:
            results.chromium = _bench_pages.version()
    with place(folder) as where:
        for size in sorted(set(sizes)):
            measure(results, Subject(where, size, seed, runs), only)
            if file is not None:  # after each: the next size may take long, or be too much
                file.write_text(results.as_json(), encoding="utf-8")
    Console(width=None if Console().is_terminal else 140).print(results.table())
    for sentence in results.missing:
        click.echo(sentence, err=True)
    return 1 if results.missing else 0


@contextmanager
def place(folder: Path | None) -> Iterator[Path]:
    """The folder for archives and sites; one that is deleted at the end where none is named."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="debrief-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def measure(results: Results, subject: Subject, only: tuple[str, ...]) -> None:
    """Take one measurement after the other of an archive, in their own order."""
    for name, function in MEASUREMENTS.items():
        if name in only:
            click.echo(f"{name}, {subject.records:,} records …", err=True)
            results.take(name, subject.records, function(subject))


if __name__ == "__main__":
    _console.run(main, "bench")
