"""The figures in SQL are those of Python, to the last case, for any period, day and breakdown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from eventful import with_eventful_records

from debrief import metrics
from debrief.archive import Archive
from debrief.chronicle import Chronicle
from debrief.git import GitError
from debrief.metrics import DIMENSIONS, METRICS, Figure, Ledger, Period, figures, parts
from debrief.quarters import Quarter, until
from debrief.trail import trails
from debrief.warehouse import catalog_tables, fact_tables, promise_tables, query
from debrief.warehouse.source import Source
from debrief.warehouse.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TODAY = date(2026, 11, 22)
COLUMNS = "part, metric, value, n, missing, lower_quartile, upper_quartile, approximate"


COUNTED_FROM = (
    *(promise_tables.ACTIONS, promise_tables.ACTION_CHANGES),
    *(catalog_tables.ASSETS, catalog_tables.ASSET_UPSTREAM),
    *(table for table in TABLES if table in vars(fact_tables).values()),
)
"""The tables that figures need."""


@dataclass(frozen=True, eq=False)
class Both:
    """An archive as Python counts it and as SQL does."""

    source: Source
    database: DuckDBPyConnection

    @classmethod
    def of(cls, source: Source) -> Both:
        return cls(source, query.of_source(source, COUNTED_FROM))

    @cache  # noqa: B019 - it lives as long as the fixture
    def ledgers(self, dimension: str) -> dict[str, Ledger]:
        """The parts of the archive by their names; it takes long to take a large one apart."""
        ledger = self.source.ledger
        if dimension == "all":
            return {"all": ledger}
        return parts(ledger, self.source.archive.catalog, dimension)

    def python(self, dimension: str, period: Period, day: date) -> dict[tuple[str, str], Figure]:
        return {
            (name, metric): figure
            for name, part in self.ledgers(dimension).items()
            for metric, figure in figures(part, period, day).items()
        }

    def sql(self, dimension: str, period: Period, day: date) -> dict[tuple[str, str], Figure]:
        asked = f"SELECT {COLUMNS}, first_day, last_day FROM figures_by(?, ?, ?, ?)"  # noqa: S608 - ours
        rows = self.database.execute(asked, [dimension, period.first, period.last, day]).fetchall()
        return {
            (part, metric): Figure(
                metric, Period(first, last), value, n, missing, lower, upper, approximate
            )
            for part, metric, value, n, missing, lower, upper, approximate, first, last in rows
        }


def near(figure: Figure) -> Figure | object:
    """A figure to compare with: exact where it counts, to 1e-9 where it is worked out."""
    told = (figure.value, figure.lower, figure.upper)
    worked_out = tuple(None if v is None else pytest.approx(v, rel=1e-9, abs=1e-9) for v in told)
    return (figure.metric, figure.period, figure.n, figure.missing, figure.approximate, worked_out)


def exact(figure: Figure) -> object:
    told = (figure.value, figure.lower, figure.upper)
    return (figure.metric, figure.period, figure.n, figure.missing, figure.approximate, told)


def agree(both: Both, dimension: str, period: Period, day: date) -> int:
    """Compare every figure of every part; how many have a value."""
    python, sql = both.python(dimension, period, day), both.sql(dimension, period, day)
    assert list(sql) == list(python)
    for key, figure in python.items():
        assert exact(sql[key]) == near(figure), key
    return sum(figure.value is not None for figure in python.values())


@pytest.fixture(scope="module")
def samples(root: Path) -> Both:
    archive = Archive.load(root)
    try:
        known = trails(archive, Chronicle.at(root))
    except GitError:  # a copy without history
        known = trails(archive, None)
    return Both.of(Source.of(archive, TODAY, known))


@pytest.fixture(scope="module")
def many(root: Path) -> Both:
    """Ten thousand records in which everything happens."""
    archive = with_eventful_records(Archive.load(root, select=lambda *_: ()), 10_000)
    return Both.of(Source.of(archive, TODAY))


PERIODS = [
    (Period(date(2025, 7, 1), date(2025, 9, 30)), date(2025, 9, 30)),
    (Period(date(2025, 7, 1), date(2025, 9, 30)), TODAY),
    (Period(date(2026, 10, 1), date(2026, 12, 31)), TODAY),  # it has not ended
    (Period.year_to(TODAY), TODAY),
    (Period(date(2024, 2, 29), date(2024, 2, 29)), date(2024, 12, 31)),
    (Period(date(2024, 6, 1), date(2025, 5, 31)), date(2024, 12, 31)),
]


@pytest.mark.parametrize("dimension", ["all", *DIMENSIONS])
@pytest.mark.parametrize(("period", "day"), PERIODS)
@pytest.mark.samples
def test_on_the_samples_they_agree(
    samples: Both, dimension: str, period: Period, day: date
) -> None:
    agree(samples, dimension, period, day)


@pytest.mark.parametrize("dimension", ["all", *DIMENSIONS])
def test_on_ten_thousand_records_they_agree(many: Both, dimension: str) -> None:
    assert len(many.source.records) == 10_000
    told = sum(agree(many, dimension, period, day) for period, day in (PERIODS[1], PERIODS[5]))
    assert told > len(METRICS) / 2  # and it is not nothing on which they agree


OF_A_DAY = (
    *("recurrence", "recurred_despite_promise", "open_actions", "overdue_actions"),
    *("age_of_open_actions", "actions_completed", "actions_on_time", "actions_verified"),
)
"""The figures that ask how things stood on a day."""


def test_day_by_day_they_agree_so_that_neither_is_a_day_off(root: Path) -> None:
    """On one day hardly anything happens; in two months of days every kind of thing does."""
    archive = with_eventful_records(Archive.load(root, select=lambda *_: ()), 1_000)
    both = Both.of(Source.of(archive, TODAY))
    days = [date(2025, 3, 1) + timedelta(days=number) for number in range(60)]
    told = both.database.execute(
        "SELECT metric, as_of, n, value FROM figures_for('all', ?)",
        [[{"first_day": Period.year_to(d).first, "last_day": d, "as_of": d} for d in days]],
    ).fetchall()
    sql = {(metric, day): (n, value) for metric, day, n, value in told}
    for metric in OF_A_DAY:
        for day in days:
            one = metrics.figure(both.source.ledger, metric, Period.year_to(day), day)
            value = None if one.value is None else pytest.approx(one.value, rel=1e-9, abs=1e-9)
            assert sql[metric, day] == (one.n, value), (metric, day)


def test_of_ten_thousand_records_every_figure_has_a_value(many: Both) -> None:
    figures = many.sql("all", Period.year_to(TODAY), TODAY)
    assert [metric for (_, metric), one in figures.items() if one.value is None] == []
    lacking = {metric for (_, metric), figure in figures.items() if figure.missing}
    assert {"time_to_detect", "time_to_restore_data", "recurrence", "data_days_wrong"} <= lacking


@pytest.mark.samples
def test_a_quarter_is_told_as_of_its_end_and_the_current_one_as_of_today(samples: Both) -> None:
    asked = "SELECT quarter, metric, value, n, missing FROM quarterly_figures"
    rows = samples.database.execute(asked).fetchall()
    told = {row[:2]: row[2:] for row in rows}
    first = min(outage.day for outage in samples.source.ledger.outages)
    for quarter in until(Quarter.of(TODAY), Quarter.of(first)):
        period = Period.of(quarter)
        for metric, figure in figures(
            samples.source.ledger, period, min(period.last, TODAY)
        ).items():
            value, n, missing = told.pop((str(quarter), metric))
            assert (value, n, missing) == (
                None if figure.value is None else pytest.approx(figure.value, rel=1e-9, abs=1e-9),
                figure.n,
                figure.missing,
            ), (quarter, metric)
    assert told == {}


def test_an_empty_archive_has_all_figures_and_no_cases(root: Path) -> None:
    archive = with_eventful_records(Archive.load(root, select=lambda *_: ()), 0)
    both = Both.of(Source.of(archive, TODAY))
    agree(both, "all", *PERIODS[0])
    assert both.database.execute("SELECT count(*) FROM quarterly_figures").fetchall() == [(0,)]


def test_the_day_is_by_default_the_last_of_the_period_and_none_after_the_export(
    samples: Both,
) -> None:
    asked = "SELECT DISTINCT as_of FROM figures('2025-07-01', ?)"
    assert samples.database.execute(asked, ["2025-09-30"]).fetchall() == [(date(2025, 9, 30),)]
    assert samples.database.execute(asked, ["2027-01-01"]).fetchall() == [(TODAY,)]


def test_another_dimension_is_refused_in_words(samples: Both) -> None:
    with pytest.raises(query.QueryError, match="a dimension is all, severity, domain or team"):
        query.ask(samples.database, "FROM figures_by('tema', '2026-01-01', '2026-03-31')")
