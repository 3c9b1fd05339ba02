"""What figures are made from: facts about outages and actions, each with the day it became known.

Everything that takes the trail of a record, its earlier outages or the catalog to know is worked
out here, once. What remains is counting, which Python (``figures.py``) and SQL do alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from debrief import data_time
from debrief.archive import Archive
from debrief.catalog import Asset, Catalog
from debrief.lifecycle import known_since, required_sign_offs
from debrief.moments import is_day
from debrief.record import CLOSED, PUBLISHED, WITHDRAWN, Action, Moment, Postmortem
from debrief.recurrence import earlier_outages
from debrief.trail import ACTION, DUE, OWNER, Step, Trail, alone

Promise = tuple[Postmortem, Action]
"""An action, and the record that it stands in."""

_CLOCK = {
    "time_to_detect": ("started_at", "detected_at"),
    "time_to_acknowledge": ("detected_at", "acknowledged_at"),
    "time_to_mitigate": ("started_at", "mitigated_at"),
    "time_to_resolve": ("started_at", "resolved_at"),
}
"""Between which clock points each time lies."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A value of one outage, and the day from which it is known."""

    value: float
    on: date
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class WrongData:
    """A range of wrong dates of an asset; ``last`` is None where no end is in sight.

    Without ``first`` nobody wrote since which date it was wrong.
    """

    asset: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class OutageFacts:
    """An outage of our own, as figures see it.

    ``measured`` holds its times by the id of the figure; what can never be measured of it is in
    ``without``. ``published_on`` is the first day on which its causes were agreed, ``recurs_from``
    the day from which it is known to repeat an earlier one.
    """

    record: Postmortem
    known_on: date
    measured: Mapping[str, Measured] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    published_on: date | None = None
    recurs_from: date | None = None
    repeats: tuple[tuple[str, date], ...] = ()
    """The ids of the outages that it repeats, each with the day from which that is known."""
    unprevented_from: date | None = None
    """The day from which it is known to repeat one of which a preventive action was still open."""
    wrong: tuple[WrongData, ...] = ()
    domains: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The record's."""
        return self.record.id

    @property
    def day(self) -> date:
        """The day it began."""
        return self.record.day

    @property
    def severity(self) -> str | None:
        """The record's."""
        return self.record.severity

    @property
    def found_by(self) -> str | None:
        """Who noticed it first; None where nobody wrote it down."""
        return self.record.incident.detected_by

    @property
    def prevention_open(self) -> bool | None:
        """Of a recurrence: whether a preventive action of an earlier outage was open on its day."""
        return self.unprevented_from is not None if self.repeats else None


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """A promise, as figures see it."""

    record: Postmortem
    action: Action
    promised_on: date
    due_moves: tuple[Step, ...] = ()
    """How its due date moved, the earliest first; each with its day."""
    dropped_on: date | None = None
    """The day on which it was decided not to do it, where that is known."""
    domains: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    @property
    def severity(self) -> str | None:
        """The record's."""
        return self.record.severity

    @property
    def ended_on(self) -> date | None:
        """The day from which nobody had to do it any more; None while somebody has to."""
        return self.dropped_on if self.action.status == "not-doing" else self.action.done_on

    @property
    def countable(self) -> bool:
        """Whether one can say on which days it was open: it still is, or its end has a day."""
        return self.action.is_open or self.ended_on is not None

    def was_open(self, day: date) -> bool:
        """Whether somebody still had to do it on a day."""
        if not self.countable or day < self.promised_on:
            return False
        return self.action.is_open or (self.ended_on is not None and self.ended_on > day)

    def was_dropped(self, day: date) -> bool:
        """Whether it had been decided against by a day; without a day it always had."""
        if self.action.status != "not-doing":
            return False
        return self.dropped_on is None or self.dropped_on <= day

    def due_on(self, day: date) -> date | None:
        """The due date that it had on a day; later moves are undone."""
        for step in self.due_moves:
            if step.on is not None and step.on > day and step.old and is_day(step.old):
                return date.fromisoformat(step.old)
        return self.action.due

    @property
    def first_due(self) -> date | None:
        """The date first promised: what was due at the end of the day on which it was promised."""
        return self.due_on(self.promised_on)

    def was_overdue(self, day: date) -> bool:
        """Whether it was open on a day and past the due date that it had then."""
        due = self.due_on(day)
        return due is not None and due < day and self.was_open(day)

    def was_done(self, day: date) -> bool:
        """Whether it was done by a day."""
        done = self.action.done_on
        return self.action.is_done and done is not None and done <= day

    def was_verified(self, day: date) -> bool:
        """Whether somebody had seen by a day that it works."""
        seen = self.action.verification.verified_on
        return self.action.status == "verified" and seen is not None and seen <= day

    @property
    def postponed_on(self) -> tuple[date, ...]:
        """The days on which its due date moved to a later one."""
        return tuple(step.on for step in self.due_moves if step.days > 0 and step.on is not None)


