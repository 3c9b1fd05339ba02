"""Sends JSON to a webhook whose address is a secret."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from debrief.reporters.plain import printable, shortened

_HERE = ("127.0.0.1", "::1", "localhost")


class UndeliveredError(Exception):
    """It was not taken; the message says why, and never to which address it was sent."""


def is_safe(address: str) -> bool:
    """Whether an address may be posted to: encrypted, or on this machine."""
    try:
        parts = urlsplit(address)
        here = parts.scheme == "http" and parts.hostname in _HERE
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = re.fullmatch(r"[!-~]+", address) is not None
    encrypted = parts.scheme == "https" or here
    return plain and bool(parts.hostname) and encrypted and port_is_one and "@" not in parts.netloc


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: what is sent is for one address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None, so that the answer counts as an error."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts to one address; what is busy is asked again a few times."""

    address: str = field(repr=False)
    pause: Callable[[float], None]
    """Waits so many seconds."""
    attempts: int = 4
    timeout: float = 15.0

    def post(self, payload: dict[str, Any]) -> None:
        """Send it. Raises :class:`UndeliveredError`."""
        failure = ""
        for attempt in range(self.attempts):
            wait, failure = self._attempt(payload)
            if not failure:
                return
            if wait is None:
                break
            if attempt + 1 < self.attempts:
                self.pause(wait or 2.0**attempt)
        raise UndeliveredError(failure)

    def _attempt(self, payload: dict[str, Any]) -> tuple[float | None, str]:
        """How long to wait before it is tried again, and why it failed; no words where it did not.

        None where there is no point in trying again.
        """
        request = urllib.request.Request(  # noqa: S310 - http(s) was made sure of before
            self.address,
            data=json.dumps(payload, ensure_ascii=True).encode("ascii"),
            method="POST",
            headers={"Content-Type": "application/json", "User-Agent": "debrief-remind"},
        )
        try:
            with urllib.request.build_opener(_StayHere).open(request, timeout=self.timeout):
                return None, ""
        except urllib.error.HTTPError as error:
            with error:
                answer = error.read(500).decode("utf-8", "replace").strip()
            said = f": {shortened(printable(answer), 120)}" if answer else ""
            busy = error.code == 429 or error.code >= 500
            return _retry_after(error) if busy else None, f"it answered {error.code}{said}"
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            return 0.0, f"it was not reached: {type(reason).__name__}"


def _retry_after(error: urllib.error.HTTPError) -> float:
    """Seconds, as the answer asks for them, within what a run can wait."""
    asked = error.headers.get("Retry-After", "")
    return min(float(asked), 60.0) if re.fullmatch("[0-9]{1,6}", asked) else 0.0
