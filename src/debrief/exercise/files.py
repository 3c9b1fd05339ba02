"""Sheets → files, and none is written over that somebody has written in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from debrief import store

_MARK = "<!-- debrief exercise sheet; untouched while its text has the SHA-256 {} -->\n"
_MARKED = re.compile(re.escape(_MARK.strip()).replace(r"\{\}", "([0-9a-f]{64})"))


class OccupiedError(Exception):
    """Files in the way, in words; nothing was written."""


def write(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write files by name into a folder, which is made: all of them, or none.

    A file that is there already is replaced only if it is an earlier sheet that nobody has touched.
    Raises :class:`OccupiedError`, and OSError.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OccupiedError(f"{folder} is no folder; name another with --out")
    files = {folder / name: _marked(text) for name, text in texts.items()}
    occupied = [file.name for file in files if _is_taken(file)]
    if occupied:
        raise OccupiedError(
            f"{folder} holds {' and '.join(occupied)}, written or changed by somebody; nothing was "
            "written. Move it away, or name another folder with --out"
        )
    for file, text in files.items():
        store.replace(file, text)
    return tuple(files)


def _marked(text: str) -> str:
    """The text with the mark behind it: a page of HTML has to begin with its own first line."""
    return text + _MARK.format(hashlib.sha256(text.encode()).hexdigest())


def _is_taken(file: Path) -> bool:
    if not file.exists() and not file.is_symlink():
        return False
    if file.is_symlink() or not file.is_file():
        return True
    text = file.read_bytes().decode("utf-8", "replace")
    body, _, mark = text.rstrip("\n").rpartition("\n")
    found = _MARKED.fullmatch(mark)
    return found is None or hashlib.sha256(f"{body}\n".encode()).hexdigest() != found[1]
