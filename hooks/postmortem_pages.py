"""A page for every postmortem, and the files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, inventory, postmortem

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    edition = publication.edition
    publication.add_pages(postmortem.plans(edition), files, config, under=address.POSTMORTEMS)
    for place, source in inventory.attachments(edition):
        publication.add_file(place, source, files, config)
    return files
