"""The workflow that drafts: what starts it, what it may do, and its own steps on a scratch remote.

Only the setting up of Python and of the environment is left out; `gh` is a stand-in that keeps pull
requests as GitHub does.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from checkouts import bash, copy_code, give_environment, lead_to_this_python
from code_host import CodeHost
from scratch import git, write
from workflow_text import commands_of, job_of, workflow_of

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the steps are written for the shell of the code host's runner"
)

WORKFLOW = ".github/workflows/draft.yml"
REPOSITORY = "an-org/postmortems"
BRANCH = "draft/pagerduty-q1abc"
TOKEN = "a-token-that-may-write"
MINE = "a-token-of-our-own"


# --- the workflow as text ------------------------------------------------------------------------


workflow = partial(workflow_of, WORKFLOW)
job = partial(job_of, WORKFLOW)
steps = partial(commands_of, WORKFLOW)


def condition(root: Path) -> str:
    return " ".join(job(root)["if"].split())


def test_an_incident_or_a_closed_issue_starts_it(root: Path) -> None:
    assert workflow(root)["on"] == {
        "repository_dispatch": {"types": ["incident"]},
        "issues": {"types": ["closed"]},
    }


def test_it_has_the_least_rights(root: Path) -> None:
    assert workflow(root)["permissions"] == {}
    assert job(root)["permissions"] == {"contents": "write", "pull-requests": "write"}


def test_no_run_is_dropped(root: Path) -> None:
    queue = {"group": "draft", "queue": "max", "cancel-in-progress": "false"}
    assert workflow(root)["concurrency"] == queue


def test_it_does_nothing_in_a_fork_and_for_other_issues(root: Path) -> None:
    assert condition(root).startswith("!github.event.repository.fork && (")
    label = "contains(github.event.issue.labels.*.name, vars.INCIDENT_LABEL || 'data-outage')"
    assert label in condition(root)
    assert 'fromJSON(\'["not_planned", "duplicate"]\'), github.event.issue.state_reason' in (
        condition(root)
    )


def test_whoever_has_no_rights_here_cannot_start_it_with_an_issue_of_their_own(root: Path) -> None:
    members = 'contains(fromJSON(\'["OWNER", "MEMBER", "COLLABORATOR"]\'), '
    assert f"{members}github.event.issue.author_association)" in condition(root)
    assert "github.event.sender.login != github.event.issue.user.login" in condition(root)


def test_actions_are_pinned_and_no_token_is_kept_or_cache_used(root: Path) -> None:
    used = [step for step in job(root)["steps"] if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in used)
    (checkout,) = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": "false"}
    assert not any("cache" in step.get("with", {}) for step in used)


def test_no_step_puts_text_of_an_event_into_a_shell(root: Path) -> None:
    assert not [step["run"] for step in steps(root) if "${{" in step["run"]]
    named = re.findall(r"\$\{\{ *(.*?) *\}\}", json.dumps(job(root)["steps"]))
    assert named == ["secrets.DRAFT_TOKEN || github.token", "secrets.DRAFT_TOKEN != ''"]


def test_packages_are_installed_before_there_is_a_token(root: Path) -> None:
    prepare, propose = steps(root)
    assert "env" not in prepare
    assert "env" not in workflow(root)
    assert "env" not in job(root)
    assert prepare["run"].startswith("./debrief propose ")
    assert set(propose["env"]) == {"GH_TOKEN", "DEBRIEF_OWN_TOKEN"}


def test_the_secret_is_one_of_an_environment(root: Path) -> None:
    assert job(root)["environment"] == {"name": "drafts", "deployment": "false"}


# --- its steps -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def main_branch(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A remote with this code, a stub for the command that drafts, and a small catalog."""
    home = tmp_path_factory.mktemp("origin") / "repository"
    copy_code(root, home)
    shutil.copy(root / "tests/support/draft_stub.py", home / "scripts" / "draft.py")
    write(home, "catalog/owners.yml", "owners: {}\n")
    git(home, "init", "--quiet", "--initial-branch", "main")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "Begin")
    return home


@dataclass(frozen=True)
class Runner:
    """A runner with a checkout of the default branch."""

    remote: Path
    checkout: Path
    host: CodeHost
    root: Path
    folder: Path

    def event(self, content: object, *, own_token: bool = False) -> list[int]:
        """Run all steps for an event; their exit codes."""
        file = write(self.folder, "event.json", json.dumps(content))
        means = {
            "secrets.DRAFT_TOKEN || github.token": MINE if own_token else TOKEN,
            "secrets.DRAFT_TOKEN != ''": "true" if own_token else "false",
        }
        codes = []
        for step in steps(self.root):
            given = {
                key: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: means[found[1]], value)
                for key, value in step.get("env", {}).items()
            }
            done = self.step(step["run"], file, given)
            codes.append(done.returncode)
            print(done.stdout, done.stderr)
            if done.returncode:
                break
        return codes

    def step(
        self, lines: str, event: Path, given: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        kept = ("LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
        env = {key: os.environ[key] for key in kept if key in os.environ}
        env |= {
            "PATH": f"{self.host.folder}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF_NAME": "main",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "DEBRIEF_TODAY": "2026-03-16",
            **given,
        }
        return bash(lines, self.checkout, env)

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text(encoding="utf-8")


@pytest.fixture
def runner(main_branch: Path, tmp_path: Path, root: Path) -> Runner:
    remote, checkout = tmp_path / "remote", tmp_path / "checkout"
    git(tmp_path, "clone", "--quiet", "--bare", str(main_branch), str(remote))
    address = remote.as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", address, str(checkout))
    give_environment(checkout)
    host = CodeHost.at(tmp_path / "tools")
    lead_to_this_python(host.folder / "python3", checkout)
    return Runner(remote, checkout, host, root, tmp_path)


def dispatched(**event: object) -> dict[str, object]:
    whole = {"key": "q1abc", "title": "Prices stood still $(touch x)", "adds": "", **event}
    return {"action": "incident", "client_payload": {"event": whole}}


def test_trigger_and_resolution_of_one_incident_make_one_pull_request(runner: Runner) -> None:
    assert runner.event(dispatched(over=False)) == [0, 0]
    assert runner.host.pulls == []
    assert "<p>No draft: the incident is not over.</p>" in runner.summary
    assert runner.event(dispatched()) == [0, 0]
    assert runner.event(dispatched(adds="all is well")) == [0, 0]
    (pull,) = runner.host.pulls
    assert (pull["head"]["ref"], pull["draft"]) == (BRANCH, True)
    assert "close this pull request and reopen it" in pull["body"]
    log = git(runner.remote, "log", "--format=%s", f"main..{BRANCH}")
    assert log.splitlines() == ["Complete 2026-03-14-q1abc", "Draft 2026-03-14-q1abc"]
    assert {call["token"] for call in runner.host.calls} == {TOKEN}
    seen = (runner.checkout / "scripts" / "environments.jsonl").read_text(encoding="utf-8")
    assert TOKEN not in seen


def test_a_token_of_ones_own_is_used_where_there_is_one(runner: Runner) -> None:
    assert runner.event(dispatched(), own_token=True) == [0, 0]
    (pull,) = runner.host.pulls
    assert "reopen" not in pull["body"]
    assert {call["token"] for call in runner.host.calls} == {MINE}


def test_an_event_that_cannot_be_read_fails_and_says_why(runner: Runner) -> None:
    assert runner.event(dispatched(refuse="no source is known")) == [0, 2]
    assert "<p>It could not be done: no source is known</p>" in runner.summary
    assert git(runner.remote, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
