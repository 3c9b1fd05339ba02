"""The manifest of an export: what was written, so that a reader can tell whether it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

NAME = "manifest.json"

_MADE_BY = "debrief export"


class NotAnExportError(Exception):
    """A folder is no export, or not a whole one; the message says why."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file, by its path in the export; ``rows`` is None where it has none."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None

    @classmethod
    def of(cls, folder: Path, path: str, rows: int | None = None) -> WrittenFile:
        """A file as it lies there now."""
        content = (folder / path).read_bytes()
        return cls(path, len(content), hashlib.sha256(content).hexdigest(), rows)


@dataclass(frozen=True, slots=True)
class Checks:
    """What was counted while the export was made.

    ``left_out`` are files that could not be read, ``incomplete`` those of which a part is missing.
    ``unresolved`` counts, by ``table.column``, the foreign keys that lead nowhere.
    """

    postmortems: int = 0
    restricted: int = 0
    left_out: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    unresolved: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds.

    ``commit`` is the one that was checked out, None without git; ``committed`` says whether the
    records, the catalog and the schemas were as that commit has them. ``rests_on`` names what
    tells of moves: ``git``, ``git, cut off`` or ``record``.
    """

    version: str
    as_of: str
    commit: str | None
    committed: bool
    rests_on: str
    formats: tuple[str, ...]
    csv_raw: bool
    rows: Mapping[str, int]
    checks: Checks
    files: tuple[WrittenFile, ...]

    def text(self) -> str:
        """The manifest as JSON."""
        told = {"made_by": _MADE_BY, **asdict(self)}
        return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"


def read(folder: Path) -> Manifest:
    """The manifest of a folder. Raises NotAnExportError where there is none that can be read."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except OSError:
        raise NotAnExportError(f"it has no {NAME}") from None
    except ValueError:
        raise NotAnExportError(f"its {NAME} is no JSON") from None
    try:
        return _manifest(told)
    except (KeyError, TypeError, AttributeError):
        raise NotAnExportError(f"its {NAME} was not written by `debrief export`") from None


def _manifest(told: Any) -> Manifest:
    if told.pop("made_by") != _MADE_BY:
        raise KeyError
    files = tuple(WrittenFile(**each) for each in told.pop("files"))
    checks = told.pop("checks")
    checks |= {name: tuple(checks[name]) for name in ("left_out", "incomplete")}
    formats = tuple(told.pop("formats"))
    if not all(_stays_inside(each.path) for each in files):
        raise KeyError
    return Manifest(**told, formats=formats, checks=Checks(**checks), files=files)


def _stays_inside(path: str) -> bool:
    way = PurePosixPath(path)
    return not way.is_absolute() and ".." not in way.parts


def foreign(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What the folder holds beside what was written, or that has another content now."""
    written = {each.path: each for each in manifest.files}
    folders = {part.as_posix() for path in written for part in PurePosixPath(path).parents}
    for item in sorted(folder.rglob("*")):
        path = item.relative_to(folder).as_posix()
        if item.is_dir() and not item.is_symlink():
            ours = path in folders
        elif path == NAME:
            ours = not item.is_symlink()
        else:
            ours = path in written and not item.is_symlink() and _is_whole(folder, written[path])
        if not ours:
            yield path


def missing(folder: Path, manifest: Manifest) -> Iterator[str]:
    """The files of a manifest that are not there, or not as they were written."""
    return (each.path for each in manifest.files if not _is_whole(folder, each))


def _is_whole(folder: Path, file: WrittenFile) -> bool:
    try:
        return WrittenFile.of(folder, file.path, file.rows) == file
    except OSError:
        return False
