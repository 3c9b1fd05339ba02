"""What one outage has to do with others: what it repeats, what was promised then, what is like it.

Here a likeness is put into words, and a promise of an earlier outage is held against the day on
which a later one began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from markupsafe import Markup

from debrief.likeness import Case, Reason, Signal
from debrief.moments import is_day
from debrief.record import WITHDRAWN, Action, Postmortem
from debrief.similar import Resemblance
from debrief.site import address, moves, words
from debrief.site.edition import Edition
from debrief.site.rendering import Links, prose
from debrief.trail import DUE, Step

MOST_SIMILAR = 5
"""How many outages are shown that nobody declared to be the same."""


@dataclass(frozen=True)
class Related:
    """The other records that belong to one; of a restricted one there is nothing but its title."""

    edition: Edition
    record: Postmortem
    link: Links

    @property
    def applies(self) -> bool:
        """Whether there is anything to say; a withdrawn record was no outage to compare."""
        declared = self.record.recurrence_of or self.recurrences or self.duplicates or self.named
        return self.compared or bool(declared)

    @property
    def compared(self) -> bool:
        """Whether outages like it are looked for."""
        return self.record.status != WITHDRAWN

    # What was declared

    @cached_property
    def line(self) -> tuple[Postmortem, ...]:
        """The outage that this one repeats, the one which that repeated, and so on."""
        found: dict[str, Postmortem] = {}
        name = self.record.recurrence_of
        while name and name not in found and name != self.record.id:
            if (earlier := self.edition.archive.by_id.get(name)) is None:
                break
            found[name] = earlier
            name = earlier.recurrence_of
        return tuple(found.values())

    @property
    def earlier(self) -> Postmortem | None:
        """The outage that this one repeats."""
        return self.line[0] if self.line else None

    @cached_property
    def recurrences(self) -> tuple[Postmortem, ...]:
        """Later outages that repeated this one; a withdrawn record was none."""
        return tuple(
            other
            for other in self._referring
            if other.recurrence_of == self.record.id and other.status != WITHDRAWN
        )

    @property
    def duplicates(self) -> tuple[Postmortem, ...]:
        """Records withdrawn as duplicates of this one."""
        mine = self.record.id
        return tuple(r for r in self._referring if r.withdrawn and r.withdrawn.duplicate_of == mine)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Ids of the records that this one names, or that name it, and that stand nowhere else."""
        naming = (other.id for other in self._referring)
        told = {one.id for one in self.duplicates} | {one.record.id for one in self.similar}
        return tuple(sorted({*self.record.related, *naming} - self._repeats - told))

    @property
    def _repeats(self) -> set[str | None]:
        return {self.record.recurrence_of, *(other.id for other in self.recurrences)}

    @property
    def _referring(self) -> tuple[Postmortem, ...]:
        return self.edition.archive.referring_to(self.record.id)

    # What is like it

    @cached_property
    def similar(self) -> tuple[Row, ...]:
        """The outages most like it, without those that are told of as recurrences."""
        if not self.compared:
            return ()
        told = self._repeats
        found = self.edition.similar.to(Case.of(self.record), MOST_SIMILAR + len(told))
        others = [one for one in found if one.record.id not in told]
        return tuple(map(self._row, others[:MOST_SIMILAR]))

    def _row(self, one: Resemblance) -> Row:
        why = words.sentence("; ".join(map(self._reason, one.reasons)))
        kept = tuple(_kept(preventive(one.record), self.edition.today))
        return Row(one.record, _apart(one.days_before or 0), why, kept)

    def _reason(self, reason: Reason) -> str:
        if reason.signal in _SIDES:
            theirs, ours = map(self.edition.archive.catalog.asset_name, reason.names)
            steps = f" ({reason.distance} steps)" if reason.distance > 1 else ""
            return f"{theirs} {_SIDES[reason.signal]} {ours}{steps}"
        if reason.signal is Signal.SAME_ASSET:
            names = map(self.edition.archive.catalog.asset_name, reason.names)
            return f"same {'assets' if len(reason.names) > 1 else 'asset'}: {words.listed(names)}"
        said = _WORDS[reason.signal]
        return said + words.listed(map(words.lower_term, reason.names))

    # What was promised

    def promised(self, earlier: Postmortem, later: Postmortem) -> tuple[Standing, ...]:
        """How the preventive actions of one outage stood when another began."""
        trail = self.edition.trail(earlier)
        return tuple(
            standing(action, trail.of(action.id), later.day) for action in preventive(earlier)
        )

    def tally(self, standings: Sequence[Standing]) -> str:
        """The same in a clause."""
        return tally(standings)

    def action(self, record: Postmortem, action: Action) -> Markup:
        """The title of an action, leading to its place in its record."""
        there = address.postmortem(record.id)
        if not self.edition.has(there):
            return prose(action.title)
        link = Markup('<a href="{}#action-{}">{}</a>')
        return link.format(self.link.to(there), action.id, prose(action.title))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a phrase; an alarming one is what somebody ought to do something about."""

    text: str
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A similar outage: when (as seen from this one), why, and what came of what it promised."""

    record: Postmortem
    apart: str
    why: str
    kept: tuple[Part, ...]


