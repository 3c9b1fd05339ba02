"""Whether a webhook comes from the tool that it claims to come from.

Each scheme is what the tool's own documentation says:

- PagerDuty: developer.pagerduty.com/docs/webhook-signatures
- incident.io sends through Svix: docs.svix.com/receiving/verifying-payloads/how-manual
- FireHydrant: docs.firehydrant.com, "Send a Webhook", "Signature Verification"
- Rootly: docs.rootly.com/configuration/webhooks
- GitHub: docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
- Grafana: grafana.com/docs/grafana/latest/alerting, "Configure webhook notifications"
- Monte Carlo: docs.getmontecarlo.com/docs/webhooks

Opsgenie, Datadog, Alertmanager and whatever sends the project's own JSON sign nothing; they send a
secret along, as ``Authorization: Bearer`` or as the password of ``Basic``.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlencode

TOLERANCE = 300
"""Seconds by which a signed time may differ from now, as the Svix libraries have it."""

SHORTEST_SECRET = 16


class RefusedError(Exception):
    """The delivery proves nothing; the message says why, for the log and not for the sender."""


class SecretError(ValueError):
    """A secret that cannot be used; the message does not repeat it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request: its headers by their names in lower case, and its body as it came."""

    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header. Raises :class:`RefusedError` where it is missing."""
        value = self.headers.get(name, "").strip()
        if not value:
            raise RefusedError(f"the header {name} is missing")
        return value


class Claim(Protocol):
    """What a delivery offers as proof."""

    def holds(self, key: bytes) -> bool:
        """Whether whoever made it knew the key; takes as long for a near miss as for any other."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Signatures, any of which may be over any of some texts."""

    given: tuple[str, ...]
    texts: tuple[bytes, ...]
    digest: str = "sha256"
    written: Callable[[bytes], str] = bytes.hex

    def holds(self, key: bytes) -> bool:
        """Whether one of them is a signature with this key."""
        expected = [self.written(hmac.digest(key, text, self.digest)) for text in self.texts]
        return any(_same(one, other) for one in self.given for other in expected)


@dataclass(frozen=True, slots=True)
class Shown:
    """The secret itself."""

    given: str

    def holds(self, key: bytes) -> bool:
        """Whether it is this one."""
        return hmac.compare_digest(self.given.encode("utf-8", "replace"), key)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("ascii"))


# --- schemes -------------------------------------------------------------------------------------


def _pagerduty(delivery: Delivery, _now: float) -> Claim:
    # Several, separated by commas, while a secret is being replaced; other versions may come.
    parts = delivery.header("x-pagerduty-signature").split(",")
    return Signed(_of_version("v1=", parts), (delivery.body,))


def _svix(delivery: Delivery, now: float) -> Claim:
    brand = "svix" if "svix-signature" in delivery.headers else "webhook"
    identity, at = delivery.header(f"{brand}-id"), delivery.header(f"{brand}-timestamp")
    _refuse_stale(at, now)
    given = _of_version("v1,", delivery.header(f"{brand}-signature").split())
    text = f"{identity}.{at}.".encode("utf-8", "replace") + delivery.body
    return Signed(given, (text,), written=lambda digest: base64.b64encode(digest).decode("ascii"))


def _firehydrant(delivery: Delivery, _now: float) -> Claim:
    return Signed((delivery.header("fh-signature"),), (delivery.body,))


def _rootly(delivery: Delivery, now: float) -> Claim:
    parts = [part.strip() for part in delivery.header("x-rootly-signature").split(",")]
    (at, *_) = _of_version("t=", parts)
    _refuse_stale(at, now)
    # The time and the body with nothing between them.
    return Signed(_of_version("v1=", parts), (at.encode("ascii") + delivery.body,))


def _github(delivery: Delivery, _now: float) -> Claim:
    given = _of_version("sha256=", [delivery.header("x-hub-signature-256")])
    return Signed(given, (delivery.body,))


def _grafana(delivery: Delivery, now: float) -> Claim:
    signature = "x-grafana-alerting-signature"
    if signature not in delivery.headers:  # before 11.6 it could not sign
        return _shown(delivery, now)
    given = (delivery.header(signature),)
    at = delivery.headers.get(f"{signature}-timestamp", "").strip()
    if not at:
        return Signed(given, (delivery.body,))
    _refuse_stale(at, now)
    return Signed(given, (at.encode("ascii") + b":" + delivery.body,))


def _monte_carlo(delivery: Delivery, _now: float) -> Claim:
    given = (delivery.header("x-mcd-signature"),)
    texts = [delivery.body]
    # What their own example in Python computes: the parsed body, written as a form.
    with suppress(ValueError, TypeError, RecursionError):  # no JSON object has no such text
        texts.append(urlencode(json.loads(delivery.body)).encode("utf-8"))
    return Signed(given, tuple(texts), digest="sha512")


def _shown(delivery: Delivery, _now: float) -> Claim:
    scheme, _, rest = delivery.header("authorization").partition(" ")
    if scheme.lower() == "bearer":
        return Shown(rest.strip())
    if scheme.lower() == "basic":
        try:
            name_and_password = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
        except ValueError:
            raise RefusedError("the header authorization cannot be read") from None
        return Shown(name_and_password.partition(":")[2])
    raise RefusedError("the header authorization is neither Bearer nor Basic")


def _of_version(mark: str, parts: Iterable[str]) -> tuple[str, ...]:
    stripped = (part.strip() for part in parts)
    found = tuple(part.removeprefix(mark) for part in stripped if part.startswith(mark))
    if not found:
        raise RefusedError(f"no part of the signature begins with {mark}")
    return found


def _refuse_stale(at: str, now: float) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", at):
        raise RefusedError("the signed time is not a number of seconds")
    if abs(now - int(at)) > TOLERANCE:
        raise RefusedError("the signed time is more than five minutes from now")


# --- keys ----------------------------------------------------------------------------------------


def _plain_key(secret: str) -> bytes:
    return secret.encode("utf-8")


def _svix_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise SecretError("is no Svix secret: whsec_ and base64") from None


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one tool proves itself."""

    claim: Callable[[Delivery, float], Claim]
    written_key: Callable[[str], bytes] = _plain_key

    def key(self, secret: str) -> bytes:
        """The key that a secret stands for. Raises :class:`SecretError`."""
        key = self.written_key(secret)
        if len(key) < SHORTEST_SECRET:
            raise SecretError(f"has fewer than {SHORTEST_SECRET} bytes")
        return key

    def check(self, delivery: Delivery, keys: Iterable[bytes], now: float) -> None:
        """Raises :class:`RefusedError` unless one of the keys made the proof, and made it lately.

        ``now`` is in seconds since 1970.
        """
        claim = self.claim(delivery, now)
        if not any(claim.holds(key) for key in keys):
            raise RefusedError("the signature or secret is wrong")


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "alertmanager": Scheme(_shown),
        "datadog": Scheme(_shown),
        "firehydrant": Scheme(_firehydrant),
        "generic": Scheme(_shown),
        "github": Scheme(_github),
        "grafana": Scheme(_grafana),
        "incident-io": Scheme(_svix, _svix_key),
        "monte-carlo": Scheme(_monte_carlo),
        "opsgenie": Scheme(_shown),
        "pagerduty": Scheme(_pagerduty),
        "rootly": Scheme(_rootly),
    }
)
"""Sender → its scheme; the sender's name is the path to which it posts."""
