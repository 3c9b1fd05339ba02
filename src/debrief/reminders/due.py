"""What there is to be reminded of in an archive: its matters, each with its days and its people.

Give it a shareable archive (``shareable.py``): of a restricted record it then knows the title, the
status, the owner and the actions, and reminds of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from debrief.archive import Archive
from debrief.lifecycle import awaited_sign_offs, deadline, known_since, signers
from debrief.record import (
    CLOSED,
    DRAFT,
    IN_REVIEW,
    PUBLISHED,
    WITHDRAWN,
    Action,
    AffectedAsset,
    Postmortem,
)
from debrief.reminders.recipients import People, Recipient, unique
from debrief.reminders.rhythm import Rhythm

ACTION, ESCALATION, REVIEW, PUBLICATION, DATA, LEFT = (
    "action",
    "escalation",
    "review",
    "publication",
    "data",
    "left",
)
"""The kinds of matter: an action; the same, told to those above its owner; a record that is to be
in review; one that is to be published; data to be repaired; what somebody owns who has left."""

Work = tuple[Postmortem, Action | None]
"""An action in its record; or the record itself."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that somebody is reminded of until it is done.

    ``key`` is the same from the first day to the last. ``thread`` is the key of the matter with
    which it is shown together: that of an escalation is its action's. ``day`` is the date that it
    speaks of: when it is due, since when the data is known to be wrong; None where there is none.
    """

    key: str
    kind: str
    to: tuple[Recipient, ...]
    rhythm: Rhythm
    day: date | None = None
    record: Postmortem | None = None
    action: Action | None = None
    asset: AffectedAsset | None = None
    awaited: tuple[str, ...] = ()
    """The roles that have yet to sign."""
    person: str = ""
    """Who has left."""
    works: tuple[Work, ...] = ()
    """What they still own."""

    @property
    def thread(self) -> str:
        """The key of what it belongs to."""
        return (
            f"{ACTION}{self.key.removeprefix(ESCALATION)}" if self.kind == ESCALATION else self.key
        )


@dataclass(frozen=True, slots=True)
class Reminder:
    """A matter that is said today, for the days of its rhythm on which it was to be said."""

    matter: Matter
    today: date
    points: tuple[date, ...]

    @property
    def key(self) -> str:
        """The key of its matter."""
        return self.matter.key

    @property
    def to(self) -> tuple[Recipient, ...]:
        """To whom it is said; empty where nobody is there who could hear it."""
        return self.matter.to

    @property
    def kind(self) -> str:
        """The kind of its matter; with ``soon``, ``today`` or ``overdue`` where a day is due."""
        if self.matter.kind not in DUE_KINDS or self.matter.day is None:
            return self.matter.kind
        days = (self.matter.day - self.today).days
        return f"{self.matter.kind}-{'soon' if days > 0 else 'overdue' if days else 'today'}"

    @property
    def order(self) -> tuple[str, int, str]:
        """What has been due the longest comes first."""
        return (str(self.matter.day or self.today), KINDS.index(self.matter.kind), self.key)


KINDS = (LEFT, ESCALATION, ACTION, REVIEW, PUBLICATION, DATA)
DUE_KINDS = (ACTION, REVIEW, PUBLICATION)
"""Those that are due on a day."""


def matters(archive: Archive) -> tuple[Matter, ...]:
    """Everything that stands to be reminded of, whether its first day has come or not."""
    people = People(archive.catalog)
    living = [record for record in archive.postmortems if record.status != WITHDRAWN]
    found = [
        *(matter for record in living for matter in _of(record, people)),
        *_left_behind(living, people),
    ]
    return tuple(sorted(found, key=lambda matter: matter.key))


def _of(record: Postmortem, people: People) -> Iterator[Matter]:
    for action in record.open_actions:
        yield from _action(record, action, people)
    yield from _deadline(record, people)
    for affected in record.unrepaired:
        yield _data(record, affected, people)


def _action(record: Postmortem, action: Action, people: People) -> Iterator[Matter]:
    """An open action; nobody here promised what an imported record retells without an owner."""
    if action.due is None or (record.imported is not None and action.owner is None):
        return
    policy = people.catalog.policy.reminders
    name = f"{record.id}/{action.id}"
    yield Matter(
        f"{ACTION}/{name}",
        ACTION,
        people.hears(action.owner, "owns the action", record),
        Rhythm.around(action.due, policy),
        action.due,
        record,
        action,
    )
    if above := people.above(record, action):
        rhythm = Rhythm.since(action.due, policy.escalate_after, policy.every)
        yield Matter(f"{ESCALATION}/{name}", ESCALATION, above, rhythm, action.due, record, action)


def _deadline(record: Postmortem, people: People) -> Iterator[Matter]:
    """By when a record is to be in review, or published."""
    kind, status = (REVIEW, IN_REVIEW) if record.status == DRAFT else (PUBLICATION, PUBLISHED)
    policy = people.catalog.policy
    day = deadline(record, policy, status)
    if day is None or record.imported is not None or not record.is_unpublished:
        return
    awaited = awaited_sign_offs(record, policy)
    to = [
        *people.hears(record.owner, "owns the postmortem", record),
        *_in_role(record.roles.facilitator, "facilitates it", people),
        *(
            recipient
            for role in awaited
            for signer in signers(record, role)
            for recipient in _in_role(signer, f"has yet to sign as {_spoken(role)}", people)
        ),
    ]
    rhythm = Rhythm.around(day, policy.reminders)
    key = f"{kind}/{record.id}"
    yield Matter(key, kind, unique(to), rhythm, day, record, awaited=awaited)


def _in_role(owner: str | None, because: str, people: People) -> tuple[Recipient, ...]:
    return (Recipient(owner, because),) if owner is not None and people.is_here(owner) else ()


def _spoken(role: str) -> str:
    return role.replace("_", " ")


def _data(record: Postmortem, affected: AffectedAsset, people: People) -> Matter:
    """Data that waits for repair: its steward hears of it, else its owner, else the record's."""
    asset = people.catalog.assets.get(affected.asset)
    steward, owner = (asset.steward, asset.owner) if asset is not None else (None, None)
    to = (
        _in_role(steward, "is the data's steward", people)
        or _in_role(owner, "owns the data", people)
        or tuple(
            recipient
            for name in record.roles.stewards
            for recipient in _in_role(name, "is a steward of the postmortem", people)
        )
        or people.hears(record.owner, "owns the postmortem", record)
    )
    since = known_since(record)
    every = people.catalog.policy.reminders.data_every
    return Matter(
        f"{DATA}/{record.id}/{affected.asset}",
        DATA,
        to,
        Rhythm.since(since, every, every),
        since,
        record,
        asset=affected,
    )


