"""Broken, hostile and nonsensical records: the reader, the schema and the rules survive them all.

``DEBRIEF_FUZZ=2000000`` tries two million mutants instead of a hundred thousand.
"""

from __future__ import annotations

import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from debrief import checks, schema
from debrief.archive import Archive, Entry
from debrief.catalog import Asset, Catalog, Owner, Policy, SeverityPolicy
from debrief.document import Document, as_record, decode
from debrief.finding import Position, Problem
from debrief.nodes import DocumentError
from debrief.record import Postmortem, build
from debrief.schema import Reading

MUTANTS = int(os.environ.get("DEBRIEF_FUZZ", "100000"))
PARTS = 10
RULES_EVERY = 20
"""Rules look at one in so many of the mutants that are still records."""

TODAY = date(2026, 11, 22)
ID = "2026-03-14-orders-late"
PATH = f"postmortems/2026/{ID}.md"

HEAD = """\
---
title: Orders came late
status: {status}
severity: sev2
owner: a-team
"""
TAIL = """\
---

## Executive summary

Late `orders`, see [the log](2026-03-14-orders-late/log.txt) or <https://example.com>.
"""
# Small ones: most of the time goes into the schema, and it grows with the record.
RECORDS = (
    (
        "draft",
        """\
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
""",
    ),
    (
        "draft",
        """\
tags: [late, "orders"]
incident:
  type: freshness
  started_at: 2026-03-14T01:10+01:00
  detected_at: 2026-03-14T07:42:10Z
stakeholders: [a-team]
""",
    ),
    (
        "in-review",
        """\
assets:
  - asset: wh.orders
    effect: stale
    data_from: 2026-03-13
    data_to: 2026-03-14
    repair: backfilled
    restored_at: 2026-03-14T15:00Z
""",
    ),
    (
        "draft",
        """\
causes:
  - {id: skip, role: root, statement: The loader skips, likelihood: high, effect: low}
actions:
  - {id: check, title: 'Check', type: preventive, addresses: [skip], owner: b-person}
""",
    ),
    (
        "draft",
        """\
actions:
- id: check
  title: Check the header
  type: preventive
  owner: b-person
  due: 2026-04-03
  status: verified
  verification: {method: review, verified_on: 2026-04-02, verified_by: a-team}
  changes: [{changed_on: 2026-03-28, field: due, from: 2026-03-27, to: 2026-04-03, reason: r}]
""",
    ),
    (
        "draft",
        """\
incident: {precision: day, approximate: true, started_at: 2026-03-14}
impact:
  business: >
    Orders were
    late.
  measures:
    - {measure: rows, value: 41.5, unit: percent, revisions: [{value: 2, revised_on: 2026-03-20}]}
""",
    ),
    (
        "draft",
        """\
timeline:
  - {at: 2026-03-14T01:10Z, kind: change, event: Feed changed, by: vendor, evidence: [log]}
evidence: [{id: log, kind: log, title: Log, path: log.txt}]
""",
    ),
    (
        "closed",
        """\
review: {held_on: 2026-03-19}
sign_offs: [{role: closing, signed_by: a-team, signed_on: 2026-03-20}]
published_on: 2026-03-21
closed_on: 2026-05-01
""",
    ),
    (
        "withdrawn",
        """\
withdrawn: {reason: "Not one", duplicate_of: 2026-03-13-other}
related: [2026-03-13-other]
imported: {source: https://example.com, language: en}
ideas:
- |-
  Ask for
    a changelog
""",
    ),
)
SEEDS = tuple((HEAD.format(status=status) + part + TAIL).encode() for status, part in RECORDS)
LINES = tuple(line for seed in SEEDS for line in seed.splitlines(keepends=True))
TOKENS = (
    b"---\n", b"---", b"...\n", b"\n\n", b": ", b":", b"- ", b"? ", b", ", b"[", b"]", b"{", b"}",
    b'"', b"'", b"|\n", b">-\n", b"&a ", b"*a", b"!!str ", b"!x ", b"<<: ", b"%YAML 1.1\n", b" #x",
    b"#", b"\t", b"\r\n", b"\r", b"\0", b"\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xef\xbb\xbf",
    b"\xff", b"\xc3", b"\xf0\x9f\x98\x80", b"\xc2\xa0", b"\\", b"`", b"``", b"<<<<<<< a\n", b"~",
    b"null", b"true", b"no", b"-1", b"1e9", b".5", b"0x1F", b"999999999999999999999", b"12:30",
    b"9999-12-31", b"0001-01-01", b"9999-12-31T23:59Z", b"9999-12-31T23:59-14:00", b"T00:00Z",
    b"0001-01-01T00:00+14:00", b"0001-01-01T00:00Z", b"2026-02-30", b"+24:00", b"+23:59", b"24:00",
    b"draft", b"published", b"verified", b"sev9", b"wh.orders", b"a-team", b"<b>", b"](", b"## ",
    b"\n  ", b"\n- ", b"{}", b"[]", b"''", b"<!--", b"://a:b@", b"@a", b"4111111111111111",
)  # fmt: skip


