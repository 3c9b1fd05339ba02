"""`rehearse` and `exercise`: a rehearsal is written down, and the sheets for the next one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import exercise
import pytest
import rehearse
from in_process import InProcess, Outcome, Run
from scratch import alter

from debrief import checks
from debrief.archive import Archive
from debrief.finding import Level
from debrief.record import Rehearsal

CASES = Path(__file__).resolve().parent.parent / "cases"
TODAY = date(2026, 4, 1)
ID = "2026-03-14-case"
PATH = f"postmortems/2026/{ID}.md"
COMMANDS = {"rehearse": rehearse.main, "exercise": exercise.main}
HELD = (ID, "contract-check", "--method", "tabletop", "--by", "n-okafor")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with the catalog of the cases, and one record that is closed."""
    root = tmp_path / "repository"
    shutil.copytree(CASES / "_base", root)
    (root / PATH).parent.mkdir(parents=True)
    shutil.copyfile(CASES / "PM705" / "good.md", root / PATH)
    alter(
        root / PATH,
        ("    kind: mitigation\n", "    kind: mitigation\n    rationale: Orders would be wrong\n"),
    )
    return root


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    """Run one of the two commands as the front door does."""

    def go(command: str, *words: str, today: date = TODAY) -> Outcome:
        options = ["--root", str(repository), "--today", today.isoformat()]
        outcome = in_process(COMMANDS[command], command, *words, *options)
        assert "Traceback" not in outcome.err
        return outcome

    return go


def text(repository: Path) -> str:
    return (repository / PATH).read_text(encoding="utf-8")


def rehearsed(repository: Path) -> tuple[Rehearsal, ...]:
    return Archive.load(repository).by_id[ID].actions[0].rehearsals


# --- one that was held ---------------------------------------------------------------------------


def test_a_rehearsal_is_added_to_a_closed_record_and_nothing_else_changes(
    run: Run, repository: Path
) -> None:
    before = text(repository)
    outcome = run("rehearse", *HELD, "--note", "Stopped,  at once")
    entry = (
        "{method: tabletop, held_on: 2026-04-01, held_by: n-okafor, result: held, "
        'note: "Stopped, at once"}'
    )
    line = "    verification: {method: data-quality-check, verified_on: 2026-03-27, "
    line += "verified_by: t-lindqvist}\n"
    assert (outcome.code, outcome.err) == (0, "")
    assert text(repository) == before.replace(line, f"{line}    rehearsals:\n      - {entry}\n")


def test_evidence_is_named_or_added_by_its_link(run: Run, repository: Path) -> None:
    links = ("--evidence", "feed-diff", "--evidence", "https://drills.example.com/4")
    for _ in range(2):
        assert run("rehearse", *HELD, *links).code == 0
    first, second = rehearsed(repository)
    assert first.evidence == ("feed-diff", "rehearsal-2026-04-01")
    assert second.evidence == ("feed-diff", "rehearsal-2026-04-01-2")
    found = checks.run(Archive.load(repository), TODAY)
    assert [finding.message for finding in found if finding.level is Level.ERROR] == []


def test_one_that_failed_is_told_loudly_with_what_to_do(run: Run, repository: Path) -> None:
    outcome = run("rehearse", *HELD, "--result", "failed", "--note", "The flag is gone")
    assert outcome.code == 0
    assert "THE PROMISE DOES NOT HOLD" in outcome.out
    assert f"./debrief advance {ID} published --reason" in outcome.out, "it is closed"
    assert [one.failed for one in rehearsed(repository)] == [True]
    listed = run("rehearse")
    assert (listed.code, "these promises do not hold" in listed.out) == (1, True)


