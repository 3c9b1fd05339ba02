from __future__ import annotations

import copy
import difflib
import os
import stat
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from debrief import store
from debrief.archive import Archive
from debrief.document import as_record, decode
from debrief.edit import Append, Edit, EditError, Put, Remove, edit_file, edited
from debrief.finding import KeyPath
from debrief.nodes import DocumentError, plain_values
from debrief.schema import Schema

BODY = "\n## Executive summary\n\ntitle: not this one # 😀\n\n---\n\nno end of line"

SLIP = {"changed_on": "2026-03-28", "field": "due", "reason": "Waits for the feed, again"}
SLIP_WRITTEN = '{changed_on: 2026-03-28, field: due, reason: "Waits for the feed, again"}'


def record(front: str) -> str:
    return f"---\n{front}---\n{BODY}"


def front(text: str) -> str:
    """The front matter of a text that has the body as it was."""
    assert text.startswith("---\n")
    assert text.endswith(f"---\n{BODY}")
    return text.removeprefix("---\n").removesuffix(f"---\n{BODY}")


def after(before: str, *edits: Edit) -> str:
    return front(edited(record(before), edits))


# --- a value that is there --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "value", "expected"),
    [
        ("status: draft\n", "in-review", "status: in-review\n"),
        ("status:   draft   # why\n", "closed", "status:   closed   # why\n"),
        ("status: 'draft' # why\n", "it's", "status: 'it''s' # why\n"),
        ('status: "draft"\n', 'a "b" \\', 'status: "a \\"b\\" \\\\"\n'),
        ('"status" : draft\n', "closed", '"status" : closed\n'),
        ("status:\n  draft\ntitle: x\n", "closed", "status:\n  closed\ntitle: x\n"),
        ("status: one\n  two # c\ntitle: x\n", "three", "status: three # c\ntitle: x\n"),
        ("status: 'one\n\n  two'\ntitle: x\n", "three", "status: 'three'\ntitle: x\n"),
        ("status: >-\n  one\n  two\n\n# c\ntitle: x\n", "a", "status: a\n\n# c\ntitle: x\n"),
        ("status: |+ # c\n  one\n\ntitle: x\n", "a", "status: a # c\n\ntitle: x\n"),
        ("status: |\n  last\n", "a: b", 'status: "a: b"\n'),
        ("{title: x, status: draft}\n", "a, b", '{title: x, status: "a, b"}\n'),
        ("title: 😀é𝄞\nstatus: draft\n", "closed 😀", "title: 😀é𝄞\nstatus: closed 😀\n"),
    ],
)
def test_put_replaces_the_value_and_keeps_its_quotes_and_comment(
    before: str, value: str, expected: str
) -> None:
    assert after(before, Put(("status",), value)) == expected


@pytest.mark.parametrize(
    "front_matter",
    ["status: draft\n", "status: 'draft'\n", "status: >-\n  draft\n", "{status: draft}\n"],
)
def test_what_is_there_already_is_left_as_it_is_written(front_matter: str) -> None:
    assert after(front_matter, Put(("status",), "draft"), Remove(("closed_on",))) == front_matter


@pytest.mark.parametrize(
    ("before", "path", "value", "expected"),
    [
        ("status:\ntitle: x\n", ("status",), "a", "status: a\ntitle: x\n"),
        ("status:  \ntitle: x\n", ("status",), "a", "status: a\ntitle: x\n"),
        ("status:   # why\n", ("status",), "a", "status: a   # why\n"),
        ("status:\n  # why\n\ntitle: x\n", ("status",), "a", "status: a\n  # why\n\ntitle: x\n"),
        ("status: ~ # why\n", ("status",), "a, b", "status: a, b # why\n"),
        ("status: null\n", ("status",), "null", 'status: "null"\n'),
        ("a: {b: , c: }\n", ("a", "b"), "x", "a: {b: x, c: }\n"),
        ("a: {b: , c: }\n", ("a", "c"), "x", "a: {b: , c: x}\n"),
        ("a: {b, c: y}\n", ("a", "b"), "x", "a: {b: x, c: y}\n"),
        ("a: {b: ~}\n", ("a", "b"), "x, y", 'a: {b: "x, y"}\n'),
        ("a: {\n  b: # c\n}\n", ("a", "b"), "x", "a: {\n  b: x # c\n}\n"),
        ("tags: [a, b]\n", ("tags", 1), "c", "tags: [a, c]\n"),
        ("tags:\n  - a\n  - # c\n", ("tags", 1), "b", "tags:\n  - a\n  - b # c\n"),
        ("withdrawn:\n", ("withdrawn", "reason"), "a", "withdrawn:\n  reason: a\n"),
        ("withdrawn: # c\n", ("withdrawn", "reason"), "a", "withdrawn: # c\n  reason: a\n"),
        ("withdrawn: ~ # c\n", ("withdrawn", "reason"), "a", "withdrawn: {reason: a} # c\n"),
    ],
)
def test_put_fills_a_key_that_has_nothing_behind_it(
    before: str, path: KeyPath, value: str, expected: str
) -> None:
    assert after(before, Put(path, value)) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("title: x\n", "title: x\ntags: [a]\n"),
        ("tags: [] # c\n", "tags: [a] # c\n"),
        ("tags: [b]\n", "tags: [b, a]\n"),
        ("tags:\n  - b # c\ntitle: x\n", "tags:\n  - b # c\n  - a\ntitle: x\n"),
        ("tags:\n", "tags: [a]\n"),
    ],
)
def test_a_text_is_added_to_a_list_as_it_is_written(before: str, expected: str) -> None:
    assert after(before, Append(("tags",), "a")) == expected


