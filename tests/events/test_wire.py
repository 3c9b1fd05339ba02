"""JSON as it comes from outside: read strictly, and refused in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.events import EventError
from debrief.events.wire import MAX_BYTES, MAX_DEPTH, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_every_json_value_is_read_as_itself_from_text_and_from_bytes(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert parse(text) == value
    assert parse(json.dumps(value).encode()) == value
    assert parse(b"\xef\xbb\xbf" + json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the event is empty"),
        ("\ufeff \n", "the event is empty"),
        ("no json", "this is not JSON: Expecting value in line 1, column 1"),
        ('{"a": 1,\n "b" 2}', "this is not JSON: Expecting ':' delimiter in line 2, column 6"),
        ('{"a": 1} {"a": 2}', "this is not JSON: Extra data in line 1, column 10"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key `c` stands twice"),
        ("[NaN]", "`NaN` is not JSON"),
        ("[-Infinity]", "`-Infinity` is not JSON"),
        ("[1e999]", "the number `1e999` is too large"),
        ("[" + "9" * 5000 + "]", "the number `9{59}…` is too large"),
        (b'{"a": "\xff"}', "this is not UTF-8: byte 8 cannot be read"),
        ('{"a": 1}'.encode("utf-16"), "this is not UTF-8: byte 1 cannot be read"),
        ("[" * 100_000, f"nests more than {MAX_DEPTH} levels deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, f"nests more than {MAX_DEPTH} levels deep"),
        ('"' + "x" * MAX_BYTES + '"', "larger than 8,000,000 bytes"),
    ],
    ids=range(15),
)
def test_what_is_no_json_for_every_reader_is_refused_in_words(
    body: str | bytes, words: str
) -> None:
    with pytest.raises(EventError, match=words):
        parse(body)


def test_brackets_inside_texts_are_no_levels() -> None:
    text = "[{" * 1000 + '"\\'
    assert parse(json.dumps([text])) == [text]
