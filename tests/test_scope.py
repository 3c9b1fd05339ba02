"""`--changed` looks at less, and finds the same: held against the whole check, change by change."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from scratch import git, write

from debrief import gate, scope
from debrief.finding import Finding, Level
from debrief.history import Past

CASES = Path(__file__).resolve().parent / "cases"
CLOSED = (CASES / "PM705/good.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 1)


PART = "catalog/generated/dbt-shop.yml"
FEEDS = """\
  source.supplier_prices:
    name: Supplier price feeds
    kind: source
    owner: pricing-platform
"""
"""An asset of the base that is imported here, and not kept by hand."""


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same choices in every run are what is wanted


def path_of(number: int) -> str:
    day = 1 + number % 27
    return f"postmortems/2026/2026-{1 + number % 9:02}-{day:02}-outage-{number:02}.md"


def id_of(number: int) -> str:
    return Path(path_of(number)).stem


def record(number: int) -> str:
    """A record that refers to others by key and by link, and has a file beside it."""
    rng = seeded(number)
    other = (number + 7) % 20
    assets = ["source.supplier_prices", "warehouse.prices", "warehouse.orders_mart"]
    text = CLOSED.replace("warehouse.orders_mart", rng.choice(assets))
    text = text.replace("2026-03-14T01:10Z", f"{id_of(number)[:10]}T01:10Z", 1)
    text = text.replace(
        "closed_on: 2026-03-30\n", f"closed_on: 2026-03-30\nrelated: [{id_of(other)}]\n"
    )
    text = text.replace('url: "https://queries.example.com/88"', "path: evidence/rows.sql")
    file = f"[Rows]({id_of(5)}/evidence/rows.sql)." if number == 9 else ""
    link = f"{file}\nCompare [the other one]({id_of((number + 3) % 20)}.md).\n"
    return f"{text}\n{link}"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scope") / "repository"
    shutil.copytree(CASES / "_base", root)
    by_hand = root / "catalog/assets.yml"
    by_hand.write_text(by_hand.read_text(encoding="utf-8").replace(FEEDS, ""), encoding="utf-8")
    write(root, PART, f"assets:\n{FEEDS}")
    for number in range(20):
        file = root / path_of(number)
        evidence = file.with_suffix("") / "evidence/rows.sql"
        evidence.parent.mkdir(parents=True)
        evidence.write_text("select 1;\n", encoding="utf-8")
        file.write_text(record(number), encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Merged")
    return root


Change = Callable[[Path, random.Random], None]


def edit(path: str, old: str, new: str) -> Change:
    def change(root: Path, _: random.Random) -> None:
        file = root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    return change


def in_some_record(old: str, new: str) -> Change:
    def change(root: Path, rng: random.Random) -> None:
        edit(path_of(rng.randrange(20)), old, new)(root, rng)

    return change


def delete_record(root: Path, rng: random.Random) -> None:
    (root / path_of(rng.randrange(20))).unlink()


def delete_file_beside(root: Path, rng: random.Random) -> None:
    shutil.rmtree((root / path_of(rng.randrange(20))).with_suffix(""))


def break_record(root: Path, rng: random.Random) -> None:
    (root / path_of(rng.randrange(20))).write_text("---\ntitle: [\n---\n", encoding="utf-8")


def add_record(root: Path, _: random.Random) -> None:
    number = 25
    (root / path_of(number)).write_text(record(number), encoding="utf-8")


def add_the_same_id_in_capitals(root: Path, rng: random.Random) -> None:
    file = root / path_of(rng.randrange(20))
    file.with_name(file.name.replace("outage", "OUTAGE")).write_text(record(3), encoding="utf-8")


def link_to_a_file_and_delete_it(root: Path, _: random.Random) -> None:
    """The link was merged before: see the fixture."""
    (root / path_of(5)).with_suffix("").joinpath("evidence/rows.sql").unlink()


def delete_the_import(root: Path, _: random.Random) -> None:
    (root / PART).unlink()


def add_an_import(root: Path, _: random.Random) -> None:
    asset = "source.supplier_prices: {name: Feeds, kind: model, owner: nobody}"
    write(root, "catalog/generated/dbt-new.yml", f"assets:\n  {asset}\n")


CHANGES: dict[str, Change] = {
    "a file that another record links to is deleted": link_to_a_file_and_delete_it,
    "a record is deleted": delete_record,
    "a file beside a record is deleted": delete_file_beside,
    "a record is broken": break_record,
    "a record is added": add_record,
    "an id is used in capitals": add_the_same_id_in_capitals,
    "an action loses its owner": in_some_record("    owner: m-sato\n", ""),
    "an asset is misspelt": in_some_record("- asset: ", "- asset: x"),
    "an owner is renamed": edit("catalog/owners.yml", "  m-sato:", "  mei-sato:"),
    "an owner leaves": edit(
        "catalog/owners.yml", "Mei Sato, kind: person", "Mei Sato, kind: person, active: false"
    ),
    "a team is gone": edit(
        "catalog/owners.yml", "  store-replenishment: {name: Store replenishment, kind: team}\n", ""
    ),
    "an asset is renamed": edit("catalog/assets.yml", "  warehouse.prices:", "  warehouse.price:"),
    "lineage is cut": edit("catalog/assets.yml", "    upstream: [warehouse.prices]\n", ""),
    "a consumer is new": edit(
        "catalog/assets.yml",
        "  report.margin:",
        "  report.new:\n    name: New\n    kind: report\n    owner: k-bangura\n"
        "    upstream: [warehouse.prices]\n  report.margin:",
    ),
    "an imported asset vanishes": edit(
        PART, FEEDS, "  source.other: {name: Other, kind: source}\n"
    ),
    "an imported part is deleted": lambda root, _: (root / PART).unlink(),
    "an imported part cannot be read": edit(PART, "assets:", "assets: ["),
    "an imported asset is given another id": edit(
        "catalog/assets.yml",
        "assets:\n",
        "assets:\n  source.feeds:\n    known_as: [source.supplier_prices]\n",
    ),
    "a new import knows another owner": add_an_import,
    "the owners cannot be read": edit("catalog/owners.yml", "owners:", "owners: ["),
    "the policy asks for more": edit(
        "catalog/policy.yml", "sign_offs: [facilitator, steward]", "sign_offs: [executive]"
    ),
}


def shown(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.path, finding.position.line, finding.rule, finding.message)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_new_goes_untold(name: str, seed: int, merged: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(merged, root)
    before = {shown(f) for f in gate.judge(root, TODAY).findings}
    CHANGES[name](root, seeded(seed))
    past = Past.since(root, "HEAD", TODAY)
    whole = gate.judge(root, TODAY, past=past)
    partial = gate.judge(root, TODAY, past=past, changed_only=True)
    told = {shown(f) for f in partial.findings}
    assert told <= {shown(f) for f in whole.findings}, "it makes nothing up"
    new_errors = {shown(f) for f in whole.findings if f.level is Level.ERROR} - before
    assert new_errors - told == set()
    touched = {shown(f) for f in whole.findings if f.path in past.changed}
    assert touched - told == set()


def test_most_of_the_archive_is_not_read(merged: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(merged, root)
    edit(path_of(4), "Planners corrected", "Planners have corrected")(root, seeded(1))
    past = Past.since(root, "HEAD", TODAY)
    verdict = gate.judge(root, TODAY, past=past, changed_only=True)
    assert verdict.files == [path_of(4)]
    assert verdict.scope is not None
    assert 1 < len(verdict.scope.read) < 15
    assert path_of(11) in verdict.scope.context, "the record that it names"


def test_another_schema_concerns_everything(merged: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(merged, root)
    shutil.copytree(Path(__file__).resolve().parents[1] / "schema", root / "schema")
    past = Past.since(root, "HEAD", TODAY)
    verdict = gate.judge(root, TODAY, past=past, changed_only=True)
    assert verdict.scope is None
    assert len(verdict.files) == 24


def test_another_template_concerns_everything(merged: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(merged, root)
    write(root, "catalog/templates/house.md", "## Executive summary\n\n_In one breath, please?_\n")
    past = Past.since(root, "HEAD", TODAY)
    assert gate.judge(root, TODAY, past=past, changed_only=True).scope is None


def test_a_scope_of_nothing_is_empty(merged: Path) -> None:
    past = Past.since(merged, "HEAD", TODAY)
    verdict = gate.judge(merged, TODAY, past=past, changed_only=True)
    assert (verdict.findings, verdict.files) == ((), [])
    assert verdict.scope == scope.Scope(frozenset())
