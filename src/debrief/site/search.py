"""What search finds, and in which form: the index of the site, facets, and names known exactly.

Two engines answer the same box. Material's own loads its whole index into the browser and builds
it there, which is the quickest as long as the index is light. Past `LIGHT_LIMIT`, a site that is
published gets Pagefind's index instead (`full_text.py`), of which a browser loads only what a query
asks for. Both are made from the same entries, so that both find the same pages.

An `Entry` has the form of Material's index: ``location``, ``title`` and ``text``, both as HTML, and
perhaps ``tags``; the first of a page also has ``facets``, as a list in the order of `FACETS`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from enum import StrEnum
from html import escape
from typing import Any

from debrief import words
from debrief.record import Postmortem
from debrief.site.page import Facets, Page

Entry = dict[str, Any]

ENGINE_FILE = "search/engine.json"
"""Says which engine answers, what results can be narrowed by, and how the names are spread."""

LIGHT_LIMIT = 1_500_000
"""How large the light index may be, in bytes.

Measured in Chromium on two cores, from the first key to the first result: 0.5 s with 1 MB, 0.8 s
with 1.5 MB, 1.6 s with 3 MB, 4.7 s with 8 MB; a phone takes about four times as long. Pagefind
takes 0.5 s with a thousand records and with ten thousand.
"""

FACETS = ("Kind", "Status", "Severity", "Year")
"""What the fields of `Facets` are called."""

KINDS = ("Postmortem", "Data asset", "Owner", "Overview", "Handbook")
"""The kinds of page in the order in which they are offered; others come after them."""

HANDBOOK = Facets("Handbook")
"""What is said of the pages that a person wrote."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHARD_BYTES = 16_000
_LETTERS = str.maketrans("łŁøØđĐ", "lLoOdD")
"""Letters that Unicode does not take for another one with a mark."""


class Engine(StrEnum):
    """What answers a search."""

    LIGHT = "light"
    """Material's own, with the text of every page."""
    OUTLINE = "outline"
    """Material's own, with one entry for a page: for a large site that is being written."""
    PAGEFIND = "pagefind"

    @property
    def script(self) -> str:
        """What the script in the browser calls it: an outline is as light an index as any."""
        return Engine.LIGHT.value if self is Engine.OUTLINE else self.value


def choose(entries: Sequence[Entry], limit: int, *, serving: bool) -> Engine:
    """Which engine a site with these entries gets.

    Pagefind cannot add to an index that is there, and takes long to make one: not while one writes.
    """
    if weight(entries) <= limit:
        return Engine.LIGHT
    return Engine.OUTLINE if serving else Engine.PAGEFIND


def weight(entries: Iterable[Entry]) -> int:
    """About how many bytes the entries have as JSON, without making it."""
    frame = len('{"location":"","title":"","text":""},')
    return sum(frame + len(e["location"]) + len(e["title"]) + len(e["text"]) for e in entries)


# --- entries -------------------------------------------------------------------------------------


def entries_of(page: Page, url: str) -> Iterator[Entry]:
    """The entries of a page, whose texts become HTML.

    A title with accents stands in the text without them as well: not every keyboard has them.
    Quotes stay as they are: an engine that marks a word would cut an entity beside it in two.
    """
    for found in page.search:
        plain = without_accents(found.title)
        text = found.text if plain == found.title else f"{found.text} ({plain})"
        entry: Entry = {
            "location": f"{url}#{found.anchor}" if found.anchor else url,
            "title": escape(found.title, quote=False),
            "text": escape(text, quote=False),
        }
        if found.tags:
            entry["tags"] = list(found.tags)
        yield entry if found.anchor else with_facets(entry, found.facets)


def without_accents(text: str) -> str:
    """The same in plain letters: ``Lucía`` → ``Lucia``, ``Paweł`` → ``Pawel``."""
    marks = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in marks if not unicodedata.combining(letter))


def with_facets(entry: Entry, facets: Facets) -> Entry:
    """The same entry with what its page can be narrowed by."""
    return {**entry, "facets": list(astuple(facets))}


def outline(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each page."""
    return [entry for entry in entries if "#" not in entry["location"]]


def page_of(entry: Entry) -> str:
    """The address of the page that an entry belongs to."""
    return str(entry["location"]).partition("#")[0]


def names_of(record: Postmortem) -> tuple[str, ...]:
    """By what one may know a record exactly: its id, its incident's reference, its number there."""
    reference = record.incident.reference or ""
    last = reference.rstrip("/").rpartition("/")[2]
    number = last if re.search(r"[0-9]", last) else ""
    return tuple(dict.fromkeys(filter(None, (record.id, reference, number))))


# --- what the script in the browser reads --------------------------------------------------------


def engine_file(
    engine: Engine, entries: Iterable[Entry], statuses: Iterable[str], shards: int
) -> bytes:
    """What tells the script how to search; ``statuses`` in the order of a record's life."""
    said = [entry["facets"] for entry in entries if "facets" in entry]
    known = [{values[number] for values in said} - {""} for number in range(len(FACETS))]
    kinds, states, severities, years = known
    ordered = (
        _in_order(kinds, KINDS),
        _in_order(states, map(words.term, statuses)),
        sorted(severities),
        sorted(years, reverse=True),
    )
    facets = [{"label": FACETS[n], "values": values} for n, values in enumerate(ordered)]
    return _json({"engine": engine.script, "facets": facets, "shards": shards})


def _in_order(values: set[str], order: Iterable[str]) -> list[str]:
    ranks = {value: rank for rank, value in enumerate(order)}
    return sorted(values, key=lambda value: (ranks.get(value, len(ranks)), value))


# --- names known exactly -------------------------------------------------------------------------
#
# Whoever types a name gets its page first, with ten thousand records too, at the price of one small
# file: the names are spread over files by a hash that the script computes from the query. A name
# that begins with a date lies with all others of that date, so that a beginning of it will do.


def name_files(pages: Iterable[tuple[str, Page]]) -> dict[str, bytes]:
    """The files with all names, by address; ``pages`` are pairs of URL and page."""
    places: dict[str, list[list[Any]]] = {}
    for url, page in pages:
        for found in page.search:
            for name in dict.fromkeys(map(fold, found.names)):
                row = [name, url, found.title, list(astuple(found.facets))]
                places.setdefault(place(name), []).append(row)
    size = sum(len(_json(rows)) for rows in places.values())
    count = 1
    while count * _SHARD_BYTES < size:
        count *= 2
    files: list[dict[str, Any]] = [{} for _ in range(count)]
    for key in sorted(places):
        files[fnv1a(key) % count][key] = sorted(places[key])
    return {f"search/names/{number}.json": _json(rows) for number, rows in enumerate(files)}


def fold(name: str) -> str:
    """A name as it is compared: capital letters and spaces do not count."""
    return " ".join(name.lower().split())


def place(name: str) -> str:
    """With what a name is kept: its date where it begins with one."""
    date = _DAY.match(name)
    return date[0] if date else name


def fnv1a(text: str) -> int:
    """The 32-bit hash of Fowler, Noll and Vo; docs/assets/search-engines.js computes it too."""
    value = 0x811C9DC5
    for byte in text.encode("utf-8"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def _json(value: Mapping[str, Any] | list[Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
