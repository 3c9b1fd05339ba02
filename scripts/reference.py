"""Write every generated file anew: reference pages, CODEOWNERS, lists for editors."""

from __future__ import annotations

from pathlib import Path

import _console
import click

from debrief import generated, store

ENVIRONMENT = "gate"


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say what is out of date.")
@_console.root_option
def main(only_check: bool, root: Path) -> int:
    """Write every file anew that is made from others.

    In docs/reference/, where that folder is there: the pages of rules, fields, data and tables.

    In .github/CODEOWNERS, or where the repository has that file already: who must review what, from
    the catalog and the records.

    In .vscode/: the ids of owners and assets, for editors.

    With --check nothing is written, and the exit code is 1 when a file is out of date.
    """
    try:
        files = generated.generated_files(root)
    except generated.SourcesError as error:
        raise click.ClickException(str(error)) from None
    stale = generated.out_of_date(root, files)
    for path in stale:
        if only_check:
            click.echo(f"{path} is out of date")
        else:
            store.replace(root / path, files[path])
            click.echo(f"wrote {path}")
    if not stale:
        click.echo(f"{len(files)} generated files are up to date.")
    elif only_check:
        click.echo("Run `./debrief reference`, and commit what it writes.")
    return 1 if only_check and stale else 0


if __name__ == "__main__":
    _console.run(main, "reference")
