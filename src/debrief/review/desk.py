"""What lies on the table: an archive with its figures, and how each thing stood on a day.

Whatever is asked of a :class:`Desk` is answered as of its day; ``became_…`` alone tells what came
of it since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from debrief import words
from debrief.archive import CATALOG, Archive
from debrief.metrics import ActionFacts, Figure, Ledger, OutageFacts, Period, figures
from debrief.record import CLOSED, PUBLISHED, UNPUBLISHED, AffectedAsset, Postmortem
from debrief.review.phrases import Names, Phrase, ended, enumerated, joined, late, say
from debrief.review.span import Span
from debrief.trail import OWNER, STATUS, Step, Trail, alone


@dataclass(frozen=True)
class Basis:
    """An archive as far as it may be shown, with what history tells of it and its figures."""

    archive: Archive
    trails: Mapping[str, Trail]
    ledger: Ledger
    lost: tuple[str, ...] = ()
    """What could not be read beside the files of the archive, such as a whole source."""
    _told: dict[tuple[Period, date], dict[str, Figure]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        shared: Archive,
        trails: Mapping[str, Trail] | None = None,
        lost: tuple[str, ...] = (),
    ) -> Basis:
        """The basis of an archive from which what may not be shown was taken already."""
        found = trails or {}
        told = {record.id: _shown(record, found) for record in shared.postmortems}
        return cls(shared, told, Ledger.of(shared, told), lost)

    @cached_property
    def names(self) -> Names:
        """How things are called."""
        return Names(self.archive)

    def figures(self, period: Period, as_of: date) -> dict[str, Figure]:
        """Every figure of a period as of a day, counted once."""
        key = (period, as_of)
        if key not in self._told:
            self._told[key] = figures(self.ledger, period, as_of)
        return self._told[key]

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """The files that could not be read, and so are missing from everything that is told."""
        read = (*self.archive.entries, *self.archive.catalog_entries)
        lost = {e.path for e in self.archive.entries if e.record is None}
        lost |= {e.path for e in read if any(p.rule < "PM110" for p in e.problems)}
        lost |= {
            f"{CATALOG}/{part}.yml"
            for part in ("owners", "assets", "policy")
            if part not in self.archive.catalog.known
        }
        return (*self.lost, *sorted(lost))


def _shown(record: Postmortem, trails: Mapping[str, Trail]) -> Trail:
    trail = trails.get(record.id) or alone(record)
    return trail.outline() if record.restricted else trail


@dataclass(frozen=True)
class Desk:
    """A basis, the time that is looked back on, and today."""

    basis: Basis
    span: Span
    today: date

    @cached_property
    def day(self) -> date:
        """The day as of which it is told: the last of the span, or today before that."""
        return min(self.span.last, self.today)

    @property
    def over(self) -> bool:
        """Whether the span has ended."""
        return self.span.last < self.today

    @property
    def archive(self) -> Archive:
        """What it is told from."""
        return self.basis.archive

    @property
    def ledger(self) -> Ledger:
        """What figures are made from."""
        return self.basis.ledger

    @property
    def names(self) -> Names:
        """How things are called."""
        return self.basis.names

    # Outages

    @cached_property
    def known(self) -> tuple[OutageFacts, ...]:
        """Every outage of our own that was known, the newest first."""
        return tuple(o for o in reversed(self.ledger.outages) if o.known_on <= self.day)

    @cached_property
    def outages(self) -> tuple[OutageFacts, ...]:
        """Those that began in the span: the worst first, of one severity the newest."""
        began = (outage for outage in self.known if outage.day in self.span)
        return tuple(sorted(began, key=lambda outage: outage.severity or "~"))

    @cached_property
    def found_later(self) -> tuple[OutageFacts, ...]:
        """Those that began in the span, and that nobody knew of until it had ended."""
        return tuple(
            outage
            for outage in reversed(self.ledger.outages)
            if outage.day in self.span and self.day < outage.known_on <= self.today
        )

    @cached_property
    def came_back(self) -> dict[str, tuple[OutageFacts, ...]]:
        """The outages known to repeat each one, by the id of the earlier; the newest first."""
        found: dict[str, list[OutageFacts]] = {}
        for outage in self.known:
            for key, day in outage.repeats:
                if day <= self.day:
                    found.setdefault(key, []).append(outage)
        return {key: tuple(outages) for key, outages in found.items()}

    def trail(self, record: Postmortem) -> Trail:
        """How a record and its promises moved."""
        return self.basis.trails.get(record.id) or alone(record)

    def status_of(self, outage: OutageFacts) -> str:
        """The status that a record had, as far as it is known: ``draft`` where it is not."""
        return status_on(self.trail(outage.record), self.day)

    def lasted(self, record: Postmortem) -> str | None:
        """How long an outage had lasted; None while it did, or where nobody wrote it down."""
        resolved = record.incident.resolved_at
        return words.lasted(record) if resolved and resolved.day <= self.day else None

    def owner_of(self, record: Postmortem) -> str | None:
        """Who had a record."""
        for step in _dated(self.trail(record).steps, OWNER):
            if step.on is not None and step.on > self.day:
                return step.old
        return record.owner

    def is_pending(self, affected: AffectedAsset) -> bool:
        """Whether data was known to be wrong, and waited for repair."""
        restored = affected.restored_at
        return affected.is_pending or (restored is not None and restored.day > self.day)

    # Promises

    @cached_property
    def promises(self) -> tuple[ActionFacts, ...]:
        """Every promise that had been made, by the due date that it had."""
        made = (one for one in self.ledger.actions if one.promised_on <= self.day)
        return tuple(sorted(made, key=lambda one: (self.due(one) or date.max, one.record.id)))

    @cached_property
    def promises_of(self) -> dict[str, tuple[ActionFacts, ...]]:
        """The promises of each record, by its id."""
        found: dict[str, list[ActionFacts]] = {}
        for one in self.promises:
            found.setdefault(one.record.id, []).append(one)
        return {key: tuple(promises) for key, promises in found.items()}

    @cached_property
    def open(self) -> tuple[ActionFacts, ...]:
        """Those that somebody still had to keep."""
        return tuple(one for one in self.promises if one.was_open(self.day))

    def due(self, one: ActionFacts) -> date | None:
        """The due date that a promise had."""
        return one.due_on(self.day)

    def owner(self, one: ActionFacts) -> str | None:
        """Who had a promise."""
        for step in _dated(self.trail(one.record).of(one.action.id), OWNER):
            if step.on is not None and step.on > self.day:
                return step.old
        return one.action.owner

    def postponed(self, one: ActionFacts) -> tuple[Step, ...]:
        """How its due date had moved to a later day, the first time first."""
        moves = (step for step in one.due_moves if step.days > 0)
        return tuple(step for step in moves if step.on is not None and step.on <= self.day)

    # In words

    def state(self, one: ActionFacts) -> Phrase:
        """How a promise stood."""
        return state_on(one, self.day)

    def delays(self, one: ActionFacts) -> Phrase:
        """How often and why it had been postponed; nothing where it had not."""
        moves = self.postponed(one)
        if not moves:
            return ()
        told = [_move(step) for step in moves[-2:]]
        earlier = len(moves) - len(told)
        kept = say("{} earlier", words.counted(earlier, "move")) if earlier else ()
        return say(
            "Postponed {}: {}",
            words.times(len(moves)),
            joined([*([kept] if kept else []), *told], "; "),
        )

    def became(self, one: ActionFacts) -> Phrase:
        """What became of an open promise since, or how far it is today."""
        action = one.action
        if action.status == "not-doing":
            reason = say(": {}", ended(action.reason)) if action.reason else (".",)
            when = f" on {words.short_day(one.dropped_on)}" if one.dropped_on else ""
            return say("decided against{}{}", when, reason)
        if action.is_done:
            return say("{}.", state_on(one, self.today))
        parts = [*self._moved_since(one)]
        if action.status != "open":
            parts.append((words.lower_term(action.status),))
        if self.over and one.was_overdue(self.today):
            parts.append((late(_overdue(one, self.today)),))
        elif self.over and not parts:
            parts.append(("still open",))
        return say("{}.", enumerated(parts)) if parts else ()

    def _moved_since(self, one: ActionFacts) -> Iterator[Phrase]:
        before, now = self.due(one), one.action.due
        if before != now and now is not None:
            verb = "postponed" if before and before < now else "moved"
            yield (f"{verb} to {words.short_day(now)}",)
        if (owner := self.owner(one)) != one.action.owner:
            yield say(
                "handed on from {} to {}",
                self.names.owner(owner),
                self.names.owner(one.action.owner),
            )


def status_on(trail: Trail, day: date) -> str:
    """The status of a record on a day: by its stays, else by its own entries."""
    reached = [stay.status for stay in trail.stays if stay.since is not None and stay.since <= day]
    if reached:
        return reached[-1]
    for step in sorted(_dated(trail.steps, STATUS), key=lambda step: step.on or date.max):
        if step.on is not None and step.on > day and step.old:
            return step.old
    undated = [stay.status for stay in trail.stays if stay.since is None]
    if undated and undated[0] not in (PUBLISHED, CLOSED):
        return undated[0]
    return UNPUBLISHED[0]


def _dated(steps: tuple[Step, ...], name: str) -> Iterator[Step]:
    return (step for step in steps if step.field == name and step.on is not None)


def state_on(one: ActionFacts, day: date) -> Phrase:
    """How a promise stood on a day: open, late, done, verified, decided against."""
    done, seen = one.action.done_on, one.action.verification.verified_on
    if one.was_verified(day) and done and seen:
        return (f"done {words.short_day(done)}, verified {words.short_day(seen)}",)
    if one.was_done(day) and done:
        return (f"done {words.short_day(done)}, not verified",)
    if one.was_dropped(day):
        return ("decided against",)
    if one.was_overdue(day):
        return (late(_overdue(one, day)),)
    due = one.due_on(day)
    return (f"open, due {words.short_day(due)}" if due else "open, without a due date",)


def _overdue(one: ActionFacts, day: date) -> str:
    due = one.due_on(day)
    days = (day - due).days if due else 0
    return f"{words.counted(days, 'day')} overdue"


def _move(step: Step) -> Phrase:
    """``to 30 Oct 2026 (61 subjects belong to vendors' systems)``."""
    day = words.short_day(date.fromisoformat(step.new)) if step.new else "another day"
    if step.reason is None:
        return (f"to {day}",)
    return say("to {} ({})", day, (ended(step.reason.rstrip("."))[0],))
