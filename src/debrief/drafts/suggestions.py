"""What the catalog suggests for a draft: assets, owner, roles, and who must hear of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from debrief import words
from debrief.catalog import Asset, Catalog, Owner
from debrief.events.notice import Name, Notice, Person
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
class Reason:
    """What a suggestion rests on, what to do with it, and what is not known beside it.

    ``why`` is a part of a sentence, ``ask`` and ``gap`` are sentences; each may be empty.
    """

    why: str = ""
    ask: str = CONFIRM
    gap: str = ""

    @property
    def told(self) -> str:
        """The reason for somebody who does not have the file open."""
        return " ".join(filter(None, (self.why and f"{SUGGESTED}: {self.why}.", self.gap)))

    @property
    def remark(self) -> str:
        """The reason as a comment of the record, where it is confirmed."""
        said = self.why and f"{SUGGESTED}: {self.why}. {self.ask}"
        return " ".join(filter(None, (said, self.gap)))


@dataclass(frozen=True, slots=True)
class Suggested:
    """Values that somebody has to confirm; ``reasons`` says by the key what each rests on."""

    assets: tuple[str, ...]
    owner: str | None
    roles: Mapping[str, str | tuple[str, ...] | None]
    stakeholders: tuple[str, ...]
    reasons: Mapping[str, Reason]

    @property
    def remarks(self) -> dict[str, str]:
        """The comments above the keys of the record."""
        return {key: reason.remark for key, reason in self.reasons.items()}


def suggest(notice: Notice, catalog: Catalog) -> Suggested:
    """What the catalog suggests."""
    names = Names(catalog)
    matches = names.matches(notice)
    assets = tuple(match.asset for match in matches)
    responders = _responders(notice, catalog)
    owner, about_owner = _owner(notice, assets, responders, catalog)
    roles, about_roles = _roles(notice, assets, responders, catalog)
    stakeholders, about_stakeholders = _stakeholders(assets, owner, catalog)
    reasons = {
        "assets": _about_assets(notice, names, matches),
        "owner": about_owner,
        "roles": about_roles,
        "stakeholders": about_stakeholders,
    }
    return Suggested(
        tuple(asset.id for asset in assets),
        owner,
        roles,
        stakeholders,
        {key: reason for key, reason in reasons.items() if reason.told},
    )


# --- assets -------------------------------------------------------------------------------------


def _about_assets(notice: Notice, names: Names, matches: tuple[Match, ...]) -> Reason:
    why = "; ".join(f"{match.asset.id}, since {match.because}" for match in matches)
    ask = "Say what was wrong with each, and delete this line."
    gap = _in_doubt(names, notice)
    if not matches and not gap:
        gap = _unmatched(notice, names.catalog)
    return Reason(printable(why), ask, gap)


def _in_doubt(names: Names, notice: Notice) -> str:
    """The names that may mean several assets."""
    doubts = [
        f"the {_spelled(name)} may be {' or '.join(asset.id for asset in assets[:4])}"
        for name, assets in names.in_doubt(notice)
    ]
    return f"Not known: {'; '.join(doubts[:_MOST_NAMED])}." if doubts else ""


def _spelled(name: Name) -> str:
    return f"{printable(name.kind)} `{shortened(printable(name.text), 80)}`"


def _unmatched(notice: Notice, catalog: Catalog) -> str:
    if not notice.names:
        return "Not known: the event names nothing that could be an asset."
    named = [_spelled(name) for name in notice.names]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    told = ", ".join(named[:_MOST_NAMED]) + more
    where = "No asset of the catalog has such an id, name or `known_as`"
    empty = "The catalog has no assets yet"
    return f"Not known: the event names {told}. {where if catalog.assets else empty}."


# --- owner --------------------------------------------------------------------------------------


def _owner(
    notice: Notice, assets: tuple[Asset, ...], responders: tuple[Owner, ...], catalog: Catalog
) -> tuple[str | None, Reason]:
    """Who may be accountable: who answers for the asset, else a team that the event names.

    At last whoever took part: they know most of it.
    """
    for asset in assets:
        if _is_active(asset.owner, catalog):
            return asset.owner, Reason(f"answers for {asset.name}")
    for team in _teams(notice, catalog):
        return team.id, Reason(f"the event names {team.name}")
    for owner in responders:
        return owner.id, Reason("took part in the response")
    gap = "Not known: no asset with an owner was found, and nobody in the catalog took part."
    return None, Reason(gap=gap)


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
) -> tuple[Mapping[str, str | tuple[str, ...] | None], Reason]:
    """Roles by what the event says, and stewards by the assets."""
    roles: dict[str, str | tuple[str, ...] | None] = dict.fromkeys(("facilitator", "scribe"))
    told = []
    for role in SINGLE_ROLES:
        for owner in _found((p for p in notice.people if p.capacity == role), catalog)[:1]:
            roles[role] = owner.id
            told.append(f"as {role.replace('_', ' ')} whom the event names")
    if responders:
        told.append("as engineers who was on call or took part")
    stewards = dict.fromkeys(a.steward for a in assets if _is_active(a.steward, catalog))
    if stewards:
        told.append("as stewards those of the assets")
    roles["engineers"] = tuple(owner.id for owner in responders)
    roles["stewards"] = tuple(name for name in stewards if name)
    ask = "Confirm or change them, and delete this line."
    return roles, Reason("; ".join(told), ask, _unknown(notice, catalog))


def _unknown(notice: Notice, catalog: Catalog) -> str:
    """How many people of the event the catalog does not know; their names are not ours to keep."""
    strangers: list[set[str]] = []
    for person in notice.people:
        names = {name.strip().casefold() for name in person.names}
        told_before = any(names & others for others in strangers)
        if person.capacity != "team" and not told_before and owner_of(catalog, person) is None:
            strangers.append(names)
    if not strangers:
        return ""
    who = "person" if len(strangers) == 1 else "people"
    return f"Not known: the catalog does not have {len(strangers)} {who} whom the event names."


# --- who must hear of it ------------------------------------------------------------------------


def _stakeholders(
    assets: tuple[Asset, ...], owner: str | None, catalog: Catalog
) -> tuple[tuple[str, ...], Reason]:
    """The owners of what people look at downstream of the assets."""
    failed = {asset.id for asset in assets}
    found = {one.id: one for asset in assets for one in catalog.exposures(asset.id)}
    exposed = [one for name, one in found.items() if name not in failed]
    owners = dict.fromkeys(o.owner for o in exposed if _is_active(o.owner, catalog))
    names = tuple(name for name in owners if name and name != owner)
    if not names:
        return (), Reason()
    listed = [f"{one.name} ({one.kind})" for one in exposed]
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    looked_at = words.listed(listed) if not more else ", ".join(listed[:_MOST_NAMED]) + more
    why = f"by lineage, {looked_at} {'is' if len(listed) == 1 else 'are'} downstream"
    return names, Reason(why, "Keep who was affected, and delete this line.")
