"""Check every postmortem and the catalog, and say what is missing, where, and what to write."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import _console
import click
from rich.console import Console
from rich.text import Text

from debrief import baseline, checks, digest, gate, pull_request, reporters, store
from debrief.archive import CATALOG, RECORDS, Archive
from debrief.baseline import Baseline
from debrief.catalog import Policy
from debrief.checks.rule import Rule
from debrief.finding import Finding, did_you_mean
from debrief.gate import Verdict
from debrief.git import GitError, NoHistoryError, Repository
from debrief.history import Past
from debrief.reporters.totals import count

ENVIRONMENT = "gate"

FORMATS = ("text", "github", "json", "sarif", "gitlab", "markdown")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="text for people; github for annotations on a pull request; json, sarif and gitlab for "
    "programs; markdown for a comment on a pull request.",
)
@click.option(
    "--base",
    metavar="REV",
    help="Also judge what changed since this line of work left REV, such as origin/main (PM8xx).",
)
@click.option(
    "--changed", is_flag=True, help="With --base: only what changed, and what that can break."
)
@click.option(
    "--reviews",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --base: the pull request's reviews, as JSON of the code host's API.",
)
@click.option(
    "--event",
    type=click.Path(path_type=Path),  # read only where --reviews asks for it
    envvar="GITHUB_EVENT_PATH",
    help="With --reviews: the pull request itself, as JSON. Default: what GitHub gives a workflow.",
)
@click.option(
    "--write-baseline", is_flag=True, help=f"Write {baseline.FILE}: today's findings stay silent."
)
@click.option("--list", "listing", is_flag=True, help="List every rule, and do nothing else.")
@click.option("--explain", metavar="RULE", help="Explain one rule, and do nothing else.")
@_console.today_option
@_console.root_option
def main(
    paths: tuple[Path, ...],
    form: str,
    base: str | None,
    changed: bool,
    reviews: Path | None,
    event: Path | None,
    write_baseline: bool,
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
        return list_rules(root)
    if explain:
        return explain_rule(explain)
    if base is None and (changed or reviews):
        raise click.UsageError("--changed and --reviews compare with something: give --base too")
    if write_baseline and (paths or changed):
        raise click.UsageError("--write-baseline is about the whole repository: leave the rest out")
    start = time.monotonic()
    wanted = [relative(path, root) for path in paths]
    past = since(root, base, today, reviews, event)
    verdict = judged(root, today, past, changed)
    if write_baseline:
        return lay_baseline(verdict)
    files, findings = verdict.files, list(verdict.findings)
    if wanted:
        refuse_unknown(wanted, [*files, *(finding.path for finding in findings)], root)
        files = [path for path in files if lies_in(path, wanted)]
        findings = [finding for finding in findings if lies_in(finding.path, wanted)]
    totals = reporters.Totals.of(findings, len(files))
    if form in ("github", "gitlab", "sarif"):
        findings = from_the_top(findings, prefix_of(root))
    if form == "text":
        tell_terminal(findings, totals, verdict, time.monotonic() - start)
    elif form == "github":
        tell_github(findings, totals, verdict, today)
    else:
        click.echo(as_text(form, findings, totals, verdict, today))
    return 1 if totals.errors else 0


def since(
    root: Path, base: str | None, today: date, reviews: Path | None, event: Path | None
) -> Past | None:
    """What came before, and the pull request around it; None where no base is given."""
    if base is None:
        return None
    pull = None
    if reviews is not None:
        if event is None:
            raise click.UsageError("--reviews needs the pull request itself: give --event FILE")
        try:
            pull = pull_request.read(parsed(event), parsed(reviews))
        except ValueError as error:
            raise click.UsageError(f"--reviews: {error}") from None
    try:
        return Past.since(root, base, today, pull)
    except GitError as error:
        raise click.UsageError(f"--base: {error}") from None


def parsed(file: Path) -> object:
    """The JSON in a file. Raises click.UsageError where there is none."""
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise click.UsageError(f"{file} does not hold JSON") from None


def judged(root: Path, today: date, past: Past | None, changed: bool) -> Verdict:
    """The gate's verdict, with progress on a terminal."""
    reading = _console.PatientProgress("Reading", time.monotonic)
    checking = _console.PatientProgress("Checking", time.monotonic)
    try:
        return gate.judge(
            root, today, past=past, changed_only=changed, reading=reading, checking=checking
        )
    finally:
        reading.stop()
        checking.stop()


