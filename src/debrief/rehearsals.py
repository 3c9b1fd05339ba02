"""Does what was done still hold: which rehearsals are due, which failed, what came back anyway.

A change that is relied on in an outage decays: people leave, systems move on around it. So the
policy (``validation`` in ``catalog/policy.yml``) says which finished preventive actions are tried
again, how and how often. Where it says nothing, nothing is due.

The day counts: of what was done, verified or rehearsed after it, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from debrief import words
from debrief.archive import Archive
from debrief.catalog import Catalog, RehearsalPolicy
from debrief.record import WITHDRAWN, Action, Postmortem, Rehearsal
from debrief.recurrence import earlier_outages

# --- what is due ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DueRehearsal:
    """The next rehearsal of an action; ``overdue`` counts the days since it was due, 0 before.

    ``method`` is None where any will do. ``since`` is the day from which the policy's days count:
    ``last``, the last one that was held, or else the day it was verified or done; the policy may
    name a later one.
    """

    record: Postmortem
    action: Action
    method: str | None
    on: date
    overdue: int
    since: date
    last: date | None

    @property
    def what(self) -> str:
        """The method in words: ``rollback rehearsal``."""
        return words.lower_term(self.method) if self.method else "rehearsal"


def due(
    archive: Archive, today: date, *, with_restricted: bool = False
) -> tuple[DueRehearsal, ...]:
    """The next rehearsal of every action that the policy asks one of, the soonest first.

    Those that lie ahead are among them; ``overdue`` tells. Restricted records are left out, since
    what is made of this leaves the repository; imported ones are never due.
    """
    found = [
        one
        for record in archive.postmortems
        if with_restricted or not record.restricted
        for one in of_record(record, archive.catalog, today)
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.record.id, one.action.id)))


def of_record(record: Postmortem, catalog: Catalog, today: date) -> Iterator[DueRehearsal]:
    """The next rehearsal of each action of a record that the policy asks one of."""
    if record.imported is not None or record.status == WITHDRAWN or not catalog.policy.validation:
        return
    tier = _tier(record, catalog)
    for action in record.actions:
        asked = asked_of(record, action, catalog.policy.validation, tier)
        if asked is None or not asked.every_days or not holds_since(action, today):
            continue
        last = last_held(action, today, asked.method)
        since = last or _proven_on(action, today)
        since = max(since, asked.begins_on or since)
        on = since + timedelta(days=asked.every_days)
        overdue = max((today - on).days, 0)
        yield DueRehearsal(record, action, asked.method, on, overdue, since, last)


def asked_of(
    record: Postmortem, action: Action, rows: Iterable[RehearsalPolicy], tier: int | None
) -> RehearsalPolicy | None:
    """The first row that suits an action; None where none does, and for corrective ones."""
    if action.type != "preventive":
        return None
    suits = (row for row in rows if row.suits(action.category, record.severity, tier))
    return next(suits, None)


def _tier(record: Postmortem, catalog: Catalog) -> int | None:
    """The tier of the most important affected asset; None where the catalog has none."""
    assets = (catalog.assets.get(affected.asset) for affected in record.assets)
    return min((asset.tier for asset in assets if asset and asset.tier), default=None)


def holds_since(action: Action, today: date) -> date | None:
    """The day on which a preventive action was done; None where by that day it was not."""
    done = action.is_done and action.type == "preventive"
    return action.done_on if done and action.done_on and action.done_on <= today else None


def _proven_on(action: Action, today: date) -> date:
    """The day it was verified, or else done."""
    verified, done = action.verification.verified_on, action.done_on or today
    return verified if verified and done <= verified <= today else done


def last_held(action: Action, today: date, method: str | None = None) -> date | None:
    """The last day on which a rehearsal by a method (any, if None) did not fail."""
    return max(
        (
            one.held_on
            for one in action.rehearsals
            if not one.failed and one.held_on <= today and method in (None, one.method)
        ),
        default=None,
    )


# --- what failed ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """A promise that does not hold: its last rehearsal by a method failed, and nothing followed."""

    record: Postmortem
    action: Action
    index: int
    rehearsal: Rehearsal

    @property
    def told(self) -> str:
        """What happened, in a sentence without its full stop."""
        how, when = words.lower_term(self.rehearsal.method), self.rehearsal.held_on
        note = f": {self.rehearsal.note}" if self.rehearsal.note else ""
        return f"`{self.action.id}` is {self.action.status}, and its {how} of {when} failed{note}"


def failures(
    archive: Archive, today: date, *, with_restricted: bool = False
) -> tuple[Failure, ...]:
    """Every promise that was shown not to hold, and that nobody has taken up; the latest first."""
    found = [
        one
        for record in archive.postmortems
        if with_restricted or not record.restricted
        for one in failures_of(record, today)
    ]
    found.sort(key=lambda one: (one.record.id, one.action.id))
    return tuple(sorted(found, key=lambda one: one.rehearsal.held_on, reverse=True))


def failures_of(record: Postmortem, today: date) -> Iterator[Failure]:
    """The failed rehearsals of a record that nothing has followed.

    What can follow: the action is open again, or was done anew since; it is `not-doing`; the same
    method did not fail later; or ``follow_up`` names what goes on.
    """
    for action in record.actions if record.status != WITHDRAWN else ():
        latest: dict[str, tuple[int, Rehearsal]] = {}
        for index, one in enumerate(action.rehearsals):
            before = latest.get(one.method)
            if one.held_on <= today and (before is None or one.held_on >= before[1].held_on):
                latest[one.method] = (index, one)
        for index, one in latest.values():
            anew = action.done_on is not None and action.done_on > one.held_on
            if one.failed and action.is_done and not anew and not one.follow_up:
                yield Failure(record, action, index, one)


# --- what came back ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recurred:
    """An outage that came back although a preventive action against it was done by then.

    ``record`` is the earlier one, with the action; ``declared`` where the later one names it.
    """

    record: Postmortem
    action: Action
    later: Postmortem
    declared: bool


def recurred(archive: Archive, today: date) -> tuple[Recurred, ...]:
    """The done preventive actions whose outage came back: did they hold? The latest first.

    Of the earlier record these are the actions that address a cause of a category that the later
    one has too; where it names the earlier one and no category agrees, all that address a root
    cause. Records that are withdrawn, restricted or later than the day are left out.
    """
    found = []
    for later in archive.postmortems:
        if not _tells(later) or later.day > today:
            continue
        for name in earlier_outages(later, archive):
            earlier = archive.by_id.get(name)
            if earlier is None or not _tells(earlier):
                continue
            for action in _against(earlier, later):
                done = holds_since(action, today)
                if done is not None and done < later.day:
                    found.append(Recurred(earlier, action, later, name == later.recurrence_of))
    found.sort(key=lambda one: (one.record.id, one.action.id))
    return tuple(sorted(found, key=lambda one: one.later.id, reverse=True))


def _tells(record: Postmortem) -> bool:
    return record.status != WITHDRAWN and not record.restricted


def _against(earlier: Postmortem, later: Postmortem) -> tuple[Action, ...]:
    categories = {cause.category for cause in later.causes} - {None}
    same = {cause.id for cause in earlier.causes if cause.category in categories}
    causes = same or {cause.id for cause in earlier.root_causes}
    return tuple(action for action in earlier.actions if causes & set(action.addresses))
