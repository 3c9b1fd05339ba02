"""Make the repository yours: delete the samples and begin an empty catalog."""

from __future__ import annotations

import shutil
from pathlib import Path

import _console
import click

from debrief import store
from debrief.archive import Archive
from debrief.nodes import write_yaml

ENVIRONMENT = "gate"

SAMPLE = "sample"
"""The tag by which the records that come with Debrief are known."""

SAMPLE_ORGANISATION = "Pellwick"

STARTER = _console.REPOSITORY / "src" / "debrief" / "starter"


@click.command()
@click.option("--organisation", help="Your organisation's name, as the site shows it.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@_console.root_option
def main(organisation: str | None, yes: bool, root: Path) -> int:
    """Delete the sample postmortems and begin an empty catalog.

    Only records tagged `sample` are deleted, with the files beside them. The catalog is replaced
    only while it is that of the samples and no other record refers to it. Git keeps what was there.
    """
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
    click.echo("Next: owners and assets into catalog/, then `./debrief new`.")
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


if __name__ == "__main__":
    _console.run(main, "start")