def test_a_text_that_no_record_may_hold_is_not_added() -> None:
    with pytest.raises(EditError, match="would hold a line break"):
        after("tags: [b]\n", Append(("tags",), "a\nb"))


# --- a key that is not there ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "path", "expected"),
    [
        pytest.param(
            "title: x\nowner: o # c\n\n# of tags\ntags: []\n",
            ("severity",),
            "title: x\nseverity: v\nowner: o # c\n\n# of tags\ntags: []\n",
            id="behind the one before it in the schema",
        ),
        pytest.param(
            "title: x\nreview:\n  kind: walkthrough\n  # of review\n\n# of tags\ntags: []\n",
            ("closed_on",),
            "title: x\nreview:\n  kind: walkthrough\n  # of review\nclosed_on: v\n"
            "\n# of tags\ntags: []\n",
            id="behind a whole group and the comments in it",
        ),
        pytest.param(
            "status: x\ntags: []\n# end\n",
            ("title",),
            "status: x\ntags: []\ntitle: v\n# end\n",
            id="behind the last one where none comes before it",
        ),
        pytest.param("a: x\n", ("b",), "a: x\nb: v\n", id="unknown to the schema"),
        pytest.param("# c\n", ("title",), "# c\ntitle: v\n", id="nothing but a comment"),
        pytest.param("", ("title",), "title: v\n", id="nothing"),
        pytest.param("{}\n", ("title",), "{title: v}\n", id="an empty group"),
        pytest.param("~\n", ("title",), "{title: v}\n", id="a null"),
        pytest.param("  a: x\n", ("b",), "  a: x\n  b: v\n", id="all of it indented"),
        pytest.param("a: |+\n  x\n\n\n", ("b",), "a: |+\n  x\n\n\nb: v\n", id="kept blank lines"),
        pytest.param("a: |\n  x\n\n# c\n", ("b",), "a: |\n  x\nb: v\n\n# c\n", id="block text"),
        pytest.param("a: x\n  y # c\n", ("b",), "a: x\n  y # c\nb: v\n", id="text in two lines"),
        pytest.param("a: [x,\n y]\n", ("b",), "a: [x,\n y]\nb: v\n", id="list in two lines"),
        pytest.param("a:\n", ("b",), "a:\nb: v\n", id="behind one without a value"),
        pytest.param(
            "a: x\n", ("b", "c", "d"), "a: x\nb:\n  c:\n    d: v\n", id="its parents are missing"
        ),
        pytest.param(
            "actions:\n-   id: a\n    due: b\ncauses: []\n",
            ("actions", 0, "owner"),
            "actions:\n-   id: a\n    owner: v\n    due: b\ncauses: []\n",
            id="in an item",
        ),
        pytest.param("a: {}\n", ("a", "b"), "a: {b: v}\n", id="{}"),
        pytest.param("a: { }\n", ("a", "b"), "a: {b: v}\n", id="{ }"),
        pytest.param("a: { # c\n}\n", ("a", "b"), "a: {b: v # c\n}\n", id="{} with a comment"),
        pytest.param("a: {b: x}\n", ("a", "c"), "a: {b: x, c: v}\n", id="in brackets"),
        pytest.param("a: {b: x,}\n", ("a", "c"), "a: {b: x, c: v,}\n", id="a comma too many"),
        pytest.param("a: {b: }\n", ("a", "c"), "a: {b: , c: v}\n", id="behind a blank"),
        pytest.param("a: {b: ~ }\n", ("a", "c"), "a: {b: ~, c: v }\n", id="behind a null"),
        pytest.param("a: {b}\n", ("a", "c"), "a: {b, c: v}\n", id="behind a key without a colon"),
        pytest.param("{a: x}\n", ("b", "c"), "{a: x, b: {c: v}}\n", id="parents in brackets"),
        pytest.param(
            "imported: {source: x, language: y}\n",
            ("imported", "imported_on"),
            "imported: {source: x, imported_on: v, language: y}\n",
            id="in brackets, by the schema",
        ),
        pytest.param(
            "a: {\n  b: x, # c\n  d: y # e\n}\n",
            ("a", "f"),
            "a: {\n  b: x, # c\n  d: y, # e\n  f: v\n}\n",
            id="one to a line",
        ),
        pytest.param(
            "a: {\n  b: x,\n}\n", ("a", "f"), "a: {\n  b: x,\n  f: v,\n}\n", id="one to a line ,"
        ),
        pytest.param(
            "a: {\n  b:\n}\n", ("a", "f"), "a: {\n  b: ,\n  f: v\n}\n", id="one to a line, blank"
        ),
        pytest.param(
            "a: {b: x,\n  c: y}\n", ("a", "f"), "a: {b: x,\n  c: y, f: v}\n", id="in two lines"
        ),
    ],
)
def test_put_makes_a_key_that_is_missing(before: str, path: KeyPath, expected: str) -> None:
    assert after(before, Put(path, "v")) == expected


