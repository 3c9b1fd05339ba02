"""The timeline of an outage → rounds of an exercise: what was seen, then what was done about it.

What is known *when* follows from two things. Nobody knew anything before the outage was detected:
what happened until then is found out later, or asked for. And of what came after, alerts, symptoms,
reports and findings are seen; what people did about it is asked of the participants first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from debrief.exercise.secrets import ANSWERS, TOLD, Keeper
from debrief.record import Moment, Postmortem, TimelineEvent

FEWEST = 3
"""A timeline of fewer events than this cannot be played."""

_RESOLVED = "after it was resolved"
_NOTICED = ("alert", "report")
_VISIBLE = (*_NOTICED, "symptom")


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and the time since it was noticed and since the outage began, where known."""

    event: TimelineEvent
    since_noticed: timedelta
    since_start: timedelta | None


@dataclass(frozen=True, slots=True)
class Round:
    """What is given out together, and what was done about it.

    ``injects`` stand on the participants' sheet. The facilitator alone has the others: ``told`` is
    said aloud with the injects, ``answers`` is what was done then, ``after`` what came of it before
    anything new was seen.
    """

    number: int
    phase: str
    injects: tuple[Step, ...] = ()
    told: tuple[Step, ...] = ()
    answers: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of them, in the order in which they happened."""
        return (*self.injects, *self.told, *self.answers, *self.after)


@dataclass(frozen=True, slots=True)
class Course:
    """An outage as it is played: ``noticed`` is the moment at which it begins for participants.

    ``before`` is what had happened by then; ``kept_back`` counts the observations that are not on
    the participants' sheet because they name a cause or the way out, ``unkinded`` those on it whose
    kind the record does not tell.
    """

    noticed: Moment
    before: tuple[Step, ...]
    rounds: tuple[Round, ...]
    kept_back: int = 0
    unkinded: int = 0


def gaps(record: Postmortem) -> tuple[str, ...]:
    """What a record lacks to be played, each with its key; nothing where it can be."""
    found = []
    events = len(record.timeline)
    if events < FEWEST:
        held = f"holds {events} event{'' if events == 1 else 's'}" if events else "is empty"
        found.append(f"`timeline` {held}: write what was seen and done, at least {FEWEST} events")
    noticed = _noticed(record)
    if events and not any(_is_seen(event) for event in record.timeline):
        words = "`timeline` has nothing that people saw"
        found.append(f"{words}: add the alerts, symptoms and reports, with their `kind`")
    elif noticed and events >= FEWEST and len(list(_from(record, noticed))) < 2:
        words = f"`timeline` tells nothing of what happened after {noticed.text}"
        found.append(f"{words}, when it was noticed (`incident.detected_at`): add that")
    return tuple(found)


def course(record: Postmortem, keeper: Keeper) -> Course:
    """The course of a record that has no :func:`gaps`."""
    noticed = _noticed(record) or record.timeline[0].at
    steps = [_step(record, event, noticed) for event in _ordered(record)]
    before = [step for step in steps if step.event.at.surely_before(noticed)]
    rounds = _Rounds(record, keeper)
    for step in steps[len(before) :]:
        rounds.add(step)
    found = rounds.finished()
    if not found[0].injects:
        found[0] = _opened(found[0], before, keeper)
    injects = [step for one in found for step in one.injects]
    unkinded = sum(step.event.kind is None for step in injects)
    return Course(noticed, tuple(before), tuple(found), rounds.kept_back, unkinded)


def _noticed(record: Postmortem) -> Moment | None:
    """When anybody knew: as detected, else the first alert or report, else the first event."""
    if record.incident.detected_at is not None:
        return record.incident.detected_at
    events = list(_ordered(record))
    reports = (event.at for event in events if event.kind in _NOTICED)
    return next(reports, events[0].at if events else None)


def _ordered(record: Postmortem) -> list[TimelineEvent]:
    """The events by their time; as the record has them where times are equal."""
    return sorted(record.timeline, key=lambda event: event.at.start)


def _from(record: Postmortem, noticed: Moment) -> Iterator[TimelineEvent]:
    return (event for event in record.timeline if not event.at.surely_before(noticed))


def _is_seen(event: TimelineEvent) -> bool:
    """Whether it is something that the people in the outage came to see, rather than what they did.

    What they told others is an answer of theirs; what others told them is not.
    """
    if event.kind == "communication":
        return event.by in ("vendor", "consumer", "monitor")
    return event.kind not in (*ANSWERS, *TOLD)


def _step(record: Postmortem, event: TimelineEvent, noticed: Moment) -> Step:
    start = record.incident.started_at
    since = start.until(event.at) if start else None
    return Step(event, noticed.until(event.at), since)


def _opened(first: Round, before: list[Step], keeper: Keeper) -> Round:
    """The first round with what stood there when it was noticed, where nothing else opens it."""
    seen = [s for s in before if _is_seen(s.event) and not keeper.keeps(s.event.event)]
    visible = [step for step in seen if step.event.kind in _VISIBLE] or seen
    return replace(first, injects=tuple(visible[-1:]))


@dataclass
class _Open:
    """A round that is being filled."""

    phase: str
    injects: list[Step] = field(default_factory=list)
    told: list[Step] = field(default_factory=list)
    answers: list[Step] = field(default_factory=list)
    after: list[Step] = field(default_factory=list)

    @property
    def is_aftermath(self) -> bool:
        return self.phase == _RESOLVED and not self.answers


def _asks_anew(before: Step, step: Step) -> bool:
    """Whether participants are asked again although nothing new was seen.

    A mitigation carries out what was decided before it, and one escalation leads to the next.
    """
    kinds = (before.event.kind, step.event.kind)
    return kinds[1] != "mitigation" and kinds != ("escalation", "escalation")


class _Rounds:
    """Cuts steps into rounds: a new one begins with what is seen after somebody chose what to do.

    Where nobody did, it begins with the next phase of the outage. An escalation or a decision after
    another begins one, too: there is a question to ask, even if nothing new was seen.
    """

    def __init__(self, record: Postmortem, keeper: Keeper) -> None:
        self._record = record
        self._keeper = keeper
        self._rounds: list[_Open] = []
        self.kept_back = 0

    def add(self, step: Step) -> None:
        """Put the next step where it belongs."""
        phase = _phase(self._record, step.event.at)
        here = self._rounds[-1] if self._rounds else self._new(phase)
        if step.event.kind in ANSWERS:
            new = here.after or (here.answers and _asks_anew(here.answers[-1], step))
            (self._new(phase) if new else here).answers.append(step)
        elif _is_seen(step.event) and not self._keeper.keeps(step.event.event):
            new = here.answers or (phase != here.phase and here.injects)
            (self._new(phase) if new else here).injects.append(step)
        else:
            self.kept_back += _is_seen(step.event)
            (here.after if here.answers else here.told).append(step)

    def _new(self, phase: str) -> _Open:
        self._rounds.append(_Open(phase))
        return self._rounds[-1]

    def finished(self) -> list[Round]:
        """The rounds; what was seen once it was resolved and asked for nothing, ends the last."""
        while len(self._rounds) > 1 and self._rounds[-1].is_aftermath:
            last = self._rounds.pop()
            self._rounds[-1].after += sorted((*last.injects, *last.told), key=lambda s: s.event.at)
        return [
            Round(
                number,
                one.phase,
                tuple(one.injects),
                tuple(one.told),
                tuple(one.answers),
                tuple(one.after),
            )
            for number, one in enumerate(self._rounds, 1)
        ]


def _phase(record: Postmortem, at: Moment) -> str:
    """The phase of the outage at a moment, in words."""
    incident = record.incident
    if incident.resolved_at and not at.surely_before(incident.resolved_at):
        return _RESOLVED
    if incident.mitigated_at and not at.surely_before(incident.mitigated_at):
        return "until it was resolved"
    return "until it was mitigated" if incident.mitigated_at else "while it lasted"
