"""The gate as the code host runs it: the workflow's own steps, on pull requests to scratch clones.

Only the setting up of Python and of the environment is left out: in each clone stands an
environment that leads to the one in which the tests run.
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
from typing import Any

import pytest
from checkouts import bash, copy_code, give_environment, lead_to_this_python
from scratch import git, program, put_catalog, write
from small_archive import ASSETS, RECORD
from workflow_text import workflow_of

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the steps are written for the shell of the code host's runner"
)

WORKFLOW = ".github/workflows/check.yml"
TODAY = "2026-03-16"
OWNERS = """\
owners:
  a-team: {name: A team, kind: team}
  a-person: {name: A person, kind: person, handles: ["@a-person"]}
"""
MERGED = "postmortems/2026/2026-03-10-merged.md"
PROPOSED = "postmortems/2026/2026-03-14-proposed.md"


# --- the workflow --------------------------------------------------------------------------------


workflow = partial(workflow_of, WORKFLOW)


def steps(root: Path) -> list[dict[str, Any]]:
    """The steps of the one job."""
    (job,) = workflow(root)["jobs"].values()
    return list(job["steps"])


def commands(root: Path) -> list[str]:
    return [step["run"] for step in steps(root) if "run" in step]


def check_of(root: Path) -> str:
    """The step that checks the records."""
    (command,) = [each for each in commands(root) if each.startswith("./debrief check")]
    return command


def test_what_is_merged_and_who_approved_is_part_of_the_check(root: Path) -> None:
    assert "--format github --base HEAD^1 --reviews" in check_of(root)
    assert commands(root)[-1] == "./debrief build --own-only"


def test_the_required_check_runs_on_every_pull_request(root: Path) -> None:
    """A required check that is filtered away stays pending, and blocks the merge for ever."""
    trigger = workflow(root)["on"]["pull_request"]
    assert not {"paths", "paths-ignore", "branches", "branches-ignore"} & set(trigger or ())
    (job,) = workflow(root)["jobs"].values()
    assert "if" not in job
    assert not any("if" in step or "continue-on-error" in step for step in steps(root))


def test_no_step_puts_text_of_a_pull_request_into_a_shell(root: Path) -> None:
    for command in commands(root):
        assert "${{" not in command


def test_a_job_may_read_and_no_more(root: Path) -> None:
    assert workflow(root)["permissions"] == {}
    for job in workflow(root)["jobs"].values():
        assert job["permissions"] == {"contents": "read", "pull-requests": "read"}
    for step in steps(root):
        if "uses" in step:
            assert re.search(r"@[0-9a-f]{40}$", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


# --- scratch clones ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A repository with this code, a small catalog, and one record on its main branch."""
    home = tmp_path_factory.mktemp("origin") / "repository"
    copy_code(root, home)
    shutil.copytree(root / ".github", home / ".github")
    put_catalog(home, OWNERS, ASSETS)
    write(home, MERGED, RECORD.replace("-14T", "-10T"))
    git(home, "init", "--quiet", "--initial-branch", "main")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "Begin")
    return home


