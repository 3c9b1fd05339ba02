"""What search finds: by its text, by a name, and narrowed; with either engine."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import PAYLOADS

from debrief.site import full_text, inventory, search
from debrief.site.edition import Edition
from debrief.site.page import Facets, Page, SearchEntry
from debrief.site.search import Engine, Entry

pytestmark = pytest.mark.samples

SAMPLE = "2026-03-14-orders-mart-stale-prices"
POSTMORTEM = f"postmortems/2026/{SAMPLE}/"

Pages = Callable[[Edition], dict[str, Page]]


@pytest.fixture(scope="module")
def made(samples: Edition) -> dict[str, Page]:
    """Every page of the samples, by address."""
    return {plan.address: plan.make() for plan in inventory.plans(samples)}


@pytest.fixture(scope="module")
def entries(made: dict[str, Page]) -> list[Entry]:
    return [entry for url, page in made.items() for entry in search.entries_of(page, url)]


@pytest.fixture(scope="module")
def pagefind(entries: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Pagefind's index of the samples."""
    site = tmp_path_factory.mktemp("pagefind")
    full_text.write(entries, site)
    return site


def page(*found: SearchEntry, title: str = "A page") -> Page:
    return Page("a/", title, "", "", search=found)


def fragments(site: Path) -> dict[str, Any]:
    """What Pagefind knows of each page, by address."""
    found = {}
    for file in (site / full_text.FOLDER / "fragment").iterdir():
        content = json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        found[content["url"].removeprefix("/")] = content
    return found


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# --- which engine --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "serving", "engine"),
    [
        (0, False, Engine.LIGHT),
        (0, True, Engine.LIGHT),
        (1, False, Engine.PAGEFIND),
        (1, True, Engine.OUTLINE),
    ],
)
def test_past_the_limit_a_published_site_gets_pagefind_and_a_served_one_an_outline(
    entries: list[Entry], over: int, serving: bool, engine: Engine
) -> None:
    limit = search.weight(entries) - over
    assert search.choose(entries, limit, serving=serving) is engine


def test_an_empty_site_has_the_light_engine() -> None:
    assert search.choose([], 0, serving=False) is Engine.LIGHT


def test_the_weight_is_about_that_of_the_index(entries: list[Entry]) -> None:
    written = len(json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode())
    assert search.weight(entries) == pytest.approx(written, rel=0.15)


def test_the_script_reads_an_outline_as_any_light_index() -> None:
    assert [engine.script for engine in Engine] == ["light", "light", "pagefind"]


# --- entries -------------------------------------------------------------------------------------


def test_no_entry_of_a_page_is_lost(made: dict[str, Page], entries: list[Entry]) -> None:
    assert len(entries) == sum(len(one.search) for one in made.values())
    assert {search.page_of(entry) for entry in entries} == set(made)
    for url, one in made.items():
        anchors = [found.anchor for found in one.search]
        assert anchors.count("") == 1, f"{url}: one entry is for the page itself"
        assert len(set(anchors)) == len(anchors), url


def test_an_outline_has_each_page_once(made: dict[str, Page], entries: list[Entry]) -> None:
    assert [entry["location"] for entry in search.outline(entries)] == list(made)


def test_facets_and_tags_stand_in_the_entry_of_the_page() -> None:
    facets = Facets("Postmortem", "Draft", "SEV 1", "2026")
    first, second = search.entries_of(
        page(SearchEntry("A", "b", tags=("x",), facets=facets), SearchEntry("C", "d", "e")), "a/"
    )
    assert first["facets"] == ["Postmortem", "Draft", "SEV 1", "2026"]
    assert first["tags"] == ["x"]
    assert second == {"location": "a/#e", "title": "C", "text": "d"}


def test_a_name_with_accents_is_found_in_plain_letters_too() -> None:
    made = page(SearchEntry("Lucía and Paweł", "Person"), SearchEntry("Zara", "Person", "x"))
    texts = [entry["text"] for entry in search.entries_of(made, "p/")]
    assert texts == ["Person (Lucia and Pawel)", "Person"]


