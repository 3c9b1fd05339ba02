"""What the catalog suggests for a draft: assets, owner, roles, and who must hear of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from debrief import words
from debrief.catalog import Asset, Catalog, Owner
from debrief.events.notice import Notice, Person
from debrief.matching import Match, Names, owner_of
from debrief.record import SINGLE_ROLES
from debrief.reporters.plain import printable, shortened
from debrief.template import SUGGESTED

CONFIRM = "Confirm or change it, and delete this line."

RESPONDERS = ("on-call", "assignee", "engineer")
"""In these capacities of an event somebody took part in the response."""

_MOST_NAMED = 6
"""So many names of the event, or of what is exposed, are told in a remark."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Values that somebody has to confirm; ``remarks`` says by the key what each rests on.

    ``reasons`` says the same in whole sentences, for the pull request.
    """

    assets: tuple[str, ...]
    owner: str | None
    roles: Mapping[str, str | tuple[str, ...] | None]
    stakeholders: tuple[str, ...]
    remarks: Mapping[str, str]


def suggest(notice: Notice, catalog: Catalog) -> Suggested:
    """What the catalog suggests."""
    matches = Names(catalog).matches(notice)
    assets = tuple(match.asset for match in matches)
    responders = _responders(notice, catalog)
    owner, about_owner = _owner(notice, assets, responders, catalog)
    roles, about_roles = _roles(notice, assets, responders, catalog)
    stakeholders, about_stakeholders = _stakeholders(assets, owner, catalog)
    remarks = {
        "assets": _about_assets(notice, matches, catalog),
        "owner": about_owner,
        "roles": about_roles,
        "stakeholders": about_stakeholders,
    }
    return Suggested(
        tuple(asset.id for asset in assets),
        owner,
        roles,
        stakeholders,
        {key: remark for key, remark in remarks.items() if remark},
    )


# --- assets -------------------------------------------------------------------------------------


def _about_assets(notice: Notice, matches: tuple[Match, ...], catalog: Catalog) -> str:
    if matches:
        why = "; ".join(f"{match.asset.id}, since {match.because}" for match in matches)
        return f"{SUGGESTED}: {printable(why)}. Say what was wrong with each, and delete this line."
    if not notice.names:
        return "Not known: the event names nothing that could be an asset."
    named = [f"{name.kind} `{shortened(printable(name.text), 80)}`" for name in notice.names]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    told = ", ".join(named[:_MOST_NAMED]) + more
    where = "No asset of the catalog has such an id, name or `known_as`"
    empty = "The catalog has no assets yet"
    return f"Not known: the event names {told}. {where if catalog.assets else empty}."


# --- owner --------------------------------------------------------------------------------------


def _owner(
    notice: Notice, assets: tuple[Asset, ...], responders: tuple[Owner, ...], catalog: Catalog
) -> tuple[str | None, str]:
    """Who may be accountable: who answers for the asset, else a team that the event names.

    At last whoever took part: they know most of it.
    """
    for asset in assets:
        if _is_active(asset.owner, catalog):
            return asset.owner, f"{SUGGESTED}: answers for {asset.name}. {CONFIRM}"
    for team in _teams(notice, catalog):
        return team.id, f"{SUGGESTED}: the event names {team.name}. {CONFIRM}"
    for owner in responders:
        return owner.id, f"{SUGGESTED}: took part in the response. {CONFIRM}"
    return None, "Not known: no asset with an owner was found, and nobody in the catalog took part."


def _teams(notice: Notice, catalog: Catalog) -> Iterator[Owner]:
    """Teams that the event names as such, or after whom a service is called."""
    named = [person.names for person in notice.people if person.capacity == "team"]
    named += [(name.text,) for name in notice.names]
    for names in named:
        owner = owner_of(catalog, Person("team", names))
        if owner is not None and owner.kind != "person":
            yield owner


def _is_active(name: str | None, catalog: Catalog) -> bool:
    return name is not None and name in catalog.owners and catalog.owners[name].active


# --- roles --------------------------------------------------------------------------------------


def _responders(notice: Notice, catalog: Catalog) -> tuple[Owner, ...]:
    took_part = (person for person in notice.people if person.capacity in RESPONDERS)
    return _found(took_part, catalog)


def _found(people: Iterator[Person], catalog: Catalog) -> tuple[Owner, ...]:
    owners = (owner_of(catalog, person) for person in people)
    return tuple({owner.id: owner for owner in owners if owner is not None}.values())


def _roles(
    notice: Notice, assets: tuple[Asset, ...], responders: tuple[Owner, ...], catalog: Catalog
) -> tuple[Mapping[str, str | tuple[str, ...] | None], str]:
    """Roles by what the event says, and stewards by the assets."""
    roles: dict[str, str | tuple[str, ...] | None] = dict.fromkeys(("facilitator", "scribe"))
    told = []
    for role in SINGLE_ROLES:
        for owner in _found((p for p in notice.people if p.capacity == role), catalog)[:1]:
            roles[role] = owner.id
            told.append(f"{role.replace('_', ' ')} by the event")
    if responders:
        told.append("engineers: who was on call or took part")
    stewards = dict.fromkeys(a.steward for a in assets if _is_active(a.steward, catalog))
    if stewards:
        told.append("stewards: of the assets")
    roles["engineers"] = tuple(owner.id for owner in responders)
    roles["stewards"] = tuple(name for name in stewards if name)
    unknown = _unknown(notice, catalog)
    remarks = [f"{SUGGESTED}: {'; '.join(told)}. Confirm or change them, and delete this line."]
    return roles, " ".join((remarks if told else []) + ([unknown] if unknown else []))


def _unknown(notice: Notice, catalog: Catalog) -> str:
    """How many people of the event the catalog does not know; their names are not ours to keep."""
    strangers = sum(
        owner_of(catalog, person) is None for person in notice.people if person.capacity != "team"
    )
    if not strangers:
        return ""
    who = "person" if strangers == 1 else "people"
    return f"Not known: the catalog does not have {strangers} {who} whom the event names."


# --- who must hear of it ------------------------------------------------------------------------


def _stakeholders(
    assets: tuple[Asset, ...], owner: str | None, catalog: Catalog
) -> tuple[tuple[str, ...], str]:
    """The owners of what people look at downstream of the assets."""
    failed = {asset.id for asset in assets}
    found = {one.id: one for asset in assets for one in catalog.exposures(asset.id)}
    exposed = [one for name, one in found.items() if name not in failed]
    owners = dict.fromkeys(o.owner for o in exposed if _is_active(o.owner, catalog))
    names = tuple(name for name in owners if name and name != owner)
    if not exposed:
        return (), ""
    listed = [f"{one.name} ({one.kind})" for one in exposed]
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    looked_at = words.listed(listed) if not more else ", ".join(listed[:_MOST_NAMED]) + more
    told = f"{SUGGESTED} from lineage: downstream are {looked_at}."
    return names, f"{told} Keep who was affected, and delete this line." if names else ""
