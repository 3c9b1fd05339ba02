"""What measurements give: figures by size, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import _console
from rich.table import Table

FORMAT = 1
"""Goes up when a reader of older results would misread new ones."""


@dataclass(frozen=True)
class Figure:
    """A quantity, with its value in each run; ``unit`` is ``s``, ``bytes`` or empty for a count."""

    name: str
    unit: str
    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """What is shown."""
        return median(self.runs)


@dataclass(frozen=True)
class Fact:
    """Something that is no number and without which the figures say little."""

    name: str
    value: str


@dataclass(frozen=True)
class Missing:
    """What could not be measured, in a sentence."""

    why: str


Measured = Figure | Fact | Missing


class UnmeasuredError(Exception):
    """A measurement cannot go on; the message says why."""


@dataclass
class Results:
    """Everything that was measured so far."""

    day: str
    chromium: str | None = None
    found: list[tuple[str, int, Measured]] = field(default_factory=list)
    """Name of the measurement, number of records, and what came of it."""

    def take(self, measurement: str, records: int, measured: Iterable[Measured]) -> None:
        """Add what a measurement gives for an archive of that size, as far as it comes."""
        try:
            for item in measured:
                self.found.append((measurement, records, item))
        except UnmeasuredError as error:
            why = Missing(f"{measurement} of {records:,} records is not measured: {error}")
            self.found.append((measurement, records, why))

    @property
    def missing(self) -> list[str]:
        """The sentences about what could not be measured, each once."""
        return list(dict.fromkeys(item.why for *_, item in self.found if isinstance(item, Missing)))

    def as_json(self) -> str:
        """All of it, with where and of what it was measured."""
        content = {
            "format": FORMAT,
            "day": self.day,
            "commit": commit(),
            "machine": machine() | {"chromium": self.chromium},
            "figures": [
                {"measurement": name, "records": records, **asdict(item), "median": item.median}
                for name, records, item in self.found
                if isinstance(item, Figure)
            ],
            "facts": [
                {"measurement": name, "records": records, **asdict(item)}
                for name, records, item in self.found
                if isinstance(item, Fact)
            ],
            "missing": self.missing,
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    def table(self) -> Table:
        """A row for each figure and fact, a column for each size, and how it grows between them."""
        sizes = sorted({n for _, n, item in self.found if not isinstance(item, Missing)})
        table = Table("measurement", "", box=None, header_style="bold", pad_edge=False)
        for size in sizes:
            table.add_column(f"{size:,}", justify="right")
        for smaller, larger in pairwise(sizes):
            table.add_column(f"{larger:,} / {smaller:,}", justify="right")
        for row in self._rows(sizes):
            table.add_row(*row)
        return table

    def _rows(self, sizes: list[int]) -> Iterator[list[str]]:
        cells: dict[tuple[str, str], dict[int, Figure | Fact]] = {}
        for name, records, item in self.found:
            if not isinstance(item, Missing):
                cells.setdefault((name, item.name), {})[records] = item
        for (name, what), by_size in cells.items():
            yield [
                name,
                what,
                *(shown(by_size.get(size)) for size in sizes),
                *(growth(by_size.get(one), by_size.get(two)) for one, two in pairwise(sizes)),
            ]


def shown(item: Figure | Fact | None) -> str:
    """A figure or a fact as a person reads it."""
    if item is None:
        return "–"
    if isinstance(item, Fact):
        return item.value
    if item.unit == "s":
        return f"{item.median:,.2f} s"
    if item.unit != "bytes":
        return f"{item.median:,.0f}"
    for size, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if item.median >= size:
            return f"{item.median / size:,.1f} {unit}"
    return f"{item.median:,.0f} B"


def growth(smaller: Figure | Fact | None, larger: Figure | Fact | None) -> str:
    """How many times as much a figure is at the larger size."""
    if not isinstance(smaller, Figure) or not isinstance(larger, Figure) or not smaller.median:
        return ""
    return f"{larger.median / smaller.median:.1f} ×"


# --- where and of what ----------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """What the figures depend on, beside the code."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],  # more than the cores: others were at work, and it was noisy
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": platform.python_version(),
    }


def commit() -> str | None:
    """The commit that was measured, marked where the work tree differs; None without git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],  # noqa: S607
            cwd=_console.REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def total_bytes(files: Iterable[Path]) -> int:
    """The size of files together."""
    return sum(file.stat().st_size for file in files)