def test_a_quote_beside_a_word_is_no_entity_that_a_mark_would_cut() -> None:
    made = page(SearchEntry("The supplier's export", 'It said "done" & <b>stopped</b>'))
    (entry,) = search.entries_of(made, "p/")
    assert entry["title"] == "The supplier's export"
    assert entry["text"] == 'It said "done" &amp; &lt;b&gt;stopped&lt;/b&gt;'


def test_a_postmortem_can_be_narrowed_by_all_facets(entries: list[Entry]) -> None:
    found = {entry["location"]: entry.get("facets") for entry in entries}
    assert found[POSTMORTEM] == ["Postmortem", "Closed", "SEV 2", "2026"]
    assert found["assets/warehouse.orders_mart/"] == ["Data asset", "", "", ""]


def test_the_values_of_facets_are_in_the_order_in_which_one_looks_for_them() -> None:
    entries: list[dict[str, Any]] = [
        {"facets": ["Handbook", "", "", ""]},
        {"facets": ["Something new", "", "", ""]},
        {"facets": ["Postmortem", "Closed", "SEV 2", "2025"]},
        {"facets": ["Postmortem", "In review", "SEV 1", "2026"]},
        {"location": "a/#section"},
    ]
    content = json.loads(
        search.engine_file(Engine.PAGEFIND, entries, ["draft", "in_review", "closed"], 4)
    )
    assert content["engine"] == "pagefind"
    assert content["shards"] == 4
    assert {facet["label"]: facet["values"] for facet in content["facets"]} == {
        "Kind": ["Postmortem", "Handbook", "Something new"],
        "Status": ["In review", "Closed"],
        "Severity": ["SEV 1", "SEV 2"],
        "Year": ["2026", "2025"],
    }


# --- names known exactly -------------------------------------------------------------------------


def look_up(files: dict[str, bytes], query: str) -> list[str]:
    """The addresses that the script finds: one file is read, and in it one list."""
    name = search.fold(query)
    key = search.place(name)
    file = files[f"search/names/{search.fnv1a(key) % len(files)}.json"]
    rows = json.loads(file).get(key, [])
    return [
        url for known, url, *_ in rows if known == name or (key != name and known.startswith(name))
    ]


@pytest.mark.parametrize(
    ("text", "value"), [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)]
)
def test_the_hash_is_the_published_one(text: str, value: int) -> None:
    assert search.fnv1a(text) == value


def test_every_name_in_the_samples_leads_to_its_page(made: dict[str, Page]) -> None:
    files = search.name_files(made.items())
    names = [(url, n) for url, one in made.items() for found in one.search for n in found.names]
    assert len(names) > 100
    assert [(url, name) for url, name in names if url not in look_up(files, name)] == []


def test_an_incident_is_known_by_its_number_and_a_record_by_its_id(made: dict[str, Page]) -> None:
    files = search.name_files(made.items())
    assert look_up(files, "4711") == [POSTMORTEM]
    assert look_up(files, SAMPLE.upper()) == [POSTMORTEM]
    assert look_up(files, "  Orders   MART ") == ["assets/warehouse.orders_mart/"]
    assert look_up(files, "orders_mart") == ["assets/warehouse.orders_mart/"]
    assert look_up(files, "sev1") == look_up(files, "SEV 1") == ["severity/sev1/"]
    assert look_up(files, "orders") == []


def test_many_names_are_spread_over_small_files_and_none_is_lost() -> None:
    pages = [
        (f"p/{n}/", page(SearchEntry(f"Outage {n}", "", names=(f"{2000 + n % 40}-01-02-no-{n}",))))
        for n in range(400)
    ]
    pages += [(f"a/{n}/", page(SearchEntry(f"Ä {n}", "", names=(f"Ä.{n}",)))) for n in range(1600)]
    files = search.name_files(pages)
    assert len(files) >= 4
    assert max(map(len, files.values())) < 48_000
    for n in range(400):
        assert f"p/{n}/" in look_up(files, f"{2000 + n % 40}-01-02-no-{n}")
    assert all(look_up(files, f"ä.{n}") == [f"a/{n}/"] for n in range(1600))


