"""The life of a record: its moves, its deadlines in days that count, who signs, whose turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

import pytest

from debrief import lifecycle, record, workdays
from debrief.catalog import (
    WEEKDAYS,
    Calendar,
    Catalog,
    Holidays,
    Owner,
    Policy,
    ReviewPolicy,
    SeverityPolicy,
    build_policy,
)
from debrief.document import as_catalog_file
from debrief.record import CLOSED, DRAFT, IN_REVIEW, LIFE, PUBLISHED, WITHDRAWN, Postmortem
from debrief.schema import OWN_FOLDER, Schema

SCHEMA = Schema.load(OWN_FOLDER / "policy.schema.json")
STATUSES = (*LIFE, WITHDRAWN)


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_record(**values: Any) -> Postmortem:
    given = {
        "title": "Orders came late",
        "status": "draft",
        "severity": "sev2",
        "incident": {"detected_at": "2026-03-31T07:42Z"},
        **values,
    }
    return record.build("2026-03-14-case", "postmortems/2026/2026-03-14-case.md", given)


def a_policy(calendar: Calendar | None = None, **values: Any) -> Policy:
    sev2 = SeverityPolicy("Bad", 2, 4, 10, ("facilitator", "steward"))
    return Policy("Us", severities={"sev2": sev2}, calendar=calendar or Calendar(), **values)


LISBON = Calendar(True, Holidays("PT", "Lisboa"))


# --- moves ---------------------------------------------------------------------------------------

LEGAL = {
    (None, DRAFT), (None, IN_REVIEW), (None, WITHDRAWN),
    (DRAFT, IN_REVIEW), (DRAFT, WITHDRAWN),
    (IN_REVIEW, PUBLISHED), (IN_REVIEW, DRAFT), (IN_REVIEW, WITHDRAWN),
    (PUBLISHED, CLOSED), (PUBLISHED, IN_REVIEW), (PUBLISHED, WITHDRAWN),
    (CLOSED, PUBLISHED), (WITHDRAWN, DRAFT),
}  # fmt: skip
BACK = {(IN_REVIEW, DRAFT), (PUBLISHED, IN_REVIEW), (CLOSED, PUBLISHED), (WITHDRAWN, DRAFT)}


@pytest.mark.parametrize(("old", "new"), list(product((None, *STATUSES), STATUSES)))
def test_a_record_makes_these_moves_and_no_other(old: str | None, new: str) -> None:
    assert lifecycle.legal_move(old, new) == ((old, new) in LEGAL)
    if (old, new) in LEGAL:
        assert lifecycle.is_back(old, new) == ((old, new) in BACK)


def test_each_status_of_the_schema_has_its_moves(root: Any) -> None:
    words = Schema.load(root / "schema/postmortem.schema.json").words("status")
    assert {status for status in words if lifecycle.legal_moves(status)} == set(words)


def test_nothing_is_known_of_a_status_that_is_none() -> None:
    assert lifecycle.legal_moves("done") == ()
    assert not lifecycle.legal_move("done", "closed")
    assert not lifecycle.is_back("done", "draft")
    assert lifecycle.next_step("done") is None


def test_the_steps_lead_from_draft_to_closed() -> None:
    assert [lifecycle.next_step(status) for status in STATUSES] == [
        IN_REVIEW, PUBLISHED, CLOSED, None, None
    ]  # fmt: skip


# --- days that count -----------------------------------------------------------------------------

# 3 April 2026 is Good Friday, the 4th a Saturday, the 5th Easter Sunday; 13 June is a holiday of
# Lisbon alone, and a Saturday in 2026; in 2025 it was a Friday.
COUNTED: tuple[tuple[str, Calendar, str, int, str], ...] = (
    ("every day without business days", Calendar(), "2026-04-02", 3, "2026-04-05"),
    ("none of them is one", Calendar(), "2026-04-05", 0, "2026-04-05"),
    ("a weekend without a country", Calendar(True), "2026-04-02", 2, "2026-04-06"),
    ("a holiday", LISBON, "2026-04-02", 1, "2026-04-06"),
    ("a working day stays, with 0", LISBON, "2026-04-02", 0, "2026-04-02"),
    ("a free day gives the next, with 0", LISBON, "2026-04-03", 0, "2026-04-06"),
    ("a free day is not counted", LISBON, "2026-04-04", 1, "2026-04-06"),
    ("a part's own holiday", LISBON, "2025-06-12", 1, "2025-06-16"),
    ("not that of another part", Calendar(True, Holidays("PT", "13")), "2025-06-12", 1,
     "2025-06-13"),
    ("a part by its code", Calendar(True, Holidays("PT", "11")), "2025-06-12", 1, "2025-06-16"),
    ("the country's own weekend", Calendar(True, Holidays("AE")), "2021-07-14", 2, "2021-07-18"),
    ("a weekend of our own", Calendar(True, None, ("friday",)), "2026-04-02", 1, "2026-04-04"),
    ("no weekend at all", Calendar(True, None, ()), "2026-04-03", 1, "2026-04-04"),
    ("a weekend beside the country's holidays",
     Calendar(True, Holidays("PT"), ("monday",)), "2026-04-02", 1, "2026-04-04"),
    ("a day of the company's own",
     Calendar(True, closed_on=(date(2026, 12, 24),)), "2026-12-23", 1, "2026-12-25"),
    ("the end of a year", LISBON, "2026-12-31", 1, "2027-01-04"),
    ("a working Saturday, made up for", Calendar(True, Holidays("CN")), "2026-02-13", 1,
     "2026-02-14"),
    ("a country that nobody knows", Calendar(True, Holidays("XX")), "2026-04-02", 2, "2026-04-06"),
    ("a part that nobody knows", Calendar(True, Holidays("PT", "99")), "2026-04-02", 2,
     "2026-04-06"),
    ("a name of the package that is no country", Calendar(True, Holidays("registry")),
     "2026-04-02", 2, "2026-04-06"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("calendar", "start", "number", "end"),
    [row[1:] for row in COUNTED],
    ids=[r[0] for r in COUNTED],
)
def test_days_are_counted_as_the_calendar_says(
    calendar: Calendar, start: str, number: int, end: str
) -> None:
    assert workdays.add_days(calendar, day(start), number) == day(end)


@pytest.mark.parametrize("number", range(1, 60))
def test_so_many_working_days_lie_between(number: int) -> None:
    start = day("2025-11-20")
    end = workdays.add_days(LISBON, start, number)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(workdays.is_worked(LISBON, one) for one in between) == number
    assert workdays.is_worked(LISBON, end)


def test_the_days_of_the_week_are_those_of_the_schema_in_the_order_of_python() -> None:
    assert set(SCHEMA.words("calendar", "weekend")) == set(WEEKDAYS)
    assert WEEKDAYS[day("2026-04-03").weekday()] == "friday"


def test_the_calendar_is_read_from_the_policy() -> None:
    policy = (OWN_FOLDER.parent / "src/debrief/starter/policy.yml").read_text(encoding="utf-8")
    text = policy + (
        "calendar:\n  business_days: true\n  holidays: {country: NO, subdivision: '03'}\n"
        "  weekend: [sunday]\n  closed_on: [2026-12-24]\n"
    )
    reading = SCHEMA.read(as_catalog_file(text, "catalog/policy.yml"))
    assert reading.problems == ()
    assert reading.values is not None
    assert build_policy(reading.values).calendar == Calendar(
        True, Holidays("NO", "03"), ("sunday",), (date(2026, 12, 24),)
    )


def test_without_a_country_the_package_of_holidays_is_not_even_imported() -> None:
    code = (
        "import sys; from datetime import date; from debrief import checks, workdays;"
        "from debrief.catalog import Calendar;"
        "workdays.add_days(Calendar(True), date(2026, 4, 2), 5);"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("country", "hint"),
    [
        ("PT", None),
        ("PRT", None),
        ("pt", "write `PT`"),
        ("Portugal", "did you mean `PT`?"),
        ("United Kingdom", "did you mean `GB`?"),
        ("XX", "write the country's code of two letters, such as `PT`"),
        ("country_holidays", "write the country's code of two letters, such as `PT`"),
    ],
)
def test_what_to_write_for_a_country(country: str, hint: str | None) -> None:
    assert workdays.unknown_country(Holidays(country)) == hint


@pytest.mark.parametrize(
    ("country", "part", "hint"),
    [
        ("PT", None, None),
        ("PT", "11", None),
        ("PT", "Lisboa", None),
        ("PT", "Lisbon", "did you mean `Lisboa`?"),
        ("GB", "XYZ", "write one of: ENG, NIR, SCT, WLS"),
        ("MC", "1", "delete `subdivision`: no parts of this country are told apart"),
    ],
)
def test_what_to_write_for_a_part_of_a_country(
    country: str, part: str | None, hint: str | None
) -> None:
    assert workdays.unknown_subdivision(Holidays(country, part)) == hint


# --- deadlines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "status", "expected"),
    [
        (Calendar(), IN_REVIEW, "2026-04-02"),
        (Calendar(), PUBLISHED, "2026-04-04"),
        (LISBON, IN_REVIEW, "2026-04-02"),
        (LISBON, PUBLISHED, "2026-04-07"),
    ],
)
def test_a_deadline_counts_from_detection(calendar: Calendar, status: str, expected: str) -> None:
    assert lifecycle.deadline(a_record(), a_policy(calendar), status) == day(expected)


def test_without_detection_it_counts_from_the_day_of_the_incident() -> None:
    found = lifecycle.deadline(a_record(incident={}), a_policy(), IN_REVIEW)
    assert found == day("2026-03-16")


@pytest.mark.parametrize("status", [DRAFT, CLOSED, WITHDRAWN])
def test_other_statuses_have_no_deadline(status: str) -> None:
    assert lifecycle.deadline(a_record(), a_policy(), status) is None


@pytest.mark.parametrize("severity", [None, "sev1"])
def test_a_severity_that_the_policy_does_not_have_gives_nothing(severity: str | None) -> None:
    record = a_record(severity=severity)
    assert lifecycle.deadline(record, a_policy(), IN_REVIEW) is None
    assert lifecycle.default_due(record, a_policy(), day("2026-04-01")) is None
    assert lifecycle.required_sign_offs(record, a_policy()) == ()


@pytest.mark.parametrize(
    ("calendar", "today", "expected"),
    [
        (Calendar(), "2026-04-01", "2026-04-10"),
        (Calendar(), "2026-04-10", "2026-04-10"),
        (Calendar(), "2026-04-11", "2026-04-21"),
        (LISBON, "2026-04-01", "2026-04-15"),
    ],
)
def test_an_action_is_due_by_default_so_long_after_detection_and_never_in_the_past(
    calendar: Calendar, today: str, expected: str
) -> None:
    assert lifecycle.default_due(a_record(), a_policy(calendar), day(today)) == day(expected)


# --- sign-offs -----------------------------------------------------------------------------------

SIGNED = [{"role": "steward", "signed_by": "s", "signed_on": "2026-04-01"}]


def test_the_policy_names_who_signs_and_the_closing_comes_last() -> None:
    asked = [lifecycle.required_sign_offs(a_record(), a_policy(), s) for s in STATUSES]
    both = ("facilitator", "steward")
    assert asked == [(), (), both, (*both, "closing"), ()]


def test_who_has_signed_is_no_longer_missing() -> None:
    record = a_record(sign_offs=SIGNED)
    assert lifecycle.missing_sign_offs(record, a_policy()) == ("facilitator",)
    assert lifecycle.missing_sign_offs(record, a_policy(), CLOSED) == ("facilitator", "closing")


def test_who_is_to_sign_stands_in_the_record() -> None:
    record = a_record(roles={"facilitator": "f", "stewards": ["s", "t"]}, owner="o")
    roles = ("facilitator", "steward", "owner", "executive", "closing")
    found = [lifecycle.signers(record, role) for role in roles]
    assert found == [("f",), ("s", "t"), ("o",), (), ()]


@pytest.mark.parametrize(
    ("signer", "holder", "may"),
    [
        ("ann", "ann", True), ("ann", "team", True), ("team", "ann", True),
        ("bob", "team", False), ("bob", "ann", False), ("gone", "team", False),
    ],
)  # fmt: skip
def test_a_member_signs_for_a_team_and_a_team_for_its_member(
    signer: str, holder: str, may: bool
) -> None:
    owners = {
        "ann": Owner("ann", "Ann", "person"),
        "bob": Owner("bob", "Bob", "person"),
        "team": Owner("team", "Team", "team", members=("ann",)),
    }
    assert lifecycle.may_sign_for(Catalog(owners), signer, [holder]) is may


# --- the rotation --------------------------------------------------------------------------------

ROTATION = ("a", "b", "c", "d", "e")
STARTS: dict[str, Callable[[date], bool]] = {
    "weekly": lambda one: one.weekday() == 0,
    "monthly": lambda one: one.day == 1,
    "quarterly": lambda one: one.day == 1 and one.month in (1, 4, 7, 10),
}


@pytest.mark.parametrize("cadence", STARTS)
def test_the_turn_goes_round_and_skips_nobody_over_the_ends_of_years(cadence: str) -> None:
    policy = a_policy(review=ReviewPolicy(cadence, ROTATION))
    days = [day("2024-01-01") + timedelta(days=n) for n in range(365 * 6)]
    turns = [(one, lifecycle.reviewer_on(policy, one)) for one in days]
    for (_, before), (one, now) in pairwise(turns):
        after = ROTATION[(ROTATION.index(str(before)) + 1) % len(ROTATION)]
        assert now == (after if STARTS[cadence](one) else before), one


def test_a_week_is_that_of_iso() -> None:
    policy = a_policy(review=ReviewPolicy("weekly", ROTATION))
    days = [day("2026-12-21") + timedelta(days=n) for n in range(28)]
    weeks = {one.isocalendar()[:2]: lifecycle.reviewer_on(policy, one) for one in days}
    assert len(weeks) == 4
    assert all(lifecycle.reviewer_on(policy, one) == weeks[one.isocalendar()[:2]] for one in days)


@pytest.mark.parametrize(
    "review", [ReviewPolicy(), ReviewPolicy("weekly"), ReviewPolicy(None, ROTATION)]
)
def test_without_a_cadence_or_names_it_is_nobodys_turn(review: ReviewPolicy) -> None:
    assert lifecycle.reviewer_on(a_policy(review=review), day("2026-04-01")) is None
