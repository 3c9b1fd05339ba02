"""Relative links of a document that moves: where they lead from its new place."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from debrief.archive import REFUSED_FILES
from debrief.prose import lines_outside_code

MOST_BYTES = 10_000_000
"""A larger file is no attachment; it stays where it is."""

_TARGET = re.compile(r"(?<=\]\()(\s*<?)([^)\s>]+)|^( {0,3}\[[^\]]+\]:\s*<?)([^\s>]+)")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass
class Mended:
    """A body with its links set right; what goes beside the record, and what leads nowhere."""

    body: str
    copies: dict[str, Path] = field(default_factory=dict)
    """Path in the record's own folder → the file to copy there."""
    replaced: list[str] = field(default_factory=list)
    """The targets as they were."""
    dead: list[tuple[str, str]] = field(default_factory=list)
    """A target, and why nothing was done with it."""


def mended(body: str, record_id: str, file: Path, top: Path, adopted: Mapping[Path, str]) -> Mended:
    """Set the relative links of a body right.

    ``file`` is the document, ``top`` the folder that its links may not leave, ``adopted`` the ids
    of the documents that move along, by their resolved paths. Code is left alone.
    """
    result = Mended(body)
    lines = body.split("\n")
    prose = {line.number: line.text for line in lines_outside_code(body, 1)}
    for number, visible in prose.items():
        lines[number - 1] = _line(
            lines[number - 1],
            visible,
            lambda target: _leads(target, record_id, file, top, adopted, result),
        )
    result.body = "\n".join(lines)
    return result


def _line(written: str, visible: str, lead: Callable[[str], str | None]) -> str:
    """A line with its targets replaced; ``visible`` is the line with its code blanked out."""
    parts, done = [], 0
    for found in _TARGET.finditer(visible):
        group = 2 if found[2] else 4
        new = lead(found[group])
        if new is not None:
            parts += [written[done : found.start(group)], new]
            done = found.end(group)
    return "".join([*parts, written[done:]])


def _leads(  # noqa: PLR0913, PLR0917 - what a link depends on
    target: str, record_id: str, file: Path, top: Path, adopted: Mapping[Path, str], result: Mended
) -> str | None:
    """The target to write instead; None where it stays."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or "\\" in target:
        return None
    start = top if parts.path.startswith("/") else file.parent
    path = Path(os.path.normpath(start / unquote(parts.path).lstrip("/")))
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    reason = _no_attachment(path, top)
    other = adopted.get(path) or adopted.get(path / "README.md")
    if other is not None:
        result.replaced.append(target)
        where = f"{other}.md" if other[:4] == record_id[:4] else f"../{other[:4]}/{other}.md"
        return where + fragment
    if reason:
        result.dead.append((target, reason))
        return None
    name = _free_name(path, result)
    result.copies[name] = path
    result.replaced.append(target)
    return f"{record_id}/{quote(name)}{fragment}"


def _no_attachment(path: Path, top: Path) -> str:
    """Why a file is not copied; empty where it is."""
    if out_of_reach := _out_of_reach(path, top):
        return out_of_reach
    if not path.is_file():
        return "it is a folder"
    if posixpath.splitext(path.name)[1].lower() in REFUSED_FILES:
        return "files of this kind are not published"
    return "" if path.stat().st_size <= MOST_BYTES else "it is too large"


def _out_of_reach(path: Path, top: Path) -> str:
    """Why nothing is looked at where a link leads; a document may have been written to steal."""
    try:
        inside = path.is_relative_to(top) and path.resolve().is_relative_to(top.resolve())
    except (OSError, RuntimeError, ValueError):
        return "it leads nowhere"
    if not inside:
        return "it leads out of the folder of the documents"
    if any(part.startswith(".") for part in path.relative_to(top).parts):
        return "hidden files are not copied"
    return "there is no such file" if path.is_symlink() or not path.exists() else ""


def _free_name(path: Path, result: Mended) -> str:
    stem, extension = posixpath.splitext(path.name)
    stem = _UNSAFE.sub("-", stem).strip("-._") or "file"
    extension = _UNSAFE.sub("", extension)
    name, count = f"{stem}{extension}", 1
    while name in result.copies and result.copies[name] != path:
        count += 1
        name = f"{stem}-{count}{extension}"
    return name
