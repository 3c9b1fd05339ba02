"""Repositories beside one another, and what an export of one looks like."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scratch import put_catalog, write
from small_archive import ASSETS, OWNERS, RECORD

from debrief.archive import Archive
from debrief.shareable import shareable

LATE = "2026-03-14-orders-came-late"


def put_repository(
    folder: Path, *records: str, owners: str = OWNERS, assets: str = ASSETS, text: str = RECORD
) -> Path:
    """A repository with these records, which all say the same; its folder."""
    put_catalog(folder, owners, assets)
    for name in records:
        dated = text.replace("started_at: 2026-03-14", f"started_at: {name[:10]}")
        write(folder, f"postmortems/{name[:4]}/{name}.md", dated)
    return folder


def put_sources(folder: Path, *lines: str) -> None:
    """The file that names the sources, a line each."""
    text = "".join(f"  - {line}\n" for line in lines)
    write(folder, "catalog/sources.yml", f"sources:\n{text}" if lines else "sources: []\n")


def put_export(folder: Path, archive: Archive, **manifest: Any) -> Path:
    """The tables of an archive that are read back, as `./debrief export` writes them."""
    shown = shareable(archive)
    documents = {entry.id: entry.document for entry in shown.entries}
    schema = shown.schemas["postmortem"]
    tables: dict[str, list[dict[str, Any]]] = {
        "postmortems": [],
        "actions": [],
        "owners": [],
        "owner_members": [],
        "assets": [],
        "asset_upstream": [],
        "asset_names": [],
    }
    for record in shown.postmortems:
        document = documents[record.id]
        values = None if document is None else schema.read(document).values
        tables["postmortems"].append(
            {
                "postmortem_id": record.id,
                "title": record.title,
                "status": record.status,
                "owner_id": record.owner,
                "visibility": record.visibility,
                "front_matter": None if values is None else json.dumps(values),
                "body": None if document is None else document.body,
            }
        )
        for action in record.actions:
            tables["actions"].append(
                {
                    "postmortem_id": record.id,
                    "action_id": action.id,
                    "title": action.title,
                    "action_type": action.type,
                    "owner_id": action.owner,
                    "due": None if action.due is None else action.due.isoformat(),
                    "status": action.status,
                    "done_on": None,
                }
            )
    for owner in shown.catalog.owners.values():
        row = {"owner_id": owner.id, "name": owner.name, "kind": owner.kind}
        tables["owners"].append({**row, "is_active": owner.active, "time_zone": owner.time_zone})
        tables["owner_members"] += [{"owner_id": owner.id, "member_id": m} for m in owner.members]
    for asset in shown.catalog.assets.values():
        told: dict[str, Any] = {
            "asset_id": asset.id,
            "name": asset.name,
            "kind": asset.kind,
            "tier": asset.tier,
        }
        tables["assets"].append({**told, "owner_id": asset.owner, "gone_on": None})
        tables["asset_upstream"] += [
            {"asset_id": asset.id, "upstream_id": name} for name in asset.upstream
        ]
        tables["asset_names"] += [
            {"asset_id": asset.id, "known_as": name} for name in asset.known_as
        ]
    for name, rows in tables.items():
        put_rows(folder, name, map(json.dumps, rows))
    counts = {name: len(rows) for name, rows in tables.items()}
    content = {"made_by": "debrief export", "version": "1.0", "rows": counts, **manifest}
    write(folder, "manifest.json", json.dumps(content))
    return folder


def put_rows(folder: Path, table: str, lines: Iterable[str]) -> None:
    """One table of an export."""
    write(folder, f"ndjson/{table}.ndjson", "".join(f"{line}\n" for line in lines))