Mutation = Callable[[random.Random, bytearray], None]


def flip(luck: random.Random, data: bytearray) -> None:
    if data:
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)


def overwrite(luck: random.Random, data: bytearray) -> None:
    if data:
        data[luck.randrange(len(data))] = luck.randrange(256)


def insert(luck: random.Random, data: bytearray) -> None:
    at = luck.randint(0, len(data))
    data[at:at] = luck.choice(TOKENS)


def exchange(luck: random.Random, data: bytearray) -> None:
    """Put a token in the place of a value."""
    ends = [index for index, byte in enumerate(data) if byte in b":-[ ,\n]}"]
    start = luck.randrange(len(ends)) if ends else 0
    if start + 1 < len(ends):
        data[ends[start] + 1 : ends[start + 1]] = luck.choice(TOKENS)


def delete(luck: random.Random, data: bytearray) -> None:
    at = luck.randint(0, len(data))
    del data[at : at + luck.choice((1, 1, 2, 5, 20, 100))]


def duplicate(luck: random.Random, data: bytearray) -> None:
    """Put a line of a good record before some line."""
    starts = [0, *(index + 1 for index, byte in enumerate(data) if byte == 10)]
    at = luck.choice(starts)
    data[at:at] = luck.choice(LINES)


def splice(luck: random.Random, data: bytearray) -> None:
    """The beginning of this one, and the end of another."""
    other = luck.choice(SEEDS)
    data[luck.randint(0, len(data)) :] = other[luck.randint(0, len(other)) :]


def repeat(luck: random.Random, data: bytearray) -> None:
    at = luck.randint(0, len(data))
    data[at:at] = data[at : at + luck.randint(1, 30)] * luck.choice((1, 2, 20))


MUTATIONS: tuple[Mutation, ...] = (
    flip, overwrite, insert, insert, exchange, exchange, delete, duplicate, splice, repeat
)  # fmt: skip


def mutants(seed: int, count: int) -> Iterator[bytes]:
    luck = random.Random(seed)  # noqa: S311 - the same mutants on every run; nothing is secret
    for _ in range(count):
        data = bytearray(luck.choice(SEEDS))
        for _ in range(luck.choice((1, 1, 1, 2, 3))):
            luck.choice(MUTATIONS)(luck, data)
        yield bytes(data)


@cache
def archive() -> Archive:
    """An archive whose catalog knows what the good records name."""
    owners = {name: Owner(name, name, "team") for name in ("a-team", "b-person")}
    assets = {"wh.orders": Asset("wh.orders", "Orders", "table")}
    severity = SeverityPolicy("bad", 3, 10, 30, ("owner", "steward"))
    policy = Policy("Us", severities={f"sev{level}": severity for level in range(1, 5)})
    catalog = Catalog(owners, assets, policy, frozenset({"owners", "assets", "policy"}))
    return Archive(Path("nowhere"), schema.load_all(schema.OWN_FOLDER), catalog, ())


