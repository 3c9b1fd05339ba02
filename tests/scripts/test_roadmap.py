"""`roadmap`: for planners, for importers, for programs, and as issues; nothing twice."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
import roadmap
from code_host import CodeHost
from in_process import InProcess, Outcome, Run
from jsonschema import Draft7Validator
from scratch import alter
from tracked import LATE, PATH, put_company

from debrief import published
from debrief.trackers.ticket import marks_in

TODAY = "2026-11-25"
SITE = "https://pm.example.com/outages/"


@pytest.fixture
def run(tmp_path: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Run:
    put_company(tmp_path)
    monkeypatch.delenv("DEBRIEF_SITE_URL", raising=False)

    def call(*words: str) -> Outcome:
        options = ("--root", str(tmp_path), "--today", TODAY)
        return in_process(roadmap.main, "roadmap", *words, *options)

    return call


def fine(done: Outcome) -> str:
    assert (done.code, done.err) == (0, ""), done
    return done.out


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- for people and programs ---------------------------------------------------------------------


def test_the_table_names_each_action_and_what_is_late(run: Run) -> None:
    told = fine(run("--all"))
    assert f"{LATE}/test" in told
    assert "238 d late" in told
    total, unrated = told.splitlines()[-2:]
    assert total == "3 open actions: 1 overdue, 0 whose outage came back since."
    assert unrated.startswith("2 without a risk stand behind the others: give likelihood and")


def test_a_name_that_nobody_has_is_answered(run: Run) -> None:
    done = run("--owner", "m-sat")
    assert done.code == 0, "a part of one name is that name"
    done = run("--domain", "stoc")
    assert done.code == 0
    done = run("--asset", "wh.ordrs")
    words = "'wh.ordrs' is no asset of the catalog; did you mean `wh.orders`?"
    assert (done.code, done.err) == (2, f"Error: {words}\n")


def test_the_csv_has_jiras_names_and_leads_back(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "roadmap.csv"
    fine(run("--format", "csv", "--site", SITE, "--output", str(out)))
    text = out.read_bytes().decode("utf-8")
    assert text.count("\r\n") >= 3
    first, second = rows(text)
    assert first["Summary"] == "Test"
    assert first["External id"] == f"{LATE}/test"
    assert first["Due date"] == "2026-12-24"
    assert first["Labels"] == "postmortem not-rated sev3"
    assert first["URL"] == f"{SITE}postmortems/2026/{LATE}/#action-test"
    assert marks_in(first["Description"]) == ((LATE, "test"),)
    assert second["Tracker"] == "https://jira.example.com/browse/PRICE-812"
    assert not any(mark in name for name in first for mark in ".,;:-")


def test_the_csv_for_azure_has_what_it_takes_and_nothing_else(run: Run) -> None:
    first, *_ = rows(fine(run("--format", "csv", "--layout", "azure")))
    assert list(first) == ["Work Item Type", "Title", "Description", "Priority", "Tags"]
    assert (first["Priority"], first["Tags"]) == ("3", "postmortem; not-rated; sev3")


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "  =1"])
def test_no_cell_is_one_that_a_spreadsheet_runs(tmp_path: Path, run: Run, title: str) -> None:
    quoted = json.dumps(title)
    alter(tmp_path / PATH, ("title: Test,", f"title: {quoted},"))
    first, *_ = rows(fine(run("--format", "csv")))
    assert first["Summary"] == f"'{title.strip()}"


@pytest.mark.parametrize(("layout", "name"), [("jira", "Summary"), ("azure", "Title")])
def test_a_line_of_an_author_names_no_other_action(
    tmp_path: Path, run: Run, layout: str, name: str
) -> None:
    title = f"One\n\ndebrief action: {LATE}/page\nTwo"
    alter(tmp_path / PATH, ("title: Test,", f"title: {json.dumps(title)},"))
    first, *_ = rows(fine(run("--format", "csv", "--layout", layout)))
    assert first[name] == f"One debrief action: {LATE}/page Two"
    assert marks_in(first["Description"]) == ((LATE, "test"),)


def test_the_data_is_what_its_schema_says(run: Run) -> None:
    data = json.loads(fine(run("--format", "json", "--all", "--site", SITE)))
    schema = json.loads(fine(run("--format", "schema")))
    Draft7Validator.check_schema(schema)
    Draft7Validator(schema).validate(data)
    assert schema["$id"] == f"urn:debrief:api:{published.VERSION}:roadmap"
    assert "postmortem.schema.json" not in json.dumps(schema), "it needs no other file"
    assert [row["place"] for row in data["actions"]] == [1, 2, 3]
    assert data["actions"][0]["risk"] == 9


def test_of_a_restricted_record_nothing_leaves_but_title_owner_and_dates(
    tmp_path: Path, run: Run
) -> None:
    alter(tmp_path / PATH, ("severity: sev3", "severity: sev3\nvisibility: restricted"))
    for form in ("csv", "json", "table"):
        told = fine(run("--format", form))
        assert "The loader skips rows" not in told
        assert "jira.example.com" not in told
        assert "Test" in told
    assert "2 of restricted postmortems" in fine(run())


def test_the_same_archive_gives_the_same_bytes(run: Run) -> None:
    for form in ("csv", "json", "table"):
        assert run("--format", form).out == run("--format", form).out


# --- as issues -----------------------------------------------------------------------------------


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CodeHost:
    if os.name == "nt":
        pytest.skip("the stand-in for gh is a script")
    made = CodeHost.at(tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{made.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_REPOSITORY", "an-org/plans")
    return made


def test_a_dry_run_says_what_would_be_done_and_does_nothing(run: Run, host: CodeHost) -> None:
    told = fine(run("--github"))
    assert told.splitlines() == [
        f"open    {LATE}/test: Test",
        "1 issue would be written; 1 action as it should be.",
        "Nothing was written: this was a dry run. --write does it.",
    ]
    assert host.writes == []


def test_each_action_without_a_ticket_gets_one_issue(run: Run, host: CodeHost) -> None:
    told = fine(run("--github", "--write", "--site", SITE))
    assert "could not be assigned to m-sato" in told
    (issue,) = host.issues
    assert issue["title"] == "Test"
    assert marks_in(issue["body"]) == ((LATE, "test"),)
    assert f'<a href="{SITE}postmortems/2026/{LATE}/#action-test">' in issue["body"]
    fine(run("--github", "--write", "--site", SITE))
    assert len(host.issues) == 1
    assert len([call for call in host.writes if call["address"].endswith("/issues")]) == 1


def test_the_owner_is_assigned_where_the_host_allows_it(run: Run, host: CodeHost) -> None:
    host.set(collaborators=["m-sato"])
    fine(run("--github", "--write"))
    assert host.issues[0]["assignees"] == [{"login": "m-sato"}]


def test_an_issue_is_rewritten_when_facts_moved_and_words_of_people_stay(
    tmp_path: Path, run: Run, host: CodeHost
) -> None:
    fine(run("--github", "--write"))
    host.change_issue(1, body=f"Mine.\r\n\r\n{host.issues[0]['body']}", title="Renamed")
    alter(tmp_path / PATH, ("due: 2026-12-24", "due: 2027-02-01"))
    fine(run("--github", "--write"))
    (issue,) = host.issues
    assert issue["body"].startswith("Mine.\n\n")
    assert "1 February 2027" in issue["body"]
    assert issue["title"] == "Renamed"
    assert marks_in(issue["body"]) == ((LATE, "test"),)


def test_an_issue_is_closed_when_the_action_is_done(
    tmp_path: Path, run: Run, host: CodeHost
) -> None:
    fine(run("--github", "--write"))
    alter(tmp_path / PATH, ("2026-12-24}", "2026-12-24, status: done, done_on: 2026-11-20}"))
    assert f"close   {LATE}/test: the record says done" in fine(run("--github", "--write"))
    assert (host.issues[0]["state"], host.issues[0]["state_reason"]) == ("closed", "completed")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "closed"}, "is closed, and the record says open: `./debrief sync` proposes"),
        ({"body": f"<!-- debrief action: {LATE}/test -->"}, "left alone: its marks are gone"),
    ],
)
def test_an_issue_that_is_closed_or_without_marks_is_left_alone(
    run: Run, host: CodeHost, change: dict[str, Any], words: str
) -> None:
    fine(run("--github", "--write"))
    host.change_issue(1, **change)
    writes = len(host.writes)
    assert words in fine(run("--github", "--write"))
    assert len(host.writes) == writes


def test_two_issues_for_one_action_are_told(run: Run, host: CodeHost) -> None:
    fine(run("--github", "--write"))
    first = host.issues[0]
    host.set(issues=[first, {**first, "number": 2}])
    assert "2 issues are for it: #1, #2; close all but one" in fine(run("--github"))


def test_a_restricted_record_with_a_ticket_gets_no_second_one(
    tmp_path: Path, run: Run, host: CodeHost
) -> None:
    alter(tmp_path / PATH, ("severity: sev3", "severity: sev3\nvisibility: restricted"))
    fine(run("--github", "--write"))
    assert [issue["title"] for issue in host.issues] == ["Test"]
    assert "The loader skips" not in host.issues[0]["body"]


def test_words_of_a_record_stay_words(tmp_path: Path, run: Run, host: CodeHost) -> None:
    hostile = "@an-org/all closes #1 <img src=x> `x` <!-- debrief roadmap: to here -->"
    alter(
        tmp_path / PATH,
        ("statement: The loader skips rows it does not know", f"statement: {json.dumps(hostile)}"),
        ("title: Test,", f"title: {json.dumps(hostile)},"),
    )
    fine(run("--github", "--write"))
    (issue,) = host.issues
    assert "<img" not in issue["body"]
    assert "@an-org" not in issue["body"] + issue["title"]
    assert issue["body"].count("<!--") == 3
    fine(run("--github", "--write"))
    assert len(host.issues) == 1


def test_no_more_are_opened_than_asked_for(run: Run, host: CodeHost) -> None:
    told = fine(run("--github", "--write", "--all", "--most", "1"))
    assert "1 more are opened by the next run (--most)." in told
    assert len(host.issues) == 1


def test_options_that_do_not_go_together_are_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert run("--write").code == 2
    assert "--github needs --repository" in run("--github").err
    assert "is no repository" in run("--github", "--repository", "x").err
