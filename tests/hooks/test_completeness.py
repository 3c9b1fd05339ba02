"""Nothing is lost: a build whose rows, pages and data differ from the records is refused."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from federated import put_export, put_repository, put_sources
from mkdocs.exceptions import BuildError

from debrief.archive import Archive
from debrief.federation import Federation, federate

NEW, MIDDLE, OLD = "2026-03-14-new", "2026-01-02-middle", "2025-12-31-old"


@pytest.fixture
def completeness(root: Path) -> Any:
    return loaded(root / "hooks/completeness.py")


@pytest.fixture
def archive_hook(root: Path) -> Any:
    return loaded(root / "hooks/archive.py")


def loaded(file: Path) -> Any:
    """A hook, loaded as MkDocs does: by its path."""
    spec = importlib.util.spec_from_file_location("hook", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hook"] = module
    spec.loader.exec_module(module)
    return module


def put_rows(page: Path, *record_ids: str) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("".join(f'<tr role="row" data-record="{i}"></tr>' for i in record_ids), "utf-8")


def put_data(site: Path, *record_ids: str) -> None:
    data = {"records": {"id": record_ids}}
    (site / "postmortems/explorer.json").write_text(json.dumps(data), "utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with the rows of three records, each on the list and on the page of its year."""
    found = tmp_path / "site"
    put_rows(found / "postmortems/index.html", NEW, MIDDLE, OLD)
    put_rows(found / "postmortems/2026/index.html", NEW, MIDDLE)
    put_rows(found / "postmortems/2025/index.html", OLD)
    put_data(found, NEW, MIDDLE, OLD)
    return found


@pytest.fixture
def check(tmp_path: Path, site: Path, completeness: Any) -> Callable[[], None]:
    """Compare the site with the three records in the repository."""
    for record_id in (NEW, MIDDLE, OLD):
        file = tmp_path / "postmortems" / record_id[:4] / f"{record_id}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    archive: Any = SimpleNamespace(root=tmp_path, by_id=dict.fromkeys((NEW, MIDDLE, OLD)))
    publication = SimpleNamespace(
        federation=Federation(archive, archive),
        errors=(),
        pages=[],
        addresses={"postmortems/", "postmortems/2026/"},
    )
    config = SimpleNamespace(extra={"publication": publication}, site_dir=str(site))
    return lambda: completeness.on_post_build(config=config)


def test_a_site_with_a_row_for_every_record_is_complete(check: Any) -> None:
    check()


@pytest.mark.parametrize(
    ("page", "rows", "words"),
    [
        ("index.html", [NEW, OLD], f"2 rows in the list; they differ in {MIDDLE}"),
        ("index.html", [NEW, MIDDLE, OLD, NEW], f"two rows in the list for {NEW}"),
        ("2026/index.html", [NEW], f"2 rows in the pages of the years; they differ in {MIDDLE}"),
        ("2026/index.html", [NEW, NEW, MIDDLE], f"two rows in the pages of the years for {NEW}"),
        ("2025/index.html", [OLD, NEW], f"{NEW} has a row in the page of 2025"),
        ("2025/index.html", [OLD, "2025-01-01-x"], "they differ in 2025-01-01-x"),
    ],
)
def test_a_row_that_is_lost_doubled_or_misplaced_stops_the_build(
    check: Any, site: Path, page: str, rows: list[str], words: str
) -> None:
    put_rows(site / "postmortems" / page, *rows)
    with pytest.raises(BuildError, match=words):
        check()


def test_a_record_that_the_data_lacks_stops_the_build(check: Any, site: Path) -> None:
    put_data(site, NEW, OLD)
    with pytest.raises(BuildError, match=f"rows in the data of the list; they differ in {MIDDLE}"):
        check()


def test_a_long_list_holds_the_newest_and_the_years_hold_all(
    check: Any, site: Path, monkeypatch: pytest.MonkeyPatch, completeness: Any
) -> None:
    monkeypatch.setattr(completeness.listing, "WHOLE_UP_TO", 2)
    monkeypatch.setattr(completeness.listing, "NEWEST", 1)
    with pytest.raises(BuildError, match="rows in the list"):
        check()
    put_rows(site / "postmortems/index.html", NEW)
    check()


def test_a_source_counts_by_its_files_and_an_export_by_its_lines(
    tmp_path: Path, completeness: Any
) -> None:
    """What is told to be broken is not expected; everything else is."""
    exported = put_repository(tmp_path / "exported", NEW, OLD)
    put_export(tmp_path / "export", Archive.load(exported))
    put_repository(tmp_path / "checkout", NEW, MIDDLE)
    (tmp_path / f"checkout/postmortems/2026/{MIDDLE}.md").write_text("x", encoding="utf-8")
    own = put_repository(tmp_path / "own")
    put_sources(own, "{name: a, checkout: ../checkout}", "{name: b, export: ../export}")
    found = federate(Archive.load(own))
    told = [sorted(completeness.ids_of(one)) for one in found.brought]
    assert told == [[f"{NEW}~a"], [f"{OLD}~b", f"{NEW}~b"]]
    assert sorted(found.archive.by_id) == [f"{OLD}~b", f"{NEW}~a", f"{NEW}~b"]


def test_a_source_that_is_not_there_stops_a_build_and_no_serving(
    tmp_path: Path, archive_hook: Any, caplog: pytest.LogCaptureFixture
) -> None:
    own = put_repository(tmp_path / "own", NEW)
    put_sources(own, "{name: a, checkout: ../gone}")
    archive = Archive.load(own)
    with pytest.raises(BuildError, match="--own-only leaves the sources out"):
        archive_hook.join_sources(archive, own_only=False)
    assert "catalog/sources.yml:2:25: `../gone` is not there" in caplog.text
    assert archive_hook.join_sources(archive, own_only=True).archive is archive
    archive_hook.session.serving = True
    assert len(archive_hook.join_sources(archive, own_only=False).archive.postmortems) == 1
