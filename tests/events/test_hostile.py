"""Whatever an event holds, it is read or refused in words, and its texts stay texts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from debrief import events, moments
from debrief.events import composing
from debrief.events.notice import Notice
from debrief.events.wording import cut, one_line, prose
from debrief.nodes import FORBIDDEN
from debrief.record import CLOCK_POINTS

BODIES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "bodies").glob("*.json"))
    if path.stem != "datadog-broken-quotes"
}
NASTY = (
    "\u202emoc.elpmaxe", "a\u2028b\u2029c", "\x00\x07\x1b[31m", "\ufeff\ud800", "$(rm -rf /)",
    "`id`", "'; drop table x; --", "---\nowner: root\n---", "!!python/object:os.system",
    "::set-output name=x::y\n%0A", "<script>alert(1)</script>", "../../etc/passwd", "| a | b |\n",
    "# Heading\n\n- item", "{{ 7*7 }}", "${{ secrets.X }}", "\r\n\r\n", "\u200b", "x" * 1200,
    "=1+1", "&a *a", "http://a b", "javascript:alert(1)", "https://example.com/\n\u202e",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(categories=None), max_size=30),
    st.sampled_from(["2026-03-14T01:10:00Z", "resolved", "closed", "FAIL", "0", "true"]),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
KEYS = st.sampled_from(
    ["event", "alert", "issue", "incident", "job", "run", "data", "payload", "alerts", "body",
     "labels", "messages", "debrief", "event_type", "debrief_datadog", "client_payload"]
)  # fmt: skip


def read(body: object) -> tuple[Notice, ...]:
    """The notices; none where the event is refused, in words that can be printed."""
    try:
        return events.read(json.dumps(body))
    except events.EventError as error:
        words = str(error)
        assert words.strip()
        assert FORBIDDEN.search(words) is None
        assert "\n" not in words
        return ()


def texts(value: object) -> Iterator[str]:
    """Every text of a notice, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts(getattr(value, name))


def assert_fits_a_record(notice: Notice) -> None:
    assert all(FORBIDDEN.search(text) is None for text in texts(notice))
    one_liners = {**{name: getattr(notice, name) for name in ("source", "key", "title")}}
    assert all(text.strip() == text and text for text in one_liners.values())
    lines = [text for text in texts(notice) if text != notice.summary]
    assert all("\n" not in text for text in lines)
    assert len(notice.title) <= composing.TITLE
    assert len(notice.key) <= composing.KEY
    assert len(notice.trigger or "") <= composing.TRIGGER
    assert len(notice.reference or "") <= composing.REFERENCE
    assert len(notice.summary or "") <= composing.SUMMARY
    assert all(entry.event and len(entry.event) <= composing.LOG_ENTRY for entry in notice.log)
    assert all(link.url.startswith(("http://", "https://")) for link in notice.links)
    assert not any(set(link.url) & set(' <>"\n') for link in notice.links)
    assert set(notice.clock) <= set(CLOCK_POINTS)
    assert all(moments.is_moment(moment.text) for moment in notice.clock.values())
    assert list(notice.log) == sorted(notice.log, key=lambda entry: entry.at)


