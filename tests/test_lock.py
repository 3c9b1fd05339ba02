"""The locks: complete, exact, the same versions everywhere, and silent about where from."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

GROUPS = ("gate", "site", "warehouse", "dev")
ENTRY = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.+]*)(?: ; (?P<marker>[^\\]+?))?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)"
)


def without_comments(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def locked(root: Path, group: str) -> dict[str, str]:
    """Package → version; an entry that is not exactly pinned and hashed is an error."""
    text = without_comments((root / "requirements" / f"{group}.txt").read_text(encoding="utf-8"))
    entries = list(ENTRY.finditer(text))
    leftover = ENTRY.sub("", text).strip()
    assert leftover == "", f"not an exact pin with hashes: {leftover[:200]}"
    versions = {entry["name"]: entry["version"] for entry in entries}
    assert len(versions) == len(entries), "a package is locked twice"
    return versions


def declared(root: Path) -> dict[str, list[str]]:
    """Group → the requirements that pyproject.toml adds in it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "gate": project["project"]["dependencies"],
        "site": project["project"]["optional-dependencies"]["site"],
        "warehouse": project["project"]["optional-dependencies"]["warehouse"],
        "dev": project["dependency-groups"]["dev"],
    }


@pytest.mark.parametrize("group", GROUPS)
def test_every_entry_is_exact_and_hashed(root: Path, group: str) -> None:
    assert locked(root, group)


@pytest.mark.parametrize("group", GROUPS)
def test_no_lock_says_where_packages_come_from(root: Path, group: str) -> None:
    text = (root / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|file:| @ |/home/|/root/", text) == []


@pytest.mark.parametrize(("smaller", "larger"), [*pairwise(GROUPS)])
def test_each_group_holds_the_one_before_in_the_same_versions(
    root: Path, smaller: str, larger: str
) -> None:
    inner, outer = locked(root, smaller), locked(root, larger)
    assert inner.items() <= outer.items()
    assert len(inner) < len(outer)


@pytest.mark.parametrize("group", GROUPS)
def test_pyproject_and_lock_agree(root: Path, group: str) -> None:
    for requirement in declared(root)[group]:
        name, exactly, version = requirement.partition("==")
        assert exactly, f"{requirement} is not pinned"
        normal = re.sub(r"[-_.]+", "-", name).lower()
        assert locked(root, group).get(normal) == version, f"{name}: run ./debrief lock"


def test_the_gate_knows_no_site(root: Path) -> None:
    assert {"mkdocs", "mkdocs-material", "jinja2", "markdown"}.isdisjoint(locked(root, "gate"))


def test_neither_gate_nor_site_has_the_database(root: Path) -> None:
    assert "duckdb" not in locked(root, "site")
    assert "duckdb" in locked(root, "warehouse")
