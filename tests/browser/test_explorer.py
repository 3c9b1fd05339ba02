"""The explorer of all postmortems in a real browser: with a mouse and with keys."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from explorer_page import Explorer

pytestmark = [pytest.mark.browser, pytest.mark.samples]

SAMPLE = "2026-03-14-orders-mart-stale-prices"
RESTRICTED = "2026-08-11-segments-view-exposed-birth-dates"
TOTAL = 21


@pytest.fixture
def explorer(samples: str, chromium: Any) -> Iterator[Explorer]:
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    made = Explorer(context.new_page(), samples)
    yield made
    context.close()
    assert made.complaints == []


# --- facets --------------------------------------------------------------------------------------


def test_it_begins_with_every_record_and_no_choice(explorer: Explorer) -> None:
    explorer.open()
    assert len(explorer.rows) == TOTAL
    assert explorer.rows == sorted(explorer.rows, reverse=True)
    assert explorer.count == "21 postmortems"
    assert explorer.chosen == []


def test_values_of_one_facet_add_up_and_facets_narrow(explorer: Explorer) -> None:
    explorer.open()
    published, closed = explorer.values("Status")["Published"], explorer.values("Status")["Closed"]
    explorer.choose("Status", "Published")
    assert explorer.count == f"{published} of 21 postmortems"
    explorer.choose("Status", "Closed")
    assert explorer.count == f"{published + closed} of 21 postmortems"
    explorer.choose("Severity", "SEV 1")
    assert set(explorer.column("Severity")) == {"SEV 1"}
    assert set(explorer.column("Status")) == {"Published", "Closed"}
    assert explorer.chosen == ["Status: Published", "Status: Closed", "Severity: SEV 1"]


def test_each_facet_is_counted_under_the_choices_in_the_others(explorer: Explorer) -> None:
    explorer.open()
    statuses = explorer.values("Status")
    explorer.choose("Status", "Draft")
    assert explorer.values("Status") == statuses, "its own choice does not count for a facet"
    assert sum(explorer.values("Severity").values()) == statuses["Draft"]
    assert sum(explorer.values("Owner").values()) == statuses["Draft"]
    for severity, count in explorer.values("Severity").items():
        explorer.choose("Severity", severity)
        assert len(explorer.rows) == count, severity
        explorer.choose("Severity", severity)


def test_a_choice_is_taken_back_by_its_chip_and_all_by_one_button(explorer: Explorer) -> None:
    explorer.open("?status=published&severity=sev1&find=the")
    explorer.page.click(".db-chosen >> text=SEV 1")
    assert explorer.chosen == ["Status: Published", "Text: the"]
    assert not explorer.page.is_checked("li:has-text('SEV 1') input")
    explorer.page.click("text=Clear all")
    assert explorer.chosen == []
    assert explorer.query == ""
    assert len(explorer.rows) == TOTAL
    assert explorer.page.input_value(".db-found__text input") == ""


def test_a_facet_with_many_values_shows_the_most_frequent_and_can_be_searched(
    explorer: Explorer,
) -> None:
    explorer.open()
    facet = explorer.facet("Data asset")
    shown = explorer.values("Data asset")
    assert len(shown) == 7
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    facet.locator("input[type=search]").fill("loyalty")
    assert set(explorer.values("Data asset")) == {"Loyalty ledger", "Loyalty liability"}
    explorer.choose("Data asset", "Loyalty ledger")
    assert explorer.rows == ["2026-11-03-loyalty-points-credited-twice"]
    facet.locator("input[type=search]").fill("")
    assert "Loyalty ledger" in explorer.values("Data asset")


def test_more_values_of_a_facet_are_a_click_away(explorer: Explorer) -> None:
    explorer.open()
    facet = explorer.facet("Data asset")
    assert facet.locator("button").inner_text() == "29 more"
    facet.locator("button").click()
    assert len(explorer.values("Data asset")) == 36
    assert not facet.locator("button").is_visible()
    first_new = facet.locator("li input").nth(7)
    assert first_new.evaluate("box => box === document.activeElement")


def test_a_restricted_record_is_found_by_title_status_and_owner_alone(explorer: Explorer) -> None:
    explorer.open("?owner=privacy-office")
    assert explorer.rows == [RESTRICTED]
    assert explorer.column("Date") == ["restricted"]
    for label in ("Data asset", "Cause", "Incident type", "Tag"):
        assert explorer.values(label) == {}, label
    assert set(explorer.values("Severity").values()) == {0}


# --- rows ----------------------------------------------------------------------------------------


def tidied(row: str) -> str:
    """A row without what white space in a template makes of it."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html.unescape(row)))


