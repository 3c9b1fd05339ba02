"""Change a record in place: the value that is meant, and no byte beside it.

Comments, order, quoting, indentation and line ends stay as their author left them. Every change is
read back by the strict reader before it is given out, and refused where it would say anything else
than what was meant.
"""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from debrief import moments, store
from debrief.document import MAX_BYTES, Document, as_record, decode
from debrief.finding import KeyPath, Position, spell
from debrief.nodes import FORBIDDEN, DocumentError, parse_yaml, plain_values, write_yaml
from debrief.schema import OWN_FOLDER, Schema


class EditError(Exception):
    """A change that cannot be made, in words for a person; nothing was written."""


@dataclass(frozen=True, slots=True)
class Put:
    """Give a key a text. The key and the groups around it are made where they are missing."""

    path: KeyPath
    value: str


@dataclass(frozen=True, slots=True)
class Append:
    """Add a group of texts to the end of a list, which is made where it is missing."""

    path: KeyPath
    item: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a key out, with its value; nothing happens where it is not written."""

    path: KeyPath


Edit = Put | Append | Remove


def edited(text: str, edits: Sequence[Edit], schema: Schema | None = None) -> str:
    """The text of a record with the edits made, one after the other.

    ``text`` is the file as it is, with its byte order mark and its line ends. The schema says where
    among its neighbours a new key stands, and which values are numbers; without one, our own does.
    Raises :class:`EditError`, which begins with the line.
    """
    for edit in edits:
        text = _edited(text, edit, schema or _own_schema())
    return text


def edit_file(file: Path, edits: Sequence[Edit], schema: Schema | None = None) -> None:
    """Make the edits in a file: all of them or none.

    The file keeps its permissions, and is left alone where nothing would change. Raises
    :class:`EditError`, which begins with the file's name.
    """
    try:
        status = os.lstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise EditError(f"{file.name} is not a regular file, and only those are edited")
        if status.st_size > MAX_BYTES:
            raise EditError(f"{file.name} has more than {MAX_BYTES:,} bytes, and is no record")
        old = file.read_bytes()
        new = _edited_bytes(old, edits, schema)
        if new != old:
            store.exchange(file, old, new)
    except store.ChangedError:
        raise EditError(
            f"{file.name} was changed by somebody else meanwhile; nothing was written, try again"
        ) from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise EditError(f"{file.name} cannot be edited: {reason}") from error
    except _EditOnLineError as error:
        raise EditError(f"{file.name}, {error}") from error


def _edited_bytes(data: bytes, edits: Sequence[Edit], schema: Schema | None) -> bytes:
    try:
        decode(data)
    except DocumentError as error:
        raise _unreadable(error) from error
    return edited(data.decode("utf-8"), edits, schema).encode("utf-8")


@cache
def _own_schema() -> Schema:
    return Schema.load(OWN_FOLDER / "postmortem.schema.json")


class _EditOnLineError(EditError):
    """What :func:`edited` raises; its words begin with the line."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}")


# --- one edit ------------------------------------------------------------------------------------


def _edited(raw: str, edit: Edit, schema: Schema) -> str:
    try:
        before = _read(raw)
    except DocumentError as error:
        raise _unreadable(error) from error
    values = plain_values(before.tree)
    try:
        _refuse_unwritable(edit)
        wanted = _changed(values, edit.path, edit)
    except _MisfitError as error:
        raise _EditOnLineError(before.locate(edit.path).line, str(error)) from None
    if wanted == values:
        return raw
    result = _spliced(raw, _Editing(before.front, edit, schema).splices(), before)
    if len(result.encode("utf-8")) > MAX_BYTES:
        words = f"with this, the record would have more than {MAX_BYTES:,} bytes; shorten it first"
        raise _EditOnLineError(before.locate(edit.path).line, words)
    if not _is_as_meant(result, wanted, before):
        raise _by_hand(before, edit, schema)
    return result


def _read(raw: str) -> Document:
    # A lone surrogate is no text either, and the reader tells it as it tells any bad byte.
    return as_record(decode(raw.encode("utf-8", "surrogatepass")), "the record")


def _unreadable(error: DocumentError) -> EditError:
    problem = error.problem
    line = problem.where.line if isinstance(problem.where, Position) else 1
    fix = f"; {problem.fix}" if problem.fix else ""
    return _EditOnLineError(line, f"{problem.message}{fix}. Mend that first")