@dataclass(frozen=True)
class Ledger:
    """The facts of an archive, or of a part of it: one domain, one team, one severity."""

    outages: tuple[OutageFacts, ...]
    """Those of our own that were not withdrawn, by id."""
    actions: tuple[ActionFacts, ...]
    assets: tuple[Asset, ...] = ()
    """The assets of the catalog that are not gone."""
    fed: frozenset[str] = frozenset()
    """Ids of those that something is made from."""
    imported: tuple[Postmortem, ...] = ()
    """Documents from elsewhere, which figures count apart."""

    @classmethod
    def of(cls, archive: Archive, trails: Mapping[str, Trail] | None = None) -> Ledger:
        """The ledger of an archive; of a record without a trail, what it says of itself counts."""
        return _Writer(archive, trails or {}).ledger()

    def only(
        self,
        keep: Callable[[OutageFacts | ActionFacts], bool],
        asset: Callable[[Asset], bool] = lambda _: False,
    ) -> Ledger:
        """The part of it that is chosen."""
        return replace(
            self,
            outages=tuple(outage for outage in self.outages if keep(outage)),
            actions=tuple(action for action in self.actions if keep(action)),
            assets=tuple(one for one in self.assets if asset(one)),
            imported=(),
        )

    @cached_property
    def by_record(self) -> dict[str, OutageFacts]:
        """Outages by the record's id."""
        return {outage.id: outage for outage in self.outages}

    @cached_property
    def by_action(self) -> dict[tuple[str, str], ActionFacts]:
        """Actions by the record's id and their own."""
        return {(one.record.id, one.action.id): one for one in self.actions}


def is_ours(record: Postmortem) -> bool:
    """Whether a record tells an outage that figures count."""
    return record.status != WITHDRAWN and record.imported is None


class _Writer:
    """Works out the facts of each record once."""

    def __init__(self, archive: Archive, trails: Mapping[str, Trail]) -> None:
        self.archive = archive
        self.catalog = archive.catalog
        self.trails = {r.id: trails.get(r.id) or alone(r) for r in archive.postmortems}
        self.published = {r.id: self._published_on(r) for r in archive.postmortems}

    def ledger(self) -> Ledger:
        records = sorted(self.archive.postmortems, key=lambda record: record.id)
        living = [record for record in records if record.status != WITHDRAWN]
        self.actions = {
            record.id: tuple(self._action(record, action) for action in record.actions)
            for record in living
        }
        return Ledger(
            tuple(self._outage(record) for record in living if is_ours(record)),
            tuple(
                one
                for record in living
                for one in self.actions[record.id]
                if one.action.owner or is_ours(record)
            ),
            tuple(a for _, a in sorted(self.catalog.assets.items()) if a.gone_on is None),
            frozenset(up for asset in self.catalog.assets.values() for up in asset.upstream),
            tuple(record for record in living if record.imported is not None),
        )

    # Outages

    def _outage(self, record: Postmortem) -> OutageFacts:
        repeats = dict(self._agreed(record))
        assets = [one.asset for one in record.assets]
        known = _known_on(record)
        return OutageFacts(
            record,
            known_on=known,
            # What had ended before anybody knew of the outage was not known before it was either.
            measured={
                key: replace(found, on=max(found.on, known))
                for key, found in self._measured(record)
            },
            without=frozenset(self._without(record)),
            published_on=self.published[record.id],
            recurs_from=min(repeats.values(), default=None),
            repeats=tuple(sorted(repeats.items())),
            unprevented_from=min(
                (on for key, on in repeats.items() if self._prevention_open(record, key)),
                default=None,
            ),
            wrong=tuple(
                WrongData(one.asset, one.data_from, data_time.end_of(one)) for one in record.assets
            ),
            domains=domains_of(self.catalog, assets),
            teams=teams_of(self.catalog, record.owner),
        )

    def _measured(self, record: Postmortem) -> Iterator[tuple[str, Measured]]:
        for key, (first, last) in _CLOCK.items():
            start, end = (getattr(record.incident, name) for name in (first, last))
            if (found := _between(record, start, end)) is not None:
                yield key, found
        found = _between(record, record.incident.started_at, record.restored_at)
        if found is not None:
            yield "time_to_restore_data", found
        published, detected = self.published[record.id], record.incident.detected_at
        if published is not None and detected is not None and published >= detected.day:
            yield "time_to_publish", Measured((published - detected.day).days, published)
        if (latency := self._sign_off_latency(record)) is not None:
            yield "sign_off_latency", latency

    def _without(self, record: Postmortem) -> Iterator[str]:
        """The figures that can never be measured of an outage."""
        if _nothing_to_restore(record):
            yield "time_to_restore_data"
        if not required_sign_offs(record, self.catalog.policy):
            yield "sign_off_latency"

    def _sign_off_latency(self, record: Postmortem) -> Measured | None:
        """From the review to the first day on which all had signed whom publication asks for.

        What is signed again later, because the record fell back, or signed beside, changes nothing.
        """
        asked = required_sign_offs(record, self.catalog.policy)
        if record.review is None or not asked:
            return None
        held, signed = record.review.held_on, dict[str, date]()
        for one in record.sign_offs:
            if one.signed_on >= held:
                signed[one.role] = min(one.signed_on, signed.get(one.role, one.signed_on))
        if not signed.keys() >= set(asked):
            return None
        last = max(signed[role] for role in asked)
        return Measured((last - held).days, last)

    def _published_on(self, record: Postmortem) -> date | None:
        """The first day on which it was published, as far as anything tells."""
        if record.imported is not None:
            return record.published_on or (record.day if record.reached(PUBLISHED) else None)
        stays = self.trails[record.id].stays
        days = [s.since for s in stays if s.status in (PUBLISHED, CLOSED) and s.since is not None]
        return min(filter(None, (*days, record.published_on)), default=None)

    def _agreed(self, record: Postmortem) -> Iterator[tuple[str, date]]:
        """The outages that it repeats, each with the day from which that is known."""
        known = self.published[record.id]
        if known is None:
            return
        for key in earlier_outages(record, self.archive):
            agreed = self.published.get(key)
            if key == record.recurrence_of:
                yield key, known
            elif agreed is not None:
                yield key, max(known, agreed)

    def _prevention_open(self, record: Postmortem, earlier: str) -> bool:
        """Whether a preventive action of an earlier outage was open on the day of this one."""
        return any(
            one.action.type == "preventive" and one.was_open(record.day)
            for one in self.actions.get(earlier, ())
        )

    # Actions

    def _action(self, record: Postmortem, action: Action) -> ActionFacts:
        trail = self.trails[record.id]
        return ActionFacts(
            record,
            action,
            promised_on=_promised_on(record, action, trail),
            due_moves=_dated(trail.of(action.id)),
            dropped_on=_dropped_on(action),
            domains=domains_of(self.catalog, (one.asset for one in record.assets)),
            teams=teams_of(self.catalog, action.owner),
        )


