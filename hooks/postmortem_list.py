"""The list of all postmortems, a page for each year, and the data that the list filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from debrief.site import address, listing

if TYPE_CHECKING:
    from hooks.archive import Publication


@event_priority(-50)  # after the other hooks: the data says which names have a page to lead to
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    edition = publication.edition
    publication.add_pages(listing.plans(edition), files, config, under=address.POSTMORTEMS)
    publication.add_made_files(listing.files(edition), files, config)
    return files
