"""Calendar quarters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.quarters import Quarter, until

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(days)
def test_every_day_is_in_its_quarter_and_in_no_neighbour(day: date) -> None:
    quarter = Quarter.of(day)
    assert day in quarter
    assert day not in quarter.next
    assert day not in quarter.previous
    assert quarter.next.previous == quarter == Quarter.parse(str(quarter))
    assert (quarter.next.first - quarter.last).days == 1


def test_the_quarters_between_two_are_in_order() -> None:
    names = [str(q) for q in until(Quarter(2026, 2), Quarter(2025, 3))]
    assert names == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert list(until(Quarter(2025, 1), Quarter(2025, 2))) == []


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "2026-Q", "26-Q1", "2026-q1", ""])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.parse(text)
