"""Reliability: what a steward looks at first, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from debrief.site import reliability
from debrief.site.edition import Edition
from debrief.site.reliability import ReliabilityView

TODAY = date(2026, 11, 25)

ASSETS: dict[str, Any] = {
    "wh.raw": {"name": "Raw", "kind": "source", "domain": "sales", "owner": "team"},
    "wh.orders": {
        "name": "Orders",
        "kind": "table",
        "domain": "sales",
        "owner": "team",
        "upstream": ["wh.raw"],
    },
    "bi.board": {
        "name": "Board",
        "kind": "dashboard",
        "tier": 1,
        "domain": "finance",
        "owner": "team",
        "upstream": ["wh.orders"],
    },
    "bi.alone": {"name": "Alone", "kind": "report", "domain": "finance", "owner": "team"},
    "wh.quiet": {"name": "Quiet", "kind": "table", "owner": "team", "upstream": ["wh.raw"]},
}


def wrong(first: str, last: str, repair: str, asset: str = "wh.orders") -> dict[str, Any]:
    return {
        "asset": asset,
        "effect": "stale",
        "data_from": first,
        "data_to": last,
        "repair": repair,
    }


@pytest.fixture
def company(repository: Any) -> Any:
    """A table between a source and a dashboard, a report that nothing feeds, a quiet table."""
    repository.catalog("owners", {"owners": {"team": {"name": "Team", "kind": "team"}}})
    repository.catalog("assets", {"assets": ASSETS})
    return repository


def view_of(repository: Any) -> ReliabilityView:
    return ReliabilityView(replace(repository.edition(), today=TODAY))


def outage(repository: Any, record_id: str, *assets: Any, **more: Any) -> None:
    repository.record(
        record_id, {"title": "One", "status": "draft", "assets": list(assets), **more}
    )


def names(view: ReliabilityView) -> list[str]:
    return [one.asset.name for one in view.rows]


def test_unrepaired_data_comes_first_and_what_is_made_from_it_next(company: Any) -> None:
    outage(company, "2026-05-01-a", wrong("2026-05-01", "2026-05-03", "pending"))
    view = view_of(company)
    assert names(view) == ["Orders", "Board", "Alone"]
    orders, board, alone = view.rows
    assert (orders.step, board.step, alone.step) == (0, 1, 4)
    assert board.unrepaired_upstream == ("wh.orders",)
    assert (orders.exposed, orders.vital) == ("1 dashboard", ("bi.board",))
    assert alone.gaps == ("no upstream known",)


def test_an_overdue_prevention_upstream_threatens_what_is_downstream(company: Any) -> None:
    action = {"id": "a", "title": "Test it", "type": "preventive", "owner": "team"}
    late = {**action, "due": "2026-06-01", "status": "open"}
    outage(
        company,
        "2024-05-01-a",
        wrong("2024-05-01", "2024-05-03", "backfilled"),
        actions=[late, {**action, "id": "b", "type": "corrective", "due": "2026-06-01"}],
    )
    view = view_of(company)
    assert [one.asset.name for one in view.rows if one.step == 2] == ["Board", "Orders"]
    board = view.rows[0]
    assert [action.id for _, action in board.overdue] == ["a"], "a corrective one prevents nothing"
    assert (board.outages_in_year, board.days_since) == (0, None)


def test_days_and_outages_of_the_year_are_told_beside_all(company: Any) -> None:
    outage(company, "2024-05-01-a", wrong("2024-05-01", "2024-05-03", "backfilled"))
    outage(company, "2025-11-20-b", wrong("2025-11-20", "2025-12-01", "backfilled"))
    outage(company, "2026-10-01-c", wrong("2025-12-01", "2025-12-02", "backfilled"))
    (orders,) = [one for one in view_of(company).rows if one.asset.name == "Orders"]
    assert (orders.outages_in_year, orders.own.records) == (1, 3)
    assert orders.days_in_year == 7, "26 November to 2 December, a date once"
    assert orders.days_since == 55
    outage(company, "2026-11-01-d", wrong("2026-11-20", "2026-12-31", "pending"))
    (orders,) = [one for one in view_of(company).rows if one.asset.name == "Orders"]
    assert orders.days_in_year == 7 + 6, "not beyond today"


def test_a_quiet_asset_has_no_row_and_is_counted(company: Any, read: Any) -> None:
    page = read(reliability.overview_page(view_of(company)).html)
    assert "Of 4 other assets nothing is to be said" in page.text
    assert "Quiet" not in page.text.partition("By domain")[0]


def test_domains_add_up_and_say_how_much_is_known(company: Any, read: Any) -> None:
    outage(company, "2026-05-01-a", wrong("2026-05-01", "2026-05-03", "pending"))
    view = view_of(company)
    finance, sales, without = view.domains
    assert [domain.name for domain in view.domains] == ["Finance", "Sales", "No domain given"]
    assert (sales.outages_in_year, sales.days_in_year, sales.unrepaired) == (1, 3, 1)
    assert (finance.outages_in_year, finance.threatened, finance.days_since) == (0, 1, None)
    assert [figure.value for figure in finance.coverage] == [100, 0, 50]
    assert without.rows == ()
    page = read(reliability.domain_page(view, finance).html)
    assert "Not repaired upstream: Orders" in " ".join(page.text.split())
    assert "Looked at, and nothing feeds it" in page.text


def test_of_a_gone_asset_and_of_a_restricted_record_nothing_is_said(company: Any) -> None:
    gone = {**ASSETS, "wh.orders": {**ASSETS["wh.orders"], "gone_on": "2026-10-01"}}
    company.catalog("assets", {"assets": gone})
    outage(company, "2026-05-01-a", wrong("2026-05-01", "2026-05-03", "pending"))
    outage(
        company,
        "2026-06-01-b",
        wrong("2026-06-01", "2026-06-03", "pending", "wh.quiet"),
        visibility="restricted",
    )
    assert not {"Orders", "Quiet"} & set(names(view_of(company)))


def test_imported_outages_count_as_on_the_pages_of_assets(company: Any) -> None:
    outage(
        company,
        "2026-05-01-a",
        wrong("2026-05-01", "2026-05-03", "pending"),
        imported={"source": "A wiki"},
    )
    assert names(view_of(company))[0] == "Orders"


def test_a_long_table_is_cut_and_says_so(
    company: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reliability, "FIRST", 1)
    outage(company, "2026-05-01-a", wrong("2026-05-01", "2026-05-03", "pending"))
    page = read(reliability.overview_page(view_of(company)).html)
    assert "And 2 more: the pages of the domains have them" in page.text


def test_lineage_in_a_circle_ends(company: Any) -> None:
    circle = {**ASSETS, "wh.raw": {**ASSETS["wh.raw"], "upstream": ["bi.board"]}}
    company.catalog("assets", {"assets": circle})
    outage(company, "2026-05-01-a", wrong("2026-05-01", "2026-05-03", "pending"))
    assert {one.asset.id for one in view_of(company).rows if one.step == 1} == {
        "wh.raw",
        "bi.board",
        "wh.quiet",
    }


def test_an_empty_catalog_says_what_to_do(repository: Any, read: Any) -> None:
    page = read(reliability.overview_page(view_of(repository)).html)
    assert "There are no data assets yet" in page.text


@pytest.mark.samples
def test_assets_and_their_domain_lead_to_one_another(
    samples: Edition, pages: Any, read: Any
) -> None:
    made = pages(samples)
    asset = read(made["assets/model.demand_forecast/"].html)
    assert "../../reliability/forecasting/" in asset.values("href")
    domain = read(made["reliability/forecasting/"].html)
    assert "../../assets/model.demand_forecast/" in domain.values("href")
    domains = {a.domain for a in samples.archive.catalog.assets.values() if a.domain}
    assert {f"reliability/{name}/" for name in domains} <= made.keys()


def test_assets_without_a_domain_have_a_page_of_their_own(company: Any, read: Any) -> None:
    outage(company, "2026-05-01-a", wrong("2026-05-01", "2026-05-03", "pending", "wh.quiet"))
    view = view_of(company)
    plans = {plan.address: plan for plan in reliability.plans(view.edition)}
    page = read(plans["reliability/no_domain/"].make().html)
    assert "Quiet" in page.text
