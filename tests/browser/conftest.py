"""Built sites behind a server that sends their own headers, and a browser to look at them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _browser
import pytest
from watched import Watched

from debrief.archive import Archive
from debrief.document import write_record
from debrief.nodes import write_yaml

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

TODAY = "2026-11-22"
SAMPLE = "2026-03-14-orders-mart-stale-prices"
UNDER = "/some/path/"
"""The site is looked at under a path, as on many hosts."""
HOSTILE = "\"><img src=x onerror='window.ran=1'>"
SCRIPT = "<script>window.ran=1</script>"


def build(root: Path, site: Path, *options: str, **settings: str) -> None:
    command = [sys.executable, str(root / "scripts" / "build.py"), "--site-dir", str(site)]
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), **settings}
    # The page for "not found" has to know where the site lies.
    environment["DEBRIEF_SITE_URL"] = f"https://example.com{UNDER}"
    command += ["--today", TODAY, *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- sites ---------------------------------------------------------------------------------------


def built_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process to need it fills, and the others of this run take as it is.

    As pytest-xdist's documentation shows it ("Making session-scoped fixtures execute only once"),
    with a lock of the operating system: whoever holds it and fails, lets the next one try.
    """
    if os.name == "nt" or "PYTEST_XDIST_WORKER" not in os.environ:
        folder = factory.mktemp(name)
        make(folder)
        return folder
    import fcntl  # noqa: PLC0415 - Windows has none

    folder = factory.getbasetemp().parent / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def samples_site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' site."""
    folder = built_once(tmp_path_factory, "samples", lambda there: build(root, there / "site"))
    return folder / "site"


@pytest.fixture(scope="session")
def samples(samples_site: Path) -> Iterator[str]:
    """The address of the samples' site."""
    with _browser.served(samples_site, UNDER) as url:
        yield url


@pytest.fixture(scope="session")
def samples_in_pagefind(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the samples' site as if it were too large for the light index."""

    def make(there: Path) -> None:
        build(root, there / "site", DEBRIEF_SEARCH_LIMIT="1")

    folder = built_once(tmp_path_factory, "pagefind", make)
    with _browser.served(folder / "site", UNDER) as url:
        yield url


@pytest.fixture(scope="session")
def hostile_root(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a script in every field that is free text, the catalog's too."""
    return built_once(tmp_path_factory, "hostile", lambda there: write_hostile(root, there))


@pytest.fixture(scope="session")
def hostile_in_pagefind(
    root: Path, hostile_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the hostile archive's site as if it were too large for the light index."""

    def make(there: Path) -> None:
        build(root, there / "site", "--root", str(hostile_root), DEBRIEF_SEARCH_LIMIT="1")

    folder = built_once(tmp_path_factory, "hostile-in-pagefind", make)
    with _browser.served(folder / "site", UNDER) as url:
        yield url


@pytest.fixture(scope="session")
def hostile(
    root: Path, hostile_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the hostile archive's site."""

    def make(there: Path) -> None:
        build(root, there / "site", "--root", str(hostile_root))

    folder = built_once(tmp_path_factory, "hostile-site", make)
    with _browser.served(folder / "site", UNDER) as url:
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
    if _browser.find_chromium() is None:
        pytest.skip(_browser.NO_CHROMIUM)
    with _browser.chromium() as browser:
        yield browser


@pytest.fixture
def watched(chromium: Any) -> Iterator[Watched]:
    context = chromium.new_context()
    yield Watched(context.new_page())
    context.close()