def _is_as_meant(raw: str, wanted: object, before: Document) -> bool:
    try:
        after = _read(raw)
    except DocumentError:
        return False
    return after.body == before.body and _settled(plain_values(after.tree)) == _settled(wanted)


def _settled(value: object) -> object:
    """A group without keys counts as not given, as it does for the schema."""
    if isinstance(value, list):
        return [_settled(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: None if item == {} else _settled(item) for key, item in value.items()}


def _by_hand(document: Document, edit: Edit, schema: Schema) -> EditError:
    words = _Words(schema)
    last = edit.path[-1]
    if isinstance(edit, Remove):
        done, todo = "taken out", f"take `{last}` out"
    elif isinstance(edit, Put):
        value = words.scalar(edit.value, edit.path, flow=False)
        done, todo = "written", f"write `{value if isinstance(last, int) else f'{last}: {value}'}`"
    else:
        done, todo = "added to", f"add `- {words.item(edit.item, edit.path)}`"
    return _EditOnLineError(
        document.locate(edit.path).line,
        f"`{spell(edit.path)}` could not be {done} here without changing something else; "
        f"{todo} by hand",
    )


# --- what is meant -------------------------------------------------------------------------------


class _MisfitError(Exception):
    """The record has no place for the edit, or the edit has a text that no record may hold."""


_UNWRITABLE = re.compile(rf"[\t\n]|{FORBIDDEN.pattern}")
_NAMES = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}


def _refuse_unwritable(edit: Edit) -> None:
    texts = [(str(step), str(step)) for step in edit.path]
    if isinstance(edit, Put):
        texts.append((spell(edit.path), edit.value))
    elif isinstance(edit, Append):
        texts += [(key, key) for key in edit.item] + list(edit.item.items())
    for name, text in texts:
        if bad := _UNWRITABLE.search(text):
            character = _NAMES.get(bad.group(), f"the character U+{ord(bad.group()):04X}")
            shown = _UNWRITABLE.sub("?", name)
            raise _MisfitError(f"`{shown}` would hold {character}; write it in one line of text")


def _changed(value: Any, path: KeyPath, edit: Edit) -> Any:
    """The values with the edit made, as the reader should give them; they are not touched."""
    if not path:
        return _changed_at_the_end(value, edit)
    step, rest = path[0], path[1:]
    met = spell(edit.path[: len(edit.path) - len(path)])
    if isinstance(step, int):
        if not isinstance(value, list) or not 0 <= step < len(value):
            raise _MisfitError(f"`{met}[{step}]` is not there")
        if isinstance(edit, Remove) and not rest:
            raise _MisfitError(f"`{met}` is a list; only keys are taken out")
        return [*value[:step], _changed(value[step], rest, edit), *value[step + 1 :]]
    group = {} if value is None else value
    if not isinstance(group, dict):
        raise _MisfitError(f"`{met}` has no keys, so `{step}` cannot stand in it")
    if isinstance(edit, Remove) and (not rest or step not in group):
        return {key: item for key, item in group.items() if key != step} if group else value
    return {**group, step: _changed(group.get(step), rest, edit)}


def _changed_at_the_end(value: Any, edit: Edit) -> Any:
    if isinstance(edit, Append):
        if value is not None and not isinstance(value, list):
            raise _MisfitError(f"`{spell(edit.path)}` is no list, so nothing can be added to it")
        return [*(value or []), dict(edit.item)]
    if isinstance(edit, Remove) or isinstance(value, list | dict):
        raise _MisfitError(f"`{spell(edit.path)}` is a list or a group, and not one text")
    return edit.value


# --- values → YAML in the words of the file ------------------------------------------------------

_TEXT = "tag:yaml.org,2002:str"
_TIME = "tag:yaml.org,2002:timestamp"
# What YAML 1.2 or the oldest readers take for something else, and PyYAML does not.
_FOR_OTHERS = re.compile(
    r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?|0o[0-7]+|0x[0-9a-f]+|y|n", re.IGNORECASE
)
# Some of these may begin a text here and there; nobody remembers where.
_INDICATORS = tuple("-?:,[]{}#&*!|>'\"%@`")


