"""What is wrong, where, and how to mend it.

A *problem* is what a reader or a rule sees: a place in one document, and words. A *finding* is a
problem with its file, line, column and level: what every reporter prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz, process

KeyPath = tuple[str | int, ...]
"""The way to a value in front matter, such as ``("actions", 2, "due")``."""


class Level(IntEnum):
    """How much a finding weighs; only an error blocks a merge."""

    ADVICE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The level as it is printed: ``error``, ``warning`` or ``advice``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1."""

    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one document, before it has a file and a level.

    ``where`` is a key path into the front matter, or a position where no key path leads. ``rule``
    may stay empty inside a rule's own function; ``fix`` where the rule's general words suffice.
    """

    where: KeyPath | Position
    message: str
    fix: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as it is told: ``path`` is relative to the repository, with forward slashes."""

    path: str
    position: Position
    rule: str
    level: Level
    message: str
    fix: str

    @property
    def order(self) -> tuple[str, Position, str, str]:
        """By path, line, rule: the order of every report."""
        return (self.path, self.position, self.rule, self.message)


def spell(path: KeyPath) -> str:
    """Write a key path as people do: ``actions[2].due``."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
    return words


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like another, letter case ignored; None where none is near."""
    lowered = {name: name.lower() for name in sorted(known)}  # a set's order differs by run
    near = process.extract(word.lower(), lowered, scorer=fuzz.ratio, score_cutoff=65, limit=8)
    best = max(near, key=lambda found: (found[1], _in_place(word.lower(), found[0])), default=None)
    return str(best[2]) if best else None


def _in_place(word: str, other: str) -> int:
    """How many characters stand at the same place: of `PM201` and `PM021`, `PM2O1` is the first."""
    return sum(map(str.__eq__, word, other))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The words ``did you mean `x`?`` for the nearest known word, or nothing."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else ""
