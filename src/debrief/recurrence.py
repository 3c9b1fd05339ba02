"""Which outages are the same one again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import timedelta

from debrief.archive import Archive
from debrief.record import IN_REVIEW, Postmortem

WINDOW_DAYS = 365
"""Outages further apart than this are not taken for the same one again."""


def recurs(record: Postmortem, archive: Archive) -> bool:
    """Whether an outage repeats an earlier one: it says so, or it resembles one."""
    return record.recurrence_of is not None or next(resembling(record, archive), None) is not None


def earlier_outages(record: Postmortem, archive: Archive) -> tuple[str, ...]:
    """The outages that one repeats: the one that it names, and those that it resembles; ids."""
    named = (record.recurrence_of,) if record.recurrence_of else ()
    return tuple(dict.fromkeys((*named, *resembling(record, archive))))


def resembling(record: Postmortem, archive: Archive) -> Iterator[str]:
    """The analysed outages of the year before that have the same category of root cause.

    On the same asset, or on one that it is made from. Ids; one may come more than once.
    """
    mine = {cause.category for cause in record.root_causes} - {None}
    if not mine:
        return
    near = {affected.asset for affected in record.assets}
    near |= {source for asset in tuple(near) for source in archive.catalog.upstream(asset)}
    for asset in near:
        for other in _year_before(record, archive.by_asset.get(asset, ())):
            if any(cause.category in mine for cause in other.root_causes):
                yield other.id


def _year_before(record: Postmortem, newest_first: tuple[Postmortem, ...]) -> Iterator[Postmortem]:
    earliest = record.day - timedelta(days=WINDOW_DAYS)
    at = bisect_left(newest_first, -record.day.toordinal(), key=lambda r: -r.day.toordinal())
    for other in newest_first[at:]:
        if other.day < earliest:
            return
        if other.order < record.order and other.reached(IN_REVIEW):
            yield other


def ancestry(record: Postmortem, archive: Archive) -> set[str]:
    """The earlier outage that a record names, the one that this names, and so on."""
    found: set[str] = set()
    earlier = record.recurrence_of
    while earlier is not None and earlier not in found:
        found.add(earlier)
        earlier = archive.by_id[earlier].recurrence_of if earlier in archive.by_id else None
    return found
