"""Where a source lies: the folder that catalog/sources.yml names, or why it cannot be one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from debrief.archive import CATALOG, RECORDS
from debrief.catalog import Source
from debrief.federation.exports import MANIFEST
from debrief.finding import Problem


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a source, as it was written and as it is found."""

    written: str
    folder: Path
    is_export: bool


def find(source: Source, root: Path, taken: dict[Path, str]) -> Place | Problem:
    """The folder of a source; ``taken`` holds those of the ones before, with their names.

    The key path of a problem begins at the source's own entry. Links are refused: a change in
    another place would lead the archive elsewhere, and no review would see it.
    """
    key = "checkout" if source.checkout is not None else "export"
    written = source.checkout if source.checkout is not None else source.export or ""
    for message, fix in _faults(key, written, root, taken):
        return Problem((key,), f"`{written}` {message}", fix)
    folder = (root / written).resolve()
    taken[folder] = source.name
    return Place(written, folder, key == "export")


def _faults(
    key: str, written: str, root: Path, taken: Mapping[Path, str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with a folder, and what to write; only the first is to be trusted."""
    folder = root / written
    if link := _link_on_the_way(written, root):
        leads = os.path.relpath(os.path.realpath(folder), os.path.realpath(root))
        which = "is a link" if link == folder else f"leads through the link {link.name}"
        yield which, f"write the folder that it leads to: `{key}: {leads}`"
    looked = os.path.normpath(root.resolve() / written)
    try:
        mode = folder.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        fix = f"put it there, or correct `{key}`: it counts from the root of this repository"
        yield f"is not there: {looked} does not exist", fix
    except OSError as error:
        yield f"cannot be read: {error.strerror}", f"look at {looked}"
    else:
        if not stat.S_ISDIR(mode):
            yield "is a file", f"write the folder, and not a file: `{key}: …`"
        if folder.resolve() == root.resolve():
            yield "is this repository", "delete this entry: its own records are shown anyway"
        if other := taken.get(folder.resolve()):
            yield f"is the folder of `{other}` too", "delete one of the two entries"
        yield from _of_another_kind(folder, key)


def _link_on_the_way(written: str, root: Path) -> Path | None:
    """The first link among the folders of a path as it was written, below where it begins."""
    way = PurePosixPath(written)
    if way.is_absolute():  # what lies above is the business of the computer
        return Path(written) if Path(written).is_symlink() else None
    here = root
    for step in way.parts:
        here /= step
        if step != ".." and here.is_symlink():
            return here
    return None


def _of_another_kind(folder: Path, key: str) -> Iterator[tuple[str, str]]:
    """What a folder is instead of a checkout or of an export."""
    is_export = (folder / MANIFEST).is_file()
    is_checkout = any((folder / name).is_dir() for name in (RECORDS, CATALOG))
    if key == "export" and not is_export:
        if is_checkout:
            yield "is a checkout, and no export", "write `checkout:` in place of `export:`"
        fix = f"name a folder that `./debrief export` wrote: it holds {MANIFEST}"
        yield f"is no export: it holds no {MANIFEST}", fix
    if key == "checkout" and not is_checkout:
        if is_export:
            yield "is an export, and no checkout", "write `export:` in place of `checkout:`"
        message = f"is no Debrief repository: it holds neither {RECORDS}/ nor {CATALOG}/"
        yield message, "name the folder that holds them"
