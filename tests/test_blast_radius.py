"""Who looks at what an outage broke, and whom of them the record forgot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from debrief import blast_radius
from debrief.catalog import Asset, Catalog, Owner
from debrief.record import AffectedAsset, Postmortem, Roles

#   raw → mart → board (finance), sheet (stores), orphan (nobody)
#           ↘ margin (finance) → weekly (board-office)
LINEAGE = {
    "raw": ("table", None, ""),
    "mart": ("model", None, "raw"),
    "board": ("dashboard", "finance", "mart"),
    "sheet": ("report", "stores", "mart"),
    "orphan": ("metric", None, "mart"),
    "margin": ("metric", "finance", "mart"),
    "weekly": ("dashboard", "board-office", "margin"),
}
CATALOG = Catalog(
    owners={
        "finance": Owner("finance", "Finance", "team", members=("ada", "bea")),
        "stores": Owner("stores", "Stores", "team"),
        "board-office": Owner("board-office", "Board office", "team", members=("cem",)),
        "ada": Owner("ada", "Ada", "person"),
    },
    assets={
        name: Asset(name, name.title(), kind, owner=owner, upstream=tuple(sources.split()))
        for name, (kind, owner, sources) in LINEAGE.items()
    },
)


def record(
    *failed: str, stakeholders: tuple[str, ...] = (), facilitator: str | None = None
) -> Postmortem:
    return Postmortem(
        id="2026-03-14-x",
        path="postmortems/2026/2026-03-14-x.md",
        title="X",
        status="draft",
        roles=Roles(facilitator=facilitator),
        stakeholders=stakeholders,
        assets=tuple(AffectedAsset(name) for name in failed),
    )


def names(found: tuple[Asset, ...]) -> list[str]:
    return [asset.id for asset in found]


def test_exposures_come_once_each_the_nearest_first() -> None:
    found = names(blast_radius.exposures(record("raw", "mart"), CATALOG))
    assert found == ["board", "margin", "orphan", "sheet", "weekly"]


def test_what_was_gone_before_the_outage_is_no_exposure() -> None:
    def gone(day: date) -> Catalog:
        board = replace(CATALOG.assets["board"], gone_on=day)
        return replace(CATALOG, assets={**CATALOG.assets, "board": board})

    assert "board" not in names(blast_radius.exposures(record("mart"), gone(date(2026, 3, 14))))
    assert "board" in names(blast_radius.exposures(record("mart"), gone(date(2026, 3, 15))))


def test_what_failed_itself_is_no_exposure() -> None:
    assert names(blast_radius.exposures(record("mart", "margin"), CATALOG)) == [
        "board",
        "orphan",
        "sheet",
        "weekly",
    ]


def test_an_asset_that_is_named_twice_or_not_at_all_changes_nothing() -> None:
    assert blast_radius.exposures(record(), CATALOG) == ()
    assert blast_radius.exposures(record("nobody-knows"), CATALOG) == ()
    once, twice = record("mart"), record("mart", "mart")
    assert blast_radius.exposures(once, CATALOG) == blast_radius.exposures(twice, CATALOG)


def test_whoever_is_not_mentioned_is_forgotten() -> None:
    told = record("mart", stakeholders=("finance",))
    assert names(blast_radius.forgotten(told, CATALOG)) == ["orphan", "sheet", "weekly"]


def test_a_team_is_mentioned_by_one_of_its_members() -> None:
    told = record("mart", stakeholders=("ada",))
    assert "board" not in names(blast_radius.forgotten(told, CATALOG))


def test_members_are_mentioned_by_their_team_whatever_they_did_for_the_record() -> None:
    assert blast_radius.mentioned(record("mart", stakeholders=("finance",)), CATALOG) == {
        "finance",
        "ada",
        "bea",
    }
    assert blast_radius.mentioned(record("mart", facilitator="cem"), CATALOG) == {
        "cem",
        "board-office",
    }


def test_what_nobody_owns_is_always_forgotten() -> None:
    everyone = record("mart", stakeholders=("finance", "stores", "board-office"))
    assert names(blast_radius.forgotten(everyone, CATALOG)) == ["orphan"]
