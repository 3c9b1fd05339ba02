"""What catalog/sources.yml may name, and the answer to what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from federated import LATE, put_repository, put_sources

from debrief.archive import Archive
from debrief.federation import Federation, federate


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A repository, and beside it what its sources could name."""
    put_repository(tmp_path / "pricing", LATE)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to("pricing")
    (tmp_path / "deep").symlink_to(tmp_path)
    return put_repository(tmp_path / "own", LATE)


def read(root: Path) -> Federation:
    return federate(Archive.load(root))


@pytest.mark.parametrize(
    ("written", "message", "fix"),
    [
        ("checkout: ../gone", "`../gone` is not there", "correct `checkout`"),
        ("export: ../gone", "`../gone` is not there", "correct `export`"),
        ("checkout: ../file", "`../file` is a file", "write the folder"),
        ("checkout: ../file/x", "`../file/x` is not there", "put it there"),
        ("checkout: ../empty", "is no Debrief repository", "name the folder that holds them"),
        ("export: ../empty", "is no export: it holds no manifest.json", "`./debrief export`"),
        ("export: ../pricing", "is a checkout, and no export", "write `checkout:`"),
        ("checkout: .", "`.` is this repository", "delete this entry"),
        ("checkout: ../own", "`../own` is this repository", "delete this entry"),
        ("checkout: ../link", "`../link` is a link", "`checkout: ../pricing`"),
        ("checkout: ../deep/pricing", "leads through the link deep", "`checkout: ../pricing`"),
    ],
)
def test_what_is_no_source_is_told_with_its_place_and_what_to_write(
    own: Path, written: str, message: str, fix: str
) -> None:
    put_sources(own, f"{{name: pricing, {written}}}")
    (found,) = read(own).findings
    line = (own / found.path).read_text(encoding="utf-8").split("\n")[found.position.line - 1]
    assert line[found.position.column - 1 :] == f"{written.partition(' ')[2]}}}"
    assert message in found.message
    assert fix in found.fix
    assert found.level.word == "error"


def test_a_folder_that_two_sources_name_is_read_once(own: Path) -> None:
    put_sources(own, "{name: a, checkout: ../pricing}", "{name: b, checkout: ../own/../pricing}")
    found = read(own)
    assert [len(one.archive.postmortems) for one in found.brought if one.archive] == [1]
    assert "is the folder of `a` too" in next(found.findings).message


def test_a_link_in_place_of_its_records_is_not_followed(own: Path, tmp_path: Path) -> None:
    other = put_repository(tmp_path / "other")
    (other / "postmortems").symlink_to(tmp_path / "pricing/postmortems")
    put_sources(own, "{name: other, checkout: ../other}")
    found = read(own)
    assert [record.source for record in found.archive.postmortems] == [""]
    assert "../other/postmortems" in {finding.path for finding in found.findings}


def test_sources_of_a_source_are_not_followed_and_no_circle_is(own: Path, tmp_path: Path) -> None:
    put_sources(own, "{name: pricing, checkout: ../pricing}")
    put_sources(tmp_path / "pricing", "{name: back, checkout: ../own}")
    found = read(own)
    assert len(found.archive.postmortems) == 2
    (told,) = found.findings
    assert told.message == "`pricing` has sources of its own, which are not followed: back"
    assert told.level.word == "advice"


def test_what_the_check_refuses_is_told_too_and_the_others_are_read(own: Path) -> None:
    put_sources(own, "{name: a}", "{name: pricing, checkout: ../pricing}", "{name: a, export: x}")
    found = read(own)
    assert [finding.rule for finding in found.findings] == ["PM021", "PM021", ""]
    assert len(found.archive.postmortems) == 2


def test_a_file_that_the_schema_refuses_brings_nothing(own: Path) -> None:
    put_sources(own, "{name: Pricing~x, checkout: ../pricing}")
    found = read(own)
    assert found.archive is found.own
    assert [finding.rule for finding in found.findings] == ["PM106"]


def test_the_file_in_the_handbook_is_one_that_passes(own: Path, root: Path) -> None:
    page = (root / "docs/handbook/federation.md").read_text(encoding="utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    (own / "catalog/sources.yml").write_text(text, encoding="utf-8")
    found = read(own)
    assert not found.shape
    assert [one.source.name for one in found.brought] == ["pricing", "logistics"]
