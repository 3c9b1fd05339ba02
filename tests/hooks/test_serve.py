"""The site while one writes: shown at once, errors listed, and none of them ends the server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.samples

SAMPLE = "postmortems/2026/2026-03-14-orders-mart-stale-prices"
PATIENCE = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A running server over a copy of the records."""

    root: Path
    url: str

    def until(self, path: str, words: str, *, absent: bool = False) -> str:
        """Ask for a page until it holds the words, or no longer does."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:  # noqa: S310
                    page = str(answer.read().decode("utf-8"))
            except (urllib.error.URLError, ConnectionError):
                page = ""
            if page and (words in page) != absent:
                return page
            time.sleep(0.2)
        raise AssertionError(f"{words!r} at {path}, absent={absent}: not within {PATIENCE} s")


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(root / "scripts" / "serve.py"), "--no-open", *options]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture
def served(root: Path, tmp_path: Path) -> Iterator[Served]:
    for name in ("postmortems", "catalog", "schema"):
        shutil.copytree(root / name, tmp_path / name)
    port = free_port()
    options = ("--port", str(port), "--root", str(tmp_path), "--today", "2026-11-22")
    process = start(root, *options)
    yield Served(tmp_path, f"http://127.0.0.1:{port}/")
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=PATIENCE)
    assert f"The site is at http://127.0.0.1:{port}/" in told
    assert "PM202" in told
    assert "Traceback" not in told


def test_a_change_is_shown_and_an_error_is_listed_until_it_is_mended(served: Served) -> None:
    record = served.root / f"{SAMPLE}.md"
    good = record.read_text("utf-8")
    served.until(SAMPLE + "/", "Orders mart served stale prices")
    record.write_text(good.replace("title: Orders mart", "title: Changed mart", 1), "utf-8")
    page = served.until(SAMPLE + "/", "Changed mart served stale prices")
    assert "db-errors" not in page
    record.write_text(good.replace("    owner: h-nguyen\n", "", 1), "utf-8")
    page = served.until("", "The check finds 1 error.")
    assert f"{SAMPLE}.md:" in page
    assert "PM202" in page
    record.write_text(good, "utf-8")
    served.until("", "The check finds", absent=True)


def test_a_port_that_is_taken_is_told_in_a_line(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told, _ = start(root, "--port", str(port)).communicate(timeout=PATIENCE)
    assert f"Error: port {port} is taken" in told
    assert "Traceback" not in told