def test_the_order_of_the_keys_is_that_of_the_schema_given() -> None:
    schema = Schema({"properties": {"b": {}, "a": {}}})
    text = record("b: x\nc: x\n")
    assert front(edited(text, [Put(("a",), "v")], schema)) == "b: x\na: v\nc: x\n"


# --- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "path", "expected"),
    [
        pytest.param(
            "changes:\n  - {a: b} # c\n\n# next\ntags: []\n",
            ("changes",),
            f"changes:\n  - {{a: b}} # c\n  - {SLIP_WRITTEN}\n\n# next\ntags: []\n",
            id="lines",
        ),
        pytest.param(
            "changes:\n- a: b\n  c: >-\n    d\n\n    e\n  # of the item\n# next\ntags: []\n",
            ("changes",),
            "changes:\n- a: b\n  c: >-\n    d\n\n    e\n  # of the item\n"
            f"- {SLIP_WRITTEN}\n# next\ntags: []\n",
            id="lines that are not indented, of groups",
        ),
        pytest.param(
            "actions:\n  - id: a\n    changes:\n      - {a: b}\n  # of b\n  - id: b\n",
            ("actions", 0, "changes"),
            f"actions:\n  - id: a\n    changes:\n      - {{a: b}}\n      - {SLIP_WRITTEN}\n"
            "  # of b\n  - id: b\n",
            id="in an item",
        ),
        pytest.param(
            "actions:\n  - id: a # c\n  - id: b\n",
            ("actions", 0, "changes"),
            f"actions:\n  - id: a # c\n    changes:\n      - {SLIP_WRITTEN}\n  - id: b\n",
            id="missing in an item",
        ),
        pytest.param(
            "actions:\n- id: a\n\n- id: b\n",
            ("actions", 0, "changes"),
            f"actions:\n- id: a\n  changes:\n  - {SLIP_WRITTEN}\n\n- id: b\n",
            id="missing in an item, lists are not indented",
        ),
        pytest.param(
            "actions:\n  - {id: a}\n",
            ("actions", 0, "changes"),
            f"actions:\n  - {{id: a, changes: [{SLIP_WRITTEN}]}}\n",
            id="missing in an item in brackets",
        ),
        pytest.param(
            "actions:\n  - {id: a, changes: }\n",
            ("actions", 0, "changes"),
            f"actions:\n  - {{id: a, changes: [{SLIP_WRITTEN}]}}\n",
            id="blank in an item in brackets",
        ),
        pytest.param("changes:\n", ("changes",), f"changes:\n  - {SLIP_WRITTEN}\n", id="blank"),
        pytest.param(
            "changes: # c\n  # d\n\ntags: []\n",
            ("changes",),
            f"changes: # c\n  # d\n  - {SLIP_WRITTEN}\n\ntags: []\n",
            id="blank with comments",
        ),
        pytest.param(
            "changes: ~ # c\n", ("changes",), f"changes: [{SLIP_WRITTEN}] # c\n", id="null"
        ),
        pytest.param(
            "title: x\n", ("changes",), f"title: x\nchanges:\n  - {SLIP_WRITTEN}\n", id="missing"
        ),
        pytest.param("a: []\n", ("a",), f"a: [{SLIP_WRITTEN}]\n", id="[]"),
        pytest.param("a: [ ] # c\n", ("a",), f"a: [{SLIP_WRITTEN}] # c\n", id="[ ]"),
        pytest.param("a: [{b: c}]\n", ("a",), f"a: [{{b: c}}, {SLIP_WRITTEN}]\n", id="brackets"),
        pytest.param("a: [{b: c},]\n", ("a",), f"a: [{{b: c}}, {SLIP_WRITTEN},]\n", id="comma"),
        pytest.param("a: [b: c]\n", ("a",), f"a: [b: c, {SLIP_WRITTEN}]\n", id="a lone pair"),
        pytest.param(
            "a: [\n  {b: c}, # d, e\n  {f: g} # h, i\n] # j\n",
            ("a",),
            f"a: [\n  {{b: c}}, # d, e\n  {{f: g}}, # h, i\n  {SLIP_WRITTEN}\n] # j\n",
            id="brackets, one to a line",
        ),
        pytest.param(
            "a: [\n  {b: c},\n]\n",
            ("a",),
            f"a: [\n  {{b: c}},\n  {SLIP_WRITTEN},\n]\n",
            id="brackets, one to a line, comma",
        ),
        pytest.param(
            "a: [\n  {b: c}\n  , {d: e}\n  ]\n",
            ("a",),
            f"a: [\n  {{b: c}}\n  , {{d: e}}, {SLIP_WRITTEN}\n  ]\n",
            id="commas first",
        ),
    ],
)
def test_append_adds_an_item_in_the_manner_of_the_list(
    before: str, path: KeyPath, expected: str
) -> None:
    assert after(before, Append(path, SLIP)) == expected


