"""Which past outages to rehearse next: the one place where a review asks for proposals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from debrief import words
from debrief.metrics import ActionFacts, OutageFacts
from debrief.review.desk import Desk
from debrief.review.outages import SEVERE
from debrief.review.phrases import Phrase, joined, say
from debrief.review.report import Item

MOST = 3
_REHEARSED = frozenset({"rollback-rehearsal", "restore-test", "chaos-experiment", "tabletop"})
"""Ways to verify by which people practise, and not only systems are watched."""
_UNPRACTISED = frozenset({"rollback-gap", "runbook-gap", "missed-escalation", "ownership-gap"})
"""Categories of cause that practice finds: what people would have to do, and could not."""
_YEARS = timedelta(days=730)


def proposals(desk: Desk) -> Iterator[Item]:
    """The outages of two years that practice would teach most, the best first."""
    found = []
    for outage in desk.known:
        published = outage.published_on is not None and outage.published_on <= desk.day
        if not published or outage.day < desk.day - _YEARS or outage.record.restricted:
            continue
        reasons = list(_reasons(desk, outage))
        if reasons:
            found.append((sum(points for points, _ in reasons), outage, reasons))
    found.sort(key=lambda one: (-one[0], -one[1].day.toordinal(), one[1].id))
    for _, outage, reasons in found[:MOST]:
        why = say("{}.", joined((phrase for _, phrase in reasons), "; "))
        day = (words.short_day(outage.day),)
        yield Item((desk.names.record(outage.record),), (day,), (why,))


def _reasons(desk: Desk, outage: OutageFacts) -> Iterator[tuple[int, Phrase]]:
    """Points, each with what they are for."""
    record = outage.record
    if record.severity in SEVERE:
        yield 2, (words.term(record.severity or ""),)
    if outage.id in desk.came_back:
        yield 3, ("it came back",)
    gaps = sorted({c.category for c in record.causes if c.category} & _UNPRACTISED)
    if gaps:
        yield 2, (f"a cause that practice shows: {words.listed(map(words.lower_term, gaps))}",)
    untried = [one for one in _promises(desk, outage) if _waits(desk, one)]
    for one in untried[:1]:
        method = words.lower_term(one.action.verification.method or "")
        action = desk.names.action(one.record, one.action)
        yield 2, say("{} is done and still waits for its {}", action, method)


def _promises(desk: Desk, outage: OutageFacts) -> Iterator[ActionFacts]:
    for action in outage.record.actions:
        one = desk.ledger.by_action.get((outage.id, action.id))
        if one is not None:
            yield one


def _waits(desk: Desk, one: ActionFacts) -> bool:
    method = one.action.verification.method
    return method in _REHEARSED and one.was_done(desk.day) and not one.was_verified(desk.day)
