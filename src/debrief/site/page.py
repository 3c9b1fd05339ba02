"""What a page is, before any site generator has seen it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents; ``title`` is text."""

    title: str
    anchor: str
    inner: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """What the results of a search can be narrowed by, in words; empty where it does not apply."""

    kind: str = "Overview"
    status: str = ""
    severity: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What search finds: a page, or the place in it that the anchor names. All of it is text.

    ``facets`` and ``names`` say something of the whole page, and stand in the entry without an
    anchor. Whoever types one of the names exactly gets this page before all others.
    """

    title: str
    text: str
    anchor: str = ""
    tags: tuple[str, ...] = ()
    facets: Facets = Facets()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """What one can subscribe to from a page: an address and its title; ``kind`` is a MIME type."""

    address: str
    title: str
    kind: str = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page. ``html`` is what stands between header and footer; the rest is text."""

    address: str
    title: str
    description: str
    html: str
    headings: tuple[Heading, ...] = ()
    search: tuple[SearchEntry, ...] = ()
    scripts: tuple[str, ...] = ()
    """Addresses of scripts that this page alone needs."""
    feeds: tuple[Feed, ...] = ()
    wide: bool = False
    """Whether it takes the room of the table of contents as well."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A page that can be made: what a generator must know of it beforehand, and how to make it.

    ``source`` is the file to edit, relative to the repository, where a person wrote one.
    """

    address: str
    title: str
    make: Callable[[], Page]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that is not a page and that can be made: a feed, a calendar, data for a script."""

    address: str
    make: Callable[[], bytes]
