"""What the code host says of a pull request, as its API writes it."""

from __future__ import annotations

from typing import Any

import pytest

from debrief.pull_request import PullRequest, read

PULL = {"user": {"login": "M-Sato"}, "head": {"sha": "h2"}, "number": 7}


def review(
    login: str | None, state: str, commit: str = "h2", at: str = "2026-03-30T10:00:00Z"
) -> Any:
    user = {"login": login} if login else None
    return {"user": user, "state": state, "commit_id": commit, "submitted_at": at}


def test_an_approval_of_the_head_counts() -> None:
    pull = read({"pull_request": PULL}, [review("N-Okafor", "APPROVED")])
    assert pull == PullRequest("m-sato", "h2", frozenset({"n-okafor"}))
    assert read(PULL, [[review("N-Okafor", "APPROVED")], []]) == pull


def test_an_approval_of_an_earlier_commit_is_stale() -> None:
    pull = read(PULL, [review("n-okafor", "APPROVED", "h1")])
    assert (pull.approvers, pull.stale) == (frozenset(), frozenset({"n-okafor"}))


def test_the_last_decision_counts_whatever_the_order_of_the_list() -> None:
    late = review("n-okafor", "CHANGES_REQUESTED", at="2026-03-30T12:00:00Z")
    assert read(PULL, [late, review("n-okafor", "APPROVED")]).approvers == frozenset()
    comment = review("n-okafor", "COMMENTED", at="2026-03-30T12:00:00Z")
    assert read(PULL, [review("n-okafor", "APPROVED"), comment]).approvers == {"n-okafor"}
    assert read(PULL, [review("n-okafor", "DISMISSED")]).approvers == frozenset()


def test_nobody_approves_their_own() -> None:
    pull = read(PULL, [review("m-SATO", "APPROVED")])
    assert (pull.approvers, pull.stale) == (frozenset(), frozenset())


def test_a_deleted_account_approves_nothing() -> None:
    assert read(PULL, [review(None, "APPROVED")]).approvers == frozenset()


@pytest.mark.parametrize("event", [None, [], {}, {"pull_request": None}, {"user": "x", "head": {}}])
def test_an_event_without_a_pull_request_is_refused(event: object) -> None:
    with pytest.raises(ValueError, match="names no pull request"):
        read(event, [])


@pytest.mark.parametrize("reviews", [None, {}, "APPROVED", [1], [{"user": {}}]])
def test_what_are_no_reviews_is_refused(reviews: object) -> None:
    with pytest.raises(ValueError, match="reviews"):
        read(PULL, reviews)
