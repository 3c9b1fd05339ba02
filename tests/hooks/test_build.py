"""The site as MkDocs builds it: complete, sound, always the same, and refused when it must be."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
import vobject
from built_site import Links, dead_links, read
from jsonschema import Draft7Validator

pytestmark = pytest.mark.samples

TODAY = "2026-11-22"
SAMPLE = "2026-03-14-orders-mart-stale-prices"
CONTENT = ("postmortems", "catalog", "schema")
CODE = ("hooks", "docs", "src", "scripts", "mkdocs.yml")

Build = Callable[..., "subprocess.CompletedProcess[str]"]


def build(root: Path, site: Path, *options: str, **environment: str) -> Any:
    """Run scripts/build.py of the repository at a root."""
    command = [sys.executable, str(root / "scripts" / "build.py"), "--site-dir", str(site)]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DEBRIEF_", "SOURCE_"))}
    return subprocess.run(
        [*command, "--today", TODAY, *options],
        env={**inherited, "PYTHONPATH": str(root / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def copy(root: Path, to: Path, *names: str) -> Path:
    """Copy parts of the repository."""
    for name in names:
        if (root / name).is_dir():
            shutil.copytree(root / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, to / name)
    return to


def with_history_of(root: Path, there: Path) -> Path:
    """Make a copy a work tree of the same commits; where there are none, neither has any."""
    ask = ["git", "rev-parse", "--absolute-git-dir"]
    found = subprocess.run(ask, cwd=root, capture_output=True, text=True, check=False)
    if found.returncode == 0:
        (there / ".git").write_text(f"gitdir: {found.stdout}", "utf-8")
    return there


@pytest.fixture(scope="session")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the samples."""
    site = tmp_path_factory.mktemp("built") / "site"
    done = build(root, site)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"\d+ pages in [\d.]+ s: ", done.stdout)
    return site


@pytest.fixture(scope="session")
def pages(built: Path) -> dict[str, Links]:
    return read(built)


# --- a good build --------------------------------------------------------------------------------


def test_records_pages_and_rows_are_the_same(root: Path, built: Path) -> None:
    records = {file.stem for file in (root / "postmortems").glob("*/*.md")}
    pages = {file.parent.name for file in (built / "postmortems").glob("*/*/index.html")}
    rows = re.findall(r'data-record="([^"]+)"', (built / "postmortems/index.html").read_text())
    assert records == pages
    assert sorted(records) == sorted(rows)


def test_no_link_within_the_site_is_dead(built: Path, pages: dict[str, Links]) -> None:
    assert list(dead_links(built, pages)) == []


def test_nothing_is_loaded_from_elsewhere(built: Path, pages: dict[str, Links]) -> None:
    for path, page in pages.items():
        assert not [link for link in page.loaded if urlsplit(link).netloc], path
    for sheet in built.rglob("*.css"):
        assert not re.findall(r"url\(\s*['\"]?(?:https?:)?//", sheet.read_text("utf-8")), sheet
        assert "@import" not in sheet.read_text("utf-8")


def test_no_page_has_handlers_or_styles_of_its_own(pages: dict[str, Links]) -> None:
    for path, page in pages.items():
        assert page.handlers == [], path


def test_every_page_carries_the_policy(built: Path) -> None:
    headers = (built / "_headers").read_text("utf-8")
    for file in built.rglob("*.html"):
        found = re.findall(r'Content-Security-Policy" content="([^"]+)"', file.read_text("utf-8"))
        assert len(found) == 1, file
        sources = dict(part.split(" ", 1) for part in found[0].split("; "))
        assert sources["default-src"] == "'none'"
        assert "unsafe" not in found[0]
        for digest in re.findall(r"'sha256-[^']+'", sources["script-src"]):
            assert digest in headers


def test_files_beside_a_record_are_published(root: Path, built: Path) -> None:
    for name in (root / f"postmortems/2026/{SAMPLE}/evidence").iterdir():
        copied = built / f"postmortems/2026/{SAMPLE}/evidence/{name.name}"
        assert copied.read_bytes() == name.read_bytes()


