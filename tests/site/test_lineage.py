"""The lineage around what failed, and around an asset: the drawing, the lists and the sentences."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from debrief.catalog import Asset, Catalog, Owner
from debrief.site import address, asset, postmortem
from debrief.site.condensed import LIMIT, TALL, condense
from debrief.site.edition import Edition
from debrief.site.lineage import (
    AFFECTED,
    BACK,
    CENTRE,
    FAILED,
    FORGOTTEN,
    Box,
    Drawing,
    Mark,
    draw,
)

Read = Callable[[str], Any]


def catalog(lineage: dict[str, str], kinds: dict[str, str] | None = None) -> Catalog:
    """A catalog from ``{asset: "the ids that it is made from"}``."""
    given = kinds or {}
    return Catalog(
        assets={
            name: Asset(name, name, given.get(name, "table"), upstream=tuple(sources.split()))
            for name, sources in lineage.items()
        }
    )


def layers(count: int, width: int, seed: int = 1) -> dict[str, str]:
    """A made-up lineage in layers; each asset is made from up to three of the layer before."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    found = {}
    for layer in range(count):
        for place in range(width):
            sources = {f"l{layer - 1}.{chance.randrange(width)}" for _ in range(3)} if layer else ()
            found[f"l{layer}.{place}"] = " ".join(sorted(sources))
    return found


CHAIN = {f"n{step:02}": f"n{step - 1:02}" if step else "" for step in range(41)}
FAN = {"root": "", **{f"leaf{number}": "root" for number in range(2000)}}
CIRCLE = {"a": "c", "b": "a", "c": "b", "d": "c"}
APART = {f"{kind}{n}": f"a{n}" if kind == "b" else "" for n in range(12) for kind in "ab"}
DENSE = {f"m{n:02}": " ".join(f"m{other:02}" for other in range(n)) for n in range(23)}

GRAPHS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "alone": ({"a": ""}, ("a",)),
    "a few": ({"a": "", "b": "a", "c": "a b"}, ("b",)),
    "a chain of 40": (CHAIN, ("n05",)),
    "a fan of 2,000": (FAN, ("root",)),
    "a circle": (CIRCLE, ("a",)),
    "two that feed each other": ({"a": "a b", "b": "a"}, ("a",)),
    "several apart": (APART, tuple(f"a{number}" for number in range(12))),
    "each from all before": (DENSE, ("m03",)),
    "one unknown": ({"a": ""}, ("nobody.knows", "a")),
    "an unknown source": ({"a": "gone"}, ("a",)),
    "nothing": ({}, ()),
    **{f"2,000 in layers, {seed}": (layers(8, 250, seed), ("l3.7", "l0.3")) for seed in range(4)},
    **{f"60 in layers, {seed}": (layers(6, 10, seed), ("l2.1", "l3.4")) for seed in range(8)},
    **{f"20 in layers, {seed}": (layers(4, 5, seed), ("l1.1",)) for seed in range(8)},
}


Drawn = tuple[Catalog, tuple[str, ...], Drawing]


@pytest.fixture(params=GRAPHS, ids=lambda name: name.replace(" ", "-"))
def drawn(request: pytest.FixtureRequest) -> Drawn:
    """A drawing of each graph, with what was given for it."""
    return drawn_once(request.param)


@cache
def drawn_once(name: str) -> Drawn:
    lineage, middle = GRAPHS[name]
    given = catalog(lineage)
    return given, middle, draw(given, middle, {name: Mark(FAILED, "Failed") for name in middle})


def box_of(drawing: Drawing, name: str) -> Box:
    return next(box for box in drawing.boxes if name in box.members)


# --- the drawing ---------------------------------------------------------------------------------


def test_no_boxes_overlap_and_all_lie_within_the_drawing(drawn: Drawn) -> None:
    _, _, drawing = drawn
    for one, other in combinations(drawing.boxes, 2):
        beside = abs(one.x - other.x) > drawing.box_width
        assert beside or abs(one.y - other.y) > drawing.box_height
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.right <= drawing.width
        assert box.y >= 0
        assert box.y + drawing.box_height <= drawing.height


def test_edges_lead_to_the_right_but_where_they_close_a_circle(drawn: Drawn) -> None:
    given, _, drawing = drawn
    for line in drawing.lines:
        source, target = drawing.boxes[line.source], drawing.boxes[line.target]
        if line.style == BACK:
            assert source.x > target.x
            assert set(given.upstream(*source.members)) & set(target.members), "a circle"
        else:
            assert source.x < target.x


