"""The sheet of the facilitator: everything, round by round, and what to hand out at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from debrief import words
from debrief.exercise.course import Round, Step
from debrief.exercise.participants import LAST_QUESTION, QUESTIONS
from debrief.exercise.plan import Exercise
from debrief.exercise.sheet import (
    Block,
    Commands,
    Heading,
    Items,
    Line,
    NewPage,
    Paragraph,
    Sheet,
    Space,
    Table,
    code,
    line,
    quoted,
    strong,
)
from debrief.exercise.talk import talk
from debrief.exercise.telling import ACTORS, elapsed, kind, when
from debrief.record import Postmortem

NAME = "facilitator"


def sheet(exercise: Exercise) -> Sheet:
    """The whole sheet; what is handed out stands on pages of its own at the back."""
    blocks = (
        *_opening(exercise),
        *_schedule(exercise),
        *_before(exercise),
        *(block for one in exercise.course.rounds for block in _round(one, exercise)),
        *talk(exercise),
        *_observations(exercise),
        *_closing(exercise),
        *_lineage(exercise),
        *_decided(exercise),
    )
    return Sheet(NAME, blocks)


# --- before it begins ----------------------------------------------------------------------------


def _opening(exercise: Exercise) -> Iterator[Block]:
    record = exercise.record
    yield Heading(1, f"Tabletop exercise: facilitator, {words.counted(exercise.minutes, 'minute')}")
    yield Paragraph(line("Keep this sheet to yourself: it tells how it ended."))
    yield Paragraph(
        line(
            strong("The outage: "), quoted(record.title), " (", code(record.id), _facts(record), ")"
        )
    )
    if record.summary:
        yield Paragraph(quoted(record.summary))
    if exercise.warnings:
        yield Paragraph(line(strong("Before you rely on it")))
        yield Items(tuple(quoted(warning) for warning in exercise.warnings))
    yield Heading(2, "Prepare")
    yield Items(
        (
            line("Cast the roles below; whoever was there then plays another role, or observes."),
            line(
                "Print a participants' sheet for each, and the hand-outs at the back of this one."
            ),
            line("Say aloud that it is an exercise, and that no system is touched."),
            line("Somebody who does not play fills in the observation form."),
        ),
        boxes=True,
    )
    yield Heading(3, "Roles to cast")
    rows = tuple((line(role), line(then), line()) for role, then in _roles(record))
    yield Table(("Role", "In the outage", "Today"), rows)
    yield Heading(2, "What it is for")
    yield Items(tuple(_objectives(exercise)))


def _facts(record: Postmortem) -> str:
    severity = f", {words.term(record.severity)}" if record.severity else ""
    lasted = words.lasted(record)
    return f"{severity}, {words.day(record.day)}" + (f", lasted {lasted}" if lasted else "")


def _roles(record: Postmortem) -> Iterator[tuple[str, str]]:
    """Each role with how it was filled then; nobody's name."""
    roles = record.roles
    held = {
        "Incident commander": roles.incident_commander,
        "Communications": roles.communications,
        "Executive sponsor": roles.sponsor,
    }
    for role, holder in held.items():
        if holder or role == "Incident commander":
            yield role, "one person" if holder else "not recorded"
    several = {
        "Engineer": len(roles.engineers),
        "Steward of the data": len(roles.stewards),
        "Consumer of the data": len(record.stakeholders),
    }
    for role, number in several.items():
        if number or role == "Engineer":
            yield role, words.counted(number, "person or team", "people or teams")
    yield "Observer", "none: for the exercise only"


def _objectives(exercise: Exercise) -> Iterator[Line]:
    record = exercise.record
    yield line(f"Notice it sooner: {_detection(record)}.")
    for standing in exercise.standings:
        action = standing.action
        if standing.in_place and action.success_criteria:
            yield line("Show that it holds: ", quoted(action.success_criteria))
    if record.impact.decisions:
        yield line("Reach those who decide on the data before they do.")


def _detection(record: Postmortem) -> str:
    found = words.FOUND_BY.get(record.incident.detected_by or "")
    by = f" by {found}" if found else ""
    took = record.time_to_detect
    if took is None:
        return f"it was noticed{by}, and how long that took is not recorded"
    vague = any(moment.whole_day for moment in record.incident.clock.values())
    span = words.span(took, by_day=vague, approximate=record.incident.approximate)
    after = "at once" if span == "at once" else span if vague and not took else f"after {span}"
    return f"it was noticed{by} {after}"


def _schedule(exercise: Exercise) -> Iterator[Block]:
    schedule = exercise.schedule
    parts = [("Opening and roles", schedule.opening)]
    for one, minutes in zip(exercise.course.rounds, schedule.rounds, strict=True):
        parts.append((f"Round {one.number}", minutes))
    parts.append(("Talk afterwards", schedule.talk))
    rows, begun = [], 0
    for name, minutes in parts:
        rows.append((line(f"{begun} min"), line(name), line(f"{minutes} min")))
        begun += minutes
    yield Heading(2, "Schedule")
    yield Table(("At", "Part", "Takes"), tuple(rows))


def _before(exercise: Exercise) -> Iterator[Block]:
    if not exercise.course.before:
        return
    yield Heading(2, "Before it was noticed")
    yield Paragraph(
        line("Nobody knew this yet. Give a line when somebody looks where they would find it.")
    )
    yield _table(exercise.course.before, exercise)


