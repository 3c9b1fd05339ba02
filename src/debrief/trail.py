"""The trail of every promise: what moved, when, by whom and why; and how long each status lasted.

Two witnesses are heard. The commits say when a line came into the repository and who wrote it; the
record's own ``changes`` and dates say when something was decided, and why. Where both speak of one
move, the record's day counts, because a pull request waits for its review; the commit's day is kept
beside it. A day that the record cannot mean (before the last move, or after the commit) is kept as
what the record says, and the commit's counts.

Reasons come from the record as it is now, and from nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from itertools import groupby, pairwise, zip_longest

from debrief import identity
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.chronicle import Chronicle, Hand, Seen, Written, is_id
from debrief.moments import is_day
from debrief.record import CLOSED, LIFE, PUBLISHED, Action, Change, Postmortem

RECORD, GIT, CUT_OFF = "record", "git", "git, cut off"
"""What a trail rests on: the record alone, all commits, or the commits of a shallow clone."""

OWNER, DUE, STATUS, ACTION = "owner", "due", "status", "action"
"""The fields whose moves commits show; ``action`` stands for an action that came or went."""

_MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Who made a commit: an owner of the catalog, or else the name that the commit gives.

    Both are empty where that name is a mail address, which no page shows.
    """

    owner: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One move: of an action, or of the record itself.

    ``decided_on`` and ``reason`` come from an entry under ``changes``; ``committed_on``, ``by`` and
    ``commit`` from git. Each is None where its witness does not speak of this move.
    """

    field: str
    old: str | None
    new: str | None
    decided_on: date | None = None
    committed_on: date | None = None
    by: Person | None = None
    reason: str | None = None
    commit: str | None = None
    status: str | None = None
    """The record's status after it, as far as the commits tell."""

    @property
    def on(self) -> date | None:
        """The day of the move; None where it has no entry and is not committed yet."""
        return self.decided_on or self.committed_on

    @property
    def days(self) -> int:
        """By how many days a due date moved; negative where it was brought forward."""
        if self.field != DUE or not (self.old and self.new):
            return 0
        if not (is_day(self.old) and is_day(self.new)):
            return 0
        return (date.fromisoformat(self.new) - date.fromisoformat(self.old)).days

    @property
    def lacks_reason(self) -> bool:
        """Whether a promise moved without a word; giving one for the first time needs none."""
        if self.reason is not None or self.old is None:
            return False
        return self.field in (OWNER, DUE) or (self.field == STATUS and _goes_back(self))

    @property
    def committed_later(self) -> int:
        """Days from the decision to the commit; 0 where one of them is not known."""
        if self.decided_on is None or self.committed_on is None:
            return 0
        return (self.committed_on - self.decided_on).days