def test_all_records_of_a_day_lie_together() -> None:
    names = ("2026-01-02-b", "2026-01-02-a", "2026-01-02")
    files = search.name_files((f"{n}/", page(SearchEntry(n, "", names=(n,)))) for n in names)
    (file,) = files.values()
    assert [row[0] for row in json.loads(file)["2026-01-02"]] == sorted(names)


def test_without_a_name_there_is_still_a_file_to_ask() -> None:
    assert search.name_files([]) == {"search/names/0.json": b"{}"}


# --- Pagefind ------------------------------------------------------------------------------------


def test_pagefind_holds_every_page_with_all_of_its_sections(
    entries: list[Entry], pagefind: Path
) -> None:
    found = fragments(pagefind)
    assert found.keys() == {search.page_of(entry) for entry in entries}
    for entry in entries:
        address, _, anchor = entry["location"].partition("#")
        anchors = [one["id"] for one in found[address]["anchors"]]
        assert not anchor or anchor in anchors, entry["location"]


def test_each_result_of_pagefind_has_the_facets_of_its_page(
    entries: list[Entry], pagefind: Path
) -> None:
    ids = {
        json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))["url"]: file
        for file in (pagefind / full_text.FOLDER / "fragment").iterdir()
    }
    rows = json.loads((pagefind / full_text.FACETS_FILE).read_text("utf-8"))
    said = {result: values for values, results in rows for result in results.split(" ")}
    assert len(said) == len(ids)
    for entry in search.outline(entries):
        assert said[ids[f"/{entry['location']}"].stem] == entry["facets"]


def test_the_same_entries_give_the_same_bytes(
    entries: list[Entry], pagefind: Path, tmp_path: Path
) -> None:
    in_another_order = sorted(entries, key=search.page_of, reverse=True)
    full_text.write(in_another_order, tmp_path)
    assert tree(tmp_path) == tree(pagefind)


def test_pagefind_leaves_no_search_box_of_its_own(pagefind: Path) -> None:
    names = {path.name for path in (pagefind / full_text.FOLDER).iterdir()}
    assert {"pagefind.js", "pagefind-worker.js", "wasm.en.pagefind"} <= names
    assert {name for name in names if "ui" in name or name.endswith(".css")} == set()
    assert "wasm.unknown.pagefind" not in names


def test_two_pages_in_one_place_are_refused_because_one_would_not_be_found(tmp_path: Path) -> None:
    entries = [
        {"location": place, "title": "A", "text": "words", "facets": ["", "", "", ""]}
        for place in ("a/", "a/index.html")
    ]
    with pytest.raises(RuntimeError, match="1 pages are not in Pagefind's index"):
        full_text.write(entries, tmp_path)


# --- hostile text --------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_text_is_text_in_either_index(payload: str, tmp_path: Path) -> None:
    made = page(
        SearchEntry(f"{payload} </h1>", f"before {payload} after", tags=(payload,)),
        SearchEntry(payload, f"</body></html>{payload} within", "there"),
    )
    entries = list(search.entries_of(made, "a/"))
    for entry in entries:
        assert "<" not in entry["title"] + entry["text"]
    full_text.write(entries, tmp_path)
    found = fragments(tmp_path)["a/"]
    assert found["meta"]["title"] == f"{payload} </h1>"
    assert f"before {payload} after" in found["content"]
    assert f"</body></html>{payload} within" in found["content"]
    assert [anchor["id"] for anchor in found["anchors"]] == ["there"]


def test_nothing_in_the_hostile_archive_becomes_an_element(hostile: Edition, pages: Pages) -> None:
    for url, one in pages(hostile).items():
        for entry in search.entries_of(one, url):
            assert "<" not in entry["title"] + entry["text"], entry["location"]
