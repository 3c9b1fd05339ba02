"""A workflow as text: what it asks for, before anything of it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def workflow_of(path: str, root: Path) -> dict[str, Any]:
    """What a workflow's file says."""
    text = (root / path).read_text(encoding="utf-8")
    content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 # the safest: all is text
    assert isinstance(content, dict)
    return content


def job_of(path: str, root: Path) -> dict[str, Any]:
    """The one job of a workflow."""
    (only,) = workflow_of(path, root)["jobs"].values()
    assert isinstance(only, dict)
    return only


def commands_of(path: str, root: Path) -> list[dict[str, Any]]:
    """Its steps that run something in a shell."""
    return [step for step in job_of(path, root)["steps"] if "run" in step]