@dataclass(frozen=True, slots=True)
class _Words:
    """Writes values as people write them: plain where every reader takes that for the same text."""

    schema: Schema

    def scalar(self, text: str, path: KeyPath, *, flow: bool, style: str | None = None) -> str:
        """One value, in the quotes that ``style`` names, or plain, or in double quotes."""
        if style == "'":
            return "'" + text.replace("'", "''") + "'"
        typed = self.asked(path).get("type") in ("number", "integer", "boolean")
        if style != '"' and _is_plain(text, flow=flow, typed=typed):
            return text
        return write_yaml({"k": text}).removeprefix("k: ").rstrip("\n")

    def item(self, item: Mapping[str, str], path: KeyPath) -> str:
        """An item of a list, as ``{changed_on: 2026-03-28, field: due}``."""
        pairs = (
            f"{self.key(key)}: {self.scalar(text, (*path, 0, key), flow=True)}"
            for key, text in item.items()
        )
        return "{" + ", ".join(pairs) + "}"

    def key(self, key: str | int) -> str:
        return self.scalar(str(key), (), flow=True)

    def asked(self, path: KeyPath) -> dict[str, Any]:
        """What the schema says of a key path; nothing where it does not know it."""
        found = self.schema.content
        for step in path:
            inner = found.get("items") if isinstance(step, int) else None
            inner = inner or found.get("properties", {}).get(step, {})
            found = self.schema.resolve(inner)
        return found


def _is_plain(text: str, *, flow: bool, typed: bool) -> bool:
    """Whether a text without quotes is read as itself by our reader, and as text by others.

    ``typed`` where the schema asks for a number or a boolean, which quotes would make a text.
    """
    tag = _tag_without_quotes(text, flow=flow)
    if moments.is_day(text) or moments.is_moment(text):
        return tag in (_TEXT, _TIME)
    if tag is None or (flow and ":" in text):  # the strictest readers end an address at its colon
        return False
    return typed or (tag == _TEXT and not _FOR_OTHERS.fullmatch(text))


def _tag_without_quotes(text: str, *, flow: bool) -> str | None:
    """What PyYAML takes a text for; None where a reader would read another text."""
    if text != text.strip() or text.startswith(_INDICATORS):
        return None
    sample = f"{{k: {text}, l: m}}\n" if flow else f"k: {text}\nl: m\n"
    try:
        if plain_values(parse_yaml(sample)) != {"k": text, "l": "m"}:
            return None
        # PyYAML's parser in Python is a second opinion: it reads less than the one in C.
        node: Any = yaml.compose(sample, Loader=yaml.SafeLoader)
    except (DocumentError, yaml.YAMLError):
        return None
    value = node.value[0][1]
    return str(value.tag) if value.value == text and not value.style else None


# --- where things stand --------------------------------------------------------------------------

_COLON = re.compile(r"\s*:")
_COMMA = re.compile(r"(?>\s|#[^\n]*)*+,")
_SAME_LINE_COMMA = re.compile(r"[ \t]*,")
_BLANKS = re.compile(r"[ \t]*")
_ANY_BLANKS = re.compile(r"\s*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n)")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*([^\n]*)")

_Pair = tuple[yaml.ScalarNode, yaml.Node]


