"""One file of a repository, as far as it could be read, and what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from debrief.document import MAX_BYTES, Document, as_lines, read_text
from debrief.finding import KeyPath, Position, Problem
from debrief.nodes import DocumentError
from debrief.record import Postmortem


@dataclass(frozen=True)
class Entry:
    """One file under ``postmortems/`` or ``catalog/``, as far as it could be read."""

    path: str
    document: Document | None = None
    record: Postmortem | None = None
    problems: tuple[Problem, ...] = ()
    broken: frozenset[KeyPath] = frozenset()
    prose: tuple[tuple[KeyPath, str], ...] = ()

    @property
    def id(self) -> str:
        """The file's stem, which is the record's id."""
        return PurePosixPath(self.path).stem


def read(
    file: Path, path: str, parse: Callable[[str, str], Document], most: int = MAX_BYTES
) -> Document | Entry:
    """A document; or, where it cannot be read, the entry that says why."""
    try:
        text = read_text(file, most)
    except DocumentError as error:
        return Entry(path, problems=(error.problem,))
    return parsed(text, path, parse)


def parsed(text: str, path: str, parse: Callable[[str, str], Document]) -> Document | Entry:
    try:
        return parse(text, path)
    except DocumentError as error:
        return Entry(path, as_lines(text, path), problems=(error.problem,))


def linked(folder: str) -> Problem:
    message = f"{folder}/ is a link, and could lead out of the repository"
    return Problem(Position(1), message, "put the folder itself in its place", "PM001")


def files_below(folder: Path) -> Iterator[Path]:
    """Every entry that is not a directory, links to directories included and not followed."""
    if not folder.is_dir():
        return
    for item in sorted(os.scandir(folder), key=lambda item: item.name):
        if item.is_dir(follow_symlinks=False):
            yield from files_below(Path(item.path))
        else:
            yield Path(item.path)
