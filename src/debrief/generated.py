"""Every file that is written from others: reference pages, CODEOWNERS, lists for editors."""

from __future__ import annotations

from pathlib import Path

from debrief import code_owners, editor, published, reference
from debrief.archive import Archive

PAGES = "docs/reference"


class SourcesError(Exception):
    """A source cannot be read, and what is made from it would lack what it says."""


def generated_files(root: Path) -> dict[str, str]:
    """Path from the root → the text that its sources ask for.

    A repository without the folder of the reference pages gets none. Raises SourcesError where a
    record or the catalog cannot be read.
    """
    archive = Archive.load(root)
    _refuse_unread(archive)
    files = {code_owners.location(root): code_owners.code_owners(archive)}
    files |= editor.editor_files(archive)
    if (root / PAGES).is_dir():
        files[f"{PAGES}/rules.md"] = reference.rules_page(archive.catalog.policy.rules_off)
        files[f"{PAGES}/schema.md"] = reference.schema_page(archive.schemas)
        files[f"{PAGES}/metrics.md"] = reference.metrics_page()
        data = published.load(archive.schemas)
        files[f"{PAGES}/api-fields.md"] = reference.data_page(data)
        files[f"{PAGES}/tables.md"] = reference.warehouse_page(archive.schemas)
    return files


def out_of_date(root: Path, files: dict[str, str]) -> list[str]:
    """The paths of those files that say something else, or that are missing."""
    return [path for path, text in files.items() if _current(root / path) != text]


def _current(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _refuse_unread(archive: Archive) -> None:
    broken = [entry.path for entry in archive.entries if entry.record is None]
    catalog = archive.catalog_entries
    broken += [e.path for e in catalog if any(p.rule != "PM015" for p in e.problems)]
    if broken:
        others = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        raise SourcesError(f"{broken[0]}{others} cannot be read; `./debrief check` says why")
