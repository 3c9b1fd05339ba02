"""What the commands share that open a pull request: where it goes, and what is said of the run."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from _github import GitHubError, every, send

from debrief.reporters.markup import code, inert
from debrief.reporters.plain import printable, shortened

ATTEMPTS = 3
"""How often a branch is taken up anew because somebody pushed to it meanwhile."""

_BASE = re.compile(r"(?!.*(?:\.\.|//|@\{))[A-Za-z0-9][A-Za-z0-9._/-]*")

NO_CHECKS = (
    "<p>The workflow's own token opened this, and that starts no check by itself. Where the page "
    "offers <b>Approve workflows to run</b>, press that; else close this pull request and reopen "
    "it. With a secret <code>{secret}</code>, checks start on their own.</p>"
)
NOT_PERMITTED = (
    "GitHub Actions may open no pull requests here: give the workflow a secret {secret}, or "
    "allow it under Settings, Actions, General; then run this job again. The branch {branch} has "
    "{what}."
)


@dataclass
class Told:
    """What is said of the run: on the terminal in plain words, in its summary with links."""

    summary: Path | None
    heading: str
    blocks: list[str] = field(default_factory=list)

    def say(self, words: str, *, link: str = "") -> None:
        """Say something. Words may hold those of others: they stay words."""
        click.echo(harmless(f"{words} {link}".strip()))
        self.blocks.append(f"<p>{inert(words)}{_linked(link)}</p>")

    def write(self) -> None:
        """Add it to the summary of the job."""
        if self.summary is not None and self.blocks:
            with self.summary.open("a", encoding="utf-8") as file:
                file.write(f"## {self.heading}\n\n" + "\n\n".join(self.blocks) + "\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pull request goes; ``secret`` is what the workflow calls a token of its own."""

    repository: str
    base: str
    own_token: bool
    """Whether the token is one whose pull requests start checks."""
    secret: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said below a description."""
        return () if self.own_token else (NO_CHECKS.format(secret=self.secret),)

    def pulls(self, branch: str) -> list[dict[str, Any]]:
        """All pull requests from a branch of this repository, the newest first."""
        owner = self.repository.partition("/")[0]
        found = every(f"repos/{self.repository}/pulls?state=all&head={owner}:{branch}")
        mine = [pull for pull in found if self._is_from(pull, re.escape(branch))]
        return sorted(mine, key=_number, reverse=True)

    def open_pulls(self, branches: str) -> list[dict[str, Any]]:
        """The open pull requests into the base, from branches of a pattern, newest first."""
        found = every(f"repos/{self.repository}/pulls?state=open&base={self.base}")
        return sorted((p for p in found if self._is_from(p, branches)), key=_number, reverse=True)

    def _is_from(self, pull: dict[str, Any], branches: str) -> bool:
        head = pull.get("head") or {}
        where = head.get("repo") or {}  # null where a fork was deleted
        same = str(where.get("full_name", "")).lower() == self.repository.lower()
        return same and re.fullmatch(branches, str(head.get("ref"))) is not None

    def open_one(self, branch: str, title: str, body: str, what: str) -> dict[str, Any]:
        """Open a pull request, as a draft where the repository has such.

        ``what`` is left on the branch where that may not be done. Raises ClickException.
        """
        values = {"title": title, "head": branch, "base": self.base, "body": body, "draft": True}
        address = f"repos/{self.repository}/pulls"
        try:
            return send("POST", address, values)
        except GitHubError as error:
            if "not permitted to create" in error.answer:
                words = NOT_PERMITTED.format(branch=branch, secret=self.secret, what=what)
                raise click.ClickException(words) from None
            if "Draft pull requests are not supported" not in error.answer:
                raise
        return send("POST", address, values | {"draft": False})


def checked_base(base: str) -> str:
    """The name of a branch, which becomes a part of addresses. Raises click.UsageError."""
    if not _BASE.fullmatch(base):
        raise click.UsageError(f"{base!r} is no branch")
    return base


def harmless(words: str) -> str:
    """Words of which a runner that reads what is printed takes none for a command."""
    return shortened(printable(words), 1_000).replace("::", ": :").replace("##[", "## [")


def _number(pull: dict[str, Any]) -> int:
    return int(pull["number"])


def _linked(link: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"']+", link):
        return ""
    return f' <a href="{html.escape(link)}">{code(link)}</a>'