def _goes_back(step: Step) -> bool:
    if step.old not in LIFE or step.new not in LIFE:
        return False
    return LIFE.index(step.new) < LIFE.index(step.old)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of a record's life in one status.

    ``since`` is None where it began before anything is known, or is not committed yet; ``until`` is
    None where it lasts. ``step`` is the move that began it, where a commit shows it. ``stated_on``
    is the day that the record itself gives.
    """

    status: str
    since: date | None
    until: date | None = None
    step: Step | None = None
    stated_on: date | None = None

    def days(self, today: date) -> int | None:
        """How long it lasted, or has lasted by a day; None where its beginning is not known."""
        if self.since is None:
            return None
        return max(((self.until or today) - self.since).days, 0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first commit of a record: the day, the status it had by then, and who made it."""

    on: date
    status: str | None
    by: Person


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything that is known of how a record and its promises moved."""

    rests_on: str
    arrived: Arrival | None = None
    """None where no commit of the record is known, or where the clone was cut off before it."""
    stays: tuple[Stay, ...] = ()
    steps: tuple[Step, ...] = ()
    """Moves of the record itself, and actions that came or went; each move of the status that a
    commit shows is with the stay that it began."""
    actions: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """The moves of each action that the record has now, by its id."""

    def of(self, action_id: str) -> tuple[Step, ...]:
        """The moves of one action, the oldest first."""
        return self.actions.get(action_id, ())

    def outline(self) -> Trail:
        """What may be known of a restricted record: how owners and due dates of actions moved."""
        shown = {
            name: tuple(_outline(step) for step in steps if step.field in (OWNER, DUE))
            for name, steps in self.actions.items()
        }
        return Trail(self.rests_on, actions=shown)


def _outline(step: Step) -> Step:
    """A move without reason and author; an entry may hold any words in place of an id or a day."""
    fits = is_day if step.field == DUE else is_id
    old, new = (text if text and fits(text) else None for text in (step.old, step.new))
    return Step(step.field, old, new, step.decided_on, step.committed_on)


def trails(archive: Archive, chronicle: Chronicle | None) -> dict[str, Trail]:
    """The trail of each record, by its id; from the records alone where there is no chronicle."""
    find = _Finder(archive.catalog)
    cut = chronicle is not None and chronicle.shallow
    lives = chronicle.lives if chronicle is not None else {}
    return {
        # A chronicle tells of one repository, and a path of another may read the same.
        record.id: _trail(
            record, () if record.source else lives.get(record.path, ()), find, cut=cut
        )
        for record in archive.postmortems
    }


def alone(record: Postmortem) -> Trail:
    """The trail of a record from nothing but itself."""
    return _trail(record, (), _Finder(Catalog()), cut=False)


def holders(steps: Sequence[Step], owner: str | None) -> Iterator[tuple[Step, str | None]]:
    """Each move of an action with whoever had the action before it; ``owner`` has it now."""
    found = []
    for step in reversed(steps):
        if step.field == OWNER:
            owner = step.old
        found.append((step, owner))
    return reversed(found)


# --- who ------------------------------------------------------------------------------------------


class _Finder:
    """Finds people by their commits; each address is looked up once."""

    def __init__(self, catalog: Catalog) -> None:
        self._owner = cache(lambda address: identity.author(catalog, address))

    def person(self, name: str, address: str) -> Person:
        owner = self._owner(address)
        return Person(owner.id) if owner is not None else Person(None, _clean(name))


def _clean(name: str) -> str:
    """A name as a page may show it: no unseen characters, no address, not longer than a name."""
    seen = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in name)
    words = " ".join(seen.split())
    if re.search(r"\S@\S", words):
        return ""
    return words if len(words) <= _MAX_NAME else f"{words[: _MAX_NAME - 1]}…"


# --- one record -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Version:
    """What the record said from one commit on; without a commit, what it says in the work tree."""

    seen: Seen
    written: Written | None = None


Look = Callable[[Seen], str | None]
"""Takes from a version the one value that is followed."""


def _trail(record: Postmortem, life: tuple[Written, ...], find: _Finder, *, cut: bool) -> Trail:
    now = Seen.of(record)
    versions = [_Version(written.seen, written) for written in life if written.seen.status]
    if not versions or versions[-1].seen != now:
        versions.append(_Version(now))
    cut = cut and bool(life) and life[0].root
    turns, entries = _explained(_moves(STATUS, _status, versions, find), record.changes)
    own = [*_moves(OWNER, lambda seen: seen.owner, versions, find), *_comings(versions, find)]
    return Trail(
        _rests_on(life, cut=cut),
        _arrival(life[0], find) if life and not cut else None,
        tuple(_stays(record, versions, [turn[-1] for turn in turns], cut=cut)),
        _in_order(own, entries),
        {action.id: _action_trail(action, versions, find) for action in record.actions},
    )


def _rests_on(life: tuple[Written, ...], *, cut: bool) -> str:
    if not life:
        return RECORD
    return CUT_OFF if cut else GIT


def _arrival(first: Written, find: _Finder) -> Arrival:
    writer = first.hands[0]
    return Arrival(first.on, first.seen.status, find.person(writer.author, writer.address))


def _action_trail(action: Action, versions: Sequence[_Version], find: _Finder) -> tuple[Step, ...]:
    name = action.id
    having = [version for version in versions if name in version.seen.actions]

    def due(seen: Seen) -> str | None:
        day = seen.actions[name].due if name in seen.actions else None
        return day.isoformat() if day is not None else None

    def owner(seen: Seen) -> str | None:
        return seen.actions[name].owner if name in seen.actions else None

    moves = [*_moves(OWNER, owner, having, find), *_moves(DUE, due, having, find)]
    return _in_order(moves, action.changes)


# --- what moved between versions ------------------------------------------------------------------


def _status(seen: Seen) -> str | None:
    return seen.status


def _moves(name: str, look: Look, versions: Iterable[_Version], find: _Finder) -> Iterator[Step]:
    """Each place at which one followed value differs from the version before."""
    for before, after in pairwise(versions):
        old, new = look(before.seen), look(after.seen)
        if old == new:
            continue
        step = Step(name, old, new, status=after.seen.status)
        if after.written is not None:
            hand = _writer(after.written, look, new)
            by = find.person(hand.author, hand.address)
            step = replace(step, committed_on=after.written.on, commit=after.written.commit, by=by)
        yield step


def _writer(written: Written, look: Look, new: str | None) -> Hand:
    """Whose commit brought a value: the last one in the branch that was merged, or the merge."""
    *branch, own = written.hands
    for hand in reversed(branch):
        before = look(hand.before) if hand.before is not None else None
        if hand.after is not None and look(hand.after) == new != before:
            return hand
    return own


def _comings(versions: Sequence[_Version], find: _Finder) -> Iterator[Step]:
    """Actions that are in one version and not in the one before, or the other way round."""
    names = sorted({name for version in versions for name in version.seen.actions})
    for name in names:
        yield from _moves(ACTION, partial(_presence, name), versions, find)


def _presence(name: str, seen: Seen) -> str | None:
    return name if name in seen.actions else None


# --- moves and the entries that explain them ------------------------------------------------------


def _explained(
    moves: Iterable[Step], entries: Iterable[Change]
) -> tuple[list[list[Step]], list[Change]]:
    """Each move with its entry, and the entries of which the commits show no move.

    One merge may bring several moves of a field, each with its entry: they become a step each.
    """
    unused = list(entries)
    found = []
    for move in moves:
        chain = _chain(move, [entry for entry in unused if entry.field == move.field])
        for entry in chain:
            unused.remove(entry)
        found.append([_told(entry, move) for entry in chain] or [move])
    return found, unused


def _chain(move: Step, entries: Sequence[Change]) -> Sequence[Change]:
    """The entries that lead from the old value to the new one, one after the other."""
    for start in range(len(entries)):
        here = move.old
        for end in range(start, len(entries)):
            if entries[end].old != here:
                break
            here = entries[end].new
            if here == move.new:
                return entries[start : end + 1]
    # Nearly right is better than nothing: the gate is where an entry has to be exact.
    return [entry for entry in entries if entry.new in (move.new, None)][:1]


def _told(entry: Change, move: Step | None = None) -> Step:
    """The move that an entry tells of, with what a commit says of it."""
    step = move or Step(entry.field, None, None)
    return replace(
        step,
        old=entry.old or step.old,
        new=entry.new or step.new,
        decided_on=entry.changed_on,
        reason=entry.reason,
    )


def _in_order(moves: Iterable[Step], entries: Iterable[Change]) -> tuple[Step, ...]:
    groups, unused = _explained(moves, entries)
    steps = [*map(_told, unused), *(step for group in groups for step in group)]
    return tuple(sorted(steps, key=lambda step: step.on or date.max))


# --- the time in each status ----------------------------------------------------------------------


def _stays(
    record: Postmortem, versions: Sequence[_Version], turns: Sequence[Step], *, cut: bool
) -> Iterator[Stay]:
    """Each status in turn; every one but the first begins with a step.

    Until it is weighed, ``since`` is the commit's day alone.
    """
    runs = [list(group) for _, group in groupby(versions, lambda version: version.seen.status)]
    stays = [*_before(record, versions[0].seen), _first(record, runs[0], cut=cut)]
    for turn, run in zip(turns, runs[1:], strict=True):
        stated = _stated(run[-1].seen) or turn.decided_on
        stays.append(Stay(turn.new or "", turn.committed_on, None, turn, stated))
    weighed: list[Stay] = []
    for stay in stays:
        weighed.append(replace(stay, since=_since(stay, weighed[-1].since if weighed else None)))
    for stay, after in zip_longest(weighed, weighed[1:]):
        yield replace(stay, until=after.since if after is not None else None)


def _before(record: Postmortem, seen: Seen) -> Iterator[Stay]:
    """What a record that came in late says of the statuses it had been through.

    An imported one tells of the life of another document.
    """
    if record.imported:
        return
    later = LIFE.index(seen.status) if seen.status in LIFE else len(LIFE)
    for status in LIFE[:later]:
        if (stated := _stated(replace(seen, status=status))) is not None:
            yield Stay(status, None, stated_on=stated)


def _first(record: Postmortem, run: Sequence[_Version], *, cut: bool) -> Stay:
    """The status that the record had when it came in, or when it is first known."""
    written, seen = run[0].written, run[-1].seen
    status = seen.status or record.status
    came = written.on if written is not None and not cut else None
    if record.imported:
        return Stay(status, came if written is not None else record.imported.imported_on)
    return Stay(status, came, stated_on=_stated(seen))


def _stated(seen: Seen) -> date | None:
    """The day that a version itself gives for the status that it has."""
    return {PUBLISHED: seen.published_on, CLOSED: seen.closed_on}.get(seen.status or "")


def _since(stay: Stay, floor: date | None) -> date | None:
    """The record's day where it lies between the last move and the commit; else the commit's."""
    stated, committed = stay.stated_on, stay.since
    if stated is None or (floor is not None and stated < floor):
        return committed
    return committed if committed is not None and committed < stated else stated
