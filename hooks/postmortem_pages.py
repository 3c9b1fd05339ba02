"""A page for every postmortem, and the files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from debrief.site import address, postmortem

if TYPE_CHECKING:
    from hooks.archive import Publication


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    publication: Publication = config.extra["publication"]
    edition = publication.edition
    publication.add_pages(postmortem.plans(edition), files, config, under=address.POSTMORTEMS)
    for record in edition.records:
        for path in edition.archive.attachments.get(record.id, ()):
            source = edition.archive.attachment(record, path)
            publication.add_file(address.attachment(record.id, path), source, files, config)
    return files
