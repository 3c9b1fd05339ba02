"""What data contracts of three standards say, and what is wrong with those that say it badly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from debrief.catalog_sources import contract
from debrief.catalog_sources.contract import Fault, File
from debrief.catalog_sources.imported import Found, Imported, Link

TODAY = date(2026, 4, 1)
PAGE = "https://git.example.com/orders.yaml"
Values = dict[str, Any]


def third(**values: Any) -> Values:
    """A contract of the Open Data Contract Standard, v3."""
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "c-1", "version": "1.0.0",
        "status": "active", "name": "Orders",
        "servers": [{"server": "s", "type": "snowflake", "database": "PROD", "schema": "PRICING"}],
        "schema": [{"name": "orders", "physicalName": "ORDERS", "businessName": "Orders mart"}],
        **values,
    }  # fmt: skip


def specification(**values: Any) -> Values:
    """A contract of the Data Contract Specification."""
    return {
        "dataContractSpecification": "1.2.1", "id": "c-2",
        "info": {"title": "Orders", "version": "1", "owner": "pricing"},
        "servers": {"p": {"type": "bigquery", "project": "pellwick", "dataset": "pricing"}},
        "models": {"orders": {"type": "table", "description": "What to reorder."}},
        **values,
    }  # fmt: skip


def second(**values: Any) -> Values:
    """A contract of the Open Data Contract Standard, v2."""
    return {
        "apiVersion": "v2.2.2", "uuid": "c-3", "version": "1.0.0", "status": "current",
        "quantumName": "Orders", "datasetDomain": "pricing",
        "sourcePlatform": "googleCloudPlatform",
        "datasetProject": "pellwick", "datasetName": "pricing",
        "dataset": [{"table": "orders", "columns": [{"column": "a"}]}],
        **values,
    }  # fmt: skip


def read(*values: object, url: str | None = None) -> tuple[Imported, tuple[Fault, ...]]:
    files = (File(f"f{index}.yaml", value, url) for index, value in enumerate(values))
    return contract.read(files, TODAY)


def only(value: object, url: str | None = None) -> Found:
    imported, faults = read(value, url=url)
    assert faults == ()
    (found,) = imported.assets
    return found


@pytest.mark.parametrize(
    ("value", "relation", "first_id", "name"),
    [
        (third(), "PROD.PRICING.ORDERS", "pricing.orders", "Orders mart"),
        (specification(), "pellwick.pricing.orders", "pricing.orders", "orders"),
        (second(), "pellwick.pricing.orders", "pricing.orders", "orders"),
    ],
    ids=["v3", "specification", "v2"],
)
def test_each_standard_says_which_data_it_describes(
    value: Values, relation: str, first_id: str, name: str
) -> None:
    found = only(value)
    assert (found.relations, found.ids[0], found.name, found.kind) == (
        (relation,), first_id, name, "table"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("server", "relation"),
    [
        ({"type": "postgres", "database": "prod", "schema": "pricing"}, "prod.pricing.orders"),
        ({"type": "databricks", "catalog": "prod", "schema": "pricing"}, "prod.pricing.orders"),
        ({"type": "kafka", "host": "broker:9092"}, "kafka://broker:9092/orders"),
        ({"type": "s3", "location": "s3://lake/{model}/*.parquet"}, "s3://lake/orders"),
        ({"type": "s3", "location": "s3://lake/all/2026-*.json"}, "s3://lake/all"),
        ({"type": "local", "path": "./orders.json"}, None),
        ({"type": "postgres"}, None),
    ],
)
def test_a_server_says_where_the_data_lies(server: Values, relation: str | None) -> None:
    found = only(specification(servers={"p": server}))
    assert found.relations == ((relation,) if relation else ())


def test_a_place_without_a_name_is_nobodys_where_a_contract_has_several_datasets() -> None:
    server = {"p": {"type": "s3", "location": "s3://lake/all/*.json"}}
    imported, _ = read(specification(servers=server, models={"a": {}, "b": {}}))
    assert [found.relations for found in imported.assets] == [(), ()]


def test_of_several_servers_those_of_production_count() -> None:
    servers = [{"server": n, "type": "postgres", "environment": n, "database": n, "schema": "p"}
               for n in ("dev", "prod")]  # fmt: skip
    assert only(third(servers=servers)).relations == ("prod.p.ORDERS",)


def test_the_team_gives_owner_and_steward_and_who_has_left_is_not_among_them() -> None:
    members = [
        {"username": "old", "role": "Owner", "dateOut": "2026-03-31"},
        {"username": "ann", "name": "Ann Lee", "role": "Data Product Owner"},
        {"username": "bo", "role": "Data Steward", "dateOut": "2026-04-01"},
    ]
    as_object = only(third(team={"name": "pricing", "members": members}))
    as_list = only(third(team=members))
    assert as_object.owners == ("ann", "Ann Lee", "pricing")
    assert as_list.owners == ("ann", "Ann Lee")
    assert as_object.stewards == as_list.stewards == ("bo",)
    assert only(second(stakeholders=members)).stewards == ("bo",)


@pytest.mark.parametrize(
    "value",
    [
        third(schema=[{"name": "o", "quality": [{"type": "library", "metric": "rowCount"}]}]),
        third(schema=[{"name": "o", "properties": [{"name": "a", "quality": [{"type": "sql"}]}]}]),
        third(schema=[{"name": "o", "properties": [{"name": "a", "items": {"properties": [
            {"name": "b", "quality": [{"type": "sql"}]}]}}]}]),
        specification(models={"o": {"fields": {"a": {"quality": [{"type": "sql"}]}}}}),
        specification(quality={"type": "SodaCL", "specification": "checks"}),
        second(quality=[{"code": "c"}]),
    ],
)  # fmt: skip
def test_quality_rules_anywhere_are_rules_of_the_dataset(value: Values) -> None:
    assert only(value, PAGE).validation is not None


@pytest.mark.parametrize(
    "value",
    [
        third(schema=[{"name": "o", "quality": [], "properties": [{"name": "a"}]}]),
        specification(models={"o": {"fields": {"a": {"type": "string", "required": "true"}}}}),
    ],
)
def test_a_contract_without_rules_has_none(value: Values) -> None:
    assert only(value, PAGE).validation is None


def test_the_contracts_own_address_comes_before_that_of_its_file() -> None:
    own = "https://contracts.example.com/orders"
    links = [{"type": "canonical", "url": own}]
    assert only(third(authoritativeDefinitions=links), PAGE).contract == Link(own)
    assert only(third(), PAGE).contract == Link(PAGE)


def test_a_contract_without_an_address_is_taken_and_said_to_have_none() -> None:
    imported, _ = read(third())
    assert "f0.yaml has no address; --url-prefix would give it one" in imported.notices
    several, _ = read(third(), third(id="other"))
    told = [notice for notice in several.notices if "address" in notice]
    assert len(told) == 1
    assert told[0].startswith("2 contracts have no address")


@pytest.mark.parametrize(
    ("value", "key", "words"),
    [
        ({}, "", "is no data contract"),
        ("a text", "", "is no data contract"),
        ({**third(), "status": None}, "status", "is missing"),
        ({**third(), "kind": "Pod"}, "kind", "is `Pod`"),
        (third(schema={"orders": {}}), "schema", "is no list"),
        (third(schema=[{"name": "a"}, {"physicalName": "b"}]), "schema[1].name", "is missing"),
        (third(schema=[{"name": "a"}, "b"]), "schema[1].name", "is missing"),
        (third(servers=[{"server": "s"}]), "servers[0].type", "is missing"),
        (specification(info={"version": "1"}), "info.title", "is missing"),
        (specification(models=[]), "models", "is no group of keys"),
        ({**second(), "uuid": None}, "uuid", "is missing"),
    ],
)
def test_a_fault_has_its_key_and_its_file_and_the_others_are_taken(
    value: object, key: str, words: str
) -> None:
    imported, faults = read(value, third())
    assert [(fault.place, fault.key) for fault in faults] == [("f0.yaml", key)]
    assert words in faults[0].message
    assert [found.key for found in imported.assets] == ["contract:c-1/orders"]
    assert not imported.whole


def test_a_retired_contract_and_one_without_data_are_left_out_with_the_reason() -> None:
    imported, faults = read(third(status="retired"), third(schema=[]))
    assert (imported.assets, faults) == ((), ())
    assert [left.why for left in imported.left_out] == [
        "its status is retired", "it describes no dataset"
    ]  # fmt: skip


def test_a_draft_is_taken_and_said_to_be_one() -> None:
    imported, _ = read(third(status="draft"), url=PAGE)
    assert imported.notices == ("f0.yaml is taken, and its status is draft",)


def test_a_contract_that_two_files_hold_is_taken_once_and_told() -> None:
    imported, _ = read(third(), third())
    assert len(imported.assets) == 1
    assert imported.left_out[0].what == "f1.yaml, Orders mart"
