"""The phases of an outage as rows of the drawing, and in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from debrief.record import Postmortem, build
from debrief.site import phases, timeline
from debrief.site.drawing import width
from debrief.site.timescale import ROOM, TYPE

CLOCK = {
    "started_at": "2026-03-14T01:10Z",
    "detected_at": "2026-03-14T07:42Z",
    "acknowledged_at": "2026-03-14T07:50Z",
    "mitigated_at": "2026-03-14T08:30Z",
    "resolved_at": "2026-03-14T10:05Z",
}


def record(incident: dict[str, Any], events: int = 0, restored: str = "") -> Postmortem:
    asset = {"asset": "a.b", "repair": "backfilled", "restored_at": restored} if restored else {}
    return build(
        "2026-03-14-stale",
        "postmortems/2026/2026-03-14-stale.md",
        {
            "title": "Stale",
            "status": "draft",
            "incident": incident,
            "timeline": [{"at": "2026-03-14T01:10Z", "event": "Seen"}] * events,
            "assets": [asset] if asset else [],
        },
    )


def rows(incident: dict[str, Any], **more: Any) -> dict[str, phases.Row]:
    drawn = timeline.drawing(record(incident, **more))
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
                "after 6 h 32 min, mitigated after 7 h 20 min, resolved after 1 day 8 h; 2 events."
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
    assert phases.sentence(record(incident, events=2)) == told


def test_the_sentence_leaves_out_what_there_is_not() -> None:
    assert phases.sentence(record({"started_at": "2026-03-14"})) == "Outage from 14 Mar 2026."


# --- in the list ---------------------------------------------------------------------------------


def test_an_event_tells_the_clock_points_of_its_instant_once() -> None:
    found = record({**CLOCK, "detected_at": "2026-03-14T01:10Z"}, events=3)
    assert phases.turns(found) == {1: "Started and detected"}
    assert phases.turns(record({"started_at": "2026-03-14"}, events=1)) == {}
