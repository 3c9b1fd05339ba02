"""Copies of this code that run as on the machine of a code host, with the Python of the tests."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from scratch import program, write

LEFT_OUT = shutil.ignore_patterns(
    ".*", "*.lock", "__pycache__", "node_modules", "postmortems", "catalog", "tests", "dist"
)


def copy_code(root: Path, home: Path) -> None:
    """Copy this repository without its records, its tests, and what was made from it."""
    shutil.copytree(root, home, ignore=LEFT_OUT, symlinks=True)
    shutil.rmtree(home / "site", ignore_errors=True)  # what a build left
    shutil.copy(root / ".gitignore", home)  # a clone lacks what git ignores


def front_door(checkout: Path) -> ModuleType:
    """A checkout's own front door, as a module; it has no extension, so its loader is named."""
    loader = SourceFileLoader("front_door_of_a_checkout", str(checkout / "debrief"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def lead_to_this_python(file: Path, checkout: Path) -> None:
    """A program that is the Python of the tests, with the checkout's own library."""
    program(file, f"PYTHONPATH='{checkout / 'src'}' exec '{sys.executable}' \"$@\"")


def give_environment(checkout: Path) -> None:
    """Give a checkout an environment that leads to the one in which the tests run."""
    door = front_door(checkout)
    lead_to_this_python(Path(door.VENV_PYTHON), checkout)
    Path(door.STAMP).write_text("\n".join([*door.identity(), "dev"]), encoding="utf-8")


def bash(lines: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the text of one step as a runner does: as a file, by bash, stopping at errors.

    Nothing but ``env`` is in its environment.
    """
    with TemporaryDirectory() as aside:
        script = write(Path(aside), "step.sh", lines)
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],  # noqa: S607
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=600,
        )
