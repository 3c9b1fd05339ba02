"""`new`: a draft that the check accepts, and that says what was typed."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import new
import pytest
from _answers import Judge, front_matter
from _names import Names
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from in_process import InProcess, Outcome, Run
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from scratch import put_catalog, write

from debrief import checks, store, template, typed_time
from debrief.archive import Archive
from debrief.catalog import Asset
from debrief.nodes import FORBIDDEN
from debrief.schema import OWN_FOLDER, Schema
from debrief.spoken_time import Zone

OWNERS = """\
owners:
  a-team: {name: A team, kind: team, members: [b-person]}
  b-person: {name: B, kind: person}
  gone: {name: Gone, kind: person, active: false}
"""
ASSETS = """\
assets:
  wh.orders: {name: Orders, kind: table, owner: a-team}
  wh.prices: {name: Prices, kind: table, owner: a-team}
"""
TODAY = date(2026, 3, 15)
PATH = "postmortems/2026/2026-03-14-orders-came-late.md"
NEEDED = {
    "--title": "Orders came late",
    "--severity": "sev4",
    "--owner": "a-team",
    "--asset": "wh.orders",
    "--started": "2026-03-14T01:10Z",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with a small catalog and no record."""
    put_catalog(tmp_path, OWNERS, ASSETS)
    return tmp_path


def arguments(repository: Path, *more: str, **changed: str | None) -> list[str]:
    """The options that a draft needs; `changed` replaces one, or leaves it out."""
    given = {**NEEDED, **{f"--{key}": value for key, value in changed.items()}}
    pairs = [word for key, value in given.items() if value is not None for word in (key, value)]
    return ["--root", str(repository), "--today", TODAY.isoformat(), *pairs, *more]


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    """Run the command as the front door does, without a terminal."""

    def go(*more: str, **changed: str | None) -> Outcome:
        return in_process(new.main, "new", *arguments(repository, *more, **changed))

    return go


def written(repository: Path) -> list[str]:
    """The files under postmortems/."""
    top = repository / "postmortems"
    files = (file for file in top.rglob("*") if file.is_file())
    return sorted(file.relative_to(repository).as_posix() for file in files)


# --- a draft -------------------------------------------------------------------------------------


def test_the_smallest_draft_is_written_and_has_no_finding(run: Run, repository: Path) -> None:
    outcome = run()
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        f"wrote {PATH}\nNext: write the story, then `./debrief check` and `./debrief serve`.\n"
    )
    assert written(repository) == [PATH]
    assert checks.run(Archive.load(repository), TODAY) == []


def test_the_draft_says_what_was_typed(run: Run, repository: Path) -> None:
    run()
    record = Archive.load(repository).by_id["2026-03-14-orders-came-late"]
    assert (record.title, record.status, record.severity, record.owner) == (
        "Orders came late", "draft", "sev4", "a-team"
    )  # fmt: skip
    assert [asset.asset for asset in record.assets] == ["wh.orders"]
    assert list(record.incident.clock) == ["started_at"]
    assert record.actions == ()


def test_every_option_finds_its_place(run: Run, repository: Path) -> None:
    more = {
        "--asset": "wh.prices", "--detected": "2026-03-14T08:42+01:00",
        "--acknowledged": "2026-03-14T07:50Z", "--mitigated": "2026-03-14T08:30Z",
        "--resolved": "2026-03-14T10:05Z", "--type": "freshness", "--trigger": "A: renamed column",
        "--detected-by": "consumer", "--reference": "INC #7", "--summary": 'Late: "very" # late',
        "--tag": "late", "--stakeholder": "a-team", "--facilitator": "b-person",
        "--scribe": "b-person", "--incident-commander": "a-team", "--engineer": "b-person",
        "--steward": "a-team", "--visibility": "restricted", "--slug": "late",
    }  # fmt: skip
    outcome = run(*(word for pair in more.items() for word in pair), "--tag", "orders")
    assert outcome.code == 0, outcome.err
    record = Archive.load(repository).by_id["2026-03-14-late"]
    assert [asset.asset for asset in record.assets] == ["wh.orders", "wh.prices"]
    assert {key: moment.text for key, moment in record.incident.clock.items()} == {
        "started_at": "2026-03-14T01:10Z", "detected_at": "2026-03-14T08:42+01:00",
        "acknowledged_at": "2026-03-14T07:50Z", "mitigated_at": "2026-03-14T08:30Z",
        "resolved_at": "2026-03-14T10:05Z",
    }  # fmt: skip
    incident = record.incident
    assert (incident.type, incident.trigger, incident.detected_by, incident.reference) == (
        "freshness", "A: renamed column", "consumer", "INC #7"
    )  # fmt: skip
    assert record.summary == 'Late: "very" # late'
    assert (record.tags, record.stakeholders) == (("late", "orders"), ("a-team",))
    roles = record.roles
    assert (roles.facilitator, roles.scribe, roles.incident_commander) == (
        "b-person", "b-person", "a-team"
    )  # fmt: skip
    assert (roles.engineers, roles.stewards) == (("b-person",), ("a-team",))
    assert record.restricted


