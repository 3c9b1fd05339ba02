"""The form with which people report an outage: what they answer is found in the draft again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from debrief import events
from debrief.events.notice import Notice

FORM = ".github/ISSUE_TEMPLATE/data-outage.yml"

ANSWERS = {
    "What happened?": "The sales of all stores\nare those of the day before.",
    "Which data is wrong?": "mart.daily_sales\nthe dashboard Store performance",
    "Which dates of the data are wrong?": "2026-03-11 to 2026-03-13",
    "Since when is it wrong?": "2026-03-14T02:00Z",
    "When was it noticed?": "2026-03-14T09:30+01:00",
    "What is it used for, and what was decided on it?": "Orders of milk, placed at seven.",
    "When was it over?": "2026-03-14T16:20Z",
    "Links": "https://chat.example.com/archive/1",
}


def form(root: Path) -> dict[str, Any]:
    read = yaml.safe_load((root / FORM).read_text(encoding="utf-8"))
    assert isinstance(read, dict)
    return read


def fields(root: Path) -> dict[str, dict[str, Any]]:
    """What is asked: label → field."""
    asked = [each for each in form(root)["body"] if each["type"] != "markdown"]
    return {each["attributes"]["label"]: each for each in asked}


def issue(root: Path, answers: Mapping[str, str]) -> bytes:
    """The event of a closed issue whose form was answered so, as GitHub writes it."""
    parts = [f"### {label}\n\n{answers.get(label, '_No response_')}" for label in fields(root)]
    whole = {
        "action": "closed",
        "issue": {
            "number": 7,
            "title": "Daily sales stand still",
            "html_url": "https://github.com/an-org/postmortems/issues/7",
            "state": "closed",
            "state_reason": "completed",
            "user": {"login": "bovarga"},
            "labels": [{"name": label} for label in form(root)["labels"]],
            "created_at": "2026-03-14T09:40:00Z",
            "closed_at": "2026-03-16T08:00:00Z",
            "body": "\n\n".join(parts),
        },
        "repository": {"full_name": "an-org/postmortems"},
    }
    return json.dumps(whole).encode()


def notice(root: Path, answers: Mapping[str, str]) -> Notice:
    (only,) = events.read(issue(root, answers))
    return only


def test_it_has_the_label_by_which_the_workflow_knows_incidents(root: Path) -> None:
    assert form(root)["labels"] == ["data-outage"]
    workflow = (root / ".github/workflows/draft.yml").read_text(encoding="utf-8")
    assert "vars.INCIDENT_LABEL || 'data-outage'" in workflow


def test_all_answers_are_found_again(root: Path) -> None:
    assert set(ANSWERS) <= set(fields(root))
    got = notice(root, ANSWERS)
    assert {point: moment.text for point, moment in got.clock.items()} == {
        "started_at": "2026-03-14T02:00Z",
        "detected_at": "2026-03-14T09:30+01:00",
        "resolved_at": "2026-03-14T16:20Z",
    }
    named = {name.text for name in got.names if name.kind == "reported data"}
    assert named == {"mart.daily_sales", "the dashboard Store performance"}
    assert "https://chat.example.com/archive/1" in [link.url for link in got.links]
    assert got.unread == ()
    for label in ("What happened?", "Which dates of the data are wrong?"):
        assert ANSWERS[label].splitlines()[-1] in (got.summary or "")
    assert "what was decided on it? Orders of milk, placed at seven." in (got.summary or "")


def test_each_way_of_noticing_is_a_word_of_the_records(root: Path) -> None:
    options = fields(root)["How was it noticed?"]["attributes"]["options"]
    words = [notice(root, {"How was it noticed?": option}).detected_by for option in options]
    assert words == ["consumer", "engineer", "monitor", "vendor"]


@pytest.mark.parametrize("kind", ["How was it noticed?", "How urgent is it?"])
def test_no_choice_is_read_as_nothing_or_as_something_else(root: Path, kind: str) -> None:
    for option in fields(root)[kind]["attributes"]["options"]:
        got = notice(root, {kind: option})
        assert got.severity is None
        assert option in (got.summary or "")


def test_a_form_of_which_only_the_least_is_answered_guesses_nothing(root: Path) -> None:
    required = [label for label, each in fields(root).items() if each.get("validations")]
    assert required == ["What happened?", "Which data is wrong?", "How urgent is it?"]
    got = notice(root, {"What happened?": "It stands still.", "Which data is wrong?": "sales"})
    assert set(got.clock) == {"detected_at"}
    assert got.detected_by is None


def test_every_question_is_tried_here(root: Path) -> None:
    others = {"How was it noticed?", "How urgent is it?"}
    assert set(ANSWERS) | others == set(fields(root))