def test_feeds_calendars_and_data_are_published(root: Path, built: Path) -> None:
    def pages_in(folder: str) -> set[Path]:
        return {file.parent for file in (built / folder).glob("*/index.html")}

    owners, assets = pages_in("owners"), pages_in("assets")
    feeds = {built / "feeds/postmortems.xml", *(page / "feed.xml" for page in owners | assets)}
    calendars = {built / "calendar.ics", *(page / "calendar.ics" for page in owners)}
    assert set(built.rglob("*.ics")) == calendars
    assert {file for file in built.rglob("*.xml") if file.name != "sitemap.xml"} == feeds
    for file in feeds:
        found = feedparser.parse(file.read_bytes())
        assert not found.bozo, file
        for entry in found.entries:
            assert (file.parent / unquote(entry.link) / "index.html").is_file(), (file, entry.link)
    for file in calendars:
        assert vobject.readOne(file.read_text("utf-8")).validate(), file
    home = (built / "index.html").read_text("utf-8")
    for kind, there in (("atom+xml", "feeds/postmortems.xml"), ("calendar", "calendar.ics")):
        assert re.search(
            rf'<link rel="alternate feed" type="\w+/{re.escape(kind)}".* href="{there}">', home
        )
    assert '<link rel="alternate" ' not in home, "the theme would ask for a sitemap beside it"
    index = json.loads((built / "api/index.json").read_text("utf-8"))
    for row in index["files"]:
        data = json.loads((built / "api" / row["url"]).read_text("utf-8"))
        schema = json.loads((built / "api" / row["schema"]).read_text("utf-8"))
        Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).validate(data)
        assert len(data[row["name"]]) == row["count"] > 0
        for one in data[row["name"]]:
            page = (built / "api" / one["url"].partition("#")[0]).resolve()
            assert (page / "index.html").is_file()
            anchor = one["url"].partition("#")[2]
            assert f'id="{anchor}"' in (page / "index.html").read_text("utf-8") or not anchor
    assert len(list((root / "postmortems").glob("*/*.md"))) == index["files"][0]["count"]


def test_search_finds_records_owners_and_assets(built: Path) -> None:
    entries = json.loads((built / "search/search_index.json").read_text("utf-8"))["docs"]
    found = {entry["location"]: entry for entry in entries}
    assert found[f"postmortems/2026/{SAMPLE}/"]["title"].startswith("Orders mart served stale")
    assert found["owners/pricing-platform/"]["title"] == "Pricing platform"
    assert found["assets/warehouse.orders_mart/"]["title"] == "Orders mart"
    assert "authoring/" in found


def test_the_page_of_a_record_is_light(built: Path) -> None:
    sizes = {
        f.parent.name: f.stat().st_size for f in (built / "postmortems").glob("*/*/index.html")
    }
    assert max(sizes.values()) < 100_000, sizes


# --- the same bytes ------------------------------------------------------------------------------


def bytes_of(site: Path) -> dict[str, bytes]:
    files = (file for file in sorted(site.rglob("*")) if file.is_file())
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in files}


def test_another_place_seed_zone_and_order_give_the_same_bytes(
    root: Path, built: Path, tmp_path: Path
) -> None:
    there = with_history_of(root, copy(root, tmp_path / "another place", *CODE, *CONTENT))
    settings = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    done = build(there, tmp_path / "b", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    first, second = bytes_of(built), bytes_of(tmp_path / "b")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


# --- what is refused, and what is taken out ------------------------------------------------------


def test_a_broken_record_stops_the_build_at_its_line(root: Path, tmp_path: Path) -> None:
    there = copy(root, tmp_path / "r", *CONTENT)
    record = there / f"postmortems/2026/{SAMPLE}.md"
    lines = record.read_text("utf-8").split("\n")
    number = lines.index("    owner: h-nguyen")
    del lines[number]
    record.write_text("\n".join(lines), "utf-8")
    done = build(root, tmp_path / "site", "--root", str(there))
    assert done.returncode == 1
    assert re.search(rf"{SAMPLE}\.md:\d+:\d+: PM202 .*owner.* is missing", done.stderr)
    assert "not built" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_an_empty_repository_builds_and_says_what_to_do(root: Path, tmp_path: Path) -> None:
    there = copy(root, tmp_path / "r", "schema")
    shutil.copytree(root / "src" / "debrief" / "starter", there / "catalog")
    done = build(root, tmp_path / "site", "--root", str(there))
    assert (done.returncode, done.stderr) == (0, "")
    assert "./debrief new" in (tmp_path / "site" / "index.html").read_text("utf-8")
    assert list(dead_links(tmp_path / "site", read(tmp_path / "site"))) == []


def test_a_hook_can_be_taken_out(root: Path, tmp_path: Path) -> None:
    """Without the indexes, their names are plain text and nothing else is missing."""
    there = copy(root, tmp_path / "r", *CODE, *CONTENT)
    config = (there / "mkdocs.yml").read_text("utf-8")
    config = re.sub(r"(?m)^ +- (hooks/index_by_|By |Other indexes).*\n", "", config)
    (there / "mkdocs.yml").write_text(config, "utf-8")
    done = build(there, tmp_path / "site")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "site" / "owners").exists()
    assert list(dead_links(tmp_path / "site", read(tmp_path / "site"))) == []


