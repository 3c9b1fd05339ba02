"""Figures as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from debrief import metrics
from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Catalog, Maintained, Owner, Policy, SeverityPolicy
from debrief.metrics import ActionFacts, Figure, Ledger, OutageFacts, Period
from debrief.metrics.facts import WrongData
from debrief.record import (
    Action,
    AffectedAsset,
    Cause,
    Change,
    Import,
    Incident,
    Moment,
    Postmortem,
    Review,
    SignOff,
    Verification,
)
from debrief.synthetic import write_archive
from debrief.trail import ACTION, DUE, GIT, Arrival, Person, Stay, Step, Trail

OWNERS = {
    "ana": Owner("ana", "Ana", "person"),
    "bo": Owner("bo", "Bo", "person"),
    "alone": Owner("alone", "Alone", "person"),
    "red": Owner("red", "Red", "team", members=("ana", "bo")),
    "blue": Owner("blue", "Blue", "team", members=("ana",)),
    "rota": Owner("rota", "Rota", "role", members=("ana",)),
}
ASSETS = {
    "wh.raw": Asset("wh.raw", "Raw", "table", domain="sales"),
    "wh.orders": Asset(
        "wh.orders",
        "Orders",
        "table",
        domain="sales",
        owner="red",
        upstream=("wh.raw",),
        contract=Maintained("https://contracts.example.com/orders"),
    ),
    "wh.bills": Asset("wh.bills", "Bills", "table", domain="finance", owner="ana"),
    "wh.gone": Asset("wh.gone", "Gone", "table", gone_on=date(2026, 1, 1)),
}
POLICY = Policy(severities={"sev3": SeverityPolicy("Small", 5, 10, 30, ("facilitator", "steward"))})
Q1 = Period(date(2026, 1, 1), date(2026, 3, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str | None) -> Moment | None:
    return Moment.parse(text) if text else None


def action(**given: Any) -> Action:
    """An action with what is given; days may be texts."""
    for key in ("due", "done_on"):
        if isinstance(given.get(key), str):
            given[key] = day(given[key])
    name = given.pop("id", "fix")
    return Action(name, "Mend it", given.pop("type", "preventive"), owner="ana", **given)


def outage(on: str = "2026-01-10", name: str = "x", **given: Any) -> Postmortem:
    """A published outage that began and was detected at eight, with what is given."""
    record_id = f"{on}-{name}"
    values: dict[str, Any] = {
        "status": "published",
        "owner": "red",
        "severity": "sev3",
        "incident": Incident(started_at=at(f"{on}T08:00Z"), detected_at=at(f"{on}T08:00Z")),
        **given,
    }
    return Postmortem(record_id, f"postmortems/{on[:4]}/{record_id}.md", "T", **values)


def lasting(hours: int, on: str, name: str = "x", **given: Any) -> Postmortem:
    """An outage that was detected after so many hours."""
    start = at(f"{on}T00:00Z")
    clock = Incident(started_at=start, detected_at=at(f"{on}T{hours:02}:00Z"))
    return outage(on, name, incident=clock, **given)


def ledger(*records: Postmortem, trails: dict[str, Trail] | None = None) -> Ledger:
    entries = tuple(Entry(record.path, record=record) for record in records)
    catalog = Catalog(owners=OWNERS, assets=ASSETS, policy=POLICY)
    return Ledger.of(Archive(Path(), {}, catalog, entries), trails)


def figure(metric: str, *records: Postmortem, period: Period = Q1, **given: Any) -> Figure:
    return metrics.figure(
        ledger(*records, trails=given.pop("trails", None)), metric, period, **given
    )


def moved(on: str, old: str | None, new: str, field: str = "due") -> Change:
    return Change(day(on), field, "because", old, new)


# --- the definitions -----------------------------------------------------------------------------


def test_every_figure_is_defined_once_and_can_be_counted() -> None:
    found = metrics.figures(ledger(), Q1)
    assert list(found) == [one.id for one in metrics.DEFINITIONS]
    assert len(found) == len(metrics.METRICS)
    for one in metrics.DEFINITIONS:
        assert one.name[0].isupper()
        assert one.says.startswith(("the ", "how ")), "it completes a sentence"
        assert all(source.url.startswith("https://") for source in one.sources)


def test_of_nothing_every_figure_is_nothing() -> None:
    for found in metrics.figures(Ledger((), ()), Q1).values():
        assert not found.value
        assert (found.n, found.missing) == (0, 0)


# --- times ---------------------------------------------------------------------------------------


def test_a_median_has_its_quartiles_only_when_enough_values_stand_behind_it() -> None:
    records = [lasting(hours, f"2026-01-{hours + 1:02}") for hours in range(1, 9)]
    few, some, many = records[:2], records[:3], records
    assert figure("time_to_detect", *few).value is None
    assert figure("time_to_detect", *few).n == 2
    assert figure("time_to_detect", *some).value == 2 * 3600
    assert figure("time_to_detect", *some).lower is None
    found = figure("time_to_detect", *many)
    assert (found.lower, found.value, found.upper) == (2.75 * 3600, 4.5 * 3600, 6.25 * 3600)


def test_a_time_belongs_to_the_period_in_which_it_ended_and_is_missing_from_where_it_began() -> (
    None
):
    slow = outage(
        "2026-03-30",
        incident=Incident(started_at=at("2026-03-30T00:00Z"), detected_at=at("2026-04-02T00:00Z")),
    )
    others = [lasting(1, f"2026-04-{number}") for number in (10, 11)]
    second = Period(day("2026-04-01"), day("2026-06-30"))
    assert figure("time_to_detect", slow, *others, period=second).value == 3600
    assert figure("time_to_detect", slow, *others, period=second).n == 3
    assert figure("time_to_detect", slow).n == 0
    assert figure("outages", slow).value == 0, "nobody knew of it by the end of the quarter"
    assert figure("outages", slow, as_of=day("2026-04-02")).value == 1
    late = replace(slow, incident=replace(slow.incident, resolved_at=at("2026-04-03T00:00Z")))
    assert figure("time_to_resolve", late, as_of=day("2026-04-02")).missing == 1
    assert figure("time_to_resolve", late, as_of=day("2026-04-03")).missing == 0


@pytest.mark.parametrize(
    ("metric", "key", "hours"),
    [
        ("time_to_detect", "detected_at", 2),
        ("time_to_acknowledge", "acknowledged_at", 1),
        ("time_to_mitigate", "mitigated_at", 4),
        ("time_to_resolve", "resolved_at", 5),
    ],
)
def test_each_time_lies_between_its_two_clock_points(metric: str, key: str, hours: int) -> None:
    clock: dict[str, Any] = {
        "started_at": at("2026-01-10T00:00Z"),
        "detected_at": at("2026-01-10T02:00Z"),
        "acknowledged_at": at("2026-01-10T03:00Z"),
        "mitigated_at": at("2026-01-10T04:00Z"),
        "resolved_at": at("2026-01-10T05:00Z"),
    }
    records = [outage(name=name, incident=Incident(**clock)) for name in "abc"]
    assert figure(metric, *records).value == hours * 3600
    without = outage(name="d", incident=Incident(**{**clock, key: None}))
    found = figure(metric, *records, without)
    assert (found.n, found.missing) == (3, 1)


def test_a_time_known_to_the_day_is_missing_and_an_approximate_one_is_told() -> None:
    vague = outage(
        incident=Incident(started_at=at("2026-01-10"), detected_at=at("2026-01-10T08:00Z"))
    )
    about = replace(lasting(2, "2026-01-11"))
    about = replace(about, incident=replace(about.incident, approximate=True))
    found = figure("time_to_detect", vague, about)
    assert (found.n, found.missing, found.approximate) == (1, 1, 1)


def test_data_is_restored_when_the_last_asset_is_and_what_needs_no_repair_lacks_nothing() -> None:
    first = AffectedAsset("wh.raw", repair="backfilled", restored_at=at("2026-01-10T10:00Z"))
    last = AffectedAsset("wh.orders", repair="replayed", restored_at=at("2026-01-11T08:00Z"))
    whole = [outage(name=name, assets=(first, last)) for name in "abc"]
    pending = outage(name="d", assets=(first, AffectedAsset("wh.orders", repair="pending")))
    lost = outage(name="e", assets=(AffectedAsset("wh.orders", repair="lost"),))
    found = figure("time_to_restore_data", *whole, pending, lost)
    assert (found.value, found.n, found.missing) == (24 * 3600, 3, 1)


def test_time_to_publish_counts_the_first_publication() -> None:
    record = outage(published_on=day("2026-03-20"))
    others = [outage(name=name, published_on=day("2026-01-20")) for name in "ab"]
    stays = (
        Stay("published", day("2026-01-14"), day("2026-02-01"), stated_on=day("2026-01-14")),
        Stay("in-review", day("2026-02-01"), day("2026-03-20")),
        Stay("published", day("2026-03-20")),
    )
    known = {record.id: Trail(GIT, stays=stays)}
    assert figure("time_to_publish", record, *others).value == 10
    late = figure("time_to_publish", record, *others, trails=known, as_of=day("2026-01-31"))
    assert (late.n, late.missing) == (3, 0)
    assert ledger(record, trails=known).outages[0].measured["time_to_publish"].value == 4


def test_sign_off_latency_runs_from_the_review_to_the_last_sign_off_that_is_asked_for() -> None:
    review = Review(day("2026-01-15"))
    signed = (
        SignOff("facilitator", "ana", day("2026-01-16")),
        SignOff("steward", "bo", day("2026-01-20")),
        SignOff("closing", "ana", day("2026-03-01")),
    )
    whole = [outage(name=name, review=review, sign_offs=signed) for name in "abc"]
    half = outage(name="d", review=review, sign_offs=signed[:1])
    found = figure("sign_off_latency", *whole, half)
    assert (found.value, found.n, found.missing) == (5, 3, 1)


def test_a_signature_that_nobody_asked_for_and_one_that_was_given_anew_delay_nothing() -> None:
    review = Review(day("2026-01-15"))
    asked = (
        SignOff("facilitator", "ana", day("2026-01-16")),
        SignOff("steward", "bo", day("2026-01-20")),
    )
    more = (
        SignOff("executive", "bo", day("2026-02-20")),
        SignOff("facilitator", "ana", day("2026-02-27")),
    )
    fell_back = (moved("2026-02-25", "published", "in-review", "status"),)
    record = outage(review=review, sign_offs=(*asked, *more), changes=fell_back)
    assert ledger(record).outages[0].measured["sign_off_latency"].value == 5
    held_anew = replace(record, review=Review(day("2026-02-26")))
    assert figure("sign_off_latency", held_anew).missing == 1, "no steward has signed since"


def test_where_the_policy_asks_nobody_to_sign_no_signature_is_missing() -> None:
    record = outage(severity="sev4", review=Review(day("2026-01-15")))
    assert (figure("sign_off_latency", record).n, figure("sign_off_latency", record).missing) == (
        0,
        0,
    )


def test_what_ended_before_anybody_knew_counts_from_the_day_on_which_it_was_known() -> None:
    clock: dict[str, Any] = {
        "started_at": at("2026-03-30T00:00Z"),
        "mitigated_at": at("2026-03-30T06:00Z"),
        "resolved_at": at("2026-03-31T00:00Z"),
        "detected_at": at("2026-04-02T00:00Z"),
    }
    repaired = AffectedAsset("wh.raw", repair="replayed", restored_at=at("2026-03-31T10:00Z"))
    record = outage("2026-03-30", incident=Incident(**clock), assets=(repaired,))
    second = Period(day("2026-04-01"), day("2026-06-30"))
    for metric in ("time_to_mitigate", "time_to_resolve", "time_to_restore_data"):
        assert figure(metric, record).n == 0, "on the last day of the quarter nobody knew of it"
        assert figure(metric, record, period=second).n == 1


# --- shares --------------------------------------------------------------------------------------


def found_by(who: str | None, name: str) -> Postmortem:
    record = outage(name=name)
    return replace(record, incident=replace(record.incident, detected_by=who))


def test_a_share_of_fewer_than_five_is_not_shown() -> None:
    records = [
        found_by(who, name)
        for name, who in zip("abcde", ["consumer", *["monitor"] * 4], strict=True)
    ]
    assert figure("consumer_found", *records[:4]).value is None
    assert figure("consumer_found", *records[:4]).n == 4
    found = figure("consumer_found", *records, found_by(None, "f"))
    assert (found.value, found.n, found.missing) == (20, 5, 1)


def caused(on: str, name: str, published: str | None, **given: Any) -> Postmortem:
    status = "published" if published else "in-review"
    return outage(
        on,
        name,
        assets=(AffectedAsset(given.pop("asset", "wh.orders")),),
        causes=(Cause("why", "root", "Because", category=given.pop("category", "schedule")),),
        published_on=day(published) if published else None,
        status=status,
        **given,
    )


def test_an_outage_recurs_when_its_causes_are_agreed_and_so_are_those_of_the_earlier_one() -> None:
    earlier = caused("2026-01-02", "earlier", "2026-02-10")
    again = caused("2026-01-20", "again", "2026-02-01")
    others = [caused(f"2026-01-0{n}", "o", "2026-02-02", category=f"c{n}") for n in (3, 4, 5)]
    found = figure("recurrence", earlier, again, *others)
    assert (found.value, found.n) == (20, 5)
    before = figure("recurrence", earlier, again, *others, as_of=day("2026-02-09"))
    assert (before.n, before.missing) == (4, 1)
    facts = ledger(earlier, again).by_record[again.id]
    assert facts.recurs_from == day("2026-02-10")
    draft = caused("2026-01-25", "draft", None)
    assert figure("recurrence", earlier, again, *others, draft).missing == 1


def test_a_declared_recurrence_needs_no_likeness_and_upstream_counts_as_the_same_data() -> None:
    earlier = caused("2026-01-02", "earlier", "2026-01-10", asset="wh.raw")
    made_from = caused("2026-01-20", "again", "2026-02-01", asset="wh.orders")
    declared = caused(
        "2026-01-21", "said", "2026-02-02", category="vendor", recurrence_of=earlier.id
    )
    other = caused("2026-01-22", "else", "2026-02-03", category="capacity")
    facts = ledger(earlier, made_from, declared, other).by_record
    assert facts[made_from.id].recurs_from == day("2026-02-01")
    assert facts[declared.id].recurs_from == day("2026-02-02")
    assert facts[other.id].recurs_from is None


DROPPED = moved("2026-01-25", "open", "not-doing", "status")


@pytest.mark.parametrize(
    ("promise", "was_open"),
    [
        (action(due="2026-02-01"), True),
        (action(due="2026-01-15", status="done", done_on="2026-01-19"), False),
        (action(due="2026-01-15", status="done", done_on="2026-01-21"), True),
        (action(due="2026-02-01", type="corrective"), False),
        (action(due="2026-02-01", status="not-doing", changes=(DROPPED,)), True),
        (action(due="2026-02-01", status="not-doing"), False),
    ],
)  # fmt: skip
def test_a_recurrence_says_whether_the_promise_was_still_open(
    promise: Action, was_open: bool
) -> None:
    earlier = caused("2026-01-02", "earlier", "2026-01-10", actions=(promise,))
    again = caused("2026-01-20", "again", "2026-02-01")
    assert ledger(earlier, again).by_record[again.id].prevention_open is was_open


def test_a_promise_still_open_counts_from_the_day_on_which_the_recurrence_is_known() -> None:
    """Of two outages that it repeats, the one with the open promise was agreed on later."""
    kept = caused("2026-01-02", "kept", "2026-01-05", actions=())
    broken = caused("2026-01-03", "broken", "2026-04-10", actions=(action(due="2026-03-01"),))
    again = [caused(f"2026-02-0{n}", "again", "2026-03-01") for n in range(1, 6)]
    records = (kept, broken, *again)
    assert figure("recurred_despite_promise", *records).value == 0
    assert figure("recurred_despite_promise", *records, as_of=day("2026-04-10")).value == 100


# --- what counts ---------------------------------------------------------------------------------


def test_withdrawn_and_imported_outages_stand_in_no_figure() -> None:
    records = [
        lasting(1, "2026-01-10", "own"),
        lasting(9, "2026-01-11", "gone", status="withdrawn", actions=(action(),)),
        lasting(9, "2026-01-12", "old", imported=Import("elsewhere"), actions=(action(),)),
    ]
    book = ledger(*records)
    assert metrics.figure(book, "outages", Q1).value == 1
    assert metrics.figure(book, "time_to_detect", Q1).n == 1
    assert [record.id for record in book.imported] == ["2026-01-12-old"]
    assert [one.record.id for one in book.actions] == ["2026-01-12-old"], "somebody here owns it"


def test_data_days_are_pairs_of_asset_and_date_in_the_period_up_to_the_day() -> None:
    first = AffectedAsset("wh.orders", data_from=day("2025-12-30"), data_to=day("2026-01-02"))
    again = AffectedAsset("wh.orders", data_from=day("2026-01-02"), data_to=day("2026-01-03"))
    endless = AffectedAsset("wh.bills", data_from=day("2026-03-30"))
    unknown = AffectedAsset("wh.raw")
    records = [
        outage("2026-01-02", "a", assets=(first,)),
        outage("2026-01-03", "b", assets=(again, unknown)),
        outage("2026-03-30", "c", assets=(endless,)),
    ]
    found = figure("data_days_wrong", *records)
    assert (found.value, found.missing) == (3 + 2, 1)
    assert figure("data_days_wrong", *records, as_of=day("2026-03-30")).value == 3 + 1


# --- actions -------------------------------------------------------------------------------------


def test_a_promise_for_the_last_day_of_a_quarter_is_judged_in_that_quarter_and_no_other() -> None:
    promises = (
        action(id="kept", due="2026-03-31", status="done", done_on="2026-03-31"),
        action(id="late", due="2026-03-31", status="done", done_on="2026-04-01"),
        action(id="open", due="2026-03-31"),
    )
    record = outage(actions=promises)
    second = Period(day("2026-04-01"), day("2026-06-30"))
    for metric in ("actions_completed", "actions_on_time"):
        assert figure(metric, record).n == 3
        assert figure(metric, record, period=second).n == 0
    assert figure("overdue_actions", record).value == 0, "it is overdue from the next day on"


POSTPONED = action(
    due="2026-03-20",
    changes=(
        moved("2026-01-20", "2026-02-01", "2026-02-20"),
        moved("2026-02-18", "2026-02-20", "2026-03-20"),
    ),
)


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2026-01-19", "2026-02-01"),
        ("2026-01-20", "2026-02-20"),
        ("2026-02-17", "2026-02-20"),
        ("2026-02-18", "2026-03-20"),
        ("2026-12-31", "2026-03-20"),
    ],
)
def test_a_past_day_has_the_due_date_of_that_day(on: str, due: str) -> None:
    (facts,) = ledger(outage(actions=(POSTPONED,))).actions
    assert facts.due_on(day(on)) == day(due)
    assert facts.first_due == day("2026-02-01")


def test_a_postponement_does_not_make_a_late_past_vanish() -> None:
    late = action(due="2026-03-01", changes=(moved("2026-02-10", "2026-02-01", "2026-03-01"),))
    record = outage(actions=(late,))

    def overdue(on: str) -> float | None:
        return figure("overdue_actions", record, as_of=day(on)).value

    assert [overdue(on) for on in ("2026-02-01", "2026-02-05", "2026-02-20")] == [0, 1, 0]
    assert [overdue(on) for on in ("2026-03-01", "2026-03-02")] == [0, 1]
    assert figure("postponements", record).value == 1


def test_an_action_is_open_from_its_outage_until_it_is_done() -> None:
    done = action(due="2026-02-01", status="verified", done_on="2026-02-10")
    record = outage(actions=(done,))
    days = ("2026-01-09", "2026-01-10", "2026-02-09", "2026-02-10")
    found = [figure("open_actions", record, as_of=day(on)).value for on in days]
    assert found == [0, 1, 1, 0]


def test_what_was_decided_against_is_open_until_its_entry_and_without_one_on_no_day() -> None:
    entry = moved("2026-02-01", "open", "not-doing", "status")
    told = outage(actions=(action(status="not-doing", due="2026-03-01", changes=(entry,)),))
    untold = outage(actions=(action(status="not-doing", due="2026-03-01"),))
    days = ("2026-01-31", "2026-02-01")
    assert [figure("open_actions", told, as_of=day(on)).value for on in days] == [1, 0]
    assert [figure("open_actions", untold, as_of=day(on)).value for on in days] == [0, 0]


def test_an_action_was_promised_when_its_commit_came_if_that_can_be() -> None:
    record = outage(actions=(action(due="2026-03-01"),))
    by = Person("ana")

    def promised(trail: Trail) -> date:
        return ledger(record, trails={record.id: trail}).actions[0].promised_on

    came = Trail(GIT, Arrival(day("2026-01-12"), "draft", by))
    added = replace(came, steps=(Step(ACTION, None, "fix", committed_on=day("2026-01-15")),))
    after_it_was_due = Trail(GIT, Arrival(day("2026-11-22"), "closed", by))
    before_it_moved = replace(
        added, actions={"fix": (Step(DUE, "2026-02-01", "2026-03-01", day("2026-01-13")),)}
    )
    assert promised(came) == day("2026-01-12")
    assert promised(added) == day("2026-01-15")
    assert promised(after_it_was_due) == day("2026-01-10")
    assert promised(before_it_moved) == day("2026-01-10")


def test_completed_looks_at_the_date_that_stands_and_on_time_at_the_one_first_promised() -> None:
    entry = moved("2026-01-20", "2026-02-01", "2026-03-01")
    promises = (
        action(id="kept", due="2026-02-01", status="done", done_on="2026-02-01"),
        action(id="late", due="2026-02-01", status="done", done_on="2026-02-02"),
        action(id="moved", due="2026-03-01", status="done", done_on="2026-02-20", changes=(entry,)),
        action(id="open", due="2026-02-01"),
        action(id="verified", due="2026-02-01", status="verified", done_on="2026-01-30",
               verification=Verification("review", day("2026-03-01"), "bo")),
        action(id="dropped", due="2026-02-01", status="not-doing"),
        action(id="later", due="2026-04-01"),
    )  # fmt: skip
    record = outage(actions=promises)
    completed, on_time = (figure(f"actions_{name}", record) for name in ("completed", "on_time"))
    assert (completed.value, completed.n) == (80, 5), "four of five are done"
    assert (on_time.value, on_time.n) == (40, 5), "two of five came when they were first promised"
    numbers = [
        figure("actions_completed", record, as_of=day(on)).n for on in ("2026-01-31", "2026-02-01")
    ]
    assert numbers == [0, 4], "a day is told as it ended: what was due on it has been done or not"
    verified = figure("actions_verified", record)
    assert (verified.value, verified.n) == (None, 4)
    assert figure("age_of_open_actions", record).n == 2


# --- the catalog, and parts ----------------------------------------------------------------------


def test_coverage_counts_assets_that_are_not_gone() -> None:
    found = {name: figure(f"assets_with_{name}") for name in ("owner", "contract", "lineage")}
    assert {name: one.n for name, one in found.items()} == dict.fromkeys(found, 3)
    shares = {name: round(one.value or 0) for name, one in found.items()}
    assert shares == {"owner": 67, "contract": 33, "lineage": 67}


def test_an_outage_counts_once_in_each_domain_with_the_data_of_that_domain_alone() -> None:
    wrong: dict[str, Any] = {"data_from": day("2026-01-10"), "data_to": day("2026-01-11")}
    record = outage(
        assets=(AffectedAsset("wh.orders", **wrong), AffectedAsset("wh.bills", **wrong))
    )
    book = ledger(record)
    catalog = Catalog(owners=OWNERS, assets=ASSETS)
    found = metrics.parts(book, catalog, metrics.DOMAIN)
    assert list(found) == ["finance", "sales"]
    for part in found.values():
        assert metrics.figure(part, "outages", Q1).value == 1
        assert metrics.figure(part, "data_days_wrong", Q1).value == 2
    assert metrics.figure(book, "data_days_wrong", Q1).value == 4
    assert metrics.figure(found["sales"], "assets_with_owner", Q1).n == 2


def test_what_belongs_to_a_person_counts_for_each_of_their_teams() -> None:
    records = [
        outage(name="a", owner="ana"),
        outage(name="b", owner="blue"),
        outage(name="c", owner="alone"),
    ]
    found = metrics.parts(ledger(*records), Catalog(owners=OWNERS), metrics.TEAM)
    counts = {name: metrics.figure(part, "outages", Q1).value for name, part in found.items()}
    assert counts == {"blue": 2, "red": 1, metrics.NONE: 1}


def test_parts_by_severity_end_with_what_has_none() -> None:
    records = [outage(name="a"), outage(name="b", severity=None)]
    found = metrics.parts(ledger(*records), Catalog(), metrics.SEVERITY)
    assert list(found) == ["sev3", metrics.NONE]


def test_checkpoints_are_ends_of_quarters_and_today() -> None:
    assert metrics.checkpoints(date(2026, 2, 3), 3) == (
        date(2025, 9, 30),
        date(2025, 12, 31),
        date(2026, 2, 3),
    )


# --- what is recent ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The ledger of a made-up archive."""
    folder = tmp_path_factory.mktemp("made-up")
    write_archive(folder, 80)
    return Ledger.of(Archive.load(folder))


