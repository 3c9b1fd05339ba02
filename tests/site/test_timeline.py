"""The timeline of a record as a drawing: every event in it, and nothing on top of anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debrief.record import build
from debrief.schema import load_all
from debrief.site import timeline
from debrief.site.edition import Edition
from debrief.site.page import Page
from debrief.site.postmortem import postmortem_page
from debrief.site.timescale import ROOM

START = datetime(2026, 3, 14, 1, 10, tzinfo=UTC)
ID = "2026-03-14-stale"
DAY = 24 * 60
TODAY = date(2026, 11, 22)


def at(minutes: float) -> str:
    return f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def event(minutes: float, **more: Any) -> dict[str, Any]:
    return {"at": at(minutes), "event": "Somebody saw something", **more}


CLOCK = {"started_at": at(0), "detected_at": at(392), "resolved_at": at(535)}


OPEN = {"started_at": at(0), "detected_at": at(392)}


def values(*events: dict[str, Any], **incident: Any) -> dict[str, Any]:
    front: dict[str, Any] = {"title": "Stale", "status": "published", "severity": "sev3"}
    return {**front, "incident": incident, "timeline": events, "assets": [{"asset": "a.b"}]}


def drawn(*events: dict[str, Any], **incident: Any) -> timeline.Timeline:
    record = build(ID, f"postmortems/2026/{ID}.md", values(*events, **incident))
    found = timeline.drawing(record, TODAY)
    assert found is not None
    return found


def marks(*events: dict[str, Any], **incident: Any) -> list[timeline.Mark]:
    return list(drawn(*events, **incident).marks)


# --- when there is something to draw -------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        values(),
        values(event(0), event(0)),
        values(event(0), started_at=at(0)),
        values({"at": "2026-03-14", "event": "Seen"}, started_at="2026-03-14"),
    ],
    ids=["nothing", "one instant", "one instant with a clock point", "one day"],
)
def test_fewer_than_two_different_times_are_not_drawn(record: dict[str, Any]) -> None:
    assert timeline.drawing(build(ID, "postmortems/2026/x.md", record), TODAY) is None


def test_phases_without_events_are_drawn() -> None:
    found = drawn(**CLOCK)
    assert found.marks == ()
    assert len(found.rows) == 2
    assert list(found.legend) == []


def test_events_without_clock_points_are_drawn() -> None:
    found = drawn(event(0), event(30))
    assert len(found.marks) == 2
    assert found.rows == ()


def test_events_before_the_start_and_after_the_end_are_drawn() -> None:
    first, last = marks(event(-60), event(900), **CLOCK)
    found = drawn(event(-60), event(900), **CLOCK)
    assert first.x < found.rows[0].x
    assert last.x > found.rows[-1].end


# --- the marks -----------------------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 90), st.integers(0, 600), st.integers(0, 90 * DAY)),
        st.sampled_from(["change", "alert", "decision", "recovery", "note"]),
        st.booleans(),
        st.integers(0, 600),
    ),
    min_size=2,
    max_size=60,
)


def random_events(found: list[tuple[int, str, bool, int]]) -> list[dict[str, Any]]:
    made = []
    for minutes, kind, approximate, lasted in found:
        until = {"until": at(minutes + lasted)} if lasted > 450 else {}
        made.append(event(minutes, kind=kind, approximate=approximate, **until))
    return made


@settings(max_examples=60)
@given(EVENTS)
def test_every_event_is_in_one_mark_and_no_two_marks_overlap(
    found: list[tuple[int, str, bool, int]],
) -> None:
    shown = drawn(*random_events(found), **CLOCK)
    numbers = [number for mark in shown.marks for number in mark.numbers]
    assert sorted(numbers) == list(range(1, len(found) + 1))
    for index, one in enumerate(shown.marks):
        assert one.x - one.half > -0.1
        assert one.x + one.half < ROOM + 0.1
        assert 0 < one.y < shown.elbow < shown.axis
        for other in shown.marks[index + 1 :]:
            assert one.y != other.y or other.x - one.x > one.half + other.half


@settings(max_examples=60)
@given(EVENTS)
def test_lines_lead_to_the_exact_place_in_the_order_of_time(
    found: list[tuple[int, str, bool, int]],
) -> None:
    shown = drawn(*random_events(found), **CLOCK)
    for mark in shown.marks:
        exact = {shown.scale.at(START + timedelta(minutes=found[n - 1][0])) for n in mark.numbers}
        assert {x for x, _ in mark.feet} == {min(exact), max(exact)}
        assert all(abs(x - mark.x) < 100 for x, _ in mark.feet), "far from its place"
    for one, other in pairwise(shown.marks):
        assert one.x < other.x
        assert one.feet[-1][0] <= other.feet[0][0], "lines cross"


def test_marks_that_stand_apart_are_straight_above_their_place() -> None:
    assert all(mark.straight for mark in marks(event(0), event(100), event(200)))


def test_events_at_one_time_stand_beside_each_other() -> None:
    found = marks(event(0), event(100), event(100), event(200))
    assert [mark.label for mark in found] == ["1", "2", "3", "4"]
    assert found[1].feet == found[2].feet


def test_too_many_events_at_one_time_are_gathered_in_one_mark() -> None:
    found = marks(event(0), *[event(100) for _ in range(30)], event(200))
    assert [mark.label for mark in found] == ["1", "2–31", "32"]
    assert found[1].shape == timeline.GROUP
    assert found[1].title.startswith("2–31. From 02:50: ")


def test_forty_seven_events_spread_over_hours_have_a_mark_each() -> None:
    found = marks(*[event(minutes * 7) for minutes in range(47)])
    assert [mark.label for mark in found] == [str(number) for number in range(1, 48)]


def test_five_hundred_events_are_gathered_in_as_many_marks_as_are_legible() -> None:
    found = marks(*[event(minutes * 7) for minutes in range(500)])
    assert 10 < len(found) < 40
    assert {len(mark.numbers) for mark in found[:-1]} <= {24, 25, 26, 27, 28, 29, 30, 31, 32, 33}


def test_events_out_of_order_keep_the_numbers_of_the_list() -> None:
    found = marks(event(200), event(0), event(100))
    assert [mark.label for mark in found] == ["2", "3", "1"]


@pytest.mark.parametrize(
    ("numbers", "told"),
    [((5,), "5"), ((12, 13, 14), "12–14"), ((3, 5, 6), "3, 5–6"), ((9, 1, 3, 5), "1, 3 …")],
)
def test_the_numbers_of_a_mark_are_told_briefly(numbers: tuple[int, ...], told: str) -> None:
    assert timeline.numbered(numbers) == told


def test_the_shape_tells_the_kind_and_the_legend_what_is_drawn() -> None:
    found = drawn(event(0, kind="alert"), event(100, kind="decision"), event(200))
    assert [mark.shape for mark in found.marks] == ["sign", "decision", "note"]
    assert [told for _, told in found.legend] == [
        "Symptom, alert or report",
        "Decision",
        "Anything else",
    ]


def test_shapes_are_of_kinds_that_the_schema_knows(root: Any) -> None:
    content = load_all(root / "schema")["postmortem"].content
    kinds = content["properties"]["timeline"]["items"]["properties"]["kind"]["enum"]
    assert timeline.SHAPES.keys() <= set(kinds)
    assert {*timeline.SHAPES.values(), timeline.NOTE, timeline.GROUP} == timeline.LEGEND.keys()


# --- what is not an exact instant ----------------------------------------------------------------


def test_a_range_is_a_bar_from_its_beginning_to_its_end() -> None:
    found = drawn(event(0), event(60, until=at(120)), event(240))
    (bar,) = found.ranges
    assert bar.x == found.scale.at(START + timedelta(minutes=60))
    assert bar.end == found.scale.at(START + timedelta(minutes=120))
    assert not bar.vague
    assert found.marks[1].feet == ((bar.x, bar.y),), "its line leads to the bar"
    assert bar.y < found.axis


def test_a_range_that_runs_backwards_is_drawn_as_the_time_between() -> None:
    (bar,) = drawn(event(0), event(120, until=at(60)), event(240)).ranges
    assert bar.x < bar.end


def test_ranges_at_the_same_time_lie_above_each_other() -> None:
    bars = drawn(event(0, until=at(120)), event(60, until=at(180)), event(240)).ranges
    assert len({bar.y for bar in bars}) == 2


def test_an_approximate_time_is_marked() -> None:
    first, second = marks(event(0, approximate=True), event(100))
    assert (first.vague, first.about) == (True, True)
    assert (second.vague, second.about) == (False, False)
    assert first.title.startswith("1. about 01:10: ")


def test_a_day_without_a_time_is_a_vague_range_as_wide_as_the_day() -> None:
    found = drawn({"at": "2026-03-15", "event": "Seen"}, event(0), event(4 * DAY))
    (bar,) = found.ranges
    assert bar.vague
    assert bar.end - bar.x == pytest.approx(DAY * 60 * found.scale.pace)
    mark = found.marks[1]
    assert mark.numbers == (1,)
    assert mark.vague
    assert mark.feet == (((bar.x + bar.end) / 2, bar.y),)
    assert mark.title == "1. 15 Mar: Seen"


def test_events_of_one_day_share_its_range() -> None:
    whole = {"at": "2026-03-15", "event": "Seen"}
    assert len(drawn(whole, whole, event(4 * DAY)).ranges) == 1


# --- on the page ---------------------------------------------------------------------------------

Reader = Callable[[str], Any]


@pytest.fixture
def page(repository: Any) -> Callable[[dict[str, Any]], str]:
    """The HTML of a record's page."""

    def make(record: dict[str, Any]) -> str:
        repository.record(ID, record)
        edition: Edition = repository.edition()
        made: Page = postmortem_page(edition, edition.records[0])
        return made.html

    return make


