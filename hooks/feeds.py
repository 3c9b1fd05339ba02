"""Atom feeds: of all postmortems, of each owner and of each data asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from debrief.site import feeds

if TYPE_CHECKING:
    from hooks.archive import Publication


@event_priority(-50)
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Owners and assets have a feed where they have a page: every page is known by now."""
    publication: Publication = config.extra["publication"]
    publication.add_made_files(feeds.files(publication.edition), files, config)
    return files
