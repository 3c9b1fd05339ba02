"""Reminders → issues of a code host: one for each matter, which ends when the matter does.

An issue is its own memory. The first line of its body is a comment that nobody sees, with the key
of its matter, the day until which everything was said, the date and the people it speaks of. So an
issue that could not be written is written by the next run, and no run says anything twice.

    <!-- debrief reminder {"day":"2026-12-02","key":"…","said":"2026-11-25","to":["m-sato"]} -->

What people write below the second mark stays. Only issues with the label count: on GitHub nobody
sets one who has no rights here.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from debrief import words
from debrief.archive import Archive
from debrief.moments import is_day
from debrief.record import WITHDRAWN, Postmortem
from debrief.reminders.due import (
    ACTION,
    DATA,
    ESCALATION,
    LEFT,
    PUBLICATION,
    REVIEW,
    Matter,
    Reminder,
    said_on,
)
from debrief.reminders.wording import Wording
from debrief.reporters.markup import code, inert, unlinked

LABEL = "debrief-reminder"

END = "<!-- debrief reminder: what stands above is written anew; what you write below stays -->"

_MOST_ITEMS = 100
"""Of a list; GitHub takes 65,536 characters of a body."""

_MARK = re.compile(r"<!-- debrief reminder (\{.*\}) -->")

_TITLES = {
    ACTION: "{}",
    REVIEW: "To be in review: {}",
    PUBLICATION: "To be published: {}",
    DATA: "Data to repair: {}",
    LEFT: "To hand on: what {} owns",
}


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it is at the code host."""

    number: int
    open: bool
    body: str
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What an issue remembers of its matter."""

    key: str
    said: date
    day: str = ""
    to: tuple[str, ...] = ()

    def line(self) -> str:
        """It as the first line of the body."""
        values = {"day": self.day, "key": self.key, "said": self.said.isoformat(), "to": self.to}
        text = json.dumps(values, separators=(",", ":"), sort_keys=True)
        # Nothing in it may end the comment.
        text = text.replace("<", r"\u003c").replace(">", r"\u003e")
        return f"<!-- debrief reminder {text} -->"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do to an issue; ``number`` is None where it is to be opened.

    Comments come before the values: what could not be said must not be marked as said.
    """

    key: str
    number: int | None
    words: str
    """What is done, in words for a person."""
    values: Mapping[str, object] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    due: date | None = None


def mark_of(body: str) -> Mark | None:
    """The mark in the body of an issue; None where it has none that can be read."""
    found = _MARK.match(body)
    if found is None:
        return None
    try:
        values = json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    key, said = values.get("key"), values.get("said")
    day, to = values.get("day"), values.get("to")
    if not isinstance(key, str) or not isinstance(said, str) or not is_day(said):
        return None
    people = tuple(str(each) for each in to) if isinstance(to, list) else ()
    return Mark(key, date.fromisoformat(said), day if isinstance(day, str) else "", people)


@dataclass(frozen=True, slots=True)
class Thread:
    """A matter, with its escalation where there is one."""

    matter: Matter
    above: Matter | None = None

    def escalated(self, today: date) -> bool:
        """Whether those above hear of it as well."""
        return self.above is not None and self.above.rhythm.has_begun(today)


def threads(found: Iterable[Matter]) -> list[Thread]:
    """Matters by the issue in which they are shown."""
    by_key = {matter.key: matter for matter in found}
    above = {each.thread: each for each in by_key.values() if each.kind == ESCALATION}
    return [
        Thread(matter, above.get(key))
        for key, matter in by_key.items()
        if matter.kind != ESCALATION
    ]


