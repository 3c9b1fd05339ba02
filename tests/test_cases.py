"""Every rule against records that break it and records that do not; see cases/README.md."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from debrief import checks, reporters
from debrief.archive import Archive
from debrief.document import MAX_BYTES
from debrief.finding import Finding
from debrief.nodes import MAX_NODES

CASES = Path(__file__).resolve().parent / "cases"
BASE = CASES / "_base"
RECORD = "postmortems/2026/2026-03-14-case.md"
TODAY = date(2026, 4, 1)

WRITE = os.environ.get("DEBRIEF_WRITE_CASES") == "1"
HOW_TO_WRITE = (
    "If the new output is better, write it on purpose, and read what git shows: "
    "DEBRIEF_WRITE_CASES=1 ./debrief test tests/test_cases.py"
)


def written_cases() -> Iterator[Path]:
    """Records and folders that are cases, in order."""
    for folder in sorted(CASES.glob("PM*")):
        yield from (item for item in sorted(folder.iterdir()) if item.suffix != ".txt")


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


def expected_text(case: Path) -> Path:
    """Where the expected output of a case lies."""
    return case.with_suffix(".txt")


def names_rule(text: str, rule: str) -> bool:
    """Whether a report has a finding of the rule."""
    return re.search(rf"^ +\d+:\d+  \w+  {rule}  ", text, re.MULTILINE) is not None


def findings_of(repository: Path) -> tuple[list[Finding], Archive]:
    archive = Archive.load(repository)
    return checks.run(archive, TODAY), archive


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with a small catalog and no record yet."""
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    (tmp_path / RECORD).parent.mkdir(parents=True)
    return tmp_path


# --- cases that are files ------------------------------------------------------------------------


@pytest.mark.parametrize("case", [pytest.param(case, id=name_of(case)) for case in written_cases()])
def test_case(case: Path, repository: Path) -> None:
    if case.is_dir():
        shutil.copytree(case, repository, dirs_exist_ok=True)
    else:
        shutil.copyfile(case, repository / RECORD)
    findings, archive = findings_of(repository)
    told = "".join(f"{line.plain}\n" for line in reporters.text(findings, archive.documents))
    file = expected_text(case)
    if WRITE:
        file.write_bytes(told.encode("utf-8"))
    expected = file.read_bytes().decode("utf-8") if file.exists() else None
    assert told == expected, HOW_TO_WRITE
    assert names_rule(told, case.parent.name) == case.name.startswith("bad"), told


# --- cases that git or an editor would change or refuse ------------------------------------------

DRAFT = """\
---
title: Orders mart served stale prices
status: draft
severity: sev3
owner: pricing-platform
incident:
  started_at: 2026-03-14T01:10Z
assets:
  - asset: warehouse.orders_mart
---

Planners in the stores saw yesterday's prices.
"""


@dataclass(frozen=True)
class Made:
    """A case whose files are made here: what to do in the scratch repository, what is told.

    What is told is one finding, ``path:line:column level rule message; fix``, or nothing.
    """

    name: str
    make: Callable[[Path], object]
    told: str = ""

    @property
    def rule(self) -> str:
        return self.name.partition("/")[0]


def record(data: bytes) -> Callable[[Path], object]:
    """The case's record has these bytes."""
    return lambda repository: (repository / RECORD).write_bytes(data)


def draft(old: str = "", new: str = "") -> bytes:
    """A draft with nothing wrong, and in it one text in place of another."""
    assert old in DRAFT
    return DRAFT.replace(old, new, 1).encode("utf-8")


