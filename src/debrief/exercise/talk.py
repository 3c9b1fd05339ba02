"""The talk afterwards: would it go the same way today?"""

from __future__ import annotations

from collections.abc import Iterator

from debrief import words
from debrief.exercise.plan import Exercise
from debrief.exercise.sheet import (
    Block,
    Heading,
    Items,
    Line,
    Paragraph,
    Table,
    line,
    quoted,
    strong,
)
from debrief.record import Cause, Postmortem


def talk(exercise: Exercise) -> Iterator[Block]:
    """Questions out of the causes, the detection, the decisions on bad data and the promises."""
    record = exercise.record
    yield Heading(2, "Talk afterwards")
    if record.causes:
        yield Heading(3, "The causes")
        ordered = (*record.root_causes, *record.contributing_factors)
        yield Items(tuple(_about(cause, record) for cause in ordered))
    yield Heading(3, "How it was noticed")
    yield Items(tuple(_detection(record)))
    if record.impact.decisions:
        yield Heading(3, "What was decided on wrong data")
        yield Items(tuple(_decisions(exercise)))
    if exercise.lessons:
        yield Heading(3, "What was learned then")
        yield Items(tuple(line(quoted(lesson)) for lesson in exercise.lessons))
    yield Heading(3, "Would it go the same way today?")
    if not exercise.standings:
        yield Paragraph(line("The record promises nothing preventive. What should it have?"))
        return
    yield Paragraph(line("What was promised against it, and how that stands:"))
    rows = tuple(
        (quoted(one.action.title), quoted(words.sentence(one.told)), _question(one.in_place))
        for one in exercise.standings
    )
    yield Table(("Promised", "Today", "Ask"), rows)


def _about(cause: Cause, record: Postmortem) -> Line:
    role = "Root cause" if cause.role == "root" else "Contributing"
    answered = any(action.is_done for action in record.actions_for(cause))
    ask = (
        " Is it still so? Who would notice if it came back?"
        if answered
        else " Nothing that is done addresses it: what would happen today?"
    )
    return line(strong(f"{role}: "), quoted(_ended(cause.statement)), ask)


def _detection(record: Postmortem) -> Iterator[Line]:
    found = record.incident.detected_by
    by = words.FOUND_BY.get(found or "", "somebody whom the record does not name")
    took = record.time_to_detect
    after = f" after {words.duration(took)}" if took else ""
    yield line(f"It was noticed by {by}{after}. Who would be first today, and how soon?")
    if found in ("consumer", "vendor", "engineer"):
        yield line("Which check would have seen it first, and does it exist now?")
    else:
        yield line("Who would have read the alert at night, or on a Sunday?")


def _decisions(exercise: Exercise) -> Iterator[Line]:
    for decision in exercise.record.impact.decisions:
        came = f" It was {words.lower_term(decision.outcome)}." if decision.outcome else ""
        yield line(
            quoted(_ended(decision.decision)),
            came,
            " How would those who decide know today that the data is wrong?",
        )


def _question(in_place: bool) -> Line:
    return line("Did it help in the exercise?" if in_place else "What would it have changed?")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
