"""Remind people of what they promised: as issues, in a channel, or by mail.

Without a channel nothing is sent: it prints what would be said, to whom and why.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import _console
import _records
import click
from _github import checked
from _reminder_digests import hooks, send_mails, to_json, to_slack, write_mails
from _reminder_issues import Desk, IssueKeeper, keep_issues
from _reminder_run import FileKeeper, Keeper, NoKeeper, Run, Told, last_ran, listed

from debrief import words
from debrief.archive import Archive
from debrief.reminders import mailing
from debrief.reminders.due import Matter, matters
from debrief.reminders.recipients import People
from debrief.reminders.rhythm import is_quiet, next_spoken
from debrief.reminders.wording import Wording
from debrief.shareable import shareable

ENVIRONMENT = "gate"

FOUND = 1
"""The exit code where something could not be delivered, or a record could not be read."""


class Variable(click.ParamType[str]):
    """The name of a variable of the environment. What it holds is a secret."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse an address, and say nothing of it."""
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value):
            return value
        return self.fail(
            "give the name of a variable of the environment that holds the address, and not the "
            "address: whoever knows it can post there",
            param,
            ctx,
        )


@click.command()
@click.option("--issues", is_flag=True, help="Keep issues at GitHub: one for each matter.")
@click.option(
    "--slack-from-env",
    "slack_hooks",
    type=Variable(),
    multiple=True,
    metavar="NAME",
    help="Post a digest to the incoming webhook of Slack, Mattermost or Rocket.Chat whose address "
    "is in this variable of the environment.",
)
@click.option(
    "--webhook-from-env",
    "json_hooks",
    type=Variable(),
    multiple=True,
    metavar="NAME",
    help="The same as JSON, to a webhook of your own.",
)
@click.option(
    "--eml",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write one mail for each owner into this folder.",
)
@click.option(
    "--smtp",
    is_flag=True,
    help="Send these mails: DEBRIEF_SMTP_HOST, _FROM, _USER, _PASSWORD, _PORT and _SECURITY "
    "(starttls, tls, none) of the environment say how.",
)
@click.option(
    "--owner",
    "owners",
    multiple=True,
    metavar="ID",
    help="Only what this owner hears, or its members where it is a team.",
)
@click.option(
    "--since",
    type=_console.Day(),
    help="Say all that was to be said after this day, whatever was said already.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Remember in this file what was said. With --issues an issue remembers it.",
)
@click.option("--state-issue", is_flag=True, help="Remember it in an issue, without --issues too.")
@click.option("--dry-run", is_flag=True, help="Send and write nothing; say what would be.")
@click.option(
    "--most-issues",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="How many issues one run may open; the others wait for the next.",
)
@click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    default="",
    metavar="OWNER/NAME",
    help="The repository at GitHub, for issues. [env: GITHUB_REPOSITORY]",
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
    issues: bool,
    slack_hooks: tuple[str, ...],
    json_hooks: tuple[str, ...],
    eml: Path | None,
    smtp: bool,
    owners: tuple[str, ...],
    since: date | None,
    state: Path | None,
    state_issue: bool,
    dry_run: bool,
    most_issues: int,
    repository: str,
    summary: Path | None,
    today: date,
    root: Path,
) -> int:
    """Remind people of what they promised: as issues, in a channel, or by mail.

    Owners hear of their actions before and after they are due; facilitators, owners and signers of
    a record's deadlines; stewards of data that is still unrepaired; managers of what somebody owns
    who has left. `reminders:` in catalog/policy.yml says when.

    Without a channel nothing is sent: it prints what would be said, to whom and why.

    Exit code: 0 all was said, or nothing was to be said; 1 something could not be delivered, or a
    record could not be read; 2 it could not be done.
    """
    if issues and owners:
        raise click.UsageError("--owner is for digests and mails: issues are everybody's")
    if since is not None and since >= today:
        raise click.UsageError(f"--since {since} is not before {today}")
    archive = shareable(_records.load(root))
    _records.require_catalog(archive, "owners", "assets", "policy")
    those = owners_of(owners, archive)
    suffix = "".join(f" {owner}" for owner in those)
    told = Told(summary)
    desk = Desk(checked(repository)) if issues or state_issue else None
    run = Run(
        archive,
        heard_by(matters(archive), those, archive),
        Wording(archive.catalog, os.environ.get("DEBRIEF_SITE_URL", "")),
        today,
        since,
        keeper_of(state, desk),
        told,
        dry_run,
    )
    channels: list[Callable[[], None]] = [
        *hooks(run, slack_hooks, to_slack, f"slack {{}}{suffix}"),
        *hooks(run, json_hooks, to_json, f"webhook {{}}{suffix}"),
    ]
    if eml is not None:
        channels.append(lambda: write_mails(run, eml, f"eml{suffix}"))
    if smtp:
        settings = smtp_settings()
        channels.append(lambda: send_mails(run, settings, f"smtp{suffix}"))
    if issues and desk is not None:
        channels.append(lambda: keep_issues(run, desk, most_issues))
    try:
        say_what_is_unread(run)
        if channels:
            speak(run, channels)
        else:
            show(run)
    finally:
        told.write()
    return FOUND if told.failed else 0


