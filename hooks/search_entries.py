"""What search finds of the generated pages: entries made from the records, not from the HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

if TYPE_CHECKING:
    from hooks.archive import Publication

PLUGIN = "material/search"


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG001
    """Every page has been made by now, and the index is not written yet."""
    plugin: Any = config.plugins.get(PLUGIN)
    if plugin is not None and plugin.config.enabled:
        publication: Publication = config.extra["publication"]
        plugin.search_index.entries += entries(publication)
    return env


def entries(publication: Publication) -> list[dict[str, Any]]:
    """Entries in the form of Material's index, whose texts are HTML."""
    found = []
    for page in publication.pages:
        for entry in page.made.search if page.made is not None else ():
            anchor = f"#{entry.anchor}" if entry.anchor else ""
            data: dict[str, Any] = {
                "location": page.url + anchor,
                "title": str(escape(entry.title)),
                "text": str(escape(entry.text)),
            }
            if entry.tags:
                data["tags"] = list(entry.tags)
            found.append(data)
    return found
