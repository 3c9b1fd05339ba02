"""A webhook's body → a ``repository_dispatch`` event of a repository at GitHub.

See docs.github.com/rest/repos/repos, "Create a repository dispatch event": at most ten top-level
keys, less than 64 KB, and a token that may write contents.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

EVENT_TYPE = "incident"

LIMIT = 64_000
"""Bytes of a request; GitHub says less than 64 KB, and not whether these are of 1000 or 1024."""

TEXT_LIMITS = (8_000, 2_000, 500)
"""To how many characters texts are shortened, one after the other, until the request fits."""

_ADDRESS = re.compile(r"https?://\S+")


class BodyError(Exception):
    """The body cannot be passed on; the message says why, to its sender."""


class TooLargeError(BodyError):
    """It is too large even with its texts shortened."""


class UndeliveredError(Exception):
    """GitHub did not take the event; the message is for the log."""


def request(body: bytes) -> bytes:
    """The request that carries a body.

    No key and no item is ever left out. Where the request would be too large, long texts are cut,
    and each says at its end how much is missing, so that it can be read in the draft. Raises
    :class:`BodyError`.
    """
    event = _parsed(body)
    data = _written(event)
    for most in TEXT_LIMITS:
        if len(data) < LIMIT:
            break
        data = _written(_shortened(event, most))
    if len(data) >= LIMIT:
        raise TooLargeError(
            f"the body is too large for GitHub, which takes {LIMIT} bytes: let the sender put fewer"
            " alerts into one message"
        )
    return data


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise BodyError("the body is no JSON") from None
    if not isinstance(event, dict):
        raise BodyError("the body is no JSON object")
    return event


def _written(event: object) -> bytes:
    whole = {"event_type": EVENT_TYPE, "client_payload": {"event": event}}
    form: dict[str, Any] = {"allow_nan": False, "separators": (",", ":")}
    try:
        return json.dumps(whole, ensure_ascii=False, **form).encode("utf-8")
    except UnicodeEncodeError:  # half of a pair of surrogates can only be written as an escape
        return json.dumps(whole, **form).encode("ascii")
    except (ValueError, RecursionError):
        raise BodyError("the body is no JSON") from None


def _shortened(value: Any, most: int) -> Any:
    """The value with its texts cut. Addresses stay whole: a part of one leads nowhere."""
    if isinstance(value, dict):
        return {key: _shortened(each, most) for key, each in value.items()}
    if isinstance(value, list):
        return [_shortened(each, most) for each in value]
    if not isinstance(value, str) or len(value) <= most or _ADDRESS.fullmatch(value):
        return value
    return f"{value[:most]} … [shortened on the way: {len(value) - most} more characters]"


# --- sending -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repository:
    """Where events go: ``https://api.github.com``, OWNER/NAME, and the token for it."""

    api: str
    name: str
    token: str = field(repr=False)

    def dispatch(self, data: bytes) -> urllib.request.Request:
        """The request to send."""
        return urllib.request.Request(  # noqa: S310 - http(s) was made sure of where it was read
            f"{self.api}/repos/{self.name}/dispatches",
            data=data,
            method="POST",
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "debrief-relay",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the token is for one host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None, so that the answer counts as an error."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends within a time: whoever called the relay is waiting.

    Their own queue is what keeps an event that GitHub does not take; the relay has none that a
    crash could lose.
    """

    repository: Repository
    clock: Callable[[], float]
    """Seconds that only go forward."""
    pause: Callable[[float], None]
    patience: float = 4.0
    """Seconds for all attempts together; some senders wait for no more than a few."""

    def __call__(self, data: bytes) -> None:
        """Send a request. Raises :class:`UndeliveredError`."""
        opener = urllib.request.build_opener(_StayHere)
        end = self.clock() + self.patience
        for wait in _pauses():
            try:
                left = max(end - self.clock(), 0.1)
                with opener.open(self.repository.dispatch(data), timeout=left):
                    return
            except urllib.error.HTTPError as error:
                with error:
                    failure = f"GitHub answered {error.code}"
                if error.code < 500 and error.code != 429:
                    raise UndeliveredError(f"{failure}{_MEANING.get(error.code, '')}") from None
            except (OSError, http.client.HTTPException) as error:
                failure = f"GitHub was not reached: {type(error).__name__}"
            if self.clock() + wait >= end:
                raise UndeliveredError(failure)
            self.pause(wait)


def _pauses() -> Iterator[float]:
    wait = 0.25
    while True:
        yield wait
        wait *= 2


_MEANING = {
    301: ": the repository has another name now",
    307: ": the repository has another name now",
    308: ": the repository has another name now",
    401: ": the token is wrong or has expired",
    403: ": the token may not do this, or has done it too often",
    404: ": there is no such repository, or the token does not see it",
    422: ": the event is not as GitHub wants it",
}
