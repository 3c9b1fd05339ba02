"""The index by status: how far each record is, and a page each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from debrief.site import address, words
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "By status"


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for every status that the schema knows."""
    yield Plan(address.STATUSES, TITLE, partial(overview_page, edition))
    for name in edition.statuses:
        yield Plan(address.status(name), words.term(name), partial(status_page, edition, name))


def overview_page(edition: Edition) -> Page:
    """Every status with what it means and how many records have come to it."""
    here = address.STATUSES
    by_status = edition.archive.by_status
    rows = [(name, told, by_status.get(name, ())) for name, told in edition.statuses.items()]
    html = fill(edition, "statuses.html", here, title=TITLE, rows=rows)
    text = "How far each postmortem is, from draft to closed."
    return Page(here, TITLE, text, html, contents(TITLE, []), (SearchEntry(TITLE, text),))


def status_page(edition: Edition, name: str) -> Page:
    """The records of one status."""
    here = address.status(name)
    title = words.term(name)
    values = {"meaning": edition.statuses[name], "found": edition.archive.by_status.get(name, ())}
    html = fill(edition, "status.html", here, title=title, name=name, **values)
    text = f"Postmortems with the status “{words.lower_term(name)}”."
    return Page(here, title, text, html, contents(title, []), (SearchEntry(title, text),))
