"""What tests lay down in a folder of their own: files, programs, repositories of git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

STARTER = Path(__file__).resolve().parents[2] / "src" / "debrief" / "starter"


def write(folder: Path, path: str, text: str) -> Path:
    """Write a file and the folders above it; the file."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def alter(file: Path, *pairs: tuple[str, str]) -> str:
    """Put texts in place of others that stand in a file once each; what it says then."""
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} in\n{text}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return text


def put_catalog(folder: Path, owners: str, assets: str) -> None:
    """A catalog with these owners and assets, and the policy that every repository starts with."""
    write(folder, "catalog/owners.yml", owners)
    write(folder, "catalog/assets.yml", assets)
    write(folder, "catalog/policy.yml", (STARTER / "policy.yml").read_text(encoding="utf-8"))


def program(file: Path, lines: str, *, language: str = "/bin/sh") -> None:
    """Write a program: lines for the shell, or for the interpreter that is named."""
    write(file.parent, file.name, f"#!{language}\n{lines}\n")
    file.chmod(0o755)


def environment_without(*beginnings: str) -> dict[str, str]:
    """The environment of the tests without the variables whose names begin so."""
    return {key: value for key, value in os.environ.items() if not key.startswith(beginnings)}


def git(
    folder: Path, *arguments: str, by: str = "A <a@example.com>", at: str = "2026-03-16T12:00Z"
) -> str:
    """Run git; what it printed.

    The commits are of a fixed person and time, so that every id is the same. Nobody's settings
    count, nor what a hook of git left in the environment.
    """
    name, _, address = by.removesuffix(">").rpartition(" <")
    env = environment_without("GIT_")
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": address, f"GIT_{role}_DATE": at}
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - git is wherever the machine has it
        cwd=folder,
        env=env,
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    return done.stdout.strip()
