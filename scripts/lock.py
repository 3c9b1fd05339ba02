"""Lock every dependency: write requirements/*.txt from the pins in pyproject.toml."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click

ENVIRONMENT = "gate"

ROOT = Path(__file__).resolve().parent.parent
COMPILE = ["pip", "compile", "pyproject.toml", "--quiet", "--generate-hashes"]
COMPILE += ["--universal", "--python-version", "3.11"]
# `dev` holds everything, so it is resolved first and decides the versions of the others.
LOCKS = {
    "dev": ["--extra", "site", "--extra", "warehouse", "--group", "dev"],
    "warehouse": ["--extra", "site", "--extra", "warehouse", "-c", "requirements/dev.txt"],
    "site": ["--extra", "site", "-c", "requirements/dev.txt"],
    "gate": ["-c", "requirements/dev.txt"],
}


@click.command()
@click.option("--upgrade", is_flag=True, help="Also move what pyproject.toml does not pin.")
def main(upgrade: bool) -> None:
    """Write requirements/{gate,site,warehouse,dev}.txt from the pins in pyproject.toml.

    The locks hold for every platform and every Python from 3.11 on. Versions stay as they are
    unless a pin asks for another one, or --upgrade is given.
    """
    uv = shutil.which("uv")
    if uv is None:
        print("Locking needs uv, and it is not on PATH.", file=sys.stderr)
        raise SystemExit(2)
    for name, selection in LOCKS.items():
        output = f"requirements/{name}.txt"
        command = [uv, *COMPILE, *selection, "--output-file", output]
        if upgrade and name == "dev":  # the others follow it
            command.append("--upgrade")
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            raise SystemExit(done.returncode)
        print(f"wrote {output}")


if __name__ == "__main__":
    main(prog_name="debrief lock")
