"""The calendar of an asset's data, and what its page answers."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from debrief import data_time
from debrief.record import AffectedAsset, Moment, Postmortem
from debrief.site import address, asset, data_calendar, owner
from debrief.site.data_calendar import Day, Month, Run
from debrief.site.edition import Edition

TODAY = date(2026, 11, 22)


def outage(day: str, first: str | None, last: str | None, **given: Any) -> data_calendar.Outage:
    record = Postmortem(f"{day}-x", f"postmortems/{day[:4]}/{day}-x.md", "T", "published")
    start, end = (date.fromisoformat(text) if text else None for text in (first, last))
    affected = AffectedAsset("wh.orders", "stale", start, end, **{"repair": "pending", **given})
    return record, affected


def wrong(calendar: data_calendar.DataCalendar) -> dict[str, dict[int, str]]:
    """Month → day of the month → state."""
    return {
        month.name: {
            cell.number: cell.state
            for week in month.weeks
            for cell in week
            if isinstance(cell, Day)
        }
        for month in calendar.parts
        if isinstance(month, Month)
    }


def test_the_dates_of_a_range_are_wrong_and_no_others() -> None:
    found = data_calendar.of([outage("2026-03-02", "2026-02-27", "2026-03-02")], TODAY)
    assert wrong(found) == {
        "March 2026": {1: "pending", 2: "pending"},
        "February 2026": {27: "pending", 28: "pending"},
    }


def test_a_month_is_whole_and_begins_on_its_weekday() -> None:
    (month,) = data_calendar.of([outage("2026-03-14", "2026-03-14", "2026-03-14")], TODAY).parts
    assert isinstance(month, Month)
    cells = [cell for week in month.weeks for cell in week]
    numbers = [cell.number if isinstance(cell, Day) else cell for cell in cells]
    assert [n for n in numbers if n is not None] == list(range(1, 32))
    assert numbers[:7] == [None] * 6 + [1], "1 March 2026 was a Sunday"
    assert all(len(week) == 7 for week in month.weeks)


@pytest.mark.parametrize(
    ("restored", "last"), [(None, TODAY), ("2026-11-19T10:00Z", date(2026, 11, 19))]
)
def test_a_range_without_an_end_lasts_until_it_was_restored_or_today(
    restored: str | None, last: date
) -> None:
    at = Moment.parse(restored) if restored else None
    pair = outage("2026-11-17", "2026-11-17", None, restored_at=at)
    assert data_time.last_day(pair[1], TODAY) == last
    (days,) = wrong(data_calendar.of([pair], TODAY)).values()
    assert max(days) == last.day


def test_a_range_without_a_beginning_is_told_in_words_and_marks_no_date() -> None:
    pair = outage("2026-11-17", None, "2026-11-17")
    found = data_calendar.of([pair], TODAY)
    assert found.parts == ()
    assert found.undated == (pair,)


def test_where_outages_overlap_the_worst_counts() -> None:
    day = ("2026-03-14", "2026-03-14")
    repaired = outage("2026-03-14", *day, repair="backfilled")
    unknown = outage("2026-03-15", *day, repair=None)
    lost = outage("2026-03-16", *day, repair="lost")
    pending = outage("2026-03-17", *day)
    for found, state in (
        ([repaired, unknown], "unknown"),
        ([repaired, lost, unknown], "lost"),
        ([pending, lost, repaired], "pending"),
    ):
        calendar = data_calendar.of(found, TODAY)
        assert wrong(calendar) == {"March 2026": {14: state}}
        assert calendar.states == (state,)


def shown(calendar: data_calendar.DataCalendar) -> list[str]:
    return [part.label if isinstance(part, Run) else part.name for part in calendar.parts]


def test_months_on_end_that_one_outage_spoilt_wholly_are_one_line() -> None:
    found = data_calendar.of([outage("2025-01-20", "2022-12-19", "2025-01-03")], TODAY)
    assert shown(found) == [
        "January 2025",
        "Every date from 1 January 2023 to 31 December 2024: Stale, not repaired",
        "December 2022",
    ]
    run = found.parts[1]
    assert isinstance(run, Run)
    assert (run.months, run.state, run.record) == (24, "pending", "2025-01-20-x")
    assert found.states == ("pending",)
    assert found.earlier == 0


def test_two_whole_months_are_drawn() -> None:
    found = data_calendar.of([outage("2026-05-01", "2026-03-01", "2026-04-30")], TODAY)
    assert shown(found) == ["April 2026", "March 2026"]


def test_a_run_ends_where_a_month_is_not_wholly_wrong_or_by_another_outage() -> None:
    first = outage("2025-08-01", "2025-01-01", "2025-07-31", repair="lost")
    gap = outage("2025-12-02", "2025-09-01", "2025-11-29", repair="lost")
    other = outage("2025-04-10", "2025-04-10", "2025-04-10")
    assert shown(data_calendar.of([first, gap, other], TODAY)) == [
        "November 2025",
        "October 2025",
        "September 2025",
        "Every date from 1 May 2025 to 31 July 2025: Stale, lost for good",
        "April 2025",
        "Every date from 1 January 2025 to 31 March 2025: Stale, lost for good",
    ]


def test_years_of_wrong_data_are_cut_to_the_latest_months() -> None:
    days = [date(year, month, 14) for year in range(2020, 2026) for month in range(1, 13)]
    found = data_calendar.of([outage(str(day), str(day), str(day)) for day in days], TODAY)
    assert len(found.parts) == data_calendar.MONTHS
    assert shown(found)[0] == "December 2025"
    assert found.earlier == 72 - data_calendar.MONTHS


@pytest.mark.samples
def test_a_run_leads_to_its_outage(samples: Edition, read: Any) -> None:
    events = samples.archive.catalog.assets["raw.web_events"]
    page = read(asset.asset_page(samples, events).html)
    assert "Every date from 1 January 2023 to 31 December 2024" in page.text
    assert "../../postmortems/2025/2025-01-20-web-events-deleted-by-retention/" in page.values(
        "href"
    )


@pytest.mark.samples
def test_the_page_says_which_date_was_wrong_and_what_became_of_it(
    samples: Edition, read: Any
) -> None:
    mart = samples.archive.catalog.assets["warehouse.orders_mart"]
    page = read(asset.asset_page(samples, mart).html)
    labels = page.values("aria-label")
    assert "14 March 2026: Stale, backfilled" in labels
    assert not [label for label in labels if label.startswith("15 March 2026")]
    assert "Wrong upstream" in page.text


@pytest.mark.samples
def test_an_asset_without_an_outage_can_be_asked_too(samples: Edition, read: Any) -> None:
    views = [asset.AssetView(samples, a) for a in samples.archive.catalog.assets.values()]
    quiet = next(v for v in views if not v.outages and not v.wrong_upstream)
    page = asset.asset_page(samples, quiet.asset)
    assert address.ASSET_DATES in page.scripts
    shown = read(page.html).text
    assert "Was it wrong on" in shown
    assert "None that is known: no outage of it has been recorded." in shown


@pytest.mark.samples
def test_it_is_said_what_is_looked_at(samples: Edition) -> None:
    said = {
        view.asset.id: view.checked
        for view in map(partial(asset.AssetView, samples), samples.archive.catalog.assets.values())
    }
    assert said["source.supplier_prices"] == "its own outages"
    made = "its own outages, and those of what it is made from"
    assert said["report.revenue_close"] == made


@pytest.mark.samples
def test_no_day_counts_as_without_an_outage_while_its_data_is_wrong(samples: Edition) -> None:
    assets = samples.archive.catalog.assets
    forecast = asset.AssetView(samples, assets["model.demand_forecast"])
    assert (bool(forecast.unrepaired), forecast.days_without) == (True, 0)
    mart = asset.AssetView(samples, assets["warehouse.orders_mart"])
    assert mart.last is not None
    assert mart.days_without == (samples.today - mart.last).days


@pytest.mark.samples
def test_whoever_has_yet_to_sign_sees_it_on_their_page(samples: Edition, read: Any) -> None:
    waiting = samples.awaited_by_owner
    assert waiting, "a sample is in review"
    for who, parts in waiting.items():
        known = samples.archive.catalog.owners[who]
        shown = read(owner.owner_page(samples, known).html).text
        assert "Waiting for a signature" in shown
        assert all(record.title in shown for record, _ in parts)


# --- ends and counts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "given", "end", "days"),
    [
        ("2026-11-10", "2026-11-12", {}, "2026-11-12", 3),
        ("2026-11-20", None, {}, None, 3),
        ("2026-11-20", None, {"repair": "lost"}, None, 3),
        ("2026-12-24", None, {}, None, 1),
        (None, "2026-11-12", {}, "2026-11-12", 0),
        (None, None, {}, None, 0),
        (
            "2026-11-10",
            None,
            {"repair": "restated", "restored_at": Moment.parse("2026-11-11T08:00Z")},
            "2026-11-11",
            2,
        ),
    ],
)
def test_a_range_without_an_end_goes_on_and_counts_up_to_today(
    first: str | None, last: str | None, given: dict[str, Any], end: str | None, days: int
) -> None:
    _, affected = outage("2026-11-10", first, last, **given)
    found = data_time.end_of(affected)
    assert (found.isoformat() if found else None) == end
    assert len(list(data_time.days(affected, TODAY))) == days


def test_a_date_that_is_named_twice_for_one_asset_counts_once() -> None:
    ranges = [("a", 10, 12), ("a", 12, 13), ("b", 12, 12)]
    assets = tuple(
        AffectedAsset(name, None, date(2026, 3, first), date(2026, 3, last))
        for name, first, last in ranges
    )
    record = Postmortem("2026-03-10-x", "x.md", "T", "published", assets=assets)
    assert data_time.days_wrong(record, TODAY) == 5


def test_what_needed_no_repair_was_not_repaired() -> None:
    _, affected = outage("2026-03-14", "2026-03-14", "2026-03-14", repair="none-needed")
    assert data_calendar.STATES[data_calendar.state(affected)] == "nothing to repair"
