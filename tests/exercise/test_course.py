"""What participants may know, and when: the rounds of an exercise, and what never leaks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Catalog
from debrief.document import as_record
from debrief.exercise import facilitator, markdown, participants
from debrief.exercise.plan import Exercise, NotPlayableError, plan
from debrief.record import (
    Action,
    AffectedAsset,
    Cause,
    Decision,
    Impact,
    Incident,
    Moment,
    Postmortem,
    Roles,
    TimelineEvent,
    Verification,
)

TODAY = date(2026, 11, 25)
ID = "2026-03-14-feed-renamed-a-column"
PATH = f"postmortems/2026/{ID}.md"
CAUSE = "The loader skips what it does not know"
RESOLUTION = "We gave the loader an alias for the new name."
START = datetime(2026, 3, 14, 1, 10, tzinfo=UTC)

SEEN = ("alert", "symptom", "report", "note")
DONE = ("escalation", "decision", "mitigation", "recovery", "change", "communication")


def at(minutes: int) -> Moment:
    return Moment.parse((START + timedelta(minutes=minutes)).isoformat())


def event(
    minutes: int, kind: str | None, text: str, by: str | None = None, rationale: str | None = None
) -> TimelineEvent:
    return TimelineEvent(at(minutes), text, kind=kind, by=by, rationale=rationale)


STORY = (
    event(0, "change", "Supplier renames a column"),
    event(30, "symptom", "Load ends green and short"),
    event(400, "report", "A planner asks for a missing price"),
    event(410, "escalation", "Data on call takes over"),
    event(420, "decision", "Freeze the run", rationale="A reload comes too late"),
    event(440, "mitigation", "The run is frozen"),
    event(490, "note", "Skipped rows come from one supplier"),
    event(505, "decision", "Accept both names", rationale="Easy to take back"),
    event(535, "recovery", "Prices are back"),
    event(600, "note", "Buyers have corrected their orders"),
)


def outage(*events: TimelineEvent, **given: object) -> Postmortem:
    incident = Incident(
        trigger="A supplier renamed a column in its feed",
        detected_by="consumer",
        started_at=at(0),
        detected_at=at(400),
        mitigated_at=at(440),
        resolved_at=at(535),
    )
    promised = Action(
        "contract-check",
        "Refuse a feed that breaks its contract",
        "preventive",
        addresses=("skip",),
        owner="m-sato",
        status="verified",
        done_on=date(2026, 4, 2),
        success_criteria="A renamed column stops the load",
        verification=Verification("review", date(2026, 4, 17), "b-varga"),
    )
    values: dict[str, object] = {
        "title": "Feed renamed a column and nine hours were stale",
        "status": "published",
        "severity": "sev2",
        "incident": incident,
        "assets": (AffectedAsset("wh.orders"),),
        "impact": Impact(decisions=(Decision("Saturday reorder run", outcome="corrected"),)),
        "roles": Roles(incident_commander="i-duarte", engineers=("m-sato", "r-haddad")),
        "timeline": events or STORY,
        "causes": (Cause("skip", "root", CAUSE, category="code-defect"),),
        "actions": (promised, Action("later", "Read twice", "preventive", due=TODAY)),
        **given,
    }
    return Postmortem(ID, PATH, **values)  # type: ignore[arg-type] # each test gives what it has


BODY = f"## Resolution\n\n{RESOLUTION}\n\n## Lessons\n\n**What went well.** The freeze held.\n"


def exercise(record: Postmortem, minutes: int = 60, body: str = BODY) -> Exercise:
    document = as_record(f"---\ntitle: T\n---\n\n{body}", record.path)
    assets = {
        "wh.raw": Asset("wh.raw", "Raw prices", "table"),
        "wh.orders": Asset("wh.orders", "Orders", "table", upstream=("wh.raw",)),
        "board": Asset("board", "Board", "dashboard", upstream=("wh.orders",)),
    }
    archive = Archive(Path(), {}, Catalog(assets=assets), (Entry(PATH, document, record),))
    return plan(archive, record, TODAY, minutes)


def sheet_of(made: Exercise) -> str:
    return markdown.written(participants.sheet(made))


def told(texts: object) -> list[list[str]]:
    return [[step.event.event for step in steps] for steps in texts]  # type: ignore[attr-defined]


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


# --- rounds --------------------------------------------------------------------------------------


def test_a_round_ends_where_somebody_had_to_choose_and_begins_with_what_is_seen_next() -> None:
    rounds = exercise(outage()).course.rounds
    assert told(one.injects for one in rounds) == [
        ["A planner asks for a missing price"],
        [],
        ["Skipped rows come from one supplier"],
    ]
    assert told(one.answers for one in rounds) == [
        ["Data on call takes over"],
        ["Freeze the run", "The run is frozen"],
        ["Accept both names"],
    ]
    assert told(one.after for one in rounds)[-1] == [
        "Prices are back",
        "Buyers have corrected their orders",
    ], "what happens after the end is told, and not played"


def test_what_happened_before_it_was_noticed_is_the_facilitators() -> None:
    made = exercise(outage())
    assert told([made.course.before]) == [
        ["Supplier renames a column", "Load ends green and short"]
    ]
    assert "Load ends green" not in sheet_of(made)


def test_where_nothing_is_seen_first_the_exercise_opens_with_what_stood_there() -> None:
    made = exercise(outage(*STORY[:2], *STORY[3:]))
    assert told([made.course.rounds[0].injects]) == [["Load ends green and short"]]
    assert "there already" in sheet_of(made)


def test_a_finding_opens_it_where_no_alert_report_or_symptom_does() -> None:
    found = event(350, "note", "The replica falls behind")
    made = exercise(outage(STORY[0], found, *STORY[3:6]))
    assert told([made.course.rounds[0].injects]) == [["The replica falls behind"]]


def test_what_they_told_others_is_an_answer_and_what_others_told_them_is_seen() -> None:
    ours = event(415, "communication", "Buyers are told", by="owner")
    theirs = event(416, "communication", "The supplier calls back", by="vendor")
    text = sheet_of(exercise(outage(*STORY[:3], ours, theirs, *STORY[4:])))
    assert "Buyers are told" not in text
    assert "The supplier calls back" in text


def test_without_kinds_the_phases_make_the_rounds_and_the_facilitator_is_warned() -> None:
    plain = tuple(replace(one, kind=None) for one in STORY)
    made = exercise(outage(*plain, causes=(), incident=replace(outage().incident, trigger=None)))
    assert [one.phase for one in made.course.rounds] == [
        "until it was mitigated",
        "until it was resolved",
    ]
    assert any("have no kind" in warning for warning in made.warnings)
    assert any("nobody knows what was decided" in warning for warning in made.warnings)


def test_an_observation_that_names_the_cause_is_kept_back_and_said_so() -> None:
    found = event(480, "note", f"It turns out: {CAUSE.upper()}!")
    made = exercise(outage(*STORY[:6], found, *STORY[6:]))
    assert made.course.kept_back == 1
    assert words(CAUSE) not in words(sheet_of(made))
    assert words(CAUSE) in words(markdown.written(facilitator.sheet(made)))


@pytest.mark.parametrize("minutes", [20, 45, 60, 97, 480])
def test_the_minutes_are_shared_out_and_add_up(minutes: int) -> None:
    made = exercise(outage(), minutes)
    assert made.minutes == minutes
    assert max(made.schedule.rounds) - min(made.schedule.rounds) <= 1


def test_too_little_time_is_said_with_what_would_be_enough() -> None:
    many = tuple(event(400 + n, ("report", "decision")[n % 2], f"Part {n}") for n in range(20))
    warning = next(w for w in exercise(outage(*many), 30).warnings if "--minutes" in w)
    enough = int(re.findall(r"--minutes (\d+)", warning)[0])
    assert not [w for w in exercise(outage(*many), enough).warnings if "--minutes" in w]


# --- what never leaks ----------------------------------------------------------------------------

DETECTED = 200


@st.composite
def stories(draw: st.DrawFn) -> tuple[TimelineEvent, ...]:
    """Events a minute apart at least, each with a word of its own; some say what is secret."""
    kinds = draw(st.lists(st.sampled_from((*SEEN, *SEEN, *DONE)), min_size=3, max_size=14))
    minutes = draw(
        st.lists(st.integers(0, 500), min_size=len(kinds), max_size=len(kinds), unique=True).map(
            sorted
        )
    )
    secrets = st.sampled_from(
        ("", "", "", CAUSE, RESOLUTION, "a supplier renamed a COLUMN in its feed")
    )
    return tuple(
        event(
            minute,
            kind,
            f"thing{number}x {draw(secrets)}",
            rationale=f"because{number}x of it" if kind == "decision" else None,
        )
        for number, (kind, minute) in enumerate(zip(kinds, minutes, strict=True))
    )


@given(stories())
def test_no_cause_answer_or_later_event_is_on_the_participants_sheet_before_its_time(
    story: tuple[TimelineEvent, ...],
) -> None:
    incident = replace(outage().incident, detected_at=at(DETECTED))
    record = outage(*story, incident=incident)
    try:
        made = exercise(record)
    except NotPlayableError:
        return
    text = sheet_of(made)
    known = words(text)
    hidden = [CAUSE, RESOLUTION, record.title, str(incident.trigger), record.actions[0].title]
    hidden += [one.rationale for one in story if one.rationale]
    hidden += [one.event.split()[0] for one in story if one.kind in DONE]
    assert [secret for secret in hidden if words(secret) in known] == []
    assert ID not in text
    assert "2026" not in text, "a date could be looked up"

    decided = [o.at for o in story if o.kind in ("decision", "escalation") and o.at >= at(DETECTED)]
    when = {one.event.split()[0]: one.at for one in story}
    pages = [[when[name] for name in re.findall(r"thing\d+x", page)] for page in text.split("<div")]
    shown = [moment for page in pages for moment in page]
    assert shown == sorted(shown), "nothing is told before what came before it"
    for page in filter(None, pages):
        between = [moment for moment in decided if page[0] < moment < page[-1]]
        opened = page[0] < at(DETECTED)
        assert opened or not between, "a page tells what came after the question on it"


@given(stories())
def test_the_facilitator_has_every_event(story: tuple[TimelineEvent, ...]) -> None:
    try:
        made = exercise(outage(*story))
    except NotPlayableError:
        return
    text = markdown.written(facilitator.sheet(made))
    assert [one.event for one in story if one.event.split()[0] not in text] == []


# --- what the facilitator gets -------------------------------------------------------------------


def test_the_facilitator_has_decisions_with_reasons_beside_them_and_again_at_the_back() -> None:
    text = markdown.written(facilitator.sheet(exercise(outage())))
    assert text.count("Decision: Freeze the run | the incident") == 0, "who acted is not recorded"
    assert text.count("Freeze the run | not recorded | A reload comes too late") == 2
    assert "## Hand-out: what was decided then, and why" in text
    assert text.index("## Hand-out: the lineage") > text.index("## Observation form")
    assert "| Raw prices | Table | upstream, 1 step |" in text


def test_the_facilitator_has_roles_and_no_names() -> None:
    text = markdown.written(facilitator.sheet(exercise(outage())))
    assert "| Engineer | 2 people or teams |" in text
    assert "m-sato" not in text
    assert "i-duarte" not in text


def test_the_talk_asks_of_causes_detection_decisions_and_promises_as_of_the_day() -> None:
    text = markdown.written(facilitator.sheet(exercise(outage())))
    for asked in (
        f"**Root cause:** {CAUSE}. Is it still so?",
        "noticed by a consumer of the data after 6 h 40 min",
        "Saturday reorder run. It was corrected.",
        "| Refuse a feed that breaks its contract | Verified on 17 April 2026 |",
        "| Read twice | Open, due on 25 November 2026 |",
        "### What was learned then\n\n- What went well. The freeze held.",
    ):
        assert asked in text, asked


def test_the_closing_has_the_command_for_each_action_that_is_done() -> None:
    text = markdown.written(facilitator.sheet(exercise(outage())))
    commands = re.findall(r"\./debrief rehearse (\S+) (\S+) --method tabletop", text)
    assert commands == [(ID, "contract-check")]
    nothing = markdown.written(facilitator.sheet(exercise(outage(actions=()))))
    assert "./debrief rehearse" not in nothing
    assert "none that this could be a rehearsal of" in nothing


def test_the_same_record_makes_the_same_sheets() -> None:
    one, two = (markdown.written(facilitator.sheet(exercise(outage()))) for _ in range(2))
    assert one == two


# --- what cannot be played -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "words_"),
    [
        (outage(visibility="restricted"), "is restricted"),
        (outage(status="draft"), "is a draft"),
        (outage(status="withdrawn"), "is withdrawn"),
        (outage(timeline=()), "`timeline` is empty"),
        (outage(timeline=STORY[:1]), "`timeline` holds 1 event"),
        (
            outage(timeline=tuple(one for one in STORY if one.kind in DONE)),
            "`timeline` has nothing that people saw",
        ),
        (outage(timeline=STORY[:3]), "tells nothing of what happened after"),
        (
            outage(timeline=tuple(replace(one, event=CAUSE) for one in STORY)),
            "repeats a cause or the way out",
        ),
    ],
)
def test_what_cannot_be_played_is_told_with_the_reason(record: Postmortem, words_: str) -> None:
    with pytest.raises(NotPlayableError, match=re.escape(words_)):
        exercise(record)


def test_a_record_in_review_is_played_with_a_warning() -> None:
    assert exercise(outage(status="in-review")).warnings[0].startswith("It is still in review")


def test_times_of_which_only_the_day_is_known_are_told_as_days() -> None:
    day = Moment.parse("2026-03-14")
    vague = tuple(replace(one, at=day, precision="day") for one in STORY)
    incident = replace(outage().incident, started_at=day, detected_at=day, precision="day")
    incident = replace(incident, mitigated_at=None, resolved_at=None)
    text = sheet_of(exercise(outage(*vague, incident=incident)))
    assert "It is Saturday. Something is wrong" in text
    assert "00:00" not in text


@pytest.mark.samples
def test_every_sample_is_played_or_refused_in_words_and_tells_no_cause(root: Path) -> None:
    archive = Archive.load(root)
    refused = []
    for record in archive.postmortems:
        try:
            text = sheet_of(plan(archive, record, TODAY))
        except NotPlayableError:
            refused.append(record)
            continue
        assert not [c.statement for c in record.causes if words(c.statement) in words(text)]
        assert record.id not in text
    assert len(refused) < len(archive.postmortems) // 2
