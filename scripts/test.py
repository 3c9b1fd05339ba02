"""Run every check of the code: lint, format, types, workflows, tests."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import click

ENVIRONMENT = "dev"

ROOT = Path(__file__).resolve().parent.parent
ZIZMOR = str(Path(sysconfig.get_path("scripts")) / "zizmor")
PYTEST = [sys.executable, "-m", "pytest"]
# pytest comes last, so that its summary is what one sees.
STEPS = {
    "ruff check": [sys.executable, "-m", "ruff", "check"],
    "ruff format": [sys.executable, "-m", "ruff", "format", "--check"],
    "mypy": [sys.executable, "-m", "mypy"],
    "zizmor": [ZIZMOR, "--offline", "--quiet", "--persona", "auditor", "action.yml", ".github"],
    # A file's tests share what they built, so a file stays whole on one core. The files come in
    # the order of tests/conftest.py: by the time they take, not by how many tests they have.
    "pytest": [*PYTEST, "-nauto", "--dist=loadfile", "--no-loadscope-reorder"],
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--no-skip", is_flag=True, help="Count a skipped test as failed, as CI does.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENTS]...")
def main(no_skip: bool, pytest_args: tuple[str, ...]) -> None:
    """Run every check of the code: ruff, mypy, zizmor on the workflows and the action, pytest.

    All of them run even when one fails; the last lines name those that failed.

    Any other argument goes to pytest, which then runs alone: `./debrief test -k lock -x` is the
    quick way while you work. Paths are relative to the repository's root.
    """
    steps = {"pytest": [*PYTEST, *pytest_args]} if pytest_args else STEPS
    env = {**os.environ, "DEBRIEF_NO_SKIP": "1"} if no_skip else None
    failed = [name for name, command in steps.items() if not passes(name, command, env)]
    for name in failed:
        print(f"failed: {name}")
    raise SystemExit(1 if failed else 0)


def passes(name: str, command: list[str], env: dict[str, str] | None) -> bool:
    print(f"── {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


if __name__ == "__main__":
    main(prog_name="debrief test")
