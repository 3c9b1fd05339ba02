"""How much two outages have in common: points for each signal, and the reasons to tell.

The score is the sum of the points, and the constants say how many there are. Nobody has to believe
the number: every point of it stands in a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz, utils

from debrief.record import Postmortem

# --- what counts, and how much ------------------------------------------------------------------

RECURRENCE, RELATED = 300, 200
"""One record says that it repeats the other, or names it as related. What people declared outweighs
all that follows."""

SAME_ASSET = 40
"""They damaged the same asset."""

FURTHER_ASSET, MOST_FURTHER_ASSETS = 8, 3
"""Each asset more that they share, and how many of those count."""

NEIGHBOUR = 24
"""An asset of one is made directly from an asset of the other; half as much for each step more.

It counts where they share no asset: the neighbours of a shared one say nothing new.
"""

REACH = 3
"""How many steps of lineage count as near."""

SAME_ROOT_CAUSE = 20
"""Root causes of both are of one category."""

SAME_CAUSE = 10
"""A root cause of one is of the category of a contributing factor of the other."""

SAME_FACTOR = 5
"""Contributing factors of both are of one category."""

MOST_FOR_CAUSES = 30
"""Long lists of causes meet somewhere: all together do not count for more than this."""

SAME_TYPE = 6
"""The incidents are of one type."""

WORDING = 20
"""Title, summary and trigger use the same words; nothing where only half of them are alike."""

ALIKE_FROM = 60
"""How alike, in percent, texts must be to count: two that have nothing to do with each other
reach 50 and more, because all postmortems tell of loads, rows and mornings."""

RESEMBLES_FROM = 15
"""Below this sum outages do not resemble each other: neither a type nor a factor is enough."""

_LONG = 4
"""Shorter words (the, was, for) say nothing."""

_FEWEST_WORDS = 4
"""A text of fewer long words is like any other that happens to have them."""

_ANYTHING = "other"
"""The word of the vocabularies for what fits no other word; two of these have nothing in common."""

# --- what is compared, and what comes of it -----------------------------------------------------


class Signal(StrEnum):
    """What two outages have in common, in the order in which it is told."""

    REPEATS = "repeats"
    """The outage in question says that it repeats the other."""
    REPEATED = "repeated"
    """The other says that it repeats the one in question."""
    RELATED = "related"
    SAME_ASSET = "same-asset"
    UPSTREAM = "upstream"
    """The other's asset is upstream of one in question. Names: the other's, and that one."""
    DOWNSTREAM = "downstream"
    SAME_ROOT_CAUSE = "same-root-cause"
    SAME_CAUSE = "same-cause"
    SAME_FACTOR = "same-factor"
    SAME_TYPE = "same-type"
    WORDING = "wording"


class Reason(NamedTuple):
    """Why two outages resemble each other; ``names`` are ids of assets or words of the schema."""

    signal: Signal
    points: int
    names: tuple[str, ...] = ()
    distance: int = 0
    """Steps of lineage between the two assets."""


_Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of an outage when one asks whether it happened before.

    ``id`` is its record, if it has one: no outage resembles itself. Causes are categories; one that
    is among the root causes is not among the factors.
    """

    assets: _Words = frozenset()
    root_causes: _Words = frozenset()
    factors: _Words = frozenset()
    type: str | None = None
    text: str = ""
    day: date | None = None
    id: str | None = None
    repeats: str | None = None
    related: _Words = frozenset()

    @classmethod
    def of(cls, record: Postmortem) -> Case:
        """What a record says."""
        roots = _categories(cause.category for cause in record.root_causes)
        factors = _categories(cause.category for cause in record.contributing_factors)
        told = (record.title, record.summary, record.incident.trigger)
        return cls(
            assets=frozenset(affected.asset for affected in record.assets),
            root_causes=roots,
            factors=factors - roots,
            type=record.incident.type,
            text=" ".join(filter(None, told)),
            day=record.day,
            id=record.id,
            repeats=record.recurrence_of,
            related=frozenset(record.related),
        )


def _categories(words: Iterable[str | None]) -> _Words:
    return frozenset(word for word in words if word is not None and word != _ANYTHING)


def long_words(text: str) -> str:
    """The longer words of a text, each once and in order; nothing where they are too few."""
    words = {word for word in utils.default_process(text).split() if len(word) >= _LONG}
    return " ".join(sorted(words)) if len(words) >= _FEWEST_WORDS else ""


