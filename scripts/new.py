"""Write a new draft: asks for what it needs, or takes it from options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import _console
import click
from _answers import Answers, front_matter, started_on
from _chat_log import ChatLog
from _questions import Wizard

from debrief import checks, moments, store, template
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.finding import Level, did_you_mean
from debrief.nodes import FORBIDDEN
from debrief.record import CLOCK_POINTS
from debrief.spoken_time import DAY_FIRST, MONTH_FIRST, Zone, ZoneError

ENVIRONMENT = "gate"

CLOCK_OPTIONS = {key: f"--{key.removesuffix('_at')}" for key in CLOCK_POINTS}


def clock_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each clock point of the incident."""
    for key, option in reversed(CLOCK_OPTIONS.items()):
        words = key.removesuffix("_at")
        command = click.option(
            option, key, metavar="INSTANT", help=f"When it was {words}, such as 2026-03-14T07:42Z."
        )(command)
    return command


@click.command()
@click.option("--title", help="What happened, in one line.")
@click.option("--severity", help="sev1 to sev4; catalog/policy.yml says what each means.")
@click.option("--owner", help="Who is accountable for the postmortem: an id of the catalog.")
@click.option("--asset", "assets", multiple=True, help="An affected asset; may be repeated.")
@clock_options
@click.option("--type", "incident_type", help="In which way the data failed its users.")
@click.option("--trigger", help="The event that set it off.")
@click.option("--detected-by", help="Who noticed first.")
@click.option("--reference", help="Link or number of the incident.")
@click.option("--summary", help="One or two sentences for lists and search.")
@click.option("--tag", "tags", multiple=True, help="A word to find it by; may be repeated.")
@click.option("--stakeholder", "stakeholders", multiple=True, help="Who must hear of it.")
@click.option("--facilitator", help="Who leads the analysis.")
@click.option("--scribe", help="Who writes it down.")
@click.option("--incident-commander", help="Who led the response.")
@click.option("--engineer", "engineers", multiple=True, help="Who took part in the response.")
@click.option("--steward", "stewards", multiple=True, help="A data steward of the assets.")
@click.option("--recurrence-of", help="The earlier postmortem that this outage repeats.")
@click.option("--related", multiple=True, help="A postmortem worth reading with it.")
@click.option(
    "--chat",
    "chat_file",
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="A copied chat to begin the timeline from; - reads standard input.",
)
@click.option("--zone", "zone_name", metavar="ZONE", help="The zone of times that name none.")
@click.option("--day", type=_console.Day(), help="The day on which the chat begins.")
@click.option(
    "--day-first", "order", flag_value=DAY_FIRST, help="A date such as 3/4/2026 is 3 April."
)
@click.option("--month-first", "order", flag_value=MONTH_FIRST, help="It is 4 March.")
@click.option("--visibility", help="internal or restricted.")
@click.option("--slug", help="The words of the file's name; made from the title otherwise.")
@click.option("--evidence", is_flag=True, help="Make a folder for evidence files beside it.")
@_console.today_option
@_console.root_option
def main(
    root: Path,
    today: date,
    slug: str | None,
    evidence: bool,
    chat_file: Path | None,
    zone_name: str | None,
    day: date | None,
    order: str | None,
    **given: Any,
) -> int:
    """Write a new draft under postmortems/.

    On a terminal it asks for what the options leave open, in the order in which one knows it, and
    shows the outages that resemble this one; elsewhere (a script, a pipe) it names the options
    that are missing. It never overwrites a file.

    With --chat the timeline begins with the messages of a copied chat (Slack, Teams, Discord,
    WhatsApp, IRC), without the names of those who wrote; what became of each line is said.
    """
    archive = Archive.load(root)
    answers: Answers = {key: value for key, value in given.items() if value not in (None, ())}
    zone = zone_named(zone_name)
    refuse_unknown(answers, archive)
    chat = ChatLog.read(chat_file, order, day) if chat_file else ChatLog()
    missing = missing_options(answers)
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    if missing and not asks:
        raise click.UsageError(f"these options are missing: {', '.join(missing)}")
    wizard = Wizard(archive, today, answers, zone, order, chat)
    if missing:
        refuse_empty(archive.catalog)
        wizard.ask()
    elif chat.given and asks:
        wizard.place_chat()
    elif chat.given:
        answers["timeline"] = chat.events(zone)
        chat.tell()
    refuse_unknown(answers, archive)
    return write(root, archive, answers, today, slug, evidence=evidence)


def write(
    root: Path, archive: Archive, answers: Answers, today: date, slug: str | None, *, evidence: bool
) -> int:
    """Write the draft of these answers, and say so."""
    name = slug or template.slug(answers["title"])
    if not name or template.slug(name.replace("-", " ")) != name:
        raise click.UsageError(
            "no file name can be made of this title: give --slug, in lower-case letters, digits "
            "and hyphens"
        )
    path = template.record_path(started_on(answers) or today, name)
    refuse_taken(path, archive)
    kind = archive.template_for(answers["severity"], answers.get("incident_type"))
    remarks = {"timeline": PRUNE} if "timeline" in answers else {}
    text = template.draft(
        front_matter(answers), archive.schemas["postmortem"], remarks=remarks, kind=kind
    )
    try:
        store.create(root / path, text)
    except FileExistsError:
        raise click.ClickException(f"{path} exists already; give another --slug") from None
    if evidence:
        (root / path).with_suffix("").joinpath("evidence").mkdir(parents=True, exist_ok=True)
    return tell(root, path, today, kind, evidence=evidence)


