"""From a body to an event at GitHub: its form, how it shrinks, and when it is sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import LoopbackGitHub, loopback_github

from debrief.relay import dispatch
from debrief.relay.dispatch import (
    LIMIT,
    BodyError,
    Repository,
    Sender,
    TooLargeError,
    UndeliveredError,
)

TOKEN = "a-token-made-for-the-tests"


def event_of(data: bytes) -> Any:
    whole = json.loads(data)
    assert whole.keys() == {"event_type", "client_payload"}
    assert whole["event_type"] == "incident"
    assert whole["client_payload"].keys() == {"event"}
    return whole["client_payload"]["event"]


# --- the request ---------------------------------------------------------------------------------


def test_the_body_stands_under_one_key() -> None:
    body = b'{"event": {"id": "01"}, "a": 1, "b": [1.5, null, true], "c": "d\\u00e9j\\u00e0"}'
    assert event_of(dispatch.request(body)) == json.loads(body)


@pytest.mark.parametrize(
    "text",
    [
        "$(touch x)",
        "'; rm -rf /",
        "::set-output name=x::y",
        "${{ secrets.X }}",
        "\u2028\0\x1b[2J",
        "\ud800",
    ],
)
def test_hostile_text_stays_text(text: str) -> None:
    body = json.dumps({"title": text, text: [text]}).encode()
    assert event_of(dispatch.request(body)) == {"title": text, text: [text]}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=8))
def test_what_fits_is_passed_on_as_it_is(event: dict[str, Any]) -> None:
    assert event_of(dispatch.request(json.dumps(event).encode())) == event


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"payload=%7B%7D",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": "\xff"}',
        b'{"a":' * 50_000,
    ],
    ids=range(8),
)
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(BodyError, match=r"^the body is no JSON$"):
        dispatch.request(body)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null"])
def test_what_is_no_object_is_told(body: bytes) -> None:
    with pytest.raises(BodyError, match=r"^the body is no JSON object$"):
        dispatch.request(body)


# --- what is too large ---------------------------------------------------------------------------


def test_long_texts_are_cut_and_say_so_and_nothing_else_is_lost() -> None:
    event = {"id": "01", "text": "word " * 30_000, "short": "kept", "many": list(range(100))}
    data = dispatch.request(json.dumps(event).encode())
    assert len(data) < LIMIT
    got = event_of(data)
    assert got["text"].endswith(" … [shortened on the way: 142000 more characters]")
    assert got["text"].startswith("word word ")
    assert {key: got[key] for key in ("id", "short", "many")} == {
        "id": "01",
        "short": "kept",
        "many": list(range(100)),
    }


def test_texts_are_cut_no_shorter_than_is_needed() -> None:
    few = event_of(dispatch.request(json.dumps({"a": "x" * 70_000}).encode()))
    many = {"alerts": [{"text": "x" * 4_000} for _ in range(60)]}
    cut = event_of(dispatch.request(json.dumps(many).encode()))
    assert few["a"].startswith("x" * 8_000 + " …")
    assert {each["text"].partition(" …")[0] for each in cut["alerts"]} == {"x" * 500}


def test_an_address_is_never_cut() -> None:
    address = "https://status.example.com/?" + "x" * 9_000
    event = event_of(dispatch.request(json.dumps({"a": address, "b": "y " * 40_000}).encode()))
    assert event["a"] == address


@pytest.mark.parametrize(
    "event",
    [{"many": ["short"] * 20_000}, {"k" * 70_000: 1}, {"a": "https://x.example/" + "y" * 70_000}],
)
def test_what_cannot_be_made_to_fit_is_refused_in_words(event: dict[str, Any]) -> None:
    with pytest.raises(TooLargeError, match="let the sender put fewer alerts into one message"):
        dispatch.request(json.dumps(event).encode())


# --- sending -------------------------------------------------------------------------------------


@dataclass
class Time:
    """A clock that only moves when somebody waits."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


@pytest.fixture
def github() -> Iterator[LoopbackGitHub]:
    with loopback_github() as there:
        yield there


def sender(address: str, time: Time) -> Sender:
    return Sender(Repository(address, "an-org/postmortems", TOKEN), time.clock, time.pause)


def test_it_is_posted_with_the_token(github: LoopbackGitHub) -> None:
    sender(github.address, Time())(b'{"event_type":"incident"}')
    ((path, headers, body),) = github.received
    assert path == "/repos/an-org/postmortems/dispatches"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["accept"] == "application/vnd.github+json"
    assert body == b'{"event_type":"incident"}'


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_fault_of_github_is_tried_again_and_waited_longer_for(
    github: LoopbackGitHub, status: int
) -> None:
    github.statuses = [status, status]
    time = Time()
    sender(github.address, time)(b"{}")
    assert len(github.received) == 3
    assert time.waits == [0.25, 0.5]


def test_it_gives_up_before_the_caller_does(github: LoopbackGitHub) -> None:
    github.statuses = [503] * 50
    time = Time()
    with pytest.raises(UndeliveredError, match=r"^GitHub answered 503$"):
        sender(github.address, time)(b"{}")
    assert time.seconds < 4
    assert len(github.received) == 5


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "GitHub answered 401: the token is wrong or has expired"),
        (403, "GitHub answered 403: the token may not do this, or has done it too often"),
        (404, "GitHub answered 404: there is no such repository, or the token does not see it"),
        (422, "GitHub answered 422: the event is not as GitHub wants it"),
        (418, "GitHub answered 418"),
    ],
)
def test_a_refusal_is_not_tried_again(github: LoopbackGitHub, status: int, words: str) -> None:
    github.statuses = [status]
    with pytest.raises(UndeliveredError) as told:
        sender(github.address, Time())(b"{}")
    assert str(told.value) == words
    assert len(github.received) == 1


@pytest.mark.parametrize("status", [301, 307])
def test_no_redirection_is_followed(github: LoopbackGitHub, status: int) -> None:
    with loopback_github() as elsewhere:
        github.statuses, github.headers = [status], {"Location": f"{elsewhere.address}/x"}
        with pytest.raises(UndeliveredError, match="the repository has another name now"):
            sender(github.address, Time())(b"{}")
        assert elsewhere.received == []


def test_a_host_that_is_not_there_is_told_without_its_address() -> None:
    with loopback_github() as gone:
        address = gone.address
    with pytest.raises(UndeliveredError, match=r"^GitHub was not reached: URLError$"):
        sender(address, Time())(b"{}")


def test_the_token_is_in_no_repr() -> None:
    there = Repository("https://api.github.com", "an-org/postmortems", TOKEN)
    assert TOKEN not in repr(there)
    assert TOKEN not in repr(Sender(there, Time().clock, Time().pause))