def test_rows_that_the_script_makes_are_those_of_the_template(
    explorer: Explorer, samples: str, chromium: Any
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{samples}postmortems/")
    found = re.findall(r'<tr role="row" data-record="[^"]+">.*?</tr>', plain.content(), re.DOTALL)
    context.close()
    explorer.open()
    script = "rows => rows.map(row => row.outerHTML)"
    made = explorer.page.eval_on_selector_all("tr[data-record]", script)
    assert len(made) == TOTAL
    assert [tidied(row) for row in made] == [tidied(row) for row in found]


# --- the address ---------------------------------------------------------------------------------


def test_a_view_can_be_shared_by_its_address(explorer: Explorer) -> None:
    explorer.open()
    explorer.choose("Status", "Closed")
    explorer.choose("Owner", "Data platform")
    explorer.find("changed")
    explorer.page.click("thead >> text=Duration")
    assert explorer.query == "status=closed&owner=data-platform&find=changed&sort=-duration"
    before = (explorer.rows, explorer.chosen)
    explorer.open(f"?{explorer.query}")
    assert (explorer.rows, explorer.chosen) == before
    assert explorer.page.is_checked("li:has-text('Data platform') input")


def test_back_and_forward_go_through_the_views(explorer: Explorer) -> None:
    explorer.open()
    explorer.choose("Status", "Published")
    explorer.page.click(".db-found__text input")
    explorer.page.keyboard.type("orders")
    narrow = explorer.rows
    explorer.page.go_back()
    assert explorer.chosen == ["Status: Published"], "a text is one step, and not one per letter"
    explorer.page.go_back()
    assert (explorer.chosen, explorer.query) == ([], "")
    assert len(explorer.rows) == TOTAL
    explorer.page.go_forward()
    explorer.page.go_forward()
    assert explorer.rows == narrow
    assert explorer.page.input_value(".db-found__text input") == "orders"


def test_other_pages_can_link_to_a_view(explorer: Explorer) -> None:
    explorer.open("?cause=data-format-change")
    assert SAMPLE in explorer.rows
    assert explorer.chosen == ["Cause: Data format change"]
    assert len(explorer.rows) < TOTAL


def test_what_nobody_knows_is_shown_as_such_and_breaks_nothing(explorer: Explorer) -> None:
    explorer.open("?status=published&status=nonsense&colour=red&sort=-weight")
    assert explorer.chosen == [
        "Status: Published",
        "Status: nonsense (no postmortem has it)",
        "Order: -weight (there is no such order)",
    ]
    assert set(explorer.column("Status")) == {"Published"}
    explorer.page.click(".db-chosen >> text=nonsense")
    explorer.page.click(".db-chosen >> text=weight")
    assert explorer.query == "status=published"


def test_a_hostile_address_stays_text(explorer: Explorer) -> None:
    attack = "%22%3E%3Cimg%20src%3Dx%20onerror%3D%22window.ran%3D1%22%3E"
    explorer.open(f"?owner={attack}&find={attack}&sort={attack}")
    assert explorer.page.evaluate("() => window.ran") is None
    assert explorer.page.locator(".db-explorer img").count() == 0
    assert all("<img src=x" in chip for chip in explorer.chosen)


def test_an_empty_result_says_what_to_take_away(explorer: Explorer) -> None:
    explorer.open("?status=draft&severity=sev1")
    assert explorer.rows == []
    assert not explorer.page.is_visible(".db-found table")
    none = explorer.page.locator(".db-found__none")
    assert "No postmortem matches all of this." in none.inner_text()
    offered = none.locator("li").all_inner_texts()
    assert offered[0] == "Take away “Status” and 5 would match"
    none.locator("button", has_text="“Status”").click()
    assert explorer.count == "5 of 21 postmortems"
    assert explorer.query == "severity=sev1"


# --- text, and one record ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["stale prices", "PRICES Stale", "orders_mart stale", "pricing platform nine", SAMPLE, "4711"],
)
def test_all_words_must_stand_somewhere(explorer: Explorer, text: str) -> None:
    explorer.open()
    explorer.find(text)
    assert explorer.rows == [SAMPLE]