def test_a_recurrence_names_the_earlier_record(run: Run, repository: Path) -> None:
    run()
    earlier = "2026-03-14-orders-came-late"
    outcome = run("--recurrence-of", earlier, slug="again", started="2026-03-15T01:10Z")
    assert outcome.code == 0, outcome.err
    assert Archive.load(repository).by_id["2026-03-15-again"].recurrence_of == earlier


def test_a_date_alone_is_said_to_be_one(run: Run, repository: Path) -> None:
    assert run(started="2026-03-14").code == 0
    record = Archive.load(repository).by_id["2026-03-14-orders-came-late"]
    assert record.incident.precision == "day"
    assert checks.run(Archive.load(repository), TODAY) == []


def test_detection_will_do_where_the_start_is_not_known(run: Run, repository: Path) -> None:
    assert run("--detected", "2026-03-14T07:42Z", started=None).code == 0
    assert written(repository) == [PATH]


@pytest.mark.parametrize(
    ("started", "day"),
    [
        ("2026-03-14T00:30+02:00", "2026-03-14"),
        ("2026-03-13T23:30-05:00", "2026-03-13"),
        ("2025-12-31T23:59Z", "2025-12-31"),
    ],
)
def test_the_file_is_named_after_the_day_as_it_was_written(
    run: Run, repository: Path, started: str, day: str
) -> None:
    assert run(started=started).code == 0
    assert written(repository) == [f"postmortems/{day[:4]}/{day}-orders-came-late.md"]
    found = checks.run(Archive.load(repository), TODAY)
    assert "PM014" not in {finding.rule for finding in found}


def test_the_body_has_its_headings_and_the_check_refuses_their_prompts_later(
    run: Run, repository: Path
) -> None:
    run()
    file = repository / PATH
    text = file.read_text(encoding="utf-8")
    for title, prompt in template.FULL.sections.items():
        assert f"## {title}\n\n{prompt}\n" in text
    file.write_text(text.replace("in-review", "x").replace('"draft"', "in-review"), "utf-8")
    left = [f for f in checks.run(Archive.load(repository), TODAY) if f.rule == "PM902"]
    assert len(left) == len(template.FULL.prompts)


def test_a_draft_can_be_read_by_everybody(run: Run, repository: Path) -> None:
    run()
    if os.name != "nt":
        assert (repository / PATH).stat().st_mode & 0o777 == 0o644
    assert b"\r" not in (repository / PATH).read_bytes()
    assert not list((repository / "postmortems" / "2026").glob(".*")), "a temporary file is left"


def test_an_evidence_folder_is_made_when_it_is_asked_for(run: Run, repository: Path) -> None:
    outcome = run("--evidence")
    assert outcome.code == 0
    folder = repository / PATH.removesuffix(".md") / "evidence"
    assert folder.is_dir()
    assert f"evidence files go into {PATH.removesuffix('.md')}/evidence/\n" in outcome.out
    assert checks.run(Archive.load(repository), TODAY) == []


def test_what_the_check_thinks_of_it_is_said(run: Run) -> None:
    outcome = run(started="2026-06-01T00:00Z")
    assert outcome.code == 1
    assert "wrote postmortems/2026/2026-06-01-orders-came-late.md" in outcome.out
    assert "error PM305" in outcome.out
    assert "fix: " in outcome.out


# --- nothing is lost -----------------------------------------------------------------------------


def test_no_file_is_overwritten(run: Run, repository: Path) -> None:
    run()
    before = (repository / PATH).read_text(encoding="utf-8")
    outcome = run(severity="sev1")
    assert outcome.code == 2
    assert f"{PATH} exists already; give another --slug" in outcome.err
    assert (repository / PATH).read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "path",
    [
        "postmortems/2026/2026-03-14-Orders-Came-Late.md",  # one file to some systems
        "postmortems/2025/2026-03-14-orders-came-late.md",
    ],
)
def test_an_id_that_is_taken_elsewhere_is_not_used_again(
    run: Run, repository: Path, path: str
) -> None:
    (repository / path).parent.mkdir(parents=True)
    (repository / path).write_text("broken", encoding="utf-8")
    outcome = run()
    assert outcome.code == 2
    assert f"{path} exists already" in outcome.err
    assert written(repository) == [path]


