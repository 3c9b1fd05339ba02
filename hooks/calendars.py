"""Calendars of what is due: of everybody, and of each owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

from debrief.site import calendars

if TYPE_CHECKING:
    from hooks.archive import Publication


@event_priority(-50)
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Owners have a calendar where they have a page: every page is known by now."""
    publication: Publication = config.extra["publication"]
    publication.add_made_files(calendars.files(publication.edition), files, config)
    return files
