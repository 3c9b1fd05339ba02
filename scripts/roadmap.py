"""List open actions in the order of what they would prevent, for planning and for trackers."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import _console
import _records
import _roadmap_issues
import click
from _github import checked
from rich.console import Console
from rich.table import Table
from rich.text import Text

from debrief import published, store, words
from debrief.archive import Archive
from debrief.reporters.plain import printable
from debrief.roadmap.data import as_data
from debrief.roadmap.entry import ORDERS, QUADRANTS, Entry, Wanted, entries
from debrief.roadmap.table import LAYOUTS, as_csv
from debrief.shareable import shareable

ENVIRONMENT = "gate"

_WIDTH = 120
"""Of a table that is piped: a pipe has no width of its own."""

_QUADRANTS = {name.replace(" ", "-"): name for name in QUADRANTS}

_Words = tuple[str, ...]


@click.command()
@click.option("--all", "all_types", is_flag=True, help="Corrective actions as well.")
@click.option("--owner", "owners", multiple=True, metavar="ID", help="What this owner has to do.")
@click.option(
    "--team", "teams", multiple=True, metavar="ID", help="What this team or a member has to do."
)
@click.option("--asset", "assets", multiple=True, metavar="ID", help="Outages of this data asset.")
@click.option("--domain", "domains", multiple=True, help="Outages of assets of this domain.")
@click.option(
    "--quadrant",
    "quadrants",
    multiple=True,
    type=click.Choice(list(_QUADRANTS)),
    help="Only this priority; may be given several times, as those above may.",
)
@click.option("--severity", "severities", multiple=True, help="Only outages of this severity.")
@click.option(
    "--min-risk",
    type=click.IntRange(1, 9),
    help="Only what addresses a cause of this risk: likelihood times effect, 1 to 9.",
)
@click.option("--overdue", is_flag=True, help="Only what is late.")
@click.option(
    "--sort",
    type=click.Choice(list(ORDERS)),
    default="prevents",
    show_default=True,
    help="prevents: what came back since, then risk, severity and number of such outages, priority "
    "and due date; quadrant: priority before all that; due; age.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "csv", "json", "schema")),
    default="table",
    show_default=True,
    help="A table for people, a file for spreadsheets and importers, data for programs, and the "
    "JSON Schema of those.",
)
@click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    default="jira",
    show_default=True,
    help="With --format csv: whose names the columns have; Linear reads those of Jira.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it into a file.",
)
@click.option(
    "--site",
    envvar="DEBRIEF_SITE_URL",
    default="",
    metavar="URL",
    help="Where the site is published, for links back to it. [env: DEBRIEF_SITE_URL]",
)
@click.option(
    "--github",
    is_flag=True,
    help="Say which issues would be opened, rewritten and closed at GitHub. Needs gh.",
)
@click.option("--write", is_flag=True, help="With --github: do it.")
@click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    metavar="OWNER/NAME",
    help="With --github: where the issues are. [env: GITHUB_REPOSITORY]",
)
@click.option(
    "--label",
    default="postmortem-action",
    show_default=True,
    help="With --github: the label of new issues; an empty one for none.",
)
@click.option(
    "--most",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    help="With --github: open at most so many in one run.",
)
@_console.today_option
@_console.root_option
def main(root: Path, today: date, **options: Any) -> int:
    """List the open preventive actions in the order of what they would prevent.

    For each: the risk of the causes that it addresses, how many outages of this kind there were and
    how severe they were, whether the outage came back, its priority by impact and feasibility, its
    date, its age, how often it was put off, and what waits for it. Of a restricted postmortem only
    title, status, owner and dates are told.

    \b
    debrief roadmap --team data-platform --min-risk 6
    debrief roadmap --format csv --output roadmap.csv
    debrief roadmap --github --repository an-org/plans           says what it would do
    debrief roadmap --github --repository an-org/plans --write   and does it

    At GitHub each action has one issue, known by a line in its description. An action whose record
    has a `tracker` gets none. What people write around our part of the description stays.

    Exit code: 0 done, 2 it could not be done.
    """  # noqa: D301 - click asks for the character itself, to keep the lines apart
    if options["write"] and not options["github"]:
        raise click.UsageError("--write goes with --github")
    if options["github"] and not options["repository"]:
        raise click.UsageError("--github needs --repository OWNER/NAME")
    whole = _records.load(root)
    _records.require_catalog(whole, "owners", "assets", "policy")
    archive = shareable(whole)
    found = entries(archive, today, wanted(archive, options))
    found.sort(key=ORDERS[options["sort"]])
    if options["github"]:
        where = _roadmap_issues.Where(
            checked(options["repository"]), options["label"], options["most"], options["site"]
        )
        return _roadmap_issues.publish(found, whole, archive, where, write=options["write"])
    if options["form"] == "table" and options["output"] is None:
        tell(found, whole, today)
        return 0
    give(as_text(found, archive, today, options), options["output"])
    return 0


# --- which ---------------------------------------------------------------------------------------


def wanted(archive: Archive, options: dict[str, Any]) -> Wanted:
    """What is asked for. Raises click.ClickException for a name that nobody has."""
    catalog = archive.catalog
    types = ("preventive", "corrective") if options["all_types"] else ("preventive",)
    domains = {asset.domain for asset in catalog.assets.values() if asset.domain}
    severities = tuple(catalog.policy.severities)
    return Wanted(
        types=frozenset(types),
        owners=_known(options["owners"], catalog.owners, "owner of the catalog"),
        teams=_known(options["teams"], catalog.owners, "team of the catalog"),
        assets=_known(options["assets"], catalog.assets, "asset of the catalog"),
        domains=_known(options["domains"], domains, "domain of the catalog"),
        quadrants=frozenset(_QUADRANTS[name] for name in options["quadrants"]),
        severities=_known(options["severities"], severities, "severity of the policy"),
        min_risk=options["min_risk"] or 0,
        overdue=options["overdue"],
    )


def _known(given: _Words, known: Collection[str], what: str) -> frozenset[str]:
    return frozenset(_records.one_of(each, known, what) for each in given)


# --- how it is said ------------------------------------------------------------------------------


def as_text(found: Sequence[Entry], archive: Archive, today: date, options: dict[str, Any]) -> str:
    """For a file or a pipe."""
    if options["form"] == "csv":
        return as_csv(found, archive.catalog, options["site"], options["layout"])
    if options["form"] == "json":
        data = as_data(found, today, options["sort"], options["site"])
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    if options["form"] == "schema":
        schema = published.load(archive.schemas, (published.ROADMAP,))[published.ROADMAP]
        return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    console = Console(width=_WIDTH, no_color=True, file=StringIO())
    console.print(_table(found))
    return console.file.getvalue() if isinstance(console.file, StringIO) else ""


def give(text: str, output: Path | None) -> None:
    """Print it, or write it into a file. Raises click.ClickException."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        store.replace(output, text)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror or error}") from None