class _Layout:
    """Front matter, and where in it its values begin and end; places are indexes of characters.

    The strict reader has read it before: no aliases, tags or deep nesting are left to meet here.
    """

    def __init__(self, front: str) -> None:
        self.text = front
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.root: yaml.Node | None = yaml.compose(front, Loader=loader)

    def end(self, node: Any) -> int:
        """The end of a value. PyYAML's own mark of a block lies behind the comments below it."""
        mark: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            return self._end_of_block_text(node) if node.style in ("|", ">") else mark
        if not node.value or (node.flow_style and self.text[mark - 1] in "]}"):
            return mark
        last = node.value[-1]
        return self.end_of_pair(last) if isinstance(node, yaml.MappingNode) else self.end(last)

    def _end_of_block_text(self, node: yaml.ScalarNode) -> int:
        written = self.text[node.start_mark.index : node.end_mark.index]
        header = written.partition("\n")[0].partition("#")[0]
        # The blank lines below belong to it only where a `+` says so.
        kept = written.removesuffix("\n") if "+" in header else written.rstrip("\n")
        return int(node.start_mark.index) + len(kept)

    def end_of_pair(self, pair: _Pair) -> int:
        """The end of a key with its value: behind the colon where there is none."""
        key, value = pair
        return self.behind_colon(key) if _is_empty(value) else self.end(value)

    def behind_colon(self, key: yaml.Node) -> int:
        """The place behind a key's colon; behind the key where, as in ``{a, b}``, it has none."""
        end: int = key.end_mark.index
        colon = _COLON.match(self.text, end)
        return colon.end() if colon else end

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def begins_line(self, index: int) -> bool:
        return not self.text[self.line_start(index) : index].strip(" ")

    def below(self, index: int, column: int) -> int:
        """The end of the line at a place, and of the comments under it that belong to it.

        Those are indented further than ``column``; any other belongs to what follows.
        """
        # A block text that is a key may end with the front matter itself.
        last = here = self.text.find("\n", min(index, len(self.text) - 1))
        while (end := self.text.find("\n", here + 1)) > 0:
            line = self.text[here + 1 : end]
            words = line.lstrip(" ")
            if words.startswith("#") and len(line) - len(words) > column:
                last = end
            elif words:
                break
            here = end
        return last

    def list_indent(self) -> int:
        """How much further than their key the lists of this file are indented: 2, often 0."""
        nodes: list[Any] = [self.root]
        for node in nodes:
            if isinstance(node, yaml.SequenceNode):
                nodes += node.value
            elif isinstance(node, yaml.MappingNode) and not node.flow_style:
                for key, value in node.value:
                    if isinstance(value, yaml.SequenceNode) and not value.flow_style:
                        return int(value.start_mark.column - key.start_mark.column)
                    nodes.append(value)
        return 2


def _is_empty(node: yaml.Node) -> bool:
    """Nothing is written: no text, no quotes, no brackets."""
    return isinstance(node, yaml.ScalarNode) and not node.value and not node.style


def _is_blank(node: yaml.Node) -> bool:
    """Nothing is given, although something like `~` or `null` may be written."""
    return (
        isinstance(node, yaml.ScalarNode)
        and not node.style
        and node.tag == "tag:yaml.org,2002:null"
    )


@dataclass(frozen=True, slots=True)
class _Spot:
    """How far a key path leads: the group or list, the key and value in it; what is missing."""

    parent: Any = None
    key: Any = None
    value: Any = None
    missing: tuple[str, ...] = ()

    @property
    def in_brackets(self) -> bool:
        """Whether commas and brackets end a value here."""
        return self.parent is not None and bool(self.parent.flow_style)


def _spot(root: yaml.Node | None, path: KeyPath) -> _Spot:
    spot = _Spot(value=root)
    for depth, step in enumerate(path):
        node = spot.value
        missing = tuple(str(key) for key in path[depth:])
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            if pair is None:
                return _Spot(node, missing=missing)
            spot = _Spot(node, *pair)
        elif isinstance(node, yaml.SequenceNode):
            spot = _Spot(node, value=node.value[int(step)])
        else:
            return _Spot(spot.parent, spot.key, node, missing)
    return spot


# --- the characters to change --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Splice:
    """Characters of the front matter, from ``start`` to before ``end``, and what replaces them."""

    start: int
    end: int
    text: str