def owners_of(given: Sequence[str], archive: Archive) -> tuple[str, ...]:
    """Owners by their ids or a part of them. Raises click.ClickException for who is not known."""
    known = archive.catalog.owners
    found = {_records.one_of(each, known, "owner in catalog/owners.yml") for each in given}
    return tuple(sorted(found))


def heard_by(
    found: Sequence[Matter], owners: Sequence[str], archive: Archive
) -> tuple[Matter, ...]:
    """What some owners hear, or the members of their teams; without owners, all of it."""
    if not owners:
        return tuple(found)
    those = People(archive.catalog).with_members(owners)
    theirs = (replace(each, to=tuple(r for r in each.to if r.owner in those)) for each in found)
    return tuple(each for each in theirs if each.to)


def smtp_settings() -> mailing.Settings:
    """How mail is sent. Raises click.UsageError before anything is."""
    try:
        return mailing.read(os.environ)
    except mailing.SettingsError as error:
        raise click.UsageError(str(error)) from None


def keeper_of(state: Path | None, desk: Desk | None) -> Keeper:
    """Where the memory is kept."""
    if state is not None:
        return FileKeeper(state)
    return IssueKeeper(desk) if desk is not None else NoKeeper()


def say_what_is_unread(run: Run) -> None:
    """Name the records of which nothing can be said, and count those of which little may."""
    for entry in run.archive.entries:
        if entry.record is None and entry.problems:
            run.told.fail(f"{entry.path} cannot be read: nobody is reminded of what it promises.")
    restricted = sum(
        record.restricted and record.is_unpublished for record in run.archive.postmortems
    )
    if restricted:
        noun = words.counted(restricted, "restricted record")
        run.told.say(f"Of {noun}, the actions alone are said, and no deadline.")


# --- nothing is sent -----------------------------------------------------------------------------


def show(run: Run) -> None:
    """Print what would be said, to whom and why."""
    window = run.window("")
    found = run.reminders(window)
    day, after = words.day(run.today), words.day(window.after)
    run.told.say(f"Reminders of {day}, for all that was to be said after {after}.")
    for line in _quiet(run):
        run.told.say(line)
    run.told.show(listed(found, run.wording))
    if not found:
        run.told.say("Nothing is to be said.")
    else:
        run.told.say(
            f"{words.counted(len(found), 'reminder')}; nothing was sent. Name a channel to send "
            "them: --issues, --slack-from-env, --webhook-from-env, --eml or --smtp."
        )


def _quiet(run: Run) -> Iterator[str]:
    policy = run.archive.catalog.policy
    if not is_quiet(policy, run.today):
        return
    later = next_spoken(policy, run.today)
    when = f"on {words.day(later)}" if later else "on no day of the year that comes: see the policy"
    yield f"{words.day(run.today)} is a quiet day: nothing goes out. What waits is said {when}."


# --- channels ------------------------------------------------------------------------------------


def speak(run: Run, channels: Sequence[Callable[[], None]]) -> None:
    """Say it on each channel; one that fails keeps nothing from the others."""
    run.told.say(last_ran(run.keeper.memory, run.today))
    quiet = list(_quiet(run))
    for line in quiet:
        run.told.say(line)
    if isinstance(run.keeper, NoKeeper) and run.since is None:
        run.told.say(
            "Nothing is remembered (--state, --state-issue): this speaks of this day and the quiet "
            "ones just before it, and a second run on one day says it all again."
        )
    for channel in channels if not quiet else ():
        try:
            channel()
        except click.ClickException as error:
            run.told.fail(error.message)
    if not run.dry:
        run.keeper.keep(run.keeper.memory.on(run.today))


if __name__ == "__main__":
    _console.run(main, "remind")