@given(ANYTHING | st.dictionaries(KEYS, ANYTHING, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_refused_in_words(body: object) -> None:
    for notice in read(body):
        assert_fits_a_record(notice)


@given(st.binary(max_size=200) | st.text(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused_in_words(event: bytes | str) -> None:
    with pytest.raises(events.EventError):
        events.read(event)


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value inside a body."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for step, inner in items:
        yield (*path, step)
        yield from paths(inner, (*path, step))


@pytest.mark.parametrize("case", BODIES)
@given(data=st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_body_with_anything_in_any_place_is_read_or_refused_in_words(
    case: str, data: st.DataObject
) -> None:
    body = copy.deepcopy(BODIES[case])
    for _ in range(data.draw(st.integers(1, 4))):
        way = data.draw(st.sampled_from(list(paths(body)) or [()]))
        if not way:
            break
        place: Any = body
        for step in way[:-1]:
            place = place[step]
        if data.draw(st.booleans()) or not isinstance(place, dict):
            place[way[-1]] = data.draw(ANYTHING)
        else:
            del place[way[-1]]
    for notice in read(body):
        assert_fits_a_record(notice)


def spoilt(value: object, nasty: str) -> object:
    """A body with a nasty text behind every text that is more than one word."""
    if isinstance(value, dict):
        return {key: spoilt(inner, nasty) for key, inner in value.items()}
    if isinstance(value, list):
        return [spoilt(inner, nasty) for inner in value]
    return f"{value} {nasty}" if isinstance(value, str) and " " in value else value


@pytest.mark.parametrize("case", BODIES)
def test_a_nasty_text_in_every_place_of_a_body_stays_text(case: str) -> None:
    for nasty in NASTY:
        for notice in read(spoilt(BODIES[case], nasty)):
            assert_fits_a_record(notice)


TITLE_OF = {
    "pagerduty-resolved": ("event", "data", "title"),
    "opsgenie-close": ("alert", "message"),
    "incident-io-relayed": ("data", "incident", "name"),
    "firehydrant-resolved": ("data", "incident", "name"),
    "rootly-resolved": ("data", "title"),
    "grafana-resolved-group": ("commonAnnotations", "summary"),
    "alertmanager-resolved": ("commonAnnotations", "summary"),
    "datadog-recovered": ("title",),
    "github-closed-form": ("issue", "title"),
    "generic-full": ("title",),
}


@pytest.mark.parametrize("case", TITLE_OF)
def test_a_megabyte_of_title_is_cut_and_told_and_the_key_stays(case: str) -> None:
    body = copy.deepcopy(BODIES[case])
    (before,) = events.read(json.dumps(body))
    place: Any = body
    *way, last = TITLE_OF[case]
    for step in way:
        place = place[step]
    place[last] = "late orders\n" * 90_000
    (notice,) = events.read(json.dumps(body))
    assert notice.key == before.key
    assert notice.title.startswith("late orders late orders")
    assert notice.title.endswith(" late…") or notice.title.endswith(" orders…")
    assert len(notice.title) <= 160
    assert (notice.summary or "").startswith("late orders late orders")
    assert any("characters and is cut" in sentence for sentence in notice.unread)


@pytest.mark.parametrize(
    ("open_case", "over_case"),
    [
        ("pagerduty-triggered", "pagerduty-resolved"),
        ("opsgenie-acknowledge", "opsgenie-close"),
        ("alertmanager-partly-firing", "alertmanager-resolved"),
        ("datadog-broken-quotes", "datadog-recovered"),
    ],
)
def test_the_events_of_one_outage_have_one_key_from_its_beginning_to_its_end(
    open_case: str, over_case: str
) -> None:
    folder = Path(__file__).parent / "bodies"
    (opened,) = events.read((folder / f"{open_case}.json").read_bytes())
    (over,) = events.read((folder / f"{over_case}.json").read_bytes())
    assert opened.key == over.key
    assert (opened.is_over, over.is_over) == (False, True)


def test_two_groups_of_alerts_whose_long_keys_begin_alike_keep_keys_of_their_own() -> None:
    keys = set()
    for last in ("orders", "stock"):
        body = copy.deepcopy(BODIES["alertmanager-resolved"])
        body["groupKey"] = f"{{}}:{{{'label, ' * 100}{last}}}"
        (notice,) = events.read(json.dumps(body))
        keys.add(notice.key)
        assert len(notice.key) <= composing.KEY
    assert len(keys) == 2


@given(st.text(st.characters(categories=None)))
def test_a_cleaned_text_has_nothing_that_a_record_refuses_and_stays_when_cleaned_again(
    text: str,
) -> None:
    line, lines = one_line(text), prose(text)
    assert FORBIDDEN.search(line + lines) is None
    assert "\n" not in line
    assert (one_line(line), prose(lines)) == (line, lines)
    assert (line == "") == (lines == "")


@given(st.text(), st.integers(2, 50))
def test_a_cut_text_is_never_longer_and_says_that_it_was_cut(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert short == text if len(text) <= most else short.endswith("…")
