"""Where the records come from, if not from one repository alone, and what is missing of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from debrief.checks import BY_ID
from debrief.federation import Brought, Federation
from debrief.finding import Finding
from debrief.site import address
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Sources"


def plans(edition: Edition) -> Iterator[Plan]:
    """The page of the sources, where there are some."""
    if edition.federation is not None and edition.federation.brought:
        yield Plan(address.SOURCES, TITLE, partial(sources_page, edition, edition.federation))


def sources_page(edition: Edition, federation: Federation) -> Page:
    """A row for each source, then what could not be read and what the catalogs say differently."""
    missing = [pair for one in federation.brought for pair in _missing(one)]
    html = fill(
        edition,
        "sources.html",
        address.SOURCES,
        title=TITLE,
        brought=federation.brought,
        ours=len(federation.own.postmortems),
        shown=Counter(record.source for record in edition.records),
        missing=missing,
        conflicts=federation.conflicts,
    )
    text = "The repositories whose postmortems are shown here, and what is missing of them."
    sections = [("missing", "Not shown here")] if missing else []
    sections += [("conflicts", "What the catalogs say differently")] if federation.conflicts else []
    entry = SearchEntry(TITLE, text)
    return Page(address.SOURCES, TITLE, text, html, contents(TITLE, sections), (entry,))


def _missing(one: Brought) -> Iterator[tuple[Finding, str]]:
    """What is wrong in a source, with words for it.

    A message may quote a record that is restricted, or whose visibility nobody could read: so only
    what the rule is about is told of a file.
    """
    for finding in one.findings:
        rule = BY_ID.get(finding.rule)
        yield finding, finding.message if rule is None else f"does not hold: {rule.summary}"
