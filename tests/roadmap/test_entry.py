"""Which open actions there are, what each would prevent, and in which order they stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from scratch import write
from tracked import AGAIN, LATE, PATH, put_company

from debrief.archive import Archive
from debrief.roadmap.entry import ORDERS, Entry, Wanted, entries
from debrief.roadmap.table import link_to
from debrief.site import address

TODAY = date(2026, 11, 25)

SECOND = f"""\
---
title: Orders mart was late again
status: published
severity: sev1
owner: pricing
incident: {{started_at: 2026-06-01T01:10Z}}
assets: [{{asset: wh.orders}}]
recurrence_of: {LATE}
causes:
  - id: skip
    role: root
    category: data-format-change
    statement: The loader skips rows it does not know
    likelihood: low
    effect: high
actions:
  - id: quick
    title: Quick
    type: preventive
    addresses: [skip]
    owner: n-okafor
    due: 2026-11-20
    impact: high
    feasibility: high
    changes:
      - {{changed_on: 2026-10-01, field: due, from: 2026-10-20, to: 2026-11-20, reason: Waits}}
  - {{id: unrated, title: Unrated, type: preventive, owner: m-sato, due: 2026-11-01}}
---

Told.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put_company(tmp_path)
    write(tmp_path, f"postmortems/2026/{AGAIN}.md", SECOND)
    return tmp_path


def found(folder: Path, wanted: Wanted | None = None) -> list[Entry]:
    return entries(Archive.load(folder), TODAY, wanted)


def names(told: list[Entry]) -> list[str]:
    return [entry.action.id for entry in told]


def test_what_came_back_stands_first_then_what_is_of_high_risk(folder: Path) -> None:
    told = found(folder)
    assert names(told) == ["test", "page", "quick", "unrated"]
    first = told[0]
    assert first.recurrences == (AGAIN,)
    assert (first.risk, first.severity, len(first.outages)) == (9, "sev1", 2)
    assert first.alone_for == ("skip",)
    assert first.blocks == ("nothing else addresses skip",)
    assert first.age == (TODAY - date(2026, 3, 14)).days


def test_the_facts_of_an_action_are_told(folder: Path) -> None:
    quick = found(folder)[2]
    assert (quick.risk, quick.postponements, quick.recurrences) == (3, 1, ())
    assert quick.action.days_overdue(TODAY) == 5
    assert quick.blocks == ("closing: one of 2 open", "nothing else addresses skip")


def test_an_outage_of_another_cause_is_no_other_of_its_kind(folder: Path) -> None:
    file = folder / f"postmortems/2026/{AGAIN}.md"
    text = SECOND.replace("data-format-change", "capacity").replace(f"recurrence_of: {LATE}\n", "")
    file.write_text(text, encoding="utf-8")
    first = found(folder)[0]
    assert (first.action.id, first.recurrences, len(first.outages)) == ("test", (), 1)
    assert first.severity == "sev3"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("quadrant", ["quick", "test", "page", "unrated"]),
        ("due", ["unrated", "quick", "page", "test"]),
        ("age", ["page", "test", "quick", "unrated"]),
    ],
)
def test_other_orders_may_be_asked_for(folder: Path, order: str, expected: list[str]) -> None:
    assert names(sorted(found(folder), key=ORDERS[order])) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(types=frozenset(("preventive", "corrective"))), 5),
        (Wanted(owners=frozenset(("m-sato",))), 2),
        (Wanted(teams=frozenset(("pricing",))), 3),
        (Wanted(assets=frozenset(("wh.other",))), 0),
        (Wanted(domains=frozenset(("sales",))), 4),
        (Wanted(quadrants=frozenset(("quick win",))), 1),
        (Wanted(severities=frozenset(("sev1",))), 2),
        (Wanted(min_risk=4), 1),
        (Wanted(overdue=True), 2),
    ],
)
def test_less_or_more_may_be_asked_for(folder: Path, wanted: Wanted, expected: int) -> None:
    assert len(found(folder, wanted)) == expected


def test_nothing_of_a_withdrawn_record_or_of_a_retold_action(folder: Path) -> None:
    file = folder / PATH
    text = file.read_text(encoding="utf-8")
    withdrawn = text.replace("status: draft", "status: withdrawn\nwithdrawn: {reason: A drill}")
    file.write_text(withdrawn, encoding="utf-8")
    assert names(found(folder)) == ["quick", "unrated"]


@pytest.mark.parametrize("visibility", ["internal", "restricted"])
def test_a_link_back_leads_to_where_the_site_has_the_action(folder: Path, visibility: str) -> None:
    file = folder / PATH
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("owner: pricing\ni", f"visibility: {visibility}\ni"), "utf-8")
    first = next(entry for entry in found(folder) if entry.action.id == "test")
    assert first.record.visibility == visibility
    anchor = address.action_anchor("test", restricted=first.record.restricted)
    page = f"https://pm.example.com/{address.postmortem(LATE)}#{anchor}"
    assert link_to(first, "https://pm.example.com/") == page
    assert link_to(first, "") == ""


def test_an_empty_repository_has_an_empty_roadmap(tmp_path: Path) -> None:
    assert found(tmp_path) == []
