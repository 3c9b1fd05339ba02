"""Where old documents lie, and where they come from: files, their text, their repository."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from debrief.adopt.adoption import Original
from debrief.document import MAX_BYTES
from debrief.git import GitError, Repository
from debrief.nodes import FORBIDDEN

EXTENSIONS = frozenset({".md", ".markdown", ".txt"})
_NO_DOCUMENT = frozenset(
    {"license", "licence", "copying", "notice", "codeowners", "makefile", "dockerfile", "authors"}
)
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}\Z")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no document, and why."""

    path: Path
    reason: str


def found(paths: Iterable[Path]) -> tuple[list[Path], list[Skipped]]:
    """The documents among files and folders, in the order of their names; and what is none."""
    files: dict[Path, None] = {}
    skipped: dict[Path, Skipped] = {}
    for path in paths:
        for file in _files(path):
            reason = _no_document(file, asked=file == path)
            if reason:
                skipped[file] = Skipped(file, reason)
            else:
                files[file] = None
    return list(files), list(skipped.values())


def _files(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for item in sorted(os.scandir(path), key=lambda item: item.name):
        if not item.name.startswith(".") and item.name != "node_modules":
            yield from _files(Path(item.path))


def _no_document(file: Path, *, asked: bool) -> str:
    """Why a file is not read; empty where it is."""
    suffix = _SUFFIX.search(file.name)
    kind = suffix.group().lower() if suffix else ""
    if FORBIDDEN.search(file.as_posix()) or "\n" in file.as_posix():
        return "its name has characters that cannot be written"
    if file.is_symlink() or not file.is_file():
        return "it is a link or no regular file"
    if kind and kind not in EXTENSIONS:
        return f"`{kind}` is no kind of document that is read: Markdown and plain text are"
    if not kind and file.name.casefold() in _NO_DOCUMENT and not asked:
        return "a file of this name is no postmortem"
    return _no_text(file)


def _no_text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            return f"it has more than {MAX_BYTES:,} bytes"
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte {error.start} is not UTF-8 text: save the file as UTF-8"
    except OSError as error:
        return f"it cannot be read: {error.strerror or 'unknown reason'}"
    if "\0" in text:
        return "it is no text"
    return "" if text.strip() else "it is empty"


def cleaned(text: str) -> tuple[str, list[tuple[int, str]]]:
    """A text without what nobody can see, which the check refuses; and where that stood."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    told: list[tuple[int, str]] = []
    for bad in FORBIDDEN.finditer(text):
        line = text.count("\n", 0, bad.start()) + 1
        told.append((line, f"U+{ord(bad.group()):04X} cannot be seen, and is taken out"))
    text = text.replace("\u2028", " ").replace("\u2029", " ")
    return FORBIDDEN.sub("", text), told


@dataclass
class Provenance:
    """Asks git where files come from, once for each folder."""

    _repositories: dict[Path, Repository | None] = field(default_factory=dict)

    def of(self, file: Path, given: Iterable[Path]) -> tuple[str, str | None, str]:
        """The source of a file, its last commit, and what is to be said of that.

        The source is the path in the file's repository; without one, the path from the folder that
        was given. No commit is named where the file differs from what is committed.
        """
        repository = self._at(file.parent)
        if repository is None:
            return _below(file, given), None, "it lies in no git repository"
        path = repository.prefix + file.name
        try:
            last = next(repository.log("-1", "--", file.name), None)
            if last is None:
                return path, None, "git has no commit of it"
            [committed] = repository.contents([f"{last.id}:{path}"])
        except (GitError, ValueError):
            return path, None, "git could not tell its last commit"
        if committed != file.read_bytes():
            return path, None, f"it differs from commit {last.short}"
        return path, last.id, ""

    def _at(self, folder: Path) -> Repository | None:
        if folder not in self._repositories:
            try:
                self._repositories[folder] = Repository.at(folder)
            except (GitError, OSError):
                self._repositories[folder] = None
        return self._repositories[folder]


def address(path: str, url: str) -> str:
    """A source as the record names it: with what comes before paths, where that is told."""
    return f"{url.rstrip('/')}/{quote(path)}" if url and "://" not in path else path


def _below(file: Path, given: Iterable[Path]) -> str:
    for path in given:
        if path.is_dir() and file.is_relative_to(path):
            return file.relative_to(path.parent).as_posix()
    return file.name


def top_of(file: Path) -> Path:
    """The folder that a document's links may not leave: its repository's, or else its own."""
    for folder in file.resolve().parents:
        if (folder / ".git").exists():
            return folder
    return file.resolve().parent


def read(file: Path, source: str, commit: str | None) -> tuple[Original, list[tuple[int, str]]]:
    """A document as it is read, and what had to be taken out of it."""
    text, told = cleaned(file.read_bytes().decode("utf-8"))
    return Original(file.as_posix(), text, source, commit), told
