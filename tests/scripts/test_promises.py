"""`reassign` and `postpone`: a promise moves with its reason, and nothing else moves with it."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import _console
import postpone
import pytest
import reassign
from in_process import InProcess, Outcome, Run
from scratch import alter

from debrief import checks
from debrief.archive import Archive
from debrief.finding import Level

CASES = Path(__file__).resolve().parent.parent / "cases"
TODAY = date(2026, 4, 1)
ID = "2026-03-14-case"
PATH = f"postmortems/2026/{ID}.md"
COMMANDS = {"postpone": postpone.main, "reassign": reassign.main}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with the catalog of the cases, and one record that is in review."""
    shutil.copytree(CASES / "_base", tmp_path, dirs_exist_ok=True)
    (tmp_path / PATH).parent.mkdir(parents=True)
    shutil.copyfile(CASES / "PM703" / "good-in-review.md", tmp_path / PATH)
    return tmp_path


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    """Run one of the two commands as the front door does, with a reason if none is given."""

    def go(command: str, *words: str, today: date = TODAY) -> Outcome:
        reason = () if "--reason" in words else ("--reason", "Waiting for the supplier's test feed")
        options = ["--root", str(repository), "--today", today.isoformat()]
        outcome = in_process(COMMANDS[command], command, *words, *reason, *options)
        assert "Traceback" not in outcome.err
        return outcome

    return go


def text(repository: Path) -> str:
    return (repository / PATH).read_text(encoding="utf-8")


def trail(repository: Path, action: int) -> list[tuple[str, str | None, str | None, str]]:
    """The changes of an action: field, from, to, reason."""
    changes = Archive.load(repository).by_id[ID].actions[action].changes
    return [(change.field, change.old, change.new, change.reason) for change in changes]


def errors(repository: Path) -> list[str]:
    found = checks.run(Archive.load(repository), TODAY)
    return [finding.message for finding in found if finding.level is Level.ERROR]


# --- postpone ------------------------------------------------------------------------------------


def test_the_date_and_its_entry_are_written_together(run: Run, repository: Path) -> None:
    before = text(repository)
    outcome = run("postpone", ID, "contract-check", "2026-04-24")
    entry = (
        "{changed_on: 2026-04-01, field: due, from: 2026-04-17, to: 2026-04-24, "
        "reason: Waiting for the supplier's test feed}"
    )
    assert (outcome.code, outcome.err) == (0, "")
    plan = "    test_plan: Replay the feed of 14 March in staging\n"
    assert text(repository) == before.replace("due: 2026-04-17", "due: 2026-04-24").replace(
        plan, f"{plan}    changes:\n      - {entry}\n"
    )
    assert outcome.out == (
        f"`contract-check` of {ID}: postponed by 7 days, from 2026-04-17 to 2026-04-24\n"
        f"{PATH}\n"
        "     72 -     due: 2026-04-17\n"
        "     72 +     due: 2026-04-24\n"
        "     78 +     changes:\n"
        f"     79 +       - {entry}\n"
    )
    assert errors(repository) == []


def test_each_move_joins_the_one_before_it(run: Run, repository: Path) -> None:
    run("postpone", ID, "contract", "2026-04-24", "--reason", "One")
    again = run("postpone", ID, "contract", "2026-05-08", "--reason", "Two")
    assert "from 2026-04-24 to 2026-05-08; it was postponed once before\n" in again.out
    assert trail(repository, 0) == [
        ("due", "2026-04-17", "2026-04-24", "One"),
        ("due", "2026-04-24", "2026-05-08", "Two"),
    ]
    findings = checks.run(Archive.load(repository), TODAY)
    assert [f.rule for f in findings if f.rule in ("PM508", "PM509")] == []


def test_an_earlier_date_is_brought_forward(run: Run) -> None:
    outcome = run("postpone", ID, "contract-check", "2026-04-16")
    assert outcome.code == 0
    assert "brought forward by 1 day, from 2026-04-17 to 2026-04-16\n" in outcome.out


def test_today_is_not_yet_past(run: Run) -> None:
    assert run("postpone", ID, "contract-check", "2026-04-01").code == 0


def test_a_free_day_is_pointed_out_and_taken(run: Run, repository: Path) -> None:
    policy = repository / "catalog" / "policy.yml"
    calendar = "calendar: {business_days: true, holidays: {country: PT}}\n"
    policy.write_text(policy.read_text(encoding="utf-8") + calendar, encoding="utf-8")
    outcome = run("postpone", ID, "contract-check", "2026-05-01")
    assert outcome.code == 0
    assert "2026-05-01 is no working day by the policy's calendar" in outcome.out


def test_an_action_without_a_date_gets_one(run: Run, repository: Path) -> None:
    alter(repository / PATH, ("    due: 2026-04-17\n", ""))
    outcome = run("postpone", ID, "contract-check", "2026-04-24")
    assert outcome.code == 0
    assert "due on 2026-04-24; it had no date\n" in outcome.out
    reason = "Waiting for the supplier's test feed"
    assert trail(repository, 0) == [("due", None, "2026-04-24", reason)]


