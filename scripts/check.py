"""Check every postmortem and the catalog, and say what is missing, where, and what to write."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import _console
import click
from rich.console import Console
from rich.text import Text

from debrief import checks, reporters
from debrief.archive import CATALOG, RECORDS, Archive
from debrief.checks.rule import Rule
from debrief.finding import Finding, did_you_mean

ENVIRONMENT = "gate"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="text for people; github for annotations on a pull request; json for programs.",
)
@click.option("--list", "listing", is_flag=True, help="List every rule, and do nothing else.")
@click.option("--explain", metavar="RULE", help="Explain one rule, and do nothing else.")
@_console.today_option
@_console.root_option
def main(
    paths: tuple[Path, ...],
    form: str,
    listing: bool,
    explain: str | None,
    today: date,
    root: Path,
) -> int:
    """Check every postmortem and the catalog.

    With PATHS, only findings in those files or folders are told; the rest of the repository is
    still read, because records refer to one another.

    Exit code: 0 no errors, 1 errors, 2 the check could not do its work.
    """
    if listing:
        return list_rules()
    if explain:
        return explain_rule(explain)
    start = time.monotonic()
    wanted = [relative(path, root) for path in paths]
    progress = _console.PatientProgress("Reading", time.monotonic)
    archive = Archive.load(root, progress=progress)
    progress.stop()
    progress = _console.PatientProgress("Checking", time.monotonic)
    findings = checks.run(archive, today, progress)
    progress.stop()
    files = [entry.path for entry in (*archive.entries, *archive.catalog_entries)]
    if wanted:
        refuse_unknown(wanted, [*files, *(finding.path for finding in findings)], root)
        files = [path for path in files if lies_in(path, wanted)]
        findings = [finding for finding in findings if lies_in(finding.path, wanted)]
    totals = reporters.Totals.of(findings, len(files))
    if form == "json":
        click.echo(reporters.as_json(findings, totals, today))
    elif form == "github":
        tell_github(findings, totals)
    else:
        tell_terminal(findings, totals, archive, time.monotonic() - start)
    return 1 if totals.errors else 0


def relative(path: Path, root: Path) -> str:
    """A path as findings call it. Raises click.UsageError where it lies outside the repository."""
    # Links on the way are followed, and one at its end is not: it is what the check must see.
    full = path.parent.resolve() / path.name if path.name else path.resolve()
    try:
        return full.relative_to(root.resolve()).as_posix()
    except ValueError:
        raise click.UsageError(f"{path} does not lie in {root}") from None


def lies_in(path: str, wanted: Sequence[str]) -> bool:
    """Whether a file is one of those named, or lies in a folder that is."""
    return any(name in (path, ".") or path.startswith(f"{name}/") for name in wanted)


def refuse_unknown(wanted: Sequence[str], known: Sequence[str], root: Path) -> None:
    """A path that names nothing to check is an error of the command, and not a pass."""
    for name in wanted:
        is_ours = name.partition("/")[0] in (".", RECORDS, CATALOG) and (root / name).is_dir()
        if not is_ours and not any(lies_in(path, [name]) for path in known):
            hint = did_you_mean(name, known)
            raise click.UsageError(f"{name} is no postmortem and no catalog file. {hint}".strip())


def tell_terminal(
    findings: Sequence[Finding], totals: reporters.Totals, archive: Archive, seconds: float
) -> None:
    """Print findings for a person; colour only where there is a terminal."""
    console = Console(soft_wrap=True, highlight=False)
    for line in reporters.text(findings, archive.documents):
        console.print(line)
    if not archive.entries:
        console.print("There are no postmortems yet: `./debrief new` writes the first.")
    style = "bold red" if totals.errors else "bold green"
    console.print(Text.assemble((f"{totals}", style), f" in {seconds:.1f} s"))


def tell_github(findings: Sequence[Finding], totals: reporters.Totals) -> None:
    """Print annotations, the worst first, and write the whole table to the job's summary."""
    worst_first = sorted(findings, key=lambda finding: (-finding.level, finding.order))
    for line in reporters.github(worst_first):
        click.echo(line)
    click.echo(str(totals))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(reporters.job_summary(findings, totals))


def list_rules() -> int:
    """Print a line for each rule, by family."""
    console = Console(soft_wrap=True, highlight=False)
    for prefix, name, rules in checks.FAMILIES:
        console.print(Text(f"{prefix}xx  {name}", "bold"))
        for rule in sorted(rules, key=lambda rule: rule.id):
            console.print(f"  {rule.id}  {rule.level.word:<7}  {rule.summary}", markup=False)
    return 0


def explain_rule(rule_id: str) -> int:
    """Print all there is to say of one rule."""
    rule = checks.BY_ID.get(rule_id.upper())
    if rule is None:
        hint = did_you_mean(rule_id.upper(), [key.upper() for key in checks.BY_ID])
        raise click.UsageError(f"there is no rule {rule_id}. {hint}".strip())
    console = Console(soft_wrap=True, highlight=False)
    console.print(Text.assemble((rule.id, "bold"), f"  {rule.summary}"))
    for line in explanation(rule):
        console.print(f"  {line}", markup=False)
    return 0


def explanation(rule: Rule) -> list[str]:
    """The lines under a rule's headline."""
    off = "" if rule.id in checks.MAY_BE_OFF else " It cannot be switched off."
    lines = [f"{rule.level.word}, {rule.scope}.{off}"]
    if rule.explanation:
        lines.append(" ".join(rule.explanation.split()))
    return [*lines, f"fix: {rule.fix}"]


if __name__ == "__main__":
    _console.run(main, "check")
