"""The search box in a real browser, with both of the engines that may answer it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.samples]

SAMPLE = "2026-03-14-orders-mart-stale-prices"
POSTMORTEM = f"postmortems/2026/{SAMPLE}/"
ENGINES = {"light": "", "pagefind": "_in_pagefind"}
RESULT = ".md-search-result__item"
WAIT = 10_000
SETTLED = """() => {
    const said = document.querySelector("[data-search] [role=status]").textContent;
    return said && !said.startsWith("Searching") && !said.startsWith("Words, the id");
}"""


class Box:
    """The search box of a site, driven as a person drives it."""

    def __init__(self, watched: Watched, url: str) -> None:
        self.watched = watched
        self.page = watched.page
        self.url = url

    def open(self, path: str = "") -> None:
        self.watched.visit(self.url + path)
        self.page.keyboard.press("/")

    def ask(self, query: str) -> None:
        """Type a query into a new page's box, and wait for its answer."""
        self.open()
        self.page.keyboard.type(query)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_function(SETTLED, timeout=WAIT)
        self.page.wait_for_timeout(250)  # longer than the pause after the last key

    def said(self) -> str:
        return str(self.page.inner_text("[data-search] [role=status]"))

    def places(self) -> list[str]:
        """The addresses of the pages that were found, as they are shown."""
        links = self.page.locator(f"{RESULT} > a:first-child")
        found: list[str] = links.evaluate_all("links => links.map(link => link.href)")
        return [href.removeprefix(self.url) for href in found]

    def facts(self) -> list[list[str]]:
        """What each result says of its page: kind, status, severity, year."""
        lines = self.page.locator(f"{RESULT} .db-found__facts").all_inner_texts()
        return [line.removeprefix("Exact ").split(" · ") for line in lines]

    def show_all(self) -> None:
        while self.page.is_visible(".db-more"):
            shown = len(self.places())
            self.page.click(".db-more")
            self.page.wait_for_function(
                "([item, shown]) => document.querySelectorAll(item).length > shown",
                arg=[RESULT, shown],
            )

    def counts(self) -> dict[str, int]:
        """The values that can be chosen, with their counts."""
        return {
            label.rpartition(" ")[0]: int(label.rpartition(" ")[2])
            for label in self.page.locator(".db-facet").all_inner_texts()
        }

    def choose(self, value: str) -> None:
        pressed = self.page.locator(f'.db-facet[data-facet$=":{value}"]')
        pressed.click()
        self.page.wait_for_function(
            "value => document.querySelector(`.db-facet[data-facet$=':${value}']`)"
            ".getAttribute('aria-pressed') === 'true'",
            arg=value,
        )

    def focused(self) -> int:
        """Which result has the focus; -1 while it is in the box."""
        found: int = self.page.evaluate(
            "item => [...document.querySelectorAll(`${item} a`)].indexOf(document.activeElement)",
            RESULT,
        )
        return found


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(engine: str, request: pytest.FixtureRequest) -> str:
    """The address of the samples' site with the engine."""
    return str(request.getfixturevalue(f"samples{ENGINES[engine]}"))


@pytest.fixture
def box(site: str, watched: Watched) -> Iterator[Box]:
    """The box of the samples' site, of which the browser may not complain."""
    yield Box(watched, site)
    assert watched.complaints == []
    assert watched.foreign(site) == []


# --- what it costs -------------------------------------------------------------------------------


def test_nothing_is_loaded_before_somebody_turns_to_the_box_and_then_one_engine(
    box: Box, engine: str
) -> None:
    box.watched.visit(box.url + POSTMORTEM)
    box.page.wait_for_load_state("networkidle")

    def asked() -> list[str]:
        return [one.removeprefix(box.url) for one in box.watched.requests]

    assert [one for one in asked() if one.startswith("search/") or "engines" in one] == []
    box.page.keyboard.press("/")
    box.page.keyboard.type("prices")
    box.settle()
    assert ("search/search_index.json" in asked()) == (engine == "light")
    assert ("search/pagefind/pagefind.js" in asked()) == (engine == "pagefind")


# --- what it finds -------------------------------------------------------------------------------


def test_the_text_finds_a_postmortem_and_enter_opens_it(box: Box) -> None:
    box.ask("stale prices")
    assert box.places()[0] == POSTMORTEM
    box.page.keyboard.press("Enter")
    box.page.wait_for_url(f"**/{POSTMORTEM}**")
    assert box.page.inner_text("h1").startswith("Orders mart served stale prices")