@pytest.mark.parametrize(
    "text",
    [
        SAMPLE,
        "2026-03-14",
        f"postmortems/2026/{SAMPLE}.md",
        f"https://example.com/postmortems/2026/{SAMPLE}/#actions",
        "https://incidents.example.com/4711",
        "4711",
        "stale prices",
    ],
)
def test_enter_opens_the_record_that_is_meant(explorer: Explorer, text: str) -> None:
    explorer.open("?status=closed")
    explorer.find(text)
    explorer.page.press(".db-found__text input", "Enter")
    explorer.page.wait_for_url(f"**/postmortems/2026/{SAMPLE}/")


def test_a_record_that_is_meant_is_offered_whatever_is_chosen(explorer: Explorer) -> None:
    explorer.open("?status=draft")
    explorer.find("2026-03-14-ord")
    offer = explorer.page.locator(".db-found__jump")
    assert "Orders mart served stale prices" in offer.inner_text()
    assert SAMPLE in offer.inner_text()
    explorer.find("2025")
    assert "the newest of 5" in offer.inner_text()
    explorer.find("orders")
    assert not offer.is_visible()


# --- order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "label", "first", "last"),
    [
        ("Severity", "Severity", "SEV 1", "–"),
        ("Status", "Status", "Draft", "Withdrawn"),
        ("Owner", "Owner", "Customer insight", "not given"),
        ("Duration", "Duration", "22 days", "–"),
        ("Actions", "Actions", "3 open", "10 retold"),
    ],
)
def test_a_column_sorts_both_ways(
    explorer: Explorer, head: str, label: str, first: str, last: str
) -> None:
    explorer.open()
    cell = explorer.page.locator("thead th", has_text=head)
    assert cell.get_attribute("aria-sort") is None
    cell.locator("button").click()
    one_way = explorer.column(label)
    assert (one_way[0], one_way[-1]) == (first, last)
    direction = cell.get_attribute("aria-sort")
    cell.locator("button").click()
    assert {direction, cell.get_attribute("aria-sort")} == {"ascending", "descending"}
    other_way = explorer.column(label)
    if last in ("–", "not given"):
        assert other_way[-1] == last, "what is not known comes last either way"
        assert other_way[0] != first
    else:
        assert other_way[-1].startswith(first)
    assert sorted(one_way) == sorted(other_way)


def test_titles_sort_as_people_do_and_dates_turn_round(explorer: Explorer) -> None:
    explorer.open("?sort=title")
    titles = [text.split("\n")[0] for text in explorer.column("Postmortem")]
    assert titles == sorted(titles, key=lambda title: (not title[0].isdigit(), title.lower()))
    explorer.open("?sort=date")
    assert explorer.rows == sorted(explorer.rows)


# --- keys ----------------------------------------------------------------------------------------


def test_the_whole_way_with_keys(explorer: Explorer) -> None:
    page = explorer.page
    explorer.open()
    page.keyboard.press("q")
    page.keyboard.type("orders jk")
    assert explorer.query == "find=orders+jk", "letters typed into the box are letters"
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("ArrowDown")
    rows = explorer.rows
    assert explorer.focused_record() == rows[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert explorer.focused_record() == rows[2]
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    assert explorer.focused_record() == rows[0]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{rows[0]}/")


def test_facets_chips_and_heads_work_with_keys_and_keep_the_focus(explorer: Explorer) -> None:
    page = explorer.page
    explorer.open()
    box = explorer.facet("Owner").locator("li input").first
    box.focus()
    page.keyboard.press("Space")
    assert len(explorer.chosen) == 1
    assert box.evaluate("box => box === document.activeElement")
    page.locator("thead button", has_text="Severity").focus()
    page.keyboard.press("Enter")
    assert "sort=-severity" in explorer.query
    page.locator(".db-chosen").first.focus()
    page.keyboard.press("Enter")
    assert explorer.chosen == []
    assert page.evaluate("() => document.activeElement.type") == "search"


def test_the_keys_of_the_site_stay_free(explorer: Explorer) -> None:
    explorer.open()
    explorer.page.keyboard.press("/")
    explorer.page.keyboard.type("qj")
    assert "find" not in explorer.query, "the search of the site has the keys, and not the list"
    assert explorer.focused_record() is None
    assert explorer.page.evaluate("() => !document.activeElement.closest('.db-explorer')")
