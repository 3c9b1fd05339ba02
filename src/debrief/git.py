"""Ask git about a repository; no other module runs it.

Only commands that read are run, with nothing between git and its objects that a pull request could
bring along: no replaced objects, no mail map, no external diff, no pager, no prompt.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

_QUIET = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}

# A hook of git in a linked work tree sets these; with GIT_DIR the current folder counts as the top.
_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX"})

# And these make git see other files, commits or paths than there are.
_MISLEADING = frozenset(
    {
        *(f"GIT_{kind}_PATHSPECS" for kind in ("LITERAL", "GLOB", "NOGLOB", "ICASE")),
        *("GIT_OBJECT_DIRECTORY", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_NAMESPACE"),
    }
)


_IGNORED = _OF_A_HOOK | _MISLEADING


class GitError(Exception):
    """Git could not answer; the message says why, in words for a person."""


class NoHistoryError(GitError):
    """There is no git here, or no repository, or no commit in it yet."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: who wrote it and when, and what it stands on."""

    id: str
    parents: tuple[str, ...]
    author: str
    address: str
    at: datetime

    @property
    def short(self) -> str:
        """The beginning of its id, as people quote it."""
        return self.id[:10]


@dataclass(frozen=True)
class Repository:
    """A git work tree, and the folder in it that holds ``postmortems/`` and ``catalog/``.

    Paths are relative to that folder, with forward slashes, as everywhere else.
    """

    root: Path
    prefix: str
    """The way from the top of the work tree to the folder: empty, or ending in a slash."""

    @classmethod
    def at(cls, root: Path) -> Repository:
        """The repository around a folder. Raises :class:`NoHistoryError`."""
        try:
            prefix = _run(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape")
            _run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except FileNotFoundError:
            raise NoHistoryError("git is not installed") from None
        except subprocess.CalledProcessError as error:
            raise NoHistoryError(_reason(error, root)) from None
        if _run(root, "rev-parse", "--is-inside-work-tree").strip() != b"true":
            raise NoHistoryError(f"{root} is in a repository without a work tree")
        return cls(root, prefix.rstrip("\n"))

    def ask(self, *arguments: str, given: bytes | None = None) -> bytes:
        """What git prints. Raises :class:`GitError`."""
        try:
            return _run(self.root, *arguments, given=given)
        except subprocess.CalledProcessError as error:
            words = error.stderr.decode("utf-8", "replace").strip().splitlines()
            said = words[-1] if words else f"exit code {error.returncode}"
            raise GitError(f"git {arguments[0]}: {said}") from None

    def commit(self, revision: str) -> str | None:
        """The full id of the commit that a revision names; None where there is none."""
        try:
            name = f"{revision}^{{commit}}"
            found = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except GitError:
            return None
        return found.decode("ascii").strip()

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit at which two lines of history parted; None where they never met."""
        try:
            return self.ask("merge-base", one, other).decode("ascii").strip()
        except GitError:
            return None

    @cached_property
    def is_shallow(self) -> bool:
        """Whether older commits were left out when it was cloned."""
        return self.ask("rev-parse", "--is-shallow-repository").strip() == b"true"

    def files(self, commit: str, *folders: str) -> dict[str, str]:
        """Every file of a commit in these folders: path → blob id."""
        return {path: blob for path, _, blob in self.tree(commit, *folders)}

    def tree(self, commit: str, *folders: str) -> Iterator[tuple[str, str, str]]:
        """The same in order, each as path, mode and blob id; the mode tells links from files."""
        listed = self.ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *self._full(folders))
        for line in _fields(listed):
            head, _, path = line.partition("\t")
            mode, _, blob = head.split()
            yield path[len(self.prefix) :], mode, blob

    def changed(self, commit: str, *folders: str) -> dict[str, str]:
        """Files that differ between a commit and the work tree: path → letter (A, M, D, T).

        A file that git does not track counts as added, unless git is told to ignore it.
        """
        diff = (
            "diff",
            "--name-status",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--relative",
            "-O/dev/null",
        )
        fields = _fields(self.ask(*diff, commit, "--", *folders))
        found = dict(zip(fields[1::2], fields[0::2], strict=True))
        others = ("ls-files", "--others", "--exclude-standard", "-z")
        for path in _fields(self.ask(*others, "--", *folders)):
            # Untracked, but known to the commit: taken out of the index, and still there.
            found[path] = "M" if found.get(path) == "D" else "A"
        return found

    def contents(self, names: Iterable[str]) -> Iterator[bytes | None]:
        """The bytes of each object, named by its id or as ``<commit>:<path>``; None where none is.

        A path in such a name is relative to the top of the work tree: see :meth:`at_commit`.
        """
        asked = "\n".join(names)
        if not asked:
            return
        given = f"{asked}\n".encode("utf-8", "surrogateescape")
        answer = self.ask("cat-file", "--batch", given=given)
        start = 0
        while start < len(answer):
            end = answer.index(b"\n", start)
            head = answer[start:end].rsplit(b" ", 2)
            if head[-1] in (b"missing", b"ambiguous"):
                yield None
                start = end + 1
                continue
            size = int(head[-1])
            yield answer[end + 1 : end + 1 + size]
            start = end + size + 2

    def at_commit(self, commit: str, path: str) -> str:
        """The name of a file's content at a commit."""
        return f"{commit}:{self.prefix}{path}"

    def day_of(self, commit: str) -> date:
        """The day of a commit, in the zone of whoever made it; 1970 where it names no time."""
        told = self.ask("log", "-1", "--format=%cI", "--no-show-signature", commit, "--")
        try:
            return datetime.fromisoformat(told.decode("ascii").strip()).date()
        except ValueError:
            return date(1970, 1, 1)

    def log(self, *arguments: str) -> Iterator[Commit]:
        """The commits that ``git log`` finds with these arguments, in its order."""
        form = "--format=%H%x00%P%x00%an%x00%ae%x00%at"
        answer = self.ask("log", form, "--no-show-signature", "--encoding=UTF-8", *arguments)
        for line in answer.decode("utf-8", "replace").split("\n")[:-1]:
            commit, parents, author, address, at = line.split("\0")
            yield Commit(commit, tuple(parents.split()), author, address, _instant(at))

    def _full(self, folders: Iterable[str]) -> list[str]:
        return [self.prefix + folder for folder in folders]


def _instant(seconds: str) -> datetime:
    """When a commit was written, in UTC; 1970 where what it says is no time of a calendar."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _fields(listed: bytes) -> list[str]:
    return listed.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _run(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    done = subprocess.run(
        # Files of a repository may look like another one's, whose settings would name programs.
        ["git", "-c", "safe.bareRepository=explicit", *arguments],  # noqa: S607 - the user's git
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k not in _IGNORED} | _QUIET,
        input=given if given is not None else b"",
        capture_output=True,
        check=True,
    )
    return done.stdout


def _reason(error: subprocess.CalledProcessError, root: Path) -> str:
    said = error.stderr.decode("utf-8", "replace")
    if "dubious ownership" in said:
        return f"git does not trust {root}, which belongs to another user"
    if "not a git repository" in said:
        return f"{root} is not in a git repository"
    return "there is no commit yet" if not said.strip() else said.strip().splitlines()[-1]
