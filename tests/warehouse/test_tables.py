"""The tables: what each promises of its key, its columns and its foreign keys, kept on records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from debrief.archive import Archive
from debrief.entry import Entry
from debrief.record import AffectedAsset, Measure, Moment, Postmortem, SignOff, TimelineEvent
from debrief.schema import Schema, load_all
from debrief.trail import trails
from debrief.warehouse.source import Source
from debrief.warehouse.table import Table
from debrief.warehouse.tables import BY_NAME, TABLES, VERSION

TODAY = date(2026, 11, 22)
KNOWN = Path(__file__).with_name("tables.json")
"""Every table and column of the version that stands in it."""


@pytest.fixture(scope="module")
def schemas(root: Path) -> Mapping[str, Schema]:
    return load_all(root / "schema")


@pytest.fixture(scope="module")
def samples(root: Path) -> Source:
    archive = Archive.load(root)
    return Source.of(archive, TODAY, trails(archive, None))


def rows(table: Table[Any], source: Source) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows(source)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_and_column_says_what_it_is(
    table: Table[Any], schemas: Mapping[str, Schema]
) -> None:
    assert table.about.endswith(".")
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    for column in table.columns:
        assert column.described(schemas).strip(), column.name
    assert not table.columns[0].nullable


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_foreign_key_leads_to_the_key_of_a_table(table: Table[Any]) -> None:
    for column in table.columns:
        if column.refers is not None:
            name, key = column.refers
            assert BY_NAME[name].key == key


@pytest.mark.samples
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_on_the_samples_it_keeps_what_it_promises(
    table: Table[Any], samples: Source, schemas: Mapping[str, Schema]
) -> None:
    found = rows(table, samples)
    assert found
    assert len({row[table.key] for row in found}) == len(found)
    for column in table.columns:
        values = [row[column.name] for row in found]
        if not column.nullable:
            assert None not in values, column.name
        if words := column.words(schemas):
            assert set(values) <= {*words, None}, column.name
        if column.refers and column.resolves:
            keys = {row[column.refers[1]] for row in rows(BY_NAME[column.refers[0]], samples)}
            assert set(values) <= {*keys, None}, column.name


@pytest.mark.samples
def test_files_records_and_rows_are_equally_many(samples: Source) -> None:
    told = rows(BY_NAME["postmortems"], samples)
    assert len(told) == len(samples.archive.entries)
    assert [row["postmortem_id"] for row in told] == sorted(samples.archive.by_id)
    promised = sum(len(record.actions) for record in samples.records)
    assert len(rows(BY_NAME["actions"], samples)) == promised


@pytest.mark.samples
def test_the_front_matter_is_whole_and_typed(samples: Source) -> None:
    found = {row["postmortem_id"]: row for row in rows(BY_NAME["postmortems"], samples)}
    row = found["2026-03-14-orders-mart-stale-prices"]
    told = json.loads(row["front_matter"])
    assert told["incident"]["started_at"] == "2026-03-14T01:10Z"
    assert told["impact"]["measures"][0]["value"] == 9
    entry = next(e for e in samples.archive.entries if e.id == row["postmortem_id"])
    assert entry.document is not None
    assert told == samples.archive.schemas["postmortem"].read(entry.document).values
    assert row["body"].startswith("\n## ") or row["body"].startswith("## ")


@pytest.mark.samples
def test_of_a_restricted_record_there_is_its_outline_and_nothing_else(samples: Source) -> None:
    (record,) = (record for record in samples.records if record.restricted)
    hidden = {"postmortem_id": record.id}
    for table in TABLES:
        found = [row for row in rows(table, samples) if hidden.items() <= row.items()]
        if table.name == "postmortems":
            (row,) = found
            told = {name for name, value in row.items() if value is not None}
            assert told == {
                *("postmortem_id", "path", "title", "status", "owner_id", "visibility"),
                *("outage_day", "outage_quarter"),
            }
        elif table.name == "actions":
            assert len(found) == len(record.actions)
            assert {row["success_criteria"] for row in found} == {None}
        elif table.name not in ("action_changes", "outages", "outage_groups"):
            assert found == [], table.name


EVENTS = tuple(
    TimelineEvent(Moment.parse(f"2026-03-14T0{hour}:00Z"), event)
    for hour, event in ((1, "It broke"), (2, "Somebody saw it"))
)
RECORD = Postmortem(
    id="2026-03-14-late",
    path="postmortems/2026/2026-03-14-late.md",
    title="Late",
    status="draft",
    timeline=EVENTS,
    assets=(AffectedAsset("wh.orders", "stale"), AffectedAsset("wh.orders", "missing")),
    sign_offs=(SignOff("owner", "n-okafor", TODAY),),
)


def keys(name: str, record: Postmortem, root: Path) -> list[str]:
    archive = replace(
        Archive.load(root, select=lambda *_: ()), entries=(Entry(record.path, record=record),)
    )
    source = Source.of(archive, TODAY)
    return [row[BY_NAME[name].key] for row in rows(BY_NAME[name], source)]


def test_a_key_stays_when_something_is_put_before_it(root: Path) -> None:
    before = keys("timeline", RECORD, root)
    earlier = TimelineEvent(Moment.parse("2026-03-14T00:00Z"), "A feed changed")
    assert keys("timeline", replace(RECORD, timeline=(earlier, *EVENTS)), root)[1:] == before


def test_what_says_the_same_twice_is_numbered(root: Path) -> None:
    first, *_ = keys("timeline", RECORD, root)
    twice = replace(RECORD, timeline=(EVENTS[0], EVENTS[0]))
    assert keys("timeline", twice, root) == [first, f"{first}/2"]


def test_an_asset_with_two_effects_has_two_keys(root: Path) -> None:
    assert keys("assets_affected", RECORD, root) == [
        "2026-03-14-late/wh.orders/stale",
        "2026-03-14-late/wh.orders/missing",
    ]


def test_another_figure_of_a_measure_keeps_its_key(root: Path) -> None:
    told = [
        replace(RECORD, impact=replace(RECORD.impact, measures=(Measure("rows", value, "count"),)))
        for value in (5, 9)
    ]
    assert keys("measures", told[0], root) == keys("measures", told[1], root)


def test_the_version_goes_up_with_the_tables() -> None:
    """Where this fails: raise VERSION as ``version.py`` says, and write tables.json anew."""
    now = {table.name: {c.name: c.kind.value for c in table.columns} for table in TABLES}
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    if known["version"] == VERSION:
        assert now == known["tables"]
    elif known["version"].split(".")[0] == VERSION.split(".")[0]:
        for name, columns in known["tables"].items():
            assert columns.items() <= now[name].items()
