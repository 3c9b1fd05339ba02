"""A past quarter, rebuilt, equals what was built at its end: its figures, and its agenda."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import brought_forward
import pytest
import report
from brought_forward import END, HIDDEN, LATER, OPEN
from in_process import InProcess, Outcome
from scratch import git

from debrief import synthetic
from debrief.archive import Archive
from debrief.chronicle import Chronicle
from debrief.metrics import DIMENSIONS, Figure, Ledger, Period, figures, parts
from debrief.record import IN_REVIEW, PUBLISHED, Action, AffectedAsset, Postmortem
from debrief.review import Basis, Desk, Section, Span, agenda, as_then
from debrief.review.agenda import POINTS
from debrief.review.phrases import plain
from debrief.shareable import shareable
from debrief.trail import trails

SPAN = Span.parse("2026-Q3")
THE_DAY_AFTER = END + timedelta(days=1)
PERIODS = (SPAN.period, SPAN.previous.period, Period.year_to(END))


def basis_of(root: Path, *, history: bool) -> Basis:
    archive = Archive.load(root)
    assert not [e.problems for e in archive.entries if e.record and e.broken], "fields are lost"
    chronicle = Chronicle.at(root) if history else None
    return Basis.of(shareable(archive), trails(archive, chronicle))


def told(ledger: Ledger, archive: Archive, day: date) -> dict[object, dict[str, Figure]]:
    """Every figure of every period, of all and of each part."""
    ledgers = {("all", ""): ledger}
    for dimension in DIMENSIONS:
        found = parts(ledger, archive.catalog, dimension).items()
        ledgers |= {(dimension, name): part for name, part in found}
    return {
        (*key, period): figures(part, period, day)
        for key, part in ledgers.items()
        for period in PERIODS
    }


@dataclass(frozen=True)
class Told:
    """What is told of the quarter, on some day."""

    figures: dict[object, dict[str, Figure]]
    sections: tuple[Section, ...]


def of_the_quarter(basis: Basis, today: date) -> Told:
    report_of_it = agenda(Desk(basis, SPAN, today))
    return Told(told(basis.ledger, basis.archive, END), report_of_it.sections)


def lines(sections: Iterable[Section]) -> Iterator[str]:
    """The agenda as of then in words, so that a difference can be read."""
    for section in as_then(sections):
        yield from map(plain, section.said)
        for item in section.items:
            yield " | ".join(map(plain, (item.group, item.head, *item.meta, *item.notes)))


def commit(root: Path, day: date, words: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", words, at=f"{day}T12:00:00Z")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive at the end of the quarter; with a link, which is no record."""
    root = tmp_path_factory.mktemp("begun") / "archive"
    brought_forward.put_archive(root)
    (root / "postmortems/2026/gone.md").symlink_to("elsewhere.md")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, END, "The end of the quarter")
    git(root, "tag", "end")
    return root


