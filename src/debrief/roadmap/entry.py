"""Open actions, each with what it would prevent: the causes' risk, the outages, what came back.

An entry holds nothing that is not in the archive that it is made from: of a restricted record, that
is title, status, owner and actions where the archive is one that may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from debrief import identity
from debrief.archive import Archive
from debrief.record import IN_REVIEW, PUBLISHED, WITHDRAWN, Action, Cause, Postmortem
from debrief.recurrence import ancestry, resembling
from debrief.trackers.ticket import ActionKey

QUADRANTS = ("quick win", "larger project", "not rated", "fill-in", "reconsider")
"""In the order in which they are taken up; what nobody has rated may be any of the first two."""

_LAST_SEVERITY = "sev9"


@dataclass(frozen=True, slots=True)
class Entry:
    """One open action, and what depends on it."""

    record: Postmortem
    action: Action
    today: date
    causes: tuple[Cause, ...]
    """The causes that it addresses."""
    outages: tuple[Postmortem, ...]
    """Every outage by a cause of the same category on one of the same assets, this one included."""
    recurrences: tuple[str, ...]
    """Outages since then that are the same one again, the earliest first."""
    alone_for: tuple[str, ...]
    """Root causes that nothing else addresses, done or promised."""
    open_beside: int
    """How many other actions of the record are open."""

    @property
    def key(self) -> ActionKey:
        """By what the action is known."""
        return self.record.id, self.action.id

    @property
    def name(self) -> str:
        """``2026-03-14-orders-late/contract-check``."""
        return "/".join(self.key)

    @property
    def risk(self) -> int | None:
        """The highest risk of a cause that it addresses, 1 to 9; None where none is rated."""
        return max((c.risk for c in self.causes if c.risk is not None), default=None)

    @property
    def severity(self) -> str | None:
        """The worst severity of those outages; None where none has one."""
        return min((o.severity for o in self.outages if o.severity), default=None)

    @property
    def age(self) -> int:
        """Days since the outage: records do not say when an action was promised."""
        return max((self.today - self.record.day).days, 0)

    @property
    def postponements(self) -> int:
        """How often it was put off: moves to a later day."""
        moves = (change for change in self.action.changes if change.field == "due")
        return sum((move.old or "") < (move.new or "") for move in moves)

    @property
    def holds_closing(self) -> bool:
        """Whether the record waits for it before it can be closed."""
        return self.record.status == PUBLISHED

    @property
    def blocks(self) -> tuple[str, ...]:
        """What waits for it, in words."""
        told = []
        if self.holds_closing and not self.open_beside:
            told.append("closing: the last open action")
        elif self.holds_closing:
            told.append(f"closing: one of {self.open_beside + 1} open")
        told += [f"nothing else addresses {cause}" for cause in self.alone_for]
        return tuple(told)


# --- which ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Which actions are asked for; what is empty asks for all."""

    types: frozenset[str] = frozenset(("preventive",))
    owners: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    """Teams: what they own, and what their members do."""
    assets: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    quadrants: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    min_risk: int = 0
    overdue: bool = False


def entries(archive: Archive, today: date, wanted: Wanted | None = None) -> list[Entry]:
    """The open actions that are asked for, in the order of what they prevent.

    None of a withdrawn record, and none that an imported one only retells.
    """
    asked, past = wanted or Wanted(), _Past(archive)
    people = _people(archive, asked)
    found = [
        _entry(record, action, today, past)
        for record in archive.postmortems
        if record.status != WITHDRAWN and _touches(record, archive, asked)
        for action in record.actions
        if action.is_open and (action.owner or not record.imported)
        if action.type in asked.types and (people is None or action.owner in people)
    ]
    return sorted((one for one in found if _fits(one, asked)), key=_by_what_it_prevents)


def _people(archive: Archive, asked: Wanted) -> frozenset[str | None] | None:
    if not asked.owners and not asked.teams:
        return None
    catalog = archive.catalog
    members = (o.id for team in asked.teams for o in identity.stands_for(catalog, team))
    return frozenset((*asked.owners, *asked.teams, *members))


def _touches(record: Postmortem, archive: Archive, asked: Wanted) -> bool:
    mine = {affected.asset for affected in record.assets}
    known = archive.catalog.assets
    domains = {known[asset].domain for asset in mine if asset in known}
    return (not asked.assets or not mine.isdisjoint(asked.assets)) and (
        not asked.domains or not domains.isdisjoint(asked.domains)
    )