_SIDES = {Signal.UPSTREAM: "is upstream of", Signal.DOWNSTREAM: "is downstream of"}

_WORDS = {
    Signal.REPEATS: "this one repeats it",
    Signal.REPEATED: "it repeats this one",
    Signal.RELATED: "named as related",
    Signal.SAME_ROOT_CAUSE: "same root cause: ",
    Signal.SAME_CAUSE: "same cause: ",
    Signal.SAME_FACTOR: "same contributing factor: ",
    Signal.SAME_TYPE: "same type: ",
    Signal.WORDING: "similar wording",
}


def preventive(record: Postmortem) -> tuple[Action, ...]:
    """What was promised so that it would not happen again."""
    return tuple(action for action in record.actions if action.type == "preventive")


def _apart(days: int) -> str:
    """How far two outages lie apart: ``12 days before``, ``4 months after``."""
    side = "before" if days > 0 else "after"
    far = abs(days)
    if not far:
        return "the same day"
    if far < 60:
        return f"{words.counted(far, 'day')} {side}"
    if far < 730:
        return f"{words.counted(round(far / 30.44), 'month')} {side}"
    return f"{words.counted(round(far / 365.25), 'year')} {side}"


# --- a promise on the day of a later outage -----------------------------------------------------

IN_PLACE, LATE, OPEN, DROPPED, UNKNOWN = (
    "In place",
    "Late",
    "Still open",
    "Given up",
    "Not recorded",
)
"""What can be said of a promise on a day; a late one is open and past its due date."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stood when a later outage began.

    ``due`` is the date that held on that day, and ``moved`` says how it has moved, then and since.
    """

    action: Action
    verdict: str
    told: str
    due: date | None = None
    moved: str = ""


def standing(action: Action, steps: Sequence[Step], began: date) -> Standing:
    """How an action stood on the day on which another outage began; ``steps`` are its moves."""
    due = _due_on(action, steps, began)
    verdict, told = _verdict(action, due, began)
    return Standing(action, verdict, told, due, _moved(steps))


def _verdict(action: Action, due: date | None, began: date) -> tuple[str, str]:
    if action.status == "not-doing":
        return DROPPED, action.reason or "no reason was recorded"
    if action.unrecorded:
        return UNKNOWN, ""
    if action.is_done and action.done_on is None:
        return UNKNOWN, "done, on a day that was not recorded"
    if action.done_on is not None and action.done_on < began:
        return IN_PLACE, f"done {_from(began, action.done_on)}, {_verified(action, began)}"
    end = "not done yet" if action.done_on is None else f"done {_from(began, action.done_on, 'it')}"
    if due is None:
        return OPEN, f"it had no due date, and is {end}" if action.is_open else end
    return (LATE if due < began else OPEN), f"due {_from(began, due)}, {end}"


