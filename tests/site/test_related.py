"""What a postmortem says of other outages: which it repeats, what was promised, what is like it."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from debrief.record import Action, Change, Postmortem, Verification
from debrief.site import address, postmortem
from debrief.site.edition import Edition
from debrief.site.related import Related
from debrief.site.rendering import Links
from debrief.site.standing import (
    DROPPED,
    IN_PLACE,
    LATE,
    OPEN,
    POSTPONED,
    UNKNOWN,
    Standing,
    standing,
    tally,
)
from debrief.trail import Step, alone

SAMPLE = "2026-03-14-orders-mart-stale-prices"
BEGAN = date(2026, 3, 14)


def promise(**fields: Any) -> Action:
    fields = {"owner": "a-team", "due": date(2026, 3, 2), **fields}
    return Action("check", "Check the header", "preventive", **fields)


def moved(*moves: tuple[str, str, str]) -> tuple[Change, ...]:
    """Moves of a due date: the day of each, and the date before and after."""
    return tuple(
        Change(date.fromisoformat(on), "due", "More time", old, new) for on, old, new in moves
    )


def stood(action: Action) -> Standing:
    """How a promise stood on the day, by what its record says of its moves."""
    holder = Postmortem("2025-11-02-a", "a.md", "A", "published", actions=(action,))
    return standing(action, alone(holder).of(action.id), BEGAN)


# --- a promise on the day of a later outage ------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "verdict", "told"),
    [
        (
            {"status": "done", "done_on": date(2026, 4, 3)},
            LATE,
            "due 12 days before this outage, done 20 days after it",
        ),
        ({}, LATE, "due 12 days before this outage, not done yet"),
        (
            {"due": date(2026, 3, 27), "status": "done", "done_on": date(2026, 4, 2)},
            OPEN,
            "due 13 days after this outage, done 19 days after it",
        ),
        (
            {"due": BEGAN, "status": "done", "done_on": BEGAN},
            OPEN,
            "due on the day of this outage, done on that day",
        ),
        ({"due": None}, OPEN, "no due date given then, not done yet"),
        (
            {"status": "done", "done_on": date(2026, 3, 13)},
            IN_PLACE,
            "done 1 day before this outage, not verified",
        ),
        (
            {
                "status": "verified",
                "done_on": date(2026, 3, 1),
                "verification": Verification(verified_on=date(2026, 3, 4)),
            },
            IN_PLACE,
            "done 13 days before this outage, verified 10 days before it",
        ),
        (
            {
                "status": "verified",
                "done_on": date(2026, 3, 1),
                "verification": Verification(verified_on=date(2026, 3, 24)),
            },
            IN_PLACE,
            "done 13 days before this outage, verified only 10 days after it",
        ),
        ({"status": "verified"}, UNKNOWN, "done, on a day that was not recorded"),
        ({"owner": None, "due": None}, UNKNOWN, ""),
        ({"status": "not-doing", "reason": "Too dear"}, DROPPED, "Too dear"),
        ({"status": "not-doing"}, DROPPED, "no reason was recorded"),
    ],
)
def test_it_is_plain_how_a_promise_stood_when_the_outage_began(
    fields: dict[str, Any], verdict: str, told: str
) -> None:
    found = stood(promise(**fields))
    assert (found.verdict, found.told) == (verdict, told)
    assert found.alarming == (verdict in (LATE, POSTPONED))


def test_what_was_postponed_beyond_the_outage_is_not_just_open() -> None:
    moves = moved(
        ("2025-12-10", "2025-12-12", "2026-01-30"), ("2026-01-28", "2026-01-30", "2026-03-27")
    )
    found = stood(
        promise(due=date(2026, 3, 27), done_on=date(2026, 4, 2), status="done", changes=moves)
    )
    assert found.verdict == POSTPONED
    assert found.told == (
        "first due 92 days before this outage, then 13 days after it, done 19 days after it"
    )
    assert found.due == date(2026, 3, 27)
    assert found.moved == "at first 12 Dec 2025; postponed twice, by 105 days in all"


def test_the_due_date_that_counts_is_the_one_that_held_on_that_day() -> None:
    later = moved(("2026-03-20", "2026-03-02", "2026-05-01"))
    found = stood(promise(due=date(2026, 5, 1), changes=later))
    assert found.verdict == LATE
    assert found.told == "due 12 days before this outage, not done yet"
    assert found.due == date(2026, 3, 2)


def test_a_due_date_that_was_given_only_later_was_none_on_that_day() -> None:
    given = Step("due", None, "2026-05-01", committed_on=date(2026, 4, 1))
    assert standing(promise(due=date(2026, 5, 1)), (given,), BEGAN).due is None


@pytest.mark.parametrize(
    ("verdicts", "clause"),
    [
        ([IN_PLACE], "it was in place"),
        ([OPEN, OPEN], "all 2 were still open"),
        ([LATE], "it was still open (past its due date)"),
        ([LATE, LATE, IN_PLACE], "1 was in place and 2 were still open (past their due dates)"),
        (
            [LATE, POSTPONED, OPEN, IN_PLACE],
            "1 was in place and 3 were still open (1 past its due date, 1 postponed)",
        ),
        (
            [DROPPED, UNKNOWN, IN_PLACE],
            "1 was in place, 1 was given up by now and of 1 it is not recorded",
        ),
        ([], ""),
    ],
)
def test_what_was_kept_is_summed_up_in_a_clause(verdicts: list[str], clause: str) -> None:
    assert tally([Standing(promise(), verdict, "") for verdict in verdicts]) == clause


# --- the samples ---------------------------------------------------------------------------------


def part(edition: Edition, record_id: str, read: Any) -> str:
    """The text of the part about other outages."""
    html = postmortem.postmortem_page(edition, edition.archive.by_id[record_id]).html
    return " ".join(read(html.split('<h2 id="related">')[1].split("<h2 ")[0]).text.split())


@pytest.mark.samples
def test_a_recurrence_says_what_had_been_promised_and_how_it_stood(
    samples: Edition, read: Any
) -> None:
    text = part(samples, SAMPLE, read)
    assert "It repeats Orders mart was five hours late on a Sunday of 2 Nov 2025." in text
    assert "4 preventive actions were promised then." in text
    assert "When this outage began, 3 were in place and 1 was still open (postponed)." in text
    first = text.index("Check types and header of each feed before the load begins")
    assert first < text.index("Keep one page with each supplier's format")
    assert "Still open, postponed first due 92 days before this outage" in text


@pytest.mark.samples
def test_the_earlier_one_says_that_it_happened_again(samples: Edition, read: Any) -> None:
    text = part(samples, "2025-11-02-orders-mart-late", read)
    assert "It happened again Orders mart served stale prices for nine hours 14 Mar 2026" in text
    assert "of 4 preventive actions promised here, 3 were in place and 1 was still open" in text


@pytest.mark.samples
def test_a_similar_outage_comes_with_reasons_cause_and_what_was_kept(
    samples: Edition, read: Any
) -> None:
    text = part(samples, SAMPLE, read)
    similar = text[text.index("Similar outages") :]
    assert "Orders mart was five hours late" not in similar, "it is told of above"
    assert "Named as related; same asset: Orders mart" in similar
    assert "Named as related; Supplier rebates is downstream of Supplier prices" in similar
    assert "The report closes a quarter at half past midnight" in similar
    assert "1 of 3 verified, 1 overdue by 9 days, 1 open" in similar
    assert similar.index("39 days later") < similar.index("9 months earlier")


@pytest.mark.samples
def test_the_promises_lead_to_their_place_in_the_earlier_record(samples: Edition) -> None:
    html = postmortem.postmortem_page(samples, samples.archive.by_id[SAMPLE]).html
    assert 'href="../../2025/2025-11-02-orders-mart-late/#action-feed-check"' in html


# --- made-up records -----------------------------------------------------------------------------

DRAFT: dict[str, Any] = {
    "title": "Orders came late",
    "status": "draft",
    "severity": "sev3",
    "owner": "a-team",
    "incident": {"started_at": "2026-03-14T01:10Z", "type": "freshness"},
    "assets": [{"asset": "orders"}],
}
CAUSE = {"id": "why", "role": "root", "category": "vendor", "statement": "Feeds are not `checked`"}


@pytest.fixture
def put(repository: Any) -> Any:
    """Write a draft with some other fields; the catalog has a feed that orders are made from."""
    feed = {"name": "Feed", "kind": "table", "owner": "a-team"}
    orders = {**feed, "name": "Orders mart", "upstream": ["feed"]}
    repository.catalog("assets", {"assets": {"feed": feed, "orders": orders}})

    def write(record_id: str, **fields: Any) -> None:
        start = {"incident": {**DRAFT["incident"], "started_at": f"{record_id[:10]}T01:10Z"}}
        repository.record(record_id, {**copy.deepcopy(DRAFT), **start, **fields})

    return write


def test_an_outage_that_resembles_nothing_says_so_in_a_line(
    put: Any, repository: Any, read: Any
) -> None:
    put("2026-03-14-alone")
    text = part(repository.edition(), "2026-03-14-alone", read)
    assert text == "Related outages Similar outages No other outage in this archive resembles it."


def test_at_most_five_are_shown_and_who_was_named_is_never_lost(
    put: Any, repository: Any, read: Any
) -> None:
    for day in range(1, 8):
        put(f"2025-01-0{day}-b", title=f"Outage {day}", assets=[{"asset": "feed"}])
    put("2026-03-14-a", related=[f"2025-01-0{day}-b" for day in range(1, 8)])
    text = part(repository.edition(), "2026-03-14-a", read)
    similar, _, reading = text.partition("Worth reading with this one")
    assert [similar.count(f"Outage {day}") for day in range(1, 8)] == [0, 0, 1, 1, 1, 1, 1]
    assert "Outage 1" in reading
    assert "Outage 2" in reading


def test_a_withdrawn_record_is_compared_with_nothing_and_still_named(
    put: Any, repository: Any, read: Any
) -> None:
    gone: dict[str, Any] = {"status": "withdrawn"}
    gone["withdrawn"] = {"reason": "Twice", "duplicate_of": "2026-03-14-a"}
    put("2026-03-14-a", title="The one that counts")
    put("2026-03-15-b", title="The duplicate", **gone)
    gone["withdrawn"] = {"reason": "Nothing was wrong"}
    put("2026-03-16-c", title="No outage", recurrence_of="2026-03-14-a", **gone)
    edition = repository.edition()
    text = part(edition, "2026-03-14-a", read)
    assert "It happened again" not in text
    assert "No other outage in this archive resembles it." in text
    assert "Withdrawn as duplicates of this one The duplicate" in text
    assert "Worth reading with this one No outage" in text
    assert "Similar outages" not in part(edition, "2026-03-16-c", read)
    page = postmortem.postmortem_page(edition, edition.archive.by_id["2026-03-15-b"])
    assert 'id="related"' not in page.html


def test_of_a_restricted_record_nothing_but_its_title_is_told(
    put: Any, repository: Any, read: Any
) -> None:
    secret = {"title": "Something", "visibility": "restricted", "causes": [CAUSE]}
    put("2025-01-01-secret", **secret, recurrence_of="2024-01-01-older")
    put("2024-01-01-older", title="Older", assets=[{"asset": "elsewhere"}])
    put("2026-03-14-a", causes=[CAUSE], recurrence_of="2025-01-01-secret")
    put("2026-04-14-b", causes=[CAUSE], related=["2025-01-01-secret"])
    edition = repository.edition()
    again, beside = (part(edition, name, read) for name in ("2026-03-14-a", "2026-04-14-b"))
    assert "It repeats Something." in again
    assert "promised" not in again
    assert "Older" not in again
    assert "Worth reading with this one Something" in beside
    assert "Something" not in beside.partition("Worth reading")[0]


def test_a_line_of_recurrences_is_told_to_its_beginning_and_a_circle_ends(
    put: Any, repository: Any, read: Any
) -> None:
    put("2024-01-01-first", title="First", recurrence_of="2026-01-01-third")
    put("2025-01-01-second", title="Second", recurrence_of="2024-01-01-first")
    put("2026-01-01-third", title="Third", recurrence_of="2025-01-01-second")
    text = part(repository.edition(), "2026-01-01-third", read)
    assert "It repeats Second of 1 Jan 2025, which repeated First of 1 Jan 2024." in text
    assert "No preventive action was recorded then." in text


def test_a_promise_of_a_withdrawn_record_is_none(put: Any, repository: Any, read: Any) -> None:
    action = {"id": "fix", "title": "Mend it", "type": "preventive", "owner": "a-team"}
    put("2025-01-01-b", status="withdrawn", withdrawn={"reason": "None"}, actions=[action])
    put("2026-03-14-a", recurrence_of="2025-01-01-b")
    text = part(repository.edition(), "2026-03-14-a", read)
    assert "That record was withdrawn, and what it promised with it." in text
    assert "Mend it" not in text


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ([], "none recorded"),
        ([{"type": "corrective"}], "none recorded"),
        ([{"owner": None}], "1 retold, their state is not recorded"),
        ([{"status": "verified"}], "1 of 1 verified"),
        ([{"status": "verified"}] * 2, "all 2 verified"),
        (
            [{"status": "verified"}, {"status": "done"}, {"due": "2026-10-21"},
             {"due": "2026-12-01"}],
            "1 of 4 verified, 1 done but not verified, 1 overdue by 32 days, 1 open",
        ),
        (
            [{"due": "2026-11-20"}, {"due": "2026-11-12"}, {"status": "not-doing"},
             {"owner": None}],
            "none of 4 verified, 2 overdue by up to 10 days, 1 given up, 1 not recorded",
        ),
    ],
)  # fmt: skip
def test_the_state_of_promises_is_told_in_few_words(
    put: Any, repository: Any, actions: list[dict[str, Any]], told: str
) -> None:
    promised = [
        {"id": f"fix-{n}", "title": "Mend it", "type": "preventive", "owner": "a-team", **fields}
        for n, fields in enumerate(actions)
    ]
    made = [{key: value for key, value in one.items() if value is not None} for one in promised]
    put("2025-01-01-b", actions=made)
    put("2026-03-14-a")
    edition: Edition = repository.edition()
    record = edition.archive.by_id["2026-03-14-a"]
    (row,) = Related(edition, record, Links(edition, address.postmortem(record.id))).similar
    assert ", ".join(one.text for one in row.kept) == told
    assert [one.text for one in row.kept if one.alarming] == [
        word for word in told.split(", ") if "overdue" in word
    ]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-03-14", "the same day"),
        ("2026-03-13", "1 day earlier"),
        ("2026-04-22", "39 days later"),
        ("2025-11-02", "4 months earlier"),
        ("2017-01-31", "9 years earlier"),
    ],
)
def test_how_far_away_another_outage_lies_is_told_as_people_say_it(
    put: Any, repository: Any, read: Any, day: str, told: str
) -> None:
    put("2026-03-14-a")
    put(f"{day}-b", title="The other", causes=[CAUSE])
    text = part(repository.edition(), "2026-03-14-a", read)
    assert f"{told} The other Same asset: Orders mart; same type: freshness" in text
    assert "Feeds are not checked" in text


def test_reasons_are_told_with_names_and_never_with_ids(
    put: Any, repository: Any, read: Any
) -> None:
    weak = {"id": "how", "role": "contributing", "statement": "It was so"}
    put("2026-03-14-a", causes=[CAUSE, {**weak, "category": "monitoring-gap"}])
    put(
        "2025-01-01-b",
        title="The other",
        assets=[{"asset": "feed"}],
        causes=[CAUSE, {**weak, "category": "monitoring-gap"}],
    )
    text = part(repository.edition(), "2026-03-14-a", read)
    assert (
        "Feed is upstream of Orders mart; same root cause: vendor;"
        " same contributing factor: monitoring gap; same type: freshness"
    ) in text
