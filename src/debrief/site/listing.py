"""The plain and complete list of all postmortems, by year."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from debrief.site import address, words
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Postmortems"


def plans(edition: Edition) -> Iterator[Plan]:
    """The list."""
    yield Plan(address.POSTMORTEMS, TITLE, partial(list_page, edition))


def list_page(edition: Edition) -> Page:
    """Every record in one row, the newest first, grouped by year."""
    here = address.POSTMORTEMS
    years = [(year, list(found)) for year, found in groupby(edition.records, lambda r: r.year)]
    html = fill(edition, "list.html", here, title=TITLE, years=years)
    headings = contents(TITLE, [(f"year-{year}", str(year)) for year, _ in years])
    text = f"{words.counted(len(edition.records), 'postmortem')}, the newest first."
    return Page(here, TITLE, text, html, headings, (SearchEntry(TITLE, text),))
