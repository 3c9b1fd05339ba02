"""The catalog: names, teams, and walks through the lineage that survive whatever it holds."""

from __future__ import annotations

import dataclasses

import pytest

from debrief.catalog import (
    EXPOSED_KINDS,
    Asset,
    Catalog,
    Maintained,
    Owner,
    Policy,
    build_assets,
    build_owners,
    build_policy,
)


def catalog(lineage: dict[str, str], kinds: dict[str, str] | None = None) -> Catalog:
    """A catalog from `{asset: "the ids that it is made from"}`."""
    given = kinds or {}
    assets = {
        name: Asset(name, name.upper(), given.get(name, "table"), upstream=tuple(sources.split()))
        for name, sources in lineage.items()
    }
    return Catalog(assets=assets, known=frozenset({"assets"}))


#     feed → raw → mart → cube → dash
#              ↘ mart2 ↗     ↘ report        lone
DIAMOND = {
    "feed": "",
    "raw": "feed",
    "mart": "raw",
    "mart2": "raw",
    "cube": "mart mart2",
    "dash": "cube raw",
    "report": "cube",
    "lone": "",
}
KINDS = {"dash": "dashboard", "report": "report", "feed": "source"}


@pytest.mark.parametrize(
    ("asset", "downstream"),
    [
        ("feed", {"raw": 1, "dash": 2, "mart": 2, "mart2": 2, "cube": 3, "report": 4}),
        ("raw", {"dash": 1, "mart": 1, "mart2": 1, "cube": 2, "report": 3}),
        ("cube", {"dash": 1, "report": 1}),
        ("dash", {}),
        ("lone", {}),
    ],
)
def test_downstream_gives_the_shortest_distance_nearest_first(
    asset: str, downstream: dict[str, int]
) -> None:
    assert list(catalog(DIAMOND).downstream(asset).items()) == list(downstream.items())


@pytest.mark.parametrize(
    ("asset", "upstream"),
    [
        ("dash", {"cube": 1, "raw": 1, "mart": 2, "mart2": 2, "feed": 2}),
        ("cube", {"mart": 1, "mart2": 1, "raw": 2, "feed": 3}),
        ("feed", {}),
        ("lone", {}),
    ],
)
def test_upstream_gives_the_shortest_distance_nearest_first(
    asset: str, upstream: dict[str, int]
) -> None:
    assert list(catalog(DIAMOND).upstream(asset).items()) == list(upstream.items())


def test_a_walk_does_not_depend_on_the_order_of_the_catalog() -> None:
    turned = catalog(dict(reversed(DIAMOND.items())))
    for asset in DIAMOND:
        assert list(turned.downstream(asset).items()) == list(
            catalog(DIAMOND).downstream(asset).items()
        )


def test_a_circle_ends_and_does_not_hold_its_start() -> None:
    circle = catalog({"a": "c", "b": "a", "c": "b", "d": "c"})
    assert circle.downstream("a") == {"b": 1, "c": 2, "d": 3}
    assert circle.upstream("a") == {"c": 1, "b": 2}
    assert circle.upstream("d") == {"c": 1, "b": 2, "a": 3}


def test_an_asset_that_is_made_from_itself_is_not_its_own_neighbour() -> None:
    loop = catalog({"a": "a b", "b": "b"})
    assert loop.upstream("a") == {"b": 1}
    assert loop.downstream("a") == {}
    assert loop.downstream("b") == {"a": 1}


def test_a_walk_from_several_assets_gives_the_distance_from_the_nearest() -> None:
    some = catalog(DIAMOND)
    assert some.downstream("feed", "cube") == {
        "raw": 1,
        "dash": 1,
        "report": 1,
        "mart": 2,
        "mart2": 2,
    }
    assert some.upstream("dash", "mart") == {"cube": 1, "raw": 1, "feed": 2, "mart2": 2}
    assert some.downstream() == {}


def test_neighbours_are_one_step_away() -> None:
    some = catalog(DIAMOND)
    assert some.sources("cube") == ("mart", "mart2")
    assert some.consumers("raw") == ("mart", "mart2", "dash")
    assert some.sources("nobody") == some.consumers("nobody") == ()


def test_an_unknown_id_leads_nowhere() -> None:
    assert catalog(DIAMOND).upstream("nobody") == {}
    assert catalog(DIAMOND).downstream("nobody") == {}
    assert list(catalog(DIAMOND).exposures("nobody")) == []