# --- taking a key out -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "path", "expected"),
    [
        ("a: x\nb: y # c\n# of d\nd: z\n", ("b",), "a: x\n# of d\nd: z\n"),
        ("a:\n  - x\n\n  - y\n  # of a\n\nd: z\n", ("a",), "\nd: z\n"),
        ("a: x\nb:\n", ("b",), "a: x\n"),
        ("a: x\nb: |\n  y\n\n  z\nd: z\n", ("b",), "a: x\nd: z\n"),
        ("a:\n  b: x\nd: z\n", ("a", "b"), "a:\nd: z\n"),
        ("a:\n  - b: x\n    c: y\n", ("a", 0, "b"), "a:\n  - c: y\n"),
        ("a:\n  - b: x\n  - c: y\n", ("a", 0, "b"), "a:\n  - {}\n  - c: y\n"),
        ("a: {b: x, c: y, d: z}\n", ("a", "b"), "a: {c: y, d: z}\n"),
        ("a: {b: x, c: y, d: z}\n", ("a", "c"), "a: {b: x, d: z}\n"),
        ("a: {b: x, c: y, d: z }\n", ("a", "d"), "a: {b: x, c: y }\n"),
        ("a: {b: , c: }\n", ("a", "c"), "a: {b: }\n"),
        ("a: { b: x }\n", ("a", "b"), "a: {}\n"),
        (
            "a: {\n  b: x, # b\n  c: y, # c\n  d: z # d\n}\n",
            ("a", "c"),
            "a: {\n  b: x, # b\n  d: z # d\n}\n",
        ),
        ("a: {\n  b: x, # b\n  c: y # c\n}\n", ("a", "c"), "a: {\n  b: x, # b\n}\n"),
        ("a: {\n  b: x,\n  c: y # c\n}\n", ("a", "c"), "a: {\n  b: x\n}\n"),
    ],
)
def test_remove_takes_the_key_with_its_lines_or_its_comma(
    before: str, path: KeyPath, expected: str
) -> None:
    assert after(before, Remove(path)) == expected


# --- quotes -----------------------------------------------------------------------------------

PLAIN = (
    "in-review",
    "2026-04-03",
    "2026-03-14T07:42Z",
    "2026-03-14T08:42:10+01:00",
    "Waiting for the supplier's test feed",
    "C#, then é and 😀",
    "1.2.3",
)
QUOTED = (
    "",
    "2900",
    "1_000",
    "1e3",
    "0o17",
    "0x1F",
    ".inf",
    "2026-02-30",
    "12:30",
    "yes",
    "No",
    "y",
    "null",
    "~",
    "=",
    "<<",
    "a: b",
    "a:",
    "cut # here",
    "# all",
    "- a",
    "---",
    "? a",
    "@anna",
    "*a",
    "&a b",
    "!a",
    "%a",
    "`a`",
    "'a'",
    '"a"',
    "> a",
    "|",
    "[a]",
    "{a}",
    " a",
    "a ",
    "\u00a0a",
)
ONLY_IN_BRACKETS = ("a, b", "a]", "b}", "https://example.com/a", "why?", "a[0].b", "{", "a,")


@pytest.mark.parametrize("value", [*PLAIN, *QUOTED, *ONLY_IN_BRACKETS])
def test_a_text_is_quoted_where_it_would_not_be_read_as_itself(value: str) -> None:
    before = "a: x\nb: {c: x}\n"
    text = edited(record(before), [Put(("a",), value), Put(("b", "c"), value)])
    read = plain_values(as_record(text, "x").tree)
    assert read == {"a": value, "b": {"c": value}}
    in_block, in_brackets = front(text).split("\nb: {c: ")
    assert in_block.startswith('a: "') == (value in {*QUOTED, "{"})
    assert in_brackets.startswith('"') == (value in {*QUOTED, *ONLY_IN_BRACKETS} or "," in value)
    if value not in PLAIN[1:4]:  # days and moments, which other programs may read as such
        assert yaml.safe_load(front(text)) == {"a": value, "b": {"c": value}}


def test_a_number_is_written_without_quotes_where_the_schema_asks_for_one() -> None:
    before = "impact:\n  measures:\n    - {measure: rows, value: 41, unit: percent}\n"
    measure = ("impact", "measures", 0)
    edits = [Put((*measure, "value"), "42.5"), Put((*measure, "objective"), "1")]
    expected = before.replace("value: 41, unit: percent", 'value: 42.5, unit: "1", objective: 1')
    assert after(before, *edits, Put((*measure, "unit"), "1")) == expected


