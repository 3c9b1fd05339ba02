"""The lineage on a screen, on a phone and on paper."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.samples]

WIDE = "postmortems/2026/2026-04-22-warehouse-down-with-cloud-region/"
ASSET = "assets/warehouse.orders_mart/"

IN_SIGHT = """(box) => {
  const frame = box.closest(".db-scroll").getBoundingClientRect();
  const { left, right } = box.getBoundingClientRect();
  return left >= frame.left && right <= frame.right;
}"""


@pytest.mark.parametrize(("path", "box"), [(WIDE, ".db-box--failed"), (ASSET, ".db-box--centre")])
@pytest.mark.parametrize("width", [1400, 390])
def test_what_the_page_is_about_is_in_sight(
    samples: str, chromium: Any, path: str, box: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(samples + path)
    assert page.locator(box).first.evaluate(IN_SIGHT)
    page.close()


def test_a_wide_drawing_scrolls_within_itself_by_keyboard(samples: str, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(samples + WIDE)
    scroller = page.locator(".db-lineage .db-scroll")
    before = scroller.evaluate("one => one.scrollLeft")
    scroller.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        f"() => document.querySelector('.db-lineage .db-scroll').scrollLeft > {before}"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


@pytest.mark.parametrize("path", [WIDE, ASSET])
def test_no_words_are_smaller_than_11_pixels(samples: str, chromium: Any, path: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(samples + path)
    sizes = page.locator(".db-lineage text").evaluate_all(
        """all => all.map((one) => {
          const svg = one.ownerSVGElement;
          return parseFloat(getComputedStyle(one).fontSize) *
            (svg.getBoundingClientRect().width / svg.viewBox.baseVal.width);
        })"""
    )
    assert len(sizes) > 10
    assert min(sizes) >= 10.99
    page.close()


def test_words_stay_within_their_boxes(samples: str, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    for path in (WIDE, ASSET):
        page.goto(samples + path)
        outside = page.locator(".db-box").evaluate_all(
            """boxes => boxes.flatMap((box) => {
              const frame = box.querySelector(":scope > :is(rect, path:last-of-type)").getBBox();
              return [...box.querySelectorAll(":scope > text")]
                .filter((text) => text.getBBox().x + text.getBBox().width > frame.x + frame.width)
                .map((text) => text.textContent);
            })"""
        )
        assert outside == []
        tags = page.locator(".db-tag").evaluate_all(
            """tags => tags.filter((tag) => {
              const text = tag.querySelector("text").getBBox();
              const ground = tag.querySelector("rect").getBBox();
              return text.x + text.width > ground.x + ground.width;
            }).map((tag) => tag.textContent)"""
        )
        assert tags == []
    page.close()


def test_what_is_counted_opens_the_list_that_names_it(samples: str, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto(samples + WIDE)
    named = page.locator("#upstream-more li").first
    assert not named.is_visible()
    page.locator(".db-box--counted").first.click()
    named.wait_for(state="visible")
    page.close()


def test_on_paper_all_of_it_is_there(samples: str, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 720, "height": 1000})
    page.goto(samples + WIDE)
    page.emulate_media(media="print")
    drawing = page.locator(".db-drawing").bounding_box()
    assert drawing["x"] >= 0
    assert drawing["x"] + drawing["width"] <= 720
    page.close()
