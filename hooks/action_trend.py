"""How promises came, went and were kept, quarter by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import action_trend, address

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    plans = action_trend.plans(publication.edition)
    publication.add_pages(plans, files, config, under=address.ACTIONS)
    return files
