"""Names of data as they are compared, and the ids that are made of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.relations import asset_id, bare, dataset_ids, located, normal, with_digest

ID = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")


@pytest.mark.parametrize(
    "written",
    ['"PROD"."Pricing"."ORDERS"', "`prod`.pricing.orders", "[prod].[pricing].[orders]",
     " prod . pricing.orders "],
)  # fmt: skip
def test_quotes_and_letter_case_of_an_adapter_do_not_matter(written: str) -> None:
    assert normal(written) == "prod.pricing.orders"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_whatever_the_names_are_an_id_is_one_that_the_schema_allows(parts: list[str]) -> None:
    if any(part.strip() for part in parts):
        found = asset_id(*parts)
        assert ID.match(found)
        assert len(found) <= 120


def test_names_in_another_script_do_not_become_one_id() -> None:
    assert asset_id("dwh", "注文") != asset_id("dwh", "価格")
    assert asset_id("Größe", "Ärger") == "grosse.arger"


def test_a_digest_makes_another_id_of_the_same_length_at_most() -> None:
    assert with_digest("a" * 120, "one") != with_digest("a" * 120, "other")
    assert len(with_digest("a" * 120, "one")) <= 120


@pytest.mark.parametrize(
    ("namespace", "name", "uri", "relation"),
    [
        ("postgres://db:5432", "prod.pricing.orders", "postgres://db:5432/prod.pricing.orders",
         "prod.pricing.orders"),
        ("snowflake://acme-eu", "PROD.PRICING.ORDERS", "snowflake://acme-eu/PROD.PRICING.ORDERS",
         "PROD.PRICING.ORDERS"),
        ("bigquery", "prod.pricing.orders", "prod.pricing.orders", "prod.pricing.orders"),
        ("s3://lake", "/raw/orders/", "s3://lake/raw/orders", None),
        ("kafka://broker:9092", "orders", "kafka://broker:9092/orders", None),
        ("file", "/data/orders", "file:/data/orders", None),
    ],
)  # fmt: skip
def test_a_dataset_has_the_name_of_the_naming_conventions(
    namespace: str, name: str, uri: str, relation: str | None
) -> None:
    assert (located(namespace, name), bare(namespace, name)) == (uri, relation)


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [
        ("snowflake://acme-eu", '"PROD"."PRICING"."ORDERS"', "pricing.orders"),
        ("s3://lake", "raw/orders", "lake.raw.orders"),
        ("kafka://broker:9092", "shop.orders", "topic.shop.orders"),
    ],
)
def test_the_shortest_id_is_one_that_people_can_read(
    namespace: str, name: str, expected: str
) -> None:
    assert dataset_ids(namespace, name)[0] == expected
