"""What the reader refuses and where, where every value stands, and who agrees with it."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frontmatter
import pytest
import yaml
from frontmatter.default_handlers import YAMLHandler
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mkdocs.utils import meta
from ruamel.yaml import YAML

from debrief.document import (
    MAX_BYTES,
    Document,
    FrontMatter,
    as_catalog_file,
    as_record,
    decode,
    read_text,
    split,
    write_record,
)
from debrief.finding import KeyPath, Position, Problem
from debrief.nodes import (
    FORBIDDEN,
    MAX_DEPTH,
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

# The same examples on every run, on every machine.
steady = settings(derandomize=True, deadline=None, max_examples=300)


def record(data: bytes | str) -> Document:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return as_record(decode(raw), "a.md")


def refused(data: bytes | str) -> Problem:
    """The problem of a file that is refused, which must take less than a second.

    The second is of its own work: what else the machine does meanwhile is not its doing.
    """
    start = time.thread_time()
    with pytest.raises(DocumentError) as caught:
        record(data)
    assert time.thread_time() - start < 1
    return caught.value.problem


def framed(front: str, body: str = "\nbody\n") -> str:
    return f"---\n{front}\n---\n{body}"


# --- framings that are read ----------------------------------------------------------------------

PLAIN = "---\ntitle: x\n---\n\nbody\n"

ACCEPTED: dict[str, tuple[bytes, dict[str, object], int, str]] = {
    "line feeds": (PLAIN.encode(), {"title": "x"}, 4, "\nbody\n"),
    "a byte order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), {"title": "x"}, 4, "\nbody\n"),
    "CRLF": (PLAIN.replace("\n", "\r\n").encode(), {"title": "x"}, 4, "\nbody\n"),
    "blanks behind the dashes": (b"---  \ntitle: x\n---\t\nb\n", {"title": "x"}, 4, "b\n"),
    "no body": (b"---\ntitle: x\n---\n", {"title": "x"}, 4, ""),
    "a body without a line end": (b"---\ntitle: x\n---\nb", {"title": "x"}, 4, "b"),
    "a rule across the page later": (
        b"---\na: x\n---\nb\n\n---\nc\n", {"a": "x"}, 4, "b\n\n---\nc\n"
    ),
    "dashes in a block scalar": (
        b"---\na: |\n  ---\n  x\n---\nb\n", {"a": "---\nx\n"}, 6, "b\n"
    ),
    "nothing between the dashes": (b"---\n---\nb\n", {}, 3, "b\n"),
    "a comment alone": (b"---\n# x\n---\nb\n", {}, 4, "b\n"),
    "a quoted merge key": (b"---\n'<<': x\n---\nb\n", {"<<": "x"}, 4, "b\n"),
    "a number as a key": (b"---\n2026: x\n---\nb\n", {"2026": "x"}, 4, "b\n"),
    "a tab behind the colon": (b"---\na:\tb\n---\nb\n", {"a": "b"}, 4, "b\n"),
    "metadata in the style of MultiMarkdown": (
        b"---\na: b\n---\nNote: this is prose\n", {"a": "b"}, 4, "Note: this is prose\n"
    ),
    "the last level that is allowed": (
        ("---\na: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1) + "\n---\nb\n").encode(),
        {"a": [[[[[[[[[[[]]]]]]]]]]]},
        4,
        "b\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_lawful_framing_is_split_and_numbered(name: str) -> None:
    data, values, body_line, body = ACCEPTED[name]
    document = record(data)
    assert plain_values(document.tree) == values
    assert document.body_line == body_line
    assert document.body == body
    assert document.text.split("\n")[body_line - 1 :] == body.split("\n")


def test_a_catalog_file_is_numbered_from_its_first_line() -> None:
    document = as_catalog_file("# owners\nowners:\n  a-team:\n    name: A\n", "catalog/owners.yml")
    assert document.locate(("owners", "a-team", "name")) == Position(4, 11)


# --- framings and YAML that are refused ----------------------------------------------------------

REFUSED: dict[str, tuple[bytes | str, str, int, int]] = {
    # characters
    "Latin-1": (b"---\ntitle: caf\xe9\n---\nx\n", "PM003", 2, 11),
    "UTF-16": (PLAIN.encode("utf-16"), "PM003", 1, 1),
    "an encoded surrogate": (b"---\ntitle: \xed\xa0\x80\n---\n\n", "PM003", 2, 8),
    "an overlong zero": (b"---\ntitle: \xc0\x80\n---\n\n", "PM003", 2, 8),
    "a cut-off character at the end": (b"---\na: b\n---\nb\xe2\x82", "PM003", 4, 2),
    "lone carriage returns": (PLAIN.replace("\n", "\r"), "PM004", 1, 4),
    "one lone carriage return": ("---\ntitle: a\rb\n---\nx\n", "PM004", 2, 9),
    "NUL": ("---\ntitle: a\0b\n---\nx\n", "PM004", 2, 9),
    "escape": ("---\ntitle: x\n---\n\x1b[31mred\n", "PM004", 4, 1),
    "next line": ("---\ntitle: a\x85b\n---\nx\n", "PM004", 2, 9),
    "line separator": ("---\ntitle: x\n---\nab\u2028c\n", "PM004", 4, 3),
    "paragraph separator": ("---\ntitle: x\n---\nab\u2029c\n", "PM004", 4, 3),
    "right-to-left override": ("---\ntitle: a\u202eb\n---\nx\n", "PM004", 2, 9),
    "an isolate": ("---\ntitle: a\u2066b\n---\nx\n", "PM004", 2, 9),
    "a byte order mark inside": ("---\ntitle: x\n---\nab\ufeffc\n", "PM004", 4, 3),
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + PLAIN.encode(), "PM004", 1, 1),
    "an escaped NUL": ('---\ntitle: "a\\0b"\n---\nb\n', "PM004", 2, 8),
    "an escaped line separator": ('---\ntitle: "a\\Lb"\n---\nb\n', "PM004", 2, 8),
    "an escaped override": ('---\ntitle: "a\\u202eb"\n---\nb\n', "PM004", 2, 8),
    "an escaped key": ('---\n"a\\0b": x\n---\nb\n', "PM004", 2, 1),
    # framing
    "nothing": ("", "PM005", 1, 1),
    "blanks alone": (" \n\t\n", "PM005", 1, 1),
    "no front matter": ("hello\n", "PM005", 1, 1),
    "a leading blank line": ("\n" + PLAIN, "PM005", 1, 1),
    "a leading space": (" " + PLAIN, "PM005", 1, 1),
    "four dashes first": ("-" + PLAIN, "PM005", 1, 1),
    "text behind the opening": ("--- x\ntitle: x\n---\nb\n", "PM005", 1, 1),
    "a no-break space behind the opening": ("---\xa0\ntitle: x\n---\nb\n", "PM005", 1, 1),
    "only the opening": ("---", "PM005", 1, 1),
    "no closer": ("---\ntitle: x\nbody\n", "PM006", 1, 1),
    "an indented closer": ("---\ntitle: x\n ---\nbody\n", "PM006", 1, 1),
    "the closer at the end of the file": ("---\ntitle: x\n---", "PM006", 3, 1),
    "dots": ("---\ntitle: x\n...\nbody\n", "PM007", 3, 1),
    "four dashes last": ("---\ntitle: x\n----\nbody\n", "PM007", 3, 1),
    "dots inside a quoted text": ('---\na: "x\n...\ny"\n---\nb\n', "PM007", 3, 1),
    "a second line of dashes": ("---\ntitle: x\n---\n---\nb\n", "PM007", 4, 1),
    "a second one after blank lines": ("---\ntitle: x\n---\n\n\n----\nb\n", "PM007", 6, 1),
    "dots at once after it": ("---\ntitle: x\n---\n...\nb\n", "PM007", 4, 1),
    "a second block": ("---\na: x\n---\n\n---\nb: y\n---\nc\n", "PM007", 5, 1),
    "a conflict in the front matter": (
        framed("a: x\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs"), "PM008", 3, 1
    ),
    "a conflict in the body": (
        framed("a: x", "b\n<<<<<<< HEAD\nc\n=======\nd\n>>>>>>> theirs\n"), "PM008", 5, 1
    ),
    "the end of a conflict": (framed("a: x", "b\n>>>>>>> theirs\n"), "PM008", 5, 1),
    "a conflict over the whole file": (
        f"<<<<<<< HEAD\n{PLAIN}=======\n{PLAIN}>>>>>>> theirs\n", "PM008", 1, 1
    ),
    # YAML that others would take for more than it says
    "an anchor": (framed("title: &a x"), "PM010", 2, 8),
    "an anchor at a mapping": (framed("a: &x\n  b: 1"), "PM010", 2, 4),
    "an anchor at a list": (framed("a: &x [b]"), "PM010", 2, 4),
    "an anchor at a key": (framed("&a b: x"), "PM010", 2, 1),
    "an alias": (framed("a: 1\nb: *a"), "PM010", 3, 4),
    "an alias as a key": (framed("*a : x"), "PM010", 2, 1),
    "a tag": (framed("a: !!str x"), "PM010", 2, 4),
    "a tag that would run": (
        framed("a: !!python/object/apply:os.system [x]"), "PM010", 2, 4
    ),
    "a tag at a mapping": (framed("a: !x {b: 1}"), "PM010", 2, 4),
    "a merge key": (framed("a: {<<: {b: c}}"), "PM010", 2, 5),
    "a merge key at the top": (framed("a: 1\n<<: {b: c}"), "PM010", 3, 1),
    "a list as a key": (framed("? [a, b]\n: c"), "PM010", 2, 3),
    "a mapping as a key": (framed("? {a: b}\n: c"), "PM010", 2, 3),
    "a second document": (framed("a: 1\n--- b"), "PM010", 3, 1),
    # keys twice
    "a key twice": (framed("a: 1\nb: 2\na: 3"), "PM011", 4, 1),
    "a key twice, quoted": (framed("a: 1\n'a': 2"), "PM011", 3, 1),
    "a nested key twice": (framed("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3"), "PM011", 6, 3),
    "a key twice on one line": (framed("a: {b: 1, b: 2}"), "PM011", 2, 11),
    "a key twice in a list item": (framed("a:\n  - b: 1\n    b: 2"), "PM011", 4, 5),
    # size
    "30,000 brackets": (framed("a: " + "[" * 30_000), "PM012", 2, 15),
    "30,000 closed brackets": (framed("a: " + "[" * 30_000 + "]" * 30_000), "PM012", 2, 15),
    "30,000 dashes": (framed("a:\n  " + "- " * 30_000), "PM012", 3, 25),
    "30,000 braces": (framed("a: " + "{b: " * 30_000), "PM012", 2, 48),
    "forty levels of keys": (
        framed("\n".join(" " * depth + "a:" for depth in range(40))), "PM012", 14, 13
    ),
    "a million values": (
        framed("a: [" + "1," * 480_000 + "1]"), "PM012", 2, 2 * MAX_NODES - 1
    ),
    # what is no YAML
    "a list": (framed("- a"), "PM009", 2, 1),
    "a text": (framed("hello"), "PM009", 2, 1),
    "a directive": (framed("%YAML 1.1"), "PM009", 3, 1),
    "a tab for an indent": (framed("a:\n\tb: 1"), "PM009", 3, 1),
    "a tab among spaces": (framed("a:\n  b: 1\n\tc: 2"), "PM009", 4, 1),
    "a tab before a list": (framed("a:\n\t- x"), "PM009", 3, 1),
    "a colon in a text": (framed("title: a: b"), "PM009", 2, 9),
    "an at sign": (framed("title: @x"), "PM009", 2, 8),
    "a backquote": (framed("title: `x`"), "PM009", 2, 8),
    "a per cent sign": (framed("title: %x"), "PM009", 2, 8),
    "an open double quote": (framed('a: 1\ntitle: "x\nowner: y'), "PM009", 3, 8),
    "an open single quote": (framed("title: 'x\nowner: y"), "PM009", 2, 8),
    "an open bracket": (framed("tags: [a, b\nowner: y"), "PM009", 2, 7),
    "an open brace": (framed("a: {x: 1\nb: 2"), "PM009", 2, 4),
    "a lost comma": (framed("a: [b, 'c' d]"), "PM009", 2, 4),
    "an unknown escape": (framed('title: "a\\qb"'), "PM009", 2, 10),
    "an escaped surrogate": (framed('title: "\\ud800"'), "PM009", 2, 11),
    "a line that is indented too far": (framed("a: 1\n  b: 2"), "PM009", 3, 3),
    "a line between two indents": (framed("a:\n    b: 1\n  c: 2"), "PM009", 4, 3),
    "a list item out of line": (framed("a:\n  - x\n - y"), "PM009", 4, 2),
    "text after a quote": (framed('a: "x" y'), "PM009", 2, 8),
    "a megabyte without a colon": (framed("a: b\n" + "x" * 900_000), "PM009", 3, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_at_its_place(name: str) -> None:
    data, rule, line, column = REFUSED[name]
    problem = refused(data)
    assert (problem.rule, problem.where) == (rule, Position(line, column))
    assert problem.message


def test_a_line_without_a_colon_is_not_called_a_value_to_be_quoted() -> None:
    problem = refused(framed("title\nowner: x"))
    assert problem.rule == "PM009"
    assert "colon" in problem.message + problem.fix
    assert "double quotes" not in problem.fix, "there is nothing on this line to be quoted"


def test_the_first_of_two_keys_is_named() -> None:
    assert "see line 4" in refused(framed("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3")).message


def test_tabs_are_called_tabs() -> None:
    problem = refused(framed("a:\n\tb: 1"))
    assert problem.message == "a tab where YAML wants spaces"
    assert problem.fix == "replace the tab by spaces"


# --- what lies on the disk -----------------------------------------------------------------------


def refused_on_disk(file: Path) -> Problem:
    start = time.perf_counter()
    with pytest.raises(DocumentError) as caught:
        read_text(file)
    assert time.perf_counter() - start < 30  # nor read to an end that never comes
    return caught.value.problem


def test_a_file_of_the_largest_size_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"x" * MAX_BYTES)
    assert len(read_text(file)) == MAX_BYTES
    file.write_bytes(b"x" * (MAX_BYTES + 1))
    problem = refused_on_disk(file)
    assert (problem.rule, problem.where) == ("PM002", Position(1))
    assert "1,000,001 bytes" in problem.message


def test_a_huge_sparse_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    with file.open("wb") as stream:
        stream.truncate(10**12)
    assert refused_on_disk(file).rule == "PM002"


def test_a_missing_file_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    problem = refused_on_disk(tmp_path / "a.md")
    assert problem.rule == "PM001"
    assert "cannot be read" in problem.message


def test_a_directory_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "a.md"
    folder.mkdir()
    assert refused_on_disk(folder).rule == "PM001"


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege to make links")
@pytest.mark.parametrize("target", ["b.md", "/etc/hostname", "nowhere", "a.md", "/dev/zero"])
def test_a_link_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "b.md").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "a.md").symlink_to(target)
    problem = refused_on_disk(tmp_path / "a.md")
    assert (problem.rule, problem.message) == ("PM001", "this is not a regular file")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in its file system")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    assert refused_on_disk(tmp_path / "a.md").rule == "PM001"


# --- positions -----------------------------------------------------------------------------------

PLACES = """\
---
title: Orders
summary: >
  folded
  text
