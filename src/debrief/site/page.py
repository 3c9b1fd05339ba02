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
class SearchEntry:
    """What search finds: a page, or the place in it that the anchor names. All of it is text."""

    title: str
    text: str
    anchor: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page. ``html`` is what stands between header and footer; the rest is text."""

    address: str
    title: str
    description: str
    html: str
    headings: tuple[Heading, ...] = ()
    search: tuple[SearchEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A page that can be made: what a generator must know of it beforehand, and how to make it.

    ``source`` is the file to edit, relative to the repository, where a person wrote one.
    """

    address: str
    title: str
    make: Callable[[], Page]
    source: str | None = None
