"""An export is written whole or not at all, says what it holds, and replaces nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_archive import PATH, RECORD, put_archive

from debrief.archive import Archive
from debrief.warehouse import database, describe, export, manifest, query
from debrief.warehouse.export import Order, RefusedError
from debrief.warehouse.source import Source
from debrief.warehouse.tables import TABLES

TODAY = date(2026, 11, 22)
ALL = Order(export.FORMATS)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    put_archive(tmp_path / "records")
    return Source.of(Archive.load(tmp_path / "records"), TODAY)


def content(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_every_table_is_there_in_every_format(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "export"
    told = export.write(source, folder, ALL)
    assert set(content(folder)) == {
        *("manifest.json", "README.md", "schema.json", "dbt/sources.yml"),
        *(f"{kind}/{table.name}.{kind}" for kind in export.FORMATS for table in TABLES),
    }
    assert manifest.read(folder) == told
    assert list(manifest.missing(folder, told)) == []
    assert told.rows["actions"] == 1
    assert told.checks.postmortems == 1
    assert [each.name for each in folder.parent.iterdir()] == ["export"]


def test_the_same_archive_and_day_give_the_same_bytes(source: Source, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "elsewhere" / "other"
    export.write(source, one, ALL)
    again = Source.of(Archive.load(source.archive.root), TODAY)
    export.write(again, other, ALL)
    assert content(one) == content(other)


def test_an_earlier_export_is_replaced_with_all_that_it_had(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    export.write(source, folder, ALL)
    export.write(source, folder, Order(("csv",), TABLES[:1]))
    assert set(content(folder)) == {
        *("manifest.json", "README.md", "schema.json", "dbt/sources.yml", "csv/postmortems.csv")
    }


def refused(source: Source, folder: Path) -> str:
    before = content(folder) if folder.is_dir() else {}
    with pytest.raises(RefusedError) as error:
        export.write(source, folder, Order())
    assert (content(folder) if folder.is_dir() else {}) == before
    return str(error.value).removeprefix(str(folder))


def test_a_folder_with_anything_else_is_left_alone(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert refused(source, folder) == " is not empty, and no export: it has no manifest.json"
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    assert refused(source, folder).endswith("was not written by `debrief export`")
    assert refused(source, folder / "mine.txt") == " is a file"


@pytest.mark.parametrize("path", ["mine.txt", "csv/mine.csv", "ndjson/actions.ndjson", "empty/"])
def test_an_export_that_somebody_changed_is_left_alone(
    source: Source, tmp_path: Path, path: str
) -> None:
    folder = tmp_path / "export"
    export.write(source, folder, Order())
    if path.endswith("/"):
        (folder / path).mkdir()
    else:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text("mine", encoding="utf-8")
    name = "csv" if path.startswith("csv") else path.rstrip("/")
    assert refused(source, folder).startswith(
        f" holds what no export wrote, or not like this: {name}"
    )


def test_a_link_in_an_export_is_not_followed(source: Source, tmp_path: Path) -> None:
    folder, mine = tmp_path / "export", tmp_path / "mine"
    export.write(source, folder, Order())
    (folder / "README.md").rename(mine)
    (folder / "README.md").symlink_to(mine)
    assert refused(source, folder).endswith("README.md")


def test_where_writing_fails_the_earlier_export_stays(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "export"
    export.write(source, folder, Order())
    before = content(folder)

    def full(*_: object) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(describe, "dbt_sources", full)
    with pytest.raises(OSError, match="no space"):
        export.write(source, folder, ALL)
    assert content(folder) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["export", "records"]


def test_a_copy_that_was_cut_off_is_told(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    export.write(source, folder, ALL)
    file = folder / "parquet" / "actions.parquet"
    file.write_bytes(file.read_bytes()[:-1])
    assert list(manifest.missing(folder, manifest.read(folder))) == ["parquet/actions.parquet"]
    with pytest.raises(query.UnusableError, match=r"is not whole: parquet/actions\.parquet"):
        query.of_export(folder)


def test_a_manifest_that_leads_out_of_the_folder_is_none(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    export.write(source, folder, Order())
    file = folder / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["files"][0]["path"] = "../records/catalog/owners.yml"
    file.write_text(json.dumps(told), encoding="utf-8")
    assert "was not written by" in refused(source, folder)


def test_an_empty_archive_has_every_table_with_its_types(source: Source, tmp_path: Path) -> None:
    catalog = replace(source.archive.catalog, owners={}, assets={})
    empty = Source.of(replace(source.archive, entries=(), catalog=catalog), TODAY)
    folder = tmp_path / "export"
    told = export.write(empty, folder, ALL)
    assert {name: count for name, count in told.rows.items() if count} == {
        "figure_definitions": told.rows["figure_definitions"],
        "export_meta": 1,
    }
    opened = database.connect()
    file = str(folder / "parquet" / "postmortems.parquet")
    found = opened.execute("DESCRIBE SELECT * FROM read_parquet(?)", [file]).fetchall()
    types = {name: kind for name, kind, *_ in found}
    assert types["title"] == "VARCHAR"
    assert types["outage_day"] == "DATE"
    assert types["started_at"] == "TIMESTAMP WITH TIME ZONE"
    assert types["time_to_detect"] == "BIGINT"
    assert types["front_matter"] == "VARCHAR"
    assert (folder / "ndjson" / "actions.ndjson").read_bytes() == b""
    assert (folder / "csv" / "actions.csv").read_text(encoding="utf-8").startswith("action_key,")


def test_what_cannot_be_read_is_named(source: Source) -> None:
    broken = source.archive.with_text(PATH, RECORD.replace("sev4", "sev9"))
    assert Source.of(broken, TODAY).incomplete == (PATH,)
    unread = source.archive.with_text(PATH, "no front matter")
    assert Source.of(unread, TODAY).left_out == (PATH,)
    assert (source.left_out, source.incomplete) == ((), ())


def test_a_foreign_key_that_leads_nowhere_is_counted(source: Source, tmp_path: Path) -> None:
    text = RECORD.replace(
        "type: preventive\n    owner: a-team", "type: preventive\n    owner: gone"
    )
    lost = Source.of(source.archive.with_text(PATH, text), TODAY)
    told = export.write(lost, tmp_path / "export", Order())
    assert told.checks.unresolved == {"actions.owner_id": 1}


# --- dbt -----------------------------------------------------------------------------------------


@pytest.fixture
def dbt(source: Source) -> dict[str, Any]:
    (told,) = yaml.safe_load(describe.dbt_sources(TABLES, source.archive.schemas))["sources"]
    return {
        f"{table['name']}.{column['name']}": column.get("data_tests", [])
        for table in told["tables"]
        for column in table["columns"]
    }


def test_dbt_tests_keys_words_and_foreign_keys(dbt: dict[str, Any]) -> None:
    assert dbt["actions.action_key"] == ["unique", "not_null"]
    assert dbt["actions.is_open"] == ["not_null"]
    levels = {"accepted_values": {"arguments": {"values": ["low", "medium", "high"]}}}
    assert dbt["actions.impact"] == [levels]
    to = {"to": "source('debrief', 'postmortems')", "field": "postmortem_id"}
    assert dbt["actions.postmortem_id"] == ["not_null", {"relationships": {"arguments": to}}]
    (test,) = dbt["actions.owner_id"]
    assert test["relationships"]["config"] == {"severity": "warn"}
    assert dbt["actions.due"] == []


def test_dbt_gets_no_test_of_a_table_that_is_not_there(source: Source) -> None:
    text = describe.dbt_sources(TABLES[:1], source.archive.schemas)
    assert "'owners'" not in text
    assert "'postmortems'" in text