class _Editing:
    """One edit on one text. That it has a place there, :func:`_changed` has shown before."""

    def __init__(self, front: str, edit: Edit, schema: Schema) -> None:
        self._layout = _Layout(front)
        self._text = front
        self._edit = edit
        self._words = _Words(schema)

    def splices(self) -> list[_Splice]:
        spot = _spot(self._layout.root, self._edit.path)
        if isinstance(self._edit, Remove):
            return self._taken_out(spot)
        if spot.value is None:
            return self._new_key(spot)
        if _is_empty(spot.value):
            return [self._behind_key(spot)]
        if _is_blank(spot.value):
            start, end = spot.value.start_mark.index, spot.value.end_mark.index
            return [_Splice(start, end, self._inline(spot.missing, flow=spot.in_brackets))]
        if isinstance(self._edit, Put):
            return [self._replaced(spot, spot.value, self._edit)]
        return self._appended(spot.value)

    # What is written: `steps` are the keys that are missing above the value.

    def _leaf(self, *, flow: bool) -> str:
        edit = self._edit
        if isinstance(edit, Put):
            return self._words.scalar(edit.value, edit.path, flow=flow)
        return self._words.item(edit.item, edit.path) if isinstance(edit, Append) else ""

    def _inline(self, steps: tuple[str, ...], *, flow: bool = True) -> str:
        if steps:
            return f"{{{self._words.key(steps[0])}: {self._inline(steps[1:])}}}"
        if isinstance(self._edit, Append):
            return f"[{self._leaf(flow=True)}]"
        return self._leaf(flow=flow)

    def _in_lines(self, steps: tuple[str, ...], column: int) -> str:
        """What stands behind the colon of a key that stands at a column (from 0)."""
        if steps:
            key = f"{' ' * (column + 2)}{self._words.key(steps[0])}:"
            return f"\n{key}{self._in_lines(steps[1:], column + 2)}"
        if isinstance(self._edit, Append):
            indent = " " * (column + self._layout.list_indent())
            return f"\n{indent}- {self._leaf(flow=True)}"
        return f" {self._leaf(flow=False)}"

    # Where it is written.

    def _replaced(self, spot: _Spot, node: yaml.Node, put: Put) -> _Splice:
        start, end = node.start_mark.index, self._layout.end(node)
        style = getattr(node, "style", None)
        if style in ("|", ">"):
            header = _BLOCK_HEADER.match(self._text, start)
            comment = header[1] if header else ""
            value = self._words.scalar(put.value, put.path, flow=False)
            end = start + len(self._text[start:end].rstrip("\n"))
            return _Splice(start, end, f"{value}{comment}".rstrip(" "))
        value = self._words.scalar(put.value, put.path, flow=spot.in_brackets, style=style)
        return _Splice(start, end, value)

    def _behind_key(self, spot: _Spot) -> _Splice:
        """A value for a key, or a list item, that is written with nothing behind it."""
        if spot.key is None:
            at, column = spot.value.start_mark.index, spot.parent.start_mark.column
        else:
            at, column = self._layout.behind_colon(spot.key), spot.key.start_mark.column
        after = self._blanks_end(at)
        if spot.in_brackets:
            end = after if self._text[after] in ",]}" else at
            colon = "" if self._text[at - 1] == ":" else ":"
            return _Splice(at, end, f"{colon} {self._inline(spot.missing)}")
        value = self._in_lines(spot.missing, column)
        if value.startswith("\n"):
            at = after = self._layout.below(at, column)
        return _Splice(at, after if self._text.startswith("\n", after) else at, value)

    def _new_key(self, spot: _Spot) -> list[_Splice]:
        """A key that is not written yet, with what it holds."""
        key, rest = self._words.key(spot.missing[0]), spot.missing[1:]
        if spot.parent is None:  # no key at all is written; comments may be
            end = len(self._text)
            return [_Splice(end, end, f"{key}:{self._in_lines(rest, 0)}\n")]
        pair = f"{key}: {self._inline(rest)}"
        if not spot.parent.value:
            return [self._into_brackets(spot.parent, pair)]
        before = self._neighbour(spot)
        if spot.in_brackets:
            start, end = before[0].start_mark.index, self._layout.end_of_pair(before)
            return self._after_in_brackets(start, end, pair)
        column = before[0].start_mark.column
        at = self._layout.below(self._layout.end_of_pair(before), column)
        return [_Splice(at, at, f"\n{' ' * column}{key}:{self._in_lines(rest, column)}")]

    def _neighbour(self, spot: _Spot) -> _Pair:
        """The pair behind which a new key belongs: by the schema's order, else the last one."""
        pairs: list[_Pair] = spot.parent.value
        group = self._edit.path[: -len(spot.missing)]
        order = list(self._words.asked(group).get("properties", ()))
        rank = {name: place for place, name in enumerate(order)}
        own = rank.get(spot.missing[0], 0)
        earlier = [pair for pair in pairs if rank.get(pair[0].value, own) < own]
        return max(earlier, key=lambda pair: rank[pair[0].value], default=pairs[-1])

    def _appended(self, node: Any) -> list[_Splice]:
        item = self._leaf(flow=True)
        if not node.flow_style:
            column = node.start_mark.column
            at = self._layout.below(self._layout.end(node), column)
            return [_Splice(at, at, f"\n{' ' * column}- {item}")]
        if not node.value:
            return [self._into_brackets(node, item)]
        last = node.value[-1]
        return self._after_in_brackets(last.start_mark.index, self._layout.end(last), item)

    def _into_brackets(self, node: yaml.Node, text: str) -> _Splice:
        """The first thing between brackets that hold nothing, or nothing but a comment."""
        start, end = node.start_mark.index + 1, node.end_mark.index - 1
        empty = not self._text[start:end].strip()
        return _Splice(start, end if empty else start, text)

    def _after_in_brackets(self, start: int, end: int, text: str) -> list[_Splice]:
        """One thing more behind one that stands from ``start`` to before ``end``.

        On a line of its own where that one begins a line and is alone on it.
        """
        # `a:,` is no YAML to some readers; `a: ,` is.
        gap = " " if self._text[end - 1] == ":" else ""
        after = self._blanks_end(end) if gap else end
        after = after if self._text[after] in ",]}" else end
        if self._layout.begins_line(start):
            indent = self._text[self._layout.line_start(start) : start]
            comma = _SAME_LINE_COMMA.match(self._text, end)
            rest = _REST_OF_LINE.match(self._text, comma.end() if comma else end)
            if rest and comma:
                return [_Splice(rest.end(), rest.end(), f"\n{indent}{text},")]
            if rest:
                line = _Splice(rest.end(), rest.end(), f"\n{indent}{text}")
                return [_Splice(end, end, f"{gap},"), line]
        return [_Splice(end, after, f"{gap}, {text}")]

    def _blanks_end(self, index: int) -> int:
        blanks = _BLANKS.match(self._text, index)
        return blanks.end() if blanks else index

    # What is taken out.

    def _taken_out(self, spot: _Spot) -> list[_Splice]:
        pairs: list[_Pair] = spot.parent.value
        place = next(place for place, pair in enumerate(pairs) if pair[0] is spot.key)
        if spot.in_brackets:
            return [self._out_of_brackets(spot.parent, place)]
        start, column = spot.key.start_mark.index, spot.key.start_mark.column
        stop = self._layout.below(self._layout.end_of_pair(pairs[place]), column)
        if len(pairs) == 1 and any(isinstance(step, int) for step in self._edit.path[-2:]):
            return [_Splice(start, stop, "{}")]  # an item without keys is still an item
        if self._layout.begins_line(start):
            return [_Splice(self._layout.line_start(start), stop + 1, "")]
        # The first key of an item, behind its dash: the next one takes its place.
        following = _ANY_BLANKS.match(self._text, stop)
        return [_Splice(start, following.end() if following else stop, "")]

    def _out_of_brackets(self, mapping: yaml.MappingNode, place: int) -> _Splice:
        pairs: list[_Pair] = mapping.value
        start, end = pairs[place][0].start_mark.index, self._layout.end_of_pair(pairs[place])
        if len(pairs) == 1:
            inside = _Splice(mapping.start_mark.index + 1, mapping.end_mark.index - 1, "")
            return _Splice(start, end, "") if "#" in self._text[end : inside.end] else inside
        end = self._blanks_end(end) if self._text[end - 1] == ":" else end
        comma = _COMMA.match(self._text, end)
        stop = self._blanks_end(comma.end()) if comma else end
        rest = _REST_OF_LINE.match(self._text, stop)
        if rest and self._layout.begins_line(start):
            if comma or "#" in self._text[self._layout.end_of_pair(pairs[place - 1]) : start]:
                return _Splice(self._layout.line_start(start), rest.end() + 1, "")
            stop = rest.end()
        if comma:
            return _Splice(start, stop, "")
        before = self._layout.end_of_pair(pairs[place - 1])
        return _Splice(before, stop, " " if self._text[before - 1] == ":" else "")


def _spliced(raw: str, splices: Sequence[_Splice], document: Document) -> str:
    """The text of the file with the changes, whose places count in its front matter.

    The reader saw the text without its byte order mark, and with line feeds as line ends.
    """
    mark = len(raw) - len(raw.removeprefix("\ufeff"))
    returns = [found.start() for found in re.finditer("\r\n", raw)]
    # Where the reader saw each of those line ends.
    seen = [place - mark - earlier for earlier, place in enumerate(returns)]
    offset = document.text.index("\n") + 1

    def place(index: int) -> int:
        return index + offset + mark + bisect_left(seen, index + offset)

    for splice in reversed(splices):
        start, end = place(splice.start), place(splice.end)
        line_end = raw.index("\n", start)
        ends_in_return = raw[line_end - 1 : line_end] == "\r"
        text = splice.text.replace("\n", "\r\n") if ends_in_return else splice.text
        raw = raw[:start] + text + raw[end:]
    return raw
