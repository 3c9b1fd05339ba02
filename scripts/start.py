"""Make the repository yours: delete the samples and begin an empty catalog."""

from __future__ import annotations

import shutil
from pathlib import Path

import _console
import click

from debrief import generated, store
from debrief.archive import CATALOG, RECORDS, Archive
from debrief.nodes import write_yaml

ENVIRONMENT = "gate"

SAMPLE = "sample"
"""The tag by which the records that come with Debrief are known."""

SAMPLE_ORGANISATION = "Pellwick"

STARTER = Path(store.__file__).with_name("starter")

NEXT = f"Next: owners and assets into catalog/, then `{_console.PROGRAM} new`."


@click.command()
@click.option("--organisation", help="Your organisation's name, as the site shows it.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@_console.root_option
def main(organisation: str | None, yes: bool, root: Path) -> int:
    """Delete the sample postmortems and begin an empty catalog.

    Only records tagged `sample` are deleted, with the files beside them. The catalog is replaced
    only while it is that of the samples and no other record refers to it. Git keeps what was there.

    In a folder that has neither records nor a catalog, both are begun: `--root .` names such a one.
    """
    if not any((root / name).exists() for name in (RECORDS, CATALOG)):
        store.replace(root / RECORDS / ".gitkeep", "")
        begin_catalog(root, organisation)
        click.echo(NEXT)
        return 0
    archive = Archive.load(root)
    samples = [record for record in archive.postmortems if SAMPLE in record.tags]
    others = len(archive.entries) - len(samples)
    if not samples:
        click.echo("There are no sample postmortems left; nothing was changed.")
        return 0
    click.echo(f"{len(samples)} sample postmortems will be deleted, {others} others stay.")
    if not yes and not click.confirm("Delete them?"):
        return 0
    for record in samples:
        (root / record.path).unlink()
        shutil.rmtree((root / record.path).with_suffix(""), ignore_errors=True)
    remove_empty_folders(root / "postmortems")
    store.replace(root / "postmortems" / ".gitkeep", "")
    if others:
        click.echo("catalog/ was left as it is, because other postmortems refer to it.")
    elif archive.catalog.policy.organisation != SAMPLE_ORGANISATION:
        click.echo("catalog/ was left as it is, because it is no longer that of the samples.")
    else:
        begin_catalog(root, organisation)
    renew_generated(root)
    click.echo(NEXT)
    return 0


def remove_empty_folders(folder: Path) -> None:
    """Take away the folders of years that have nothing left in them."""
    for year in sorted(folder.iterdir()):
        if year.is_dir() and not any(year.iterdir()):
            year.rmdir()


def begin_catalog(root: Path, organisation: str | None) -> None:
    """Write the three files of a catalog that is still empty."""
    for name in ("owners", "assets", "policy"):
        text = (STARTER / f"{name}.yml").read_text(encoding="utf-8")
        if organisation and name == "policy":
            line = write_yaml({"organisation": organisation}).rstrip("\n")
            text = text.replace('organisation: "Your organisation"', line)
        store.replace(root / "catalog" / f"{name}.yml", text)
        click.echo(f"wrote catalog/{name}.yml")


def renew_generated(root: Path) -> None:
    """Write the generated files that are there anew, so that none names what is gone."""
    try:
        files = generated.generated_files(root)
    except generated.SourcesError as error:
        click.echo(f"The generated files are as they were: {error}, then `./debrief reference`.")
        return
    for path in generated.out_of_date(root, files):
        if (root / path).is_file():
            store.replace(root / path, files[path])
            click.echo(f"wrote {path}")


if __name__ == "__main__":
    _console.run(main, "start")
