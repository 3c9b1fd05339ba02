"""The timeline in a real browser: what was estimated keeps clear, and the list and it lead on."""

from __future__ import annotations

from datetime import date
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from debrief.archive import Archive
from debrief.site import address, timeline

pytestmark = [pytest.mark.browser, pytest.mark.samples]

DAY = date(2026, 11, 22)
SAMPLE = "postmortems/2026/2026-03-14-orders-mart-stale-prices/"

MEASURE = """() => {
    const box = (element) => {
        const {left, right, top, bottom} = element.getBoundingClientRect();
        return [left, right, top, bottom];
    };
    const all = (selector) => [...document.querySelectorAll(`.db-timescale__frame ${selector}`)];
    const pieces = (tear) => {
        const [left, right] = box(tear);
        const {top} = all("> svg")[0].getBoundingClientRect();
        return [...tear.getAttribute("d").matchAll(/M-3 ([\\d.]+)/g)].map(
            ([, y]) => [left, right, top + Number(y), top + Number(y) + 22]);
    };
    return {
        drawing: box(all("> svg")[0]),
        marks: all("a > svg").map(box),
        labels: all(".db-timescale__ticks text, .db-timescale__break text").map(box),
        phases: all(".db-phase__label").map(box),
        tears: all(".db-tear").flatMap(pieces),
        sizes: all("text").map((text) => parseFloat(getComputedStyle(text).fontSize)),
    };
}"""


def overlap(one: list[float], other: list[float]) -> bool:
    return all(max(one[i], other[i]) < min(one[i + 1], other[i + 1]) - 0.5 for i in (0, 2))


@pytest.fixture
def page(chromium: Any, request: pytest.FixtureRequest) -> Any:
    context = chromium.new_context(viewport={"width": request.param, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("page", [390, 1440], indirect=True)
def test_nothing_overlaps_or_leaves_the_drawing(root: Path, samples: str, page: Any) -> None:
    records = Archive.load(root).postmortems
    drawn = [record for record in records if timeline.drawing(record, DAY)]
    torn = 0
    for record in drawn:
        if record.restricted:
            continue
        page.goto(samples + address.postmortem(record.id))
        seen = page.evaluate(MEASURE)
        assert min(seen["sizes"]) >= 11, record.id
        torn += len(seen["tears"])
        for tear, label in product(seen["tears"], seen["phases"]):
            assert not overlap(tear, label), (record.id, "tears")
        for kind in ("marks", "labels", "phases"):
            for one, other in combinations(seen[kind], 2):
                assert not overlap(one, other), (record.id, kind)
            for left, right, top, bottom in seen[kind]:
                frame = seen["drawing"]
                assert frame[0] <= left, record.id
                assert right <= frame[1], record.id
                assert frame[2] - 1 <= top, record.id
                assert bottom <= frame[3] + 1, record.id
    assert torn, "there are tears to look at"


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_on_paper_the_words_before_the_drawing_are_kept_with_it(samples: str, page: Any) -> None:
    page.emulate_media(media="print")
    page.goto(samples + SAMPLE)
    before = page.locator("p:has(+ .db-timescale)")
    assert before.inner_text().startswith("Set off by")
    assert before.evaluate("(one) => getComputedStyle(one).breakAfter") == "avoid"


@pytest.mark.parametrize("page", [390], indirect=True)
def test_a_number_in_the_list_shows_its_mark_and_the_mark_its_entry(
    samples: str, page: Any
) -> None:
    page.goto(samples + SAMPLE)
    page.click("#event-14 .db-event__mark")
    mark = page.locator("#mark-14 > svg").bounding_box()
    assert 0 < mark["x"] < 390 - mark["width"], "the frame scrolled to it"
    page.click("#mark-14")
    assert page.url.endswith("#event-14")
    assert page.locator("#event-14").bounding_box()["y"] < 844


@pytest.mark.parametrize("page", [390], indirect=True)
def test_the_drawing_is_used_with_the_keyboard(samples: str, page: Any) -> None:
    page.goto(samples + SAMPLE)
    page.focus(".db-timescale__frame")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "mark-1"
    page.keyboard.press("Enter")
    assert page.url.endswith("#event-1")
