"""A small archive that nothing is wrong with: one team, one asset, and the draft of one record."""

from __future__ import annotations

from pathlib import Path

from scratch import put_catalog, write

OWNERS = "owners:\n  a-team: {name: A team, kind: team}\n"
ASSETS = "assets:\n  wh.orders: {name: Orders, kind: table, owner: a-team}\n"
PATH = "postmortems/2026/2026-03-14-orders-came-late.md"
RECORD = """\
---
title: Orders came late
status: draft
severity: sev4
owner: a-team
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
actions:
  - id: check-the-header
    title: Check the header
    type: preventive
    owner: a-team
    due: 2026-04-01
---

Told in time.
"""


def put_archive(folder: Path) -> None:
    """Four files: the catalog with its policy, and the record."""
    put_catalog(folder, OWNERS, ASSETS)
    write(folder, PATH, RECORD)
