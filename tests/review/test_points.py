"""What stands on the agenda: each point, its words, and the hour that it has to fit into."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import brought_forward
import pytest
from brought_forward import AGAIN, END, FIRST
from scratch import put_catalog, write

from debrief.archive import Archive
from debrief.document import write_record
from debrief.lifecycle import turns
from debrief.review import Basis, Desk, Section, Span, agenda, markdown
from debrief.review.agenda import HOUR, POINTS, fitted
from debrief.review.anniversaries import next_occasion, occasion
from debrief.review.phrases import plain
from debrief.shareable import shareable

DAY_AFTER = date(2026, 10, 1)


def desk_of(root: Path, today: date, span: str = "2026-Q3") -> Desk:
    return Desk(Basis.of(shareable(Archive.load(root))), Span.parse(span), today)


def points(desk: Desk) -> dict[str, Section]:
    return {section.anchor: section for section in agenda(desk).sections}


def notes(section: Section) -> list[str]:
    return [plain(note) for item in section.items for note in item.notes]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    root = tmp_path_factory.mktemp("points")
    brought_forward.put_archive(root)
    return desk_of(root, DAY_AFTER)


# --- what came back ------------------------------------------------------------------------------


def test_a_recurrence_tells_which_promise_was_postponed_past_its_day_and_why(desk: Desk) -> None:
    (item,) = points(desk)["recurred"].items
    first, postponed, kept = (plain(note) for note in item.notes)
    assert first == "It names an earlier outage: Orders late (7 Oct 2025)."
    assert postponed == (
        "Do the guard (Ann Abel) had been promised for 1 Aug 2026, and had been postponed to "
        "15 Oct 2026: Waits for the new loader."
    )
    assert kept == (
        "Do the page (Bob Baker) was in place (done 20 Nov 2025, verified 10 Dec 2025), and it "
        "happened all the same."
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"due": "2026-07-31"}, "was 5 days overdue on that day."),
        ({"due": "2026-12-01"}, "was open on that day, due 1 Dec 2026."),
        (
            {"status": "done", "done_on": "2026-01-10", "due": "2026-01-10"},
            "was in place (done 10 Jan 2026, not verified), and it happened all the same.",
        ),
        (
            {
                "status": "not-doing",
                "reason": "Too dear",
                "due": "2026-01-10",
                "changes": [
                    {
                        "changed_on": "2026-01-05",
                        "field": "status",
                        "from": "open",
                        "to": "not-doing",
                        "reason": "Too dear",
                    }
                ],
            },
            "had been decided against: Too dear.",
        ),
    ],
)
def test_it_tells_what_the_promise_was_worth_on_that_day(
    tmp_path: Path, told: dict[str, Any], said: str
) -> None:
    put_catalog(tmp_path, brought_forward.OWNERS, brought_forward.ASSETS)
    promise = {"id": "guard", "title": "Guard it", "type": "preventive", "owner": "ann", **told}
    put(tmp_path, FIRST, actions=[promise], published_on="2025-10-20")
    put(tmp_path, AGAIN, recurrence_of=FIRST, published_on="2026-08-20")
    found = notes(points(desk_of(tmp_path, DAY_AFTER))["recurred"])
    assert found[1] == f"Guard it (Ann Abel) {said}"


def test_where_nothing_was_promised_it_says_so(tmp_path: Path) -> None:
    put_catalog(tmp_path, brought_forward.OWNERS, brought_forward.ASSETS)
    put(tmp_path, FIRST, published_on="2025-10-20")
    put(tmp_path, AGAIN, recurrence_of=FIRST, published_on="2026-08-20")
    found = notes(points(desk_of(tmp_path, DAY_AFTER))["recurred"])
    assert found[1:] == ["No preventive action is recorded against it: nothing had been promised."]


def put(root: Path, record_id: str, **told: Any) -> None:
    values = {
        "title": record_id[11:],
        "status": "published",
        "severity": "sev2",
        "owner": "ann",
        "incident": {"started_at": f"{record_id[:10]}T01:00Z"},
        "assets": [{"asset": "wh.orders"}],
        **told,
    }
    write(root, f"postmortems/{record_id[:4]}/{record_id}.md", write_record(values, "Told.\n"))


# --- the other points ----------------------------------------------------------------------------


def test_overdue_promises_stand_below_their_owner_with_how_late_they_are(desk: Desk) -> None:
    told = [
        (plain(i.group), plain(i.head), plain(i.meta[0])) for i in points(desk)["overdue"].items
    ]
    assert told == [
        ("Ann Abel", "Do the mend", "15 days overdue"),
        ("Bob Baker", "Do the count", "1 day overdue"),
    ]


def test_a_project_says_what_it_would_take_away(desk: Desk) -> None:
    assert "It would take away: By chance." in notes(points(desk)["projects"])


def test_what_a_consumer_found_says_whether_anything_will_find_it_next_time(desk: Desk) -> None:
    found = notes(points(desk)["detection"])
    assert found[0].startswith("Found by a consumer of the data after 2 days 7 h")
    assert found[1] == "None of its actions is a test, a monitor or an alert."


def test_who_looks_at_what_broke_and_is_not_named_is_told(desk: Desk) -> None:
    assert "Nobody who looks at these is named in it: Sales board (Cyd Cole)." in notes(
        points(desk)["stakeholders"]
    )


def test_an_outage_of_a_year_ago_says_when_its_day_comes_round(desk: Desk) -> None:
    (item,) = points(desk)["anniversaries"].items
    assert plain(item.group) == "In Q4 2026"
    assert plain(item.head) == "Orders late"
    assert [plain(note) for note in item.notes][1:] == [
        "Of 2 preventive actions 1 is verified; Do the guard (Ann Abel) is open, due 15 Oct 2026.",
        "It came back since: Orders late again.",
    ]


def test_what_could_be_closed_and_what_was_kept_in_time_is_told(desk: Desk) -> None:
    found = points(desk)
    assert [plain(item.head) for item in found["unclosed"].items] == ["Stock doubled"]
    assert notes(found["kept"]) == ["Do the watch."]


def test_a_restricted_record_tells_nothing_but_its_outline(tmp_path: Path) -> None:
    put_catalog(tmp_path, brought_forward.OWNERS, brought_forward.ASSETS)
    secret = {"visibility": "restricted", "summary": "Secret words", "published_on": "2026-09-01"}
    late = {
        "changed_on": "2026-09-10",
        "field": "due",
        "from": "2026-09-12",
        "to": "2026-09-20",
        "reason": "Secret words",
    }
    action = {"id": "fix", "title": "Fix it", "type": "preventive", "owner": "ann"}
    put(tmp_path, AGAIN, **secret, actions=[{**action, "due": "2026-09-20", "changes": [late]}])
    found = points(desk_of(tmp_path, DAY_AFTER))
    assert "Secret" not in repr(found)
    assert [plain(item.head) for item in found["overdue"].items] == ["Fix it"]
    assert any("restricted" in plain(said) for said in found["happened"].said)


def test_a_quarter_without_anything_says_so_in_a_sentence(tmp_path: Path) -> None:
    put_catalog(tmp_path, brought_forward.OWNERS, brought_forward.ASSETS)
    report = agenda(desk_of(tmp_path, DAY_AFTER))
    (section,) = report.sections
    assert [plain(said) for said in section.said] == [
        "No outage began in Q3 2026; in Q2 2026 there was none.",
        "There is nothing to talk about: nothing happened, nothing is late or to do first.",
    ]
    assert (section.tables, report.minutes) == ((), 0)


# --- the hour ------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [[1] * 18, [6, 12, 12, 9, 9, 6, 5, 5, 4, 4, 3, 3, 3, 2, 4], [60]])
def test_the_minutes_never_come_to_more_than_an_hour_and_each_point_has_one(
    asked: list[int],
) -> None:
    sections = [Section(str(at), "A point", minutes=number) for at, number in enumerate(asked)]
    given = [section.minutes for section in fitted(sections)]
    assert sum(given) == min(HOUR, sum(asked))
    assert min(given) >= 1


def test_the_agenda_of_a_full_quarter_fits_into_an_hour(desk: Desk) -> None:
    report = agenda(desk)
    assert 30 <= report.minutes <= HOUR
    assert all(section.question for section in report.points)


def test_the_next_leaders_follow_the_rotation() -> None:
    policy = Archive.load(Path(__file__).parents[2]).catalog.policy
    review = replace(policy.review, cadence="quarterly", rotation=("a", "b"))
    found = turns(replace(policy, review=review), END)
    # The first turn is the one that runs, from the day that was asked for.
    assert [next(found) for _ in range(3)] == [
        (END, "a"),
        (date(2026, 10, 1), "b"),
        (date(2027, 1, 1), "a"),
    ]
    assert list(turns(replace(policy, review=replace(review, rotation=())), END)) == []


# --- days that come round ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "what", "again"),
    [
        ("2024-11-29", "Black Friday and the days after it", "2026-11-27"),
        ("2025-03-30", "the Sunday on which clocks change in Europe", "2026-03-29"),
        ("2025-09-30", "the last day of a quarter", "2026-09-30"),
        ("2025-12-31", "the turn of the year", "2026-12-31"),
        ("2024-02-29", "the twenty-ninth of February", None),
        ("2025-05-07", "", "2026-05-07"),
    ],
)
def test_days_that_come_round_are_known(day: str, what: str, again: str | None) -> None:
    then = date.fromisoformat(day)
    assert occasion(then) == what
    assert next_occasion(then, 2026) == (date.fromisoformat(again) if again else None)


@pytest.mark.parametrize(
    ("text", "months", "name", "label"),
    [
        ("2026-Q3", 3, "2026-Q3", "Q3 2026"),
        ("q1 2026", 3, "2026-Q1", "Q1 2026"),
        ("2026q4", 3, "2026-Q4", "Q4 2026"),
        ("2026-10", 1, "2026-10", "October 2026"),
    ],
)
def test_a_quarter_and_a_month_are_read_as_people_write_them(
    text: str, months: int, name: str, label: str
) -> None:
    span = Span.parse(text, months)
    assert (span.name, span.label) == (name, label)
    assert span.previous.next == span == Span.of(span.last, months)
    assert span.first in span
    assert span.next.first not in span


@pytest.mark.parametrize(
    ("text", "months"), [("2026-Q5", 3), ("2026", 3), ("0000-Q1", 3), ("2026-13", 1), ("Oct", 1)]
)
def test_what_is_neither_is_refused_with_what_to_write(text: str, months: int) -> None:
    with pytest.raises(ValueError, match="write one as 2026-"):
        Span.parse(text, months)


# --- the samples ---------------------------------------------------------------------------------


@pytest.mark.samples
def test_the_handbook_shows_what_the_samples_tell(root: Path) -> None:
    text = (root / "docs/handbook/reviews.md").read_text("utf-8")
    _, _, shown = text.partition("```markdown\n")
    written = markdown.written(agenda(desk_of(root, date(2026, 11, 25), "2026-Q1")))
    assert shown.partition("```")[0] in written


@pytest.mark.samples
def test_the_handbook_names_every_point(root: Path) -> None:
    text = (root / "docs/handbook/reviews.md").read_text("utf-8")
    assert [point.title for point in POINTS if point.title not in text] == []
