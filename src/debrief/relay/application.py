"""The relay as a WSGI application (PEP 3333), which any server and many a function can run."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, Any

from debrief.relay import dispatch
from debrief.relay.signatures import SCHEMES, Delivery, RefusedError

MOST_BYTES = 1_000_000
"""Of a body. The largest that tools send are some hundred thousand."""

MOST_AT_ONCE = 32
"""Requests that are being passed on."""

HEALTH = "/health"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender gets, and what the log says where that is more."""

    status: HTTPStatus
    words: str
    logged: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class _AnswerError(Exception):
    """Ends the work on a request early."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def _stop(status: HTTPStatus, words: str, logged: str = "") -> _AnswerError:
    return _AnswerError(Answer(status, words, logged))


@dataclass(frozen=True)
class Relay:
    """Takes deliveries, and passes on those that prove where they come from.

    It answers 202 once GitHub has taken the event and not before, so that a sender who was
    answered need not remember it, and one who was not sends it again. The log gets a line for each
    request, made of this module's own words, numbers, and the beginning of the body's SHA-256:
    nothing that was sent, and no secret.
    """

    keys: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    forward: Callable[[bytes], None]
    """Raises :class:`dispatch.UndeliveredError`."""
    now: Callable[[], float]
    """Seconds since 1970."""
    log: Callable[[str], None]
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(MOST_AT_ONCE), repr=False
    )

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer one request."""
        path = str(environ.get("PATH_INFO", ""))
        if path == HEALTH and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            answer = Answer(HTTPStatus.OK, "ok")  # asked every few seconds: not for the log
        else:
            answer = self._answer(path.removeprefix("/"), environ)
        start_response(
            f"{answer.status.value} {answer.status.phrase}",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Cache-Control", "no-store"),
                *answer.headers,
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [f"{answer.words}\n".encode()]

    def _answer(self, sender: str, environ: Mapping[str, Any]) -> Answer:
        if sender not in self.keys:
            answer = Answer(HTTPStatus.NOT_FOUND, "there is nothing here")
            return self._logged("-", answer, None)
        if environ["REQUEST_METHOD"] != "POST":
            allow = (("Allow", "POST"),)
            answer = Answer(HTTPStatus.METHOD_NOT_ALLOWED, "post the event", headers=allow)
            return self._logged(sender, answer, None)
        body = None
        try:
            body = _body(environ)
            answer = self._passed_on(sender, Delivery(_headers(environ), body))
        except _AnswerError as error:
            answer = error.answer
        except Exception as error:  # noqa: BLE001 - no traceback may quote what was sent
            words = f"failed: {type(error).__name__}"
            answer = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, "that failed", words)
        return self._logged(sender, answer, body)

    def _passed_on(self, sender: str, delivery: Delivery) -> Answer:
        try:
            SCHEMES[sender].check(delivery, self.keys[sender], self.now())
        except RefusedError as error:
            raise _stop(HTTPStatus.UNAUTHORIZED, "not accepted", str(error)) from None
        try:
            data = dispatch.request(delivery.body)
        except dispatch.TooLargeError as error:
            raise _stop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)) from None
        except dispatch.BodyError as error:
            raise _stop(HTTPStatus.BAD_REQUEST, str(error)) from None
        if not self._places.acquire(blocking=False):
            raise _stop(HTTPStatus.SERVICE_UNAVAILABLE, "busy: send it again")
        try:
            self.forward(data)
        except dispatch.UndeliveredError as error:
            words = "GitHub did not take it: send it again"
            raise _stop(HTTPStatus.SERVICE_UNAVAILABLE, words, str(error)) from None
        finally:
            self._places.release()
        return Answer(HTTPStatus.ACCEPTED, "passed on")

    def _logged(self, sender: str, answer: Answer, body: bytes | None) -> Answer:
        told = [sender, str(answer.status.value)]
        if body is not None:
            told.append(f"{len(body)} bytes {hashlib.sha256(body).hexdigest()[:12]}")
        self.log(f"{' '.join(told)}: {answer.logged or answer.words}")
        return answer


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    return {
        key.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }


def _body(environ: Mapping[str, Any]) -> bytes:
    """The body as it came. Raises :class:`_AnswerError`."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not re.fullmatch(r"[0-9]{1,12}", length):
        raise _stop(HTTPStatus.LENGTH_REQUIRED, "say how long the body is: Content-Length")
    stream: IO[bytes] = environ["wsgi.input"]
    if int(length) > MOST_BYTES:
        _discard(stream, int(length))
        words = f"the body has more than {MOST_BYTES} bytes"
        raise _stop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
    try:
        body = stream.read(int(length))
    except TimeoutError:
        raise _stop(HTTPStatus.REQUEST_TIMEOUT, "the body did not come in time") from None
    if len(body) != int(length):
        raise _stop(HTTPStatus.BAD_REQUEST, "the body ended early")
    return body


def _discard(stream: IO[bytes], length: int) -> None:
    """Read on for a while: a sender whose connection is cut before it was read sees no answer."""
    left = min(length, 10 * MOST_BYTES)
    while left > 0:
        try:
            piece = stream.read(min(left, 65_536))
        except OSError:
            return
        if not piece:
            return
        left -= len(piece)
