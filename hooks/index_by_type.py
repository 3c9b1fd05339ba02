"""The index by type of incident: an overview, and a page each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, incident_type

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    plans = incident_type.plans(publication.edition)
    publication.add_pages(plans, files, config, under=address.TYPES)
    return files