note: |-
  block
    text
owner:
"quoted key": 'value'
tags: [one, "two", three]
incident: {type: freshness, trigger: , clock: {at: 12:30}}
assets:
  - asset: a.b
    note:
    evidence: []
  - {asset: c.d,
     effect: wrong}
  -
    asset: e.f
matrix: [[1, 2], [3, {x: y}]]
empty: {}
tilde: ~
multi: first
  second
---

The body.
"""

LOCATED: list[tuple[KeyPath, int, int]] = [
    (("title",), 2, 8),
    (("summary",), 3, 10),
    (("note",), 6, 7),
    (("owner",), 9, 1),  # nothing behind the key: the key itself
    (("quoted key",), 10, 15),
    (("tags",), 11, 1),  # a list is shown at its key
    (("tags", 0), 11, 8),
    (("tags", 1), 11, 13),
    (("tags", 2), 11, 20),
    (("tags", 3), 11, 1),
    (("incident",), 12, 1),
    (("incident", "type"), 12, 18),
    (("incident", "trigger"), 12, 29),
    (("incident", "clock"), 12, 40),
    (("incident", "clock", "at"), 12, 52),
    (("incident", "started_at"), 12, 1),  # missing: the key that ought to hold it
    (("incident", "clock", "nowhere", 3, "deep"), 12, 40),
    (("assets",), 13, 1),
    (("assets", 0), 14, 5),
    (("assets", 0, "asset"), 14, 12),
    (("assets", 0, "note"), 15, 5),
    (("assets", 0, "evidence"), 16, 5),
    (("assets", 0, "evidence", 0), 16, 5),
    (("assets", 0, "repair"), 14, 5),
    (("assets", 1), 17, 5),
    (("assets", 1, "asset"), 17, 13),
    (("assets", 1, "effect"), 18, 14),
    (("assets", 2), 20, 5),
    (("assets", 2, "asset"), 20, 12),
    (("assets", 3), 13, 1),
    (("matrix", 0, 1), 21, 14),
    (("matrix", 1), 21, 18),
    (("matrix", 1, 1, "x"), 21, 26),
    (("empty",), 22, 1),
    (("tilde",), 23, 1),
    (("multi",), 24, 8),
    (("severity",), 1, 1),  # missing at the top: the file's first line
    ((), 1, 1),
]


@pytest.mark.parametrize(("path", "line", "column"), LOCATED)
def test_a_key_path_leads_to_its_place(path: KeyPath, line: int, column: int) -> None:
    assert record(PLACES).locate(path) == Position(line, column)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("title",), 2, 1),
        (("quoted key",), 10, 1),
        (("incident", "type"), 12, 12),
        (("assets", 1, "effect"), 18, 6),
        (("matrix", 1, 1, "x"), 21, 23),
        (("nowhere",), 1, 1),
        (("nowhere", "deeper"), 1, 1),
        (("tags", 1), 11, 13),
    ],
)
def test_a_key_itself_has_a_place_too(path: KeyPath, line: int, column: int) -> None:
    assert record(PLACES).locate_key(path) == Position(line, column)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (("owner",), True),
        (("tilde",), True),
        (("incident", "trigger"), True),
        (("assets", 0, "note"), True),
        (("assets", 5, "note"), False),
        (("title", "deeper"), False),
        (("nowhere",), False),
    ],
)
def test_a_key_without_a_value_is_a_key(path: KeyPath, there: bool) -> None:
    assert record(PLACES).has_key(path) is there


def test_a_position_is_its_own_place() -> None:
    assert record(PLACES).locate(Position(7, 3)) == Position(7, 3)


def test_places_count_characters_and_not_bytes() -> None:
    document = record("---\na: {é: ü, 😀: x}\n---\n")
    assert document.locate(("a", "é")) == Position(2, 8)
    assert document.locate(("a", "😀")) == Position(2, 14)


def test_places_are_the_same_with_a_byte_order_mark_and_crlf() -> None:
    data = b"\xef\xbb\xbf" + PLACES.replace("\n", "\r\n").encode()
    document = record(data)
    for path, line, column in LOCATED:
        assert document.locate(path) == Position(line, column)
    assert document.body_line == 27


def test_body_lines_are_those_of_the_file() -> None:
    document = record(PLACES)
    assert document.body_line == 27
    assert document.text.split("\n")[28 - 1] == "The body."
    assert document.body.split("\n")[28 - document.body_line] == "The body."


@pytest.mark.parametrize(
    ("line", "text", "blank", "cut"),
    [
        ("a:", "", True, False),
        ("a: ~", "~", True, False),
        ("a: null", "null", True, False),
        ("a: ''", "", False, False),
        ("a: 'null'", "null", False, False),
        ("a: none", "none", False, False),
        ("a: order #7 failed", "order", False, True),
        ("a: order # a comment", "order", False, False),
        ("a: order#7", "order#7", False, False),
        ("a: 'order' #7", "order", False, False),
        ("a: 'order #7'", "order #7", False, False),
        ("a: two\n  lines #7", "two lines", False, True),
    ],
)
def test_a_scalar_is_what_was_typed(line: str, text: str, blank: bool, cut: bool) -> None:
    node = parse_yaml(line).entries["a"]
    assert isinstance(node, Scalar)
    assert (node.text, node.blank, node.cut) == (text, blank, cut)


@pytest.mark.parametrize(
    "typed", ["no", "on", "12:30", "0042", "1.10", "1e3", ".5", "0x1F", "2026-03-14", "1_000", "="]
)
def test_text_stays_text_whatever_yaml_would_make_of_it(typed: str) -> None:
    assert plain_values(parse_yaml(f"a: {typed}")) == {"a": typed}


# --- agreement with python-frontmatter and MkDocs ------------------------------------------------

# Pieces that begin, end, or look as if they began or ended front matter.
PIECES = (
    "---", "--- ", "---\t", "----", "...", "... ", " ---", "---\xa0", "---\u2003", "--- x", "-",
    "", " ", "\xa0", "title: x", "a: 1", "b:", "  c: d", "- e", "Note: this", "key", '"', "'", "x",
    'q: "open', 'close"', "z: |", "  ---", "  ...", "# comment", "<<<<<<< HEAD", ">>>>>>> b",
    "=======", "[", "]", "é: ü", "***", "<!--", "%", "\ufeff",
)  # fmt: skip
ENDS = ("\n", "\n", "\n", "\n\n", "\r\n", "")


@st.composite
def framings(draw: st.DrawFn) -> str:
    """Texts that are nearly records."""
    opening = draw(st.sampled_from(("---\n", "---\n", "---\n", "--- \n", "\ufeff---\r\n", "")))
    inner = draw(st.lists(st.sampled_from(PIECES), max_size=5))
    closer = draw(st.sampled_from(("---\n", "---\n", "---\n", "---", "...\n", "----\n", "")))
    body = draw(st.lists(st.sampled_from(PIECES), max_size=5))
    ends = draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=3))
    text = opening
    for index, piece in enumerate((*inner, closer, *body)):
        text += piece if piece == closer else piece + ends[index % len(ends)]
    return text


def accepted(text: str) -> Document | None:
    try:
        return record(text)
    except DocumentError:
        return None


QUOTED_NO_BREAK_SPACE = '---\na: "b\n---\xa0\nc"\n---\nbody\n'


def test_the_framings_are_worth_trying() -> None:
    """At least a tenth of them are accepted, else the next tests would prove nothing."""
    seen: list[bool] = []

    @steady
    @given(framings())
    def count(text: str) -> None:
        seen.append(accepted(text) is not None)

    count()
    assert sum(seen) > len(seen) / 10


@settings(steady, max_examples=350)
@given(framings())
@example(PLAIN)
@example("---\ntitle: x\n---\n")
@example(QUOTED_NO_BREAK_SPACE)
@example('---\na: "b\n---\u2003\nc"\n---\nbody\n')
def test_what_is_accepted_python_frontmatter_splits_the_same(text: str) -> None:
    document = accepted(text)
    if document is None:
        return
    # `frontmatter.parse` strips the text before it asks the handler.
    front, body = YAMLHandler().split(document.text.strip())
    assert front.strip() == document.front.strip()
    assert body.strip() == document.body.strip()


@settings(steady, max_examples=350)
@given(framings())
@example(PLAIN)
@example("---\ntitle: x\n---\n")
@example("---\ntitle: x\n---\n \n")
def test_what_is_accepted_our_handler_gives_the_same_through_python_frontmatter(text: str) -> None:
    document = accepted(text)
    if document is None:
        return
    values, body = frontmatter.parse(document.text, handler=FrontMatter())
    assert values == plain_values(document.tree)
    assert body == document.body.strip()


@settings(steady, max_examples=350)
@given(framings())
@example("---\na: b\n---\nNote: this is prose\n")
@example("---\na: b\n---\n\n---\nc: d\n---\n")
def test_in_what_is_accepted_mkdocs_finds_no_metadata_of_its_own(text: str) -> None:
    document = accepted(text)
    if document is None:
        return
    body, found = meta.get_data("\n" + document.body)  # type: ignore[no-untyped-call, unused-ignore]
    assert found == {}
    assert body == document.body.lstrip("\n")


@settings(steady, max_examples=350)
@given(framings())
def test_whatever_comes_is_read_or_refused_inside_the_file(text: str) -> None:
    problem = None
    try:
        record(text)
    except DocumentError as error:
        problem = error.problem
    if problem is not None:
        assert isinstance(problem.where, Position)
        assert 1 <= problem.where.line <= text.count("\n") + 1
        assert problem.where.column >= 1


# --- writing and reading back --------------------------------------------------------------------

FORBIDDEN_LETTERS = "".join(filter(FORBIDDEN.match, map(chr, range(0xA0, 0x10000))))
letters = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=FORBIDDEN_LETTERS)
    | st.sampled_from("\t\n"),
    max_size=30,
)
tricky = st.sampled_from(
    (
        "no", "~", "null", "", " ", "  x  ", "12:30", "0042", "1.10", "1e3", ".5", "2026-03-14",
        "a: b", "a #b", "# x", "- x", "[x", "{x", "&x", "*x", "!x", "%x", "@x", "`x`", "<<", "=",
        "|", ">", "'", '"', "\\", "\\n", "\n", "a\nb", "a\n\n b\n", "\t", "---", "---\n", "...",
        "\n---\n", "😀", "é", "\xa0", "x" * 300, "? x", ": x", "x:", "true", "0x1F", "\\u202e",
    )
)  # fmt: skip
words = tricky | letters
keys = st.sampled_from(("title", "y", "no", "on", "null", "a-b", "a.b", "_", "<<", "=")) | letters
values = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
front_matters = st.dictionaries(keys, values, max_size=5)


@settings(steady, max_examples=200)
@given(front_matters)
@example({"k" * 200: "a key so long that YAML marks it by a question mark"})
def test_what_is_written_reads_back_the_same(front: dict[str, Any]) -> None:
    assert plain_values(parse_yaml(write_yaml(front))) == front


@settings(steady, max_examples=200)
@given(front_matters)
def test_what_is_written_pyyaml_reads_the_same(front: dict[str, Any]) -> None:
    assert yaml.safe_load(write_yaml(front)) == front


@settings(steady, max_examples=120)
@given(front_matters)
def test_what_is_written_ruamel_reads_the_same(front: dict[str, Any]) -> None:
    reader = YAML(typ="safe", pure=True)
    assert reader.load(io.StringIO(write_yaml(front))) == front


@settings(steady, max_examples=200)
@given(front_matters, letters | st.sampled_from(("", "## A\n\ntext", "Note: x", "a\n---\nb")))
def test_a_written_record_is_split_into_what_was_given(front: dict[str, Any], body: str) -> None:
    body = body.strip()
    document = record(write_record(front, body))
    assert plain_values(document.tree) == front
    assert document.body.strip("\n") == body


@pytest.mark.parametrize("body", ["---\n", "...\nx", "<<<<<<< HEAD\n", "a\x00b", "a\u202eb"])
def test_a_body_that_would_not_be_read_back_is_not_written(body: str) -> None:
    with pytest.raises((ValueError, DocumentError)):
        write_record({"title": "x"}, body)


@pytest.mark.parametrize("text", ["a\x00b", "a\u2028b", "a\ud800b", "a\rb"])
def test_a_value_that_would_not_be_read_back_is_not_written(text: str) -> None:
    with pytest.raises((ValueError, DocumentError)):
        write_record({"title": text}, "")


def test_numbers_and_booleans_are_written_bare_and_nothing_as_a_gap() -> None:
    assert write_yaml({"a": 1, "b": 1.5, "c": True, "d": None, "e": "1"}) == (
        'a: 1\nb: 1.5\nc: true\nd:\ne: "1"\n'
    )


def test_a_record_that_is_written_is_one_that_people_can_read() -> None:
    text = write_record({"title": "Café was late 😀", "tags": ["a"]}, "## Lessons\n")
    assert 'title: "Café was late 😀"' in text
    assert text.endswith("## Lessons\n")


def walk(node: Node) -> Iterator[tuple[Position, str]]:
    """Every scalar and key of a tree with its place."""
    if isinstance(node, Scalar):
        yield node.position, node.text
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from walk(item)
    elif isinstance(node, Mapping):
        for key, child in node.entries.items():
            yield node.keys[key], key
            yield from walk(child)


@settings(steady, max_examples=120)
@given(front_matters)
def test_every_value_stands_where_its_position_says(front: dict[str, Any]) -> None:
    text = write_yaml(front)
    lines = text.split("\n")
    for position, value in walk(parse_yaml(text)):
        shown = lines[position.line - 1][position.column - 1 :]
        assert shown.startswith('"') or re.match(re.escape(value) + r":(\s|$)", shown)


@settings(steady, max_examples=100)
@given(front_matters, st.integers(2, 500))
def test_positions_count_from_the_first_line(front: dict[str, Any], first: int) -> None:
    text = write_yaml(front)
    plain, moved = walk(parse_yaml(text)), walk(parse_yaml(text, first))
    for (here, _), (there, _) in zip(plain, moved, strict=True):
        assert (there.line, there.column) == (here.line + first - 1, here.column)


def test_splitting_alone_gives_the_front_matter_the_first_body_line_and_the_body() -> None:
    assert split(PLAIN) == ("title: x\n", 4, "\nbody\n")
