"""The schemas of the data that a site publishes for programs.

The folder ``schema/`` is what records are held against; these say what comes out. They lie beside
the code that writes such data, because they change with it. Where they need the words of a
vocabulary, they refer to the schemas of the records, which may belong to another repository: so
they are published with those words written out, and never as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from debrief.schema import Schema

NAMES = ("index", "postmortems", "actions", "assets", "owners", "metrics")
"""What the site publishes."""

ROADMAP = "roadmap"
"""What `./debrief roadmap` writes."""

VERSION = 1
"""Goes up when a field goes, is renamed or changes its meaning; a test holds the schemas to it."""

_FOLDER = Path(__file__).resolve().parent
_KEPT = ("type", "enum", "pattern", "format", "maxLength")
"""What is taken over of a definition; its description speaks of records."""


def load(schemas: Mapping[str, Schema], names: Iterable[str] = NAMES) -> dict[str, dict[str, Any]]:
    """Each schema by name, complete in itself: with the words of these schemas of records."""
    contents = {name: schema.content for name, schema in schemas.items()}
    return {name: _complete(_read(name), contents) for name in names}


def _read(name: str) -> Any:
    return json.loads((_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def _complete(part: Any, contents: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_complete(item, contents) for item in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref", "#")
    if not reference.startswith("#"):
        found = _definition(reference, contents)
        return {key: found[key] for key in _KEPT if key in found}
    return {key: _complete(value, contents) for key, value in part.items()}


def _definition(reference: str, contents: Mapping[str, Any]) -> Any:
    """What a reference such as ``postmortem.schema.json#/definitions/status`` leads to."""
    file, _, pointer = reference.partition("#/")
    found = contents[file.removesuffix(".schema.json")]
    for step in pointer.split("/"):
        found = found[step]
    if "$ref" in found:
        return _definition(f"{file}{found['$ref']}", contents)
    return found
