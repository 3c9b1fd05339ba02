"""Calendars as two readers see them that we did not write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any

import icalendar
import pytest
import vobject

from debrief.site import address, calendars
from debrief.site.edition import Edition
from debrief.trail import Step, Trail

pytestmark = pytest.mark.samples

Made = Callable[[ModuleType, Edition], dict[str, bytes]]
Worded = Callable[[str], dict[str, Any]]

FIRST = "2026-03-14-first"
HOSTILE = (
    'a;b,c:d\\e D:\\Nightly\\new "q" BEGIN:VEVENT END:VCALENDAR <b>ünïcode 😀</b> {{7*7}} &amp;'
)
OWNERS = {
    "mei": {"name": "Mei Sato", "kind": "person"},
    "ole": {"name": "Ole Brandt", "kind": "person"},
    "team": {"name": "Pricing", "kind": "team", "members": ["mei"]},
    "rota": {"name": "On call", "kind": "role", "members": ["mei"]},
}


def events(made: bytes) -> list[Any]:
    """The events of a calendar that both readers take, and find the same in."""
    ours = icalendar.Calendar.from_ical(made)
    assert isinstance(ours, icalendar.Calendar)
    assert not ours.errors
    found = ours.events
    theirs = vobject.readOne(made.decode())
    theirs.validate()
    for one, other in zip(found, getattr(theirs, "vevent_list", []), strict=True):
        assert not one.errors
        assert one["uid"] == other.uid.value
        assert one.start == other.dtstart.value
        assert one.end == other.dtend.value
    return found


def summaries(made: bytes) -> list[str]:
    events(made)
    theirs = vobject.readOne(made.decode())
    return [event.summary.value for event in getattr(theirs, "vevent_list", [])]


def action(name: str, owner: str, due: str, **more: Any) -> dict[str, Any]:
    values = {"id": name, "title": name.title(), "type": "preventive", "owner": owner, "due": due}
    return {**values, **more}


@pytest.fixture
def edition(repository: Any) -> Edition:
    """Four people, teams and roles; five actions, one of them done and one overdue."""
    repository.catalog("owners", {"owners": OWNERS})
    actions = [
        action("later", "mei", "2026-12-24"),
        action("late", "mei", "2026-11-01", status="in-progress", success_criteria="It pages."),
        action("done", "mei", "2026-12-24", status="done", done_on="2026-11-02"),
        action("shared", "team", "2027-01-05"),
        action("other", "ole", "2026-12-01"),
    ]
    repository.record(FIRST, {"title": "An outage", "status": "draft", "actions": actions})
    made: Edition = repository.edition()
    return made


# --- what a calendar holds -----------------------------------------------------------------------


def test_every_calendar_is_valid(samples: Edition, made: Made) -> None:
    found = made(calendars, samples)
    owners = samples.archive.catalog.owners
    assert set(found) == {"calendar.ics", *(f"owners/{key}/calendar.ics" for key in owners)}
    for where, content in found.items():
        uids = [event["uid"] for event in events(content)]
        assert len(uids) == len(set(uids)), where
        lines = content.split(b"\r\n")
        assert max(map(len, lines)) <= 75, where
        assert lines[-1] == b""
        assert b"\n" not in b"".join(lines), "every line ends as the format has it"
        assert b"PRODID:-//Debrief//" in content
    still = [a for _, a in samples.actions if a.is_open]
    assert len(events(found["calendar.ics"])) == len(still) > 0


def test_only_what_is_open_is_in_it_by_due_date(edition: Edition, made: Made) -> None:
    assert summaries(made(calendars, edition)[address.CALENDAR]) == [
        "Overdue: Late (Mei Sato)",
        "Other (Ole Brandt)",
        "Later (Mei Sato)",
        "Shared (Pricing)",
    ]


def test_a_due_date_is_a_free_day(edition: Edition, made: Made) -> None:
    event = events(made(calendars, edition)["owners/mei/calendar.ics"])[1]
    assert event["uid"] == f"{FIRST}.later@debrief"
    assert (event.start, event.end) == (date(2026, 12, 24), date(2026, 12, 25))
    assert type(event.start) is date
    assert (event["status"], event["transp"]) == ("CONFIRMED", "TRANSPARENT")
    assert event.end - event.start == timedelta(days=1)


def test_an_event_says_what_it_is_about(edition: Edition, made: Made) -> None:
    event = events(made(calendars, edition)["owners/mei/calendar.ics"])[0]
    assert event["description"] == "Postmortem: An outage\nState: in progress\nDone when: It pages."
    assert "url" not in event, "a relative link leads nowhere from a calendar"
    there = replace(edition, site_url="https://example.com/x/")
    event = events(made(calendars, there)["owners/mei/calendar.ics"])[0]
    url = f"https://example.com/x/postmortems/2026/{FIRST}/#action-late"
    assert event["url"] == url
    assert event["description"].endswith(f"\n{url}")


def test_a_team_sees_its_members_and_a_role_does_not(edition: Edition, made: Made) -> None:
    found = made(calendars, edition)
    assert summaries(found["owners/team/calendar.ics"]) == [
        "Overdue: Late (Mei Sato)",
        "Later (Mei Sato)",
        "Shared (Pricing)",
    ]
    assert summaries(found["owners/rota/calendar.ics"]) == []


def test_an_action_is_the_same_event_in_every_calendar(edition: Edition, made: Made) -> None:
    found = made(calendars, edition)
    texts = [
        {event["uid"]: event.to_ical() for event in events(found[where])}[f"{FIRST}.later@debrief"]
        for where in ("calendar.ics", "owners/mei/calendar.ics", "owners/team/calendar.ics")
    ]
    assert len(set(texts)) == 1


def test_it_has_a_name_and_asks_to_be_renewed(edition: Edition, made: Made) -> None:
    found = made(calendars, edition)
    names = {
        where: str(icalendar.Calendar.from_ical(content)["x-wr-calname"])
        for where, content in found.items()
    }
    assert names["calendar.ics"] == "Open actions: Pellwick"
    assert names["owners/mei/calendar.ics"] == "Open actions: Mei Sato"
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in found["calendar.ics"]


def test_a_calendar_without_open_actions_is_still_valid(edition: Edition, made: Made) -> None:
    content = made(calendars, edition)["owners/rota/calendar.ics"]
    assert events(content) == []
    assert content.count(b"\r\nBEGIN:") == 2, "the format asks for one component at least"


def test_an_empty_archive_has_a_calendar(repository: Any, made: Made) -> None:
    found = made(calendars, repository.edition())
    assert set(found) == {"calendar.ics"}
    assert events(found["calendar.ics"]) == []


def test_withdrawn_and_retold_actions_are_nobodys_plan(repository: Any, made: Made) -> None:
    repository.catalog("owners", {"owners": OWNERS})
    actions = [action("one", "mei", "2026-12-24")]
    withdrawn = {"status": "withdrawn", "withdrawn": {"reason": "None."}, "title": "Not one"}
    repository.record(FIRST, {**withdrawn, "actions": actions})
    retold = [{"id": "one", "title": "Retold", "type": "preventive", "due": "2026-12-24"}]
    imported = {"status": "published", "title": "Old", "imported": {"source": "A book."}}
    repository.record("2026-03-15-second", {**imported, "actions": retold})
    assert events(made(calendars, repository.edition())["calendar.ics"]) == []


# --- days and ids --------------------------------------------------------------------------------


def test_stamps_come_from_the_record_and_its_trail(edition: Edition, made: Made) -> None:
    def stamps(shown: Edition) -> tuple[Any, Any]:
        event = events(made(calendars, shown)["owners/ole/calendar.ics"])[0]
        return event["dtstamp"].dt, event["last-modified"].dt

    assert stamps(edition) == (datetime(2026, 3, 14, tzinfo=UTC),) * 2
    step = Step("due", "2026-11-01", "2026-12-01", decided_on=date(2026, 10, 30))
    moved = replace(edition, trails={FIRST: Trail("git", actions={"other": (step,)})})
    assert stamps(moved) == (datetime(2026, 10, 30, tzinfo=UTC),) * 2


def test_the_day_decides_what_is_overdue_and_nothing_else(edition: Edition, made: Made) -> None:
    before = made(calendars, edition)
    assert before == made(calendars, edition)
    later = made(calendars, replace(edition, today=date(2026, 12, 25)))
    expected = before["calendar.ics"].replace(b"SUMMARY:Other", b"SUMMARY:Overdue: Other")
    expected = expected.replace(b"SUMMARY:Later", b"SUMMARY:Overdue: Later")
    assert later["calendar.ics"] == expected


def test_ids_outlive_titles_dates_and_addresses(repository: Any, made: Made) -> None:
    repository.catalog("owners", {"owners": OWNERS})
    values = {"title": "An outage", "status": "draft"}
    repository.record(FIRST, {**values, "actions": [action("one", "mei", "2026-12-24")]})
    before = events(made(calendars, repository.edition())["calendar.ics"])
    moved = action("one", "ole", "2027-01-24", title="Another title")
    repository.record(FIRST, {**values, "title": "Another", "actions": [moved]})
    edition = replace(repository.edition(), site_url="https://example.com/")
    after = events(made(calendars, edition)["calendar.ics"])
    assert [event["uid"] for event in before] == [event["uid"] for event in after]


# --- what must not get in, or out ----------------------------------------------------------------


def test_hostile_text_comes_out_as_it_was_typed(
    repository: Any, worded: Worded, made: Made
) -> None:
    name = HOSTILE[:78].strip()
    repository.catalog("owners", {"owners": {"h-nguyen": {"name": name, "kind": "person"}}})
    values = worded(HOSTILE)
    for one in values["actions"]:
        one |= {"owner": "h-nguyen", "status": "open"}
    repository.record(FIRST, values)
    found = made(calendars, repository.edition())
    for content in found.values():
        assert len(events(content)) == len(values["actions"])
        assert set(summaries(content)) == {f"Overdue: {HOSTILE} ({name})"}
        calendar = vobject.readOne(content.decode())
        for event in calendar.vevent_list:
            assert event.description.value.startswith(f"Postmortem: {HOSTILE}\nState: open")
        assert max(map(len, content.split(b"\r\n"))) <= 75
    mine = vobject.readOne(found["owners/h-nguyen/calendar.ics"].decode())
    assert mine.contents["x-wr-calname"][0].value.endswith(name)


def test_line_breaks_and_controls_make_no_line_of_their_own(edition: Edition, made: Made) -> None:
    (entry,) = edition.archive.entries
    assert entry.record is not None
    bad = replace(entry.record.actions[0], title="a\r\nBEGIN:VEVENT\x00\u2028b")
    record = replace(entry.record, actions=(bad,))
    archive = replace(edition.archive, entries=(replace(entry, record=record),))
    content = made(calendars, replace(edition, archive=archive))["calendar.ics"]
    assert len(events(content)) == 1
    assert summaries(content) == ["a\ufffd\nBEGIN:VEVENT\ufffd\ufffdb (Mei Sato)"]


def test_a_restricted_record_tells_its_actions_alone(
    repository: Any, worded: Worded, made: Made
) -> None:
    repository.catalog("owners", {"owners": OWNERS})
    values = worded("a zanzibar secret") | {"title": "Something", "visibility": "restricted"}
    for one in values["actions"]:
        one |= {"title": "A promise", "status": "open", "changes": []}
    repository.record(FIRST, values)
    content = made(calendars, repository.edition())["calendar.ics"]
    found = events(content)
    assert len(found) == len(values["actions"])
    assert {event["description"] for event in found} == {"Postmortem: Something\nState: open"}
    assert {event["dtstamp"].dt for event in found} == {datetime(2026, 1, 1, tzinfo=UTC)}
    assert b"zanzibar" not in content
