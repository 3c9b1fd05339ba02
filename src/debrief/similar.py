"""Which other outages resemble one, the most like it first; `likeness.py` says what counts.

No question goes through the whole archive. Records are filed once under what they have in common
with others: an asset together with a cause, an asset, a rare word, a category of cause. A question
opens the files that promise most first, takes the newest records of each, and stops when it has
enough to compare. So of very many equally promising records, only the newest are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import combinations, takewhile

from debrief.archive import Archive
from debrief.likeness import (
    REACH,
    RESEMBLES_FROM,
    WORDING,
    Case,
    Filed,
    Near,
    Question,
    Reason,
    Signal,
    alike,
    long_words,
    points,
    reasons,
)
from debrief.record import WITHDRAWN, Postmortem

FILED = 20
"""How many records, the newest, are kept under one key."""

CANDIDATES = 100
"""When so many have been found, no further file is opened."""

_PAIRED = 5
"""Of how many assets of a record each pair is filed."""

RARE = 8
"""A word that more records have is no reason to compare them."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Another outage, and why it resembles the one in question; ``score`` sums up the reasons.

    ``days_before`` says how long before that one it happened, and is negative where it was later.
    """

    record: Postmortem
    score: int
    reasons: tuple[Reason, ...]
    days_before: int | None = None


@dataclass(frozen=True)
class Similar:
    """Answers which outages of an archive resemble one.

    Withdrawn records were none, and of restricted ones nothing may be told: both are left out.
    """

    archive: Archive

    def to(self, case: Case, most: int = 5) -> tuple[Resemblance, ...]:
        """The outages that resemble a case most; of equal ones the newest first, then by id."""
        near, declared = self._near(case.assets), self._declared(case)
        question = Question(case, long_words(case.text), near, declared)
        compared = [
            (points(question, self._filed[position]), -position)
            for position in self._candidates(question)
        ]
        compared.sort(reverse=True)
        best: list[tuple[int, int]] = []
        for score, rank in compared:
            # Words are the dearest to compare, and cannot lift everybody among the first.
            if len(best) == most and score + WORDING < best[0][0]:
                break
            total = score + alike(question, self._filed[-rank])
            if total >= RESEMBLES_FROM:
                heappush(best, (total, rank))
            if len(best) > most:
                heappop(best)
        best.sort(reverse=True)
        return tuple(_resemblance(question, self._filed[-rank], total) for total, rank in best)

    # What is looked up; made when the first question is asked.

    @cached_property
    def _filed(self) -> tuple[Filed, ...]:
        """Every record that may be told of; its position is its rank among equals."""
        told = [r for r in self.archive.postmortems if not r.restricted and r.status != WITHDRAWN]
        told.sort(key=lambda record: (-record.day.toordinal(), record.id))
        return tuple(map(Filed.of, told))

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {filed.record.id: position for position, filed in enumerate(self._filed)}

    @cached_property
    def _files(self) -> dict[_Key, list[int]]:
        """The positions of the newest records under each key."""
        files: dict[_Key, list[int]] = {}
        for position, filed in enumerate(self._filed):
            for key in _keys(filed):
                file = files.setdefault(key, [])
                if len(file) < FILED:
                    file.append(position)
        return files

    @cached_property
    def _neighbours(self) -> dict[str, tuple[tuple[str, int, Signal], ...]]:
        """What lies around each asset, as far as it was asked for."""
        return {}

    def _around(self, asset: str) -> tuple[tuple[str, int, Signal], ...]:
        """The assets near one that were damaged at some time, with distance and side."""
        known = self._neighbours.get(asset)
        if known is None:
            catalog = self.archive.catalog
            sides = ((Signal.UPSTREAM, catalog.upstream), (Signal.DOWNSTREAM, catalog.downstream))
            known = self._neighbours[asset] = tuple(
                (other, distance, side)
                for side, walk in sides
                for other, distance in takewhile(lambda step: step[1] <= REACH, walk(asset).items())
                if (_ASSET, other) in self._files
            )
        return known

    def _near(self, assets: Iterable[str]) -> dict[str, Near]:
        """The assets around some others, the nearest first."""
        nearest: dict[str, Near] = {}
        for asset in sorted(assets):
            for other, distance, side in self._around(asset):
                if other not in nearest or distance < nearest[other].distance:
                    nearest[other] = Near(distance, side, asset)
        return dict(sorted(nearest.items(), key=lambda item: item[1].distance))

    def _declared(self, case: Case) -> dict[str, Signal]:
        """The records that a case names, and those that name it."""
        found = dict.fromkeys(sorted(case.related), Signal.RELATED)
        for other in self.archive.referring_to(case.id) if case.id is not None else ():
            again = other.recurrence_of == case.id
            found[other.id] = Signal.REPEATED if again else Signal.RELATED
        if case.repeats is not None:
            found[case.repeats] = Signal.REPEATS
        return found

    def _candidates(self, question: Question) -> Iterable[int]:
        """The positions of the records to compare."""
        names = filter(self._positions.__contains__, question.declared)
        found = {self._positions[name] for name in names}
        for key in _openings(question):
            file = self._files.get(key, ())
            if key[0] != _WORD or len(file) <= RARE:
                found.update(file)
            if len(found) > CANDIDATES:
                break
        found.discard(self._positions.get(question.case.id or "", -1))
        return found


def _resemblance(question: Question, other: Filed, score: int) -> Resemblance:
    day = question.case.day
    before = None if day is None else (day - other.record.day).days
    return Resemblance(other.record, score, tuple(reasons(question, other)), before)


# --- filing -------------------------------------------------------------------------------------

_Key = tuple[str, ...]

_PAIR, _BOTH, _ASSET = "two assets", "asset and cause", "asset"
_WORD, _ROOT, _CAUSE = "word", "root cause", "any cause"


def _pairs(assets: Iterable[str]) -> Iterator[_Key]:
    return ((_PAIR, *pair) for pair in combinations(sorted(assets)[:_PAIRED], 2))


def _keys(filed: Filed) -> Iterator[_Key]:
    """What a record is filed under."""
    case = filed.case
    yield from _pairs(case.assets)
    for asset in case.assets:
        yield _ASSET, asset
        for category in case.root_causes | case.factors:
            yield _BOTH, asset, category
            yield _BOTH, asset, category, case.type or ""
    for category in case.root_causes:
        yield _ROOT, category
        yield _ROOT, category, case.type or ""
    for category in case.root_causes | case.factors:
        yield _CAUSE, category, case.type or ""
    for word in filed.words.split():
        yield _WORD, word


def _openings(question: Question) -> Iterator[_Key]:
    """Where to look for what resembles a case, the most promising first."""
    case, words, near, _ = question
    of_type = case.type or ""
    roots, assets = sorted(case.root_causes), sorted(case.assets)
    categories = [*roots, *sorted(case.factors)]
    both = [(_BOTH, asset, category) for category in categories for asset in assets]
    yield from _pairs(assets)
    yield from ((*key, of_type) for key in both)
    yield from both
    yield from ((_WORD, word) for word in words.split())
    yield from ((_ASSET, asset) for asset in assets)
    yield from ((_BOTH, asset, category) for asset in near for category in categories)
    yield from ((_ROOT, category, of_type) for category in roots)
    yield from ((_ASSET, asset) for asset in near)
    yield from ((_ROOT, category) for category in roots)
    yield from ((_CAUSE, category, of_type) for category in categories)