def _verified(action: Action, began: date) -> str:
    on = action.verification.verified_on
    if on is None:
        return "verified" if action.status == "verified" else "not verified"
    return f"verified {'' if on <= began else 'only '}{_from(began, on, 'it')}"


def _from(began: date, day: date, outage: str = "this outage") -> str:
    """A day as seen from an outage: ``12 days before this outage``."""
    days = (day - began).days
    if not days:
        return f"on the day of {outage}" if outage != "it" else "on that day"
    return f"{words.counted(abs(days), 'day')} {'before' if days < 0 else 'after'} {outage}"


def _due_on(action: Action, steps: Iterable[Step], day: date) -> date | None:
    """The due date that an action had on a day."""
    for step in steps:
        if step.field == DUE and step.on is not None and step.on > day:
            return date.fromisoformat(step.old) if step.old and is_day(step.old) else None
    return action.due


def _moved(steps: Iterable[Step]) -> str:
    """How often the due date moved, and from which day: what was promised at first."""
    found = [step for step in steps if step.days]
    if not found or found[0].old is None:
        return ""
    first = words.short_day(date.fromisoformat(found[0].old))
    summary = moves.summary(found)
    return f"at first {first}; {summary[:1].lower()}{summary[1:]}"


def tally(standings: Sequence[Standing]) -> str:
    """``2 were in place and 1 was still open, past its due date``; nothing where none is known."""
    count = {
        verdict: sum(one.verdict == verdict for one in standings)
        for verdict in (IN_PLACE, OPEN, LATE, DROPPED, UNKNOWN)
    }
    still = count[OPEN] + count[LATE]
    all_of_them = len(standings)
    said = [
        _said(count[IN_PLACE], all_of_them, "in place"),
        _said(still, all_of_them, "still open") + _past_due(count[LATE], still),
        _said(count[DROPPED], all_of_them, "given up by now"),
        f"of {count[UNKNOWN]} it is not recorded" if count[UNKNOWN] else "",
    ]
    return words.listed(filter(None, said))


def _said(number: int, all_of_them: int, what: str) -> str:
    if not number:
        return ""
    if number == all_of_them:
        return f"it was {what}" if number == 1 else f"all {number} were {what}"
    return f"{number} {'was' if number == 1 else 'were'} {what}"


def _past_due(late: int, still: int) -> str:
    if not late:
        return ""
    if late == still:
        return f", past {'its due date' if late == 1 else 'their due dates'}"
    return f" ({late} of them past {'its due date' if late == 1 else 'their due dates'})"


# --- what came of promises ----------------------------------------------------------------------


def _kept(actions: Sequence[Action], today: date) -> Iterator[Part]:
    """``2 of 3 verified``, ``1 overdue by 32 days``."""
    if not actions:
        yield Part("none recorded")
    elif all(action.unrecorded for action in actions):
        yield Part(f"{len(actions)} retold, state not recorded")
    else:
        yield from _states(actions, today)


def _states(actions: Sequence[Action], today: date) -> Iterator[Part]:
    status = [action.status for action in actions]
    overdue = [days for action in actions if (days := action.days_overdue(today))]
    in_time = sum(action.is_open for action in actions) - len(overdue)
    verified, done, dropped = map(status.count, ("verified", "done", "not-doing"))
    of_all = f" of {len(actions)}" if verified < len(actions) else ""
    yield Part(f"{verified or 'none'}{of_all} verified")
    if done:
        yield Part(f"{done} done but not verified")
    if overdue:
        most = "up to " if len(set(overdue)) > 1 else ""
        yield Part(f"{len(overdue)} overdue by {most}{words.counted(max(overdue), 'day')}", True)
    if in_time:
        yield Part(f"{in_time} open")
    if dropped:
        yield Part(f"{dropped} given up")
