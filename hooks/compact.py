"""Pages without the indentation of their templates: a fifth less to send and to keep."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

from debrief.site.rendering import compact


@event_priority(50)  # before those that look at a finished page
def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001
    return compact(output)
