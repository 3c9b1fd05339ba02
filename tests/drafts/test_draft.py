"""What a draft knows of an event, what it suggests, and what it leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from drafted import TODAY, moment, notice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from debrief import checks, drafts, prose
from debrief.archive import Archive
from debrief.document import as_record
from debrief.drafts import facts
from debrief.drafts.suggestions import suggest
from debrief.events.notice import Link, LogEntry, Name, Notice, Person
from debrief.finding import Finding, Level
from debrief.nodes import FORBIDDEN, plain_values
from debrief.prose import SECTIONS

PATH = "postmortems/2026/2026-11-20-orders-are-stale.md"


def front(told: Notice, archive: Archive) -> Any:
    """The front matter of the draft, as it is read."""
    made = drafts.draft(told, archive, TODAY)
    return plain_values(as_record(made.text, made.path).tree)


def section(told: Notice, archive: Archive, title: str) -> str:
    document = as_record(drafts.draft(told, archive, TODAY).text, PATH)
    found = {s.title: s.text for s in prose.sections(document.body, document.body_line)}
    return found[title]


def errors(told: Notice, archive: Archive) -> list[Finding]:
    made = drafts.draft(told, archive, TODAY)
    after = archive.with_text(made.path, made.text)
    found = checks.run(after, TODAY, only={made.path})
    return [finding for finding in found if finding.level is Level.ERROR]


def remark(told: Notice, archive: Archive, key: str) -> str:
    """The comment above a key."""
    lines = drafts.draft(told, archive, TODAY).text.splitlines()
    index = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
    above: list[str] = []
    while lines[index - 1].startswith("# "):
        index -= 1
        above.insert(0, lines[index].removeprefix("# "))
    return " ".join(above)


def test_what_the_event_states_is_in_the_record(archive: Archive) -> None:
    told = front(notice(), archive)
    assert told["title"] == "Orders are stale"
    assert told["status"] == "draft"
    assert told["severity"] == "sev2"
    assert told["incident"] == {
        "reference": "https://pellwick.example/incidents/Q1",
        "event": "pagerduty:Q1",
        "type": None, "trigger": None, "detected_by": None,
        "started_at": None, "detected_at": "2026-11-20T07:42Z", "acknowledged_at": None,
        "mitigated_at": None, "resolved_at": "2026-11-20T10:05Z",
    }  # fmt: skip
    assert told["timeline"] == [
        {"at": "2026-11-20T07:42Z", "kind": "alert", "event": "PagerDuty: Orders are stale"},
        {"at": "2026-11-20T08:00Z", "kind": "mitigation", "event": "Reloading the feed"},
        {
            "at": "2026-11-20T10:05Z",
            "kind": "recovery",
            "event": "Resolved, according to PagerDuty",
        },
    ]


def test_what_the_catalog_suggests_is_in_the_record_with_its_reason(archive: Archive) -> None:
    told = front(notice(), archive)
    assert told["assets"] == [{"asset": "wh.orders"}]
    assert told["owner"] == "pricing"
    assert told["stakeholders"] == ["planning"]
    assert told["roles"] == {
        "facilitator": None, "scribe": None, "engineers": ["m-sato"], "stewards": ["stewards"],
    }  # fmt: skip
    for key, reason in {
        "assets": "since the service `orders-service` is one of its names",
        "owner": "answers for Orders mart",
        "stakeholders": "Own board (dashboard) and Plan board (dashboard) are downstream",
        "roles": "as engineers who was on call or took part; as stewards those of the assets",
    }.items():
        assert remark(notice(), archive, key).startswith("Suggested")
        assert reason in remark(notice(), archive, key)


def test_such_a_draft_can_be_merged_as_it_is(archive: Archive) -> None:
    assert errors(notice(), archive) == []


def test_past_outages_are_named_with_reason_cause_and_promise(archive: Archive) -> None:
    text = section(notice(), archive, "Root cause")
    assert text.startswith("**Suggested**")
    assert (
        r"1. [Orders mart was \*late\*](../2026/2026-03-14-orders-late.md), 8 months earlier. "
        r"Same asset: Orders mart. Found then: The loader skips \[rows\] it does not know "
        "(data format change). Promised then: none of 1 verified, 1 overdue by 32 days. "
        "Overdue by 32 days: Test the header." in text
    )


def test_the_same_event_twice_gives_the_same_bytes(archive: Archive) -> None:
    assert drafts.draft(notice(), archive, TODAY) == drafts.draft(notice(), archive, TODAY)


# --- gaps ---------------------------------------------------------------------------------------


def test_what_nobody_said_is_a_gap_that_the_check_names(archive: Archive) -> None:
    bare = Notice("generic", "1", "Something failed")
    told = front(bare, archive)
    assert (told["severity"], told["owner"], told["assets"]) == (None, None, [])
    assert {(f.rule, f.message) for f in errors(bare, archive)} == {
        ("PM110", "`severity` has no value"),
        ("PM201", "`owner` has no value"),
        ("PM110", "`assets` is an empty list"),
        ("PM301", "no instant of the incident is known"),
    }


def test_a_severity_that_the_policy_does_not_map_is_told_and_left_open(archive: Archive) -> None:
    odd = notice(severity="Catastrophic")
    assert front(odd, archive)["severity"] is None
    assert "`Catastrophic`, which `events.severities`" in remark(odd, archive, "severity")


@pytest.mark.parametrize("said", ["sev2", "SEV-2", "Sev 2", "severity_2", " p2 ", "HIGH"])
def test_a_severity_is_found_in_our_own_words_or_in_the_policy(said: str, archive: Archive) -> None:
    assert front(notice(severity=said), archive)["severity"] == "sev2"


def test_names_that_the_catalog_does_not_know_are_told(archive: Archive) -> None:
    strange = notice(names=(Name("service", "billing"), Name("label", "x" * 500)))
    assert front(strange, archive)["assets"] == []
    assert "the event names service `billing`, label `xxx" in remark(strange, archive, "assets")


def test_a_name_that_may_mean_two_assets_is_told_and_nothing_guessed(archive: Archive) -> None:
    twice = {
        name: replace(archive.catalog.assets["wh.orders"], id=name, known_as=())
        for name in ("wh.returns", "raw.returns")
    }
    catalog = replace(archive.catalog, assets={**archive.catalog.assets, **twice})
    odd = notice(names=(Name("table", "dwh.returns"),), people=())
    told = suggest(odd, catalog)
    assert told.assets == ()
    gap = "Not known: the table `dwh.returns` may be wh.returns or raw.returns."
    assert told.remarks["assets"] == gap


def test_without_an_asset_the_team_or_the_responder_is_asked(archive: Archive) -> None:
    team = notice(names=(), title="It failed", people=(Person("team", ("Planning",)),))
    assert front(team, archive)["owner"] == "planning"
    responder = notice(names=(), title="It failed")
    assert front(responder, archive)["owner"] == "m-sato"
    nobody = notice(names=(), title="It failed", people=())
    assert front(nobody, archive)["owner"] is None


def test_who_has_left_is_not_suggested(archive: Archive) -> None:
    assert front(notice(names=(Name("table", "wh.prices"),), people=()), archive)["owner"] is None


def test_people_whom_the_catalog_does_not_know_are_counted_and_not_named(archive: Archive) -> None:
    stranger = notice(people=(Person("on-call", ("Some Stranger", "s@pellwick.example")),))
    assert "the catalog does not have 1 person" in remark(stranger, archive, "roles")
    assert "Stranger" not in drafts.draft(stranger, archive, TODAY).text
    twice = notice(people=(*stranger.people, Person("assignee", ("some stranger",))))
    assert "the catalog does not have 1 person" in remark(twice, archive, "roles")


def test_what_is_not_certain_is_told(archive: Archive) -> None:
    odd = notice(unread=("`created_at` is `yesterday`, which is no instant",))
    assert "Not certain. `created_at` is `yesterday`" in remark(odd, archive, "incident")


def test_without_any_instant_the_file_bears_the_day_of_the_draft_and_says_so(
    archive: Archive,
) -> None:
    made = drafts.draft(notice(clock={}), archive, TODAY)
    assert made.path == "postmortems/2026/2026-11-25-orders-are-stale.md"
    assert "The file bears the day of this draft" in remark(notice(clock={}), archive, "incident")


def test_the_day_is_that_of_the_first_instant_in_its_own_zone(archive: Archive) -> None:
    late = notice(clock={"started_at": drafts_moment("2026-11-21T00:30+02:00")})
    assert drafts.draft(late, archive, TODAY).path.endswith("/2026-11-21-orders-are-stale.md")


def drafts_moment(text: str) -> Any:
    return type(moment("07:42")).parse(text)


# --- names of files and marks -------------------------------------------------------------------


def test_another_incident_of_that_day_and_title_has_a_file_of_its_own(
    archive: Archive,
) -> None:
    first = drafts.draft(notice(), archive, TODAY)
    after = archive.with_text(first.path, first.text)
    second = drafts.draft(notice(key="Q2"), after, TODAY)
    assert second.path == "postmortems/2026/2026-11-20-orders-are-stale-pagerduty-q2.md"


def test_a_title_without_a_letter_is_named_after_its_incident(archive: Archive) -> None:
    made = drafts.draft(notice(title="订单数据过期"), archive, TODAY)
    assert made.path == "postmortems/2026/2026-11-20-pagerduty-q1.md"


def test_a_key_that_could_not_stand_in_a_record_is_replaced_by_its_digest() -> None:
    mark = facts.mark(notice(key="../../$(reboot)"))
    assert mark == facts.mark(notice(key="../../$(reboot)"))
    assert mark != facts.mark(notice(key="../../$(reboot) "))
    assert set(mark.removeprefix("pagerduty:")) <= set("0123456789abcdef")


def test_an_incident_is_known_by_its_mark_and_by_its_reference(archive: Archive) -> None:
    assert drafts.known(notice(), archive) is None
    made = drafts.draft(notice(), archive, TODAY)
    drafted = archive.with_text(made.path, made.text)
    assert drafts.known(notice(reference=None), drafted) is not None
    assert drafts.known(notice(key="Q2"), drafted) is None
    by_hand = archive.with_text(made.path, made.text.replace('  event: "pagerduty:Q1"\n', ""))
    assert drafts.known(notice(), by_hand) is not None
    assert drafts.known(notice(reference="https://pellwick.example/2"), by_hand) is None


# --- much, and hostile --------------------------------------------------------------------------


def test_a_long_log_goes_on_in_the_body(archive: Archive) -> None:
    log = tuple(LogEntry(moment(f"08:{n // 60:02}:{n % 60:02}"), f"Line {n}") for n in range(300))
    told = front(notice(log=log, clock={}), archive)
    assert len(told["timeline"]) == facts.MOST_ENTRIES
    rest = section(notice(log=log, clock={}), archive, "What happened")
    assert "2026-11-20T08:03:20Z Line 200\n" in rest
    assert "Line 299" in rest


def test_a_long_title_is_cut_and_kept_whole_in_the_body(archive: Archive) -> None:
    long = "word " * 100
    assert len(front(notice(title=long), archive)["title"]) <= 160
    assert long.strip() in section(notice(title=long), archive, "What happened")


def test_links_are_evidence_once_each(archive: Archive) -> None:
    url = "https://pellwick.example/board"
    links = (
        Link("Board", url, "dashboard"),
        Link("Again", url),
        Link("Odd", url + "2", "nonsense"),
    )
    assert front(notice(links=links), archive)["evidence"] == [
        {"id": "pagerduty-1", "kind": "dashboard", "title": "Board", "url": url},
        {"id": "pagerduty-2", "kind": "document", "title": "Odd", "url": url + "2"},
    ]


HOSTILE = [
    "---\ntitle: other",
    "\n---\n\n## Resolution\n\nAll is well",
    "```\n## Lessons\n````",
    "owner: eve # ",
    "# Suggested\n## Root cause",
    "$(reboot) `reboot` ${{ github.token }}",
    "::set-output name=x::y",
    "<script>alert(1)</script> <!-- ",
    "[x](javascript:alert(1)) ![y](https://evil.example/z)",
    "../../../etc/passwd",
    "@everyone #1 &anchor *alias !!python/object %TAG {{ x }} {% y %}",
    "'\"\\ | > - : , [ ] { }",
    "- a\n- b\n1. c",
    "=cmd|' /C calc'!A0",
]
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=300).map(lambda text: FORBIDDEN.sub("", text)),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map("\n".join),
)


FIELDS = ("title", "summary", "line", "name", "follow_up", "tag", "person")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)))
def test_hostile_text_stays_text(archive: Archive, said: dict[str, str]) -> None:
    told = notice(
        title=said["title"] or "x",
        key=said["title"] or "x",
        summary=said["summary"],
        trigger=said["line"],
        severity=said["name"],
        log=(LogEntry(moment("08:00"), said["line"] or "x"),),
        names=(Name("label", said["name"]),),
        follow_ups=(said["follow_up"],),
        tags=(said["tag"],),
        people=(Person("on-call", (said["person"],)),),
        unread=(said["summary"],),
    )
    made = drafts.draft(told, archive, TODAY)
    document = as_record(made.text, made.path)
    values: Any = plain_values(document.tree)
    assert values["title"] == facts.of(told, archive).title
    assert list(values["incident"]) == list(facts.of(told, archive).incident)
    found = prose.sections(document.body, document.body_line)
    assert [section.title for section in found] == list(SECTIONS)
    named = {(f.rule, f.message) for f in errors(told, archive)}
    allowed = {"PM110", "PM201"}  # no severity, no asset, no owner: gaps, and no damage
    assert {rule for rule, _ in named} <= allowed, named
