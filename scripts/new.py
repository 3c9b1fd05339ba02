"""Write a new draft: asks for what it needs, or takes it from options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import _console
import click
import questionary

from debrief import checks, moments, store, template
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.finding import Level, did_you_mean
from debrief.nodes import FORBIDDEN
from debrief.record import CLOCK_POINTS, Moment
from debrief.schema import Schema

ENVIRONMENT = "gate"

Answers = dict[str, Any]

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
@click.option("--visibility", help="internal or restricted.")
@click.option("--slug", help="The words of the file's name; made from the title otherwise.")
@click.option("--evidence", is_flag=True, help="Make a folder for evidence files beside it.")
@_console.today_option
@_console.root_option
def main(root: Path, today: date, slug: str | None, evidence: bool, **given: Any) -> int:
    """Write a new draft under postmortems/.

    On a terminal it asks for what the options leave open; elsewhere (a script, a pipe) it names
    the options that are missing. It never overwrites a file.
    """
    archive = Archive.load(root)
    answers: Answers = {key: value for key, value in given.items() if value not in (None, ())}
    if missing := missing_options(answers):
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError(f"these options are missing: {', '.join(missing)}")
        ask(answers, archive, today)
    refuse_unknown(answers, archive)
    day = started_on(answers)
    name = slug or template.slug(answers["title"])
    if not name or template.slug(name.replace("-", " ")) != name:
        raise click.UsageError(
            "no file name can be made of this title: give --slug, in lower-case letters, digits "
            "and hyphens"
        )
    path = template.record_path(day, name)
    refuse_taken(path, archive)
    text = template.draft(front_matter(answers), archive.schemas["postmortem"])
    try:
        store.create(root / path, text)
    except FileExistsError:
        raise click.ClickException(f"{path} exists already; give another --slug") from None
    if evidence:
        (root / path).with_suffix("").joinpath("evidence").mkdir(parents=True, exist_ok=True)
    return tell(root, path, today, evidence=evidence)


def missing_options(answers: Answers) -> list[str]:
    """What a draft cannot be without, as the options that give it."""
    needed = {key: f"--{key}" for key in ("title", "severity", "owner")} | {"assets": "--asset"}
    missing = [option for key, option in needed.items() if key not in answers]
    if not any(key in answers for key in CLOCK_POINTS):
        missing.append("--started (or --detected)")
    return missing


def front_matter(answers: Answers) -> Answers:
    """The answers as front matter, in the order in which a record is read."""
    incident = {
        "reference": answers.get("reference"),
        "type": answers.get("incident_type"),
        "trigger": answers.get("trigger"),
        "detected_by": answers.get("detected_by"),
        **{key: answers.get(key) for key in CLOCK_POINTS},
    }
    if any("T" not in answers[key] for key in CLOCK_POINTS if key in answers):
        incident["precision"] = "day"
    roles = {
        "facilitator": answers.get("facilitator"),
        "scribe": answers.get("scribe"),
        "incident_commander": answers.get("incident_commander"),
        "engineers": list(answers.get("engineers", ())),
        "stewards": list(answers.get("stewards", ())),
    }
    values = {
        "title": " ".join(answers["title"].split()),
        "summary": answers.get("summary"),
        "status": "draft",
        "severity": answers["severity"],
        "owner": answers["owner"],
        "tags": list(answers.get("tags", ())),
        "visibility": answers.get("visibility"),
        "incident": given_only(incident),
        "assets": [{"asset": asset} for asset in answers["assets"]],
        "stakeholders": list(answers.get("stakeholders", ())),
        "roles": given_only(roles),
        "recurrence_of": answers.get("recurrence_of"),
    }
    return given_only(values)


def given_only(values: Answers) -> Answers:
    """The values that were given."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def started_on(answers: Answers) -> date:
    """The day of the file's name, in the zone that was typed."""
    first = next(answers[key] for key in CLOCK_POINTS if key in answers)
    return Moment.parse(first).local_day


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
WORD_OPTIONS = {
    "severity": ("--severity", ("severity",)),
    "incident_type": ("--type", ("incident", "type")),
    "detected_by": ("--detected-by", ("incident", "detected_by")),
    "visibility": ("--visibility", ("visibility",)),
}


