"""The workflow that syncs: what starts it, what it may do, and its own steps on a scratch remote.

Only the setting up of Python and of the environment is left out; `gh` is a stand-in that keeps
issues and pull requests as GitHub does.
"""

from __future__ import annotations

import json
import os
import re
from functools import partial
from pathlib import Path

import pytest
from checkouts import bash, copy_code, give_environment, lead_to_this_python
from code_host import CodeHost
from scratch import git
from tracked import PATH, closed, put_company
from workflow_text import commands_of, job_of, workflow_of

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the steps are written for the shell of the code host's runner"
)

WORKFLOW = ".github/workflows/sync.yml"

workflow = partial(workflow_of, WORKFLOW)
job = partial(job_of, WORKFLOW)
steps = partial(commands_of, WORKFLOW)


def test_a_schedule_or_a_person_starts_it(root: Path) -> None:
    assert set(workflow(root)["on"]) == {"schedule", "workflow_dispatch"}
    assert job(root)["if"] == "${{ !github.event.repository.fork }}"


def test_it_has_the_least_rights_and_runs_once_at_a_time(root: Path) -> None:
    assert workflow(root)["permissions"] == {}
    rights = {"contents": "write", "issues": "read", "pull-requests": "write"}
    assert job(root)["permissions"] == rights
    queue = {"group": "sync", "cancel-in-progress": "false"}
    assert workflow(root)["concurrency"] == queue
    assert job(root)["environment"] == {"name": "sync", "deployment": "false"}


def test_actions_are_pinned_and_no_token_is_kept_or_cache_used(root: Path) -> None:
    used = [step for step in job(root)["steps"] if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in used)
    (checkout,) = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": "false"}
    assert not any("cache" in step.get("with", {}) for step in used)


def test_no_step_puts_text_of_an_issue_into_a_shell(root: Path) -> None:
    assert not [step["run"] for step in steps(root) if "${{" in step["run"]]
    named = set(re.findall(r"\$\{\{ *(.*?) *\}\}", json.dumps(job(root)["steps"])))
    assert named == {
        "github.token",
        "vars.TRACKER_REPOSITORY || github.repository",
        "secrets.SYNC_TOKEN || github.token",
        "secrets.SYNC_TOKEN != ''",
    }


def test_packages_are_installed_before_there_is_a_token(root: Path) -> None:
    prepare, listing, propose = steps(root)
    assert "env" not in prepare
    assert "env" not in workflow(root)
    assert "env" not in job(root)
    assert prepare["run"].startswith("./debrief sync ")
    assert set(listing["env"]) == {"GH_TOKEN", "REPOSITORY"}
    assert set(propose["env"]) == {"GH_TOKEN", "DEBRIEF_OWN_TOKEN"}


def test_its_steps_propose_what_a_closed_issue_says(tmp_path: Path, root: Path) -> None:
    home, remote, checkout = (tmp_path / name for name in ("home", "remote", "checkout"))
    copy_code(root, home)
    put_company(home)
    git(home, "init", "--quiet", "--initial-branch", "main")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "Begin")
    git(tmp_path, "clone", "--quiet", "--bare", str(home), str(remote))
    git(tmp_path, "clone", "--quiet", "--depth=1", remote.as_uri(), str(checkout))
    give_environment(checkout)
    host = CodeHost.at(tmp_path / "tools")
    host.set(issues=[closed()])
    lead_to_this_python(host.folder / "python3", checkout)
    kept = ("LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    env = {key: os.environ[key] for key in kept if key in os.environ}
    env |= {
        "PATH": f"{host.folder}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "CI": "true",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REPOSITORY": "an-org/shop",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "RUNNER_TEMP": str(tmp_path),
        "DEBRIEF_TODAY": "2026-11-25",
        "GH_TOKEN": "a-token-that-may-write",
        "REPOSITORY": "an-org/shop",
    }
    for step in steps(root)[1:]:
        done = bash(step["run"], checkout, env)
        assert done.returncode == 0, (done.stdout, done.stderr)
    (pull,) = host.pulls
    assert "done_on: 2026-11-20" in git(remote, "show", f"{pull['head']['ref']}:{PATH}")
    assert "Opened the pull request." in (tmp_path / "summary.md").read_text(encoding="utf-8")
