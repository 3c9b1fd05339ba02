"""The registry: every table of the export, those of the records first."""

from __future__ import annotations

from typing import Any

from debrief.warehouse import catalog_tables, incident_tables, promise_tables
from debrief.warehouse.table import Table

VERSION = "1.0"
"""The version of the tables, ``major.minor``; a test holds them to it.

The first number goes up when a table or a column goes, is renamed, or changes its type, its meaning
or its key: what reads the export has to be looked at. The second goes up when one is added.
"""

TABLES: tuple[Table[Any], ...] = (
    incident_tables.POSTMORTEMS,
    incident_tables.ASSETS_AFFECTED,
    incident_tables.CAUSES,
    promise_tables.ACTIONS,
    promise_tables.ACTION_CAUSES,
    promise_tables.ACTION_CHANGES,
    incident_tables.TIMELINE,
    incident_tables.SIGN_OFFS,
    incident_tables.EVIDENCE,
    promise_tables.EVIDENCE_USES,
    incident_tables.MEASURES,
    incident_tables.MEASURE_REVISIONS,
    incident_tables.STAKEHOLDERS,
    incident_tables.DECISIONS,
    incident_tables.ROLES,
    incident_tables.TAGS,
    incident_tables.RELATED,
    incident_tables.IDEAS,
    promise_tables.STATUS_HISTORY,
    promise_tables.POSTMORTEM_CHANGES,
    catalog_tables.OWNERS,
    catalog_tables.OWNER_MEMBERS,
    catalog_tables.ASSETS,
    catalog_tables.ASSET_UPSTREAM,
    catalog_tables.ASSET_NAMES,
)

BY_NAME: dict[str, Table[Any]] = {table.name: table for table in TABLES}
