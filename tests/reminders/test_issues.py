"""Issues: one for each matter, whatever people did to it, and none twice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from promised import ACTION, FRONT, KEY, OWNERS, archive_of

from debrief.archive import Archive
from debrief.reminders.due import matters
from debrief.reminders.issues import END, LABEL, Issue, Planner, Step, at_most, mark_of
from debrief.reminders.wording import Wording

ALONE = FRONT.replace("status: draft", "status: published") + ACTION
"""A record that is reminded of for its action alone."""


@dataclass
class Host:
    """Keeps issues as a code host does."""

    issues: dict[int, Issue] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)

    def run(self, archive: Archive, on: str) -> list[Step]:
        """One run on a day; what was done."""
        today = date.fromisoformat(f"2026-{on}")
        planner = Planner(archive, Wording(archive.catalog), today)
        steps = planner.steps(matters(archive), self.issues.values())
        for step in steps:
            self.do(step)
        return steps

    def do(self, step: Step) -> None:
        number = step.number or len(self.issues) + 1
        known = self.issues.get(number, Issue(number, open=True, body=""))
        self.comments += [(number, comment) for comment in step.comments]
        values = dict(step.values)
        self.titles[number] = str(values.get("title", self.titles.get(number)))
        people = values.get("assignees", known.assignees)
        assert isinstance(people, list | tuple)
        # Hosts give the lines the ends of the web.
        body = str(values.get("body", known.body)).replace("\n", "\r\n")
        state = values.get("state", "open" if known.open else "closed")
        self.issues[number] = Issue(number, state == "open", body, tuple(people))

    @property
    def only(self) -> Issue:
        (issue,) = self.issues.values()
        return issue

    def said(self) -> list[str]:
        """The comments as words."""
        return [re.sub("<[^>]+>", "", comment) for _, comment in self.comments]


@pytest.fixture
def host() -> Host:
    return Host()


def test_an_action_gets_an_issue_when_its_first_day_comes(tmp_path: Path, host: Host) -> None:
    archive = archive_of(tmp_path, ALONE)
    assert host.run(archive, "03-10") == []
    (step,) = host.run(archive, "03-11")
    assert step.values["title"] == "Check the header"
    assert step.values["labels"] == [LABEL]
    assert step.values["assignees"] == ["m-sato"]
    assert host.only.body.replace("\r\n", "\n") == (
        '<!-- debrief reminder {"day":"2026-03-18","key":"action/2026-03-02-orders-late/'
        'check-header","said":"2026-03-11","to":["m-sato"]} -->\n\n'
        "<p><b>Check the header</b> is due on 18 March 2026. Postmortem: Orders came late.</p>\n\n"
        "<p>For Mei Sato (@m-sato): owns the action.</p>\n\n"
        "<p>What counts is <code>postmortems/2026/2026-03-02-orders-late.md</code>. This issue "
        "closes itself when the action is <code>done</code> or <code>not-doing</code> there.</p>"
        f"\n\n{END}\n"
    )


def test_it_is_opened_also_where_the_first_day_was_missed(tmp_path: Path, host: Host) -> None:
    host.run(archive_of(tmp_path, ALONE), "06-10")
    assert mark_of(host.only.body) is not None
    assert "also" not in host.said()
    assert "long overdue, so Pricing (@an-org/pricing) and Ada Boss (@a-boss)" in host.only.body


def test_it_is_said_again_in_a_comment_on_each_day_of_the_rhythm_and_on_no_other(
    tmp_path: Path, host: Host
) -> None:
    archive = archive_of(tmp_path, ALONE)
    for number in range(30):
        host.run(archive, f"{date(2026, 3, 11) + timedelta(days=number):%m-%d}")
    assert host.said() == [
        "Mei Sato (@m-sato): “Check the header” is due in 1 day, on 18 March 2026.",
        "Mei Sato (@m-sato): “Check the header” is due today.",
        "Mei Sato (@m-sato): “Check the header” was due on 18 March 2026, 1 day ago.",
        "Mei Sato (@m-sato): “Check the header” was due on 18 March 2026, 7 days ago.",
        (
            "Pricing (@an-org/pricing) and Ada Boss (@a-boss): “Check the header” was due on "
            "18 March 2026, 14 days ago; Mei Sato owns it."
        ),
        "Mei Sato (@m-sato): “Check the header” was due on 18 March 2026, 21 days ago.",
    ]
    assert len(host.issues) == 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=12, unique=True).map(sorted))
def test_whenever_it_runs_each_day_of_the_rhythm_is_covered_once(
    known: Archive, days: list[int]
) -> None:
    host, covered = Host(), Counter[date]()
    matter = next(each for each in matters(known) if each.key == KEY)
    for number in days:
        today = date(2026, 3, 5) + timedelta(days=number)
        before = mark_of(host.only.body) if host.issues else None
        steps = host.run(known, f"{today:%m-%d}")
        spoken = any("owns it" not in comment for step in steps for comment in step.comments)
        if spoken or (steps and before is None):
            after = before.said if before is not None else date(2026, 3, 1)
            covered.update(matter.rhythm.between(after, today))
        assert not host.run(known, f"{today:%m-%d}")  # a second run finds nothing to do
    last = date(2026, 3, 5) + timedelta(days=days[-1])
    assert covered == Counter(matter.rhythm.between(date(2026, 3, 1), last))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return archive_of(tmp_path_factory.mktemp("archive"), ALONE)


def test_a_date_that_moved_is_said_and_written(tmp_path: Path, host: Host) -> None:
    host.run(archive_of(tmp_path, ALONE), "03-12")
    later = ALONE.replace("due: 2026-03-18", "due: 2026-05-04")
    archive = archive_of(tmp_path, later)
    host.run(archive, "03-13")
    assert host.said() == ["The date has moved: it is 4 May 2026 now."]
    assert "is due on 4 May 2026" in host.only.body
    assert host.only.open
    assert host.run(archive, "03-16") == []


def test_another_owner_is_assigned_in_place_of_the_last_and_nobody_else_is_taken_off(
    tmp_path: Path, host: Host
) -> None:
    host.run(archive_of(tmp_path, ALONE), "03-12")
    host.issues[1] = replace(host.only, assignees=("M-Sato", "somebody"))
    host.run(archive_of(tmp_path, ALONE.replace("owner: m-sato", "owner: o-brandt")), "03-13")
    assert host.only.assignees == ("somebody", "o-brandt")
    assert "For Ole Brandt (@o-brandt): owns the action." in host.only.body


def test_what_people_wrote_below_stays(tmp_path: Path, host: Host) -> None:
    host.run(archive_of(tmp_path, ALONE), "03-12")
    host.issues[1] = replace(host.only, body=host.only.body + "\r\nA note of ours.\r\n")
    host.run(archive_of(tmp_path, ALONE.replace("2026-03-18", "2026-03-20")), "03-13")
    assert host.only.body.endswith(f"{END}\r\n\r\nA note of ours.\r\n")


@pytest.mark.parametrize(
    ("change", "words", "reason"),
    [
        (
            ("status: open", "status: done\n    done_on: 2026-03-16"),
            "Done on 16 March 2026, says the record.",
            "completed",
        ),
        (
            ("status: open", "status: not-doing\n    reason: <b> costs @all too much"),
            "It will not be done, says the record. Why: &lt;b&gt; costs @&#8203;all too much",
            "not_planned",
        ),
        (("id: check-header", "id: other"), "has no action check-header any more", "not_planned"),
        (
            ("status: published", "status: withdrawn\nwithdrawn: {reason: It was none}"),
            "The record was withdrawn.",
            "not_planned",
        ),
    ],
)
def test_it_is_closed_when_the_record_says_so(
    tmp_path: Path, host: Host, change: tuple[str, str], words: str, reason: str
) -> None:
    host.run(archive_of(tmp_path, ALONE), "03-12")
    steps = host.run(archive_of(tmp_path, ALONE.replace(*change)), "03-13")
    (closing,) = [step for step in steps if step.number == 1]
    assert closing.values == {"state": "closed", "state_reason": reason}
    assert any(words in comment for comment in host.said())
    assert not host.issues[1].open


def test_the_issue_of_a_record_that_cannot_be_read_is_left_alone(
    tmp_path: Path, host: Host
) -> None:
    archive = archive_of(tmp_path, ALONE)
    host.run(archive, "03-12")
    (file,) = tmp_path.glob("postmortems/*/*.md")
    file.write_text("---\ntitle: [\n---\n", encoding="utf-8")
    assert host.run(Archive.load(tmp_path), "03-25") == []


def test_closed_by_hand_it_is_reopened_on_the_next_day_of_the_rhythm(
    tmp_path: Path, host: Host
) -> None:
    archive = archive_of(tmp_path, ALONE)
    host.run(archive, "03-12")
    host.issues[1] = replace(host.only, open=False)
    assert host.run(archive, "03-16") == []
    host.run(archive, "03-17")
    assert host.only.open
    assert host.said()[0].startswith("This was closed, and postmortems/")


def test_an_action_that_is_open_again_reopens_its_issue(tmp_path: Path, host: Host) -> None:
    host.run(archive_of(tmp_path, ALONE), "03-12")
    done = ALONE.replace("status: open", "status: done\n    done_on: 2026-03-13")
    host.run(archive_of(tmp_path, done), "03-13")
    host.run(archive_of(tmp_path, ALONE), "03-18")
    assert host.only.open


def test_of_two_issues_of_one_matter_the_second_is_closed(tmp_path: Path, host: Host) -> None:
    archive = archive_of(tmp_path, ALONE)
    host.run(archive, "03-12")
    host.issues[2] = replace(host.only, number=2)
    host.run(archive, "03-13")
    assert [issue.open for issue in host.issues.values()] == [True, False]
    assert host.said() == ["There are two issues of this: #1 is the other one."]


def test_an_issue_without_a_mark_that_can_be_read_is_nobodys(tmp_path: Path, host: Host) -> None:
    for number, body in enumerate(
        (
            "",
            "Hello",
            "<!-- debrief reminder {} -->",
            '<!-- debrief reminder {"key": 3, "said": "2026-03-11"} -->',
            '<!-- debrief reminder {"key": "action/x/y", "said": "soon"} -->',
            f'x <!-- debrief reminder {{"key":"{KEY}","said":"2026-03-11"}} -->',
            "<!-- debrief reminder " + '{"a":' * 5_000 + "} -->",
        ),
        start=1,
    ):
        host.issues[number] = Issue(number, open=True, body=body)
    (step,) = host.run(archive_of(tmp_path, ALONE), "03-12")
    assert step.number is None


def test_records_data_and_work_left_behind_get_issues_of_their_own(
    tmp_path: Path, host: Host
) -> None:
    front = FRONT.replace("none-needed", "pending") + ACTION.replace("m-sato", "v-gone")
    archive = archive_of(tmp_path, front)
    host.run(archive, "03-16")
    assert sorted(host.titles.values()) == [
        "Check the header",
        "Data to repair: Orders",
        "To be in review: Orders came late",
        "To hand on: what Vera Gone owns",
    ]
    bodies = " ".join(issue.body for issue in host.issues.values())
    assert "<li>action “Check the header”</li>" in bodies
    assert "./debrief reassign NEW --from v-gone --all" in bodies
    repaired = front.replace("pending", "lost").replace("draft", "in-review")
    handed_on = repaired.replace("owner: v-gone", "owner: m-sato")
    host.run(archive_of(tmp_path, handed_on), "03-17")
    assert [issue.open for issue in host.issues.values()].count(True) == 1
    assert "The record says: lost. This issue is closed." in host.said()
    assert "Nothing is left to hand on. This issue is closed." in host.said()
    assert "The record is in review. This issue is closed." in host.said()


def test_hostile_words_stay_words(tmp_path: Path, host: Host) -> None:
    title = '"--> <img src=x> @an-org/all closes #1 ::error::x"'
    archive = archive_of(tmp_path, ALONE.replace("Check the header", title))
    host.run(archive, "03-12")
    body, name = host.only.body, host.titles[1]
    assert "<img" not in body
    assert "--&gt; &lt;img src=x&gt; @&#8203;an-org/all closes #&#8203;1" in body
    assert "@an-org" not in name
    assert "#1" not in name
    assert mark_of(body) is not None


def test_what_ends_a_comment_cannot_stand_in_a_mark(tmp_path: Path, host: Host) -> None:
    owners = OWNERS.replace("o-brandt", "o--")
    front = ALONE.replace("owner: m-sato", "owner: o--").replace("o-brandt", "o--")
    host.run(archive_of(tmp_path, front, owners), "03-12")
    mark = mark_of(host.only.body)
    assert mark is not None
    assert mark.to == ("o--",)
    assert host.only.body.partition("\r\n")[0].count("-->") == 1


def test_no_more_are_opened_in_a_run_than_the_host_bears() -> None:
    steps = [Step(f"action/r/{n}", None if n % 2 else n, "") for n in range(10)]
    now, later = at_most(steps, 2)
    assert [step.key[-1] for step in now] == list("0123468")
    assert [step.key[-1] for step in later] == list("579")