def links(found: Any, shown: str) -> dict[str, str]:
    """The links of a kind: from the anchor they stand at, or from their own words, to another."""
    return {
        attributes.get("id") or attributes["aria-label"]: attributes["href"]
        for tag, attributes in found.elements
        if tag == "a" and shown in attributes.get("class", "")
    }


def test_marks_and_list_lead_to_each_other(page: Any, read: Reader) -> None:
    burst = [event(100) for _ in range(20)]
    found = read(page(values(event(0), *burst, event(200))))
    there = links(found, "db-shape")
    assert there == {"mark-1": "#event-1", "mark-2": "#event-2", "mark-22": "#event-22"}
    back = links(found, "db-event__mark")
    assert back["Event 1 in the drawing"] == "#mark-1"
    assert back["Event 15 in the drawing"] == "#mark-2"
    assert len(back) == 22
    assert {f"event-{number}" for number in range(1, 23)} <= set(found.values("id"))


def test_without_a_drawing_the_list_still_has_its_numbers(page: Any) -> None:
    html = page(values(event(0), event(0)))
    assert "db-timescale" not in html
    assert "#mark-" not in html
    assert [int(text) for text in _numbers(html)] == [1, 2]


def _numbers(html: str) -> list[str]:
    return [part.split(">")[1].split("<")[0] for part in html.split("<text")[1:]]