def test_a_file_that_appears_meanwhile_is_not_overwritten(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = store.create

    def late(file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("somebody else's", encoding="utf-8")
        create(file, text)

    monkeypatch.setattr(store, "create", late)
    outcome = run()
    assert outcome.code == 2
    assert "exists already" in outcome.err
    assert (repository / PATH).read_text(encoding="utf-8") == "somebody else's"
    assert written(repository) == [PATH]


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("option", NEEDED)
def test_a_missing_option_is_named_where_there_is_no_terminal(
    run: Run, repository: Path, option: str
) -> None:
    outcome = run(**{option.removeprefix("--"): None})
    assert outcome.code == 2
    assert f"these options are missing: {option}" in outcome.err
    assert written(repository) == []


def test_all_missing_options_are_named_at_once(run: Run) -> None:
    outcome = run(**dict.fromkeys(["title", "severity", "owner", "asset", "started"]))
    assert (
        "these options are missing: --title, --severity, --owner, --asset, "
        "--started (or --detected)"
    ) in outcome.err


REFUSED: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "an owner nobody knows": (
        {"owner": "a-teem"}, ("--owner: 'a-teem' is not an owner", "did you mean `a-team`?")
    ),
    "an owner like none": ({"owner": "zzz"}, ("known: a-team, b-person",)),
    "somebody who has left": ({"owner": "gone"}, ("--owner: 'gone' is no longer active",)),
    "an asset nobody knows": (
        {"asset": "wh.order"}, ("--asset: 'wh.order' is not an asset", "`wh.orders`?")
    ),
    "a severity like none": ({"severity": "sev9"}, ("--severity: 'sev9'", "did you mean `sev")),
    "a severity in words": ({"severity": "major"}, ("sev1, sev2, sev3, sev4",)),
    "a stakeholder nobody knows": ({"stakeholder": "zzz"}, ("--stakeholder: 'zzz'",)),
    "a scribe nobody knows": ({"scribe": "zzz"}, ("--scribe: 'zzz'",)),
    "a type like none": ({"type": "freshnes"}, ("--type: 'freshnes'", "`freshness`?")),
    "an earlier record nobody knows": (
        {"recurrence-of": "2026-01-01-x"}, ("--recurrence-of: '2026-01-01-x'",)
    ),
    "a time without a zone": (
        {"started": "2026-03-14T01:10"},
        ("--started: the time has no zone", "`2026-03-14T01:10Z` if it is UTC"),
    ),
    "a time alone": ({"started": "01:10"}, ("--started: a time without its date",)),
    "no time": ({"started": "yesterday"}, ("--started: this is not an instant",)),
    "another time without a zone": (
        {"resolved": "2026-03-14 10:05"}, ("--resolved: the time has no zone",)
    ),
    "a slug that climbs": ({"slug": "../../x"}, ("give --slug, in lower-case letters",)),
    "a slug in capitals": ({"slug": "Late"}, ("give --slug",)),
    "a slug that ends in .md": ({"slug": "late.md"}, ("give --slug",)),
    "a title of which no name can be made": ({"title": "遅延"}, ("give --slug",)),
    "a title of nothing": ({"title": "   "}, ("give --slug",)),
    "a title that is too long": (
        {"title": "late " * 40}, ("has 199 characters; at most 160 are allowed",)
    ),
    "a title that turns": ({"title": "late \u202e"}, ("title holds a character that cannot be",)),
    "a tag in capitals": ({"tag": "Late"}, ("`tags[0]` is `Late`",)),
    "a summary that is too long": ({"summary": "x" * 401}, ("`summary` has 401 characters",)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_and_nothing_is_written(
    run: Run, repository: Path, name: str
) -> None:
    changed, phrases = REFUSED[name]
    outcome = run(**changed)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    for phrase in phrases:
        assert phrase in outcome.err
    assert written(repository) == []


def test_an_empty_catalog_is_explained(run: Run, repository: Path) -> None:
    (repository / "catalog" / "owners.yml").write_text("owners: {}\n", encoding="utf-8")
    outcome = run()
    assert outcome.code == 2
    assert "the catalog is empty: add it there first" in outcome.err


# --- titles --------------------------------------------------------------------------------------

SCHEMA = Schema.load(OWN_FOLDER / "postmortem.schema.json")
titles = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=160
).filter(lambda text: text.split() and not FORBIDDEN.search(text))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(titles)
@example("no")
@example("12:30")
@example("a: b # c")
@example("---")
@example("{x")
@example("'\"\\")
@example("!!python/object:x")
@example("😀 late")
@example("<script>alert(1)</script>")
@example("{{ 7 * 7 }} {% raw %}")
def test_any_title_is_read_back_as_it_was_typed(title: str) -> None:
    answers = {
        "title": title, "severity": "sev4", "owner": "a-team", "assets": ("wh.orders",),
        "started_at": "2026-03-14T01:10Z",
    }  # fmt: skip
    values = front_matter(answers)
    assert values["title"] == " ".join(title.split())
    visible = [each for each in title if unicodedata.category(each) not in ("Cf", "Zs")]
    if not visible:
        with pytest.raises(ValueError, match="would not be read back"):
            template.draft(values, SCHEMA)
        return
    text = template.draft(values, SCHEMA)  # reads it back itself, and compares
    assert text.startswith("---\ntitle: ")


@settings(
    derandomize=True,
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=200))
@example("x" * 200)
@example("a" * 59 + " bc")
@example("---")
@example("Ärger über Größe")
def test_a_slug_is_a_lawful_name_whatever_the_title(title: str) -> None:
    name = template.slug(title)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", name)
    assert len(name) <= 60
    assert template.slug(name.replace("-", " ")) == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Orders mart served stale prices", "orders-mart-served-stale-prices"),
        ("Ärger über Größe", "arger-uber-grosse"),
        ("100 % of rows: lost!", "100-of-rows-lost"),
        ("word " * 20, "-".join(["word"] * 12)),
        ("x" * 80, "x" * 60),
        ("遅延", ""),
    ],
)
def test_a_slug_is_made_of_the_words_of_the_title(title: str, name: str) -> None:
    assert template.slug(title) == name


