"""The handbook's page on reminders: what it shows is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import remind
from in_process import InProcess

from debrief.catalog import ReminderPolicy, build_policy
from debrief.document import as_catalog_file
from debrief.reminders import plain_json
from debrief.schema import OWN_FOLDER, Schema


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/handbook/reminders.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    return str(re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0])


@pytest.mark.samples
def test_what_it_shows_is_what_is_printed(page: str, root: Path, in_process: InProcess) -> None:
    command, *lines = block(page, "console").splitlines()
    words = command.removeprefix("$ ./debrief remind ").split()
    out = in_process(remind.main, "remind", *words, "--root", str(root)).out.splitlines()
    shown = lines[: lines.index("…")]
    assert out[: len(shown)] == shown


def test_the_policy_that_it_shows_is_valid_and_tells_the_values_that_hold_without_one(
    page: str, root: Path
) -> None:
    text = (root / "src/debrief/starter/policy.yml").read_text(encoding="utf-8")
    whole = text + block(page, "yaml")
    reading = Schema.load(OWN_FOLDER / "policy.schema.json").read(
        as_catalog_file(whole, "catalog/policy.yml")
    )
    assert reading.problems == ()
    assert reading.values is not None
    shown, own = build_policy(reading.values).reminders, ReminderPolicy()
    for key in ("before", "after", "every", "escalate_after", "data_every"):
        assert getattr(shown, key) == getattr(own, key), key


def test_it_says_how_many_come_in_one_request_and_how_many_issues_one_run_opens(page: str) -> None:
    assert f"at most {plain_json._MOST} reminders" in page
    (option,) = [each for each in remind.main.params if each.name == "most_issues"]
    assert f"opens at most {option.default} " in page
