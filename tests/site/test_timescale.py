"""The axis of a timeline: to scale, and broken where nothing happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief import words
from debrief.site.drawing import width
from debrief.site.timescale import ROOM, TYPE, Scale, Span

START = datetime(2026, 3, 14, 1, 10, tzinfo=UTC)

INSTANTS = st.lists(
    st.integers(0, 7_258_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    min_size=2,
    max_size=40,
    unique=True,
)
OUTAGES = st.lists(
    st.integers(0, 60 * 24 * 400).map(lambda minutes: START + timedelta(minutes=minutes)),
    min_size=2,
    max_size=40,
    unique=True,
)
"""Instants over the whole calendar, and such as a record has, within weeks."""


def after(*minutes: float) -> Scale:
    return Scale.over([START + timedelta(minutes=one) for one in minutes])


def phased(*minutes: float, events: tuple[float, ...] = ()) -> tuple[Scale, list[float]]:
    """The axis of phases that follow each other at these minutes, and how wide each is."""
    turns = [START + timedelta(minutes=one) for one in minutes]
    instants = [*turns, *(START + timedelta(minutes=one) for one in events)]
    scale = Scale.over(instants, list(pairwise(turns)))
    return scale, [scale.at(end) - scale.at(start) for start, end in pairwise(turns)]


def told(scale: Scale) -> list[tuple[str, str]]:
    return [(tick.label, tick.under) for tick in scale.ticks]


# --- places --------------------------------------------------------------------------------------


@given(INSTANTS | OUTAGES)
def test_places_keep_the_order_of_time_and_lie_in_the_drawing(instants: list[datetime]) -> None:
    scale = Scale.over(instants)
    places = [scale.at(at) for at in sorted(instants)]
    assert places == sorted(places)
    assert places[0] > 0
    assert places[-1] < ROOM


@given(INSTANTS | OUTAGES)
def test_between_breaks_a_minute_is_as_wide_here_as_there(instants: list[datetime]) -> None:
    scale = Scale.over(instants)
    cut = {(one.start, one.end) for one in scale.breaks}
    for one, other in pairwise(sorted(instants)):
        if (one, other) not in cut:
            seconds = (other - one).total_seconds()
            apart = scale.at(other) - scale.at(one)
            assert apart == pytest.approx(seconds * scale.pace, abs=1e-6)


@given(INSTANTS | OUTAGES)
def test_a_break_lies_where_nothing_happened_and_says_what_it_cut(
    instants: list[datetime],
) -> None:
    scale = Scale.over(instants)
    ordered = sorted(instants)
    for one in scale.breaks:
        assert ordered.index(one.end) == ordered.index(one.start) + 1
        assert one.label == words.duration(one.end - one.start)
        assert one.right - one.left > width(one.label, TYPE)
    assert len(scale.stretches) == len(scale.breaks) + 1
    assert len(scale.breaks) < len(instants) / 2, "most of what happened is to scale"


def test_an_instant_outside_the_axis_has_no_place() -> None:
    with pytest.raises(ValueError, match="outside"):
        after(0, 60).at(START - timedelta(minutes=1))


# --- breaks --------------------------------------------------------------------------------------

HOURS = (0, 30, 45, 90, 200, 300, 480)
"""An outage of eight hours, in minutes from its start."""
DAY = 24 * 60


def test_an_outage_of_some_hours_is_not_broken() -> None:
    assert after(*HOURS).breaks == ()
    assert after(0, 300, 370, 380, 400).breaks == ()


def test_quiet_weeks_before_an_outage_are_cut() -> None:
    scale = after(-21 * DAY, *HOURS)
    assert [one.label for one in scale.breaks] == ["21 days"]
    assert scale.at(START + timedelta(hours=8)) - scale.at(START) > ROOM / 2


def test_quiet_weeks_on_both_sides_are_cut_although_neither_is_longer_than_the_other() -> None:
    assert [one.label for one in after(-21 * DAY, *HOURS, 30 * DAY).breaks] == [
        "21 days",
        "29 days",
    ]


def test_the_largest_gap_of_many_alike_is_not_cut() -> None:
    assert after(*(day * DAY for day in range(10))).breaks == ()


def test_two_instants_have_nothing_that_a_break_could_show() -> None:
    assert after(0, 400 * DAY).breaks == ()


def test_what_is_legible_without_a_break_is_not_broken() -> None:
    scale, widths = phased(0, 170, 185, 190, events=(2, 42))
    assert scale.breaks == ()
    assert min(widths) > 8


def test_phases_too_short_to_see_are_made_visible_with_a_break() -> None:
    scale, widths = phased(0, 21 * DAY, 21 * DAY + 50, 21 * DAY + 300, events=(5, 9))
    assert [one.label for one in scale.breaks] == ["20 days"]
    assert min(widths) > 30


def test_a_broken_phase_is_at_least_as_wide_as_those_that_it_outlasts() -> None:
    _, (detected, mitigated, resolved) = phased(0, 21 * DAY, 21 * DAY + 5, 21 * DAY + 600)
    assert detected == pytest.approx(resolved)
    assert mitigated < resolved


@given(OUTAGES, st.data())
def test_of_two_phases_the_longer_one_is_never_drawn_shorter(
    instants: list[datetime], data: st.DataObject
) -> None:
    turns = sorted(data.draw(st.lists(st.sampled_from(instants), max_size=6, unique=True)))
    assert_order(instants, list(pairwise(turns)))


@given(OUTAGES, st.data())
def test_phases_that_overlap_keep_their_order_too(
    instants: list[datetime], data: st.DataObject
) -> None:
    turn = st.sampled_from(instants)
    pairs = data.draw(st.lists(st.tuples(turn, turn), max_size=5))
    assert_order(instants, [(min(pair), max(pair)) for pair in pairs])


def assert_order(instants: list[datetime], spans: list[Span]) -> None:
    scale = Scale.over(instants, spans)
    drawn = sorted((end - start, scale.at(end) - scale.at(start)) for start, end in spans)
    for (_, shorter), (_, longer) in pairwise(drawn):
        assert shorter <= longer + 1e-3
    for one in scale.breaks:
        assert one.right - one.left > width(one.label, TYPE)
    assert scale.at(max(instants)) < ROOM


# --- ticks ---------------------------------------------------------------------------------------


def test_ticks_stand_at_round_times_and_name_the_day_where_it_changes() -> None:
    assert told(after(0, 30)) == [
        ("01:10", "14 Mar"),
        ("01:15", ""),
        ("01:20", ""),
        ("01:25", ""),
        ("01:30", ""),
        ("01:35", ""),
        ("01:40", ""),
    ]
    assert told(after(0, 2 * DAY)) == [
        ("06:00", "14 Mar"),
        ("12:00", ""),
        ("18:00", ""),
        ("00:00", "15 Mar"),
        ("06:00", ""),
        ("12:00", ""),
        ("18:00", ""),
        ("00:00", "16 Mar"),
    ]


@pytest.mark.parametrize(
    ("minutes", "labels"),
    [
        (0.5, ["01:10:00", "01:10:05", "01:10:10"]),
        (5, ["01:10", "01:11", "01:12"]),
        (100, ["01:15", "01:30", "01:45"]),
        (8 * 60, ["02:00", "03:00", "04:00"]),
        (7 * DAY, ["15 Mar", "16 Mar", "17 Mar"]),
        (50 * DAY, ["16 Mar", "23 Mar", "30 Mar"]),
        (180 * DAY, ["Apr", "May", "Jun"]),
        (2000 * DAY, ["2027", "2028", "2029"]),
        (40_000 * DAY, ["2040", "2060", "2080"]),
    ],
)
def test_the_step_between_ticks_suits_the_span(minutes: float, labels: list[str]) -> None:
    assert [label for label, _ in told(after(0, minutes))][:3] == labels


def test_the_year_is_named_where_there_are_several() -> None:
    days = [START.replace(month=12, day=31) + timedelta(hours=12 * half) for half in range(4)]
    assert ("00:00", "1 Jan 2027") in told(Scale.over(days))
    assert ("Jan", "2027") in told(after(0, 400 * DAY))


def test_a_stretch_too_short_for_a_round_time_has_a_tick_where_it_begins() -> None:
    scale = after(-21 * DAY, *HOURS)
    first, second, *_ = scale.ticks
    assert (first.label, first.under) == ("01:10", "21 Feb")
    assert first.x == scale.stretches[0].left
    assert second.under == "14 Mar"


@given(INSTANTS | OUTAGES)
def test_words_under_the_axis_keep_clear_of_each_other(instants: list[datetime]) -> None:
    scale = Scale.over(instants)
    ticks = list(scale.ticks)
    assert ticks
    assert ticks[0].under or ticks[0].label.isdigit(), "nobody need guess which day it is"
    for one, other in pairwise(ticks):
        halves = (width(one.label, TYPE) + width(other.label, TYPE)) / 2
        assert other.x - one.x > halves
    for tick in ticks:
        half = max(width(tick.label, TYPE), width(tick.under, TYPE)) / 2
        assert half <= tick.x <= ROOM - half
