"""Import assets and lineage into the catalog from where they live.

A generated part of the catalog is written for each source; what is kept by hand stays apart, in
catalog/assets.yml, and counts before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import _console
import click

from debrief import catalog_import, store
from debrief.archive import Archive
from debrief.catalog_import import Outcome, PartError
from debrief.catalog_sources import dbt, json_files
from debrief.catalog_sources.imported import Imported, SourceError
from debrief.relations import asset_id
from debrief.reporters.plain import printable, shortened

ENVIRONMENT = "gate"

_FEW = 15
"""So many lines of one kind are told without --all."""


@click.group()
def main() -> None:
    """Import assets and lineage into the catalog from where they live."""


@main.group("import")
def import_() -> None:
    """Write one generated part of the catalog: catalog/generated/<source>-<name>.yml.

    Importing again writes the same bytes when nothing has changed. What the source no longer has
    stays, marked as gone. The exit code is 1 when something is gone since the last import, or when
    an input was no good, and with --dry-run also when anything would change.
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


def _pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    found = dict(dbt.META)
    for pair in given:
        word, _sign, key = pair.partition("=")
        if word not in dbt.META or not key:
            raise click.BadParameter(f"write WORD=KEY, with WORD one of: {', '.join(dbt.META)}")
        found[word] = key
    return found


@import_.command("dbt")
@click.argument("manifest", type=_FILE)
@click.option(
    "--meta", multiple=True, callback=_pairs, metavar="WORD=KEY",
    help="Under which key of `meta` the project keeps owner, steward, tier, domain, contract or "
    "validation; by default under these words.",
)  # fmt: skip
@click.option("--without-package", "without", multiple=True, help="Leave out a package's nodes.")
@click.option("--docs-url", help="Where the project's dbt docs are published; links lead there.")
@click.option("--files-url", help="Where the project's files can be seen; links to tests go there.")
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
    _report(imported, outcome, None if everything else _FEW)
    changes = _write(root / outcome.path, outcome, dry_run=dry_run)
    found = failed or bool(outcome.difference.gone) or (dry_run and changes)
    return 1 if found else 0


def _part_name(imported: Imported, name: str | None) -> str:
    found = name or asset_id(imported.name).replace("_", "-")
    if not catalog_import.NAME.match(found):
        hint = "the source does not say what it is called; " if not name else ""
        raise click.UsageError(
            f"{hint}give --name, of lower-case letters, digits, dots and hyphens"
        )
    return found


def _write(file: Path, outcome: Outcome, *, dry_run: bool) -> bool:
    """Whether the file changes, or would."""
    old = file.read_bytes() if file.exists() else None
    new = outcome.text.encode("utf-8")
    if old == new:
        click.echo("Nothing has changed.")
        return False
    if dry_run:
        click.echo(f"Nothing is written; {outcome.path} would change.")
        return True
    try:
        if old is None:
            store.create(file, outcome.text)
        else:
            store.exchange(file, old, new)
    except (store.ChangedError, FileExistsError):
        raise click.ClickException(
            f"{outcome.path} was changed while this ran; run it again"
        ) from None
    click.echo(f"Wrote {outcome.path}. `./debrief check` and `./debrief reference` come next.")
    return True


def _report(imported: Imported, outcome: Outcome, most: int | None) -> None:
    """What was read, what became of it, and what was not taken."""
    live = {key: one for key, one in outcome.entries.items() if "gone_on" not in one}
    steps = sum(len(one.get("upstream", ())) for one in live.values())
    click.echo(f"{len(live)} assets, {steps} steps of lineage, {outcome.owned} owners")
    difference = outcome.difference
    for title, ids in (
        ("Added", difference.added),
        ("Changed", difference.changed),
        ("Back again", difference.back),
        ("Gone since the last import", difference.gone),
        ("Still gone", difference.still_gone),
        ("Removed", difference.removed),
    ):
        _list(title, ids, most)
    kept = {key: by for key, by in difference.referred_to.items() if key not in difference.removed}
    _list("Gone and kept", (f"{key}: {by} refers to it" for key, by in kept.items()), most)
    _list("Called otherwise by hand", (f"{a} is {b}" for a, b in outcome.joined.items()), most)
    _list(
        "Not in catalog/owners.yml, so without an owner",
        (f"{who} ({count})" for who, count in sorted(outcome.unknown_owners.items())),
        most,
    )
    _list("Left out", (f"{one.what}: {one.why}" for one in imported.left_out), most)
    _list("Notes", dict.fromkeys(outcome.notices), most)


def _list(title: str, lines: Iterable[str], most: int | None) -> None:
    found = list(lines)
    if not found:
        return
    click.echo(f"{title} ({len(found)}):")
    for line in found[:most]:
        click.echo(f"- {shortened(printable(line), 300)}")
    if most is not None and len(found) > most:
        click.echo(f"- and {len(found) - most} more; --all tells them")


if __name__ == "__main__":
    _console.run(main, "catalog")
