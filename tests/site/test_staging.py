"""The staged site: complete, plain, and what other generators make of it is what was made here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import material
import pytest
import yaml
from html_tree import events

from debrief.site import inventory
from debrief.site.edition import Edition
from debrief.site.page import Feed, Page
from debrief.site.staging import (
    CONFIGURATION,
    MARK,
    Source,
    Staged,
    StagingError,
    document,
    linking_to_all,
    stage,
)

pytestmark = pytest.mark.samples

THEME = Path(material.__file__).parent / "templates"

Build = Callable[[str, Path], Path]


@pytest.fixture(scope="session")
def source(root: Path) -> Source:
    """The handbook and the configuration of this repository."""
    return Source(root / "docs", (root / "mkdocs.yml").read_text("utf-8"), {}, (THEME,))


def by_path(staged: Iterable[Staged]) -> dict[str, bytes]:
    return {file.path: file.content for file in staged}


def lay_down(staged: Iterable[Staged], folder: Path) -> Path:
    for path, content in by_path(staged).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def build(generator: str, folder: Path) -> Path:
    """Build a stage, strictly, as a person would; the site."""
    command = [sys.executable, "-m", generator, "build", "--strict", "-f", CONFIGURATION]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


# --- through another generator -------------------------------------------------------------------


@pytest.mark.parametrize("generator", ["properdocs", "zensical"])
def test_hostile_pages_come_out_of_another_generator_as_they_were_made(
    hostile: Edition, source: Source, tmp_path: Path, generator: str, read: Any
) -> None:
    site = build(generator, lay_down(stage(hostile, source), tmp_path / "stage"))
    harmless = read((site / "authoring" / "index.html").read_text("utf-8"))
    for plan in inventory.plans(linking_to_all(hostile)):
        built, made = (site / plan.address / "index.html").read_text("utf-8"), plan.make()
        assert events(built, within="article") == events(made.html), plan.address
        # And what the theme shows of it elsewhere: in the title, the header, the contents.
        page = read(built)
        tags = [tag for tag, _ in page.elements]
        usual = [tag for tag, _ in harmless.elements].count("script")
        assert tags.count("script") == usual + len(made.scripts), plan.address
        assert "b" not in tags
        assert not [name for _, found in page.elements for name in found if name.startswith("on")]
        assert not [target for target in page.values("href") if target.startswith("javascript")]


# --- pages ---------------------------------------------------------------------------------------


def front_matter(text: str) -> Any:
    _, block, _ = text.split("---\n", 2)
    return yaml.safe_load(block)


def test_front_matter_is_html_that_a_theme_may_print_as_it_is() -> None:
    title = 'A "b": <script>\n---\n{{ x }} & y'
    page = Page("x/", title, title, "<p>x</p>", scripts=("assets/x.js",))
    page = replace(page, feeds=(Feed("feed.xml", "<All>"),))
    values = front_matter(document(page))
    shown = "A &#34;b&#34;: &lt;script&gt;\n---\n{{ x }} &amp; y"
    assert values == {
        "title": shown,
        "description": shown,
        "hide": ["navigation"],
        "scripts": ["assets/x.js"],
        # The template escapes these itself.
        "feeds": [{"address": "feed.xml", "title": "<All>", "kind": "application/atom+xml"}],
    }


BESIDE_EACH_OTHER = ("summary", "actions")
"""Two headings of a postmortem stand in columns, and Markdown takes no heading out of a column."""


def test_the_table_of_contents_of_every_page_survives(samples: Edition) -> None:
    for plan in inventory.plans(samples):
        page = plan.make()
        lines = document(page).splitlines()
        for heading in page.headings[0].inner:
            if plan.source is not None and heading.anchor in BESIDE_EACH_OTHER:
                continue
            ends = [line for line in lines if line.endswith(f" {{#{heading.anchor}}}")]
            assert len(ends) == 1, (plan.address, heading)


# --- the whole of it -----------------------------------------------------------------------------


def test_every_page_every_attachment_and_the_handbook_is_there(
    root: Path, samples: Edition, source: Source
) -> None:
    found = by_path(stage(samples, source))
    for plan in inventory.plans(samples):
        assert f"docs/{plan.address}index.md" in found
    for made in inventory.files(samples):
        assert found[f"docs/{made.address}"] == made.make()
    for place, file in inventory.attachments(samples):
        assert found[f"docs/{place}"] == file.read_bytes()
    for file in (root / "docs").rglob("*.*"):
        assert found[file.relative_to(root).as_posix()] == file.read_bytes()


def test_the_same_edition_gives_the_same_bytes(samples: Edition, source: Source) -> None:
    assert list(stage(samples, source)) == list(stage(samples, source))


def test_a_page_of_the_handbook_at_the_place_of_a_generated_one_is_told(
    repository: Any, source: Source, tmp_path: Path
) -> None:
    handbook = tmp_path / "handbook"
    (handbook / "Owners").mkdir(parents=True)
    (handbook / "Owners" / "index.md").write_text("# Mine")
    with pytest.raises(StagingError, match=r"docs/owners/index\.md .* Owners/index\.md"):
        list(stage(repository.edition(), replace(source, docs=handbook)))


# --- the configuration ---------------------------------------------------------------------------

SETTINGS = """\
site_name: !ENV [NAME, Debrief]
site_url: !ENV [NOTHING, SITE]
edit_uri: https://example.com/edit/
hooks:
  - hooks/archive.py
