"""Bring old documents in as records: a dry run first, then what was reviewed."""

from __future__ import annotations

import filecmp
import os
import shutil
import time
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import _console
import click

from debrief import checks, store
from debrief.adopt import headings, review, sources
from debrief.adopt.adoption import Adoption
from debrief.adopt.parts import Names, Setting
from debrief.adopt.plan import Job, Planned, Told, plan
from debrief.archive import RECORDS, Archive
from debrief.finding import Finding, Level
from debrief.nodes import FORBIDDEN
from debrief.spoken_time import DAY_FIRST, MONTH_FIRST, Zone, ZoneError

ENVIRONMENT = "gate"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--write", "writing", is_flag=True, help="Write the records as the review says.")
@click.option(
    "--review",
    "review_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=review.FILE,
    show_default=True,
    help="The file with what was found, for you to correct.",
)
@click.option("--zone", help="The zone of times that name none: Europe/Copenhagen, +01:00.")
@click.option("--day-first", "order", flag_value=DAY_FIRST, help="03/04/2024 is in April.")
@click.option("--month-first", "order", flag_value=MONTH_FIRST, help="03/04/2024 is in March.")
@click.option("--source-url", "url", help="What to put before a path, to link to the original.")
@click.option("--language", help="The language of the documents, such as de.")
@click.option("--status", help="The status that the records get.  [default: published]")
@_console.today_option
@_console.root_option
def main(
    paths: tuple[Path, ...],
    writing: bool,
    review_file: Path,
    zone: str | None,
    order: str | None,
    url: str | None,
    language: str | None,
    status: str | None,
    today: date,
    root: Path,
) -> int:
    """Bring old documents in as records.

    PATHS are Markdown or text files, or folders of them. Without --write nothing is written but the
    review: it has an entry for each document, with what was recognised. Correct it, run the command
    again to see what that changes, and write the records with --write.

    Exit code: 0 all can be (or are) written, 1 some cannot yet, 2 not possible.
    """
    archive = Archive.load(root)
    known = known_review(review_file, archive)
    if known is None and (writing or not paths):
        raise click.UsageError(
            f"there is no {review_file}: name the files or folders to look at"
            if not writing
            else f"there is no {review_file}: run the command without --write first"
        )
    files, skipped = sources.found(Path(os.path.normpath(Path.cwd() / path)) for path in paths)
    told = known or review.Review()
    told = replace(told, zone=zone or told.zone, order=order or told.order, url=url or told.url)
    refuse_unknown(zone, status, archive)
    choices = {"language": language} | ({"status": status} if status else {})
    told = review.joined(told, [] if writing else files, **choices)
    try:
        vocabulary = headings.load(root)
    except headings.TableError as error:
        raise click.ClickException(str(error)) from None
    fallback = Zone.named(told.zone) if told.zone else None
    setting = Setting(
        vocabulary,
        Names.of(archive.catalog),
        fallback=fallback,
        order=told.order,
        severities=told.severities,
    )
    given = tuple(Path(os.path.normpath(Path.cwd() / path)) for path in paths)
    job = Job(archive, setting, today, given or (review_file.resolve().parent,), told.url or "")
    progress = _console.PatientProgress("Reading", time.monotonic)
    try:
        planned = [gone_or_changed(one, told) for one in plan(job, present(told), progress)]
    finally:
        progress.stop()
    if writing:
        return write(planned, root)
    often = said_often(planned)
    for one in planned:
        tell(one, often)
    for no_document in skipped:
        click.echo(f"skipped {shown(no_document.path)}: {no_document.reason}")
    text = review.written(told, planned, review_file.resolve().parent)
    store.replace(review_file.resolve(), text)
    tell_in_short(planned, often)
    return conclude(planned, len(skipped), review_file)


def known_review(file: Path, archive: Archive) -> review.Review | None:
    """The review as it is, where there is one."""
    if not file.exists():
        return None
    try:
        return review.read(file.resolve(), archive)
    except review.ReviewError as error:
        raise click.ClickException(str(error)) from None


