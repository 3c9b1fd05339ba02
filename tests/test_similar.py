"""Which outages resemble one, in which order, and for which reasons."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from debrief import likeness
from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Catalog
from debrief.likeness import Case, Filed, Question, Reason, Signal
from debrief.record import AffectedAsset, Cause, Incident, Postmortem, Withdrawal
from debrief.similar import CANDIDATES, FILED, Resemblance, Similar

LINEAGE = {"feed": (), "prices": ("feed",), "orders": ("prices",), "board": ("orders",)}
"""Each asset with what it is made from: feed → prices → orders → board."""

CATEGORIES = (
    "schedule", "dependency-chain", "data-format-change", "monitoring-gap", "code-defect",
    "configuration", "capacity", "test-gap", "vendor",
)  # fmt: skip
WORDS = (
    "ledger", "quota", "replica", "nightly", "parser", "currency", "timezone", "partition",
    "checkpoint", "broker", "backfill", "snapshot", "rollback", "threshold", "invoice", "shipment",
    "loyalty", "forecast", "margin", "catalogue", "inventory", "planner", "supplier", "warehouse",
    "dashboard", "retention", "offset", "schema", "contract", "refresh",
)  # fmt: skip


def outage(
    record_id: str,
    *assets: str,
    root: tuple[str, ...] = (),
    contributing: tuple[str, ...] = (),
    **more: Any,
) -> Postmortem:
    """A record of which only that is known; ``type`` and ``trigger`` go to its incident."""
    incident = {key: more.pop(key) for key in ("type", "trigger") if key in more}
    causes = [(role, word) for role, words in (("root", root), ("contributing", contributing))
              for word in words]  # fmt: skip
    made = Postmortem(
        record_id,
        f"postmortems/{record_id[:4]}/{record_id}.md",
        title="",
        status="published",
        incident=Incident(**incident),
        assets=tuple(map(AffectedAsset, assets)),
        causes=tuple(
            Cause(f"cause-{number}", role, "It was so", category=word)
            for number, (role, word) in enumerate(causes)
        ),
    )
    return replace(made, **more)


def archive(*records: Postmortem, lineage: Mapping[str, tuple[str, ...]] | None = None) -> Archive:
    assets = {
        name: Asset(name, name.title(), "table", upstream=sources)
        for name, sources in (LINEAGE if lineage is None else lineage).items()
    }
    entries = tuple(Entry(record.path, record=record) for record in records)
    return Archive(Path(), {}, Catalog(assets=assets), entries)


def similar(record: Postmortem, *others: Postmortem, most: int = 5) -> tuple[Resemblance, ...]:
    return Similar(archive(record, *others)).to(Case.of(record), most)


def ids(found: tuple[Resemblance, ...]) -> list[str]:
    return [one.record.id for one in found]


def only_reasons(record: Postmortem, other: Postmortem) -> tuple[Reason, ...]:
    (found,) = similar(record, other)
    return found.reasons


# --- each signal ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "signal"),
    [
        ({"recurrence_of": "2025-01-01-b"}, {}, Signal.REPEATS),
        ({}, {"recurrence_of": "2026-01-01-a"}, Signal.REPEATED),
        ({"related": ("2025-01-01-b",)}, {}, Signal.RELATED),
        ({}, {"related": ("2026-01-01-a",)}, Signal.RELATED),
    ],
)
def test_what_either_record_declares_is_a_reason(
    mine: dict[str, Any], theirs: dict[str, Any], signal: Signal
) -> None:
    record, other = outage("2026-01-01-a", **mine), outage("2025-01-01-b", **theirs)
    (reason,) = only_reasons(record, other)
    assert reason.signal is signal
    assert reason.points in (likeness.RECURRENCE, likeness.RELATED)


def test_shared_assets_are_one_reason_that_names_them() -> None:
    record = outage("2026-01-01-a", "orders", "feed", "x")
    reasons = only_reasons(record, outage("2025-01-01-b", "orders", "x", "y"))
    points = likeness.SAME_ASSET + likeness.FURTHER_ASSET
    assert reasons == (Reason(Signal.SAME_ASSET, points, ("orders", "x")),)


def test_very_many_shared_assets_do_not_count_without_end() -> None:
    names = [f"asset-{number}" for number in range(50)]
    (reason,) = only_reasons(outage("2026-01-01-a", *names), outage("2025-01-01-b", *names))
    most = likeness.SAME_ASSET + likeness.MOST_FURTHER_ASSETS * likeness.FURTHER_ASSET
    assert reason.points == most


@pytest.mark.parametrize(
    ("mine", "theirs", "signal", "distance"),
    [
        ("orders", "prices", Signal.UPSTREAM, 1),
        ("prices", "orders", Signal.DOWNSTREAM, 1),
        ("orders", "feed", Signal.UPSTREAM, 2),
    ],
)
def test_a_neighbour_counts_less_with_each_step(
    mine: str, theirs: str, signal: Signal, distance: int
) -> None:
    record = outage("2026-01-01-a", mine, type="freshness")
    reason, _ = only_reasons(record, outage("2025-01-01-b", theirs, type="freshness"))
    points = {1: likeness.NEIGHBOUR, 2: likeness.NEIGHBOUR // 2}[distance]
    assert reason == Reason(signal, points, (theirs, mine), distance)


def test_the_nearest_of_several_neighbours_is_told() -> None:
    reasons = only_reasons(
        outage("2026-01-01-a", "orders"), outage("2025-01-01-b", "feed", "board")
    )
    assert reasons == (Reason(Signal.DOWNSTREAM, likeness.NEIGHBOUR, ("board", "orders"), 1),)


def test_a_neighbour_of_a_shared_asset_is_no_reason_more() -> None:
    record = outage("2026-01-01-a", "orders", "prices")
    (reason,) = only_reasons(record, outage("2025-01-01-b", "orders", "feed"))
    assert reason.signal is Signal.SAME_ASSET


def test_what_lies_further_than_the_reach_is_not_near() -> None:
    chain = {f"a{n}": (f"a{n - 1}",) if n else () for n in range(likeness.REACH + 2)}
    far = outage("2026-01-01-a", f"a{likeness.REACH + 1}", root=("vendor",))
    (found,) = Similar(
        archive(far, outage("2025-01-01-b", "a0", root=("vendor",)), lineage=chain)
    ).to(Case.of(far))
    assert [reason.signal for reason in found.reasons] == [Signal.SAME_ROOT_CAUSE]


def test_a_cycle_of_lineage_is_no_trouble() -> None:
    record = outage("2026-01-01-a", "x")
    round_about = archive(record, outage("2025-01-01-b", "y"), lineage={"x": ("y",), "y": ("x",)})
    (found,) = Similar(round_about).to(Case.of(record))
    assert found.reasons == (Reason(Signal.UPSTREAM, likeness.NEIGHBOUR, ("y", "x"), 1),)


def test_root_causes_count_more_than_contributing_factors() -> None:
    record = outage("2026-01-01-a", "x", root=("vendor", "capacity"), contributing=("test-gap",))
    other = outage("2025-01-01-b", "x", root=("vendor",), contributing=("capacity", "test-gap"))
    assert only_reasons(record, other)[1:] == (
        Reason(Signal.SAME_ROOT_CAUSE, likeness.SAME_ROOT_CAUSE, ("vendor",)),
        Reason(Signal.SAME_CAUSE, likeness.SAME_CAUSE, ("capacity",)),
        Reason(Signal.SAME_FACTOR, 0, ("test-gap",)),
    )
    assert likeness.SAME_ROOT_CAUSE + likeness.SAME_CAUSE == likeness.MOST_FOR_CAUSES
    few = outage("2025-01-01-b", "x", contributing=("test-gap",))
    assert only_reasons(record, few)[1:] == (
        Reason(Signal.SAME_FACTOR, likeness.SAME_FACTOR, ("test-gap",)),
    )


def test_a_category_that_is_root_and_factor_counts_once_as_a_root() -> None:
    record = outage("2026-01-01-a", root=("vendor",), contributing=("vendor",))
    (reason,) = only_reasons(record, outage("2025-01-01-b", root=("vendor",)))
    assert reason == Reason(Signal.SAME_ROOT_CAUSE, likeness.SAME_ROOT_CAUSE, ("vendor",))


def test_the_type_is_a_reason_but_not_enough_alone() -> None:
    record, other = outage("2026-01-01-a", type="values"), outage("2025-01-01-b", type="values")
    assert similar(record, other) == ()
    both = (replace(one, assets=(AffectedAsset("x"),)) for one in (record, other))
    assert only_reasons(*both)[1] == Reason(Signal.SAME_TYPE, likeness.SAME_TYPE, ("values",))


def test_other_has_nothing_in_common_with_other() -> None:
    record = outage("2026-01-01-a", root=("other",), type="other")
    assert similar(record, outage("2025-01-01-b", root=("other",), type="other")) == ()


def test_the_same_words_are_a_reason_without_anything_else() -> None:
    told = "A renamed column in the nightly feed of a supplier emptied the reorder sheets"
    record = outage("2026-01-01-a", title=told, summary="Twelve stores ordered nothing")
    same = outage("2025-01-01-b", summary=told, trigger="Twelve stores ordered nothing")
    assert only_reasons(record, same) == (Reason(Signal.WORDING, likeness.WORDING),)
    unlike = outage("2025-01-01-c", title="An expired certificate stopped all payments at noon")
    assert similar(record, unlike) == ()


def test_a_few_words_are_like_nothing() -> None:
    record = outage("2026-01-01-a", title="Orders late")
    assert similar(record, outage("2025-01-01-b", title="Orders late again in every store")) == ()


# --- order and score -----------------------------------------------------------------------------


def test_the_signals_weigh_in_their_order() -> None:
    record = outage(
        "2026-01-01-a", "orders", root=("vendor",), type="values", related=("2025-01-01-related",)
    )
    others = [
        outage("2025-01-01-related"),
        outage("2025-01-01-same-asset", "orders"),
        outage("2025-01-01-neighbour", "prices"),
        outage("2025-01-01-root", root=("vendor",)),
        outage("2025-01-01-factor-and-type", contributing=("vendor",), type="values"),
    ]
    assert ids(similar(record, *others)) == [other.id for other in others]


def test_what_people_declared_outweighs_everything_else_together() -> None:
    told = "A renamed column in the nightly feed of a supplier emptied the reorder sheets"
    facts: dict[str, Any] = {"root": ("vendor", "capacity"), "type": "values", "title": told}
    assets = ("a", "b", "c", "d", "e", "f")
    record = outage("2026-01-01-a", *assets, related=("2024-01-01-named",), **facts)
    twin = outage("2025-01-01-twin", *assets, **facts)
    found = similar(record, twin, outage("2024-01-01-named"))
    assert ids(found) == ["2024-01-01-named", "2025-01-01-twin"]
    assert found[1].score < likeness.RELATED < likeness.RECURRENCE


def test_the_score_is_the_sum_of_the_reasons() -> None:
    made = random_archive(300)
    asked = Similar(made)
    for record in made.postmortems[:40]:
        for found in asked.to(Case.of(record)):
            assert found.score == sum(reason.points for reason in found.reasons)
            assert found.score >= likeness.RESEMBLES_FROM
            assert list(found.reasons) == sorted(
                found.reasons, key=lambda reason: list(Signal).index(reason.signal)
            )


def test_of_equal_ones_the_newest_comes_first_and_then_the_id_decides() -> None:
    record = outage("2026-01-01-a", "x")
    names = ["2025-02-01-b", "2025-02-01-c", "2025-01-01-a", "2024-12-31-z"]
    assert ids(similar(record, *(outage(name, "x") for name in reversed(names)))) == names


def test_later_outages_are_found_too_and_how_far_away_they_are() -> None:
    record = outage("2026-01-10-a", "x")
    found = similar(record, outage("2026-01-13-later", "x"), outage("2026-01-01-earlier", "x"))
    assert [(one.record.id, one.days_before) for one in found] == [
        ("2026-01-13-later", -3),
        ("2026-01-01-earlier", 9),
    ]


def test_no_more_are_told_than_asked_for() -> None:
    others = [outage(f"2025-01-0{day}-b", "x") for day in range(1, 8)]
    assert len(similar(outage("2026-01-01-a", "x"), *others, most=3)) == 3
    assert len(similar(outage("2026-01-01-a", "x"), *others, most=50)) == 7


# --- what must not be told -----------------------------------------------------------------------


def test_a_withdrawn_record_resembles_nothing() -> None:
    record = outage("2026-01-01-a", "x", related=("2025-01-01-b",))
    gone = outage("2025-01-01-b", "x", status="withdrawn", withdrawn=Withdrawal("No outage"))
    assert similar(record, gone) == ()


def test_a_restricted_record_resembles_nothing_even_where_nobody_reduced_it() -> None:
    record = outage("2026-01-01-a", "x", root=("vendor",), related=("2025-01-01-b",))
    secret = outage("2025-01-01-b", "x", root=("vendor",), visibility="restricted")
    assert similar(record, secret, replace(secret, recurrence_of="2026-01-01-a")) == ()


def test_an_outage_does_not_resemble_itself() -> None:
    record = outage("2026-01-01-a", "x", related=("2026-01-01-a",))
    assert similar(record) == ()


def test_an_empty_archive_has_nothing_alike() -> None:
    assert Similar(archive()).to(Case(frozenset({"x"}))) == ()
    assert Similar(archive()).to(Case()) == ()


# --- an outage that has no record yet ------------------------------------------------------------


def test_a_case_without_a_record_asks_the_same_question() -> None:
    known = archive(outage("2025-01-01-b", "orders", type="freshness"), outage("2025-02-01-c", "x"))
    case = Case(assets=frozenset({"orders"}), type="freshness", text="late", day=date(2025, 1, 31))
    (found,) = Similar(known).to(case)
    assert found.record.id == "2025-01-01-b"
    assert found.days_before == 30
    assert [reason.signal for reason in found.reasons] == [Signal.SAME_ASSET, Signal.SAME_TYPE]


def test_a_case_without_a_day_says_nothing_of_days() -> None:
    (found,) = Similar(archive(outage("2025-01-01-b", "x"))).to(Case(assets=frozenset({"x"})))
    assert found.days_before is None


# --- large archives ------------------------------------------------------------------------------


def random_archive(number: int, *planted: Postmortem, seed: int = 7) -> Archive:
    """Outages by chance, on the assets of a lineage by chance."""
    chance = random.Random(seed)  # noqa: S311 - for records, not for secrets
    names = [f"asset-{at}" for at in range(60)]
    lineage = {name: tuple(chance.sample(names[:at], min(at, 2))) for at, name in enumerate(names)}

    def one(at: int) -> Postmortem:
        day = date(2016, 1, 1) + timedelta(days=chance.randrange(3600))
        return outage(
            f"{day}-random-{at}",
            *chance.sample(names, chance.randrange(1, 4)),
            root=(chance.choice(CATEGORIES),),
            contributing=tuple(chance.sample(CATEGORIES, chance.randrange(3))),
            type=chance.choice(("freshness", "values", "schema")),
            title=" ".join(chance.sample(WORDS, 7)),
            summary=" ".join(chance.sample(WORDS, 12)),
        )

    return archive(*planted, *map(one, range(number)), lineage=lineage)


def test_a_near_duplicate_among_300_others_comes_first() -> None:
    told = "Supplier prices came twice: a retried transfer was loaded again before stores opened"
    first = outage(
        "2020-03-01-prices-twice", "asset-31", "asset-8", root=("code-defect",), title=told
    )
    again = outage(
        "2022-07-09-prices-doubled", "asset-31", root=("code-defect",), type="values",
        title="A retried transfer of supplier prices was loaded twice before the stores opened",
    )  # fmt: skip
    made = Similar(random_archive(300, first, again))
    best = made.to(Case.of(again))[0]
    assert best.record.id == first.id
    assert [reason.signal for reason in best.reasons] == [
        Signal.SAME_ASSET, Signal.SAME_ROOT_CAUSE, Signal.WORDING,
    ]  # fmt: skip
    assert made.to(Case.of(first))[0].record.id == again.id


def test_a_near_duplicate_in_words_alone_is_found_among_300_others() -> None:
    told = "Prices arrived twice because one interrupted transfer had been repeated by hand"
    made = Similar(random_archive(300, outage("2020-03-01-twice", title=told)))
    found = made.to(Case(text=f"{told}, once more"))
    assert found[0].record.id == "2020-03-01-twice"
    assert found[0].reasons[-1].signal is Signal.WORDING


def test_what_is_told_does_not_depend_on_the_order_of_the_files() -> None:
    made = random_archive(300)
    one, other = Similar(made), Similar(replace(made, entries=made.entries[::-1]))
    for record in made.postmortems[::9]:
        case = Case.of(record)
        assert one.to(case) == other.to(case)


def test_the_index_finds_what_comparing_with_everything_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = random_archive(300)
    cases = [Case.of(record) for record in made.postmortems[::10]]
    quick = Similar(made)
    found = [quick.to(case) for case in cases]
    for limit in ("CANDIDATES", "FILED", "RARE"):
        monkeypatch.setattr(f"debrief.similar.{limit}", 300)
    thorough = Similar(made)
    assert found == [thorough.to(case) for case in cases]


def test_a_crowd_is_not_compared_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2016, 1, 1)
    crowd = [
        outage(f"{day + timedelta(days=at)}-b", "x", root=("vendor",), type="values")
        for at in range(2000)
    ]
    compared = []

    def counted(question: Question, other: Filed) -> int:
        compared.append(other)
        return likeness.points(question, other)

    monkeypatch.setattr("debrief.similar.points", counted)
    found = similar(outage("2026-01-01-a", "x", root=("vendor",), type="values"), *crowd)
    assert ids(found) == [record.id for record in crowd[:-6:-1]], "the newest of all that are equal"
    assert len(compared) <= CANDIDATES + FILED


def test_the_one_that_shares_asset_and_cause_is_found_behind_a_crowd_of_newer_ones() -> None:
    day = date(2020, 1, 1)
    crowd = [
        outage(f"{day + timedelta(days=at)}-{kind}", *assets, root=root)
        for at in range(500)
        for kind, assets, root in (("asset", ("x",), ("vendor",)), ("cause", (), ("capacity",)))
    ]
    both = outage("2016-01-01-both", "x", root=("capacity",))
    found = similar(outage("2026-01-01-a", "x", root=("capacity",)), both, *crowd)
    assert found[0].record.id == both.id
