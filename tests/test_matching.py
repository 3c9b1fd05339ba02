"""Which assets and owners of the catalog the names in an event mean."""

from __future__ import annotations

from datetime import date

import pytest

from debrief.catalog import Asset, Catalog, Owner
from debrief.events.notice import LogEntry, Name, Notice, Person
from debrief.matching import MOST, Match, Names, owner_of
from debrief.record import Moment

ORDERS = Asset("warehouse.orders_mart", "Orders mart", "model")
PRICES = Asset(
    "warehouse.prices", "Prices", "table", known_as=("prod.sales.prices", "price-service")
)
LOG = Asset("warehouse.log", "Log", "table")
CATALOG = Catalog(assets={asset.id: asset for asset in (ORDERS, PRICES, LOG)})


def named(*names: str, title: str = "It failed", log: str = "") -> Notice:
    entries = (LogEntry(Moment.parse("2026-03-14T07:42Z"), log),) if log else ()
    return Notice(
        "pagerduty", "Q1", title, names=tuple(Name("table", name) for name in names), log=entries
    )


def found(notice: Notice, catalog: Catalog = CATALOG) -> list[tuple[str, bool]]:
    return [(match.asset.id, match.exact) for match in Names(catalog).matches(notice)]


@pytest.mark.parametrize(
    "name",
    ["warehouse.orders_mart", "WAREHOUSE.Orders_Mart", '"warehouse"."orders_mart"', "Orders mart",
     "orders-mart", "`warehouse`.`orders_mart`", " orders_mart "],
)  # fmt: skip
def test_an_id_or_a_name_is_found_whatever_its_quotes_and_case(name: str) -> None:
    assert found(named(name)) == [("warehouse.orders_mart", True)]


def test_another_name_of_the_catalog_is_found() -> None:
    assert found(named("price service")) == [("warehouse.prices", True)]


def test_a_relation_that_ends_like_one_asset_alone_is_a_weaker_match() -> None:
    assert found(named("prod.pricing.orders_mart")) == [("warehouse.orders_mart", False)]


def test_a_relation_of_another_schema_than_the_one_that_is_known_is_no_match() -> None:
    assert found(named("prod.finance.prices")) == []
    assert found(named("copy.sales.prices")) == [("warehouse.prices", False)]


def test_an_ending_that_two_assets_share_or_that_is_short_is_no_match() -> None:
    twice = Asset("lake.orders_mart", "Raw orders", "table")
    catalog = Catalog(assets={asset.id: asset for asset in (ORDERS, twice, LOG)})
    assert found(named("prod.pricing.orders_mart"), catalog) == []
    assert found(named("prod.ops.log"), catalog) == []


def test_of_two_assets_that_end_alike_the_one_that_shares_more_is_meant() -> None:
    feed = Asset("source.orders_mart", "Orders feed", "source")
    catalog = Catalog(assets={asset.id: asset for asset in (feed, ORDERS, LOG)})
    assert found(named("PROD.WAREHOUSE.ORDERS_MART"), catalog) == [("warehouse.orders_mart", False)]
    assert found(named("prod.source.orders_mart"), catalog) == [("source.orders_mart", False)]
    assert found(named("prod.warehouse.log"), catalog) == [("warehouse.log", False)]


def test_a_name_that_may_mean_several_assets_is_in_doubt_until_one_of_them_is_named() -> None:
    feed = Asset("source.orders_mart", "Orders feed", "source")
    catalog = Catalog(assets={asset.id: asset for asset in (feed, ORDERS)})

    def doubted(*names: str) -> list[tuple[str, ...]]:
        doubts = Names(catalog).in_doubt(named(*names))
        return [(name.text, *(asset.id for asset in assets)) for name, assets in doubts]

    assert doubted("dwh.orders_mart", "nothing") == [
        ("dwh.orders_mart", "source.orders_mart", "warehouse.orders_mart")
    ]
    assert doubted("dwh.orders_mart", "Orders feed") == []


def test_exact_matches_come_first_and_each_asset_once() -> None:
    notice = named("prod.pricing.orders_mart", "prices", "warehouse.prices")
    assert found(notice) == [("warehouse.prices", True), ("warehouse.orders_mart", False)]


def test_the_words_of_an_event_count_where_nobody_writes_a_name_by_chance() -> None:
    assert found(named(title="Freshness of warehouse.orders_mart: 9 hours")) == [
        ("warehouse.orders_mart", True)
    ]
    assert found(named(log="the orders MART is late")) == [("warehouse.orders_mart", True)]
    assert found(named(title="Prices went up in the log")) == []


def test_a_match_says_what_it_rests_on() -> None:
    told = [match.because for match in Names(CATALOG).matches(named("prices", "x.y.orders_mart"))]
    assert told == [
        "the table `prices` is one of its names",
        "the table `x.y.orders_mart` ends like its name",
    ]
    [match] = Names(CATALOG).matches(named(title="orders mart is late"))
    assert match.because == "the text says `Orders mart`"


def test_a_flood_of_names_suggests_a_few() -> None:
    many = {f"t.table_{n}": Asset(f"t.table_{n}", f"Table {n}", "table") for n in range(100)}
    assert len(found(named(*many), Catalog(assets=many))) == MOST


def test_what_is_gone_is_no_match() -> None:
    gone = Asset("warehouse.orders_mart", "Orders mart", "model", gone_on=date(2026, 1, 1))
    assert found(named("orders_mart"), Catalog(assets={gone.id: gone})) == []


def test_an_empty_catalog_has_no_match() -> None:
    assert found(named("warehouse.orders_mart"), Catalog()) == []
    assert Names(Catalog()).matches(named()) == ()


# --- people --------------------------------------------------------------------------------------

MEI = Owner(
    "m-sato", "Mei Sato", "person", handles=("@m-sato",), addresses=("mei@pellwick.example",)
)
OTHER = Owner("k-sato", "Kei Sato", "person", handles=("@kei",))
GONE = Owner("gone", "Gone Person", "person", addresses=("gone@pellwick.example",), active=False)
PEOPLE = Catalog(owners={owner.id: owner for owner in (MEI, OTHER, GONE)})


@pytest.mark.parametrize(
    "name",
    ["m-sato", "M-Sato", "@m-sato", "Mei Sato", "mei@pellwick.example", "MEI@pellwick.example",
     "12345+m-sato@users.noreply.github.com"],
)  # fmt: skip
def test_somebody_is_found_by_each_of_their_names(name: str) -> None:
    assert owner_of(PEOPLE, Person("on-call", (name,))) == MEI


@pytest.mark.parametrize("name", ["Sato", "gone@pellwick.example", "Gone Person", "x@m-sato", ""])
def test_nobody_is_found_by_half_a_name_or_when_they_have_left(name: str) -> None:
    assert owner_of(PEOPLE, Person("on-call", (name,))) is None


def test_a_full_name_that_two_people_share_is_nobodys() -> None:
    twin = Owner("m-sato-2", "Mei Sato", "person")
    catalog = Catalog(owners={owner.id: owner for owner in (MEI, twin)})
    assert owner_of(catalog, Person("on-call", ("Mei Sato",))) is None
    assert owner_of(catalog, Person("on-call", ("Mei Sato", "m-sato"))) == MEI


def test_a_match_is_what_it_was_made_of() -> None:
    [match] = Names(CATALOG).matches(named("orders_mart"))
    assert match == Match(ORDERS, Name("table", "orders_mart"), exact=True)