def refuse_unknown(zone: str | None, status: str | None, archive: Archive) -> None:
    """Refuse options that mean nothing."""
    if zone:
        try:
            Zone.named(zone)
        except ZoneError as error:
            raise click.UsageError(f"--zone: {error}") from None
    words = archive.schemas["postmortem"].words("status")
    if status and status not in words:
        raise click.UsageError(f"--status: {status!r} is none of {', '.join(words)}")


def present(told: review.Review) -> list[Told]:
    """The documents of a review; refuses one whose file is gone."""
    for one in told.documents:
        if not one.file.is_file():
            raise click.ClickException(
                f"{shown(one.file)} is not there any more: take it out of the review, or go to the "
                "folder in which the review was made"
            )
    return list(told.documents)


def gone_or_changed(one: Planned, told: review.Review) -> Planned:
    """A document that is not what was reviewed waits."""
    known = told.digests.get(one.told.file, "")
    if known and known != review.digest(one.told.file) and not one.skipped:
        words = (
            "the document has changed since it was reviewed: look at it in a run without --write, "
            "then write it"
        )
        return replace(one, waits=words)
    return one


# --- what is said --------------------------------------------------------------------------------


MANY = 5
"""What is said of so many documents is said once, behind them."""
GENERAL = ("assumed", "left", "source")


def said_often(planned: list[Planned]) -> dict[tuple[str, str], int]:
    """The lines that would stand at many documents, each with their number."""
    lines = Counter(line for one in planned for line in lines_about(one) if line[0] in GENERAL)
    return {line: number for line, number in lines.items() if number >= MANY}


def tell(one: Planned, elsewhere: Container[tuple[str, str]] = ()) -> None:
    """What became of one document, or would, but for the lines that are told elsewhere."""
    target = f" → {one.path}" if one.path and not one.skipped else ""
    click.echo(f"{shown(one.told.file)}{target}")
    for label, words in lines_about(one):
        if (label, words) not in elsewhere:
            click.echo(f"  {label:<11} {words}")


def tell_in_short(planned: list[Planned], often: Mapping[tuple[str, str], int]) -> None:
    """What is said of many documents, what the check says, and which documents cannot be written.

    The last is told again only where one would have to look for them.
    """
    if often:
        click.echo("\nof many documents")
        for (label, words), number in often.items():
            click.echo(f"  {label:<11} {words} ({number} documents)")
    if findings := [finding for one in planned for finding in one.findings]:
        tell_findings(findings)
    stopped = [one for one in planned if one.waits or one.refused]
    if stopped and len(planned) >= MANY:
        click.echo("\ncannot be written yet")
        for one in stopped:
            more = f" (and {len(one.refused) - 1} more)" if len(one.refused) > 1 else ""
            click.echo(f"  {shown(one.told.file)}: {one.waits or one.refused[0]}{more}")


def lines_about(one: Planned) -> Iterator[tuple[str, str]]:
    """The lines of the report, each with its label."""
    if one.skipped:
        yield "skipped", one.skipped
        return
    if one.adoption is not None:
        yield from lines_of(one.adoption)
    yield from (("taken out", f"line {line}: {words}") for line, words in one.taken_out)
    yield from (
        ("link", f"{target}: {reason}; it stays") for target, reason in dict.fromkeys(one.dead)
    )
    for seen in one.secrets:
        if not seen.secret:
            yield "look", f"line {seen.line}: {seen.kind}; `mask: [{seen.line}]` takes it out"
    if one.namesake:
        yield "look", f"{one.namesake} has the same day and title; if it is the same, `skip: true`"
    if one.masked:
        yield "masked", f"{one.masked} secrets or addresses, as the review says"
    if one.copies:
        yield "beside it", ", ".join(sorted(one.copies))
    if one.note:
        yield "source", one.note
    if one.waits:
        yield "WAITS", one.waits
    yield from (("REFUSED", words) for words in one.refused)


