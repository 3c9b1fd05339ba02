"""The workflow that comments: its own steps, on pull requests to scratch repositories.

Only the setting up of Python and of the environment is left out, and `gh` is a stub that answers as
GitHub does and keeps what it is given.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from checkouts import bash, copy_code, give_environment, lead_to_this_python
from scratch import git, program, put_catalog, write
from small_archive import ASSETS, RECORD
from workflow_text import commands_of, job_of, workflow_of

from debrief.digest import MARKER

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the steps are written for the shell of the code host's runner"
)

WORKFLOW = ".github/workflows/comment.yml"
TODAY = "2026-03-16"
NUMBER = 7
TOKEN = "a-token-that-may-write"
REPOSITORY = "an-org/postmortems"
BOT = {"login": "github-actions[bot]"}
OWNERS = """\
owners:
  a-team: {name: A team, kind: team}
  b-varga: {name: Bo Varga, kind: person, handles: ["@bovarga"]}
"""
PROPOSED = "postmortems/2026/2026-03-14-proposed.md"
NOBODY = RECORD.replace("owner: a-team\nincident", "incident")

# Answers with the lists that the test wrote, in pages; keeps each call and each body.
GH = """\
import json, os, sys
from pathlib import Path

here = Path(__file__).parent
asked = sys.argv[2:]
call = {"asked": asked, "token": os.environ.get("GH_TOKEN", "")}
answer = ""
if "--method" in asked:
    (body,) = [each for each in asked if each.startswith("body=@")]
    call["body"] = Path(body.removeprefix("body=@")).read_text(encoding="utf-8")
else:
    known = json.loads((here / "github.json").read_text(encoding="utf-8"))
    kind = next(kind for kind in ("comments?", "reviews?", "pulls?", "pulls/") if kind in asked[-1])
    if kind == "pulls/":
        answer = json.dumps(known[kind])
    else:
        pages = [known[kind][0::2], known[kind][1::2]]
        answer = json.dumps(pages) if "--slurp" in asked else "".join(map(json.dumps, pages))
with (here / "calls.jsonl").open("a", encoding="utf-8") as file:
    file.write(json.dumps(call) + "\\n")
print(answer)
"""


# --- the workflow as text ------------------------------------------------------------------------


workflow = partial(workflow_of, WORKFLOW)
job = partial(job_of, WORKFLOW)
steps = partial(commands_of, WORKFLOW)


def test_it_runs_after_the_check_of_a_pull_request(root: Path) -> None:
    (trigger,) = workflow(root)["on"].items()
    assert trigger == ("workflow_run", {"workflows": ["check"], "types": ["completed"]})
    assert "startsWith(github.event.workflow_run.event, 'pull_request')" in job(root)["if"]


def test_it_has_the_least_rights(root: Path) -> None:
    assert workflow(root)["permissions"] == {}
    assert job(root)["permissions"] == {"contents": "read", "pull-requests": "write"}


def test_its_code_is_that_of_the_default_branch_and_it_keeps_no_token(root: Path) -> None:
    used = [step for step in job(root)["steps"] if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in used)
    (checkout,) = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkout["with"] == {"fetch-depth": "0", "persist-credentials": "false"}
    # A cache could have been filled by the run of a pull request.
    assert not any("cache" in step.get("with", {}) for step in used)


def test_no_step_puts_text_of_a_pull_request_into_a_shell(root: Path) -> None:
    assert not [step["run"] for step in steps(root) if "${{" in step["run"]]


def test_the_step_that_reads_records_has_no_token(root: Path) -> None:
    (check,) = [step for step in steps(root) if "--root" in step["run"]]
    assert "GH_TOKEN" not in check.get("env", {})
    assert "GH_TOKEN" not in workflow(root).get("env", {})
    assert "GH_TOKEN" not in job(root).get("env", {})


# --- scratch repositories ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def main_branch(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A repository with this code, a small catalog, and no record on its main branch."""
    home = tmp_path_factory.mktemp("origin") / "repository"
    copy_code(root, home)
    shutil.copytree(root / ".github", home / ".github")
    put_catalog(home, OWNERS, ASSETS)
    git(home, "init", "--quiet", "--initial-branch", "main")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "Begin")
    return home


