"""`comment`: which pull request it finds, which comment it changes, and what it refuses."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import comment
import pytest
from in_process import InProcess, Outcome, Run
from scratch import program

from debrief.digest import MARKER

HEAD = "a" * 40
REPOSITORY = "an-org/postmortems"
BODY = f"{MARKER}\n\n## Ready to merge, says the check\n"
BOT = {"login": "github-actions[bot]"}

# Answers each request with what the test wrote down, and keeps what it was asked.
GH = """\
import json, os, sys
from pathlib import Path

here = Path(__file__).parent
with (here / "calls").open("a", encoding="utf-8") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
sys.stderr.write((here / "stderr").read_text(encoding="utf-8"))
if (here / "stderr").stat().st_size:
    sys.exit(1)
if "--paginate" in sys.argv:
    print((here / "answer").read_text(encoding="utf-8"))
"""


@dataclass(frozen=True)
class Gh:
    """The stub."""

    folder: Path

    def answers(self, *pages: Sequence[Mapping[str, object]]) -> None:
        """The pages of the next list, as older versions of gh print them."""
        text = "\n".join(json.dumps(page, ensure_ascii=False) for page in pages)
        (self.folder / "answer").write_text(text, encoding="utf-8")

    def fails(self, words: str) -> None:
        (self.folder / "stderr").write_text(words, encoding="utf-8")

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gh:
    folder = tmp_path / "tools"
    program(folder / "gh", GH, language=sys.executable)
    (folder / "stderr").write_text("", encoding="utf-8")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    made = Gh(folder)
    made.answers([])
    return made


@pytest.fixture
def run(in_process: InProcess) -> Run:
    def go(*arguments: object) -> Outcome:
        return in_process(comment.main, "comment", *map(str, arguments))

    return go


@pytest.fixture
def body(tmp_path: Path) -> Path:
    file = tmp_path / "comment.md"
    file.write_text(BODY, encoding="utf-8")
    return file


def pull(number: int, head: str) -> dict[str, Any]:
    return {"number": number, "head": {"sha": head}}


def said(number: int, author: Mapping[str, str] | None, body: str) -> dict[str, Any]:
    return {"id": number, "user": author, "body": body}


# --- find ----------------------------------------------------------------------------------------


def test_the_pull_request_with_that_last_commit_is_found(gh: Gh, run: Run, tmp_path: Path) -> None:
    gh.answers([pull(3, "b" * 40)], [pull(7, HEAD), pull(6, HEAD)])
    done = run("find", HEAD, "--output", tmp_path / "output")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{HEAD} is the last commit of pull request 7.\n"
    assert (tmp_path / "output").read_text(encoding="utf-8") == "number=7\n"
    ((*_, address),) = gh.calls
    assert address.startswith(f"repos/{REPOSITORY}/pulls?state=open&")


def test_no_pull_request_is_no_failure(gh: Gh, run: Run, tmp_path: Path) -> None:
    gh.answers([pull(3, "b" * 40)])
    done = run("find", HEAD, "--output", tmp_path / "output")
    assert (done.code, done.err) == (0, "")
    assert "nothing to comment on" in done.out
    assert not (tmp_path / "output").exists()


@pytest.mark.usefixtures("gh")
@pytest.mark.parametrize("head", ["", "main", "abc", HEAD[:-1], f"{HEAD}\n", "$(id)", "--version"])
def test_what_is_no_commit_is_refused(run: Run, head: str) -> None:
    done = run("find", head) if not head.startswith("-") else run("find", "--", head)
    assert done.code == 2
    assert "is no commit: give all 40 characters of its id" in done.err


@pytest.mark.usefixtures("gh")
@pytest.mark.parametrize("name", ["postmortems", "a/b/c", "a/b?c", "../x", "a b/c"])
def test_what_is_no_repository_is_refused(run: Run, body: Path, name: str) -> None:
    for arguments in (("find", HEAD), ("post", 7, body)):
        done = run(*arguments, "--repository", name)
        assert done.code == 2
        assert "is no repository: write OWNER/NAME" in done.err


# --- post ----------------------------------------------------------------------------------------


def test_the_first_comment_is_added(gh: Gh, run: Run, body: Path) -> None:
    done = run("post", 7, body)
    assert (done.code, done.err) == (0, "")
    assert done.out == "The comment was added to pull request 7.\n"
    place = f"repos/{REPOSITORY}/issues/7/comments"
    assert gh.calls[-1] == ["api", "--method", "POST", place, "--field", f"body=@{body}"]


def test_the_comment_that_is_there_is_changed(gh: Gh, run: Run, body: Path) -> None:
    gh.answers([said(40, {"login": "somebody"}, BODY)], [said(41, BOT, f"{MARKER}\nold")])
    done = run("post", 7, body)
    assert done.out == "The comment was brought up to date on pull request 7.\n"
    place = f"repos/{REPOSITORY}/issues/comments/41"
    assert gh.calls[-1] == ["api", "--method", "PATCH", place, "--field", f"body=@{body}"]


@pytest.mark.parametrize(
    "other",
    [
        said(40, {"login": "somebody"}, BODY),
        said(40, {"login": "github-actions"}, BODY),
        said(40, None, BODY),
        said(40, BOT, f"> {MARKER}\nquoted"),
        said(40, BOT, "another workflow's"),
    ],
)
def test_a_comment_of_somebody_else_is_left_alone(
    gh: Gh, run: Run, body: Path, other: dict[str, Any]
) -> None:
    gh.answers([other])
    run("post", 7, body)
    assert gh.calls[-1][:3] == ["api", "--method", "POST"]


@pytest.mark.parametrize("there", [BODY, BODY.strip(), BODY.replace("\n", "\r\n")])
def test_a_comment_that_says_it_already_is_left_as_it_is(
    gh: Gh, run: Run, body: Path, there: str
) -> None:
    gh.answers([said(41, BOT, there)])
    done = run("post", 7, body)
    assert done.out == "The comment on pull request 7 says it already.\n"
    assert len(gh.calls) == 1


@pytest.mark.parametrize("text", ["", "## Ready\n", f"\n{MARKER}\n"])
def test_a_file_that_the_check_did_not_write_is_refused(
    gh: Gh, run: Run, body: Path, text: str
) -> None:
    body.write_text(text, encoding="utf-8")
    done = run("post", 7, body)
    assert done.code == 2
    assert f"does not begin with {MARKER}" in done.err
    assert "./debrief check --format markdown" in done.err
    assert gh.calls == []


# --- when it cannot be done ----------------------------------------------------------------------


def test_what_the_code_host_refuses_is_told(gh: Gh, run: Run, body: Path) -> None:
    gh.fails("gh: Resource not accessible by integration (HTTP 403)\n")
    done = run("post", 7, body)
    assert done.code == 2
    assert done.err == "Error: gh api: Resource not accessible by integration (HTTP 403)\n"


@pytest.mark.parametrize("answer", ["<html>", '{"message": "Not Found"}', "[] x", '"[]"'])
def test_an_answer_that_is_no_list_is_told(gh: Gh, run: Run, answer: str) -> None:
    (gh.folder / "answer").write_text(answer, encoding="utf-8")
    done = run("find", HEAD)
    assert done.code == 2
    assert re.fullmatch(r"Error: gh api: repos/an-org/postmortems/pulls\S* is no list\n", done.err)


def test_a_machine_without_gh_is_told(gh: Gh, run: Run, body: Path) -> None:
    (gh.folder / "gh").unlink()
    done = run("post", 7, body)
    assert done.code == 2
    assert "gh, the command of GitHub, is not installed" in done.err
