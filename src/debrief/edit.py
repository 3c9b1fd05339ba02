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

from debrief import store
from debrief.document import MAX_BYTES, Document, as_record, decode
from debrief.finding import KeyPath, Position, spell
from debrief.layout import (
    ANY_BLANKS,
    BLANKS,
    BLOCK_HEADER,
    COMMA,
    REST_OF_LINE,
    SAME_LINE_COMMA,
    Layout,
    Pair,
    Spot,
    find_spot,
    is_blank,
    is_empty,
)
from debrief.nodes import FORBIDDEN, DocumentError, plain_values
from debrief.quoting import Words
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
    """Add a text, or a group of texts and of lists of them, to the end of a list.

    The list is made where it is missing.
    """

    path: KeyPath
    item: Mapping[str, str | tuple[str, ...]] | str


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
    words = Words(schema)
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
        item = edit.item if isinstance(edit.item, Mapping) else {spell(edit.path): edit.item}
        texts += [(key, key) for key in item]
        for key, value in item.items():
            texts += [(key, text) for text in ((value,) if isinstance(value, str) else value)]
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
        if isinstance(edit.item, str):
            return [*(value or []), edit.item]
        given = {k: v if isinstance(v, str) else list(v) for k, v in edit.item.items()}
        return [*(value or []), given]
    if isinstance(edit, Remove) or isinstance(value, list | dict):
        raise _MisfitError(f"`{spell(edit.path)}` is a list or a group, and not one text")
    return edit.value


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
        self._layout = Layout(front)
        self._text = front
        self._edit = edit
        self._words = Words(schema)

    def splices(self) -> list[_Splice]:
        spot = find_spot(self._layout.root, self._edit.path)
        if isinstance(self._edit, Remove):
            return self._taken_out(spot)
        if spot.value is None:
            return self._new_key(spot)
        if is_empty(spot.value):
            return [self._behind_key(spot)]
        if is_blank(spot.value):
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
        if isinstance(self._edit, Append) and isinstance(self._edit.item, str):
            return f" [{self._leaf(flow=True)}]"  # a list of names stands in one line
        if isinstance(self._edit, Append):
            indent = " " * (column + self._layout.list_indent())
            return f"\n{indent}- {self._leaf(flow=True)}"
        return f" {self._leaf(flow=False)}"

    # Where it is written.

    def _replaced(self, spot: Spot, node: yaml.Node, put: Put) -> _Splice:
        start, end = node.start_mark.index, self._layout.end(node)
        style = getattr(node, "style", None)
        if style in ("|", ">"):
            header = BLOCK_HEADER.match(self._text, start)
            comment = header[1] if header else ""
            value = self._words.scalar(put.value, put.path, flow=False)
            end = start + len(self._text[start:end].rstrip("\n"))
            return _Splice(start, end, f"{value}{comment}".rstrip(" "))
        value = self._words.scalar(put.value, put.path, flow=spot.in_brackets, style=style)
        return _Splice(start, end, value)

    def _behind_key(self, spot: Spot) -> _Splice:
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

    def _new_key(self, spot: Spot) -> list[_Splice]:
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

    def _neighbour(self, spot: Spot) -> Pair:
        """The pair behind which a new key belongs: by the schema's order, else the last one."""
        pairs: list[Pair] = spot.parent.value
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
            comma = SAME_LINE_COMMA.match(self._text, end)
            rest = REST_OF_LINE.match(self._text, comma.end() if comma else end)
            if rest and comma:
                return [_Splice(rest.end(), rest.end(), f"\n{indent}{text},")]
            if rest:
                line = _Splice(rest.end(), rest.end(), f"\n{indent}{text}")
                return [_Splice(end, end, f"{gap},"), line]
        return [_Splice(end, after, f"{gap}, {text}")]

    def _blanks_end(self, index: int) -> int:
        blanks = BLANKS.match(self._text, index)
        return blanks.end() if blanks else index

    # What is taken out.

    def _taken_out(self, spot: Spot) -> list[_Splice]:
        pairs: list[Pair] = spot.parent.value
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
        following = ANY_BLANKS.match(self._text, stop)
        return [_Splice(start, following.end() if following else stop, "")]

    def _out_of_brackets(self, mapping: yaml.MappingNode, place: int) -> _Splice:
        pairs: list[Pair] = mapping.value
        start, end = pairs[place][0].start_mark.index, self._layout.end_of_pair(pairs[place])
        if len(pairs) == 1:
            inside = _Splice(mapping.start_mark.index + 1, mapping.end_mark.index - 1, "")
            return _Splice(start, end, "") if "#" in self._text[end : inside.end] else inside
        end = self._blanks_end(end) if self._text[end - 1] == ":" else end
        comma = COMMA.match(self._text, end)
        stop = self._blanks_end(comma.end()) if comma else end
        rest = REST_OF_LINE.match(self._text, stop)
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
