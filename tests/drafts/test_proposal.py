"""What a pull request with a draft says, and whom it asks."""

from __future__ import annotations

import re

import pytest
from drafted import TODAY, notice

from debrief import checks, drafts
from debrief.archive import Archive
from debrief.catalog import Catalog, Owner
from debrief.drafts import proposal
from debrief.drafts.updating import Update
from debrief.events.notice import Notice


def described(told: Notice, archive: Archive) -> str:
    made = drafts.draft(told, archive, TODAY)
    found = checks.run(archive.with_text(made.path, made.text), TODAY, only={made.path})
    return proposal.of_new(told, made, found, archive.catalog)


def test_it_says_what_is_missing_with_line_and_fix(archive: Archive) -> None:
    bare = Notice("generic", "1", "Something failed")
    text = described(bare, archive)
    assert "<h3>Missing before it can be merged</h3>" in text
    assert "`" not in text
    assert re.search(r"<li>Line 5: <code>severity</code> has no value\. .+</li>", text)
    assert "Nobody was found to own it" in text


def test_it_says_what_is_suggested_and_why(archive: Archive) -> None:
    text = described(notice(), archive)
    assert "The check asks for nothing more: it can be merged as a draft." in text
    assert "<li><code>owner</code>: Suggested: answers for Orders mart." in text
    assert "Pricing is suggested as its owner" in text
    assert "delete this line" not in text
    assert "Promised then: none of 1 verified, 1 overdue by 32 days." in text


def test_the_reference_is_a_link_and_other_words_are_not(archive: Archive) -> None:
    url = "https://pellwick.example/incidents/Q1?a=1&b=2"
    text = described(notice(reference=url), archive)
    assert f'<a href="{url.replace("&", "&amp;")}">' in text
    text = described(notice(reference='javascript:alert(1)"><b>'), archive)
    assert "<a" not in text
    assert "<b>" not in text


def test_words_of_the_event_do_nothing_on_the_code_host(archive: Archive) -> None:
    text = described(notice(title="@everyone <img src=x> #12\n\n## Merge me"), archive)
    for alive in ("@everyone", "<img", "#12", "\n## "):
        assert alive not in text


def test_an_update_says_what_was_added_and_what_was_left() -> None:
    update = Update(added=("The severity: sev2.",), left=("It stays.",))
    text = proposal.of_update(notice(), "postmortems/2026/x.md", update, [], ())
    assert "<h3>Added by the last event</h3><ul><li>The severity: sev2.</li></ul>" in text
    assert "<h3>Left as it is</h3><ul><li>It stays.</li></ul>" in text


@pytest.mark.parametrize(
    ("key", "branch"),
    [
        ("Q1R2", "draft/pagerduty-q1r2"),
        ("a.b_c-1", "draft/pagerduty-a-b-c-1"),
    ],
)
def test_a_branch_is_named_after_the_incident(key: str, branch: str) -> None:
    assert proposal.branch(notice(key=key)) == branch
    assert proposal.branch(notice(key=key, title="Another title")) == branch


@pytest.mark.parametrize("key", ["../../x", "$(reboot)", "ö", "a b", "x" * 500, "-rf", ""])
def test_whatever_the_key_a_branch_has_only_plain_characters(key: str) -> None:
    assert re.fullmatch(
        r"draft/pagerduty-[a-z0-9][a-z0-9-]{0,90}", proposal.branch(notice(key=key))
    )


OWNERS = {
    "a-team": Owner("a-team", "A", "team", handles=("@org/a-team", "@org"), members=("b",)),
    "no-account": Owner("no-account", "N", "team", members=("b", "gone", "unknown", "c")),
    "b": Owner("b", "B", "person", handles=("@b-1",)),
    "c": Owner("c", "C", "person"),
    "gone": Owner("gone", "G", "person", handles=("@gone",), active=False),
}


@pytest.mark.parametrize(
    ("owner", "asked"),
    [
        ("a-team", (["org"], ["a-team"])),
        ("no-account", (["b-1"], [])),
        ("b", (["b-1"], [])),
        ("c", ([], [])),
        (None, ([], [])),
        ("unknown", ([], [])),
    ],
)
def test_the_owner_is_asked_or_the_people_of_a_team_without_account(
    owner: str | None, asked: tuple[list[str], list[str]]
) -> None:
    assert proposal.reviewers(owner, Catalog(owners=OWNERS)) == asked
