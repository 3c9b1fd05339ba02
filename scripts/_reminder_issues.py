"""Reminders as issues at GitHub, through `gh`; and the issue that remembers the last run."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import click
from _github import GitHubError, ask, every, send
from _reminder_run import Run, Told

from debrief import words
from debrief.reminders import memory
from debrief.reminders.issues import LABEL, Issue, Planner, Step, at_most
from debrief.reminders.memory import ForgottenError, Memory

PAUSE = 1.0
"""Seconds after each change: docs.github.com/rest, "Best practices for using the REST API"."""

PATIENCE = 3
"""After so many changes in a row that GitHub refuses, it is left in peace."""

MEMORY_MARK = "<!-- debrief reminders: what was said last -->"

_MEMORY = re.compile(r"```json\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Desk:
    """The issues of a repository that have the label."""

    repository: str

    @cached_property
    def found(self) -> list[dict[str, Any]]:
        """All of them, open or closed, as GitHub tells them."""
        address = f"repos/{self.repository}/issues?state=all&labels={LABEL}"
        # In lists of issues GitHub has the pull requests too.
        return [each for each in every(address) if "pull_request" not in each]

    def issues(self) -> Iterator[Issue]:
        """Those that may be of reminders."""
        for each in self.found:
            people = each.get("assignees") or []
            yield Issue(
                int(each["number"]),
                each.get("state") == "open",
                _body(each),
                tuple(str(person["login"]) for person in people),
            )

    def make_label(self) -> None:
        """Make the label, where there is none."""
        try:
            ask(f"repos/{self.repository}/labels/{LABEL}")
        except GitHubError as error:
            if "404" not in error.answer:
                raise
            about = "Kept up to date by ./debrief remind"
            values = {"name": LABEL, "color": "bfd4f2", "description": about}
            send("POST", f"repos/{self.repository}/labels", values)

    def open(self, values: Mapping[str, object]) -> int:
        """Open an issue; its number."""
        made = send("POST", f"repos/{self.repository}/issues", values)
        return int(made["number"])

    def change(self, number: int, values: Mapping[str, object]) -> None:
        """Change an issue."""
        send("PATCH", f"repos/{self.repository}/issues/{number}", values)

    def comment(self, number: int, body: str) -> None:
        """Comment on an issue, which notifies everybody who follows it."""
        send("POST", f"repos/{self.repository}/issues/{number}/comments", {"body": body})


def _body(issue: Mapping[str, Any]) -> str:
    return str(issue.get("body") or "").replace("\r\n", "\n")


def keep_issues(run: Run, desk: Desk, most: int) -> None:
    """Open, remind, bring up to date and close, as the records say."""
    planner = Planner(run.archive, run.wording, run.today)
    steps = planner.steps(run.found, desk.issues())
    if run.dry:
        for step in steps:
            where = f"issue #{step.number}" if step.number is not None else "a new issue"
            run.told.say(f"{where}: would {step.words}")
    else:
        carry_out(desk, steps, most, run.told)
    if not steps:
        run.told.say("Issues: all of them say what the records say.")


def carry_out(desk: Desk, steps: Sequence[Step], most: int, told: Told) -> None:
    """Do it, step by step; what GitHub refuses is told, and tried again by the next run."""
    now, later = at_most(steps, most)
    if any(step.number is None for step in now):
        desk.make_label()
    refused = 0
    for index, step in enumerate(now):
        try:
            number = _done(desk, step, told)
        except GitHubError as error:
            told.fail(f"Issues: could not {step.words}: {error.message}")
            refused += 1
            if refused == PATIENCE and index + 1 < len(now):
                left = words.counted(len(now) - index - 1, "change")
                told.fail(f"Issues: stopped there; {left} left for the next run.")
                return
        else:
            refused = 0
            told.say(f"Issue #{number}: {step.words}")
    for step in later:
        told.say(f"Issues: left for the next run: {step.words}")


def _done(desk: Desk, step: Step, told: Told) -> int:
    number = step.number
    if number is None:
        number = _with_assignees(desk.open, step, told)
        time.sleep(PAUSE)
    else:
        for comment in step.comments:
            desk.comment(number, comment)
            time.sleep(PAUSE)
        there = number
        _with_assignees(lambda values: desk.change(there, values), step, told)
        time.sleep(PAUSE)
    return number


def _with_assignees(do: Any, step: Step, told: Told) -> Any:
    """Do it; and without assignees, where GitHub lets one of them not be assigned."""
    try:
        return do(step.values)
    except GitHubError as error:
        names = step.values.get("assignees")
        if not names or "422" not in error.answer:
            raise
        told.say(f"Issues: GitHub assigns nobody of {names} to “{step.words}”; it names them.")
        return do({key: value for key, value in step.values.items() if key != "assignees"})


class IssueKeeper:
    """Keeps the memory in an issue, where everybody sees when the reminders last ran."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._number: int | None = None
        self._kept = ""
        self.memory = Memory()
        kept = [each for each in desk.found if _body(each).startswith(MEMORY_MARK)]
        if kept:
            first = min(kept, key=lambda each: int(each["number"]))
            self._number = int(first["number"])
            self.memory = self._read(_body(first))

    def _read(self, body: str) -> Memory:
        found = _MEMORY.search(body)
        try:
            return memory.read(found[1] if found is not None else "")
        except ForgottenError as error:
            raise click.ClickException(
                f"issue #{self._number} of {self._desk.repository} cannot be read as what was "
                f"said last: {error}. Put its block of JSON right, or take its label away; then "
                "say with --since from which day on to speak"
            ) from None

    def keep(self, now: Memory) -> None:
        """Write it into the issue, which is opened where there is none."""
        if now.text() == self._kept:
            return
        values: dict[str, object] = {"title": _title(now.ran_on), "body": _status(now)}
        if self._number is None:
            self._desk.make_label()
            self._number = self._desk.open({**values, "labels": [LABEL]})
        else:
            self._desk.change(self._number, values)
        self._kept, self.memory = now.text(), now


def _title(ran_on: date | None) -> str:
    return f"Reminders: last ran {words.day(ran_on) if ran_on is not None else 'never'}"


def _status(now: Memory) -> str:
    return (
        f"{MEMORY_MARK}\n\n"
        "<p>The workflow <code>remind</code> remembers here what it has said, so that nothing is "
        "said twice. Pin this issue to see when it last ran. If you close it, it goes on; without "
        "its label, it is forgotten.</p>\n\n"
        f"```json\n{now.text()}```\n"
    )
