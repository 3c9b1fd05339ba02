"""Read one file, for everybody: the gate, the site and every command see the same record.

The split agrees with python-frontmatter and MkDocs where they agree with each other, and refuses
what they would read differently. The YAML itself is read in ``nodes.py``.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import frontmatter
from frontmatter.default_handlers import YAMLHandler

from debrief.finding import KeyPath, Position
from debrief.nodes import (
    FORBIDDEN,
    MAX_NODES,
    DocumentError,
    Mapping,
    Node,
    Scalar,
    Sequence,
    parse_yaml,
    plain_values,
    write_yaml,
)

MAX_BYTES = 1_000_000
"""A record of a million bytes is no record; real ones have twelve thousand."""

MAX_CATALOG_BYTES = 20_000_000
MAX_CATALOG_NODES = 1_000_000
"""A file of the catalog holds a whole company: about forty thousand assets fit."""

_CONFLICT = re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE)
# Any white space behind it: python-frontmatter takes more kinds than MkDocs does.
_CLOSER = re.compile(r"^(?:-{3,}|\.{3})[^\S\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One file, split and located. ``path`` is relative to the repository's root.

    ``body`` is what follows the front matter, ``body_line`` the number of its first line; a
    catalog file is all front matter.
    """

    path: str
    text: str
    front: str
    front_line: int
    body: str = ""
    body_line: int = 1
    most_nodes: int = MAX_NODES

    @cached_property
    def tree(self) -> Mapping:
        """The front matter as nodes with positions. Raises :class:`DocumentError`."""
        return parse_yaml(self.front, self.front_line, self.most_nodes)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the nodes behind when sent to another process: they are read again when needed."""
        return {key: value for key, value in self.__dict__.items() if key != "tree"}

    def locate(self, where: KeyPath | Position) -> Position:
        """Line and column of a value; of the parent where the last keys are missing."""
        if isinstance(where, Position):
            return where
        node: Node = self.tree
        found = Position(1)
        for step in where:
            child = _child(node, step)
            if child is None:
                return found
            found = _anchor(node, step, child)
            node = child
        return found

    def find(self, words: str, first_line: int) -> Position:
        """Where words stand for the first time from a line on; that line where they do not."""
        for number, line in enumerate(self.text.split("\n")[first_line - 1 :], first_line):
            if (column := line.find(words)) >= 0:
                return Position(number, column + 1)
        return Position(first_line)

    def has_key(self, path: KeyPath) -> bool:
        """Whether the key at the end of the path is written, with or without a value."""
        node: Node | None = self.tree
        for step in path:
            node = _child(node, step) if node is not None else None
        return node is not None

    def locate_key(self, path: KeyPath) -> Position:
        """Line and column of a key itself, for a key that ought not to be there."""
        parent: Node | None = self.tree
        for step in path[:-1]:
            parent = _child(parent, step) if parent is not None else None
        if isinstance(parent, Mapping) and path and path[-1] in parent.keys:
            return parent.keys[str(path[-1])]
        return self.locate(path)


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return node.entries.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def _anchor(parent: Node, step: str | int, child: Node) -> Position:
    """The place to show: a given scalar itself, else the key that holds it, else the list item."""
    if isinstance(parent, Mapping) and (not isinstance(child, Scalar) or child.blank):
        return parent.keys[str(step)]
    return child.position


# --- bytes → text ---------------------------------------------------------------------------


def read_text(file: Path, most: int = MAX_BYTES) -> str:
    """Read a regular file as clean UTF-8 text with line feeds as line ends.

    Raises :class:`DocumentError` for a link or a device, a file over ``most`` bytes, bytes that
    are not UTF-8, and characters that cannot be seen.
    """
    start = Position(1)
    try:
        status = os.lstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError("PM001", "this is not a regular file", start)
        if status.st_size > most:
            raise DocumentError(
                "PM002",
                f"the file has {status.st_size:,} bytes; at most {most:,} are read",
                start,
            )
        data = file.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise DocumentError("PM001", f"the file cannot be read: {reason}", start) from error
    return decode(data)


def decode(data: bytes) -> str:
    """Turn the bytes of a file into text; see :func:`read_text` for what is refused."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        bad = data[error.start]
        raise DocumentError(
            "PM003", f"byte 0x{bad:02x} is not UTF-8 text", Position(line, column)
        ) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if bad_character := FORBIDDEN.search(text):
        place = _position_of(text, bad_character.start())
        name = f"U+{ord(bad_character.group()):04X}"
        raise DocumentError("PM004", f"the character {name} cannot be seen", place)
    return text


