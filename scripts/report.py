"""Write the report that a meeting or a reader needs, as Markdown or as a page to print.

The agenda of a quarter's review, one page for an executive, what lies with an owner, whether an
asset can be relied on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import _console
import _joined
import _records
import click
from click.core import ParameterSource

from debrief import review, store
from debrief.federation import Federation
from debrief.reporters.plain import printable
from debrief.review import MONTH, QUARTER, Basis, Desk, Report, Span, markdown, places, printed
from debrief.review.phrases import plain
from debrief.shareable import shareable
from debrief.trail import trails

ENVIRONMENT = "gate"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Asked:
    """What every report is asked: of what, as of when, and where it goes."""

    root: Path
    today: date
    at: str | None
    own_today: bool
    own_only: bool
    html: bool
    output: Path | None
    replace: bool


def _options(command: F) -> F:
    """The options of every report; the command gets them as one :class:`Asked`."""

    def gathered(**given: Any) -> int:
        source = click.get_current_context().get_parameter_source("today")
        own = source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
        own = own or bool(os.environ.get("DEBRIEF_TODAY"))
        names = ("root", "today", "at", "own_only", "html", "output", "replace")
        asked = Asked(own_today=own, **{name: given.pop(name) for name in names})
        return int(command(asked, **given))

    gathered.__doc__, gathered.__name__ = command.__doc__, command.__name__
    if hasattr(command, "__click_params__"):
        gathered.__click_params__ = command.__click_params__  # type: ignore[attr-defined] # click keeps what was declared there
    wrapped: Any = gathered
    for option in (
        click.option("--replace", is_flag=True, help="Overwrite FILE where it exists."),
        click.option(
            "--output",
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write it into FILE instead of printing it.",
        ),
        click.option("--html", is_flag=True, help="A page of its own to print or send by mail."),
        click.option(
            "--at",
            metavar="REV",
            help="Tell it from the repository as it was at a commit, branch or tag, as of that "
            "commit's day; without what catalog/sources.yml names.",
        ),
        click.option("--own-only", is_flag=True, help="Leave out what catalog/sources.yml names."),
        _console.today_option,
        _console.root_option,
    ):
        wrapped = option(wrapped)
    result: F = wrapped
    return result


@click.group()
def main() -> None:
    """Write the report that a meeting or a reader needs, as Markdown or as a page to print.

    Of restricted records a report holds title, status, owner and actions alone. Where
    DEBRIEF_SITE_URL says at which address the site is, names lead to its pages.

    Exit code: 0 written; 1 written, but files could not be read and are missing from it, as the
    report says at its top; 2 not possible.
    """


@main.command()
@click.argument("name", metavar="[QUARTER]", required=False)
@_options
def quarter(asked: Asked, name: str | None) -> int:
    """The agenda of a quarter's review, to run the meeting from.

    QUARTER is one as 2026-Q3; without it, the last one that has ended. A quarter that is over is
    told as of its last day, with what became of each promise since beside it.
    """
    return _of_span(asked, name, QUARTER, review.agenda)


@main.command()
@click.argument("name", metavar="[MONTH]", required=False)
@_options
def month(asked: Asked, name: str | None) -> int:
    """The same for a month.

    MONTH is one as 2026-10; without it, the last one that has ended.
    """
    return _of_span(asked, name, MONTH, review.agenda)


@main.command()
@click.option("--month", "name", metavar="MONTH", help="As 2026-10; by default the last one.")
@click.option("--quarter", "whole", metavar="QUARTER", help="A quarter instead, as 2026-Q3.")
@_options
def executive(asked: Asked, name: str | None, whole: str | None) -> int:
    """One page for people who do not work on data.

    What happened, who was hit, is it safe now, what will change.
    """
    if name and whole:
        raise click.UsageError("--month or --quarter, not both")
    return _of_span(asked, whole or name, QUARTER if whole else MONTH, review.executive)


@main.command()
@click.argument("owner_id", metavar="ID")
@_options
def owner(asked: Asked, owner_id: str) -> int:
    """What lies with an owner: a person, or a team with everybody in it.

    ID is an id of catalog/owners.yml or a name, or a part of one that no other has.
    """
    with _opened(asked) as (basis, today):
        _records.require_catalog(basis.archive, "owners")
        names = {key: one.name for key, one in basis.archive.catalog.owners.items()}
        found = _meant(owner_id, names, "owner in the catalog")
        report = review.owner_report(Desk(basis, Span.of(today), today), found)
        return _tell(asked, report, basis)


@main.command()
@click.argument("asset_id", metavar="ID")
@_options
def asset(asked: Asked, asset_id: str) -> int:
    """Whether a data asset can be relied on.

    ID is an id of the catalog's assets or a name, or a part of one that no other has.
    """
    with _opened(asked) as (basis, today):
        _records.require_catalog(basis.archive, "assets")
        names = {key: one.name for key, one in basis.archive.catalog.assets.items()}
        found = _meant(asset_id, names, "asset in the catalog")
        report = review.asset_report(Desk(basis, Span.of(today), today), found)
        return _tell(asked, report, basis)


def _meant(given: str, names: Mapping[str, str], what: str) -> str:
    """The id that is meant: by itself or by the name, or by a part of either."""
    wanted = given.strip().lower()
    if wanted and not any(wanted in key.lower() for key in names):
        called = [key for key, name in names.items() if wanted in name.lower()]
        exact = [key for key in called if names[key].lower() == wanted]
        if len(exact or called) == 1:
            return (exact or called)[0]
    return _records.one_of(given, names, what)


# --- what is told --------------------------------------------------------------------------------


def _of_span(asked: Asked, name: str | None, months: int, make: Callable[[Desk], Report]) -> int:
    try:
        given = Span.parse(name, months) if name is not None else None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with _opened(asked) as (basis, today):
        span = given or Span.of(today, months).previous
        if span.first > today:
            latest = Span.of(today, months).name
            raise click.UsageError(
                f"{span.name} begins on {span.first}, and today is {today}; the latest that can be "
                f"told is {latest}"
            )
        return _tell(asked, make(Desk(basis, span, today)), basis)


@contextmanager
def _opened(asked: Asked) -> Iterator[tuple[Basis, date]]:
    """What is told, as it is or as it was, and the day."""
    if asked.at is None:
        own = _records.load(asked.root)
        yield _basis(_joined.joined(own, own_only=asked.own_only)), asked.today
        return
    with _records.at_commit(asked.root, asked.at) as past:
        day = asked.today if asked.own_today else past.day
        told = trails(past.archive, past.chronicle)
        yield Basis.of(shareable(past.archive), told), day


def _basis(federation: Federation) -> Basis:
    """The records with those of the sources; a source that cannot be read is told as a file is."""
    lost = tuple(f"all of the source {one.source.name}" for one in federation.lost)
    told = federation.trails(_joined.chronicle)
    return Basis.of(shareable(federation.archive), told, lost)


def _tell(asked: Asked, report: Report, basis: Basis) -> int:
    place = places.of_site(basis.archive, os.environ.get("DEBRIEF_SITE_URL", ""))
    text = printed.page(report, place) if asked.html else markdown.written(report, place)
    for warning in report.warnings:
        click.echo(printable(plain(warning)), err=True)
    if asked.output is None:
        click.echo(text, nl=False)
    else:
        _write(asked.output, text, replace=asked.replace)
        click.echo(f"{asked.output} was written.", err=True)
    return 1 if report.warnings else 0


def _write(file: Path, text: str, *, replace: bool) -> None:
    try:
        if replace:
            store.replace(file, text)
        else:
            store.create(file, text)
    except FileExistsError:
        raise click.ClickException(
            f"{file} exists already; name another, or overwrite it with --replace"
        ) from None


if __name__ == "__main__":
    _console.run(main, "report")