def _fits(one: Entry, asked: Wanted) -> bool:
    return (
        (not asked.quadrants or one.action.quadrant in asked.quadrants)
        and (not asked.severities or one.record.severity in asked.severities)
        and (not asked.min_risk or (one.risk or 0) >= asked.min_risk)
        and (not asked.overdue or one.action.days_overdue(one.today) > 0)
    )


# --- in which order ------------------------------------------------------------------------------


def _by_what_it_prevents(one: Entry) -> tuple[object, ...]:
    """What came back, then risk, severity and number of the outages, then what is quickly won."""
    return (
        -len(one.recurrences),
        -(one.risk or 0),
        one.severity or _LAST_SEVERITY,
        -len(one.outages),
        QUADRANTS.index(one.action.quadrant),
        *_by_due(one),
    )


def _by_quadrant(one: Entry) -> tuple[object, ...]:
    return (QUADRANTS.index(one.action.quadrant), *_by_what_it_prevents(one))


def _by_due(one: Entry) -> tuple[object, ...]:
    return (one.action.due or date.max, *one.key)


def _by_age(one: Entry) -> tuple[object, ...]:
    return (-one.age, *one.key)


ORDERS: dict[str, Callable[[Entry], tuple[object, ...]]] = {
    "prevents": _by_what_it_prevents,
    "quadrant": _by_quadrant,
    "due": _by_due,
    "age": _by_age,
}
"""By name, in what order entries can be told; the first is the usual one."""


# --- what one would prevent ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Past:
    """Which outages are alike and which came back, looked up once."""

    archive: Archive
    _alike: dict[tuple[str, str], list[Postmortem]] = field(default_factory=dict)

    @cached_property
    def by_asset_and_category(self) -> dict[tuple[str, str], list[Postmortem]]:
        found: dict[tuple[str, str], list[Postmortem]] = {}
        for record in self._living:
            categories = {cause.category for cause in record.causes if cause.category}
            for asset in {affected.asset for affected in record.assets}:
                for category in categories:
                    found.setdefault((asset, category), []).append(record)
        return found

    @cached_property
    def came_back(self) -> dict[str, list[tuple[str, frozenset[str] | None]]]:
        """By an outage, the later ones that are it again, with the categories that they share.

        None in place of categories where the later one says so itself. The earliest first.
        """
        found: dict[str, list[tuple[str, frozenset[str] | None]]] = {}
        for record in reversed(self._living):
            declared = ancestry(record, self.archive)
            for earlier in sorted(declared):
                found.setdefault(earlier, []).append((record.id, None))
            if not record.reached(IN_REVIEW):
                continue  # nobody has agreed on its causes yet
            shared = frozenset(c.category for c in record.root_causes if c.category)
            for earlier in sorted(set(resembling(record, self.archive)) - declared):
                found.setdefault(earlier, []).append((record.id, shared))
        return found

    @cached_property
    def _living(self) -> list[Postmortem]:
        return [record for record in self.archive.postmortems if record.status != WITHDRAWN]


def _entry(record: Postmortem, action: Action, today: date, past: _Past) -> Entry:
    causes = tuple(cause for cause in record.causes if cause.id in action.addresses)
    categories = frozenset(cause.category for cause in causes if cause.category)
    beside = [other for other in record.actions if other.is_open and other.id != action.id]
    return Entry(
        record,
        action,
        today,
        causes,
        tuple(_outages(record, categories, past)),
        tuple(_recurrences(record, categories, past)),
        tuple(_alone_for(record, action)),
        len(beside),
    )


def _outages(record: Postmortem, categories: frozenset[str], past: _Past) -> Iterator[Postmortem]:
    found = {record.id: record}
    for asset in {affected.asset for affected in record.assets}:
        for category in categories:
            for other in past.by_asset_and_category.get((asset, category), ()):
                found[other.id] = other
    return (found[key] for key in sorted(found, reverse=True))


def _recurrences(record: Postmortem, categories: frozenset[str], past: _Past) -> Iterator[str]:
    for later, shared in past.came_back.get(record.id, ()):
        if shared is None or categories & shared:
            yield later


def _alone_for(record: Postmortem, action: Action) -> Iterator[str]:
    for cause in record.root_causes:
        answers = [a for a in record.actions_for(cause) if a.type == "preventive"]
        others = [a for a in answers if a.id != action.id and a.status != "not-doing"]
        if action in answers and not others:
            yield cause.id
