"""The metrics: an overview, and a page each by severity, by domain and by team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, metrics

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    plans = metrics.plans(publication.edition)
    publication.add_pages(plans, files, config, under=address.METRICS)
    return files
