"""`stage`: where it writes and where it will not, and that other generators take what it wrote."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import stage
from built_site import dead_links, read
from html_tree import events
from in_process import InProcess, Run
from scratch import alter, write
from small_archive import PATH, put_archive

from debrief.archive import Archive
from debrief.federation import federate
from debrief.site import inventory
from debrief.site.edition import Edition
from debrief.site.policy import digest
from debrief.site.staging import MARK, linking_to_all

TODAY = "2026-03-16"
SAMPLES_TODAY = "2026-11-22"


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small archive that nothing is wrong with."""
    folder = tmp_path / "repository"
    put_archive(folder)
    return folder


@pytest.fixture
def run(repository: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("DEBRIEF_SITE_URL", raising=False)
    always = ("--root", str(repository), "--today", TODAY)
    return lambda folder: in_process(stage.main, "stage", str(folder), *always)


# --- what it writes ------------------------------------------------------------------------------


def test_it_writes_the_site_and_says_what_builds_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    done = run(folder)
    assert (done.code, done.err) == (0, "")
    assert re.match(r"\d+ pages and \d+ other files in [\d.]+ s: .*a folder/\n", done.out)
    assert f"properdocs build --strict -f '{folder}/mkdocs.yml'\n" in done.out
    assert f"zensical build -f '{folder}/mkdocs.yml'\n" in done.out
    assert sorted(file.name for file in folder.iterdir()) == ["docs", "mkdocs.yml"]
    assert (folder / "mkdocs.yml").read_text("utf-8").startswith(MARK)
    page = (folder / "docs" / PATH).with_suffix("") / "index.md"
    assert page.read_text("utf-8").startswith('---\ntitle: "Orders came late"\n')


def test_twice_gives_the_same_bytes_and_leaves_nothing_of_the_first(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "staged"
    assert run(folder).code == 0
    first = contents(folder)
    write(folder, "docs/owners/gone/index.md", "# Who left")
    write(folder, "site/index.html", "built")
    assert run(folder).code == 0
    assert contents(folder) == {**first, "site/index.html": b"built"}
    shutil.rmtree(repository / "postmortems")
    assert run(folder).code == 0
    assert not list(folder.glob("docs/postmortems/2026/*"))


def test_it_knows_the_address_that_the_site_will_have(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBRIEF_SITE_URL", "https://example.com/some/path/")
    assert run(tmp_path / "staged").code == 0
    text = (tmp_path / "staged" / "mkdocs.yml").read_text("utf-8")
    assert 'site_url: "https://example.com/some/path/"' in text


def test_a_theme_that_is_not_here_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "THEMES", ("material", "no_such_theme"))
    assert "Scripts of no_such_theme would not run" in run(tmp_path / "staged").out


# --- what it refuses -----------------------------------------------------------------------------


def test_nothing_is_staged_while_the_check_has_errors(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    alter(repository / PATH, ("severity: sev4", "severity: sev9"))
    done = run(tmp_path / "staged")
    assert done.code == 1
    assert done.out.startswith(f"{PATH}\n     4:11  error  PM104")
    assert "Nothing was staged" in done.err
    assert not (tmp_path / "staged").exists()


@pytest.mark.parametrize("name", ["notes.txt", "mkdocs.yml"])
def test_a_folder_with_other_things_is_left_alone(run: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mine"
    write(folder, name, "site_name: Mine\n")
    done = run(folder)
    assert done.code == 2
    assert "is not empty, and what it holds was not staged; name a new folder" in done.err
    assert contents(folder) == {name: b"site_name: Mine\n"}


@pytest.mark.parametrize("inside", ["postmortems/2026", "catalog/new"])
def test_it_does_not_write_among_what_it_reads(run: Run, repository: Path, inside: str) -> None:
    before = contents(repository)
    done = run(repository / inside)
    assert done.code == 2
    assert "which is read; name another folder" in done.err
    assert contents(repository) == before


def test_what_was_there_stays_where_a_page_cannot_be_made(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "staged"
    assert run(folder).code == 0
    before = contents(folder)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no page today")

    monkeypatch.setattr("debrief.site.postmortem.fill", broken)
    done = run(folder)
    assert (done.code, "no page today" in done.err) == (2, True)
    assert contents(folder) == before


# --- the samples, built by others ----------------------------------------------------------------


@pytest.fixture(scope="session")
def staged(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, staged by the command itself."""
    folder = tmp_path_factory.mktemp("staged") / "samples"
    command = [sys.executable, str(root / "scripts" / "stage.py"), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "DEBRIEF_SITE_URL": ""}
    command += ["--today", SAMPLES_TODAY]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


Built = Callable[[str], Path]


@pytest.fixture(scope="session")
def built(staged: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The samples' site as a generator builds it, strictly; each builds it once."""
    sites: dict[str, Path] = {}

    def site(generator: str) -> Path:
        if generator not in sites:
            folder = tmp_path_factory.mktemp(generator) / "stage"
            shutil.copytree(staged, folder)
            command = [sys.executable, "-m", generator, "build", "--strict", "-f", "mkdocs.yml"]
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert "WARNING" not in done.stderr
            sites[generator] = folder / "site"
        return sites[generator]

    return site


generators = pytest.mark.parametrize("generator", ["properdocs", "zensical"])


@pytest.mark.samples
@generators
def test_every_page_is_there_and_is_what_was_made(root: Path, built: Built, generator: str) -> None:
    site = built(generator)
    today = date.fromisoformat(SAMPLES_TODAY)
    archive = Archive.load(root)
    trails = federate(archive).trails(stage.read_chronicle)
    edition = Edition.of(archive, today, root / "hooks" / "templates", trails=trails)
    for plan in inventory.plans(linking_to_all(edition)):
        page = (site / plan.address / "index.html").read_text("utf-8")
        assert events(page, within="article") == events(plan.make().html), plan.address
    for place, file in inventory.attachments(edition):
        assert (site / place).read_bytes() == file.read_bytes()


@pytest.mark.samples
@generators
def test_no_link_within_the_site_is_dead(built: Built, generator: str) -> None:
    site = built(generator)
    pages = read(site)
    assert len(pages) > 100
    assert list(dead_links(site, pages)) == []


@pytest.mark.samples
@generators
def test_the_table_of_contents_leads_to_the_parts_of_a_page(built: Built, generator: str) -> None:
    page = built(generator) / "postmortems/2026/2026-03-14-orders-mart-stale-prices/index.html"
    side = page.read_text("utf-8").partition("md-nav--secondary")[2].partition("</nav>")[0]
    anchors = re.findall(r'href="#([^"]+)" class="md-nav__link"', side)
    assert anchors[:2] == ["timeline", "text-what-happened"]
    assert anchors[-1] == "record"


@pytest.mark.samples
@generators
def test_every_page_carries_a_policy_that_knows_each_of_its_scripts(
    built: Built, generator: str
) -> None:
    site = built(generator)
    headers = (site / "_headers").read_text("utf-8")
    for file in site.rglob("*.html"):
        text = file.read_text("utf-8")
        (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
        assert "unsafe" not in policy
        assert f"Content-Security-Policy: {policy}" in headers
        inline = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        assert inline, file
        assert [script for script in inline if digest(script) not in policy] == [], file