@pytest.fixture(scope="module")
def lived(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same two months later."""
    root = tmp_path_factory.mktemp("lived") / "archive"
    shutil.copytree(begun, root, symlinks=True)
    for day, words in brought_forward.bring_forward(root):
        commit(root, day, words)
    return root


@pytest.mark.parametrize("history", [False, True], ids=["records alone", "with history"])
def test_a_quarter_rebuilt_after_two_months_of_changes_is_what_it_was(
    begun: Path, lived: Path, history: bool
) -> None:
    then = of_the_quarter(basis_of(begun, history=history), THE_DAY_AFTER)
    rebuilt = of_the_quarter(basis_of(lived, history=history), LATER)

    common = then.figures.keys() & rebuilt.figures.keys()
    assert {key: rebuilt.figures[key] for key in common} == {
        key: then.figures[key] for key in common
    }
    new = {key for key in rebuilt.figures if key not in common}
    assert all(not one.n for key in new for one in rebuilt.figures[key].values())
    assert list(lines(rebuilt.sections)) == list(lines(then.sections))
    assert as_then(rebuilt.sections) == as_then(then.sections)


def test_that_quarter_had_something_under_every_point_and_something_came_of_most(
    lived: Path,
) -> None:
    sections = of_the_quarter(basis_of(lived, history=False), LATER).sections
    points = {section.anchor: section for section in sections}
    assert points.keys() == {"happened", "decisions", "figures", *(p.anchor for p in POINTS)}
    for name in ("unrepaired", "overdue", "projects", "unverified", "unfinished", "unclosed"):
        assert all(item.since for item in points[name].items), name
    later = [item.head for section in sections for item in section.items if item.later]
    assert [getattr(head[0], "id", "") for head in later] == [HIDDEN, OPEN]


def test_at_a_commit_the_same_bytes_come_out_as_then(
    begun: Path, lived: Path, in_process: InProcess
) -> None:
    for words in (
        ("quarter", "2026-Q3"),
        ("executive", "--month", "2026-08"),
        ("owner", "ann"),
        ("asset", "wh.orders"),
    ):
        then = told_of(in_process, *words, "--root", str(begun), "--today", str(END))
        now = told_of(in_process, *words, "--root", str(lived), "--today", str(END))
        assert told_of(in_process, *words, "--root", str(lived), "--at", "end") == then != now
        assert then.code == 1, "the link is told of"
        assert "postmortems/2026/gone.md" in then.out


def told_of(in_process: InProcess, *words: str) -> Outcome:
    return in_process(report.main, "report", *words)


# --- whatever the archive ------------------------------------------------------------------------


def cut(record: Postmortem, day: date) -> Postmortem | None:
    """What a record could say on a day: what happened later is not in it yet."""
    incident = record.incident
    detected = incident.detected_at
    if max(detected.day if detected else record.day, record.day) > day:
        return None
    late: dict[str, Any] = {key: None for key, at in incident.clock.items() if at.day > day}
    published = record.published_on is not None and record.published_on <= day
    return replace(
        record,
        status=record.status if published or not record.reached(PUBLISHED) else IN_REVIEW,
        incident=replace(incident, **late),
        assets=tuple(_cut_asset(one, day) for one in record.assets),
        actions=tuple(_cut_action(one, day) for one in record.actions),
        review=record.review if record.review and record.review.held_on <= day else None,
        sign_offs=tuple(one for one in record.sign_offs if one.signed_on <= day),
        published_on=record.published_on if published else None,
        closed_on=record.closed_on if record.closed_on and record.closed_on <= day else None,
    )


def _cut_asset(one: AffectedAsset, day: date) -> AffectedAsset:
    if one.restored_at is None or one.restored_at.day <= day:
        return one
    end = one.data_to if one.data_to and one.data_to <= day else None
    return replace(one, restored_at=None, repair="pending", data_to=end)


def _cut_action(action: Action, day: date) -> Action:
    due = action.due
    for change in reversed(action.changes):
        if change.field == "due" and change.changed_on > day and change.old:
            due = date.fromisoformat(change.old)
    status, seen = action.status, action.verification.verified_on
    if status == "verified" and (seen is None or seen > day):
        status = "done"
    done = action.done_on is not None and action.done_on <= day
    if status in ("done", "verified") and not done:
        status = "open"
    return replace(
        action,
        due=due,
        status=status,
        done_on=action.done_on if done else None,
        changes=tuple(change for change in action.changes if change.changed_on <= day),
    )


def days(number: int) -> Iterator[date]:
    dice = random.Random(20260930)  # noqa: S311 - the same days each time
    for _ in range(number):
        yield synthetic.TODAY - timedelta(days=dice.randrange(30, 900))


def test_figures_of_any_day_need_nothing_that_came_after_it(tmp_path: Path) -> None:
    synthetic.write_archive(tmp_path, 60, seed=7)
    whole = Archive.load(tmp_path)
    ledger = Ledger.of(whole)
    compared = 0
    for day in days(6):
        entries = tuple(
            replace(entry, record=known)
            for entry in whole.entries
            if entry.record is not None and (known := cut(entry.record, day)) is not None
        )
        then = Ledger.of(replace(whole, entries=entries))
        for period in (Span.of(day).period, Period.year_to(day)):
            now, before = figures(ledger, period, day), figures(then, period, day)
            assert now == before, day
            compared += sum(one.n for one in now.values())
    assert compared > 400