def refuse_outside(place: Position, data: bytes) -> None:
    """A problem stands in the file; behind the end of a line is still on it."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert 1 <= place.line <= len(lines), f"{place} is in none of the {len(lines)} lines"
    length = len(lines[place.line - 1])
    assert 1 <= place.column <= length + 1, f"{place} is outside its line of {length} bytes"


def read(document: Document) -> Reading:
    """Hold it against the schema; what comes of a front matter is remembered, being slow.

    A third of the mutants differ from another one in their body alone.
    """
    if document.front not in READINGS:
        READINGS[document.front] = archive().schemas["postmortem"].read(document)
    return READINGS[document.front]


READINGS: dict[str, Reading] = {}


def parse(data: bytes) -> Document | Problem:
    try:
        return as_record(decode(data), PATH)
    except DocumentError as error:
        return error.problem


def put_through(data: bytes, *, with_rules: bool) -> bool:
    """Everything that happens to a file; whether it still was a record in the end."""
    document = parse(data)
    if isinstance(document, Problem):
        assert document.rule in checks.BY_ID
        assert document.message
        assert isinstance(document.where, Position)
        refuse_outside(document.where, data)
        return False
    reading = read(document)
    for problem in reading.problems:
        assert problem.rule in checks.BY_ID
        assert problem.message
        refuse_outside(document.locate(problem.where), data)
    if reading.values is None:
        assert reading.problems, "a record that cannot be built, and nothing is said of it"
        return False
    record = build(ID, PATH, reading.values)
    if with_rules:
        entry = Entry(PATH, document, record, reading.problems, reading.broken, reading.prose)
        for finding in checks.of_entry(entry, archive(), TODAY):
            assert finding.message
            assert finding.fix
            refuse_outside(finding.position, data)
        derive(record)
    return True


def derive(record: Postmortem) -> None:
    """Every derived value."""
    for name in dir(type(record)):
        if not name.startswith("_"):
            getattr(record, name)
    for action in record.actions:
        assert action.days_overdue(TODAY) >= 0
        assert action.days_late >= 0
    assert all(phase.duration.total_seconds() >= 0 for phase in record.phases)


@pytest.mark.parametrize("seed", range(PARTS))
def test_no_mutant_raises_and_every_problem_lies_in_its_file(seed: int) -> None:
    failures: dict[str, str] = {}  # one of each kind
    survivors = 0
    for number, data in enumerate(mutants(seed, MUTANTS // PARTS)):
        try:
            survivors += put_through(data, with_rules=number % RULES_EVERY == 0)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be told with its mutant
            cause = error.__cause__ or error
            place = traceback.extract_tb(cause.__traceback__)[-1]
            kind = f"{type(cause).__name__} at {place.name}:{place.lineno}"
            failures.setdefault(kind, f"{error}\n{data!r}")
    assert not failures, "\n\n".join(f"{kind}: {words}" for kind, words in failures.items())
    assert survivors > MUTANTS // PARTS // 20, "hardly any mutant is a record: the seeds are bad"


def test_the_seeds_are_records_of_every_status() -> None:
    for seed in SEEDS:
        assert put_through(seed, with_rules=True)


# --- what would be slow --------------------------------------------------------------------------

FRONT = """\
---
title: Orders came late
status: in-review
severity: sev4
owner: a-team
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
"""


def with_body(body: str) -> str:
    return f"{FRONT}---\n\n{body}\n"


def with_front(lines: str) -> str:
    return f"{FRONT}{lines}\n---\n\nx\n"


SLOW: dict[str, Callable[[], str]] = {
    "a heading with blanks inside": lambda: with_body("## a" + " " * 1000 + "x"),
    "a heading with hashes inside": lambda: with_body("## " + "# " * 700 + "x"),
    "backquotes that are never closed": lambda: with_body("x " + "`" * 4500 + "a" * 4500),
    "brackets that are never closed": lambda: with_body("x" + "[" * 50_000),
    "links that are never closed": lambda: with_body("[a](" * 100_000),
    "comments that are never closed": lambda: with_body("x" + "<!--" * 12_000),
    "colons behind slashes": lambda: with_body("://" + ":" * 30_000),
    "three hundred thousand blank lines": lambda: with_body("\n" * 300_000),
    "a megabyte of blanks": lambda: with_body(" " * 900_000 + "x"),
    "a megabyte of one word": lambda: with_body("x" * 900_000),
    "a megabyte of at signs": lambda: with_body("a@" * 450_000),
    "a megabyte of digits": lambda: with_body("4 " * 450_000),
    "a megabyte in a title": lambda: with_front("summary: " + "x" * 900_000),
    "a megabyte of comment": lambda: with_front("#" * 900_000),
    "ten thousand unknown keys": lambda: with_front(
        "\n".join(f"sevreity{number}: x" for number in range(10_000))
    ),
    "ten thousand equal tags": lambda: with_front("tags: [" + "a," * 10_000 + "a]"),
    "ten thousand empty items": lambda: with_front("tags: [" + "~," * 10_000 + "~]"),
    "three thousand misspelt words": lambda: with_front(
        "timeline: [" + "{at: x, event: a, kind: repot}," * 3000 + "{at: x, event: a}]"
    ),
    "a thousand ranges of one asset": lambda: with_front("").replace(
        "{asset: wh.orders}",
        ",".join(["{asset: wh.orders, data_from: 2026-01-01, data_to: 2026-01-02}"] * 1000),
    ),
    "ten thousand years of wrong data": lambda: with_front("").replace(
        "wh.orders", "wh.orders, data_from: 0001-01-01, data_to: 9999-12-31"
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_file_keeps_the_check_busy(name: str, tmp_path: Path) -> None:
    """A second is promised; a busy machine gets another, and may try again."""
    text = SLOW[name]()
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")

    def seconds() -> float:
        start = time.process_time()
        checks.run(Archive.load(tmp_path, workers=1), TODAY)
        return time.process_time() - start

    assert any(seconds() < 2 for _ in range(4))


@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00Z", "0001-01-01T00:00+14:00", "0001-01-01", "9999-12-31T23:59Z",
        "9999-12-31T23:59-14:00", "9999-12-31", "2026-03-14T01:10+23:59", "2026-03-14T01:10-23:59",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["started_at", "detected_at"])
@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_the_ends_of_the_calendar_are_survived(instant: str, key: str, status: str) -> None:
    line = f"incident: {{{key}: {instant}, precision: day}}"
    text = FRONT.replace("incident: {started_at: 2026-03-14T01:10Z}", line)
    data = f"{text}---\n\nx\n".replace("in-review", status).encode()
    put_through(data, with_rules=True)