def test_an_item_quotes_what_it_must_and_its_keys_too() -> None:
    item = {"from": "2900", "to": "a: b", "on": "x", "reason": "cut # here"}
    written = '{from: "2900", to: "a: b", "on": x, reason: "cut # here"}'
    assert after("title: x\n", Append(("changes",), item)) == f"title: x\nchanges:\n  - {written}\n"


# --- the file as it is ------------------------------------------------------------------------


def test_byte_order_mark_and_line_ends_stay() -> None:
    before = (
        "\ufeff---\r\ntitle: 😀\r\nstatus: draft\r\nactions:\r\n  - id: a\r\n---\r\n"
        "\r\nmixed\nends\r\n"
    )
    edits: list[Edit] = [
        Put(("status",), "in-review"),
        Append(("actions", 0, "changes"), {"a": "b"}),
    ]
    assert edited(before, edits) == before.replace("draft", "in-review").replace(
        "id: a\r\n", "id: a\r\n    changes:\r\n      - {a: b}\r\n"
    )


def test_a_new_line_ends_as_its_neighbours_do() -> None:
    before = "---\nstatus: x\r\nowner: y\ntags: []\r\n---\n\nbody\n"
    assert edited(before, [Put(("severity",), "v")]) == before.replace(
        "x\r\n", "x\r\nseverity: v\r\n"
    )
    assert edited(before, [Put(("visibility",), "v"), Put(("owner",), "z")]) == before.replace(
        "owner: y", "owner: z"
    ).replace("[]\r\n", "[]\r\nvisibility: v\r\n")


def test_edits_are_made_one_after_the_other() -> None:
    edits = (
        Put(("withdrawn", "reason"), "a"),
        Put(("withdrawn", "reason"), "b"),
        Append(("changes",), {"a": "b"}),
        Put(("changes", 0, "a"), "c"),
        Remove(("title",)),
    )
    assert after("title: x\n", *edits) == "withdrawn:\n  reason: b\nchanges:\n  - {a: c}\n"


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "edit", "words"),
    [
        (
            "title: x\ntags: [a]\n",
            Put(("tags",), "b"),
            "line 3: `tags` is a list or a group, and not one text",
        ),
        (
            "title: x\nimpact: {business: b}\n",
            Put(("impact",), "b"),
            "line 3: `impact` is a list or a group, and not one text",
        ),
        (
            "title: x\nactions:\n  - id: a\n",
            Put(("actions", 1, "due"), "b"),
            "line 3: `actions[1]` is not there",
        ),
        (
            "title: x\nactions: {a: b}\n",
            Put(("actions", 1, "due"), "b"),
            "line 3: `actions[1]` is not there",
        ),
        (
            "title: x\n",
            Put(("title", "due"), "b"),
            "line 2: `title` has no keys, so `due` cannot stand in it",
        ),
        (
            "title: x\nstatus: draft\n",
            Append(("status",), {}),
            "line 3: `status` is no list, so nothing can be added to it",
        ),
        (
            "title: x\ntags: [a]\n",
            Remove(("tags", 0)),
            "line 3: `tags` is a list; only keys are taken out",
        ),
        (
            "title: x\nstatus: draft\n",
            Put(("status",), "a\nb"),
            "line 3: `status` would hold a line break; write it in one line of text",
        ),
        (
            "title: x\nstatus: draft\n",
            Put(("status",), "a\u202eb"),
            "line 3: `status` would hold the character U+202E; write it in one line of text",
        ),
        (
            "title: x\nchanges:\n",
            Append(("changes",), {"reason": "a\tb"}),
            "line 3: `reason` would hold a tab; write it in one line of text",
        ),
        (
            "title: x\n",
            Put(("a\nb",), "x"),
            "line 1: `a?b` would hold a line break; write it in one line of text",
        ),
    ],
)
def test_an_edit_without_a_place_is_refused_with_its_line(
    before: str, edit: Edit, words: str
) -> None:
    with pytest.raises(EditError) as caught:
        edited(record(before), [edit])
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Put(("a",), "x: y"), 'written here without changing something else; write `a: "x: y"`'),
        (
            Append(("a",), {"b": "c"}),
            "added to here without changing something else; add `- {b: c}`",
        ),
    ],
)
def test_what_cannot_be_written_without_harm_is_left_to_the_author(edit: Edit, words: str) -> None:
    before = "title: x\n? a\n? b\n: y\n"  # a key without a colon, of which YAML knows a few
    with pytest.raises(EditError) as caught:
        edited(record(before), [edit])
    assert str(caught.value) == f"line 3: `a` could not be {words} by hand"


