"""What tickets say, held against the records: what is proposed, told, and left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from scratch import alter, write
from tracked import LATE, PATH, closed, issue, jira, put_company

from debrief import edit
from debrief.archive import Archive
from debrief.trackers import reading
from debrief.trackers.synchronisation import Synchronisation, as_data, compared

TODAY = date(2026, 11, 25)

Told = list[tuple[str, str, str]]


def held(folder: Path, *items: object, more: tuple[object, ...] = ()) -> Synchronisation:
    """What comes of one file with these tickets, and of another with more of them."""
    files = [reading.read("one.json", json.dumps(items).encode())]
    if more:
        files.append(reading.read("two.json", json.dumps(more).encode()))
    return compared(Archive.load(folder), files, TODAY)


def proposed(made: Synchronisation) -> Told:
    return [(d.action.id, d.field, d.told) for d in made.proposed]


def undecided(made: Synchronisation) -> Told:
    return [(d.action.id, d.field, d.told) for d in made.undecided]


def written(made: Synchronisation) -> str:
    (change,) = made.changes
    return change.new


LINK = ("test", "tracker", "link to https://github.com/an-org/shop/issues/12")


def test_an_issue_that_is_open_gives_the_record_its_link_and_no_more(tmp_path: Path) -> None:
    file = put_company(tmp_path)
    before = file.read_text(encoding="utf-8")
    made = held(tmp_path, issue())
    assert proposed(made) == [LINK]
    assert not made.undecided
    tracker = ', tracker: "https://github.com/an-org/shop/issues/12"'
    assert written(made) == before.replace("due: 2026-12-24}", f"due: 2026-12-24{tracker}}}")
    assert file.read_text(encoding="utf-8") == before


def test_a_closed_issue_proposes_done_with_its_day_and_itself_as_evidence(tmp_path: Path) -> None:
    file = put_company(tmp_path)
    made = held(tmp_path, closed())
    told = "done on 2026-11-20; as evidence, the closed ticket, no more"
    assert proposed(made) == [LINK, ("test", "status", told)]
    (change,) = made.changes
    edit.edit_file(file, change.edits)
    text = file.read_text(encoding="utf-8")
    assert text == change.new
    assert "# promised on the day" in text
    record = Archive.load(tmp_path).by_id[LATE]
    action = record.actions[0]
    assert (action.status, action.done_on) == ("done", date(2026, 11, 20))
    assert action.evidence == ("ticket-an-org-shop-12",)
    assert record.evidence[0].title == "an-org/shop#12, closed on 2026-11-20"
    assert not held(tmp_path, closed()).found, "the second time nothing differs"


def test_a_merged_change_that_closed_it_is_the_better_evidence(tmp_path: Path) -> None:
    put_company(tmp_path)
    change = {"number": 77, "url": "https://github.com/an-org/shop/pull/77"}
    elsewhere = {"number": 5, "url": "https://other.example.com/an-org/shop/pull/5"}
    made = held(tmp_path, closed(closedByPullRequestsReferences=[elsewhere, change]))
    assert made.proposed[1].told == "done on 2026-11-20; as evidence, the merged change"
    assert "kind: change" in written(made)
    assert '"https://github.com/an-org/shop/pull/77"' in written(made)


def test_evidence_that_the_action_names_is_enough(tmp_path: Path) -> None:
    shown = "evidence: [{id: diff, kind: change, title: The change, path: diff.txt}]\nactions:"
    put_company(
        tmp_path,
        ("actions:", shown),
        ("due: 2026-12-24}", "due: 2026-12-24, evidence: [diff]}"),
    )
    write(tmp_path, f"postmortems/2026/{LATE}/diff.txt", "x\n")
    made = held(tmp_path, closed())
    assert made.proposed[1].told == "done on 2026-11-20"
    assert "kind: ticket" not in written(made)


def test_not_planned_is_not_doing_with_the_tickets_word_as_reason(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, closed(state_reason="not_planned"))
    assert made.proposed[1].told.startswith("not-doing; say in `reason` why")
    reason = "Decided in an-org/shop#12, which was closed on 2026-11-20: closed, not planned"
    assert reason in written(made)
    entry = "{changed_on: 2026-11-20, field: status, from: open, to: not-doing, reason: "
    assert entry in written(made), "figures know by it until when it was a promise"


def test_what_the_check_would_refuse_is_told_with_its_words_and_not_written(tmp_path: Path) -> None:
    analysed = ("status: draft", "status: in-review")
    put_company(tmp_path, analysed)
    made = held(tmp_path, closed(state_reason="not_planned"))
    assert proposed(made) == [LINK]
    ((_, field, told),) = undecided(made)
    assert field == "status"
    assert "not written, because of this: PM403: " in told


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (closed(closed_at=None), "the export does not say since when"),
        (closed(closed_at="2027-01-02T00:00:00Z"), "since 2027-01-02, which lies ahead"),
        (closed(state_reason="duplicate"), "closed as a duplicate: let `tracker` lead"),
        (closed(state_reason="moved"), "“moved” is not known here"),
        (issue(projectItems=[{"status": {"name": "Parked"}}]), "“Parked” is not known here"),
        (issue(projectItems=[{"status": {"name": "Done"}}]), "it is open, and its board says Done"),
        (
            issue(projectItems=[{"status": {"name": n}} for n in ("Blocked", "In progress")]),
            "“Blocked, In progress” means blocked and in-progress at once",
        ),
    ],
)
def test_what_nobody_can_tell_is_asked(tmp_path: Path, ticket: dict[str, Any], words: str) -> None:
    put_company(tmp_path)
    made = held(tmp_path, ticket)
    assert proposed(made) == [LINK]
    ((action, field, told),) = undecided(made)
    assert (action, field) == ("test", "status")
    assert words in told


def test_the_policys_words_come_first(tmp_path: Path) -> None:
    put_company(tmp_path)
    file = tmp_path / "catalog" / "policy.yml"
    words = "trackers: {statuses: {Parked: blocked, Won't ship: not-doing}}\n"
    file.write_text(file.read_text(encoding="utf-8") + words, encoding="utf-8")
    parked = issue(projectItems={"nodes": [{"fieldValueByName": {"name": "PARKED"}}]})
    assert proposed(held(tmp_path, parked))[1] == ("test", "status", "blocked")
    wont = jira("Done", "done", resolution={"name": "Won’t ship"}, resolutiondate="2026-11-02")
    ((_, _, told),) = proposed(held(tmp_path, wont))
    assert told.startswith("not-doing")


def test_what_is_done_or_verified_is_never_taken_back(tmp_path: Path) -> None:
    done = "due: 2026-12-24, status: done, done_on: 2026-11-01}"
    put_company(tmp_path, ("due: 2026-12-24}", done))
    made = held(tmp_path, issue())
    assert proposed(made) == [LINK]
    ((_, _, told),) = undecided(made)
    assert "is open, or was opened again" in told
    assert not held(tmp_path, closed()).undecided


def test_a_closed_record_is_never_changed(tmp_path: Path) -> None:
    put_company(
        tmp_path,
        ("status: draft", "status: closed"),
        ("due: 2026-12-24}", "due: 2026-12-24, status: verified, done_on: 2026-11-01}"),
    )
    made = held(tmp_path, issue(), jira("To Do", "new"))
    assert not made.changes
    assert not made.proposed
    assert len(made.undecided) == 2
    for _, _, told in undecided(made):
        assert told.endswith("; the record is closed, and stays as it is")


def test_a_withdrawn_record_is_passed_over(tmp_path: Path) -> None:
    put_company(tmp_path, ("status: draft", "status: withdrawn\nwithdrawn: {reason: A drill}"))
    assert not held(tmp_path, closed()).found


# --- dates and owners ----------------------------------------------------------------------------


def test_a_date_that_moved_there_is_proposed_with_the_reason(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, jira("In Progress", "indeterminate", duedate="2027-01-15"))
    assert proposed(made) == [("page", "due", "due on 2027-01-15")]
    entry = (
        "{changed_on: 2026-11-25, field: due, from: 2026-12-01, to: 2027-01-15, "
        "reason: The date was moved in PRICE-812}"
    )
    assert entry in written(made)


def test_a_date_that_has_passed_is_told(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, jira("In Progress", "indeterminate", duedate="2026-11-02"))
    assert [told for _, _, told in undecided(made)] == [
        "2026-11-02 has passed; a promise is for 2026-11-25 or a later day"
    ]


def test_a_tracker_that_did_not_follow_the_record_does_not_move_it_back(tmp_path: Path) -> None:
    moved = (
        "changes:\n      - {changed_on: 2026-11-01, field: due, from: 2026-11-27, "
        "to: 2026-12-01, reason: Waits}\n    tracker:"
    )
    put_company(tmp_path, ("tracker:", moved))
    made = held(tmp_path, jira("In Progress", "indeterminate", duedate="2026-11-27"))
    assert not made.changes
    assert undecided(made) == [
        ("page", "due", "move it in PRICE-812: the record's date moved since, from 2026-11-27")
    ]


def test_another_assignee_is_the_owner_by_account_address_or_name(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, issue(assignees=[{"login": "N-Okafor"}]))
    assert proposed(made)[1] == ("test", "owner", "n-okafor")
    assert "reason: It was assigned to them in an-org/shop#12" in written(made)
    for names in ({"displayName": "Nneka Okafor"}, {"name": "n-okafor"}):
        made = held(tmp_path, jira("In Progress", "indeterminate", assignee=names))
        assert proposed(made) == [("page", "owner", "n-okafor")]


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([{"login": "stranger"}], "@stranger is nobody in catalog/owners.yml"),
        ([{"login": "gone"}], "`gone` is no longer active"),
        ([{"login": "gone"}, {"login": "x"}], "say who answers for it: an-org/shop#12"),
    ],
)
def test_an_assignee_who_cannot_be_the_owner_is_told(
    tmp_path: Path, people: list[Any], words: str
) -> None:
    put_company(tmp_path)
    made = held(tmp_path, issue(assignees=people))
    assert proposed(made) == [LINK]
    ((_, field, told),) = undecided(made)
    assert field == "owner"
    assert words in told


def test_no_address_of_a_person_is_ever_told(tmp_path: Path) -> None:
    put_company(tmp_path)
    someone = {"emailAddress": "private@somewhere.example"}
    made = held(tmp_path, jira("In Progress", "indeterminate", assignee=someone))
    assert "private" not in json.dumps(as_data(made))


def test_a_member_of_the_owning_team_is_no_difference(tmp_path: Path) -> None:
    put_company(tmp_path)
    member = {"emailAddress": "m-sato@pellwick.example", "displayName": "M. S."}
    assert not held(tmp_path, jira("In Progress", "indeterminate", assignee=member)).found


# --- which ticket --------------------------------------------------------------------------------


def test_two_tickets_for_one_action_are_told(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, closed(12), issue(13))
    assert not made.proposed
    assert undecided(made)[0][2].startswith("2 tickets name it: an-org/shop#12, an-org/shop#13;")


def test_the_records_link_decides_and_a_ticket_that_disagrees_is_told(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, jira("In Progress", "indeterminate"), closed(13, "page"))
    assert not made.proposed
    assert undecided(made)[0][2].startswith(
        "PRICE-812 says in-progress, and an-org/shop#13, which names this action as well, says done"
    )


def test_a_link_to_a_ticket_of_another_host_is_told(tmp_path: Path) -> None:
    put_company(tmp_path)
    other = jira("Done", "done") | {"self": "https://elsewhere.example/rest/api/2/issue/1"}
    made = held(tmp_path, other)
    words = "PRICE-812 is there of elsewhere.example, and `tracker` leads to jira.example.com"
    assert undecided(made) == [("page", "tracker", words)]


def test_a_mark_of_no_action_here_is_told_and_other_tickets_are_counted(tmp_path: Path) -> None:
    put_company(tmp_path)
    made = held(tmp_path, issue(12, "nothing"), issue(13, body=None))
    assert made.notes == (f"an-org/shop#12 names {LATE}/nothing, which is no action here",)
    assert made.unmatched == 2
    assert made.missing == ((f"{LATE}/page", "https://jira.example.com/browse/PRICE-812"),)


def test_of_two_exports_the_later_counts(tmp_path: Path) -> None:
    put_company(tmp_path)
    old = issue(updated_at="2026-11-01T00:00:00Z")
    new = closed(updated_at="2026-11-20T10:00:00Z")
    assert len(held(tmp_path, new, more=(old,)).proposed) == 2
    undated = held(tmp_path, issue(), more=(closed(),))
    assert not undated.proposed
    places = "one.json, item 1 and two.json, item 1"
    assert undated.notes == (f"an-org/shop#12 stands twice and differs, without a date: {places}",)


def test_one_ticket_may_be_that_of_two_actions(tmp_path: Path) -> None:
    link = "tracker: https://jira.example.com/browse/PRICE-812"
    shared = f'due: 2026-12-24, {link.replace("https", chr(34) + "https")}"}}'
    put_company(tmp_path, ("due: 2026-12-24}", shared))
    made = held(tmp_path, jira("Done", "done", resolutiondate="2026-11-20T10:00:00.000+0100"))
    assert [difference.action.id for difference in made.proposed] == ["test", "page"]
    assert written(made).count("kind: ticket") == 1


# --- hostile text --------------------------------------------------------------------------------

HOSTILE = "=cmd|x ::error::@all <b>\x1b[2J\u202e\n$(touch x)" + "y" * 2_000


def test_hostile_words_of_a_tracker_stay_short_words_on_one_line(tmp_path: Path) -> None:
    put_company(tmp_path)
    tickets: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: closed(state_reason=HOSTILE),
        lambda: issue(assignees=[{"login": HOSTILE}]),
        lambda: issue(labels=[{"name": HOSTILE}], projectItems=[{"status": {"name": HOSTILE}}]),
    )
    for ticket in tickets:
        made = held(tmp_path, ticket())
        for difference in made.undecided:
            for text in (difference.theirs, difference.told):
                assert len(text) <= 600
                assert not any(ord(character) < 32 or character == "\u202e" for character in text)
    odd = jira("Done", "done", resolution={"name": "Won't do"}, resolutiondate="2026-11-20")
    odd["fields"]["status"]["name"] = HOSTILE
    made = held(tmp_path, odd)
    assert all(len(line) < 400 for change in made.changes for line in change.new.splitlines())


def test_a_record_that_changed_meanwhile_is_compared_anew(tmp_path: Path) -> None:
    file = put_company(tmp_path)
    held(tmp_path, closed())
    alter(file, ("due: 2026-12-24}", "due: 2026-12-24, status: blocked}"))
    assert held(tmp_path, closed()).proposed[1].ours == "blocked"
    assert (tmp_path / PATH).exists()
