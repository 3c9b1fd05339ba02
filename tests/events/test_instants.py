"""Instants in all the spellings of tools."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief import moments
from debrief.events.instants import read_instant
from debrief.record import Moment

SECONDS = st.datetimes(datetime(2001, 9, 10), datetime(2199, 12, 31)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=0, tzinfo=UTC)
)
"""From when on a count since 1970 has as many digits as it keeps until 2286."""


def start_of(value: object) -> datetime:
    moment = read_instant(value)
    assert moment is not None
    return moment.start


@given(SECONDS, st.sampled_from([1, 1_000, 1_000_000, 1_000_000_000]), st.booleans())
def test_a_count_since_1970_is_read_in_every_unit_as_a_number_and_as_a_text(
    instant: datetime, per_second: int, as_text: bool
) -> None:
    count = int(instant.timestamp()) * per_second
    assert start_of(str(count) if as_text else count) == instant


@given(SECONDS, st.integers(-14 * 60, 14 * 60))
def test_an_instant_keeps_the_zone_it_was_written_in_and_is_one_that_a_record_can_hold(
    instant: datetime, offset: int
) -> None:
    written = instant.astimezone(timezone(timedelta(minutes=offset))).isoformat()
    moment = read_instant(written)
    assert moment is not None
    assert moment.start == instant
    assert moments.is_moment(moment.text)
    assert moment.text[-6:] == written[-6:]


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.none()))
)
def test_any_value_is_a_moment_or_none_or_told_in_words(value: object) -> None:
    moment, words = None, ""
    try:
        moment = read_instant(value)
    except ValueError as error:
        words = str(error)
    assert moment is None or moments.is_moment(moment.text)
    assert words.strip() == words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-02 14:43:05 UTC", "2026-03-02T14:43:05Z"),
        ("2026-03-02 14:45:10 +0000", "2026-03-02T14:45:10+00:00"),
        ("2026-03-02 14:45:10.123 +0000 UTC", "2026-03-02T14:45:10+00:00"),
        ("2026-03-02T14:43:07.292043553Z", "2026-03-02T14:43:07Z"),
        ("2026-03-02T14:43:07,5+01", "2026-03-02T14:43:07+01:00"),
        ("2026-03-02t14:43z", "2026-03-02T14:43Z"),
        ("  2026-03-02T14:43:00Z\n", "2026-03-02T14:43Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        (1773474130.75, "2026-03-14T07:42:10Z"),
        ("1773474130.75", "2026-03-14T07:42:10Z"),
        (1502709956288000110, "2017-08-14T11:25:56Z"),
    ],
)
def test_spellings_that_tools_use_are_read(written: object, expected: str) -> None:
    assert read_instant(written) == Moment.parse(expected)


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "null", "N/A", 0, "0", 0.0, "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 UTC",
     "1970-01-01T00:00:00.000Z"],
)  # fmt: skip
def test_the_zeros_of_clocks_mean_that_there_is_no_time(value: object) -> None:
    assert read_instant(value) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-03-02T14:43:05", "the time has no zone"),
        ("2026-03-02 14:43 CET", "`CET` names a zone, and names are ambiguous"),
        ("2026-02-30T14:43:05Z", "there is no such instant in the calendar"),
        ("2026-03-02T25:00Z", "there is no such instant in the calendar"),
        ("2026-03-02T14:43+99:00", "there is no such instant in the calendar"),
        ("2250-01-01T00:00Z", "the year lies outside 1970 to 2199"),
        ("this morning", "this is not an instant"),
        ("20260302144305", "a number that is no count of seconds"),
        (12345, "a number that is no count of seconds"),
        (-1773474130, "this is not an instant"),
        (9999999999999999999999999, "a number that is no count of seconds"),
        (True, "this is not an instant"),
        ([1], "this is not an instant"),
    ],
)
def test_what_is_no_time_for_sure_is_told_and_not_guessed(value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_instant(value)
