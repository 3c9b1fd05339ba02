"""What lies with an owner: a person, or a team with everybody in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from debrief import words
from debrief.lifecycle import awaited_sign_offs, signers
from debrief.metrics import ActionFacts, Period, figure
from debrief.review import outages, promises
from debrief.review.agenda import warnings
from debrief.review.desk import Desk
from debrief.review.happened import in_words
from debrief.review.phrases import Phrase, say
from debrief.review.report import Item, Report, Section, Table

SOON = timedelta(days=30)
_FIGURES = ("actions_completed", "actions_on_time", "actions_verified", "postponements")


def owner_report(desk: Desk, owner_id: str) -> Report:
    """Everything that an owner of the catalog has to do, and how promises were kept."""
    owner = desk.archive.catalog.owners[owner_id]
    people = frozenset((owner_id, *owner.members))
    mine = [one for one in desk.open if desk.owner(one) in people]
    late = [one for one in mine if one.was_overdue(desk.day)]
    rest = [one for one in mine if one not in late]
    soon = [one for one in rest if (due := desk.due(one)) and due <= desk.day + SOON]
    later = [one for one in rest if one not in soon]

    def told(found: list[ActionFacts]) -> tuple[Item, ...]:
        several = len(people) > 1
        return tuple(promises.item(desk, one, desk.delays(one), owner=several) for one in found)

    sections = [
        Section("overdue", "Overdue", "Done, handed on, or a date that holds?", items=told(late)),
        Section("soon", "Due in the next 30 days", items=told(soon)),
        Section("open", "Due later", items=told(later)),
        Section("signing", "Waits for a signature", items=tuple(_signing(desk, people))),
        Section(
            "unfinished",
            "Not published yet",
            items=tuple(_of(desk, outages.unfinished(desk), people)),
        ),
        Section("unverified", "Done, and not verified", items=tuple(_unverified(desk, people))),
        Section("data", "Data still wrong", items=tuple(_data(desk, people))),
    ]
    found = [section for section in sections if section.items]
    found.append(_kept(desk, people))
    return Report(
        f"What lies with {owner.name}",
        tuple(_lead(desk, owner_id, mine, late)),
        tuple(found),
        warnings=tuple(warnings(desk)),
        since="Now",
    )


def _lead(
    desk: Desk, owner_id: str, mine: list[ActionFacts], late: list[ActionFacts]
) -> Iterator[Phrase]:
    owner = desk.archive.catalog.owners[owner_id]
    number, of_those = words.counted(len(mine), "open action"), f"{len(late) or 'none'} overdue"
    yield (f"As of {words.day(desk.day)}: {number}, {of_those}.",)
    if owner.members:
        yield say("Counted with its members: {}.", desk.names.owners(owner.members))
    if not owner.active and mine:
        yield ("Marked as inactive in the catalog: everything below needs somebody else.",)


def _signing(desk: Desk, people: frozenset[str]) -> Iterator[Item]:
    policy = desk.archive.catalog.policy
    for record in desk.archive.postmortems:
        for role in awaited_sign_offs(record, policy):
            if people & set(signers(record, role)):
                yield Item((desk.names.record(record),), ((f"as {words.lower_term(role)}",),))


def _of(desk: Desk, items: Iterator[Item], people: frozenset[str]) -> Iterator[Item]:
    """The items of records that these own."""
    for item in items:
        head = item.head[0]
        record = desk.archive.by_id.get(head.id) if not isinstance(head, str) else None
        if record is not None and desk.owner_of(record) in people:
            yield item


def _unverified(desk: Desk, people: frozenset[str]) -> Iterator[Item]:
    for item in promises.unverified(desk):
        head = item.head[0]
        if not isinstance(head, str):
            one = desk.ledger.by_action[head.within, head.id]
            if desk.owner(one) in people:
                yield item


def _data(desk: Desk, people: frozenset[str]) -> Iterator[Item]:
    kept = {asset.id for one in people for asset in desk.archive.catalog.kept_by(one)}
    for item in outages.unrepaired(desk):
        head = item.head[0]
        if not isinstance(head, str) and head.id in kept:
            yield item


def _kept(desk: Desk, people: frozenset[str]) -> Section:
    """How the promises of twelve months were kept."""
    part = desk.ledger.only(lambda one: isinstance(one, ActionFacts) and one.action.owner in people)
    period = Period.year_to(desk.day)
    told = [figure(part, name, period, desk.day) for name in _FIGURES]
    rows = tuple(((one.definition.name,), (in_words(one),)) for one in told)
    table = Table(
        f"Twelve months to {words.short_day(desk.day)}", ("Figure", ""), rows, numbers=True
    )
    terms = tuple((one.definition.name, words.sentence(one.definition.says)) for one in told)
    return Section("kept", "How promises were kept", tables=(table,), terms=terms)
