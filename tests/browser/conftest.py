"""Built sites behind a server that sends their own headers, and a browser to look at them."""

from __future__ import annotations

import fnmatch
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from debrief.archive import Archive
from debrief.document import write_record
from debrief.nodes import write_yaml

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

TODAY = "2026-11-22"
SAMPLE = "2026-03-14-orders-mart-stale-prices"
UNDER = "/some/path/"
"""The site is looked at under a path, as on many hosts."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOSTILE = "\"><img src=x onerror='window.ran=1'>"
SCRIPT = "<script>window.ran=1</script>"


def build(root: Path, site: Path, *options: str, **settings: str) -> None:
    command = [sys.executable, str(root / "scripts" / "build.py"), "--site-dir", str(site)]
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), **settings}
    command += ["--today", TODAY, *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- sites ---------------------------------------------------------------------------------------


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a site under a path, with the headers that its `_headers` file asks for."""

    rules: tuple[tuple[str, str, str], ...] = ()
    """Pattern, name and value: all that match are sent, as on a host that joins them."""

    def translate_path(self, path: str) -> str:
        inside = path.split("?", maxsplit=1)[0].removeprefix(UNDER)
        return super().translate_path(f"/{inside}" if path.startswith(UNDER) else "/nothing-here")

    def end_headers(self) -> None:
        inside = "/" + self.path.split("?", maxsplit=1)[0].removeprefix(UNDER)
        for pattern, name, value in self.rules:
            if fnmatch.fnmatchcase(inside, pattern):
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def read_rules(headers: str) -> Iterator[tuple[str, str, str]]:
    """The rules of a `_headers` file."""
    pattern = ""
    for line in headers.splitlines():
        if line.startswith(" "):
            name, value = line.split(":", 1)
            yield pattern, name.strip(), value.strip()
        else:
            pattern = line


@contextmanager
def served(site: Path) -> Iterator[str]:
    rules = tuple(read_rules((site / "_headers").read_text("utf-8")))
    handler = type("SiteHandler", (Handler,), {"rules": rules})
    bound = functools.partial(handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), bound) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{UNDER}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def samples(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the samples' site."""
    site = tmp_path_factory.mktemp("samples") / "site"
    build(root, site)
    with served(site) as url:
        yield url


@pytest.fixture(scope="session")
def hostile(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a script in every field that is free text, the catalog's too."""
    there = tmp_path_factory.mktemp("hostile")
    write_hostile(root, there)
    build(root, there / "site", "--root", str(there))
    with served(there / "site") as url:
        yield url


def write_hostile(root: Path, there: Path) -> None:
    archive = Archive.load(root)
    shutil.copytree(root / "schema", there / "schema")
    for entry in (*archive.catalog_entries, *archive.entries):
        if entry.document is None or (entry.record and entry.id != SAMPLE):
            continue
        name = "postmortem" if entry.record else entry.id
        values = archive.schemas[name].read(entry.document).values
        assert values is not None
        for where, _ in entry.prose:
            put(values, where, HOSTILE)
        file = there / entry.path
        file.parent.mkdir(parents=True, exist_ok=True)
        if entry.record is None:
            file.write_text(write_yaml(values), "utf-8")
            continue
        values |= {"title": f"{SCRIPT}</title>{HOSTILE}", "status": "draft", "related": []}
        values |= {"imported": {"source": HOSTILE}, "ideas": [SCRIPT, "javascript:ran(1)"]}
        values.pop("recurrence_of", None)
        body = (
            f"## {SCRIPT}\n\n{SCRIPT} {HOSTILE} <svg/onload=x>\n\n```{{ #__config }}\n{{}}\n```\n"
        )
        file.write_text(write_record(values, body), "utf-8")
        shutil.copytree((root / entry.path).with_suffix(""), file.with_suffix(""))


def put(values: Any, where: tuple[str | int, ...], text: str) -> None:
    """Replace the value at the end of a key path."""
    for step in where[:-1]:
        values = values[step]
    values[where[-1]] = text


# --- the browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's own Chromium; playwright's download is not needed."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("there is no Chromium: install it, or name it in $CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