# --- the rounds ----------------------------------------------------------------------------------


def _round(one: Round, exercise: Exercise) -> Iterator[Block]:
    minutes = exercise.schedule.rounds[one.number - 1]
    yield Heading(2, f"Round {one.number} ({words.counted(minutes, 'minute')}, {one.phase})")
    if one.injects:
        yield Paragraph(line(strong("They see"), " (it stands on their sheet):"))
        yield _table(one.injects, exercise)
    else:
        yield Paragraph(
            line("Nothing new stands on their sheet: tell them what was done in the round before.")
        )
    if one.told:
        yield Paragraph(line(strong("They do not see"), ": tell it when somebody looks there."))
        yield _table(one.told, exercise)
    asked = [question for question, _ in QUESTIONS]
    if one.number == len(exercise.course.rounds):
        asked.append(LAST_QUESTION[0])
    yield Paragraph(line(strong("Ask: "), " ".join(asked)))
    if one.answers:
        yield Paragraph(line(strong("What was done then"), ", and why:"))
        yield _answers(one.answers)
    else:
        yield Paragraph(line("What was decided then is not recorded for this round."))
    if one.after:
        yield Paragraph(line(strong("What came of it"), ": read it aloud, to go on from there."))
        yield _table(one.after, exercise)
    yield Paragraph(line("What they decide, and what they ask for in vain:"))
    yield Space(3)


def _table(steps: Iterable[Step], exercise: Exercise) -> Table:
    rows = tuple(_row(step, exercise.record) for step in steps)
    return Table(("When", "Since it was noticed", "Since it began", "What", "Evidence"), rows)


def _row(step: Step, record: Postmortem) -> tuple[Line, ...]:
    began = elapsed(step.since_start) if step.since_start is not None else "not known"
    told = line(f"{kind(step.event)}: ", quoted(step.event.event))
    proof = _evidence(step, record)
    return line(when(step)), line(elapsed(step.since_noticed)), line(began), told, proof


def _evidence(step: Step, record: Postmortem) -> Line:
    titles = {item.id: item.title for item in record.evidence}
    return line("; ".join(titles[name] for name in step.event.evidence if name in titles))


def _answers(steps: Iterable[Step]) -> Table:
    rows = []
    for step in steps:
        why = quoted(step.event.rationale) if step.event.rationale else line("not recorded")
        told = line(f"{words.term(step.event.kind or 'note')}: ", quoted(step.event.event))
        who = ACTORS.get(step.event.by or "", "not recorded")
        rows.append((line(when(step)), told, line(who), why))
    return Table(("When", "What", "By", "Why"), tuple(rows))


# --- afterwards ----------------------------------------------------------------------------------

_OBSERVED = (
    "It was clear within minutes who leads",
    "They asked which data was wrong, since when, and who reads it",
    "They looked at the lineage before they repaired",
    "The consumers heard of it before they decided on the data",
    "A decision was said aloud, with its reason and what would change it",
    "They knew how to take a change back, and who may",
    "They used what was built or written down since",
    "They said when it is over, and who checks that the data is right",
)


def _observations(exercise: Exercise) -> Iterator[Block]:
    yield Heading(2, "Observation form")
    yield Paragraph(
        line(
            "Points: 0 it did not happen, 1 after a hint, 2 by themselves and late, 3 by "
            "themselves and in time. They compare exercises, and never people."
        )
    )
    asked = [line(words_) for words_ in _OBSERVED]
    asked += [
        line("Held: ", quoted(standing.action.title))
        for standing in exercise.standings
        if standing.in_place
    ]
    rows = tuple((question, line(), line()) for question in asked)
    yield Table(("What was to be seen", "0 to 3", "What was said or done"), rows)


def _closing(exercise: Exercise) -> Iterator[Block]:
    record = exercise.record
    names = [standing.action.id for standing in exercise.standings if standing.in_place]
    yield Heading(2, "Write down that it was held")
    if not names:
        yield Paragraph(
            line(
                "No preventive action of this outage is done yet, so there is none that this could "
                "be a rehearsal of. What you found belongs under ",
                code("actions"),
                " or ",
                code("ideas"),
                " of ",
                code(record.path),
                ".",
            )
        )
        return
    yield Paragraph(
        line(
            "For each action that the exercise tried. ",
            code("--result"),
            " is held, partly or failed; whoever writes it is not the action's owner.",
        )
    )
    yield Commands(
        tuple(
            f"./debrief rehearse {record.id} {name} --method tabletop --by WHO --result held "
            '--note "What was seen"'
            for name in names
        )
    )


def _lineage(exercise: Exercise) -> Iterator[Block]:
    if not exercise.lineage:
        return
    yield NewPage()
    yield Heading(2, "Hand-out: the lineage")
    yield Paragraph(line("For whoever asks what the data is made from, and who reads it."))
    rows = tuple((line(n.name), line(words.term(n.kind)), line(n.side)) for n in exercise.lineage)
    yield Table(("Asset", "Kind", "Where"), rows)


def _decided(exercise: Exercise) -> Iterator[Block]:
    answers = [step for one in exercise.course.rounds for step in one.answers]
    if not answers:
        return
    yield NewPage()
    yield Heading(2, "Hand-out: what was decided then, and why")
    yield Paragraph(line("For the talk afterwards. It is not the solution: it is what was known."))
    yield _answers(answers)