def test_an_unknown_source_is_walked_to_and_from() -> None:
    some = catalog({"mart": "gone", "dash": "mart"}, {"dash": "dashboard"})
    assert some.upstream("dash") == {"mart": 1, "gone": 2}
    assert some.downstream("gone") == {"mart": 1, "dash": 2}
    assert [asset.id for asset in some.exposures("gone")] == ["dash"]


def test_exposures_are_what_people_look_at_nearest_first() -> None:
    found = catalog(DIAMOND, KINDS)
    assert [asset.id for asset in found.exposures("feed")] == ["dash", "report"]
    assert [asset.id for asset in found.exposures("mart")] == ["dash", "report"]
    assert list(found.exposures("dash")) == []


@pytest.mark.parametrize(
    ("kind", "exposed"),
    [
        ("dashboard", True), ("report", True), ("metric", True), ("feature", True),
        ("table", False), ("model", False), ("pipeline", False), ("topic", False),
        ("source", False),
    ],
)  # fmt: skip
def test_some_kinds_are_exposed(kind: str, exposed: bool) -> None:
    some = catalog({"a": "", "b": "a"}, {"b": kind})
    assert bool(list(some.exposures("a"))) is exposed is (kind in EXPOSED_KINDS)


def test_a_long_chain_and_a_wide_one_are_walked_without_recursion() -> None:
    chain = catalog({str(number): str(number - 1) for number in range(1, 5000)})
    assert chain.downstream("0")["4999"] == 4999
    assert chain.upstream("4999")["0"] == 4999
    wide = catalog({f"a{number}": "root" for number in range(5000)})
    assert len(wide.downstream("root")) == 5000


def test_names_fall_back_to_the_id() -> None:
    some = Catalog(owners={"a": Owner("a", "Team A", "team")}, assets={"t": Asset("t", "T", "x")})
    assert (some.owner_name("a"), some.owner_name("b")) == ("Team A", "b")
    assert (some.asset_name("t"), some.asset_name("u")) == ("T", "u")


def test_teams_name_their_members() -> None:
    owners = {
        "p": Owner("p", "P", "person"),
        "a": Owner("a", "A", "team", members=("p", "q")),
        "r": Owner("r", "R", "role", members=("p",)),
        "b": Owner("b", "B", "team", members=("q",)),
    }
    some = Catalog(owners=owners)
    assert [team.id for team in some.teams_of("p")] == ["a", "r"]
    assert list(some.teams_of("nobody")) == []


def test_assets_are_kept_by_everybody_who_answers_for_a_part_of_them() -> None:
    assets = {
        "a": Asset("a", "A", "table", owner="p", steward="q", contract=Maintained(owner="p")),
        "b": Asset("b", "B", "table", steward="p", lineage_map=Maintained("https://x.example")),
        "c": Asset("c", "C", "table", validation=Maintained(owner="q")),
    }
    some = Catalog(assets=assets)
    assert [asset.id for asset in some.kept_by("p")] == ["a", "b"]
    assert [asset.id for asset in some.kept_by("q")] == ["a", "c"]
    assert list(some.kept_by("nobody")) == []


def test_values_become_owners_assets_and_a_policy() -> None:
    owners = build_owners(
        {"owners": {"a": {"name": "A", "kind": "team", "members": ["p"], "active": False}}}
    )
    assert owners == {"a": Owner("a", "A", "team", members=("p",), active=False)}
    assets = build_assets(
        {"assets": {"t": {"name": "T", "kind": "table", "upstream": ["s"],
                          "contract": {"url": "https://example.com"}}}}
    )  # fmt: skip
    assert assets["t"].upstream == ("s",)
    assert assets["t"].contract is not None
    assert assets["t"].contract.url == "https://example.com"
    assert assets["t"].contract.owner is None
    severity = {
        "meaning": "bad", "in_review_days": 1, "published_days": 2, "action_due_days": 3,
        "sign_offs": ["owner"],
    }  # fmt: skip
    policy = build_policy({"organisation": "Us", "severities": {"sev1": severity}})
    assert policy.severities["sev1"].sign_offs == ("owner",)
    assert policy.rules_off == ()
    assert policy.review.cadence is None


def test_an_empty_catalog_knows_nothing_and_nothing_breaks() -> None:
    empty = Catalog()
    assert empty.known == frozenset()
    assert empty.policy == Policy()
    assert empty.downstream("a") == {}


def test_the_catalog_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Owner("a", "A", "team").name = "B"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Catalog().known = frozenset()  # type: ignore[misc]
