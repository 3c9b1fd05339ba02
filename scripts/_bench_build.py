"""A synthetic archive, the site that is built of it, and what both weigh."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import _console
from _bench_process import Usage, usage
from _bench_report import Fact, Figure, Measured, total_bytes

from debrief.archive import CATALOG, RECORDS
from debrief.synthetic import TODAY, write_archive

LONG = 60
"""Seconds from which on a build is measured once: what varies by itself weighs little in it."""

SEARCH_FOLDERS = ("search", "pagefind")
"""Where in a site the files that its search may load lie."""


@dataclass
class Subject:
    """An archive of one size, in a folder, and its site beside it once it is built."""

    folder: Path
    records: int
    seed: int
    runs: int

    @property
    def archive(self) -> Path:
        """The repository, which is written when it is first asked for."""
        made = self.folder / f"archive-{self.records}-{self.seed}"
        if not made.is_dir():
            unfinished = made.with_name(f"{made.name}-unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            write_archive(unfinished, self.records, self.seed)
            unfinished.rename(made)
        return made

    @property
    def site(self) -> Path:
        """The site, which is built when it is first asked for."""
        made = self.folder / f"site-{self.records}-{self.seed}"
        if not made.is_dir():
            self.build()
        return made

    def build(self) -> Usage:
        """Build the site anew, in a process of its own. Raises UnmeasuredError."""
        made = self.folder / f"site-{self.records}-{self.seed}"
        unfinished = made.with_name(f"{made.name}-unfinished")
        for left in (made, unfinished):
            shutil.rmtree(left, ignore_errors=True)
        script = str(_console.REPOSITORY / "scripts" / "build.py")
        options = ["--root", str(self.archive), "--today", TODAY.isoformat()]
        command = [sys.executable, script, "--site-dir", str(unfinished), *options]
        environment = {**os.environ, "PYTHONPATH": str(_console.REPOSITORY / "src")}
        used = usage(command, environment)
        unfinished.rename(made)
        return used


def build(subject: Subject) -> Iterator[Measured]:
    """A cold build: nothing is kept from one run to the next but what the system caches."""
    _ = subject.archive  # written beforehand
    found: list[Usage] = []
    while len(found) < subject.runs and not (found and found[-1].wall > LONG):
        found.append(subject.build())
    yield Figure("time", "s", tuple(run.wall for run in found))
    yield Figure("time of all cores", "s", tuple(run.cpu for run in found))
    yield Figure("highest memory", "bytes", tuple(run.memory for run in found))


def site(subject: Subject) -> Iterator[Measured]:
    """What an archive and its site weigh."""
    records = [*(subject.archive / RECORDS).rglob("*"), *(subject.archive / CATALOG).iterdir()]
    yield _one("records and catalog", "bytes", total_bytes(f for f in records if f.is_file()))
    root = subject.site
    files = [file for file in root.rglob("*") if file.is_file()]
    pages = [file for file in files if file.suffix == ".html"]
    yield _one("site", "bytes", total_bytes(files))
    yield _one("files", "", len(files))
    yield _one("pages", "", len(pages))
    sizes = sorted(f.stat().st_size for f in (root / RECORDS).glob("*/*/index.html"))
    if len(sizes) > 1:
        cuts = quantiles(sizes, n=20, method="inclusive")
        yield _one("postmortem page, median", "bytes", cuts[9])
        yield _one("postmortem page, 95 of 100", "bytes", cuts[18])
        yield _one("postmortem page, largest", "bytes", sizes[-1])
    yield _one("list of postmortems", "bytes", (root / RECORDS / "index.html").stat().st_size)
    largest = max(pages, key=lambda page: (page.stat().st_size, page.as_posix()))
    yield _one("largest page", "bytes", largest.stat().st_size)
    yield Fact("which is", largest.parent.relative_to(root).as_posix() + "/")
    searched = [f for folder in SEARCH_FOLDERS for f in (root / folder).rglob("*") if f.is_file()]
    yield _one("files of the search", "bytes", total_bytes(searched))


def _one(name: str, unit: str, value: float) -> Figure:
    return Figure(name, unit, (value,))
