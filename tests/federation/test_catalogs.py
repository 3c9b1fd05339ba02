"""Catalogs made one: what counts, what is united, and what is named because it does not agree."""

from __future__ import annotations

from pathlib import Path

from federated import LATE, put_repository, put_sources

from debrief.archive import Archive
from debrief.federation import Federation, federate


def joined(folder: Path, own: tuple[str, str], **others: tuple[str, str]) -> Federation:
    """A federation of repositories with these owners and assets."""
    for name, (owners, assets) in others.items():
        put_repository(
            folder / name, LATE, owners=f"owners:\n  {owners}\n", assets=f"assets:\n  {assets}\n"
        )
    put_repository(folder / "own", owners=f"owners:\n  {own[0]}\n", assets=f"assets:\n  {own[1]}\n")
    put_sources(folder / "own", *(f"{{name: {name}, checkout: ../{name}}}" for name in others))
    return federate(Archive.load(folder / "own"))


TEAM = "a-team: {name: A team, kind: team}"
TABLE = "wh.orders: {name: Orders, kind: table, owner: a-team}"


def test_what_one_leaves_open_another_fills_and_lists_are_united(tmp_path: Path) -> None:
    found = joined(
        tmp_path,
        ("a-team: {name: A team, kind: team, members: [x]}", TABLE),
        b=(
            'a-team: {name: A team, kind: team, contact: "#a", members: [y, x]}',
            "wh.orders: {name: Orders, kind: table, tier: 1, upstream: [wh.raw], known_as: [o]}",
        ),
    )
    team, table = found.archive.catalog.owners["a-team"], found.archive.catalog.assets["wh.orders"]
    assert (team.contact, team.members) == ("#a", ("x", "y"))
    assert (table.tier, table.owner, table.upstream) == (1, "a-team", ("wh.raw",))
    assert not found.conflicts


def test_each_difference_is_one_finding_with_who_says_what_and_what_to_write(
    tmp_path: Path,
) -> None:
    found = joined(
        tmp_path,
        (TEAM, TABLE),
        b=("a-team: {name: Alpha, kind: role, active: false}", TABLE.replace("a-team", "b")),
        c=("a-team: {name: Alpha, kind: team}", "wh.x: {name: X, kind: table, steward: s}"),
        d=("d: {name: D, kind: team}", "wh.x: {name: X, kind: table, steward: t}"),
    )
    told = {finding.message: (finding.path, finding.position.line) for finding in found.conflicts}
    owners, assets = "catalog/owners.yml", "catalog/assets.yml"
    assert told == {
        "the name of the owner `a-team` is `A team` here, which counts, and `Alpha` in b and in c":
            (owners, 2),
        "the kind of the owner `a-team` is `team` here and in c, which counts, and `role` in b":
            (owners, 2),
        "the active of the owner `a-team` is `true` here and in c, which counts, and `false` in b":
            (owners, 2),
        "the owner of the asset `wh.orders` is `a-team` here, which counts, and `b` in b":
            (assets, 2),
        "the steward of the asset `wh.x` is `s` in c, which counts, and `t` in d":
            (assets, 1),
    }  # fmt: skip
    fixes = {finding.message[:25]: finding.fix for finding in found.conflicts}
    agree = "agree on one; if they are two owners, give one of them another id"
    assert fixes["the name of the owner `a-"] == agree
    assert fixes["the steward of the asset "].startswith("say in catalog/assets.yml which is right")
    catalog = found.archive.catalog
    assert (catalog.owners["a-team"].name, catalog.owners["a-team"].active) == ("A team", True)
    assert catalog.assets["wh.x"].steward == "s"


def test_assets_with_a_name_in_common_are_one_and_records_follow(tmp_path: Path) -> None:
    found = joined(
        tmp_path,
        (TEAM, "p.orders: {name: Orders, kind: table, known_as: [PROD.P.ORDERS]}"),
        b=(TEAM, "wh.orders: {name: Orders, kind: table, known_as: [prod.p.orders]}"),
    )
    assert list(found.archive.catalog.assets) == ["p.orders"]
    (record,) = found.archive.postmortems
    assert [affected.asset for affected in record.assets] == ["p.orders"]


def test_an_asset_that_one_archive_still_has_is_not_gone(tmp_path: Path) -> None:
    gone = "wh.orders: {name: Orders, kind: table, gone_on: 2026-01-01}"
    found = joined(tmp_path, (TEAM, gone), b=(TEAM, TABLE))
    assert found.archive.catalog.assets["wh.orders"].gone_on is None
    (told,) = found.conflicts
    assert "is `still there` in b, which counts, and `2026-01-01` here" in told.message


def test_the_policy_is_the_own_one(tmp_path: Path) -> None:
    found = joined(tmp_path, (TEAM, TABLE), b=(TEAM, TABLE))
    assert found.archive.catalog.policy is found.own.catalog.policy
