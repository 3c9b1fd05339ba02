"""A small company with an outage whose actions are tracked, and tickets of both trackers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scratch import put_catalog, write

from debrief.trackers.ticket import mark

OWNERS = """\
owners:
  pricing: {name: Pricing, kind: team, members: [m-sato], handles: ["@pellwick/pricing"]}
  m-sato: {name: Mei Sato, kind: person, handles: ["@m-sato"], addresses: [m-sato@pellwick.example]}
  n-okafor: {name: Nneka Okafor, kind: person, handles: ["@n-okafor"]}
  gone: {name: Gone, kind: person, handles: ["@gone"], active: false}
"""
ASSETS = """\
assets:
  wh.orders: {name: Orders mart, kind: model, owner: pricing, domain: sales}
  wh.other: {name: Other, kind: model, owner: pricing, domain: stock, upstream: [wh.orders]}
"""
LATE = "2026-03-14-orders-late"
AGAIN = "2026-06-01-orders-late-again"
PATH = f"postmortems/2026/{LATE}.md"
RECORD = """\
---
title: Orders mart was late
status: draft
severity: sev3
owner: pricing
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
causes:
  - id: skip
    role: root
    category: data-format-change
    statement: The loader skips rows it does not know
    likelihood: high
    effect: high
actions:
  # promised on the day
  - {id: test, title: Test, type: preventive, addresses: [skip], owner: m-sato, due: 2026-12-24}
  - id: page
    title: Page the owner
    type: preventive
    owner: pricing
    due: 2026-12-01
    status: in-progress
    tracker: https://jira.example.com/browse/PRICE-812
  - {id: mend, title: Load again, type: corrective, owner: m-sato, due: 2026-04-01}
---

Told in time.
"""


def put_company(folder: Path, *pairs: tuple[str, str]) -> Path:
    """The catalog and one record, with texts put in place of others; the record's file."""
    put_catalog(folder, OWNERS, ASSETS)
    text = RECORD
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return write(folder, PATH, text)


def issue(number: int = 12, action: str = "test", **more: Any) -> dict[str, Any]:
    """An issue of GitHub as the REST API tells it, open, for an action of the record."""
    return {
        "number": number,
        "state": "open",
        "html_url": f"https://github.com/an-org/shop/issues/{number}",
        "body": f"Words of people\n\n<!-- {mark((LATE, action))} -->\n",
        "assignees": [],
        "labels": [],
    } | more


def closed(number: int = 12, action: str = "test", **more: Any) -> dict[str, Any]:
    """The same, closed as completed."""
    values = {"state": "closed", "state_reason": "completed", "closed_at": "2026-11-20T10:00:00Z"}
    return issue(number, action, **{**values, **more})


def jira(status: str, category: str, key: str = "PRICE-812", **fields: Any) -> dict[str, Any]:
    """An issue of Jira as a search answers it."""
    return {
        "key": key,
        "self": "https://jira.example.com/rest/api/2/issue/10001",
        "fields": {"status": {"name": status, "statusCategory": {"key": category}}, **fields},
    }


def as_file(folder: Path, *items: object, name: str = "issues.json") -> str:
    """A file with a list of them; its name."""
    return str(write(folder, name, json.dumps(items)))
