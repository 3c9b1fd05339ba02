"""Chance that falls in the same way on every Python and every machine.

Of all the methods of ``random.Random`` only ``random`` is promised to give the same sequence in
every version, so that everything is drawn from it alone, and no logarithm rounds anything.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """Draws numbers and items; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random  # noqa: S311 - made-up records are no secret

    def chance(self, share: float) -> bool:
        """Yes, in this share of the cases."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from one to the other, both included."""
        return low + int(self.random() * (high - low + 1))

    def about(self, low: int, high: int) -> int:
        """The same, but the middle is likelier than the ends."""
        return low + int((self.random() + self.random()) / 2 * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of them."""
        return items[int(self.random() * len(items))]

    def some(self, items: Sequence[T], number: int) -> list[T]:
        """So many different ones of them, or all where there are no more, as they were drawn."""
        left = list(items)
        found = []
        for _ in range(min(number, len(left))):
            at = int(self.random() * len(left))
            left[at], left[-1] = left[-1], left[at]
            found.append(left.pop())
        return found

    def weighted(self, shares: Mapping[T, float]) -> T:
        """One of the keys (there is at least one), each by its share of the sum."""
        at = self.random() * sum(shares.values())
        for item, share in shares.items():
            at -= share
            if at < 0:
                return item
        return item


class Pool(Generic[T]):
    """Items of which a few come up often and most of them hardly ever, as words do (Zipf's law)."""

    def __init__(self, dice: Dice, items: Sequence[T], flat: float = 3.0) -> None:
        """The first items are the frequent ones; ``flat`` evens out the very first."""
        self._random = dice.random
        self._items = items
        self._sums = list(accumulate(1 / (rank + flat) for rank in range(len(items))))

    def draw(self) -> T:
        """One of them."""
        at = self._random() * self._sums[-1]
        return self._items[bisect(self._sums, at, hi=len(self._items) - 1)]