def tell(found: Sequence[Entry], archive: Archive, today: date) -> None:
    """Print the table, and what is not in it."""
    out = _records.console()
    if not out.is_terminal:
        out = Console(width=_WIDTH, highlight=False)
    if found:
        out.print(_table(found))
    late = sum(entry.action.days_overdue(today) > 0 for entry in found)
    came = sum(bool(entry.recurrences) for entry in found)
    unrated = sum(entry.risk is None and not entry.record.restricted for entry in found)
    kept_back = sum(entry.record.restricted for entry in found)
    total = f"{words.counted(len(found), 'open action')}: {late:,} overdue"
    lines = [f"{total}, {came:,} whose outage came back since."]
    if unrated:
        lines.append(
            f"{unrated:,} without a risk stand behind the others: give likelihood and effect of "
            "the causes that they address."
        )
    if kept_back:
        lines.append(f"{kept_back:,} of restricted postmortems, of which no more may be told.")
    unread = [entry.path for entry in archive.entries if entry.record is None]
    lines += [f"Not looked into, because it cannot be read: {path}" for path in unread]
    _records.tell(out, lines)


def _table(found: Sequence[Entry]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("risk", "severity", "outages", "priority", "due", "owner"):
        table.add_column(name, no_wrap=name != "owner", overflow="fold")
    table.add_column("action", overflow="fold", ratio=1, min_width=30)
    for entry in found:
        table.add_row(*_cells(entry))
    return table


def _cells(entry: Entry) -> list[Text]:
    action = entry.action
    late = action.days_overdue(entry.today)
    due = Text(action.due.isoformat() if action.due else "no date")
    if late:
        due.append(f"\n{late} d late", "red")
    outages = Text(f"{len(entry.outages)}")
    if entry.recurrences:
        outages.append(f"\n{len(entry.recurrences)} since", "red")
    what = Text(printable(action.title))
    what.append(f"\n{entry.name}", "dim")
    facts = [action.status, f"{entry.age} days old"]
    if entry.postponements:
        facts.append(f"put off {words.times(entry.postponements)}")
    what.append("\n" + printable("; ".join((*facts, *entry.blocks))), "dim")
    return [
        Text(str(entry.risk) if entry.risk is not None else "–"),
        Text(words.term(entry.severity) if entry.severity else "–"),
        outages,
        Text(action.quadrant),
        due,
        Text(printable(action.owner or "nobody")),
        what,
    ]


if __name__ == "__main__":
    _console.run(main, "roadmap")
