"""Keep one comment on a pull request up to date, through GitHub's own command `gh`.

The workflow `comment` calls it, with a token in the environment. Nothing here reads a record: what
is posted was written by `./debrief check --format markdown`, in a step that has no token.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import _console
import click
from _github import ask, checked, every, repository_option

from debrief.digest import MARKER

ENVIRONMENT = "gate"

AUTHOR = "github-actions[bot]"
"""Who the workflow's token is; a comment of anybody else is left alone, whatever its first line."""

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@click.group()
def main() -> None:
    """Keep one comment on a pull request up to date, through GitHub's own command `gh`.

    Exit code: 0 done, or nothing to do; 2 it could not be done.
    """


@main.command()
@click.argument("head")
@repository_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="GITHUB_OUTPUT",
    help="The file to which `number=` is added. [env: GITHUB_OUTPUT]",
)
def find(head: str, repository: str, output: Path | None) -> int:
    """Find the open pull request whose last commit is HEAD.

    HEAD is a full commit id. One that is no longer the last of a pull request has a newer run,
    which will comment.
    """
    if not _COMMIT.match(head):
        raise click.UsageError(f"{head!r} is no commit: give all 40 characters of its id")
    number = pull_request_of(head, checked(repository))
    if number is None:
        click.echo(f"No open pull request has {head} as its last commit: nothing to comment on.")
        return 0
    click.echo(f"{head} is the last commit of pull request {number}.")
    if output is not None:
        with output.open("a", encoding="utf-8") as file:
            file.write(f"number={number}\n")
    return 0


@main.command()
@click.argument("number", type=click.IntRange(min=1))
@click.argument("body", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@repository_option
def post(number: int, body: Path, repository: str) -> int:
    """Make the file BODY the comment on pull request NUMBER.

    The comment that was posted before is changed; where there is none, one is added.
    """
    text = body.read_text(encoding="utf-8")
    if text.partition("\n")[0] != MARKER:
        write = "./debrief check --format markdown"
        raise click.UsageError(f"{body} does not begin with {MARKER}: write it with `{write}`")
    checked(repository)
    mine = own_comment(number, repository)
    if mine is None:
        place, method = f"repos/{repository}/issues/{number}/comments", "POST"
    elif mine["body"].split() == text.split():
        click.echo(f"The comment on pull request {number} says it already.")
        return 0
    else:
        place, method = f"repos/{repository}/issues/comments/{int(mine['id'])}", "PATCH"
    ask("--method", method, place, "--field", f"body=@{body}")
    done = "added to" if method == "POST" else "brought up to date on"
    click.echo(f"The comment was {done} pull request {number}.")
    return 0


def pull_request_of(head: str, repository: str) -> int | None:
    """The number of the open pull request with this last commit; of the newest, if of several.

    All open ones are looked through: asked for the pull requests of one commit, GitHub leaves out
    those that come from forks.
    """
    for pull in every(f"repos/{repository}/pulls?state=open&sort=created&direction=desc"):
        if pull["head"]["sha"] == head:
            return int(pull["number"])
    return None


def own_comment(number: int, repository: str) -> dict[str, Any] | None:
    """The comment on a pull request that an earlier run posted."""
    for comment in every(f"repos/{repository}/issues/{number}/comments?sort=created"):
        author = comment.get("user") or {}  # null where the account was deleted
        if author.get("login") == AUTHOR and str(comment["body"]).startswith(MARKER):
            return comment
    return None


if __name__ == "__main__":
    _console.run(main, "comment")
