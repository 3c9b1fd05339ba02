"""What a run came to, in figures and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from debrief.finding import Finding, Level


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run came to."""

    files: int
    errors: int
    warnings: int
    advice: int

    @classmethod
    def of(cls, findings: Iterable[Finding], files: int) -> Totals:
        """Count findings by level."""
        levels = Counter(finding.level for finding in findings)
        return cls(files, levels[Level.ERROR], levels[Level.WARNING], levels[Level.ADVICE])

    def __str__(self) -> str:
        parts = [
            count(self.files, "file"),
            count(self.errors, "error"),
            count(self.warnings, "warning"),
        ]
        if self.advice:
            parts.append(f"{self.advice} advice")
        return ", ".join(parts)


def count(number: int, word: str) -> str:
    """A number with its noun: ``1 file``, ``1,200 files``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
