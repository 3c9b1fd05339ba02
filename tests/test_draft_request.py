"""What of a report may go into a pull request: its heading, and the marked part of its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief import draft_request
from debrief.draft_request import BEGIN, END, DraftReport, ReportError

REPORT = {
    "outcome": "new",
    "branch": "draft/pagerduty-q1abc",
    "path": "postmortems/2026/2026-03-14-prices.md",
    "id": "2026-03-14-prices",
    "title": "Prices stood still",
    "body": "<p>A draft.</p>",
    "reason": "",
    "reviewers": ["n-okafor", "n-okafor"],
    "team_reviewers": ["pricing"],
}


def report(**changes: Any) -> DraftReport:
    return draft_request.read(json.dumps({**REPORT, **changes}))


# --- reading -------------------------------------------------------------------------------------


def test_a_report_is_read() -> None:
    got = report()
    assert (got.path, got.id) == (REPORT["path"], REPORT["id"])
    assert (got.reviewers, got.team_reviewers) == (("n-okafor",), ("pricing",))


def test_where_there_is_no_draft_there_need_be_no_path() -> None:
    none = {"outcome": "none", "branch": "draft/x-1", "title": "x", "reason": "it goes on"}
    got = draft_request.read(json.dumps(none))
    assert (got.path, got.id, got.reason, got.reviewers) == ("", "", "it goes on", ())


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{", '{"a":' * 20_000])
def test_what_is_no_object_is_told(text: str) -> None:
    with pytest.raises(ReportError, match="the report is no JSON object"):
        draft_request.read(text)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(ReportError, match="`branch` of the report is missing"):
        report(branch="")


@given(st.text())
def test_no_text_becomes_a_branch_or_a_path_that_is_none(text: str) -> None:
    for key, form in (("branch", "draft/"), ("path", "postmortems/")):
        try:
            got = report(**{key: form + text, "id": text.removesuffix(".md").rpartition("/")[2]})
        except ReportError:
            continue
        value = got.branch if key == "branch" else got.path
        assert ".." not in value
        assert value.isascii()
        assert not set(value) & set(" \\:*?[~^@{\0\n\x7f")


# --- headings ------------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_a_heading_is_one_short_line_that_mentions_nobody(title: str) -> None:
    heading = report(title=title).heading
    assert len(heading.splitlines()) == 1
    assert len(heading.replace("\u200b", "")) <= len("Draft: ") + 120
    rest = heading.partition(": ")[2]
    for sign in ("@", "#"):
        for after in rest.split(sign)[1:]:
            assert after[:1] in ("", " ", "\u200b")


@pytest.mark.parametrize("title", ["closes #1", "fixes an-org/x#1", "fixes GH-1", "@all, look"])
def test_a_heading_closes_nothing_when_it_becomes_a_commit(title: str) -> None:
    assert "\u200b" in report(title=title).heading


def test_a_message_has_no_word_of_the_event() -> None:
    hostile = report(title="closes #1\n\nSigned-off-by: x")
    assert hostile.message == "Draft 2026-03-14-prices"
    assert report(outcome="updated").message == "Complete 2026-03-14-prices"


# --- descriptions --------------------------------------------------------------------------------


def test_a_description_stands_between_its_marks() -> None:
    text = draft_request.description("<p>A draft.</p>\n", "<p>Note.</p>")
    assert text == f"{BEGIN}\n\n<p>A draft.</p>\n\n<p>Note.</p>\n\n{END}\n"


texts = st.text().filter(lambda text: BEGIN not in text and END not in text)


@given(texts, texts, st.text(), st.text())
def test_what_people_wrote_around_it_stays(above: str, below: str, one: str, other: str) -> None:
    old = above + draft_request.description(one) + below
    new = draft_request.redescribed(old, other)
    assert new is not None
    assert new.startswith(above + BEGIN)
    assert new.endswith(f"{END}\n{below}")
    assert new == above + draft_request.description(other) + below


@pytest.mark.parametrize("old", ["", "mine", BEGIN, END, f"{END}\n{BEGIN}"])
def test_without_its_marks_there_is_nothing_to_replace(old: str) -> None:
    assert draft_request.redescribed(old, "x") is None


def test_a_body_cannot_hold_a_mark() -> None:
    text = draft_request.description(f"a {END} b {BEGIN} c")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)
    again = draft_request.redescribed(text, "new")
    assert again == draft_request.description("new")


def test_a_long_body_is_cut_between_its_blocks_and_says_so() -> None:
    body = "\n\n".join(f"<p>{number} {'x' * 1_000}</p>" for number in range(100))
    text = draft_request.description(body, "<p>Note.</p>")
    assert len(text) < 62_000
    blocks = text.split("\n\n")
    assert blocks[-2:] == ["<p>Note.</p>", f"{END}\n"]
    assert blocks[-3] == "<p>There is more than fits in here; the record has it.</p>"
    assert all(block.startswith("<p>") and block.endswith("</p>") for block in blocks[1:-1])


def test_one_block_that_is_too_long_is_left_out_whole() -> None:
    text = draft_request.description("x" * 100_000)
    assert text == draft_request.description(
        "<p>There is more than fits in here; the record has it.</p>"
    )
