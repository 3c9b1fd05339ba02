"""The archive for programs: JSON files, each with its schema.

One object a line: a change is a line in a comparison, and a file is hardly larger than the shortest
form. Every key is always there, and null where nothing is known. Who an owner is, is told by name
and id alone: never by an address, an account or a contact.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from debrief import metrics, published, words
from debrief.catalog import Asset, Maintained, Owner
from debrief.metrics import COVERAGE, YEAR, Figure, Period, Promise
from debrief.quarters import Quarter
from debrief.record import AffectedAsset, Cause, Measure, Moment, Postmortem
from debrief.site import address, latest
from debrief.site import metrics as metric_pages
from debrief.site.asset import AssetView
from debrief.site.edition import Edition
from debrief.site.page import MadeFile

Row = dict[str, Any]


def files(edition: Edition) -> Iterator[MadeFile]:
    """The data, the schemas, and the file that names them all."""
    schemas = published.load(edition.archive.schemas)
    rows = Rows(edition)
    parts: dict[str, tuple[int, Callable[[], Iterable[Row]]]] = {
        "postmortems": (len(edition.records), rows.postmortems),
        "actions": (len(edition.actions), rows.actions),
        "assets": (len(edition.archive.catalog.assets), rows.assets),
        "owners": (len(edition.archive.catalog.owners), rows.owners),
        "metrics": (len(metrics.DEFINITIONS), rows.metrics),
    }
    told = [
        {
            "name": name,
            "url": f"{name}.json",
            "schema": f"schema/{name}.schema.json",
            "count": count,
            "holds": schemas[name]["description"],
        }
        for name, (count, _) in parts.items()
    ]
    site = {
        "site": edition.site_url or None,
        "feed": rows.link("index", address.FEED),
        "calendar": rows.link("index", address.CALENDAR),
    }
    yield MadeFile(address.data("index"), partial(_document, edition, "files", lambda: told, site))
    for name, (_, make) in parts.items():
        yield MadeFile(address.data(name), partial(_document, edition, name, make))
    for name, schema in schemas.items():
        yield MadeFile(address.data_schema(name), partial(_indented, schema))


def _document(
    edition: Edition, key: str, rows: Callable[[], Iterable[Row]], more: Row | None = None
) -> bytes:
    """A file: what holds for all of it in the first line, then an object a line."""
    lines = [_compact(row) for row in rows()]
    day = edition.today.isoformat()
    head = {"version": published.VERSION, "day": day, "count": len(lines), **(more or {})}
    inner = ",\n".join(lines)
    return f"{_compact(head)[:-1]},{_compact(key)}:[\n{inner}\n]}}\n".encode()


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _indented(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()


@dataclass(frozen=True)
class Rows:
    """The objects of each file; the schemas in ``debrief/published`` say what their keys mean."""

    edition: Edition

    def link(self, name: str, there: str, anchor: str = "") -> str | None:
        """How the file of this name links to an address; None where nothing lies there."""
        if not self.edition.has(there):
            return None
        root = address.root(self.edition.site_url, address.data(name))
        url = address.under(root, there)
        return f"{url}#{anchor}" if anchor else url

    # Postmortems

    def postmortems(self) -> Iterator[Row]:
        """One for each record. What a restricted one lacks here, the edition does not have."""
        for record in self.edition.records:
            yield {**self._heading(record), **_outage(record), **self._told(record)}

    def _heading(self, record: Postmortem) -> Row:
        hidden = record.restricted
        moved = None if hidden else latest.moved(record, self.edition.trail(record))
        return {
            "id": record.id,
            "url": self.link("postmortems", address.postmortem(record.id)),
            "title": record.title,
            "status": record.status,
            "visibility": record.visibility,
            "source": record.source or None,
            "severity": record.severity,
            "owner": record.owner,
            "summary": record.summary,
            "tags": record.tags,
            "day": None if hidden else _day(record.day),
            "published_on": _day(record.published_on),
            "closed_on": _day(record.closed_on),
            "moved_on": _day(moved),
            "imported": record.imported is not None,
        }

    def _told(self, record: Postmortem) -> Row:
        promised = self.edition.actions_by_record.get(record.id, ())
        verified = sum(action.status == "verified" for _, action in promised)
        return {
            "stakeholders": record.stakeholders,
            "measures": [_measure(measure) for measure in record.impact.measures],
            "causes": [_cause(cause) for cause in record.causes],
            "actions": {**self._counts(promised), "verified": verified},
            "recurrence_of": record.recurrence_of,
            "related": record.related,
        }

    def _counts(self, promises: Iterable[Promise]) -> Row:
        actions = [action for _, action in promises]
        today = self.edition.today
        return {
            "total": len(actions),
            "open": sum(action.is_open for action in actions),
            "overdue": sum(action.days_overdue(today) > 0 for action in actions),
        }

    # Actions

    def actions(self) -> Iterator[Row]:
        """One for each promise, by due date."""
        for record, action in self.edition.actions:
            page = address.postmortem(record.id)
            anchor = address.action_anchor(action.id, restricted=record.restricted)
            steps = self.edition.trail(record).of(action.id)
            yield {
                "postmortem": record.id,
                "id": action.id,
                "url": self.link("actions", page, anchor),
                "title": action.title,
                "type": action.type,
                "category": action.category,
                "owner": action.owner,
                "due": _day(action.due),
                "status": action.status,
                "open": action.is_open,
                "days_overdue": action.days_overdue(self.edition.today),
                "done_on": _day(action.done_on),
                "verified_on": _day(action.verification.verified_on),
                "verified_by": action.verification.verified_by,
                "impact": action.impact,
                "feasibility": action.feasibility,
                "postponements": sum(step.days > 0 for step in steps),
                "tracker": action.tracker,
                "addresses": action.addresses,
            }

    # Assets

    def assets(self) -> Iterator[Row]:
        """One for each asset of the catalog, by id."""
        for key, asset in sorted(self.edition.archive.catalog.assets.items()):
            view = AssetView(self.edition, asset)
            yield {
                "id": key,
                "url": self.link("assets", address.asset(key)),
                "feed": self.link("assets", address.asset_feed(key)),
                **_catalogued(asset),
                "upstream": asset.upstream,
                "downstream": self._downstream.get(key, []),
                "outages": [
                    {"postmortem": record.id, **_range(affected)}
                    for record, affected in view.outages
                ],
                "days_wrong": view.days_wrong,
                "unrepaired": len(view.unrepaired),
                "last_outage_on": _day(view.last),
            }

    @cached_property
    def _downstream(self) -> dict[str, list[str]]:
        """What is made from each asset, by id."""
        found: dict[str, list[str]] = {}
        for key, asset in sorted(self.edition.archive.catalog.assets.items()):
            for source in asset.upstream:
                found.setdefault(source, []).append(key)
        return found

    # Owners

    def owners(self) -> Iterator[Row]:
        """One for each owner of the catalog, by id."""
        catalog = self.edition.archive.catalog
        owned = Counter(record.owner for record in self.edition.records)
        assets = Counter(asset.owner for asset in catalog.assets.values())
        for key, owner in sorted(catalog.owners.items()):
            yield {
                "id": key,
                "url": self.link("owners", address.owner(key)),
                "feed": self.link("owners", address.owner_feed(key)),
                "calendar": self.link("owners", address.owner_calendar(key)),
                **_known(owner),
                "postmortems": owned[key],
                "assets": assets[key],
                "actions": self._counts(self.edition.actions_by_owner.get(key, ())),
            }

    # Metrics

    def metrics(self) -> Iterator[Row]:
        """One for each figure, in the order of their definitions."""
        edition = self.edition
        quarters = [
            Quarter.of(d) for d in metrics.checkpoints(edition.today, metric_pages.QUARTERS)
        ]
        year = Period.year_to(edition.today)
        before = Period.year_to(edition.today - YEAR)
        for one in metrics.DEFINITIONS:
            page = address.RELIABILITY if one.shape == COVERAGE else address.METRICS
            yield {
                "id": one.id,
                "url": self.link("metrics", page, metric_pages.anchor(one)),
                "name": one.name,
                "says": one.says,
                "belongs": one.belongs,
                "lacks": one.lacks or None,
                "unit": one.unit,
                "better": one.better,
                "fewest": one.fewest,
                "sources": [{"title": s.title, "url": s.url} for s in one.sources],
                "year": _reading(edition.figure(one.id, year)),
                "year_before": _reading(edition.figure(one.id, before)),
                "quarters": [
                    {"quarter": str(quarter), **self._of_quarter(one.id, quarter)}
                    for quarter in quarters
                ],
            }

    def _of_quarter(self, metric: str, quarter: Quarter) -> Row:
        period = Period.of(quarter).until(self.edition.today)
        return _reading(self.edition.figure(metric, period))


# --- parts of rows -------------------------------------------------------------------------------


def _outage(record: Postmortem) -> Row:
    incident = record.incident
    return {
        "type": incident.type,
        "trigger": incident.trigger,
        "detected_by": incident.detected_by,
        "approximate": incident.approximate,
        "started_at": _instant(incident.started_at),
        "detected_at": _instant(incident.detected_at),
        "acknowledged_at": _instant(incident.acknowledged_at),
        "mitigated_at": _instant(incident.mitigated_at),
        "resolved_at": _instant(incident.resolved_at),
        "restored_at": _instant(record.restored_at),
        "durations": {
            "time_to_detect": _seconds(record.time_to_detect),
            "time_to_acknowledge": _seconds(record.time_to_acknowledge),
            "time_to_mitigate": _seconds(record.time_to_mitigate),
            "time_to_resolve": _seconds(record.duration),
            "time_to_restore_data": _seconds(record.time_to_restore_data),
        },
        "assets": [_affected(affected) for affected in record.assets],
    }


def _affected(affected: AffectedAsset) -> Row:
    return {
        "asset": affected.asset,
        **_range(affected),
        "days_wrong": affected.days_wrong,
        "approximate": affected.approximate,
        "restored_at": _instant(affected.restored_at),
    }


def _range(affected: AffectedAsset) -> Row:
    return {
        "effect": affected.effect,
        "data_from": _day(affected.data_from),
        "data_to": _day(affected.data_to),
        "repair": affected.repair,
    }


def _measure(measure: Measure) -> Row:
    return {
        "measure": measure.measure,
        "value": _number(measure.value),
        "unit": measure.unit,
        "objective": _number(measure.objective),
    }


def _cause(cause: Cause) -> Row:
    return {
        "id": cause.id,
        "role": cause.role,
        "condition": cause.condition,
        "category": cause.category,
        "risk": cause.risk,
        "statement": cause.statement,
    }


def _catalogued(asset: Asset) -> Row:
    return {
        "name": asset.name,
        "kind": asset.kind,
        "description": asset.description,
        "domain": asset.domain,
        "tier": asset.tier,
        "owner": asset.owner,
        "steward": asset.steward,
        "contract": _maintained(asset.contract),
        "validation": _maintained(asset.validation),
        "lineage_map": _maintained(asset.lineage_map),
        "known_as": asset.known_as,
        "gone_on": _day(asset.gone_on),
    }


def _maintained(part: Maintained | None) -> Row | None:
    return None if part is None else {"url": part.url, "owner": part.owner}


def _known(owner: Owner) -> Row:
    return {
        "name": owner.name,
        "kind": owner.kind,
        "active": owner.active,
        "members": owner.members,
    }


def _reading(figure: Figure) -> Row:
    return {
        "first": _day(figure.period.first),
        "last": _day(figure.period.last),
        "value": _rounded(figure.value),
        "n": figure.n,
        "missing": figure.missing,
        "lower": _rounded(figure.lower),
        "upper": _rounded(figure.upper),
        "approximate": figure.approximate,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else _number(round(value, 4))


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _instant(value: Moment | None) -> str | None:
    return None if value is None else words.machine_time(value)


def _number(value: float | None) -> float | None:
    """A figure as people write it: 9, and not 9.0."""
    return int(value) if value is not None and value == int(value) else value


def _seconds(value: timedelta | None) -> int | None:
    return None if value is None else int(value.total_seconds())
