"""Data time: which dates of an asset's data were wrong, whatever the clock said then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from debrief.record import AffectedAsset, Postmortem


def end_of(affected: AffectedAsset) -> date | None:
    """The last date of a range; None where no end is in sight: it may be wrong tomorrow too."""
    if affected.data_to is not None or affected.data_from is None:
        return affected.data_to
    restored = affected.restored_at
    return max(affected.data_from, restored.day) if restored else None


def last_day(affected: AffectedAsset, today: date) -> date | None:
    """The last date of a range up to today, to draw and to count; None without a beginning."""
    if affected.data_from is None:
        return None
    return end_of(affected) or max(affected.data_from, today)


def days(affected: AffectedAsset, today: date) -> Iterator[date]:
    """Each date of a range up to today."""
    last = last_day(affected, today)
    if affected.data_from is not None and last is not None:
        for offset in range((last - affected.data_from).days + 1):
            yield affected.data_from + timedelta(days=offset)


def days_wrong(record: Postmortem, today: date) -> int:
    """How many pairs of asset and date an outage made wrong up to today; a pair counts once."""
    return len({(one.asset, day) for one in record.assets for day in days(one, today)})
