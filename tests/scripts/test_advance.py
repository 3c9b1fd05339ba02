"""`advance`: a record goes to its next status when it is ready, and else learns what it lacks."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import advance
import pytest
from in_process import InProcess, Outcome, Run
from scratch import alter

from debrief import checks
from debrief.archive import Archive
from debrief.finding import Level

CASES = Path(__file__).resolve().parent.parent / "cases"
TODAY = date(2026, 4, 1)
ID = "2026-03-14-case"
PATH = f"postmortems/2026/{ID}.md"
REVIEW = "review:\n  cadence: monthly\n  rotation: [n-okafor, t-lindqvist]\n"
AGREED = """\
stewardship:
  data_quality: Row counts are now checked at load
  lineage: The map is right
  access: Not affected; no data was exposed

review: {kind: walkthrough, held_on: 2026-03-19}
sign_offs:
  - {role: facilitator, signed_by: n-okafor, signed_on: 2026-03-19}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with the catalog of the cases, and one record that is in review."""
    shutil.copytree(CASES / "_base", tmp_path, dirs_exist_ok=True)
    (tmp_path / PATH).parent.mkdir(parents=True)
    shutil.copyfile(CASES / "PM703" / "good-in-review.md", tmp_path / PATH)
    policy = tmp_path / "catalog" / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8") + REVIEW, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    """Run the command as the front door does."""

    def go(*words: str, today: date = TODAY) -> Outcome:
        options = ["--root", str(repository), "--today", today.isoformat()]
        outcome = in_process(advance.main, "advance", *words, *options)
        assert "Traceback" not in outcome.err
        return outcome

    return go


def text(repository: Path) -> str:
    return (repository / PATH).read_text(encoding="utf-8")


def agree(repository: Path, *, steward: bool = True) -> None:
    """Add what publication asks for."""
    signed = "  - {role: steward, signed_by: pricing-stewards, signed_on: 2026-03-20}\n"
    plan = "    test_plan: Replay the feed of 14 March in staging\n"
    alter(
        repository / PATH,
        ("---\n\n## Executive", f"{AGREED}{signed if steward else ''}---\n\n## Executive"),
        (plan, f"{plan}    verification: {{method: data-quality-check}}\n"),
    )


def errors(repository: Path, today: date = TODAY) -> list[str]:
    found = checks.run(Archive.load(repository), today)
    return [finding.message for finding in found if finding.level is Level.ERROR]


# --- forward -------------------------------------------------------------------------------------


def test_a_record_that_is_ready_moves_and_the_day_is_set(run: Run, repository: Path) -> None:
    agree(repository)
    before = text(repository)
    outcome = run(ID, "next")
    assert (outcome.code, outcome.err) == (0, "")
    assert text(repository) == before.replace("status: in-review", "status: published").replace(
        "signed_on: 2026-03-20}\n", "signed_on: 2026-03-20}\npublished_on: 2026-04-01\n"
    )
    assert errors(repository) == []
    assert outcome.out == (
        f"{ID}: from in-review to published\n"
        "Next: closed.\n"
        "Still to be done or verified: 2 actions; the first is due on 2026-04-10 "
        "(`correct-orders`).\n"
        "Still to sign: closing.\n"
        f"{PATH}\n"
        "      4 - status: in-review\n"
        "      4 + status: published\n"
        "     98 + published_on: 2026-04-01\n"
    )


def test_a_record_that_is_not_ready_learns_what_is_missing_and_stays(
    run: Run, repository: Path
) -> None:
    before = text(repository)
    outcome = run(ID, "published")
    assert (outcome.code, outcome.err) == (1, "")
    assert text(repository) == before
    for words in (
        "      1:1  error  PM110  `review` is missing\n",
        "fix: write `review: …`: the meeting in which the analysis was agreed\n",
        "error  PM703  a sev3 needs more sign-offs: facilitator, steward\n",
        f"{ID} is not ready to become published. Nothing was written.\n",
    ):
        assert words in outcome.out


def test_what_is_missing_is_told_by_the_lines_of_the_file_as_it_is(
    run: Run, repository: Path
) -> None:
    agree(repository)
    alter(
        repository / PATH,
        ("    due: 2026-04-17\n", ""),  # the command writes a line in its place
        ("severity: sev3", "severity: sev1"),
        ("  stewards: [pricing-stewards]", "  incident_commander: i-duarte"),
    )
    outcome = run(ID, "next")
    assert outcome.code == 1
    line = text(repository).split("\n").index("sign_offs:") + 1
    assert f"{line}:1  error  PM703  a sev1 needs more sign-offs: owner, executive" in outcome.out
    assert f"{line} │ sign_offs:\n" in outcome.out


def test_it_says_who_must_sign_by_when_and_whose_turn_the_review_is(
    run: Run, repository: Path
) -> None:
    alter(repository / PATH, ("status: in-review", "status: draft"))
    outcome = run(ID, "in-review")
    assert outcome.code == 0
    assert (
        "Next: published, by 2026-05-13.\n"
        "Still to sign: facilitator (Nkechi Okafor), steward (Pricing stewards).\n"
        "No review was held yet; this month Tove Lindqvist leads reviews.\n"
    ) in outcome.out


def test_a_deadline_that_has_passed_is_said_and_a_warning_does_not_block(
    run: Run, repository: Path
) -> None:
    alter(repository / PATH, ("status: in-review", "status: draft"))
    outcome = run(ID, "next", today=date(2026, 6, 1))
    assert outcome.code == 0
    assert "Next: published, which the policy wanted by 2026-05-13.\n" in outcome.out
    assert "warning  PM702  still in review" in outcome.out
    assert "status: in-review" in text(repository)


def test_an_open_action_without_a_date_gets_the_one_of_the_policy(
    run: Run, repository: Path
) -> None:
    alter(repository / PATH, ("status: in-review", "status: draft"), ("    due: 2026-04-17\n", ""))
    outcome = run(ID, "next")
    assert outcome.code == 0
    assert (
        "`contract-check` had no due date: 2026-05-13, by the policy's 60 days for a sev3\n"
        in outcome.out
    )
    assert "    owner: m-sato\n    due: 2026-05-13\n" in text(repository)


def test_an_action_that_nobody_owns_gets_no_date(run: Run, repository: Path) -> None:
    alter(
        repository / PATH,
        ("status: in-review", "status: draft"),
        ("    owner: m-sato\n    due: 2026-04-17\n", ""),
    )
    outcome = run(ID, "next")
    assert outcome.code == 1
    assert "PM203  `actions[0].due` is missing" in outcome.out


def test_a_date_that_stands_there_already_is_kept(run: Run, repository: Path) -> None:
    agree(repository)
    alter(repository / PATH, ("---\n\n## Exec", "published_on: 2026-03-21\n---\n\n## Exec"))
    assert run(ID, "next").code == 0
    assert "published_on: 2026-03-21\n" in text(repository)


def test_closing_sets_the_day_and_takes_a_sign_off(run: Run, repository: Path) -> None:
    shutil.copyfile(CASES / "PM707" / "good.md", repository / PATH)
    alter(
        repository / PATH,
        ("status: closed\n", "status: published\n"),
        ("closed_on: 2026-03-30\n", ""),
        ("  - {role: closing, signed_by: k-bangura, signed_on: 2026-03-30}\n", ""),
    )
    unsigned = run(ID, "closed")
    assert unsigned.code == 1
    assert "PM707  nobody has signed the closing" in unsigned.out
    outcome = run(ID, "closed", "--signed-by", "k-bangura")
    assert outcome.code == 0
    assert "Kadie Bangura signs as closing\n" in outcome.out
    assert "let them commit this, or approve the pull request" in outcome.out
    assert "  - {role: closing, signed_by: k-bangura, signed_on: 2026-04-01}\n" in text(repository)
    assert "closed_on: 2026-04-01\n" in text(repository)
    assert errors(repository) == []


def test_the_role_of_a_sign_off_is_the_one_that_the_signer_holds(
    run: Run, repository: Path
) -> None:
    agree(repository, steward=False)
    outcome = run(ID, "next", "--signed-by", "t-lindqvist")  # a member of the stewards
    assert outcome.code == 0
    line = "  - {role: steward, signed_by: t-lindqvist, signed_on: 2026-04-01}\n"
    assert line in text(repository)


# --- back and out --------------------------------------------------------------------------------


def closed(repository: Path) -> None:
    shutil.copyfile(CASES / "PM707" / "good.md", repository / PATH)


def test_back_takes_the_day_of_the_status_out_and_says_why(run: Run, repository: Path) -> None:
    closed(repository)
    before = text(repository)
    outcome = run(ID, "published", "--reason", "It  did\nnot hold: #4")
    assert outcome.code == 0
    entry = (
        "changes:\n  - {changed_on: 2026-04-01, field: status, from: closed, to: published, "
        'reason: "It did not hold: #4"}\n'
    )
    assert text(repository) == before.replace("status: closed\n", "status: published\n").replace(
        "closed_on: 2026-03-30\n", entry
    )
    assert "the closing sign-off no longer counts" in outcome.out
    again = run(ID, "in-review", "--reason", "Finance found more")
    assert again.code == 0
    assert "published_on" not in text(repository)
    assert "the sign-offs no longer count: they are given anew" in again.out


def test_a_withdrawn_record_says_why_and_comes_back_as_a_draft(run: Run, repository: Path) -> None:
    other = repository / "postmortems/2026/2026-03-15-the-same.md"
    shutil.copyfile(CASES / "PM701" / "good-last-day.md", other)
    before = text(repository)
    outcome = run(ID, "withdrawn", "--reason", "The same outage", "--duplicate-of", "the-same")
    assert outcome.code == 0
    record = Archive.load(repository).by_id[ID]
    assert record.withdrawn is not None
    assert record.withdrawn.reason == "The same outage"
    assert record.withdrawn.duplicate_of == "2026-03-15-the-same"
    assert run(ID, "draft", "--reason", "It was another").code == 0
    expected = before.replace("status: in-review", "status: draft")
    values = "changed_on: 2026-04-01, field: status, from: withdrawn, to: draft"
    entry = f"{{{values}, reason: It was another}}"
    assert text(repository) == expected.replace(
        "---\n\n## Exec", f"changes:\n  - {entry}\n---\n\n## Exec"
    )


# --- refused -------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "two steps": (
        ("closed",),
        (
            f"{ID} is in-review, and cannot become closed in one step; from in-review it can "
            f"become published or draft or withdrawn: `./debrief advance {ID} published`"
        ),
    ),
    "the same": (("in-review",), f"{ID} is in-review already; the next step is published"),
    "back without a reason": (
        ("draft",), "to go back from in-review to draft asks for a reason: give --reason"
    ),
    "back with an empty reason": (("draft", "--reason", "  "), "asks for a reason"),
    "withdrawn without a reason": (("withdrawn",), "to withdraw a record asks for a reason"),
    "forward with a reason": (("next", "--reason", "x"), "a step forward asks for no reason"),
    "a status that is none": (("publishd",), "'publishd' is no status; did you mean `published`?"),
    "a status like none": (("xyz",), "; write draft, in-review, published, closed"),
    "a duplicate that is published": (
        ("next", "--duplicate-of", "case"), "only a withdrawn record is the duplicate of another"
    ),
    "a duplicate of itself": (
        ("withdrawn", "--reason", "x", "--duplicate-of", "case"), "is no duplicate of itself"
    ),
    "a duplicate of nothing": (
        ("withdrawn", "--reason", "x", "--duplicate-of", "2026-09-09-none"),
        "'2026-09-09-none' is no postmortem here",
    ),
    "a signer nobody knows": (
        ("next", "--signed-by", "n-okafr"),
        "`n-okafr` is not in catalog/owners.yml; did you mean `n-okafor`?",
    ),
    "a signer who has left": (("next", "--signed-by", "w-brandt"), "is no longer active"),
    "a signer without a role": (
        ("next", "--signed-by", "k-bangura"),
        (
            "`k-bangura` holds none of the roles that are still to be signed: facilitator, "
            "steward; if `k-bangura` signs all the same, write ROLE=k-bangura"
        ),
    ),
    "a role that is none": (
        ("next", "--signed-by", "stewart=t-lindqvist"), "'stewart'; did you mean `steward`?"
    ),
    "a sign-off on the way back": (
        ("draft", "--reason", "x", "--signed-by", "n-okafor"), "sign-offs are added when"
    ),
    "a reason that turns": (("draft", "--reason", "x\u202e"), "U+202E"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_possible_is_said_and_nothing_is_written(
    run: Run, repository: Path, name: str
) -> None:
    words, message = REFUSED[name]
    before = text(repository)
    outcome = run(ID, *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert text(repository) == before


def test_from_closed_there_is_no_step_further(run: Run, repository: Path) -> None:
    closed(repository)
    assert "it can only go back, with a --reason" in run(ID, "next").err
    assert (
        f"from closed it can become published: `./debrief advance {ID} published --reason …`"
        in run(ID, "withdrawn", "--reason", "x").err
    )


@pytest.mark.parametrize("given", ["case", "2026-03-14", PATH, f"{ID}.md", "CASE"])
def test_a_part_of_the_id_or_the_path_is_enough(run: Run, repository: Path, given: str) -> None:
    agree(repository)
    assert run(given, "next").code == 0


def test_a_part_that_two_ids_have_is_refused_with_both(run: Run, repository: Path) -> None:
    shutil.copyfile(
        CASES / "PM701" / "good-last-day.md", repository / "postmortems/2026/2026-03-15-cases.md"
    )
    outcome = run("2026-03", "next")
    assert outcome.code == 2
    assert f"'2026-03' is a part of 2 ids: {ID}, 2026-03-15-cases; write more" in outcome.err
    assert (
        "is no postmortem here; did you mean `2026-03-14-case`?" in run("2026-03-14-cose", "x").err
    )


@pytest.mark.parametrize("given", ["", "zzz", "../../etc/passwd"])
def test_an_id_of_nothing_is_refused(run: Run, given: str) -> None:
    outcome = run(given, "next")
    assert outcome.code == 2
    assert "is no postmortem here" in outcome.err


def test_a_record_that_cannot_be_read_is_left_alone(run: Run, repository: Path) -> None:
    (repository / PATH).write_text("nothing\n", encoding="utf-8")
    outcome = run(ID, "next")
    assert outcome.code == 2
    assert (
        f"{PATH} cannot be read as a postmortem; `./debrief check {PATH}` says why" in outcome.err
    )


def test_without_a_policy_nobody_can_say_whether_it_is_ready(run: Run, repository: Path) -> None:
    agree(repository)
    (repository / "catalog" / "policy.yml").write_text("organisation: Us\n", encoding="utf-8")
    before = text(repository)
    outcome = run(ID, "next")
    assert outcome.code == 2
    assert "catalog/policy.yml cannot be read without errors" in outcome.err
    assert text(repository) == before


# --- the file ------------------------------------------------------------------------------------


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run, repository: Path) -> None:
    agree(repository)
    before = text(repository)
    outcome = run(ID, "next", "--dry-run")
    assert outcome.code == 0
    assert outcome.out.endswith("Nothing was written: this was a dry run.\n")
    assert text(repository) == before
    assert outcome.out.startswith(run(ID, "next").out)


def test_line_ends_and_the_byte_order_mark_stay(run: Run, repository: Path) -> None:
    agree(repository)
    data = b"\xef\xbb\xbf" + text(repository).replace("\n", "\r\n").encode()
    (repository / PATH).write_bytes(data)
    assert run(ID, "next").code == 0
    now = (repository / PATH).read_bytes()
    assert now.startswith(b"\xef\xbb\xbf---\r\n")
    assert now.count(b"\n") == now.count(b"\r\n") == data.count(b"\n") + 1


def test_only_a_file_is_edited(run: Run, repository: Path) -> None:
    agree(repository)
    elsewhere = repository / "elsewhere.md"
    (repository / PATH).rename(elsewhere)
    (repository / PATH).symlink_to(elsewhere)
    assert run(ID, "next").code == 2
    assert "status: in-review" in elsewhere.read_text(encoding="utf-8")
