"""Which rehearsals are due, which failed, what came back, and what to play next."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from debrief import rehearsals, schema
from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Catalog, Owner, Policy, RehearsalPolicy
from debrief.document import as_catalog_file, as_record
from debrief.record import (
    FAILED,
    HELD,
    PARTLY,
    Action,
    AffectedAsset,
    Cause,
    Import,
    Moment,
    Postmortem,
    Rehearsal,
    Roles,
    TimelineEvent,
    Verification,
)

TODAY = date(2026, 11, 25)
PATH = "postmortems/2026/2026-02-01-x.md"
ROW = RehearsalPolicy(180)


def held(
    on: str, result: str = HELD, method: str = "tabletop", note: str | None = None
) -> Rehearsal:
    return Rehearsal(method, date.fromisoformat(on), "b-varga", result, note)


def action(*rehearsed: Rehearsal, **given: object) -> Action:
    values: dict[str, object] = {
        "category": "runbook",
        "addresses": ("why",),
        "owner": "m-sato",
        "status": "verified",
        "done_on": date(2026, 3, 1),
        "verification": Verification("review", date(2026, 3, 20), "b-varga"),
        "rehearsals": rehearsed,
        **given,
    }
    kind = str(values.pop("type", "preventive"))
    return Action("page", "Write the page", kind, **values)  # type: ignore[arg-type] # as the model


def outage(*actions: Action, day: str = "2026-02-01", **given: object) -> Postmortem:
    times = ("01:00", "02:00", "03:00")
    events = tuple(
        TimelineEvent(Moment.parse(f"{day}T{at}Z"), f"What was seen at {at}", kind=kind)
        for at, kind in zip(times, ("alert", "decision", "recovery"), strict=True)
    )
    values: dict[str, object] = {
        "status": "published",
        "severity": "sev2",
        "assets": (AffectedAsset("wh.orders"),),
        "causes": (Cause("why", "root", "Because", category="schedule"),),
        "timeline": events,
        "actions": actions,
        **given,
    }
    name = f"{day}-x"
    title = str(values.pop("title", "T"))
    return Postmortem(name, f"postmortems/{day[:4]}/{name}.md", title, **values)  # type: ignore[arg-type]


def archive(*records: Postmortem, rows: tuple[RehearsalPolicy, ...] = (ROW,)) -> Archive:
    assets = {
        "wh.orders": Asset("wh.orders", "Orders", "table", tier=2),
        "wh.tills": Asset("wh.tills", "Tills", "table", tier=1),
    }
    owners = {
        "m-sato": Owner("m-sato", "Mei Sato", "person"),
        "v-petrova": Owner("v-petrova", "Vesela Petrova", "person", active=False),
    }
    catalog = Catalog(owners, assets, Policy(validation=rows))
    return Archive(Path(), {}, catalog, tuple(Entry(r.path, record=r) for r in records))


def days(found: tuple[rehearsals.DueRehearsal, ...]) -> list[tuple[str, int, date | None]]:
    return [(one.on.isoformat(), one.overdue, one.last) for one in found]


# --- due -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        pytest.param(action(), ("2026-09-16", 70, None), id="from the verification"),
        pytest.param(
            action(status="done", verification=Verification()),
            ("2026-08-28", 89, None),
            id="from the day it was done, where nobody has verified it",
        ),
        pytest.param(
            action(held("2026-06-10"), held("2026-09-01", PARTLY)),
            ("2027-02-28", 0, date(2026, 9, 1)),
            id="from the last one that was held, as far as it worked",
        ),
        pytest.param(
            action(held("2026-09-01", FAILED)),
            ("2026-09-16", 70, None),
            id="one that failed begins no new time",
        ),
        pytest.param(
            action(held("2026-12-01")),
            ("2026-09-16", 70, None),
            id="nothing is known of what comes after the day",
        ),
    ],
)
def test_the_days_count_from_the_last_time_it_was_shown_to_work(
    kept: Action, expected: tuple[str, int, date | None]
) -> None:
    assert days(rehearsals.due(archive(outage(kept)), TODAY)) == [expected]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(outage(action(type="corrective")), id="corrective"),
        pytest.param(outage(action(status="open", done_on=None)), id="not done"),
        pytest.param(outage(action(done_on=date(2026, 12, 1))), id="done after the day"),
        pytest.param(outage(action(), status="withdrawn"), id="withdrawn"),
        pytest.param(outage(action(), imported=Import("elsewhere")), id="imported"),
        pytest.param(outage(action(), visibility="restricted"), id="restricted"),
    ],
)
def test_nothing_is_due_of(record: Postmortem) -> None:
    assert rehearsals.due(archive(record), TODAY) == ()


def test_a_restricted_record_is_told_where_that_is_asked_for() -> None:
    found = archive(outage(action(), visibility="restricted"))
    assert len(rehearsals.due(found, TODAY, with_restricted=True)) == 1


def test_without_a_policy_nothing_is_due() -> None:
    assert rehearsals.due(archive(outage(action()), rows=()), TODAY) == ()


def test_the_first_row_that_suits_counts_by_category_severity_and_the_highest_tier() -> None:
    rows = (
        RehearsalPolicy(0, categories=("training",)),
        RehearsalPolicy(30, method="restore-test", severities=("sev1",), tiers=(1,)),
        RehearsalPolicy(90),
    )
    both = (AffectedAsset("wh.orders"), AffectedAsset("wh.tills"))
    found = archive(
        outage(action(category="training"), day="2026-01-01"),
        outage(action(), day="2026-01-02", severity="sev1", assets=both),
        outage(action(), day="2026-01-03", severity="sev1"),
        rows=rows,
    )
    told = [(one.record.day.day, one.method, one.on) for one in rehearsals.due(found, TODAY)]
    assert told == [(2, "restore-test", date(2026, 4, 19)), (3, None, date(2026, 6, 18))]


def test_a_rehearsal_by_another_method_does_not_count_for_the_one_that_is_asked_for() -> None:
    kept = action(held("2026-09-01", method="review"), held("2026-05-01"))
    found = archive(outage(kept), rows=(RehearsalPolicy(100, method="tabletop"),))
    assert days(rehearsals.due(found, TODAY)) == [("2026-08-09", 108, date(2026, 5, 1))]


def test_the_policy_says_from_which_day_the_days_count_at_the_earliest() -> None:
    rows = (RehearsalPolicy(180, begins_on=date(2026, 10, 1)),)
    assert days(rehearsals.due(archive(outage(action()), rows=rows), TODAY)) == [
        ("2027-03-30", 0, None)
    ]


def test_a_past_day_is_told_as_it_was() -> None:
    found = archive(outage(action(held("2026-09-01"))))
    assert days(rehearsals.due(found, date(2026, 8, 1))) == [("2026-09-16", 0, None)]


# --- what failed ---------------------------------------------------------------------------------

FELL = held("2026-06-01", FAILED, note="The page is gone")


def test_a_promise_that_failed_its_rehearsal_is_told() -> None:
    (one,) = rehearsals.failures(archive(outage(action(FELL))), TODAY)
    assert one.told == (
        "`page` is verified, and its tabletop of 2026-06-01 failed: The page is gone"
    )


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(action(FELL, status="open"), id="it is open again"),
        pytest.param(action(FELL, done_on=date(2026, 6, 30)), id="it was done anew"),
        pytest.param(action(replace(FELL, follow_up="other")), id="something follows"),
        pytest.param(action(FELL, held("2026-06-02")), id="it worked later"),
        pytest.param(action(held("2026-12-01", FAILED)), id="it failed after the day"),
    ],
)
def test_a_failure_is_over_when(kept: Action) -> None:
    assert rehearsals.failures(archive(outage(kept)), TODAY) == ()


def test_that_another_method_works_is_no_answer() -> None:
    kept = action(FELL, held("2026-06-02", method="review"))
    assert len(rehearsals.failures(archive(outage(kept)), TODAY)) == 1


# --- what came back ------------------------------------------------------------------------------


def recurred(*records: Postmortem) -> list[tuple[str, str, bool]]:
    found = rehearsals.recurred(archive(*records), TODAY)
    return [(one.record.id, one.later.id, one.declared) for one in found]


def test_a_done_action_whose_outage_came_back_is_asked_about() -> None:
    first = outage(action())
    again = outage(day="2026-05-01")
    named = outage(day="2026-06-01", recurrence_of=first.id, causes=())
    assert recurred(first, again, named) == [
        (first.id, named.id, True),
        (first.id, again.id, False),
    ]


def test_what_was_done_later_or_against_something_else_is_not() -> None:
    first = outage(action(done_on=date(2026, 6, 1)), action(addresses=()))
    assert recurred(first, outage(day="2026-05-01")) == []
    assert recurred(outage(action()), outage(day="2026-05-01", status="withdrawn")) == []
    assert recurred(outage(action()), outage(day="2026-05-01", visibility="restricted")) == []


# --- what to play next ---------------------------------------------------------------------------


def test_the_worst_and_longest_forgotten_outage_is_proposed_first_with_the_reasons() -> None:
    roles = Roles(incident_commander="v-petrova", engineers=("m-sato",))
    bad = outage(action(status="done"), day="2026-02-01", severity="sev1", roles=roles)
    mild = outage(action(held("2026-05-01")), day="2026-02-02", severity="sev4")
    first, second = rehearsals.proposals(archive(bad, mild), TODAY)
    assert (first.record, second.record) == (bad, mild)
    assert first.reasons == (
        "SEV 1",
        "never rehearsed",
        "1 other outage of the last year had its kind of root cause (schedule)",
        "1 of the 2 who answered it has left",
        "1 preventive action done and not verified",
    )
    assert "last rehearsed on 1 May 2026" in second.reasons


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(outage(action(held("2026-09-01"))), id="played lately"),
        pytest.param(outage(timeline=()), id="without a timeline"),
        pytest.param(outage(status="in-review"), id="not published"),
        pytest.param(outage(visibility="restricted"), id="restricted"),
        pytest.param(outage(day="2026-12-24"), id="later than the day"),
    ],
)
def test_none_is_proposed_that_is(record: Postmortem) -> None:
    assert rehearsals.proposals(archive(record), TODAY) == ()


def test_a_watched_monitor_is_no_exercise() -> None:
    watched = outage(action(held("2026-11-01", method="monitoring-period")))
    (one,) = rehearsals.proposals(archive(watched), TODAY)
    assert one.last is None


def test_the_order_of_the_records_changes_nothing() -> None:
    records = [outage(action(), day=f"2026-02-{day:02}") for day in range(1, 9)]
    asks: tuple[Callable[[Archive, date], object], ...] = (
        rehearsals.due,
        rehearsals.recurred,
        rehearsals.proposals,
    )
    for ask in asks:
        assert ask(archive(*records), TODAY) == ask(archive(*records[::-1]), TODAY)


# --- the vocabulary ------------------------------------------------------------------------------


def test_the_words_are_those_of_the_schemas() -> None:
    loaded = schema.load_all(schema.OWN_FOLDER)
    record, policy = loaded["postmortem"], loaded["policy"]
    assert record.words("actions", "rehearsals", "result") == (HELD, PARTLY, FAILED)
    methods = record.words("actions", "verification", "method")
    assert record.words("actions", "rehearsals", "method") == methods
    assert policy.words("validation", "method") == methods
    assert set(rehearsals.EXERCISES) <= set(methods)
    categories = policy.words("validation", "categories")
    assert categories == record.words("actions", "category")


def test_the_examples_of_the_handbook_are_right(root: Path) -> None:
    page = (root / "docs/handbook/rehearsals.md").read_text(encoding="utf-8")
    policy, record = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    schemas = schema.load_all(schema.OWN_FOLDER)
    base = (root / "tests/cases/_base/catalog/policy.yml").read_text(encoding="utf-8")
    read = schemas["policy"].read(as_catalog_file(f"{base}{policy}", "catalog/policy.yml"))
    assert (read.problems, len((read.values or {})["validation"])) == ((), 3)
    inside = textwrap.indent(record, "    ")
    head = "---\ntitle: T\nstatus: draft\nactions:\n"
    action = f"{head}  - id: a\n    title: A\n    type: preventive\n{inside}---\n\nB.\n"
    told = schemas["postmortem"].read(as_record(action, PATH))
    assert [p.message for p in told.problems if "rehearsals" in p.message] == []
    assert len((told.values or {})["actions"][0]["rehearsals"]) == 1
