"""A roadmap for programs: ``published/roadmap.schema.json`` says what each field means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from debrief import published
from debrief.roadmap.entry import Entry
from debrief.roadmap.table import link_to


def as_data(entries: Iterable[Entry], today: date, order: str, site: str) -> dict[str, Any]:
    """The roadmap as values of JSON."""
    rows = [_row(place, entry, site) for place, entry in enumerate(entries, 1)]
    return {
        "version": published.VERSION,
        "day": today.isoformat(),
        "order": order,
        "count": len(rows),
        "actions": rows,
    }


def _row(place: int, entry: Entry, site: str) -> dict[str, Any]:
    record, action = entry.record, entry.action
    return {
        "place": place,
        "key": entry.name,
        "postmortem": record.id,
        "id": action.id,
        "url": link_to(entry, site) or None,
        "title": action.title,
        "type": action.type,
        "category": action.category,
        "owner": action.owner,
        "status": action.status,
        "due": action.due.isoformat() if action.due else None,
        "days_overdue": action.days_overdue(entry.today),
        "age_days": entry.age,
        "postponements": entry.postponements,
        "impact": action.impact,
        "feasibility": action.feasibility,
        "quadrant": action.quadrant,
        "risk": entry.risk,
        "severity": entry.severity,
        "causes": [{"id": cause.id, "category": cause.category} for cause in entry.causes],
        "outages": [outage.id for outage in entry.outages],
        "recurrences": list(entry.recurrences),
        "holds_closing": entry.holds_closing,
        "open_beside": entry.open_beside,
        "alone_for": list(entry.alone_for),
        "assets": list(dict.fromkeys(affected.asset for affected in record.assets)),
        "tracker": action.tracker,
    }
