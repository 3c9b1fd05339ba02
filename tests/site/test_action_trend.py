"""Actions over time: what came, went, grew old and moved."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from debrief.site import action_trend, chart
from debrief.site.action_trend import TrendView
from debrief.site.edition import Edition

TODAY = date(2026, 11, 25)

Values = dict[str, Any]


def action(key: str, **more: Any) -> Values:
    return {"id": key, "title": f"Do {key}", "type": "preventive", "owner": "team", **more}


def moved(old: str, new: str, on: str, reason: str) -> Values:
    return {"changed_on": on, "field": "due", "from": old, "to": new, "reason": reason}


@pytest.fixture
def view(repository: Any) -> TrendView:
    """Four promises of two outages: one done, one late, one moved twice, one decided against."""
    repository.catalog("owners", {"owners": {"team": {"name": "Team", "kind": "team"}}})
    one = [
        action("done", due="2026-03-01", status="done", done_on="2026-02-20"),
        action("late", due="2026-05-01", status="open"),
    ]
    two = [
        action(
            "moved",
            due="2026-12-20",
            status="in-progress",
            changes=[
                moved("2026-09-01", "2026-10-01", "2026-08-20", "Nobody had time."),
                moved("2026-10-01", "2026-12-20", "2026-09-30", "nobody  had time"),
            ],
        ),
        action(
            "dropped",
            due="2026-09-01",
            status="not-doing",
            changes=[
                {
                    "changed_on": "2026-08-25",
                    "field": "status",
                    "to": "not-doing",
                    "reason": "It is gone",
                }
            ],
        ),
    ]
    repository.record("2026-01-10-one", {"title": "One", "status": "draft", "actions": one})
    repository.record("2026-08-01-two", {"title": "Two", "status": "draft", "actions": two})
    return TrendView(replace(repository.edition(), today=TODAY))


def test_quarters_say_what_came_and_went_and_what_stood_at_their_end(view: TrendView) -> None:
    spans = {span.name: span for span in view.quarters}
    assert list(spans) == [f"Q{n} {year}" for year in (2025, 2026) for n in range(1, 5)]
    first, third = spans["Q1 2026"], spans["Q3 2026"]
    assert (first.promised, first.done, first.open, first.overdue) == (2, 1, 1, 0)
    assert (third.promised, third.ended, third.open, third.overdue) == (2, 1, 2, 1)


def test_what_was_decided_against_on_no_day_is_told_beside_the_table(
    repository: Any, read: Any
) -> None:
    no_day = action("gone", due="2026-09-01", status="not-doing", reason="It is gone")
    given = {"title": "One", "status": "draft", "actions": [no_day]}
    repository.record("2026-02-10-one", given)
    page = read(action_trend.trend_page(repository.edition()).html)
    assert "1 action was decided against on a day that nobody wrote down" in page.text


def test_months_end_today_and_agree_with_quarters(view: TrendView) -> None:
    assert len(view.months) == 12
    assert (view.months[0].name, view.months[-1].name) == ("Dec 2025", "Nov 2026")
    assert view.months[-1].open == view.quarters[-1].open == 2
    assert sum(span.promised for span in view.months) == 4


def test_ages_hold_every_open_action_once(view: TrendView) -> None:
    found = {age.name: (age.number, age.overdue) for age in view.ages}
    assert found["180 to 364 days"] == (1, 1)
    assert found["90 to 179 days"] == (1, 0)
    assert sum(number for number, _ in found.values()) == 2


def test_the_same_words_are_one_reason(view: TrendView) -> None:
    (reason,) = view.reasons
    assert (reason.text, reason.times) == ("nobody  had time", 2)
    ((last, times, days),) = view.most_postponed
    assert (last.action.id, times, days) == ("moved", 2, 110)


def test_teams_say_what_they_hold(view: TrendView) -> None:
    (team,) = view.holders
    assert (team.name, team.open, team.overdue, team.soon, team.done) == ("Team", 2, 1, 1, 1)
    assert team.postponed == 2


def test_a_page_without_actions_says_where_they_stand(repository: Any, read: Any) -> None:
    page = read(action_trend.trend_page(repository.edition()).html)
    assert "There are no actions yet" in page.text


def test_a_restricted_record_gives_no_reason(repository: Any, read: Any) -> None:
    repository.catalog("owners", {"owners": {"team": {"name": "Team", "kind": "team"}}})
    changes = [moved("2026-09-01", "2026-12-01", "2026-08-20", "a zanzibar secret")]
    values = {"title": "One", "status": "draft", "visibility": "restricted"}
    actions = [action("moved", due="2026-12-01", status="open", changes=changes)]
    repository.record("2026-08-01-one", {**values, "actions": actions})
    edition = replace(repository.edition(), today=TODAY)
    page = read(action_trend.trend_page(edition).html)
    assert "zanzibar" not in page.text
    assert "1 postponement in the last twelve months, 1 of them without a reason" in page.text


@pytest.mark.samples
def test_beside_every_chart_stands_a_table(samples: Edition, read: Any) -> None:
    page = read(action_trend.trend_page(samples).html)
    charts = [found for tag, found in page.elements if tag == "svg"]
    assert len(charts) == 4
    assert all("The table below has the numbers." in found["aria-label"] for found in charts)
    assert not [tag for tag, found in page.elements if "style" in found]


def test_lines_have_gaps_and_bars_stand_beside_one_another() -> None:
    columns: list[tuple[str, dict[str, float | None]]] = [
        ("Q1", {"A": 10, "B": None}), ("Q2", {"A": None, "B": 5}), ("Q3", {"A": 20, "B": 6}),
    ]  # fmt: skip
    colours = {"A": "var(--db-fill-blue)", "B": "var(--db-fill-orange)"}
    drawn = chart.lines(columns, colours, "Percent", "Two lines")
    assert 'aria-label="Two lines"' in drawn
    assert drawn == chart.lines(columns, colours, "Percent", "Two lines")
    bars = chart.bars_beside([("Q1", {"A": 1, "B": 2})], colours, "Actions", "Two bars")
    stacked = chart.stacked_bars([("Q1", {"A": 1, "B": 2})], colours, "Actions", "Two bars")
    assert bars != stacked
    assert "style" not in bars + drawn


@pytest.mark.parametrize(
    ("number", "lines"), [(0, ["0"]), (1, ["0", "1"]), (3, ["0", "1", "2", "3"])]
)
def test_an_axis_of_a_few_has_whole_numbers_once_each(number: int, lines: list[str]) -> None:
    columns = [("First", {"A": number}), ("Second", {"A": 0})]
    drawn = chart.stacked_bars(columns, {"A": "var(--db-fill-blue)"}, "Outages", "A few")
    assert re.findall(r">([0-9]+)</text>", drawn) == lines
