"""The tables of the catalog: owners, assets, and what is made from what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from debrief.catalog import Asset, Maintained, Owner
from debrief.warehouse.source import Source
from debrief.warehouse.table import Column, Kind, Table, column, owner, reference

_OWNERS = "owners.owners"
_ASSETS = "assets.assets"


def _owners(source: Source) -> Iterator[Owner]:
    return (owner for _, owner in sorted(source.archive.catalog.owners.items()))


def _assets(source: Source) -> Iterator[Asset]:
    return (asset for _, asset in sorted(source.archive.catalog.assets.items()))


OWNERS = Table(
    "owners",
    "One row for each person, team or role of the catalog. No contact, account or address.",
    _owners,
    (
        column("owner_id", Kind.TEXT, "id", "Its id in the catalog.", needed=True),
        column("name", Kind.TEXT, "name", field=f"{_OWNERS}.name", needed=True),
        column("kind", Kind.TEXT, "kind", field=f"{_OWNERS}.kind", needed=True),
        column("is_active", Kind.FLAG, "active", field=f"{_OWNERS}.active", needed=True),
        column("time_zone", Kind.TEXT, "time_zone", field=f"{_OWNERS}.time_zone"),
    ),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An owner or an asset, and one name in a list of it."""

    of: str
    name: str


def _pairs(
    every: Callable[[Source], Iterable[Any]], names: Callable[[Any], Iterable[str]]
) -> Callable[[Source], Iterator[Pair]]:
    def items(source: Source) -> Iterator[Pair]:
        for each in every(source):
            for name in dict.fromkeys(names(each)):
                yield Pair(each.id, name)

    return items


def _pair_key(name: str, about: str) -> Column[Any]:
    return column(name, Kind.TEXT, lambda pair: f"{pair.of}/{pair.name}", about, needed=True)


OWNER_MEMBERS = Table(
    "owner_members",
    "One row for each member of a team or a role.",
    _pairs(_owners, lambda each: each.members),
    (
        _pair_key("membership_key", "The team and the member."),
        reference(
            "owner_id",
            "of",
            "owners",
            "owner_id",
            "The team or the role.",
            needed=True,
            resolves=True,
        ),
        owner("member_id", "name", f"{_OWNERS}.members", needed=True),
    ),
)


def _kept(part: str) -> Iterator[Column[Any]]:
    """A part of an asset that somebody maintains: where it lies, and who does."""

    def maintained(asset: Asset) -> Maintained:
        return getattr(asset, part) or Maintained()

    field = f"{_ASSETS}.{part}"
    words = part.replace("_", " ")
    yield column(
        f"{part}_url", Kind.TEXT, lambda asset: maintained(asset).url, f"Where its {words} lies."
    )
    yield reference(
        f"{part}_owner_id",
        lambda asset: maintained(asset).owner,
        "owners",
        "owner_id",
        field=f"{field}.owner",
    )


ASSETS = Table(
    "assets",
    "One row for each data asset of the catalog.",
    _assets,
    (
        column("asset_id", Kind.TEXT, "id", "Its id in the catalog.", needed=True),
        column("name", Kind.TEXT, "name", "The name that its users know.", needed=True),
        column("kind", Kind.TEXT, "kind", "What it is.", field=f"{_ASSETS}.kind", needed=True),
        column("description", Kind.TEXT, "description", field=f"{_ASSETS}.description"),
        column("domain", Kind.TEXT, "domain", field=f"{_ASSETS}.domain"),
        owner("owner_id", "owner", f"{_ASSETS}.owner"),
        owner("steward_id", "steward", f"{_ASSETS}.steward"),
        column("tier", Kind.WHOLE, "tier", field=f"{_ASSETS}.tier"),
        column(
            "has_contract",
            Kind.FLAG,
            lambda asset: asset.contract is not None,
            "true: the catalog names a data contract.",
            needed=True,
        ),
        *_kept("contract"),
        *_kept("validation"),
        *_kept("lineage_map"),
        column("gone_on", Kind.DAY, "gone_on", field=f"{_ASSETS}.gone_on"),
    ),
)

_OF_ASSET = reference(
    "asset_id", "of", "assets", "asset_id", "The asset.", needed=True, resolves=True
)

ASSET_UPSTREAM = Table(
    "asset_upstream",
    "One row for each asset that another is made from at once.",
    _pairs(_assets, lambda asset: asset.upstream),
    (
        _pair_key("lineage_key", "The two assets."),
        _OF_ASSET,
        reference(
            "upstream_id", "name", "assets", "asset_id", "What it is made from.", needed=True
        ),
    ),
)

ASSET_NAMES = Table(
    "asset_names",
    "One row for each other name under which tools know an asset: join your own tables by it.",
    _pairs(_assets, lambda asset: asset.known_as),
    (
        _pair_key("asset_name_key", "The asset and the name."),
        _OF_ASSET,
        column("known_as", Kind.TEXT, "name", field=f"{_ASSETS}.known_as", needed=True),
    ),
)
