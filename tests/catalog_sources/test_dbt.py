"""What a dbt manifest says, from the first schema to the newest, and what is no manifest."""

from __future__ import annotations

from typing import Any

import pytest
from manifests import manifest, model, other, source

from debrief.catalog_sources import dbt
from debrief.catalog_sources.imported import Found, Imported, SourceError


def read(*nodes: dict[str, Any], options: dbt.Options | None = None, **parts: Any) -> Imported:
    return dbt.read(manifest(*nodes, **parts), options or dbt.Options())


def only(*nodes: dict[str, Any], **parts: Any) -> Found:
    (found,) = read(*nodes, **parts).assets
    return found


def asset(imported: Imported, key: str) -> Found:
    (found,) = (found for found in imported.assets if found.key == key)
    return found


@pytest.mark.parametrize("version", range(1, 13))
def test_every_schema_from_v1_to_v12_is_read_without_a_remark(version: int) -> None:
    imported = read(model("orders"), version=version)
    assert [found.key for found in imported.assets] == ["model.shop.orders"]
    assert (imported.name, imported.notices) == ("shop", ())


def test_a_newer_schema_is_read_and_said_to_be_newer() -> None:
    imported = read(model("orders"), version=14)
    assert len(imported.assets) == 1
    assert "schema v14" in imported.notices[0]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "no dbt manifest"),
        ({}, "no dbt manifest"),
        ({"metadata": {"dbt_schema_version": 7}}, "no dbt manifest"),
        ({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}},
         "this is dbt's catalog"),
        ({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json"}},
         "has no `nodes`"),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_said_in_a_line(value: object, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        dbt.read(value)


@pytest.mark.parametrize(
    "junk", [None, 3, "x", [], {"depends_on": 3, "config": [], "meta": "x", "owner": 5, "name": []}]
)
def test_a_node_of_another_shape_crashes_nothing(junk: object) -> None:
    content = manifest(model("orders"), groups=junk, disabled=junk)
    content["nodes"]["model.shop.bad"] = junk
    content["exposures"] = {"exposure.shop.bad": junk}
    assert "model.shop.orders" in {found.key for found in dbt.read(content).assets}


def test_the_relation_is_the_adapters_without_its_quotes() -> None:
    assert only(model("o", relation_name="`prod`.`pricing`.`Orders`")).relations == (
        "prod.pricing.Orders",
    )


def test_without_a_relation_its_parts_are_put_together() -> None:
    """As in the first schemas."""
    node = model("o", alias="orders_v2", relation_name=None)
    assert only(node).relations == ("prod.pricing.orders_v2",)


def test_the_id_is_schema_and_table_and_then_the_whole_relation() -> None:
    assert only(model("Orders")).ids == ("pricing.orders", "prod.pricing.orders")


def test_kinds_and_exposures_have_the_words_of_the_catalog() -> None:
    nodes = [
        model("m"), model("s", kind="seed"), model("h", kind="snapshot"),
        source("raw", "lake.shop.raw"), other("metric", "margin"),
        *(other("exposure", kind, type=kind)
          for kind in ("dashboard", "notebook", "analysis", "ml", "application")),
    ]  # fmt: skip
    assert {found.key.rpartition(".")[2]: found.kind for found in read(*nodes).assets} == {
        "m": "model", "s": "table", "h": "table", "raw": "source", "margin": "metric",
        "dashboard": "dashboard", "notebook": "report", "analysis": "report", "ml": "feature",
        "application": "report",
    }  # fmt: skip


def test_an_exposure_of_a_new_type_is_taken_for_a_report_and_said_to_be() -> None:
    imported = read(other("exposure", "x", type="hologram"))
    assert imported.assets[0].kind == "report"
    assert "no known type" in imported.notices[0]


@pytest.mark.parametrize(
    "between",
    [
        model("e", "model.shop.a", config={"materialized": "ephemeral"}),
        other("semantic_model", "e", "model.shop.a"),
        other("semantic_model", "e", node_relation={"relation_name": "prod.pricing.a"}),
        other("saved_query", "e", "model.shop.a"),
        other("metric", "e", "model.shop.a", type_params={"is_private": True}),
        other("function", "e", "model.shop.a"),
    ],
)
def test_lineage_passes_through_what_stores_nothing_which_is_told(between: dict[str, Any]) -> None:
    imported = read(model("a"), between, model("b", between["unique_id"]))
    assert asset(imported, "model.shop.b").upstream == ("model.shop.a",)
    assert [left.what for left in imported.left_out] == [between["unique_id"]]


def test_a_circle_of_nodes_that_store_nothing_ends() -> None:
    ephemeral = {"materialized": "ephemeral"}
    one = model("e1", "model.shop.e2", config=ephemeral)
    two = model("e2", "model.shop.e1", config=ephemeral)
    imported = read(one, two, model("b", "model.shop.e1"))
    assert asset(imported, "model.shop.b").upstream == ()


def test_a_parent_that_the_manifest_lacks_is_told() -> None:
    imported = read(model("a", "model.shop.lost"))
    assert imported.assets[0].upstream == ()
    assert imported.notices == (
        "model.shop.a is made from model.shop.lost, which the manifest lacks",
    )


def test_a_kind_of_node_that_nobody_knows_is_named_and_not_dropped() -> None:
    node = other("wormhole", "w", "model.shop.a")
    imported = read(model("a"), wormholes={"wormhole.shop.w": node})
    assert [(left.what, left.why) for left in imported.left_out] == [
        ("wormhole.shop.w", "`wormhole` is no kind that is known here")
    ]


@pytest.mark.parametrize(
    "disabled",
    [[model("old")], {"model.shop.old": [model("old")]}],
    ids=["a list, as in the first schemas", "lists by id"],
)
def test_disabled_nodes_are_listed_as_left_out(disabled: object) -> None:
    imported = read(model("a"), disabled=disabled)
    assert [(left.what, left.why) for left in imported.left_out] == [
        ("model.shop.old", "it is disabled")
    ]


def test_each_version_of_a_model_is_an_asset_with_its_version_in_the_name() -> None:
    nodes = [
        {**model(f"orders.v{n}", relation_name=f"prod.pricing.orders_v{n}"), "name": "orders"}
        | {"version": n}
        for n in (1, 2)
    ]
    imported = read(*nodes)
    assert [(found.name, found.ids[0]) for found in imported.assets] == [
        ("orders v1", "pricing.orders_v1"),
        ("orders v2", "pricing.orders_v2"),
    ]


def test_owners_are_those_of_meta_then_of_the_group() -> None:
    groups = {"group.shop.g": {"name": "pricing", "owner": {"name": "Pricing", "email": "p@x.org"}}}
    node = model("a", meta={"owner": "Ann Lee <ann@x.org>"}, group="pricing")
    assert only(node, groups=groups).owners == ("ann@x.org", "Ann Lee", "p@x.org", "Pricing",
                                                "pricing")  # fmt: skip


def test_an_exposure_has_an_owner_of_its_own_and_its_page_is_a_name() -> None:
    found = only(other("exposure", "x", type="dashboard", label="Price watch",
                       owner={"name": "Ann", "email": ["a@x.org", "b@x.org"]},
                       url="https://bi.example.com/7"))  # fmt: skip
    assert (found.name, found.owners) == ("Price watch", ("a@x.org", "b@x.org", "Ann"))
    assert found.names == ("https://bi.example.com/7",)


def test_meta_of_the_config_comes_before_that_of_the_node_and_of_its_source() -> None:
    node = source("raw", "lake.shop.raw", source_meta={"tier": 1, "domain": "a", "steward": "s"},
                  meta={"tier": 2, "domain": "b"}, config={"meta": {"tier": "tier-3"}})  # fmt: skip
    found = only(node)
    assert (found.tier, found.domain, found.stewards) == (3, "b", ("s",))


def test_a_tier_that_is_none_is_left_out_and_told() -> None:
    imported = read(model("a", meta={"tier": "gold"}))
    assert imported.assets[0].tier is None
    assert imported.notices == ("the tier of model.shop.a is none from 1 to 4, and left out",)


def test_other_words_in_meta_are_read_where_they_are_named() -> None:
    options = dbt.Options({**dbt.META, "owner": "data_owner"})
    imported = read(model("a", meta={"owner": "x", "data_owner": "y"}), options=options)
    assert imported.assets[0].owners == ("y",)


def test_a_contract_in_meta_is_an_address_or_a_group() -> None:
    page = "https://contracts.example.com/a"
    link = only(model("a", meta={"contract": {"url": page, "owner": "s"}})).contract
    assert link is not None
    assert (link.url, link.keepers) == (page, ("s",))
    assert only(model("a", meta={"contract": "javascript:alert(1)"})).contract is None


def test_a_link_to_the_tests_is_made_where_the_files_can_be_seen() -> None:
    nodes = [model("a"), other("test", "t", "model.shop.a", attached_node="model.shop.a",
                               original_file_path="models\\a.yml")]  # fmt: skip
    imported = read(*nodes, options=dbt.Options(files="https://git.example.com/b/"))
    link = asset(imported, "model.shop.a").validation
    assert link is not None
    assert link.url == "https://git.example.com/b/models/a.yml"
    assert asset(read(*nodes), "model.shop.a").validation is None
    assert read(*nodes).notices == ("1 tests on 1 assets",)


def test_a_contract_that_dbt_enforces_is_where_the_model_is_described() -> None:
    node = model("a", patch_path="shop://models/a.yml", config={"contract": {"enforced": True}})
    options = dbt.Options(files="https://git.example.com/b")
    link = asset(read(node, options=options), "model.shop.a").contract
    assert link is not None
    assert link.url == "https://git.example.com/b/models/a.yml"
    loose = {**node, "config": {"contract": {"enforced": False}}}
    assert asset(read(loose, options=options), "model.shop.a").contract is None


def test_a_package_is_left_out_as_asked_and_lineage_passes_through_it() -> None:
    package = {**model("p", "model.shop.a"), "package_name": "elementary"}
    imported = read(model("a"), package, model("b", "model.shop.p"),
                    options=dbt.Options(without=("elementary",)))  # fmt: skip
    assert asset(imported, "model.shop.b").upstream == ("model.shop.a",)
    assert [left.what for left in imported.left_out] == ["model.shop.p"]


def test_a_project_that_old_manifests_do_not_name_is_guessed_and_said_to_be() -> None:
    imported = read(model("a"), model("b"), project=None)
    assert imported.name == "shop"
    assert "does not name its project" in imported.notices[0]
