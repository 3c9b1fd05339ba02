"""Points about promises: late, postponed, worth doing first, done and not yet tried, kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from debrief import words
from debrief.metrics import ActionFacts
from debrief.record import Cause
from debrief.review.desk import Desk, state_on
from debrief.review.phrases import Phrase, ended, enumerated, late, say
from debrief.review.report import Item

QUICK_WIN, PROJECT = "quick win", "larger project"
_HIGHEST_RISK = 9


def item(
    desk: Desk, one: ActionFacts, *notes: Phrase, owner: bool = True, group: Phrase = ()
) -> Item:
    """A promise: whose it was and how it stood, what it comes from, what became of it."""
    facts = [say("{}", desk.names.owner(desk.owner(one)))] if owner else []
    facts.append(desk.state(one))
    told = [say("From: {}.", desk.names.record(one.record)), *notes]
    return Item(
        (desk.names.action(one.record, one.action),),
        tuple(facts),
        tuple(filter(None, told)),
        since=desk.became(one),
        group=group,
    )


# --- late ----------------------------------------------------------------------------------------


def overdue(desk: Desk) -> Iterator[Item]:
    """What was late, by owner: whoever has been late the longest comes first."""
    by_owner: dict[str | None, list[ActionFacts]] = defaultdict(list)
    for one in desk.open:
        if one.was_overdue(desk.day):
            by_owner[desk.owner(one)].append(one)
    for owner, found in by_owner.items():  # promises come by due date, so owners do too
        group = say("{}", desk.names.owner(owner))
        for one in found:
            yield item(desk, one, desk.delays(one), owner=False, group=group)


def postponed(desk: Desk) -> Iterator[Item]:
    """Each promise whose due date moved to a later day in the span; the most often moved first."""
    found = []
    for one in desk.promises:
        steps = desk.postponed(one)
        if any(step.on is not None and step.on in desk.span for step in steps):
            found.append((len(steps), one))
    for _, one in sorted(found, key=lambda pair: -pair[0]):
        first = one.first_due
        steps = desk.postponed(one)
        days = sum(step.days for step in steps if step.on is not None and step.on in desk.span)
        moved = f"{words.counted(days, 'day')} later in this {desk.span.kind}"
        promised = f"First promised for {words.short_day(first)}." if first else ""
        yield item(desk, one, (f"It moved {moved}. {promised}".strip(),), desk.delays(one))


# --- what to do first ----------------------------------------------------------------------------


def quick_wins(desk: Desk) -> Iterator[Item]:
    """What was open, of high impact and easy; what removes the greatest risk first."""
    for one in _open(desk, QUICK_WIN):
        yield item(desk, one, _prevents(one), _delays(desk, one))


def projects(desk: Desk) -> Iterator[Item]:
    """What was open, of high impact, and work: with what it would prevent."""
    for one in _open(desk, PROJECT):
        effort = one.action.feasibility
        told = (f"Its feasibility is {effort}.",) if effort else ()
        yield item(desk, one, _prevents(one), _came_back(desk, one), _delays(desk, one), told)


def _delays(desk: Desk, one: ActionFacts) -> Phrase:
    """How it had been postponed before the span; of moves in it another point tells."""
    moves = desk.postponed(one)
    moved_now = any(step.on is not None and step.on in desk.span for step in moves)
    return () if moved_now else desk.delays(one)


def unrated(desk: Desk) -> Iterator[Phrase]:
    """How many open promises cannot be told apart by impact and feasibility."""
    number = sum(one.action.quadrant == "not rated" for one in desk.open)
    if number:
        verb = "action is" if number == 1 else "actions are"
        yield (f"{number} open {verb} not rated by impact and feasibility, and missing here.",)


def _open(desk: Desk, quadrant: str) -> list[ActionFacts]:
    found = [one for one in desk.open if one.action.quadrant == quadrant]
    return sorted(found, key=lambda one: (-_risk(one), desk.due(one) or date.max))


def _addressed(one: ActionFacts) -> Iterable[Cause]:
    return (cause for cause in one.record.causes if cause.id in one.action.addresses)


def _risk(one: ActionFacts) -> int:
    return max((cause.risk or 0 for cause in _addressed(one)), default=0)


def _prevents(one: ActionFacts) -> Phrase:
    """The cause that it takes away, the riskiest of them."""
    if one.action.type != "preventive":
        return ("It mends what happened, and prevents nothing.",)
    causes = sorted(_addressed(one), key=lambda cause: -(cause.risk or 0))
    if not causes:
        return ()
    risk = f" Risk {causes[0].risk} of {_HIGHEST_RISK}." if causes[0].risk else ""
    return say("It would take away: {}{}", ended(causes[0].statement), risk)


def _came_back(desk: Desk, one: ActionFacts) -> Phrase:
    """How often the outage that it is to prevent had come back already."""
    later = desk.came_back.get(one.record.id, ())
    if not later:
        return ()
    names = enumerated(say("{}", desk.names.record(o.record)) for o in later[:3])
    return say("{} since: {}.", late("It came back"), names)


# --- done ----------------------------------------------------------------------------------------


def unverified(desk: Desk) -> Iterator[Item]:
    """What was done and nobody had tried, the oldest first."""
    done = [
        one
        for one in desk.promises
        if one.was_done(desk.day) and not one.was_verified(desk.day) and not one.record.restricted
    ]
    for one in sorted(done, key=lambda one: (one.action.done_on or date.max, one.record.id)):
        days = (desk.day - (one.action.done_on or desk.day)).days
        method = one.action.verification.method
        by = f"by {words.lower_term(method)}" if method else "in a way that is not named"
        criteria = one.action.success_criteria
        holds = say("It holds if: {}", ended(criteria)) if criteria else ()
        seen = one.action.verification.verified_on
        since: Phrase = ()
        if one.was_verified(desk.today) and seen:
            since = (f"verified on {words.short_day(seen)}.",)
        elif not one.was_done(desk.today):
            since = say("{}.", state_on(one, desk.today))
        elif desk.over:
            since = ("still not verified.",)
        yield Item(
            (desk.names.action(one.record, one.action),),
            (
                say("{}", desk.names.owner(desk.owner(one))),
                (f"done {words.counted(days, 'day')} ago",),
            ),
            tuple(filter(None, ((f"To be tried {by}.",), holds))),
            since,
        )


def kept(desk: Desk) -> Iterator[Item]:
    """Promises that were kept in the span by the date first given, by whoever kept them."""
    by_owner: dict[str | None, list[ActionFacts]] = defaultdict(list)
    for one in desk.promises:
        done, first = one.action.done_on, one.first_due
        if done is None or first is None or not one.was_done(desk.day):
            continue
        if done in desk.span and done <= first:
            by_owner[desk.owner(one)].append(one)
    ranked = sorted(by_owner.items(), key=lambda pair: (-len(pair[1]), pair[0] or ""))
    for owner, found in ranked:
        names = enumerated(
            say("{}{}", desk.names.action(one.record, one.action), _worked(one, desk.day))
            for one in found
        )
        yield Item(say("{}", desk.names.owner(owner)), (), (say("{}.", names),))


def _worked(one: ActionFacts, day: date) -> str:
    return " (and it was shown to work)" if one.was_verified(day) else ""
