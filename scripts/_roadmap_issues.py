"""Issues at GitHub for open actions: what would be done, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import _records
from _github import GitHubError, every, send
from rich.console import Console

from debrief import words
from debrief.archive import Archive
from debrief.roadmap import issues
from debrief.roadmap.entry import Entry
from debrief.roadmap.issues import Close, Create, Leave, Rewrite, Step


@dataclass(frozen=True, slots=True)
class Where:
    """Where issues are kept, and how new ones are made."""

    repository: str
    label: str
    most: int
    site: str

    @property
    def address(self) -> str:
        """Where GitHub lists them."""
        return f"repos/{self.repository}/issues"


def publish(
    found: Sequence[Entry], whole: Archive, shown: Archive, where: Where, *, write: bool
) -> int:
    """Open, rewrite and close issues, or say what would be done. Raises click.ClickException.

    ``whole`` has the trackers of all records, ``shown`` what may leave the repository.
    """
    out = _records.console()
    # All of them, whatever their label: a second issue is worse than a long list.
    known = issues.existing(every(f"{where.address}?state=all"))
    links = {(r.id, a.id): a.tracker for r in whole.postmortems for a in r.actions if a.tracker}
    todo = list(issues.steps(found, shown, known, links, where.site))
    new = [step for step in todo if isinstance(step, Create)]
    later = {step.key for step in new[where.most :]}
    done = 0
    for step in todo:
        if step.key in later and isinstance(step, Create):
            continue
        if isinstance(step, Leave):
            if not step.dull:
                _records.tell(out, [f"left    {'/'.join(step.key)}: {step.why}"], "yellow")
            continue
        done += 1
        _take(out, step, where, write=write)
    _total(out, todo, done, len(later), write=write)
    return 0


def _take(out: Console, step: Create | Rewrite | Close, where: Where, *, write: bool) -> None:
    name = "/".join(step.key)
    if isinstance(step, Create):
        link = _create(out, step, where) if write else ""
        _records.tell(out, [f"open    {name}: {step.title} {link}".rstrip()])
    elif isinstance(step, Rewrite):
        if write:
            send("PATCH", f"{where.address}/{step.number}", {"body": step.body})
        _records.tell(out, [f"rewrite {name}: {step.url}"])
    else:
        if write:
            values = {"state": "closed", "state_reason": step.reason}
            send("PATCH", f"{where.address}/{step.number}", values)
        _records.tell(out, [f"close   {name}: the record says {step.status}. {step.url}"])


def _create(out: Console, step: Create, where: Where) -> str:
    values: dict[str, object] = {"title": step.title, "body": step.body}
    if where.label:
        values["labels"] = [where.label]
    made = send("POST", where.address, values)
    if step.assignee:
        # By itself: an account that may not be assigned would otherwise cost the issue.
        address = f"{where.address}/{int(made['number'])}/assignees"
        try:
            send("POST", address, {"assignees": [step.assignee]})
        except GitHubError:
            _records.tell(out, [f"        could not be assigned to {step.assignee}"], "yellow")
    return str(made.get("html_url", ""))


def _total(out: Console, todo: Sequence[Step], done: int, later: int, *, write: bool) -> None:
    dull = sum(isinstance(step, Leave) and step.dull for step in todo)
    issues_done = f"{words.counted(done, 'issue')} {'written' if write else 'would be written'}"
    lines = [f"{issues_done}; {words.counted(dull, 'action')} as it should be."]
    if later:
        lines.append(f"{later:,} more are opened by the next run (--most).")
    if write and any(isinstance(step, Create) for step in todo):
        lines.append(
            "The records do not have these links yet: `./debrief sync` proposes to write them in."
        )
    if not write:
        lines.append("Nothing was written: this was a dry run. --write does it.")
    _records.tell(out, lines)
