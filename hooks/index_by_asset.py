"""The index by data asset: an overview, and a page for every asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, asset

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    publication.add_pages(asset.plans(publication.edition), files, config, under=address.ASSETS)
    return files
