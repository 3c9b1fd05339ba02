"""Which past outages to play next, and why: the one place where exercises are proposed.

The day counts, as in ``rehearsals.py``: of what was rehearsed, done or known to be the same again
after it, nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from debrief import words
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.exercise.course import gaps
from debrief.record import PUBLISHED, WITHDRAWN, Action, Postmortem
from debrief.recurrence import WINDOW_DAYS, earlier_outages
from debrief.rehearsals import failures_of, holds_since

METHODS = ("tabletop", "chaos-experiment", "rollback-rehearsal", "restore-test")
"""Those by which people practise, and not only systems are watched."""

RESTED_DAYS = 180
"""An outage that was played more recently than this is not proposed again."""

_LIKE_TODAY = timedelta(days=730)
"""What broke longer ago broke among systems and people of whom few are left."""

_UNPRACTISED = frozenset({"rollback-gap", "runbook-gap", "missed-escalation", "ownership-gap"})
"""Categories of cause that practice finds: what people would have to do, and could not."""

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


def proposals(
    archive: Archive,
    today: date,
    most: int = 5,
    *,
    among: Collection[str] | None = None,
    staff: bool = True,
) -> tuple[Proposal, ...]:
    """The past outages that would make the best next exercise, the best first.

    Published or closed, not restricted, with a timeline that can be played, and not played in the
    last ``RESTED_DAYS``. ``among`` are the ids of the records that were published by that day, None
    for all there are: no other is proposed or counted.

    Points: 1 to 4 by severity; 3 if it was never played, and 2 if not for a year; 3 if a promise of
    it failed its rehearsal; 2 if it came back; 2 if it is of the last two years; 2 for a cause that
    practice shows; 2 if something that was done waits to be tried by people; 1 for each further
    outage of the last year with the same category of root cause, up to 3; 1 if something that was
    done is not verified; and with ``staff``, 1 for each of those who answered it and have left
    since, up to 2. Who has left the catalog knows of today alone: leave it out for a day that is
    past.
    """
    about = _Day(archive, today, among, staff=staff)
    found = []
    for record in archive.postmortems:
        if (among is not None and record.id not in among) or not about.is_playable(record):
            continue
        reasons = list(about.reasons(record))
        told = tuple(text for _, text in sorted(reasons, key=lambda reason: -reason[0]) if text)
        points = sum(points for points, _ in reasons)
        found.append(Proposal(record, points, told, last_played(record, today)))
    return tuple(sorted(found, key=lambda one: -one.points)[:most])  # the newest first among equals


def last_played(record: Postmortem, today: date) -> date | None:
    """The last day on which people practised something of an outage."""
    held = (
        one.held_on
        for action in record.actions
        for one in action.rehearsals
        if one.method in METHODS and one.held_on <= today
    )
    return max(held, default=None)


class _Day:
    """What is known on a day of an archive as a whole, and of one record by it."""

    def __init__(
        self, archive: Archive, today: date, among: Collection[str] | None, *, staff: bool
    ) -> None:
        self._catalog: Catalog = archive.catalog
        self._today = today
        self._staff = staff
        told = [
            record
            for record in archive.postmortems
            if record.status != WITHDRAWN and record.day <= today
            if among is None or record.id in among
        ]
        self._again = {name for record in told for name in earlier_outages(record, archive)}
        self._recent: Counter[str] = Counter()
        for record in told:
            if self._is_recent(record):
                self._recent.update(_root_categories(record))

    def _is_recent(self, record: Postmortem) -> bool:
        return record.day > self._today - timedelta(days=WINDOW_DAYS)

    def is_playable(self, record: Postmortem) -> bool:
        """Whether it can be played, and was not lately."""
        if not record.reached(PUBLISHED) or record.restricted or record.day > self._today:
            return False
        last = last_played(record, self._today)
        rested = last is None or (self._today - last).days >= RESTED_DAYS
        return rested and not gaps(record)

    def reasons(self, record: Postmortem) -> Iterator[tuple[int, str]]:
        """Points, each with a phrase that says what for; one without a phrase only sorts."""
        if record.severity:
            yield _SEVERITY_POINTS.get(record.severity, 0), words.term(record.severity)
        last = last_played(record, self._today)
        if last is None:
            yield 3, "never rehearsed"
        else:
            points = 2 if (self._today - last).days > WINDOW_DAYS else 0
            yield points, f"last rehearsed on {words.day(last)}"
        if failed := list(failures_of(record, self._today)):
            yield 3, f"{words.counted(len(failed), 'promise')} failed a rehearsal"
        if record.id in self._again:
            yield 2, "the outage came back"
        if record.day > self._today - _LIKE_TODAY:
            yield 2, ""
        if shown := sorted({c.category for c in record.causes if c.category} & _UNPRACTISED):
            yield 2, f"a cause that practice shows ({words.listed(map(words.lower_term, shown))})"
        yield from self._same_cause(record)
        if self._staff:
            yield from _left(record, self._catalog)
        if record.imported is None:
            yield from self._unproven(record)

    def _same_cause(self, record: Postmortem) -> Iterator[tuple[int, str]]:
        own = self._is_recent(record)  # it was counted itself
        others = {name: self._recent[name] - own for name in _root_categories(record)}
        name, number = max(others.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
        if number > 0:
            outages = words.counted(number, "other outage")
            kind = f"had its kind of root cause ({words.lower_term(name)})"
            yield min(number, 3), f"{outages} of the last year {kind}"

    def _unproven(self, record: Postmortem) -> Iterator[tuple[int, str]]:
        """What was done, and nobody had seen by that day that it works."""
        done = [action for action in record.actions if self._waits(action)]
        by_people = [action for action in done if action.verification.method in METHODS]
        for action in by_people[:1]:
            method = words.lower_term(action.verification.method or "")
            yield 2, f"`{action.id}` is done and waits for its {method}"
        if rest := len(done) - len(by_people[:1]):
            more = "further " if by_people else ""
            yield 1, f"{words.counted(rest, f'{more}preventive action')} done and not verified"

    def _waits(self, action: Action) -> bool:
        verified = action.verification.verified_on
        known = verified is not None and verified <= self._today and action.status == "verified"
        return holds_since(action, self._today) is not None and not known


def _root_categories(record: Postmortem) -> set[str]:
    return {cause.category for cause in record.root_causes if cause.category}


def _left(record: Postmortem, catalog: Catalog) -> Iterator[tuple[int, str]]:
    responders = dict.fromkeys(
        filter(None, (record.roles.incident_commander, *record.roles.engineers))
    )
    gone = [n for n in responders if n in catalog.owners and not catalog.owners[n].active]
    if gone:
        left = f"{'has' if len(gone) == 1 else 'have'} left"
        yield min(len(gone), 2), f"{len(gone)} of the {len(responders)} who answered it {left}"
