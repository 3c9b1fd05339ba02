"""The frozen model of one postmortem, and everything that is derived from it.

It is built only from values that passed the schema (``schema.py``), so it carries no checks of its
own. What a status demands may still be absent, which is why nearly every field is optional: a draft
and an imported record are postmortems too.

Words from the schema's enumerations are plain text here; the schema is their only home.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import total_ordering
from itertools import pairwise
from typing import Any

import cattrs
from cattrs.gen import make_dict_structure_fn, override

DRAFT, IN_REVIEW, PUBLISHED, CLOSED, WITHDRAWN = (
    "draft",
    "in-review",
    "published",
    "closed",
    "withdrawn",
)
"""The statuses by name, for the code that speaks of one; a test holds them to the schema."""

LIFE = (DRAFT, IN_REVIEW, PUBLISHED, CLOSED)
"""The way of a record through its life; a withdrawn one has left it."""

UNPUBLISHED = (DRAFT, IN_REVIEW)
"""Where it is still being written and agreed."""

SAMPLE_TAG = "sample"
"""The tag of the records that come with Debrief to show how one looks."""

SAMPLE_ORGANISATION = "Pellwick"
"""The invented company that they are about."""

_WEIGHT = {"low": 1, "medium": 2, "high": 3}


@total_ordering
@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC, or a whole day where the time of day is not known.

    ``text`` is what the author wrote, with the author's own zone.
    """

    start: datetime
    end: datetime
    whole_day: bool
    text: str

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Parse an ISO 8601 instant with a zone, or a date."""
        if "T" not in text:
            start = datetime.combine(date.fromisoformat(text), time(), UTC)
            return cls(start, start + timedelta(days=1, microseconds=-1), True, text)
        instant = datetime.fromisoformat(text).astimezone(UTC)
        return cls(instant, instant, False, text)

    def __lt__(self, other: Moment) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def surely_before(self, other: Moment) -> bool:
        """Whether it lies before the other however the unknown times of day turn out."""
        return self.end < other.start

    @property
    def day(self) -> date:
        """The day, in UTC."""
        return self.start.date()

    @property
    def local_day(self) -> date:
        """The day in the zone that the author wrote."""
        return date.fromisoformat(self.text[:10])

    def until(self, later: Moment) -> timedelta:
        """Time from this moment to a later one; in whole days where one of them is a day."""
        if self.whole_day or later.whole_day:
            return timedelta(days=(later.day - self.day).days)
        return later.start - self.start


@dataclass(frozen=True, slots=True)
class Incident:
    """The outage in clock time."""

    reference: str | None = None
    event: str | None = None
    type: str | None = None
    trigger: str | None = None
    detected_by: str | None = None
    started_at: Moment | None = None
    detected_at: Moment | None = None
    acknowledged_at: Moment | None = None
    mitigated_at: Moment | None = None
    resolved_at: Moment | None = None
    precision: str = "minute"
    approximate: bool = False

    @property
    def clock(self) -> dict[str, Moment]:
        """The known clock points by key, in the order in which they ought to happen."""
        return {key: moment for key in CLOCK_POINTS if (moment := getattr(self, key)) is not None}


CLOCK_POINTS = ("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at")


@dataclass(frozen=True, slots=True)
class AffectedAsset:
    """One data asset that was wrong, in data time."""

    asset: str
    effect: str | None = None
    data_from: date | None = None
    data_to: date | None = None
    repair: str | None = None
    restored_at: Moment | None = None
    approximate: bool = False
    note: str | None = None
    evidence: tuple[str, ...] = ()

    @property
    def days_wrong(self) -> int | None:
        """How many dates of its data were wrong; None where the range is not given."""
        if self.data_from is None or self.data_to is None:
            return None
        return max((self.data_to - self.data_from).days + 1, 0)

    @property
    def is_pending(self) -> bool:
        """Whether its data is known to be wrong, and waits for repair."""
        return self.repair == "pending"

    @property
    def settled(self) -> bool:
        """Whether nothing is left to repair: restored, never wrong, or declared lost."""
        if self.repair in ("none-needed", "lost"):
            return True
        return self.repair not in (None, "pending") and self.restored_at is not None


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier figure of a measure."""

    value: float
    revised_on: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured effect, against the service level that it broke."""

    measure: str
    value: float
    unit: str
    objective: float | None = None
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that people took on the bad data."""

    decision: str
    consumer: str | None = None
    outcome: str | None = None
    corrected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What it did to the business."""

    business: str | None = None
    measures: tuple[Measure, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """Who does what for the postmortem."""

    facilitator: str | None = None
    scribe: str | None = None
    incident_commander: str | None = None
    communications: str | None = None
    sponsor: str | None = None
    engineers: tuple[str, ...] = ()
    stewards: tuple[str, ...] = ()


SINGLE_ROLES = ("facilitator", "scribe", "incident_commander", "communications", "sponsor")
"""The roles that one owner holds; engineers and stewards are several."""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of the timeline."""

    at: Moment
    event: str
    until: Moment | None = None
    precision: str = "minute"
    approximate: bool = False
    kind: str | None = None
    by: str | None = None
    rationale: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What statements rest on: a link, or a file beside the record."""

    id: str
    kind: str
    title: str
    url: str | None = None
    path: str | None = None
    captured_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause or a contributing factor."""

    id: str
    role: str
    statement: str
    condition: str | None = None
    category: str | None = None
    likelihood: str | None = None
    effect: str | None = None
    evidence: tuple[str, ...] = ()

    @property
    def risk(self) -> int | None:
        """Likelihood times effect, 1 to 9; None where one of them is not given."""
        if self.likelihood is None or self.effect is None:
            return None
        return _WEIGHT[self.likelihood] * _WEIGHT[self.effect]


