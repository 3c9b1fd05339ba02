"""Owners, assets and policy: what records refer to; and the lineage between assets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import cattrs

from debrief.catalog_parts import ESSENTIAL, Merged

EXPOSED_KINDS = frozenset({"dashboard", "report", "metric", "feature"})
"""The kinds of asset that people look at, rather than other assets."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A person, a team or a role."""

    id: str
    name: str
    kind: str
    contact: str | None = None
    members: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    time_zone: str | None = None
    manager: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Maintained:
    """A link, and who maintains what it leads to."""

    url: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A data asset."""

    id: str
    name: str
    kind: str
    description: str | None = None
    domain: str | None = None
    owner: str | None = None
    steward: str | None = None
    tier: int | None = None
    known_as: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    contract: Maintained | None = None
    validation: Maintained | None = None
    lineage_map: Maintained | None = None
    gone_on: date | None = None

    @property
    def keepers(self) -> Iterator[str]:
        """Its owner, its steward, and whoever maintains a part of it."""
        parts = (self.contract, self.validation, self.lineage_map)
        names = (self.owner, self.steward, *(part.owner for part in parts if part is not None))
        return (name for name in names if name is not None)


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days of the week as the schema names them, in the order of ``date.weekday``."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """Whose public holidays are kept: a country by its code, and one of its parts."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count; ``workdays.py`` says of a day whether it does.

    ``weekend`` is None where it is the country's own, and Saturday and Sunday without a country.
    """

    business_days: bool = False
    holidays: Holidays | None = None
    weekend: tuple[str, ...] | None = None
    closed_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class SeverityPolicy:
    """What one severity means and asks for; days count from detection, as the calendar says."""

    meaning: str
    in_review_days: int
    published_days: int
    action_due_days: int
    sign_offs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """The rhythm in which postmortems are looked at together."""

    cadence: str | None = None
    rotation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """When somebody is reminded, in days of the calendar; see ``reminders/``.

    ``before`` and ``after`` are days before and after a date, and after the last of them it is said
    again ``every`` so many days. ``quiet_weekdays`` is None where those of the calendar are meant,
    and Saturday and Sunday where that counts every day.
    """

    before: tuple[int, ...] = (7, 1, 0)
    after: tuple[int, ...] = (1, 7)
    every: int = 14
    escalate_after: int = 14
    data_every: int = 7
    quiet_weekdays: tuple[str, ...] | None = None
    quiet_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class EventPolicy:
    """How events of other tools are read: which severity a word of theirs means."""

    severities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrackerPolicy:
    """How tickets are read: which status of an action a word of a tracker means."""

    statuses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """For which records a template is, and which keys they may omit; see ``template.py``.

    Without severities it is for all of them, and without types for all of those.
    """

    template: str
    severities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    may_omit: tuple[str, ...] = ()

    def suits(self, severity: str | None, incident_type: str | None) -> bool:
        """Whether it is for records of this severity and type, as far as they are known."""
        asked = ((self.severities, severity), (self.types, incident_type))
        return all(not wanted or given in wanted for wanted, given in asked)


@dataclass(frozen=True, slots=True)
class RehearsalPolicy:
    """How and how often some preventive actions are tried again; see ``rehearsals.py``.

    Conditions that are empty suit everything. Without a method any will do; ``every_days`` 0 says
    that these need no rehearsal. Days are counted from ``begins_on`` at the earliest.
    """

    every_days: int
    begins_on: date | None = None
    method: str | None = None
    categories: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()

    def suits(self, category: str | None, severity: str | None, tier: int | None) -> bool:
        """Whether it is for actions of this category, after outages of this severity and tier."""
        return (
            (not self.categories or category in self.categories)
            and (not self.severities or severity in self.severities)
            and (not self.tiers or tier in self.tiers)
        )


@dataclass(frozen=True, slots=True)
class RuleOff:
    """A rule that does not apply in this repository, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What the organisation asks of its postmortems."""

    organisation: str = ""
    notice: str | None = None
    maintainers: tuple[str, ...] = ()
    severities: Mapping[str, SeverityPolicy] = field(default_factory=dict)
    calendar: Calendar = Calendar()
    review: ReviewPolicy = ReviewPolicy()
    reminders: ReminderPolicy = ReminderPolicy()
    events: EventPolicy = field(default_factory=EventPolicy)
    trackers: TrackerPolicy = field(default_factory=TrackerPolicy)
    templates: tuple[TemplateChoice, ...] = ()
    validation: tuple[RehearsalPolicy, ...] = ()
    rules_off: tuple[RuleOff, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Another repository whose records are shown beside these: its checkout, or its export.

    Each path is as it was written, counted from the root of the repository; see ``federation``.
    """

    name: str
    label: str | None = None
    checkout: str | None = None
    export: str | None = None


