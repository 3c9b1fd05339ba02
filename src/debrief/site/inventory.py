"""All that a site holds: which modules make its pages, and which its other files.

The hooks take these one by one, so that each can be left out; whoever wants the whole site, takes
them from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from debrief.site import (
    action_trend,
    actions,
    address,
    api,
    asset,
    calendars,
    cause,
    feeds,
    home,
    incident_type,
    listing,
    metrics,
    owner,
    postmortem,
    quarter,
    reliability,
    severity,
    sources,
    status,
)
from debrief.site.edition import Edition
from debrief.site.page import MadeFile, Plan

PAGES = (
    home,
    listing,
    postmortem,
    actions,
    owner,
    asset,
    status,
    severity,
    cause,
    incident_type,
    quarter,
    sources,
    metrics,
    reliability,
    action_trend,
)
"""Modules with ``plans(edition)``."""

FILES: tuple[ModuleType, ...] = (listing, feeds, calendars, api)
"""Modules with ``files(edition)``."""


def plans(edition: Edition) -> Iterator[Plan]:
    """Every page."""
    for module in PAGES:
        yield from module.plans(edition)


def files(edition: Edition) -> Iterator[MadeFile]:
    """Every file that is made and is no page."""
    for module in FILES:
        yield from module.files(edition)


def attachments(edition: Edition) -> Iterator[tuple[str, Path]]:
    """Every file beside a record that is copied: its address, and where it lies."""
    for record in edition.records:
        for path in edition.archive.attachments.get(record.id, ()):
            yield address.attachment(record.id, path), edition.archive.attachment(record, path)
