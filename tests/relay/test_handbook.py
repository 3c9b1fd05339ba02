"""The handbook's page on the relay: what it tells is so, and what it gives to copy runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from debrief.relay import configuration
from debrief.relay.dispatch import LIMIT, TEXT_LIMITS
from debrief.relay.signatures import SCHEMES, SHORTEST_SECRET


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/handbook/relay.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(found)


def test_it_lists_every_sender_with_its_variable(page: str) -> None:
    rows = re.findall(r"^\| `/([a-z-]+)` \| `([A-Z_]+)` \|", page, re.MULTILINE)
    listed = {path: configuration.PREFIX + name for path, name in rows}
    assert listed == {sender: configuration.variable(sender) for sender in SCHEMES}


def test_it_says_the_numbers_that_hold(page: str) -> None:
    for most in TEXT_LIMITS:
        assert f"{most:,}" in page
    assert f"at least {SHORTEST_SECRET} characters" in page
    assert LIMIT < 64 * 1024


def test_what_a_container_gets_is_enough(page: str, root: Path, tmp_path: Path) -> None:
    copied = re.findall(r"^COPY (\S+) /app/(\S+)$", block(page, "dockerfile"), re.MULTILINE)
    assert len(copied) == 3
    for source, target in copied:
        there = tmp_path / target
        there.parent.mkdir(parents=True, exist_ok=True)
        if (root / source).is_dir():
            shutil.copytree(root / source, there)
        else:
            shutil.copy(root / source, there)
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(tmp_path / "relay.py"), "--help"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: debrief relay [--help]\n")


def test_the_application_for_a_function_answers(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEBRIEF_RELAY_REPOSITORY", "an-org/postmortems")
    monkeypatch.setenv("DEBRIEF_RELAY_TOKEN", "a-token-made-for-the-tests")
    monkeypatch.setenv("DEBRIEF_RELAY_PAGERDUTY", "a-secret-made-for-the-tests")
    made: dict[str, object] = {}
    exec(compile(block(page, "python"), "relay.md", "exec"), made)  # noqa: S102 - our own page
    statuses: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/pagerduty"}
    answer = made["application"](environ, lambda status, _: statuses.append(status))  # type: ignore[operator] # what the page calls so
    assert statuses == ["405 Method Not Allowed"]
    assert b"".join(answer) == b"post the event\n"
    assert capsys.readouterr().out == "pagerduty 405: post the event\n"
