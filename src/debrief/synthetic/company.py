"""A company that does not exist: who is in it, which data it has, and what its policy asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from debrief.catalog import EXPOSED_KINDS, Catalog, Owner, build_assets, build_owners, build_policy
from debrief.synthetic import words
from debrief.synthetic.dice import Dice

MOST_ASSETS = 2_000
LEAST_ASSETS, LEAST_OWNERS = 20, 12
RECORDS_PER_ASSET, RECORDS_PER_OWNER = 5, 50

POLICY: dict[str, Any] = {
    "organisation": "Tarnfield",
    "notice": "Tarnfield, its people, its systems and its outages are made up, by a program.",
    "severities": {
        "sev1": {
            "meaning": "Customers, money or the privacy of people were harmed",
            "in_review_days": 5,
            "published_days": 15,
            "action_due_days": 30,
            "sign_offs": ["facilitator", "steward", "owner", "executive"],
        },
        "sev2": {
            "meaning": "People took decisions on wrong data",
            "in_review_days": 7,
            "published_days": 21,
            "action_due_days": 45,
            "sign_offs": ["facilitator", "steward", "owner"],
        },
        "sev3": {
            "meaning": "An asset was wrong or late, and the effect stayed inside a few teams",
            "in_review_days": 10,
            "published_days": 30,
            "action_due_days": 60,
            "sign_offs": ["facilitator", "steward"],
        },
        "sev4": {
            "meaning": "Nobody was harmed, but it taught us something",
            "in_review_days": 15,
            "published_days": 45,
            "action_due_days": 90,
            "sign_offs": ["facilitator"],
        },
    },
    "calendar": {"business_days": True, "holidays": {"country": "PT"}},
}

_TEAMS = {
    "data": "data",
    "stewards": "data stewards",
    "analytics": "analytics",
    "operations": "operations",
    "planning": "planning",
}
"""The teams that a domain may have, by the end of the id, with the end of the name."""

_ROLES = {"data-office": "Data office", "incident-lead": "Incident lead", "data-sponsor": "Sponsor"}

_ZONES = ("Europe/Lisbon", "Europe/Oslo", "Europe/Warsaw", "Africa/Nairobi", "Asia/Kolkata")

_LAYERS = {
    "source": 0.10,
    "topic": 0.06,
    "pipeline": 0.14,
    "table": 0.24,
    "model": 0.20,
    "metric": 0.06,
    "feature": 0.04,
    "dashboard": 0.12,
    "report": 0.04,
}
"""The kinds of asset with their shares; each is made from some of those before it."""

_MADE_FROM = {
    "source": ((), 0),
    "topic": (("source",), 1),
    "pipeline": (("source", "topic"), 2),
    "table": (("pipeline",), 2),
    "model": (("table", "model"), 4),
    "metric": (("model",), 2),
    "feature": (("model", "table"), 3),
    "dashboard": (("model", "metric"), 4),
    "report": (("model", "metric"), 3),
}
"""What a kind is made from, and from how many at most."""

_CALLED = {
    "source": " system",
    "topic": " stream",
    "pipeline": " load",
    "metric": " figure",
    "feature": " feature",
    "dashboard": " dashboard",
    "report": " report",
}
"""What the name of an asset ends with."""

_FOLDER = {"table": "warehouse", "model": "mart"}
"""The beginning of an asset's id, where it is not the kind itself."""


@dataclass(frozen=True)
class Company:
    """The values of the catalog's files, and the catalog that is read from them."""

    owners: dict[str, Any]
    assets: dict[str, Any]
    policy: dict[str, Any]

    @cached_property
    def catalog(self) -> Catalog:
        """Owners, assets and lineage as the gate sees them."""
        return Catalog(
            build_owners({"owners": self.owners}),
            build_assets({"assets": self.assets}),
            build_policy(self.policy),
            frozenset({"owners", "assets", "policy"}),
        )

    @cached_property
    def active(self) -> list[str]:
        """The people who have not left."""
        return [o.id for o in self.catalog.owners.values() if o.kind == "person" and o.active]

    @cached_property
    def left(self) -> list[str]:
        """The people who have left."""
        return [o.id for o in self.catalog.owners.values() if not o.active]

    @cached_property
    def teams(self) -> list[Owner]:
        """The teams."""
        return [owner for owner in self.catalog.owners.values() if owner.kind == "team"]

    @cached_property
    def stewards(self) -> list[str]:
        """The teams of stewards."""
        return [team.id for team in self.teams if team.id.endswith("-stewards")]

    @cached_property
    def _below(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(self.catalog.downstream(name)) for name in self.assets}

    def nearest_below(self, asset_id: str) -> tuple[str, ...]:
        """What is made from an asset, the nearest first."""
        return self._below[asset_id]

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(self.catalog.upstream(name)) for name in self.assets}

    def above(self, asset_ids: Iterable[str]) -> list[str]:
        """What some assets are made from."""
        return sorted({source for name in asset_ids for source in self._above[name]})

    def audience(self, asset_id: str) -> list[str]:
        """Who owns what people look at downstream of an asset, the nearest first."""
        below = (self.catalog.assets[name] for name in self._below[asset_id])
        return list(dict.fromkeys(a.owner for a in below if a.owner and a.kind in EXPOSED_KINDS))


