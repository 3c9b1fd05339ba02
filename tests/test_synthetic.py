"""Made-up archives: the same each time, sound to the gate, and of the shape of real ones."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest

from debrief import gate
from debrief.archive import Archive
from debrief.catalog import EXPOSED_KINDS
from debrief.document import MAX_CATALOG_BYTES, as_catalog_file
from debrief.finding import Level
from debrief.nodes import parse_yaml, plain_values
from debrief.record import CLOSED, DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN
from debrief.synthetic import TODAY, write_archive
from debrief.synthetic.company import found
from debrief.synthetic.dice import Dice, Pool
from debrief.synthetic.writing import to_yaml

MANY = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("synthetic")
    write_archive(made, MANY, seed=3)
    return made


@pytest.fixture(scope="module")
def archive(folder: Path) -> Archive:
    return Archive.load(folder)


def digest(folder: Path) -> str:
    """Of the names and the bytes of all files."""
    hashed = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        hashed.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return hashed.hexdigest()


# --- the same each time ---------------------------------------------------------------------------


def test_one_seed_gives_the_same_bytes_whatever_the_hashes(root: Path, tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from debrief.synthetic import write_archive;"
        "write_archive(pathlib.Path(sys.argv[1]), 30, 5)"
    )
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": str(root / "src")}
        command = [sys.executable, "-c", program, str(tmp_path / number)]
        subprocess.run(command, env=environment, check=True)
    assert digest(tmp_path / "1") == digest(tmp_path / "2")


def test_another_seed_gives_another_archive(tmp_path: Path) -> None:
    for seed in (5, 6):
        write_archive(tmp_path / str(seed), 3, seed)
    assert digest(tmp_path / "5") != digest(tmp_path / "6")


def test_the_dice_fall_as_python_promises_them_to() -> None:
    dice = Dice(7)
    assert [dice.between(1, 6) for _ in range(8)] == [2, 1, 4, 1, 4, 3, 1, 4]
    assert dice.some("abcdef", 9) != list("abcdef")


def test_a_pool_prefers_its_first_items() -> None:
    pool = Pool(Dice(1), range(1000))
    drawn = Counter(pool.draw() for _ in range(5000))
    assert drawn[0] > drawn[9] > drawn[99]
    assert len(drawn) > 500


# --- sound ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("records", [0, 1, 100])
def test_the_gate_finds_no_error(tmp_path: Path, records: int) -> None:
    write_archive(tmp_path, records)
    verdict = gate.judge(tmp_path, TODAY)
    assert len(verdict.archive.postmortems) == records
    assert [(f.path, f.rule, f.message) for f in verdict.errors] == []


def test_the_gate_finds_no_error_among_many_and_warns_of_few(folder: Path) -> None:
    verdict = gate.judge(folder, TODAY)
    assert [(f.path, f.rule, f.message) for f in verdict.errors] == []
    warned = {f.path for f in verdict.findings if f.level == Level.WARNING}
    assert len(warned) < MANY / 2


def test_it_writes_over_nothing(tmp_path: Path) -> None:
    write_archive(tmp_path, 1)
    with pytest.raises(FileExistsError):
        write_archive(tmp_path, 1)


@pytest.mark.parametrize(
    "value",
    [
        "plain words, with a comma",
        "a colon: inside",
        "ends with a colon:",
        "a # that cuts",
        "- begins like a list",
        "`code` first",
        "no",
        "42",
        "",
        'with "quotes" and \\',
        "2026-03-14T01:10Z",
        ["one", "two, three", "yes"],
        [{"id": "a", "event": "short"}, {"id": "b", "event": "long " * 40 + "end"}],
        {"one": "1", "two": {"three": ["x: y"]}, "four": "long " * 40 + "end"},
    ],
)
def test_what_is_written_is_read_back(value: Any) -> None:
    text = to_yaml({"key": value, "after": "word"})
    assert plain_values(parse_yaml(text)) == {"key": value, "after": "word"}


def test_the_catalog_of_the_largest_company_can_be_read() -> None:
    company = found(Dice(1), 10_000)
    document = as_catalog_file(to_yaml({"assets": company.assets}), "catalog/assets.yml")
    assert len(document.tree.entries["assets"].entries) == 2_000  # type: ignore[union-attr]
    assert len(document.text.encode("utf-8")) < MAX_CATALOG_BYTES


# --- of the shape of real ones --------------------------------------------------------------------


def test_a_record_has_the_weight_of_a_real_one(folder: Path) -> None:
    texts = [file.read_text("utf-8") for file in sorted(folder.glob("postmortems/*/*.md"))]
    parts = [text.split("---\n", 2) for text in texts]
    assert 130 < mean(front.count("\n") for _, front, _ in parts) < 160
    assert 760 < mean(len(body.split()) for _, _, body in parts) < 880
    assert 10_000 < mean(len(text.encode()) for text in texts) < 13_000
    words = {word for *_, body in parts for word in re.findall(r"[a-z_]{3,}", body.lower())}
    assert len(words) > 4_000


def test_timelines_have_a_median_of_seven_events_and_some_have_many(archive: Archive) -> None:
    events = [len(r.timeline) for r in archive.postmortems if r.reached(IN_REVIEW)]
    assert median(events) == 7
    assert 25 <= max(events) <= 47


def test_every_status_severity_type_and_kind_of_record_occurs(archive: Archive) -> None:
    records = archive.postmortems
    shares = Counter(record.status for record in records)
    assert shares[CLOSED] > shares[PUBLISHED] > shares[IN_REVIEW] > shares[DRAFT] > 0
    assert shares[WITHDRAWN] > 0
    assert {record.severity for record in records} == {"sev1", "sev2", "sev3", "sev4"}
    assert len({record.incident.type for record in records}) == 8
    assert len(archive.by_cause) > 10
    for kind in (
        [r for r in records if r.restricted],
        [r for r in records if r.imported],
        [r for r in records if r.recurrence_of],
        [r for r in records if r.related],
        [r for r in records if r.incident.approximate],
        [r for r in records if r.incident.precision == "day"],
        [r for r in records if r.status == PUBLISHED and not r.restored_at],
        [r for r in records if r.overdue_actions(TODAY)],
        [r for r in records if any(action.changes for action in r.actions)],
    ):
        assert 0 < len(kind) < MANY / 2


def test_the_company_grows_with_its_records(archive: Archive) -> None:
    catalog = archive.catalog
    assert len(catalog.assets) == MANY / 5
    assert {owner.kind for owner in catalog.owners.values()} == {"person", "team", "role"}
    assert max(max(catalog.upstream(name).values(), default=0) for name in catalog.assets) >= 4
    exposed = [asset for asset in catalog.assets.values() if asset.kind in EXPOSED_KINDS]
    assert all(asset.upstream for asset in exposed)
    assert "dashboard" in {asset.kind for asset in exposed}
