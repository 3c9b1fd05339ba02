"""`propose`: one pull request for one incident, whatever people did to it meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import propose
import pytest
from _scratch_clone import RefusedError, ScratchClone
from code_host import CodeHost
from drafted import put_company
from in_process import InProcess, Outcome
from scratch import git, program, write

from debrief.draft_request import BEGIN, END

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for gh is a script")

REPOSITORY = "an-org/postmortems"
BRANCH = "draft/pagerduty-q1abc"
PATH = "postmortems/2026/2026-03-14-q1abc.md"
TOKEN = "a-token-that-may-write"
BOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
HOSTILE = (
    "$(touch x) `id`\n::error::x ##[error]y\r${{ secrets.X }} @an-org/all closes #1 <img src=x>"
)


@dataclass
class Desk:
    """A remote, a checkout of it, the code host, and the command."""

    remote: Path
    people: Path
    """Somebody's clone."""
    host: CodeHost
    stub: Path
    run: Callable[..., Outcome]
    folder: Path

    def propose(self, *options: str, **event: Any) -> Outcome:
        """What the workflow does about an event."""
        whole = {"key": "q1abc", "title": "Prices stood still", "adds": "", **event}
        file = write(self.folder, "event.json", json.dumps({"client_payload": {"event": whole}}))
        return self.run("--from", str(file), *options)

    @property
    def pull(self) -> dict[str, Any]:
        """The one pull request."""
        (only,) = self.host.pulls
        return only

    @property
    def summary(self) -> str:
        file = self.folder / "summary.md"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def log(self, branch: str = BRANCH) -> list[str]:
        """The subjects of the commits that a branch adds, the newest first."""
        return git(self.remote, "log", "--format=%s", f"main..{branch}").splitlines()

    def at(self, path: str = PATH, branch: str = BRANCH) -> str:
        return git(self.remote, "show", f"{branch}:{path}")

    @property
    def branches(self) -> list[str]:
        listed = git(self.remote, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")
        return listed.splitlines()

    def push(self, path: str, text: str, branch: str = BRANCH) -> str:
        """Somebody pushes a change of theirs; the id of their commit."""
        git(self.people, "fetch", "--quiet", "origin")
        git(self.people, "switch", "--quiet", "--detach", f"origin/{branch}")
        write(self.people, path, text)
        git(self.people, "add", "--all")
        git(self.people, "commit", "--quiet", "--message", "By hand")
        git(self.people, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return git(self.people, "rev-parse", "HEAD")


@pytest.fixture
def desk(
    root: Path, tmp_path: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    remote, checkout, people = (tmp_path / name for name in ("remote", "checkout", "people"))
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(people))
    write(people, "catalog/owners.yml", "owners: {}\n")
    write(people, "scripts/draft.py", "raise SystemExit('code of a branch ran')\n")
    git(people, "add", "--all")
    git(people, "commit", "--quiet", "--message", "Begin")
    git(tmp_path, "clone", "--quiet", "--bare", str(people), str(remote))
    git(people, "remote", "add", "origin", str(remote))
    git(tmp_path, "clone", "--quiet", str(remote), str(checkout))
    host = CodeHost.at(tmp_path / "tools")
    stub = tmp_path / "stub" / "draft.py"
    stub.parent.mkdir()
    shutil.copy(root / "tests" / "support" / "draft_stub.py", stub)
    monkeypatch.setattr(propose, "DRAFT", stub)
    monkeypatch.setenv("PATH", f"{host.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_REF_NAME", "main")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.delenv("DEBRIEF_OWN_TOKEN", raising=False)

    def run(*words: str) -> Outcome:
        options = ("--root", str(checkout), "--today", "2026-03-16")
        return in_process(propose.main, "propose", *words, *options)

    return Desk(remote, people, host, stub, run, tmp_path)


def fine(done: Outcome) -> Outcome:
    assert (done.code, done.err) == (0, ""), done
    return done


# --- the first event -----------------------------------------------------------------------------


def test_a_finished_incident_gets_a_draft_pull_request(desk: Desk) -> None:
    done = fine(desk.propose())
    assert desk.at() == "event: q1abc"
    assert desk.log() == ["Draft 2026-03-14-q1abc"]
    pull = desk.pull
    assert pull["title"] == "Draft: Prices stood still"
    assert (pull["draft"], pull["head"]["ref"], pull["base"]["ref"]) == (True, BRANCH, "main")
    assert pull["body"].startswith(f"{BEGIN}\n\n<p>0 known</p>\n\n")
    assert pull["body"].endswith(f"\n\n{END}\n")
    assert done.out.splitlines() == [
        f"Committed {PATH} to the branch {BRANCH}.",
        f"Opened the pull request. https://github.com/{REPOSITORY}/pull/11",
        "Asked for a review: n-okafor.",
    ]


def test_the_commit_is_the_machines_and_holds_the_record_alone(desk: Desk) -> None:
    fine(desk.propose())
    form = "--format=%an <%ae>%n%cn <%ce>"
    assert git(desk.remote, "log", "-1", form, BRANCH).splitlines() == [BOT, BOT]
    changed = git(desk.remote, "diff", "--name-status", "main", BRANCH)
    assert changed.splitlines() == [f"A\t{PATH}"]


def test_its_summary_has_a_link(desk: Desk) -> None:
    fine(desk.propose())
    assert desk.summary.startswith("## Draft of a postmortem\n\n<p>")
    address = f"https://github.com/{REPOSITORY}/pull/11"
    assert f'<a href="{address}"><code>{address}</code></a>' in desk.summary


def test_the_checkout_is_left_as_it_was(desk: Desk) -> None:
    checkout = desk.folder / "checkout"
    before = git(checkout, "config", "--list", "--local"), git(checkout, "show-ref")
    fine(desk.propose())
    assert (git(checkout, "config", "--list", "--local"), git(checkout, "show-ref")) == before
    assert git(checkout, "status", "--porcelain") == ""


def test_what_reads_the_event_has_no_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", TOKEN)
    done = fine(desk.propose())
    seen = (desk.stub.parent / "environments.jsonl").read_text(encoding="utf-8")
    assert len(seen.splitlines()) == 2
    assert TOKEN not in seen
    assert {call["token"] for call in desk.host.calls} == {TOKEN}
    assert TOKEN not in done.out + desk.summary


# --- the token -----------------------------------------------------------------------------------


def test_with_the_workflows_own_token_it_is_said_how_checks_start(desk: Desk) -> None:
    fine(desk.propose())
    assert "close this pull request and reopen it" in desk.pull["body"]
    assert "close this pull request and reopen it" in desk.summary


@pytest.mark.parametrize("way", ["option", "environment"])
def test_with_a_token_of_ones_own_checks_start_by_themselves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "environment":
        monkeypatch.setenv("DEBRIEF_OWN_TOKEN", "true")
    fine(desk.propose(*(["--own-token"] if way == "option" else [])))
    assert "reopen" not in desk.pull["body"] + desk.summary


def test_a_repository_that_lets_no_workflow_open_one_is_told_what_to_do(desk: Desk) -> None:
    words = "GitHub Actions is not permitted to create or approve pull requests."
    desk.host.set(refusals=[words])
    done = desk.propose()
    assert done.code == 2
    assert "give the workflow a secret DRAFT_TOKEN, or allow it" in done.err
    assert f"The branch {BRANCH} has the draft." in done.err
    assert "secret DRAFT_TOKEN" in desk.summary
    desk.host.set(refusals=[])
    fine(desk.propose())  # run again
    assert desk.pull["head"]["ref"] == BRANCH
    assert desk.log() == ["Draft 2026-03-14-q1abc"]


def test_a_repository_without_draft_pull_requests_gets_an_ordinary_one(desk: Desk) -> None:
    desk.host.set(refusals=["Draft pull requests are not supported in this repository."])
    fine(desk.propose())
    assert desk.pull["draft"] is False


def test_any_other_refusal_is_told(desk: Desk) -> None:
    desk.host.set(refusals=["Something ::error:: else"])
    done = desk.propose()
    assert done.code == 2
    assert done.err == "Error: gh api: Something : :error: : else\n"


# --- reviewers -----------------------------------------------------------------------------------


def test_whoever_cannot_be_asked_is_named_and_the_others_are_asked(desk: Desk) -> None:
    done = fine(desk.propose(reviewers=["gone", "n-okafor"], teams=["pricing"]))
    assert "Asked for a review: n-okafor.\n" in done.out
    assert "Could not ask gone, pricing: an account must be able to write here" in done.out
    assert "Could not ask gone, pricing" in desk.summary


def test_a_team_is_asked_as_one(desk: Desk) -> None:
    desk.host.set(collaborators=["pricing"])
    fine(desk.propose(reviewers=[], teams=["pricing"]))
    assert desk.host.writes[-1]["values"] == {"team_reviewers": ["pricing"]}


def test_nobody_to_ask_is_said(desk: Desk) -> None:
    done = fine(desk.propose(reviewers=[]))
    assert "Asked nobody for a review" in done.out


# --- later events --------------------------------------------------------------------------------


def test_the_same_event_twice_makes_one(desk: Desk) -> None:
    fine(desk.propose())
    before = desk.pull
    done = fine(desk.propose())
    assert done.out.startswith("Nothing to do: the draft says it already. https://github.com/")
    assert desk.pull == before
    assert desk.log() == ["Draft 2026-03-14-q1abc"]


def test_a_later_event_adds_a_commit_and_asks_nobody_again(desk: Desk) -> None:
    fine(desk.propose())
    done = fine(desk.propose(adds="resolved"))
    assert desk.log() == ["Complete 2026-03-14-q1abc", "Draft 2026-03-14-q1abc"]
    assert desk.at() == "event: q1abc\nresolved"
    assert "<p>1 known</p>" in desk.pull["body"]
    assert done.out.splitlines()[-1].startswith("Brought the pull request up to date. https://")
    asked = [call for call in desk.host.calls if "requested_reviewers" in call["address"]]
    assert len(asked) == 1


def test_what_people_pushed_is_kept(desk: Desk) -> None:
    fine(desk.propose())
    theirs = desk.push(PATH, "event: q1abc\nwhat we know\n")
    fine(desk.propose(adds="resolved"))
    assert desk.at() == "event: q1abc\nwhat we know\nresolved"
    assert git(desk.remote, "rev-parse", f"{BRANCH}^") == theirs


def test_a_record_that_people_gave_another_name_is_found(desk: Desk) -> None:
    fine(desk.propose())
    git(desk.people, "fetch", "--quiet", "origin")
    git(desk.people, "switch", "--quiet", "--detach", f"origin/{BRANCH}")
    git(desk.people, "mv", PATH, PATH.replace("q1abc", "prices"))
    git(desk.people, "commit", "--quiet", "--message", "Rename")
    git(desk.people, "push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    fine(desk.propose(adds="resolved"))
    assert desk.at(PATH.replace("q1abc", "prices")) == "event: q1abc\nresolved"
    assert desk.log()[0] == "Complete 2026-03-14-prices"


def test_of_the_description_only_the_marked_part_changes(desk: Desk) -> None:
    fine(desk.propose())
    mine = f"Please read this first.\n\n{desk.pull['body']}\nSee the chat.\n"
    desk.host.change(11, {"body": mine.replace("\n", "\r\n"), "title": "Ours"})
    fine(desk.propose(adds="resolved"))
    body = desk.pull["body"]
    assert body.startswith(f"Please read this first.\r\n\r\n{BEGIN}\n\n<p>1 known</p>")
    assert body.endswith(f"{END}\r\n\r\nSee the chat.\r\n")
    assert desk.pull["title"] == "Ours"


@pytest.mark.parametrize("body", [None, "", "All mine.", f"{END} {BEGIN}"])
def test_a_description_without_the_marks_is_left_alone(desk: Desk, body: str | None) -> None:
    fine(desk.propose())
    desk.host.change(11, {"body": body})
    done = fine(desk.propose(adds="resolved"))
    assert desk.pull["body"] == body
    assert desk.at() == "event: q1abc\nresolved"
    assert "its description was left alone" in done.out


def test_somebody_who_pushes_at_the_same_moment_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine(desk.propose())
    push = ScratchClone.push
    theirs: list[str] = []

    def late(clone: ScratchClone, branch: str) -> None:
        if not theirs:
            theirs.append(desk.push(PATH, "event: q1abc\nwhat we know\n"))
        push(clone, branch)

    monkeypatch.setattr(ScratchClone, "push", late)
    fine(desk.propose(adds="resolved"))
    assert desk.at() == "event: q1abc\nwhat we know\nresolved"
    assert git(desk.remote, "rev-parse", f"{BRANCH}^") == theirs[0]


def test_two_runs_for_one_incident_make_one_branch_and_one_pull_request(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = ScratchClone.push
    ran: list[bool] = []

    def after_another_run(clone: ScratchClone, branch: str) -> None:
        if not ran:
            ran.append(True)
            fine(desk.propose())
        push(clone, branch)

    monkeypatch.setattr(ScratchClone, "push", after_another_run)
    fine(desk.propose())
    assert desk.pull["number"] == 11
    assert desk.log() == ["Draft 2026-03-14-q1abc"]


def test_whoever_pushes_all_the_time_is_left_in_peace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine(desk.propose())

    def refuse(_: ScratchClone, __: str) -> None:
        raise RefusedError

    monkeypatch.setattr(ScratchClone, "push", refuse)
    done = desk.propose(adds="resolved")
    assert done.code == 2
    assert done.err == f"Error: others push to {BRANCH} at the moment: run this job again\n"
    assert desk.at() == "event: q1abc"


def test_a_rule_of_the_remote_is_told_in_its_own_words(desk: Desk) -> None:
    lines = "echo 'error: GH013: Commits must have verified signatures.' >&2; exit 1"
    program(desk.remote / "hooks" / "pre-receive", lines)
    done = desk.propose()
    assert done.code == 2
    assert done.err.startswith("Error: git push: GH013: Commits must have verified signatures.; ")
    assert "verified signatures" in desk.summary
    assert desk.host.writes == []


# --- where nothing is made -----------------------------------------------------------------------


def test_an_incident_that_goes_on_makes_nothing_and_says_why(desk: Desk) -> None:
    done = fine(desk.propose(over=False))
    assert done.out == "No draft: the incident is not over.\n"
    assert "<p>No draft: the incident is not over.</p>" in desk.summary
    assert (desk.branches, desk.host.calls) == (["main"], [])


def test_a_record_that_is_merged_is_peoples(desk: Desk) -> None:
    desk.push(PATH, "event: q1abc\nmerged\n", branch="main")
    done = fine(desk.propose(adds="resolved"))
    assert done.out.startswith(f"No draft: {PATH} on main tells of this incident already.")
    assert (desk.branches, desk.host.calls) == (["main"], [])


def test_a_merged_pull_request_is_not_followed_by_another(desk: Desk) -> None:
    fine(desk.propose())
    desk.host.change(11, {"state": "closed", "merged_at": "2026-03-16T12:00:00Z"})
    git(desk.remote, "branch", "--quiet", "-D", BRANCH)
    done = fine(desk.propose(adds="resolved"))
    assert done.out.startswith("No draft: this incident's was merged, and its record is people's")
    assert desk.branches == ["main"]


@pytest.mark.parametrize("deleted", [True, False])
def test_one_that_was_closed_is_not_reopened(desk: Desk, deleted: bool) -> None:
    fine(desk.propose())
    desk.host.change(11, {"state": "closed"})
    if deleted:
        git(desk.remote, "branch", "--quiet", "-D", BRANCH)
    writes = len(desk.host.writes)
    done = fine(desk.propose(adds="resolved"))
    assert done.out.startswith(
        "No draft: this incident's was closed without merging. Reopen it to go on. https://github"
    )
    assert len(desk.host.writes) == writes
    assert "closed without merging" in desk.summary


def test_one_that_was_reopened_goes_on(desk: Desk) -> None:
    fine(desk.propose())
    closed = {**desk.pull, "number": 3, "state": "closed"}
    desk.host.set(pulls=[closed, desk.pull])
    fine(desk.propose(adds="resolved"))
    assert desk.log()[0] == "Complete 2026-03-14-q1abc"


def test_a_pull_request_of_a_fork_is_not_taken_for_ours(desk: Desk) -> None:
    head = {"ref": BRANCH, "repo": {"full_name": "an-org/postmortems-fork"}}
    fork = {"number": 3, "state": "open", "merged_at": None, "head": head, "body": "", "title": ""}
    desk.host.set(pulls=[fork])
    fine(desk.propose())
    assert len(desk.host.pulls) == 2


def test_a_branch_without_a_pull_request_gets_one(desk: Desk) -> None:
    git(desk.remote, "branch", BRANCH, "main")
    theirs = desk.push(PATH, "event: q1abc\nbegun by hand\n")
    fine(desk.propose())
    assert git(desk.remote, "rev-parse", BRANCH) == theirs
    assert desk.pull["head"]["ref"] == BRANCH


# --- what an event and a branch may try ----------------------------------------------------------


def test_an_event_that_cannot_be_read_is_told(desk: Desk) -> None:
    done = desk.propose(refuse="event.json: no source is known\n::error::x")
    assert done.code == 2
    assert done.err == "Error: event.json: no source is known\n"
    assert "<p>It could not be done: event.json: no source is known</p>" in desk.summary


def test_hostile_words_stay_words(desk: Desk) -> None:
    done = fine(desk.propose(title=HOSTILE, adds="x"))
    fine(desk.propose(title=HOSTILE, adds="y", report={"reason": HOSTILE}))
    assert desk.log() == ["Complete 2026-03-14-q1abc", "Draft 2026-03-14-q1abc"]
    title = desk.pull["title"]
    assert title.startswith("Draft: $(touch x) `id` ::")
    assert "@\u200ban-org/all" in title
    assert "#\u200b1" in title
    assert len(title) <= 140
    assert "::error" not in done.out
    assert not list(desk.folder.rglob("x"))


def test_a_hostile_reason_ends_no_line_and_starts_no_command(desk: Desk) -> None:
    done = fine(desk.propose(over=False, report={"reason": HOSTILE}))
    assert len(done.out.splitlines()) == 1
    assert "::" not in done.out.replace(": :", "")
    assert "##[" not in done.out
    assert "<img" not in desk.summary
    assert "@an-org" not in desk.summary


@pytest.mark.parametrize(
    "report",
    [
        {"branch": "main"},
        {"branch": "draft/../main"},
        {"branch": "draft/x y"},
        {"branch": "--force"},
        {"branch": "draft/"},
        {"branch": "draft/x\n"},
        {"branch": "draft/-x"},
        {"branch": None},
        {"path": "../../x.md"},
        {"path": "postmortems/2026/../../x.md"},
        {"path": ".github/workflows/x.yml"},
        {"path": "postmortems/2026/-x.md"},
        {"path": "postmortems/2026/other.md"},
        {"id": "other"},
        {"outcome": "anything"},
        {"reviewers": ["a b"]},
        {"reviewers": ["../x"]},
        {"reviewers": "n-okafor"},
        {"team_reviewers": [{"x": 1}]},
        {"title": 7},
        {"body": ["x"]},
    ],
)
def test_a_report_of_another_form_goes_no_further(desk: Desk, report: dict[str, Any]) -> None:
    done = desk.propose(report=report)
    assert done.code == 2
    assert done.err.startswith("Error: ./debrief draft: `")
    assert (desk.branches, desk.host.writes) == (["main"], [])


@pytest.mark.parametrize("base", ["", "--upload-pack=x", "a..b", "main@{1}", "a b"])
def test_what_is_no_branch_is_refused(desk: Desk, base: str) -> None:
    done = desk.propose("--base", base)
    assert done.code == 2
    assert "is no branch" in done.err


def test_a_base_that_is_not_there_is_told(desk: Desk) -> None:
    done = desk.propose("--base", "trunk")
    assert (done.code, done.err) == (2, "Error: the repository has no branch trunk\n")


def test_no_code_of_a_branch_runs_and_no_link_of_it_is_followed(desk: Desk) -> None:
    fine(desk.propose())
    outside = desk.folder / "outside"
    outside.mkdir()
    git(desk.people, "fetch", "--quiet", "origin")
    git(desk.people, "switch", "--quiet", "--detach", f"origin/{BRANCH}")
    write(desk.people, ".gitattributes", "* filter=touch\n")
    write(desk.people, "src/sitecustomize.py", "raise SystemExit('ran')\n")
    (desk.people / "postmortems/2027").symlink_to(outside)
    git(desk.people, "add", "--all")
    git(desk.people, "commit", "--quiet", "--message", "Hostile")
    git(desk.people, "push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    fine(desk.propose(adds="resolved"))
    assert desk.at() == "event: q1abc\nresolved"
    changed = git(desk.remote, "diff", "--name-only", f"{BRANCH}^", BRANCH)
    assert changed.splitlines() == [PATH]


def test_the_program_itself_starts(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(root / "scripts/propose.py"), "--help"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert "Open a draft pull request" in done.stdout


# --- with the command itself ---------------------------------------------------------------------


def pagerduty(kind: str, **changed: Any) -> dict[str, Any]:
    """A dispatched webhook about an incident of the company."""
    incident = {
        "id": "Q1ABC", "type": "incident", "number": 612, "status": kind,
        "html_url": "https://pellwick.pagerduty.example/incidents/Q1ABC",
        "created_at": "2026-11-20T07:42:00Z", "title": "Orders are stale", "teams": [],
        "service": {"id": "P1", "summary": "orders-service", "type": "service_reference"},
        "assignees": [], "priority": None,
    }  # fmt: skip
    body = {
        "id": "01", "event_type": f"incident.{kind}", "resource_type": "incident",
        "occurred_at": "2026-11-20T10:05:00Z", "data": incident | changed,
    }  # fmt: skip
    return {"action": "incident", "client_payload": {"event": {"event": body}}}


def test_a_vendors_events_become_one_pull_request_with_a_draft(
    desk: Desk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_company(desk.people)
    desk.push("README.md", "Ours\n", "main")
    git(desk.folder / "checkout", "pull", "--quiet")
    monkeypatch.setattr(propose, "DRAFT", root / "scripts" / "draft.py")

    def dispatched(event: dict[str, Any]) -> Outcome:
        file = write(desk.folder, "event.json", json.dumps(event))
        return fine(desk.run("--from", str(file), "--today", "2026-11-25"))

    assert "the incident is not over" in dispatched(pagerduty("triggered")).out
    assert desk.host.pulls == []
    dispatched(pagerduty("resolved"))
    draft = desk.at("postmortems/2026/2026-11-20-orders-are-stale.md")
    assert 'event: "pagerduty:Q1ABC"' in draft
    assert "<code>severity</code> has no value" in desk.pull["body"]
    assert "Orders mart was *late*" in desk.pull["body"]
    dispatched(pagerduty("resolved"))
    assert desk.log() == ["Draft 2026-11-20-orders-are-stale"]
    dispatched(pagerduty("resolved", priority={"summary": "P2"}))
    assert desk.log() == [
        "Complete 2026-11-20-orders-are-stale",
        "Draft 2026-11-20-orders-are-stale",
    ]
    assert "The severity: sev2." in desk.pull["body"]
