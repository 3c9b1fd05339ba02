"""The samples teach what the design promises, and pass the gate."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from debrief import checks
from debrief.archive import Archive
from debrief.finding import Level

pytestmark = pytest.mark.samples

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def archive(root: Path) -> Archive:
    return Archive.load(root)


def test_no_sample_has_an_error(archive: Archive) -> None:
    errors = [f for f in checks.run(archive, TODAY) if f.level is Level.ERROR]
    assert errors == []


def test_every_status_and_severity_is_shown(archive: Archive) -> None:
    schema = archive.schemas["postmortem"]
    own = [record for record in archive.postmortems if record.imported is None]
    assert len(own) >= 14
    assert {record.status for record in own} == set(schema.words("status"))
    assert {record.severity for record in own} == set(schema.words("severity"))
    assert max(record.day for record in own).year - min(record.day for record in own).year >= 2


def test_the_catalog_is_that_of_a_company(archive: Archive) -> None:
    catalog = archive.catalog
    assert len(catalog.owners) >= 12
    assert len(catalog.assets) >= 25
    assert {owner.kind for owner in catalog.owners.values()} == {"person", "team", "role"}
    assert any(not owner.active for owner in catalog.owners.values())
    assert catalog.policy.notice, "the site says that the company is invented"


def test_an_action_that_slipped_was_followed_by_a_recurrence(archive: Archive) -> None:
    later = [record for record in archive.postmortems if record.recurrence_of]
    assert later
    for record in later:
        earlier = archive.by_id[str(record.recurrence_of)]
        assert any(action.postponements for action in earlier.actions)
        shared = {c.category for c in record.root_causes} & {c.category for c in earlier.causes}
        assert shared


def test_the_hard_cases_are_among_them(archive: Archive) -> None:
    records = archive.postmortems
    assert any(asset.repair == "lost" for record in records for asset in record.assets)
    assert any(record.incident.detected_by == "consumer" for record in records)
    assert any(record.withdrawn and record.withdrawn.duplicate_of for record in records)
    assert any(record.restricted for record in records)


def test_real_outages_link_their_source_and_invent_nothing(archive: Archive) -> None:
    retold = [record for record in archive.postmortems if record.imported is not None]
    assert len(retold) == 4
    for record in retold:
        assert record.imported is not None
        assert record.imported.source.startswith("https://")
        assert record.owner is None
        assert not record.sign_offs
        assert [(action.owner, action.due) for action in record.actions] == [(None, None)] * len(
            record.actions
        )


def test_every_record_can_be_deleted_by_start(archive: Archive) -> None:
    assert [record.id for record in archive.postmortems if "sample" not in record.tags] == []


def test_no_address_of_a_person_is_in_the_catalog(root: Path) -> None:
    for file in (root / "catalog").glob("*.yml"):
        assert not re.search(r"[\w.]+@\w+\.\w+", file.read_text(encoding="utf-8"))
