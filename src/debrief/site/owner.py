"""The index by owner: who has what to do, and a page each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby

from debrief import words
from debrief.catalog import Asset, Owner
from debrief.metrics import Promise
from debrief.record import Postmortem
from debrief.site import address, moves, subscriptions
from debrief.site.edition import Edition, Moved
from debrief.site.page import Facets, Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill
from debrief.trail import OWNER

TITLE = "By owner"
_KINDS = ("person", "team", "role")
_PLURALS = {"team": "Teams", "person": "People", "role": "Roles"}


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for every owner in the catalog."""
    yield Plan(address.OWNERS, TITLE, partial(overview_page, edition))
    for owner in edition.archive.catalog.owners.values():
        yield Plan(address.owner(owner.id), owner.name, partial(owner_page, edition, owner))


def overview_page(edition: Edition) -> Page:
    """Every owner with what is open and overdue."""
    here = address.OWNERS
    owners = edition.archive.catalog.owners.values()
    views = sorted((OwnerView(edition, owner) for owner in owners), key=OwnerView.by_urgency)
    groups = [(k, _PLURALS[k], [v for v in views if v.owner.kind == k]) for k in _KINDS]
    groups = [group for group in groups if group[2]]
    html = fill(edition, "owners.html", here, title=TITLE, groups=groups)
    headings = contents(TITLE, [(kind, plural) for kind, plural, _ in groups])
    text = "Open and overdue actions and postmortems of every person, team and role."
    return Page(here, TITLE, text, html, headings, (SearchEntry(TITLE, text),))


def owner_page(edition: Edition, owner: Owner) -> Page:
    """What is on one owner's plate, and what they have answered for."""
    here = address.owner(owner.id)
    view = OwnerView(edition, owner)
    feeds = subscriptions.of_owner(edition, owner)
    html = fill(edition, "owner.html", here, view=view, owner=owner, moves=moves, feeds=feeds)
    text = f"{words.term(owner.kind)}: open actions, postmortems and data assets."
    entry = SearchEntry(
        owner.name,
        f"{words.term(owner.kind)} · {owner.id}",
        facets=Facets("Owner"),
        names=(owner.id, owner.name),
    )
    headings = contents(owner.name, view.headings)
    return Page(here, owner.name, text, html, headings, (entry,), feeds=feeds)


