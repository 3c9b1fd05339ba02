"""`sync`: what differs is said, written or proposed; people's commits and decisions stay."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import roadmap
import sync
from code_host import CodeHost
from in_process import InProcess, Outcome, Run
from scratch import alter, git, write
from tracked import LATE, PATH, as_file, closed, issue, jira, put_company

from debrief.archive import Archive

TODAY = ("--today", "2026-11-25")
REPOSITORY = "an-org/shop"
KEY = f"{LATE}/test"


@pytest.fixture
def run(tmp_path: Path, in_process: InProcess) -> Run:
    put_company(tmp_path)

    def call(*words: str) -> Outcome:
        return in_process(sync.main, "sync", *words, "--root", str(tmp_path), *TODAY)

    return call


def text(folder: Path) -> str:
    return (folder / PATH).read_text(encoding="utf-8")


# --- on the terminal -----------------------------------------------------------------------------


def test_what_differs_is_said_and_nothing_is_written(tmp_path: Path, run: Run) -> None:
    before = text(tmp_path)
    done = run("--from", as_file(tmp_path, closed()))
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        "Proposed: 2 changes",
        LATE,
        "  test (an-org/shop#12): tracker is none here, an-org/shop#12 in the tracker",
        "    → link to https://github.com/an-org/shop/issues/12",
        "  test (an-org/shop#12): status is open here, closed, completed in the tracker",
        "    → done on 2026-11-20; as evidence, the closed ticket, no more",
        "Open actions whose ticket is in none of the files: 1",
        f"  {LATE}/page: https://jira.example.com/browse/PRICE-812",
        "1 ticket read, 1 of them an action's.",
        "Nothing was written: --write writes it, --propose proposes it.",
    ]
    assert text(tmp_path) == before


def test_write_writes_it_and_the_second_time_there_is_nothing_to_do(
    tmp_path: Path, run: Run
) -> None:
    name = as_file(tmp_path, closed())
    done = run("--from", name, "--write")
    assert (done.code, done.err) == (0, "")
    assert Archive.load(tmp_path).by_id[LATE].actions[0].status == "done"
    again = run("--from", name, "--write")
    assert again.code == 0
    assert again.out.splitlines()[-1] == "Nothing differs: 1 ticket read, 1 of them an action's."


def test_what_is_left_to_decide_keeps_the_exit_code(tmp_path: Path, run: Run) -> None:
    name = as_file(tmp_path, closed(), jira("Done", "done"))
    assert run("--from", name, "--write").code == 1
    assert run("--from", name, "--write").code == 1


def test_standard_input_is_a_file_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.TextIOWrapper(io.BytesIO(json.dumps([issue()]).encode()))
    monkeypatch.setattr(sys, "stdin", data)
    assert "link to" in run("--from", "-").out


def test_the_report_is_written_as_data(tmp_path: Path, run: Run) -> None:
    report = tmp_path / "report.json"
    run("--from", as_file(tmp_path, closed()), "--json", str(report))
    data = json.loads(report.read_text(encoding="utf-8"))
    assert data["version"] == 1
    assert [row["field"] for row in data["proposed"]] == ["tracker", "status"]
    left = run("--from", as_file(tmp_path, closed()), "--without", data["proposed"][1]["id"])
    assert "Proposed: 1 change\n" in left.out


def test_files_that_cannot_be_read_are_answered_in_one_line(tmp_path: Path, run: Run) -> None:
    broken = str(write(tmp_path, "broken.json", '[{"number": 1,\n'))
    done = run("--from", broken)
    words = "the JSON ends in the middle, at line 2, column 1: the file was cut off"
    assert (done.code, done.err) == (2, f"Error: {broken}: {words}\n")
    missing = run("--from", str(tmp_path / "none.json"))
    assert (missing.code, missing.err.endswith("none.json: there is no such file\n")) == (2, True)


def test_options_that_exclude_each_other_are_refused(tmp_path: Path, run: Run) -> None:
    name = as_file(tmp_path, issue())
    assert run("--from", name, "--write", "--propose").code == 2
    assert "--propose needs --repository" in run("--from", name, "--propose").err


def test_thousands_of_tickets_are_read_at_once(tmp_path: Path, run: Run) -> None:
    many = (issue(number, body="x" * 100) for number in range(100, 10_100))
    done = run("--from", as_file(tmp_path, *many, closed()))
    assert "10,001 tickets read, 1 of them an action's." in done.out


# --- as a pull request ---------------------------------------------------------------------------


@dataclass
class Desk:
    """A remote, a checkout of it, somebody's clone, and the code host."""

    remote: Path
    checkout: Path
    people: Path
    host: CodeHost
    in_process: InProcess
    folder: Path

    def propose(self, *tickets: Any) -> Outcome:
        name = as_file(self.folder, *tickets)
        options = ("--root", str(self.checkout), *TODAY)
        return self.in_process(sync.main, "sync", "--from", name, "--propose", *options)

    @property
    def pull(self) -> dict[str, Any]:
        (only,) = self.host.pulls
        return only

    @property
    def branch(self) -> str:
        return str(self.pull["head"]["ref"])

    def log(self) -> list[str]:
        return git(self.remote, "log", "--format=%s", f"main..{self.branch}").splitlines()

    def at(self, branch: str) -> str:
        return git(self.remote, "show", f"{branch}:{PATH}")

    def push(self, branch: str, *pairs: tuple[str, str]) -> None:
        """Somebody changes the record on a branch."""
        git(self.people, "fetch", "--quiet", str(self.remote), branch)
        git(self.people, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        alter(self.people / PATH, *pairs)
        git(self.people, "commit", "--quiet", "--all", "--message", "By hand")
        git(self.people, "push", "--quiet", str(self.remote), f"HEAD:refs/heads/{branch}")


@pytest.fixture
def desk(tmp_path: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Desk:
    remote, checkout, people = (tmp_path / name for name in ("remote", "checkout", "people"))
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(people))
    put_company(people)
    git(people, "add", "--all")
    git(people, "commit", "--quiet", "--message", "Begin")
    git(tmp_path, "clone", "--quiet", "--bare", str(people), str(remote))
    git(tmp_path, "clone", "--quiet", str(remote), str(checkout))
    host = CodeHost.at(tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{host.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GH_TOKEN", "a-token-that-may-write")
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_REF_NAME", "main")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.delenv("DEBRIEF_OWN_TOKEN", raising=False)
    return Desk(remote, checkout, people, host, in_process, tmp_path)


def fine(done: Outcome) -> Outcome:
    assert (done.code, done.err) == (0, ""), done
    return done


needs_gh = pytest.mark.skipif(os.name == "nt", reason="the stand-in for gh is a script")


@needs_gh
def test_one_pull_request_is_opened_and_left_alone_while_nothing_is_new(desk: Desk) -> None:
    fine(desk.propose(closed()))
    pull = desk.pull
    assert pull["title"] == "Sync 1 action with the tracker"
    assert pull["draft"]
    assert desk.branch.startswith("sync/")
    assert desk.log() == ["Sync 1 action with the tracker"]
    assert "done_on: 2026-11-20" in desk.at(desk.branch)
    assert "done_on" not in desk.at("main")
    assert "<code>2026-03-14-orders-late</code><br><code>test</code>: Test" in pull["body"]
    writes = len(desk.host.writes)
    again = fine(desk.propose(closed()))
    assert again.out.startswith("Nothing to do: the pull request says it already.")
    assert len(desk.host.writes) == writes
    assert len(desk.log()) == 1


@needs_gh
def test_what_people_do_to_the_pull_request_stays(desk: Desk) -> None:
    fine(desk.propose(closed()))
    number = int(desk.pull["number"])
    desk.host.change(number, {"body": f"Mind the freeze.\n\n{desk.pull['body']}"})
    branch = desk.branch
    # Somebody takes back that it is done, and says so.
    desk.push(branch, ("status: done", "status: blocked"), (", done_on: 2026-11-20", ""))
    moved = jira("In Progress", "indeterminate", duedate="2027-01-15")
    fine(desk.propose(closed(), moved))
    assert desk.log() == ["Sync 1 action with the tracker", "By hand", *desk.log()[2:]]
    record = desk.at(branch)
    assert "status: blocked" in record
    assert "due: 2027-01-15" in record
    assert desk.pull["body"].startswith("Mind the freeze.")
    assert "2027-01-15" in desk.pull["body"]
    assert desk.branch == branch


@needs_gh
def test_what_was_refused_is_not_proposed_again(desk: Desk) -> None:
    fine(desk.propose(closed()))
    desk.host.change(int(desk.pull["number"]), {"state": "closed"})
    done = fine(desk.propose(closed()))
    assert "these same changes were proposed" in done.out
    assert len(desk.host.pulls) == 1
    moved = jira("In Progress", "indeterminate", duedate="2027-01-15")
    fine(desk.propose(closed(), moved))
    assert len(desk.host.pulls) == 2


@needs_gh
def test_a_description_without_marks_leaves_the_branch_alone(desk: Desk) -> None:
    fine(desk.propose(closed()))
    desk.host.change(int(desk.pull["number"]), {"body": "mine"})
    moved = jira("In Progress", "indeterminate", duedate="2027-01-15")
    done = fine(desk.propose(closed(), moved))
    assert done.out.splitlines()[-1].startswith("Left alone: ")
    assert len(desk.log()) == 1
    assert desk.pull["body"] == "mine"


@needs_gh
def test_open_ends_alone_open_nothing_and_stand_in_the_summary(desk: Desk) -> None:
    put_link = ("due: 2026-12-24}", 'due: 2026-12-24, tracker: "https://jira.example.com/T-1"}')
    desk.push("main", put_link)
    hostile = "::error::x ##[error]y <img src=x> @an-org/all"
    ticket = jira("Done", "done", key="T-1", resolution={"name": hostile})
    done = fine(desk.propose(ticket))
    assert desk.host.pulls == []
    assert "::error" not in done.out
    assert "##[" not in done.out
    summary = (desk.folder / "summary.md").read_text(encoding="utf-8")
    assert "<img" not in summary
    assert "To decide: " in summary


@needs_gh
def test_a_base_that_is_no_branch_is_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REF_NAME", "nowhere")
    done = desk.propose(closed())
    assert (done.code, done.err) == (2, "Error: the repository has no branch nowhere\n")


# --- there and back ------------------------------------------------------------------------------


@needs_gh
def test_an_action_goes_out_as_an_issue_and_comes_back_done(desk: Desk) -> None:
    options = ("--root", str(desk.checkout), *TODAY)
    words = ("--github", "--write", "--repository", REPOSITORY)
    fine(desk.in_process(roadmap.main, "roadmap", *words, *options))
    (made,) = desk.host.issues
    assert made["labels"] == ["postmortem-action"]
    fine(desk.propose(made))
    assert f"{REPOSITORY}/issues/1" in desk.at(desk.branch)
    assert "status: done" not in desk.at(desk.branch)
    git(desk.remote, "update-ref", "refs/heads/main", f"refs/heads/{desk.branch}")
    desk.host.change(int(desk.pull["number"]), {"state": "closed", "merged_at": "2026-11-21"})
    desk.host.change_issue(1, state="closed", closed_at="2026-11-22T09:00:00Z")
    (made,) = desk.host.issues
    fine(desk.propose(made))
    newest = desk.host.pulls[-1]["head"]["ref"]
    assert "done_on: 2026-11-22" in desk.at(newest)
