"""What a ticket and an action say differently, and what follows from it.

What follows is either proposed, as edits of the record, or told, where a person has to decide.
Nothing that was done or verified is taken back, and no closed record is changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from debrief import amendments, identity
from debrief.amendments import Amendment, Reason, RefusedError
from debrief.catalog import Catalog
from debrief.edit import Append, Edit, Put
from debrief.record import CLOSED, WITHDRAWN, Action, Postmortem
from debrief.reporters.plain import printable, shortened
from debrief.trackers.matching import Match
from debrief.trackers.states import DONE, NOT_DOING, Meant, Unclear, meaning
from debrief.trackers.ticket import Person, Ticket


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an action and its ticket tell differently.

    ``told`` says what is proposed, where there are ``edits``, and else what has to be decided.
    ``ours``, ``theirs`` and ``told`` may hold words of the tracker: they are text.
    """

    record: Postmortem
    action: Action
    ticket: str
    """How people call the ticket; empty where none could be told."""
    field: str
    ours: str
    theirs: str
    told: str
    edits: tuple[Edit, ...] = ()

    @property
    def key(self) -> str:
        """``2026-03-14-orders-late/contract-check``."""
        return f"{self.record.id}/{self.action.id}"

    @property
    def id(self) -> str:
        """What the tracker says of which field: the same whatever the record says meanwhile."""
        said = json.dumps([self.key, self.field, self.ticket, self.theirs])
        return hashlib.sha256(said.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Subject:
    """An action beside its ticket, with all that a comparison looks at."""

    match: Match
    ticket: Ticket
    catalog: Catalog
    today: date

    @property
    def action(self) -> Action:
        return self.match.action

    @property
    def where(self) -> tuple[str, int]:
        return ("actions", self.match.index)

    def differs(
        self, field: str, ours: str, theirs: str, told: str, edits: tuple[Edit, ...] = ()
    ) -> Difference:
        record, action = self.match.record, self.action
        if record.status == CLOSED:
            edits, told = (), f"{told}; the record is closed, and stays as it is"
        return Difference(record, action, self.ticket.name, field, ours, theirs, told, edits)


def of(match: Match, catalog: Catalog, today: date) -> Iterator[Difference]:
    """Everything that differs between an action and what is tracked of it."""
    record, action = match.record, match.action
    if record.status == WITHDRAWN:
        return  # nothing in it is promised any more
    if match.ticket is None:
        yield Difference(record, action, "", "tracker", action.tracker or "", "", match.doubt)
        return
    subject = _Subject(match, match.ticket, catalog, today)
    if not match.linked and record.status != CLOSED:
        yield _link(subject)
    meant = _meant(match, match.ticket, catalog)
    if isinstance(meant, Unclear):
        said = _shown(match.ticket.said.text)
        yield subject.differs("status", action.status, said, _shown(meant.why, 400))
        return
    yield from _status(subject, meant)
    if action.is_open and meant.status not in (DONE, NOT_DOING) and record.status != CLOSED:
        yield from _due(subject)
        yield from _owner(subject)


def _link(subject: _Subject) -> Difference:
    ticket = subject.ticket
    if ticket.url is None:
        words = f"write its address as `tracker`: the export of {ticket.name} does not have it"
        return subject.differs("tracker", "none", ticket.name, words)
    edits = (Put((*subject.where, "tracker"), ticket.url),)
    return subject.differs("tracker", "none", ticket.name, f"link to {ticket.url}", edits)


# --- how far it is -------------------------------------------------------------------------------


def _meant(match: Match, ticket: Ticket, catalog: Catalog) -> Meant | Unclear:
    """What the ticket means, where no other that names the action says something else."""
    own = catalog.policy.trackers.statuses
    meant = meaning(ticket.said, own)
    if isinstance(meant, Unclear):
        return meant
    for other in match.others:
        theirs = meaning(other.said, own)
        says = theirs.status if isinstance(theirs, Meant) else other.said.text
        over = {says, meant.status} & {DONE, NOT_DOING}
        if says != meant.status and (over or not _coarse(meant, theirs)):
            return Unclear(
                f"{ticket.name} says {meant.status}, and {other.name}, which names this action as "
                f"well, says {says}: close one of them, or take the name out of its description"
            )
    return meant


def _coarse(*meant: Meant | Unclear) -> bool:
    return any(isinstance(each, Meant) and each.coarse for each in meant)


def _status(subject: _Subject, meant: Meant) -> Iterator[Difference]:
    action, theirs = subject.action, meant.status
    agree = theirs == action.status or (theirs == DONE and action.is_done)
    if agree or (meant.coarse and action.is_open):
        return
    said = _shown(subject.ticket.said.text)
    if action.is_open and theirs == DONE:
        yield _done(subject, said)
    elif action.is_open and theirs == NOT_DOING:
        yield _given_up(subject, said)
    elif action.is_open:
        edits = (Put((*subject.where, "status"), theirs),)
        yield subject.differs("status", action.status, said, theirs, edits)
    else:
        yield subject.differs("status", action.status, said, _taken_back(subject, theirs))


def _taken_back(subject: _Subject, theirs: str) -> str:
    action, name = subject.action, subject.ticket.name
    if theirs in (DONE, NOT_DOING):
        return f"decide which of the two is right: the record says {action.status}"
    if action.is_done:
        return (
            f"{name} is open, or was opened again: if what was done does not hold, set the status "
            f"to {theirs} by hand, else close the ticket"
        )
    return f"close {name}, or set the status to {theirs} by hand"


def _done(subject: _Subject, said: str) -> Difference:
    action, ticket = subject.action, subject.ticket
    if (unknown := _no_day(subject)) is not None:
        return subject.differs("status", action.status, said, f"done, but {unknown}")
    where, day = subject.where, f"{ticket.closed_on}"
    edits: list[Edit] = [Put((*where, "status"), DONE), Put((*where, "done_on"), day)]
    told = f"done on {day}"
    if not action.evidence and not action.verification.evidence:
        item = _evidence(subject)
        if item is None:
            told = f"{told}, but nothing shows it: write `evidence`, such as the change"
            return subject.differs("status", action.status, said, told)
        known = {evidence.id for evidence in subject.match.record.evidence}
        edits += [] if item["id"] in known else [Append(("evidence",), item)]
        edits.append(Append((*where, "evidence"), item["id"]))
        shows = "the merged change" if item["kind"] == "change" else "the closed ticket, no more"
        told = f"{told}; as evidence, {shows}"
    return subject.differs("status", action.status, said, told, tuple(edits))


def _no_day(subject: _Subject) -> str | None:
    day = subject.ticket.closed_on
    if day is None:
        return "the export does not say since when: export `closedAt` or `resolutiondate` as well"
    return f"since {day}, which lies ahead" if day > subject.today else None


def _evidence(subject: _Subject) -> dict[str, str] | None:
    """The item that shows it was done: a merged change, and else the ticket itself.

    One that the record has already is named again. None where the ticket has no address.
    """
    ticket = subject.ticket
    if ticket.merged:
        first = ticket.merged[0]
        kind, url, title = "change", first.url, f"{first.name}, which closed {ticket.name}"
    else:
        kind, url = "ticket", subject.action.tracker or ticket.url or ""
        title = f"{ticket.name}, closed on {ticket.closed_on}"
    if not url:
        return None
    known = {evidence.id: evidence.url for evidence in subject.match.record.evidence}
    for name, address in known.items():
        if address == url:
            return {"id": name, "kind": kind}
    called = ticket.merged[0].name if ticket.merged else ticket.name
    wanted = re.sub(r"[^a-z0-9]+", "-", called.lower()).strip("-")
    name = f"{kind}-{wanted[-50:].strip('-')}"
    number = 1
    while name in known:
        number += 1
        name = f"{name.removesuffix(f'-{number - 1}')}-{number}"
    return {"id": name, "kind": kind, "title": title, "url": url}


def _given_up(subject: _Subject, said: str) -> Difference:
    action, ticket = subject.action, subject.ticket
    on = f" on {ticket.closed_on}" if ticket.closed_on else ""
    reason = f"Decided in {ticket.name}, which was closed{on}: {said}"
    where = subject.where
    last = max((change.changed_on for change in action.changes), default=date.min)
    decided = ticket.closed_on if ticket.closed_on and ticket.closed_on >= last else subject.today
    entry = {
        "changed_on": decided.isoformat(),
        "field": "status",
        "from": action.status,
        "to": NOT_DOING,
        "reason": f"Decided in {ticket.name}",
    }
    edits = (
        Put((*where, "status"), NOT_DOING),
        Put((*where, "reason"), shortened(reason, 300)),
        Append((*where, "changes"), entry),  # figures know by it until when it was a promise
    )
    told = "not-doing; say in `reason` why, the ticket's word is all that is known"
    return subject.differs("status", action.status, said, told, edits)


# --- when, and who -------------------------------------------------------------------------------


def _due(subject: _Subject) -> Iterator[Difference]:
    action, theirs = subject.action, subject.ticket.due
    if theirs is None or theirs == action.due:
        return
    name = subject.ticket.name
    ours, day = f"{action.due or 'none'}", theirs.isoformat()
    if _had(action, "due", day):
        told = f"move it in {name}: the record's date moved since, from {day}"
        yield subject.differs("due", ours, day, told)
        return
    why = Reason(f"The date was moved in {name}", subject.today)
    try:
        made = amendments.postpone(
            subject.match.record, subject.catalog.policy, action.id, theirs, why
        )
    except RefusedError as error:
        yield subject.differs("due", ours, day, str(error))
        return
    yield subject.differs("due", ours, day, f"due on {day}", made.edits)


def _owner(subject: _Subject) -> Iterator[Difference]:
    people = subject.ticket.assignees
    if not people:
        return
    action, catalog = subject.action, subject.catalog
    known = [identity.called(catalog, person.names) for person in people]
    allowed = {owner.id for owner in identity.stands_for(catalog, action.owner or "")}
    if any(owner is not None and owner.id in allowed for owner in known):
        return
    ours, shown = action.owner or "nobody", _names(people)
    name = subject.ticket.name
    if len(people) > 1:
        told = f"say who answers for it: {name} is assigned to {len(people)}"
        yield subject.differs("owner", ours, shown, told)
        return
    (owner,) = known
    if owner is None:
        told = f"{shown} is nobody in catalog/owners.yml: add the account under `handles`"
        yield subject.differs("owner", ours, shown, told)
        return
    if _had(action, "owner", owner.id):
        told = f"assign {name} to {ours}: the record changed hands since, from {owner.id}"
        yield subject.differs("owner", ours, shown, told)
        return
    made = _reassigned(subject, owner.id)
    if isinstance(made, str):
        yield subject.differs("owner", ours, shown, made)
    else:
        yield subject.differs("owner", ours, shown, owner.id, made.edits)


def _reassigned(subject: _Subject, owner: str) -> Amendment | str:
    why = Reason(f"It was assigned to them in {subject.ticket.name}", subject.today)
    record, catalog = subject.match.record, subject.catalog
    try:
        return amendments.reassign_action(record, catalog, subject.action.id, owner, why)
    except RefusedError as error:
        return str(error)


def _had(action: Action, field: str, value: str) -> bool:
    """Whether a field once had a value, so that it is the tracker that has not followed."""
    return any(change.field == field and change.old == value for change in action.changes)


def _names(people: tuple[Person, ...]) -> str:
    return _shown(", ".join(person.shown for person in people))


def _shown(words: str, most: int = 120) -> str:
    return shortened(printable(words), most)
