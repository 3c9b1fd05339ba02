"""`audit_settings`: what a person or a job is told, and the exit code."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import audit_settings
import pytest
from in_process import InProcess, Outcome, Run

RULES = [
    {"type": "deletion", "ruleset_id": 42},
    {"type": "non_fast_forward", "ruleset_id": 42},
    {"type": "pull_request", "ruleset_id": 42, "parameters": {
        "required_approving_review_count": 1, "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True, "require_last_push_approval": True,
        "allowed_merge_methods": ["merge"]}},
    {"type": "required_status_checks", "ruleset_id": 42, "parameters": {
        "strict_required_status_checks_policy": True,
        "required_status_checks": [{"context": "check", "integration_id": 15368}]}},
]  # fmt: skip
RULESET = {"id": 42, "name": "main", "enforcement": "active", "bypass_actors": []}
OTHERS = [
    {"message": "Branch not protected"},
    {"full_name": "acme/pm", "default_branch": "main"},
    {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False},
    {"errors": []},
]


@pytest.fixture
def run(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Run:
    def go(*arguments: str, stdin: bytes = b"") -> Outcome:
        given = SimpleNamespace(buffer=io.BytesIO(stdin), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", given)
        return in_process(audit_settings.main, "audit_settings", *arguments)

    return go


def stream(*answers: object) -> bytes:
    return "\n".join(json.dumps(answer) for answer in answers).encode()


def test_when_every_promise_holds_the_exit_code_is_0(run: Run) -> None:
    outcome = run(stdin=stream(RULES, RULESET, *OTHERS))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.endswith(
        "Branch main, 14 promises: holds 14, does not hold 0, not verified 0\n"
    )
    assert "rests on: ruleset `main` (42): *Require review from Code Owners*" in outcome.out
    assert "fix:" not in outcome.out


def test_what_does_not_hold_says_what_to_set(run: Run) -> None:
    outcome = run(stdin=stream(RULES[1:], RULESET, *OTHERS))
    assert outcome.code == 1
    assert (
        "does not hold  The branch cannot be deleted\n"
        "               fix: in the ruleset of the branch, set *Restrict deletions*\n"
    ) in outcome.out
    assert "holds 13, does not hold 1, not verified 0" in outcome.out


def test_what_cannot_be_seen_is_no_pass(run: Run) -> None:
    outcome = run(stdin=stream(RULES, *OTHERS))
    assert outcome.code == 1
    assert "not verified   All of this holds for everybody" in outcome.out
    assert "holds 13, does not hold 0, not verified 1" in outcome.out


def test_files_and_standard_input_may_be_mixed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_bytes(stream(RULES, RULESET))
    assert run(str(file), "-", stdin=stream(*OTHERS)).code == 0


def test_the_name_of_the_check_can_be_another(run: Run) -> None:
    outcome = run("--required-check", "gate", stdin=stream(RULES, RULESET, *OTHERS))
    assert outcome.code == 1
    assert "required are check" in outcome.out
    assert "with `gate` in the list" in outcome.out


def test_json_has_every_promise_with_its_state(run: Run) -> None:
    outcome = run("--format", "json", stdin=stream(RULES, *OTHERS))
    content = json.loads(outcome.out)
    assert outcome.code == 1
    assert (content["branch"], content["required_check"]) == ("main", "check")
    found = {each["id"]: each["state"] for each in content["promises"]}
    assert len(found) == 14
    assert found["check"] == "holds"
    assert found["everybody"] == "not verified"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Error: standard input is empty; give it an answer of the API\n"),
        (b"gh: Not Found", "Error: standard input, line 1: this is no JSON (Expecting value)\n"),
        (b"\xff\xfe{", "Error: standard input is not UTF-8\n"),
        (b"[1]", "Error: standard input: item 1 is no group of keys\n"),
        (b"1" * 5000, "Error: standard input: "),
    ],
)
def test_what_is_no_answer_ends_in_one_line_and_exit_code_2(
    run: Run, content: bytes, message: str
) -> None:
    outcome = run(stdin=content)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(message)
    assert outcome.err.count("\n") == 1


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    outcome = run(str(tmp_path / "none.json"))
    assert outcome.code == 2
    assert outcome.err == f"Error: {tmp_path / 'none.json'}: No such file or directory\n"


def test_on_a_terminal_it_does_not_wait_for_typing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(audit_settings, "sys", SimpleNamespace(stdin=terminal))
    outcome = run()
    assert outcome.code == 2
    assert "give files with answers of the API, or pipe them in" in outcome.err


def test_a_name_cannot_colour_the_terminal_or_forge_a_line(run: Run) -> None:
    ruleset = {**RULESET, "name": "x\nholds  All of it\x1b[32m [bold]y[/]"}
    out = run(stdin=stream(RULES, ruleset, *OTHERS)).out
    assert "\x1b" not in out
    assert "\nholds  All of it" not in out
    assert "[bold]y[/]" in out
