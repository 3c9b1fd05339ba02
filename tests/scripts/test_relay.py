"""`relay`: real requests on this machine, from a tool's signature to the event at GitHub."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import relay
from loopback import LoopbackGitHub, loopback_github
from scratch import environment_without

from debrief.relay.application import MOST_AT_ONCE, MOST_BYTES, Relay
from debrief.relay.dispatch import Repository, Sender

SECRET = "a-secret-made-for-the-tests"
TOKEN = "a-token-made-for-the-tests"
BODY = json.dumps({"event": {"event_type": "incident.resolved", "data": {"id": "Q1ABC"}}}).encode()
NOW = 1_773_480_000


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-PagerDuty-Signature": f"v1={digest}"}


def rootly(body: bytes, at: int) -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), str(at).encode() + body, hashlib.sha256).hexdigest()
    return {"X-Rootly-Signature": f"t={at},v1={digest}"}


@dataclass
class Running:
    """The relay, being served."""

    port: int
    github: LoopbackGitHub
    lines: list[str] = field(default_factory=list)
    """Its log."""

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, str]:
        """The status and the words of its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            self.headers = dict(answer.getheaders())
            return answer.status, answer.read().decode().strip()
        finally:
            connection.close()

    def post(self, body: bytes = BODY, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        return self.ask("POST", "/pagerduty", body, signed(body) if headers is None else headers)

    def raw(self, request: bytes) -> bytes:
        """What it answers to these bytes, after which the sender says nothing more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.fixture
def running() -> Iterator[Running]:
    with loopback_github() as github:
        send = Sender(
            Repository(github.address, "an-org/postmortems", TOKEN),
            time.monotonic,
            lambda _: None,
            patience=5,
        )
        lines: list[str] = []
        keys = {"pagerduty": (SECRET.encode(),), "rootly": (SECRET.encode(),)}
        server = relay.Server(("127.0.0.1", 0), relay.Handler)
        server.set_app(Relay(keys, send, lambda: NOW, lines.append))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Running(server.server_port, github, lines)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


# --- what is passed on ---------------------------------------------------------------------------


def test_a_signed_event_reaches_the_repository(running: Running) -> None:
    assert running.post() == (202, "passed on")
    assert running.github.events == [
        {"event_type": "incident", "client_payload": {"event": json.loads(BODY)}}
    ]


def test_its_line_in_the_log_names_the_sender_and_the_body_and_quotes_neither(
    running: Running,
) -> None:
    running.post()
    digest = hashlib.sha256(BODY).hexdigest()[:12]
    assert running.lines == [f"pagerduty 202 {len(BODY)} bytes {digest}: passed on"]


def test_the_body_is_checked_as_it_came_and_not_as_it_reads(running: Running) -> None:
    body = b' {"a" : "\xc3\xa9",\t"a": 2 }\r\n'
    assert running.post(body)[0] == 202
    assert running.post(json.dumps(json.loads(body)).encode(), signed(body))[0] == 401


def test_many_at_once_all_arrive(running: Running) -> None:
    bodies = [json.dumps({"id": number}).encode() for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(running.post, bodies))
    assert {status for status, _ in answers} == {202}
    got = [event["client_payload"]["event"]["id"] for event in running.github.events]
    assert sorted(got) == list(range(60))


def test_hostile_text_stays_text_and_out_of_the_log(running: Running) -> None:
    text = "\r\n\x1b[31m::error::$(touch x)${{ secrets.DRAFT_TOKEN }}</script>"
    body = json.dumps({"title": text}).encode()
    assert running.post(body)[0] == 202
    assert running.github.events[0]["client_payload"]["event"]["title"] == text
    (line,) = running.lines
    assert re.fullmatch(r"pagerduty 202 \d+ bytes [0-9a-f]{12}: passed on", line)


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "the header x-pagerduty-signature is missing"),
        (signed(BODY, "another-secret-of-the-tests"), "the signature or secret is wrong"),
        (signed(BODY + b" "), "the signature or secret is wrong"),
        ({"X-PagerDuty-Signature": "v1=\xe9"}, "the signature or secret is wrong"),
        ({"X-PagerDuty-Signature": "v0=abc"}, "no part of the signature begins with v1="),
    ],
)
def test_what_proves_nothing_is_refused_and_only_the_log_says_why(
    running: Running, headers: dict[str, str], why: str
) -> None:
    assert running.post(BODY, headers) == (401, "not accepted")
    assert running.lines[0].startswith("pagerduty 401 ")
    assert running.lines[0].endswith(f": {why}")
    assert running.github.received == []


def test_a_replay_is_refused(running: Running) -> None:
    assert running.ask("POST", "/rootly", BODY, rootly(BODY, NOW - 300))[0] == 202
    assert running.ask("POST", "/rootly", BODY, rootly(BODY, NOW - 301))[0] == 401
    assert running.lines[1].endswith(": the signed time is more than five minutes from now")
    assert len(running.github.received) == 1


def test_one_senders_signature_is_nothing_on_the_path_of_another(running: Running) -> None:
    assert running.ask("POST", "/rootly", BODY, signed(BODY))[0] == 401


@pytest.mark.parametrize(
    "path",
    ["/", "/opsgenie", "/pagerduty/", "/pagerduty/../pagerduty", "/%0a", "/x" * 999],
)
def test_there_is_nothing_elsewhere(running: Running, path: str) -> None:
    assert running.ask("POST", path, BODY, signed(BODY)) == (404, "there is nothing here")
    assert running.lines == ["- 404: there is nothing here"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_only_posting_does_something(running: Running, method: str) -> None:
    assert running.ask(method, "/pagerduty", headers=signed(b""))[0] == 405
    assert running.headers["Allow"] == "POST"
    assert running.github.received == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_says_that_it_is_there_and_does_not_log_it(running: Running, method: str) -> None:
    assert running.ask(method, "/health") == (200, "ok" if method == "GET" else "")
    assert running.lines == []


def test_what_is_no_json_is_told_to_who_signed_it(running: Running) -> None:
    assert running.post(b"payload=%7B%7D") == (400, "the body is no JSON")


def test_a_huge_body_is_refused_and_the_sender_learns_of_it(running: Running) -> None:
    body = b'{"a":"' + b"x" * MOST_BYTES + b'"}'
    assert running.post(body) == (413, f"the body has more than {MOST_BYTES} bytes")
    assert running.lines == [f"pagerduty 413: the body has more than {MOST_BYTES} bytes"]


def test_a_body_too_large_for_github_is_refused_in_words(running: Running) -> None:
    status, words = running.post(json.dumps({"many": ["short"] * 20_000}).encode())
    assert status == 413
    assert words.startswith("the body is too large for GitHub, which takes 64000 bytes: let the")


def test_a_long_text_is_cut_and_passed_on(running: Running) -> None:
    assert running.post(json.dumps({"text": "word " * 30_000}).encode()) == (202, "passed on")
    text = running.github.events[0]["client_payload"]["event"]["text"]
    assert text.endswith("[shortened on the way: 142000 more characters]")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Transfer-Encoding: chunked"], b"411"),
        (["Content-Length: -1"], b"411"),
        (["Content-Length: 1e3"], b"411"),
        (["Content-Length: 999999999999"], b"413"),
        (["Content-Length: 400"], b"400"),
    ],
)
def test_a_length_that_is_none_is_told(running: Running, lines: list[str], status: bytes) -> None:
    head = "\r\n".join(["POST /pagerduty HTTP/1.1", "Host: x", *lines])
    answer = running.raw(f"{head}\r\n\r\n{{}}".encode())
    assert answer.split()[1] == status
    assert running.github.received == []


@pytest.mark.parametrize(
    "request_", [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\0" * 40, b"x" * 70_000]
)
def test_what_is_no_request_does_no_harm(
    running: Running, request_: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    running.raw(request_)
    assert running.post()[0] == 202
    assert capfd.readouterr() == ("", "")


# --- when GitHub does not take it ----------------------------------------------------------------


def test_a_short_fault_of_github_is_not_the_senders_business(running: Running) -> None:
    running.github.statuses = [502, 503]
    assert running.post() == (202, "passed on")
    assert len(running.github.received) == 3


def test_what_github_does_not_take_is_left_with_the_sender(running: Running) -> None:
    running.github.statuses = [401]
    assert running.post() == (503, "GitHub did not take it: send it again")
    assert running.lines[0].endswith(": GitHub answered 401: the token is wrong or has expired")
    assert running.post() == (202, "passed on")


def test_a_fault_of_our_own_quotes_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Sender, "__call__", fail)
    assert running.post() == (500, "that failed")
    assert running.lines[0].endswith(": failed: RuntimeError")


def test_more_than_it_can_hold_are_asked_to_come_again() -> None:
    going_on, released = threading.Barrier(MOST_AT_ONCE + 1), threading.Event()

    def slow(_: bytes) -> None:
        going_on.wait(20)
        released.wait(20)

    lines: list[str] = []
    held = Relay({"pagerduty": (SECRET.encode(),)}, slow, lambda: NOW, lines.append)

    def post() -> str:
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/pagerduty",
            "CONTENT_LENGTH": str(len(BODY)),
            "wsgi.input": io.BytesIO(BODY),
            "HTTP_X_PAGERDUTY_SIGNATURE": signed(BODY)["X-PagerDuty-Signature"],
        }
        held(environ, lambda status, _: statuses.append(status))
        return statuses[0][:3]

    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        waiting = [pool.submit(post) for _ in range(MOST_AT_ONCE)]
        going_on.wait(20)
        assert post() == "503"
        released.set()
        assert {each.result() for each in waiting} == {"202"}


START = """
import runpy, sys
root = sys.argv[1]
sys.path += [f"{root}/src", f"{root}/scripts"]
sys.argv = [f"{root}/scripts/relay.py"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


# --- the command ---------------------------------------------------------------------------------


def settings(**changes: str) -> dict[str, str]:
    return {
        "DEBRIEF_RELAY_REPOSITORY": "an-org/postmortems",
        "DEBRIEF_RELAY_TOKEN": TOKEN,
        "DEBRIEF_RELAY_PAGERDUTY": SECRET,
        **changes,
    }


@pytest.mark.skipif(os.name == "nt", reason="a process is not asked to end there")
def test_the_command_serves_until_it_is_asked_to_end(root: Path) -> None:
    with loopback_github() as github:
        child = subprocess.Popen(
            # Nothing that is installed is there: it has to do with Python alone.
            [sys.executable, "-I", "-S", "-c", START, str(root)],
            env=environment_without("DEBRIEF_")
            | settings(DEBRIEF_RELAY_API=github.address, DEBRIEF_RELAY_PORT="0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            assert child.stdout is not None
            first = child.stdout.readline()
            found = re.search(r"listening on port (\d+) for an-org/postmortems: /pagerduty;", first)
            assert found, first
            assert Running(int(found[1]), github).post() == (202, "passed on")
            child.send_signal(signal.SIGTERM)
            out, err = child.communicate(timeout=120)
        finally:
            child.kill()
            child.wait()
    assert (child.returncode, err) == (0, "")
    assert [line.partition("Z ")[2] for line in out.splitlines()] == [
        f"pagerduty 202 {len(BODY)} bytes {hashlib.sha256(BODY).hexdigest()[:12]}: passed on",
        "stopped",
    ]
    assert SECRET not in first + out
    assert TOKEN not in first + out


def run(capsys: pytest.CaptureFixture[str], *words: str, **env: str) -> tuple[int, str, str]:
    code = relay.main(list(words), settings(**env))
    return code, *capsys.readouterr()


def test_what_it_cannot_run_with_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"TOKEN": "", "PAGERDUTY": "x", "PORT": "70000"}
    env = {f"DEBRIEF_RELAY_{key}": value for key, value in wrong.items()}
    code, out, err = run(capsys, **env)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "debrief relay: DEBRIEF_RELAY_PAGERDUTY has fewer than 16 bytes",
        "debrief relay: DEBRIEF_RELAY_TOKEN is missing, or is no token",
        "debrief relay: DEBRIEF_RELAY_PORT is no port: write a number up to 65535",
    ]


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run(capsys, DEBRIEF_RELAY_PORT=str(port))
    assert (code, out) == (2, "")
    assert err == f"debrief relay: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_an_argument_is_refused_and_help_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--port", "1")
    assert (code, out) == (2, "")
    assert err == "debrief relay: it takes no arguments; its settings are in the environment\n"
    code, out, err = run(capsys, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: debrief relay [--help]\n\nTake webhooks of incident tools")
    assert out.endswith("Exit code: 0 it was stopped, 2 it cannot run so.\n")
