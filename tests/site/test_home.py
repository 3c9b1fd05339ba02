"""The home page, the actions, and the pages of quarters and groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from debrief.quarters import Quarter
from debrief.record import Action
from debrief.site import actions, address, chart, grouping, home, quarter, severity
from debrief.site.actions import PRIORITIES, STATES, ActionsView
from debrief.site.edition import Edition
from debrief.site.home import HomeView
from debrief.site.page import Page

pytestmark = pytest.mark.samples

Pages = Callable[[Edition], dict[str, Page]]


# --- figures and their trend ---------------------------------------------------------------------


def test_a_trend_ends_today_and_says_what_changed_since_the_last_quarter(samples: Edition) -> None:
    opened, overdue, published, recurrence = HomeView(samples).trends
    assert opened.now.period.last == samples.today
    assert opened.now.value == sum(action.is_open for _, action in samples.actions)
    assert overdue.now.value == len(ActionsView(samples).overdue)
    assert "than at the end of Q3 2026" in opened.change
    assert published.now.n >= 3
    assert recurrence.unit == "%"


def test_the_line_of_a_trend_leaves_gaps_and_needs_two_points() -> None:
    assert chart.spark([None, 3]) == ""
    assert chart.spark([1, 2, None, 3, 4], width=40, height=10).count("M") == 2
    assert chart.spark([5, 5, 5], width=10, height=10) == "M0.0 0.0L5.0 0.0L10.0 0.0"
    assert chart.spark([0, 0], width=10, height=10) == "M0.0 10.0L10.0 10.0"
    assert chart.spark([8, 10], width=10, height=10) == "M0.0 2.0L10.0 0.0", "from nought"
    assert chart.spark([0, 10], width=10, height=10) == "M0.0 10.0L10.0 0.0"


def test_the_chart_is_a_picture_in_the_colours_of_the_theme_with_its_text() -> None:
    columns = [("Q1", {"Bad": 2, "Worse": 1}), ("Q2", {"Bad": 0})]
    parts = {"Worse": "var(--db-fill-red)", "Bad": "var(--db-fill-grey)"}
    drawn = chart.stacked_bars(columns, parts, "Outages", 'Two "quarters" <b>')
    assert drawn.startswith('<svg class="db-chart" viewBox="')
    assert 'role="img" aria-label="Two &#34;quarters&#34; &lt;b&gt;"' in drawn
    assert drawn.count('fill="var(--db-fill-red)"') == 3, "two columns and the legend"
    assert "style" not in drawn
    assert drawn == chart.stacked_bars(columns, parts, "Outages", 'Two "quarters" <b>')


def test_the_table_beside_the_chart_has_the_same_numbers(samples: Edition) -> None:
    view = HomeView(samples)
    for name, counts in view.quarters:
        told = quarter.QuarterView(samples, Quarter.parse(name))
        assert counts.get("imported", 0) == len(told.retold)
        assert sum(counts.values()) == len(told.own) + len(told.retold)
    assert [name for name, _ in view.quarters][-1] == "2026-Q4"
    assert [view.column_name(key) for key in view.columns] == [
        *("SEV 1", "SEV 2", "SEV 3", "SEV 4", "Restricted", "Imported")
    ]


def test_an_archive_of_imported_records_alone_does_not_look_empty(
    repository: Any, read: Any
) -> None:
    given = {"status": "published", "imported": {"source": "A wiki"}, "severity": "sev2"}
    repository.record("2026-08-14-late", {"title": "Told of late", **given})
    repository.record("2019-03-14-old", {"title": "Told of old", **given})
    repository.record("2019-04-14-gone", {"title": "Gone", **given, "status": "withdrawn"})
    view = HomeView(replace(repository.edition(), today=date(2026, 11, 25)))
    page = read(home.home_page(view.edition).html)
    assert view.latest_title == "Latest imported outages"
    assert {"Told of late", "Told of old"} <= {record.title for record in view.latest_severe}
    assert dict(view.quarters)["2026-Q3"] == {**dict.fromkeys(view.severities, 0), "imported": 1}
    assert "1 outage began before, 1 of them imported" in " ".join(page.text.split())
    assert {trend.now.n for trend in view.trends} == {0}, "they stand in no figure"


def test_an_outage_without_a_severity_has_a_column_of_its_own(repository: Any) -> None:
    repository.record("2026-08-14-one", {"title": "One", "status": "draft"})
    view = HomeView(replace(repository.edition(), today=date(2026, 11, 25)))
    assert view.column_name(view.columns[-1]) == "No severity"
    assert dict(view.quarters)["2026-Q3"]["not given"] == 1
    assert "No severity" in view.chart
    assert view.latest_title == "Latest outages"


def test_home_names_what_must_not_be_relied_on_and_the_severe_outages(
    samples: Edition, read: Any
) -> None:
    shown = read(home.home_page(samples).html).text
    assert "Do not rely on" in shown
    for record in HomeView(samples).latest_severe:
        assert record.severity in quarter.SEVERE
        assert record.title in shown


# --- actions -------------------------------------------------------------------------------------


def test_every_action_is_in_one_state_and_every_open_one_has_one_priority(samples: Edition) -> None:
    view = ActionsView(samples)
    by_status = [kind for kind in STATES if kind.key != "overdue"]
    assert sum(len(view.of(kind)) for kind in by_status) == len(samples.actions)
    assert sum(len(view.of(kind)) for kind in PRIORITIES) == view.open
    late = [action.id for _, action in view.overdue]
    assert late == [a.id for _, a in samples.actions if a.days_overdue(samples.today)]


def test_the_states_are_those_of_the_schema(samples: Edition) -> None:
    schema = samples.archive.schemas["postmortem"]
    part = schema.resolve(schema.content["properties"]["actions"]["items"])
    known = schema.resolve(part["properties"]["status"])["enum"]
    assert [kind.key for kind in STATES if kind.key != "overdue"] == known


def test_the_quadrants_are_the_ones_of_the_model() -> None:
    levels = ("low", "medium", "high", None)
    every = {
        Action("a", "t", "preventive", impact=impact, feasibility=feasibility).quadrant
        for impact in levels
        for feasibility in levels
    }
    assert {kind.key for kind in PRIORITIES} == {name.replace(" ", "-") for name in every}


def test_actions_say_whose_they_are_why_they_moved_and_what_is_not_verified(
    samples: Edition, read: Any
) -> None:
    shown = read(actions.overview_page(ActionsView(samples)).html).text
    view = ActionsView(samples)
    for owner, _ in view.overdue_by_owner:
        assert samples.archive.catalog.owner_name(owner) in shown
    assert view.moved
    for moved in view.moved[:12]:
        assert moved.step.reason in shown
    assert all(action.title in shown for _, action in view.unverified[:8])


def test_settled_actions_are_cut_and_open_ones_never(
    samples: Edition, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SHOWN", 2)
    view = ActionsView(samples)
    kinds = {kind.key: kind for kind in STATES}
    verified = read(actions.kind_page(view, kinds["verified"]).html)
    assert len([tag for tag, _ in verified.elements if tag == "tr"]) == 1 + 2
    assert "The latest 2" in verified.text
    opened = read(actions.kind_page(view, kinds["open"]).html)
    rows = len([tag for tag, _ in opened.elements if tag == "tr"])
    assert rows == 1 + len(view.of(kinds["open"])) > 3


# --- groups --------------------------------------------------------------------------------------


def test_every_word_of_a_vocabulary_has_a_page_and_a_meaning(
    samples: Edition, pages: Pages
) -> None:
    made = pages(samples)
    assert {f"cause/{name}/" for name in samples.cause_categories} <= made.keys()
    assert {f"type/{name}/" for name in samples.incident_types} <= made.keys()
    severities = samples.archive.catalog.policy.severities
    assert {f"severity/{name}/" for name in severities} <= made.keys()
    assert all([*samples.cause_categories.values(), *samples.incident_types.values()])


def test_a_group_holds_its_outages_and_no_withdrawn_one(samples: Edition) -> None:
    for group in severity.groups(samples):
        expected = [
            r.id for r in samples.records if r.severity == group.key and r.status != "withdrawn"
        ]
        assert [record.id for record in group.records] == expected


def test_a_large_group_shows_the_newest_and_leads_to_all(
    samples: Edition, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "SHOWN", 1)
    group = max(severity.groups(samples), key=lambda g: len(g.records))
    page = read(grouping.group_page(samples, severity.INDEX, group).html)
    assert page.values("data-record") == [group.records[0].id]
    assert f"../../postmortems/?severity={group.key}" in page.values("href")


def test_the_handbook_and_the_schema_say_the_same_of_each_cause(
    samples: Edition, root: Any
) -> None:
    told = (root / "docs/handbook/causes.md").read_text("utf-8")
    for name, meaning in samples.cause_categories.items():
        row = f"| `{name}` | {meaning[:1].upper()}{meaning[1:-1]} |"
        assert row in told


def test_an_open_action_of_a_withdrawn_record_is_nobodys_promise(samples: Edition) -> None:
    record = next(r for r in samples.records if r.actions)
    gone = replace(record, status="withdrawn")
    entries = tuple(
        replace(e, record=gone) if e.record and e.record.id == record.id else e
        for e in samples.archive.entries
    )
    edition = Edition.of(
        replace(samples.archive, entries=entries), samples.today, samples.templates
    )
    assert record.id not in {r.id for r, _ in edition.actions}
    assert address.ACTIONS in {plan.address for plan in actions.plans(edition)}
