"""The index by quarter: an overview, and for each quarter the agenda of its review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, quarter

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    plans = quarter.plans(publication.edition)
    publication.add_pages(plans, files, config, under=address.QUARTERS)
    return files
