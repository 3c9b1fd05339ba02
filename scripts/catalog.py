"""Import assets and lineage into the catalog from where they live.

A generated part of the catalog is written for each source; what is kept by hand stays apart, in
catalog/assets.yml, and counts before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import _console
import _import_report
import click

from debrief import catalog_import, store
from debrief.archive import Archive
from debrief.catalog_import import Outcome, PartError
from debrief.catalog_parts import GENERATED
from debrief.catalog_sources import contract, dbt, json_files, openlineage
from debrief.catalog_sources.imported import Imported, SourceError
from debrief.catalog_sources.values import url
from debrief.checks import BY_ID
from debrief.document import MAX_CATALOG_BYTES, MAX_CATALOG_NODES, decode
from debrief.finding import Position, did_you_mean
from debrief.nodes import DocumentError, parse_yaml, plain_values
from debrief.relations import asset_id
from debrief.reporters.plain import printable

ENVIRONMENT = "gate"

_DEEPEST = 60
"""Records within records of a contract's columns."""


@click.group()
def main() -> None:
    """Import assets and lineage into the catalog from where they live."""


@main.group("import")
def import_() -> None:
    """Write a generated part of the catalog.

    It lies in catalog/generated/, as <source>-<name>.yml. Importing again writes the same bytes
    when nothing has changed. What the source no longer has stays, marked as gone.

    The exit code is 1 when something is gone since the last import, or when an input was no good,
    and with --dry-run also when anything would change.
    """


F = Callable[..., Any]


