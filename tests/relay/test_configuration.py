"""The relay's settings: what it refuses to run with, in words that name no secret."""

from __future__ import annotations

import pytest

from debrief.relay import configuration
from debrief.relay.configuration import ConfigurationError
from debrief.relay.signatures import SCHEMES

GOOD = {
    "DEBRIEF_RELAY_REPOSITORY": "an-org/postmortems",
    "DEBRIEF_RELAY_TOKEN": "a-token-made-for-the-tests",
    "DEBRIEF_RELAY_PAGERDUTY": "a-secret-made-for-the-tests",
}


def told(**changes: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        configuration.read(GOOD | {f"DEBRIEF_RELAY_{key}": value for key, value in changes.items()})
    return str(error.value).splitlines()


def test_a_sender_without_a_secret_is_none() -> None:
    read = configuration.read(GOOD)
    assert read.keys == {"pagerduty": (b"a-secret-made-for-the-tests",)}
    assert read.repository.api == "https://api.github.com"
    assert read.repository.name == "an-org/postmortems"


@pytest.mark.parametrize("sender", SCHEMES)
def test_every_sender_has_a_variable(sender: str) -> None:
    name = "DEBRIEF_RELAY_" + sender.upper().replace("-", "_")
    secret = "whsec_YS1zZWNyZXQtbWFkZS1mb3ItdGhlLXRlc3Rz" if sender == "incident-io" else "s" * 16
    assert sender in configuration.read({**GOOD, name: secret}).keys


def test_the_secret_before_this_one_counts_too() -> None:
    read = configuration.read({**GOOD, "DEBRIEF_RELAY_PAGERDUTY_OLD": "the-one-before-this-one\n"})
    assert read.keys["pagerduty"] == (b"a-secret-made-for-the-tests", b"the-one-before-this-one")


def test_no_secret_is_told() -> None:
    without = {key: value for key, value in GOOD.items() if not key.endswith("PAGERDUTY")}
    with pytest.raises(ConfigurationError, match="no sender has a secret: set DEBRIEF_RELAY_PAGER"):
        configuration.read(without)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert told(REPOSITORY="postmortems", TOKEN="", PAGERDUTY="", API="ftp://x") == [
        "DEBRIEF_RELAY_PAGERDUTY has fewer than 16 bytes",
        "DEBRIEF_RELAY_REPOSITORY is no repository: write OWNER/NAME",
        "DEBRIEF_RELAY_TOKEN is missing, or is no token",
        "DEBRIEF_RELAY_API is no https:// address",
    ]


def test_a_secret_is_never_repeated() -> None:
    lines = told(PAGERDUTY="hunter2", INCIDENT_IO="whsec_hunter2!", TOKEN="hunter2\nhunter2")
    assert len(lines) == 3
    assert "hunter2" not in "".join(lines)
    assert "secret-made" not in repr(configuration.read(GOOD))


@pytest.mark.parametrize(
    "name", ["", "a/b/c", "../x", "an-org/..", "an-org/a b", "a/b?c", "a/b\n/c"]
)
def test_what_is_no_repository_is_refused(name: str) -> None:
    assert told(REPOSITORY=name) == ["DEBRIEF_RELAY_REPOSITORY is no repository: write OWNER/NAME"]


@pytest.mark.parametrize(
    "api",
    ["http://api.example.com", "http://127.0.0.1.example.com", "https://", "file:///x", "https://a@b",
     "http://[::1", "api.github.com"],
)  # fmt: skip
def test_the_token_is_sent_nowhere_in_the_clear(api: str) -> None:
    assert told(API=api) == ["DEBRIEF_RELAY_API is no https:// address"]


@pytest.mark.parametrize(
    "api", ["https://github.example.com/api/v3/", "http://127.0.0.1:8000", "http://[::1]:8000"]
)
def test_a_server_of_ones_own_may_be_named(api: str) -> None:
    read = configuration.read({**GOOD, "DEBRIEF_RELAY_API": api})
    assert read.repository.api == api.rstrip("/")
