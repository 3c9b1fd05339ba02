"""Several files of assets, made one catalog: what wins, what is united, what is the same."""

from __future__ import annotations

from typing import Any

from debrief.catalog_parts import HAND_KEPT, Merged, Part, gaps, merge

DBT, JOBS = "catalog/generated/dbt-shop.yml", "catalog/generated/openlineage-jobs.yml"


def merged(by_hand: dict[str, Any], **generated: dict[str, Any]) -> Merged:
    paths = {"dbt": DBT, "jobs": JOBS}
    return merge([Part(HAND_KEPT, by_hand), *(Part(paths[k], v) for k, v in generated.items())])


def model(**values: Any) -> dict[str, Any]:
    return {"name": "orders", "kind": "model", **values}


def test_what_is_kept_by_hand_wins_key_by_key() -> None:
    found = merged(
        {"p.orders": {"name": "Orders mart", "contract": {"owner": "a-team"}}},
        dbt={"p.orders": model(tier=2, contract={"url": "https://x.example.com", "owner": "b"})},
    )
    assert found.assets["p.orders"] == {
        "name": "Orders mart",
        "kind": "model",
        "tier": 2,
        "contract": {"url": "https://x.example.com", "owner": "a-team"},
    }


def test_names_and_lineage_are_united_and_a_denied_step_is_left_out() -> None:
    found = merged(
        {"p.orders": {"upstream": ["a"], "known_as": ["X"], "not_upstream": ["c"]}},
        dbt={"p.orders": model(upstream=["b", "c", "a"], known_as=["x", "y"])},
    )
    assert found.assets["p.orders"]["upstream"] == ["a", "b"]
    assert found.assets["p.orders"]["known_as"] == ["X", "y"]
    assert "not_upstream" not in found.assets["p.orders"]


def test_an_entry_by_hand_gives_an_imported_asset_its_id_by_a_name_in_common() -> None:
    found = merged(
        {"warehouse.orders": {"known_as": ['"PROD"."P"."ORDERS"']}},
        dbt={
            "p.orders": model(known_as=["prod.p.orders"]),
            "p.report": model(upstream=["p.orders"]),
        },
    )
    assert list(found.assets) == ["warehouse.orders", "p.report"]
    assert found.assets["p.report"]["upstream"] == ["warehouse.orders"]
    assert found.ids["p.orders"] == "warehouse.orders"


def test_an_entry_by_hand_may_name_what_the_source_calls_it() -> None:
    found = merged(
        {"warehouse.orders": {"known_as": ["model.shop.orders"]}},
        dbt={"p.orders": model(imported_as="model.shop.orders")},
    )
    assert list(found.assets) == ["warehouse.orders"]


def test_two_imports_are_not_joined_by_what_their_sources_call_things() -> None:
    """A package has the same ids in every project that uses it."""
    found = merged(
        {},
        dbt={"p.runs": model(imported_as="model.package.runs", known_as=["prod.p.runs"])},
        jobs={"q.runs": model(imported_as="model.package.runs", known_as=["prod.q.runs"])},
    )
    assert list(found.assets) == ["p.runs", "q.runs"]


def test_lineage_crosses_two_projects_where_the_source_of_one_is_a_model_of_the_other() -> None:
    read = {"name": "orders", "kind": "source", "known_as": ["PROD.P.ORDERS"], "owner": "readers"}
    found = merged(
        {},
        dbt={"z.orders": read, "z.report": model(upstream=["z.orders"])},
        jobs={"p.orders": model(known_as=["prod.p.orders"], upstream=["raw"], owner="makers")},
    )
    assert found.assets["p.orders"]["kind"] == "model"
    assert found.assets["p.orders"]["owner"] == "makers"
    assert found.assets["z.report"]["upstream"] == ["p.orders"]
    assert "z.orders" not in found.assets


def test_two_that_turn_out_to_be_one_are_no_step_of_lineage() -> None:
    found = merged(
        {},
        dbt={"p.orders": model(known_as=["x"], upstream=["q.orders"])},
        jobs={"q.orders": model(known_as=["X"])},
    )
    assert "upstream" not in found.assets["p.orders"]


def test_two_entries_by_hand_stay_two_and_the_name_that_both_claim_is_told() -> None:
    found = merged({"a": model(known_as=["x"]), "b": model(known_as=["X"])})
    assert set(found.assets) == {"a", "b"}
    (dispute,) = found.name_disputes
    assert (dispute.first.key, dispute.second.key, dispute.name) == ("a", "b", "x")


def test_an_import_that_has_the_names_of_two_entries_by_hand_makes_them_no_one() -> None:
    found = merged(
        {"a": model(known_as=["x"]), "b": model(known_as=["y"])},
        dbt={"p": model(known_as=["x", "y"])},
    )
    assert set(found.assets) == {"a", "b"}
    assert found.ids["p"] == "a"


def test_parts_that_differ_on_an_owner_are_told_unless_a_hand_decides() -> None:
    parts = {
        "dbt": {"p.orders": model(owner="a-team")},
        "jobs": {"p.orders": {"kind": "table", "owner": "b-team"}},
    }
    (dispute,) = merged({}, **parts).disputes
    assert (dispute.key, dispute.second.part.path) == ("owner", JOBS)
    assert merged({"p.orders": {"owner": "b-team"}}, **parts).disputes == ()


def test_an_asset_is_gone_only_where_no_source_has_it() -> None:
    gone = model(gone_on="2026-03-01")
    assert "gone_on" not in merged({}, dbt={"a": gone}, jobs={"a": model()}).assets["a"]
    both = merged({}, dbt={"a": gone}, jobs={"a": model(gone_on="2026-04-01")})
    assert both.assets["a"]["gone_on"] == "2026-04-01"
    by_hand = merged({"a": {"gone_on": "2026-02-01"}}, dbt={"a": model()})
    assert by_hand.assets["a"]["gone_on"] == "2026-02-01"


def test_what_no_part_says_is_a_gap_of_the_first_that_has_the_asset() -> None:
    found = merged({"a": {"owner": "x"}, "b": {"name": "B"}}, dbt={"b": {"kind": "table"}})
    assert [(entry.part.path, entry.key, key) for entry, key in gaps(found)] == [
        (HAND_KEPT, "a", "name"), (HAND_KEPT, "a", "kind")
    ]  # fmt: skip


def test_a_place_is_where_the_value_that_counts_was_written() -> None:
    found = merged(
        {"w": {"known_as": ["x"], "upstream": ["a"]}},
        dbt={"p": model(known_as=["X"], owner="o", upstream=["b", "q"], contract={"owner": "c"}),
             "q": model()},
    )  # fmt: skip
    assert found.place("w", "owner") == (DBT, ("assets", "p", "owner"))
    assert found.place("w", "contract", "owner") == (DBT, ("assets", "p", "contract", "owner"))
    assert found.place("w", "upstream", "a") == (HAND_KEPT, ("assets", "w", "upstream", 0))
    assert found.place("w", "upstream", "q") == (DBT, ("assets", "p", "upstream", 1))
    assert found.place("w", "tier") == (HAND_KEPT, ("assets", "w"))
    assert found.files("w") == (HAND_KEPT, DBT)


def test_the_order_of_the_parts_does_not_matter() -> None:
    parts = [
        Part(HAND_KEPT, {"w": {"known_as": ["x"]}}),
        Part(DBT, {"p": model(known_as=["x"], owner="a"), "q": model(upstream=["p"])}),
        Part(JOBS, {"r": {"name": "t", "kind": "table", "known_as": ["X"], "owner": "b"}}),
    ]
    assert merge(parts).assets == merge(parts[::-1]).assets
