"""What there is to be reminded of, whose it is to hear, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from promised import ACTION, FRONT, ID, KEY, OWNERS, archive_of

from debrief.archive import Archive
from debrief.reminders.due import Reminder, matters, said_on
from debrief.reminders.wording import Wording

LEFT = OWNERS.replace("manager: a-boss", "active: false\n    manager: a-boss")


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def said(archive: Archive, on: str, after: str) -> list[Reminder]:
    """What is to be said on a day of all that was to be said after another."""
    return list(said_on(day(on), matters(archive), day(after)))


def told(archive: Archive, on: str, after: str) -> list[str]:
    """The same as sentences, each with whom it is for and why."""
    wording = Wording(archive.catalog)
    return [
        f"{', '.join(f'{r.owner} {r.because}' for r in each.to)} | {wording.sentence(each)}"
        for each in said(archive, on, after)
    ]


# --- actions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "after", "kind", "words"),
    [
        ("03-11", "03-10", "action-soon", "is due in 7 days, on 18 March 2026"),
        ("03-17", "03-16", "action-soon", "is due in 1 day, on 18 March 2026"),
        ("03-18", "03-17", "action-today", "is due today"),
        ("03-19", "03-18", "action-overdue", "was due on 18 March 2026, 1 day ago"),
        ("03-25", "03-24", "action-overdue", "was due on 18 March 2026, 7 days ago"),
        ("04-08", "04-07", "action-overdue", "was due on 18 March 2026, 21 days ago"),
        ("04-22", "04-21", "action-overdue", "was due on 18 March 2026, 35 days ago"),
    ],
)
def test_an_action_is_said_to_its_owner_before_and_after_it_is_due(
    tmp_path: Path, on: str, after: str, kind: str, words: str
) -> None:
    archive = archive_of(tmp_path)
    (only,) = [each for each in said(archive, on, after) if each.key == KEY]
    assert only.kind == kind
    assert [(each.owner, each.because) for each in only.to] == [("m-sato", "owns the action")]
    assert Wording(archive.catalog).sentence(only) == f"“Check the header” {words}."


@pytest.mark.parametrize("on", ["03-12", "03-16", "03-20", "03-24", "03-31", "04-07"])
def test_on_the_days_between_nothing_is_said_of_it(tmp_path: Path, on: str) -> None:
    before = day(on).replace(day=day(on).day - 1)
    found = said_on(day(on), matters(archive_of(tmp_path)), before)
    assert KEY not in {each.key for each in found}


def test_the_policy_says_when(tmp_path: Path) -> None:
    rhythm = "{before: [3], after: [2], every: 5, escalate_after: 4}"
    found = matters(archive_of(tmp_path, reminders=rhythm))
    days = {each.kind: each.rhythm.between(day("03-01"), day("04-01")) for each in found}
    assert [each.day for each in days["action"]] == [15, 20, 25, 30]
    assert [each.day for each in days["escalation"]] == [22, 27, 1]


def test_long_overdue_it_is_said_to_the_owner_of_the_record_and_to_the_manager(
    tmp_path: Path,
) -> None:
    assert told(archive_of(tmp_path), "04-01", "03-31") == [
        (
            "pricing owns the postmortem, a-boss manages Mei Sato | “Check the header” was due on "
            "18 March 2026, 14 days ago; Mei Sato owns it."
        )
    ]


def test_what_was_to_be_said_on_several_days_is_said_once_as_it_stands_now(tmp_path: Path) -> None:
    (only,) = [each for each in said(archive_of(tmp_path), "03-20", "03-01") if each.key == KEY]
    assert only.points == (day("03-11"), day("03-17"), day("03-18"), day("03-19"))
    assert only.kind == "action-overdue"


@pytest.mark.parametrize("status", ["done", "verified", "not-doing"])
def test_what_is_done_or_given_up_is_no_matter(tmp_path: Path, status: str) -> None:
    front = FRONT + ACTION.replace("status: open", f"status: {status}\n    done_on: 2026-03-10")
    assert KEY not in {each.key for each in matters(archive_of(tmp_path, front))}


def test_of_a_withdrawn_record_nothing_is_said(tmp_path: Path) -> None:
    front = FRONT.replace("status: draft", "status: withdrawn\nwithdrawn: {reason: It was none}")
    assert matters(archive_of(tmp_path, front + ACTION)) == ()


def test_nobody_is_reminded_of_what_an_imported_record_retells_without_an_owner(
    tmp_path: Path,
) -> None:
    front = FRONT + "imported: {source: old wiki}\n" + ACTION.replace("    owner: m-sato\n", "")
    assert matters(archive_of(tmp_path, front)) == ()


# --- deadlines -----------------------------------------------------------------------------------


def test_a_draft_is_said_to_owner_and_facilitator_when_its_time_runs_out(tmp_path: Path) -> None:
    # sev4: 10 days from detection on 2 March.
    assert told(archive_of(tmp_path, FRONT), "03-13", "03-12") == [
        (
            "pricing owns the postmortem, o-brandt facilitates it | “Orders came late” was to be "
            "in review on 12 March 2026, 1 day ago."
        )
    ]


def test_in_review_it_is_said_to_those_who_have_yet_to_sign(tmp_path: Path) -> None:
    front = (
        FRONT.replace("draft", "in-review")
        .replace("sev4", "sev3")
        .replace("facilitator: o-brandt", "facilitator: o-brandt, stewards: [stewards]")
    )
    (only,) = told(archive_of(tmp_path, front), "03-16", "03-14")
    assert only == (
        "pricing owns the postmortem, o-brandt facilitates it, stewards has yet to sign as steward "
        "| “Orders came late” is to be published in 6 days, on 22 March 2026; still to sign: "
        "facilitator and steward."
    )


def test_once_it_is_published_its_time_has_ended(tmp_path: Path) -> None:
    front = FRONT.replace("draft", "published")
    assert matters(archive_of(tmp_path, front)) == ()


# --- data ----------------------------------------------------------------------------------------


def pending(front: str) -> str:
    return front.replace("none-needed", "pending").replace("status: draft", "status: published")


def test_data_is_said_to_its_steward_each_week_until_it_is_repaired(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, pending(FRONT))
    (matter,) = matters(archive)
    assert [each.day for each in matter.rhythm.between(day("03-02"), day("03-31"))] == [
        *(9, 16, 23, 30)
    ]
    (only,) = told(archive, "03-16", "03-13")
    words = "is still unrepaired 14 days after it was noticed"
    assert only == f"stewards is the data's steward | “Orders” {words}."


@pytest.mark.parametrize(
    ("steward", "owner", "roles", "hears"),
    [
        ("inactive", "", "", "pricing owns the data"),
        ("inactive", "inactive", "stewards: [a-boss]", "a-boss is a steward of the postmortem"),
        ("inactive", "inactive", "", "m-sato owns the postmortem"),
    ],
)
def test_without_a_steward_the_next_in_line_hears_of_it(
    tmp_path: Path, steward: str, owner: str, roles: str, hears: str
) -> None:
    owners = OWNERS
    if steward:
        owners = owners.replace("stewards@example.com", "s@example.com, active: false")
    if owner:
        owners = owners.replace("    kind: team\n", "    kind: team\n    active: false\n")
    front = pending(FRONT).replace("owner: pricing", "owner: m-sato")
    front = front.replace("facilitator: o-brandt", roles or "facilitator: o-brandt")
    (only,) = told(archive_of(tmp_path, front, owners), "03-09", "03-08")
    assert only.startswith(f"{hears} |")


# --- who has left --------------------------------------------------------------------------------


def test_what_somebody_owns_who_has_left_is_said_to_the_manager_each_monday(
    tmp_path: Path,
) -> None:
    archive = archive_of(tmp_path, owners=LEFT)
    assert told(archive, "03-09", "03-06")[-1] == (
        "a-boss manages Mei Sato | “Mei Sato” has left and still owns 1 open action: hand it on."
    )
    assert [each.key for each in said(archive, "03-10", "03-09")] == []


def test_the_action_of_somebody_who_has_left_is_said_to_the_manager(tmp_path: Path) -> None:
    (only,) = told(archive_of(tmp_path, owners=LEFT), "03-18", "03-17")
    assert only == (
        "a-boss manages Mei Sato | “Check the header” is due today; Mei Sato owns it, and has left."
    )


@pytest.mark.parametrize(
    ("change", "hears"),
    [
        ("manager: v-gone", "pricing has Mei Sato as a member"),  # a manager who has left as well
        ("manager: m-sato", "pricing has Mei Sato as a member"),  # their own
        ("time_zone: Europe/Lisbon", "pricing has Mei Sato as a member"),
    ],
)
def test_without_a_manager_who_is_there_their_team_hears_of_it(
    tmp_path: Path, change: str, hears: str
) -> None:
    owners = LEFT.replace("manager: a-boss", change)
    (only,) = told(archive_of(tmp_path, owners=owners), "03-18", "03-17")
    assert only.startswith(f"{hears} |")


def test_the_manager_of_a_manager_who_has_left_hears_of_it(tmp_path: Path) -> None:
    owners = LEFT.replace("ada.boss@example.com,", "ada.boss@example.com, manager: o-brandt,")
    owners = owners.replace('handles: ["@a-boss"]', "active: false")
    (only,) = told(archive_of(tmp_path, owners=owners), "03-18", "03-17")
    assert only.startswith("o-brandt manages Ada Boss |")


def test_where_nobody_is_left_the_maintainers_hear_of_it(tmp_path: Path) -> None:
    owners = OWNERS.replace("members: [m-sato, v-gone]", "active: false")
    owners += "  looks-after: {name: They, kind: team}\n"
    front = FRONT + ACTION.replace("owner: m-sato", "owner: v-gone")
    archive = archive_of(tmp_path, front, owners)
    assert said(archive, "03-18", "03-17")[0].to == ()
    policy = tmp_path / "catalog" / "policy.yml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("maintainers: []", "maintainers: [looks-after]"), "utf-8")
    (only,) = told(Archive.load(tmp_path), "03-18", "03-17")
    assert only.startswith("looks-after looks after this repository |")


# --- what may not be said ------------------------------------------------------------------------


def test_of_a_restricted_record_only_the_actions_are_said(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, pending(FRONT) + "visibility: restricted\n" + ACTION)
    assert {each.kind for each in matters(archive)} == {"action", "escalation"}


def test_words_of_a_title_stay_on_their_line_and_are_cut(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    matter = next(each for each in matters(archive) if each.key == KEY)
    assert matter.action is not None
    hostile = replace(matter, action=replace(matter.action, title="a\n\u202e \x1b[2Jb" + "c" * 500))
    subject = Wording(archive.catalog).subject(hostile)
    assert subject.startswith("a \ufffd \ufffd[2Jbccc")
    assert len(subject) == 160


def test_a_link_leads_where_the_site_has_the_page(tmp_path: Path) -> None:
    from debrief.site import address  # noqa: PLC0415 - to compare with, and nowhere else

    for restricted in (False, True):
        front = FRONT + ("visibility: restricted\n" if restricted else "") + ACTION
        archive = archive_of(tmp_path, front)
        wording = Wording(archive.catalog, "https://example.com/pm/")
        action = next(each for each in matters(archive) if each.key == KEY)
        anchor = address.action_anchor("check-header", restricted=restricted)
        page = address.under("https://example.com/pm/", address.postmortem(ID))
        assert wording.link(action) == f"{page}#{anchor}"
        assert Wording(archive.catalog).link(action) == ""