class Planner:
    """Compares what stands with the issues that there are."""

    def __init__(self, archive: Archive, wording: Wording, today: date) -> None:
        self.archive = archive
        self.catalog = archive.catalog
        self.wording = wording
        self.today = today
        self._records = {record.id: record for record in archive.postmortems}
        self._broken = {entry.id for entry in archive.entries if entry.record is None}

    def steps(self, standing: Iterable[Matter], issues: Iterable[Issue]) -> list[Step]:
        """What there is to do, the longest due first."""
        known, extra = _by_key(issues)
        steps: list[Step] = [_duplicate(issue, first) for issue, first in extra]
        every = threads(standing)
        for thread in every:
            there = known.pop(thread.matter.key, None)
            steps += self._step(thread, *there) if there is not None else self._opened(thread)
        steps += [step for issue, mark in known.values() for step in self._closed(issue, mark)]
        return sorted(steps, key=lambda step: (step.due or self.today, step.key))

    # --- a matter that stands ---------------------------------------------------------------------

    def _opened(self, thread: Thread) -> Iterator[Step]:
        matter = thread.matter
        if not matter.rhythm.has_begun(self.today):
            return
        mark = self._mark(matter)
        values: dict[str, object] = {
            "title": self._title(matter),
            "body": f"{self._text(thread, mark)}\n",
            "labels": [LABEL],
        }
        if accounts := self._accounts(mark.to):
            values["assignees"] = accounts
        yield Step(matter.key, None, f"open: {self._title(matter)}", values, due=matter.day)

    def _step(self, thread: Thread, issue: Issue, mark: Mark) -> Iterator[Step]:
        """What there is to do to the issue of a matter: say it, reopen it, bring it up to date."""
        matter = thread.matter
        here = [matter, *([thread.above] if thread.above is not None else [])]
        reminders = said_on(self.today, here, mark.said)
        now = self._mark(matter)
        if not issue.open and not reminders:
            return
        comments = [self._comment(each) for each in reminders]
        done = ["remind"] if reminders else []
        values: dict[str, object] = {}
        if not issue.open:
            values["state"] = "open"
            comments.insert(0, self._still(matter))
            done.insert(0, "reopen")
        elif now.day != mark.day and matter.day is not None:
            comments.insert(0, f"<p>The date has moved: it is {words.day(matter.day)} now.</p>")
        if now.to != mark.to:
            values["assignees"] = self._assignees(issue, mark, now)
            done.append("hand over")
        body = _rewritten(issue.body, self._text(thread, now))
        # Of a text that says the same already, the day alone would change: it can stay.
        same = self._text(thread, Mark(mark.key, mark.said, mark.day, mark.to))
        if comments or values or _rewritten(issue.body, same) != _plain(issue.body):
            values |= {"body": body, "title": self._title(matter)}
            what = f"{' and '.join(done) or 'bring up to date'}: {self._title(matter)}"
            yield Step(matter.key, issue.number, what, values, tuple(comments), matter.day)

    def _mark(self, matter: Matter) -> Mark:
        day = matter.day.isoformat() if matter.day is not None else ""
        return Mark(matter.key, self.today, day, tuple(each.owner for each in matter.to))

    def _title(self, matter: Matter) -> str:
        return unlinked(_TITLES[matter.kind].format(self.wording.subject(matter)), 200)

    def _text(self, thread: Thread, mark: Mark) -> str:
        """All that stands above the second mark, and the mark. It changes with the record alone."""
        return "\n\n".join([mark.line(), *self._paragraphs(thread), END])

    def _paragraphs(self, thread: Thread) -> Iterator[str]:
        matter = thread.matter
        yield f"<p>{self._stated(matter)}</p>"
        for_whom = self._named(each.owner for each in matter.to) or "nobody who is still there"
        why = words.listed(dict.fromkeys(inert(each.because) for each in matter.to))
        yield f"<p>For {for_whom}{f': {why}' if why else ''}.</p>"
        if thread.above is not None and thread.escalated(self.today):
            also = self._named(each.owner for each in thread.above.to)
            yield f"<p>It is long overdue, so {also} hears of it as well.</p>"
        if matter.works:
            yield f"<ul>{''.join(self._items(matter))}</ul>"
        yield f"<p>{self._way_out(matter)}</p>"

    def _stated(self, matter: Matter) -> str:
        """What it is about, in words that are as true tomorrow."""
        subject = f"<b>{inert(self.wording.subject(matter))}</b>"
        subject = _linked(subject, self.wording.link(matter))
        day = words.day(matter.day) if matter.day is not None else ""
        said = {
            ACTION: f"is due on {day}{inert(self.wording.left(matter))}.",
            REVIEW: f"is to be in review by {day}.",
            PUBLICATION: f"is to be published by {day}.",
            DATA: f"is unrepaired; it was noticed on {day}.",
            LEFT: "has left, and still owns this:",
        }[matter.kind]
        if matter.awaited:
            roles = words.listed(words.lower_term(role) for role in matter.awaited)
            said += f" Still to sign: {roles}."
        about = self.wording.about(matter)
        return f"{subject} {said}" + (f" Postmortem: {inert(about)}." if about else "")

    def _items(self, matter: Matter) -> Iterator[str]:
        found = list(self.wording.works(matter))
        for work, link in found[:_MOST_ITEMS]:
            yield f"<li>{_linked(inert(work), link)}</li>"
        if (more := len(found) - _MOST_ITEMS) > 0:
            yield f"<li>and {words.counted(more, 'other')}</li>"

    def _way_out(self, matter: Matter) -> str:
        """How it ends."""
        if matter.kind == LEFT:
            command = f"./debrief reassign NEW --from {matter.person} --all --reason …"
            return f"Hand it on: {code(command)}. Then this issue closes itself."
        path = code(matter.record.path) if matter.record is not None else "the record"
        ends = {
            ACTION: "when the action is <code>done</code> or <code>not-doing</code> there",
            REVIEW: "when the record is in review",
            PUBLICATION: "when the record is published",
            DATA: "when the asset is repaired there, or declared <code>lost</code>",
        }[matter.kind]
        return f"What counts is {path}. This issue closes itself {ends}."

    def _comment(self, reminder: Reminder) -> str:
        whom = self._named(each.owner for each in reminder.to)
        said = inert(self.wording.sentence(reminder))
        return f"<p>{f'{whom}: ' if whom else ''}{said}</p>"

    def _still(self, matter: Matter) -> str:
        path = code(matter.record.path) if matter.record is not None else "the records"
        return f"<p>This was closed, and {path} still has it open. What counts is the record.</p>"

    # --- people -----------------------------------------------------------------------------------

    def _named(self, owners: Iterable[str]) -> str:
        """Names with their accounts, which notifies them."""
        return words.listed(self._with_account(owner) for owner in owners)

    def _with_account(self, owner: str) -> str:
        known = self.catalog.owners.get(owner)
        name = inert(self.wording.name(owner))
        handle = known.handles[0] if known is not None and known.handles else ""
        return f"{name} ({handle})" if handle else name

    def _accounts(self, owners: Collection[str]) -> list[str]:
        """Accounts that an issue can be assigned to; a team's cannot."""
        found = []
        for owner in owners:
            known = self.catalog.owners.get(owner)
            handles = known.handles if known is not None else ()
            found += [handle.removeprefix("@") for handle in handles if "/" not in handle][:1]
        return found[:10]  # GitHub takes no more

    def _assignees(self, issue: Issue, mark: Mark, now: Mark) -> list[str]:
        """Those whom people have added stay."""
        gone = {account.lower() for account in self._accounts(mark.to)}
        kept = [each for each in issue.assignees if each.lower() not in gone]
        return list(dict.fromkeys([*kept, *self._accounts(now.to)]))[:10]

    # --- a matter that has ended ------------------------------------------------------------------

    def _closed(self, issue: Issue, mark: Mark) -> Iterator[Step]:
        kind, _, rest = mark.key.partition("/")
        record_id, _, part = rest.partition("/")
        if not issue.open or record_id in self._broken or kind not in _TITLES:
            return  # of a file that cannot be read, nobody knows what it says
        why, completed = self._ending(kind, record_id, part)
        values = {"state": "closed", "state_reason": "completed" if completed else "not_planned"}
        comment = f"<p>{why} This issue is closed.</p>"
        yield Step(mark.key, issue.number, f"close: {mark.key}", values, (comment,))

    def _ending(self, kind: str, record_id: str, part: str) -> tuple[str, bool]:
        """Why a matter stands no longer, as HTML, and whether what was to be done was done."""
        if kind == LEFT:
            return "Nothing is left to hand on.", True
        record = self._records.get(record_id)
        if record is None:
            return f"There is no record {code(record_id)} any more.", False
        if record.status == WITHDRAWN:
            return "The record was withdrawn.", False
        if kind == ACTION:
            return _action_ending(record, part)
        if record.restricted:
            return "The record is restricted now, and reminds of its actions alone.", False
        return _data_ending(record, part) if kind == DATA else _record_ending(record)


