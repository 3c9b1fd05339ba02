"""A copied chat: what becomes of each of its lines, and when each message was written."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debrief import chat
from debrief.schema import OWN_FOLDER, load_all
from debrief.spoken_time import DAY_FIRST, MONTH_FIRST, Zone

DAY = date(2026, 3, 14)
UTC = Zone.named("UTC")


def said(log: str, **known: object) -> list[tuple[object, object]]:
    """The events of a log on a known day in UTC, as pairs of time and text."""
    order = known.pop("order", None)
    read = chat.read(dedent(log), str(order) if order else None)
    course = chat.timeline(read, day=DAY, zone=UTC)
    assert course.problems == ()
    return [(event["at"], event["event"]) for event in course.events]


# --- programs ------------------------------------------------------------------------------------

SLACK = """\
    Saturday, March 14th

    Mei Sato
      7:42 AM
    the mart looks old
    is it only me?
    :eyes: 2
    7:44 AM
    no, finance sees it too (edited)

    Nia Okafor  7:50 AM
    looking
    3 replies
    Last reply today at 8:40 AM
    Watcher APP  8:01 PM
    Triggered: freshness of the mart
    New
    Sunday, March 15th
    Nia Okafor [12:03 AM]
    all green
"""
LOGS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "slack": (
        SLACK,
        [
            ("2026-03-14T07:42Z", "the mart looks old is it only me?"),
            ("2026-03-14T07:44Z", "no, finance sees it too"),
            ("2026-03-14T07:50Z", "looking"),
            ("2026-03-14T20:01Z", "Triggered: freshness of the mart"),
            ("2026-03-15T00:03Z", "all green"),
        ],
    ),
    "slack without blank lines": (
        "Mei Sato\n  7:42 AM\nold\nNia Okafor\n  7:44 AM\nyes\nMei Sato\n  7:50 AM\ndone\n",
        [("2026-03-14T07:42Z", "old"), ("2026-03-14T07:44Z", "yes"), ("2026-03-14T07:50Z", "done")],
    ),
    "in brackets, over midnight": (
        "[10:23] sato: red\n  Trace:\n  at 10:22 it died\n[23:58] bo: still\n[00:03] bo: ok\n",
        [
            ("2026-03-14T10:23Z", "red Trace: at 10:22 it died"),
            ("2026-03-14T23:58Z", "still"),
            ("2026-03-15T00:03Z", "ok"),
        ],
    ),
    "whatsapp on a phone": (
        "\u200e[14/03/2026, 10:23:05] Mei Sato: old\n[14/03/2026, 10:24:00] Bo: more\nof it\n",
        [("2026-03-14T10:23:05Z", "old"), ("2026-03-14T10:24Z", "more of it")],
    ),
    "whatsapp as a file": (
        (
            "14.03.26, 10:23 - Messages and calls are end-to-end encrypted. Nobody reads them.\n"
            "14.03.26, 10:24 - Mei: old\n14.03.26, 13:25 - Bo: yes\n"
        ),
        [("2026-03-14T10:24Z", "old"), ("2026-03-14T13:25Z", "yes")],
    ),
    "whatsapp without what was attached": (
        (
            "14.03.26, 10:23 - Mei: <Media omitted>\n14.03.26, 10:24 - Mei: \u200eimage omitted\n"
            "14.03.26, 10:25 - Bo: Missed voice call\n"
            "14.03.26, 10:26 - Bo: yes <This message was edited>\n"
        ),
        [("2026-03-14T10:26Z", "yes")],
    ),
    "whatsapp in America": (
        "3/14/26, 10:23\u202fAM - Mei: old\n3/14/26, 1:24\u202fPM - Bo: yes\n",
        [("2026-03-14T10:23Z", "old"), ("2026-03-14T13:24Z", "yes")],
    ),
    "irc": (
        (
            "--- Log opened Sat Mar 14 2026\n10:23 <@sato> old\n10:24 -!- bo has joined #data\n"
            "10:25 < bo> 10:20 was the first\n10:26 * bo looks\n--- Day changed Sun Mar 15 2026\n"
            "00:10 <bo> ok\n"
        ),
        [
            ("2026-03-14T10:23Z", "old"),
            ("2026-03-14T10:25Z", "10:20 was the first"),
            ("2026-03-14T10:26Z", "looks"),
            ("2026-03-15T00:10Z", "ok"),
        ],
    ),
    "columns": (
        "2026-03-14 10:23:05\tsato\told\n2026-03-14 10:23:09\t-->\tbo has joined #x\n",
        [("2026-03-14T10:23:05Z", "old")],
    ),
    "dates and words": (
        (
            "2026-03-14 10:23 sato the load is red\n2026-03-14T10:24:05Z okafor: hm\n"
            "2026-03-14T12:24+01:00 okafor: yes\n"
        ),
        [
            ("2026-03-14T10:23Z", "the load is red"),
            ("2026-03-14T10:24:05Z", "hm"),
            ("2026-03-14T12:24+01:00", "yes"),
        ],
    ),
    "discord": (
        (
            "Mei — Yesterday at 11:23 PM\nold\nBo — Yesterday at 11:40 PM\nyes\n"
            "Mei — Today at 9:05 AM\nok\nBo — 16/03/2026 10:29\nbye\n"
        ),
        [
            ("2026-03-14T23:23Z", "old"),
            ("2026-03-14T23:40Z", "yes"),
            ("2026-03-15T09:05Z", "ok"),
            ("2026-03-16T10:29Z", "bye"),
        ],
    ),
    "teams": (
        "[10:23 AM] Sato, Mei\nold\n\n[10:25 AM] Okafor, Nia\nyes\n",
        [("2026-03-14T10:23Z", "old"), ("2026-03-14T10:25Z", "yes")],
    ),
    "lines of Windows": (
        "[10:23] sato: old\r\nand slow\r\n[10:25] bo: yes\r\n",
        [("2026-03-14T10:23Z", "old and slow"), ("2026-03-14T10:25Z", "yes")],
    ),
    "yesterday and today between the messages": (
        "Yesterday\n[11:40] bo: red\nToday\n[12:10] bo: green\n",
        [("2026-03-14T11:40Z", "red"), ("2026-03-15T12:10Z", "green")],
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_the_copies_of_many_programs_become_events(name: str) -> None:
    log, events = LOGS[name]
    assert said(log) == events


@pytest.mark.parametrize("name", LOGS)
def test_names_are_kept_out_of_events(name: str) -> None:
    log, _ = LOGS[name]
    read = chat.read(dedent(log))
    names = {"Mei Sato", "Nia Okafor", "Mei", "Bo", "sato", "okafor", "bo", "Watcher",
             "Sato, Mei", "Okafor, Nia"}  # fmt: skip
    assert set(read.names) <= names
    assert read.names


def test_a_name_that_a_message_mentions_stays() -> None:
    assert said("[10:23] sato: okafor has the key\n")[0][1] == "okafor has the key"


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("red\u2028and slow", "red and slow"),
        ("red\x0band slow", "red and slow"),
        ("\u202ered\u202c and\u00a0slow", "red and slow"),
        ("# red: {a} - [b] 'c' \"d\" --- `e`", "# red: {a} - [b] 'c' \"d\" --- `e`"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_what_cannot_be_seen_goes_and_every_other_text_stays(text: str, event: str) -> None:
    assert said(f"[10:23] sato: {text}\n") == [("2026-03-14T10:23Z", event)]


def test_a_lone_carriage_return_ends_a_line() -> None:
    assert [text for _, text in said("[10:23] sato: red\rand slow\r[10:24] bo: yes\r")] == [
        "red and slow", "yes",
    ]  # fmt: skip


# --- what is left open ---------------------------------------------------------------------------


def test_without_a_day_and_a_zone_both_are_asked_for() -> None:
    course = chat.timeline(chat.read("[10:23] sato: old\n[10:24] bo: yes\n"))
    assert course.needs_day
    assert course.events == ()
    assert len(course.problems) == 1
    course = chat.timeline(chat.read("[10:23] sato: old\n"), day=DAY)
    assert (course.needs_day, course.needs_zone) == (False, True)
    course = chat.timeline(chat.read("2026-03-14T10:23Z sato: old\n"))
    assert (course.needs_day, course.needs_zone) == (False, False)
    assert len(course.events) == 1


def test_a_date_that_may_be_two_is_not_guessed() -> None:
    log = "3/4/26, 10:23 - Mei: old\n"
    course = chat.timeline(chat.read(log), zone=UTC)
    assert course.events == ()
    assert "--day-first or --month-first" in course.problems[0][1]
    assert said(log, order=DAY_FIRST)[0][0] == "2026-04-03T10:23Z"
    assert said(log, order=MONTH_FIRST)[0][0] == "2026-03-04T10:23Z"


def test_what_was_assumed_is_told_by_its_line() -> None:
    course = chat.timeline(chat.read("[23:58] a: x\n\n[00:03] b: y\n"), day=DAY, zone=UTC)
    assert course.assumed == ((3, "midnight passed before 00:03: it is 2026-03-15"),)


def test_local_times_get_the_offset_of_their_day() -> None:
    log = chat.read("[2026-03-29 00:30] a: x\n[2026-03-29 03:30] b: y\n")
    course = chat.timeline(log, zone=Zone.named("Europe/Lisbon"))
    assert [event["at"] for event in course.events] == [
        "2026-03-29T00:30Z", "2026-03-29T03:30+01:00",
    ]  # fmt: skip


def test_a_long_message_becomes_several_events_and_loses_no_word() -> None:
    words = [f"word{number}" for number in range(400)]
    events = said(f"[10:23] sato: {' '.join(words)}\n")
    assert len(events) > 1
    assert {at for at, _ in events} == {"2026-03-14T10:23Z"}
    assert all(len(str(text)) <= chat.LONGEST_EVENT for _, text in events)
    assert " ".join(str(text) for _, text in events).split() == words


def test_the_limits_are_those_of_the_schema() -> None:
    timeline = load_all(OWN_FOLDER)["postmortem"].content["properties"]["timeline"]
    assert timeline["maxItems"] == chat.MOST_EVENTS
    assert timeline["items"]["properties"]["event"]["maxLength"] == chat.LONGEST_EVENT


# --- every line ----------------------------------------------------------------------------------


def accounted(log: chat.Log) -> list[int]:
    lines = [number for message in log.messages for number in message.lines]
    others = (*log.days, *log.left_out, *log.strange)
    return sorted([*lines, *(number for number, _ in others)])


def written(log: str) -> list[int]:
    return [number for number, line in enumerate(log.split("\n"), 1) if line.strip()]


@pytest.mark.parametrize("name", LOGS)
def test_each_line_of_a_known_log_is_accounted_for_once(name: str) -> None:
    log = dedent(LOGS[name][0])
    read = chat.read(log)
    assert accounted(read) == written(log)
    assert read.strange == ()


def test_what_is_no_chat_is_not_understood_and_told() -> None:
    log = chat.read("notes of the night\n10:23 is when it stopped\n\nafter that, nothing\n")
    assert log.messages == ()
    assert [number for number, _ in log.strange] == [1, 2, 4]


def test_a_message_without_words_is_left_out_and_told() -> None:
    log = chat.read("Mei Sato  10:23\n:eyes: 2\nNia Okafor  10:24\nyes\n")
    assert [message.text for message in log.messages] == ["yes"]
    assert log.left_out == ((1, "a message without words"), (2, ":eyes: 2"))


lines = st.one_of(
    st.sampled_from(
        ["", "[10:23] a: b", "10:23", "Mei Sato", "Mei Sato  10:24 AM", "Today", "14 March 2026",
         ":+1: 3", "<bo> x", "[10:23] <bo>", "2026-03-14 10:23", "--- Day changed", "[10:99] x",
         "[", "10:23 - ", "yesterday at 10:23", "Bo — Yesterday at 10:23", "(edited)", "* bo x"]
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn")), max_size=30),
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.lists(lines, max_size=12))
def test_each_line_of_any_text_is_accounted_for_once(parts: list[str]) -> None:
    log = "\n".join(parts)
    read = chat.read(log)
    assert accounted(read) == [n for n, line in enumerate(parts, 1) if chat.clean(line).strip()]
    chat.timeline(read, day=DAY, zone=UTC)


words = st.text(st.characters(categories=("Ll", "Lu")), min_size=1, max_size=8)
texts = st.lists(words, min_size=1, max_size=6).map(" ".join)
FORMS = (
    "[{h:02}:{m:02}] {name}: {text}", "{h:02}:{m:02} <{name}> {text}",
    "2026-03-14 {h:02}:{m:02} {name} {text}", "[2026-03-14 {h:02}:{m:02}] {name}: {text}",
    "{name}  {h:02}:{m:02}\n{text}", "14/03/2026, {h:02}:{m:02} - {name}: {text}",
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.sampled_from(FORMS), st.lists(st.tuples(st.integers(0, 1439), texts), min_size=1))
def test_no_word_of_a_message_is_lost(form: str, messages: list[tuple[int, str]]) -> None:
    ordered = sorted(messages, key=lambda message: message[0])
    spoken = [(minute, f"said {text} then") for minute, text in ordered]
    log = "\n".join(form.format(h=m // 60, m=m % 60, name="sato", text=t) for m, t in spoken)
    assert said(log) == [(f"2026-03-14T{m // 60:02}:{m % 60:02}Z", t) for m, t in spoken]


@pytest.mark.parametrize("line", ["-" * 200_000, "a:" * 100_000, "[" * 200_000, "1:" * 100_000])
def test_an_endless_line_is_read_in_no_time(line: str) -> None:
    assert accounted(chat.read(f"[10:23] sato: x\n{line}\n")) == [1, 2]


@pytest.mark.parametrize(
    ("numbers", "text"), [([3], "3"), ([3, 4, 5], "3 to 5"), ([9, 1, 2], "1 to 2, 9"), ([], "")]
)
def test_numbers_of_lines_are_told_in_spans(numbers: list[int], text: str) -> None:
    assert chat.spans(numbers) == text
