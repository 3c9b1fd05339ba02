"""What an outage has to do with others: which it repeats, what was promised, what is like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from debrief import precedents
from debrief.likeness import Case
from debrief.precedents import Part, preventive
from debrief.record import WITHDRAWN, Action, Postmortem
from debrief.similar import Resemblance
from debrief.site import address
from debrief.site.edition import Edition
from debrief.site.rendering import Links, prose
from debrief.site.standing import ORDER, Standing, standing, tally

MOST_SIMILAR = 5
"""How many outages are shown that nobody declared to be the same."""


@dataclass(frozen=True)
class Related:
    """The other records that belong to one; of a restricted one there is nothing but its title."""

    edition: Edition
    record: Postmortem
    link: Links

    @property
    def applies(self) -> bool:
        """Whether there is anything to say; a withdrawn record was no outage to compare."""
        declared = self.record.recurrence_of or self.recurrences or self.duplicates or self.named
        return self.compared or bool(declared)

    @property
    def compared(self) -> bool:
        """Whether outages like it are looked for."""
        return self.record.status != WITHDRAWN

    # What was declared

    @cached_property
    def line(self) -> tuple[Postmortem, ...]:
        """The outage that this one repeats, the one which that repeated, and so on."""
        found: dict[str, Postmortem] = {}
        name = self.record.recurrence_of
        while name and name not in found and name != self.record.id:
            if (earlier := self.edition.archive.by_id.get(name)) is None:
                break
            found[name] = earlier
            name = earlier.recurrence_of
        return tuple(found.values())

    @property
    def earlier(self) -> Postmortem | None:
        """The outage that this one repeats."""
        return self.line[0] if self.line else None

    @cached_property
    def recurrences(self) -> tuple[Postmortem, ...]:
        """Later outages that repeated this one; a withdrawn record was none."""
        return tuple(
            other
            for other in self._referring
            if other.recurrence_of == self.record.id and other.status != WITHDRAWN
        )

    @property
    def duplicates(self) -> tuple[Postmortem, ...]:
        """Records withdrawn as duplicates of this one."""
        mine = self.record.id
        return tuple(r for r in self._referring if r.withdrawn and r.withdrawn.duplicate_of == mine)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Ids of the records that this one names, or that name it, and that stand nowhere else."""
        naming = (other.id for other in self._referring)
        told = {one.id for one in self.duplicates} | {one.record.id for one in self.similar}
        return tuple(sorted({*self.record.related, *naming} - self._repeats - told))

    @property
    def _repeats(self) -> set[str | None]:
        return {self.record.recurrence_of, *(other.id for other in self.recurrences)}

    @property
    def _referring(self) -> tuple[Postmortem, ...]:
        return self.edition.archive.referring_to(self.record.id)

    # What is like it

    @cached_property
    def similar(self) -> tuple[Row, ...]:
        """The outages most like it, without those that are told of as recurrences."""
        if not self.compared:
            return ()
        told = self._repeats
        found = self.edition.similar.to(Case.of(self.record), MOST_SIMILAR + len(told))
        others = [one for one in found if one.record.id not in told]
        return tuple(map(self._row, others[:MOST_SIMILAR]))

    def _row(self, one: Resemblance) -> Row:
        why = precedents.why(one.reasons, self.edition.archive.catalog)
        kept = tuple(precedents.kept(preventive(one.record), self.edition.today))
        return Row(one.record, precedents.apart(one.days_before or 0), why, kept)

    # What was promised

    def promised(self, earlier: Postmortem, later: Postmortem) -> tuple[Standing, ...]:
        """How the preventive actions of one outage stood when another began."""
        trail = self.edition.trail(earlier)
        found = (standing(one, trail.of(one.id), later.day) for one in preventive(earlier))
        return tuple(sorted(found, key=lambda one: ORDER.index(one.verdict)))

    def tally(self, standings: Sequence[Standing]) -> str:
        """The same in a clause."""
        return tally(standings)

    def action(self, record: Postmortem, action: Action) -> Markup:
        """The title of an action, leading to its place in its record."""
        there = address.postmortem(record.id)
        if not self.edition.has(there):
            return prose(action.title)
        link = Markup('<a href="{}#action-{}">{}</a>')
        return link.format(self.link.to(there), action.id, prose(action.title))


@dataclass(frozen=True, slots=True)
class Row:
    """A similar outage: when (as seen from this one), why, and what came of what it promised."""

    record: Postmortem
    apart: str
    why: str
    kept: tuple[Part, ...]
