"""An archive of as many records as one likes, made in memory and always the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Owner
from debrief.record import Action, AffectedAsset, Cause, Incident, Moment, Postmortem

_STATUSES = ("draft", "in-review", "published", "closed", "closed", "closed")
_CAUSES = ("schedule", "data-format-change", "code-defect", "vendor", "capacity")
_WORDS = (
    *("orders", "prices", "stock", "feed", "loader", "mart"),
    *("late", "twice", "missing", "schema", "column", "window"),
)
_OWNERS, _ASSETS, _TAGS = 300, 2000, 200
_FIRST = date(2017, 1, 1)
_DAYS = 3600


def with_many_records(archive: Archive, count: int) -> Archive:
    """The same repository with other records, owners and assets; ten years from 2017 on."""
    owners = {f"team-{n}": Owner(f"team-{n}", f"Team {n}", "team") for n in range(_OWNERS)}
    assets = {
        f"wh.table_{n}": Asset(f"wh.table_{n}", f"Table {n}", "table") for n in range(_ASSETS)
    }
    catalog = replace(archive.catalog, owners=owners, assets=assets)
    entries = tuple(Entry(r.path, record=r) for r in map(_record, range(count)))
    return replace(archive, entries=entries, catalog=catalog, attachments={})


def _record(n: int) -> Postmortem:
    day = _FIRST + timedelta(days=n * 7919 % _DAYS)
    words = [_WORDS[(n // 12**k + k) % 12] for k in range(4)]
    record_id = f"{day}-{'-'.join(words)}-{n}"
    ended = f"{day}T{2 + n % 20:02}:{n % 60:02}Z"
    return Postmortem(
        id=record_id,
        path=f"postmortems/{day.year}/{record_id}.md",
        title=f"{' '.join(words).capitalize()} in the nightly load of table {n}",
        status=_STATUSES[n % len(_STATUSES)],
        severity=f"sev{1 + n % 4}",
        owner=f"team-{n * n % _OWNERS}",
        tags=(f"tag-{n % _TAGS}", f"tag-{n * 7 % _TAGS}"),
        incident=Incident(
            reference=f"https://incidents.example.com/{10_000 + n}",
            type="freshness" if n % 3 else "volume",
            started_at=Moment.parse(f"{day}T01:10Z"),
            resolved_at=Moment.parse(ended),
        ),
        assets=tuple(AffectedAsset(f"wh.table_{(n + k * k) % _ASSETS}") for k in range(1 + n % 3)),
        causes=(Cause("why", "root", "It could be renamed", category=_CAUSES[n % 5]),),
        actions=tuple(
            Action(f"a{k}", "Mend it", "preventive", owner=f"team-{k}", due=day, status="open")
            for k in range(n % 5)
        ),
    )