def test_the_drawing_has_a_text_beside_it(page: Any, read: Reader) -> None:
    found = read(page(values(event(0), event(100), **CLOCK)))
    (drawing,) = [a for tag, a in found.elements if a.get("role") == "graphics-document document"]
    assert drawing["aria-label"] == (
        "Outage of 14 March 2026, 01:10 to 10:05 UTC: detected after 6 h 32 min, "
        "resolved after 8 h 55 min; 2 events."
    )
    assert "14 Mar 2026, in UTC. To scale." in found.text
    assert "Dashed" not in found.text


def test_the_caption_says_what_is_not_to_scale(page: Any, read: Reader) -> None:
    found = read(page(values(event(-90 * DAY), event(0, approximate=True), event(99), **CLOCK)))
    assert "except where the line is broken" in found.text
    assert "90 days" in found.text
    assert "Dashed: about that time" in found.text


def test_a_phase_that_is_not_over_has_an_arrow_and_a_row_of_the_table(
    page: Any, read: Reader
) -> None:
    found = read(page({**values(event(0), event(392)), "status": "draft", "incident": OPEN}))
    assert "An arrow: not over on" in found.text
    assert "not yet" in found.text
    assert "so far" in found.text
    (drawing,) = [a for tag, a in found.elements if a.get("role") == "graphics-document document"]
    assert "not mitigated by" in drawing["aria-label"]


def test_a_draft_that_knows_only_its_start_tells_that_it_runs(page: Any, read: Reader) -> None:
    found = read(page({**values(started_at=at(0)), "status": "draft"}))
    assert "Not mitigated yet" in found.text


def test_the_strip_of_facts_says_that_lengths_are_approximate(page: Any, read: Reader) -> None:
    found = read(page(values(**CLOCK, approximate=True)))
    assert found.text.count("about 6 h 32 min") == 3, "in the strip, the drawing and the table"
    assert "about 8 h 55 min" in found.text


HOSTILE = "\"><script>window.ran=1</script></title><img src=x onerror='ran(1)'>"


def test_hostile_words_are_inert_in_the_drawing(page: Any, read: Reader) -> None:
    html = page(values(event(0, event=HOSTILE), event(100, event=HOSTILE)))
    found = read(html)
    assert not {"script", "img"} & {tag for tag, _ in found.elements}
    assert "<script>window.ran=1</script>" in found.text
    assert "onerror" not in {name for _, attributes in found.elements for name in attributes}


@pytest.mark.samples
def test_the_drawing_of_a_sample_is_small_and_always_the_same(samples: Edition) -> None:
    for record in samples.records:
        html = postmortem_page(samples, record).html
        assert html == postmortem_page(samples, record).html
        if "db-timescale__frame" in html:
            assert len(_svg(html).encode()) < 8 * 1024, record.id


def _svg(html: str) -> str:
    return html.split('aria-label="Timeline to scale">')[1].split("</div>", 1)[0]


@pytest.mark.samples
def test_every_sample_with_two_times_is_drawn(samples: Edition) -> None:
    shown = {
        record.id
        for record in samples.records
        if "db-timescale__frame" in postmortem_page(samples, record).html
    }
    bare = {record.id for record in samples.records} - shown
    assert bare == {
        "2026-03-17-ads-backend-null-lists",
        "2026-08-11-segments-view-exposed-birth-dates",
    }