def lay_baseline(verdict: Verdict) -> int:
    """Write the baseline, or shrink the one that is there."""
    root = verdict.archive.root
    file = root / baseline.FILE
    new = verdict.baseline
    if file.exists():
        new = new.shrunk_to(Baseline.load(root))
    store.replace(file, new.write())
    silent = sum(len(entry.findings) for entry in new.files.values())
    words = count(silent, "finding")
    click.echo(f"wrote {baseline.FILE}: {words} in {count(len(new.files), 'file')}")
    loud = len(verdict.findings) + len(verdict.silent) - silent
    if loud:
        click.echo(
            f"{count(loud, 'finding')} cannot be silenced: files that cannot be read, "
            f"and whatever is newer than the first baseline. `{_console.PROGRAM} check` tells them."
        )
    return 0


def prefix_of(root: Path) -> str:
    """The way from the top of the git repository to the records; code hosts count paths from it."""
    try:
        return Repository.at(root).prefix
    except NoHistoryError:
        return ""


def from_the_top(findings: Sequence[Finding], prefix: str) -> list[Finding]:
    """Findings with the paths that a code host has for their files."""
    return [replace(finding, path=f"{prefix}{finding.path}") for finding in findings]


def rules_page() -> str:
    """The address of the page of rules, where it is known at which the site will be."""
    site = os.environ.get("DEBRIEF_SITE_URL", "").rstrip("/")
    return f"{site}/reference/rules/" if site else ""


def as_text(
    form: str,
    findings: Sequence[Finding],
    totals: reporters.Totals,
    verdict: Verdict,
    today: date,
) -> str:
    """What a program or a pull request is given."""
    if form == "json":
        return reporters.as_json(findings, totals, today)
    if form == "gitlab":
        return reporters.as_gitlab(findings)
    if form == "sarif":
        prefix = prefix_of(verdict.archive.root)
        documents = {f"{prefix}{path}": d for path, d in verdict.archive.documents.items()}
        return reporters.as_sarif(
            findings, totals, checks.RULES, today, documents=documents, rules_page=rules_page()
        )
    past = verdict.past
    touched = past.changed if past is not None else None
    pull = past.pull_request if past is not None else None
    commit = pull.head if pull is not None else ""
    past_outages = digest.past_outages(verdict.archive, touched or (), today)
    comment = digest.comment(
        verdict.archive, findings, totals, touched, today, similar=past_outages, commit=commit
    )
    return comment.rstrip("\n")


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
    findings: Sequence[Finding], totals: reporters.Totals, verdict: Verdict, seconds: float
) -> None:
    """Print findings for a person; colour only where there is a terminal."""
    console = Console(soft_wrap=True, highlight=False)
    for line in reporters.text(findings, verdict.archive.documents):
        console.print(line)
    if not verdict.archive.entries:
        console.print(f"There are no postmortems yet: `{_console.PROGRAM} new` writes the first.")
    for note in notes(verdict):
        console.print(Text(note, "dim"))
    style = "bold red" if totals.errors else "bold green"
    console.print(Text.assemble((f"{totals}", style), f" in {seconds:.1f} s"))


def notes(verdict: Verdict) -> Iterator[str]:
    """What was not looked at, or is not told."""
    if verdict.past is None:
        yield "History not verified: --base REV compares with an earlier commit."
    elif verdict.past.base is None:
        yield "There is nothing before this: every file counts as new."
    else:
        scope = "only what changed since" if verdict.scope else "changes since"
        yield f"History: {scope} {verdict.past.base[:10]}."
    if verdict.silent:
        number = count(len(verdict.silent), "old finding")
        yield f"{number} silent until their files are touched ({baseline.FILE})."


def tell_github(
    findings: Sequence[Finding], totals: reporters.Totals, verdict: Verdict, today: date
) -> None:
    """Print annotations, the worst first, and write the whole table to the job's summary."""
    worst_first = sorted(findings, key=lambda finding: (-finding.level, finding.order))
    for line in reporters.github(worst_first):
        click.echo(line)
    for note in notes(verdict):
        click.echo(note)
    click.echo(str(totals))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(as_text("markdown", findings, totals, verdict, today) + "\n")
            if findings:
                file.write("\n" + reporters.job_summary(findings, totals))


def list_rules(root: Path) -> int:
    """Print a line for each rule, by family; those say so that the policy switched off."""
    given = policy_of(root).rules_off
    off = {entry.rule: entry.reason for entry in given if entry.rule in checks.MAY_BE_OFF}
    console = Console(soft_wrap=True, highlight=False)
    for prefix, name, rules in checks.FAMILIES:
        console.print(Text(f"{prefix}xx  {name}", "bold"))
        for rule in sorted(rules, key=lambda rule: rule.id):
            told = f" (off here: {off[rule.id]})" if rule.id in off else ""
            console.print(f"  {rule.id}  {rule.level.word:<7}  {rule.summary}{told}", markup=False)
    return 0


def policy_of(root: Path) -> Policy:
    """The policy of a repository, without its records."""
    return Archive.load(root, select=lambda _catalog, _records: ()).catalog.policy


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
