"""The sheet of the participants: what was seen, when it was seen, and room to write.

No title, cause, decision or end stands on it, no date and no id by which one could look it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from debrief import words
from debrief.exercise.course import Round, Step
from debrief.exercise.plan import Exercise
from debrief.exercise.sheet import (
    Block,
    Heading,
    Items,
    Line,
    NewPage,
    Paragraph,
    Sheet,
    Space,
    Table,
    line,
    quoted,
)
from debrief.exercise.telling import elapsed, kind, weekday, when

NAME = "participants"

QUESTIONS = (
    ("What do you do now?", 5),
    ("What do you need to know, and where do you look?", 4),
    ("Whom do you tell, and what?", 3),
)
"""Asked in each round, with the lines to write on."""

LAST_QUESTION = ("When is it over? Which dates of data are wrong, and how are they put right?", 4)


def sheet(exercise: Exercise) -> Sheet:
    """The whole sheet; each round is on a page of its own."""
    return Sheet(NAME, tuple(_blocks(exercise)))


def _blocks(exercise: Exercise) -> Iterator[Block]:
    yield Heading(1, "Tabletop exercise: participants")
    yield Paragraph(
        line(f"It is {weekday(exercise.course.noticed)}. Something is wrong with data.")
    )
    yield Paragraph(
        line(
            "This happened once, and you get it as it was seen then, round by round. Turn a page "
            "when the facilitator says so."
        )
    )
    yield Items(
        (
            line("Act as you would today: with the people, runbooks and monitors that you have."),
            line("Ask the facilitator for whatever you would look up, run or be told by somebody."),
            line("Say what you think before you say what you do. Nothing is touched for real."),
            line("Nobody is examined: what is tried is what was built and written down since."),
        )
    )
    yield Paragraph(line("My role:"))
    yield Space(1)
    last = len(exercise.course.rounds)
    for one, minutes in zip(exercise.course.rounds, exercise.schedule.rounds, strict=True):
        yield NewPage()
        yield from _round(one, minutes, is_last=one.number == last)
    yield NewPage()
    yield Heading(2, "Afterwards")
    for question, lines in (
        ("What helped us?", 3),
        ("What did we lack: a page, a right, a number, a person?", 3),
        ("What would I change first?", 3),
    ):
        yield Heading(3, question)
        yield Space(lines)


def _round(one: Round, minutes: int, *, is_last: bool) -> Iterator[Block]:
    yield Heading(2, f"Round {one.number} ({words.counted(minutes, 'minute')})")
    if one.injects:
        rows = tuple(_row(step) for step in one.injects)
        yield Table(("When", "Since it was noticed", "What you see"), rows)
    else:
        yield Paragraph(line("The facilitator tells you what has happened since."))
    questions = (*QUESTIONS, LAST_QUESTION) if is_last else QUESTIONS
    for question, lines in questions:
        yield Heading(3, question)
        yield Space(lines)


def _row(step: Step) -> tuple[Line, ...]:
    since = "there already" if step.since_noticed < timedelta() else elapsed(step.since_noticed)
    told = line(f"{kind(step.event)}: ", quoted(step.event.event))
    return line(when(step)), line(since), told
