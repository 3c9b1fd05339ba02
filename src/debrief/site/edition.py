"""What one build of the site shows: the archive as far as it may be shown, on one day."""

from __future__ import annotations

import re
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from debrief import metrics
from debrief.archive import Archive
from debrief.federation import Federation
from debrief.lifecycle import awaited_sign_offs, signers
from debrief.metrics import YEAR, Figure, Ledger, Period, Promise
from debrief.record import WITHDRAWN, Action, Postmortem
from debrief.recurrence import recurs
from debrief.review import Basis
from debrief.shareable import shareable
from debrief.similar import Similar
from debrief.trail import OWNER, Step, Trail, alone, holders

Part = tuple[Postmortem, str]
"""A record, and the role that somebody has in it."""

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of an action, in its record; ``holder`` had the action before it."""

    record: Postmortem
    action: Action
    step: Step
    holder: str | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the outages of an asset come to: how many, the day of the last, and what is left."""

    outages: int
    last: date
    unrepaired: bool


class Everything(Container[str]):
    """Stands for all addresses, where no one has said which pages there are."""

    def __contains__(self, _: object) -> bool:
        """Whatever is asked for."""
        return True


@dataclass(frozen=True)
class Edition:
    """An archive to publish, on a day.

    Of a restricted record it holds title, status, owner and actions alone, so that no page, list
    or search entry can show more. ``addresses`` are the pages and files that will exist; a name is
    linked only where its page is among them. ``trails`` are what history tells of the records, by
    id; of a record that is not among them, its trail is what it says of itself. ``site_url`` is
    where the site will be published; empty where nobody has said so.
    """

    archive: Archive
    today: date
    templates: Path
    addresses: Container[str] = field(default_factory=Everything)
    trails: Mapping[str, Trail] = field(default_factory=dict)
    site_url: str = ""
    federation: Federation | None = None
    """Where the records come from, if not from one repository alone."""

    @classmethod
    def of(
        cls,
        archive: Archive,
        today: date,
        templates: Path,
        addresses: Container[str] | None = None,
        trails: Mapping[str, Trail] | None = None,
    ) -> Edition:
        """The edition of an archive, with everything taken out that may not be shown."""
        where = Everything() if addresses is None else addresses
        told = {record.id: _trail(record, trails or {}) for record in archive.postmortems}
        return cls(shareable(archive), today, templates, where, told)

    def trail(self, record: Postmortem) -> Trail:
        """How a record and its promises moved."""
        return self.trails.get(record.id) or alone(record)

    @property
    def records(self) -> tuple[Postmortem, ...]:
        """Every postmortem, the newest first."""
        return self.archive.postmortems

    def origin(self, record: Postmortem) -> str:
        """What the source of a record is called; nothing where it is this repository."""
        origin = self.archive.origins.get(record.source)
        return origin.label if origin is not None else record.source

    @cached_property
    def bodies(self) -> dict[str, str]:
        """The Markdown of each record, by its id."""
        return {
            entry.record.id: entry.document.body
            for entry in self.archive.entries
            if entry.record is not None and entry.document is not None
        }

    @cached_property
    def actions(self) -> tuple[Promise, ...]:
        """Every promise with its record, by due date.

        A withdrawn record promises nothing; nor does a retold one, where nobody here is the owner.
        """
        living = (record for record in self.records if record.status != WITHDRAWN)
        found = [(r, a) for r in living for a in r.actions if a.owner or not r.imported]
        return tuple(sorted(found, key=lambda pair: (pair[1].due or date.max, pair[0].id)))

    @cached_property
    def ledger(self) -> Ledger:
        """What figures are made from."""
        return Ledger.of(self.archive, self.trails)

    def figure(self, metric: str, period: Period) -> Figure:
        """A figure as of the last day of a period; it is counted once for all pages."""
        known = self._figures.get((metric, period))
        if known is None:
            ledger = self.recent if period.first >= self._recently else self.ledger
            known = self._figures[metric, period] = metrics.figure(ledger, metric, period)
        return known

    @cached_property
    def recent(self) -> Ledger:
        """What figures of periods of the last three years are made from."""
        return metrics.since(self.ledger, self._recently)

    @property
    def _recently(self) -> date:
        return self.today - 3 * YEAR

    @cached_property
    def _figures(self) -> dict[tuple[str, Period], Figure]:
        return {}

    def parts(self, dimension: str) -> dict[str, Ledger]:
        """What is recent taken apart, by the names of the parts; it is done once for all pages."""
        if dimension not in self._parts:
            found = metrics.parts(self.recent, self.archive.catalog, dimension)
            self._parts[dimension] = found
        return self._parts[dimension]

    @cached_property
    def _parts(self) -> dict[str, dict[str, Ledger]]:
        return {}

    @cached_property
    def basis(self) -> Basis:
        """What reviews stand on."""
        return Basis(self.archive, self.trails, self.ledger)

    # Looked up once for each owner and asset: with thousands of them, no page may go through all.

    @cached_property
    def actions_by_owner(self) -> dict[str, tuple[Promise, ...]]:
        """The promises of each owner, by due date."""
        return _grouped((pair[1].owner, pair) for pair in self.actions if pair[1].owner)

    @cached_property
    def actions_by_record(self) -> dict[str, tuple[Promise, ...]]:
        """The promises of each record, by due date."""
        return _grouped((pair[0].id, pair) for pair in self.actions)

    @cached_property
    def moves(self) -> tuple[Moved, ...]:
        """Every move of an action: the latest first, those not committed yet before all others."""
        found = [
            Moved(record, action, step, holder)
            for record, action in self.actions
            for step, holder in holders(self.trail(record).of(action.id), action.owner)
        ]
        found.sort(key=lambda moved: moved.step.on or date.max, reverse=True)
        return tuple(found)

    @cached_property
    def moves_by_owner(self) -> dict[str, tuple[Moved, ...]]:
        """The moves of actions while each owner had them, and those by which they got them."""
        return _grouped((who, moved) for moved in self.moves for who in _concerned(moved))

    @cached_property
    def roles_by_owner(self) -> dict[str, tuple[Part, ...]]:
        """What else than owning a record each owner did for it, the newest first."""
        return _grouped(
            (who, (record, role))
            for record in self.records
            for who, role in record.people
            if role != "owner"
        )

    @cached_property
    def sign_offs_by_owner(self) -> dict[str, tuple[Part, ...]]:
        """The records that each owner stands behind, with the role."""
        return _grouped(
            (sign_off.signed_by, (record, sign_off.role))
            for record in self.records
            for sign_off in record.sign_offs
        )

    @cached_property
    def awaited_by_owner(self) -> dict[str, tuple[Part, ...]]:
        """The records that each owner has yet to sign, with the role."""
        policy = self.archive.catalog.policy
        return _grouped(
            (who, (record, role))
            for record in self.records
            for role in awaited_sign_offs(record, policy)
            for who in signers(record, role)
        )

    @cached_property
    def records_by_stakeholder(self) -> dict[str, tuple[Postmortem, ...]]:
        """The records that name each owner as affected."""
        return _grouped((who, record) for record in self.records for who in record.stakeholders)

    @cached_property
    def trouble_by_asset(self) -> dict[str, Trouble]:
        """What the outages of each asset come to, for those that had one."""
        found: dict[str, Trouble] = {}
        for name, records in self.archive.by_asset.items():
            living = [record for record in records if record.status != WITHDRAWN]
            if living:
                affected = (one for record in living for one in record.assets if one.asset == name)
                unrepaired = any(one.is_pending for one in affected)
                last = max(record.day for record in living)
                found[name] = Trouble(len(living), last, unrepaired)
        return found

    @cached_property
    def recurring(self) -> frozenset[str]:
        """The ids of the outages that repeat an earlier one."""
        return frozenset(r.id for r in self.records if recurs(r, self.archive))

    @cached_property
    def similar(self) -> Similar:
        """Answers which outages resemble one."""
        return Similar(self.archive)

    # The vocabularies, each word with its meaning, both from the schema, in the schema's order.

    @cached_property
    def statuses(self) -> Mapping[str, str]:
        """Each status, in the order of a record's life."""
        return self._vocabulary("status")

    @cached_property
    def incident_types(self) -> Mapping[str, str]:
        """Each way in which data fails its users."""
        return self._vocabulary("incident", "type")

    @cached_property
    def cause_categories(self) -> Mapping[str, str]:
        """Each category of a cause."""
        return self._vocabulary("causes", "category")

    def _vocabulary(self, *path: str) -> Mapping[str, str]:
        schema = self.archive.schemas["postmortem"]
        part = schema.content
        for key in path:
            part = schema.resolve(schema.resolve(part)["properties"][key])
            part = part.get("items", part)
        part = schema.resolve(part)
        told = dict(re.findall(r"([a-z-]+): ([^.]+\.)", part.get("description", "")))
        return {name: told.get(name, "") for name in part["enum"]}

    def has(self, address: str) -> bool:
        """Whether something will lie at the address."""
        return address in self.addresses


def _trail(record: Postmortem, trails: Mapping[str, Trail]) -> Trail:
    """The trail of a record, as far as it may be shown."""
    trail = trails.get(record.id) or alone(record)
    return trail.outline() if record.restricted else trail


def _concerned(moved: Moved) -> Iterator[str]:
    """Whom a move concerns: whoever had the action, and whoever got it."""
    if moved.holder:
        yield moved.holder
    if moved.step.field == OWNER and moved.step.new and moved.step.new != moved.holder:
        yield moved.step.new


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    groups: dict[K, list[T]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}
