"""The page of the sources, where the records come from several repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, sources

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    plans = sources.plans(publication.edition)
    publication.add_pages(plans, files, config, under=address.POSTMORTEMS)
    return files
