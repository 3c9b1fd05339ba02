"""The list of all postmortems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import listing

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    publication.add_pages(listing.plans(publication.edition), files, config, under=None)
    return files