def _left_behind(records: Iterable[Postmortem], people: People) -> Iterator[Matter]:
    """What is still to be done by somebody who is no longer there: told each Monday."""
    works: dict[str, list[Work]] = {}
    for record in records:
        owned: list[tuple[str | None, Action | None]] = []
        if record.status != CLOSED:
            owned.append((record.owner, None))
        owned += [(action.owner, action) for action in record.open_actions]
        for owner, action in owned:
            if owner is not None and people.has_left(owner):
                works.setdefault(owner, []).append((record, action))
    for owner, found in works.items():
        to = unique(each for record, _ in found for each in people.in_place_of(owner, record))
        yield Matter(f"{LEFT}/{owner}", LEFT, to, Rhythm.weekly(), person=owner, works=tuple(found))


def point(matter: Matter, day: date) -> str:
    """The name of one day of a matter's rhythm, under which it is remembered as said."""
    return f"{matter.key}@{day.isoformat()}"


def said_on(today: date, found: Iterable[Matter], after: date) -> tuple[Reminder, ...]:
    """What is to be said on a day: each matter that had a day of its rhythm since another."""
    told = (Reminder(each, today, each.rhythm.between(after, today)) for each in found)
    return tuple(sorted((each for each in told if each.points), key=lambda each: each.order))


def days_since(reminder: Reminder) -> int:
    """Days from the date that a reminder speaks of until today."""
    day = reminder.matter.day
    return (reminder.today - day).days if day is not None else 0
