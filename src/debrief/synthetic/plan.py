"""Which outages there are, before any of them is told: when, of what, how bad, and how far."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta

from debrief.record import CLOSED, DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN
from debrief.synthetic.company import Company
from debrief.synthetic.dice import Dice, Pool
from debrief.synthetic.speech import Speech

TODAY = date(2026, 11, 22)
"""The day as of which an archive is written: no record tells of anything after it."""

_YEARS, _MORE_YEARS, _FOR_ALL_YEARS = 3, 7, 10_000
"""An archive reaches back three years, and up to seven more by its number of records."""

_SEVERITIES = {"sev1": 5, "sev2": 21, "sev3": 46, "sev4": 28}
_DETECTED_BY = {"monitor": 46, "engineer": 22, "consumer": 26, "vendor": 6}

_TYPES = {
    "freshness": 29,
    "values": 20,
    "volume": 13,
    "schema": 12,
    "availability": 11,
    "duplication": 8,
    "access": 3,
    "other": 4,
}
"""The types of outage with their shares in a hundred."""

_CATEGORIES = {
    "code-defect": 15,
    "data-format-change": 13,
    "configuration": 12,
    "dependency-chain": 11,
    "monitoring-gap": 8,
    "data-quality-rule": 7,
    "schedule": 6,
    "capacity": 6,
    "test-gap": 5,
    "manual-operation": 4,
    "vendor": 4,
    "ownership-gap": 2,
    "access-control": 2,
    "rollback-gap": 1,
    "runbook-gap": 1,
    "missed-escalation": 1,
    "alert-fatigue": 1,
    "other": 1,
}
"""The categories of root cause with their shares in a hundred."""

_EFFECTS = {
    "freshness": {"late": 6, "stale": 4},
    "values": {"wrong": 9, "stale": 1},
    "volume": {"missing": 8, "duplicated": 2},
    "schema": {"missing": 5, "wrong": 3, "unavailable": 2},
    "availability": {"unavailable": 8, "late": 2},
    "duplication": {"duplicated": 1},
    "access": {"exposed": 6, "unavailable": 4},
    "other": {"wrong": 1, "late": 1},
}
"""What each type of outage does to data."""

_SYMPTOMS = {
    "late": ("came {hours} hours late", "missed the cut-off", "arrived after noon"),
    "stale": ("stood still for {days} days", "showed the day before", "stopped being refreshed"),
    "missing": ("lost {share}% of the rows", "lacked one region", "ended {hours} hours early"),
    "duplicated": ("counted twice", "doubled for {days} days", "held {share}% of the rows twice"),
    "wrong": ("differed by {share}%", "showed the wrong unit", "mixed up two regions"),
    "exposed": ("stood open to everybody", "reached a vendor unmasked", "showed private columns"),
    "unavailable": ("refused to open", "answered nobody for {hours} hours", "went away at noon"),
}
"""How each effect looks to those who read the data."""

_SETTINGS_OFF = (
    "after {a_noun} of {System}",
    "after {System} {verb} the {noun}",
    "when the {noun} was {verb}",
    "behind {an_adjective} {noun}",
    "while {System} {verb} {nouns}",
    "since {an_adjective} {noun} {place}",
)

_STATUS_BY_AGE = (
    (9, {DRAFT: 6, IN_REVIEW: 4}),
    (28, {DRAFT: 1, IN_REVIEW: 6, PUBLISHED: 3}),
    (120, {IN_REVIEW: 1, PUBLISHED: 8, CLOSED: 1}),
    (365, {IN_REVIEW: 1, PUBLISHED: 40, CLOSED: 59}),
    (10_000, {DRAFT: 0.2, IN_REVIEW: 0.4, PUBLISHED: 12, CLOSED: 87}),
)
"""Days since the outage, up to so many → the statuses, with their shares."""


@dataclass(frozen=True)
class Outage:
    """Everything about one record that others may depend on."""

    id: str
    title: str
    day: date
    status: str
    severity: str
    type: str
    effect: str
    category: str
    detected_by: str
    owner: str
    assets: tuple[str, ...]
    trigger: str
    recurrence_of: str | None = None
    related: tuple[str, ...] = ()
    duplicate_of: str | None = None
    restricted: bool = False
    imported: bool = False
    precision: str = "minute"
    approximate: bool = False

    @property
    def age(self) -> int:
        """Days from the outage to the day as of which the archive is written."""
        return (TODAY - self.day).days


def outages(dice: Dice, speech: Speech, company: Company, records: int) -> list[Outage]:
    """So many outages, the oldest first."""
    span = 365 * (_YEARS + _MORE_YEARS * min(records, _FOR_ALL_YEARS) // _FOR_ALL_YEARS)
    # The smaller of two: archives grow, and the last year has the most records.
    ages = (int(span * min(dice.random(), dice.random())) for _ in range(records))
    planner = _Planner(dice, speech, company)
    return [planner.outage(TODAY - timedelta(days=1 + age)) for age in sorted(ages, reverse=True)]


class _Planner:
    """Plans one outage after the other, each with those before it in mind."""

    def __init__(self, dice: Dice, speech: Speech, company: Company) -> None:
        self._dice = dice
        self._speech = speech
        self._company = company
        assets = list(company.assets)
        self._asset = Pool(dice, dice.some(assets, len(assets)), flat=60)
        self._taken: set[str] = set()
        self._recent: deque[Outage] = deque(maxlen=60)
        self._alike: dict[tuple[str, str], list[Outage]] = {}
        self._of_asset: dict[str, list[str]] = {}

    def outage(self, day: date) -> Outage:
        """The next outage."""
        dice = self._dice
        age = (TODAY - day).days
        status = dice.weighted(next(found for most, found in _STATUS_BY_AGE if age <= most))
        status = WITHDRAWN if age > 5 and dice.chance(0.025) else status
        imported = age > 365 and status in (PUBLISHED, CLOSED) and dice.chance(0.07)
        asset, category = self._asset.draw(), dice.weighted(_CATEGORIES)
        if self._recent and dice.chance(0.07):
            again = dice.pick(self._recent)
            asset, category = again.assets[0], again.category
        kind = dice.weighted(_TYPES)
        effect = dice.weighted(_EFFECTS[kind])
        title, trigger = self._title(asset, effect)
        assets = self._assets(asset)
        recurrence_of, related = self._relations(assets, category, day)
        made = Outage(
            id=self._id(day, title),
            title=f"{title} {trigger}",
            day=day,
            status=status,
            severity=dice.weighted(_SEVERITIES),
            type=kind,
            effect=effect,
            category=category,
            detected_by=dice.weighted(_DETECTED_BY),
            owner=self._owner(asset, status),
            assets=assets,
            trigger=trigger,
            recurrence_of=recurrence_of if status != WITHDRAWN else None,
            related=related,
            duplicate_of=self._recent[-1].id if self._recent and dice.chance(0.5) else None,
            restricted=dice.chance(0.25 if kind == "access" else 0.01),
            imported=imported,
            precision="day" if dice.chance(0.5 if imported else 0.015) else "minute",
            approximate=dice.chance(0.4 if imported else 0.04),
        )
        self._remember(made)
        return made

    def _remember(self, made: Outage) -> None:
        self._of_asset.setdefault(made.assets[0], []).append(made.id)
        if made.status not in (DRAFT, WITHDRAWN):
            self._recent.append(made)
            for asset in made.assets:
                self._alike.setdefault((asset, made.category), []).append(made)

    def _title(self, asset: str, effect: str) -> tuple[str, str]:
        """What happened, and what set it off."""
        dice, speech = self._dice, self._speech
        symptom = speech.fill(
            dice.pick(_SYMPTOMS[effect]),
            hours=str(dice.between(2, 20)),
            days=str(dice.between(2, 9)),
            share=str(dice.between(2, 70)),
        )
        return f"{self._company.assets[asset]['name']} {symptom}", speech.one(_SETTINGS_OFF)

    def _id(self, day: date, title: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        found, count = f"{day}-{slug}", 1
        while found in self._taken:
            count += 1
            found = f"{day}-{slug}-{count}"
        self._taken.add(found)
        return found

    def _owner(self, asset: str, status: str) -> str:
        company, dice = self._company, self._dice
        if company.left and status == CLOSED and dice.chance(0.03):
            return dice.pick(company.left)
        team = company.assets[asset].get("owner")
        return team if team is not None and dice.chance(0.7) else dice.pick(company.active)

    def _assets(self, first: str) -> tuple[str, ...]:
        """The asset itself and some of those next to it, down the lineage."""
        more = self._dice.weighted({0: 48, 1: 27, 2: 14, 3: 7, 4: 3, 7: 1})
        return (first, *self._company.nearest_below(first)[:more])

    def _relations(
        self, assets: tuple[str, ...], category: str, day: date
    ) -> tuple[str | None, tuple[str, ...]]:
        """The earlier outage that this one repeats, and others that belong to it."""
        dice = self._dice
        alike = self._resembling(assets, category, day)
        same = [outage for outage in alike if outage.assets[0] == assets[0]]
        repeated = same[-1].id if same and dice.chance(0.8) else None
        related = [outage.id for outage in alike[-3:]] if dice.chance(0.4) else []
        if dice.chance(0.15):
            among = self._of_asset.get(assets[0]) or [outage.id for outage in self._recent]
            related += dice.some(among[-12:], dice.between(1, 3))
        return repeated, tuple(sorted({*related} - {repeated}))

    def _resembling(self, assets: tuple[str, ...], category: str, day: date) -> list[Outage]:
        """Outages of the year before with the same cause, on the same data or upstream of it."""
        upstream = self._company.above(assets)
        found = {
            outage.id: outage
            for asset in (*assets, *upstream)
            for outage in self._alike.get((asset, category), ())[-6:]
            if (day - outage.day).days < 365
        }
        return [found[key] for key in sorted(found)]
