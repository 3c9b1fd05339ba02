"""JSON of others, read whole or answered in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from debrief.catalog_sources.imported import SourceError

MAX_BYTES = 500_000_000
"""Manifests of very large projects have a hundred million bytes."""


def read_bytes(file: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file. Raises SourceError."""
    try:
        if not file.is_file():
            raise SourceError("this is no file" if file.exists() else "there is no such file")
        if (size := file.stat().st_size) > most:
            raise SourceError(f"the file has {size:,} bytes; at most {most:,} are read")
        return file.read_bytes()
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}") from None


def parse(data: bytes | str) -> object:
    """The value that a JSON text holds. Raises SourceError with the place."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        value: object = json.loads(text)
    except UnicodeDecodeError as error:
        raise SourceError(f"byte {error.start:,} is not UTF-8 text, so this is not JSON") from None
    except json.JSONDecodeError as error:
        raise SourceError(_words(error)) from None
    except RecursionError:
        raise SourceError("it is nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python converts
        raise SourceError(f"this is not JSON: {error}") from None
    return value


def parse_each(data: bytes) -> Iterator[tuple[int, object]]:
    """Every value of a text with one value, with a list of them, or with one in each line.

    They are counted from 1. Where the text is neither, a line that cannot be read is the
    SourceError itself, and the others are read all the same.
    """
    try:
        whole = parse(data)
    except SourceError as error:
        lines = [line for line in data.decode("utf-8-sig", "replace").splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith("}"):
            yield 1, error
            return
        for number, line in enumerate(lines, 1):
            try:
                yield number, parse(line)
            except SourceError as bad:
                yield number, bad
        return
    if isinstance(whole, dict) and isinstance(whole.get("events"), list):
        whole = whole["events"]
    yield from enumerate(whole if isinstance(whole, list) else [whole], 1)


def _words(error: json.JSONDecodeError) -> str:
    place = f"line {error.lineno}, column {error.colno}"
    if not error.doc.strip():
        return "the file is empty"
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return f"the JSON ends in the middle, at {place}: the file was cut off"
    return f"this is not JSON: {error.msg} at {place}"
