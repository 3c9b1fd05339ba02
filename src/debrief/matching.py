"""Which assets and which owners of the catalog the names in an event mean.

A name either is one of those that the catalog gives an asset (its id, its name, what it is
``known_as``), or ends like one: ``prod.pricing.orders_mart`` like ``warehouse.orders_mart``, where
no other asset does. The more parts two names share at their end, the more that counts. Every match
says what it rests on, because somebody has to confirm it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from debrief import relations
from debrief.catalog import Asset, Catalog, Owner
from debrief.events.notice import Name, Notice, Person
from debrief.identity import called

MOST = 12
"""How many assets are suggested; an alert that names more says nothing about any of them."""

IN_TEXT = "text"
"""The kind of a name that was found in the words of an event."""

_TELLING = 4
"""A last part of fewer letters, such as ``log``, is the end of too many names."""

_MOST_PARTS = 6
"""So many parts of a name are compared from its end: bounded, since names come from outside."""


@dataclass(frozen=True, slots=True)
class Match:
    """An asset, and the name in the event that means it."""

    asset: Asset
    name: Name
    exact: bool

    @property
    def because(self) -> str:
        """Why it is suggested, as part of a sentence."""
        if self.name.kind == IN_TEXT:
            return f"the text says `{self.name.text}`"
        known = "is one of its names" if self.exact else "ends like its name"
        return f"the {self.name.kind} `{self.name.text}` {known}"


@dataclass(frozen=True)
class Names:
    """The names by which the catalog knows its assets."""

    catalog: Catalog

    def matches(self, notice: Notice) -> tuple[Match, ...]:
        """The assets that an event names, each once: exact matches first, then as it names them.

        The title, the summary and the log count too, but there only whole names that nobody writes
        by chance.
        """
        told = [*notice.names, *self._in_text(notice)]
        found = [match for name in told for match in self._of(name)]
        found.sort(key=lambda match: not match.exact)  # stable: otherwise in the event's order
        first = {match.asset.id: match for match in reversed(found)}
        ordered = dict.fromkeys(match.asset.id for match in found)
        return tuple(first[asset] for asset in ordered)[:MOST]

    def _of(self, name: Name) -> Iterator[Match]:
        exact = self._exact.get(_plain(name.text), ())
        yield from (Match(asset, name, exact=True) for asset in exact)
        alike = () if exact else self._alike(name.text)
        if len(alike) == 1:
            yield Match(alike[0], name, exact=False)

    def in_doubt(self, notice: Notice) -> Iterator[tuple[Name, tuple[Asset, ...]]]:
        """The names that end like several assets, of which none is suggested, with these assets."""
        suggested = {match.asset.id for match in self.matches(notice)}
        for name in notice.names:
            alike = () if self._exact.get(_plain(name.text)) else self._alike(name.text)
            if len(alike) > 1 and suggested.isdisjoint(asset.id for asset in alike):
                yield name, alike

    def _alike(self, name: str) -> tuple[Asset, ...]:
        """The assets that share the longest ending with a name; two parts of it leave no doubt."""
        parts = _parts(name)
        endings = (self._ending.get(ending, ()) for ending in _endings(parts))
        alike = next(filter(None, endings), ())
        if any(parts[-2:] == _parts(known)[-2:] for asset in alike for known in _ids(asset)):
            return alike
        if len(parts[-1]) < _TELLING:
            return ()
        return tuple(asset for asset in alike if not _contradict(parts, asset))

    def _in_text(self, notice: Notice) -> Iterator[Name]:
        """The names of assets in the words of an event."""
        lines = (notice.title, notice.summary or "", *(entry.event for entry in notice.log))
        said = {_plain(word.strip(".:/")) for line in lines for word in _WORD.findall(line)}
        folded = " ".join(" ".join(lines).casefold().split())
        for asset in self._assets:
            technical = (name for name in _names(asset) if _is_technical(name))
            found = [name for name in technical if _plain(name) in said]
            if not found and _stands_in(asset.name, folded):
                found = [asset.name]
            yield from (Name(IN_TEXT, name) for name in found[:1])

    @cached_property
    def _exact(self) -> dict[str, tuple[Asset, ...]]:
        return _filed((_plain(known), asset) for asset in self._assets for known in _names(asset))

    @cached_property
    def _ending(self) -> dict[tuple[str, ...], tuple[Asset, ...]]:
        return _filed(
            (ending, asset)
            for asset in self._assets
            for known in _ids(asset)
            for ending in _endings(_parts(known))
        )

    @cached_property
    def _assets(self) -> tuple[Asset, ...]:
        """What may be wrong today: not what is gone."""
        return tuple(asset for asset in self.catalog.assets.values() if asset.gone_on is None)


_WORD = re.compile(r"[\w.:/-]+")


def _names(asset: Asset) -> tuple[str, ...]:
    return (asset.id, asset.name, *asset.known_as)


def _ids(asset: Asset) -> tuple[str, ...]:
    return (asset.id, *asset.known_as)


_Key = TypeVar("_Key")


def _filed(pairs: Iterable[tuple[_Key, Asset]]) -> dict[_Key, tuple[Asset, ...]]:
    filed: dict[_Key, dict[str, Asset]] = {}
    for key, asset in pairs:
        filed.setdefault(key, {})[asset.id] = asset
    return {key: tuple(assets.values()) for key, assets in filed.items()}


def _plain(name: str) -> str:
    """A name as it is compared; hyphen, space and underscore are the same."""
    return re.sub(r"[\s_-]+", "_", relations.normal(name))


def _parts(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[./:]+", _plain(name)))


def _endings(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What a name may end with, the longest first; nobody writes more than a few parts."""
    yield from (parts[-number:] for number in range(min(len(parts), _MOST_PARTS), 0, -1))


def _contradict(parts: tuple[str, ...], asset: Asset) -> bool:
    """Whether a name of several parts is of another schema than every such name of an asset.

    ``finance.orders`` does not mean an asset that is known as ``prod.sales.orders``; of an asset
    with nothing but an id of our own, nobody can say.
    """
    relations = [relation for known in asset.known_as if len(relation := _parts(known)) > 1]
    if len(parts) < 2 or not relations:
        return False
    return all(relation[-2:] != parts[-2:] for relation in relations)


def _is_technical(name: str) -> bool:
    """Whether nobody writes a name by chance: it has a dot or an underscore between words."""
    return re.search(r"\w[._]\w", name) is not None


def _stands_in(name: str, text: str) -> bool:
    """Whether a name of several words stands in a text as it is; one word alone may be any word."""
    words = " ".join(name.casefold().split())
    return " " in words and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


# --- people -------------------------------------------------------------------------------------


def owner_of(catalog: Catalog, person: Person) -> Owner | None:
    """Who in the catalog somebody in an event is; None where nobody is, or has left."""
    owner = called(catalog, person.names)
    return owner if owner is not None and owner.active else None
