"""Open a draft pull request with the postmortem of a finished incident, or bring it up to date.

The workflow `draft` calls it, with a token in the environment. The event and the records are read
by `./debrief draft`, which runs without the token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import _console
import click
from _github import GitHubError, checked, repository_option, send
from _pull_requests import ATTEMPTS, Place, Told, checked_base, harmless
from _scratch_clone import RefusedError, ScratchClone, remote_of

from debrief import draft_request
from debrief.draft_request import DraftReport, ReportError
from debrief.reporters.markup import inert

ENVIRONMENT = "gate"

DRAFT = Path(__file__).with_name("draft.py")

SECRET = "DRAFT_TOKEN"  # noqa: S105 - its name
"""What the workflow calls a token of its own."""


@click.command()
@click.option(
    "--from",
    "event",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="GITHUB_EVENT_PATH",
    required=True,
    help="The file with the event. [env: GITHUB_EVENT_PATH]",
)
@repository_option
@click.option(
    "--base",
    envvar="GITHUB_REF_NAME",
    required=True,
    metavar="BRANCH",
    help="The branch into which the draft shall be merged. [env: GITHUB_REF_NAME]",
)
@click.option(
    "--own-token",
    is_flag=True,
    envvar="DEBRIEF_OWN_TOKEN",
    help="The token is not the workflow's own, so checks start by themselves.",
)
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="GITHUB_STEP_SUMMARY",
    help="The file to which a summary is added. [env: GITHUB_STEP_SUMMARY]",
)
@_console.today_option
@_console.root_option
def main(
    event: Path,
    repository: str,
    base: str,
    own_token: bool,
    summary: Path | None,
    today: date,
    root: Path,
) -> int:
    """Open a draft pull request with the postmortem of a finished incident.

    Where the incident has one, it is brought up to date: its branch is taken up with all that
    people have pushed to it, and of its description only the part between two marks is replaced.
    One that was closed or merged is left alone. Nothing is ever pushed by force.

    Exit code: 0 done, or nothing to do; 2 it could not be done.
    """
    told = Told(summary, "Draft of a postmortem")
    place = Place(checked(repository), checked_base(base), own_token, SECRET)
    try:
        with TemporaryDirectory(prefix="debrief-") as folder:
            (Path(folder) / "clone").mkdir()
            clone = ScratchClone.of(remote_of(root), Path(folder) / "clone")
            propose(Drafting(clone, event.resolve(), today), place, told)
    except click.ClickException as error:
        words = harmless(error.message)
        told.blocks.append(f"<p>It could not be done: {inert(words)}</p>")
        raise click.ClickException(words) from None
    finally:
        told.write()
    return 0


@dataclass(frozen=True, slots=True)
class Drafting:
    """Runs `./debrief draft` on the records of a clone."""

    clone: ScratchClone
    event: Path
    today: date

    def report(self, *options: str) -> DraftReport:
        """Draft, and read what came of it. Raises click.ClickException."""
        given = ("--from", str(self.event), *options)
        written = self.clone.reported(DRAFT, self.today, *given)
        try:
            return draft_request.read(written.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ReportError) as error:
            raise click.ClickException(f"./debrief draft: {error}") from None


def propose(drafting: Drafting, place: Place, told: Told) -> None:
    """Do what the event asks for, and say what was done or why nothing was."""
    if not drafting.clone.take(place.base):
        raise click.ClickException(f"the repository has no branch {place.base}")
    planned = drafting.report("--dry-run")
    if planned.outcome == "none":
        told.say(f"No draft: {planned.reason or 'the event tells of no finished incident'}.")
        return
    if planned.outcome != "new":
        told.say(
            f"No draft: {planned.path} on {place.base} tells of this incident already. What is "
            f"merged is people's; `./debrief draft` would say: {planned.reason or 'more is known'}."
        )
        return
    pulls = place.pulls(planned.branch)
    if (ended := _ended(pulls)) is not None:
        words, link = ended
        told.say(words, link=link)
        return
    report, pushed = written(drafting, place, planned.branch, told)
    # Asked again: another run may have opened one while this one wrote.
    present(report, place, place.pulls(planned.branch), told, pushed=pushed)


def _ended(pulls: list[dict[str, Any]]) -> tuple[str, str] | None:
    """Why an incident gets no draft any more, and where one sees it; None where it may."""
    if any(pull["state"] == "open" for pull in pulls):
        return None
    for pull in pulls:
        if pull.get("merged_at"):
            words = "No draft: this incident's was merged, and its record is people's by now."
        else:
            words = "No draft: this incident's was closed without merging. Reopen it to go on."
        return words, str(pull.get("html_url", ""))
    return None


def written(drafting: Drafting, place: Place, branch: str, told: Told) -> tuple[DraftReport, bool]:
    """Write the draft on top of its branch and push it; the report, and whether it was changed."""
    clone = drafting.clone
    for _ in range(ATTEMPTS):
        if not clone.take(branch):
            clone.take(place.base)
        report = drafting.report()
        if report.branch != branch or not report.path:
            raise click.ClickException("./debrief draft: the same event had two branches")
        if not clone.commit(report.path, report.message):
            return report, False
        try:
            clone.push(branch)
        except RefusedError:
            continue
        told.say(f"Committed {report.path} to the branch {branch}.")
        return report, True
    raise click.ClickException(f"others push to {branch} at the moment: run this job again")


def present(
    report: DraftReport, place: Place, pulls: list[dict[str, Any]], told: Told, *, pushed: bool
) -> None:
    """See to it that the branch has one open pull request which says what the draft says."""
    pull = next((pull for pull in pulls if pull["state"] == "open"), None)
    if pull is None:
        pull = opened(report, place)
        told.say("Opened the pull request.", link=str(pull.get("html_url", "")))
        ask_for_review(report, place, int(pull["number"]), told)
        if not place.own_token:
            told.blocks += place.notes
        return
    link = str(pull.get("html_url", ""))
    if not pushed:
        told.say(f"Nothing to do: {report.reason or 'the draft says it already'}.", link=link)
        return
    body = draft_request.redescribed(str(pull.get("body") or ""), report.body, *place.notes)
    if body is None:
        told.say("The pull request has the change; its description was left alone.", link=link)
        return
    send("PATCH", f"repos/{place.repository}/pulls/{int(pull['number'])}", {"body": body})
    told.say("Brought the pull request up to date.", link=link)


def opened(report: DraftReport, place: Place) -> dict[str, Any]:
    """Open the pull request, as a draft where the repository has such. Raises ClickException."""
    body = draft_request.description(report.body, *place.notes)
    return place.open_one(report.branch, report.heading, body, "the draft")


def ask_for_review(report: DraftReport, place: Place, number: int, told: Told) -> None:
    """Ask those who are suggested; whom GitHub does not let be asked is named, and no failure."""
    everyone = [("reviewers", name) for name in report.reviewers]
    everyone += [("team_reviewers", name) for name in report.team_reviewers]
    address = f"repos/{place.repository}/pulls/{number}/requested_reviewers"
    asked, refused = [], []
    # One by one: of a list with one name that it does not take, GitHub takes none.
    for kind, name in everyone:
        try:
            send("POST", address, {kind: [name]})
            asked.append(name)
        except GitHubError:
            refused.append(name)
    if asked:
        told.say(f"Asked for a review: {', '.join(asked)}.")
    if refused:
        told.say(
            f"Could not ask {', '.join(refused)}: an account must be able to write here, and a "
            "team can only be asked with a token that may read the organisation's members."
        )
    if not everyone:
        told.say("Asked nobody for a review: no owner with an account was found.")


if __name__ == "__main__":
    _console.run(main, "propose")