# --- a copied chat -------------------------------------------------------------------------------

CHAT = """\
[07:42] sato: the orders look old
:eyes: 2
[23:58] okafor: reload done
[00:20] sato: okafor, all green
"""
WHEN = ("--day", "2026-03-14", "--zone", "+01:00")


@pytest.fixture
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("chat") / "chat.txt"
    file.write_text(CHAT, encoding="utf-8")
    return file


def test_a_chat_begins_the_timeline_and_its_lines_are_accounted_for(
    run: Run, repository: Path, log: Path
) -> None:
    outcome = run("--chat", str(log), *WHEN)
    assert outcome.code == 0, outcome.err
    record = Archive.load(repository).by_id["2026-03-14-orders-came-late"]
    assert [(event.at.text, event.event, event.by, event.kind) for event in record.timeline] == [
        ("2026-03-14T07:42+01:00", "the orders look old", None, None),
        ("2026-03-14T23:58+01:00", "reload done", None, None),
        ("2026-03-15T00:20+01:00", "okafor, all green", None, None),
    ]
    for told in (
        "3 entries for the timeline", "left out, reactions and notices of the program: line 2",
        "left out, names of those who wrote: sato, okafor",
        "assumed, line 4: midnight passed before 00:20: it is 2026-03-15", "Prune it",
    ):  # fmt: skip
        assert told in outcome.out


def test_what_a_chat_began_is_refused_in_review_until_it_is_pruned(
    run: Run, repository: Path, log: Path
) -> None:
    run("--chat", str(log), *WHEN)
    file = repository / PATH
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('status: "draft"', "status: in-review"), "utf-8")
    found = checks.run(Archive.load(repository), TODAY)
    assert any(f.rule == "PM902" and "Suggested from a copied chat" in f.message for f in found)
    assert sum(f.rule == "PM110" and "kind" in f.message for f in found) == 3


