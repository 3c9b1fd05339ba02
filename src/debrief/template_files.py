"""The templates of a repository, from ``catalog/templates/``, with those that are built in."""

from __future__ import annotations

import os
from pathlib import Path

from debrief import template as templates
from debrief.catalog_files import CATALOG
from debrief.document import Document, as_template
from debrief.entry import Entry, files_below, linked, read
from debrief.finding import Position, Problem
from debrief.template import BUILT_IN, Template


def load(root: Path) -> tuple[dict[str, Template], tuple[Entry, ...]]:
    """The templates by name, and the files of the repository's own."""
    kinds, entries = dict(BUILT_IN), []
    folder = f"{CATALOG}/{templates.FOLDER}"
    if (root / CATALOG).is_symlink() or not os.path.lexists(root / folder):
        return kinds, ()
    if (root / folder).is_symlink():
        return kinds, (Entry(folder, problems=(linked(folder),)),)
    for file in sorted(files_below(root / folder)):
        path = file.relative_to(root).as_posix()
        if file.name.startswith("."):
            continue
        if not templates.NAME.match(file.name) or file.parent != root / folder:
            message = "this is no template, by its name or its folder"
            fix = f"move it to {folder}/<name>.md, the name in lower-case letters and hyphens"
            strange = Problem(Position(1), message, fix, "PM914")
            entries.append(Entry(path, problems=(strange,)))
            continue
        document = read(file, path, as_template)
        if isinstance(document, Document):
            kinds[file.stem] = templates.parse(file.stem, document.body)
            document = Entry(path, document, problems=tuple(templates.problems(document)))
        entries.append(document)
    return kinds, tuple(entries)
