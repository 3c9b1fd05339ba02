"""Figures as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from debrief import metrics
from debrief.record import Action, Change, Import, Incident, Moment, Postmortem


def action(**given: Any) -> Action:
    return Action("fix", "Mend it", "preventive", owner="a", **given)


def outage(day: str = "2026-03-14", **given: Any) -> Postmortem:
    record_id = f"{day}-x{given.pop('more', '')}"
    return Postmortem(record_id, f"postmortems/{record_id}.md", "T", "published", **given)


def published(on: str, detected: str, **given: Any) -> Postmortem:
    incident = Incident(detected_at=Moment.parse(f"{detected}T08:00Z"))
    return outage(detected, published_on=date.fromisoformat(on), incident=incident, **given)


def moved(on: str, old: str, new: str) -> Change:
    return Change(date.fromisoformat(on), "due", "because", old, new)


POSTPONED = action(
    due=date(2026, 6, 1),
    changes=(
        moved("2026-03-30", "2026-04-01", "2026-05-01"),
        moved("2026-04-28", "2026-05-01", "2026-06-01"),
    ),
)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-03-29", "2026-04-01"),
        ("2026-03-30", "2026-05-01"),
        ("2026-04-27", "2026-05-01"),
        ("2026-04-28", "2026-06-01"),
        ("2026-12-31", "2026-06-01"),
    ],
)
def test_a_past_day_has_the_due_date_of_that_day(day: str, due: str) -> None:
    assert metrics.due_on(POSTPONED, date.fromisoformat(day)) == date.fromisoformat(due)


def test_a_postponement_does_not_make_a_late_past_vanish() -> None:
    late = action(due=date(2026, 9, 1), changes=(moved("2026-05-10", "2026-05-01", "2026-09-01"),))
    pairs = [(outage(), late)]
    assert metrics.overdue_actions(pairs, date(2026, 5, 5)).value == 1
    assert metrics.overdue_actions(pairs, date(2026, 5, 20)).value == 0
    assert metrics.overdue_actions(pairs, date(2026, 9, 1)).value == 0
    assert metrics.overdue_actions(pairs, date(2026, 9, 2)).value == 1


def test_an_action_is_open_from_its_outage_until_it_is_done() -> None:
    done = action(due=date(2026, 4, 1), status="verified", done_on=date(2026, 4, 10))
    opened = [metrics.was_open(outage(), done, date(2026, *day)) for day in
              ((3, 13), (3, 14), (4, 9), (4, 10))]  # fmt: skip
    assert opened == [False, True, True, False]


def test_what_was_decided_against_or_ended_on_an_unknown_day_counts_on_no_day() -> None:
    for ended in (action(status="not-doing"), action(status="done")):
        assert not metrics.was_open(outage(), ended, date(2026, 3, 20))


def test_days_to_publish_look_back_a_year_and_leave_imports_out() -> None:
    found = [
        published("2026-01-20", "2026-01-10"),
        published("2026-02-01", "2026-01-12"),
        published("2026-03-01", "2026-02-01"),
        published("2024-03-01", "2024-02-28"),
        published("2026-03-02", "2026-03-01", imported=Import("elsewhere")),
        outage("2026-03-05"),
    ]
    reading = metrics.days_to_publish(found, date(2026, 4, 1))
    assert (reading.value, reading.n) == (20, 3)
    assert metrics.days_to_publish(found, date(2026, 2, 15)).value is None, "two are too few"
    assert metrics.days_to_publish([], date(2026, 4, 1)).n == 0


def test_recurrence_is_a_share_of_the_years_outages() -> None:
    records = [outage(f"2026-0{month}-01") for month in (1, 2, 3, 4)]
    again = {records[1].id, records[3].id}
    assert metrics.recurrence(records, again, date(2026, 4, 30)).value == 50
    early = metrics.recurrence(records, again, date(2026, 3, 1))
    assert (round(early.value or 0, 1), early.n) == (33.3, 3)
    withdrawn = [*records, replace(outage("2026-04-02"), status="withdrawn")]
    assert metrics.recurrence(withdrawn, again, date(2026, 4, 30)).n == 4


def test_checkpoints_are_ends_of_quarters_and_today() -> None:
    assert metrics.checkpoints(date(2026, 2, 3), 3) == (
        date(2025, 9, 30),
        date(2025, 12, 31),
        date(2026, 2, 3),
    )