def _import_options(command: F) -> F:
    """The options of every import."""
    options = (
        click.option("--name", help="What the part is called; by default what the source says."),
        click.option("--dry-run", is_flag=True, help="Write nothing; say what would change."),
        click.option(
            "--accept-removals",
            is_flag=True,
            help="Take out what is gone, unless a record or another part refers to it.",
        ),
        click.option("--all", "everything", is_flag=True, help="Tell every line, however many."),
        _console.today_option,
        _console.root_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


_FILE = click.Path(path_type=Path)


def _web(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    if given is not None and url(given) is None:
        raise click.BadParameter("write a web address, such as https://git.example.com/shop")
    return given


def _pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    found = dict(dbt.META)
    for pair in given:
        word, _sign, key = pair.partition("=")
        if word not in dbt.META or not key:
            raise click.BadParameter(f"write WORD=KEY, with WORD one of: {', '.join(dbt.META)}")
        found[word] = key
    return found


@import_.command("dbt", short_help="From the manifest of a dbt project.")
@click.argument("manifest", type=_FILE)
@click.option(
    "--meta", multiple=True, callback=_pairs, metavar="WORD=KEY",
    help="Under which key of `meta` the project keeps owner, steward, tier, domain, contract or "
    "validation; by default under these words.",
)  # fmt: skip
@click.option("--without-package", "without", multiple=True, help="Leave out a package's nodes.")
@click.option(
    "--docs-url",
    metavar="URL",
    callback=_web,
    help="Where the project's dbt docs are published; links lead there.",
)
@click.option(
    "--files-url", metavar="URL", callback=_web,
    help="Where the project's files can be seen; links to tests and contracts go there.",
)  # fmt: skip
@_import_options
def import_dbt(
    manifest: Path,
    meta: Mapping[str, str],
    without: tuple[str, ...],
    docs_url: str | None,
    files_url: str | None,
    **common: Any,
) -> int:
    """Import a dbt project from its target/manifest.json, schema v1 to v12.

    Models, snapshots, seeds, sources, exposures and metrics become assets. Give the manifest of the
    production target: the names of its relations are what other projects are joined by.
    """
    options = dbt.Options(meta, without, docs_url, files_url)
    try:
        imported = dbt.read(json_files.parse(json_files.read_bytes(manifest)), options)
    except SourceError as error:
        raise click.ClickException(f"{printable(str(manifest))}: {printable(str(error))}") from None
    return _import(imported, **common)


@import_.command("openlineage", short_help="From OpenLineage events.")
@click.argument("events", type=_FILE, nargs=-1, required=True)
@click.option(
    "--whole", is_flag=True,
    help="These events are all there is: what they do not name is gone.",
)  # fmt: skip
@_import_options
def import_openlineage(events: tuple[Path, ...], whole: bool, **common: Any) -> int:
    """Import jobs, datasets and the lineage between them from OpenLineage events.

    Each file holds one event, a list of events, or one in each line. Events only show what ran:
    they add to what earlier ones have shown, unless --whole says otherwise.
    """
    found: list[tuple[str, object]] = []
    failed = False
    for file in events:
        try:
            values = list(json_files.parse_each(json_files.read_bytes(file)))
        except SourceError as error:
            values = [(1, error)]
        for number, value in values:
            place = f"{file}, event {number}" if len(values) > 1 else str(file)
            if isinstance(value, SourceError):
                click.echo(f"{printable(place)}: {printable(str(value))}", err=True)
                failed = True
            else:
                found.append((place, value))
    try:
        imported = openlineage.read(found, whole=whole and not failed)
    except SourceError as error:
        raise click.ClickException(str(error)) from None
    return _import(imported, failed=failed, **common)


@import_.command("contract", short_help="From data contracts: ODCS and datacontract.com.")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option(
    "--url-prefix", metavar="URL", callback=_web,
    help="Where these files can be seen: the paths as given are put behind it.",
)  # fmt: skip
@_import_options
def import_contract(files: tuple[Path, ...], url_prefix: str | None, **common: Any) -> int:
    """Import data contracts: the Open Data Contract Standard v2 and v3, and datacontract.com's.

    An asset gets its contract, owner, steward and a link to its quality rules. Give all files of
    the part at once: a contract that is not among them is gone. Where one of them is no good, the
    others are taken, and nothing counts as gone.
    """
    found = []
    failed = False
    for file in sorted(set(files)):
        try:
            found.append(contract.File(str(file), _yaml(file), _address(url_prefix, file)))
        except SourceError as error:
            click.echo(printable(f"{file}:{error}"), err=True)
            failed = True
    imported, faults = contract.read(found, common["today"])
    for fault in faults:
        key = f"`{fault.key}` " if fault.key else ""
        click.echo(printable(f"{fault.place}: {key}{fault.message}"), err=True)
    if not imported.assets and not imported.left_out:
        raise click.ClickException("no contract among these files could be taken")
    # By the files that were given, so that a bad one among them does not make it another part.
    name = imported.name if len(files) == 1 else "all"
    imported = replace(imported, name=name, whole=imported.whole and not failed)
    return _import(imported, failed=failed or bool(faults), **common)


def _yaml(file: Path) -> object:
    """What a YAML file holds. Raises SourceError, which begins with the place in the file."""
    try:
        text = decode(json_files.read_bytes(file, MAX_CATALOG_BYTES))
        return plain_values(parse_yaml(text, 1, MAX_CATALOG_NODES, _DEEPEST))
    except SourceError as error:
        raise SourceError(f" {error}") from None
    except DocumentError as error:
        problem, at = error.problem, error.problem.where
        place = f"{at.line}:{at.column}:" if isinstance(at, Position) else ""
        fix = problem.fix or BY_ID[problem.rule].fix
        raise SourceError(f"{place} {problem.message}; {fix}") from None


def _address(prefix: str | None, file: Path) -> str | None:
    """The address of a file in a repository that is shown on the web."""
    if prefix is None:
        return None
    if file.is_absolute() or ".." in file.parts:
        raise click.UsageError(
            f"with --url-prefix, give paths from the top of the repository, not {file}"
        )
    return f"{prefix.rstrip('/')}/{quote(file.as_posix())}"


# --- one asset -----------------------------------------------------------------------------------


@main.command()
@click.argument("asset")
@_console.root_option
def show(asset: str, root: Path) -> int:
    """Show what the catalog says of an asset, and in which line of which file each word stands.

    ASSET is an id, or any name under which the asset is known.
    """
    archive = Archive.load(root)
    parts = archive.catalog.parts
    key = parts.find(asset)
    if key is None:
        hint = did_you_mean(asset, parts.ids) or _ids_with(asset, parts.assets)
        raise click.ClickException(
            printable(f"`{asset}` is not in the catalog; {hint}".rstrip("; "))
        )
    click.echo(key)
    rows = [*_rows(parts.assets[key])]
    width = max((len(words) for words, _ in rows), default=0)
    for words, where in rows:
        path, place = parts.place(key, *where)
        document = archive.documents.get(path)
        line = f":{document.locate(place).line}" if document is not None else ""
        click.echo(f"  {words:{min(width, 60)}}  {path}{line}")
    return 0


def _ids_with(word: str, ids: Iterable[str]) -> str:
    """The ids in which a word stands, as a hint; none of them, and there is no hint."""
    found = [key for key in ids if word.casefold() in key]
    return f"there is {_import_report.some(found)}" if found else ""


def _rows(values: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every value of an asset in words, with the keys that lead to it."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            for inner, part in value.items():
                yield printable(f"{key}.{inner}: {part}"), (key, inner)
        elif isinstance(value, list):
            for item in value:
                yield printable(f"{key}: {item}"), (key, item)
        else:
            yield printable(f"{key}: {value}"), (key,)


# --- every import --------------------------------------------------------------------------------


def _import(
    imported: Imported,
    *,
    name: str | None,
    dry_run: bool,
    accept_removals: bool,
    everything: bool,
    today: date,
    root: Path,
    failed: bool = False,
) -> int:
    part = _part_name(imported, name)
    archive = Archive.load(root)
    try:
        outcome = catalog_import.prepare(
            imported, archive, part, today, accept_removals=accept_removals
        )
    except PartError as error:
        raise click.ClickException(printable(str(error))) from None
    known = archive.documents.get(outcome.path)
    before = known.text if known is not None else None
    changes = outcome.text != before and (before is not None or bool(outcome.entries))
    if changes and not dry_run:
        # Before anything is printed: who reads only the first lines of it stops what comes after.
        _write(root / outcome.path, before, outcome)
    _import_report.tell(imported, outcome, everything=everything)
    if not accept_removals and outcome.difference.may_go:
        click.echo(
            "What is gone stays, marked. --accept-removals takes out what nothing refers to; "
            "for what has another name now, see docs/handbook/catalog.md."
        )
    click.echo(_last_words(outcome.path, changes=changes, dry_run=dry_run))
    found = failed or bool(outcome.difference.gone) or (dry_run and changes)
    return 1 if found else 0


def _part_name(imported: Imported, name: str | None) -> str:
    found = name or asset_id(imported.name).replace("_", "-")
    if not catalog_import.NAME.match(found):
        hint = "" if name else "the input has no name, or several, to call the part by; "
        raise click.UsageError(
            f"{hint}give --name, of lower-case letters, digits, dots and hyphens"
        )
    return found


def _write(file: Path, before: str | None, outcome: Outcome) -> None:
    """Put the new part in the place of the one that was read."""
    folder = file.parent
    if folder.exists() and not folder.is_dir():
        raise click.ClickException(f"{GENERATED} is no folder; move it away, and import again")
    try:
        if before is None:
            store.create(file, outcome.text)
            return
        old = file.read_bytes()
        is_as_read = decode(old) == before
        if is_as_read:
            store.exchange(file, old, outcome.text.encode("utf-8"))
    except (store.ChangedError, FileExistsError, FileNotFoundError, DocumentError):
        is_as_read = False
    if not is_as_read:
        raise click.ClickException(f"{outcome.path} was changed while this ran; run it again")


def _last_words(path: str, *, changes: bool, dry_run: bool) -> str:
    if not changes:
        return "Nothing has changed."
    if dry_run:
        return f"Nothing is written; {path} would change."
    return f"Wrote {path}. `./debrief check` and `./debrief reference` come next."


if __name__ == "__main__":
    _console.run(main, "catalog")