def test_a_key_that_cannot_be_taken_out_is_left_to_the_author() -> None:
    with pytest.raises(EditError) as caught:
        edited(record("title: x\n? a\n: y\n"), [Remove(("a",))])
    assert str(caught.value) == (
        "line 4: `a` could not be taken out here without changing something else; "
        "take `a` out by hand"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "---\ntitle: a: b\n---\n\nbody\n",
            (
                "line 2: a colon and a space inside a value that is not quoted; "
                "put the whole value in double quotes. Mend that first"
            ),
        ),
        (
            "---\ntitle: a\nx: b\ntitle: c\n---\n\nbody\n",
            "line 4: `title` stands here again; see line 2. Mend that first",
        ),
        (
            "---\ntitle: \udc80\n---\n\nbody\n",
            "line 2: byte 0xed is not UTF-8 text. Mend that first",
        ),
        ("", "line 1: the file is empty. Mend that first"),
    ],
)
def test_a_record_that_cannot_be_read_is_not_edited(text: str, words: str) -> None:
    with pytest.raises(EditError) as caught:
        edited(text, [Put(("title",), "x")])
    assert str(caught.value) == words


def test_a_record_does_not_grow_beyond_what_is_read() -> None:
    text = f"---\ntitle: x\n---\n{'b' * 999_900}\n"
    with pytest.raises(EditError) as caught:
        edited(text, [Put(("title",), "y" * 200)])
    assert str(caught.value) == (
        "line 2: with this, the record would have more than 1,000,000 bytes; shorten it first"
    )


# --- files ------------------------------------------------------------------------------------

TEXT = "---\r\nstatus: draft\r\n---\r\n\r\nbody"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "2026-03-14-late.md"
    file.write_bytes(TEXT.encode())
    return file


def names(file: Path) -> list[str]:
    return [other.name for other in file.parent.iterdir()]


def test_a_file_is_written_whole_and_keeps_its_permissions(file: Path) -> None:
    file.chmod(0o640)
    edit_file(file, [Put(("status",), "closed")])
    assert file.read_bytes() == TEXT.replace("draft", "closed").encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert names(file) == [file.name]


def test_a_file_that_would_not_change_is_not_written(file: Path) -> None:
    before = file.stat()
    edit_file(file, [Put(("status",), "draft")])
    now = file.stat()
    assert (now.st_ino, now.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_one_bad_edit_and_none_is_made(file: Path) -> None:
    with pytest.raises(EditError) as caught:
        edit_file(file, [Put(("status",), "closed"), Put(("status", "x"), "y")])
    assert str(caught.value) == (
        "2026-03-14-late.md, line 2: `status` has no keys, so `x` cannot stand in it"
    )
    assert file.read_bytes() == TEXT.encode()


def test_only_regular_files_are_edited(file: Path) -> None:
    link = file.with_name("link.md")
    link.symlink_to(file)
    with pytest.raises(EditError, match=r"^link\.md is not a regular file"):
        edit_file(link, [Put(("status",), "closed")])
    with pytest.raises(EditError, match="is not a regular file"):
        edit_file(file.parent, [Put(("status",), "closed")])
    with pytest.raises(EditError, match=r"^gone\.md cannot be edited: No such file"):
        edit_file(file.with_name("gone.md"), [Put(("status",), "closed")])
    assert file.read_bytes() == TEXT.encode()


def test_bytes_that_are_no_text_are_told_with_their_place(file: Path) -> None:
    file.write_bytes(b"---\ntitle: x\nstatus: \xff\n---\n\nbody\n")
    with pytest.raises(EditError) as caught:
        edit_file(file, [Put(("status",), "closed")])
    assert str(caught.value) == (
        "2026-03-14-late.md, line 3: byte 0xff is not UTF-8 text. Mend that first"
    )


def test_a_file_of_a_million_bytes_is_not_read(file: Path) -> None:
    os.truncate(file, 1_000_001)
    with pytest.raises(EditError, match="has more than 1,000,000 bytes"):
        edit_file(file, [Put(("status",), "closed")])


@pytest.mark.parametrize("theirs", [b"---\nstatus: closed\n---\n\ntheirs\n", None])
def test_what_somebody_else_wrote_meanwhile_is_not_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch, theirs: bytes | None
) -> None:
    exchange = store.exchange

    def late(place: Path, old: bytes, new: bytes) -> None:
        place.unlink() if theirs is None else place.write_bytes(theirs)
        exchange(place, old, new)

    monkeypatch.setattr(store, "exchange", late)
    with pytest.raises(EditError) as caught:
        edit_file(file, [Put(("status",), "in-review")])
    assert str(caught.value) == (
        "2026-03-14-late.md was changed by somebody else meanwhile; nothing was written, try again"
    )
    if theirs is None:
        assert names(file) == []
    else:
        assert file.read_bytes() == theirs
        assert names(file) == [file.name]


def test_a_folder_that_cannot_be_written_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "exchange", full)
    with pytest.raises(EditError, match=r"late\.md cannot be edited: No space left on device$"):
        edit_file(file, [Put(("status",), "closed")])


# --- the samples ------------------------------------------------------------------------------


