"""To whom something is said, and why to them; always somebody who is still there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from debrief.catalog import Catalog
from debrief.record import Action, Postmortem


@dataclass(frozen=True, slots=True)
class Recipient:
    """An owner's id, and why it is theirs to hear, as a sentence goes on after the name."""

    owner: str
    because: str


@dataclass(frozen=True, slots=True)
class People:
    """Finds in the catalog who hears of something."""

    catalog: Catalog

    def is_here(self, owner: str | None) -> bool:
        """Whether an owner is in the catalog and active."""
        return owner is not None and owner in self.catalog.owners and self._active(owner)

    def has_left(self, owner: str | None) -> bool:
        """Whether an owner is in the catalog, and no longer active."""
        return owner is not None and owner in self.catalog.owners and not self._active(owner)

    def _active(self, owner: str) -> bool:
        return self.catalog.owners[owner].active

    def hears(self, owner: str | None, because: str, record: Postmortem) -> tuple[Recipient, ...]:
        """An owner; or in place of one who is not there, whoever is. Empty where nobody is."""
        if owner is not None and self.is_here(owner):
            return (Recipient(owner, because),)
        return self.in_place_of(owner, record)

    def in_place_of(self, owner: str | None, record: Postmortem) -> tuple[Recipient, ...]:
        """Their manager; else the teams that hold them; else the record's owner; else maintainers.

        The first of these who is active, or all the active ones of the first group that has any.
        """
        for found in (
            self._managers(owner),
            self._teams(owner),
            self._one(record.owner, "owns the postmortem", owner),
            self._maintainers(),
        ):
            if found:
                return found
        return ()

    def above(self, record: Postmortem, action: Action) -> tuple[Recipient, ...]:
        """Who is told of an action that is long overdue, and not told of it anyway.

        The record's owner and the manager of the action's; without either, the teams.
        """
        told = {each.owner for each in self.hears(action.owner, "", record)}
        nearest = (
            *self._one(record.owner, "owns the postmortem", None),
            *self._managers(action.owner),
        )
        for found in (nearest, self._teams(action.owner)):
            if above := unique(each for each in found if each.owner not in told):
                return above
        return ()

    def _one(self, owner: str | None, because: str, but: str | None) -> tuple[Recipient, ...]:
        if owner is None or owner == but or not self.is_here(owner):
            return ()
        return (Recipient(owner, because),)

    def _managers(self, owner: str | None) -> tuple[Recipient, ...]:
        """The nearest manager above an owner who is active."""
        seen = {owner}
        while (known := self.catalog.owners.get(owner or "")) and known.manager not in seen:
            owner = known.manager
            seen.add(owner)
            if owner is not None and self.is_here(owner):
                return (Recipient(owner, f"manages {known.name}"),)
        return ()

    def _teams(self, owner: str | None) -> tuple[Recipient, ...]:
        if owner is None:
            return ()
        name = self.catalog.owner_name(owner)
        holding = [team for team in self.catalog.teams_of(owner) if team.active]
        # A role is held in turn: whoever has it now may never have met them.
        teams = [team for team in holding if team.kind == "team"] or holding
        return tuple(Recipient(team.id, f"has {name} as a member") for team in teams)

    def _maintainers(self) -> tuple[Recipient, ...]:
        because = "looks after this repository"
        names = self.catalog.policy.maintainers
        return tuple(Recipient(name, because) for name in names if self.is_here(name))

    def with_members(self, owners: Iterable[str]) -> frozenset[str]:
        """Owners, and the members of those that are teams."""
        return frozenset(name for owner in owners for name in self._and_members(owner))

    def _and_members(self, owner: str) -> Iterator[str]:
        yield owner
        known = self.catalog.owners.get(owner)
        if known is not None and known.kind == "team":
            yield from known.members


def unique(found: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Each owner once, with the first reason."""
    by_owner: dict[str, Recipient] = {}
    for each in found:
        by_owner.setdefault(each.owner, each)
    return tuple(by_owner.values())
