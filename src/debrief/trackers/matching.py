"""Which ticket is which action's: by the record's link to it, and else by the mark in the ticket.

A link that stands in the record decides: anybody may write a mark into a ticket, and only whom the
pull request's reviewers let may write a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from debrief.archive import Archive
from debrief.record import Action, Postmortem
from debrief.trackers import jira
from debrief.trackers.ticket import ActionKey, Ticket, address_of, host_of


@dataclass(frozen=True, slots=True)
class Match:
    """An action with its ticket; ``doubt`` says why there is none, where there should be.

    ``others`` bear its mark although its link leads elsewhere. ``linked`` where the record has the
    link already.
    """

    record: Postmortem
    index: int
    ticket: Ticket | None
    linked: bool = False
    others: tuple[Ticket, ...] = ()
    doubt: str = ""

    @property
    def action(self) -> Action:
        """The action."""
        return self.record.actions[self.index]


@dataclass(frozen=True)
class Matches:
    """What belongs together, and what has nothing that it belongs to."""

    found: tuple[Match, ...]
    strays: tuple[str, ...]
    """Tickets whose mark names an action that is not here."""
    unmatched: int
    """How many tickets are no action's."""
    missing: tuple[tuple[str, str], ...]
    """Open actions whose ticket is in none of the files: the action, and its link."""


def match(archive: Archive, tickets: Iterable[Ticket]) -> Matches:
    """Find the ticket of each action, in the order of the records."""
    index = _Index(tickets)
    found: list[Match] = []
    missing: list[tuple[str, str]] = []
    keys: set[ActionKey] = set()
    for record in archive.postmortems:
        for position, action in enumerate(record.actions):
            keys.add((record.id, action.id))
            one = index.of(record, position)
            if one is not None:
                found.append(one)
            elif action.tracker and action.is_open and not action.unrecorded:
                missing.append((f"{record.id}/{action.id}", action.tracker))
    used = {
        ticket.identity
        for one in found
        for ticket in (*((one.ticket,) if one.ticket else ()), *one.others)
    }
    strays = tuple(
        f"{ticket.name} names {key[0]}/{key[1]}, which is no action here"
        for ticket in index.all
        for key in ticket.marks
        if key not in keys
    )
    unmatched = sum(ticket.identity not in used for ticket in index.all)
    return Matches(tuple(found), strays, unmatched, tuple(missing))


class _Index:
    """Tickets by what they are found by."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        self.all = tuple(tickets)
        self._by_address: dict[str, list[Ticket]] = {}
        self._by_key: dict[str, list[Ticket]] = {}
        self._by_mark: dict[ActionKey, list[Ticket]] = {}
        for ticket in self.all:
            if ticket.url:
                self._by_address.setdefault(address_of(ticket.url), []).append(ticket)
            if ticket.tool == jira.NAME:
                self._by_key.setdefault(ticket.name, []).append(ticket)
            for key in ticket.marks:
                self._by_mark.setdefault(key, []).append(ticket)

    def of(self, record: Postmortem, position: int) -> Match | None:
        action = record.actions[position]
        marked = self._by_mark.get((record.id, action.id), [])
        if action.tracker is None:
            return _marked(record, position, marked)
        linked, doubt = self._linked(action.tracker)
        if linked is None and not doubt and not marked:
            return None
        others = tuple(ticket for ticket in marked if ticket != linked)
        if linked is None and not doubt:
            names = ", ".join(ticket.name for ticket in others)
            doubt = f"`tracker` leads to {action.tracker}, which is in no file; {names} names it"
        return Match(record, position, linked, linked=True, others=others, doubt=doubt)

    def _linked(self, link: str) -> tuple[Ticket | None, str]:
        """The ticket to which a link leads, or why that cannot be said."""
        if exact := self._by_address.get(address_of(link)):
            return exact[0], ""
        key = jira.key_in(link)
        same = self._by_key.get(key or "", [])
        here = [ticket for ticket in same if ticket.host in ("", host_of(link))]
        if len(here) == 1:
            return here[0], ""
        if len(here) > 1:
            return None, f"{key} is the key of {len(here)} tickets: {_places(here)}"
        if same:
            hosts = ", ".join(sorted({ticket.host for ticket in same}))
            return None, f"{key} is there of {hosts}, and `tracker` leads to {host_of(link)}"
        return None, ""


def _marked(record: Postmortem, position: int, marked: list[Ticket]) -> Match | None:
    if not marked:
        return None
    if len(marked) > 1:
        words = f"{len(marked)} tickets name it: {', '.join(ticket.name for ticket in marked)}"
        return Match(record, position, None, doubt=f"{words}; write the right one as `tracker`")
    (ticket,) = marked
    if len(ticket.marks) > 1:
        words = f"{ticket.name} names {len(ticket.marks)} actions; write it as `tracker` of its own"
        return Match(record, position, None, doubt=words)
    return Match(record, position, ticket)


def _places(tickets: Iterable[Ticket]) -> str:
    return " and ".join(_each(tickets))


def _each(tickets: Iterable[Ticket]) -> Iterator[str]:
    return (ticket.place for ticket in tickets)
