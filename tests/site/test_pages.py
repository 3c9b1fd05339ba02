"""What every page keeps to: nothing runs, nothing leaks, every link leads somewhere."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from hostile import PAYLOADS

from debrief.archive import Archive
from debrief.prose import SECTIONS
from debrief.schema import load_all
from debrief.shareable import shareable
from debrief.site import address, asset, home, inventory, listing, owner, postmortem
from debrief.site.edition import Edition
from debrief.site.page import Page

pytestmark = pytest.mark.samples

Pages = Callable[[Edition], dict[str, Page]]

ELEMENTS = {
    "a", "blockquote", "br", "button", "caption", "code", "dd", "details", "div", "dl", "dt", "em",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "img",
    "input", "kbd", "label", "legend", "li", "nav", "ol", "option", "p", "pre", "section", "select",
    "span", "strong", "summary", "table", "tbody", "td", "template", "th", "thead", "time", "tr",
    "ul",
}  # fmt: skip
DRAWN = {
    "circle", "desc", "g", "line", "path", "rect", "svg", "text", "title", "tspan",
}  # fmt: skip
"""The elements of drawings. `title` is one of them, and never a page's own."""
ATTRIBUTES = {
    "align", "alt", "aria-describedby", "aria-hidden", "aria-label", "aria-labelledby",
    "autocomplete", "class", "cx", "cy", "d", "data-from", "data-label", "data-part", "data-record",
    "data-repair", "data-sort", "data-source", "data-to", "data-whose", "datetime", "display",
    "enterkeyhint", "fill", "fill-opacity", "font-family", "font-size", "font-weight", "for",
    "height", "hidden", "href", "id", "loading", "opacity", "open", "pointer-events", "r", "rel",
    "role", "rx", "scope", "spellcheck", "src", "start", "stroke", "stroke-miterlimit",
    "stroke-opacity", "stroke-width", "tabindex", "text-anchor", "title", "transform", "type",
    "value", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip


# --- hostile records -----------------------------------------------------------------------------


def test_hostile_text_stays_text_in_every_page(hostile: Edition, pages: Pages, read: Any) -> None:
    made = pages(hostile)
    for page in made.values():
        found = read(page.html)
        assert {tag for tag, _ in found.elements} <= ELEMENTS | DRAWN, page.address
        assert {name for _, attributes in found.elements for name in attributes} <= ATTRIBUTES
        for target in [*found.values("href"), *found.values("src")]:
            assert urlsplit(target).scheme in ("", "https", "mailto"), page.address
            assert not target.startswith("//")
    shown = read(made[address.postmortem("2026-03-14-hostile")].html).text
    assert shown.count("<script>window.ran=1</script>") > 40
    assert "{{7*7}}" in shown
    assert "49" not in shown


def test_no_body_takes_an_anchor_of_the_page(hostile: Edition, pages: Pages, read: Any) -> None:
    for page in pages(hostile).values():
        anchors = read(page.html).values("id")
        assert len(anchors) == len(set(anchors)), page.address
        assert not any(name.startswith("__") for name in anchors)


def test_what_a_generator_gets_beside_the_html_is_plain_text(
    hostile: Edition, pages: Pages
) -> None:
    page = pages(hostile)[address.postmortem("2026-03-14-hostile")]
    assert page.title == PAYLOADS[0]
    assert page.search[0].title == PAYLOADS[0]


# --- restricted records --------------------------------------------------------------------------

SECRET = "zanzibar"  # a word that stands nowhere else


def with_secret(value: Any, schema: dict[str, Any], resolve: Any) -> Any:
    """The same values with the secret in every free text."""
    schema = resolve(schema)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {key: with_secret(item, known.get(key, {}), resolve) for key, item in value.items()}
    if isinstance(value, list):
        return [with_secret(item, schema.get("items", {}), resolve) for item in value]
    is_text = schema.get("type") == "string" and not {"enum", "pattern"} & schema.keys()
    return SECRET if is_text else value


@pytest.fixture
def restricted(root: Path, repository: Any, sample: dict[str, Any]) -> Edition:
    """A restricted record that names a secret everywhere, and an open one that refers to it."""
    for name in ("owners", "assets"):
        repository.write(f"catalog/{name}.yml", (root / f"catalog/{name}.yml").read_text("utf-8"))
    schema = load_all(root / "schema")["postmortem"]
    values = with_secret(copy.deepcopy(sample), schema.content, schema.resolve)
    values |= {"title": "Something is restricted", "visibility": "restricted", "tags": [SECRET]}
    values["incident"]["reference"] = f"https://example.com/{SECRET}"
    for index, action in enumerate(values["actions"]):
        action["title"] = f"Promise number {index}"
        action["tracker"] = f"https://example.com/{SECRET}"
    for evidence in values["evidence"]:
        evidence["path"] = f"{SECRET}.txt"
        evidence.pop("url", None)
    repository.record("2026-03-14-restricted", values, f"## What happened\n\n{SECRET}")
    repository.write(f"postmortems/2026/2026-03-14-restricted/{SECRET}.txt", SECRET)
    other = {**copy.deepcopy(sample), "recurrence_of": "2026-03-14-restricted"}
    other["related"] = ["2026-03-14-restricted"]
    repository.record("2026-04-14-open", other)
    edition: Edition = repository.edition()
    return edition


def test_a_restricted_record_shows_nothing_else_anywhere(restricted: Edition, pages: Pages) -> None:
    for page in pages(restricted).values():
        assert SECRET not in repr(page), page.address


def test_a_restricted_record_shows_title_status_owner_and_actions(
    restricted: Edition, pages: Pages, read: Any
) -> None:
    page = pages(restricted)[address.postmortem("2026-03-14-restricted")]
    text = " ".join(read(page.html).text.split())
    assert "Something is restricted" in text
    assert "Closed" in text
    assert "Owned by Pricing platform" in text
    assert "Promise number 3" in text
    assert [heading.title for heading in page.headings[0].inner] == ["Actions"]
    assert "14 Mar 2026" not in text
    assert "SEV" not in text


def test_a_restricted_record_is_not_in_the_index_of_its_assets(
    restricted: Edition, pages: Pages
) -> None:
    for page in pages(restricted).values():
        if page.address.startswith(address.ASSETS):
            assert "Something is restricted" not in page.html


def test_a_restricted_record_is_known_to_others_by_its_title(
    restricted: Edition, pages: Pages, read: Any
) -> None:
    page = pages(restricted)[address.postmortem("2026-04-14-open")]
    assert "It repeats Something is restricted." in " ".join(read(page.html).text.split())
    assert "Promise number" not in page.html


def test_its_files_are_not_published(restricted: Edition) -> None:
    assert restricted.archive.attachments.get("2026-03-14-restricted", ()) == ()


# --- attachments ---------------------------------------------------------------------------------


def test_files_that_a_browser_would_run_are_not_published(
    repository: Any, sample: dict[str, Any]
) -> None:
    folder = "postmortems/2026/2026-03-14-files"
    repository.record("2026-03-14-files", sample)
    for name in ("a.html", "b.SVG", "c.js", "d.txt", "e.md", "f.mkd", "g.png", "h/i.csv"):
        repository.write(f"{folder}/{name}", "x")
    (repository.root / folder / "link.txt").symlink_to("/etc/hostname")
    shown = shareable(Archive.load(repository.root))
    assert shown.attachments["2026-03-14-files"] == ("d.txt", "g.png", "h/i.csv")


# --- links ---------------------------------------------------------------------------------------


def links_of(page: Page, read: Any) -> Iterator[tuple[str, str]]:
    """Every link within the site: the address that it leads to, and the anchor."""
    found = read(page.html)
    for link in [*found.values("href"), *found.values("src")]:
        if not urlsplit(link).scheme:
            path, anchor = urldefrag(urljoin(f"https://site/{page.address}", link))
            yield unquote(path.removeprefix("https://site/")), anchor


def test_every_link_leads_somewhere(samples: Edition, pages: Pages, read: Any) -> None:
    made = pages(samples)
    files = {
        address.attachment(record_id, path)
        for record_id, paths in samples.archive.attachments.items()
        for path in paths
    }
    files |= {file.address for file in inventory.files(samples)}
    anchors = {key: set(read(page.html).values("id")) for key, page in made.items()}
    for page in made.values():
        for there, anchor in links_of(page, read):
            assert there in made or there in files, f"{page.address} → {there}"
            assert not anchor or anchor in anchors[there], f"{page.address} → {there}#{anchor}"
        for heading in page.headings[0].inner:
            assert heading.anchor in anchors[page.address]
        for entry in page.search:
            assert not entry.anchor or entry.anchor in anchors[page.address], entry


def test_an_action_leads_to_where_its_postmortem_tells_of_it(
    samples: Edition, pages: Pages, read: Any
) -> None:
    made = pages(samples)
    record, action = next(pair for pair in samples.actions if pair[1].is_open)
    assert action.owner is not None
    for here in (address.ACTIONS, address.owner(action.owner)):
        there = address.relative(here, address.postmortem(record.id))
        assert f"{there}#action-{action.id}" in read(made[here].html).values("href"), here


def test_links_are_relative(samples: Edition, pages: Pages, read: Any) -> None:
    for page in pages(samples).values():
        for link in read(page.html).values("href"):
            assert not link.startswith("/"), f"{page.address} → {link}"


def test_a_name_without_a_page_is_plain_text(samples: Edition, pages: Pages, read: Any) -> None:
    only = {plan.address for plan in postmortem.plans(samples)}
    edition = Edition(samples.archive, samples.today, samples.templates, only)
    for page in pages(edition).values():
        for there, _ in links_of(page, read):
            assert there in only or there == page.address, f"{page.address} → {there}"


# --- the whole of it -----------------------------------------------------------------------------


def test_a_postmortem_page_holds_every_word_of_its_record(
    root: Path, samples: Edition, read: Any
) -> None:
    archive = Archive.load(root)
    for entry in archive.entries:
        assert entry.record is not None
        if entry.record.restricted:
            continue
        page = postmortem.postmortem_page(samples, entry.record)
        text = " ".join(read(page.html).text.split()).lower()
        # The line for lists is not repeated where the executive summary stands.
        for where, value in entry.prose:
            words = " ".join(value.replace("`", "").split()).lower()
            is_link = where[-1] in ("reference", "source")
            is_due = where[-1] in ("from", "to", "field", "summary", "unit")
            assert is_link or is_due or words in text, (entry.path, where)


def test_no_page_shows_the_id_of_an_owner(samples: Edition, pages: Pages, read: Any) -> None:
    people = [o.id for o in samples.archive.catalog.owners.values() if o.kind == "person"]
    for page in pages(samples).values():
        text = read(page.html).text
        assert not [name for name in people if name in text], page.address


def test_every_owner_status_and_asset_has_a_page(samples: Edition, pages: Pages) -> None:
    made = pages(samples)
    catalog = samples.archive.catalog
    assert {address.owner(key) for key in catalog.owners} <= made.keys()
    assert {address.asset(key) for key in catalog.assets} <= made.keys()
    assert {address.status(key) for key in samples.statuses} <= made.keys()
    assert all(samples.statuses.values()), "every status says what it means"


def test_pages_depend_on_the_day_that_is_handed_in(samples: Edition, read: Any) -> None:
    early = Edition(samples.archive, date(2026, 3, 20), samples.templates)
    shown = {
        day: read(home.home_page(e).html).text for day, e in (("now", samples), ("then", early))
    }
    assert "days overdue" in shown["now"]
    assert shown["now"] != shown["then"]


def test_a_page_made_twice_is_the_same(samples: Edition, pages: Pages) -> None:
    assert pages(samples) == pages(samples)


@pytest.mark.parametrize(
    ("started", "shown"),
    [("2026-11-20T08:00Z", "2 days so far not resolved"), ("2026-12-24T08:00Z", "not resolved")],
)
def test_a_draft_says_how_long_its_outage_has_lasted_but_not_before_it_began(
    repository: Any, read: Any, started: str, shown: str
) -> None:
    values = {"title": "A", "status": "draft", "incident": {"started_at": started}}
    repository.record("2026-11-20-a", values)
    edition = repository.edition()
    page = postmortem.postmortem_page(edition, edition.records[0])
    told = " ".join(read(page.html.replace("</dd>", " </dd>")).text.split())
    assert f"Duration {shown} Time to detect" in told


def test_an_empty_repository_says_what_to_do(repository: Any, pages: Pages, read: Any) -> None:
    edition = repository.edition()
    assert "./debrief new" in read(home.home_page(edition).html).text
    assert "./debrief new" in read(listing.list_page(edition).html).text
    assert "catalog/owners.yml" in read(owner.overview_page(edition).html).text
    assert "catalog/assets.yml" in read(asset.overview_page(edition).html).text
    assert "No postmortem" in read(pages(edition)[address.status("draft")].html).text


def test_an_imported_asset_says_what_it_is_called_where_it_stands_and_since_when_it_is_gone(
    repository: Any, pages: Pages, read: Any
) -> None:
    repository.catalog("assets", {"assets": {"wh.a": {"name": "A", "kind": "table"}}})
    imported = {"name": "orders", "kind": "model", "known_as": ["prod.p.<b>orders</b>"]}
    imported |= {"imported_as": "model.shop.orders", "gone_on": "2026-03-01"}
    repository.catalog("generated/dbt-shop", {"assets": {"p.orders": imported}})
    made = pages(repository.edition())
    shown = read(made[address.asset("p.orders")].html).text
    assert "Gone since 1 March 2026." in shown
    assert "prod.p.<b>orders</b>" in shown
    assert "model.shop.orders" in shown
    assert "catalog/generated/dbt-shop.yml" in shown
    by_hand = read(made[address.asset("wh.a")].html).text
    assert not any(words in by_hand for words in ("Gone since", "Also known as", "Described in"))


def test_no_prose_of_a_body_is_lost(repository: Any, pages: Pages, read: Any) -> None:
    """Older documents have no heading, headings of their own, or one twice."""
    body = (
        "A first word before any heading.\n\n## Executive Summary\n\nIn short.\n\n"
        "## Resolution\n\nMended once.\n\n## Backlog check\n\nNothing open.\n\n"
        "## Resolution\n\nMended twice.\n"
    )
    values: dict[str, Any] = {"title": "Old", "status": "draft", "severity": "sev3"}
    values |= {"incident": {"started_at": "2026-03-14T01:10Z"}, "assets": [{"asset": "a.b"}]}
    repository.record("2026-03-14-old", values, body)
    made = pages(repository.edition())[address.postmortem("2026-03-14-old")]
    shown = read(made.html).text
    for words in ("A first word", "In short.", "Mended once.", "Nothing open.", "Mended twice."):
        assert shown.count(words) == 1
    assert shown.index("In short.") < shown.index("A first word") < shown.index("Mended once.")


def test_sections_are_read_in_the_order_of_the_template(
    repository: Any, pages: Pages, read: Any
) -> None:
    repository.write(
        "catalog/templates/house.md",
        "## Executive summary\n\n## Lessons\n\n## Who was told\n\n## What happened\n",
    )
    policy = (repository.root / "catalog" / "policy.yml").read_text(encoding="utf-8")
    repository.write("catalog/policy.yml", f"{policy}templates: [{{template: house}}]\n")
    body = (
        "## What happened\n\nIt stood.\n\n## Resolution\n\nMended.\n\n## Lessons\n\nLook twice.\n\n"
        "## Backlog check\n\nNothing open.\n\n## who was told\n\nThe shops.\n\n"
        "## Executive summary\n\nIn short.\n"
    )
    values: dict[str, Any] = {"title": "New", "status": "draft", "severity": "sev3"}
    values |= {"incident": {"started_at": "2026-03-14T01:10Z"}, "assets": [{"asset": "a.b"}]}
    repository.record("2026-03-14-new", values, body)
    made = pages(repository.edition())[address.postmortem("2026-03-14-new")]
    shown = read(made.html).text
    said = ("In short.", "Look twice.", "The shops.", "It stood.", "Mended.", "Nothing open.")
    assert [shown.count(words) for words in said] == [1] * len(said)
    assert sorted(said, key=shown.index) == list(said)


@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        (SECTIONS, SECTIONS),
        (["Executive summary", "Lessons"], [*SECTIONS]),
        (["Lessons", "executive summary"], ["Executive summary", "Lessons", *SECTIONS[1:4]]),
        (["Executive summary", "Who was told"], [*SECTIONS, "Who was told"]),
        (
            ["Executive summary", "Root cause", "Who was told", "What happened"],
            ["Executive summary", "Root cause", "Resolution", "Lessons", "Who was told",
             "What happened"],
        ),
        ([], SECTIONS),
    ],
)  # fmt: skip
def test_what_a_template_lacks_keeps_its_place(asked: list[str], read_as: list[str]) -> None:
    assert postmortem.reading_order(asked) == tuple(read_as)


