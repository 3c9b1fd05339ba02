"""One pull request with what trackers tell of the actions, opened or brought up to date.

What reads the exports and the records runs without the token, as a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from _github import send
from _pull_requests import ATTEMPTS, Place, Told, harmless
from _scratch_clone import RefusedError, ScratchClone, remote_of

from debrief.archive import RECORDS
from debrief.reporters.markup import inert
from debrief.trackers import request
from debrief.trackers.request import Report

SECRET = "SYNC_TOKEN"  # noqa: S105 - its name
SYNC = Path(__file__).with_name("sync.py")

_MOST_TIMES = 100
"""How often the same may be proposed and merged."""

_MOST_TOLD = 50
"""So many open ends are told on the terminal and in the summary; the description has them all."""


def place(repository: str, base: str, own_token: bool) -> Place:
    """Where it goes."""
    return Place(repository, base, own_token, SECRET)


def propose(files: Sequence[Path], where: Place, told: Told, today: date, root: Path) -> int:
    """Open the pull request, or bring the open one up to date. Raises click.ClickException."""
    try:
        with TemporaryDirectory(prefix="debrief-") as folder:
            (Path(folder) / "clone").mkdir()
            clone = ScratchClone.of(remote_of(root), Path(folder) / "clone")
            _propose(Comparing(clone, tuple(files), today), where, told)
    except click.ClickException as error:
        words = harmless(error.message)
        told.blocks.append(f"<p>It could not be done: {inert(words)}</p>")
        raise click.ClickException(words) from None
    finally:
        told.write()
    return 0


@dataclass(frozen=True, slots=True)
class Comparing:
    """Runs `./debrief sync` on the records of a clone."""

    clone: ScratchClone
    files: tuple[Path, ...]
    today: date

    def report(self, *options: str) -> Report:
        """Compare, and read what came of it. Raises click.ClickException."""
        given = (word for file in self.files for word in ("--from", str(file)))
        written = self.clone.reported(SYNC, self.today, *given, *options, fine=(0, 1))
        try:
            return request.read(written.read_text(encoding="utf-8"))
        except (OSError, ValueError, request.ReportError) as error:
            raise click.ClickException(f"./debrief sync: {error}") from None


def _propose(comparing: Comparing, where: Place, told: Told) -> None:
    if not comparing.clone.take(where.base):
        raise click.ClickException(f"the repository has no branch {where.base}")
    report = comparing.report()
    _tell_open_ends(report, told)
    pulls = where.open_pulls(request.BRANCHES)
    if pulls:
        _bring_up_to_date(comparing, report, where, pulls[0], told)
        return
    if not report.proposed:
        told.say("No change is proposed: the records say what the tickets say.")
        return
    branch = _branch(report, where, told)
    if branch is not None and _committed(comparing, where, branch, told):
        body = request.description(report, *where.notes)
        pull = where.open_one(branch, report.heading, body, "the changes")
        told.say("Opened the pull request.", link=str(pull.get("html_url", "")))
        told.blocks += where.notes


def _tell_open_ends(report: Report, told: Told) -> None:
    for each in report.undecided[:_MOST_TOLD]:
        told.say(
            f"To decide: {each['postmortem']}/{each['action']}, {each['ticket']}: {each['field']} "
            f"is {each['record']} here and {each['tracker']} there. {each['told']}"
        )
    for note in report.notes[:_MOST_TOLD]:
        told.say(f"Not read or matched: {note}")


def _branch(report: Report, where: Place, told: Told) -> str | None:
    """The branch for these proposals; None where people have closed exactly these."""
    for number in range(1, _MOST_TIMES):
        branch = report.branch if number == 1 else f"{report.branch}-{number}"
        pulls = where.pulls(branch)
        if not pulls:
            return branch
        if not pulls[0].get("merged_at"):
            told.say(
                "Nothing new: these same changes were proposed, and the pull request was closed "
                "without merging. Reopen it, or let record and ticket say the same.",
                link=str(pulls[0].get("html_url", "")),
            )
            return None
    raise click.ClickException(f"{report.branch} was proposed and merged too often")


def _committed(
    comparing: Comparing, where: Place, branch: str, told: Told, *, without: Sequence[str] = ()
) -> bool:
    """Write the proposals on top of a branch, or of the base; whether the branch has them."""
    clone = comparing.clone
    options = [word for each in without for word in ("--without", each)]
    for _ in range(ATTEMPTS):
        there = clone.take(branch)
        if not there:
            clone.take(where.base)
        message = comparing.report("--write", *options).message
        if not clone.commit(RECORDS, message):
            return there
        try:
            clone.push(branch)
        except RefusedError:
            continue
        told.say(f"Committed to the branch {branch}: {message}.")
        return True
    raise click.ClickException(f"others push to {branch} at the moment: run this job again")


def _bring_up_to_date(
    comparing: Comparing, report: Report, where: Place, pull: dict[str, Any], told: Told
) -> None:
    """Add what is new to the open pull request, on top of what people have pushed.

    What it has proposed before is not written again: somebody may have taken it back there.
    """
    link, branch = str(pull.get("html_url", "")), str(pull["head"]["ref"])
    old = str(pull.get("body") or "").replace("\r", "")
    known = request.remembered(old)
    if not report.proposed:
        told.say("The base says it all by now: close the open pull request.", link=link)
        return
    body = request.redescribed(old, report, known or (), *where.notes)
    if known is None or body is None:
        told.say(
            "Left alone: the description of the open pull request no longer says what it has "
            "proposed. Merge it or close it, and the next run goes on.",
            link=link,
        )
        return
    if not set(report.ids) <= set(known):
        _committed(comparing, where, branch, told, without=known)
    if body == old:
        told.say("Nothing to do: the pull request says it already.", link=link)
        return
    send("PATCH", f"repos/{where.repository}/pulls/{int(pull['number'])}", {"body": body})
    told.say("Brought the pull request up to date.", link=link)
