"""The trail of a record: what the commits and the record's own words say of every move."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scratch import git

from debrief.archive import Archive
from debrief.chronicle import Chronicle, Held, Seen
from debrief.document import write_record
from debrief.git import NoHistoryError, Repository
from debrief.nodes import write_yaml
from debrief.trail import (
    CUT_OFF,
    GIT,
    RECORD,
    Arrival,
    Person,
    Step,
    Trail,
    alone,
    holders,
    trails,
)

ID = "2026-03-14-orders-late"
PATH = f"postmortems/2026/{ID}.md"
MEI = ("Mei Sato", "12345+m-sato@users.noreply.github.com")
OLE = ("Ole Brandt", "ole@example.com")
GUEST = ("A Guest", "guest@example.com")
OWNERS = {
    "m-sato": {"name": "Mei Sato", "kind": "person", "handles": ["@m-sato"]},
    "o-brandt": {"name": "Ole Brandt", "kind": "person", "addresses": ["ole@example.com"]},
}
BODY = "## What happened\n\nOrders came late."


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def entry(on: str, field: str, old: str, new: str, reason: str = "Because") -> dict[str, str]:
    return {"changed_on": f"2026-{on}", "field": field, "from": old, "to": new, "reason": reason}


def action(name: str = "check", **given: Any) -> dict[str, Any]:
    base = {"id": name, "title": "Check it", "type": "preventive", "owner": "m-sato"}
    return {**base, "due": "2026-04-01", "status": "open", **given}


def record(status: str = "draft", *actions: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"title": "Orders came late", "status": status, "owner": "m-sato"}
    return {**base, "actions": [dict(each) for each in actions or (action(),)], **given}


@dataclass
class Scratch:
    """A repository whose commits have fixed authors and days."""

    root: Path

    def git(self, *arguments: str, who: tuple[str, str] = MEI, at: str = "2026-03-14") -> str:
        when = f"{at}T12:00:00+00:00" if len(at) == 10 else at
        return git(self.root, *arguments, by=f"{who[0]} <{who[1]}>", at=when)

    def write(self, values: Mapping[str, Any], path: str = PATH, body: str = BODY) -> None:
        self.text(write_record(values, body), path)

    def text(self, text: str, path: str = PATH) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))

    def commit(self, on: str, who: tuple[str, str] = MEI, values: Any = None) -> None:
        """Commit everything, on a day of 2026; the record with these values, if any are given."""
        if values is not None:
            self.write(values)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x", who=who, at=f"2026-{on}")

    def trails(self) -> dict[str, Trail]:
        archive = Archive.load(self.root)
        return trails(archive, Chronicle.read(Repository.at(self.root)))

    def trail(self) -> Trail:
        return self.trails()[ID]


@pytest.fixture
def scratch(tmp_path: Path, root: Path) -> Scratch:
    made = Scratch(tmp_path)
    shutil.copytree(root / "schema", tmp_path / "schema")
    made.text(write_yaml({"owners": OWNERS}), "catalog/owners.yml")
    made.text(write_yaml({"assets": {}}), "catalog/assets.yml")
    made.git("init", "--quiet", "--initial-branch=main")
    return made


def spans(trail: Trail) -> list[tuple[str, date | None, date | None]]:
    return [(stay.status, stay.since, stay.until) for stay in trail.stays]


def moves(steps: tuple[Step, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(step.field, step.old, step.new) for step in steps]


# --- statuses -------------------------------------------------------------------------------------


def test_the_time_in_each_status_is_told_by_the_commits(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record("draft"))
    scratch.commit("03-18", OLE, record("in-review"))
    scratch.commit("03-20", values=record("in-review", summary="More is known."))
    trail = scratch.trail()
    assert trail.rests_on == GIT
    assert trail.arrived == Arrival(day("03-15"), "draft", Person("m-sato"))
    assert spans(trail) == [
        ("draft", day("03-15"), day("03-18")),
        ("in-review", day("03-18"), None),
    ]
    draft, review = trail.stays
    assert (draft.step, draft.days(day("06-01"))) == (None, 3)
    assert review.step is not None
    assert review.step.by == Person("o-brandt")
    assert review.days(day("03-28")) == 10


def test_a_day_that_the_record_gives_wins_over_that_of_its_commit(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record("in-review"))
    scratch.commit("03-29", values=record("published", published_on="2026-03-24"))
    published = scratch.trail().stays[1]
    assert (published.since, published.stated_on) == (day("03-24"), day("03-24"))
    assert published.step is not None
    assert published.step.committed_on == day("03-29")


@pytest.mark.parametrize("stated", ["2026-03-10", "2026-04-20"])
def test_a_day_that_cannot_be_meant_is_kept_beside_that_of_the_commit(
    scratch: Scratch, stated: str
) -> None:
    """Before the move into the status before, or after the commit that made the move."""
    scratch.commit("03-15", values=record("in-review"))
    scratch.commit("03-29", values=record("published", published_on=stated))
    published = scratch.trail().stays[1]
    assert (published.since, published.stated_on) == (day("03-29"), date.fromisoformat(stated))


def test_a_record_that_came_in_late_tells_what_was_before_itself(scratch: Scratch) -> None:
    days = {"published_on": "2026-03-24", "closed_on": "2026-06-24"}
    scratch.commit("11-22", GUEST, record("closed", **days))
    trail = scratch.trail()
    assert trail.arrived == Arrival(day("11-22"), "closed", Person(None, "A Guest"))
    assert spans(trail) == [
        ("published", day("03-24"), day("06-24")),
        ("closed", day("06-24"), None),
    ]


def test_an_imported_record_lives_here_from_its_import_on(scratch: Scratch) -> None:
    source = {"source": "https://example.com/old", "imported_on": "2026-11-20"}
    values = record("published", published_on="2020-02-10", imported=source)
    scratch.write(values)
    assert spans(trails(Archive.load(scratch.root), None)[ID]) == [
        ("published", day("11-20"), None)
    ]
    scratch.commit("11-22", values=values)
    assert spans(scratch.trail()) == [("published", day("11-22"), None)]


@pytest.mark.parametrize("reason", ["A second cause was found", None])
def test_a_move_back_is_told_with_its_reason_or_without(
    scratch: Scratch, reason: str | None
) -> None:
    scratch.commit("03-15", values=record("in-review"))
    scratch.commit("03-20", values=record("published", published_on="2026-03-20"))
    told = [entry("03-24", "status", "published", "in-review", reason)] if reason else []
    scratch.commit("03-26", values=record("in-review", changes=told))
    trail = scratch.trail()
    back = trail.stays[-1].step
    assert back is not None
    assert (back.reason, back.lacks_reason) == (reason, reason is None)
    assert trail.stays[-1].since == day("03-24" if reason else "03-26")
    assert trail.steps == (), "a move of the status is told where it begins a stay"


# --- owners and due dates -------------------------------------------------------------------------


def test_a_postponement_is_told_with_its_entry_and_its_commit(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    told = [entry("03-26", "due", "2026-04-01", "2026-04-15", "The supplier is late")]
    scratch.commit("03-30", OLE, record("draft", action(due="2026-04-15", changes=told)))
    (step,) = scratch.trail().of("check")
    assert step == Step(
        field="due",
        old="2026-04-01",
        new="2026-04-15",
        decided_on=day("03-26"),
        committed_on=day("03-30"),
        by=Person("o-brandt"),
        reason="The supplier is late",
        commit=scratch.git("rev-parse", "HEAD"),
        status="draft",
    )
    assert (step.on, step.days, step.committed_later) == (day("03-26"), 14, 4)


def test_a_move_without_an_entry_lacks_its_reason(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    scratch.commit("03-20", values=record("draft", action(owner="o-brandt", due="2026-03-25")))
    owner, due = scratch.trail().of("check")
    assert (owner.field, owner.lacks_reason, owner.on) == ("owner", True, day("03-20"))
    assert (due.field, due.lacks_reason, due.days) == ("due", True, -7)


def test_what_is_given_for_the_first_time_needs_no_reason(scratch: Scratch) -> None:
    bare = {key: value for key, value in action().items() if key != "owner"}
    scratch.commit("03-15", values=record("draft", bare))
    scratch.commit("03-20", values=record())
    (step,) = scratch.trail().of("check")
    assert (step.old, step.new, step.lacks_reason) == (None, "m-sato", False)


def test_the_owner_of_the_record_has_a_trail_too(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    told = [
        entry("03-18", "owner", "m-sato", "o-brandt"),
        entry("03-19", "impact.measures[0].value", "2900", "3100"),
    ]
    scratch.commit("03-20", values={**record(changes=told), "owner": "o-brandt"})
    owner, corrected = scratch.trail().steps
    assert (owner.decided_on, owner.committed_on) == (day("03-18"), day("03-20"))
    assert (corrected.field, corrected.committed_on) == ("impact.measures[0].value", None)


def test_one_commit_may_bring_several_moves_each_with_its_entry(scratch: Scratch) -> None:
    """As a squash does."""
    scratch.commit("03-15", values=record())
    told = [
        entry("03-20", "due", "2026-04-01", "2026-04-10", "First"),
        entry("03-25", "due", "2026-04-10", "2026-05-01", "Second"),
    ]
    scratch.commit("03-28", values=record("draft", action(due="2026-05-01", changes=told)))
    steps = scratch.trail().of("check")
    assert [(step.reason, step.days) for step in steps] == [("First", 9), ("Second", 21)]
    assert {step.committed_on for step in steps} == {day("03-28")}


def test_a_date_moved_to_and_fro_takes_its_entries_in_turn(scratch: Scratch) -> None:
    dues = ["2026-04-01", "2026-04-08", "2026-04-01", "2026-04-08"]
    told: list[dict[str, str]] = []
    scratch.commit("03-15", values=record())
    for number, (old, new) in enumerate(pairwise(dues)):
        told.append(entry(f"03-{20 + number}", "due", old, new, f"Reason {number}"))
        scratch.commit(f"03-{20 + number}", values=record("draft", action(due=new, changes=told)))
    steps = scratch.trail().of("check")
    assert [step.reason for step in steps] == ["Reason 0", "Reason 1", "Reason 2"]
    assert [step.committed_on for step in steps] == [day("03-20"), day("03-21"), day("03-22")]


def test_entries_from_before_the_first_commit_are_told_by_the_record(scratch: Scratch) -> None:
    told = [entry("03-20", "due", "2026-03-25", "2026-04-01")]
    scratch.commit("11-22", values=record("draft", action(changes=told)))
    (step,) = scratch.trail().of("check")
    assert (step.decided_on, step.committed_on, step.by) == (day("03-20"), None, None)


def test_an_entry_that_is_nearly_right_still_gives_its_reason(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    told = [entry("03-20", "due", "2026-03-31", "2026-04-15", "A slip in `from`")]
    scratch.commit("03-20", values=record("draft", action(due="2026-04-15", changes=told)))
    assert [step.reason for step in scratch.trail().of("check")] == ["A slip in `from`"]


def test_what_was_taken_out_of_a_record_does_not_come_back(scratch: Scratch) -> None:
    """Neither the reason nor the title that an older version had."""
    told = [entry("03-20", "due", "2026-04-01", "2026-04-15", "zanzibar")]
    moved = action(due="2026-04-15")
    scratch.commit("03-15", values=record("draft", action(), action("gone", title="zanzibar")))
    scratch.commit("03-20", values=record("draft", {**moved, "changes": told}))
    scratch.commit("03-21", values=record("draft", moved))
    trail = scratch.trail()
    assert "zanzibar" not in repr(trail)
    assert [step.lacks_reason for step in trail.of("check")] == [True]


def test_actions_that_come_and_go_are_told_by_their_ids(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record("in-review", action(), action("old")))
    scratch.commit("03-20", OLE, record("published", action(), action("new")))
    added, gone = scratch.trail().steps
    assert moves((added, gone)) == [("action", None, "new"), ("action", "old", None)]
    assert {(step.by, step.status) for step in (added, gone)} == {(Person("o-brandt"), "published")}


def test_who_had_an_action_at_each_of_its_moves() -> None:
    due = Step("due", "2026-04-01", "2026-04-08")
    steps = (due, Step("owner", "a", "b"), due, Step("owner", "b", "c"), due)
    assert [who for _, who in holders(steps, "c")] == ["a", "a", "b", "b", "c"]


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address", "person"),
    [
        ("Somebody", "m-sato@users.noreply.github.com", Person("m-sato")),
        ("Somebody", "1+M-Sato@users.noreply.github.com", Person("m-sato")),
        ("Somebody", "OLE@example.com", Person("o-brandt")),
        ("A Guest", "guest@example.com", Person(None, "A Guest")),
        ("guest@example.com", "guest@example.com", Person()),
        ("Guest <guest at example> guest@example.com", "g@example.com", Person()),
        ("A\u202eGuest\u200b\u0085 \u2066B", "g@example.com", Person(None, "A Guest B")),
        (
            "renovate[bot]",
            "29+renovate[bot]@users.noreply.github.com",
            Person(None, "renovate[bot]"),
        ),
        ("x" * 90, "g@example.com", Person(None, "x" * 59 + "…")),
    ],
)
def test_an_author_is_an_owner_or_a_name_and_never_an_address(
    scratch: Scratch, name: str, address: str, person: Person
) -> None:
    scratch.commit("03-15", (name, address), record())
    arrived = scratch.trail().arrived
    assert arrived is not None
    assert arrived.by == person


def test_an_absurd_date_of_a_commit_is_no_crash(scratch: Scratch) -> None:
    scratch.write(record())
    scratch.git("add", "--all")
    tree = scratch.git("write-tree")
    lines = [
        f"tree {tree}",
        "author  <> 99999999999999 +0000",
        "committer  <> 99999999999999 +0000",
    ]
    (scratch.root / "commit").write_text("\n".join([*lines, "", "x", ""]))
    commit = scratch.git("hash-object", "-t", "commit", "-w", "--literally", "commit")
    scratch.git("update-ref", "refs/heads/main", commit)
    arrived = scratch.trail().arrived
    assert arrived is not None
    assert arrived.by == Person()


# --- the shape of history -------------------------------------------------------------------------


def branch(scratch: Scratch, *versions: tuple[str, tuple[str, str], dict[str, Any]]) -> None:
    scratch.git("checkout", "--quiet", "-b", "work")
    for on, who, values in versions:
        scratch.commit(on, who, values)
    scratch.git("checkout", "--quiet", "main")


def test_a_merge_counts_on_its_day_and_names_who_wrote_it(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    tried = record("draft", action(due="2026-08-01"))
    wanted = record("draft", action(due="2026-05-01"))
    branch(
        scratch,
        ("03-18", OLE, tried),
        ("03-19", OLE, wanted),
        ("03-20", GUEST, wanted | {"tags": ["x"]}),
    )
    scratch.text("Something else.\n", "notes.txt")
    scratch.commit("03-21")
    scratch.git("merge", "--quiet", "--no-ff", "-m", "x", "work", who=MEI, at="2026-03-25")
    (step,) = scratch.trail().of("check")
    assert (step.old, step.new) == ("2026-04-01", "2026-05-01"), "what was tried is not told"
    assert (step.committed_on, step.by) == (day("03-25"), Person("o-brandt"))


def test_a_record_that_came_by_a_merge_was_added_by_its_author(scratch: Scratch) -> None:
    scratch.text("Something else.\n", "notes.txt")
    scratch.commit("03-01")
    branch(scratch, ("03-15", OLE, record()), ("03-16", GUEST, record("in-review")))
    scratch.git("merge", "--quiet", "--no-ff", "-m", "x", "work", who=MEI, at="2026-03-20")
    trail = scratch.trail()
    assert trail.arrived == Arrival(day("03-20"), "in-review", Person("o-brandt"))
    assert spans(trail) == [("in-review", day("03-20"), None)]


def test_a_file_that_was_moved_keeps_its_past(scratch: Scratch) -> None:
    scratch.write(record(), "postmortems/2025/2026-03-14-orders-late.md")
    scratch.commit("03-15")
    (scratch.root / "postmortems/2025/2026-03-14-orders-late.md").unlink()
    scratch.commit("03-16", OLE, record("in-review"))
    trail = scratch.trail()
    assert spans(trail) == [
        ("draft", day("03-15"), day("03-16")),
        ("in-review", day("03-16"), None),
    ]


def test_a_file_that_was_renamed_as_it_was_keeps_its_past(scratch: Scratch) -> None:
    scratch.write(record(), "postmortems/2026/2026-03-13-orders.md")
    scratch.commit("03-15")
    (scratch.root / "postmortems/2026/2026-03-13-orders.md").unlink()
    scratch.commit("03-16", values=record())
    scratch.commit("03-17", values=record("in-review"))
    assert spans(scratch.trail())[0] == ("draft", day("03-15"), day("03-17"))


def test_a_record_that_was_away_for_a_while_keeps_its_past(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    (scratch.root / PATH).unlink()
    scratch.commit("03-16")
    scratch.commit("03-17", values=record("draft", action(due="2026-05-01")))
    trail = scratch.trail()
    assert trail.arrived is not None
    assert trail.arrived.on == day("03-15")
    assert moves(trail.of("check")) == [("due", "2026-04-01", "2026-05-01")]


@pytest.mark.parametrize(
    "broken",
    [
        "---\nstatus: [\n---\n\nx\n",
        "no front matter\n",
        "---\n---\n\nx\n",
        "---\nstatus: a\0\n---\n\n",
    ],
)
def test_a_version_that_cannot_be_read_is_passed_over(scratch: Scratch, broken: str) -> None:
    scratch.commit("03-15", values=record())
    scratch.text(broken)
    scratch.commit("03-16")
    scratch.commit("03-17", values=record("in-review"))
    assert spans(scratch.trail()) == [
        ("draft", day("03-15"), day("03-17")),
        ("in-review", day("03-17"), None),
    ]


def test_line_ends_are_no_move(scratch: Scratch) -> None:
    scratch.git("config", "core.autocrlf", "false")
    scratch.commit("03-15", values=record())
    scratch.text((scratch.root / PATH).read_text("utf-8").replace("\n", "\r\n"))
    scratch.commit("03-16")
    trail = scratch.trail()
    assert (len(trail.stays), trail.steps, trail.of("check")) == (1, (), ())


def test_the_repository_may_lie_in_a_folder_of_a_larger_one(scratch: Scratch) -> None:
    (scratch.root / "data").mkdir()
    for name in ("schema", "catalog"):
        shutil.move(scratch.root / name, scratch.root / "data" / name)
    scratch.write(record(), f"data/{PATH}")
    scratch.commit("03-15")
    within = Scratch(scratch.root / "data")
    assert within.trail().arrived == Arrival(day("03-15"), "draft", Person("m-sato"))


def test_a_shallow_clone_says_that_it_is_cut_off(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("03-15", values=record())
    scratch.commit("03-18", values=record("in-review"))
    clone = tmp_path / "clone"
    scratch.git("clone", "--quiet", "--depth", "1", scratch.root.as_uri(), str(clone))
    trail = Scratch(clone).trail()
    assert (trail.rests_on, trail.arrived) == (CUT_OFF, None)
    assert spans(trail) == [("in-review", None, None)]
    assert trail.stays[0].days(day("06-01")) is None


def test_a_shallow_clone_knows_all_of_a_record_that_came_later(
    scratch: Scratch, tmp_path: Path
) -> None:
    scratch.text("Something else.\n", "notes.txt")
    scratch.commit("03-01")
    scratch.commit("03-02", values=record("draft", title="Another"))
    scratch.write(record(), "postmortems/2026/2026-03-15-later.md")
    scratch.commit("03-16")
    clone = tmp_path / "clone"
    scratch.git("clone", "--quiet", "--depth", "2", scratch.root.as_uri(), str(clone))
    found = Scratch(clone).trails()
    assert found["2026-03-15-later"].rests_on == GIT
    assert found[ID].rests_on == CUT_OFF


def test_what_is_not_committed_yet_has_no_day_of_a_commit(scratch: Scratch) -> None:
    scratch.commit("03-15", values=record())
    told = [entry("03-20", "due", "2026-04-01", "2026-05-01")]
    scratch.write(record("in-review", action(due="2026-05-01", owner="o-brandt", changes=told)))
    trail = scratch.trail()
    due, owner = trail.of("check")
    assert (due.on, due.committed_on, due.reason) == (day("03-20"), None, "Because")
    assert (owner.on, owner.by, owner.lacks_reason) == (None, None, True)
    assert spans(trail) == [("draft", day("03-15"), None), ("in-review", None, None)]


def test_a_record_in_no_commit_speaks_for_itself(scratch: Scratch) -> None:
    scratch.text("Something else.\n", "notes.txt")
    scratch.commit("03-01")
    scratch.write(record("published", published_on="2026-03-24"))
    trail = scratch.trail()
    assert (trail.rests_on, trail.arrived) == (RECORD, None)
    assert spans(trail) == [("published", day("03-24"), None)]
    assert trail == alone(Archive.load(scratch.root).by_id[ID])


def test_without_git_or_a_commit_there_is_no_chronicle(scratch: Scratch) -> None:
    scratch.write(record())
    with pytest.raises(NoHistoryError):
        Repository.at(scratch.root)
    assert trails(Archive.load(scratch.root), None)[ID].rests_on == RECORD


# --- versions as they are read --------------------------------------------------------------------

HELD = {"check": Held("m-sato", date(2026, 4, 1)), "b": Held(None, None)}
LAYOUTS = {
    "plain": """\
        status: draft
        owner: m-sato
        actions:
          - id: check
            owner: m-sato
            due: 2026-04-01
          - title: Second
            id: b
        """,
    "list at the margin": """\
        actions:
        - id: check
          owner: m-sato
          due: 2026-04-01
        # a word between
        - id: b
        status: draft
        owner: m-sato
        """,
    "in one line": """\
        {status: draft, owner: m-sato,
          actions: [{id: check, owner: m-sato, due: 2026-04-01}, {id: b}]}
        """,
    "values on the next line": """\
        status:
          draft
        owner: >-
          m-sato
        actions:
          - id:
              check
            owner: "m-sato"
            due:
              2026-04-01
          - {id: b}
        """,
    "quoted keys": """\
        "status": "draft"
        'owner': m-sato
        "actions":
          - {"id": "check", "owner": "m-sato", "due": "2026-04-01"}
          - {"id": b, "owner": "somebody else", "due": soon}
        """,
    "indented as a whole": """\
          status: draft
          owner: m-sato
          actions:
            - {id: check, owner: m-sato, due: 2026-04-01}
            - {id: b}
        """,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_version_is_read_however_it_is_laid_out(scratch: Scratch, layout: str) -> None:
    lines = re.sub(r"(?m)^ {8}", "", LAYOUTS[layout])
    scratch.text(f"---\n{lines}---\n\nWords.\n")
    scratch.commit("03-15")
    scratch.text(f"---\n{lines.replace('2026-04-01', '2026-05-02')}---\n\nWords.\n")
    scratch.commit("03-16")
    (life,) = Chronicle.read(Repository.at(scratch.root)).lives.values()
    seen = Seen("draft", "m-sato", None, None, HELD)
    later = {**HELD, "check": Held("m-sato", date(2026, 5, 2))}
    assert [written.seen for written in life] == [seen, replace(seen, actions=later)]


def test_free_text_of_older_versions_is_not_kept(scratch: Scratch) -> None:
    scratch.text(
        "---\nstatus: well, well\nowner: guest@example.com\nactions: [{id: a b}]\n---\n\nx\n"
    )
    scratch.commit("03-15")
    (life,) = Chronicle.read(Repository.at(scratch.root)).lives.values()
    assert [written.seen for written in life] == [Seen(None, None, None, None, {})]


# --- restricted records ---------------------------------------------------------------------------


def test_the_outline_of_a_trail_has_no_reason_no_author_and_no_life(scratch: Scratch) -> None:
    told = [
        entry("03-26", "due", "2026-04-01", "2026-04-15", "zanzibar"),
        entry("03-27", "success_criteria", "zanzibar", "zanzibar", "zanzibar"),
    ]
    told.append(entry("03-28", "due", "the zanzibar case", "the zanzibar case", "zanzibar"))
    scratch.commit("03-15", values=record())
    scratch.commit("03-30", values=record("draft", action(due="2026-04-15", changes=told)))
    outline = scratch.trail().outline()
    assert outline.of("check") == (
        Step("due", "2026-04-01", "2026-04-15", day("03-26"), day("03-30")),
        Step("due", None, None, day("03-28")),
    )
    assert outline == Trail(GIT, actions=outline.actions)


# --- always the same ------------------------------------------------------------------------------

SCRIPT = """\
import sys
from pathlib import Path
from debrief.archive import Archive
from debrief.chronicle import Chronicle
from debrief.git import Repository
from debrief.trail import trails
root = Path(sys.argv[1])
print(ascii(trails(Archive.load(root), Chronicle.read(Repository.at(root)))))
"""


def test_clock_zone_locale_and_settings_change_nothing(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("03-15T23:30:00-08:00", ("Łucja Żak", "g@example.com"), record())
    scratch.commit("03-18T00:30:00+13:00", OLE, record("in-review", action(due="2026-05-01")))
    settings = tmp_path / "settings"
    settings.write_text(
        "[log]\n showRoot = false\n follow = true\n showSignature = true\n diffMerges = separate\n"
        " date = relative\n[color]\n ui = always\n[i18n]\n logOutputEncoding = ISO-8859-2\n"
        "[diff]\n renames = copies\n relative = true\n[core]\n abbrev = 4\n"
        "[format]\n pretty = oneline\n"
    )

    def told(**environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(scratch.root)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    plain = told(GIT_CONFIG_GLOBAL=os.devnull, TZ="UTC", PYTHONHASHSEED="1")
    other = told(
        GIT_CONFIG_GLOBAL=str(settings), TZ="Pacific/Kiritimati", PYTHONHASHSEED="7", LC_ALL="C"
    )
    assert plain == other
    assert "datetime.date(2026, 3, 15)" in plain, "the day of whoever made the commit"
    assert "datetime.date(2026, 3, 18)" in plain
    assert r"\u0141ucja \u017bak" in plain
