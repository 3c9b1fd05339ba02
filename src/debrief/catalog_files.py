"""Load the catalog: its three files, the generated parts of its assets, and its sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from debrief import catalog as catalogs
from debrief.catalog import Catalog, Owner, Source
from debrief.catalog_parts import GENERATED, Merged, Part, gaps, is_part_name, merge
from debrief.document import MAX_CATALOG_BYTES, as_catalog_file
from debrief.entry import Entry, linked, read
from debrief.finding import KeyPath, Position, Problem, spell
from debrief.schema import Schema

CATALOG = "catalog"
SOURCES = f"{CATALOG}/sources.yml"
"""The only file that nobody needs to have: most repositories stand alone."""

T = TypeVar("T")


def load(root: Path, loaded: Mapping[str, Schema]) -> tuple[Catalog, tuple[Entry, ...]]:
    """Owners, assets and policy, and what was wrong in each of their files."""
    entries: list[Entry] = []

    def part(name: str, build: Callable[[dict[str, Any]], T], empty: T) -> T:
        entry, values = _read_catalog_part(root, name, loaded[name])
        entries.append(entry)
        if values is None:
            return empty
        if not any(problem.rule != "PM015" for problem in entry.problems):
            known.add(name)
        return build(values)

    known: set[str] = set()
    nobody: dict[str, Owner] = {}
    owners = part("owners", catalogs.build_owners, nobody)
    policy = part("policy", catalogs.build_policy, catalogs.Policy())
    files, merged = _load_assets(root, loaded["assets"])
    entries[1:1] = files
    if all(problem.rule == "PM015" for file in files for problem in file.problems):
        known.add("assets")
    assets = catalogs.build_assets({"assets": merged.assets})
    sources: tuple[Source, ...] = ()
    if os.path.lexists(root / SOURCES):
        sources = part("sources", catalogs.build_sources, sources)
    catalog = Catalog(owners, assets, policy, frozenset(known), merged, sources)
    return catalog, tuple(entries)


def _load_assets(root: Path, schema: Schema) -> tuple[list[Entry], Merged]:
    """The assets that are kept by hand, and those of every generated part."""
    entry, values = _read_catalog_part(root, "assets", schema)
    files = {entry.path: entry}
    parts = [Part(entry.path, values["assets"] if values else {})]
    if (root / GENERATED).is_symlink():
        files[GENERATED] = Entry(GENERATED, problems=(linked(GENERATED),))
    for name in _generated_names(root):
        path = f"{GENERATED}/{name}"
        if not is_part_name(name):
            message = "only files that end in .yml are read here"
            stray = Problem(Position(1), message, "delete it, or move it elsewhere", "PM020")
            files[path] = Entry(path, problems=(stray,))
            continue
        files[path], values = _read_catalog_file(root, path, "assets", schema)
        parts.append(Part(path, values["assets"] if values else {}))
    merged = merge(parts)
    for lacking, key in gaps(merged):
        entry = files[lacking.part.path]
        if not any(path[:2] == lacking.where for path in entry.broken):
            problem = _gap(entry, (*lacking.where, key), schema, alone=len(parts) == 1)
            files[entry.path] = replace(entry, problems=(*entry.problems, problem))
    return list(files.values()), merged


def _gap(entry: Entry, where: KeyPath, schema: Schema, *, alone: bool) -> Problem:
    """What no part says of an asset; ``alone`` where there is no part but the one by hand."""
    given = entry.document is not None and entry.document.has_key(where)
    message = f"`{spell(where)}` {'has no value' if given else 'is missing'}"
    message += "" if alone else ", and no other part of the catalog gives it"
    return Problem(where, message, schema.how_to_write(where[:-1], str(where[-1])), "PM102")


def _generated_names(root: Path) -> list[str]:
    """What lies in the folder of the generated parts, by name; hidden files are nobody's."""
    folder = root / GENERATED
    if (root / CATALOG).is_symlink() or folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(item.name for item in folder.iterdir() if not item.name.startswith("."))


def _read_catalog_part(root: Path, name: str, schema: Schema) -> tuple[Entry, Any]:
    path = f"{CATALOG}/{name}.yml"
    if (root / CATALOG).is_symlink():
        return Entry(path, problems=(linked(CATALOG),)), None
    if not os.path.lexists(root / path):
        fix = f"copy src/debrief/starter/{name}.yml there, and fill it in"
        missing = Problem(Position(1), f"{path} does not exist", fix, "PM018")
        return Entry(path, problems=(missing,)), None
    return _read_catalog_file(root, path, name, schema)


def _read_catalog_file(root: Path, path: str, name: str, schema: Schema) -> tuple[Entry, Any]:
    document = read(root / path, path, as_catalog_file, MAX_CATALOG_BYTES)
    if isinstance(document, Entry):
        return document, None
    reading = schema.read(document)
    values = reading.values
    if values is None and name in ("owners", "assets") and not reading.problems:
        values = {name: {}}
    return Entry(path, document, None, reading.problems, reading.broken), values