@dataclass(frozen=True)
class Done:
    """What came of a run of all steps."""

    codes: list[int]
    printed: str
    calls: list[dict[str, Any]]

    @property
    def posted(self) -> list[tuple[str, str, str]]:
        """Each change at the code host: the method, the address and the body."""
        writing = [call for call in self.calls if "--method" in call["asked"]]
        return [(call["asked"][1], call["asked"][2], call["body"]) for call in writing]

    @property
    def body(self) -> str:
        ((_, _, body),) = self.posted
        return body


@dataclass(frozen=True)
class Host:
    """The code host and its runner: a repository with pull requests, a clone, the tools."""

    origin: Path
    runner: Path
    root: Path
    reviews: list[dict[str, object]] = field(default_factory=list)
    """What the next `gh` says of the reviews."""

    def propose(self, changes: Mapping[str, str]) -> str:
        """Open a pull request with these files; the id of its last commit."""
        git(self.origin, "switch", "--quiet", "--create", "proposal", "main")
        for path, text in changes.items():
            write(self.origin, path, text)
        return self.commit()

    def commit(self) -> str:
        """Commit all there is, and let the code host merge it as it does for a check."""
        git(self.origin, "add", "--all")
        git(self.origin, "commit", "--quiet", "--message", "Propose")
        head = git(self.origin, "rev-parse", "HEAD")
        git(self.origin, "switch", "--quiet", "--detach", "main")
        git(self.origin, "merge", "--quiet", "--no-ff", "--message", "Merge", head)
        git(self.origin, "update-ref", f"refs/pull/{NUMBER}/merge", "HEAD")
        git(self.origin, "switch", "--quiet", "main")
        return head

    def answer(self, head: str | None, *comments: Mapping[str, object]) -> None:
        """What `gh` finds: pull requests, one of them with this head, and comments on it."""
        pulls = [{"number": 3, "head": {"sha": "0" * 40}}, {"number": 4, "head": {"sha": "1" * 40}}]
        if head is not None:
            pulls.append({"number": NUMBER, "head": {"sha": head}})
        known = {
            "pulls?": pulls,
            "pulls/": {"user": {"login": "author"}, "head": {"sha": head}},
            "reviews?": self.reviews,
            "comments?": comments,
        }
        (self.runner / "github.json").write_text(json.dumps(known), encoding="utf-8")

    def run(self, head: str) -> Done:
        """Run the steps as the runner does, on a new clone of the default branch."""
        clone = self.runner / "clone"
        git(self.runner, "clone", "--quiet", str(self.origin), str(clone))
        give_environment(clone)
        lead_to_this_python(self.runner / "python3", clone)
        program(self.runner / "gh", GH, language=sys.executable)
        outputs: dict[str, str] = {}
        codes, printed = [], ""
        for step in steps(self.root):
            if "if" in step and not outputs.get(step["if"].removeprefix("steps.")):
                continue
            done = self.step(clone, step, head, outputs)
            codes.append(done.returncode)
            printed += done.stdout + done.stderr
            if done.returncode:
                break
        calls = self.runner / "calls.jsonl"
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        return Done(codes, printed, [json.loads(line) for line in lines])

    def step(
        self, clone: Path, step: Mapping[str, Any], head: str, outputs: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run one step, with what its expressions stand for; keep its outputs."""
        means = {
            "github.token": TOKEN,
            "github.event.workflow_run.head_sha": head,
            **{f"steps.{key}": value for key, value in outputs.items()},
        }
        given = {
            key: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: means[found[1]], value)
            for key, value in step.get("env", {}).items()
        }
        kept = ("LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
        written = self.runner / "output"
        written.write_text("", encoding="utf-8")
        env = {key: os.environ[key] for key in kept if key in os.environ}
        env |= {
            "PATH": f"{self.runner}:{os.environ['PATH']}",
            "HOME": str(self.runner),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(written),
            "GITHUB_REPOSITORY": REPOSITORY,
            "RUNNER_TEMP": str(self.runner / "temp"),
            "DEBRIEF_TODAY": TODAY,
            **given,
        }
        (self.runner / "temp").mkdir(exist_ok=True)
        done = bash(step["run"], clone, env)
        for line in written.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            outputs[f"{step['id']}.outputs.{key}"] = value
        return done


@pytest.fixture
def host(main_branch: Path, tmp_path: Path, root: Path) -> Host:
    origin, runner = tmp_path / "origin", tmp_path / "runner"
    git(tmp_path, "clone", "--quiet", str(main_branch), str(origin))
    runner.mkdir()
    return Host(origin, runner, root)


def posted(host: Host, head: str, *comments: Mapping[str, object]) -> Done:
    host.answer(head, *comments)
    done = host.run(head)
    assert not any(done.codes), done.printed
    return done


# --- what it does --------------------------------------------------------------------------------


def test_a_pull_request_gets_a_comment(host: Host) -> None:
    done = posted(host, host.propose({PROPOSED: RECORD}))
    ((method, place, body),) = done.posted
    assert (method, place) == ("POST", f"repos/{REPOSITORY}/issues/{NUMBER}/comments")
    assert body.startswith(f"{MARKER}\n\n## ")
    assert "error" not in body


def test_the_comment_says_what_is_missing_and_the_run_does_not_fail(host: Host) -> None:
    done = posted(host, host.propose({PROPOSED: NOBODY}))
    assert "## Not ready to merge: 1 error" in done.body
    assert f"<code>{PROPOSED}</code>" in done.body
    assert "<code>owner</code> is missing" in done.body


def test_the_comment_of_an_earlier_run_is_changed(host: Host) -> None:
    head = host.propose({PROPOSED: NOBODY})
    older = {"id": 41, "user": BOT, "body": f"{MARKER}\n\n## Ready"}
    other = {"id": 40, "user": {"login": "somebody"}, "body": f"{MARKER}\n\nmine"}
    gone = {"id": 39, "user": None, "body": f"{MARKER}\n\nof a deleted account"}
    ((method, place, _),) = posted(host, head, gone, other, older).posted
    assert (method, place) == ("PATCH", f"repos/{REPOSITORY}/issues/comments/41")


def test_a_comment_that_says_it_already_is_left_alone(host: Host) -> None:
    head = host.propose({PROPOSED: NOBODY})
    first = posted(host, head)
    shutil.rmtree(host.runner)
    host.runner.mkdir()
    second = posted(host, head, {"id": 41, "user": BOT, "body": first.body})
    assert second.posted == []
    assert "says it already" in second.printed


def test_a_commit_of_no_open_pull_request_gets_nothing(host: Host) -> None:
    host.answer(None)
    done = host.run(host.propose({PROPOSED: NOBODY}))
    assert done.codes == [0]
    assert done.posted == []
    assert "nothing to comment on" in done.printed


def test_a_pull_request_that_has_moved_on_is_left_to_its_newer_run(host: Host) -> None:
    head = host.propose({PROPOSED: NOBODY})
    git(host.origin, "switch", "--quiet", "proposal")
    write(host.origin, PROPOSED, RECORD)
    host.commit()
    host.answer(head)  # asked just before it moved
    done = host.run(head)
    assert done.codes == [0, 1]
    assert f"Pull request {NUMBER} has moved on" in done.printed
    assert done.posted == []


@pytest.mark.parametrize("approved", [True, False])
def test_a_sign_off_is_held_against_the_reviews(host: Host, approved: bool) -> None:
    signed = "sign_offs: [{role: owner, signed_by: b-varga, signed_on: 2026-03-15}]\n---\n\nTold"
    head = host.propose({PROPOSED: RECORD.replace("---\n\nTold", signed)})
    if approved:
        host.reviews.append(
            {
                "user": {"login": "bovarga"},
                "state": "APPROVED",
                "commit_id": head,
                "submitted_at": f"{TODAY}T12:00:00Z",
            }
        )
    body = posted(host, head).body
    assert ("has not approved this pull request" in body) is not approved
    assert "PM810" not in body


# --- what a pull request may try -----------------------------------------------------------------


def test_no_code_of_the_pull_request_runs(host: Host, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    # As a runner has git-lfs: a filter that the attributes of a pull request could call.
    write(host.runner, ".gitconfig", f'[filter "touch"]\n\tsmudge = "touch \'{ran}\'; cat"\n')
    touch = f"__import__('pathlib').Path({str(ran)!r}).touch()\n"
    hostile = {
        "scripts/check.py": touch,
        "scripts/comment.py": touch,
        "src/debrief/__init__.py": touch,
        "src/sitecustomize.py": touch,
        "postmortems/sitecustomize.py": touch,
        "postmortems/conftest.py": touch,
        "debrief": f"#!/bin/sh\ntouch '{ran}'\n",
        "postmortems/.gitattributes": "* filter=touch diff=touch\n",
        ".gitattributes": "* filter=touch export-ignore\n",
        ".githooks/post-checkout": f"#!/bin/sh\ntouch '{ran}'\n",
        ".github/workflows/comment.yml": "name: comment\n",
    }
    done = posted(host, host.propose({**hostile, PROPOSED: NOBODY}))
    assert not ran.exists()
    assert "<code>owner</code> is missing" in done.body


def test_the_rules_and_schemas_are_those_of_the_default_branch(host: Host) -> None:
    done = posted(host, host.propose({"schema/postmortem.schema.json": "{}", PROPOSED: NOBODY}))
    assert "<code>owner</code> is missing" in done.body
    taken = sorted(path.name for path in (host.runner / "temp" / "records").iterdir())
    assert taken == [".git", "catalog", "postmortems"]


@pytest.mark.parametrize("folder", ["postmortems", "catalog"])
def test_a_folder_that_is_a_link_is_refused_and_not_followed(
    host: Host, tmp_path: Path, folder: str
) -> None:
    secret = tmp_path / "elsewhere" / "2026"
    secret.mkdir(parents=True)
    (secret / "2026-03-01-secret.md").write_text("---\nsecret: yes\n---\n", encoding="utf-8")
    git(host.origin, "switch", "--quiet", "--create", "proposal", "main")
    shutil.rmtree(host.origin / folder, ignore_errors=True)
    (host.origin / folder).symlink_to(secret.parent)
    done = posted(host, host.commit())
    assert "Not ready to merge" in done.body
    assert "PM001" in done.body
    assert "secret" not in done.body


def test_a_record_that_is_a_link_is_refused_and_not_followed(host: Host, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("---\ntitle: secret\n---\n", encoding="utf-8")
    git(host.origin, "switch", "--quiet", "--create", "proposal", "main")
    (host.origin / PROPOSED).parent.mkdir(parents=True)
    (host.origin / PROPOSED).symlink_to(tmp_path / "secret.md")
    done = posted(host, host.commit())
    assert "PM001" in done.body
    assert "secret" not in done.body


def test_text_of_a_record_stays_text(host: Host) -> None:
    hostile = "@an-org/everyone closes #1 ![x](https://example.com/x.png) <img src=x> | $(touch x)"
    record = RECORD.replace("severity: sev4", f"severity: '{hostile}'")
    body = posted(host, host.propose({PROPOSED: record})).body
    assert "everyone" in body
    for forbidden in ("@an-org", "#1", "https://", "<img"):
        assert forbidden not in re.sub("<code>.*?</code>", "", body), forbidden


def test_the_token_is_given_to_the_code_host_alone(host: Host) -> None:
    done = posted(host, host.propose({PROPOSED: NOBODY}))
    assert {call["token"] for call in done.calls} == {TOKEN}
    assert TOKEN not in done.printed
    assert TOKEN not in done.body
