"""Old findings stay silent until their file is touched, and the baseline only shrinks."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from debrief import baseline, gate
from debrief.baseline import Baseline, Silenced

CASES = Path(__file__).resolve().parent / "cases"
RECORD = "postmortems/2026/2026-03-14-case.md"
TODAY = date(2026, 4, 1)
LATER = date(2027, 1, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one record that breaks a rule, and that is overdue."""
    shutil.copytree(CASES / "_base", tmp_path, dirs_exist_ok=True)
    (tmp_path / RECORD).parent.mkdir(parents=True)
    shutil.copy(CASES / "PM705/bad-overdue.md", tmp_path / RECORD)
    return tmp_path


def lay(root: Path) -> None:
    text = gate.judge(root, TODAY).baseline.write()
    (root / baseline.FILE).write_text(text, encoding="utf-8")


def test_what_stood_in_a_file_is_silent(root: Path) -> None:
    before = gate.judge(root, TODAY)
    assert before.errors
    lay(root)
    after = gate.judge(root, TODAY)
    assert after.findings == ()
    assert after.silent == before.findings
    assert after.baseline == before.baseline


def test_words_that_change_by_the_day_stay_silent(root: Path) -> None:
    lay(root)
    later = gate.judge(root, LATER)
    assert {f.rule for f in later.silent} >= {"PM705"}
    assert "PM705" not in {f.rule for f in later.findings}


def test_a_touch_makes_everything_loud(root: Path) -> None:
    lay(root)
    file = root / RECORD
    file.write_text(file.read_text(encoding="utf-8") + "\nOne more word.\n", encoding="utf-8")
    verdict = gate.judge(root, TODAY)
    assert verdict.silent == ()
    assert verdict.errors


def test_line_ends_are_no_touch(root: Path) -> None:
    lay(root)
    file = root / RECORD
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert gate.judge(root, TODAY).findings == ()


def test_something_new_in_an_old_file_is_loud(root: Path) -> None:
    lay(root)
    owners = root / "catalog/owners.yml"
    text = owners.read_text(encoding="utf-8")
    owners.write_text(text.replace("  m-sato:", "  mei-sato:"), encoding="utf-8")
    assert {f.rule for f in gate.judge(root, TODAY).errors} >= {"PM205"}


def test_a_file_that_cannot_be_read_is_never_silent(root: Path) -> None:
    (root / RECORD).write_text("---\ntitle: [\n---\n", encoding="utf-8")
    lay(root)
    verdict = gate.judge(root, TODAY)
    assert [f.rule for f in verdict.errors] == ["PM009"]
    assert verdict.silent == ()


def test_it_shrinks_and_never_grows(root: Path) -> None:
    lay(root)
    first = Baseline.load(root)
    other = root / RECORD.replace("case", "other")
    shutil.copy(root / RECORD, other)
    grown = gate.judge(root, TODAY).baseline
    assert set(grown.files) == {RECORD, other.relative_to(root).as_posix()}
    assert grown.beyond(first) == (other.relative_to(root).as_posix(),)
    assert grown.shrunk_to(first) == first
    assert first.beyond(grown) == ()
    assert Baseline().shrunk_to(first) == Baseline()


def test_one_finding_more_in_a_file_is_growth() -> None:
    one = Baseline({"a.md": Silenced("1", (("PM401", 3, 1),))})
    two = Baseline({"a.md": Silenced("1", (("PM401", 3, 1), ("PM401", 3, 1)))})
    touched = Baseline({"a.md": Silenced("2", (("PM401", 3, 1),))})
    assert (two.beyond(one), one.beyond(two)) == (("a.md",), ())
    assert touched.beyond(one) == ("a.md",)
    assert two.shrunk_to(one) == one
    assert touched.shrunk_to(one) == Baseline()


def test_it_is_read_back_as_written(root: Path) -> None:
    lay(root)
    file = root / baseline.FILE
    text = file.read_text(encoding="utf-8")
    assert Baseline.load(root).write() == text
    assert json.loads(text)["version"] == 1


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"files": []}', b'{"files": {"a": {}}}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_baseline_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"baseline.json is no baseline; delete it"):
        Baseline.read(data)
