"""Figures of the samples, checked by hand: each was worked out with pencil from the records.

Times are minutes here, because the records can be read that way. Every figure has the value, n and
what is missing; a median also its quartiles. Without git, so that a copy of the files gives the
same.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from debrief import metrics
from debrief.archive import Archive
from debrief.metrics import Figure, Ledger, Period
from debrief.quarters import Quarter

pytestmark = pytest.mark.samples

ROOT = Path(__file__).resolve().parent.parent

# Minutes from the start until detected, acknowledged (from detection), mitigated, resolved, data
# restored; days from detection to publication, from the review until all signed who are asked.
OUTAGES: dict[str, tuple[int | None, ...]] = {
    "2024-11-29-black-friday-sales-counted-twice": (145, 5, 175, 435, 705, 13, 6),
    "2025-01-20-web-events-deleted-by-retention": (20655, 5, 20695, 22470, 22470, 16, 5),
    "2025-03-30-daily-sales-missing-hour": (545, 25, 645, 800, 970, 15, 4),
    "2025-06-10-swedish-orders-booked-as-euro": (30460, 15, 30510, 32160, 33300, 17, 2),
    "2025-09-16-store-demand-features-frozen": (9100, 15, 9190, 9460, 10260, 15, 4),
    "2025-11-02-orders-mart-late": (260, 15, 300, 305, 1995, 24, 6),
    "2026-03-14-orders-mart-stale-prices": (392, 8, 440, 535, 830, 10, 1),
    "2026-04-22-warehouse-down-with-cloud-region": (9, 5, 102, 427, 632, 14, 6),
    "2026-05-19-guest-orders-joined-to-one-customer": (20600, 0, 20700, 21825, 23055, 21, 4),
    "2026-06-30-stock-movements-unreadable": (35, 45, 310, 675, 2155, 17, 2),
    "2026-08-11-segments-view-exposed-birth-dates": (23320, 5, 23350, 24630, None, 14, 3),
    "2026-09-01-executive-weekly-cached-figures": (170, 0, 185, 190, None, 10, 0),
    "2026-10-01-supplier-rebates-missing-last-day": (7750, 25, 7860, 10950, None, 15, 5),
    "2026-10-29-trading-day-late-runaway-query": (35, 95, 160, 245, None, None, None),
    "2026-11-03-loyalty-points-credited-twice": (705, 15, 770, 1330, None, None, None),
    "2026-11-17-irish-forecast-flat": (3200, None, None, None, None, None, None),
}
TIMES = (
    "time_to_detect",
    "time_to_acknowledge",
    "time_to_mitigate",
    "time_to_resolve",
    "time_to_restore_data",
    "time_to_publish",
    "sign_off_latency",
)

Row = tuple[float | None, int, int] | tuple[float | None, int, int, float, float]

# value, n, missing, and the quartiles of a median where there are any
SECOND_QUARTER: dict[str, Row] = {
    "outages": (3, 3, 0),
    "time_to_detect": (35, 3, 0),  # 9, 35, 20600
    "time_to_acknowledge": (5, 3, 0),  # 0, 5, 45
    "time_to_mitigate": (310, 3, 0),  # 102, 310, 20700
    "time_to_resolve": (None, 2, 1),  # that of 30 June ended in July
    "time_to_restore_data": (None, 2, 1),
    "time_to_publish": (None, 2, 1),
    "sign_off_latency": (None, 2, 1),
    "consumer_found": (None, 3, 0),
    "recurrence": (None, 2, 1),
    "recurred_despite_promise": (None, 0, 0),
    "data_days_wrong": (36, 36, 0),  # 3 of 22 April; 2 × 15 from 19 May; 3 of 30 June
    "open_actions": (11, 11, 0),  # 3 of 22 April, 2 of 19 May, 6 of 30 June
    "overdue_actions": (0, 0, 0),
    "age_of_open_actions": (0, 11, 0, 0, 48.5),  # six are of that day; 28, 28, 69, 69, 69
    "actions_completed": (100, 10, 0),
    "actions_on_time": (100, 9, 0),  # contract-check was first due in March
    "actions_verified": (100, 11, 0),
    "postponements": (0, 0, 0),
}
THIRD_QUARTER: dict[str, Row] = {
    "outages": (2, 2, 0),  # that of 1 July was withdrawn
    "time_to_detect": (None, 2, 0),
    "time_to_acknowledge": (None, 2, 0),
    "time_to_mitigate": (None, 2, 0),
    "time_to_resolve": (675, 3, 0),  # 190, 675, 24630
    "time_to_restore_data": (None, 1, 0),  # two had nothing to restore
    "time_to_publish": (14, 3, 0),  # 10, 14, 17
    "sign_off_latency": (2, 3, 0),  # 0, 2, 3
    "consumer_found": (None, 2, 0),
    "recurrence": (None, 3, 0),
    "recurred_despite_promise": (None, 0, 0),
    "data_days_wrong": (27, 27, 0),  # 3 of 1 July, 17 from 11 August, 7 from 24 August
    "open_actions": (8, 8, 0),
    "overdue_actions": (0, 0, 0),
    "age_of_open_actions": (63, 8, 0, 32.75, 109.25),  # 29, 29, 34, 34, 92, 92, 161, 161
    "actions_completed": (100, 10, 0),
    "actions_on_time": (100 * 10 / 12, 12, 0),  # first due on 14 August, and on 30 September
    "actions_verified": (50, 10, 0),  # three never were, two in October
    "postponements": (2, 2, 0),
}
TWELVE_MONTHS: dict[str, Row] = {
    "outages": (10, 10, 0),
    # 9, 35, 35, 170, 392, 705, 3200, 7750, 20600, 23320
    "time_to_detect": (548.5, 10, 0, 68.75, 6612.5),
    # 10, 10, 14, 14, 15, 17, 21, 24: that of 2 November 2025 was published on the 26th
    "time_to_publish": (14.5, 8, 3, 13, 18),
    "consumer_found": (30, 10, 0),
    "recurrence": (12.5, 8, 3),
    "recurred_despite_promise": (None, 1, 0),
    "postponements": (5, 5, 0),
}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger.of(Archive.load(ROOT))


def in_minutes(value: float | None, metric: str) -> float | None:
    by_second = metrics.METRICS[metric].unit == "seconds"
    return value / 60 if by_second and value is not None else value


def told(found: Figure) -> Row:
    value, lower, upper = (
        in_minutes(one, found.metric) for one in (found.value, found.lower, found.upper)
    )
    if lower is None or upper is None:
        return value, found.n, found.missing
    return value, found.n, found.missing, lower, upper


def test_every_time_of_every_outage_is_what_its_record_says(ledger: Ledger) -> None:
    found = {
        outage.id: tuple(
            in_minutes(outage.measured[name].value, name) if name in outage.measured else None
            for name in TIMES
        )
        for outage in ledger.outages
    }
    assert found == OUTAGES


@pytest.mark.parametrize(
    ("period", "table"),
    [
        (Period.of(Quarter(2026, 2)), SECOND_QUARTER),
        (Period.of(Quarter(2026, 3)), THIRD_QUARTER),
        (Period.year_to(date(2026, 11, 25)), TWELVE_MONTHS),
    ],
    ids=["Q2 2026", "Q3 2026", "twelve months"],
)
def test_the_figures_of_a_period_are_those_worked_out_by_hand(
    ledger: Ledger, period: Period, table: dict[str, Row]
) -> None:
    found = {name: told(metrics.figure(ledger, name, period)) for name in table}
    assert found == table


def test_the_one_recurrence_had_a_promise_that_was_still_open(ledger: Ledger) -> None:
    again = [outage for outage in ledger.outages if outage.recurs_from is not None]
    assert [outage.id for outage in again] == ["2026-03-14-orders-mart-stale-prices"]
    assert again[0].prevention_open, "feed-check, promised for December, was done in April"