def _position_of(text: str, index: int) -> Position:
    line = text.count("\n", 0, index) + 1
    return Position(line, index - (text.rfind("\n", 0, index) + 1) + 1)


# --- text → front matter and body --------------------------------------------------------------


class FrontMatter(YAMLHandler):
    """python-frontmatter's handler with our split, our reader and our way of writing.

    ``frontmatter.loads(text, handler=FrontMatter())`` gives what the gate sees, as text values.
    """

    def split(self, text: str) -> tuple[str, str]:
        """Split text at the two ``---`` lines. Raises :class:`DocumentError`."""
        # python-frontmatter strips a text before it comes here, and with it the last line's end.
        front, _, body = split(f"{text}\n")
        return front, body

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """Read YAML into text, lists and mappings. Raises :class:`DocumentError`."""
        value = plain_values(parse_yaml(fm, 2))
        return value if isinstance(value, dict) else {}

    def export(self, metadata: ReadOnlyMapping[str, object], **_: object) -> str:
        """Write YAML in which every string is quoted, so that no reader takes it for another."""
        return write_yaml(metadata).rstrip("\n")


def split(text: str) -> tuple[str, int, str]:
    """Split a record into its front matter, the number of the body's first line, and the body."""
    if conflict := _CONFLICT.search(text):
        raise DocumentError(
            "PM008",
            "this is a merge conflict that nobody has resolved",
            _position_of(text, conflict.start()),
        )
    if not re.match(r"---[ \t]*\n", text):
        raise DocumentError("PM005", *_why_no_front_matter(text))
    start = text.index("\n") + 1
    closer = _CLOSER.search(text, start)
    if closer is None:
        raise DocumentError("PM006", "the front matter has no closing `---` line", Position(1))
    place = _position_of(text, closer.start())
    if closer.group().rstrip(" \t") != "---":
        shown = closer.group()
        raise DocumentError(
            "PM007", f"`{shown}` closes front matter for some programs and not for others", place
        )
    if closer.end() == len(text):
        raise DocumentError("PM006", "the file ends right after the closing `---`", place)
    body = text[closer.end() + 1 :]
    body_line = place.line + 1
    if again := re.match(r"\s*^(?:-{3,}|\.{3})[^\S\n]*$", body, re.MULTILINE):
        line = body_line + again.group().rstrip().count("\n")
        raise DocumentError(
            "PM007", "a second `---` line follows at once on the front matter", Position(line)
        )
    return text[start : closer.start()], body_line, body


def _why_no_front_matter(text: str) -> tuple[str, Position]:
    first = text.split("\n", 1)[0]
    if not text.strip():
        return "the file is empty", Position(1)
    if text.lstrip().startswith("---") and not text.startswith("---"):
        return "something stands before the opening `---`: a blank line or a space", Position(1)
    if first.startswith("---"):
        return f"the first line is `{first[:40]}` and not `---`", Position(1)
    return "the file has no front matter: its first line is not `---`", Position(1)


def as_record(text: str, path: str) -> Document:
    """Split the text of a postmortem and read its YAML; ``path`` is how findings call it.

    Raises :class:`DocumentError`.
    """
    front, body_line, body = split(text)
    document = Document(path, text, front, 2, body, body_line)
    _ = document.tree  # bad YAML is told here, once, and not where it is first looked at
    return document


def as_catalog_file(text: str, path: str) -> Document:
    """Read the YAML of a catalog file. Raises :class:`DocumentError`."""
    document = Document(path, text, text, 1, most_nodes=MAX_CATALOG_NODES)
    _ = document.tree
    return document


def as_template(text: str, path: str) -> Document:
    """A template of records, which is all body."""
    return Document(path, text, "", 1, text)


def as_lines(text: str, path: str) -> Document:
    """A file that could not be split: nothing but lines, for a report to show."""
    return Document(path, text, "", 1)


# --- values → text ------------------------------------------------------------------------------


def write_record(values: ReadOnlyMapping[str, object], body: str) -> str:
    """The text of a record file. Raises ValueError if it would not be read back as given."""
    post = frontmatter.Post(body.strip("\n"))
    post.metadata = dict(values)
    text = frontmatter.dumps(post, handler=FrontMatter()) + "\n"
    try:
        front, _, written_body = split(decode(text.encode("utf-8")))
        read = plain_values(parse_yaml(front))
    except DocumentError as error:
        raise ValueError(f"the record could not be read back: {error}") from error
    if read != _as_text(values) or written_body.strip() != body.strip():
        raise ValueError("the record would not be read back as it was meant")
    return text


def _as_text(value: object) -> object:
    """Values as the reader gives them, for the comparison: numbers and booleans as text."""
    if isinstance(value, ReadOnlyMapping):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)
