"""What the code host says of a pull request: who opened it, and who approved its last commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_DECIDES = frozenset({"APPROVED", "CHANGES_REQUESTED", "DISMISSED"})
"""States of a review that take the place of an earlier one; a comment does not."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as far as sign-offs need it; account names are in lower case."""

    author: str
    head: str
    approvers: frozenset[str]
    """Accounts whose last decision approves the head commit, its author left out."""
    stale: frozenset[str] = frozenset()
    """Accounts whose last decision approves an earlier commit."""


def read(event: object, reviews: object) -> PullRequest:
    """Read what GitHub's API says.

    ``event`` is the payload of a workflow (with ``pull_request``) or the pull request itself;
    ``reviews`` the list from ``GET /repos/{owner}/{repo}/pulls/{number}/reviews``, or a list of
    such lists as ``gh api --paginate --slurp`` writes it.
    See docs.github.com/rest/pulls/reviews. Raises ValueError where one of them is something else.
    """
    pull = event.get("pull_request", event) if isinstance(event, dict) else None
    try:
        author, head = str(pull["user"]["login"]), str(pull["head"]["sha"])  # type: ignore[index] # what is missing is told below
    except (KeyError, TypeError):
        raise ValueError(
            "the event names no pull request with `user.login` and `head.sha`"
        ) from None
    last: dict[str, tuple[str, str]] = {}
    for login, state, commit in _decisions(reviews):
        last[login] = (state, commit)
    approving = {login: commit for login, (state, commit) in last.items() if state == "APPROVED"}
    approving.pop(author.lower(), None)
    now = frozenset(login for login, commit in approving.items() if commit == head)
    return PullRequest(author.lower(), head, now, frozenset(approving) - now)


def _decisions(reviews: object) -> Iterator[tuple[str, str, str]]:
    """Account, state and commit of each review that decides, the oldest first."""
    if not isinstance(reviews, list):
        raise ValueError("the reviews are not a list")  # noqa: TRY004 - as all else that is wrong in the input
    flat = [item for part in reviews for item in (part if isinstance(part, list) else [part])]
    found: list[tuple[str, str, str, str]] = []
    for item in flat:
        if not isinstance(item, dict) or not isinstance(item.get("state"), str):
            raise ValueError("an item of the reviews has no `state`")  # noqa: TRY004 - as above
        user: Any = item.get("user")  # null where the account was deleted
        if item["state"] not in _DECIDES or not isinstance(user, dict):
            continue
        at = str(item.get("submitted_at") or "")
        login, commit = str(user.get("login", "")).lower(), str(item.get("commit_id") or "")
        found.append((at, login, item["state"], commit))
    return ((login, state, commit) for _, login, state, commit in sorted(found, key=lambda f: f[0]))
