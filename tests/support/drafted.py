"""An event, and a small company with an outage in its past, for tests of drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from scratch import put_catalog, write

from debrief.events.notice import LogEntry, Name, Notice, Person
from debrief.record import Moment

TODAY = date(2026, 11, 25)

COMPANY_OWNERS = """\
owners:
  pricing: {name: Pricing, kind: team, members: [m-sato], handles: ["@pellwick/pricing"]}
  stewards: {name: Stewards, kind: team, members: [m-sato]}
  planning: {name: Planning, kind: team}
  m-sato: {name: Mei Sato, kind: person, handles: ["@m-sato"]}
  gone: {name: Gone, kind: person, active: false}
"""
COMPANY_ASSETS = """\
assets:
  wh.orders:
    {name: Orders mart, kind: model, owner: pricing, steward: stewards, known_as: [orders-service]}
  wh.prices: {name: Prices, kind: table, owner: gone}
  dash.plan: {name: Plan board, kind: dashboard, owner: planning, upstream: [wh.orders]}
  dash.own: {name: Own board, kind: dashboard, owner: pricing, upstream: [wh.orders]}
"""
PAST = """\
---
title: Orders mart was *late*
status: published
severity: sev3
owner: pricing
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
causes:
  - id: skip
    role: root
    category: data-format-change
    statement: The loader skips [rows] it does not know
actions:
  - {id: test, title: Test the header, type: preventive, owner: m-sato, due: 2026-10-24}
---

Told in time.
"""


def put_company(folder: Path) -> None:
    """A repository with a catalog, a policy and one record."""
    put_catalog(folder, COMPANY_OWNERS, COMPANY_ASSETS)
    write(folder, "postmortems/2026/2026-03-14-orders-late.md", PAST)


def moment(text: str) -> Moment:
    return Moment.parse(f"2026-11-20T{text}Z")


NOTICE = Notice(
    "pagerduty",
    "Q1",
    "Orders are stale",
    reference="https://pellwick.example/incidents/Q1",
    severity="P2",
    summary="Nine hours old",
    clock={"detected_at": moment("07:42"), "resolved_at": moment("10:05")},
    log=(LogEntry(moment("08:00"), "Reloading the feed", "mitigation"),),
    names=(Name("service", "orders-service"),),
    people=(Person("on-call", ("Mei Sato",)),),
)


def notice(**changed: Any) -> Notice:
    """The event, with some of it changed."""
    return replace(NOTICE, **changed)
