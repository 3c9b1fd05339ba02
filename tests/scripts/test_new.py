"""`new`: a draft that the check accepts, and that says what was typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import unicodedata
from datetime import date
from pathlib import Path

import new
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from in_process import InProcess, Outcome, Run
from scratch import put_catalog

from debrief import checks, store, template
from debrief.archive import Archive
from debrief.nodes import FORBIDDEN
from debrief.schema import OWN_FOLDER, Schema

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
    values = new.front_matter(answers)
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


# --- on a terminal -------------------------------------------------------------------------------

UP_TO = 20.0  # seconds; what is asked comes within one


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
                answer = waiting.pop(0)[1]
                screen = ""
                os.write(ours, answer.encode())
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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_on_a_terminal_it_asks_for_what_is_missing(repository: Path, root: Path) -> None:
    command = [sys.executable, str(root / "scripts/new.py"), "--root", str(repository)]
    code, screen = play(
        [*command, "--today", TODAY.isoformat()],
        [
            ("What happened, in one line?", "Orders came late\r"),
            ("Which data asset was wrong?", "wh.orders\r"),
            ("Another asset?", "y"),
            ("Which?", "wh.prices\r"),
            ("Another asset?", "n"),
            ("When did it start?", "\r"),
            ("How bad was it?", "\r"),
            ("Who is accountable", "\r"),
        ],
        terminal(root),
    )
    assert code == 0, screen
    assert "wrote postmortems/2026/2026-03-15-orders-came-late.md" in screen
    record = Archive.load(repository).by_id["2026-03-15-orders-came-late"]
    assert record.title == "Orders came late"
    assert [asset.asset for asset in record.assets] == ["wh.orders", "wh.prices"]
    assert (record.severity, record.owner) == ("sev1", "a-team")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_a_question_can_be_left_and_nothing_is_written(repository: Path, root: Path) -> None:
    command = [sys.executable, str(root / "scripts/new.py"), "--root", str(repository)]
    code, screen = play(command, [("What happened", "\x03")], terminal(root))
    assert code == 130
    assert "stopped" in screen
    assert "Traceback" not in screen
    assert written(repository) == []
