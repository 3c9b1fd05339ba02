"""An export read back: the same records, by the same reader, and nothing lost in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from federated import LATE, put_export, put_repository, put_rows, put_sources
from small_archive import RECORD

from debrief.archive import Archive
from debrief.federation import Federation, federate
from debrief.shareable import shareable

SECRET = "2026-02-05-secret"


@pytest.fixture
def pricing(tmp_path: Path) -> Archive:
    """An archive with a record like all others, and a restricted one."""
    root = put_repository(tmp_path / "pricing", LATE)
    text = RECORD.replace("status: draft", "status: draft\nvisibility: restricted")
    put_repository(root, SECRET, text=text)
    return Archive.load(root)


@pytest.fixture
def own(tmp_path: Path, pricing: Archive) -> Path:
    """A repository that names its export."""
    put_export(tmp_path / "exported", pricing)
    root = put_repository(tmp_path / "own")
    put_sources(root, "{name: pricing, export: ../exported}")
    return root


def read(root: Path) -> Federation:
    return federate(Archive.load(root))


def change(own: Path, table: str, line: int, **values: Any) -> None:
    """Put values into a row of the export."""
    file = own.parent / f"exported/ndjson/{table}.ndjson"
    rows = [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines()]
    rows[line - 1] |= values
    put_rows(own.parent / "exported", table, map(json.dumps, rows))


def test_records_and_catalog_are_those_of_the_repository(own: Path, pricing: Archive) -> None:
    found = read(own)
    assert not list(found.findings)
    (brought,) = found.brought
    assert brought.archive is not None
    shown = shareable(pricing)
    assert brought.archive.postmortems == shown.postmortems
    assert brought.archive.catalog.owners == shown.catalog.owners
    assert brought.archive.catalog.assets == shown.catalog.assets
    bodies = {e.id: e.document.body for e in brought.archive.entries if e.document is not None}
    assert bodies[LATE] == "\nTold in time.\n"
    assert set(found.archive.by_id) == {f"{LATE}~pricing", f"{SECRET}~pricing"}


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"version": "2.0"}, "tables of version 2.0, and version 1 can be read here"),
        ({"version": None}, "tables of version None"),
        ({"made_by": "somebody"}, "was not written by `debrief export`"),
        ({"rows": {"postmortems": 3}}, "has"),
    ],
)
def test_an_export_that_is_not_known_or_not_whole_is_refused_with_what_to_do(
    own: Path, pricing: Archive, manifest: dict[str, Any], message: str
) -> None:
    put_export(own.parent / "exported", pricing, **manifest)
    found = read(own)
    (told,) = found.findings
    assert message in told.message
    assert told.fix
    assert (told.path, told.position.line) == ("catalog/sources.yml", 2)
    assert found.lost


def test_a_table_that_is_not_there_is_named(own: Path) -> None:
    (own.parent / "exported/ndjson/owners.ndjson").unlink()
    (told,) = read(own).findings
    assert "ndjson/owners.ndjson: the file cannot be read" in told.message
    assert "./debrief export" in told.fix


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"postmortem_id": "../../etc/passwd"}, 'is "../../etc/passwd", and no id'),
        ({"postmortem_id": None}, "is null, and no id"),
        ({"postmortem_id": SECRET}, f"the id {SECRET} stands twice"),
        ({"front_matter": None}, f"{LATE} has no `front_matter` and `body`"),
        ({"front_matter": "[1]"}, f"{LATE} has no `front_matter` and `body`"),
        ({"body": 3}, f"{LATE} has no `front_matter` and `body`"),
        ({"front_matter": '{"title": 3}'}, f"{LATE}: `status` is missing, so it is not shown"),
        (
            {"front_matter": '{"title": "x", "status": "draft", "source": "own"}'},
            f"{LATE}: `source` is not a key of the schema, so this part of it is not shown",
        ),
        (
            {"front_matter": '{"title": "x", "status": "draft", "severity": "sev9"}'},
            f"{LATE}: `severity` is `sev9`",
        ),
        ({"front_matter": '{"title": "a\\u2028b", "status": "draft"}'}, "U+2028"),
    ],
)
def test_a_row_passes_the_reader_and_the_schema_or_is_told(
    own: Path, values: dict[str, Any], message: str
) -> None:
    change(own, "postmortems", 2, **values)
    found = read(own)
    (told,) = found.findings
    assert message in told.message
    assert (told.path, told.position.line) == ("../exported/ndjson/postmortems.ndjson", 2)
    assert told.level.word == "warning"
    shown = [record for record in found.archive.postmortems if record.id.startswith(LATE)]
    assert [record.source for record in shown] == ["pricing"] * len(shown)
    assert bool(shown) is ("part" in told.message)


def test_a_line_that_is_no_object_is_told(own: Path) -> None:
    put_rows(own.parent / "exported", "postmortems", ["{", "[" * 5000])
    found = read(own)
    assert [(f.position.line, f.message) for f in found.findings] == [
        (1, "this line is no object of JSON"),
        (2, "this line is no object of JSON"),
    ]
    assert found.brought[0].unread == {"1", "2"}


def test_records_of_its_own_sources_are_left_out_and_that_is_said(own: Path) -> None:
    change(own, "postmortems", 2, postmortem_id=f"{LATE}~deeper")
    found = read(own)
    (told,) = found.findings
    assert "has sources of its own, which are not followed: 1 of its records" in told.message
    assert list(found.archive.by_id) == [f"{SECRET}~pricing"]


def test_what_the_export_left_out_is_told(own: Path, pricing: Archive) -> None:
    checks = {"left_out": ["postmortems/2026/2026-01-01-x.md"], "incomplete": []}
    put_export(own.parent / "exported", pricing, checks=checks)
    (told,) = read(own).findings
    assert told.path == "../exported/manifest.json"
    assert "2026-01-01-x.md could not be read there, and is left out" in told.message


def test_a_catalog_that_does_not_pass_the_schema_is_told(own: Path) -> None:
    change(own, "owners", 1, kind="robot")
    told = next(read(own).findings)
    assert told.path == "../exported/ndjson/owners.ndjson"
    assert "`owners.a-team.kind`" in told.message
