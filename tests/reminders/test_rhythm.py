"""On which days something is said; that nothing is said twice, and nothing is left out."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.catalog import Calendar, Policy, ReminderPolicy
from debrief.reminders import memory
from debrief.reminders.due import ACTION, Matter, said_on
from debrief.reminders.memory import ForgottenError, Memory
from debrief.reminders.recipients import Recipient
from debrief.reminders.rhythm import Rhythm, is_quiet, next_spoken, window_without_memory

START = date(2026, 3, 2)
"""A Monday."""


def day(number: int) -> date:
    return START + timedelta(days=number)


# --- quiet days ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "quiet"),
    [
        (Policy(), [5, 6]),
        (Policy(reminders=ReminderPolicy(quiet_weekdays=())), []),
        (Policy(reminders=ReminderPolicy(quiet_weekdays=("friday",), quiet_on=(START,))), [0, 4]),
        (Policy(calendar=Calendar(business_days=True)), [5, 6]),
        (Policy(calendar=Calendar(business_days=True, weekend=("friday", "saturday"))), [4, 5]),
        (
            Policy(
                calendar=Calendar(business_days=True, closed_on=(day(2),)),
                reminders=ReminderPolicy(quiet_weekdays=("monday",)),
            ),
            [0, 2, 5, 6],
        ),
    ],
)
def test_quiet_are_the_free_days_of_the_calendar_and_those_of_the_policy(
    policy: Policy, quiet: list[int]
) -> None:
    assert [number for number in range(7) if is_quiet(policy, day(number))] == quiet


def test_what_waits_on_a_quiet_day_is_said_on_the_next_that_is_not() -> None:
    policy = Policy(reminders=ReminderPolicy(quiet_on=(day(7),)))
    assert next_spoken(policy, day(4)) == day(8)


def test_without_memory_a_monday_speaks_of_the_weekend_too() -> None:
    window = window_without_memory(Policy(), day(7))
    assert (window.after, window.until, window.assumed) == (day(4), day(7), True)


def test_where_every_day_is_quiet_none_is_promised() -> None:
    calendar = Calendar(business_days=True)
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    policy = Policy(calendar=calendar, reminders=ReminderPolicy(quiet_weekdays=weekdays))
    assert next_spoken(policy, START) is None


# --- rhythms -------------------------------------------------------------------------------------


@given(st.integers(-30, 400), st.integers(0, 200), st.integers(1, 40), st.integers(1, 60))
def test_a_rhythm_has_the_days_that_counting_on_gives(
    low: int, length: int, every: int, start: int
) -> None:
    rhythm = Rhythm((START.toordinal() + 3,), START.toordinal() + start, every)
    counted = {3, *range(start + every, 1_000, every)}
    expected = [day(n) for n in sorted(counted) if low < n <= low + length]
    assert list(rhythm.between(day(low), day(low + length))) == expected


def test_the_last_day_that_a_record_may_hold_has_days_after_it() -> None:
    rhythm = Rhythm.around(date(9999, 12, 31), ReminderPolicy())
    assert rhythm.between(START, day(9)) == ()


# --- each day of a rhythm is said exactly once ---------------------------------------------------

_DAYS = st.lists(st.integers(0, 120), min_size=1, max_size=25, unique=True).map(sorted)
_POLICIES = st.builds(
    ReminderPolicy,
    before=st.lists(st.integers(0, 20), max_size=3, unique=True).map(tuple),
    after=st.lists(st.integers(1, 20), max_size=3, unique=True).map(tuple),
    every=st.integers(1, 30),
    quiet_weekdays=st.sampled_from([(), None, ("monday", "sunday")]),
    quiet_on=st.lists(st.integers(0, 120).map(day), max_size=5, unique=True).map(tuple),
)


@given(_DAYS, _POLICIES, st.lists(st.integers(-20, 60), min_size=1, max_size=4), st.data())
def test_whenever_it_runs_and_whatever_fails_each_day_is_said_exactly_once(
    runs: list[int], reminders: ReminderPolicy, dues: list[int], data: st.DataObject
) -> None:
    policy = Policy(reminders=reminders)
    found = [
        Matter(
            f"{ACTION}/r/{number}",
            ACTION,
            (Recipient("m-sato", "owns the action"),),
            Rhythm.around(day(due), reminders),
            day(due),
        )
        for number, due in enumerate(dues)
    ]
    remembered, spoken, begun = Memory(), Counter[str](), None
    loud = [number for number in runs if not is_quiet(policy, day(number))]
    for index, number in enumerate(loud):
        today = day(number)
        window = remembered.window("slack HOOK", policy, today)
        begun = begun or window.after
        left = remembered.unsaid("slack HOOK", said_on(today, found, window.after))
        # The last run delivers all of it; any other breaks off somewhere.
        most = len(left) if index == len(loud) - 1 else data.draw(st.integers(0, len(left)))
        names = memory.names(left[:most])
        spoken.update(names)
        remembered = remembered.after("slack HOOK", window, names, complete=most == len(left))
        remembered = memory.read(remembered.on(today).text())  # as the next run finds it
    if begun is None:
        return
    days = [
        f"{each.key}@{each_day}"
        for each in found
        for each_day in each.rhythm.between(begun, day(loud[-1]))
    ]
    assert spoken == Counter(days)


# --- the memory ----------------------------------------------------------------------------------


def test_a_second_run_on_one_day_has_nothing_to_say() -> None:
    known = Memory().after("smtp", window_without_memory(Policy(), START), (), complete=True)
    window = known.window("smtp", Policy(), START)
    assert (window.after, window.until) == (START, START)


def test_a_run_for_a_day_that_is_past_takes_nothing_back() -> None:
    known = Memory().after("smtp", window_without_memory(Policy(), day(9)), (), complete=True)
    again = known.after("smtp", window_without_memory(Policy(), day(3)), (), complete=True)
    assert again == known
    assert again.on(day(9)).on(day(3)).ran_on == day(9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "so it is something else"),
        ('{"debrief": "reminders", "version": 2}', "`version` is not 1"),
        ('{"debrief": "reminders", "version": 1}', "`channels` is no object"),
        (
            '{"debrief": "reminders", "version": 1, "channels": {"smtp": {"said_until": "soon"}}}',
            "`channels.smtp.said_until` is no date",
        ),
        (
            '{"debrief": "reminders", "version": 1, "ran_on": 3, "channels": {}}',
            "`ran_on` is no date",
        ),
        (
            (
                '{"debrief": "reminders", "version": 1, "channels": {"smtp": {"said_until": '
                '"2026-03-02", "besides": "x"}}}'
            ),
            "`channels.smtp.besides` is no list of texts",
        ),
    ],
)
def test_what_is_no_memory_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ForgottenError, match=words):
        memory.read(text)
