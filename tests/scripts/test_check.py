"""`check`: what it exits with, what it prints, and which files it speaks of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import _console
import check
import pytest
from in_process import InProcess, Outcome, Run
from scratch import git, put_catalog, write

from debrief import checks
from debrief.checks.rule import Subject
from debrief.finding import Problem

OWNERS = "owners:\n  a-team: {name: A team, kind: team}\n"
ASSETS = "assets:\n  wh.orders: {name: Orders, kind: table, owner: a-team}\n"
RECORD = "postmortems/2026/2026-03-14-late.md"
GOOD = """\
---
title: Orders came late
status: draft
severity: sev4
owner: a-team
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
actions:
  - {id: check, title: Check, type: preventive, owner: a-team, due: 2026-04-01}
---

Told in time.
"""
IN_TIME = "2026-03-15"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with a small catalog and one good draft."""
    home = tmp_path / "répertoire avec espace"
    put_catalog(home, OWNERS, ASSETS)
    write(home, RECORD, GOOD)
    return home


@pytest.fixture
def run(repository: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command as the front door does, in this process and in the scratch repository."""
    for name in ("DEBRIEF_DEBUG", "GITHUB_STEP_SUMMARY", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(repository)

    def go(*arguments: str, today: str = IN_TIME) -> Outcome:
        told = ["--root", str(repository), "--today", today, *arguments]
        return in_process(check.main, "check", *told)

    return go


def damage(repository: Path, old: str, new: str, path: str = RECORD) -> None:
    file = repository / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


# --- exit codes ----------------------------------------------------------------------------------


def test_a_good_repository_passes(run: Run) -> None:
    outcome = run()
    assert outcome.code == 0
    *notes, last = outcome.out.splitlines()
    assert notes == ["History not verified: --base REV compares with an earlier commit."]
    assert last.startswith("4 files, 0 errors, 0 warnings in ")
    assert outcome.err == ""


def test_errors_are_shown_with_line_caret_and_fix_and_exit_with_1(
    run: Run, repository: Path
) -> None:
    damage(repository, "owner: a-team\n", "owner:\n")
    outcome = run()
    assert outcome.code == 1
    assert outcome.out.split("\n")[:5] == [
        RECORD,
        "      5:1  error  PM201  `owner` has no value",
        "        5 │ owner:",
        "          │ ^",
        "      fix: write `owner: <id>` with an id from catalog/owners.yml",
    ]
    assert "4 files, 1 error, 0 warnings in " in outcome.out


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("owner: a-team\n", "", "PM201", "1:1"),
        (", owner: a-team, due", ", due", "PM202", "9:5"),
        (", due: 2026-04-01", "", "PM203", "9:5"),
        (", due: 2026-04-01", ", due: ", "PM203", "9:64"),
        ("owner: a-team\n", "owner: a-teem\n", "PM205", "5:8"),
        ("asset: wh.orders", "asset: wh.order", "PM601", "7:18"),
        ("title: Orders", "title: Late: Orders", "PM009", "2:12"),
    ],
)
def test_one_slip_in_a_good_record_is_one_error(
    run: Run, repository: Path, old: str, new: str, *, rule: str, place: str
) -> None:
    damage(repository, old, new)
    outcome = run()
    assert outcome.code == 1
    assert f"{place}  error  {rule}  " in outcome.out
    assert "1 error, 0 warnings" in outcome.out


def test_warnings_alone_pass(run: Run) -> None:
    outcome = run(today="2026-05-01")
    assert outcome.code == 0
    assert "9:69  warning  PM505  `check` is 30 days overdue" in outcome.out


def test_everything_is_reported_in_one_run(run: Run, repository: Path) -> None:
    write(repository, "postmortems/2026/2026-03-15-broken.md", "no front matter\n")
    damage(repository, "owner: a-team\n", "")
    damage(repository, "owners:\n", "owners: {\n", "catalog/owners.yml")
    outcome = run()
    assert outcome.code == 1
    assert [rule in outcome.out for rule in ("PM005", "PM201", "PM009")] == [True] * 3
    assert "5 files, 3 errors" in outcome.out


def test_an_empty_repository_passes_and_says_how_to_begin(run: Run, repository: Path) -> None:
    (repository / RECORD).unlink()
    outcome = run()
    assert outcome.code == 0
    assert "`./debrief new` writes the first" in outcome.out


def test_without_schemas_it_is_the_tool_that_fails(run: Run, repository: Path) -> None:
    (repository / "schema").mkdir()
    outcome = run()
    assert outcome.code == 2
    assert "postmortem.schema.json" in outcome.err
    assert "Traceback" not in outcome.out + outcome.err


def crash(_: Subject) -> Iterator[Problem]:
    raise ZeroDivisionError("by zero")


def test_a_rule_that_crashes_is_no_clean_bill_and_names_the_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(checks.BY_ID["PM205"], check=crash)
    rules = tuple(broken if rule.id == broken.id else rule for rule in checks.RULES)
    monkeypatch.setattr(checks, "RULES", rules)
    outcome = run()
    assert outcome.code == 2
    assert RECORD in outcome.err
    assert "PM205 crashed: ZeroDivisionError: by zero" in outcome.err
    assert "DEBRIEF_DEBUG=1" in outcome.err
    assert "Traceback" not in outcome.err
    assert "0 errors" not in outcome.out


def test_debug_shows_where_in_the_code_it_crashed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(checks.BY_ID["PM205"], check=crash)
    rules = tuple(broken if rule.id == broken.id else rule for rule in checks.RULES)
    monkeypatch.setattr(checks, "RULES", rules)
    monkeypatch.setenv("DEBRIEF_DEBUG", "1")
    outcome = run()
    assert outcome.code == 2
    assert "Traceback" in outcome.err


@pytest.mark.parametrize("arguments", [("--format", "xml"), ("--nonsense",)])
def test_a_wrong_option_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Usage:" in outcome.err


# --- today ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "20260401x", ""])
def test_a_day_that_is_none_exits_with_2(run: Run, day: str) -> None:
    outcome = run(today=day)
    assert outcome.code == 2
    assert "is not a date; write YYYY-MM-DD" in outcome.err


def test_the_day_may_come_from_the_environment(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEBRIEF_TODAY", "2026-05-01")
    monkeypatch.setattr(sys, "argv", ["check", "--root", str(repository), "--format", "json"])
    with pytest.raises(SystemExit):
        _console.run(check.main, "check")
    assert json.loads(capsys.readouterr().out)["today"] == "2026-05-01"
    assert '"today": "2026-06-01"' in run("--format", "json", today="2026-06-01").out


def test_without_a_day_it_is_the_current_one(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DEBRIEF_TODAY", raising=False)
    monkeypatch.setattr(_console, "local_today", lambda: date(2026, 3, 15))
    monkeypatch.setattr(sys, "argv", ["check", "--root", str(repository), "--format", "json"])
    with pytest.raises(SystemExit):
        _console.run(check.main, "check")
    assert json.loads(capsys.readouterr().out)["today"] == "2026-03-15"


# --- paths ---------------------------------------------------------------------------------------


@pytest.fixture
def two_bad(repository: Path) -> str:
    """A second record; both are without an owner. The path of the second."""
    path = "postmortems/2026/2026-03-15-other.md"
    write(repository, path, GOOD.replace("owner: a-team\n", "").replace("-14T", "-15T"))
    damage(repository, "owner: a-team\n", "")
    return path


def test_paths_narrow_what_is_told(run: Run, two_bad: str) -> None:
    outcome = run(two_bad)
    assert outcome.code == 1
    assert two_bad in outcome.out
    assert RECORD not in outcome.out
    assert "1 file, 1 error" in outcome.out


def test_what_is_wrong_elsewhere_does_not_fail_the_paths_named(run: Run, repository: Path) -> None:
    good = "postmortems/2026/2026-03-15-other.md"
    write(repository, good, GOOD.replace("-14T", "-15T"))
    damage(repository, "owner: a-team\n", "")
    assert run(good).code == 0
    assert run(RECORD).code == 1
    assert run("catalog").code == 0


@pytest.mark.usefixtures("two_bad")
@pytest.mark.parametrize("path", [".", "postmortems", "postmortems/2026/", "./postmortems/2026"])
def test_a_folder_stands_for_what_lies_in_it(run: Run, path: str) -> None:
    assert "2 errors" in run(path).out


@pytest.mark.usefixtures("two_bad")
def test_a_path_counts_from_where_one_is(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "postmortems" / "2026")
    assert "1 file, 1 error" in run("2026-03-15-other.md").out
    assert "1 file, 1 error" in run(str(repository / RECORD)).out


def test_a_path_that_names_nothing_to_check_is_no_pass(run: Run) -> None:
    outcome = run("postmortems/2026/2026-03-14-lat.md")
    assert outcome.code == 2
    assert "is no postmortem and no catalog file" in outcome.err
    assert f"did you mean `{RECORD}`?" in outcome.err


def test_a_path_outside_the_repository_is_no_pass(run: Run, tmp_path: Path) -> None:
    outcome = run(str(tmp_path / "elsewhere.md"))
    assert outcome.code == 2
    assert "does not lie in" in outcome.err


def test_the_folder_of_the_records_may_be_named_while_it_is_empty(
    run: Run, repository: Path
) -> None:
    (repository / RECORD).unlink()
    assert run("postmortems").code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege to make links")
def test_a_repository_may_be_reached_through_a_link(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(repository)
    linked = str(tmp_path / "link")
    assert run("--root", linked, f"{linked}/{RECORD}").code == 0
    assert run("--root", str(repository), f"{linked}/{RECORD}").code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege to make links")
def test_a_link_that_stands_for_a_record_is_told_by_its_own_name(
    run: Run, repository: Path
) -> None:
    link = repository / "postmortems/2026/2026-03-15-link.md"
    link.symlink_to(repository / RECORD)
    outcome = run("postmortems/2026/2026-03-15-link.md")
    assert outcome.code == 1
    assert "PM001" in outcome.out


# --- formats -------------------------------------------------------------------------------------


def test_json_is_json_and_nothing_else(run: Run, repository: Path) -> None:
    damage(repository, "owner: a-team\n", "owner:\n")
    outcome = run("--format", "json")
    assert outcome.code == 1
    content = json.loads(outcome.out)
    assert content["totals"] == {"files": 4, "errors": 1, "warnings": 0, "advice": 0}
    assert [(f["path"], f["line"], f["rule"]) for f in content["findings"]] == [
        (RECORD, 5, "PM201")
    ]


def test_github_gets_annotations_and_the_summary(
    run: Run, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("written before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    damage(repository, "owner: a-team\n", "owner:\n")
    outcome = run("--format", "github", today="2026-05-01")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"::error file={RECORD},line=5,col=1,title=PM201::")
    assert f"::warning file={RECORD},line=9,col=69,title=PM505::" in outcome.out
    assert lines[-1] == "4 files, 1 error, 2 warnings"
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("written before\n")
    assert "Not ready to merge" in text
    assert f"<td>{RECORD}:5</td><td>error</td><td>PM201</td>" in text


def test_github_without_a_summary_file_still_annotates(run: Run, repository: Path) -> None:
    damage(repository, "owner: a-team\n", "owner:\n")
    assert "::error " in run("--format", "github").out


def test_the_summary_of_a_good_run_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert run("--format", "github").code == 0
    assert "Ready to merge" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_eleven_errors_are_ten_annotations_and_eleven_rows(
    run: Run, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (repository / RECORD).unlink()
    for number in range(11):
        text = GOOD.replace("owner: a-team\n", "")
        write(repository, f"postmortems/2026/2026-03-14-late-{number:02}.md", text)
    outcome = run("--format", "github")
    assert outcome.out.count("::error ") == 10
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.count("<td>PM201</td>") == 11


# --- list and explain ----------------------------------------------------------------------------


def test_the_list_has_every_rule_under_its_family(run: Run) -> None:
    outcome = run("--list")
    assert outcome.code == 0
    for rule in checks.RULES:
        assert f"  {rule.id}  {rule.level.word:<7}  {rule.summary}\n" in outcome.out
    for prefix, name, _ in checks.FAMILIES:
        assert f"{prefix}xx  {name}\n" in outcome.out


@pytest.mark.parametrize("rule", [rule.id for rule in checks.RULES])
def test_every_rule_can_be_explained(run: Run, rule: str) -> None:
    outcome = run("--explain", rule)
    assert outcome.code == 0
    assert outcome.out.startswith(f"{rule}  {checks.BY_ID[rule].summary}\n")
    assert outcome.out.rstrip().endswith(f"fix: {checks.BY_ID[rule].fix}")


def test_small_letters_will_do(run: Run) -> None:
    assert "This Python" not in run("--explain", "pm201").out
    assert run("--explain", "pm201").out == run("--explain", "PM201").out


def test_what_can_be_switched_off_and_what_is_relaxed_is_said(run: Run) -> None:
    assert "It cannot be switched off." in run("--explain", "PM201").out
    assert "a warning in imported records" in run("--explain", "PM201").out
    assert "cannot be switched off" not in run("--explain", "PM405").out
    assert "from status in-review on" in run("--explain", "PM401").out


def test_an_unknown_rule_exits_with_2_and_a_hint(run: Run) -> None:
    outcome = run("--explain", "PM2O1")
    assert outcome.code == 2
    assert "there is no rule PM2O1. did you mean `PM2" in outcome.err


# --- as a program --------------------------------------------------------------------------------


def test_as_a_program_it_needs_no_terminal_no_locale_and_no_git(
    repository: Path, root: Path
) -> None:
    damage(repository, "title: Orders", "title: Ärger mit 😀")
    damage(repository, "owner: a-team\n", "owner:\n")
    done = subprocess.run(
        [sys.executable, root / "scripts/check.py", "--root", repository, "--today", IN_TIME],
        env={
            "PATH": "", "PYTHONPATH": str(root / "src"), "PYTHONUTF8": "1", "LC_ALL": "C",
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    out = done.stdout.decode("utf-8")
    assert "5:1  error  PM201" in out
    assert "\x1b" not in out, "no colour where there is no terminal"
    assert done.stderr == b""


# --- what was merged before ----------------------------------------------------------------------


@pytest.fixture
def merged(repository: Path) -> Path:
    """The scratch repository with everything committed."""
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Merged")
    return repository


def test_a_due_date_that_moved_in_silence_is_refused_on_its_line(run: Run, merged: Path) -> None:
    damage(merged, "due: 2026-04-01", "due: 2026-05-01")
    outcome = run("--base", "main")
    assert outcome.code == 1
    assert "     9:69  error  PM802  the due date of `check` moved from 2026-04-01" in outcome.out
    assert "fix: add `- {changed_on: 2026-03-15, field: due, from: 2026-04-01" in outcome.out
    assert run().code == 0, "without a base there is nothing to compare with"


def test_only_what_changed_is_looked_at(run: Run, merged: Path) -> None:
    write(merged, "postmortems/2026/2026-03-15-other.md", GOOD.replace("03-14", "03-15"))
    outcome = run("--base", "HEAD", "--changed")
    assert outcome.code == 0
    assert "History: only what changed since " in outcome.out
    assert outcome.out.splitlines()[-1].startswith("1 file, 0 errors")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--changed"], "give --base too"),
        (["--reviews", "catalog/owners.yml"], "give --base too"),
        (["--base", "nowhere"], "--base: there is no commit `nowhere` here; correct the name"),
        (["--base", "main", "--reviews", "catalog/owners.yml"], "--reviews needs the pull request"),
        (
            ["--base", "main", "--reviews", "catalog/owners.yml", "--event", "gone.json"],
            "gone.json cannot be read: No such file",
        ),
        (
            ["--base", "main", "--reviews", "catalog/owners.yml", "--event", "catalog/owners.yml"],
            "owners.yml does not hold JSON",
        ),
        (["--write-baseline", RECORD], "about the whole repository"),
    ],
)
def test_options_that_cannot_be_followed_exit_with_2(
    run: Run,
    merged: Path,  # noqa: ARG001 - a repository with a commit
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.delenv("GITHUB_EVENT_PATH", raising=False)
    outcome = run(*arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.out == ""


def test_without_git_history_cannot_be_asked(run: Run) -> None:
    outcome = run("--base", "main")
    assert outcome.code == 2
    assert "is not in a git repository" in outcome.err


def test_approvals_come_from_the_code_host(run: Run, merged: Path) -> None:
    owners = "owners:\n  a-team: {name: A team, kind: team, members: [n-okafor]}\n"
    person = "  n-okafor: {name: Nkechi Okafor, kind: person, handles: ['@n-okafor']}\n"
    write(merged, "catalog/owners.yml", owners + person)
    git(merged, "commit", "--quiet", "--all", "--message", "Owners")
    signed = "sign_offs:\n  - {role: owner, signed_by: a-team, signed_on: 2026-03-15}\n---\n\n"
    damage(merged, "---\n\nTold", f"{signed}Told")
    git(merged, "commit", "--quiet", "--all", "--message", "Sign")
    pull = {"pull_request": {"user": {"login": "somebody"}, "head": {"sha": "h2"}}}
    approval = {"user": {"login": "N-Okafor"}, "state": "APPROVED", "commit_id": "h2"}
    write(merged, "event.json", json.dumps(pull))
    write(merged, "none.json", "[]")
    write(merged, "reviews.json", json.dumps([[approval]]))
    asked = ("--base", "HEAD^", "--event", "event.json", "--reviews")
    refused = run(*asked, "none.json")
    assert refused.code == 1
    assert "PM809  `a-team` signs, and has not approved this pull request" in refused.out
    assert run(*asked, "reviews.json").code == 0


def test_a_baseline_is_laid_and_then_only_shrinks(run: Run, repository: Path) -> None:
    damage(repository, "owner: a-team\nincident", "incident")
    assert run("--write-baseline").out == "wrote baseline.json: 1 finding in 1 file\n"
    outcome = run()
    assert outcome.code == 0
    assert "1 old finding silent until their files are touched (baseline.json)." in outcome.out
    other = "postmortems/2026/2026-03-15-other.md"
    write(repository, other, GOOD.replace("owner: a-team\nincident", "incident"))
    again = run("--write-baseline")
    assert again.out.splitlines()[0] == "wrote baseline.json: 1 finding in 1 file"
    assert "cannot be silenced" in again.out
    assert run().code == 1
    write(repository, RECORD, GOOD)
    assert (
        run("--write-baseline").out.splitlines()[0] == "wrote baseline.json: 0 findings in 0 files"
    )


def test_a_baseline_that_is_none_is_no_pass(run: Run, repository: Path) -> None:
    write(repository, "baseline.json", "{}")
    outcome = run()
    assert outcome.code == 2
    assert "baseline.json is no baseline; delete it" in outcome.err


def test_rules_that_are_off_are_marked_in_the_list(run: Run, repository: Path) -> None:
    policy = repository / "catalog/policy.yml"
    off = "rules_off:\n  - {rule: PM903, reason: Our summaries are short anyway}\n"
    policy.write_text(policy.read_text(encoding="utf-8") + off, encoding="utf-8")
    (line,) = [each for each in run("--list").out.splitlines() if "PM903" in each]
    assert line.endswith("(off here: Our summaries are short anyway)")


def test_the_rules_of_a_report_lead_to_the_site(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(repository, "owner: a-team\nincident", "incident")
    monkeypatch.setenv("DEBRIEF_SITE_URL", "https://example.com/outages/")
    assert "https://example.com/outages/reference/rules/#pm201" in run("--format", "sarif").out


@pytest.mark.parametrize(
    ("form", "seen"),
    [("sarif", '"ruleId": "PM201"'), ("gitlab", '"check_name": "PM201"'), ("markdown", "PM201")],
)
def test_other_programs_get_the_same_findings(
    run: Run, repository: Path, form: str, seen: str
) -> None:
    damage(repository, "owner: a-team\nincident", "incident")
    outcome = run("--format", form)
    assert outcome.code == 1
    assert seen in outcome.out
