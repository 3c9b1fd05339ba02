"""YAML → nodes that know their place, and values → YAML.

Read by the events of PyYAML's C parser, without recursion. A scalar stays the text that the author
typed until the schema asks for something else (see ``schema.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from debrief.finding import Position, Problem

MAX_DEPTH = 12
MAX_NODES = 50_000

# Invisible or dangerous anywhere: controls but tab and newline, the line breaks that only some
# programs honour, marks that reverse the direction of text, byte order marks, non-characters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
_CUT_BY_COMMENT = re.compile(r"[ \t]+#\S")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(Exception):
    """A file that cannot be read any further; it carries the one problem to report."""

    def __init__(self, rule: str, message: str, position: Position, fix: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(position, message, fix, rule)


@dataclass(slots=True)
class Scalar:
    """Text as typed; ``plain`` when it was not quoted, ``cut`` when a ``#`` ended it early."""

    text: str
    position: Position
    plain: bool = True
    cut: bool = False

    @property
    def blank(self) -> bool:
        """Nothing was given: ``owner:`` with no value, ``~`` or ``null``."""
        return self.plain and self.text in _NULL


@dataclass(slots=True)
class Mapping:
    """Keys with their values, in the order of the file."""

    position: Position
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)


@dataclass(slots=True)
class Sequence:
    """Items, in the order of the file."""

    position: Position
    items: list[Node] = field(default_factory=list)


Node = Scalar | Mapping | Sequence


# --- YAML → nodes ------------------------------------------------------------------------------


def parse_yaml(
    text: str, first_line: int = 1, most: int = MAX_NODES, deepest: int = MAX_DEPTH
) -> Mapping:
    """Build nodes from YAML text whose first line has this number in its file.

    A subset on purpose: no anchors, aliases, merge keys, tags, directives or keys that are not
    plain text, no key twice, at most ``deepest`` levels and ``most`` values.
    Raises :class:`DocumentError`.
    """
    builder = _Builder(text, first_line, most, deepest)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _explain(error, text, first_line) from error
    except yaml.YAMLError as error:
        raise DocumentError(
            "PM009", f"this is not YAML: {error}".splitlines()[0], Position(first_line)
        ) from error
    return builder.result()