@pytest.mark.parametrize("first", ["2025-03-01", "2025-10-01", "2026-07-01"])
def test_what_is_recent_gives_every_later_figure_as_the_whole_does(
    made_up: Ledger, first: str
) -> None:
    recent = metrics.since(made_up, day(first))
    assert len(recent.outages) < len(made_up.outages)
    assert len(recent.actions) < len(made_up.actions)
    for start in (day(first), day(first) + timedelta(days=40)):
        for length in (1, 90, 364):
            period = Period(start, start + timedelta(days=length))
            assert metrics.figures(recent, period) == metrics.figures(made_up, period)


def test_data_without_an_end_and_a_promise_that_is_open_are_always_recent() -> None:
    wrong = WrongData("wh.orders", day("2020-01-01"), None)
    old = Postmortem("2020-01-01-old", "x.md", "Old", "closed")
    outage = OutageFacts(old, day("2020-01-01"), wrong=(wrong,))
    late = Action("a", "Mend it", "preventive", owner="ana", due=day("2020-02-01"), status="open")
    kept = metrics.since(
        Ledger((outage,), (ActionFacts(old, late, day("2020-01-01")),)), day("2026-01-01")
    )
    assert (len(kept.outages), len(kept.actions)) == (1, 1)
    done = replace(late, status="done", done_on=day("2020-01-20"))
    gone = metrics.since(
        Ledger((replace(outage, wrong=()),), (ActionFacts(old, done, day("2020-01-01")),)),
        day("2026-01-01"),
    )
    assert (gone.outages, gone.actions) == ((), ())