def found(dice: Dice, records: int) -> Company:
    """A company that is large enough to have so many outages."""
    number = min(max(records // RECORDS_PER_ASSET, LEAST_ASSETS), MOST_ASSETS)
    people = max(records // RECORDS_PER_OWNER, LEAST_OWNERS)
    domains = list(words.DOMAINS)[: people // 6]
    owners = _owners(dice, people, domains)
    policy = POLICY | {
        "maintainers": ["data-office"],
        "review": {"cadence": "monthly", "rotation": _people(owners)[:4]},
    }
    return Company(owners, _Assets(dice, owners, domains).made(number), policy)


# --- owners ---------------------------------------------------------------------------------------


def _owners(dice: Dice, number: int, domains: list[str]) -> dict[str, Any]:
    teams = [(domain, end) for end in _TEAMS for domain in domains][: max(6, number // 4)]
    people = dict(_person(dice) for _ in range(max(6, number - len(teams) - len(_ROLES))))
    for leaver in list(people)[6::25]:
        people[leaver]["active"] = False
    members = list(people)
    owners = people
    for place, (domain, end) in enumerate(teams):
        size = dice.between(2, 7)
        # The teams follow one another through the list, and each has a guest.
        first = place * len(members) // len(teams)
        team = members[first : first + size] + dice.some(members, 1)
        owners[f"{domain}-{end}"] = {
            "name": f"{domain.capitalize()} {_TEAMS[end]}",
            "kind": "team",
            "contact": f"#{domain}-{end}",
            "members": list(dict.fromkeys(team)),
        }
    for place, (role, name) in enumerate(_ROLES.items()):
        owners[role] = {"name": name, "kind": "role", "members": members[place : place + 1]}
    return owners


def _person(dice: Dice) -> tuple[str, dict[str, Any]]:
    first, last = dice.pick(words.FIRST_NAMES), dice.pick(words.family_names())
    name = f"{first} {last}"
    return name.lower().replace(" ", "-"), {
        "name": name,
        "kind": "person",
        "time_zone": dice.pick(_ZONES),
    }


def _people(owners: dict[str, Any]) -> list[str]:
    return [
        name
        for name, owner in owners.items()
        if owner["kind"] == "person" and owner.get("active", True)
    ]


# --- assets ---------------------------------------------------------------------------------------


class _Assets:
    """Makes assets in layers: each from some of the layers before it, mostly of its own domain."""

    def __init__(self, dice: Dice, owners: dict[str, Any], domains: list[str]) -> None:
        self._dice = dice
        self._owners = owners
        self._things = list(words.things(domains))
        self._domains = domains
        self._made: dict[str, Any] = {}
        self._by_kind: dict[str, list[str]] = {kind: [] for kind in _LAYERS}

    def made(self, number: int) -> dict[str, Any]:
        """So many assets, by id."""
        counts = {kind: max(1, int(number * share)) for kind, share in _LAYERS.items()}
        counts["table"] += number - sum(counts.values())
        for kind, count in counts.items():
            names = self._names()
            for _ in range(count):
                self._add(kind, *next(names))
        return self._made

    def _names(self) -> Iterator[tuple[str, str, str]]:
        """Domain, thing and aspect, so that the first hundred assets of a kind differ in thing."""
        for shift in range(len(words.ASPECTS)):
            for place, (domain, thing) in enumerate(self._things):
                yield domain, thing, words.ASPECTS[(place + shift) % len(words.ASPECTS)]

    def _add(self, kind: str, domain: str, thing: str, aspect: str) -> None:
        dice = self._dice
        slug = f"{thing} {aspect}".replace(" ", "_").replace("-", "_")
        asset_id = f"{_FOLDER.get(kind, kind)}.{slug}"
        home, readers = domain, domain if dice.chance(0.6) else dice.pick(self._domains)
        is_exposed = kind in EXPOSED_KINDS
        asset: dict[str, Any] = {
            "name": f"{thing.capitalize()} {aspect}{_CALLED.get(kind, '')}",
            "kind": kind,
            "domain": domain,
        }
        if dice.chance(0.7):
            asset["description"] = f"{asset['name']}, as the {home} teams use it."
        if dice.chance(0.94):
            ends = ("analytics", "planning") if is_exposed else ("data", "operations")
            asset["owner"] = self._team(readers if is_exposed else home, ends)
        if dice.chance(0.88):
            asset["steward"] = self._team(home, ("stewards",))
        asset["tier"] = dice.weighted({1: 0.15, 2: 0.3, 3: 0.4, 4: 0.15})
        if upstream := self._upstream(kind, domain):
            asset["upstream"] = upstream
        for part, share in (("contract", 0.4), ("validation", 0.5), ("lineage_map", 0.4)):
            if dice.chance(share):
                url = f"https://catalog.example.com/{part}/{asset_id.replace('.', '/')}"
                asset[part] = {"url": url, "owner": self._team(home, ("stewards", "data"))}
        self._made[asset_id] = asset
        self._by_kind[kind].append(asset_id)

    def _team(self, domain: str, ends: tuple[str, ...]) -> str:
        """A team of the domain with one of these tasks, or one that it has at all."""
        wanted = [f"{domain}-{end}" for end in ends]
        found = [team for team in wanted if team in self._owners]
        return self._dice.pick(found) if found else f"{domain}-data"

    def _upstream(self, kind: str, domain: str) -> list[str]:
        kinds, most = _MADE_FROM[kind]
        sources = [name for below in kinds for name in self._by_kind[below]]
        if not sources:
            return []
        near = [name for name in sources if self._made[name]["domain"] == domain]
        found = []
        for _ in range(self._dice.between(1, most)):
            among = near if near and self._dice.chance(0.85) else sources
            # The square prefers the first ones: a few assets feed many, and most feed one or two.
            at = self._dice.random()
            found.append(among[int(at * at * len(among))])
        return list(dict.fromkeys(found))