def test_enter_pressed_before_the_answer_came_opens_it_all_the_same(box: Box) -> None:
    box.open()
    box.page.keyboard.type("stale prices")
    box.page.keyboard.press("Enter")
    box.page.wait_for_url(f"**/{POSTMORTEM}**", timeout=WAIT)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        (SAMPLE, POSTMORTEM),
        (SAMPLE.upper(), POSTMORTEM),
        ("2026-03-14", POSTMORTEM),
        ("2026-03-14-orders", POSTMORTEM),
        ("4711", POSTMORTEM),
        ("warehouse.orders_mart", "assets/warehouse.orders_mart/"),
        ("orders_mart", "assets/warehouse.orders_mart/"),
        ("orders mart", "assets/warehouse.orders_mart/"),
        ("sev1", "severity/sev1/"),
    ],
)
def test_what_is_known_by_its_name_comes_first_and_is_marked(
    box: Box, query: str, place: str
) -> None:
    box.ask(query)
    assert box.places()[0] == place
    assert box.places().count(place) == 1
    assert box.page.locator(".db-exact").all_inner_texts() == ["Exact"]
    assert box.page.locator(f"{RESULT} >> nth=0").locator(".db-exact").count() == 1
    assert "by that name" in box.said()


def test_an_apostrophe_beside_a_word_that_was_found_stays_one(box: Box) -> None:
    box.ask("supplier")
    shown = box.page.locator(f"{RESULT} .db-found__text").all_inner_texts()
    assert any("supplier's" in text or "suppliers'" in text for text in shown)
    assert not [text for text in shown if "';" in text or "&#" in text]


def test_what_only_has_the_words_is_not_marked_as_exact(box: Box) -> None:
    box.ask("prices")
    assert len(box.places()) > 1
    assert box.page.locator(".db-exact").count() == 0


def test_pages_of_the_handbook_are_found(box: Box) -> None:
    box.ask("blameless language")
    assert box.places()[0] == "handbook/blameless/"
    assert box.facts()[0] == ["Handbook"]


def test_a_place_within_a_page_is_found(box: Box) -> None:
    box.ask("stale prices")
    link = box.page.locator(".db-found--section").first
    href = link.get_attribute("href")
    link.click()
    box.page.wait_for_url(href)
    anchor = href.partition("#")[2]
    assert box.page.locator(f'[id="{anchor}"]').count() == 1


@pytest.mark.parametrize(
    "query", ["stock_movements schema", "warehouse.stock_movements", "raw/web"]
)
def test_words_are_found_within_the_names_of_tables_and_paths(box: Box, query: str) -> None:
    box.ask(query)
    assert box.said()[0].isdecimal()
    assert any(place.startswith("postmortems/") for place in box.places())


def test_a_query_that_nothing_answers_says_so(box: Box) -> None:
    box.ask("zyxwvutqq")
    assert box.said().startswith("Nothing found. Try ")
    assert box.places() == []


def test_a_word_that_stands_nowhere_is_said_beside_those_that_do(box: Box) -> None:
    box.ask("zyxwvutqq stale")
    assert box.said().startswith("No page has all of these words. Near to them: ")
    assert box.places()


@pytest.mark.parametrize("query", ["constructor", "__proto__", "hasOwnProperty", "*", "~", '+"(:^'])
def test_no_word_breaks_it(box: Box, query: str) -> None:
    box.ask(query)
    assert "does not work" not in box.said()
    assert box.page.locator(".db-exact").count() == 0


def test_a_link_with_a_query_shows_its_results(box: Box) -> None:
    box.watched.visit(f"{box.url}?q=stale+prices")
    box.page.wait_for_selector(RESULT, timeout=WAIT)
    box.settle()
    assert box.places()[0] == POSTMORTEM
    box.page.keyboard.press("Escape")
    assert box.page.url == box.url


# --- narrowing -----------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_results_and_their_values_come_in_order(
    box: Box, site: str
) -> None:
    box.ask("orders")
    box.show_all()
    assert box.said() == f"{len(box.places())} pages"
    counted = Counter(fact for facts in box.facts() for fact in facts)
    counts = box.counts()
    assert {value: counted[value] for value in counts} == counts
    assert {"Postmortem", "Data asset", "Handbook", "Closed", "SEV 2", "2026"} <= counts.keys()
    with urlopen(f"{site}search/engine.json") as answer:  # noqa: S310 - our own server
        facets = json.load(answer)["facets"]
    offered = [value for facet in facets for value in facet["values"] if value in counts]
    assert list(counts) == offered


def test_facets_narrow_together_and_can_be_taken_back(box: Box) -> None:
    box.ask("orders")
    before = box.said()
    box.choose("Postmortem")
    box.show_all()
    assert {facts[0] for facts in box.facts()} == {"Postmortem"}
    assert len(box.places()) == box.counts()["Postmortem"]
    expected = box.counts()["Closed"]
    box.choose("Closed")
    box.show_all()
    assert {tuple(facts[:2]) for facts in box.facts()} == {("Postmortem", "Closed")}
    assert len(box.places()) == expected
    focused = box.page.evaluate("() => document.activeElement.dataset.facet")
    assert focused == "1:Closed", "the keyboard stays where it was"
    for value in ("Closed", "Postmortem"):
        box.page.click(f'.db-facet[data-facet$=":{value}"]')
    box.page.wait_for_function(
        "said => document.querySelector('[data-search] [role=status]').textContent === said",
        arg=before,
    )


def test_of_one_facet_any_of_the_values_will_do(box: Box) -> None:
    box.ask("orders")
    counts = box.counts()
    box.choose("SEV 1")
    box.choose("SEV 2")
    box.show_all()
    assert len(box.places()) == counts["SEV 1"] + counts["SEV 2"]
    assert {facts[2] for facts in box.facts()} == {"SEV 1", "SEV 2"}


