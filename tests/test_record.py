"""The model: what is derived from a record, against tables worked out by hand."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from debrief import record as records
from debrief.record import (
    LIFE,
    Action,
    AffectedAsset,
    Cause,
    Change,
    Incident,
    Moment,
    Postmortem,
    SignOff,
    build,
)

TODAY = date(2026, 4, 10)
ID = "2026-03-14-orders-late"


def postmortem(**values: Any) -> Postmortem:
    given = {"title": "Orders came late", "status": "draft", **values}
    return build(ID, f"postmortems/2026/{ID}.md", given)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


# --- moments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2026-03-14T07:42Z", datetime(2026, 3, 14, 7, 42, tzinfo=UTC)),
        ("2026-03-14T08:42+01:00", datetime(2026, 3, 14, 7, 42, tzinfo=UTC)),
        ("2026-03-14T00:12-07:30", datetime(2026, 3, 14, 7, 42, tzinfo=UTC)),
        ("2026-03-14T07:42:10.5Z", datetime(2026, 3, 14, 7, 42, 10, 500_000, tzinfo=UTC)),
        ("2026-03-14", datetime(2026, 3, 14, tzinfo=UTC)),
    ],
)
def test_a_moment_is_an_instant_in_utc_and_keeps_what_was_written(
    text: str, start: datetime
) -> None:
    moment = Moment.parse(text)
    assert (moment.start, moment.text) == (start, text)
    assert moment.whole_day is ("T" not in text)


def test_a_day_lasts_until_its_last_microsecond() -> None:
    day = Moment.parse("2026-03-14")
    assert day.end == datetime(2026, 3, 14, 23, 59, 59, 999_999, tzinfo=UTC)
    assert Moment.parse("2026-03-14T07:42Z").end == Moment.parse("2026-03-14T07:42Z").start


@pytest.mark.parametrize(
    ("text", "in_utc", "where_it_was_written"),
    [
        ("2026-03-14T00:30+02:00", date(2026, 3, 13), date(2026, 3, 14)),
        ("2026-03-14T23:30-02:00", date(2026, 3, 15), date(2026, 3, 14)),
        ("2026-03-14", date(2026, 3, 14), date(2026, 3, 14)),
    ],
)
def test_a_moment_has_a_day_in_utc_and_one_where_it_was_written(
    text: str, in_utc: date, where_it_was_written: date
) -> None:
    moment = Moment.parse(text)
    assert (moment.day, moment.local_day) == (in_utc, where_it_was_written)


@pytest.mark.parametrize(
    ("first", "second", "surely"),
    [
        ("2026-03-14T07:42Z", "2026-03-14T07:43Z", True),
        ("2026-03-14T07:42Z", "2026-03-14T07:42Z", False),
        ("2026-03-14T07:43Z", "2026-03-14T07:42Z", False),
        ("2026-03-14", "2026-03-14T23:00Z", False),  # nobody knows
        ("2026-03-14T01:00Z", "2026-03-14", False),
        ("2026-03-14", "2026-03-15T00:00Z", True),
        ("2026-03-13T23:59Z", "2026-03-14", True),
        ("2026-03-14", "2026-03-14", False),
        ("2026-03-14T08:00+01:00", "2026-03-14T07:30Z", True),
    ],
)
def test_what_surely_came_before(first: str, second: str, surely: bool) -> None:
    assert Moment.parse(first).surely_before(Moment.parse(second)) is surely


@pytest.mark.parametrize(
    ("first", "second", "between"),
    [
        ("2026-03-14T01:10Z", "2026-03-14T07:42Z", minutes(392)),
        ("2026-03-14T23:50+01:00", "2026-03-14T23:10Z", minutes(20)),
        ("2026-03-29T00:30+01:00", "2026-03-29T03:30+02:00", minutes(120)),  # clocks went forward
        ("2026-10-25T01:30+02:00", "2026-10-25T02:30+01:00", minutes(120)),  # and back
        ("2026-03-14", "2026-03-14T07:42Z", timedelta(0)),
        ("2026-03-14T23:59Z", "2026-03-16", timedelta(days=2)),
        ("2026-03-14", "2026-03-14", timedelta(0)),
        ("2024-02-28", "2024-03-01", timedelta(days=2)),
    ],
)
def test_the_time_between_two_moments(first: str, second: str, between: timedelta) -> None:
    assert Moment.parse(first).until(Moment.parse(second)) == between


def test_moments_are_sorted_and_equal_ones_are_neither_before_nor_after() -> None:
    texts = ["2026-03-15", "2026-03-14T09:00Z", "2026-03-14", "2026-03-14T08:30+01:00"]
    moments = sorted(map(Moment.parse, texts))
    assert [moment.text for moment in moments] == [
        "2026-03-14", "2026-03-14T08:30+01:00", "2026-03-14T09:00Z", "2026-03-15"
    ]  # fmt: skip
    assert not Moment.parse("2026-03-14") < Moment.parse("2026-03-14")
    assert Moment.parse("2026-03-14") <= Moment.parse("2026-03-14")


# --- durations and phases ------------------------------------------------------------------------

CLOCK = {
    "started_at": "2026-03-14T01:10Z",
    "detected_at": "2026-03-14T07:42Z",
    "acknowledged_at": "2026-03-14T08:50+01:00",
    "mitigated_at": "2026-03-14T08:30Z",
    "resolved_at": "2026-03-14T10:05Z",
}


def repaired(**values: str) -> dict[str, str]:
    return {"asset": "wh.orders", "repair": "backfilled", **values}


def test_durations_of_a_full_clock() -> None:
    record = postmortem(incident=CLOCK, assets=[repaired(restored_at="2026-03-14T15:00Z")])
    assert record.time_to_detect == minutes(6 * 60 + 32)
    assert record.time_to_acknowledge == minutes(8)
    assert record.time_to_mitigate == minutes(7 * 60 + 20)
    assert record.duration == minutes(8 * 60 + 55)
    assert record.time_to_restore_data == minutes(13 * 60 + 50)


@pytest.mark.parametrize("missing", CLOCK)
def test_a_duration_without_one_of_its_ends_is_not_known(missing: str) -> None:
    record = postmortem(incident={key: CLOCK[key] for key in CLOCK if key != missing})
    ends = {
        "time_to_detect": ("started_at", "detected_at"),
        "time_to_acknowledge": ("detected_at", "acknowledged_at"),
        "time_to_mitigate": ("started_at", "mitigated_at"),
        "duration": ("started_at", "resolved_at"),
    }
    for name, pair in ends.items():
        assert (getattr(record, name) is None) is (missing in pair)


def test_durations_of_days_are_whole_days() -> None:
    record = postmortem(
        incident={"precision": "day", "started_at": "2026-03-14", "resolved_at": "2026-03-16"}
    )
    assert record.duration == timedelta(days=2)


def phases(record: Postmortem) -> list[tuple[str, timedelta]]:
    return [(phase.name, phase.duration) for phase in record.phases]


def test_phases_follow_each_other_from_the_start_to_the_restored_data() -> None:
    record = postmortem(incident=CLOCK, assets=[repaired(restored_at="2026-03-14T15:00Z")])
    assert phases(record) == [
        ("until detected", minutes(392)),
        ("until mitigated", minutes(48)),
        ("until resolved", minutes(95)),
        ("until data restored", minutes(295)),
    ]
    for phase, following in zip(record.phases, record.phases[1:], strict=False):
        assert phase.end == following.start


def test_phases_span_what_is_not_known() -> None:
    record = postmortem(incident={key: CLOCK[key] for key in ("started_at", "resolved_at")})
    assert phases(record) == [("until resolved", minutes(535))]
    assert postmortem(incident={"started_at": CLOCK["started_at"]}).phases == ()
    assert postmortem().phases == ()


def test_no_phase_runs_backwards() -> None:
    swapped = {**CLOCK, "detected_at": "2026-03-13T00:00Z"}
    record = postmortem(incident=swapped)
    assert all(phase.duration >= timedelta(0) for phase in record.phases)
    assert "until detected" not in [name for name, _ in phases(record)]


def test_the_clock_holds_the_known_points_in_order() -> None:
    record = postmortem(incident={"resolved_at": "2026-03-14", "started_at": "2026-03-13"})
    assert list(record.incident.clock) == ["started_at", "resolved_at"]


# --- data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        ("2026-03-13", "2026-03-14", 2),
        ("2026-03-14", "2026-03-14", 1),
        ("2024-02-28", "2024-03-01", 3),
        ("2025-12-31", "2026-01-01", 2),
        (None, "2026-03-14", None),
        ("2026-03-14", None, None),
        (None, None, None),
    ],
)
def test_the_days_of_one_asset(first: str | None, last: str | None, number: int | None) -> None:
    asset = AffectedAsset(
        "a",
        data_from=date.fromisoformat(first) if first else None,
        data_to=date.fromisoformat(last) if last else None,
    )
    assert asset.days_wrong == number


def test_a_range_that_runs_backwards_has_no_days() -> None:
    asset = AffectedAsset("a", data_from=date(2026, 3, 14), data_to=date(2026, 3, 12))
    assert asset.days_wrong == 0


@pytest.mark.parametrize(
    ("repair", "restored", "settled"),
    [
        (None, None, False),
        (None, "2026-03-14", False),
        ("pending", None, False),
        ("pending", "2026-03-14", False),
        ("backfilled", None, False),
        ("backfilled", "2026-03-14", True),
        ("replayed", "2026-03-14", True),
        ("restated", "2026-03-14", True),
        ("none-needed", None, True),
        ("lost", None, True),
    ],
)
def test_what_is_settled(repair: str | None, restored: str | None, settled: bool) -> None:
    values = {"asset": "a", "repair": repair, "restored_at": restored}
    record = postmortem(assets=[{key: value for key, value in values.items() if value}])
    assert record.assets[0].settled is settled
    assert record.unrepaired == (record.assets if repair == "pending" else ())


def test_the_data_is_restored_when_the_last_asset_is() -> None:
    first, last = "2026-03-14T12:00Z", "2026-03-15T12:00Z"
    both = postmortem(
        incident=CLOCK,
        assets=[
            repaired(restored_at=last), repaired(restored_at=first),
            {"asset": "c", "repair": "none-needed"},
        ],
    )  # fmt: skip
    assert both.restored_at == Moment.parse(last)
    half = postmortem(incident=CLOCK, assets=[repaired(restored_at=last), {"asset": "b"}])
    assert half.restored_at is None
    assert half.time_to_restore_data is None
    assert postmortem(assets=[{"asset": "c", "repair": "lost"}]).restored_at is None
    assert postmortem().restored_at is None


# --- actions -------------------------------------------------------------------------------------


def action(**values: Any) -> Action:
    return Action(**{"id": "a", "title": "t", "type": "preventive", **values})


@pytest.mark.parametrize(
    ("due", "status", "days"),
    [
        (date(2026, 4, 9), "open", 1),
        (date(2026, 4, 10), "open", 0),  # until the end of the day
        (date(2026, 4, 11), "open", 0),
        (date(2026, 3, 10), "in-progress", 31),
        (date(2025, 4, 10), "blocked", 365),
        (date(2026, 4, 1), "done", 0),
        (date(2026, 4, 1), "verified", 0),
        (date(2026, 4, 1), "not-doing", 0),
        (None, "open", 0),
    ],
)
def test_days_overdue(due: date | None, status: str, days: int) -> None:
    assert action(due=due, status=status).days_overdue(TODAY) == days


@pytest.mark.parametrize(
    ("due", "done_on", "days"),
    [
        (date(2026, 4, 1), date(2026, 4, 1), 0),
        (date(2026, 4, 1), date(2026, 3, 20), 0),
        (date(2026, 4, 1), date(2026, 4, 15), 14),
        (None, date(2026, 4, 15), 0),
        (date(2026, 4, 1), None, 0),
    ],
)
def test_days_late(due: date | None, done_on: date | None, days: int) -> None:
    assert action(due=due, done_on=done_on).days_late == days


@pytest.mark.parametrize(
    ("impact", "feasibility", "quadrant"),
    [
        ("high", "high", "quick win"),
        ("high", "medium", "larger project"),
        ("high", "low", "larger project"),
        ("medium", "high", "fill-in"),
        ("low", "high", "fill-in"),
        ("medium", "medium", "reconsider"),
        ("low", "low", "reconsider"),
        (None, "high", "not rated"),
        ("high", None, "not rated"),
    ],
)
def test_the_quadrant(impact: str | None, feasibility: str | None, quadrant: str) -> None:
    assert action(impact=impact, feasibility=feasibility).quadrant == quadrant


def test_postponements_are_changes_of_the_due_date() -> None:
    fields = ("due", "owner", "due", "status")
    changes = tuple(Change(date(2026, 3, 1), field, "r") for field in fields)
    assert action(changes=changes).postponements == 2
    assert action().postponements == 0


def test_open_actions_come_by_due_date_and_overdue_ones_are_among_them() -> None:
    def item(name: str, due: str, status: str = "open") -> dict[str, str]:
        given = {"id": name, "title": "t", "type": "corrective", "status": status, "due": due}
        return {key: value for key, value in given.items() if value}

    record = postmortem(
        actions=[
            item("never", ""), item("later", "2026-05-01"), item("b", "2026-04-01"),
            item("a", "2026-04-01"), item("done", "2026-01-01", "done"),
        ]
    )  # fmt: skip
    assert [each.id for each in record.open_actions] == ["a", "b", "later", "never"]
    assert [each.id for each in record.overdue_actions(TODAY)] == ["a", "b"]
    assert record.overdue_actions(date(2026, 4, 1)) == ()


# --- causes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("likelihood", "effect", "risk"),
    [
        ("low", "low", 1), ("low", "medium", 2), ("low", "high", 3), ("medium", "medium", 4),
        ("medium", "high", 6), ("high", "low", 3), ("high", "high", 9), (None, "high", None),
        ("high", None, None), (None, None, None),
    ],
)  # fmt: skip
def test_the_risk(likelihood: str | None, effect: str | None, risk: int | None) -> None:
    assert Cause("c", "root", "s", likelihood=likelihood, effect=effect).risk == risk


def test_causes_are_root_or_contributing_and_have_their_actions() -> None:
    record = postmortem(
        causes=[
            {"id": "r", "role": "root", "statement": "s"},
            {"id": "c", "role": "contributing", "statement": "s"},
        ],
        actions=[
            {"id": "one", "title": "t", "type": "preventive", "addresses": ["r"]},
            {"id": "both", "title": "t", "type": "preventive", "addresses": ["c", "r"]},
            {"id": "none", "title": "t", "type": "preventive"},
        ],
    )
    assert [cause.id for cause in record.root_causes] == ["r"]
    assert [cause.id for cause in record.contributing_factors] == ["c"]
    assert [each.id for each in record.actions_for(record.causes[0])] == ["one", "both"]
    assert [each.id for each in record.actions_for(record.causes[1])] == ["both"]


# --- the record ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("2026-01-01", "2026-Q1"), ("2026-03-31", "2026-Q1"), ("2026-04-01", "2026-Q2"),
        ("2026-06-30", "2026-Q2"), ("2026-07-01", "2026-Q3"), ("2026-10-01", "2026-Q4"),
        ("2026-12-31", "2026-Q4"), ("1999-12-31", "1999-Q4"),
    ],
)  # fmt: skip
def test_day_year_and_quarter_come_from_the_id(day: str, quarter: str) -> None:
    record = build(f"{day}-late", "p", {"title": "t", "status": "draft"})
    assert record.day == date.fromisoformat(day)
    assert record.year == int(day[:4])
    assert record.quarter == quarter


@pytest.mark.parametrize("status", LIFE)
def test_a_record_has_reached_its_status_and_all_before_it(status: str) -> None:
    reached = [each for each in LIFE if postmortem(status=status).reached(each)]
    assert reached == list(LIFE[: LIFE.index(status) + 1])


def test_a_withdrawn_record_has_reached_no_status() -> None:
    assert not any(postmortem(status="withdrawn").reached(status) for status in LIFE)


def test_only_restricted_is_restricted() -> None:
    assert postmortem(visibility="restricted").restricted
    assert not postmortem(visibility="internal").restricted
    assert not postmortem().restricted


def test_people_are_listed_with_their_capacity() -> None:
    record = postmortem(
        owner="a-team",
        roles={
            "facilitator": "f", "scribe": "s", "incident_commander": "i", "communications": "c",
            "sponsor": "p", "engineers": ["e", "g"], "stewards": ["w"],
        },
    )  # fmt: skip
    assert list(record.people) == [
        ("a-team", "owner"), ("f", "facilitator"), ("s", "scribe"), ("i", "incident commander"),
        ("c", "communications"), ("p", "sponsor"), ("e", "engineer"), ("g", "engineer"),
        ("w", "steward"),
    ]  # fmt: skip
    assert list(postmortem().people) == []


def test_the_smallest_record_has_empty_parts_and_no_figures() -> None:
    record = postmortem()
    assert (record.id, record.path) == (ID, f"postmortems/2026/{ID}.md")
    assert record.incident == Incident()
    for part in (record.assets, record.actions, record.causes, record.timeline):
        assert part == ()
    for figure in (record.duration, record.time_to_detect, record.time_to_restore_data):
        assert figure is None
    for derived in (record.open_actions, record.unrepaired, record.phases):
        assert derived == ()


def test_values_become_dates_moments_and_tuples() -> None:
    record = postmortem(
        tags=["late"],
        sign_offs=[{"role": "owner", "signed_by": "a", "signed_on": "2026-03-20"}],
        changes=[
            {"changed_on": "2026-03-21", "field": "owner", "from": "a", "to": "b", "reason": "r"}
        ],
        timeline=[{"at": "2026-03-14", "precision": "day", "event": "e"}],
        impact={"measures": [{"measure": "m", "value": 4, "unit": "h"}]},
    )
    assert record.tags == ("late",)
    assert record.sign_offs == (SignOff("owner", "a", date(2026, 3, 20)),)
    assert record.changes == (Change(date(2026, 3, 21), "owner", "r", "a", "b"),)
    assert record.timeline[0].at.whole_day
    assert record.impact.measures[0].value == 4


MODELS = [
    value
    for value in vars(records).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value)
]


@pytest.mark.parametrize("model", MODELS)
def test_every_part_of_the_model_is_frozen(model: type) -> None:
    assert model.__dataclass_params__.frozen  # type: ignore[attr-defined]
    for each in dataclasses.fields(model):
        assert "list" not in str(each.type), f"{model.__name__}.{each.name} could be changed"
        assert "dict" not in str(each.type), f"{model.__name__}.{each.name} could be changed"


def test_a_record_cannot_be_changed_and_can_be_compared_hashed_and_sent() -> None:
    record = postmortem(incident=CLOCK, tags=["late"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.title = "x"  # type: ignore[misc]
    again = postmortem(incident=CLOCK, tags=["late"])
    assert record == again
    assert hash(record) == hash(again)
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - what we have just written
