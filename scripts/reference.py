"""Write the reference pages of the rules and the fields anew from their sources."""

from __future__ import annotations

from pathlib import Path

import _console
import click

from debrief import reference, store
from debrief import schema as schemas

ENVIRONMENT = "gate"


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say what is out of date.")
@_console.root_option
def main(only_check: bool, root: Path) -> int:
    """Write docs/reference/rules.md and docs/reference/schema.md anew.

    With --check nothing is written, and the exit code is 1 when a page is out of date.
    """
    pages = {
        root / "docs/reference/rules.md": reference.rules_page(),
        root / "docs/reference/schema.md": reference.schema_page(schemas.load_all(root / "schema")),
    }
    stale = [page for page, text in pages.items() if not is_current(page, text)]
    for page in stale:
        name = page.relative_to(root).as_posix()
        if only_check:
            click.echo(f"{name} is out of date: run ./debrief reference")
        else:
            store.replace(page, pages[page])
            click.echo(f"wrote {name}")
    return 1 if only_check and stale else 0


def is_current(page: Path, text: str) -> bool:
    """Whether the page says what its sources say."""
    return page.exists() and page.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    _console.run(main, "reference")