class _Builder:
    """Takes parser events one by one; holds the open collections in a list, not on the stack."""

    def __init__(self, text: str, first_line: int, most: int, deepest: int) -> None:
        self._most = most
        self._deepest = deepest
        self._lines = text.split("\n") if "#" in text else []
        self._first_line = first_line
        self._open: list[Mapping | Sequence] = []
        self._pending: list[str | None] = []
        self._root: Node | None = None
        self._nodes = 0
        self._documents = 0

    def result(self) -> Mapping:
        if self._root is None or (isinstance(self._root, Scalar) and self._root.blank):
            return Mapping(Position(self._first_line))
        if not isinstance(self._root, Mapping):
            raise DocumentError(
                "PM009", "this is not a list of `key: value` lines", self._root.position
            )
        return self._root

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, Mapping(self._at(event)))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, Sequence(self._at(event)))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._pending.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise self._refuse(event, f"`*{event.anchor}` is an alias")
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if event.version or event.tags or self._documents > 1:
                raise self._refuse(event, "directives and second documents are not read")

    def _at(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(mark.line + self._first_line, mark.column + 1)

    def _refuse(self, event: Any, message: str) -> DocumentError:
        return DocumentError("PM010", message, self._at(event))

    def _guard(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._refuse(event, f"`&{event.anchor}` is an anchor")
        if event.tag is not None:
            raise self._refuse(event, f"`{event.tag}` is a tag")
        self._nodes += 1
        if self._nodes > self._most:
            raise DocumentError("PM012", f"more than {self._most:,} values", self._at(event))

    def _start(self, event: Any, node: Mapping | Sequence) -> None:
        self._guard(event)
        if len(self._open) >= self._deepest:
            raise DocumentError("PM012", f"more than {self._deepest} levels deep", node.position)
        self._attach(event, node)
        self._open.append(node)
        self._pending.append(None)

    def _scalar(self, event: Any) -> None:
        self._guard(event)
        text: str = event.value
        plain = not event.style
        if not plain and FORBIDDEN.search(text):
            raise DocumentError(
                "PM004", "an escape in this text stands for an unseen character", self._at(event)
            )
        if self._open and isinstance(self._open[-1], Mapping) and self._pending[-1] is None:
            self._key(event, self._open[-1], text, plain)
            return
        cut = plain and bool(self._lines) and self._is_cut(event.end_mark)
        self._attach(event, Scalar(text, self._at(event), plain, cut))

    def _is_cut(self, mark: Any) -> bool:
        return _CUT_BY_COMMENT.match(self._lines[mark.line], mark.column) is not None

    def _key(self, event: Any, mapping: Mapping, text: str, plain: bool) -> None:
        place = self._at(event)
        if plain and text == "<<":
            raise self._refuse(event, "`<<` is a merge key")
        if text in mapping.keys:
            first = mapping.keys[text].line
            raise DocumentError("PM011", f"`{text}` stands here again; see line {first}", place)
        mapping.keys[text] = place
        self._pending[-1] = text

    def _attach(self, event: Any, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._pending[-1]
        if key is None:
            raise self._refuse(event, "a key must be a plain word")
        parent.entries[key] = node
        self._pending[-1] = None


_QUOTE = "put the whole value in double quotes"
# What libyaml says → what it means → what to write. Where something was opened and not closed, the
# opening is the place to show and not the end of the file.
_YAML_WORDS = (
    (
        "mapping values are not allowed",
        "a colon and a space inside a value that is not quoted",
        _QUOTE,
    ),
    (
        "that cannot start any token",
        "a value begins with a character that YAML keeps for itself",
        _QUOTE,
    ),
    ("could not find expected ':'", "this line has no colon", "write `key: value`"),
    ("unexpected end of stream", "a quote is opened here and not closed", "close it"),
    (
        "',' or",
        "a `[` or `{` is opened here and not closed, or lacks a comma",
        "close the bracket and put commas between its items",
    ),
    (
        "unknown escape character",
        "a backslash in double quotes that means nothing",
        "use single quotes, or write the backslash twice",
    ),
    (
        "alphabetic or numeric character",
        "a value begins with `*` or `&`, which YAML keeps for itself",
        _QUOTE,
    ),
    (
        "did not find expected key",
        "this line does not fit the ones above it",
        "indent it as its neighbours are, and quote a value that goes on after a closing quote",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not fit the list above it",
        "begin it with `- `, or indent it as its neighbours are",
    ),
)
_SHOW_THE_OPENING = ("unexpected end of stream", "',' or", "could not find expected ':'")


def _explain(error: yaml.MarkedYAMLError, text: str, first_line: int) -> DocumentError:
    problem = f"{error.context or ''} {error.problem or ''}".strip()
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(sign in problem for sign in _SHOW_THE_OPENING):
        mark = error.context_mark
    if mark is None:
        return DocumentError("PM009", f"this is not YAML: {problem}", Position(first_line))
    lines = text.split("\n")
    line = min(mark.line, len(lines) - 1)
    place = Position(line, mark.column)
    place, words, fix = _by_the_look(problem, lines, place) or (place, *_by_the_words(problem))
    return DocumentError("PM009", words, Position(place.line + first_line, place.column + 1), fix)


def _by_the_words(problem: str) -> tuple[str, str]:
    """What libyaml's complaint means, and what to write."""
    for sign, words, fix in _YAML_WORDS:
        if sign in problem:
            return words, fix
    return f"this is not YAML: {problem}", ""


def _by_the_look(
    problem: str, lines: list[str], place: Position
) -> tuple[Position, str, str] | None:
    """What the lines themselves show better than the complaint; places count from 0 here."""
    here = lines[place.line]
    before = here[: place.column].rstrip()
    if here[place.column : place.column + 1] == "\t":
        return place, "a tab where YAML wants spaces", "replace the tab by spaces"
    if "did not find expected key" in problem and before.endswith(('"', "'")):
        return place, "text follows the closing quote", _QUOTE
    if "mapping values are not allowed" not in problem or place.line == 0:
        return None
    above, start = lines[place.line - 1], len(before) - len(before.lstrip())
    if _is_indented_key(before, above):
        words = "this line is indented further than the ones above it"
        return Position(place.line, start), words, "indent it as its neighbours are"
    if ":" not in above and above[start : start + 1].strip(" -#"):
        return Position(place.line - 1, start), "this line has no colon", "write `key: value`"
    return None


def _is_indented_key(before: str, above: str) -> bool:
    """Whether a line is `key:` under a line that already has a value, and so cannot hold keys."""
    if not re.fullmatch(r"\s+[\w-]+", before):
        return False
    has_value = re.match(r"(\s*)[\w-]+: *\S", above)
    return has_value is not None and len(has_value[1]) < len(before) - len(before.lstrip())


# --- values → YAML -----------------------------------------------------------------------------


def plain_values(node: Node) -> object:
    """The nodes as text, lists and mappings; None where nothing was given."""
    if isinstance(node, Scalar):
        return None if node.blank else node.text
    if isinstance(node, Sequence):
        return [plain_values(item) for item in node.items]
    return {key: plain_values(value) for key, value in node.entries.items()}


class _Dumper(yaml.SafeDumper):
    """Quotes every string but keys, and never writes an alias."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


def _represent_nothing(dumper: yaml.SafeDumper, _: None) -> yaml.Node:
    # `owner:` reads as the gap that it is; `owner: null` as a value that somebody chose.
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


def _represent_mapping(dumper: yaml.SafeDumper, mapping: dict[str, object]) -> yaml.Node:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items())
    for key, _ in node.value:
        if re.fullmatch(r"[a-z_][a-z0-9_.-]*", key.value) and key.value not in _RESERVED:
            key.style = None
    return node


_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(type(None), _represent_nothing)


def write_yaml(values: ReadOnlyMapping[str, object]) -> str:
    """Write values as YAML, strings quoted; the inverse of :func:`parse_yaml`."""
    text: str = yaml.dump(
        dict(values), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**9
    )
    # PyYAML escapes what lies beyond the first 65,536 characters, such as emoji, even so.
    return _ASTRAL.sub(lambda found: found[1] + chr(int(found[2], 16)), text)


_ASTRAL = re.compile(r"(?<!\\)((?:\\\\)*)\\U([0-9A-F]{8})")
