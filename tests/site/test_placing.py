"""Marks that want the same place stand beside each other."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from debrief.site.placing import CLEAR, lanes, packed, spread

ROOM = 640.0
MARKS = st.lists(st.tuples(st.floats(0, ROOM), st.integers(8, 24)), min_size=1, max_size=20)


def test_marks_with_room_between_them_stay_where_they_want_to_be() -> None:
    assert spread([100, 200, 400], [10, 13, 10], ROOM) == [100, 200, 400]
    assert lanes([100, 200, 400], [10, 13, 10]) == [0, 0, 0]


def test_marks_that_want_one_place_stand_evenly_around_it() -> None:
    assert spread([100, 100, 100], [10, 10, 10], ROOM) == [87, 100, 113]
    assert lanes([87, 100, 113], [10, 10, 10]) == [0, 1, 0]


def test_no_mark_leaves_the_drawing() -> None:
    assert spread([0, 0], [10, 10], ROOM) == [10, 23]
    assert spread([ROOM], [10], ROOM) == [ROOM - 10]


def test_too_many_marks_have_no_place() -> None:
    assert spread([0.0] * 50, [10.0] * 50, ROOM) is None


@given(MARKS)
def test_marks_keep_their_order_and_never_overlap(marks: list[tuple[float, int]]) -> None:
    wanted = sorted(place for place, _ in marks)
    halves = [float(half) for _, half in marks]
    places = spread(wanted, halves, ROOM)
    if places is None:
        assert sum(halves) > ROOM / 4, "there was room"
        return
    rows = lanes(places, halves)
    boxes = list(zip(places, halves, rows, strict=True))
    for index, (place, half, row) in enumerate(boxes):
        for other, far, lane in boxes[index + 1 :]:
            assert row != lane or other - place > half + far
    for (place, half, row), (other, far, lane) in pairwise(boxes):
        assert other > place
        # A line straight up to the farther lane misses the mark in the nearer one.
        assert other - place > (half if row == 0 else far) + CLEAR / 2 or row == lane
    assert all(half - 1e-9 <= place <= ROOM - half + 1e-9 for place, half, _ in boxes)


def test_extents_that_overlap_lie_in_rows_of_their_own() -> None:
    assert packed([(0, 10), (5, 20), (14, 30)], 4) == [0, 1, 0]


def test_the_last_row_takes_what_has_no_row_of_its_own() -> None:
    assert packed([(0, 10)] * 5, 2) == [0, 1, 1, 1, 1]
