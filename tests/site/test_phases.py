"""The phases of an outage as rows of the drawing, and in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from debrief.record import Postmortem, build
from debrief.site import phases, timeline
from debrief.site.drawing import width
from debrief.site.timescale import ROOM, TYPE

TODAY = date(2026, 3, 20)

CLOCK = {
    "started_at": "2026-03-14T01:10Z",
    "detected_at": "2026-03-14T07:42Z",
    "acknowledged_at": "2026-03-14T07:50Z",
    "mitigated_at": "2026-03-14T08:30Z",
    "resolved_at": "2026-03-14T10:05Z",
}


def record(
    incident: dict[str, Any], events: int = 0, restored: str = "", **more: Any
) -> Postmortem:
    asset = {"asset": "a.b", "repair": "backfilled", "restored_at": restored} if restored else {}
    return build(
        "2026-03-14-stale",
        "postmortems/2026/2026-03-14-stale.md",
        {
            "title": "Stale",
            "status": "published",
            "incident": incident,
            "timeline": [{"at": "2026-03-14T01:10Z", "event": "Seen"}] * events,
            "assets": [asset] if asset else [],
            **more,
        },
    )


def rows(incident: dict[str, Any], **more: Any) -> dict[str, phases.Row]:
    drawn = timeline.drawing(record(incident, **more), TODAY)
    assert drawn is not None
    return {row.label: row for row in drawn.rows}


def test_each_phase_has_a_row_with_its_name_and_how_long_it_lasted() -> None:
    found = rows(CLOCK, restored="2026-03-14T15:00Z")
    assert list(found) == [
        "Until detected, 6 h 32 min",
        "Until mitigated, 48 min",
        "Acknowledged after 8 min",
        "Until resolved, 1 h 35 min",
        "Until data restored, 4 h 55 min",
    ]
    detected, mitigated, acknowledged, resolved, restored = found.values()
    assert detected.end == mitigated.x < acknowledged.x < mitigated.end == resolved.x
    assert resolved.end == restored.x
    assert sorted({row.y for row in found.values()}) == [row.y for row in found.values()]


def test_words_stand_in_their_bar_or_where_there_is_room_beside_it() -> None:
    found = rows(CLOCK, restored="2026-03-14T10:25Z")
    assert [row.side for row in found.values()] == ["within", "after", "after", "before", "before"]
    for label, row in found.items():
        room = {"within": row.end - row.x, "after": ROOM - row.end, "before": row.x}[row.side]
        assert width(label, TYPE) < room


def test_a_clock_point_that_bounds_no_phase_is_a_mark_of_its_own() -> None:
    found = rows({"started_at": "2026-03-14T01:10Z"}, restored="2026-03-14T00:00Z")
    assert list(found) == ["Data restored", "Started"]
    assert all(row.x == row.end for row in found.values())


def test_times_that_run_backwards_are_shown_as_they_are() -> None:
    found = rows({**CLOCK, "mitigated_at": "2026-03-14T03:00Z"})
    assert list(found) == [
        "Until detected, 6 h 32 min",
        "Until resolved, 7 h 5 min",
        "Acknowledged after 8 min",
    ]


def test_whole_days_are_drawn_as_long_as_they_may_have_been() -> None:
    row = rows({"started_at": "2026-03-01", "detected_at": "2026-03-03"})["Until detected, 2 days"]
    assert row.vague
    assert row.sure is not None
    third = (row.end - row.x) / 3
    assert row.sure == pytest.approx((row.x + third, row.end - third))


def test_days_that_touch_leave_nothing_sure() -> None:
    found = rows({"started_at": "2026-03-01", "detected_at": "2026-03-02"})
    assert found["Until detected, 1 day"].sure is None


def test_approximate_times_are_told_and_marked() -> None:
    row = rows({**CLOCK, "approximate": True})["Until detected, about 6 h 32 min"]
    assert row.vague
    assert not any(row.vague for row in rows(CLOCK).values())


def test_all_lengths_of_a_phase_say_that_they_are_approximate() -> None:
    found = record({**CLOCK, "approximate": True})
    assert phases.lasted(found, found.phases[0]) == "about 6 h 32 min"
    assert "Acknowledged after about 8 min" in rows({**CLOCK, "approximate": True})


# --- what is not over ----------------------------------------------------------------------------

PENDING = [{"asset": "a.b", "repair": "none-needed"}, {"asset": "a.c", "repair": "pending"}]
STARTED = {"started_at": "2026-03-14T01:10Z"}
DETECTED = {**STARTED, "detected_at": "2026-03-17T07:42Z"}
MITIGATED = {**DETECTED, "mitigated_at": "2026-03-17T09:00Z"}


@pytest.mark.parametrize(
    ("incident", "more", "label"),
    [
        (STARTED, {"status": "draft"}, "Not mitigated yet, 6 days so far"),
        (DETECTED, {"status": "draft"}, "Not mitigated yet, 3 days so far"),
        (
            {**DETECTED, "acknowledged_at": "2026-03-18T08:00Z"},
            {"status": "draft"},
            "Not mitigated yet, 3 days so far",
        ),
        (
            {**DETECTED, "approximate": True},
            {"status": "draft"},
            "Not mitigated yet, about 3 days so far",
        ),
        (MITIGATED, {"status": "in-review"}, "Not resolved yet, 3 days so far"),
        (MITIGATED, {"status": "draft", "assets": PENDING}, "Not resolved yet, 3 days so far"),
        (CLOCK, {"status": "draft", "assets": PENDING}, "Data not restored yet, 6 days so far"),
        (CLOCK, {"assets": PENDING}, "Data not restored yet, 6 days so far"),
        (DETECTED, {"assets": PENDING}, "Data not restored yet, 3 days so far"),
        (
            {"started_at": "2026-03-20T01:10Z"},
            {"status": "draft"},
            "Not mitigated yet, less than a day so far",
        ),
        (
            {"started_at": "2026-03-19", "detected_at": "2026-03-20"},
            {"status": "draft"},
            "Not mitigated yet, less than a day so far",
        ),
    ],
)
def test_a_phase_that_is_not_over_runs_to_the_day_of_the_site(
    incident: dict[str, Any], more: dict[str, Any], label: str
) -> None:
    found = rows(incident, **more)
    row = found[label]
    assert row.open
    assert [other.label for other in found.values() if other.open] == [label]
    assert row.end == max(other.end for other in found.values())
    assert row.x < row.end


IMPORTED = {"source": "An old document"}


@pytest.mark.parametrize(
    ("incident", "more"),
    [
        (DETECTED, {}),
        (DETECTED, {"status": "closed"}),
        (CLOCK, {"status": "draft"}),
        (CLOCK, {"assets": [{"asset": "a.b"}]}),
        (DETECTED, {"status": "withdrawn", "assets": PENDING}),
        (DETECTED, {"status": "draft", "imported": IMPORTED}),
        (CLOCK, {"imported": IMPORTED, "assets": PENDING}),
        ({}, {"status": "draft", "assets": PENDING}),
        ({"started_at": "2026-03-21T00:00Z"}, {"status": "draft"}),
    ],
    ids=[
        "times that nobody wrote down",
        "closed",
        "resolved",
        "a repair of which nothing is known",
        "withdrawn",
        "an imported draft",
        "imported data",
        "no times",
        "after the day of the site",
    ],
)
def test_what_is_over_or_not_known_does_not_run(
    incident: dict[str, Any], more: dict[str, Any]
) -> None:
    assert phases.not_over(record(incident, **more), TODAY) is None


def test_weeks_without_repair_do_not_squeeze_the_outage() -> None:
    drawn = timeline.drawing(record(CLOCK, assets=PENDING), date(2026, 5, 14))
    assert drawn is not None
    assert [one.label for one in drawn.scale.breaks] == ["61 days"]
    *others, still = drawn.rows
    assert still.open
    assert still.end - still.x >= max(row.end - row.x for row in others) - 0.001


def test_the_sentence_says_what_is_not_over() -> None:
    assert phases.sentence(record(DETECTED, status="draft"), TODAY) == (
        "Outage from 14 Mar 2026, 01:10 UTC: detected after 3 days 6 h, "
        "not mitigated by 20 March 2026."
    )
    assert phases.sentence(record(CLOCK, assets=PENDING), TODAY).endswith(
        "resolved after 8 h 55 min, data not restored by 20 March 2026."
    )


# --- words and tears -----------------------------------------------------------------------------


def test_words_keep_clear_of_tears_and_a_tear_ends_where_they_cannot() -> None:
    incident = {**CLOCK, "started_at": "2026-02-21T01:10Z"}
    drawn = timeline.drawing(record(incident, restored="2026-03-14T15:00Z"), TODAY)
    assert drawn is not None
    (part,) = drawn.scale.breaks
    tears = list(drawn.tears(part))
    assert tears[0] < drawn.rows[0].y
    for row in drawn.rows:
        assert any(row.y - 8 < top < row.y for top in tears) != row.covers(part.middle)


# --- in a sentence -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("incident", "told"),
    [
        (
            {**CLOCK, "detected_by": "consumer"},
            (
                "Outage of 14 March 2026, 01:10 to 10:05 UTC: detected after 6 h 32 min by a "
                "consumer of the data, mitigated after 7 h 20 min, resolved after 8 h 55 min; "
                "2 events."
            ),
        ),
        (
            {**CLOCK, "resolved_at": "2026-03-15T10:05Z", "approximate": True},
            (
                "Outage from about 14 Mar 2026, 01:10 UTC to 15 Mar 2026, 10:05 UTC: detected "
                "after about 6 h 32 min, mitigated after about 7 h 20 min, resolved after about "
                "1 day 8 h; 2 events."
            ),
        ),
        (
            {"started_at": "2026-03-14", "resolved_at": "2026-03-14"},
            "Outage of 14 March 2026: resolved within a day; 2 events.",
        ),
        (
            {"started_at": "2026-03-14T01:10Z", "detected_at": "2026-03-14T01:10Z"},
            "Outage from 14 Mar 2026, 01:10 UTC: detected at once; 2 events.",
        ),
        (
            {"started_at": "2026-03-14T01:10Z", "detected_at": "2026-03-14T00:10Z"},
            "Outage from 14 Mar 2026, 01:10 UTC: detected; 2 events.",
        ),
        (
            {"resolved_at": "2026-03-14T10:05Z", "detected_by": "monitor"},
            "Outage resolved 14 Mar 2026, 10:05 UTC: detected by a monitor, resolved; 2 events.",
        ),
        ({}, "Timeline: 2 events."),
    ],
)
def test_the_drawing_is_told_in_a_sentence(incident: dict[str, Any], told: str) -> None:
    assert phases.sentence(record(incident, events=2), TODAY) == told


def test_the_sentence_leaves_out_what_there_is_not() -> None:
    found = record({"started_at": "2026-03-14"})
    assert phases.sentence(found, TODAY) == "Outage from 14 Mar 2026."


# --- in the list ---------------------------------------------------------------------------------


def test_an_event_tells_the_clock_points_of_its_instant_once() -> None:
    found = record({**CLOCK, "detected_at": "2026-03-14T01:10Z"}, events=3)
    assert phases.turns(found) == {1: "Started and detected"}
    assert phases.turns(record({"started_at": "2026-03-14"}, events=1)) == {}


def test_one_instant_is_one_however_it_is_written() -> None:
    events = [
        {"at": "2026-03-14T01:10:00Z", "event": "Begins"},
        {"at": "2026-03-14T08:42+01:00", "event": "Seen"},
    ]
    outage = record(
        {"started_at": "2026-03-14T01:10Z", "detected_at": "2026-03-14T07:42Z"}, timeline=events
    )
    assert phases.turns(outage) == {1: "Started", 2: "Detected"}
