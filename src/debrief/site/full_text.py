"""The index of a large site, made by Pagefind, of which a browser loads what a query asks for."""

from __future__ import annotations

import gzip
import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from markupsafe import escape
from pagefind.service import get_executable

from debrief.site.search import Entry, page_of

FOLDER = "search/pagefind"
FACETS_FILE = "search/facets.json"

_UNUSED = ("pagefind-*ui*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""Pagefind's own search boxes, and what only other languages need."""
_TITLE = '<h1 data-pagefind-meta="title" data-pagefind-ignore>{}</h1>'
"""A title is found as one, and is not repeated in the text beneath it."""
_SIGNATURE = b"pagefind_dcd"
"""Stands before the content of each of Pagefind's files."""


def write(entries: Iterable[Entry], site: Path) -> int:
    """Write the index into a built site; returns how many pages it holds.

    The same entries give the same bytes. Raises RuntimeError where a page would not be found.
    """
    with tempfile.TemporaryDirectory(prefix="debrief-search-") as folder:
        facets = dict(_write_pages(entries, Path(folder)))
        _index(Path(folder), site / FOLDER)
    for pattern in _UNUSED:
        for file in (site / FOLDER).glob(pattern):
            file.unlink()
    results = _results(site / FOLDER)
    if missing := sorted(facets.keys() - results.keys()):
        raise RuntimeError(f"{len(missing)} pages are not in Pagefind's index: {missing[:5]}")
    (site / FACETS_FILE).write_bytes(_facets_file(facets, results))
    return len(results)


def _write_pages(entries: Iterable[Entry], folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Write one file for each page, for Pagefind to read; yields addresses and facets.

    A file holds what search may find of a page and nothing else, its sections under their anchors.
    """
    for address, found in groupby(sorted(entries, key=page_of), key=page_of):
        first, *sections = found
        parts = [_TITLE.format(first["title"]), _text_of(first), *map(_section, sections)]
        file = folder / unquote(address)
        if not address or address.endswith("/"):
            file /= "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        page = f'<html lang="en"><body>{"".join(parts)}</body></html>'
        file.write_text(page, encoding="utf-8")
        yield unquote(address), first.get("facets", [])


def _section(entry: Entry) -> str:
    anchor = str(entry["location"]).partition("#")[2]
    return f'<h2 id="{escape(anchor)}">{entry["title"]}</h2>{_text_of(entry)}'


def _text_of(entry: Entry) -> str:
    tags = escape(" · ".join(entry.get("tags", ())))
    return f"<div>{entry['text']}</div><p>{tags}</p>"


def _index(pages: Path, to: Path) -> None:
    """Index all pages in a folder. Raises RuntimeError where Pagefind cannot."""
    command = [str(get_executable()), "--site", str(pages), "--output-path", str(to)]
    command += ["--force-language", "en", "--quiet"]
    done = subprocess.run(command, cwd=pages, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Pagefind failed: {(done.stderr or done.stdout).strip()}")


def _results(folder: Path) -> dict[str, str]:
    """By what each page is known in an index: the ids of results by address."""
    found = {}
    for file in sorted((folder / "fragment").iterdir()):
        content = gzip.decompress(file.read_bytes()).removeprefix(_SIGNATURE)
        found[unquote(json.loads(content)["url"]).removeprefix("/")] = file.stem
    return found


def _facets_file(facets: dict[str, list[str]], results: dict[str, str]) -> bytes:
    """Which results have which facets: pairs of facets and of the ids of results in one text.

    Pagefind has filters of its own, but writes them in another order each time.
    """
    together: dict[tuple[str, ...], list[str]] = {}
    for address, values in facets.items():
        together.setdefault(tuple(values), []).append(results[address])
    rows = [[values, " ".join(sorted(ids))] for values, ids in sorted(together.items())]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