def _record_ending(record: Postmortem) -> tuple[str, bool]:
    return f"The record is {words.lower_term(record.status)}.", True


def _data_ending(record: Postmortem, asset_id: str) -> tuple[str, bool]:
    found = next((each for each in record.assets if each.asset == asset_id), None)
    if found is None or found.repair is None:
        return "The record names this data as wrong no longer.", False
    return f"The record says: {inert(words.lower_term(found.repair))}.", True


def _action_ending(record: Postmortem, action_id: str) -> tuple[str, bool]:
    action = next((each for each in record.actions if each.id == action_id), None)
    if action is None:
        return f"The record has no action {code(action_id)} any more.", False
    if action.status == "not-doing":
        reason = f" Why: {inert(action.reason)}" if action.reason else ""
        return f"It will not be done, says the record.{reason}", False
    if action.is_done:
        day = f" on {words.day(action.done_on)}" if action.done_on is not None else ""
        verified = " and verified" if action.status == "verified" else ""
        return f"Done{day}{verified}, says the record.", True
    return "The record gives it no date or nobody any more.", False


def _by_key(
    issues: Iterable[Issue],
) -> tuple[dict[str, tuple[Issue, Mark]], list[tuple[Issue, Issue]]]:
    """The issue of each key (an open one, else the newest), and the open ones there are besides."""
    known: dict[str, tuple[Issue, Mark]] = {}
    extra = []
    marked = [(issue, mark) for issue in issues if (mark := mark_of(issue.body)) is not None]
    # Of two open ones the first counts; without one, the newest of those that are closed.
    for issue, mark in sorted(
        marked, key=lambda pair: (not pair[0].open, pair[0].number * (1 if pair[0].open else -1))
    ):
        if mark.key not in known:
            known[mark.key] = (issue, mark)
        elif issue.open:
            extra.append((issue, known[mark.key][0]))
    return known, extra


def _duplicate(issue: Issue, first: Issue) -> Step:
    values = {"state": "closed", "state_reason": "not_planned"}
    comment = f"<p>There are two issues of this: #{first.number} is the other one.</p>"
    words_ = f"close: the same as #{first.number}"
    return Step(f"duplicate/{issue.number}", issue.number, words_, values, (comment,))


def _linked(text: str, link: str) -> str:
    return f'<a href="{html.escape(link)}">{text}</a>' if link else text


def _plain(body: str) -> str:
    """A body as the host keeps it, with the ends of its lines made one."""
    return body.replace("\r\n", "\n")


def _rewritten(old: str, text: str) -> str:
    """A body with what stands above the second mark written anew."""
    _, end, below = _plain(old).partition(END)
    return f"{text}{below}" if end else f"{text}\n"


def at_most(steps: Sequence[Step], most: int) -> tuple[list[Step], list[Step]]:
    """Steps with at most so many that open an issue, and those that have to wait."""
    now: list[Step] = []
    later: list[Step] = []
    opened = 0
    for step in steps:
        opened += step.number is None
        (later if step.number is None and opened > most else now).append(step)
    return now, later
