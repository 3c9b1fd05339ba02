"""Points about rehearsals: what is due to be tried again or failed, and what to play next."""

from __future__ import annotations

from collections.abc import Iterator

from debrief import words
from debrief.exercise import proposals
from debrief.rehearsals import DueRehearsal, Failure, due, failures, last_held
from debrief.review.desk import Desk
from debrief.review.phrases import Phrase, ended, late, say
from debrief.review.report import Item

_MOST = 3


def standing(desk: Desk) -> Iterator[Item]:
    """What was shown not to hold; then the rehearsals that were overdue, the longest first."""
    yield from (_failed(desk, one) for one in failures(desk.archive, desk.day))
    for one in due(desk.archive, desk.day):
        if one.overdue:
            yield _due(desk, one)


def _failed(desk: Desk, one: Failure) -> Item:
    method = words.lower_term(one.rehearsal.method)
    failed = say("{} in its {} of {}", late("It failed"), method,
                 words.short_day(one.rehearsal.held_on))  # fmt: skip
    note = (
        say("{}: {}", failed, ended(one.rehearsal.note)) if one.rehearsal.note else (*failed, ".")
    )
    return Item(
        (desk.names.action(one.record, one.action),),
        (say("{}", desk.names.owner(one.action.owner)),),
        (say("From: {}.", desk.names.record(one.record)), note),
    )


def _due(desk: Desk, one: DueRehearsal) -> Item:
    days = words.counted(one.overdue, "day")
    last = f"last held on {words.short_day(one.last)}" if one.last else "never held"
    held = last_held(one.action, desk.today, one.method)
    since: Phrase = ()
    if held is not None and held > desk.day:
        since = (f"held on {words.short_day(held)}.",)
    elif desk.over:
        since = ("still not held.",)
    return Item(
        (desk.names.action(one.record, one.action),),
        (
            say("{}", desk.names.owner(one.action.owner)),
            say("{} {}", one.what, late(f"{days} overdue")),
        ),
        (say("From: {}; {}.", desk.names.record(one.record), last),),
        since,
    )


def next_to_play(desk: Desk) -> Iterator[Item]:
    """The outages of our own that would make the best next exercise, the best first."""
    published = {o.id for o in desk.known if o.published_on and o.published_on <= desk.day}
    for one in proposals.proposals(
        desk.archive, desk.day, _MOST, among=published, staff=not desk.over
    ):
        day = (words.short_day(one.record.day),)
        yield Item((desk.names.record(one.record),), (day,), (("; ".join(one.reasons) + ".",),))