@pytest.mark.samples
def test_every_action_of_every_sample_can_be_postponed_by_its_own_lines_alone(root: Path) -> None:
    """The value of `due`, and one line more; three where there are no `changes` or `due` yet."""
    tried = 0
    for entry in Archive.load(root).entries:
        raw = (root / entry.path).read_bytes().decode("utf-8")
        values: Any = plain_values(as_record(decode(raw.encode()), entry.path).tree)
        for number, action in enumerate(values.get("actions") or []):
            path = ("actions", number)
            edits: list[Edit] = [
                Append((*path, "changes"), SLIP),
                Put((*path, "due"), "2027-01-15"),
            ]
            result = edited(raw, edits)
            wanted = copy.deepcopy(values)
            wanted["actions"][number]["due"] = "2027-01-15"
            wanted["actions"][number]["changes"] = [*(action.get("changes") or []), SLIP]
            assert plain_values(as_record(result, entry.path).tree) == wanted
            assert_few_lines_differ(raw, result, action)
            tried += 1
    assert tried > 50


def assert_few_lines_differ(raw: str, result: str, action: dict[str, Any]) -> None:
    lines = difflib.unified_diff(raw.splitlines(), result.splitlines(), n=0, lineterm="")
    changed = [line for line in list(lines)[2:] if not line.startswith("@@")]
    gone = [line for line in changed if line.startswith("-")]
    assert gone == ([f"-    due: {action['due']}"] if action.get("due") else [])
    came = [line for line in changed if line.startswith("+")]
    assert "+    due: 2027-01-15" in came
    assert f"+      - {SLIP_WRITTEN}" in came
    assert len(came) == 2 + (0 if action.get("changes") else 1)


# --- any record -------------------------------------------------------------------------------


