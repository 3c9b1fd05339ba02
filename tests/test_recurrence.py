"""Which outages are the same one again."""

from __future__ import annotations

from pathlib import Path

import pytest

from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Catalog
from debrief.record import AffectedAsset, Cause, Postmortem
from debrief.recurrence import ancestry, recurs, resembling


def outage(
    day: str, asset: str = "wh.orders", category: str = "schedule", **given: object
) -> Postmortem:
    record_id = f"{day}-x"
    values: dict[str, object] = {"status": "published", **given}
    return Postmortem(
        record_id,
        f"postmortems/{day[:4]}/{record_id}.md",
        "T",
        assets=(AffectedAsset(asset),),
        causes=(Cause("why", "root", "Because", category=category),),
        **values,  # type: ignore[arg-type] # each test gives what the model has
    )


def archive(*records: Postmortem) -> Archive:
    assets = {
        "wh.raw": Asset("wh.raw", "Raw", "table"),
        "wh.orders": Asset("wh.orders", "Orders", "table", upstream=("wh.raw",)),
    }
    entries = tuple(Entry(record.path, record=record) for record in records)
    return Archive(Path(), {}, Catalog(assets=assets), entries)


def test_the_same_root_cause_on_the_same_data_within_a_year_is_a_recurrence() -> None:
    first, again = outage("2026-01-05"), outage("2026-12-30")
    assert recurs(again, archive(first, again))
    assert not recurs(first, archive(first, again)), "the first one repeats nothing"


@pytest.mark.parametrize(
    "earlier",
    [
        outage("2024-12-29"),
        outage("2025-06-01", category="vendor"),
        outage("2025-06-01", asset="wh.other"),
        outage("2025-06-01", status="draft"),
        outage("2025-06-01", status="withdrawn"),
    ],
)
def test_what_is_older_other_or_not_analysed_does_not_count(earlier: Postmortem) -> None:
    later = outage("2025-12-30")
    assert not recurs(later, archive(earlier, later))


def test_an_outage_upstream_counts_and_one_downstream_does_not() -> None:
    above, below = outage("2026-01-05", asset="wh.raw"), outage("2026-02-05", asset="wh.orders")
    assert list(resembling(below, archive(above, below))) == [above.id]
    above = outage("2026-03-05", asset="wh.raw")
    assert not recurs(above, archive(above, below))


def test_who_says_so_recurs_without_resembling() -> None:
    later = outage("2026-02-05", category="vendor", recurrence_of="2026-01-05-x")
    assert recurs(later, archive(outage("2026-01-05"), later))


def test_ancestry_ends_in_a_circle_and_at_what_is_unknown() -> None:
    first = outage("2026-01-05", recurrence_of="2026-02-05-x")
    second = outage("2026-02-05", recurrence_of="2026-01-05-x")
    assert ancestry(first, archive(first, second)) == {first.id, second.id}
    assert ancestry(outage("2026-03-05", recurrence_of="gone"), archive(first)) == {"gone"}
