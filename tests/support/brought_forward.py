"""A small archive at the end of a quarter, and two months of its life by the project's ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from scratch import put_catalog, write

from debrief import edit
from debrief.amendments import (
    Amendment,
    Move,
    Reason,
    Signature,
    move,
    postpone,
    reassign_action,
    reassign_record,
)
from debrief.archive import Archive
from debrief.document import write_record
from debrief.edit import Append, Edit, Put

END = date(2026, 9, 30)
"""The last day of the quarter."""
LATER = date(2026, 11, 25)
NEW_DATE = date(2026, 12, 1)

OWNERS = """\
owners:
  ann: {name: Ann Abel, kind: person}
  bob: {name: Bob Baker, kind: person}
  cyd: {name: Cyd Cole, kind: person}
  a-team: {name: A team, kind: team, members: [ann, bob]}
"""
ASSETS = """\
assets:
  wh.orders: {name: Orders, kind: table, domain: sales, owner: a-team, steward: a-team}
  wh.stock: {name: Stock, kind: table, domain: supply, owner: a-team}
  board.sales: {name: Sales board, kind: dashboard, owner: cyd, upstream: [wh.orders]}
"""

POLICY = """\
validation:
  - {categories: [runbook], method: tabletop, every_days: 90}
"""

FIRST = "2025-10-07-orders-late"
KEPT = "2026-01-15-stock-doubled"
AGAIN = "2026-08-05-orders-late-again"
OPEN = "2026-09-20-stock-wrong"
HIDDEN = "2026-09-28-orders-short"
NEXT = "2026-10-07-stock-wrong-again"


def put_archive(root: Path) -> None:
    """The archive as it was on the last day of the quarter."""
    put_catalog(root, OWNERS, ASSETS)
    with (root / "catalog/policy.yml").open("a", encoding="utf-8") as policy:
        policy.write(POLICY)
    _put(root, FIRST, published("2025-10-20", "sev2", "wh.orders"), [
        {"id": "guard", "type": "preventive", "addresses": ["root"], "impact": "high",
         "feasibility": "high", "owner": "ann", "due": "2026-10-15", "changes": [
            {"changed_on": "2026-07-28", "field": "due", "from": "2026-08-01", "to": "2026-10-15",
             "reason": "Waits for the new loader"}]},
        {"id": "page", "type": "preventive", "addresses": ["root"], "owner": "bob",
         "due": "2025-12-01", "status": "verified", "done_on": "2025-11-20",
         "verification": {"verified_on": "2025-12-10", "verified_by": "ann"}},
    ])  # fmt: skip
    _put(root, KEPT, published("2026-02-01", "sev3", "wh.stock"), [
        {"id": "test", "type": "preventive", "category": "runbook", "owner": "bob",
         "due": "2026-03-01",
         "status": "verified", "done_on": "2026-02-20",
         "verification": {"verified_on": "2026-03-02", "verified_by": "ann"}},
    ])  # fmt: skip
    again = published("2026-08-20", "sev1", "wh.orders") | {"recurrence_of": FIRST}
    again["assets"] = [{"asset": "wh.orders", "effect": "stale", "data_from": "2026-08-05",
                        "repair": "pending"}]  # fmt: skip
    _put(root, AGAIN, again, [
        {"id": "mend", "type": "corrective", "owner": "ann", "due": "2026-09-15"},
        {"id": "watch", "type": "preventive", "category": "monitoring", "owner": "bob",
         "due": "2026-09-10", "status": "done", "done_on": "2026-09-01"},
        {"id": "rebuild", "type": "preventive", "addresses": ["root"], "impact": "high",
         "feasibility": "low", "owner": "bob", "due": "2026-12-31"},
        {"id": "ask", "type": "preventive", "impact": "high", "feasibility": "high",
         "owner": "ann", "due": "2026-10-31", "status": "in-progress"},
    ])  # fmt: skip
    _put(root, OPEN, in_review("sev2", "2026-09-20T02:00Z", "2026-09-22T09:00Z", "wh.stock"), [
        {"id": "count", "type": "preventive", "owner": "bob", "due": "2026-09-29"},
    ])  # fmt: skip


def bring_forward(root: Path) -> Iterator[tuple[date, str]]:
    """Two months of life; after each step, its day and what was done."""
    yield from _amended(root, date(2026, 10, 3), HIDDEN)
    _change(root, AGAIN, Put(("assets", 0, "repair"), "backfilled"),
            Put(("assets", 0, "data_to"), "2026-10-02"),
            Put(("assets", 0, "restored_at"), "2026-10-05T10:00Z"))  # fmt: skip
    yield date(2026, 10, 5), "repaired"
    tried = {"method": "tabletop", "held_on": "2026-10-06", "held_by": "ann", "result": "held"}
    _change(root, KEPT, Append(("actions", 0, "rehearsals"), tried))
    yield date(2026, 10, 6), "rehearsed"
    yield from _amended(root, date(2026, 10, 9), NEXT)
    late = Reason("The loader is late", date(2026, 10, 10))
    _apply(root, FIRST, lambda r, a: postpone(r, a.catalog.policy, "guard", NEW_DATE, late))
    yield date(2026, 10, 10), "postponed"
    away = Reason("Ann is away", date(2026, 10, 11))
    _apply(root, FIRST, lambda r, a: reassign_action(r, a.catalog, "guard", "bob", away))
    _apply(root, AGAIN, lambda r, a: reassign_record(r, a.catalog, "bob", away))
    yield date(2026, 10, 11), "handed on"
    signers = (("ann", "facilitator"), ("bob", "steward"), ("a-team", "owner"))
    agreed = Move("published", signatures=tuple(Signature(*one) for one in signers))
    _change(root, OPEN, Put(("review", "held_on"), "2026-10-12"))
    _apply(root, OPEN, lambda r, a: move(r, a.catalog, agreed, date(2026, 10, 13)))
    yield date(2026, 10, 13), "published"
    _change(root, AGAIN, *_done(0, "2026-10-20"), *_verified(1, "2026-10-09"))
    yield date(2026, 10, 20), "done and verified"
    _change(root, AGAIN, *_dropped(2, "2026-10-22"))
    yield date(2026, 10, 22), "decided against"
    over = Move("closed", signatures=(Signature("ann", "closing"),))
    _apply(root, KEPT, lambda r, a: move(r, a.catalog, over, date(2026, 11, 2)))
    yield date(2026, 11, 2), "closed"


def _amended(root: Path, day: date, record_id: str) -> Iterator[tuple[date, str]]:
    """Another outage comes in; one of them began while the quarter lasted, and nobody knew."""
    if record_id == HIDDEN:
        told = in_review("sev3", "2026-09-28T01:00Z", "2026-10-03T08:00Z", "wh.orders")
    else:
        told = published("2026-10-09", "sev4", "wh.stock") | {"recurrence_of": OPEN}
    _put(root, record_id, told, [{"id": "look", "type": "preventive", "owner": "ann",
                                  "due": "2026-12-01"}])  # fmt: skip
    yield day, "added"


def published(day: str, severity: str, asset: str) -> dict[str, Any]:
    """A published record; its times are those of the day in its name, filled in by ``_put``."""
    return {
        "status": "published",
        "severity": severity,
        "incident": {"detected_by": "monitor"},
        "assets": [{"asset": asset, "effect": "wrong", "repair": "none-needed"}],
        "published_on": day,
    }


def in_review(severity: str, started: str, detected: str, asset: str) -> dict[str, Any]:
    """A record that is not agreed yet, of an outage that a consumer found."""
    return {
        "status": "in-review",
        "severity": severity,
        "incident": {"detected_by": "consumer", "started_at": started, "detected_at": detected},
        "assets": [{"asset": asset, "effect": "wrong", "data_from": started[:10],
                    "repair": "pending"}],
    }  # fmt: skip


def _put(root: Path, record_id: str, told: dict[str, Any], actions: list[dict[str, Any]]) -> None:
    day = record_id[:10]
    clock = {"started_at": f"{day}T01:00Z", "detected_at": f"{day}T03:00Z"}
    if told["status"] == "published":
        clock["resolved_at"] = f"{day}T09:00Z"
        seen = {"kind": "symptom", "event": "Somebody saw it"}
        told = {**told, "timeline": [{"at": f"{day}T0{hour}:00Z", **seen} for hour in (3, 4, 5, 9)]}
    values = {
        "title": record_id[11:].replace("-", " ").capitalize(),
        "summary": "What came of it, in a sentence",
        "owner": "ann",
        **told,
        "incident": {**clock, **told["incident"]},
        "roles": {"facilitator": "ann", "stewards": ["bob"]},
        "causes": [
            {"id": "root", "role": "root", "category": "schedule", "statement": "By chance"}
        ],
        "actions": [{"title": f"Do the {one['id']}", "status": "open", **one} for one in actions],
    }
    path = f"postmortems/{day[:4]}/{record_id}.md"
    write(root, path, write_record(values, "## What happened\n\nSomething.\n"))


def _done(index: int, day: str) -> tuple[Edit, ...]:
    path = ("actions", index)
    return Put((*path, "status"), "done"), Put((*path, "done_on"), day)


def _verified(index: int, day: str) -> tuple[Edit, ...]:
    path = ("actions", index)
    return (
        Put((*path, "status"), "verified"),
        Put((*path, "verification", "verified_on"), day),
        Put((*path, "verification", "verified_by"), "ann"),
    )


def _dropped(index: int, day: str) -> tuple[Edit, ...]:
    path, reason = ("actions", index), "It would not have helped"
    entry = {"changed_on": day, "field": "status", "from": "open", "to": "not-doing"}
    return (
        Put((*path, "status"), "not-doing"),
        Put((*path, "reason"), reason),
        Append((*path, "changes"), {**entry, "reason": reason}),
    )


def _change(root: Path, record_id: str, *edits: Edit) -> None:
    edit.edit_file(root / f"postmortems/{record_id[:4]}/{record_id}.md", edits)


def _apply(root: Path, record_id: str, make: Any) -> None:
    archive = Archive.load(root)
    amendment: Amendment = make(archive.by_id[record_id], archive)
    _change(root, record_id, *amendment.edits)