@dataclass(frozen=True)
class OwnerView:
    """An owner with everything that the archive says of them."""

    edition: Edition
    owner: Owner

    @staticmethod
    def by_urgency(view: OwnerView) -> tuple[int, int, str]:
        """Order: the most overdue actions first, then the most open ones, then by name."""
        return (-len(view.overdue), -len(view.open), view.owner.name.casefold())

    @property
    def open_with_members(self) -> int:
        """How many actions are open with a team's members."""
        return sum(len(member.open) for member in self.members)

    @cached_property
    def actions(self) -> tuple[Promise, ...]:
        """Their actions, by due date."""
        return self.edition.actions_by_owner.get(self.owner.id, ())

    @cached_property
    def open(self) -> tuple[Promise, ...]:
        """What they still have to do; the overdue come first, as the due dates do."""
        return tuple(pair for pair in self.actions if pair[1].is_open)

    @cached_property
    def overdue(self) -> tuple[Promise, ...]:
        """What should have been done by now."""
        today = self.edition.today
        return tuple(pair for pair in self.open if pair[1].days_overdue(today))

    @property
    def settled(self) -> tuple[Promise, ...]:
        """What they have done or decided not to do, the latest first."""
        return tuple(reversed([pair for pair in self.actions if not pair[1].is_open]))

    # What moved

    @cached_property
    def handed_to(self) -> tuple[Moved, ...]:
        """The moves by which an action came to them from somebody else."""
        return tuple(
            m for m in self._moves if m.step.field == OWNER and m.step.new == self.owner.id
        )

    @cached_property
    def handed_on(self) -> tuple[Moved, ...]:
        """The moves by which an action of theirs went to somebody else."""
        return tuple(
            m for m in self._moves if m.step.field == OWNER and m.step.old == self.owner.id
        )

    @cached_property
    def postponed(self) -> tuple[Moved, ...]:
        """The postponements of actions while they were theirs."""
        mine = self.owner.id
        return tuple(m for m in self._moves if m.step.days > 0 and m.holder == mine)

    @property
    def moves(self) -> tuple[Moved, ...]:
        """All of these, the latest first."""
        return tuple(m for m in self._moves if m.step.field == OWNER or m.step.days > 0)

    @property
    def moved(self) -> str:
        """How often and by how much, in a sentence or two."""
        hands = [
            f"{_actions(found)} {verb}"
            for found, verb in ((self.handed_to, "handed to them"), (self.handed_on, "handed on"))
            if found
        ]
        sentences = [f"{words.sentence(words.listed(hands))}."] if hands else []
        if self.postponed:
            days = words.in_all(moved.step.days for moved in self.postponed)
            often = words.times(len(self.postponed))
            sentences.append(f"Postponed while theirs: {often}, by {days}.")
        return " ".join(sentences)

    @cached_property
    def _moves(self) -> tuple[Moved, ...]:
        return self.edition.moves_by_owner.get(self.owner.id, ())

    @cached_property
    def postmortems(self) -> tuple[Postmortem, ...]:
        """The records they are accountable for."""
        named = self.edition.archive.by_owner.get(self.owner.id, ())
        return tuple(record for record in named if record.owner == self.owner.id)

    @property
    def roles(self) -> tuple[tuple[Postmortem, str], ...]:
        """What else they did for which record: ``facilitator``, ``engineer and scribe``."""
        parts = self.edition.roles_by_owner.get(self.owner.id, ())
        together = groupby(parts, key=lambda part: part[0].id)
        grouped = (list(group) for _, group in together)
        return tuple((group[0][0], words.listed(role for _, role in group)) for group in grouped)

    @property
    def awaited(self) -> tuple[tuple[Postmortem, str], ...]:
        """The records that wait for their signature, and in which role."""
        parts = self.edition.awaited_by_owner.get(self.owner.id, ())
        return tuple((record, words.lower_term(role)) for record, role in parts)

    @property
    def sign_offs(self) -> tuple[tuple[Postmortem, str], ...]:
        """The records they stand behind, and in which role."""
        parts = self.edition.sign_offs_by_owner.get(self.owner.id, ())
        return tuple((record, words.lower_term(role)) for record, role in parts)

    @property
    def touched(self) -> tuple[Postmortem, ...]:
        """The records that name them as affected."""
        return self.edition.records_by_stakeholder.get(self.owner.id, ())

    @cached_property
    def assets(self) -> tuple[tuple[Asset, str], ...]:
        """The data assets they answer for, and as what."""
        found = [
            (asset, mine)
            for asset in self.edition.archive.catalog.kept_by(self.owner.id)
            if (mine := words.listed(self._capacities(asset)))
        ]
        return tuple(sorted(found, key=lambda pair: pair[0].name.casefold()))

    def _capacities(self, asset: Asset) -> Iterator[str]:
        if asset.owner == self.owner.id:
            yield "owner"
        if asset.steward == self.owner.id:
            yield "steward"
        parts = {
            "contract": asset.contract,
            "validation rules": asset.validation,
            "lineage map": asset.lineage_map,
        }
        for name, part in parts.items():
            if part is not None and part.owner == self.owner.id:
                yield f"maintains the {name}"

    @property
    def members(self) -> tuple[OwnerView, ...]:
        """The people in a team or a role."""
        owners = self.edition.archive.catalog.owners
        found = (owners[name] for name in self.owner.members if name in owners)
        return tuple(OwnerView(self.edition, member) for member in found)

    @property
    def teams(self) -> tuple[Owner, ...]:
        """The teams and roles they belong to."""
        return tuple(self.edition.archive.catalog.teams_of(self.owner.id))

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        sections = [
            ("open", "Open actions", True),
            ("awaited", "Waiting for a signature", bool(self.awaited)),
            ("settled", "Done and decided", bool(self.settled)),
            ("moved", "Handed on and postponed", bool(self.moves)),
            ("members", "Members", bool(self.members)),
            ("postmortems", "Postmortems", bool(self.postmortems)),
            ("roles", "Took part in", bool(self.roles)),
            ("sign-offs", "Sign-offs", bool(self.sign_offs)),
            ("affected", "Affected by", bool(self.touched)),
            ("assets", "Data assets", bool(self.assets)),
        ]
        return [(anchor, title) for anchor, title, applies in sections if applies]


def _actions(found: Iterable[Moved]) -> str:
    """``1 action was``, ``3 actions were``."""
    number = len({(moved.record.id, moved.action.id) for moved in found})
    return f"{words.counted(number, 'action')} {'was' if number == 1 else 'were'}"
