"""A small archive with promises of every kind to be reminded of, as of days in March 2026.

The day of the outage is 2 March, a Monday; no calendar counts, so Saturdays and Sundays are quiet.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scratch import put_catalog, write

from debrief.archive import Archive
from debrief.shareable import shareable

OWNERS = """\
owners:
  a-boss: {name: Ada Boss, kind: person, contact: ada.boss@example.com, handles: ["@a-boss"]}
  m-sato:
    name: Mei Sato
    kind: person
    contact: mei.sato@example.com
    handles: ["@m-sato"]
    manager: a-boss
  o-brandt: {name: Ole Brandt, kind: person, contact: "#pricing", handles: ["@o-brandt"]}
  v-gone: {name: Vera Gone, kind: person, contact: vera@example.com, active: false}
  pricing:
    name: Pricing
    kind: team
    contact: "#pricing"
    members: [m-sato, v-gone]
    handles: ["@an-org/pricing"]
  stewards: {name: Stewards, kind: team, contact: stewards@example.com}
"""
ASSETS = "assets:\n  wh.orders: {name: Orders, kind: table, owner: pricing, steward: stewards}\n"

ID = "2026-03-02-orders-late"
PATH = f"postmortems/2026/{ID}.md"
FRONT = """\
title: Orders came late
status: draft
severity: sev4
owner: pricing
incident: {started_at: 2026-03-02T01:10Z, detected_at: 2026-03-02T07:00Z}
assets: [{asset: wh.orders, repair: none-needed}]
roles: {facilitator: o-brandt}
"""
ACTION = """\
actions:
  - id: check-header
    title: Check the header
    type: preventive
    owner: m-sato
    due: 2026-03-18
    status: open
"""
KEY = f"action/{ID}/check-header"


def put_promises(folder: Path, front: str = FRONT + ACTION, owners: str = OWNERS) -> None:
    """The catalog, and one record with this front matter."""
    put_catalog(folder, owners, ASSETS)
    write(folder, PATH, f"---\n{front}---\n\nTold in time.\n")


def archive_of(
    folder: Path, front: str = FRONT + ACTION, owners: str = OWNERS, **policy: str
) -> Archive:
    """The archive, as far as it may leave the repository; ``policy`` are sections in YAML."""
    put_promises(folder, front, owners)
    add_policy(folder, policy)
    archive = shareable(Archive.load(folder))
    assert all(entry.record is not None and not entry.broken for entry in archive.entries)
    assert archive.catalog.known == {"owners", "assets", "policy"}
    return archive


def add_policy(folder: Path, sections: Mapping[str, str]) -> None:
    """Add sections to the policy."""
    with (folder / "catalog" / "policy.yml").open("a", encoding="utf-8") as file:
        file.writelines(f"{key}: {value}\n" for key, value in sections.items())
