"""The quarters: which have a page, and the agenda of the review on each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from debrief.quarters import Quarter
from debrief.review import Desk, Span, agenda
from debrief.review.phrases import plain
from debrief.site import grouping, quarter
from debrief.site.edition import Edition

pytestmark = pytest.mark.samples


def test_a_quarter_that_is_over_is_told_as_of_its_last_day(samples: Edition, read: Any) -> None:
    past = quarter.QuarterView(samples, Quarter(2026, 1))
    assert past.as_of == date(2026, 3, 31)
    late = Edition.of(samples.archive, date(2027, 5, 1), samples.templates)
    then = quarter.QuarterView(late, Quarter(2026, 1))
    assert overdue(then) == overdue(past)
    assert overdue(then), "something was late then that is done now"
    page = read(quarter.quarter_page(late, Quarter(2026, 1)).html).text
    assert "Told as of the last day of the quarter, 31 March 2026" in page
    assert "What became of it by 1 May 2027" in page


def overdue(view: quarter.QuarterView) -> list[str]:
    (point,) = (section for section in view.points if section.anchor == "overdue")
    return [plain(item.head) for item in point.items]


def test_the_page_has_the_points_of_the_report_and_leads_to_each(
    samples: Edition, read: Any
) -> None:
    page = read(quarter.quarter_page(samples, Quarter(2026, 4)).html)
    report = agenda(Desk(samples.basis, Span.parse("2026-Q4"), samples.today))
    anchors = {section.anchor for section in report.sections}
    assert {"severe", "detection", "unrepaired", "overdue", "quick-wins", "projects"} <= anchors
    assert {f"#{anchor}" for anchor in anchors} <= set(page.values("href"))
    assert anchors <= set(page.values("id"))
    text = " ".join(page.text.split())
    for section in report.sections:
        assert section.question in text
        assert all(plain(item.head) in text for item in section.shown[:1] if section.minutes)
    assert "By the rotation" in text


def test_the_figures_stand_with_what_they_mean(samples: Edition, read: Any) -> None:
    text = read(quarter.quarter_page(samples, Quarter(2026, 4)).html).text
    assert "Twelve months to 22 Nov 2026" in text
    assert "The time from the start of an outage until anybody knew." in text


def test_the_severities_of_a_quarter_add_up_to_its_outages(samples: Edition) -> None:
    views = [quarter.QuarterView(samples, one) for one in quarter.quarters(samples)]
    for view in views:
        parts = [part for part in view.severities.split(", ") if part]
        assert sum(int(part.split(" ", 1)[0]) for part in parts) == len(view.own), view.name
    assert "1 restricted" in {part for view in views for part in view.severities.split(", ")}


def test_imported_and_unrated_outages_are_counted_apart(repository: Any, read: Any) -> None:
    assert rows(repository.edition(), read) == ["Q4 2026until today 0 – – – –"]
    repository.record("2026-08-01-rated-by-nobody", {"title": "T", "status": "draft"})
    old = {"title": "T", "status": "published", "imported": {"source": "a wiki"}}
    repository.record("2019-05-01-old", {**old, "severity": "sev2"})
    repository.record("2019-05-02-old", old)
    found = rows(repository.edition(), read)
    assert found == [
        "Q4 2026until today 0 – 0 – – –",
        "Q3 2026 1 1 not rated 0 0 0 0",
        "Q2 2019 0 – 21 SEV 2, 1 not rated – – –",
    ]


def rows(edition: Edition, read: Any) -> list[str]:
    """The rows of the overview, each in its words."""
    text = " ".join(read(quarter.overview_page(edition).html).text.split())
    _, _, table = text.partition("Data-days wrong ")
    return [f"Q{row}".strip() for row in table.split("Q") if row]


def test_every_quarter_since_our_first_outage_has_a_page_also_a_quiet_one(
    repository: Any, read: Any
) -> None:
    repository.record(
        "2019-05-01-old", {"title": "T", "status": "draft", "imported": {"source": "x"}}
    )
    repository.record("2026-01-05-own", {"title": "T", "status": "draft"})
    edition = repository.edition()
    found = [str(one) for one in quarter.quarters(edition)]
    assert found == ["2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1", "2019-Q2"]
    page = read(quarter.quarter_page(edition, Quarter(2026, 3)).html)
    assert "No outage began in Q3 2026; in Q2 2026 there was none." in page.text
    assert "No outage was recorded." in page.text


def test_a_quiet_quarter_says_so(repository: Any, read: Any) -> None:
    edition = repository.edition()
    (now,) = quarter.quarters(edition)
    page = read(quarter.quarter_page(edition, now).html)
    assert "nothing to talk about" in page.text
    assert "No outage was recorded" in page.text


def test_the_pages_of_quarters_cover_all_records(samples: Edition) -> None:
    views = [quarter.QuarterView(samples, q) for q in quarter.quarters(samples)]
    told = [record.id for view in views for record in view.records]
    assert sorted(told) == sorted(r.id for r in grouping.happened(samples.records))


def test_the_home_page_may_ask_for_quarters_in_which_nothing_happened(samples: Edition) -> None:
    assert [str(one) for one in quarter.around(samples, 3)] == ["2026-Q2", "2026-Q3", "2026-Q4"]