def beside(data: bytes, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """The case's record has these bytes, and this is made in the folder beside it."""

    def both(repository: Path) -> None:
        (repository / RECORD).write_bytes(data)
        folder = (repository / RECORD).with_suffix("")
        folder.mkdir()
        make(folder)

    return both


def linked(repository: Path) -> None:
    """The record is a link to a record."""
    elsewhere = repository / "elsewhere.md"
    elsewhere.write_bytes(draft())
    (repository / RECORD).symlink_to(elsewhere)


def piped(repository: Path) -> None:
    """The record is a pipe: reading from it would never end."""
    os.mkfifo(repository / RECORD)


def without(path: str) -> Callable[[Path], object]:
    return lambda repository: (repository / path).unlink()


def filled(size: int) -> bytes:
    """A draft of this many bytes."""
    line = b"The price table was read again, and again it was the price table of yesterday.\n"
    data = draft() + line * (size // len(line))
    return data[: size - 1] + b"\n"


def with_tags(number: int) -> bytes:
    """A draft with so many values under one key."""
    return draft("assets:", "tags: [" + ", ".join(["x"] * number) + "]\nassets:")


MADE = (
    Made(
        "PM001/bad-link",
        linked,
        f"{RECORD}:1:1 error PM001 this is not a regular file; replace the link or the special "
        "file by a file of its own, readable by all",
    ),
    Made(
        "PM001/bad-pipe",
        piped,
        f"{RECORD}:1:1 error PM001 this is not a regular file; replace the link or the special "
        "file by a file of its own, readable by all",
    ),
    Made(
        "PM002/bad",
        record(filled(MAX_BYTES + 1)),
        f"{RECORD}:1:1 error PM002 the file has 1,000,001 bytes; at most 1,000,000 are read; "
        "move logs and tables into files beside the record, and name them under `evidence`",
    ),
    Made("PM002/good-largest", record(filled(MAX_BYTES))),
    Made(
        "PM003/bad-latin-1",
        record(draft("Planners", "Lisbon caf\u00e9s").decode("utf-8").encode("latin-1")),
        f"{RECORD}:12:11 error PM003 byte 0xe9 is not UTF-8 text; save the file as UTF-8 in "
        "your editor",
    ),
    Made(
        "PM003/bad-utf-16",
        record(b"\xff\xfe" + draft().decode("utf-8").encode("utf-16-le")),
        f"{RECORD}:1:1 error PM003 byte 0xff is not UTF-8 text; save the file as UTF-8 in "
        "your editor",
    ),
    Made(
        "PM004/bad-nul",
        record(draft("stale prices", "stale\0prices")),
        f"{RECORD}:2:32 error PM004 the character U+0000 cannot be seen; delete the character; "
        "retyping the word usually does it",
    ),
    Made(
        "PM004/bad-direction",
        record(draft("yesterday's", "\u202eyesterday's")),
        f"{RECORD}:12:28 error PM004 the character U+202E cannot be seen; delete the "
        "character; retyping the word usually does it",
    ),
    Made(
        "PM004/bad-carriage-return",
        record(draft("\n\nPlanners", "\n\nThe night\rPlanners")),
        f"{RECORD}:12:10 error PM004 the character U+000D cannot be seen; delete the "
        "character; retyping the word usually does it",
    ),
    Made(
        "PM004/bad-byte-order-mark-inside",
        record(draft("Planners", "\ufeffPlanners")),
        f"{RECORD}:12:1 error PM004 the character U+FEFF cannot be seen; delete the "
        "character; retyping the word usually does it",
    ),
    Made(
        "PM004/good-windows",
        record(b"\xef\xbb\xbf" + draft().replace(b"\n", b"\r\n")),
    ),
    Made(
        "PM005/bad-nothing",
        record(b""),
        f"{RECORD}:1:1 error PM005 the file is empty; make `---` the first line of the file, "
        "with nothing before it",
    ),
    Made(
        "PM006/bad-cut-off",
        record(draft().partition(b"\n\n")[0]),
        f"{RECORD}:10:1 error PM006 the file ends right after the closing `---`; close it with "
        "a line `---`, and write the body below",
    ),
    Made("PM006/good-no-body", record(draft().partition(b"\n\n")[0] + b"\n")),
    Made(
        "PM012/bad-long",
        record(with_tags(MAX_NODES)),
        f"{RECORD}:8:149963 error PM012 more than 50,000 values; flatten it, or split it up",
    ),
    Made(
        "PM018/bad",
        without("catalog/assets.yml"),
        "catalog/assets.yml:1:1 error PM018 catalog/assets.yml does not exist; copy "
        "src/debrief/starter/assets.yml there, and fill it in",
    ),
    Made(
        "PM018/bad-policy",
        without("catalog/policy.yml"),
        "catalog/policy.yml:1:1 error PM018 catalog/policy.yml does not exist; copy "
        "src/debrief/starter/policy.yml there, and fill it in",
    ),
    Made(
        "PM907/bad-link",
        beside(draft(), lambda folder: (folder / "log.txt").symlink_to("../../../catalog")),
        "postmortems/2026/2026-03-14-case/log.txt:1:1 error PM907 this is not a regular file; "
        "keep it as text, an image (png, jpg) or a PDF",
    ),
)


@pytest.mark.parametrize("made", [pytest.param(made, id=made.name) for made in MADE])
def test_made_case(made: Made, repository: Path) -> None:
    made.make(repository)
    findings, _ = findings_of(repository)
    assert "\n".join(told(finding) for finding in findings) == made.told
    names = {finding.rule for finding in findings}
    assert (made.rule in names) == made.name.partition("/")[2].startswith("bad")


def told(finding: Finding) -> str:
    place = f"{finding.path}:{finding.position.line}:{finding.position.column}"
    return f"{place} {finding.level.word} {finding.rule} {finding.message}; {finding.fix}"


# --- the whole of them ---------------------------------------------------------------------------


def all_names() -> list[str]:
    return [*(name_of(case) for case in written_cases()), *(made.name for made in MADE)]


@pytest.mark.parametrize("kind", ["bad", "good"])
def test_every_rule_has_a_case(kind: str) -> None:
    have = {name.partition("/")[0] for name in all_names() if f"/{kind}" in name}
    # Those of history need a repository with a past: see test_history.py.
    ours = {rule.id for rule in checks.RULES if rule.history_check is None}
    assert have - ours == set(), "cases of a rule that does not exist"
    assert ours - have == set(), f"rules without a case that is {kind}"


def test_nothing_else_lies_among_the_cases() -> None:
    strays = [item.name for item in CASES.iterdir() if item.name not in checks.BY_ID]
    assert sorted(strays) == ["README.md", "_base"]
    names = all_names()
    assert len(set(names)) == len(names), "two cases have one name"
    form = re.compile(r"PM\d{3}/(?:bad|good)(?:-[a-z0-9-]+)?")
    assert [name for name in names if not form.fullmatch(name)] == []
    assert [case for case in written_cases() if not (case.is_dir() or case.suffix == ".md")] == []


def test_every_expected_text_has_its_case() -> None:
    wanted = {expected_text(case) for case in written_cases()}
    assert set(CASES.glob("PM[!8]*/*.txt")) == wanted