def test_an_imported_record_tells_where_it_comes_from(
    repository: Any, pages: Pages, read: Any
) -> None:
    imported: dict[str, Any] = {
        "source": "wiki/old.md",
        "commit": "0123456789" * 4,
        "imported_on": "2026-03-15",
    }
    imported |= {"language": "de", "times": "All times in CET.", "headings": ["Log", "To do"]}
    values: dict[str, Any] = {"title": "Old", "status": "published", "imported": imported}
    repository.record("2026-03-14-old", values)
    made = pages(repository.edition())[address.postmortem("2026-03-14-old")]
    shown = " ".join(read(made.html).text.split())
    assert (
        "from wiki/old.md, as of commit 0123456789, on 15 Mar 2026, written in de. What it tells "
        "under “Log”, “To do” is told here by fields and sections of this record. Its times: “All "
        "times in CET.”. What is not given here is not known from it."
    ) in shown


def test_an_action_of_which_nothing_is_known_is_not_called_open(
    repository: Any, pages: Pages, read: Any
) -> None:
    action = {"id": "fix", "title": "Mend it", "type": "preventive", "addresses": ["why"]}
    values: dict[str, Any] = {"title": "Old", "status": "draft", "severity": "sev3"}
    values |= {"imported": {"source": "https://example.com/old"}, "actions": [action]}
    values |= {"incident": {"started_at": "2026-03-14T01:10Z"}, "assets": [{"asset": "a.b"}]}
    values |= {"causes": [{"id": "why", "role": "root", "statement": "It could be renamed"}]}
    values["causes"][0] |= {"likelihood": "high", "effect": "medium"}
    repository.record("2026-03-14-old", values)
    made = pages(repository.edition())[address.postmortem("2026-03-14-old")]
    shown = " ".join(read(made.html).text.split())
    assert "Mend it (not recorded)" in shown
    assert "(open)" not in shown
    assert "Risk 6 of 9" in shown