def test_edges_are_those_of_the_catalog(drawn: Drawn) -> None:
    given, _, drawing = drawn
    for line in drawing.lines:
        source, target = drawing.boxes[line.source], drawing.boxes[line.target]
        sources = {name for member in target.members for name in given.sources(member)}
        assert sources & set(source.members)


def test_every_asset_around_is_drawn_once_or_counted_once(drawn: Drawn) -> None:
    given, middle, drawing = drawn
    around = {*middle, *given.upstream(*middle), *given.downstream(*middle)}
    members = [name for box in drawing.boxes for name in box.members]
    assert sorted(members) == sorted(around)
    assert drawing.counted == sum(len(box.members) for box in drawing.boxes if box.counted)


def test_no_box_but_the_middle_stands_without_an_edge(drawn: Drawn) -> None:
    _, middle, drawing = drawn
    joined = {end for line in drawing.lines for end in (line.source, line.target)}
    lost = [box for index, box in enumerate(drawing.boxes) if index not in joined]
    assert all(set(box.members) <= set(middle) for box in lost)


def test_a_drawing_is_bounded_whatever_the_catalog_holds(drawn: Drawn) -> None:
    _, _, drawing = drawn
    assert sum(not box.counted for box in drawing.boxes) <= LIMIT + 8
    assert sum(box.counted for box in drawing.boxes) <= 9
    assert drawing.height <= 1400
    assert sum(len(line.path + line.head) for line in drawing.lines) < 12_000


def test_it_does_not_depend_on_the_order_of_the_catalog(drawn: Drawn) -> None:
    given, middle, drawing = drawn
    turned = Catalog(assets={name: given.assets[name] for name in reversed(list(given.assets))})
    assert draw(turned, middle, {name: Mark(FAILED, "Failed") for name in middle}) == drawing


DRAW = """
from debrief.catalog import Asset, Catalog
from debrief.site.lineage import FORGOTTEN, Mark, draw
made = %r.items()
assets = {name: Asset(name, name, "table", upstream=tuple(of.split())) for name, of in made}
print(draw(Catalog(assets=assets), ("l2.1", "l1.4"), {"l5.3": Mark(FORGOTTEN, "Not mentioned")}))
"""