def test_a_chat_comes_from_standard_input_too(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(CHAT.encode("utf-8")), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    outcome = run("--chat", "-", *WHEN)
    assert outcome.code == 0, outcome.err
    assert "from standard input" in outcome.out
    assert len(Archive.load(repository).postmortems[0].timeline) == 3


CHATS: dict[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]] = {
    "without a day": (
        CHAT.encode(), ("--zone", "UTC"), ("its times have no date: give --day",)
    ),
    "without a zone": (
        CHAT.encode(), ("--day", "2026-03-14"), ("its times name no zone: give --zone",)
    ),
    "no chat": (b"a note\n", WHEN, ("no message was found in", "`[10:23] name: text`")),
    "nothing": (b"", WHEN, ("no message was found",)),
    "bytes that are no text": (b"[07:42] a: \xff\n", WHEN, ("is not UTF-8 text",)),
    "a date that may be two": (
        b"3/4/26, 10:23 - a: b\n", WHEN, ("line 1: `3/4/2026` may be", "--day-first")
    ),
    "a clock that goes back": (
        b"[17:30] a: b\n[10:23] a: c\n", WHEN, ("line 2: 10:23 stands after 17:30",)
    ),
    "a zone that is none": (
        CHAT.encode(), ("--day", "2026-03-14", "--zone", "CST"), ("--zone: `CST` is -06:00",)
    ),
    "too many messages": (
        b"[07:42] a: b\n" * 501, WHEN, ("it has 501 messages, and a timeline takes 500",)
    ),
    "a file too large": (
        b"[07:42] a: b\n" * 100_000, WHEN, ("at most 1,000,000 bytes are read",)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHATS)
def test_a_chat_that_cannot_be_placed_is_refused_and_nothing_is_written(
    run: Run, repository: Path, log: Path, name: str
) -> None:
    data, options, phrases = CHATS[name]
    log.write_bytes(data)
    outcome = run("--chat", str(log), *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err
    for phrase in phrases:
        assert phrase in " ".join(outcome.err.split())
    assert written(repository) == []


def test_a_chat_that_is_not_there_is_refused(run: Run, repository: Path) -> None:
    outcome = run("--chat", "nowhere.txt", *WHEN)
    assert outcome.code == 2
    assert "--chat: nowhere.txt: No such file or directory" in outcome.err
    assert written(repository) == []


# --- the template that the policy chooses --------------------------------------------------------


def test_the_draft_follows_the_template_of_its_severity(run: Run, repository: Path) -> None:
    policy = repository / "catalog" / "policy.yml"
    choice = "templates: [{template: light, severities: [sev4], may_omit: [timeline]}]\n"
    policy.write_text(policy.read_text(encoding="utf-8") + choice, "utf-8")
    outcome = run()
    assert "It follows the template `light`, by catalog/policy.yml." in outcome.out
    text = (repository / PATH).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Executive summary", "Lessons"]
    assert "timeline" not in text
    assert "summary:\n" in text


def test_gaps_of_a_group_that_was_begun_stand_in_it(run: Run, repository: Path) -> None:
    run("--facilitator", "b-person", "--engineer", "b-person")
    text = (repository / PATH).read_text(encoding="utf-8")
    group = 'roles:\n  facilitator: "b-person"\n  engineers:\n  - "b-person"\n  scribe:\n'
    assert group in text
    assert text.count("roles:") == 1


# --- what is typed -------------------------------------------------------------------------------

ZONE = Zone.named("+01:00")
YESTERDAY = date(2026, 3, 14)
TYPED = {
    "2026-03-14T07:42Z": "2026-03-14T07:42Z",
    "2026-03-14": "2026-03-14",
    "2026-03-14 07:42": "2026-03-14T07:42+01:00",
    "14 March 2026, 7:42 am": "2026-03-14T07:42+01:00",
    "14 March 7:42pm": "2026-03-14T19:42+01:00",
    "2026-03-14 07:42 UTC": "2026-03-14T07:42Z",
    "yesterday 7:42": "2026-03-14T07:42+01:00",
    "Yesterday at 7:42 pm": "2026-03-14T19:42+01:00",
    "today, 7:42": "2026-03-15T07:42+01:00",
    "yesterday": "2026-03-14",
}
NO_TIME = {
    "9:99": "there is no time of day `9:99`",
    "7:42": "a time without its date",
    "soon": "this is not an instant",
    "2026-03-14 7:00 to 8:00": "this is a range",
    "3/4/2026 7:00": "may be 2026-04-03 or 2026-03-04",
    "2026-03-14 07:42 CST": "`CST` is -06:00 in North America",
    "2026-02-30": "no such instant in the calendar",
}


@pytest.mark.parametrize("typed", TYPED)
def test_times_are_taken_as_people_write_them(typed: str) -> None:
    found = typed_time.read(typed, today=TODAY, day=None, zone=ZONE, order=None)
    assert (found.at, found.problem) == (TYPED[typed], "")


def test_a_time_without_a_day_is_on_the_day_of_the_one_before() -> None:
    found = typed_time.read("about 9:10", today=TODAY, day=YESTERDAY, zone=ZONE, order=None)
    assert (found.at, found.approximate) == ("2026-03-14T09:10+01:00", True)


@pytest.mark.parametrize("typed", NO_TIME)
def test_what_is_no_time_says_why(typed: str) -> None:
    found = typed_time.read(typed, today=TODAY, day=None, zone=ZONE, order=None)
    assert found.at == ""
    assert NO_TIME[typed] in found.problem


NAMES = Names.of_assets(
    [
        Asset("wh.orders", "Orders", "table", known_as=("analytics.FCT_ORDERS",)),
        Asset("wh.prices", "Prices", "table"),
        Asset("mart.prices", "Prices", "view"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant", "problem"),
    [
        ("wh.orders", "wh.orders", ""),
        (" Orders ", "wh.orders", ""),
        ("analytics.fct_orders", "wh.orders", ""),
        ("prices", "prices", "`prices` may be wh.prices and mart.prices; write the id"),
        ("wh.order", "wh.order", "`wh.order` is not in the catalog; did you mean `wh.orders`?"),
        ("zzz", "zzz", "`zzz` is not in the catalog; Tab shows what is"),
    ],
)
def test_an_asset_is_meant_by_its_id_its_name_or_another_name(
    typed: str, meant: str, problem: str
) -> None:
    assert NAMES.meant(typed) == (meant, problem)


def test_names_are_completed_from_the_middle_and_ids_that_begin_so_come_first() -> None:
    def offered(typed: str) -> list[str]:
        found = NAMES.get_completions(Document(typed), CompleteEvent())
        return [completion.text for completion in found]

    assert offered("wh") == ["wh.orders", "wh.prices"]
    assert offered("pri") == ["mart.prices", "wh.prices"]
    assert offered("fct") == ["wh.orders"]
    assert offered("zzz") == []


def test_an_answer_is_judged_in_the_words_of_the_check(repository: Path) -> None:
    judge = Judge(Archive.load(repository), TODAY)
    known: dict[str, Any] = {"title": "Late", "detected_at": "2026-03-14T07:42Z"}
    assert judge.on(known, "started_at", "2026-03-14T01:00Z") is None
    assert judge.on(known, "owner", "a-team") is None
    for key, answer, words in (
        ("started_at", "2026-03-14T09:00Z", "`detected_at` (2026-03-14T07:42Z) lies before"),
        ("mitigated_at", "2026-03-14T07:00Z", "lies before `detected_at`"),
        ("resolved_at", "2026-04-14T07:00Z", "lies in the future"),
        ("title", "late " * 40, "`title` has 199 characters"),
        ("owner", "a-teem", "`a-teem` is not in catalog/owners.yml"),
        ("owner", "gone", "`gone` is no longer active"),
        ("summary", "x" * 401, "`summary` has 401 characters"),
        ("title", "late \u202e", "cannot be"),
    ):
        found = judge.on(known, key, answer)
        assert found is not None, (key, answer)
        assert words in found[0]


# --- on a terminal -------------------------------------------------------------------------------

UP_TO = 300.0  # seconds; what is asked comes within one, on a machine with nothing else to do


def play(command: list[str], steps: list[tuple[str, str]], env: dict[str, str]) -> tuple[int, str]:
    """Run a command on a pseudo-terminal: wait for each of these words, then type the answer."""
    import pty  # noqa: PLC0415 - Windows has no such module
    import select  # noqa: PLC0415

    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    screen, deadline, waiting = "", time.monotonic() + UP_TO, list(steps)
    try:
        while time.monotonic() < deadline:
            if waiting and waiting[0][0] in screen:
                words, answer = waiting.pop(0)
                # Where nothing is typed, the next words may have come in the same breath.
                screen = "" if answer else screen.partition(words)[2]
                os.write(ours, answer.encode())
                continue
            if not select.select([ours], [], [], 0.2)[0]:
                if process.poll() is not None:
                    break
                continue
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", data.decode("utf-8", "replace"))
            screen += text
    finally:
        if process.poll() is None and time.monotonic() >= deadline:
            process.kill()
        code = process.wait(UP_TO)
        os.close(ours)
    assert not waiting, f"it never asked {waiting[0][0]!r}; last on the screen: {screen!r}"
    return code, screen


def terminal(root: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEBRIEF_")}
    # The pseudo-terminal does not answer when it is asked where the cursor is.
    return {
        **kept, "PYTHONPATH": str(root / "src"), "PYTHONUTF8": "1", "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": "120", "LINES": "40",
    }  # fmt: skip


on_a_terminal = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no pseudo-terminals of this kind"
)
TITLE, ASSET = ("What happened, in one line?", "Orders came late again\r"), "Which data asset"
FIRST_QUESTIONS = [TITLE, (ASSET, "Orders\r"), ("Another one?", "\r")]
UP_TO_TIMES = [("In which way", "\r"), ("A copied chat", "\r"), ("In which zone", "\r")]
WITHOUT_TIMES = [
    ("When did anybody notice?", "\r"), ("Who noticed", "\r"), ("When did it begin", "\r"),
    ("begin to work", "\r"), ("stop growing", "\r"), ("whole again", "\r"),
]  # fmt: skip
LAST_QUESTIONS = [
    ("What set it off", "\r"), ("How bad was it?", "\r"), ("Who is accountable", "\r"),
    ("Who must hear of it?", "\r"), ("Link or number", "\r"), ("Who leads", "\r"),
    ("What failed and", "\r"),
]  # fmt: skip


def command(root: Path, repository: Path, *more: str) -> list[str]:
    script = str(root / "scripts/new.py")
    return [sys.executable, script, "--root", str(repository), "--today", TODAY.isoformat(), *more]


@on_a_terminal
def test_on_a_terminal_it_asks_in_the_order_in_which_one_knows(
    repository: Path, root: Path
) -> None:
    code, screen = play(
        command(root, repository),
        [
            TITLE,
            (ASSET, "wh.orders\r"),
            ("Another one?", "wh.prices\r"),
            ("Another one?", "\r"),
            ("In which way did the data fail?", "\x1b[B\r"),
            ("A copied chat", "\r"),
            ("In which zone", "\r"),
            ("When did anybody notice?", "yesterday 7:42\r"),
            ("Who noticed first?", "\x1b[B\r"),
            ("When did it begin", "about 1:10\r"),
            ("begin to work on it?", "\r"),
            ("stop growing?", "6:30\r"),
            ("lies before `detected_at`", "\x7f" * 4 + "8:30\r"),
            ("whole again?", "\r"),
            ("What set it off", "A disk was full\r"),
            ("How bad was it?", "\x1b[B\r"),
            ("Who is accountable", "\r"),
            ("Who must hear of it?", "b\r"),
            ("Who must hear of it?", "\r"),
            ("Link or number", "INC-7\r"),
            ("Who leads", "\r"),
            ("What failed and", "The orders came late.\r"),
        ],
        terminal(root),
    )
    assert code == 0, screen
    assert "wrote postmortems/2026/2026-03-14-orders-came-late-again.md" in screen
    record = Archive.load(repository).by_id["2026-03-14-orders-came-late-again"]
    assert [asset.asset for asset in record.assets] == ["wh.orders", "wh.prices"]
    assert (record.severity, record.owner, record.stakeholders) == ("sev2", "a-team", ("b-person",))
    assert record.summary == "The orders came late."
    incident = record.incident
    assert {key: moment.text for key, moment in incident.clock.items()} == {
        "started_at": "2026-03-14T01:10Z", "detected_at": "2026-03-14T07:42Z",
        "mitigated_at": "2026-03-14T08:30Z",
    }  # fmt: skip
    assert (incident.type, incident.detected_by, incident.trigger, incident.reference) == (
        "freshness", "monitor", "A disk was full", "INC-7"
    )  # fmt: skip
    assert incident.approximate


@on_a_terminal
def test_every_question_but_a_few_can_be_left_for_later(repository: Path, root: Path) -> None:
    steps = [*FIRST_QUESTIONS, *UP_TO_TIMES, *WITHOUT_TIMES,
             ("One time has to be known", "2026-03-14\r"), *LAST_QUESTIONS]  # fmt: skip
    code, screen = play(command(root, repository), steps, terminal(root))
    assert code == 0, screen
    record = Archive.load(repository).by_id["2026-03-14-orders-came-late-again"]
    assert (record.severity, record.owner, record.incident.precision) == ("sev1", "a-team", "day")
    assert (record.incident.type, record.incident.detected_by, record.summary) == (None,) * 3


@on_a_terminal
def test_what_options_say_is_not_asked(repository: Path, root: Path) -> None:
    options = [
        word for key, value in NEEDED.items() if key != "--severity" for word in (key, value)
    ]
    more = ["--zone", "UTC", "--type", "values", "--detected", "2026-03-14T02:00Z",
            "--detected-by", "monitor", "--stakeholder", "a-team", "--reference", "INC-7",
            "--facilitator", "b-person", "--summary", "Late.", "--trigger", "A disk was full",
            "--acknowledged", "2026-03-14T02:00Z", "--mitigated", "2026-03-14T02:10Z",
            "--resolved", "2026-03-14T02:20Z"]  # fmt: skip
    steps = [("A copied chat", "\r"), ("How bad was it?", "\r")]
    code, screen = play(command(root, repository, *options, *more), steps, terminal(root))
    assert code == 0, screen
    assert "When did" not in screen


@on_a_terminal
def test_past_outages_that_resemble_it_are_shown_and_can_be_named(
    repository: Path, root: Path
) -> None:
    earlier = EARLIER.replace("$", "")
    write(repository, "postmortems/2025/2025-12-01-orders-came-late.md", earlier)
    steps = [
        *FIRST_QUESTIONS,
        ("It may have happened before:", ""),
        ("Same asset: Orders", ""),
        ("Root cause: The disk has no limit", ""),
        ("Promised so that it would not happen again: none of 1 verified, 1 overdue by", ""),
        ("Is it one of these again?", "\x1b[B\r"),
        *UP_TO_TIMES,
        ("When did anybody notice?", "yesterday\r"),
        *WITHOUT_TIMES[1:],
        *LAST_QUESTIONS,
    ]
    code, screen = play(command(root, repository), steps, terminal(root))
    assert code in (0, 1), screen
    record = Archive.load(repository).by_id["2026-03-14-orders-came-late-again"]
    assert record.recurrence_of == "2025-12-01-orders-came-late"


EARLIER = """\
---
title: Orders came late for the stores
status: draft
severity: sev4
owner: a-team
incident: {started_at: 2025-12-01T01:10Z}
assets: [{asset: wh.orders}]
causes: [{id: disk, role: root, statement: The disk has no limit}]
actions: [{id: limit, title: Limit it, type: preventive, addresses: [disk], owner: a-team,
  due: 2026-01-01}]
---
"""


@on_a_terminal
def test_those_who_look_at_what_is_made_from_it_are_offered(repository: Path, root: Path) -> None:
    assets = (
        ASSETS
        + "  board.sales: {name: Sales, kind: dashboard, owner: b-person, upstream: [wh.orders]}\n"
    )
    write(repository, "catalog/assets.yml", assets)
    steps = [
        *FIRST_QUESTIONS,
        *UP_TO_TIMES,
        ("When did anybody notice?", "yesterday\r"),
        *WITHOUT_TIMES[1:],
        *LAST_QUESTIONS[:3],
        ("B: Sales", "\r"),
        ("Who else must hear of it?", "\r"),
        *LAST_QUESTIONS[4:],
    ]
    code, screen = play(command(root, repository), steps, terminal(root))
    assert code == 0, screen
    (record,) = Archive.load(repository).postmortems
    assert record.stakeholders == ("b-person",)


@on_a_terminal
def test_a_chat_is_asked_for_with_its_day_and_begins_the_timeline(
    repository: Path, root: Path, log: Path
) -> None:
    steps = [
        *FIRST_QUESTIONS,
        ("In which way", "\r"),
        ("A copied chat", "nowhere.txt\r"),
        ("there is no file nowhere.txt", "\x15" + f"{log}\r"),
        ("In which zone", "\r"),
        ("On which day does the chat begin?", "\x15" + "2026-03-14\r"),
        ("3 entries for the timeline", ""),
        ("When did anybody notice?", "yesterday 7:42\r"),
        *WITHOUT_TIMES[1:],
        *LAST_QUESTIONS,
    ]
    code, screen = play(command(root, repository), steps, terminal(root))
    assert code == 0, screen
    (record,) = Archive.load(repository).postmortems
    assert len(record.timeline) == 3


@on_a_terminal
def test_only_what_the_times_of_a_chat_leave_open_is_asked_where_options_say_the_rest(
    repository: Path, root: Path, log: Path
) -> None:
    options = [word for pair in NEEDED.items() for word in pair]
    steps = [("In which zone", "\r"), ("On which day", "\x15" + "2026-03-14\r")]
    call = command(root, repository, *options, "--chat", str(log))
    code, screen = play(call, steps, terminal(root))
    assert code == 0, screen
    assert "What happened" not in screen
    (record,) = Archive.load(repository).postmortems
    assert record.timeline[0].at.text == "2026-03-14T07:42Z"


CTRL_C, CTRL_D = "\x03", "\x04"


@on_a_terminal
@pytest.mark.parametrize(
    ("steps", "question", "key"),
    [
        ([], "What happened", CTRL_C),
        ([], "What happened", CTRL_D),
        (FIRST_QUESTIONS, "In which way", CTRL_C),  # a list has no end of input
        ([*FIRST_QUESTIONS, *UP_TO_TIMES], "When did anybody notice?", CTRL_C),
        ([*FIRST_QUESTIONS, *UP_TO_TIMES], "When did anybody notice?", CTRL_D),
    ],
)
def test_any_question_can_be_left_and_nothing_is_written(
    repository: Path, root: Path, steps: list[tuple[str, str]], question: str, key: str
) -> None:
    code, screen = play(command(root, repository), [*steps, (question, key)], terminal(root))
    assert code == 130
    assert "stopped" in screen
    assert "Traceback" not in screen
    assert written(repository) == []
