"""Write files so that nothing is lost: whole or not at all, and never over another one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def create(file: Path, text: str) -> None:
    """Write a new file. Raises FileExistsError where there is one; a broken write leaves none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = _written(file, text)
    try:
        # A link, unlike a rename, fails where the name is taken; on Windows a rename fails too.
        if os.name == "nt":
            temporary.rename(file)
        else:
            os.link(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)


def replace(file: Path, text: str) -> None:
    """Write a file anew; whoever reads it meanwhile sees the old one or the new one whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _written(file, text).replace(file)


def _written(file: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary = Path(name)
    temporary.chmod(0o644)  # mkstemp makes it private; a record is there to be read
    return temporary