class Near(NamedTuple):
    """How near an asset lies to a case: by which of its assets, and on which side of that."""

    distance: int
    side: Signal
    asset: str


class Question(NamedTuple):
    """A case, with what has to be looked up for it.

    ``near`` holds the assets around its own, ``declared`` the records that it names or that name
    it; both are by id.
    """

    case: Case
    words: str
    near: Mapping[str, Near]
    declared: Mapping[str, Signal]


class Filed(NamedTuple):
    """A record with what a comparison needs of it."""

    record: Postmortem
    case: Case
    words: str

    @classmethod
    def of(cls, record: Postmortem) -> Filed:
        """What a record is compared by."""
        case = Case.of(record)
        return cls(record, case, long_words(case.text))


# --- comparing ----------------------------------------------------------------------------------
#
# Many are compared and few are told, so points are counted first and put into reasons afterwards;
# both count by the same functions.


def points(question: Question, other: Filed) -> int:
    """What a case and a record have in common, apart from their words."""
    case, its = question.case, other.case
    shared = len(case.assets & its.assets)
    near = None if shared else _nearest(question, its)
    return (
        _for_declared(question.declared.get(other.record.id))
        + _for_assets(shared)
        + (_for_distance(near[0].distance) if near else 0)
        + _for_causes(*_shared_causes(case, its))
        + _for_type(case, its)
    )


def alike(question: Question, other: Filed) -> int:
    """Points for their words."""
    percent = fuzz.token_set_ratio(question.words, other.words, score_cutoff=ALIKE_FROM)
    return round(WORDING * (percent - 50) / 50) if percent else 0


def reasons(question: Question, other: Filed) -> Iterator[Reason]:
    """All of that in reasons, in the order of the signals."""
    case, its = question.case, other.case
    if declared := question.declared.get(other.record.id):
        yield Reason(declared, _for_declared(declared))
    if shared := case.assets & its.assets:
        yield Reason(Signal.SAME_ASSET, _for_assets(len(shared)), tuple(sorted(shared)))
    elif nearest := _nearest(question, its):
        (distance, side, asset), theirs = nearest
        yield Reason(side, _for_distance(distance), (theirs, asset), distance)
    left = MOST_FOR_CAUSES
    for (signal, each), found in zip(_CAUSES, _shared_causes(case, its), strict=True):
        if found:
            counted = min(each * len(found), left)
            left -= counted
            yield Reason(signal, counted, tuple(sorted(found)))
    if of_type := _for_type(case, its):
        yield Reason(Signal.SAME_TYPE, of_type, (case.type or "",))
    if by_words := alike(question, other):
        yield Reason(Signal.WORDING, by_words)


def _for_declared(signal: Signal | None) -> int:
    if signal is None:
        return 0
    return RELATED if signal is Signal.RELATED else RECURRENCE


def _for_assets(shared: int) -> int:
    if not shared:
        return 0
    return SAME_ASSET + FURTHER_ASSET * min(shared - 1, MOST_FURTHER_ASSETS)


def _nearest(question: Question, other: Case) -> tuple[Near, str] | None:
    """The asset of another case that lies nearest, and how near."""
    near = question.near
    found = [(near[asset], asset) for asset in other.assets if asset in near]
    return min(found) if found else None


def _for_distance(steps: int) -> int:
    return NEIGHBOUR >> (steps - 1)


_CAUSES = (
    (Signal.SAME_ROOT_CAUSE, SAME_ROOT_CAUSE),
    (Signal.SAME_CAUSE, SAME_CAUSE),
    (Signal.SAME_FACTOR, SAME_FACTOR),
)


def _shared_causes(case: Case, other: Case) -> tuple[_Words, _Words, _Words]:
    """The categories that two cases share, for each of these signals."""
    return (
        case.root_causes & other.root_causes,
        (case.root_causes & other.factors) | (case.factors & other.root_causes),
        case.factors & other.factors,
    )


def _for_causes(roots: _Words, mixed: _Words, factors: _Words) -> int:
    found = len(roots) * SAME_ROOT_CAUSE + len(mixed) * SAME_CAUSE + len(factors) * SAME_FACTOR
    return min(found, MOST_FOR_CAUSES)


def _for_type(case: Case, other: Case) -> int:
    return SAME_TYPE if case.type == other.type and case.type not in (None, _ANYTHING) else 0
