"""The registry: every table of the export; first the records, then the catalog, then the facts."""

from __future__ import annotations

from typing import Any

from debrief.warehouse import (
    catalog_tables,
    fact_tables,
    incident_tables,
    people_tables,
    promise_tables,
)
from debrief.warehouse.table import Table
from debrief.warehouse.version import VERSION

__all__ = ["BY_NAME", "TABLES", "VERSION"]

TABLES: tuple[Table[Any], ...] = (
    incident_tables.POSTMORTEMS,
    incident_tables.ASSETS_AFFECTED,
    incident_tables.CAUSES,
    promise_tables.ACTIONS,
    promise_tables.ACTION_CAUSES,
    promise_tables.ACTION_CHANGES,
    incident_tables.TIMELINE,
    people_tables.SIGN_OFFS,
    incident_tables.EVIDENCE,
    promise_tables.EVIDENCE_USES,
    incident_tables.MEASURES,
    incident_tables.MEASURE_REVISIONS,
    people_tables.STAKEHOLDERS,
    incident_tables.DECISIONS,
    people_tables.ROLES,
    people_tables.TAGS,
    people_tables.RELATED,
    people_tables.IDEAS,
    promise_tables.STATUS_HISTORY,
    promise_tables.POSTMORTEM_CHANGES,
    catalog_tables.OWNERS,
    catalog_tables.OWNER_MEMBERS,
    catalog_tables.ASSETS,
    catalog_tables.ASSET_UPSTREAM,
    catalog_tables.ASSET_NAMES,
    fact_tables.OUTAGES,
    fact_tables.OUTAGE_TIMES,
    fact_tables.WRONG_DATA,
    fact_tables.OUTAGE_GROUPS,
    fact_tables.ACTION_GROUPS,
    fact_tables.ASSET_GROUPS,
    fact_tables.FIGURE_DEFINITIONS,
    fact_tables.EXPORT_META,
)

BY_NAME: dict[str, Table[Any]] = {table.name: table for table in TABLES}
