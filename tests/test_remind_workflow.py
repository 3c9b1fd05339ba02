"""The workflow that reminds: when it runs, what it may do, and its own steps on a scratch checkout.

Only the setting up of Python and of the environment is left out; `gh` is a stand-in, and the
webhook is a server on this machine.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from checkouts import bash, copy_code, give_environment, lead_to_this_python
from code_host import CodeHost
from loopback import loopback_github
from promised import put_promises
from workflow_text import commands_of, job_of, workflow_of

from debrief.reminders import mailing

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the steps are written for the shell of the code host's runner"
)

WORKFLOW = ".github/workflows/remind.yml"
TOKEN = "a-token-that-may-write"


# --- the workflow as text ------------------------------------------------------------------------


workflow = partial(workflow_of, WORKFLOW)
job = partial(job_of, WORKFLOW)
steps = partial(commands_of, WORKFLOW)


def test_it_runs_each_day_and_by_hand_where_it_sends_only_when_asked(root: Path) -> None:
    triggers = workflow(root)["on"]
    assert set(triggers) == {"schedule", "workflow_dispatch"}
    (schedule,) = triggers["schedule"]
    minute, hour, *days = schedule["cron"].split()
    assert (minute.isdigit(), hour.isdigit(), days) == (True, True, ["*", "*", "*"])
    assert triggers["workflow_dispatch"]["inputs"]["send"]["default"] == "false"


def test_nothing_is_sent_before_somebody_switches_it_on(root: Path) -> None:
    assert job(root)["if"] == (
        "github.event_name == 'workflow_dispatch' || vars.DEBRIEF_REMINDERS == 'on'"
    )


def test_it_has_the_least_rights_and_one_runs_at_a_time(root: Path) -> None:
    assert workflow(root)["permissions"] == {}
    assert job(root)["permissions"] == {"contents": "read", "issues": "write"}
    assert workflow(root)["concurrency"] == {"group": "remind", "cancel-in-progress": "false"}
    assert job(root)["environment"] == {"name": "reminders", "deployment": "false"}


def test_actions_are_pinned_and_no_token_is_kept_or_cache_used(root: Path) -> None:
    used = [step for step in job(root)["steps"] if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in used)
    (checkout,) = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": "false"}
    assert not any("cache" in step.get("with", {}) for step in used)


def test_no_secret_stands_in_a_shell_or_beside_the_setting_up(root: Path) -> None:
    assert not [step["run"] for step in steps(root) if "${{" in step["run"]]
    prepare, _ = steps(root)
    assert "env" not in prepare
    assert "env" not in workflow(root)
    assert "env" not in job(root)


def test_it_hands_over_every_setting_of_mail(root: Path) -> None:
    given = {name for name in steps(root)[1]["env"] if name.startswith(mailing.PREFIX)}
    names = ("HOST", "PORT", "SECURITY", "FROM", "USER", "PASSWORD")
    assert given == {f"{mailing.PREFIX}{name}" for name in names}


def test_the_handbook_names_each_variable_and_secret_of_it(root: Path) -> None:
    page = (root / "docs/handbook/reminders.md").read_text(encoding="utf-8")
    named = re.findall(r"\b(?:vars|secrets)\.([A-Z_]+)", json.dumps(workflow(root)))
    assert [name for name in named if f"`{name}`" not in page] == []


# --- its steps -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Runner:
    """A runner with a checkout of the default branch."""

    checkout: Path
    host: CodeHost
    root: Path
    folder: Path

    def run(self, today: str = "2026-03-18", **settings: str) -> tuple[list[int], str]:
        """Run all steps with these inputs, variables and secrets; exit codes, and what was said."""
        means = {"github.token": TOKEN, "vars.DEBRIEF_TIME_ZONE || 'UTC'": "UTC", **settings}
        codes, said = [], ""
        for step in steps(self.root):
            given = {
                key: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: means.get(found[1], ""), value)
                for key, value in step.get("env", {}).items()
            }
            env = {
                "PATH": f"{self.host.folder}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_REPOSITORY": "an-org/postmortems",
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
                "DEBRIEF_TODAY": today,
                **given,
            }
            done = bash(step["run"], self.checkout, env)
            codes.append(done.returncode)
            said += done.stdout + done.stderr
        return codes, said


@pytest.fixture
def runner(tmp_path: Path, root: Path) -> Runner:
    checkout = tmp_path / "checkout"
    copy_code(root, checkout)
    put_promises(checkout)
    give_environment(checkout)
    host = CodeHost.at(tmp_path / "tools")
    host.set(collaborators=["m-sato"])
    lead_to_this_python(host.folder / "python3", checkout)
    return Runner(checkout, host, root, tmp_path)


def test_by_hand_it_says_what_it_would_do_and_does_nothing(runner: Runner) -> None:
    codes, said = runner.run(**{"inputs.send": "false"})
    assert codes == [0, 0]
    assert "a new issue: would open: Check the header" in said
    assert runner.host.writes == []


def test_on_schedule_it_opens_issues_and_tells_the_channels_that_are_set(runner: Runner) -> None:
    with loopback_github() as hook:
        codes, said = runner.run(**{"secrets.DEBRIEF_SLACK_WEBHOOK": f"{hook.address}/secret"})
        assert codes == [0, 0], said
        assert "Check the header" in runner.host.titled
        assert {call["token"] for call in runner.host.calls} == {TOKEN}
        assert len(hook.received) == 1
        assert "/secret" not in said
        # Without issues, and again on the same day: nothing is left to say.
        codes, said = runner.run(
            **{
                "secrets.DEBRIEF_SLACK_WEBHOOK": f"{hook.address}/secret",
                "vars.DEBRIEF_REMINDER_ISSUES": "off",
            }
        )
        assert codes == [0, 0], said
        assert "slack DEBRIEF_SLACK_WEBHOOK: nothing to say." in said
        assert len(hook.received) == 1
    assert "<li>slack DEBRIEF_SLACK_WEBHOOK" in (runner.folder / "summary.md").read_text("utf-8")


def test_a_channel_that_takes_nothing_makes_the_run_red(runner: Runner) -> None:
    with loopback_github() as hook:
        hook.statuses[:] = [404]
        codes, said = runner.run(**{"secrets.DEBRIEF_JSON_WEBHOOK": hook.address})
    assert codes == [0, 1]
    assert "webhook DEBRIEF_JSON_WEBHOOK: it answered 404" in said