def refuse_unknown(answers: Answers, archive: Archive) -> None:
    """Refuse what the catalog does not have, the schema does not allow, or nobody can read."""
    for key, value in answers.items():
        if any(FORBIDDEN.search(text) for text in as_list(value)):
            raise click.UsageError(f"{key} holds a character that cannot be seen")
    for key, option in OWNER_OPTIONS.items():
        for name in as_list(answers.get(key)):
            refuse_owner(option, name, archive.catalog)
    for name in as_list(answers.get("assets")):
        refuse("--asset", name, archive.catalog.assets, "an asset in catalog/assets.yml")
    for key, (option, path) in WORD_OPTIONS.items():
        for word in as_list(answers.get(key)):
            allowed = archive.schemas["postmortem"].words(*path)
            refuse(option, word, allowed, "one of the allowed values")
    for name in as_list(answers.get("recurrence_of")):
        refuse("--recurrence-of", name, archive.by_id, "a postmortem here")
    for key, option in CLOCK_OPTIONS.items():
        refuse_no_moment(option, as_list(answers.get(key)))


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


def as_list(value: Any) -> list[str]:
    """One value or several, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def refuse_taken(path: str, archive: Archive) -> None:
    """Refuse an id that another file has, letter case ignored."""
    wanted = Path(path).stem
    for entry in archive.entries:
        if entry.id.lower() == wanted:
            raise click.ClickException(f"{entry.path} exists already; give another --slug")


# --- prompts -------------------------------------------------------------------------------------


def ask(answers: Answers, archive: Archive, today: date) -> None:
    """Ask for what is missing, in the order in which one knows things the day after."""
    catalog, schema = archive.catalog, archive.schemas["postmortem"]
    if not catalog.owners or not catalog.assets:
        raise click.ClickException(
            "the catalog is empty: first add an owner to catalog/owners.yml and an asset to "
            "catalog/assets.yml"
        )
    if "title" not in answers:
        answers["title"] = answered(
            questionary.text(
                "What happened, in one line?", validate=lambda text: bool(text.strip())
            )
        )
    if "assets" not in answers:
        answers["assets"] = ask_assets(catalog)
    if not any(key in answers for key in CLOCK_POINTS):
        answers["started_at"] = answered(
            questionary.text(
                "When did it start? (with its zone; a date alone if the time is not known)",
                default=f"{today}T00:00Z",
                validate=lambda text: (
                    moments.is_moment(text) or "; ".join(moments.about_time(text, "moment"))
                ),
            )
        )
    if "severity" not in answers:
        answers["severity"] = ask_severity(catalog, schema)
    if "owner" not in answers:
        answers["owner"] = ask_owner(catalog, answers["assets"])


def answered(question: Any) -> Any:
    """The answer; a question that is left with Ctrl-C stops the command."""
    answer = question.ask()
    if answer is None:
        raise click.Abort
    return answer


def choose(message: str, names: dict[str, str], default: str = "") -> str:
    """Let one of the names be typed, completed from the ids and from what they are called."""
    question = questionary.autocomplete(
        message,
        choices=list(names),
        meta_information=names,
        default=default,
        match_middle=True,
        validate=lambda text: text in names or "choose one from the list",
    )
    return str(answered(question))


def ask_assets(catalog: Catalog) -> Sequence[str]:
    """At least one asset, and more until an empty answer."""
    names = {asset.id: asset.name for asset in catalog.assets.values()}
    assets = [choose("Which data asset was wrong? (Tab completes)", names)]
    while answered(questionary.confirm("Another asset?", default=False)):
        assets.append(choose("Which?", names))
    return list(dict.fromkeys(assets))


def ask_severity(catalog: Catalog, schema: Schema) -> str:
    """The severity, with what each means here."""
    policy = catalog.policy.severities
    choices = [
        questionary.Choice(f"{word}: {policy[word].meaning}" if word in policy else word, word)
        for word in schema.words("severity")
    ]
    return str(answered(questionary.select("How bad was it?", choices=choices)))


def ask_owner(catalog: Catalog, assets: Sequence[str]) -> str:
    """Who is accountable; the owner of the first asset is offered."""
    names = {owner.id: owner.name for owner in catalog.owners.values() if owner.active}
    offered = catalog.assets[assets[0]].owner if assets[0] in catalog.assets else None
    default = offered if offered in names else ""
    return choose("Who is accountable for the postmortem?", names, default or "")


# --- what is said in the end ---------------------------------------------------------------------


def tell(root: Path, path: str, today: date, *, evidence: bool) -> int:
    """Say what was written, and what the check thinks of it."""
    archive = Archive.load(root)
    found = [finding for finding in checks.run(archive, today) if finding.path == path]
    click.echo(f"wrote {path}")
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
