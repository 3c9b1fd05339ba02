"""Write files so that nothing is lost: whole or not at all, and never over what was not read."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


def create(file: Path, text: str) -> None:
    """Write a new file. Raises FileExistsError where there is one; a broken write leaves none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = _written(file, text.encode("utf-8"))
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
    _written(file, text.encode("utf-8")).replace(file)


class ChangedError(Exception):
    """Somebody else has written the file since it was read."""


def exchange(file: Path, old: bytes, new: bytes) -> None:
    """Put new bytes in the place of those that were read; the file keeps its permissions.

    Raises :class:`ChangedError`, with the file left alone, where it holds something else by now.
    """
    try:
        temporary = _written(file, new, stat.S_IMODE(os.lstat(file).st_mode))
        try:
            if file.is_symlink() or file.read_bytes() != old:
                raise ChangedError
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
    except FileNotFoundError:
        raise ChangedError from None


def _written(file: Path, data: bytes, mode: int = 0o644) -> Path:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary = Path(name)
    temporary.chmod(mode)  # mkstemp makes it private; a record is there to be read
    return temporary
