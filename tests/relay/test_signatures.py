"""Each sender's proof: what is accepted, and that nothing near it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.relay.signatures import SCHEMES, TOLERANCE, Delivery, RefusedError, SecretError

NOW = 1_773_480_000
SECRET = "a-secret-made-for-the-tests"
OTHER = "another-secret-of-the-tests"
SVIX = "whsec_" + base64.b64encode(SECRET.encode()).decode()
BODY = b'{"event":{"id":"01","text":"d\xc3\xa9j\xc3\xa0 vu"}}\n'


def sha256(secret: str, text: bytes) -> bytes:
    return hmac.new(secret.encode(), text, hashlib.sha256).digest()


def pagerduty(secret: str, body: bytes, _at: int) -> dict[str, str]:
    return {"x-pagerduty-signature": f"v1={sha256(secret, body).hex()}"}


def incident_io(secret: str, body: bytes, at: int) -> dict[str, str]:
    signature = base64.b64encode(sha256(secret, f"msg_1.{at}.".encode() + body)).decode()
    return {"svix-id": "msg_1", "svix-timestamp": str(at), "svix-signature": f"v1,{signature}"}


def standard_webhooks(secret: str, body: bytes, at: int) -> dict[str, str]:
    signed = incident_io(secret, body, at)
    return {key.replace("svix", "webhook"): value for key, value in signed.items()}


def firehydrant(secret: str, body: bytes, _at: int) -> dict[str, str]:
    return {"fh-signature": sha256(secret, body).hex()}


def rootly(secret: str, body: bytes, at: int) -> dict[str, str]:
    return {"x-rootly-signature": f"t={at},v1={sha256(secret, str(at).encode() + body).hex()}"}


def github(secret: str, body: bytes, _at: int) -> dict[str, str]:
    return {"x-hub-signature-256": f"sha256={sha256(secret, body).hex()}"}


def grafana(secret: str, body: bytes, at: int) -> dict[str, str]:
    signature = sha256(secret, f"{at}:".encode() + body).hex()
    name = "x-grafana-alerting-signature"
    return {name: signature, f"{name}-timestamp": str(at)}


def grafana_without_time(secret: str, body: bytes, _at: int) -> dict[str, str]:
    return {"x-grafana-alerting-signature": sha256(secret, body).hex()}


def monte_carlo(secret: str, body: bytes, _at: int) -> dict[str, str]:
    return {"x-mcd-signature": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}


def bearer(secret: str, _body: bytes, _at: int) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def basic(secret: str, _body: bytes, _at: int) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"debrief:{secret}".encode()).decode()}


Sign = Callable[[str, bytes, int], Mapping[str, str]]

SIGNED: dict[str, tuple[str, Sign]] = {
    "pagerduty": ("pagerduty", pagerduty),
    "incident.io": ("incident-io", incident_io),
    "incident.io, as webhook-*": ("incident-io", standard_webhooks),
    "firehydrant": ("firehydrant", firehydrant),
    "rootly": ("rootly", rootly),
    "github": ("github", github),
    "grafana": ("grafana", grafana),
    "grafana without a time": ("grafana", grafana_without_time),
    "monte carlo": ("monte-carlo", monte_carlo),
}
SHOWN: dict[str, tuple[str, Sign]] = {
    "grafana before it signed": ("grafana", bearer),
    "opsgenie": ("opsgenie", bearer),
    "datadog": ("datadog", bearer),
    "alertmanager": ("alertmanager", basic),
    "generic": ("generic", basic),
}
TIMED = ("incident.io", "incident.io, as webhook-*", "rootly", "grafana")

each = pytest.mark.parametrize(("sender", "sign"), (SIGNED | SHOWN).values(), ids=SIGNED | SHOWN)
each_signed = pytest.mark.parametrize(("sender", "sign"), SIGNED.values(), ids=SIGNED)
each_timed = pytest.mark.parametrize(
    ("sender", "sign"), [SIGNED[name] for name in TIMED], ids=TIMED
)


def check(
    sender: str, headers: Mapping[str, str], body: bytes = BODY, *, secrets: tuple[str, ...] = ()
) -> None:
    scheme = SCHEMES[sender]
    of_svix = sender == "incident-io"
    given = secrets or (SECRET,)
    written = [
        "whsec_" + base64.b64encode(each.encode()).decode() if of_svix else each for each in given
    ]
    scheme.check(Delivery(headers, body), [scheme.key(each) for each in written], NOW)


def test_every_sender_is_tried_here() -> None:
    assert {sender for sender, _ in (SIGNED | SHOWN).values()} == set(SCHEMES)


@each
def test_what_the_sender_made_is_accepted(sender: str, sign: Sign) -> None:
    check(sender, sign(SECRET, BODY, NOW))


@each
def test_another_secret_is_refused(sender: str, sign: Sign) -> None:
    with pytest.raises(RefusedError, match="the signature or secret is wrong"):
        check(sender, sign(OTHER, BODY, NOW))


@each
def test_nothing_at_all_is_refused(sender: str, sign: Sign) -> None:
    with pytest.raises(RefusedError, match=r"^the header [a-z0-9-]+ is missing$"):
        check(sender, {})
    blank = dict.fromkeys(sign(SECRET, BODY, NOW), " ")
    with pytest.raises(RefusedError, match=r"^the header [a-z0-9-]+ is missing$"):
        check(sender, blank)


@each_signed
@pytest.mark.parametrize("other", [b"", BODY[:-1], BODY + b" ", BODY.replace(b"01", b"02")])
def test_another_body_is_refused(sender: str, sign: Sign, other: bytes) -> None:
    with pytest.raises(RefusedError, match="is wrong"):
        check(sender, sign(SECRET, BODY, NOW), other)


@each
def test_the_secret_before_this_one_is_accepted_while_both_are_known(
    sender: str, sign: Sign
) -> None:
    check(sender, sign(OTHER, BODY, NOW), secrets=(SECRET, OTHER))


@each_timed
@pytest.mark.parametrize("away", [-TOLERANCE, TOLERANCE])
def test_five_minutes_are_close_enough(sender: str, sign: Sign, away: int) -> None:
    check(sender, sign(SECRET, BODY, NOW + away))


@each_timed
@pytest.mark.parametrize("away", [-TOLERANCE - 1, TOLERANCE + 1, -NOW])
def test_a_replay_is_refused_though_it_is_signed(sender: str, sign: Sign, away: int) -> None:
    with pytest.raises(RefusedError, match="more than five minutes from now"):
        check(sender, sign(SECRET, BODY, NOW + away))


@each_timed
def test_a_time_that_was_changed_afterwards_is_refused(sender: str, sign: Sign) -> None:
    old = sign(SECRET, BODY, NOW - 4_000)
    new = {key: value.replace(str(NOW - 4_000), str(NOW)) for key, value in old.items()}
    with pytest.raises(RefusedError, match="is wrong"):
        check(sender, new)


@each_timed
@pytest.mark.parametrize("at", ["soon", "-1", "1e9", "٣", "9" * 5_000, f"{NOW}.0"])
def test_a_time_that_is_no_number_is_refused(sender: str, sign: Sign, at: str) -> None:
    signed = {key: value.replace(str(NOW), at) for key, value in sign(SECRET, BODY, NOW).items()}
    with pytest.raises(RefusedError, match="is not a number of seconds"):
        check(sender, signed)


def test_grafanas_time_cannot_be_left_out_afterwards() -> None:
    signed = grafana(SECRET, BODY, NOW - 4_000)
    del signed["x-grafana-alerting-signature-timestamp"]
    with pytest.raises(RefusedError, match="is wrong"):
        check("grafana", signed)


@pytest.mark.parametrize(
    ("sender", "name", "between"),
    [
        ("pagerduty", "x-pagerduty-signature", ","),
        ("pagerduty", "x-pagerduty-signature", ", "),
        ("incident-io", "svix-signature", " "),
    ],
)
def test_one_right_signature_of_several_is_enough(sender: str, name: str, between: str) -> None:
    sign = pagerduty if sender == "pagerduty" else incident_io
    wrong, right = sign(OTHER, BODY, NOW), sign(SECRET, BODY, NOW)
    check(sender, right | {name: between.join([wrong[name], right[name]])})
    check(sender, right | {name: between.join([right[name], wrong[name], "v2=abc", "v1a,abc"])})
    with pytest.raises(RefusedError, match="is wrong"):
        check(sender, right | {name: between.join([wrong[name], wrong[name]])})


@pytest.mark.parametrize("mark", ["", "v2=", "V1=", "sha256="])
def test_a_signature_of_another_version_is_none(mark: str) -> None:
    headers = {"x-pagerduty-signature": f"{mark}{sha256(SECRET, BODY).hex()}"}
    with pytest.raises(RefusedError, match="begins with v1="):
        check("pagerduty", headers)


@pytest.mark.parametrize("value", ["Bearer", "Token x", "Basic !!!", "Basic /w==", SECRET, "Basic"])
def test_an_authorization_that_shows_no_secret_is_refused(value: str) -> None:
    with pytest.raises(RefusedError):
        check("opsgenie", {"authorization": value})


def test_monte_carlos_own_example_is_accepted() -> None:
    # Their example signs the parsed body as Python writes it into a form.
    body = {"version": "v2", "payload": {"incident_id": "1", "event_list": [{"a": None}]}}
    text = b"version=v2&payload=%7B%27incident_id%27%3A+%271%27%2C+"
    text += b"%27event_list%27%3A+%5B%7B%27a%27%3A+None%7D%5D%7D"
    signature = hmac.new(SECRET.encode(), text, hashlib.sha512).hexdigest()
    check("monte-carlo", {"x-mcd-signature": signature}, json.dumps(body, indent=1).encode())


# Published by those who define the schemes, to try an implementation on.


def test_svixs_published_example_holds() -> None:
    scheme = SCHEMES["incident-io"]
    headers = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    key = scheme.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    scheme.check(Delivery(headers, b'{"test": 2432232314}'), [key], 1_614_265_330)


def test_githubs_published_example_holds() -> None:
    scheme = SCHEMES["github"]
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    delivery = Delivery({"x-hub-signature-256": f"sha256={digest}"}, b"Hello, World!")
    scheme.check(delivery, [scheme.key("It's a Secret to Everybody")], NOW)


@given(st.sampled_from(sorted(SCHEMES)), st.text(), st.text(), st.binary(max_size=200))
def test_whatever_comes_without_the_secret_is_refused(
    sender: str, value: str, at: str, body: bytes
) -> None:
    names: tuple[str, ...] = ("x-pagerduty-signature", "fh-signature", "x-rootly-signature")
    names += (
        "x-mcd-signature",
        "x-hub-signature-256",
        "x-grafana-alerting-signature",
        "authorization",
        "svix-id",
    )
    marks = ("", "v1=", "v1,", "sha256=", f"t={NOW},v1=", "Bearer ", "Basic ")
    for mark in marks:
        headers = dict.fromkeys(names, f"{mark}{value}")
        headers |= {"svix-signature": f"v1,{value}", "svix-timestamp": at or str(NOW)}
        with pytest.raises(RefusedError):
            check(sender, headers, body)


# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", SCHEMES)
def test_a_short_secret_is_no_secret(sender: str) -> None:
    with pytest.raises(SecretError, match="fewer than 16 bytes"):
        SCHEMES[sender].key("")
    with pytest.raises(SecretError):
        SCHEMES[sender].key("fifteen-letters")


def test_a_svix_secret_that_is_none_is_told_without_repeating_it() -> None:
    with pytest.raises(SecretError) as told:
        SCHEMES["incident-io"].key("whsec_not base64 at all!")
    assert str(told.value) == "is no Svix secret: whsec_ and base64"


def test_svixs_secret_may_lack_its_prefix() -> None:
    scheme = SCHEMES["incident-io"]
    assert scheme.key(SVIX) == scheme.key(SVIX.removeprefix("whsec_")) == SECRET.encode()
