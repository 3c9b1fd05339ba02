"""The index by owner: an overview, and a page for every person, team and role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, owner

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    publication.add_pages(owner.plans(publication.edition), files, config, under=address.OWNERS)
    return files
