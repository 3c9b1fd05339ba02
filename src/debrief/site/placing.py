"""Where marks stand that want the same place: beside each other, as near as they can."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

CLEAR = 3.0
"""The least room between two marks."""


def spread(wanted: Sequence[float], halves: Sequence[float], room: float) -> list[float] | None:
    """Places as near to the wanted ones as can be, in their order; None where there is no room.

    ``wanted`` is sorted, and ``halves`` are half the widths of the marks. Each two that follow each
    other keep so far apart that a line straight up through one misses the other. They may overlap
    all the same: in two lanes they don't (see ``lanes``). This is isotonic regression by pooling
    adjacent violators: the sum of squared distances from the wanted places is the least there is.
    """
    steps = [max(pair) + CLEAR for pair in pairwise(halves)]
    offsets = list(accumulate(steps, initial=0.0))
    lowest, highest = halves[0], room - halves[-1] - offsets[-1]
    if lowest > highest:
        return None
    pools: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        mean, count = place - offset, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean = (mean * count + before * many) / (count + many)
            count += many
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    kept = (min(max(mean, lowest), highest) for mean in means)
    return [place + offset for place, offset in zip(kept, offsets, strict=True)]


def lanes(places: Sequence[float], halves: Sequence[float]) -> list[int]:
    """Lane 0 or 1 for each of the places that ``spread`` found, so that no two marks overlap."""
    found: list[int] = []
    taken = float("-inf")
    for place, half in zip(places, halves, strict=True):
        lane = int(place - half < taken + CLEAR)
        found.append(lane)
        if lane == 0:
            taken = place + half
    return found


def packed(extents: Sequence[tuple[float, float]], most: int) -> list[int]:
    """A row for each extent, where it keeps clear of those before it; the last takes the rest."""
    ends: list[float] = []
    rows: list[int] = []
    for left, right in extents:
        free = (row for row, end in enumerate(ends) if left >= end + CLEAR)
        row = next(free, len(ends))
        if row == len(ends) and row < most:
            ends.append(right)
        row = min(row, most - 1)
        ends[row] = max(ends[row], right)
        rows.append(row)
    return rows