# --- the keyboard --------------------------------------------------------------------------------


def test_the_keyboard_opens_moves_and_closes(box: Box) -> None:
    box.ask("orders")
    last = box.page.locator(f"{RESULT} a").count() - 1
    assert box.focused() == -1
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
        box.page.keyboard.press(key)
        seen.append(box.focused())
    assert seen == [0, 1, 0, -1, last]
    box.page.keyboard.press("Escape")
    assert not box.page.is_checked("#__search")
    assert box.page.evaluate("() => document.activeElement === document.body")
    box.page.keyboard.press("ArrowDown")
    assert box.focused() == -1, "what is closed takes no keys"
    box.page.keyboard.press("/")
    assert box.page.input_value("[data-search] input") == "orders", "the query is still there"
    box.page.keyboard.type("a/b")
    assert box.page.input_value("[data-search] input") == "a/b", "and is typed over"


def test_typing_goes_on_from_a_result(box: Box) -> None:
    box.ask("stale")
    box.page.keyboard.press("ArrowDown")
    assert box.focused() == 0
    box.page.keyboard.type("x")
    assert box.page.input_value("[data-search] input") == "stalex"


# --- safe, and for everybody ---------------------------------------------------------------------


@pytest.mark.parametrize("query", ["onerror", "script", SAMPLE])
def test_with_a_hostile_archive_nothing_runs(
    engine: str, request: pytest.FixtureRequest, watched: Watched, query: str
) -> None:
    url = str(request.getfixturevalue(f"hostile{ENGINES[engine]}"))
    box = Box(watched, url)
    box.ask(query)
    assert box.places() != []
    panel = watched.page.locator("[data-search] .md-search__output")
    assert panel.locator("img, script, svg, iframe, [onerror], [onload], [style]").count() == 0
    assert {place.partition(":")[0] for place in box.places()} & {"javascript", "data"} == set()
    assert watched.page.evaluate("() => window.ran") is None
    assert watched.complaints == []
    assert watched.foreign(url) == []


def test_a_hostile_title_is_shown_as_its_author_wrote_it(
    engine: str, request: pytest.FixtureRequest, watched: Watched
) -> None:
    box = Box(watched, str(request.getfixturevalue(f"hostile{ENGINES[engine]}")))
    box.ask(SAMPLE)
    title = watched.page.inner_text(f"{RESULT} >> nth=0 >> .db-found__title >> nth=0")
    assert title.startswith("<script>window.ran=1</script></title>")
    assert watched.complaints == []


@pytest.fixture
def at(chromium: Any, site: str) -> Iterator[Callable[..., Box]]:
    """A box in a window of a given width, and with other wishes of a reader."""
    contexts = []

    def opened(width: int, **wishes: Any) -> Box:
        context = chromium.new_context(viewport={"width": width, "height": 844}, **wishes)
        contexts.append(context)
        return Box(Watched(context.new_page()), site)

    yield opened
    for context in contexts:
        context.close()


def test_on_a_phone_the_box_fills_the_screen_and_works(at: Callable[..., Box]) -> None:
    box = at(390, has_touch=True, is_mobile=True)
    page = box.page
    box.watched.visit(box.url)
    page.tap(".md-header label[for=__search]")
    page.keyboard.type("orders")
    page.wait_for_selector(RESULT, timeout=WAIT)
    box.settle()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    for shown in (RESULT, ".db-facets", ".db-facet >> nth=0", "[data-search] input"):
        bounds = page.locator(shown).first.bounding_box()
        assert bounds is not None
        assert bounds["x"] >= 0, shown
        assert bounds["x"] + bounds["width"] <= 390, shown
    page.tap('.db-facet[data-facet="0:Postmortem"]')
    page.wait_for_selector('.db-facet[data-facet="0:Postmortem"][aria-pressed=true]', timeout=WAIT)
    page.tap(f"{RESULT} >> nth=0 >> a >> nth=0")
    page.wait_for_url("**/postmortems/**")
    assert box.watched.complaints == []


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_opened_box(
    at: Callable[..., Box], scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    box = at(width, color_scheme=scheme, reduced_motion="reduce")
    box.ask("orders mart")
    box.choose("Postmortem")
    box.page.keyboard.press("ArrowDown")
    box.page.wait_for_timeout(300)  # colours fade in
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
        "resultTypes": ["violations"],
    }
    found = [
        (violation["id"], violation["nodes"][0]["html"][:200])
        for violation in axe.run(box.page, options=options).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert found == []


def test_an_index_that_cannot_be_read_is_said_and_leads_on(site: str, watched: Watched) -> None:
    watched.page.route("**/search/engine.json", lambda route: route.fulfill(status=404))
    box = Box(watched, site)
    box.ask("orders")
    assert "search/engine.json cannot be read (404)" in box.said()
    watched.page.click("[data-search] [role=status] a")
    watched.page.wait_for_url("**/postmortems/")
