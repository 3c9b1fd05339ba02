"""The code-quality report that GitLab reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debrief import reporters
from debrief.finding import Finding, Level, Position

PATH = "postmortems/2026/2026-03-14-late.md"
steady = settings(derandomize=True, deadline=None, max_examples=60)


def finding(
    line: int = 3,
    level: Level = Level.ERROR,
    message: str = "`owner` has no value",
    path: str = PATH,
) -> Finding:
    return Finding(path, Position(line, 1), "PM201", level, message, "write `owner: <id>`")


def report(*found: Finding) -> list[dict[str, Any]]:
    text = reporters.as_gitlab(iter(found))
    text.encode("utf-8")
    content = json.loads(text)
    assert isinstance(content, list)
    return content


def test_the_report_has_this_shape() -> None:
    (issue,) = report(finding())
    fingerprint = issue.pop("fingerprint")
    assert isinstance(fingerprint, str)
    assert issue == {
        "description": "`owner` has no value. Fix: write `owner: <id>`",
        "check_name": "PM201",
        "severity": "blocker",
        "location": {"path": PATH, "lines": {"begin": 3}},
    }


def test_a_good_run_is_an_empty_list() -> None:
    assert reporters.as_gitlab([]) == "[]"


@pytest.mark.parametrize(
    ("level", "severity"),
    [(Level.ERROR, "blocker"), (Level.WARNING, "minor"), (Level.ADVICE, "info")],
)
def test_only_an_error_is_a_blocker(level: Level, severity: str) -> None:
    (issue,) = report(finding(level=level))
    assert issue["severity"] == severity


def test_fingerprints_are_stable_and_never_the_same_twice() -> None:
    """GitLab shows only the first of several issues with one fingerprint."""
    before = [issue["fingerprint"] for issue in report(finding(3), finding(9), finding(9))]
    after = [issue["fingerprint"] for issue in report(finding(5), finding(11), finding(12))]
    assert before == after
    assert len(set(before)) == 3


def test_a_question_gets_no_second_full_stop() -> None:
    (issue,) = report(finding(message="on which dates?"))
    assert issue["description"].startswith("on which dates? Fix: ")


@steady
@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 5))
def test_any_words_give_a_report(path: str, words: str, line: int) -> None:
    (issue,) = report(finding(path=path, message=words, line=line))
    assert issue["location"]["lines"]["begin"] >= 1
    assert "\n" not in issue["description"]
