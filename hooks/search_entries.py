"""What search finds, and which engine finds it.

The entries of generated pages are made from the records, not from the HTML; those of the handbook
are Material's. While all of them are light, Material's plugin writes its index as ever. Past that a
published site gets Pagefind's index instead, and a served one an index of one entry for each page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError, ConfigurationError
from mkdocs.plugins import event_priority

from debrief.site import full_text, search
from debrief.site.search import Engine, Entry

if TYPE_CHECKING:
    from hooks.archive import Publication

PLUGIN = "material/search"


@dataclass
class Session:
    """How MkDocs was started. It outlives rebuilds, as the config does not."""

    serving: bool = False


session = Session()


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG001
    session.serving = command == "serve"


@event_priority(50)  # every entry is there by now, and Material's plugin has not written its index
def on_post_build(*, config: MkDocsConfig) -> None:
    plugin: Any = config.plugins.get(PLUGIN)
    if plugin is None or not plugin.config.enabled:
        return
    publication: Publication = config.extra["publication"]
    made = [(page.url, page.made) for page in publication.pages if page.made is not None]
    generated = [entry for url, page in made for entry in search.entries_of(page, url)]
    handbook = with_facets(plugin.search_index.entries)
    engine = search.choose([*generated, *handbook], limit(config), serving=session.serving)
    if engine is Engine.OUTLINE:
        generated = search.outline(generated)
    entries = plugin.search_index.entries = [*handbook, *generated]
    site = Path(config.site_dir)
    if engine is Engine.PAGEFIND:
        plugin.config.enabled = False  # for the rest of this build: its index is not wanted
        try:
            full_text.write(entries, site)
        except (OSError, RuntimeError) as error:
            raise BuildError(f"The index of the search cannot be made: {error}") from error
    files = search.name_files(made)
    statuses = publication.edition.statuses
    files[search.ENGINE_FILE] = search.engine_file(engine, entries, statuses, shards=len(files))
    for address, content in files.items():
        (site / address).parent.mkdir(parents=True, exist_ok=True)
        (site / address).write_bytes(content)


def with_facets(entries: list[Entry]) -> list[Entry]:
    """The entries of pages that people wrote, each page's first with its kind."""
    seen: set[str] = set()
    found = []
    for entry in entries:
        page = search.page_of(entry)
        found.append(entry if page in seen else search.with_facets(entry, search.HANDBOOK))
        seen.add(page)
    return found


def limit(config: MkDocsConfig) -> int:
    """From how many bytes on Material's own search is too heavy."""
    given = str(config.extra.get("search_limit") or "")
    if given and not given.isdecimal():
        raise ConfigurationError(f"`search_limit` is {given!r}, and not a number of bytes")
    return int(given) if given else search.LIGHT_LIMIT
