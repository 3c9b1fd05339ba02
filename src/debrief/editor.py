"""Lists of the catalog's owners and assets for editors, so that nobody types an id from memory.

Two forms, because no schema reaches into the front matter of Markdown in VS Code: schemas, for
every editor that speaks to a YAML language server; and snippets, which VS Code offers in Markdown
without an extension. The gate reads neither. An id that is missing here is still allowed, so that
a list which is behind the catalog never calls a right id wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from debrief.archive import Archive
from debrief.catalog import Asset, Owner

FOLDER = ".vscode"
"""Where the lists lie. They are for any editor, but this one finds its own there by itself."""

NOTE = "Written by ./debrief reference from the catalog, for editors; the check reads schema/."


def editor_files(archive: Archive) -> dict[str, str]:
    """Every list for editors: path from the repository's root → text."""
    owners = sorted(
        (owner for owner in archive.catalog.owners.values() if owner.active),
        key=lambda owner: owner.id,
    )
    assets = sorted(
        (asset for asset in archive.catalog.assets.values() if asset.gone_on is None),
        key=lambda asset: asset.id,
    )
    known = {"owner_id": _told(owners), "asset_id": _told(assets)}
    files = {
        f"{FOLDER}/schema/{name}.schema.json": _json(_with_ids(schema.content, known))
        for name, schema in archive.schemas.items()
    }
    files[f"{FOLDER}/catalog.code-snippets"] = _json(_snippets(known))
    return files


Ids = dict[str, str]
"""Id → name and kind, in words."""


def _told(entries: Iterable[Owner | Asset]) -> Ids:
    return {entry.id: f"{entry.name} ({entry.kind})" for entry in entries}


def _with_ids(schema: dict[str, Any], known: dict[str, Ids]) -> dict[str, Any]:
    """A schema whose definitions of ids offer those that the catalog has.

    The ids of other postmortems are left out: the lists would be behind with every new record.
    """
    # Its own `$id` would make an editor look for the file where the original lies.
    content = {"$comment": NOTE, **deepcopy(schema)}
    content.pop("$id", None)
    for name, ids in known.items():
        definition = content["definitions"].get(name)
        if definition is None:
            continue
        definition.pop("examples")  # an editor would offer them beside the ids that there are
        if ids:
            shape = {key: definition.pop(key) for key in ("type", "pattern", "maxLength")}
            # A key with nothing behind it counts as left out; it is where one asks for the list.
            shape["type"] = [shape["type"], "null"]
            offered = {"type": "string", "enum": [*ids], "enumDescriptions": [*ids.values()]}
            definition["anyOf"] = [offered, shape]
    return content


def _snippets(known: dict[str, Ids]) -> dict[str, Any]:
    """What VS Code offers in Markdown when an id or a name is begun."""
    return {
        f"{kind.removesuffix('_id')} {name}": {
            "scope": "markdown",
            "prefix": [name, told],
            # An id has only letters, digits, dots and hyphens: nothing that a snippet would expand.
            "body": name,
            "description": f"{kind.removesuffix('_id')}: {told}",
        }
        for kind, ids in known.items()
        for name, told in ids.items()
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