def lines_of(adoption: Adoption) -> Iterator[tuple[str, str]]:
    """What was made of the words of a document."""
    hour = "; no time of day" if adoption.starts_by_day else ""
    day = f"date {adoption.day} (by {adoption.day_from}{hour})" if adoption.day else ""
    yield "recognised", "; ".join(filter(None, [f"title “{adoption.title}”", day]))
    yield from (("", words) for words in adoption.recognised)
    yield from (("assumed", words) for words in adoption.assumed)
    yield from (("left", words) for words in adoption.left)
    yield from (("line", f"{line}: {words}") for line, words in adoption.unplaced)
    if adoption.dates:
        yield "dates", f"in the text: {', '.join(adoption.dates)}"


def tell_findings(findings: list[Finding]) -> None:
    """What the check says of the records, by rule."""
    levels = Counter(finding.level for finding in findings)
    rules = Counter(finding.rule for finding in findings)
    told = ", ".join(
        f"{number} {level.word}{'s' if level is not Level.ADVICE and number > 1 else ''}"
        for level, number in sorted(levels.items(), reverse=True)
    )
    click.echo(f"\nthe check would have {told}, where these do not hold")
    for rule in checks.RULES:
        if number := rules[rule.id]:
            click.echo(f"  {rule.id} × {number:<5} {rule.summary}")


def counted(number: int, thing: str) -> str:
    """A number with its noun."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def shown(path: Path) -> str:
    """A path as a person would type it here."""
    try:
        text = os.path.relpath(path)
    except ValueError:
        text = str(path)  # another drive of Windows
    return FORBIDDEN.sub("?", text.replace("\n", "?"))


def conclude(planned: list[Planned], skipped: int, review_file: Path) -> int:
    """The last lines of a dry run."""
    ready = sum(one.ready for one in planned)
    waiting = [one for one in planned if not one.ready and not one.skipped]
    no_zone = sum(bool(one.adoption and one.adoption.needs_zone) for one in planned)
    out = len(planned) - ready - len(waiting)
    click.echo(
        f"\n{counted(len(planned), 'document')}: {ready} can be written, {len(waiting)} cannot "
        f"yet, {out} left out; {counted(skipped, 'other file')} skipped"
    )
    if no_zone:
        click.echo(
            f"{counted(no_zone, 'document')} with times without a zone: give --zone, or `zone` in "
            "the review; without it they become days, and the times stay in the body"
        )
    asked = {
        one.adoption.severity_said.casefold()
        for one in planned
        if one.adoption and one.adoption.severity_said
    }
    if asked:
        click.echo(
            f"words for a severity that are not known: {', '.join(sorted(asked))}; say under "
            "`severities` in the review what they mean"
        )
    click.echo(
        f"{review_file} has an entry for each: correct it, then `{_console.PROGRAM} adopt --write`."
    )
    return 1 if waiting else 0


# --- writing -------------------------------------------------------------------------------------


def write(planned: list[Planned], root: Path) -> int:
    """Write what is ready, and say what is not."""
    waiting = 0
    for one in planned:
        if one.skipped:
            click.echo(f"skipped {shown(one.told.file)}: {one.skipped}")
        elif not one.ready:
            waiting += 1
            tell(one)
        else:
            write_one(one, root)
            click.echo(f"wrote {one.path}")
    if waiting:
        click.echo(f"\nnot written: {counted(waiting, 'document')}")
    click.echo(f"Next: `{_console.PROGRAM} check`.")
    return 1 if waiting else 0


def write_one(one: Planned, root: Path) -> None:
    """The files beside a record first, so that it is whole as soon as it is there."""
    folder = root / RECORDS / one.record_id[:4] / one.record_id
    if strangers := [file for file in folder.glob("*") if not is_copy(file, one.copies)]:
        raise click.ClickException(
            f"{strangers[0]} exists already, and no record belongs to it: delete it, or give the "
            "document another `name` in the review"
        )
    for name, file in one.copies.items():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / name, follow_symlinks=False)
    try:
        store.create(root / one.path, one.text)
    except FileExistsError:
        raise click.ClickException(f"{one.path} exists already") from None


def is_copy(file: Path, copies: Mapping[str, Path]) -> bool:
    """Whether a file is what would be copied there, as after a run that was interrupted."""
    original = copies.get(file.name)
    return original is not None and filecmp.cmp(file, original, shallow=False)


if __name__ == "__main__":
    _console.run(main, "adopt")
