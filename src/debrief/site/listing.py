"""The explorer of all postmortems, a page for each year, and the data that the explorer reads.

Without its script the explorer is a plain table: of all records up to `WHOLE_UP_TO`, and of the
newest beyond that. The pages of the years are always whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TypeVar

from debrief import words
from debrief.record import WITHDRAWN, Postmortem
from debrief.site import address, facets, subscriptions
from debrief.site.edition import Edition
from debrief.site.page import MadeFile, Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Postmortems"
DATA = f"{address.POSTMORTEMS}explorer.json"
SCRIPTS = ("assets/explorer-index.js", "assets/explorer-parts.js", "assets/explorer.js")
WHOLE_UP_TO = 500
NEWEST = 100

T = TypeVar("T")

Years = Mapping[int, Sequence[Postmortem]]


def plans(edition: Edition) -> Iterator[Plan]:
    """The explorer, and a page for every year."""
    years = by_year(edition.records)
    yield Plan(address.POSTMORTEMS, TITLE, partial(list_page, edition))
    for year in years:
        make = partial(year_page, edition, year, years)
        yield Plan(address.year(year), title_of(year), make)


def files(edition: Edition) -> Iterator[MadeFile]:
    """The data of the explorer, as compact JSON."""
    yield MadeFile(DATA, partial(data_file, edition))


def by_year(records: Sequence[Postmortem]) -> Years:
    """Records by year, the newest first."""
    return {year: list(found) for year, found in groupby(records, lambda record: record.year)}


def title_of(year: int) -> str:
    """What the page of a year is called."""
    return f"{TITLE} of {year}"


def in_plain_table(records: Sequence[T]) -> Sequence[T]:
    """The records, the newest first, that the explorer's page itself holds as rows."""
    return records if len(records) <= WHOLE_UP_TO else records[:NEWEST]


def list_page(edition: Edition) -> Page:
    """Rows that everybody can read, and what the script needs to take them over."""
    here, records = address.POSTMORTEMS, edition.records
    plain = in_plain_table(records)
    html = fill(
        edition,
        "list.html",
        here,
        title=TITLE,
        plain=plain,
        plain_years=by_year(plain),
        years=by_year(records),
        severities=sorted(edition.archive.by_severity),
        data=address.relative(here, DATA),
    )
    text = f"{words.counted(len(records), 'postmortem')}, the newest first."
    entry = SearchEntry(TITLE, text)
    scripts = SCRIPTS if records else ()
    feeds = subscriptions.of_everything(edition)
    return Page(here, TITLE, text, html, contents(TITLE, []), (entry,), scripts, feeds, wide=True)


def year_page(edition: Edition, year: int, years: Years) -> Page:
    """Every record of a year in one row, under figures of the whole of it."""
    here, title, found = address.year(year), title_of(year), years[year]
    promises = [pair for r in found for pair in edition.actions_by_record.get(r.id, ())]
    living = [record for record in found if record.status != WITHDRAWN]
    promised = [action for _, action in promises if action.is_open]
    html = fill(
        edition,
        "year.html",
        here,
        title=title,
        year=year,
        years=years,
        found=found,
        open=len(promised),
        overdue=sum(action.days_overdue(edition.today) > 0 for action in promised),
        unrepaired=len({asset.asset for record in living for asset in record.unrepaired}),
    )
    text = f"{words.counted(len(found), 'postmortem')}, the newest first."
    entry = SearchEntry(title, text)
    return Page(here, title, text, html, contents(title, []), (entry,), wide=True)


def data_file(edition: Edition) -> bytes:
    """The data of the explorer, as compact JSON in UTF-8."""
    found = facets.data(edition, address.POSTMORTEMS)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