def _known_on(record: Postmortem) -> date:
    """The day from which anybody knew of an outage: never before the day on which it began."""
    return max(known_since(record), record.day)


def _between(record: Postmortem, start: Moment | None, end: Moment | None) -> Measured | None:
    """The seconds between two moments; None where one is unknown, or known to the day alone."""
    if start is None or end is None or start.whole_day or end.whole_day or end < start:
        return None
    seconds = start.until(end) / timedelta(seconds=1)
    return Measured(seconds, end.day, record.incident.approximate)


def _nothing_to_restore(record: Postmortem) -> bool:
    """Whether every affected asset is settled, and none was ever put back in place."""
    settled = (one.settled and one.restored_at is None for one in record.assets)
    return bool(record.assets) and all(settled)


def _dated(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The moves of a due date that have a day, the earliest first."""
    found = (step for step in steps if step.field == DUE and step.on is not None)
    return tuple(sorted(found, key=lambda step: step.on or date.max))


def _dropped_on(action: Action) -> date | None:
    """The day of the entry by which it was decided not to do it."""
    days = [c.changed_on for c in action.changes if c.field == "status" and c.new == "not-doing"]
    return max(days, default=None) if action.status == "not-doing" else None


def _promised_on(record: Postmortem, action: Action, trail: Trail) -> date:
    """The day its commit came, where that can be: before anything else is said to have happened."""
    known = _known_on(record)
    came = _came_on(record, action, trail)
    moves = (step.decided_on for step in trail.of(action.id) if step.field in (DUE, OWNER))
    told = [day for day in (action.done_on, action.due, *moves) if day is not None]
    return came if came is not None and known <= came <= min(told, default=came) else known


def _came_on(record: Postmortem, action: Action, trail: Trail) -> date | None:
    """The day of the commit in which an action first stood on the main line.

    A record that came when it was published already had a life elsewhere, and so had its actions.
    """
    comings = [s.on for s in trail.steps if s.field == ACTION and s.new == action.id and s.on]
    if comings:
        return min(comings)
    came = trail.arrived.on if trail.arrived is not None else None
    lived = came is not None and record.published_on is not None and record.published_on < came
    return None if lived else came


def domains_of(catalog: Catalog, assets: Iterable[str]) -> tuple[str, ...]:
    """The domains of assets, each once; of those without one, none."""
    found = (catalog.assets[key].domain for key in assets if key in catalog.assets)
    return tuple(sorted({domain for domain in found if domain}))


def teams_of(catalog: Catalog, owner: str | None) -> tuple[str, ...]:
    """The teams that an owner stands for: itself, or those that it is a member of."""
    known = catalog.owners.get(owner or "")
    if known is None:
        return ()
    if known.kind == "team":
        return (known.id,)
    return tuple(sorted(team.id for team in catalog.teams_of(known.id) if team.kind == "team"))
