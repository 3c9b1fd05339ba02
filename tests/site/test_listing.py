"""The list of all postmortems: its rows, the pages of the years, and the data of the explorer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from many_records import with_many_records

from debrief import words
from debrief.record import Action, AffectedAsset, Import, Incident, Moment, Postmortem
from debrief.site import address, listing
from debrief.site.edition import Edition
from debrief.site.page import Page

pytestmark = pytest.mark.samples

TODAY = date(2026, 11, 22)
RESTRICTED = "2026-08-11-segments-view-exposed-birth-dates"

Many = Callable[[int], Edition]


@pytest.fixture
def many(samples: Edition) -> Many:
    """An edition with so many made-up records."""
    return lambda count: Edition.of(
        with_many_records(samples.archive, count), TODAY, samples.templates
    )


def pages_of(edition: Edition) -> dict[str, Page]:
    return {plan.address: plan.make() for plan in listing.plans(edition)}


def data_of(edition: Edition) -> dict[str, Any]:
    (made,) = listing.files(edition)
    assert made.address == "postmortems/explorer.json"
    data: dict[str, Any] = json.loads(made.make())
    return data


def rows_of(page: Page, read: Any) -> list[str]:
    """The records with a row in a page; the empty row is the one that a script fills."""
    return [record_id for record_id in read(page.html).values("data-record") if record_id]


# --- rows ----------------------------------------------------------------------------------------


def test_a_short_list_holds_every_record(samples: Edition, read: Any) -> None:
    rows = rows_of(listing.list_page(samples), read)
    assert rows == [record.id for record in samples.records]


def test_a_list_at_the_limit_is_whole(many: Many, read: Any) -> None:
    page = listing.list_page(many(listing.WHOLE_UP_TO))
    assert len(rows_of(page, read)) == listing.WHOLE_UP_TO
    assert "These are the newest" not in page.html


def test_a_list_beyond_the_limit_holds_the_newest_and_says_so(many: Many, read: Any) -> None:
    edition = many(listing.WHOLE_UP_TO + 1)
    page = listing.list_page(edition)
    assert rows_of(page, read) == [record.id for record in edition.records[: listing.NEWEST]]
    assert "These are the newest 100." in page.html
    for year in {record.year for record in edition.records}:
        assert f'<a href="{year}/">{year}</a>' in page.html


@pytest.mark.parametrize("count", [1, 700])
def test_the_pages_of_the_years_hold_every_record_once(many: Many, read: Any, count: int) -> None:
    edition = many(count)
    made = pages_of(edition)
    del made[address.POSTMORTEMS]
    rows = {where: rows_of(page, read) for where, page in made.items()}
    assert [row for where in rows for row in rows[where]] == [r.id for r in edition.records]
    for where, found in rows.items():
        assert {f"postmortems/{row[:4]}/" for row in found} == {where}


def test_the_page_of_a_year_has_figures_of_that_year_alone(samples: Edition, read: Any) -> None:
    page = pages_of(samples)["postmortems/2025/"]
    text = " ".join(read(page.html).text.split())
    assert page.title == "Postmortems of 2025"
    assert "Postmortems 5 Open actions 0 Overdue 0 nothing is late" in text
    assert '<a href="../2026/">2026</a>' in page.html
    assert '<a href="./">2025</a>' not in page.html


def test_an_empty_archive_has_nothing_to_explore(repository: Any) -> None:
    edition = repository.edition()
    (page,) = pages_of(edition).values()
    assert "./debrief new" in page.html
    assert page.scripts == ()
    assert "<template" not in page.html
    assert data_of(edition)["records"]["id"] == []


# --- data ----------------------------------------------------------------------------------------


def told(data: dict[str, Any], name: str, at: int) -> list[str]:
    """The codes that a record has in a column."""
    entry = data["records"][name][at]
    numbers = entry if isinstance(entry, list) else [entry] if entry >= 0 else []
    return [data["words"][name][number][0] for number in numbers]


def test_the_data_says_of_a_record_what_the_record_says(samples: Edition) -> None:
    data = data_of(samples)
    assert data["records"]["id"] == [record.id for record in samples.records]
    for at, record in enumerate(samples.records):
        assert data["records"]["title"][at] == record.title
        assert data["records"]["reference"][at] == (record.incident.reference or "")
        assert told(data, "status", at) == [record.status]
        assert told(data, "severity", at) == ([record.severity] if record.severity else [])
        assert told(data, "owner", at) == ([record.owner] if record.owner else [])
        assert told(data, "asset", at) == list(dict.fromkeys(a.asset for a in record.assets))
        assert set(told(data, "cause", at)) == {c.category for c in record.causes if c.category}
        assert told(data, "type", at) == ([record.incident.type] if record.incident.type else [])
        assert told(data, "year", at) == [str(record.year)]
        assert told(data, "tag", at) == list(record.tags)
        open_count, text, late = data["words"]["actions"][data["records"]["actions"][at]]
        assert words.promised(record, TODAY) == words.Promised(text, open_count, late)


def test_every_facet_has_a_label_and_columns_of_the_same_length(samples: Edition) -> None:
    data = data_of(samples)
    names = [name for name, _ in data["facets"]]
    assert names == ["status", "severity", "owner", "asset", "cause", "type", "year", "tag"]
    assert {len(column) for column in data["records"].values()} == {len(samples.records)}


def test_values_have_names_and_stand_in_their_order(samples: Edition) -> None:
    known = data_of(samples)["words"]
    assert known["status"][0] == ["draft", "Draft"]
    assert [code for code, _ in known["severity"]] == ["sev1", "sev2", "sev3", "sev4"]
    assert [code for code, _ in known["year"]] == ["2026", "2025", "2024", "2020", "2018", "2017"]
    assert ["warehouse.orders_mart", "Orders mart"] in known["asset"]
    assert ["data-format-change", "Data format change"] in known["cause"]
    most_frequent, *_ = known["owner"]
    assert most_frequent == ["data-platform", "Data platform", "../owners/data-platform/", 0]


def test_an_owner_who_left_is_marked_and_one_without_a_page_has_no_link(samples: Edition) -> None:
    catalog = samples.archive.catalog
    owners = {**catalog.owners}
    owners["data-platform"] = replace(owners["data-platform"], active=False)
    archive = replace(samples.archive, catalog=replace(catalog, owners=owners))
    edition = Edition(archive, TODAY, samples.templates, {address.POSTMORTEMS})
    data = data_of(edition)
    assert ["data-platform", "Data platform", "", 1] in data["words"]["owner"]
    assert data["linked"] is False


def test_a_restricted_record_is_in_no_facet_that_would_tell_of_it(samples: Edition) -> None:
    data = data_of(samples)
    at = data["records"]["id"].index(RESTRICTED)
    assert data["records"]["restricted"][at] == 1
    assert told(data, "status", at) == ["published"]
    assert told(data, "owner", at) == ["privacy-office"]
    for name in ("severity", "asset", "cause", "type", "tag", "duration"):
        assert told(data, name, at) == [], name
    assert data["records"]["reference"][at] == ""


def test_the_data_of_ten_thousand_records_is_small(many: Many) -> None:
    edition = many(1000)
    (made,) = listing.files(edition)
    assert len(made.make()) < 300_000  # 3 MB for 10,000


def test_the_data_is_the_same_each_time(samples: Edition) -> None:
    assert listing.data_file(samples) == listing.data_file(samples)


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "imported", "expected"),
    [
        ([], False, words.Promised("none")),
        ([{"status": "done"}], False, words.Promised("all 1 closed")),
        ([{}, {"status": "done"}], False, words.Promised("1 open", 1)),
        ([{"due": date(2026, 1, 1)}], False, words.Promised("1 open", 1, "1 overdue")),
        ([{"owner": None}, {"owner": None}], True, words.Promised("2 retold")),
        ([{}], True, words.Promised("1 open", 1)),
    ],
)
def test_how_the_promises_of_a_record_stand(
    actions: list[dict[str, Any]], imported: bool, expected: words.Promised
) -> None:
    made = tuple(Action("a", "Mend it", "preventive", **{"owner": "x", **a}) for a in actions)
    source = Import("https://example.com") if imported else None
    record = Postmortem("2026-03-14-x", "x.md", "X", "draft", actions=made, imported=source)
    assert words.promised(record, TODAY) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-14T01:10Z", "2026-03-14T10:05Z", "8 h 55 min"),
        ("2026-03-14", "2026-03-14", "within a day"),
        ("2026-03-14T01:10Z", "2026-03-14T01:10Z", "0 min"),
        ("2026-03-14", "2026-03-16", "2 days"),
        ("2026-03-14", None, None),
    ],
)
def test_how_long_an_outage_lasted(start: str, end: str | None, expected: str | None) -> None:
    resolved = Moment.parse(end) if end else None
    incident = Incident(started_at=Moment.parse(start), resolved_at=resolved)
    record = Postmortem("2026-03-14-x", "x.md", "X", "draft", incident=incident)
    assert words.lasted(record) == expected


def test_an_asset_named_twice_is_counted_once(samples: Edition) -> None:
    twice = (AffectedAsset("wh.x", effect="stale"), AffectedAsset("wh.x", effect="missing"))
    record = replace(samples.records[0], assets=twice)
    entries = tuple(
        replace(e, record=record) if e.id == record.id else e for e in samples.archive.entries
    )
    edition = replace(samples, archive=replace(samples.archive, entries=entries))
    assert told(data_of(edition), "asset", 0) == ["wh.x"]