# --- reassign ------------------------------------------------------------------------------------


def test_an_action_goes_to_somebody_else(run: Run, repository: Path) -> None:
    outcome = run("reassign", ID, "contract-check", "i-duarte", "--reason", "Mei is on leave")
    assert outcome.code == 0
    assert outcome.out.startswith(f"`contract-check` of {ID}: from m-sato to i-duarte\n")
    assert Archive.load(repository).by_id[ID].actions[0].owner == "i-duarte"
    assert trail(repository, 0) == [("owner", "m-sato", "i-duarte", "Mei is on leave")]
    assert errors(repository) == []


def test_a_record_goes_to_somebody_else(run: Run, repository: Path) -> None:
    outcome = run("reassign", ID, "finance-analytics", "--record", "--reason", "Reorganised")
    assert outcome.code == 0
    record = Archive.load(repository).by_id[ID]
    assert record.owner == "finance-analytics"
    assert [(change.field, change.old, change.new) for change in record.changes] == [
        ("owner", "pricing-platform", "finance-analytics")
    ]


def test_all_that_somebody_has_to_do_is_handed_over(run: Run, repository: Path) -> None:
    done = "status: done\n    done_on: 2026-03-20\n    evidence: [row-counts]"
    other = repository / "postmortems/2026/2026-03-10-other.md"
    alter(repository / PATH, ("owner: m-sato", "owner: w-brandt"))
    shutil.copyfile(repository / PATH, other)
    alter(
        repository / PATH,
        ("\nowner: pricing-platform", "\nowner: w-brandt"),
        ("    owner: store-replenishment\n    due: 2026-04-10\n    status: open",
         f"    owner: w-brandt\n    due: 2026-04-10\n    {done}"),
    )  # fmt: skip
    shutil.copyfile(CASES / "PM707" / "good.md", repository / "postmortems/2026/2026-03-11-done.md")
    (repository / "postmortems/2026/2026-03-12-broken.md").write_text("x", encoding="utf-8")
    assert sum("is no longer active" in message for message in errors(repository)) == 3
    outcome = run("reassign", "i-duarte", "--from", "w-brandt", "--all", "--reason", "Wim has left")
    assert outcome.code == 0
    assert outcome.out.startswith(
        "`contract-check` of 2026-03-10-other: from w-brandt to i-duarte\n"
        f"`contract-check` of {ID}: from w-brandt to i-duarte\n"
        f"{ID}: from w-brandt to i-duarte\n"
        "not looked into, because it cannot be read: postmortems/2026/2026-03-12-broken.md\n"
    )
    assert not any("is no longer active" in message for message in errors(repository))
    record = Archive.load(repository).by_id[ID]
    assert record.owner == "i-duarte"
    assert [action.owner for action in record.actions] == ["i-duarte", "w-brandt"]  # done is done


def test_a_dry_run_writes_nothing(run: Run, repository: Path) -> None:
    before = text(repository)
    for words in (
        ("reassign", ID, "contract-check", "i-duarte"),
        ("reassign", "i-duarte", "--from", "m-sato", "--all"),
        ("postpone", ID, "contract-check", "2026-04-24"),
    ):
        outcome = run(*words, "--dry-run")
        assert outcome.code == 0
        assert outcome.out.endswith("Nothing was written: this was a dry run.\n")
    assert text(repository) == before


# --- refused -------------------------------------------------------------------------------------

CLOSED = ("status: in-review", "status: closed")
WITHDRAWN = ("status: in-review", "status: withdrawn\nwithdrawn: {reason: It was none}")
DONE = (
    "due: 2026-04-17\n    status: open",
    "due: 2026-04-17\n    status: done\n    done_on: 2026-03-30",
)
GIVEN_UP = ("due: 2026-04-17\n    status: open", "due: 2026-04-17\n    status: not-doing")
TO_A = ("reassign", ID, "contract-check")
ON_A_DAY = ("postpone", ID, "contract-check")
Case = tuple[tuple[str, ...], tuple[str, str] | None, str]