@dataclass(frozen=True, slots=True)
class Verification:
    """Who looked whether an action works, how and when."""

    method: str | None = None
    verified_on: date | None = None
    verified_by: str | None = None
    result: str | None = None
    evidence: tuple[str, ...] = ()


HELD, PARTLY, FAILED = "held", "partly", "failed"
"""What came of a rehearsal; a test holds these to the schema."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One time that somebody tried whether a finished action still works."""

    method: str
    held_on: date
    held_by: str
    result: str
    note: str | None = None
    follow_up: str | None = None
    evidence: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it showed that the promise does not hold."""
        return self.result == FAILED


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a promise, with its reason."""

    changed_on: date
    field: str
    reason: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One promise: what will change, who does it and by when."""

    id: str
    title: str
    type: str
    category: str | None = None
    addresses: tuple[str, ...] = ()
    owner: str | None = None
    due: date | None = None
    status: str = "open"
    impact: str | None = None
    feasibility: str | None = None
    success_criteria: str | None = None
    test_plan: str | None = None
    rollback: str | None = None
    tracker: str | None = None
    done_on: date | None = None
    evidence: tuple[str, ...] = ()
    reason: str | None = None
    verification: Verification = Verification()
    rehearsals: tuple[Rehearsal, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status in ("open", "in-progress", "blocked")

    @property
    def unrecorded(self) -> bool:
        """Whether nothing is known of who, when and how far, as in documents that were imported."""
        return self.status == "open" and self.owner is None and self.due is None

    @property
    def is_done(self) -> bool:
        """Whether the work is done, verified or not."""
        return self.status in ("done", "verified")

    def days_overdue(self, today: date) -> int:
        """Days past the due date on that day; 0 where it is not overdue."""
        if not self.is_open or self.due is None:
            return 0
        return max((today - self.due).days, 0)

    @property
    def days_late(self) -> int:
        """Days from the due date to the day it was done; 0 where it was done in time."""
        if self.done_on is None or self.due is None:
            return 0
        return max((self.done_on - self.due).days, 0)

    @property
    def quadrant(self) -> str:
        """Priority: high impact that is easy is a quick win, high impact otherwise a project."""
        if self.impact is None or self.feasibility is None:
            return "not rated"
        if self.impact == "high":
            return "quick win" if self.feasibility == "high" else "larger project"
        return "fill-in" if self.feasibility == "high" else "reconsider"

    @property
    def postponements(self) -> int:
        """How often its due date moved."""
        return sum(change.field == "due" for change in self.changes)


@dataclass(frozen=True, slots=True)
class Stewardship:
    """The stewards' three answers."""

    data_quality: str | None = None
    lineage: str | None = None
    access: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The meeting in which the analysis was agreed."""

    held_on: date
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """Somebody stands behind the record in a role."""

    role: str
    signed_by: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a record was withdrawn."""

    reason: str
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """Where an older document came from."""

    source: str
    commit: str | None = None
    imported_on: date | None = None
    language: str | None = None
    times: str | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the outage between two clock points."""

    name: str
    start: Moment
    end: Moment

    @property
    def duration(self) -> timedelta:
        """How long it lasted."""
        return self.start.until(self.end)


@dataclass(frozen=True, slots=True)
class Postmortem:
    """One postmortem; ``id`` is the stem of its file and ``path`` the file in its repository.

    The id of one that another archive holds ends in ``~`` and the name of that ``source``.
    """

    id: str
    path: str
    title: str
    status: str
    summary: str | None = None
    severity: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    visibility: str = "internal"
    incident: Incident = Incident()
    assets: tuple[AffectedAsset, ...] = ()
    stakeholders: tuple[str, ...] = ()
    impact: Impact = Impact()
    roles: Roles = Roles()
    timeline: tuple[TimelineEvent, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    causes: tuple[Cause, ...] = ()
    actions: tuple[Action, ...] = ()
    ideas: tuple[str, ...] = ()
    stewardship: Stewardship = Stewardship()
    review: Review | None = None
    sign_offs: tuple[SignOff, ...] = ()
    published_on: date | None = None
    closed_on: date | None = None
    recurrence_of: str | None = None
    related: tuple[str, ...] = ()
    withdrawn: Withdrawal | None = None
    imported: Import | None = None
    changes: tuple[Change, ...] = ()
    source: str = ""

    @property
    def own_id(self) -> str:
        """Its id in its own repository."""
        return self.id.partition("~")[0]

    @property
    def order(self) -> tuple[str, str]:
        """Where it stands among all: the same, whether one archive holds them or several."""
        return self.own_id, self.source

    @property
    def day(self) -> date:
        """The day in its id: the day the incident started."""
        return date.fromisoformat(self.id[:10])

    @property
    def year(self) -> int:
        """The year of its id."""
        return int(self.id[:4])

    @property
    def quarter(self) -> str:
        """The calendar quarter of its id, such as ``2026-Q1``."""
        return f"{self.year}-Q{(self.day.month + 2) // 3}"

    @property
    def restricted(self) -> bool:
        """Whether the site may show only its title, status, owner and actions."""
        return self.visibility == "restricted"

    def reached(self, status: str) -> bool:
        """Whether its life has come to this status; a withdrawn record has reached none."""
        return self.status in LIFE and LIFE.index(self.status) >= LIFE.index(status)

    @property
    def root_causes(self) -> tuple[Cause, ...]:
        """The causes without which it would not have happened."""
        return tuple(cause for cause in self.causes if cause.role == "root")

    @property
    def contributing_factors(self) -> tuple[Cause, ...]:
        """The causes that made it likelier, longer or worse."""
        return tuple(cause for cause in self.causes if cause.role == "contributing")

    def actions_for(self, cause: Cause) -> tuple[Action, ...]:
        """The actions that address a cause."""
        return tuple(action for action in self.actions if cause.id in action.addresses)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The actions that somebody still has to do, the earliest due date first."""
        still = (action for action in self.actions if action.is_open)
        return tuple(sorted(still, key=lambda action: (action.due or date.max, action.id)))

    def overdue_actions(self, today: date) -> tuple[Action, ...]:
        """The open actions whose due date has passed on that day."""
        return tuple(action for action in self.open_actions if action.days_overdue(today))

    def _between(self, first: str, last: str) -> timedelta | None:
        start, end = getattr(self.incident, first), getattr(self.incident, last)
        return start.until(end) if start is not None and end is not None else None

    @property
    def time_to_detect(self) -> timedelta | None:
        """From the start of the outage until anybody knew."""
        return self._between("started_at", "detected_at")

    @property
    def time_to_acknowledge(self) -> timedelta | None:
        """From detection until somebody worked on it."""
        return self._between("detected_at", "acknowledged_at")

    @property
    def time_to_mitigate(self) -> timedelta | None:
        """From the start until the harm stopped growing."""
        return self._between("started_at", "mitigated_at")

    @property
    def duration(self) -> timedelta | None:
        """From the start until the service was whole again (time to resolve)."""
        return self._between("started_at", "resolved_at")

    @property
    def restored_at(self) -> Moment | None:
        """When the last asset's data was in place again; None while any is still unrepaired."""
        if not self.assets or not all(asset.settled for asset in self.assets):
            return None
        return max((a.restored_at for a in self.assets if a.restored_at), default=None)

    @property
    def time_to_restore_data(self) -> timedelta | None:
        """From the start until the data of every asset was in place again."""
        start, end = self.incident.started_at, self.restored_at
        return start.until(end) if start is not None and end is not None else None

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The outage, cut at its known clock points."""
        clock = self.incident.clock
        points = [(key, clock[key]) for key in _PHASE_ENDS if key in clock]
        if (restored := self.restored_at) is not None:
            points.append(("restored_at", restored))
        phases = []
        for (_, start), (key, end) in pairwise(points):
            if not end < start:
                phases.append(Phase(_PHASE_ENDS[key], start, end))
        return tuple(phases)

    @property
    def is_unpublished(self) -> bool:
        """Whether it is still being written and agreed."""
        return self.status in UNPUBLISHED

    @property
    def unrepaired(self) -> tuple[AffectedAsset, ...]:
        """The affected assets whose data still has to be repaired or declared lost."""
        return tuple(asset for asset in self.assets if asset.is_pending)

    @property
    def people(self) -> Iterator[tuple[str, str]]:
        """Every owner that it names, with the capacity: ``("n-okafor", "facilitator")``."""
        if self.owner:
            yield self.owner, "owner"
        for role in SINGLE_ROLES:
            if (holder := getattr(self.roles, role)) is not None:
                yield holder, role.replace("_", " ")
        for engineer in self.roles.engineers:
            yield engineer, "engineer"
        for steward in self.roles.stewards:
            yield steward, "steward"


_PHASE_ENDS = {
    "started_at": "",
    "detected_at": "until detected",
    "mitigated_at": "until mitigated",
    "resolved_at": "until resolved",
    "restored_at": "until data restored",
}


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_structure_hook(Moment, lambda text, _: Moment.parse(text))
    converter.register_structure_hook(
        Change,
        make_dict_structure_fn(
            Change, converter, old=override(rename="from"), new=override(rename="to")
        ),
    )
    return converter


_CONVERTER = _converter()


def build(record_id: str, path: str, values: dict[str, Any]) -> Postmortem:
    """Build the model from values that passed the schema."""
    return _CONVERTER.structure({**values, "id": record_id, "path": path, "source": ""}, Postmortem)
