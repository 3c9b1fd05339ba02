"""Ask GitHub through its own command `gh`, with the token in the environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import click

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.+\Z)[A-Za-z0-9._-]+\Z")

repository_option = click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    required=True,
    metavar="OWNER/NAME",
    help="The repository at GitHub. [env: GITHUB_REPOSITORY]",
)


class GitHubError(click.ClickException):
    """GitHub did not do it; ``answer`` is all that `gh` printed, of which the message is a line."""

    def __init__(self, message: str, answer: str) -> None:
        super().__init__(message)
        self.answer = answer


def checked(repository: str) -> str:
    """A repository's name, which becomes a part of addresses. Raises click.UsageError."""
    if not _REPOSITORY.match(repository):
        raise click.UsageError(f"{repository!r} is no repository: write OWNER/NAME")
    return repository


def every(address: str) -> Iterator[dict[str, Any]]:
    """The items of a list at GitHub, of all its pages."""
    answer = ask("--paginate", f"{address}&per_page=100")
    decoder, at = json.JSONDecoder(), 0
    # Older versions of gh write the lists of the pages one after the other.
    while at < len(answer):
        try:
            page, at = decoder.raw_decode(answer, at)
        except ValueError:
            page = None
        if not isinstance(page, list):
            raise click.ClickException(f"gh api: {address} is no list")
        yield from page
        at += len(answer[at:]) - len(answer[at:].lstrip())


def send(method: str, address: str, values: Mapping[str, object]) -> dict[str, Any]:
    """Send values, which no shell and no option sees, and read the object that is the answer."""
    given = json.dumps(values)
    answer = ask("--method", method, address, "--input", "-", given=given)
    try:
        read = json.loads(answer)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise click.ClickException(f"gh api: {address} answers no object")
    return read


def ask(*arguments: str, given: str = "") -> str:
    """What `gh api` answers. Raises :class:`GitHubError` where it does not."""
    try:
        done = subprocess.run(
            ["gh", "api", *arguments],  # noqa: S607 - the gh of the runner
            env={**os.environ, "GH_PAGER": "cat", "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"},
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        raise click.ClickException(
            "gh, the command of GitHub, is not installed: see cli.github.com"
        ) from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        message = f"gh api: {said[-1].removeprefix('gh: ')}"
        raise GitHubError(message, f"{done.stderr}\n{done.stdout}")
    return done.stdout.strip()
