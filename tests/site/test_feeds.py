"""Feeds as a reader sees them: sound, stable, and without a word that may not be told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import feedparser
import pytest

from debrief.site import address, feeds, inventory
from debrief.site.edition import Edition
from debrief.trail import Arrival, Person, Step, Trail

pytestmark = pytest.mark.samples

Made = Callable[[ModuleType, Edition], dict[str, bytes]]
Worded = Callable[[str], dict[str, Any]]

FIRST, SECOND = "2026-03-14-first", "2026-04-14-second"
HOSTILE = "</title></entry><script>ran(1)</script>&amp; ]]> <![CDATA[ \"'  ünïcode 😀 {{7*7}} &#0;"
DAY = re.compile(r"20\d\d-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+")


def parsed(made: bytes) -> Any:
    """What a reader makes of a feed that it has no complaint about."""
    found = feedparser.parse(made)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def words_of(entry: Any) -> str:
    """The content of an entry as a reader shows it."""
    return html.unescape(re.sub(r"<[^>]*>", "", entry.content[0].value))


# --- what a feed holds ---------------------------------------------------------------------------


def test_every_feed_is_sound(samples: Edition, made: Made) -> None:
    catalog = samples.archive.catalog
    found = made(feeds, samples)
    assert set(found) == {
        "feeds/postmortems.xml",
        *(f"owners/{key}/feed.xml" for key in catalog.owners),
        *(f"assets/{key}/feed.xml" for key in catalog.assets),
    }
    for where, content in found.items():
        feed = parsed(content)
        assert feed.feed.id.startswith("urn:uuid:"), where
        assert feed.feed.title, where
        assert feed.feed.updated, where
        assert feed.feed.author, "Atom wants an author for every entry"
        ids = [entry.id for entry in feed.entries]
        assert len(ids) == len(set(ids)), where
        for entry in feed.entries:
            assert entry.title, where
            assert entry.updated, where
            assert entry.content[0].value, where
    everything = parsed(found[address.FEED])
    assert {entry.title for entry in everything.entries} == {r.title for r in samples.records}


def test_ids_of_feeds_differ(samples: Edition, made: Made) -> None:
    ids = [parsed(content).feed.id for content in made(feeds, samples).values()]
    assert len(ids) == len(set(ids))


def test_an_owner_gets_what_they_own_and_where_they_have_an_action(
    repository: Any, sample: dict[str, Any], made: Made
) -> None:
    people = {"a-one": "One", "b-two": "Two", "c-three": "Three"}
    owners = {key: {"name": name, "kind": "person"} for key, name in people.items()}
    repository.catalog("owners", {"owners": owners})
    actions = [{**sample["actions"][0], "owner": "b-two"}]
    values = {**sample, "owner": "a-one", "actions": actions}
    repository.record(FIRST, values)
    found = made(feeds, repository.edition())
    assert len(parsed(found["owners/a-one/feed.xml"]).entries) == 1
    assert len(parsed(found["owners/b-two/feed.xml"]).entries) == 1
    assert parsed(found["owners/c-three/feed.xml"]).entries == []


def test_an_asset_gets_its_outages_but_no_withdrawn_ones(
    repository: Any, sample: dict[str, Any], made: Made
) -> None:
    repository.catalog("assets", {"assets": {"wh.a": {"name": "A", "kind": "table"}}})
    values = {**sample, "assets": [{"asset": "wh.a"}]}
    repository.record(FIRST, {**values, "title": "An outage"})
    repository.record(SECOND, {**values, "status": "withdrawn", "withdrawn": {"reason": "None."}})
    found = made(feeds, repository.edition())
    assert [e.title for e in parsed(found["assets/wh.a/feed.xml"]).entries] == ["An outage"]
    assert len(parsed(found[address.FEED]).entries) == 2


def test_an_entry_says_what_one_must_know(samples: Edition, made: Made) -> None:
    record = samples.archive.by_id["2026-03-14-orders-mart-stale-prices"]
    entries = parsed(made(feeds, samples)["assets/warehouse.orders_mart/feed.xml"]).entries
    entry = next(entry for entry in entries if entry.title == record.title)
    assert entry.summary == html.escape(record.summary or "", quote=False)
    assert entry.author == "Pricing platform"
    assert {tag.term for tag in entry.tags} == {"sev2", "closed"}
    told = words_of(entry)
    for words in (
        record.summary or "",
        "SEV 2, closed, owned by Pricing platform",
        "Orders mart: stale, data of 13 to 14 Mar 2026, backfilled",
        "8 actions, none open",
    ):
        assert words in told


def test_what_moved_last_comes_first_and_fifty_are_enough(
    repository: Any, sample: dict[str, Any], made: Made
) -> None:
    plain = {key: sample[key] for key in ("title", "severity", "owner", "incident", "assets")}
    plain |= {"status": "draft", "incident": {"started_at": "2020-01-01T10:00Z"}, "assets": []}
    for number in range(60):
        repository.record(f"2020-03-14-number-{number}", {**plain, "title": f"Outage {number}"})
    change = {"changed_on": "2026-01-02", "field": "owner", "reason": "Because."}
    repository.record("2019-01-01-old", {**plain, "title": "Old", "changes": [change]})
    entries = parsed(made(feeds, repository.edition())[address.FEED]).entries
    assert len(entries) == 50
    assert entries[0].title == "Old"
    updated = [entry.updated for entry in entries]
    assert updated == sorted(updated, reverse=True)


# --- days ----------------------------------------------------------------------------------------


def entry_of(edition: Edition, made: Made) -> Any:
    (entry,) = parsed(made(feeds, edition)[address.FEED]).entries
    return entry


def test_days_come_from_the_record(repository: Any, sample: dict[str, Any], made: Made) -> None:
    plain = {key: sample[key] for key in ("title", "severity", "owner")}
    plain |= {"status": "draft", "incident": {"started_at": "2026-03-14T10:00Z"}}
    repository.record(FIRST, plain)
    entry = entry_of(repository.edition(), made)
    assert (entry.published[:10], entry.updated[:10]) == ("2026-03-14", "2026-03-14")
    repository.record(FIRST, {**plain, "published_on": "2026-03-20", "closed_on": "2026-05-01"})
    entry = entry_of(repository.edition(), made)
    assert (entry.published[:10], entry.updated[:10]) == ("2026-03-20", "2026-05-01")
    verification = {"verified_on": "2026-06-02"}
    action = {"id": "a", "title": "Mend it", "type": "corrective", "verification": verification}
    repository.record(FIRST, {**plain, "actions": [action]})
    assert entry_of(repository.edition(), made).updated[:10] == "2026-06-02"


def test_days_come_from_the_trail(repository: Any, sample: dict[str, Any], made: Made) -> None:
    plain = {key: sample[key] for key in ("title", "severity", "owner")}
    repository.record(FIRST, {**plain, "status": "draft"})
    edition = repository.edition()
    trail = Trail("git", Arrival(date(2026, 3, 16), "draft", Person()))
    edition = replace(edition, trails={FIRST: trail})
    assert entry_of(edition, made).updated[:10] == "2026-03-16"
    step = Step("due", "2026-04-01", "2026-05-01", committed_on=date(2026, 3, 30))
    edition = replace(edition, trails={FIRST: replace(trail, actions={"a": (step,)})})
    assert entry_of(edition, made).updated[:10] == "2026-03-30"


def test_no_byte_depends_on_the_clock_or_the_day(repository: Any, made: Made) -> None:
    repository.catalog("owners", {"owners": {"nobody": {"name": "Nobody", "kind": "person"}}})
    plain = {"title": "Old", "status": "draft", "incident": {"started_at": "2019-03-14T10:00Z"}}
    repository.record("2019-03-14-old", plain)
    edition = repository.edition()
    found = made(feeds, edition)
    assert found == made(feeds, edition)
    assert found == made(feeds, replace(edition, today=date(2030, 1, 1)))
    told = {where: set(INSTANT.findall(content.decode())) for where, content in found.items()}
    assert told == {
        address.FEED: {"2019-03-14T00:00:00"},
        "owners/nobody/feed.xml": {"1970-01-01T00:00:00"},
    }


# --- ids and links -------------------------------------------------------------------------------


def test_ids_outlive_titles_and_addresses(
    repository: Any, sample: dict[str, Any], made: Made
) -> None:
    repository.record(FIRST, sample)
    first = parsed(made(feeds, repository.edition())[address.FEED])
    repository.record(FIRST, {**sample, "title": "Quite another title"})
    later = replace(repository.edition(), site_url="https://example.com/elsewhere/")
    second = parsed(made(feeds, later)[address.FEED])
    assert second.entries[0].title == "Quite another title"
    assert first.entries[0].id == second.entries[0].id
    assert first.feed.id == second.feed.id


def test_an_id_is_what_it_was_when_feeds_began() -> None:
    """Whoever changes this shows every reader every entry once more."""
    assert feeds.identity("postmortem x") == "urn:uuid:0cf8d905-ec56-519d-97bb-1cb9c84b6d90"


@pytest.mark.parametrize(
    "site_url", ["", "https://example.com/postmortems/", "https://example.com"]
)
def test_links_lead_to_pages(samples: Edition, made: Made, site_url: str) -> None:
    pages = {plan.address for plan in inventory.plans(samples)}
    root = site_url.rstrip("/") + "/" if site_url else "https://wherever.example/below/"
    edition = replace(samples, site_url=site_url)
    for where, content in made(feeds, edition).items():
        tree = ET.fromstring(content)  # noqa: S314 - feedparser would resolve the links
        links = tree.iter("{http://www.w3.org/2005/Atom}link")
        for link in links:
            href = link.attrib["href"]
            assert href.startswith("http") == bool(site_url)
            full = urljoin(root + where, href)
            is_self = link.attrib["rel"] == "self"
            assert full.removeprefix(root) in ({where} if is_self else pages), (where, href)


def test_an_entry_without_a_page_leads_to_the_site(samples: Edition, made: Made) -> None:
    edition = replace(samples, addresses={address.HOME})
    found = made(feeds, edition)
    assert set(found) == {address.FEED}, "nor are there feeds of owners and assets without a page"
    assert b"/postmortems/" not in found[address.FEED]


def test_pages_offer_what_is_there_and_nothing_else(samples: Edition, read: Any) -> None:
    team, asset = "owners/pricing-platform/", "assets/warehouse.orders_mart/"
    files = {
        "": (address.FEED, address.CALENDAR),
        "postmortems/": (address.FEED, address.CALENDAR),
        team: (f"{team}feed.xml", f"{team}calendar.ics"),
        asset: (f"{asset}feed.xml",),
    }
    all_of_it = {plan.address: plan for plan in inventory.plans(samples)}
    bare = replace(samples, addresses=set(all_of_it))
    without = {plan.address: plan for plan in inventory.plans(bare)}
    for where, offered in files.items():
        page = all_of_it[where].make()
        assert tuple(feed.address for feed in page.feeds) == offered
        links = [urljoin(f"/{where}", link)[1:] for link in read(page.html).values("href")]
        assert where == "postmortems/" or set(offered) <= set(links)
        page = without[where].make()
        assert page.feeds == ()
        assert "Subscribe" not in page.html


# --- what must not get in, or out ----------------------------------------------------------------


def test_hostile_text_comes_out_as_it_was_typed(
    repository: Any, worded: Worded, made: Made
) -> None:
    owners = {"pricing-platform": {"name": HOSTILE[:80].strip(), "kind": "team"}}
    repository.catalog("owners", {"owners": owners})
    assets = {"warehouse.orders_mart": {"name": HOSTILE[:80].strip(), "kind": "model"}}
    repository.catalog("assets", {"assets": assets})
    repository.record(FIRST, worded(HOSTILE))
    found = made(feeds, repository.edition())
    assert len(found) == 3
    for content in found.values():
        (entry,) = parsed(content).entries
        tree = ET.fromstring(content)  # noqa: S314 - to see texts before they are cleaned
        told = {e.tag.rpartition("}")[2]: e.text for e in tree.iter() if e.text}
        assert told["title"] == HOSTILE
        assert told["name"] == HOSTILE[:80].strip()
        assert html.unescape(told["summary"] or "") == HOSTILE
        assert HOSTILE in html.unescape(told["content"] or "")
        assert "<script" not in (told["content"] or "")
        assert "<script" not in entry.content[0].value


def test_what_xml_cannot_hold_is_replaced(repository: Any, made: Made) -> None:
    repository.record(FIRST, {"title": "x y", "status": "draft"})
    edition = repository.edition()
    (entry,) = edition.archive.entries
    bad = replace(entry.record, title="a\x00b\x0bc\ufffe\ud800\x85", summary="a\x1bb")
    archive = replace(edition.archive, entries=(replace(entry, record=bad),))
    found = entry_of(replace(edition, archive=archive), made)
    assert found.title == "a\ufffdb\ufffdc\ufffd\ufffd\ufffd"
    assert found.summary == "a\ufffdb"


def test_a_restricted_record_tells_title_status_owner_and_actions(
    repository: Any, worded: Worded, made: Made
) -> None:
    team = {"pricing-platform": {"name": "Pricing platform", "kind": "team"}}
    repository.catalog("owners", {"owners": team})
    values = worded("a zanzibar secret") | {"title": "Something", "visibility": "restricted"}
    for action in values["actions"]:
        action |= {"title": "A promise", "changes": []}
        action.pop("done_on", None)
    repository.record(FIRST, values)
    found = made(feeds, repository.edition())
    (entry,) = parsed(found["owners/pricing-platform/feed.xml"]).entries
    assert entry.title == "Something"
    assert "closed" in words_of(entry).lower()
    assert "published" not in entry
    for content in found.values():
        told = content.decode().replace(FIRST, "")
        assert "zanzibar" not in told
        assert "sev2" not in told.lower()
        assert set(DAY.findall(told)) <= {"2026-01-01"}, "the year alone, which its address tells"


def test_an_empty_archive_has_a_sound_feed(repository: Any, made: Made) -> None:
    found = made(feeds, repository.edition())
    feed = parsed(found[address.FEED])
    assert feed.entries == []
    assert feed.feed.title == "Postmortems at Pellwick"
    assert feed.feed.updated.startswith("1970-01-01")