extra:
  today: !ENV DAY
  version: !ENV UNKNOWN
  own: "no"
not_in_nav: |
  /drafts/
nav:
  - Home: index.md
  - More:
      - Postmortems: postmortems/index.md
markdown_extensions:
  - pymdownx.superfences:
      custom_fences:
        - {name: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format ""}
"""
ENVIRONMENT = {"NAME": "Ours: #1", "SITE": "https://example.com/some/path/"}


def configured(repository: Any, source: Source) -> str:
    changed = replace(source, settings=SETTINGS, environment=ENVIRONMENT)
    first = next(iter(stage(repository.edition(), changed)))
    assert first.path == CONFIGURATION
    return first.content.decode("utf-8")


def test_the_configuration_is_ours_without_what_needs_hooks(
    repository: Any, source: Source
) -> None:
    text = configured(repository, source)
    assert text.startswith(MARK)
    assert "!!python/name:pymdownx.superfences.fence_code_format" in text
    values = yaml.safe_load(text.replace("!!python/name:pymdownx", "x"))
    assert values["site_name"] == "Ours: #1"
    assert values["nav"] == [
        {"Home": "index.md"},
        {"More": [{"Postmortems": "postmortems/index.md"}]},
    ]
    policy = values["extra"].pop("content_security_policy")
    assert values["extra"] == {"version": None, "own": "no"}
    assert "'unsafe" not in policy
    assert not {"hooks", "edit_uri"} & values.keys()


def test_what_comes_from_the_environment_is_the_first_that_is_set(
    repository: Any, source: Source
) -> None:
    assert 'site_url: "https://example.com/some/path/"' in configured(repository, source)


def test_pages_that_the_navigation_has_no_place_for_are_no_mistake(
    repository: Any, source: Source
) -> None:
    text = configured(repository, source).replace("!!python/name:pymdownx", "x")
    hidden = yaml.safe_load(text)["not_in_nav"].splitlines()
    assert hidden[0] == "/drafts/"
    assert {"/owners", "/status", "/assets"} <= set(hidden)
    assert "/index.md" not in hidden


def test_a_configuration_that_cannot_be_read_is_told(repository: Any, source: Source) -> None:
    for wrong in ("a: [", "- a"):
        with pytest.raises(StagingError, match=r"mkdocs\.yml: it"):
            list(stage(repository.edition(), replace(source, settings=wrong)))
