"""First hypotheses for a new outage: what was found when something like it happened before.

They are questions to begin with, not findings. Each says why it is asked, so that nobody has to
believe it, and stands below one that has more in common with the outage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from debrief import resemblance
from debrief.archive import Archive
from debrief.likeness import Case
from debrief.record import Action, Cause, Postmortem
from debrief.similar import Similar

MOST = 5
"""Nobody follows up more at the beginning."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An earlier outage, and what it suggests for this one.

    ``causes`` are its root causes, or its contributing factors where it names none. ``why`` and
    ``apart`` say what it has in common and how long ago it was; ``kept`` what came of what was
    promised then, the alarming part of it marked.
    """

    record: Postmortem
    why: str
    apart: str
    causes: tuple[Cause, ...]
    kept: tuple[resemblance.Part, ...]
    overdue: tuple[tuple[Action, int], ...] = ()
    """Its preventive actions that are late, with the days, the latest first."""

    @property
    def promises(self) -> str:
        """What came of its preventive actions, in a phrase: ``1 of 2 verified, 1 overdue …``."""
        return ", ".join(part.text for part in self.kept)


def hypotheses(
    archive: Archive, case: Case, today: date, most: int = MOST, similar: Similar | None = None
) -> Sequence[Hypothesis]:
    """What past outages suggest, the most promising first; ``today`` decides what is overdue."""
    found = (similar or Similar(archive)).to(case, most)
    return tuple(
        Hypothesis(
            record=one.record,
            why=resemblance.why(one.reasons, archive.catalog),
            apart=resemblance.apart(one.days_before or 0),
            causes=one.record.root_causes or one.record.contributing_factors,
            kept=tuple(resemblance.kept(resemblance.preventive(one.record), today)),
            overdue=_overdue(one.record, today),
        )
        for one in found
    )


def _overdue(record: Postmortem, today: date) -> tuple[tuple[Action, int], ...]:
    late = ((one, one.days_overdue(today)) for one in resemblance.preventive(record))
    return tuple(
        sorted((pair for pair in late if pair[1]), key=lambda pair: (-pair[1], pair[0].id))
    )