def test_it_is_the_same_whatever_the_hash_seed(root: Path) -> None:
    shown = {
        subprocess.run(
            [sys.executable, "-c", DRAW % layers(6, 30)],
            env={**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(shown) == 1


def test_an_asset_that_fits_beside_the_others_is_drawn_itself() -> None:
    drawing = draw(catalog({"a": "", "b": "a", "c": "b"}), ("b",), {})
    assert [box.members for box in drawing.boxes] == [("a",), ("b",), ("c",)]
    assert [box.side for box in drawing.boxes] == ["upstream", "middle", "downstream"]
    assert [box.x for box in drawing.boxes] == sorted(box.x for box in drawing.boxes)


def test_what_is_far_away_in_a_chain_is_counted_with_its_distance() -> None:
    drawing = draw(catalog(CHAIN), ("n05",), {})
    counted = [box for box in drawing.boxes if box.counted]
    assert [[line.words for line in (*box.name, *box.small)] for box in counted] == [
        ["+ 3 more", "3 to 5 steps away"],
        ["+ 32 more", "4 to 35 steps away"],
    ]
    assert counted[1].title == "32 more, 4 to 35 steps away: named in the list below"


def test_a_wide_layer_is_counted_past_what_one_can_look_at() -> None:
    drawing = draw(
        catalog(FAN, {f"leaf{number}": "report" for number in range(9, 2000)}), ("root",), {}
    )
    single = [box for box in drawing.boxes if not box.counted]
    assert len(single) == 1 + TALL
    (counted,) = (box for box in drawing.boxes if box.counted)
    assert counted.name[0].words == f"+ {2000 - TALL:,} more"
    assert counted.small[1].words.endswith(" exposures")


def test_one_is_never_counted_alone() -> None:
    found = condense(
        catalog({"a": "", **{f"b{number}": "a" for number in range(TALL + 1)}}), ("a",)
    )
    assert not any(node.counted for node in found.nodes)


def test_where_the_direct_way_is_left_out_the_drawing_knows_it() -> None:
    drawing = draw(catalog(DENSE), ("m03",), {})
    assert drawing.thinned
    assert not draw(catalog({"a": "", "b": "a", "c": "a b"}), ("a",), {}).thinned


@pytest.mark.parametrize("far", [1, 2, 3, 9, 30])
def test_the_forgotten_are_drawn_however_far_they_are(far: int) -> None:
    lineage = {**layers(5, 40), "s0": "l2.1"} | {f"s{n}": f"s{n - 1}" for n in range(1, far)}
    lineage["board"] = f"s{far - 1}"
    kinds = {"board": "dashboard"}
    mark = Mark(FORGOTTEN, "Not mentioned")
    drawing = draw(catalog(lineage, kinds), ("l2.1",), {"board": mark})
    box = box_of(drawing, "board")
    assert not box.counted
    assert box.styles == (FORGOTTEN, "exposed")
    assert [tag.words for tag in box.tags] == ["Not mentioned"]


def test_of_very_many_forgotten_the_rest_is_counted_as_forgotten() -> None:
    forgotten = {f"leaf{number}": Mark(FORGOTTEN, "Not mentioned") for number in range(0, 2000, 2)}
    drawing = draw(catalog(FAN), ("root",), forgotten)
    for box in drawing.boxes:
        assert len({name in forgotten for name in box.members}) == 1, "never mixed with others"
        assert (FORGOTTEN in box.styles) == (box.members[0] in forgotten)
        assert bool(box.tags) == (box.members[0] in forgotten)
    shown = [box for box in drawing.boxes if FORGOTTEN in box.styles]
    assert sum(len(box.members) for box in shown) == len(forgotten)
    assert sum(not box.counted for box in shown) > 4


def test_what_failed_is_drawn_before_anything_else() -> None:
    lineage = layers(8, 250)
    failed = ("l3.7", "l0.3", "l4.2", "l6.1")
    drawing = draw(catalog(lineage), failed, {name: Mark(FAILED, "Failed") for name in failed})
    assert all(not box_of(drawing, name).counted for name in failed)


def test_what_people_look_at_has_another_shape() -> None:
    kinds = {"b": "dashboard", "c": "report", "d": "metric", "e": "feature", "f": "topic"}
    drawing = draw(catalog({"a": "", **dict.fromkeys("bcdef", "a")}, kinds), ("a",), {})
    assert {box.members[0] for box in drawing.boxes if box.pointed} == set("bcde")


def test_names_are_broken_where_they_can_be_and_the_title_has_them_whole() -> None:
    name = "stg_salesforce__opportunity_history_daily"
    given = Catalog(
        owners={"o": Owner("o", "The team of the opportunities", "team")},
        assets={"a": Asset("a", name, "table", owner="o"), "b": Asset("b", "b", "table")},
    )
    one, other, third = draw(given, ("a", "b", "gone"), {"a": Mark(FAILED, "Failed: stale")}).boxes
    assert one.name[0].words == "stg_salesforce__"
    assert one.name[1].words.startswith("opportunity")
    assert one.name[1].words.endswith("…")
    assert one.title == f"{name}, table, of The team of the opportunities. Failed: stale"
    assert other.title == "b, table, without an owner"
    assert third.title == "gone, not in the catalog"


# --- the pages -----------------------------------------------------------------------------------

SCRIPT = '"><script>window.ran=1</script>'


@pytest.fixture
def shop(repository: Any) -> Any:
    """A repository with a small lineage, and the means to write a record about it."""
    people = {"finance": "Finance", "stores": "Stores", "platform": "Platform"}
    repository.catalog(
        "owners", {"owners": {key: {"name": name, "kind": "team"} for key, name in people.items()}}
    )
    table = {"kind": "table", "owner": "platform"}
    assets: dict[str, dict[str, Any]] = {
        "source.feed": {"name": "Feed", "kind": "source"},
        "table.raw": {"name": "Raw", **table, "upstream": ["source.feed"]},
        "table.mart": {"name": "Mart", **table, "upstream": ["table.raw"]},
        "report.close": {"name": "Month end", "kind": "report", "owner": "finance"},
        "metric.margin": {"name": "Margin", "kind": "metric", "owner": "finance"},
        "dashboard.wall": {"name": "Wall", "kind": "dashboard", "owner": "stores"},
        "dashboard.old": {"name": "Old board", "kind": "dashboard"},
        "table.lone": {"name": "Lone", **table},
    }
    for name in ("report.close", "metric.margin", "dashboard.wall", "dashboard.old"):
        assets[name] = {**assets[name], "upstream": ["table.mart"]}
    repository.catalog("assets", {"assets": assets})
    return repository


def outage(day: str, *affected: dict[str, Any], **values: Any) -> dict[str, Any]:
    found = {"title": f"Outage of {day}", "status": "draft", "severity": "sev3"}
    return {
        **found,
        "incident": {"started_at": f"{day}T01:10Z"},
        "assets": list(affected),
        **values,
    }


def wrong(name: str, **values: Any) -> dict[str, Any]:
    day = {"data_from": "2026-03-14", "data_to": "2026-03-14"}
    return {"asset": name, "effect": "stale", **day, **values}


def page_of(edition: Edition, day: str = "2026-03-14") -> str:
    record = edition.archive.by_id[f"{day}-outage"]
    return postmortem.postmortem_page(edition, record).html


def lineage_of(html: str, read: Read) -> str:
    """The words of the section on the lineage."""
    start = html.index('<h2 id="lineage">')
    end = html.find("<h2", start + 1)
    return " ".join(read(html[start : end if end > 0 else None]).text.split())


def boxes_of(html: str) -> dict[str, str]:
    """The HTML of each box of a page's drawing, by its title."""
    found = (part.split("</title>")[0] for part in html.split("<title>")[1:])
    opened = (part.rpartition("class=")[2] for part in html.split("<title>")[:-1])
    return dict(zip(found, opened, strict=True))


def test_what_failed_and_what_followed_are_told_apart(shop: Any, read: Read) -> None:
    affected = [wrong("table.raw", repair="pending"), wrong("table.mart", effect="late")]
    shop.record("2026-03-14-outage", outage("2026-03-14", *affected))
    html = page_of(shop.edition())
    boxes = boxes_of(html)
    assert f"db-box--{FAILED}" in boxes["Raw, table, of Platform. Failed: stale. Not repaired"]
    assert f"db-box--{AFFECTED}" in boxes["Mart, table, of Platform. Affected: late"]
    assert "Not repaired" in lineage_of(html, read)


def test_whom_the_record_does_not_mention_is_said_three_times(shop: Any, read: Read) -> None:
    values = outage("2026-03-14", wrong("table.mart"), stakeholders=["stores"])
    shop.record("2026-03-14-outage", values)
    html = page_of(shop.edition())
    said = lineage_of(html, read)
    assert "2 dashboards, 1 report, 1 metric and 2 owners downstream" in said
    assert "1 owner is not mentioned in this record: Finance." in said
    assert "Nobody owns Old board: nobody could be told." in said
    forgotten = {title for title, opened in boxes_of(html).items() if FORGOTTEN in opened}
    assert {title.partition(",")[0] for title in forgotten} == {"Month end", "Margin", "Old board"}
    entries = html[html.index('<h3 id="downstream">') :].split("<li>")[1:]
    assert ["Not mentioned" in entry for entry in entries] == [True, True, True, False]


def test_what_lies_between_two_that_failed_is_listed_once(shop: Any, read: Read) -> None:
    affected = [wrong("source.feed"), wrong("table.mart")]
    shop.record("2026-03-14-outage", outage("2026-03-14", *affected))
    html = page_of(shop.edition())
    sources, consumers = html[html.index('<h3 id="upstream">') :].split('<h3 id="downstream">')
    assert "Nothing further upstream" in sources
    assert read(consumers).text.count("Raw") == 1
    assert "Affected: stale" in read(consumers).text


def test_where_everybody_is_mentioned_the_page_says_so(shop: Any, read: Read) -> None:
    values = outage("2026-03-14", wrong("table.mart"), stakeholders=["stores", "finance"])
    shop.record("2026-03-14-outage", values)
    html = page_of(shop.edition())
    assert "the record mentions every owner" in lineage_of(html, read)


def test_where_nobody_looks_at_anything_the_page_says_so(shop: Any, read: Read) -> None:
    shop.record("2026-03-14-outage", outage("2026-03-14", wrong("dashboard.wall")))
    assert "people look at nothing downstream" in lineage_of(page_of(shop.edition()), read)


def test_a_record_without_lineage_says_what_to_do(shop: Any, read: Read) -> None:
    affected = [wrong("table.lone"), wrong("table.unknown")]
    shop.record("2026-03-14-outage", outage("2026-03-14", *affected))
    html = page_of(shop.edition())
    assert "upstream in catalog/assets.yml" in lineage_of(html, read).replace("`", "")
    assert "table.unknown is not in catalog/assets.yml" in lineage_of(html, read)
    assert "<svg" not in html[html.index('<h2 id="lineage">') :]


def test_boxes_lead_to_the_pages_of_assets_where_there_are_any(shop: Any, read: Read) -> None:
    shop.record("2026-03-14-outage", outage("2026-03-14", wrong("table.mart")))
    edition = shop.edition()
    here = address.postmortem("2026-03-14-outage")
    for addresses, links in (({here, address.asset("table.raw")}, 1), ({here}, 0)):
        html = page_of(Edition(edition.archive, edition.today, edition.templates, addresses))
        start = html.index('class="db-drawing"') - 9
        svg = read(html[start : html.index("<figcaption>", start)])
        assert len(svg.values("href")) == links
        assert len(svg.values("transform")) >= 7


def test_what_is_counted_leads_to_the_list_that_names_it(shop: Any, read: Read) -> None:
    many = {f"report.r{n:03}": {"name": f"R{n}", "kind": "report", "owner": "finance",
                                "upstream": ["table.mart"]} for n in range(300)}  # fmt: skip
    known = {"table.mart": {"name": "Mart", "kind": "table", "owner": "platform"}}
    shop.catalog("assets", {"assets": {**known, **many}})
    shop.record("2026-03-14-outage", outage("2026-03-14", wrong("table.mart")))
    html = page_of(shop.edition())
    found = read(html)
    assert "#downstream-more" in found.values("href")
    assert "downstream-more" in found.values("id")
    entries = html[html.index('<h3 id="downstream">') :].count("<li>")
    assert entries == 300
    svg = html[html.index('class="db-drawing"') : html.index("<figcaption>")]
    assert len(svg) < 16_000
    assert "more assets are named in the lists" in lineage_of(html, read)


def test_hostile_names_stay_text(shop: Any, read: Read) -> None:
    shop.catalog("owners", {"owners": {"platform": {"name": SCRIPT, "kind": "team"}}})
    kinds = {"table.mart": ("table", []), "report.close": ("report", ["table.mart"])}
    assets = {
        key: {"name": f"{SCRIPT} {key}", "kind": kind, "owner": "platform", "upstream": sources}
        for key, (kind, sources) in kinds.items()
    }
    shop.catalog("assets", {"assets": assets})
    shop.record("2026-03-14-outage", outage("2026-03-14", wrong("table.mart")))
    html = page_of(shop.edition())
    assert "<script>" not in html
    assert SCRIPT in read(html).text


def test_an_asset_shows_the_outages_of_its_neighbours(shop: Any) -> None:
    shop.record("2026-03-14-outage", outage("2026-03-14", wrong("table.raw", repair="pending")))
    shop.record("2026-03-20-outage", outage("2026-03-20", wrong("table.raw")))
    edition = shop.edition()
    html = asset.asset_page(edition, edition.archive.catalog.assets["table.mart"]).html
    boxes = boxes_of(html)
    assert f"db-box--{CENTRE}" in boxes["Mart, table, of Platform"]
    assert "db-box--troubled" in boxes["Raw, table, of Platform. 2 outages. Not repaired"]
    assert html.count("2 outages") >= 3, "in the drawing, in its title and in the list"


@pytest.mark.parametrize(
    ("today", "repair", "words"),
    [
        (date(2026, 3, 20), "pending", "Upstream, not repaired: Raw."),
        (date(2027, 3, 20), "pending", "Upstream, not repaired: Raw."),
        (date(2026, 6, 12), "lost", "an outage in the last 90 days: Raw (14 Mar 2026)."),
        (date(2026, 6, 13), "lost", "Nothing upstream had an outage in the last 90 days"),
        (date(2026, 3, 13), "lost", "Nothing upstream had an outage in the last 90 days"),
    ],
)
def test_an_asset_says_what_threatens_it_upstream(
    shop: Any, read: Read, today: date, repair: str, words: str
) -> None:
    shop.record("2026-03-14-outage", outage("2026-03-14", wrong("table.raw", repair=repair)))
    archive = shop.edition().archive
    edition = Edition.of(archive, today, shop.templates)
    html = asset.asset_page(edition, archive.catalog.assets["table.mart"]).html
    assert words in lineage_of(html, read)


def test_an_asset_without_lineage_says_what_to_do(shop: Any, read: Read) -> None:
    edition = shop.edition()
    html = asset.asset_page(edition, edition.archive.catalog.assets["table.lone"]).html
    assert "catalog/assets.yml" in lineage_of(html, read)
    assert "<svg" not in html[html.index('<h2 id="lineage">') :]


def test_a_withdrawn_outage_is_no_trouble(shop: Any) -> None:
    withdrawn = {"status": "withdrawn", "withdrawn": {"reason": "It was none."}}
    shop.record("2026-03-14-outage", {**outage("2026-03-14", wrong("table.raw")), **withdrawn})
    assert shop.edition().trouble_by_asset == {}
