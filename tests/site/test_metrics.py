"""The metrics: what two years are said to differ by, the charts, the definitions beside figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from debrief import metrics as figures_of
from debrief.metrics import COVERAGE, DEFINITIONS, METRICS, Figure, Period
from debrief.quarters import Quarter
from debrief.site import breakdown, figures, metrics, small_chart
from debrief.site.edition import Edition
from debrief.site.figures import Comparison
from debrief.site.metrics import QUESTIONS, MetricsView

YEAR = Period(date(2025, 11, 26), date(2026, 11, 25))
BEFORE = Period(date(2024, 11, 26), date(2025, 11, 25))


def told(metric: str, value: float | None, n: int, lower: float | None = None, **more: Any) -> Any:
    """A figure; its quartiles lie as far above the median as below."""
    upper = None if lower is None or value is None else 2 * value - lower
    return Figure(metric, YEAR, value, n, lower=lower, upper=upper, **more)


# --- in words ------------------------------------------------------------------------------------


def test_a_figure_has_its_unit_or_says_why_there_is_none() -> None:
    assert figures.value(told("time_to_detect", 3900, 12)) == "1 h 5 min"
    assert figures.value(told("time_to_publish", 12.5, 12)) == "12.5 days"
    assert figures.value(told("age_of_open_actions", 1, 3)) == "1 day"
    assert figures.value(told("recurrence", 100 / 3, 9)) == "33%"
    assert figures.value(told("data_days_wrong", 1200, 1200)) == "1,200"
    assert figures.value(told("time_to_detect", None, 2)) == "too few (n = 2)"
    assert figures.value(told("recurrence", None, 0)) == "none"


def test_a_figure_says_what_it_rests_on() -> None:
    figure = told("time_to_detect", 3900, 12, 600, missing=2, approximate=1)
    assert figures.basis(figure) == "n = 12, 2 missing, 1 approximate"
    assert figures.quartiles(figure) == "quartiles 10 min and 2 h"
    assert figures.quartiles(replace(figure, lower=None)) == ""
    assert figures.basis(told("outages", 4, 4)) == "", "a number is its own n"


# --- two years -----------------------------------------------------------------------------------


def detect(value: float | None, n: int, lower: float | None = None) -> Figure:
    return told("time_to_detect", value, n, lower)  # type: ignore[no-any-return]


def on_time(value: float, n: int) -> Figure:
    return told("actions_on_time", value, n)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("now", "before", "verdict", "change"),
    [
        (detect(600, 9, 300), detect(7200, 9, 3600), "better", "1 h 50 min less"),
        (detect(7200, 9, 3600), detect(600, 9, 300), "worse", "1 h 50 min more"),
        # Each median lies within the quartiles of the other.
        (detect(600, 9, 60), detect(900, 9, 300), "little change", "5 min less"),
        # Enough for a median, and not for its quartiles.
        (detect(600, 7), detect(7200, 9, 3600), "too few to judge", "1 h 50 min less"),
        (detect(None, 2), detect(600, 9, 300), "too few to judge", ""),
        (told("recurrence", 20, 20), told("recurrence", 60, 20), "better", "40 points less"),
        (on_time(60, 40), on_time(90, 40), "worse", "30 points less"),
        (on_time(90, 40), on_time(60, 40), "better", "30 points more"),
        # Two cases of ten, and 29 of 32 after all of 23: chance does that too.
        (on_time(60, 10), on_time(80, 10), "little change", "20 points less"),
        (on_time(90.625, 32), on_time(100, 23), "little change", "9 points less"),
        # Who writes more down has more outages.
        (told("outages", 10, 10), told("outages", 6, 6), "more", "4 more"),
        (told("data_days_wrong", 95, 95), told("data_days_wrong", 125, 125), "fewer", "30 fewer"),
        (told("recurrence", 20.2, 99), told("recurrence", 19.8, 99), "the same", ""),
        (told("postponements", 2, 2), told("postponements", 5, 5), "better", "3 fewer"),
        (told("overdue_actions", 3, 3), told("overdue_actions", 0, 0), "worse", "3 more"),
    ],
)  # fmt: skip
def test_better_and_worse_need_enough_cases_and_more_than_chance(
    now: Figure, before: Figure, verdict: str, change: str
) -> None:
    comparison = Comparison(now, before)
    assert comparison.verdict == verdict
    assert comparison.change == change


def test_a_number_of_a_year_that_the_archive_does_not_hold_is_compared_with_nothing() -> None:
    now, before = told("outages", 9, 9), told("outages", 1, 1)
    young = Comparison(now, before, complete=False)
    assert (young.verdict, young.change) == ("no whole year before it", "")


# --- the chart -----------------------------------------------------------------------------------


def readings(metric: str, *values: float | None) -> Any:
    quarters = [Quarter(2025 + n // 4, 1 + n % 4) for n in range(len(values))]
    return [(q, told(metric, v, 9)) for q, v in zip(quarters, values, strict=True)]


def test_a_small_chart_has_gaps_round_levels_and_its_quarters() -> None:
    drawn = small_chart.draw(readings("recurrence", 10, 20, None, 45), "Recurrence")
    assert drawn is not None
    assert drawn.line.count("M") == 2, "a gap where nothing is known"
    assert len(drawn.points) == 3
    assert [level.text for level in drawn.levels] == ["0%", "20%", "40%", "60%"]
    assert [name.text for name in drawn.names] == ["Q1", "Q2", "Q3", "Q4", "2025"]
    ground = drawn.levels[0].y
    assert all(0 < point.y < ground for point in drawn.points), "it stands on nought"


def test_a_small_chart_tells_times_in_the_unit_that_suits_them() -> None:
    hours = small_chart.draw(readings("time_to_detect", 3600, 9 * 3600), "x")
    assert hours is not None
    assert [level.text for level in hours.levels] == ["0 h", "5 h", "10 h"]
    days = small_chart.draw(readings("time_to_detect", 0, 9 * 86_400), "x")
    assert days is not None
    assert days.levels[-1].text == "10 d"


def test_columns_stand_where_something_is_known_and_nought_is_no_fault() -> None:
    drawn = small_chart.draw(readings("outages", 0, 0), "x", columns=True)
    assert drawn is not None
    assert [column.height for column in drawn.columns] == [0, 0]
    assert small_chart.draw(readings("recurrence", None, 20), "x") is None, "one point is no trend"


# --- the pages -----------------------------------------------------------------------------------


def test_every_figure_answers_one_question_or_tells_of_the_catalog() -> None:
    asked = [key for question in QUESTIONS for key in question.figures]
    assert len(asked) == len(set(asked))
    assert {*asked, *(one.id for one in DEFINITIONS if one.shape == COVERAGE)} == METRICS.keys()
    assert set(metrics.KEY_FIGURES) <= set(asked)


@pytest.mark.samples
def test_each_figure_stands_with_its_definition_and_its_sources(
    samples: Edition, read: Any
) -> None:
    page = read(metrics.overview_page(MetricsView(samples)).html)
    links = set(page.values("href"))
    for question in QUESTIONS:
        assert question.title in page.text
        for key in question.figures:
            one = METRICS[key]
            assert key.replace("_", "-") in page.values("id")
            assert one.says[1:] in page.text
            assert one.belongs[1:] in page.text
            assert one.lacks[1:] in page.text
            assert {source.url for source in one.sources} <= links
    for name, decided in figures_of.EDGE_CASES.items():
        assert name in page.text
        assert decided[:40].split("`")[0] in page.text


@pytest.mark.samples
def test_the_answers_rest_on_the_deciding_figures(samples: Edition) -> None:
    view = MetricsView(samples)
    answers = {question.key: view.answer(question) for question in QUESTIONS}
    assert answers["promises"] == "Worse than the year before"
    assert answers["repair"] == "Too few to say", "fewer wrong days do not make a repair quicker"
    verdicts = [verdict for verdict, _ in view.reasons(QUESTIONS[1])]
    assert verdicts == ["fewer", "too few to judge"]


@pytest.mark.samples
def test_a_quarter_of_the_table_is_what_was_told_at_its_end(samples: Edition) -> None:
    (row,) = [
        row
        for row in MetricsView(samples).measures(QUESTIONS[2])[3].rows
        if row.quarter == Quarter(2026, 1)
    ]
    then = replace(samples, today=date(2026, 3, 31))
    assert row.own.value == then.figure("overdue_actions", Period.year_to(then.today)).value == 1
    assert row.year is None, "how things stood is no matter of a period"


@pytest.mark.samples
def test_parts_are_told_by_size_severities_in_their_order_and_what_has_none_last(
    samples: Edition, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakdown, "FIRST", 2)
    severity, domain, team = MetricsView(samples).dimensions
    assert [part.name for part in severity.parts[:2]] == ["SEV 1", "SEV 2"]
    assert [part.name for part in severity.parts][-1] == "No severity"
    sizes = [part.size for part in domain.parts if part.key]
    assert sizes == sorted(sizes, reverse=True)
    page = read(metrics.overview_page(MetricsView(samples)).html)
    assert f"The largest 2 of {domain.number}" in page.text
    assert "too few" in page.text
    every = read(metrics.dimension_page(MetricsView(samples), team).html)
    assert all(part.name in every.text for part in team.parts)
    assert "before:" in every.text


def test_without_a_record_there_is_no_figure_and_no_fault(repository: Any, read: Any) -> None:
    view = MetricsView(repository.edition())
    assert "There are no figures yet" in read(metrics.overview_page(view).html).text
    for dimension in view.dimensions:
        assert "nothing to count" in read(metrics.dimension_page(view, dimension).html).text


def test_imported_records_alone_are_said_to_stand_in_no_figure(repository: Any, read: Any) -> None:
    given = {"title": "Old", "status": "published", "imported": {"source": "A wiki"}}
    repository.record("2026-03-14-old", given)
    page = read(metrics.overview_page(MetricsView(repository.edition())).html)
    assert "they count outages of our own, and there is none" in page.text
    assert "Too few" not in page.text, "a page of twenty empty figures says nothing"


def test_a_young_archive_says_that_the_year_before_is_not_whole(repository: Any, read: Any) -> None:
    repository.record("2026-03-14-first", {"title": "First", "status": "draft"})
    view = MetricsView(replace(repository.edition(), today=date(2026, 11, 25)))
    page = read(metrics.overview_page(view).html)
    assert "The first outage that figures count is of 14 March 2026" in page.text
    assert "No whole year before it" in page.text


def test_a_restricted_record_has_no_severity_no_domain_and_no_cause_in_figures(
    repository: Any,
) -> None:
    repository.catalog(
        "assets", {"assets": {"wh.a": {"name": "A", "kind": "table", "domain": "zanzibar"}}}
    )
    values = {
        "title": "Something",
        "status": "draft",
        "visibility": "restricted",
        "severity": "sev1",
    }
    repository.record("2026-03-14-first", {**values, "assets": [{"asset": "wh.a"}]})
    view = MetricsView(replace(repository.edition(), today=date(2026, 11, 25)))
    severity, domain, _ = view.dimensions
    assert [part.name for part in severity.parts] == ["No severity"]
    assert [part.name for part in domain.parts] == ["No domain"]
