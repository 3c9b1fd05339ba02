"""Old findings that stay silent until their file is touched: how a strict gate is adopted.

``baseline.json`` has for each file the hash of its content and the findings that it had. As long as
the content is the same, those findings are silent; after that all of them are told. A record that
cannot be read is never in it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from debrief.finding import Finding

FILE = "baseline.json"

HISTORY = "PM8"
"""Findings of these rules are about a change and not about a file: they are never silent."""

Place = tuple[str, int, int]
"""Rule, line and column. The words are left out: those of an overdue action change every day."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """One file as it was when the baseline was written."""

    sha256: str
    findings: tuple[Place, ...]

    def within(self, other: Silenced | None) -> bool:
        """Whether all of it stands in another baseline's entry for the same file."""
        if other is None or other.sha256 != self.sha256:
            return False
        return not Counter(self.findings) - Counter(other.findings)


@dataclass(frozen=True)
class Baseline:
    """What a repository's baseline holds, by the path of the file."""

    files: Mapping[str, Silenced] = field(default_factory=dict)

    @classmethod
    def load(cls, root: Path) -> Baseline:
        """The baseline of a repository; empty where it has none. Raises ValueError."""
        file = root / FILE
        if file.is_symlink():
            raise ValueError(
                f"{FILE} is a link, and could lead anywhere; put the file in its place"
            )
        return cls.read(file.read_bytes()) if file.is_file() else cls()

    @classmethod
    def read(cls, data: bytes) -> Baseline:
        """Read a baseline. Raises ValueError where it is none."""
        try:
            content: Any = json.loads(data)
            files = {
                str(path): Silenced(
                    str(entry["sha256"]),
                    tuple(
                        (str(rule), int(line), int(column))
                        for rule, line, column in entry["findings"]
                    ),
                )
                for path, entry in content["files"].items()
            }
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ValueError(
                f"{FILE} is no baseline; delete it, and write a new one with "
                "`./debrief check --write-baseline`"
            ) from None
        return cls(files)

    def write(self) -> str:
        """The text of the file, the same for the same content."""
        files = {
            path: {"sha256": entry.sha256, "findings": [list(place) for place in entry.findings]}
            for path, entry in sorted(self.files.items())
        }
        # One line a finding, so that a review sees what goes.
        return json.dumps({"version": 1, "files": files}, indent=1) + "\n"

    def is_silent(self, finding: Finding, root: Path, hashes: dict[str, str]) -> bool:
        """Whether a finding is an old one of a file that nobody has touched since."""
        entry = self.files.get(finding.path)
        if finding.rule.startswith(HISTORY) or entry is None or not entry.sha256:
            return False
        if _place(finding) not in entry.findings:
            return False
        if finding.path not in hashes:
            hashes[finding.path] = digest(root / finding.path)
        return hashes[finding.path] == entry.sha256

    def split(
        self, findings: Iterable[Finding], readable: Container[str], root: Path
    ) -> tuple[list[Finding], list[Finding]]:
        """The findings to tell, and those that stay silent: only in files that could be read."""
        told: list[Finding] = []
        silent: list[Finding] = []
        hashes: dict[str, str] = {}
        for finding in findings:
            quiet = finding.path in readable and self.is_silent(finding, root, hashes)
            (silent if quiet else told).append(finding)
        return told, silent

    def shrunk_to(self, older: Baseline) -> Baseline:
        """What stands in both: a baseline only shrinks."""
        files = {}
        for path, entry in self.files.items():
            merged = older.files.get(path)
            if merged is not None and merged.sha256 == entry.sha256:
                kept = tuple((Counter(entry.findings) & Counter(merged.findings)).elements())
                files[path] = Silenced(entry.sha256, tuple(sorted(kept)))
        return Baseline({path: entry for path, entry in files.items() if entry.findings})

    def beyond(self, other: Baseline) -> tuple[str, ...]:
        """The files of which more is silenced here than in another baseline."""
        return tuple(
            path for path, entry in self.files.items() if not entry.within(other.files.get(path))
        )


def of(findings: Iterable[Finding], readable: Iterable[str], root: Path) -> Baseline:
    """The baseline that makes findings silent, in files that could be read.

    Findings about history (PM8xx) are about a change and not about a file: they are never in it.
    """
    known = frozenset(readable)
    places: dict[str, list[Place]] = {}
    for finding in findings:
        if finding.path in known and not finding.rule.startswith(HISTORY):
            places.setdefault(finding.path, []).append(_place(finding))
    return Baseline(
        {path: Silenced(digest(root / path), tuple(found)) for path, found in places.items()}
    )


def _place(finding: Finding) -> Place:
    return (finding.rule, finding.position.line, finding.position.column)


def digest(file: Path) -> str:
    """The SHA-256 of a file's content with line feeds as line ends; empty where there is none."""
    try:
        return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    except OSError:
        return ""