class Writer:
    """Writes a record as somebody in no mood for style might; each text is told from all others."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0

    def tree(self, depth: int) -> Any:
        kind = self.random.choice(("text", "text", "blank", "group", "list")[: 5 if depth else 3])
        if kind == "text":
            self.count += 1
            return f"t{self.count}é😀t"
        if kind == "blank":
            return None
        if kind == "group":
            return self.group(depth - 1)
        return [self.tree(depth - 1) or {"k": None} for _ in range(self.random.randint(0, 3))]

    def group(self, depth: int) -> dict[str, Any]:
        known = ["title", "status", "owner", "actions", "review", "changes", "x1", "x2", "x-3"]
        keys = self.random.sample(known, self.random.randint(0, 4))
        return {key: self.tree(depth) for key in keys}

    def text(self, value: Any) -> str:
        """A value in one line or, in brackets, in several."""
        if value is None:
            return self.random.choice(("", "", "~", "null"))
        if isinstance(value, str):
            return self.random.choice((value, f"'{value}'", f'"{value}"'))
        pairs = (
            [f"{key}: {self.text(item)}" for key, item in value.items()]
            if isinstance(value, dict)
            else [self.text(item) for item in value]
        )
        begin, between, end = self.random.choice(
            (("", ", ", ""), ("", ", ", ""), (" ", " ,", " "), ("\n      ", ",\n      ", "\n    "))
        )
        comma = self.random.choice((",", "")) if pairs else ""
        inside = f"{begin}{between.join(pairs)}{comma}{end}" if pairs else begin.strip("\n")
        return f"{{{inside}}}" if isinstance(value, dict) else f"[{inside}]"

    def lines(self, value: Any, column: int) -> list[str]:
        """What stands behind a colon or a dash: the rest of its line, and the lines below it."""
        shapes = ("brackets", "lines", "lines") if value else ("brackets",)
        shape = self.random.choice(shapes)
        if shape == "brackets" or not isinstance(value, dict | list):
            if isinstance(value, str) and self.random.random() < 0.2:
                return [" >-", f"{' ' * (column + 2)}{value}", *self.rest(column)]
            return [f" {self.text(value)}{self.comment()}", *self.rest(column)]
        if isinstance(value, dict):
            return ["", *self.pairs(value, column + self.random.choice((2, 4)))]
        return ["", *self.items(value, column + self.random.choice((0, 2)))]

    def pairs(self, value: dict[str, Any], column: int) -> list[str]:
        found = []
        for key, item in value.items():
            first, *rest = self.lines(item, column)
            found += [f"{' ' * column}{key}:{first}", *rest]
        return found

    def items(self, value: list[Any], column: int) -> list[str]:
        found = []
        for item in value:
            if isinstance(item, dict) and item and self.random.random() < 0.7:
                first, *rest = self.pairs(item, column + 2)
                found += [f"{' ' * column}- {first.lstrip()}", *rest]
            else:
                found.append(f"{' ' * column}- {self.text(item)}{self.comment()}")
                found += self.rest(column)
        return found

    def comment(self) -> str:
        return self.random.choice(("", "", "", " # a comment, and: more"))

    def rest(self, column: int) -> list[str]:
        """A blank line, or a comment of the line above or of the one below."""
        some = ("", f"{' ' * column}# at", f"{' ' * (column + 3)}# in")
        return [self.random.choice(some)] if self.random.random() < 0.15 else []


def places(value: Any, path: KeyPath = ()) -> list[tuple[KeyPath, Any]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[KeyPath, Any]] = [(path, value)]
    for step, item in steps:
        if isinstance(item, dict | list):
            found += places(item, (*path, step))
        else:
            found.append(((*path, step), item))
    return found


def any_edit(values: dict[str, Any], random: Random) -> Edit:
    """An edit that has a place in the values."""
    texts = ("2027-01-15", "plain words", "a: b", "2900", "a, b", "cut # here", "]", "it's", '"😀')
    text = random.choice(texts)
    found = places(values)
    kind = random.choice((Put, Append, Remove))
    groups = [path for path, value in found if isinstance(value, dict) or value is None]
    new = (*random.choice(groups), *random.choice((("owner",), ("new",), ("review", "kind"))))
    if kind is Remove:
        keys = [path for path, _ in found if path and isinstance(path[-1], str)]
        return Remove(random.choice([*keys, ("nowhere",)]))
    if kind is Append:
        lists = [
            path for path, value in found if path and (isinstance(value, list) or value is None)
        ]
        return Append(random.choice([*lists, ("changes_too",)]), {"a": text, "b": "c"})
    scalars = [path for path, value in found if path and not isinstance(value, dict | list)]
    fits = fits_into(values, new)
    return Put(random.choice([*scalars, *([new] if fits else []), ("x9",)]), text)


def fits_into(value: Any, path: KeyPath) -> bool:
    """Whether a text can be put there: nothing but groups on the way, and no group at its end."""
    for step in path:
        if value is not None and not isinstance(value, dict):
            return False
        value = (value or {}).get(step)
    return not isinstance(value, dict | list)


def at(value: Any, path: KeyPath) -> Any:
    for step in path:
        if value is not None:
            value = value.get(step) if isinstance(value, dict) else value[int(step)]
    return value


def meant(values: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """What the edit means, worked out a second time and in another way."""
    if isinstance(edit, Remove) and edit.path == ("nowhere",):
        return values
    result = copy.deepcopy(values)
    here: Any = result
    for step in edit.path[:-1]:
        if isinstance(here, dict) and here.get(str(step)) is None:
            here[str(step)] = {}
        elif isinstance(here, list) and here[int(step)] is None:
            here[int(step)] = {}
        here = here[step]
    last: Any = edit.path[-1]
    if isinstance(edit, Put):
        here[last] = edit.value
    elif isinstance(edit, Remove):
        del here[last]
    else:
        old = here[last] if isinstance(here, list) else here.get(last)
        item = edit.item if isinstance(edit.item, str) else dict(edit.item)
        here[last] = [*(old or []), item]
    return result


def without_empty_groups(value: Any) -> Any:
    if isinstance(value, list):
        return [without_empty_groups(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: None if item == {} else without_empty_groups(item) for key, item in value.items()}


def letters(text: str) -> str:
    """All but blanks, brackets, commas and the words for nothing."""
    return (
        text.translate({ord(sign): None for sign in " \r\n[]{},"})
        .replace("~", "")
        .replace("null", "")
    )


def is_kept(before: str, text: str) -> bool:
    """Whether all signs of a text stand in another, in their order."""
    signs = iter(text)
    return all(sign in signs for sign in before)


@settings(max_examples=600, derandomize=True, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_edit_of_any_record_is_read_back_as_meant_and_touches_nothing_else(
    random: Random,
) -> None:
    writer = Writer(random)
    values = writer.group(3)
    lines = writer.pairs(values, 0) if values else []
    if random.random() < 0.1:
        lines = [f"{{{', '.join(f'{key}: {writer.text(v)}' for key, v in values.items())}}}"]
    text = record("".join(f"{line}\n" for line in lines))
    if random.random() < 0.3:
        text = "\ufeff" + text.replace("\n", "\r\n")
    try:
        read = plain_values(as_record(decode(text.encode()), "x").tree)
    except DocumentError:  # some of it is no YAML, such as `{a:` and a line's end
        return
    if read != values:  # a comment may have become text
        return
    edit = any_edit(values, random)
    result = edited(text, [edit])
    now = plain_values(as_record(decode(result.encode()), "x").tree)
    assert without_empty_groups(now) == without_empty_groups(meant(values, edit))
    assert result.endswith(text[text.index("\n## ") :])
    assert result.count("\r\n") == (result.count("\n") if "\r" in text else 0)
    assert_nothing_else_differs(text, result, edit, values)


def assert_nothing_else_differs(text: str, result: str, edit: Edit, values: dict[str, Any]) -> None:
    old = at(values, edit.path) if not isinstance(edit, Append) else None
    if isinstance(edit, Remove):
        assert is_kept(letters(result), letters(text))
    elif isinstance(old, str):  # the text is the only one of its kind
        begin, end = text.split(old)
        assert result.startswith(begin.rstrip("'\" \r\n>-"))
        assert result.endswith(end.lstrip("'\""))
    else:
        assert is_kept(letters(text), letters(result))
