"""`screenshots`: pictures of each kind of page, none forgotten, and a gallery that shows them."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import _browser
import pytest
import screenshots
from in_process import InProcess

from debrief.archive import Archive
from debrief.site import inventory
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan

pytestmark = pytest.mark.samples

TODAY = "2026-11-22"


@pytest.fixture(scope="module")
def edition(root: Path) -> Edition:
    """The samples of this repository."""
    return Edition.of(Archive.load(root), date.fromisoformat(TODAY), root / "hooks" / "templates")


# --- which pages ---------------------------------------------------------------------------------


def test_whatever_a_module_makes_at_some_depth_has_a_picture(edition: Edition) -> None:
    shown = set(_browser.kinds(edition).values())
    for module in inventory.PAGES:
        places = [plan.address for plan in module.plans(edition)]
        for depth in {place.count("/") for place in places}:
            assert [p for p in places if p.count("/") == depth and p in shown], (module, depth)


def test_the_handbook_and_the_page_for_not_found_have_one(edition: Edition) -> None:
    assert {"handbook/", "404.html"} <= set(_browser.kinds(edition).values())


def test_a_new_kind_of_page_has_pictures_without_being_named(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plans(_: Edition) -> Iterator[Plan]:
        for place in ("mood/", "mood/calm/", "mood/tense/", "weather/", "weather/late/"):
            yield Plan(place, place, lambda: Page("", "", "", ""))

    new = SimpleNamespace(__name__="debrief.site.facet", plans=plans)
    monkeypatch.setattr(inventory, "PAGES", (*inventory.PAGES, new))
    kinds = _browser.kinds(edition)
    added = {name: place for name, place in kinds.items() if place.startswith(("mood", "weather"))}
    assert added == {
        "mood": "mood/",
        "weather": "weather/",
        "facet": "mood/calm/",
        "weather-one": "weather/late/",
    }


# --- the command ---------------------------------------------------------------------------------


def take(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: two cannot drive a browser in one."""
    return subprocess.run(
        [sys.executable, str(root / "scripts" / "screenshots.py"), "--today", TODAY, *options],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def looked_at(picture: Path) -> tuple[int, int, int]:
    """Width, height, and the number of different bytes in the pixels of a PNG."""
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    pixels, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        pixels += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return width, height, len(set(zlib.decompress(pixels)))


@pytest.mark.browser
def test_one_page_in_one_palette_is_a_picture_a_print_and_a_gallery(
    root: Path, samples_site: Path, tmp_path: Path
) -> None:
    options = ["--site-dir", str(samples_site), "--only", "postmortem", "--palette", "dark"]
    done = take(root, str(tmp_path / "shots"), *options, "--width", "390")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"1 picture of 1 page: .*shots/index\.html\n", done.stdout)
    folder = tmp_path / "shots"
    assert {file.name for file in folder.iterdir()} == {
        *("index.html", "postmortem-dark-390.png", "postmortem.pdf")
    }
    width, height, colours = looked_at(folder / "postmortem-dark-390.png")
    assert width == 390
    assert height > 3000, "it is the whole page"
    assert colours > 100, "something is on it"
    assert (folder / "postmortem.pdf").read_bytes().startswith(b"%PDF-")
    gallery = (folder / "index.html").read_text("utf-8")
    assert '<img src="postmortem-dark-390.png"' in gallery
    assert 'href="postmortem.pdf"' in gallery
    assert "http" not in gallery


@pytest.mark.browser
def test_a_name_that_no_page_has_is_told_with_those_there_are(
    root: Path, samples_site: Path, tmp_path: Path
) -> None:
    options = ["--site-dir", str(samples_site), "--only", "postmortom"]
    done = take(root, str(tmp_path / "shots"), *options)
    assert done.returncode == 2
    assert "no page is called postmortom; there are home, postmortems, " in done.stderr
    assert not (tmp_path / "shots").exists()


def test_without_chromium_one_line_says_what_to_do(
    in_process: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = in_process(screenshots.main, "screenshots", str(tmp_path / "shots"))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    misnamed = in_process(screenshots.main, "screenshots", str(tmp_path / "shots"))
    for done in (missing, misnamed):
        line = "Error: there is no Chromium: install it, or name it in $CHROMIUM\n"
        assert (done.code, done.out, done.err) == (2, "", line)
    assert not (tmp_path / "shots").exists()
