"""What a source tells of assets, in the same words whichever source it is.

A source reads values that were parsed already; it knows neither files nor this catalog. It fills in
what the source says and nothing else, and names what it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass


class SourceError(Exception):
    """The input cannot be taken for what it is said to be; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page about an asset, and by which names its keeper may be known."""

    url: str | None = None
    keepers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One asset, as its source describes it.

    ``key`` is the source's own name for it and ``upstream`` holds such keys. ``ids`` are proposals
    for its id, the shortest first. ``relations`` say which data it is: two that share one are one
    asset. ``names`` are what else it is called. ``owners`` and ``stewards`` are every name by which
    the owner or the steward may be in this catalog, the best first.
    """

    key: str
    name: str
    kind: str
    ids: tuple[str, ...]
    relations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    description: str = ""
    domain: str = ""
    tier: int | None = None
    owners: tuple[str, ...] = ()
    stewards: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    contract: Link | None = None
    validation: Link | None = None
    lineage_map: Link | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that the source holds and that becomes no asset, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything that was read: ``name`` is what the source calls itself, where it does."""

    source: str
    name: str
    assets: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()
    """What was assumed or could not be understood, a sentence each."""
    whole: bool = True
    """Whether the source names all it has; what observations leave unnamed may still be there."""
