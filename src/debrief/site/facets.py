"""What postmortems can be chosen by, and the data with which a script does so.

Columns instead of rows, and numbers instead of repeated words, so that ten thousand records load
quickly::

    {"facets": [["status", "Status"], …],          names in the address bar, and labels
     "words": {"status": [["draft", "Draft"], …],  what the numbers stand for: code and label
               "owner": [[code, name, link, 1 if inactive], …],
               "duration": [[seconds, text], …],
               "actions": [[open, text, text of what is overdue], …]},
     "records": {"id": […], "title": […], …        the newest first
                 "status": [0, …],                 a number into the words; -1 for none
                 "asset": [[0, 2], …]}, …}         or several
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from debrief import words
from debrief.record import Postmortem
from debrief.site import address
from debrief.site.edition import Edition


@dataclass(frozen=True, slots=True)
class Facet:
    """Something by which one can choose; ``name`` is what stands in the address bar."""

    name: str
    label: str
    of: Callable[[Postmortem], Iterable[str | None]]
    several: bool = False
    """Whether a record can have more than one of its values."""


FACETS = (
    Facet("status", "Status", lambda record: [record.status]),
    Facet("severity", "Severity", lambda record: [record.severity]),
    Facet("owner", "Owner", lambda record: [record.owner]),
    Facet("asset", "Data asset", lambda record: (a.asset for a in record.assets), several=True),
    Facet("cause", "Cause", lambda record: (c.category for c in record.causes), several=True),
    Facet("type", "Incident type", lambda record: [record.incident.type]),
    Facet("year", "Year", lambda record: [str(record.year)]),
    Facet("tag", "Tag", lambda record: record.tags, several=True),
)


OWN = "-"
"""Stands for this repository among the sources; no source can be called so."""

SOURCE = Facet("source", "Source", lambda record: [record.source or OWN])


def facets_of(edition: Edition) -> tuple[Facet, ...]:
    """What one can choose by: among several sources by these, too."""
    return (*FACETS, SOURCE) if edition.archive.origins else FACETS


def data(edition: Edition, here: str) -> dict[str, Any]:
    """Every record of an edition by columns, with links as they are from an address."""
    records = edition.records
    known: dict[str, list[Any]] = {}
    columns: dict[str, list[Any]] = {
        "id": [record.id for record in records],
        "title": [record.title for record in records],
        "reference": [record.incident.reference or "" for record in records],
        "restricted": [int(record.restricted) for record in records],
    }
    facets = facets_of(edition)
    for facet in facets:
        codes = [tuple(dict.fromkeys(filter(None, facet.of(record)))) for record in records]
        order = _in_order(facet.name, codes, edition)
        known[facet.name] = [_told(facet.name, code, edition, here) for code in order]
        number = {code: place for place, code in enumerate(order)}
        numbers = [[number[code] for code in found] for found in codes]
        columns[facet.name] = numbers if facet.several else [(*found, -1)[0] for found in numbers]
    texts: dict[str, list[Any]] = {
        "duration": [_lasted(record) for record in records],
        "actions": [_promised(record, edition) for record in records],
    }
    for name, values in texts.items():
        known[name] = sorted({value for value in values if value is not None})
        place = {value: at for at, value in enumerate(known[name])}
        columns[name] = [-1 if value is None else place[value] for value in values]
    return {
        "facets": [(facet.name, facet.label) for facet in facets],
        "months": [month[:3] for month in words.MONTHS],
        "linked": any(edition.has(address.postmortem(record.id)) for record in records[:1]),
        "words": known,
        "records": columns,
    }


def _in_order(name: str, codes: Sequence[tuple[str, ...]], edition: Edition) -> list[str]:
    """The values of a facet in their order; where it is not given, the most frequent first."""
    counts = Counter(code for found in codes for code in found)
    if name == "status":
        return [status for status in edition.statuses if status in counts]
    if name == "severity":
        return sorted(counts)
    if name == "year":
        return sorted(counts, reverse=True)
    return sorted(counts, key=lambda code: (-counts[code], code))


def _told(name: str, code: str, edition: Edition, here: str) -> tuple[object, ...]:
    """A value with its label; an owner with the link and whether they have left as well."""
    catalog = edition.archive.catalog
    if name == "owner":
        there = address.owner(code)
        link = address.relative(here, there) if edition.has(there) else ""
        owner = catalog.owners.get(code)
        return code, catalog.owner_name(code), link, int(owner is not None and not owner.active)
    if name == "source":
        origin = edition.archive.origins.get(code)
        return code, origin.label if origin is not None else "This repository"
    if name == "asset":
        return code, catalog.asset_name(code)
    return code, code if name in ("year", "tag") else words.term(code)


def _lasted(record: Postmortem) -> tuple[int, str] | None:
    found, text = record.duration, words.lasted(record)
    return None if found is None or text is None else (int(found.total_seconds()), text)


def _promised(record: Postmortem, edition: Edition) -> tuple[int, str, str]:
    said = words.promised(record, edition.today)
    return said.open, said.text, said.late
