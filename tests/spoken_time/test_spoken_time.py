"""Times as people write them: what is read, what stays open, and what is not guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.spoken_time import (
    DAY_FIRST,
    MONTH_FIRST,
    Day,
    Spoken,
    Zone,
    ZoneError,
    day_in,
    leading,
    placed,
    stated_zone,
    whole,
)

PI_DAY = Day(2026, 3, 14)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("14:05", Spoken(at=time(14, 5))),
        ("14:05:09", Spoken(at=time(14, 5, 9))),
        ("2pm", Spoken(at=time(14))),
        ("2:05 p.m.", Spoken(at=time(14, 5))),
        ("17:14pm", Spoken(at=time(17, 14))),
        ("12:10 am", Spoken(at=time(0, 10))),
        ("12pm", Spoken(at=time(12))),
        ("noon", Spoken(at=time(12))),
        ("1405h", Spoken(at=time(14, 5))),
        ("1405Z", Spoken(at=time(14, 5), zone="Z")),
        ("14h05", Spoken(at=time(14, 5))),
        ("10.05 Uhr", Spoken(at=time(10, 5))),
        ("~10:15", Spoken(at=time(10, 15), approximate=True)),
        ("10:15~", Spoken(at=time(10, 15), approximate=True)),
        ("ca. 18:30", Spoken(at=time(18, 30), approximate=True)),
        ("around 10am", Spoken(at=time(10), approximate=True)),
        ("10:00–10:30", Spoken(at=time(10), until=time(10, 30))),
        ("13:30-13:45", Spoken(at=time(13, 30), until=time(13, 45))),
        ("10:00 to 10:30 UTC", Spoken(at=time(10), until=time(10, 30), zone="UTC")),
        ("2026-03-14", Spoken(day=PI_DAY)),
        ("2026-03-14 --:--", Spoken(day=PI_DAY)),
        ("2026-03-14 HH:mm", Spoken(day=PI_DAY)),
        ("2026/03/14 7:42", Spoken(day=PI_DAY, at=time(7, 42))),
        ("2026-03-14T07:42:10Z", Spoken(day=PI_DAY, at=time(7, 42, 10), zone="Z")),
        ("2026-03-14T07:42-08:00", Spoken(day=PI_DAY, at=time(7, 42), zone="-08:00")),
        ("14 March 2026, 10:05", Spoken(day=PI_DAY, at=time(10, 5))),
        ("March 14th, 2026 at 10:05 pm", Spoken(day=PI_DAY, at=time(22, 5))),
        ("14. März 2026 10:05", Spoken(day=PI_DAY, at=time(10, 5))),
        ("14 mars 2026", Spoken(day=PI_DAY)),
        ("14/03/2026", Spoken(day=PI_DAY)),
        ("3/14/2026", Spoken(day=PI_DAY)),
        ("14.03.2026", Spoken(day=PI_DAY)),
        ("19. April, 11:00", Spoken(day=Day(None, 4, 19), at=time(11))),
        ("next day 09:00", Spoken(at=time(9), later=1)),
        ("00:10 (next day)", Spoken(at=time(0, 10), later=1)),
        ("Fri 10:00", Spoken(at=time(10), weekday=4)),
    ],
)
def test_a_time_is_read_as_it_stands(text: str, spoken: Spoken) -> None:
    assert whole(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 loads failed",
        "10.20.30.40 answered",
        "2.5 million rows",
        "May we restart it?",
        "Monday was quiet",
        "25:00 restart",
        "2026-02-30 restart",
        "20266-01-16 12:00 restart",
        "14:05:99",
        "10:455",
        "version 1.2.2026",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert leading(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("14:05 - loader restarted", "loader restarted"),
        ("14:05: loader restarted", "loader restarted"),
        ("14:05 | loader restarted", "loader restarted"),
        ("[14:05] loader restarted", "loader restarted"),
        ("(14:05) loader restarted", "loader restarted"),
        ("**14:05** loader restarted", "loader restarted"),
        ("**14:05:** loader restarted", "loader restarted"),
        ("**14:05 -** loader restarted", "loader restarted"),
        ("**14:05** - **loader** restarted", "**loader** restarted"),
        ("`14:05` - loader restarted", "loader restarted"),
        ("14:05 – 2 loaders restarted", "2 loaders restarted"),
        ("14:05 AWS answered", "AWS answered"),
        ("14:05 UTC loader restarted", "loader restarted"),
        ("14:05 — (again) restarted", "(again) restarted"),
    ],
)
def test_what_follows_a_time_is_kept_without_the_marks_between(text: str, rest: str) -> None:
    found = leading(text)
    assert found is not None
    assert (found[0].at, found[1]) == (time(14, 5), rest)


def test_a_date_of_three_numbers_is_not_guessed() -> None:
    spoken = whole("03/04/2024 10:00")
    assert spoken is not None
    assert spoken.day is None
    assert spoken.two_ways == (
        "`03/04/2024` may be 2024-04-03 or 2024-03-04; say --day-first or --month-first"
    )


@pytest.mark.parametrize(
    ("order", "day"), [(DAY_FIRST, Day(2024, 4, 3)), (MONTH_FIRST, Day(2024, 3, 4))]
)
def test_a_date_of_three_numbers_is_read_in_the_order_that_was_told(order: str, day: Day) -> None:
    assert whole("03/04/2024", order) == Spoken(day=day)


def test_a_date_that_has_one_reading_needs_no_order() -> None:
    assert day_in("04/04/2024: stale orders") == (date(2024, 4, 4), "")


def test_the_first_date_in_a_title_is_found() -> None:
    assert day_in("Stale orders of 5th June 2024") == (date(2024, 6, 5), "")
    assert day_in("Stale orders 7") == (None, "")
    assert day_in("2024-06-05-stale-orders") == (date(2024, 6, 5), "")
    assert day_in("Stale 03/04/2024")[0] is None


# --- zones ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "hours"),
    [
        ("All times in CET.", "CET", 1),
        ("(all times in Pacific Time)", "Pacific Time", -8),
        ("Time (UTC)", "UTC", 0),
        ("Date and Time in CET", "CET", 1),
        ("All times in UTC+1 (Zurich time)", "Zurich time", 1),
        ("All times in GMT+2", "GMT+2", 2),
        ("Times are Asia/Kolkata", "Asia/Kolkata", 5.5),
        ("Uhrzeit (MEZ)", "MEZ", 1),
    ],
)
def test_a_sentence_names_the_zone_of_the_times_around_it(
    text: str, name: str, hours: float
) -> None:
    zone = stated_zone(text)
    assert zone is not None
    assert zone.name == name
    assert datetime(2026, 1, 1, tzinfo=zone.info).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["Time", "Event", "All times are local time", "The UTC team"])
def test_a_sentence_that_names_no_zone_says_nothing(text: str) -> None:
    assert stated_zone(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("All times in IST", "`IST` is +05:30 in India"),
        ("All times in PST (UTC-7)", "names several zones: PST, UTC-7"),
        ("All times in UC/Pacific", "`UC/Pacific` names no time zone"),
    ],
)
def test_a_zone_that_may_be_several_is_asked_for(text: str, words: str) -> None:
    with pytest.raises(ZoneError, match=re.escape(words)):
        stated_zone(text)


@pytest.mark.parametrize("text", ["", "Nowhere/Land", "../etc/passwd", "+25:00", "local"])
def test_what_is_no_zone_says_what_to_write(text: str) -> None:
    with pytest.raises(ZoneError):
        Zone.named(text)


# --- the course of a timeline --------------------------------------------------------------------


def course(*texts: str, day: date | None = None, zone: str | None = "UTC") -> list[str]:
    times = [found[0] for text in texts if (found := leading(text))]
    assert len(times) == len(texts)
    return [
        one.at or one.problem
        for one in placed(times, day=day, zone=Zone.named(zone) if zone else None)
    ]


def test_midnight_passes_inside_a_timeline() -> None:
    found = course("2026-03-14 23:50", "00:10", "00:20")
    assert found == ["2026-03-14T23:50Z", "2026-03-15T00:10Z", "2026-03-15T00:20Z"]


def test_a_small_step_back_is_out_of_order_on_the_same_day() -> None:
    assert course("2026-03-14 10:00", "09:40") == ["2026-03-14T10:00Z", "2026-03-14T09:40Z"]


def test_a_step_back_that_may_be_either_is_not_decided() -> None:
    found = course("2026-03-14 17:00", "09:00", "10:00", "2026-03-15 11:00")
    assert found == [
        "2026-03-14T17:00Z",
        "09:00 stands after 17:00: on the next day, or out of order? Write its date",
        "the day of the time before it is not known",
        "2026-03-15T11:00Z",
    ]


def test_days_are_counted_from_the_one_before() -> None:
    found = course("2026-03-14 10:00", "next day 09:00", "Mon 08:00", "March 20 07:00")
    assert found == [
        "2026-03-14T10:00Z",
        "2026-03-15T09:00Z",
        "2026-03-16T08:00Z",
        "2026-03-20T07:00Z",
    ]


def test_a_year_that_is_not_said_turns_with_the_calendar() -> None:
    assert course("2025-12-30 10:00", "Jan 2 10:00") == ["2025-12-30T10:00Z", "2026-01-02T10:00Z"]


def test_the_first_times_lie_on_the_day_of_the_document() -> None:
    assert course("10:00", day=date(2026, 3, 14)) == ["2026-03-14T10:00Z"]
    assert course("10:00") == ["no date is given, and none before it"]


def test_a_time_without_a_zone_is_its_day() -> None:
    [one] = placed([Spoken(day=PI_DAY, at=time(10))])
    assert (one.at, one.by_day, one.no_zone) == ("2026-03-14", True, True)


def test_a_time_keeps_the_zone_that_it_names() -> None:
    found = course("2026-03-14 10:00 CET", "10:30", zone="America/New_York")
    assert found == ["2026-03-14T10:00+01:00", "2026-03-14T10:30-04:00"]


def test_a_time_that_the_clocks_jumped_over_is_told() -> None:
    [one] = placed([Spoken(day=Day(2026, 3, 29), at=time(2, 30))], zone=Zone.named("Europe/Berlin"))
    assert (one.at, one.problem) == (
        "2026-03-29",
        "02:30 was skipped on 2026-03-29 in Europe/Berlin",
    )


def test_a_winter_name_in_summer_is_taken_at_its_word_and_told() -> None:
    [one] = placed([Spoken(day=Day(2026, 7, 1), at=time(10))], zone=Zone.named("CET"))
    assert one.at == "2026-07-01T10:00+01:00"
    words = "CET was taken as +01:00, though CEST was kept on 2026-07-01; if local time was meant, "
    assert one.assumed == (f"{words}name the zone Europe/Berlin",)


def test_a_range_may_end_on_the_next_day() -> None:
    spoken = whole("2026-03-14 23:50 – 00:10")
    assert spoken is not None
    [one] = placed([spoken], zone=Zone.named("UTC"))
    assert (one.at, one.until) == ("2026-03-14T23:50Z", "2026-03-15T00:10Z")


@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)))  # noqa: DTZ001 - written bare
def test_an_iso_time_comes_back_as_it_was(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    spoken = whole(moment.strftime("%Y-%m-%d %H:%M").rjust(16, "0"))
    assert spoken is not None
    [one] = placed([spoken], zone=Zone.named("UTC"))
    assert one.at is not None
    assert datetime.fromisoformat(one.at) == moment


@given(st.text(max_size=60))
def test_any_text_is_read_or_not_and_never_fails(text: str) -> None:
    for order in (None, DAY_FIRST, MONTH_FIRST):
        found = leading(text, order)
        if found is not None:
            assert found[1] in text
            placed([found[0]], day=date(2026, 3, 14), zone=Zone.named("Europe/Berlin"))
        day_in(text, order)


@pytest.mark.parametrize(
    ("text", "zone", "rest"),
    [
        ("22:30 Uhr MEZ", "MEZ", ""),
        ("22:30 Uhr: Lader steht", None, "Lader steht"),
        ("22h : panne", None, "panne"),
        ("22:30 h: falla", None, "falla"),
    ],
)
def test_the_word_for_the_hour_stands_before_the_zone(
    text: str, zone: str | None, rest: str
) -> None:
    found = leading(text)
    assert found is not None
    assert (found[0].zone, found[1]) == (zone, rest)


@pytest.mark.parametrize("text", ["2h later it stopped", "2h: the second alert", "10h outage"])
def test_a_span_of_hours_is_no_time_of_day(text: str) -> None:
    assert leading(text) is None


def test_the_dates_of_trackers_are_read() -> None:
    assert whole("14/Mar/2026 09:02") == Spoken(day=PI_DAY, at=time(9, 2))


@pytest.mark.parametrize(
    ("text", "key"),
    [("heure de Paris", "Europe/Paris"), ("(hora de Madrid)", "Europe/Madrid")],
)
def test_the_time_of_a_city_is_its_zone(text: str, key: str) -> None:
    zone = stated_zone(text)
    assert zone is not None
    assert str(zone.info) == key


@pytest.mark.parametrize("text", ["heure de pointe", "hora de Verano", "Heure de début"])
def test_an_hour_of_something_else_is_none(text: str) -> None:
    assert stated_zone(text) is None