@dataclass(frozen=True)
class PullRequest:
    """A clone with a branch, checked out as the code host does."""

    clone: Path
    tools: Path

    def change(self, path: str, text: str) -> None:
        """Propose a change, and check out the merge of it that the code host makes."""
        write(self.clone, path, text)
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--message", "Propose")
        git(self.clone, "switch", "--quiet", "--detach", "main")
        git(self.clone, "merge", "--quiet", "--no-ff", "--no-edit", "proposal")

    @property
    def summary(self) -> str:
        return (self.tools / "summary.md").read_text(encoding="utf-8")

    def check(self, root: Path, *approvers: str) -> subprocess.CompletedProcess[str]:
        """Run every step up to the check, as those accounts have approved."""
        head = "c" * 40
        reviews = [
            {"user": {"login": a}, "state": "APPROVED", "commit_id": head} for a in approvers
        ]
        pull = {"user": {"login": "somebody"}, "head": {"sha": head}}
        write(self.tools, "answer.json", json.dumps([reviews]))
        write(self.tools, "event.json", json.dumps({"pull_request": pull}))
        every = commands(root)
        for command in every[: every.index(check_of(root))]:
            asked = self.run(command)
            assert asked.returncode == 0, asked.stderr
        return self.run(check_of(root))

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run the text of one step as the runner does."""
        kept = ("HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
        env = {key: os.environ[key] for key in kept if key in os.environ}
        env |= {
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(self.tools / "summary.md"),
            "GITHUB_EVENT_PATH": str(self.tools / "event.json"),
            "GITHUB_REPOSITORY": "pellwick/outages",
            "RUNNER_TEMP": str(self.tools),
            "NUMBER": "7",
            "DEBRIEF_TODAY": TODAY,
        }
        return bash(command, self.clone, env)


def propose_to(origin: Path, folder: Path) -> PullRequest:
    """A clone in a folder, on a branch that is yet to be changed."""
    clone, tools = folder / "clone", folder / "tools"
    git(folder, "clone", "--quiet", str(origin), str(clone))
    git(clone, "switch", "--quiet", "--create", "proposal")
    give_environment(clone)
    lead_to_this_python(tools / "python3", clone)
    asked = '[ "$4" = repos/pellwick/outages/pulls/7/reviews ]'
    program(tools / "gh", f'{asked} && cat "$RUNNER_TEMP/answer.json"')
    return PullRequest(clone, tools)


@pytest.fixture
def pull_request(origin: Path, tmp_path: Path) -> PullRequest:
    return propose_to(origin, tmp_path)


# --- what is let through and what is not ---------------------------------------------------------


def test_a_good_pull_request_passes_every_step(pull_request: PullRequest, root: Path) -> None:
    pull_request.change(PROPOSED, RECORD)
    assert pull_request.check(root).returncode == 0
    for command in commands(root):
        done = pull_request.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "::error" not in done.stdout


def test_a_good_pull_request_gets_a_summary(pull_request: PullRequest, root: Path) -> None:
    pull_request.change(PROPOSED, RECORD)
    done = pull_request.check(root)
    assert done.stdout.splitlines()[0].startswith("History: changes since ")
    assert done.stdout.splitlines()[1:] == ["5 files, 0 errors, 0 warnings"]
    assert pull_request.summary.splitlines()[2] == "## Ready to merge, says the check"
    assert "## Every finding" not in pull_request.summary


REFUSED = {
    "no owner": ("owner: a-team\nincident", "incident", "PM201", 1, "`owner` is missing"),
    "a blank owner": ("owner: a-team\nincident", "owner:\nincident", "PM201", 5, "has no value"),
    "an action without an owner": (
        "    owner: a-team\n", "", "PM202", 9, "`actions[0].owner` is missing"
    ),
    "an action without a due date": (
        "    due: 2026-04-01\n", "", "PM203", 9, "`actions[0].due` is missing"
    ),
    "a blank due date": (
        "    due: 2026-04-01\n", "    due:\n", "PM203", 13, "`actions[0].due` has no value"
    ),
    "broken YAML": ("title: Orders", "title: Late: Orders", "PM009", 2, "colon"),
    "no front matter": ("---\ntitle", "\n---\ntitle", "PM005", 1, "blank line"),
    "an owner nobody knows": ("owner: a-team\ninc", "owner: a-teem\ninc", "PM205", 5, "a-teem"),
}  # fmt: skip


Refused = tuple[subprocess.CompletedProcess[str], str]
"""A check, and the summary that it wrote."""


def named(name: str) -> str:
    """Where the record of such a case lies."""
    return f"postmortems/2026/2026-03-14-{name.lower().replace(' ', '-')}.md"


@pytest.fixture(scope="module")
def refused(origin: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Refused:
    """One pull request with all of them."""
    pull_request = propose_to(origin, tmp_path_factory.mktemp("refused"))
    for name, (old, new, *_) in REFUSED.items():
        assert RECORD.count(old) == 1
        write(pull_request.clone, named(name), RECORD.replace(old, new))
    pull_request.change(PROPOSED, RECORD)
    return pull_request.check(root), pull_request.summary


def test_a_pull_request_with_errors_is_refused(refused: Refused) -> None:
    done, summary = refused
    assert (done.returncode, done.stderr) == (1, "")
    found = [each for each in done.stdout.splitlines() if each.startswith("::")]
    assert len(found) == len(REFUSED), done.stdout
    assert done.stdout.splitlines()[-1] == "13 files, 8 errors, 0 warnings"
    assert "## Not ready to merge: 8 errors" in summary


@pytest.mark.parametrize("name", REFUSED)
def test_each_error_is_an_annotation_on_its_line(refused: Refused, name: str) -> None:
    _, _, rule, line, words = REFUSED[name]
    done, summary = refused
    marks = (f"::error file={named(name)},", f"::warning file={named(name)},")
    (annotation,) = [each for each in done.stdout.splitlines() if each.startswith(marks)]
    place = re.match(r"::error file=([^,]+),line=(\d+),col=\d+,title=(PM\d+)::(.*)", annotation)
    assert place is not None, annotation
    assert (place[1], int(place[2]), place[3]) == (named(name), line, rule)
    assert words in place[4]
    assert "%0AFix: " in place[4]
    row = f"<tr><td>{named(name)}:{line}</td><td>error</td><td>{rule}</td><td>"
    assert summary.count(row) == 1


def test_a_pull_request_with_one_error_is_refused(pull_request: PullRequest, root: Path) -> None:
    pull_request.change(PROPOSED, RECORD.replace("    due: 2026-04-01\n", ""))
    done = pull_request.check(root)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "5 files, 1 error, 0 warnings"
    assert "## Not ready to merge: 1 error" in pull_request.summary


def test_a_pull_request_that_breaks_what_was_merged_is_refused(
    pull_request: PullRequest, root: Path
) -> None:
    pull_request.change("catalog/owners.yml", OWNERS.replace("a-team", "b-team"))
    done = pull_request.check(root)
    assert done.returncode == 1
    assert f"::error file={MERGED},line=5,col=8,title=PM205::" in done.stdout
    assert "::error file=catalog/assets.yml,line=2" in done.stdout


SIGNED = RECORD.replace(
    "---\n\nTold",
    "sign_offs:\n  - {role: owner, signed_by: a-person, signed_on: 2026-03-16}\n---\n\nTold",
)


def test_a_sign_off_waits_for_the_signer_s_approval(pull_request: PullRequest, root: Path) -> None:
    pull_request.change(PROPOSED, SIGNED)
    refused = pull_request.check(root)
    assert refused.returncode == 1
    assert "title=PM809::`a-person` signs, and has not approved this pull request" in refused.stdout
    assert pull_request.check(root, "A-Person").returncode == 0


def test_a_merged_record_that_is_deleted_is_refused(pull_request: PullRequest, root: Path) -> None:
    git(pull_request.clone, "rm", "--quiet", MERGED)
    pull_request.change(PROPOSED, RECORD)
    done = pull_request.check(root)
    assert done.returncode == 1
    assert f"::error file={MERGED},line=1,col=1,title=PM806::the record was" in done.stdout


def test_a_check_that_cannot_do_its_work_is_no_pass(pull_request: PullRequest, root: Path) -> None:
    pull_request.change("schema/postmortem.schema.json", "{")
    done = pull_request.check(root)
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr


def test_the_site_is_not_built_from_what_the_gate_refuses(
    pull_request: PullRequest, root: Path
) -> None:
    pull_request.change(PROPOSED, RECORD.replace("    due: 2026-04-01\n", ""))
    (command,) = [each for each in commands(root) if "build" in each]
    done = pull_request.run(command)
    assert done.returncode != 0
    assert f"{PROPOSED}:9" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
