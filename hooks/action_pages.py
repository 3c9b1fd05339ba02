"""The actions: an overview by priority and by state, and a page each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import actions, address

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    plans = actions.plans(publication.edition)
    publication.add_pages(plans, files, config, under=address.ACTIONS)
    return files
