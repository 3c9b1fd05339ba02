"""Repositories beside one another, and what an export of one looks like."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from scratch import put_catalog, write
from small_archive import ASSETS, OWNERS, RECORD

from debrief.archive import Archive
from debrief.warehouse import export
from debrief.warehouse.source import Source

LATE = "2026-03-14-orders-came-late"


def put_repository(
    folder: Path, *records: str, owners: str = OWNERS, assets: str = ASSETS, text: str = RECORD
) -> Path:
    """A repository with these records, which all say the same; its folder."""
    put_catalog(folder, owners, assets)
    for name in records:
        dated = text.replace("started_at: 2026-03-14", f"started_at: {name[:10]}")
        write(folder, f"postmortems/{name[:4]}/{name}.md", dated)
    return folder


def put_sources(folder: Path, *lines: str) -> None:
    """The file that names the sources, a line each."""
    text = "".join(f"  - {line}\n" for line in lines)
    write(folder, "catalog/sources.yml", f"sources:\n{text}" if lines else "sources: []\n")


def put_export(folder: Path, archive: Archive, **manifest: Any) -> Path:
    """An archive as `./debrief export` writes it; values of its manifest may be others."""
    if folder.is_dir():
        shutil.rmtree(folder)
    export.write(Source.of(archive, date(2026, 11, 22)), folder, export.Order(("ndjson",)))
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    write(folder, "manifest.json", json.dumps(told | manifest))
    return folder


def put_rows(folder: Path, table: str, lines: Iterable[str]) -> None:
    """One table of an export."""
    write(folder, f"ndjson/{table}.ndjson", "".join(f"{line}\n" for line in lines))
