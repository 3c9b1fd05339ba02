"""A later event fills the gaps of a draft, and changes nothing that people wrote."""

from __future__ import annotations

from typing import Any

import pytest
from drafted import TODAY, moment, notice

from debrief import drafts
from debrief.archive import Archive
from debrief.drafts.updating import Update, update
from debrief.edit import edited
from debrief.events.notice import LogEntry, Notice

FIRST = notice(clock={"detected_at": moment("07:42")}, log=(), severity=None)


def drafted(archive: Archive, told: Notice = FIRST, *changes: tuple[str, str]) -> Archive:
    """The archive with the draft of an event, in which people have changed something."""
    made = drafts.draft(told, archive, TODAY)
    text = made.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return archive.with_text(made.path, text)


def later(archive: Archive, told: Notice) -> Update:
    record = drafts.known(told, archive)
    assert record is not None
    return update(record, told, archive)


def after(archive: Archive, told: Notice) -> Any:
    """The record once the event's edits were made."""
    record = drafts.known(told, archive)
    assert record is not None
    text = archive.documents[record.path].text
    wanted = edited(text, update(record, told, archive).edits, archive.schemas["postmortem"])
    return archive.with_text(record.path, wanted).by_id[record.id]


def test_a_later_event_adds_instants_severity_and_log(archive: Archive) -> None:
    told = notice(clock={"detected_at": moment("07:42"), "resolved_at": moment("10:05")})
    record = after(drafted(archive), told)
    assert record.incident.resolved_at == moment("10:05")
    assert record.severity == "sev2"
    assert [event.event for event in record.timeline] == [
        "PagerDuty: Orders are stale",
        "Reloading the feed",
        "Resolved, according to PagerDuty",
    ]


def test_it_says_what_it_added(archive: Archive) -> None:
    told = notice(clock={"detected_at": moment("07:42"), "resolved_at": moment("10:05")}, log=())
    assert later(drafted(archive), told).added == (
        "The severity: sev2.",
        "`resolved_at`: 2026-11-20T10:05Z.",
        "The timeline's entry of 2026-11-20T10:05Z.",
    )


def test_the_same_event_again_adds_nothing(archive: Archive) -> None:
    assert later(drafted(archive), FIRST) == Update()
    told = notice()
    assert later(drafted(archive, told), told) == Update()


def test_what_people_wrote_stays_and_the_difference_is_told(archive: Archive) -> None:
    mine = drafted(
        archive,
        notice(),
        ('resolved_at: "2026-11-20T10:05Z"', "resolved_at: 2026-11-20T11:00Z"),
        ('severity: "sev2"', "severity: sev3"),
    )
    found = later(mine, notice())
    assert found.edits == ()
    assert found.left == (
        "PagerDuty now says sev2, and the record sev3: the record stays as it is.",
        (
            "PagerDuty says `resolved_at` was 2026-11-20T10:05Z, and the record "
            "2026-11-20T11:00Z: the record stays as it is."
        ),
    )


def test_an_entry_that_people_reworded_is_not_added_again(archive: Archive) -> None:
    mine = drafted(archive, notice(), ("Reloading the feed", "We reloaded the feed"))
    assert later(mine, notice()) == Update()


def test_an_entry_that_belongs_further_up_is_told_and_left(archive: Archive) -> None:
    told = notice(log=(LogEntry(moment("07:00"), "It looked odd"),), severity=None, clock={})
    found = later(drafted(archive), told)
    assert found.edits == ()
    assert found.left == (
        "The timeline's entry of 2026-11-20T07:00Z belongs before the last one: It looked odd",
    )


def test_a_record_that_is_further_on_is_left_alone(archive: Archive) -> None:
    mine = drafted(archive, FIRST, ('status: "draft"', "status: in-review"))
    found = later(mine, notice())
    assert found.edits == ()
    assert found.left == ("The record is in review, so nothing was changed.",)
    assert later(mine, FIRST) == Update()


def test_a_record_that_was_written_by_hand_learns_which_incident_it_is(archive: Archive) -> None:
    mine = drafted(archive, FIRST, ('  event: "pagerduty:Q1"\n', ""))
    record = after(mine, FIRST)
    assert record.incident.event == "pagerduty:Q1"


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20T07:42:00Z"])
def test_an_instant_within_what_the_record_says_is_no_difference(
    archive: Archive, text: str
) -> None:
    old, new = '  detected_at: "2026-11-20T07:42Z"', f"  detected_at: {text}\n  precision: day"
    assert later(drafted(archive, FIRST, (old, new)), FIRST).left == ()