def test_a_dry_run_shows_it_and_writes_nothing(run: Run, repository: Path) -> None:
    before = text(repository)
    outcome = run("rehearse", *HELD, "--dry-run")
    assert (outcome.code, "held_by: n-okafor" in outcome.out) == (0, True)
    assert text(repository) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "m-sato"), "nobody rehearses their own action"),
        (("--by", "n-okafr"), "did you mean `n-okafor`?"),
        (("--method", "table-top"), "did you mean `tabletop`?"),
        (("--result", "good"), "write one of: held, partly, failed"),
        (("--result", "partly"), "asks for a --note"),
        (("--on", "2026-03-01"), "lies before 2026-03-23, when it was done"),
        (("--on", "2026-04-02"), "lies ahead"),
        (("--on", "1 April"), "--on '1 April'"),
        (("--evidence", "feed-dif"), "did you mean `feed-diff`?"),
        (("--note", "\n"), "the reason is empty"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_changes(
    run: Run, repository: Path, words: tuple[str, ...], said: str
) -> None:
    before = text(repository)
    outcome = run("rehearse", *HELD, *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in " ".join(outcome.err.split())
    assert text(repository) == before


def test_what_is_not_done_is_not_rehearsed(run: Run) -> None:
    outcome = run("rehearse", ID, "correct", "--method", "review", "--by", "n-okafor")
    assert (outcome.code, "what is not done cannot be rehearsed" in outcome.err) == (2, True)


def test_a_follow_up_that_does_not_exist_is_what_the_check_refuses(
    run: Run, repository: Path
) -> None:
    before = text(repository)
    failed = ("--result", "failed", "--note", "Gone", "--follow-up", "correct-order")
    outcome = run("rehearse", *HELD, *failed)
    assert (outcome.code, "PM514" in outcome.out) == (1, True)
    assert text(repository) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((ID,), "name the ACTION, too"),
        (("--by", "n-okafor"), "name the ID"),
        ((ID, "contract-check", "--by", "n-okafor"), "--method is needed"),
    ],
)
def test_half_a_rehearsal_is_asked_for_the_rest(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    outcome = run("rehearse", *words)
    assert (outcome.code, said in outcome.err) == (2, True)


# --- what is due ---------------------------------------------------------------------------------


def ask(repository: Path, row: str) -> None:
    file = repository / "catalog/policy.yml"
    written = file.read_text(encoding="utf-8")
    file.write_text(f"{written}validation:\n  - {{{row}}}\n", encoding="utf-8")


def test_without_a_policy_it_says_that_nothing_can_be_due(run: Run) -> None:
    outcome = run("rehearse")
    assert outcome.code == 0
    assert "has no `validation`" in outcome.out


def test_what_is_due_within_the_days_is_listed_with_whom_it_concerns(
    run: Run, repository: Path
) -> None:
    ask(repository, "every_days: 40, method: restore-test")
    assert "No rehearsal is due until 30 days from now, and 1 later." in run("rehearse").out
    outcome = run("rehearse", "--within", "60")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "in 35 days, on 2026-05-06: restore test of `contract-check`",
        "  Refuse a feed whose header breaks the data contract",
        f"  {ID}; Mei Sato; never held; counted from 2026-03-27",
    ]
    late = run("rehearse", today=date(2026, 5, 10))
    assert (late.code, late.out.splitlines()[0]) == (
        1,
        "4 days overdue, since 2026-05-06: restore test of `contract-check`",
    )


def test_a_record_that_cannot_be_read_is_not_passed_over_in_silence(
    run: Run, repository: Path
) -> None:
    (repository / "postmortems/2026/2026-03-15-broken.md").write_text("---\ntitle: [\n---\n")
    outcome = run("rehearse")
    assert "cannot be read: postmortems/2026/2026-03-15-broken.md" in outcome.out


# --- exercise ------------------------------------------------------------------------------------


def test_two_sheets_are_written_into_a_folder(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "monday" / "sheets"
    outcome = run("exercise", "case", "--out", str(out), "--html")
    assert outcome.code == 0
    assert sorted(file.name for file in out.iterdir()) == [
        "facilitator.html",
        "facilitator.md",
        "participants.html",
        "participants.md",
    ]
    told = (out / "participants.md").read_text(encoding="utf-8")
    assert "The freshness monitor of the orders mart goes red" in told
    assert "frozen" not in told
    assert (out / "participants.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_sheets_that_nobody_touched_are_replaced_and_others_are_not(
    run: Run, tmp_path: Path
) -> None:
    words = ("exercise", "case", "--out", str(tmp_path / "out"))
    assert run(*words).code == 0
    assert run(*words, "--minutes", "90").code == 0
    file = tmp_path / "out" / "participants.md"
    facilitator = (tmp_path / "out" / "facilitator.md").read_bytes()
    written_in = file.read_text(encoding="utf-8").replace("____\n", "_ We called them\n", 1)
    file.write_text(written_in, encoding="utf-8")
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert "holds participants.md, written or changed by somebody" in outcome.err
    assert file.read_text(encoding="utf-8") == written_in
    assert (tmp_path / "out" / "facilitator.md").read_bytes() == facilitator


def test_no_link_is_followed_and_no_file_taken_for_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "facilitator.md").symlink_to(tmp_path / "mine.md")
    (tmp_path / "linked").symlink_to(tmp_path / "out")
    for name in ("out", "mine.md", "linked"):
        assert run("exercise", "case", "--out", str(tmp_path / name)).code == 2
    assert (tmp_path / "mine.md").read_text() == "mine"


def test_one_sheet_is_printed_where_no_folder_is_named(run: Run) -> None:
    outcome = run("exercise", "case", "--sheet", "participants")
    assert outcome.code == 0
    assert outcome.out.startswith("# Tabletop exercise: participants\n")
    assert "Orders would be wrong" not in outcome.out
    assert "Orders would be wrong" in run("exercise", "case", "--sheet", "facilitator").out


def test_a_record_that_cannot_be_played_says_why(run: Run, repository: Path) -> None:
    shown = "owner: pricing-platform\n\n"
    alter(repository / PATH, (shown, "owner: pricing-platform\nvisibility: restricted\n\n"))
    outcome = run("exercise", "case")
    assert (outcome.code, outcome.out) == (2, "")
    assert "is restricted" in outcome.err


def test_without_an_id_it_proposes_what_to_play_with_the_reasons(run: Run) -> None:
    outcome = run("exercise")
    assert outcome.code == 0
    assert outcome.out.splitlines()[:3] == [
        ID,
        "  Orders mart served stale prices for nine hours",
        "  never rehearsed; SEV 3",
    ]


def test_where_there_is_nothing_to_play_it_says_what_it_takes(run: Run, repository: Path) -> None:
    (repository / PATH).unlink()
    outcome = run("exercise")
    assert (outcome.code, "No outage can be proposed" in outcome.out) == (0, True)
