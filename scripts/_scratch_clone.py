"""A clone, made for one job, in which a record is committed to a branch and pushed from.

Nothing is ever forced: where somebody else has pushed meanwhile, the push is refused and can be
tried again on top of theirs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

BOT = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
"""The account of GitHub's own workflows: what a machine committed looks like it."""

TOKENS = re.compile(r"(?:GH|GITHUB)_(?:ENTERPRISE_)?TOKEN|ACTIONS_.*")
"""Variables that only what talks to the code host may see."""

_TAKEN = ("/postmortems", "/catalog", "/baseline.json")

# `gh` knows the token; it is in no file and in no address.
_LOGIN = ("-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential")


# Not `[remote rejected]`: that is a rule of the remote, and stays one when it is tried again.
_BEHIND = re.compile(r"\[rejected\]|cannot lock ref|reference already exists")

_REASON = re.compile(r"remote: error: *(\S.*)|.*\[remote rejected\] *(\S.*)")


class RefusedError(Exception):
    """The remote did not take a push: it has commits that this clone has not."""


def without_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for what reads events and records."""
    return {key: value for key, value in environment.items() if not TOKENS.fullmatch(key)}


@dataclass(frozen=True, slots=True)
class ScratchClone:
    """A clone of a remote, with its records and its catalog alone, and with no history.

    No setting, filter or hook of this machine applies to it, and no schema or code of a branch is
    in it: what reads it are the commands beside this file.
    """

    folder: Path

    @classmethod
    def of(cls, remote: str, folder: Path) -> ScratchClone:
        """An empty clone in an empty folder."""
        clone = cls(folder)
        clone.git("init", "--quiet", "--template=")
        clone.git("config", "core.symlinks", "false")  # a link of a branch leads nowhere
        clone.git("remote", "add", "origin", remote)
        clone.git("sparse-checkout", "set", "--no-cone", *_TAKEN)
        return clone

    def take(self, branch: str) -> bool:
        """Make the work tree what the remote's branch is now; False where it has none."""
        name = f"refs/heads/{branch}"
        if not self.git("ls-remote", "origin", name, online=True):
            return False
        self.git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", name, online=True)
        self.git("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
        self.git("clean", "--quiet", "--force", "-d", "-x")
        return True

    def reported(
        self, script: Path, today: date, *options: str, fine: Collection[int] = (0,)
    ) -> Path:
        """Run a command of ours on the records, without a token; the file of its report.

        Raises click.ClickException with its words where it ends with another code than ``fine``.
        """
        written = self.folder.parent / "report.json"
        written.unlink(missing_ok=True)
        done = subprocess.run(
            [
                *(sys.executable, str(script), "--json", str(written)),
                *("--root", str(self.folder), "--today", today.isoformat(), *options),
            ],
            env=without_tokens(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode not in fine:
            said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            raise click.ClickException(said[0].removeprefix("Error: "))
        return written

    def commit(self, path: str, message: str) -> bool:
        """Commit one file; False where it is as it was."""
        self.git("add", "--", path)
        if not self.git("diff", "--cached", "--name-only", "--", path):
            return False
        self.git("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
        return True

    def push(self, branch: str) -> None:
        """Push what was committed. Raises :class:`RefusedError`."""
        done = self._run("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}", online=True)
        if done.returncode:
            if _BEHIND.search(done.stderr):
                raise RefusedError
            raise _failed("push", done)

    def git(self, *arguments: str, online: bool = False) -> str:
        """What git prints. Raises click.ClickException where it fails."""
        done = self._run(*arguments, online=online)
        if done.returncode:
            raise _failed(arguments[0], done)
        return done.stdout.strip()

    def _run(self, *arguments: str, online: bool) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *(_LOGIN if online else ()), *arguments],  # noqa: S607 - the git of the runner
            cwd=self.folder,
            env=_environment(online=online),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )


def remote_of(checkout: Path) -> str:
    """The address from which a checkout was cloned."""
    done = subprocess.run(
        ["git", "remote", "get-url", "origin"],  # noqa: S607 - the git of the runner
        cwd=checkout,
        env=_environment(online=False),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise _failed("remote", done)
    return done.stdout.strip()


def _environment(*, online: bool) -> dict[str, str]:
    known = os.environ if online else without_tokens(os.environ)
    kept = {key: value for key, value in known.items() if not key.startswith("GIT_")}
    name, address = BOT
    return kept | {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": address,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _failed(command: str, done: subprocess.CompletedProcess[str]) -> click.ClickException:
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    found = filter(None, (_REASON.match(line.strip()) for line in said))
    reasons = [reason[1] or reason[2] for reason in found]
    return click.ClickException(f"git {command}: {'; '.join(reasons) or said[-1]}")
