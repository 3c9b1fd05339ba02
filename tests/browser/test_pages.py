"""The site in a real browser: nothing runs, nothing leaves, and everybody can read it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import _browser
import pytest
from watched import Watched

from debrief.archive import Archive
from debrief.site.edition import Edition

pytestmark = [pytest.mark.browser, pytest.mark.samples]

SAMPLE = "2026-03-14-orders-mart-stale-prices"
POSTMORTEM = f"postmortems/2026/{SAMPLE}/"
ROOT = Path(__file__).resolve().parents[2]
PAGES = _browser.kinds(
    Edition.of(Archive.load(ROOT), date(2026, 11, 22), ROOT / "hooks" / "templates")
)
"""One page of each kind; a new kind is among them by itself."""


# --- inert and self-contained --------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_asks_nobody_else_and_breaks_no_rule(
    samples: str, watched: Watched, path: str
) -> None:
    watched.visit(samples + path)
    assert watched.complaints == []
    assert watched.foreign(samples) == []


@pytest.mark.parametrize(
    "name", ["home", "postmortems", "owners", "assets", "owner", "asset", "postmortem"]
)
def test_nothing_in_any_field_runs(hostile: str, watched: Watched, name: str) -> None:
    watched.visit(hostile + PAGES[name])
    assert watched.page.evaluate("() => window.ran") is None
    assert watched.complaints == []
    assert watched.foreign(hostile) == []


def test_a_hostile_title_is_text_wherever_it_stands(hostile: str, watched: Watched) -> None:
    page = watched.page
    page.goto(hostile + POSTMORTEM)
    assert page.inner_text("h1").startswith("<script>window.ran=1</script></title>")
    assert page.title().startswith("<script>window.ran=1</script></title>")
    page.evaluate("() => window.scrollTo(0, 2000)")  # the theme shows the title in its header
    assert "<script>" in page.text_content(".md-header__topic:nth-child(2)")
    assert page.locator(".md-nav--secondary >> text=<script>").count() == 1
    assert page.evaluate("() => window.ran") is None


def test_what_search_shows_is_inert(hostile: str, watched: Watched) -> None:
    page = watched.page
    page.goto(hostile)
    page.keyboard.press("/")
    page.keyboard.type("onerror")
    page.wait_for_selector(".md-search-result__item")
    assert page.evaluate("() => window.ran") is None
    assert page.locator(".md-search-result img, .md-search-result script").count() == 0
    assert watched.complaints == []


# --- it works ------------------------------------------------------------------------------------


def test_search_finds_a_postmortem_and_opens_it(samples: str, watched: Watched) -> None:
    page = watched.page
    page.goto(samples)
    page.keyboard.press("/")
    page.keyboard.type("stale prices")
    page.wait_for_selector(".md-search-result__item")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{POSTMORTEM}**")
    assert watched.complaints == []


def test_two_clicks_from_home_to_whether_a_table_can_be_trusted(
    samples: str, watched: Watched
) -> None:
    page = watched.page
    page.goto(samples)
    page.click(".md-tabs >> text=By data asset")
    page.click("text=Orders mart")
    assert "13 to 14 Mar 2026" in page.inner_text("article")
    assert page.inner_text(".md-tabs__item--active").strip() == "By data asset"


def test_the_colours_can_be_switched(samples: str, watched: Watched) -> None:
    page = watched.page
    page.goto(samples)
    seen = set()
    for _ in range(3):
        page.click(".md-header__option label:not([hidden])")
        seen.add(page.get_attribute("body", "data-md-color-scheme"))
    assert seen == {"default", "slate"}
    assert watched.complaints == []


def test_no_page_is_wider_than_a_phone(samples: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    for path in PAGES.values():
        page.goto(samples + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, path
    context.close()


@pytest.mark.parametrize("width", [768, 960])
def test_no_table_is_wider_than_its_place(samples: str, chromium: Any, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    wider = """tables => tables.filter(table => table.parentElement.clientWidth
      < Math.floor(table.getBoundingClientRect().width)).map(table => table.ariaLabel)"""
    found = []
    for path in PAGES.values():
        page.goto(samples + path)
        found += page.eval_on_selector_all("article :not(.db-scroll) > .db-table", wider)
    context.close()
    assert found == []


def test_a_date_in_a_table_stands_on_one_line(samples: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    broken = """dates => dates.filter(date => date.getClientRects().length > 1)
      .map(date => date.textContent)"""
    for name in ("asset", "postmortem"):
        page.goto(samples + PAGES[name])
        assert page.locator(".db-table time").count() > 3
        assert page.eval_on_selector_all(".db-table time", broken) == []
    page.goto(samples + PAGES["asset"])
    ranges = page.locator("[data-whose='upstream'] td[data-label='Dates of the data'] > div")
    assert len({one.bounding_box()["height"] for one in ranges.all()}) == 1
    context.close()


def test_what_does_not_fit_into_one_row_stands_in_even_ones(samples: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 820, "height": 900})
    page = context.new_page()
    for path, boxes, rows in (("", ".db-next > li", [2, 2, 2]), (POSTMORTEM, ".db-fact", [3, 2])):
        page.goto(samples + path)
        tops = [box.bounding_box()["y"] for box in page.locator(boxes).all()]
        assert [tops.count(top) for top in sorted(set(tops))] == rows
    context.close()


def test_a_card_has_no_line_for_what_there_is_none_of(samples: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(samples + PAGES["assets"])
    said = page.locator(".db-stack td:not(.db-main):visible > div").all_inner_texts()
    assert not {"0", "none"} & set(said)
    assert {"1", "no owner"} <= set(said)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator(".db-stack td:visible >> text=none").count() > 3, "a table has all cells"
    context.close()


def test_a_phone_sees_the_whole_cause_map(samples: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(samples + POSTMORTEM)
    shown = page.locator(".db-map:visible")
    assert shown.count() == 1
    assert shown.evaluate("map => map.scrollWidth <= map.clientWidth")
    context.close()


def test_a_chart_that_is_wider_than_a_phone_is_shown_from_its_newest_end(
    samples: str, chromium: Any
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(samples)
    chart = page.locator(".db-chart").bounding_box()
    frame = page.locator(".db-figure").bounding_box()
    assert chart["width"] > frame["width"]
    assert chart["x"] + chart["width"] == pytest.approx(frame["x"] + frame["width"], abs=1)
    context.close()


def test_the_page_for_not_found_begins_where_the_others_do(samples: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    lefts = set()
    for path in ("", "404.html"):
        page.goto(samples + path)
        lefts.add(page.locator("h1").bounding_box()["x"])
    assert len(lefts) == 1
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(".md-header label[for='__drawer']")
    page.wait_for_selector(".md-nav--primary >> text=Postmortems", state="visible")
    context.close()


def test_all_of_it_is_there_without_scripts(samples: str, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(samples + POSTMORTEM)
    assert page.locator(".db-event").count() > 10
    page.goto(samples + "postmortems/")
    assert page.locator("tr[data-record]").count() >= 18
    context.close()


def test_a_postmortem_prints_without_the_frame(samples: str, watched: Watched) -> None:
    page = watched.page
    page.goto(samples + POSTMORTEM)
    page.emulate_media(media="print")
    assert not page.is_visible(".md-header")
    assert not page.is_visible(".md-sidebar--secondary")
    assert page.is_visible("#timeline")


# --- everybody can read it -----------------------------------------------------------------------


# Each palette once and each width once: colours are variables of the palette, whatever the width.
@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 390)])
def test_axe_finds_nothing_serious(samples: str, chromium: Any, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    options = {"runOnly": standards, "resultTypes": ["violations"]}
    found = []
    for name, path in PAGES.items():
        page.goto(samples + path)
        for violation in axe.run(page, options=options).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = violation["nodes"][0]["html"][:200]
                found.append((name, violation["id"], len(violation["nodes"]), where))
    context.close()
    assert found == []


# --- was it wrong on that day? -------------------------------------------------------------------


def test_the_page_of_an_asset_answers_whether_a_date_was_wrong(
    samples: str, watched: Watched
) -> None:
    page = watched.page
    watched.visit(samples + PAGES["asset"] + "?date=2026-03-14")
    answer = page.locator(".db-ask__answer")
    assert "14 March 2026: It was wrong, and has been repaired." in answer.inner_text()
    assert "stale, backfilled" in answer.inner_text()
    page.fill(".db-ask input", "2026-03-15")
    assert "15 March 2026: nothing is recorded." in answer.inner_text()
    assert page.url.endswith("?date=2026-03-15"), "the question can be shared"
    page.fill(".db-ask input", "2026-06-30")
    assert "What it is made from was wrong on that date" in answer.inner_text()
    assert "Stock levels" in answer.inner_text()
    page.goto(samples + "assets/report.supplier_rebates/?date=2026-09-30")
    assert "do not rely on it" in answer.inner_text()
    page.goto(samples + "assets/model.demand_forecast/?date=2027-01-31")
    assert "do not rely on it" in answer.inner_text(), "nobody has said that it ended"
    page.goto(samples + "assets/warehouse.goods_receipts/?date=2026-09-30")
    assert "Its data needed no repair." in answer.inner_text()
    assert watched.complaints == []


def test_a_date_in_the_address_that_is_none_is_passed_over(samples: str, watched: Watched) -> None:
    watched.visit(samples + PAGES["asset"] + "?date=%3Cimg%20src=x%3E")
    assert watched.page.inner_text(".db-ask__answer") == ""
    assert watched.complaints == []