@pytest.mark.parametrize(
    ("page", "text", "words"),
    [
        ("owners/index.md", "# Mine", "would be written twice"),
        ("Owners/h-nguyen.md", "# Mine", "would be written twice"),
        ("handbook/extra.md", "Note: this line\n\ntext", "would be taken for metadata"),
        ("handbook/extra.md", "---\na: [\n---\ntext", "front matter cannot be read"),
        ("templates/extra.md", "# Hidden", "MkDocs leaves this page out"),
        ("handbook/extra.md", "# X\n\n<script>alert(1)</script>", "a script that is not"),
    ],
)
def test_what_mkdocs_loses_in_silence_stops_the_build(
    root: Path, tmp_path: Path, page: str, text: str, words: str
) -> None:
    there = copy(root, tmp_path / "r", "hooks", "docs", "src", "scripts", "mkdocs.yml", "schema")
    shutil.copytree(root / "catalog", there / "catalog")
    (there / "docs" / page).parent.mkdir(parents=True, exist_ok=True)
    (there / "docs" / page).write_text(text, "utf-8")
    done = build(there, tmp_path / "site")
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_with_other_things_is_not_emptied(root: Path, tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("x")
    for site in (tmp_path, root, root.parent):
        done = build(root, site)
        assert done.returncode == 2
        assert "Error: " in done.stderr
    assert (tmp_path / "keep.txt").exists()


# --- single functions of hooks -------------------------------------------------------------------


@pytest.fixture
def hook(root: Path) -> Callable[[str], ModuleType]:
    """Load a hook as MkDocs does: by its path."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"hook_{name}", root / f"hooks/{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up there
        spec.loader.exec_module(module)
        return module

    return load


def test_the_hashes_come_from_the_theme(hook: Any) -> None:
    inert = hook("inert")
    scripts = inert.theme_scripts("../..")
    assert len(scripts) == 3
    assert 'new URL("../..",location)' in scripts[0]
    assert scripts[0] != inert.theme_scripts(".")[0]


def test_the_script_that_reloads_a_served_page_may_run(hook: Any) -> None:
    inert = hook("inert")
    page = b"<meta content=\"script-src 'self' 'x'\"><script>a</script><script>b</script></body>"
    allowed = inert.allow_last_script(page)
    assert inert.digest("b").encode() in allowed
    assert inert.digest("a").encode() not in allowed
    assert inert.allow_last_script(b"<p>no script</p></body>") == b"<p>no script</p></body>"


def test_history_is_read_again_after_a_commit_and_not_before(hook: Any, tmp_path: Path) -> None:
    archive = hook("archive")
    assert archive.read_chronicle(tmp_path) is None, "a build needs no git"
    commit = ["commit", "--quiet", "--allow-empty", "--message", "x"]

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=Mei Sato", "-c", "user.email=mei@example.com")
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        at = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-03-14T12:00:00Z")
        command = ["git", *who, *arguments]
        subprocess.run(command, cwd=tmp_path, env={**os.environ, **quiet, **at}, check=True)

    git("init", "--quiet", "--initial-branch=main")
    assert archive.read_chronicle(tmp_path) is None, "nor a commit"
    git(*commit)
    first = archive.read_chronicle(tmp_path)
    assert first is not None
    assert archive.read_chronicle(tmp_path) is first
    git(*commit)
    assert archive.read_chronicle(tmp_path).head != first.head


def test_the_day_is_a_date_or_the_build_says_so(hook: Any) -> None:
    archive = hook("archive")
    assert archive.parse_today("2026-03-14").isoformat() == "2026-03-14"
    with pytest.raises(Exception, match="not a date"):
        archive.parse_today("14 March")