REFUSED: dict[str, Case] = {
    "an owner nobody knows": (
        (*TO_A, "i-duart"), None,
        "`i-duart` is not in catalog/owners.yml; did you mean `i-duarte`?",
    ),
    "an owner like none": ((*TO_A, "zzz"), None, "; add the owner there first"),
    "somebody who has left": ((*TO_A, "w-brandt"), None, "`w-brandt` is no longer active"),
    "the same owner": ((*TO_A, "m-sato"), None, "`contract-check` belongs to `m-sato` already"),
    "the same owner of the record": (
        ("reassign", ID, "pricing-platform", "--record"), None, f"{ID} belongs to"
    ),
    "the same date": (
        (*ON_A_DAY, "2026-04-17"), None, "`contract-check` is due on 2026-04-17 already"
    ),
    "a date that has passed": (
        (*ON_A_DAY, "2026-03-31"), None,
        "2026-03-31 has passed; a promise is for 2026-04-01 or a later day",
    ),
    "a date that is none": (
        (*ON_A_DAY, "2026-02-30"), None, "DATE '2026-02-30': there is no such day in the calendar"
    ),
    "words for a date": ((*ON_A_DAY, "tomorrow"), None, "this is not a date; write YYYY-MM-DD"),
    "a time": ((*ON_A_DAY, "2026-04-24T10:00Z"), None, "write `2026-04-24`"),
    "an action nobody knows": (
        ("postpone", ID, "contract-chek", "2026-04-24"), None,
        f"'contract-chek' is no action of {ID}; did you mean `contract-check`?",
    ),
    "an action like none": (
        ("reassign", ID, "zzz", "i-duarte"), None, "; known: contract-check, correct-orders"
    ),
    "a part that two actions have": (
        ("reassign", ID, "co", "i-duarte"), None,
        "'co' is a part of 2 ids: contract-check, correct-orders; write more",
    ),
    "no reason": ((*ON_A_DAY, "2026-04-24", "--reason", " \n"), None, "the reason is empty"),
    "a reason that cannot be seen": (
        (*ON_A_DAY, "2026-04-24", "--reason", "x\x07"), None, "U+0007"
    ),
    "a date of what is done": (
        (*ON_A_DAY, "2026-04-24"), DONE, "`contract-check` is done since 2026-03-30: there is"
    ),
    "an owner of what is done": (
        (*TO_A, "i-duarte"), DONE, "what was done stays with who did it"
    ),
    "a date of what is given up": (
        (*ON_A_DAY, "2026-04-24"), GIVEN_UP,
        "`contract-check` is not-doing; if it is to be done after all, set its status to open",
    ),
    "a closed record": (
        (*ON_A_DAY, "2026-04-24"), CLOSED,
        f"to open it again: `./debrief advance {ID} published --reason …`",
    ),
    "a withdrawn record": (
        (*TO_A, "i-duarte"), WITHDRAWN, "is withdrawn, and nothing in it is promised any more"
    ),
    "the owner of a closed record": (
        ("reassign", ID, "i-duarte", "--record"), CLOSED, f"{ID} is closed"
    ),
    "too few words": (("reassign", ID, "i-duarte"), None, "give ID ACTION NEW_OWNER, and not 2"),
    "all of nobody": (("reassign", "i-duarte", "--all"), None, "--from OWNER and --all go"),
    "somebody's, but not all": (
        ("reassign", "i-duarte", "--from", "m-sato"), None, "--from OWNER and --all go together"
    ),
    "all, and the record": (
        ("reassign", "i-duarte", "--from", "m-sato", "--all", "--record"), None, "leave --record"
    ),
    "all of somebody with nothing to do": (
        ("reassign", "i-duarte", "--from", "n-okafor", "--all"), None,
        "'n-okafor' has nothing left to do here",
    ),
    "all of somebody nobody knows": (
        ("reassign", "i-duarte", "--from", "m-satto", "--all"), None, "did you mean `m-sato`?"
    ),
    "all to the same": (
        ("reassign", "m-sato", "--from", "m-sato", "--all"), None, "belongs to `m-sato` already"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_possible_is_said_and_nothing_is_written(
    run: Run, repository: Path, name: str
) -> None:
    words, changed, message = REFUSED[name]
    before = alter(repository / PATH, changed) if changed else text(repository)
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert text(repository) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reason_is_asked_for(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [command, ID, "contract-check", "2026-04-24"])
    with pytest.raises(SystemExit) as ended:
        _console.run(COMMANDS[command], command)
    assert ended.value.code == 2
    assert "Missing option '--reason'" in capsys.readouterr().err


# --- what the check would say --------------------------------------------------------------------


def test_an_error_that_was_there_before_is_not_in_the_way(run: Run, repository: Path) -> None:
    alter(
        repository / PATH, ("    addresses: [silent-skip]\n    owner: m-sato", "    owner: m-sato")
    )
    before = errors(repository)
    assert before
    assert run("postpone", ID, "contract-check", "2026-04-24").code == 0
    assert errors(repository) == before


def test_an_error_that_would_be_new_is_shown_and_nothing_is_written(
    run: Run, repository: Path
) -> None:
    before = text(repository)
    outcome = run("postpone", ID, "contract-check", "2026-04-24", "--reason", "x" * 501)
    assert outcome.code == 1
    assert "PM107  `actions[0].changes[0].reason` has 501 characters" in outcome.out
    assert "1 error: the check would find this after the change. Nothing was written.\n" in (
        outcome.out
    )
    assert text(repository) == before


def test_actions_that_cannot_be_read_are_not_called_missing(run: Run, repository: Path) -> None:
    alter(repository / PATH, ("  - id: contract-check\n    title:", "  - titel:"))
    outcome = run("postpone", ID, "correct-orders", "2026-04-24")
    assert outcome.code == 2
    assert f"the actions of {ID} cannot be read; `./debrief check {PATH}` says why" in outcome.err
