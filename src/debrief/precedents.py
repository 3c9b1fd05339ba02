"""What earlier outages tell, in words: why they resemble one, how far apart, what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from debrief import words
from debrief.catalog import Catalog
from debrief.likeness import Reason, Signal
from debrief.record import Action, Postmortem

# --- why ----------------------------------------------------------------------------------------

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


def why(reasons: Sequence[Reason], catalog: Catalog) -> str:
    """The reasons for which two outages resemble each other, as a sentence without its stop."""
    return words.sentence("; ".join(_reason(reason, catalog) for reason in reasons))


def _reason(reason: Reason, catalog: Catalog) -> str:
    if reason.signal in _SIDES:
        theirs, ours = map(catalog.asset_name, reason.names)
        steps = f" ({reason.distance} steps)" if reason.distance > 1 else ""
        return f"{theirs} {_SIDES[reason.signal]} {ours}{steps}"
    if reason.signal is Signal.SAME_ASSET:
        names = map(catalog.asset_name, reason.names)
        return f"same {'assets' if len(reason.names) > 1 else 'asset'}: {words.listed(names)}"
    said = _WORDS[reason.signal]
    return said + words.listed(map(words.lower_term, reason.names))


def apart(days: int) -> str:
    """How far another outage lies away: ``12 days earlier``, ``4 months later``."""
    side = "earlier" if days > 0 else "later"
    far = abs(days)
    if not far:
        return "the same day"
    if far < 60:
        return f"{words.counted(far, 'day')} {side}"
    if far < 730:
        return f"{words.counted(round(far / 30.44), 'month')} {side}"
    return f"{words.counted(round(far / 365.25), 'year')} {side}"


# --- what came of promises ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a phrase; an alarming one is what somebody ought to do something about."""

    text: str
    alarming: bool = False


def preventive(record: Postmortem) -> tuple[Action, ...]:
    """What was promised so that it would not happen again."""
    return tuple(action for action in record.actions if action.type == "preventive")


def kept(actions: Sequence[Action], today: date) -> Iterator[Part]:
    """``2 of 3 verified``, ``1 overdue by 32 days``."""
    if not actions:
        yield Part("none recorded")
    elif all(action.unrecorded for action in actions):
        yield Part(f"{len(actions)} retold, their state is not recorded")
    else:
        yield from _states(actions, today)


def _states(actions: Sequence[Action], today: date) -> Iterator[Part]:
    status = Counter("unrecorded" if one.unrecorded else one.status for one in actions)
    overdue = [days for action in actions if (days := action.days_overdue(today))]
    still = sum(one.is_open and not one.unrecorded for one in actions) - len(overdue)
    verified, number = status["verified"], len(actions)
    of_all = f"all {number}" if verified == number > 1 else f"{verified or 'none'} of {number}"
    yield Part(f"{of_all} verified")
    if status["done"]:
        yield Part(f"{status['done']} done but not verified")
    if overdue:
        most = "up to " if len(set(overdue)) > 1 else ""
        yield Part(f"{len(overdue)} overdue by {most}{words.counted(max(overdue), 'day')}", True)
    if still:
        yield Part(f"{still} open")
    if status["not-doing"]:
        yield Part(f"{status['not-doing']} given up")
    if status["unrecorded"]:
        yield Part(f"{status['unrecorded']} not recorded")
