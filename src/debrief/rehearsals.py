"""Does what was done still hold: which rehearsals are due, which failed, what came back anyway.

A change that is relied on in an outage decays: people leave, systems move on around it. So the
policy (``validation`` in ``catalog/policy.yml``) says which finished preventive actions are tried
again, how and how often. Where it says nothing, nothing is due.

The day counts: of what was done, verified or rehearsed after it, nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from debrief import words
from debrief.archive import Archive
from debrief.catalog import Catalog, RehearsalPolicy
from debrief.exercise.course import gaps
from debrief.record import PUBLISHED, WITHDRAWN, Action, Postmortem, Rehearsal
from debrief.recurrence import WINDOW_DAYS, resembling

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
        named = (later.recurrence_of,) if later.recurrence_of else ()
        for name in dict.fromkeys((*named, *resembling(later, archive))):
            earlier = archive.by_id.get(name)
            if earlier is None or not _tells(earlier):
                continue
            for action in _against(earlier, later):
                done = holds_since(action, today)
                if done is not None and done < later.day:
                    found.append(Recurred(earlier, action, later, name in named))
    found.sort(key=lambda one: (one.record.id, one.action.id))
    return tuple(sorted(found, key=lambda one: one.later.id, reverse=True))


def _tells(record: Postmortem) -> bool:
    return record.status != WITHDRAWN and not record.restricted


def _against(earlier: Postmortem, later: Postmortem) -> tuple[Action, ...]:
    categories = {cause.category for cause in later.causes} - {None}
    same = {cause.id for cause in earlier.causes if cause.category in categories}
    causes = same or {cause.id for cause in earlier.root_causes}
    return tuple(action for action in earlier.actions if causes & set(action.addresses))


# --- what to play next ---------------------------------------------------------------------------

EXERCISES = ("tabletop", "chaos-experiment", "rollback-rehearsal", "restore-test")
"""The methods by which people practise, and not only systems are watched."""

RESTED_DAYS = 180
"""An outage that was played more recently than this is not proposed again."""

_SEVERITY_POINTS = {"sev1": 4, "sev2": 3, "sev3": 2, "sev4": 1}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A past outage that would make a good next exercise, and why: phrases, the weightiest first.

    ``points`` only put proposals in an order; nothing is measured in them.
    """

    record: Postmortem
    points: int
    reasons: tuple[str, ...]
    last: date | None


def proposals(archive: Archive, today: date, most: int = 5) -> tuple[Proposal, ...]:
    """The past outages that would make the best next exercise, the best first.

    Published or closed, not restricted, with a timeline that can be played, and not played in the
    last ``RESTED_DAYS``. Points: 1 to 4 by severity; 3 if it was never played, and 2 if not for a
    year; 3 if a promise of it failed its rehearsal; 2 if it came back; 1 for each further outage of
    the last year with the same category of root cause, up to 3; 1 for each of those who answered it
    and have left since, up to 2; 1 if something that was done is not verified.
    """
    recent = _root_categories(archive, today)
    again = {one.record.id for one in recurred(archive, today)}
    again |= {record.recurrence_of for record in archive.postmortems if record.recurrence_of}
    found = []
    for record in archive.postmortems:
        last = last_played(record, today)
        rested = last is None or (today - last).days >= RESTED_DAYS
        if _playable(record, today) and rested:
            reasons = list(_reasons(record, archive.catalog, today, recent, record.id in again))
            told = tuple(text for _, text in sorted(reasons, key=lambda reason: -reason[0]) if text)
            found.append(Proposal(record, sum(points for points, _ in reasons), told, last))
    return tuple(sorted(found, key=lambda one: -one.points)[:most])  # the newest first among equals


def last_played(record: Postmortem, today: date) -> date | None:
    """The last day on which people practised something of an outage."""
    held = (
        one.held_on
        for action in record.actions
        for one in action.rehearsals
        if one.method in EXERCISES and one.held_on <= today
    )
    return max(held, default=None)


def _playable(record: Postmortem, today: date) -> bool:
    return (
        record.reached(PUBLISHED)
        and not record.restricted
        and record.day <= today
        and not gaps(record)
    )


def _root_categories(archive: Archive, today: date) -> Counter[str]:
    """How many outages of the last year had each category of root cause."""
    first = today - timedelta(days=WINDOW_DAYS)
    counted: Counter[str] = Counter()
    for record in archive.postmortems:
        if first < record.day <= today and record.status != WITHDRAWN:
            counted.update({cause.category for cause in record.root_causes if cause.category})
    return counted


def _reasons(
    record: Postmortem, catalog: Catalog, today: date, recent: Counter[str], again: bool
) -> Iterator[tuple[int, str]]:
    """Points, each with a phrase that says what for."""
    if record.severity:
        yield _SEVERITY_POINTS.get(record.severity, 0), words.term(record.severity)
    last = last_played(record, today)
    if last is None:
        yield 3, "never rehearsed"
    else:
        points = 2 if (today - last).days > WINDOW_DAYS else 0
        yield points, f"last rehearsed on {words.day(last)}"
    if failed := list(failures_of(record, today)):
        yield 3, f"{words.counted(len(failed), 'promise')} failed a rehearsal"
    if again:
        yield 2, "the outage came back"
    yield from _same_cause(record, today, recent)
    yield from _left(record, catalog)
    unverified = sum(a.status == "done" and a.type == "preventive" for a in record.actions)
    if unverified and record.imported is None:
        yield 1, f"{words.counted(unverified, 'preventive action')} done and not verified"


def _same_cause(record: Postmortem, today: date, recent: Counter[str]) -> Iterator[tuple[int, str]]:
    own = record.day > today - timedelta(days=WINDOW_DAYS)  # it was counted itself
    categories = {cause.category for cause in record.root_causes if cause.category}
    others = {name: recent[name] - own for name in categories if recent[name] - own > 0}
    if others:
        name, number = max(others.items(), key=lambda pair: (pair[1], pair[0]))
        outages = words.counted(number, "other outage")
        yield (
            min(number, 3),
            f"{outages} of the last year had its kind of root cause ({words.lower_term(name)})",
        )


def _left(record: Postmortem, catalog: Catalog) -> Iterator[tuple[int, str]]:
    responders = dict.fromkeys(
        filter(None, (record.roles.incident_commander, *record.roles.engineers))
    )
    gone = [n for n in responders if n in catalog.owners and not catalog.owners[n].active]
    if gone:
        left = f"{'has' if len(gone) == 1 else 'have'} left"
        yield min(len(gone), 2), f"{len(gone)} of the {len(responders)} who answered it {left}"
