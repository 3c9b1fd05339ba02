"""The archive for programs: JSON files with their schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from debrief.site import api

if TYPE_CHECKING:
    from hooks.archive import Publication


@event_priority(-60)
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Links to pages, feeds and calendars: all of them are known by now."""
    publication: Publication = config.extra["publication"]
    publication.add_made_files(api.files(publication.edition), files, config)
    return files
