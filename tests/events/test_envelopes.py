"""A body is found in whatever it was packed into."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from told import spelt, told

from debrief import events

BODIES = Path(__file__).parent / "bodies"
PAGERDUTY = json.loads((BODIES / "pagerduty-resolved.json").read_text(encoding="utf-8"))

ENVELOPES: dict[str, Callable[[Any], Any]] = {
    "a relay's own": lambda body: {"type": "x", "timestamp": "2026-01-01T00:00:00Z", "data": body},
    "a queue's": lambda body: {"id": 7, "payload": body},
    "JSON in a text": lambda body: {"body": json.dumps(body), "headers": {"a": "b"}},
    "JSON in a text as a whole": json.dumps,
    "JSON in a text twice": lambda body: json.dumps(json.dumps(body)),
    "a list of one": lambda body: [body],
    "Amazon SNS": lambda body: {"Type": "Notification", "Message": json.dumps(body)},
    "Amazon EventBridge": lambda body: {"detail-type": "x", "source": "y", "detail": body},
    "repository_dispatch": lambda body: {
        "action": "incident",
        "client_payload": {"event": body},
        "repository": {"full_name": "pellwick/data"},
        "sender": {"login": "relay"},
    },
    "repository_dispatch, a key of one's own": lambda body: {
        "action": "incident",
        "client_payload": {"incident_event": body, "sent_by": "relay"},
    },
    "repository_dispatch, bare": lambda body: {"action": "x", "client_payload": body},
    "several": lambda body: {"data": {"payload": [json.dumps({"event": body})]}},
}


@pytest.mark.parametrize("case", [
    "pagerduty-resolved", "opsgenie-close", "incident-io-closed", "firehydrant-resolved",
    "rootly-resolved", "grafana-resolved-group", "alertmanager-resolved", "datadog-recovered",
    "monte-carlo-fixed", "github-closed-form", "openlineage-fail", "generic-full",
])  # fmt: skip
@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_body_tells_the_same_in_every_envelope(envelope: str, case: str) -> None:
    body = json.loads((BODIES / f"{case}.json").read_text(encoding="utf-8"))
    (bare,) = events.read(json.dumps(body))
    (packed,) = events.read(json.dumps(ENVELOPES[envelope](body)))
    without_paths = [notice.unread for notice in (bare, packed)]
    assert len(without_paths[0]) == len(without_paths[1])
    assert spelt(packed).split("unread:")[0] == spelt(bare).split("unread:")[0]


def test_the_path_of_what_could_not_be_read_begins_at_the_outermost_value() -> None:
    body = {"alert": {"alertId": "1", "message": "x", "createdAt": "soon"}, "action": "Close"}
    (notice,) = events.read(json.dumps({"client_payload": {"event": body}}))
    assert notice.unread == (
        "`client_payload.event.alert.createdAt` is `soon`: this is not an instant",
    )


def test_events_of_one_outage_in_a_list_are_one_notice_that_knows_what_each_says() -> None:
    triggered = json.loads((BODIES / "pagerduty-triggered.json").read_text(encoding="utf-8"))
    bare = json.loads((BODIES / "pagerduty-resolved-bare.json").read_text(encoding="utf-8"))
    (notice,) = events.read(json.dumps([triggered, bare]))
    assert {point: moment.text for point, moment in notice.clock.items()} == {
        "detected_at": "2026-03-14T07:42:10Z",
        "resolved_at": "2026-03-14T10:05:12Z",
    }
    assert notice.is_over
    assert [entry.event for entry in notice.log] == [
        "Incident triggered in PagerDuty",
        "Incident resolved in PagerDuty",
    ]


def test_an_incident_that_was_reopened_in_a_list_is_not_over_whichever_stands_first() -> None:
    resolved = json.loads((BODIES / "pagerduty-resolved-bare.json").read_text(encoding="utf-8"))
    reopened = json.loads(json.dumps(resolved))
    reopened["event"] |= {"event_type": "incident.reopened", "occurred_at": "2026-03-14T11:00:00Z"}
    reopened["event"]["data"]["status"] = "triggered"
    for order in ([resolved, reopened], [reopened, resolved]):
        (notice,) = events.read(json.dumps(order))
        assert not notice.is_over


def test_two_outages_in_a_list_are_two_notices_in_their_order() -> None:
    other = json.loads((BODIES / "opsgenie-close.json").read_text(encoding="utf-8"))
    notices = events.read(json.dumps([PAGERDUTY, other]))
    assert [notice.source for notice in notices] == ["pagerduty", "opsgenie"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "an event is a JSON object; send one that a source made"),
        ("a text", "an event is a JSON object"),
        (17, "an event is a JSON object"),
        (None, "an event is a JSON object"),
        ({}, "no source is recognised by the keys none"),
        ({"foo": 1, "bar`|": {}}, r"no source is recognised by the keys `foo`, `bar'\|`\. Known"),
        (
            {"data": {"foo": 1}},
            r"no source is recognised by the keys `data`\. Known are: PagerDuty",
        ),
        ([{"foo": 1}, {"foo": 2}], r"`\[0\]`: no source is recognised by the keys `foo`"),
        (
            {"client_payload": {"one": PAGERDUTY, "two": {"debrief": 1, "key": "k", "title": "t"}}},
            "the event looks like PagerDuty .* and like Debrief's own JSON",
        ),
    ],
)
def test_what_no_source_made_is_refused_with_what_was_seen_and_what_to_write(
    body: object, words: str
) -> None:
    with pytest.raises(events.EventError, match=words):
        events.read(json.dumps(body))


def test_a_list_without_an_outage_says_so_and_why() -> None:
    body = (BODIES / "openlineage-complete.json").read_text(encoding="utf-8")
    assert told(f"[{body},{body}]") == (
        "no outage: none of 2 events is about an outage; the first: `[0].eventType`: the run "
        "event is `COMPLETE`; a draft is made of `FAIL` only\n"
    )


def test_a_list_that_holds_something_unreadable_is_refused_as_a_whole() -> None:
    with pytest.raises(events.EventError, match=r"`\[1\]`: no source is recognised"):
        events.read(json.dumps([PAGERDUTY, {"foo": 1}]))


def test_a_list_longer_than_is_read_is_refused_and_not_cut() -> None:
    with pytest.raises(events.EventError, match="a list of 501 events; at most 500"):
        events.read(json.dumps([{"debrief": 1}] * 501))
