"""`draft`: from an event to a file, and to the report that a workflow works with."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import check
import draft
import pytest
from drafted import TODAY, put_company
from in_process import InProcess, Outcome, Run
from scratch import alter, git

PATH = "postmortems/2026/2026-11-20-freshness-of-orders-mart.md"


def event(kind: str = "resolved", **changed: Any) -> dict[str, Any]:
    """A webhook of PagerDuty about an incident of the company."""
    incident = {
        "id": "Q1R2", "type": "incident", "number": 612, "status": kind,
        "html_url": "https://pellwick.pagerduty.example/incidents/Q1R2",
        "created_at": "2026-11-20T07:42:00Z", "title": "Freshness of Orders mart",
        "service": {"id": "P1", "summary": "orders-service", "type": "service_reference"},
        "assignees": [{"id": "PJ", "summary": "Mei Sato", "type": "user_reference"}],
        "priority": None, "teams": [],
    }  # fmt: skip
    told = {
        "id": "01", "event_type": f"incident.{kind}", "resource_type": "incident",
        "occurred_at": "2026-11-20T10:05:00Z", "data": incident | changed,
    }  # fmt: skip
    return {"event": told}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put_company(tmp_path / "records")
    return tmp_path / "records"


@pytest.fixture
def run(root: Path, tmp_path: Path, in_process: InProcess) -> Run:
    def ran(body: object, *more: str) -> Outcome:
        file = tmp_path / "event.json"
        file.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
        told = ["--root", str(root), "--today", TODAY.isoformat(), "--from", str(file)]
        return in_process(draft.main, "draft", *told, *more)

    return ran


@pytest.fixture
def reported(run: Run, tmp_path: Path) -> Any:
    def report(body: object, *more: str) -> Any:
        assert run(body, "--json", str(tmp_path / "out.json"), *more).code == 0
        return json.loads((tmp_path / "out.json").read_text("utf-8"))

    return report


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / "postmortems").rglob("*.md")
    }


def test_an_event_of_a_finished_incident_becomes_a_draft(run: Run, root: Path) -> None:
    outcome = run(event())
    assert outcome.code == 0
    assert outcome.out.splitlines()[0] == f"wrote {PATH}"
    assert "owner: Suggested: answers for Orders mart." in outcome.out
    assert "5: error PM110 `severity` has no value" in outcome.out
    assert (root / PATH).read_text("utf-8").startswith("---\ntitle: ")


def test_the_event_may_be_piped_in(
    root: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.TextIOWrapper(io.BytesIO(json.dumps(event()).encode()))
    monkeypatch.setattr("sys.stdin", piped)
    told = ["--root", str(root), "--today", TODAY.isoformat(), "--from", "-"]
    assert in_process(draft.main, "draft", *told).out.startswith(f"wrote {PATH}")


def test_the_same_event_twice_is_one_draft(run: Run, root: Path) -> None:
    run(event())
    before = files(root)
    outcome = run(event())
    assert outcome.code == 0
    assert f"{PATH} tells of this incident already." in outcome.out
    assert files(root) == before


@pytest.mark.parametrize(
    "change",
    [
        ("\nowner:", "\n  owner: ["),
        ("\nincident:\n", "\nincident: {\n"),
        ('  event: "pagerduty:Q1R2"', '  event: ["pagerduty:Q1R2"]'),
        ("---\ntitle:", "title:"),
    ],
    ids=["no-yaml", "open-brace", "key-of-another-kind", "no-front-matter"],
)
def test_beside_a_draft_that_somebody_broke_no_second_is_begun(
    change: tuple[str, str], run: Run, root: Path
) -> None:
    run(event())
    alter(root / PATH, change)
    before = files(root)
    outcome = run(event())
    assert outcome.code == 2
    assert f"{PATH} tells of this incident already, and cannot be read" in outcome.err
    assert files(root) == before


def test_a_draft_that_cannot_take_what_the_event_adds_is_named_and_left(
    run: Run, root: Path
) -> None:
    run(event("triggered"), "--even-if-open")
    text = (root / PATH).read_text("utf-8")
    begin, end = text.index("timeline:\n"), text.index("# From review on")
    (root / PATH).write_text(f"{text[:begin]}timeline: later\n{text[end:]}", "utf-8")
    before = files(root)
    outcome = run(event())
    assert outcome.code == 2
    assert f"{PATH}, line " in outcome.err
    assert "`timeline` is no list" in outcome.err
    assert "mend it, and give the event again" in outcome.err
    assert files(root) == before


def test_what_is_wrong_in_the_catalog_is_told_with_its_file(
    reported: Any, run: Run, root: Path
) -> None:
    alter(root / "catalog/policy.yml", ("maintainers: [", "maintainers: [nobody-known, "))
    body = reported(event(), "--dry-run")["body"]
    assert "<code>catalog/policy.yml</code>, line " in body
    out = run(event()).out
    assert re.search(r"\n  catalog/policy\.yml:[0-9]+: error PM209 ", out)
    assert out.index("  5: error PM110") < out.index("  catalog/policy.yml:")


def test_a_broken_record_of_another_incident_stops_nothing(run: Run, root: Path) -> None:
    run(event(id="Q1R2X"))
    alter(root / PATH, ("\nowner:", "\n  owner: ["))
    outcome = run(event())
    assert outcome.code == 0
    assert outcome.out.startswith("wrote ")


def test_while_the_incident_goes_on_there_is_no_draft_unless_asked_for(
    run: Run, root: Path
) -> None:
    before = files(root)
    outcome = run(event("triggered"))
    assert outcome.code == 0
    assert outcome.out.startswith("No draft: the incident is not over")
    assert files(root) == before
    assert run(event("triggered"), "--even-if-open").out.startswith(f"wrote {PATH}")


def test_a_later_event_fills_gaps_and_leaves_what_people_wrote(run: Run, root: Path) -> None:
    run(event("triggered"), "--even-if-open")
    alter(root / PATH, ("\nsummary:\n", "\nsummary: Prices were old.\n"))
    outcome = run(event())
    assert "added: `resolved_at`: 2026-11-20T10:05Z." in outcome.out
    text = (root / PATH).read_text("utf-8")
    assert "summary: Prices were old.\n" in text
    assert "resolved_at: 2026-11-20T10:05Z\n" in text


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run, root: Path) -> None:
    before = files(root)
    dry = run(event(), "--dry-run")
    assert files(root) == before
    assert dry.out.replace("would write", "wrote") == run(event()).out


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "the event is empty"),
        ("{", "this is not JSON"),
        ("[" * 100_000, "the event nests more than 64 levels deep"),
        ('{"unknown": 1}', "no source is recognised by the keys `unknown`"),
    ],
)
def test_what_is_no_event_ends_in_one_line(run: Run, body: str, words: str) -> None:
    outcome = run(body)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("Error: ")
    assert words in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_title_of_a_megabyte_becomes_a_draft(run: Run, root: Path) -> None:
    assert run(event(title="Orders mart " * 90_000)).code == 0
    [made] = [path for path in files(root) if path.startswith("postmortems/2026/2026-11-20")]
    assert len(Path(made).stem) <= 101


# --- the report ---------------------------------------------------------------------------------


def test_the_report_of_a_new_draft_has_what_a_pull_request_needs(reported: Any) -> None:
    report = reported(event())
    body = report.pop("body")
    assert report == {
        "outcome": "new",
        "path": PATH,
        "id": Path(PATH).stem,
        "title": "Freshness of Orders mart",
        "branch": "draft/pagerduty-q1r2",
        "reviewers": [],
        "team_reviewers": ["pricing"],
        "reason": "",
    }
    assert "<h3>Missing before it can be merged</h3>" in body


def test_the_report_says_why_nothing_was_made(reported: Any) -> None:
    assert reported(event("triggered"))["outcome"] == "none"
    assert "not over" in reported(event("triggered"))["reason"]
    reported(event())
    again = reported(event())
    assert (again["outcome"], again["reason"]) == ("unchanged", "the event adds nothing to it")
    assert again["branch"] == "draft/pagerduty-q1r2"


def test_the_report_of_an_update_says_what_was_added(reported: Any) -> None:
    reported(event("triggered"), "--even-if-open")
    report = reported(event())
    assert report["outcome"] == "updated"
    assert "<h3>Added by the last event</h3>" in report["body"]


# --- the whole way ------------------------------------------------------------------------------


@pytest.mark.samples
def test_a_draft_on_the_samples_is_merged_after_filling_only_what_the_check_names(
    tmp_path: Path, in_process: InProcess
) -> None:
    home = tmp_path / "pellwick"
    repository = Path(__file__).resolve().parents[2]
    for folder in ("catalog", "postmortems", "schema"):
        shutil.copytree(repository / folder, home / folder)
    git(home, "init", "--quiet", "--initial-branch", "main")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "What is there")
    body = event(title="Freshness of Orders mart", service={"id": "P1", "summary": "Orders mart"})
    (tmp_path / "event.json").write_text(json.dumps(body), "utf-8")
    told = ["--root", str(home), "--today", TODAY.isoformat()]
    drafted = in_process(draft.main, "draft", *told, "--from", str(tmp_path / "event.json"))
    assert [line for line in drafted.out.splitlines() if "error" in line] == [
        "  5: error PM110 `severity` has no value"
    ]
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "Draft")
    blocked = in_process(check.main, "check", *told, "--base", "HEAD~1")
    assert blocked.code == 1
    alter(home / PATH, ("\nseverity:\n", "\nseverity: sev3\n"))
    git(home, "commit", "--quiet", "--all", "--message", "Fill in")
    merged = in_process(check.main, "check", *told, "--base", "HEAD~2")
    assert merged.code == 0, merged.out