PRUNE = (
    f"{template.SUGGESTED} from a copied chat: keep what mattered, say of each entry what `kind` "
    "it is, and write roles in place of people's names."
)


def zone_named(name: str | None) -> Zone | None:
    """The zone of an option; None where it was not given."""
    try:
        return Zone.named(name) if name else None
    except ZoneError as error:
        raise click.UsageError(f"--zone: {error}") from None


def missing_options(answers: Answers) -> list[str]:
    """What a draft cannot be without, as the options that give it."""
    needed = {key: f"--{key}" for key in ("title", "severity", "owner")} | {"assets": "--asset"}
    missing = [option for key, option in needed.items() if key not in answers]
    if not any(key in answers for key in CLOCK_POINTS):
        missing.append("--started (or --detected)")
    return missing


# --- what is refused before anything is written --------------------------------------------------


OWNER_OPTIONS = {
    "owner": "--owner",
    "facilitator": "--facilitator",
    "scribe": "--scribe",
    "incident_commander": "--incident-commander",
    "stakeholders": "--stakeholder",
    "engineers": "--engineer",
    "stewards": "--steward",
}
RECORD_OPTIONS = {"recurrence_of": "--recurrence-of", "related": "--related"}
WORD_OPTIONS = {
    "severity": ("--severity", ("severity",)),
    "incident_type": ("--type", ("incident", "type")),
    "detected_by": ("--detected-by", ("incident", "detected_by")),
    "visibility": ("--visibility", ("visibility",)),
}


def refuse_unknown(answers: Answers, archive: Archive) -> None:
    """Refuse what the catalog does not have, the schema does not allow, or nobody can read."""
    refuse_unseen(answers)
    for key, option in OWNER_OPTIONS.items():
        for name in as_list(answers.get(key)):
            refuse_owner(option, name, archive.catalog)
    for name in as_list(answers.get("assets")):
        refuse("--asset", name, archive.catalog.assets, "an asset in catalog/assets.yml")
    for key, (option, path) in WORD_OPTIONS.items():
        for word in as_list(answers.get(key)):
            allowed = archive.schemas["postmortem"].words(*path)
            refuse(option, word, allowed, "one of the allowed values")
    for key, option in RECORD_OPTIONS.items():
        for name in as_list(answers.get(key)):
            refuse(option, name, archive.by_id, "a postmortem here")
    for key, option in CLOCK_OPTIONS.items():
        refuse_no_moment(option, as_list(answers.get(key)))


def refuse_unseen(answers: Answers) -> None:
    """Refuse texts that are not what they look like."""
    for key, value in answers.items():
        texts = (each for each in as_list(value) if isinstance(each, str))
        if any(map(FORBIDDEN.search, texts)):
            raise click.UsageError(f"{key} holds a character that cannot be seen")


def refuse_empty(catalog: Catalog) -> None:
    """Refuse to ask where there is nothing to choose from."""
    if not catalog.owners or not catalog.assets:
        raise click.ClickException(
            "the catalog is empty: first add an owner to catalog/owners.yml and an asset to "
            "catalog/assets.yml"
        )


def refuse_owner(option: str, name: str, catalog: Catalog) -> None:
    """Refuse somebody who is not in the catalog, or has left."""
    refuse(option, name, catalog.owners, "an owner in catalog/owners.yml")
    if not catalog.owners[name].active:
        raise click.UsageError(f"{option}: {name!r} is no longer active")


def refuse(option: str, name: str, known: Iterable[str], what: str) -> None:
    """Refuse a word that is not among the known."""
    known = list(known)
    if name in known:
        return
    hint = did_you_mean(name, known) or (
        f"known: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}" if known else
        "the catalog is empty: add it there first"
    )  # fmt: skip
    raise click.UsageError(f"{option}: {name!r} is not {what}. {hint}")


def refuse_no_moment(option: str, given: Iterable[str]) -> None:
    """Refuse a text that is no instant, and say what to write."""
    for text in given:
        if not moments.is_moment(text):
            raise click.UsageError("{}: {}; {}".format(option, *moments.about_time(text, "moment")))


def as_list(value: Any) -> list[Any]:
    """One value or several, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def refuse_taken(path: str, archive: Archive) -> None:
    """Refuse an id that another file has, letter case ignored."""
    wanted = Path(path).stem
    for entry in archive.entries:
        if entry.id.lower() == wanted:
            raise click.ClickException(f"{entry.path} exists already; give another --slug")


# --- what is said in the end ---------------------------------------------------------------------


def tell(root: Path, path: str, today: date, kind: template.Template, *, evidence: bool) -> int:
    """Say what was written, and what the check thinks of it."""
    archive = Archive.load(root)
    found = [finding for finding in checks.run(archive, today) if finding.path == path]
    click.echo(f"wrote {path}")
    if kind.name != template.FULL.name:
        click.echo(f"It follows the template `{kind.name}`, by catalog/policy.yml.")
    if evidence:
        click.echo(f"evidence files go into {path.removesuffix('.md')}/evidence/")
    for finding in found:
        click.echo(
            f"  {finding.position.line}: {finding.level.word} {finding.rule} {finding.message}"
        )
        click.echo(f"     fix: {finding.fix}")
    look = f" and `{_console.PROGRAM} serve`" if not _console.INSTALLED else ""
    click.echo(f"Next: write the story, then `{_console.PROGRAM} check`{look}.")
    return 1 if any(finding.level is Level.ERROR for finding in found) else 0


if __name__ == "__main__":
    _console.run(main, "new")