@dataclass(frozen=True)
class Catalog:
    """Everything in ``catalog/``; a part that could not be read is empty and not in ``known``.

    ``known`` holds the names of the parts that were read (``owners``, ``assets``, ``policy``), so
    that one broken file does not make every id in every record unknown.
    """

    owners: Mapping[str, Owner] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    known: frozenset[str] = frozenset()
    parts: Merged = field(default_factory=Merged)
    """What each file says of the assets, and where."""
    federation: tuple[Source, ...] = ()
    """The archives that are shown beside this one."""

    def owner_name(self, owner_id: str) -> str:
        """The name of an owner, or the id itself where the catalog does not have it."""
        owner = self.owners.get(owner_id)
        return owner.name if owner else owner_id

    def asset_name(self, asset_id: str) -> str:
        """The name of an asset, or the id itself where the catalog does not have it."""
        asset = self.assets.get(asset_id)
        return asset.name if asset else asset_id

    @cached_property
    def _consumers(self) -> dict[str, list[str]]:
        consumers: dict[str, list[str]] = {}
        for asset in self.assets.values():
            for source in asset.upstream:
                consumers.setdefault(source, []).append(asset.id)
        return consumers

    def sources(self, asset_id: str) -> tuple[str, ...]:
        """What an asset is made from at once; nothing where the catalog does not have it."""
        asset = self.assets.get(asset_id)
        return asset.upstream if asset else ()

    def consumers(self, asset_id: str) -> tuple[str, ...]:
        """What is made from an asset at once."""
        return tuple(self._consumers.get(asset_id, ()))

    def upstream(self, *asset_ids: str) -> dict[str, int]:
        """Every other asset that these are made from, with its distance in steps, nearest first."""
        return self._walk(asset_ids, self.sources)

    def downstream(self, *asset_ids: str) -> dict[str, int]:
        """Every other asset that is made from these, with its distance in steps, nearest first."""
        return self._walk(asset_ids, self.consumers)

    def _walk(self, starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> dict[str, int]:
        # Breadth first with a list of the seen: a cycle ends, and each distance is the shortest.
        distance = dict.fromkeys(starts, 0)
        queue = deque(distance)
        while queue:
            here = queue.popleft()
            for neighbour in sorted(step(here)):
                if neighbour not in distance:
                    distance[neighbour] = distance[here] + 1
                    queue.append(neighbour)
        return {found: steps for found, steps in distance.items() if steps}

    def exposures(self, asset_id: str) -> Iterator[Asset]:
        """The dashboards, reports, metrics and features downstream of an asset, nearest first."""
        for found in self.downstream(asset_id):
            if found in self.assets and self.assets[found].kind in EXPOSED_KINDS:
                yield self.assets[found]

    @cached_property
    def _teams(self) -> dict[str, list[Owner]]:
        teams: dict[str, list[Owner]] = {}
        for owner in self.owners.values():
            for member in dict.fromkeys(owner.members):
                teams.setdefault(member, []).append(owner)
        return teams

    def teams_of(self, owner_id: str) -> Iterator[Owner]:
        """The teams and roles that name an owner as a member."""
        return iter(self._teams.get(owner_id, ()))

    @cached_property
    def _kept(self) -> dict[str, list[Asset]]:
        kept: dict[str, list[Asset]] = {}
        for asset in self.assets.values():
            for keeper in dict.fromkeys(asset.keepers):
                kept.setdefault(keeper, []).append(asset)
        return kept

    def kept_by(self, owner_id: str) -> Iterator[Asset]:
        """The assets that an owner answers for in any way."""
        return iter(self._kept.get(owner_id, ()))


_CONVERTER = cattrs.Converter()
_CONVERTER.register_structure_hook(date, lambda text, _: date.fromisoformat(text))


def build_owners(values: dict[str, Any]) -> dict[str, Owner]:
    """Owners by id, from values that passed the schema."""
    return {
        key: _CONVERTER.structure({**value, "id": key}, Owner)
        for key, value in values["owners"].items()
    }


def build_assets(values: dict[str, Any]) -> dict[str, Asset]:
    """Assets by id, from values that passed the schema; one without name or kind is none."""
    return {
        key: _CONVERTER.structure({**value, "id": key}, Asset)
        for key, value in values["assets"].items()
        if all(value.get(word) for word in ESSENTIAL)
    }


def build_sources(values: dict[str, Any]) -> tuple[Source, ...]:
    """The sources in the order of their file, from values that passed the schema."""
    return tuple(_CONVERTER.structure(value, Source) for value in values["sources"])


def build_policy(values: dict[str, Any]) -> Policy:
    """The policy, from values that passed the schema."""
    return _CONVERTER.structure(values, Policy)
