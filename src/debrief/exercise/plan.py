"""What the facilitator of an exercise needs beside the course of the outage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from debrief import prose, words
from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.exercise.course import Course, course, gaps
from debrief.exercise.secrets import Keeper, secrets
from debrief.record import DRAFT, IN_REVIEW, WITHDRAWN, Action, Postmortem
from debrief.rehearsals import failures_of, last_held

MINUTES = 60
SHORTEST, LONGEST = 20, 480
"""An exercise takes so many minutes, if nobody says otherwise, and at least and at most these."""

_HURRIED = 4
"""A round of fewer minutes than this is over before anybody has spoken."""


_SHARE = 0.65
"""The rounds have at least so much of the time."""


class NotPlayableError(Exception):
    """A record that cannot be played, in words: why, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Minutes for the opening, for each round and for the talk afterwards; they add up."""

    opening: int
    rounds: tuple[int, ...]
    talk: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An asset around those that failed; ``side`` says where: ``downstream, 2 steps``."""

    name: str
    kind: str
    side: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise as it stands on the day; ``in_place`` where it can be tried."""

    action: Action
    told: str
    in_place: bool


@dataclass(frozen=True, slots=True)
class Exercise:
    """An outage as an exercise, as of a day."""

    record: Postmortem
    catalog: Catalog
    course: Course
    schedule: Schedule
    lessons: tuple[str, ...]
    lineage: tuple[Neighbour, ...]
    standings: tuple[Standing, ...]
    warnings: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """How long it takes in all."""
        return self.schedule.opening + sum(self.schedule.rounds) + self.schedule.talk


def plan(archive: Archive, record: Postmortem, today: date, minutes: int = MINUTES) -> Exercise:
    """The exercise of a record. Raises :class:`NotPlayableError`."""
    _refuse(record)
    sections = _sections(archive, record)
    keeper = Keeper(secrets(record, sections))
    found = course(record, keeper)
    if not any(one.injects for one in found.rounds):
        raise NotPlayableError(
            f"{record.path}: nothing is left to give out, because all that was seen (`timeline`) "
            "repeats a cause or the way out; tell there what people saw, and the cause in `causes`"
        )
    schedule = _schedule(minutes, len(found.rounds))
    return Exercise(
        record,
        archive.catalog,
        found,
        schedule,
        tuple(_lessons(sections)),
        tuple(_lineage(record, archive.catalog)),
        tuple(_standings(record, today)),
        tuple(_warnings(record, found, schedule)),
    )


def _refuse(record: Postmortem) -> None:
    if record.restricted:
        raise NotPlayableError(
            f"{record.id} is restricted: only its title, status, owner and actions may be shown, "
            "and an exercise hands out its timeline"
        )
    if record.status == WITHDRAWN:
        raise NotPlayableError(f"{record.id} is withdrawn: it was no outage, or is told elsewhere")
    if record.status == DRAFT:
        raise NotPlayableError(
            f"{record.id} is a draft, and its facts are not agreed; play it once it is in review: "
            f"`./debrief advance {record.id} {IN_REVIEW}`"
        )
    if found := gaps(record):
        lacks = "\n".join(f"  {gap}" for gap in found)
        raise NotPlayableError(f"{record.path} cannot be played:\n{lacks}")


def _sections(archive: Archive, record: Postmortem) -> tuple[prose.Section, ...]:
    document = archive.documents.get(record.path)
    return prose.sections(document.body, document.body_line) if document else ()


def _warnings(record: Postmortem, found: Course, schedule: Schedule) -> Iterator[str]:
    if record.status == IN_REVIEW:
        yield "It is still in review: what is told here may change."
    if record.incident.detected_at is None:
        yield (
            "The record does not say when it was detected; the exercise begins with the first "
            "alert or report, or else with the first event."
        )
    if found.unkinded:
        yield (
            f"{words.counted(found.unkinded, 'event')} of the timeline "
            f"{'has' if found.unkinded == 1 else 'have'} no kind: they may tell what was done as "
            "well as what was seen. Read the participants' sheet before you hand it out."
        )
    if found.kept_back:
        yield (
            f"{words.counted(found.kept_back, 'observation')} "
            f"{'is' if found.kept_back == 1 else 'are'} on this sheet alone, because "
            f"{'it names' if found.kept_back == 1 else 'they name'} a cause or the way out."
        )
    if not any(one.answers for one in found.rounds):
        yield (
            "The timeline has no decision, escalation or mitigation, so the rounds follow the "
            "phases of the outage, and nobody knows what was decided."
        )
    if (hurried := min(schedule.rounds)) < _HURRIED:
        needed = ceil(_HURRIED * len(schedule.rounds) / _SHARE)
        yield f"{hurried} minutes a round is little; with `--minutes {needed}` each has {_HURRIED}."


# --- time ----------------------------------------------------------------------------------------


def _schedule(minutes: int, rounds: int) -> Schedule:
    """A tenth to begin with, a quarter to talk afterwards, and the rest in equal parts.

    The minutes that do not divide go to the first rounds, where most has to be found out. A round
    gets a minute at least, so that many of them may take longer than was asked for.
    """
    opening, talk = max(minutes // 10, 3), max(minutes // 4, 5)
    each, left = divmod(max(minutes - opening - talk, rounds), rounds)
    return Schedule(opening, tuple(each + (n < left) for n in range(rounds)), talk)


# --- what was learned, and what came of it -------------------------------------------------------

_MARKS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}|^\s*(?:[-*+>]|\d+[.)])\s+", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def _lessons(sections: tuple[prose.Section, ...]) -> Iterator[str]:
    """The paragraphs of the lessons, as plain words."""
    for section in sections:
        if section.title.casefold() == "lessons":
            for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-*+] )", section.text):
                plain = _MARKS.sub("", _LINK.sub(r"\1", paragraph))
                if text := " ".join(plain.split()):
                    yield text


def _standings(record: Postmortem, today: date) -> Iterator[Standing]:
    """Every preventive action, as of a day."""
    failed = {one.action.id: one for one in failures_of(record, today)}
    for action in record.actions:
        if action.type != "preventive":
            continue
        told = _standing(action, today)
        if action.id in failed:
            told = f"{told}; its last rehearsal failed"
        elif held := last_held(action, today):
            told = f"{told}; last rehearsed on {words.day(held)}"
        yield Standing(action, told, action.is_done)


def _standing(action: Action, today: date) -> str:
    check = action.verification
    if action.status == "verified":
        on = f" on {words.day(check.verified_on)}" if check.verified_on else ""
        return f"verified{on}"
    if action.status == "done":
        on = f" on {words.day(action.done_on)}" if action.done_on else ""
        return f"done{on}, not verified"
    if action.status == "not-doing":
        return "given up" + (f": {action.reason}" if action.reason else "")
    if action.unrecorded:
        return "what came of it is not recorded"
    due = f", due on {words.day(action.due)}" if action.due else ", no due date"
    late = action.days_overdue(today)
    overdue = f", {words.counted(late, 'day')} overdue" if late else ""
    return f"{words.lower_term(action.status)}{due}{overdue}"


# --- the lineage ---------------------------------------------------------------------------------

_NEAR = 3
"""So many steps from what failed are handed out."""
_MOST = 40
"""So many assets at most: a sheet is read in the meeting."""


def _lineage(record: Postmortem, catalog: Catalog) -> Iterator[Neighbour]:
    """What the affected assets are made from, they themselves, and what is made from them."""
    affected = tuple(dict.fromkeys(one.asset for one in record.assets))
    sides = (
        ("upstream", catalog.upstream(*affected)),
        ("downstream", catalog.downstream(*affected)),
    )
    found = [(name, "affected", 0) for name in affected]
    for side, distances in sides:
        near = [(name, side, steps) for name, steps in distances.items() if steps <= _NEAR]
        found += near[: _MOST // 2]
    for name, side, steps in found:
        asset = catalog.assets.get(name)
        far = f"{side}, {words.counted(steps, 'step')}" if steps else side
        yield Neighbour(asset.name if asset else name, asset.kind if asset else "", far)
