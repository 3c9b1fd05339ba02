"""The schemas hold to their own rules, values get their types, and every fault is told in words."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined] # the parser behind `re`
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from jsonschema import Draft7Validator

from debrief import checks, faults, lifecycle, moments, record, schema
from debrief.archive import Archive
from debrief.catalog import EXPOSED_KINDS
from debrief.checks import causes, clock, data, ownership
from debrief.document import as_catalog_file, as_record
from debrief.finding import Position
from debrief.schema import NAMES, OWN_FOLDER, Reading, Schema

SCHEMAS = schema.load_all(OWN_FOLDER)
POSTMORTEM = SCHEMAS["postmortem"]

Path_ = tuple[str | int, ...]


def subschemas(name: str) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """Every schema within a schema file, with the way to it."""

    def walk(node: dict[str, Any], path: Path_) -> Iterator[tuple[Path_, dict[str, Any]]]:
        yield path, node
        for key in ("properties", "definitions"):
            for word, child in node.get(key, {}).items():
                yield from walk(child, (*path, key, word))
        for key in ("items", "additionalProperties", "propertyNames", "if", "then"):
            if isinstance(node.get(key), dict):
                yield from walk(node[key], (*path, key))
        for index, child in enumerate(node.get("allOf", ())):
            yield from walk(child, (*path, "allOf", index))

    yield from walk(SCHEMAS[name].content, ())


ALL = [(name, path, node) for name in NAMES for path, node in subschemas(name)]
# Under `allOf` and `if` stand conditions on what is described elsewhere.
DESCRIBED = [
    (name, path, node)
    for name, path, node in ALL
    if not {"allOf", "if", "then", "propertyNames"} & set(path)
]


# --- the schemas themselves ----------------------------------------------------------------------


def test_there_are_four_schema_files_and_all_are_loaded() -> None:
    files = {file.name for file in OWN_FOLDER.iterdir()}
    assert files == {f"{name}.schema.json" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_lawful_draft_7_schema(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name].content)


def test_every_keyword_is_one_that_we_read() -> None:
    for name, path, node in ALL:
        unknown = node.keys() - schema.KEYWORDS
        assert not unknown, f"{name} at {path}: {unknown}"


def test_every_keyword_that_we_read_is_in_use() -> None:
    used = {key for _, _, node in ALL for key in node}
    assert used >= schema.KEYWORDS


def test_every_property_has_a_description() -> None:
    for name, path, node in DESCRIBED:
        described = SCHEMAS[name].resolve(node).get("description", "")
        assert described, f"{name} at {path}"
        assert described.endswith((".", "?")), f"{name} at {path}"


def test_every_object_refuses_keys_that_it_does_not_know() -> None:
    for name, path, node in DESCRIBED:
        if node.get("type") == "object":
            extra = node.get("additionalProperties")
            assert extra is False or isinstance(extra, dict), f"{name} at {path}"


def test_every_list_says_what_it_holds() -> None:
    for name, path, node in DESCRIBED:
        if node.get("type") == "array":
            assert isinstance(node.get("items"), dict), f"{name} at {path}"


def test_every_text_has_a_bound() -> None:
    for name, path, node in DESCRIBED:
        if node.get("type") == "string":
            endless = any(unbounded(sre_parser.parse(node.get("pattern", ".*"))))
            bounded = {"enum", "maxLength", "format"} & node.keys() or not endless
            assert bounded, f"{name} at {path}: a text without an end"


EXAMPLES = [
    pytest.param(name, node, example, id=f"{name}:{'.'.join(map(str, path))}:{index}")
    for name, path, node in ALL
    for index, example in enumerate(node.get("examples", ()))
]


@pytest.mark.parametrize(("name", "node", "example"), EXAMPLES)
def test_every_example_is_valid(name: str, node: dict[str, Any], example: object) -> None:
    content = {"definitions": SCHEMAS[name].content["definitions"], "allOf": [node]}
    whole = Schema({**content, "type": SCHEMAS[name].resolve(node)["type"]})
    assert [error.message for error in whole._validator.iter_errors(example)] == []
    assert Draft7Validator(content).is_valid(example)


def test_every_default_is_valid_and_the_one_of_the_model() -> None:
    for name, path, node in ALL:
        if "default" in node:
            assert Draft7Validator(node).is_valid(node["default"]), f"{name} at {path}"
    properties = POSTMORTEM.content["properties"]
    draft = record.Postmortem("i", "p", "t", "draft")
    assert draft.visibility == properties["visibility"]["default"]
    incident = properties["incident"]["properties"]
    assert record.Incident().precision == incident["precision"]["default"]
    assert record.Incident().approximate is incident["approximate"]["default"]
    action = properties["actions"]["items"]["properties"]
    assert record.Action("i", "t", "corrective").status == action["status"]["default"]


@pytest.mark.parametrize("name", ["owner_id", "asset_id", "url", "sign_off_role"])
def test_a_definition_that_stands_in_several_schemas_is_the_same_in_all(name: str) -> None:
    found = [
        SCHEMAS[each].content["definitions"][name]
        for each in NAMES
        if name in SCHEMAS[each].content["definitions"]
    ]
    assert len(found) > 1
    assert all(each == found[0] for each in found)


# --- patterns ------------------------------------------------------------------------------------

PATTERNS = [(f"{name}:{'.'.join(map(str, path))}", node) for name, path, node in ALL
            if "pattern" in node]  # fmt: skip


def branches(pattern: str) -> list[str]:
    """The alternatives at the top level of a pattern."""
    depth, found, in_class = 0, [""], False
    for letter in pattern:
        in_class = letter == "[" or (in_class and letter != "]")
        depth += (letter == "(") - (letter == ")") if not in_class else 0
        if letter == "|" and not depth and not in_class:
            found.append("")
        else:
            found[-1] += letter
    return found


@pytest.mark.parametrize(("where", "node"), PATTERNS)
def test_a_pattern_is_anchored_at_both_ends(where: str, node: dict[str, Any]) -> None:
    for branch in branches(node["pattern"]):
        assert branch.startswith("^"), where
        assert branch.endswith("$"), where


@pytest.mark.parametrize(("where", "node"), PATTERNS)
def test_a_pattern_names_its_digits(where: str, node: dict[str, Any]) -> None:
    r"""A `\d` is every digit of Unicode to Python, and only 0 to 9 to an editor."""
    assert not re.search(r"\\[dDwW]", node["pattern"]), where


def letters_of(tokens: Any) -> set[int]:
    """The first letters that a sequence of tokens may begin with; all where that is not plain."""
    operator, value = tokens[0]
    if operator is sre.LITERAL:
        return {value}
    if operator is sre.IN and value[0][0] is not sre.NEGATE:
        found: set[int] = set()
        for kind, inner in value:
            if kind is sre.LITERAL:
                found.add(inner)
            elif kind is sre.RANGE:
                found.update(range(inner[0], inner[1] + 1))
            else:
                return set(range(128))
        return found
    return set(range(128))


def unbounded(tokens: Any) -> Iterator[Any]:
    """The bodies of `*`, `+` and `{2,}` in a parsed pattern, however deep."""
    for operator, value in tokens:
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            if value[1] is sre.MAXREPEAT:
                yield value[2]
            yield from unbounded(value[2])
        elif operator is sre.SUBPATTERN:
            yield from unbounded(value[3])
        elif operator is sre.BRANCH:
            for branch in value[1]:
                yield from unbounded(branch)


@pytest.mark.parametrize(("where", "node"), PATTERNS)
def test_a_pattern_has_no_nested_quantifier_that_could_match_in_two_ways(
    where: str, node: dict[str, Any]
) -> None:
    for outer in unbounded(sre_parser.parse(node["pattern"])):
        for group in (value[3] for operator, value in outer if operator is sre.SUBPATTERN):
            for inner in unbounded(group):
                # Lawful only where each turn begins with a letter that no inner turn can take.
                assert not letters_of(group) & letters_of(inner), where


@pytest.mark.parametrize(("where", "node"), PATTERNS)
def test_a_pattern_is_quick_on_what_it_does_not_match(where: str, node: dict[str, Any]) -> None:
    pieces = ("a", "a-", "a/", "a.", "aA0", "/a", "-", "0", "2026-03-14", "https://", "@a", " ")
    start = time.thread_time()
    for piece in pieces:
        for prefix in ("", "a", "@a", "en", "a/", "https://"):
            re.search(node["pattern"], prefix + piece * 20_000 + "!\n!", re.ASCII)
    assert time.thread_time() - start < 1, where


@pytest.mark.parametrize(("where", "node"), PATTERNS)
def test_a_pattern_refuses_a_line_end_behind_what_it_accepts(
    where: str, node: dict[str, Any]
) -> None:
    samples = [*node.get("examples", ()), "@n-okafor", "n-okafor", "2026-03-14", "Europe/Lisbon",
               "PM405", "a", "en", "https://example.com", "2026-03-14-late",
               "n.okafor@example.com"]  # fmt: skip
    validator = Schema({"type": "string", "pattern": node["pattern"]})._validator
    accepted = [text for text in samples if validator.is_valid(text)]
    assert accepted, f"{where}: no sample fits"
    for text in accepted:
        assert not validator.is_valid(f"{text}\n"), f"{where} accepts {text!r} and a line end"
        assert not validator.is_valid(f"\n{text}"), f"{where} accepts a line end and {text!r}"


@pytest.mark.parametrize("digits", ["٢٠٢٦-٠٣-١٤", "२०२६-०३-१४"])
def test_digits_of_other_scripts_are_no_date(digits: str) -> None:
    assert [problem.rule for problem in read(f"published_on: {digits}").problems] == ["PM105"]


# --- words of the schema in the code -------------------------------------------------------------


def words(*path: str) -> set[str]:
    return set(POSTMORTEM.words(*path))


def test_the_statuses_of_the_code_are_those_of_the_schema() -> None:
    named = (record.DRAFT, record.IN_REVIEW, record.PUBLISHED, record.CLOSED, record.WITHDRAWN)
    assert named == POSTMORTEM.words("status")
    assert {*record.LIFE, record.WITHDRAWN} == words("status")


def test_every_rule_begins_at_a_status_of_the_schema() -> None:
    assert {rule.since for rule in checks.RULES} <= words("status") | {""}


def test_the_repairs_that_settle_are_those_of_the_schema() -> None:
    """Each repair is of one kind: open, settled by itself, or settled by the time it was done."""
    moment = record.Moment.parse("2026-03-14")
    kinds: dict[str, tuple[bool, bool]] = {
        repair: (
            record.AffectedAsset("a", repair=repair).settled,
            record.AffectedAsset("a", repair=repair, restored_at=moment).settled,
        )
        for repair in POSTMORTEM.words("assets", "repair")
    }
    assert kinds == {
        "pending": (False, False),
        "none-needed": (True, True),
        "backfilled": (False, True),
        "replayed": (False, True),
        "restated": (False, True),
        "lost": (True, True),
    }


def test_the_weights_are_those_of_the_levels() -> None:
    assert set(record._WEIGHT) == words("causes", "likelihood") == words("causes", "effect")
    assert words("actions", "impact") == words("actions", "feasibility") == set(record._WEIGHT)


def test_the_states_of_an_action_are_those_of_the_schema() -> None:
    def of(status: str) -> tuple[bool, bool]:
        action = record.Action("a", "t", "corrective", status=status)
        return action.is_open, action.is_done

    assert {status: of(status) for status in POSTMORTEM.words("actions", "status")} == {
        "open": (True, False),
        "in-progress": (True, False),
        "blocked": (True, False),
        "done": (False, True),
        "verified": (False, True),
        "not-doing": (False, False),
    }


def test_kinds_and_categories_in_the_code_are_words_of_the_schema() -> None:
    kinds = SCHEMAS["assets"].content["properties"]["assets"]["additionalProperties"]
    assert set(kinds["properties"]["kind"]["enum"]) >= EXPOSED_KINDS
    assert words("actions", "category") >= causes.TECHNICAL
    assert words("actions", "category") >= data.DETECTION
    assert words("timeline", "kind") >= {*clock._MAY_PRECEDE, *clock._MAY_FOLLOW}
    assert words("causes", "role") == {"root", "contributing"}
    assert "preventive" in words("actions", "type")
    assert "consumer" in words("incident", "detected_by")
    assert "restricted" in words("visibility")
    assert "day" in words("incident", "precision") & words("timeline", "precision")


def test_roles_in_the_code_are_words_of_the_schema() -> None:
    assert words("sign_offs", "role") >= lifecycle.SIGNS_FOR.keys()
    assert words("sign_offs", "role") >= ownership._HOLDS.keys()
    assert "closing" in words("sign_offs", "role")
    fields = set(POSTMORTEM.content["properties"]["roles"]["properties"])
    assert set(ownership._HOLDS.values()) <= fields
    assert set(record.SINGLE_ROLES) | {"engineers", "stewards"} == fields


def test_clock_points_are_the_instants_of_the_incident() -> None:
    incident = POSTMORTEM.content["properties"]["incident"]["properties"]
    assert tuple(key for key in incident if key.endswith("_at")) == record.CLOCK_POINTS


def test_rules_read_parts_that_records_have() -> None:
    for rule in checks.RULES:
        assert rule.needs <= {"owners", "assets", "policy", "sources"}, rule.id


def test_every_key_of_the_schema_is_a_field_of_the_model() -> None:
    """Else cattrs would drop it without a word."""
    renamed = {"from": "old", "to": "new"}
    pairs: list[tuple[type, str]] = [
        (record.Postmortem, ""),
        (record.Incident, "incident"),
        (record.AffectedAsset, "assets"),
        (record.Impact, "impact"),
        (record.Roles, "roles"),
        (record.TimelineEvent, "timeline"),
        (record.Evidence, "evidence"),
        (record.Cause, "causes"),
        (record.Action, "actions"),
        (record.Stewardship, "stewardship"),
        (record.Review, "review"),
        (record.SignOff, "sign_offs"),
        (record.Withdrawal, "withdrawn"),
        (record.Import, "imported"),
        (record.Change, "changes"),
    ]
    for model, key in pairs:
        node = POSTMORTEM.content
        if key:
            node = POSTMORTEM.resolve(node["properties"][key])
            node = POSTMORTEM.resolve(node.get("items", node))
        fields = set(model.__dataclass_fields__)  # type: ignore[attr-defined]
        missing = {renamed.get(word, word) for word in node["properties"]} - fields
        assert not missing, f"{model.__name__} lacks {missing}"


# --- reading: types ------------------------------------------------------------------------------

DRAFT = """\
title: Orders came late
status: draft
severity: sev4
owner: a-team
incident: {started_at: 2026-03-14T01:10Z}
assets: [{asset: wh.orders}]
"""


def read(lines: str = "", base: str = DRAFT) -> Reading:
    return POSTMORTEM.read(as_record(f"---\n{base}{lines}\n---\n", "a.md"))


def told(lines: str = "", base: str = DRAFT) -> list[tuple[str, int, int]]:
    """Every problem of a record: its rule, line and column."""
    document = as_record(f"---\n{base}{lines}\n---\n", "a.md")
    places = [
        (problem.rule, document.locate(problem.where)) for problem in POSTMORTEM.read(document)
        .problems
    ]  # fmt: skip
    return [(rule, place.line, place.column) for rule, place in places]


def only(lines: str = "", base: str = DRAFT) -> str:
    """The words of the one problem of a record: its message and its fix."""
    problems = read(lines, base).problems
    assert len(problems) == 1, [problem.message for problem in problems]
    return f"{problems[0].message} | {problems[0].fix}"


def test_a_good_draft_has_no_problem_and_keeps_all_its_values() -> None:
    reading = read()
    assert reading.problems == ()
    assert reading.broken == frozenset()
    assert reading.values == {
        "title": "Orders came late",
        "status": "draft",
        "severity": "sev4",
        "owner": "a-team",
        "incident": {"started_at": "2026-03-14T01:10Z"},
        "assets": [{"asset": "wh.orders"}],
    }


@pytest.mark.parametrize(
    "typed", ["no", "on", "y", "12:30", "0042", "1.10", "1e3", ".5", "true", "2026-03-14", "0x1F"]
)
def test_text_stays_what_was_typed_where_text_is_wanted(typed: str) -> None:
    reading = read(f"summary: {typed}\nideas: [{typed}]")
    assert reading.problems == ()
    assert reading.values is not None
    assert (reading.values["summary"], reading.values["ideas"]) == (typed, [typed])


MEASURE = "impact: {{measures: [{{measure: rows, unit: percent, value: {}}}]}}"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("41", 41), ("0", 0), ("-3", -3), ("41.5", 41.5), ("1.10", 1.1), ("0.5", 0.5), ("-0", 0)],
)
def test_a_number_is_a_number_where_one_is_wanted(typed: str, value: float) -> None:
    reading = read(MEASURE.format(typed))
    assert reading.problems == ()
    assert reading.values is not None
    found = reading.values["impact"]["measures"][0]["value"]
    assert found == value
    assert isinstance(found, float) is ("." in typed)


@pytest.mark.parametrize(
    "typed",
    ["1e3", ".5", "5.", "0042", "+1", "1_000", "0x1F", "NaN", ".nan", ".inf", "12:30", "no", "41%",
     "'41'", '"41"', "9" * 19, "٤١"],
)  # fmt: skip
def test_what_only_some_take_for_a_number_is_refused(typed: str) -> None:
    assert told(MEASURE.format(typed)) == [("PM103", 8, 59)]
    assert "a number is wanted" in only(MEASURE.format(typed))


@pytest.mark.parametrize(("typed", "value"), [("true", True), ("false", False)])
def test_true_and_false_are_read_where_they_are_wanted(typed: str, value: bool) -> None:
    base = DRAFT.replace("01:10Z}", f"01:10Z, approximate: {typed}}}")
    values = read(base=base).values
    assert values is not None
    assert values["incident"]["approximate"] is value


@pytest.mark.parametrize("typed", ["yes", "True", "on", "1", "'true'"])
def test_other_words_for_true_are_refused(typed: str) -> None:
    base = DRAFT.replace("01:10Z}", f"01:10Z, approximate: {typed}}}")
    assert told(base=base) == [("PM103", 6, 56)]
    assert "`true` or `false`, without quotes" in only(base=base)


def test_a_whole_number_is_not_half() -> None:
    document = as_catalog_file("assets:\n  a: {name: A, kind: table, tier: 1.5}\n", "a.yml")
    problems = SCHEMAS["assets"].read(document).problems
    assert [problem.rule for problem in problems] == ["PM103"]
    assert "whole number" in problems[0].message


# --- reading: what is not given ------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        "summary:",
        "summary: ~",
        "summary: null",
        "impact: {business: }",
        "roles:\n  facilitator:\n  scribe: ~",
        "review:",
        "impact: {}",
        "withdrawn: {reason: , duplicate_of: }",
        "imported: {source: }",
    ],
)
def test_blanks_and_groups_of_blanks_are_not_given(lines: str) -> None:
    reading = read(lines)
    assert reading.problems == ()
    assert reading.values is not None
    assert reading.values.keys() == {"title", "status", "severity", "owner", "incident", "assets"}


def test_an_empty_list_is_given() -> None:
    values = read("stakeholders: []").values
    assert values is not None
    assert values["stakeholders"] == []


def test_a_quoted_blank_is_given_and_empty() -> None:
    assert told("summary: ''") == [("PM107", 8, 10)]
    assert told("summary: '   '") == [("PM107", 8, 10)]
    assert read("summary: 'null'").problems == ()


def test_a_blank_owner_is_shown_at_its_key() -> None:
    base = DRAFT.replace("owner: a-team", "owner:")
    assert told(base=base) == [("PM201", 5, 1)]
    assert only(base=base).startswith("`owner` has no value | write `owner: <id>`")


# --- reading: words for each kind of fault -------------------------------------------------------

ACTION = "actions: [{{id: a, title: b, type: corrective, {}}}]"

FAULTS: dict[str, tuple[str, str, int, int, tuple[str, ...]]] = {
    "an unknown key": (
        "sevrity: x", "PM101", 8, 1, ("`sevrity` is not a key", "did you mean `severity`?")
    ),
    "a key like no other": ("zzzzzz: x", "PM101", 8, 1, ("known here: title, summary, status",)),
    "a nested unknown key": (
        "roles: {facilitater: a}", "PM101", 8, 9, ("`roles.facilitater`", "`facilitator`?")
    ),
    "an unknown word": (
        "visibility: intrenal", "PM104", 8, 13,
        ("`visibility` is `intrenal`", "did you mean `internal`?", "internal, restricted"),
    ),
    "a word like no other": ("visibility: xyzzy", "PM104", 8, 13, ("allowed: internal",)),
    "a word in capitals": ("visibility: Internal", "PM104", 8, 13, ("`internal`?",)),
    "a text for a list": ("tags: late", "PM103", 8, 7, ("a list is wanted", "[one, two]")),
    "a group for a list": ("tags: {a: b}", "PM103", 8, 1, ("is a group of keys",)),
    "a list for a text": ("summary: [a]", "PM103", 8, 1, ("is a list, and a text is wanted",)),
    "a text for a group": ("roles: a", "PM103", 8, 8, ("a group of keys is wanted",)),
    "a text for an item": ("timeline: [a]", "PM103", 8, 12, ("`timeline[0]`", "`at: …`")),
    "a bad id": ("stakeholders: [A Team]", "PM106", 8, 16, ("lower-case letters, digits",)),
    "a bad link": (
        ACTION.format("owner: o, due: 2026-04-01, tracker: 'ftp://x'"), "PM106", 8, 83,
        ("https://",),
    ),
    "a path that climbs": (
        "evidence: [{id: a, kind: log, title: t, path: ../x}]", "PM106", 8, 47, ("own folder",)
    ),
    "a text that is too long": (
        "summary: " + "x" * 401, "PM107", 8, 10, ("has 401 characters", "at most 400")
    ),
    "a list that is too long": (
        "tags: [" + ", ".join(f"t{number}" for number in range(21)) + "]", "PM107", 8, 1,
        ("has 21 items", "at most 20"),
    ),
    "the same item twice": ("tags: [a, b, a]", "PM108", 8, 14, ("holds `a` twice",)),
    "an empty item": ("tags: [a, ~]", "PM109", 8, 11, ("`tags[1]` is an empty item",)),
    "an empty line of a list": (
        "tags:\n  - a\n  -\n", "PM109", 10, 4, ("`tags[1]` is an empty item",)
    ),
    "no identity": ("timeline: [{event: x}]", "PM102", 8, 12, ("`timeline[0].at` is missing",)),
    "a blank identity": (
        "timeline: [{at: , event: x}]", "PM102", 8, 13, ("`timeline[0].at` has no value",)
    ),
    "an action that nobody owns": (
        ACTION.format("due: 2026-04-01"), "PM202", 8, 11,
        ("`actions[0].owner` is missing", "who will do it?"),
    ),
    "an action without a date": (
        ACTION.format("owner: o"), "PM203", 8, 11, ("`actions[0].due` is missing", "by when?")
    ),
    "an action that is done on no day": (
        ACTION.format("owner: o, due: 2026-04-01, status: done"), "PM110", 8, 11,
        ("`actions[0].done_on` is missing",),
    ),
    "an action that is dropped without a reason": (
        ACTION.format("owner: o, due: 2026-04-01, status: not-doing"), "PM110", 8, 11,
        ("`actions[0].reason` is missing",),
    ),
    "a verification without its details": (
        ACTION.format(
            "owner: o, due: 2026-04-01, status: verified, done_on: 2026-04-01, "
            "verification: {method: review, verified_by: p}"
        ),
        "PM110", 8, 113, ("`actions[0].verification.verified_on` is missing",),
    ),
    "a text cut by a comment": (
        "summary: order #7 failed", "PM015", 8, 10, ("` #`", "double quotes")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_once_at_its_place_with_its_fix(name: str) -> None:
    lines, rule, line, column, phrases = FAULTS[name]
    assert told(lines) == [(rule, line, column)]
    for phrase in phrases:
        assert phrase in only(lines)


@pytest.mark.parametrize(
    ("key", "rule"),
    [("owner", "PM201"), ("severity", "PM110"), ("incident", "PM110"), ("assets", "PM110"),
     ("title", "PM102"), ("status", "PM102")],
)  # fmt: skip
def test_a_draft_without_this_key_is_told_of_it(key: str, rule: str) -> None:
    base = "".join(line for line in DRAFT.splitlines(True) if not line.startswith(key))
    assert told(base=base) == [(rule, 1, 1)]
    assert only(base=base).startswith(f"`{key}` is missing | write `{key}: ")


def test_a_misspelt_key_is_one_slip_and_one_thing_to_say() -> None:
    assert told(base=DRAFT.replace("severity:", "sevrity:")) == [("PM101", 4, 1)]


def test_an_empty_list_of_assets_is_incomplete() -> None:
    assert told(base=DRAFT.replace("[{asset: wh.orders}]", "[]")) == [("PM110", 7, 1)]


def test_a_cut_is_no_fault_where_no_prose_is_wanted() -> None:
    assert read("visibility: internal #x").problems == ()


# --- reading: dates and instants -----------------------------------------------------------------

INSTANTS: dict[str, tuple[str, ...]] = {
    "2026-03-14T01:10": ("no zone", "`2026-03-14T01:10Z` if it is UTC", "+01:00"),
    "2026-03-14 01:10": ("no zone", "`2026-03-14T01:10Z` if it is UTC"),
    "2026-03-14 01:10:30": ("no zone", "`2026-03-14T01:10:30Z`"),
    "2026-03-14 01:10 UTC": ("`2026-03-14T01:10Z`",),
    "2026-03-14 01:10Z": ("`2026-03-14T01:10Z`",),
    "2026-03-14 01:10+01:00": ("`2026-03-14T01:10+01:00`",),
    "2026-03-14t01:10z": ("`2026-03-14T01:10Z`",),
    "2026-03-14T01:10z": ("`2026-03-14T01:10Z`",),
    "2026-03-14T01:10+0100": ("`2026-03-14T01:10+01:00`",),
    "2026-03-14 01:10 +0100": ("`2026-03-14T01:10+01:00`",),
    "2026-03-14 01:10 CET": ("`CET`", "offset"),
    "01:10": ("a time without its date", "T01:10Z"),
    "7:42": ("a time without its date", "T07:42Z"),
    "2026-02-30T01:10Z": ("no such instant in the calendar",),
    "2026-03-14T24:30Z": ("no such instant in the calendar",),
    "2026-03-14T01:10:60Z": ("no such instant in the calendar",),
    "2026-03-14T01:10+24:00": ("no such instant in the calendar",),
    "yesterday": ("not an instant", "`2026-03-14T07:42Z`"),
    "20260314T0110Z": ("not an instant",),
    "2026-W11-6": ("not an instant",),
    "٢٠٢٦-٠٣-١٤": ("not an instant",),
    "0026-03-14T01:10Z": ("the year",),
    "9999-12-31T23:59-14:00": ("the year",),
}


@pytest.mark.parametrize("typed", INSTANTS)
def test_a_bad_instant_is_told_with_what_to_write(typed: str) -> None:
    base = DRAFT.replace("2026-03-14T01:10Z", f"'{typed}'")
    assert told(base=base) == [("PM105", 6, 24)]
    for phrase in INSTANTS[typed]:
        assert phrase in only(base=base)


@pytest.mark.parametrize("typed", INSTANTS)
def test_an_instant_that_is_advised_would_be_accepted(typed: str) -> None:
    _, fix = moments.about_time(typed, "moment")
    for advised in re.findall(r"`([^`]*T[^`…]*)`", fix):
        assert moments.is_moment(advised), f"{typed}: {fix}"


@pytest.mark.parametrize(
    "typed",
    ["2026-03-14T01:10Z", "2026-03-14T01:10:59Z", "2026-03-14T01:10:59.123456Z", "2024-02-29",
     "2026-03-14T00:00+14:00", "2026-03-14T23:59-12:00", "2026-03-14"],
)  # fmt: skip
def test_an_instant_has_a_zone_or_is_a_day(typed: str) -> None:
    assert moments.is_moment(typed)
    reading = read(base=DRAFT.replace("2026-03-14T01:10Z", typed))
    assert reading.problems == ()
    record.Moment.parse(typed)


@pytest.mark.parametrize("typed", ["2026-03-14T01:10Z\n", "2026-03-14\n", " 2026-03-14", ""])
def test_blanks_around_an_instant_are_refused(typed: str) -> None:
    assert not moments.is_moment(typed)


DAYS: dict[str, tuple[str, ...]] = {
    "2026-03-14T01:10Z": ("without a time", "`2026-03-14`"),
    "2026-02-30": ("no such day in the calendar",),
    "2026-02-29": ("no such day in the calendar",),
    "14.03.2026": ("not a date", "YYYY-MM-DD"),
    "2026-3-4": ("not a date",),
    "20260314": ("not a date",),
    "2026-W11-6": ("not a date",),
    "tomorrow": ("not a date",),
}


@pytest.mark.parametrize("typed", DAYS)
def test_a_bad_date_is_told_with_what_to_write(typed: str) -> None:
    assert told(f"published_on: {typed}") == [("PM105", 8, 15)]
    for phrase in DAYS[typed]:
        assert phrase in only(f"published_on: {typed}")


# --- reading: completeness against structure -----------------------------------------------------


def test_what_a_status_demands_leaves_the_record_readable() -> None:
    base = DRAFT.replace("status: draft", "status: closed")
    reading = read(base=base)
    assert {problem.rule for problem in reading.problems} <= faults.COMPLETENESS_RULES
    assert reading.values is not None
    assert reading.broken == frozenset()
    missing = {problem.message for problem in reading.problems}
    assert "`closed_on` is missing" in missing
    assert "`incident.resolved_at` is missing" in missing
    assert "`assets[0].repair` is missing" in missing


def test_each_status_demands_all_that_the_one_before_it_does() -> None:
    demands = [
        {problem.message for problem in read(base=DRAFT.replace("draft", status)).problems}
        for status in record.LIFE
    ]
    assert demands[0] == set()
    for earlier, later in pairwise(demands):
        assert earlier < later


def test_a_withdrawn_record_demands_its_reason_alone() -> None:
    assert told(base=DRAFT.replace("draft", "withdrawn")) == [("PM110", 1, 1)]
    base = DRAFT.replace("draft", "withdrawn")
    assert read("withdrawn: {reason: not one}", base).problems == ()


def test_who_must_be_named_from_review_on_has_a_rule_of_its_own() -> None:
    problems = read("roles: {sponsor: a}", DRAFT.replace("draft", "in-review")).problems
    assert [p.where for p in problems if p.rule == "PM204"] == [
        ("roles", "facilitator"),
        ("roles", "scribe"),
        ("roles", "engineers"),
    ]


@pytest.mark.parametrize("status", ["drafted", "Draft", "", "[draft]"])
def test_without_a_status_nothing_can_be_built(status: str) -> None:
    reading = read(base=DRAFT.replace("status: draft", f"status: {status}"))
    assert reading.values is None
    assert reading.problems


# --- reading: broken parts -----------------------------------------------------------------------


def test_a_broken_value_is_taken_out_and_the_rest_stays() -> None:
    reading = read("visibility: xyzzy\nsummary: Late")
    assert reading.values is not None
    assert "visibility" not in reading.values
    assert reading.values["summary"] == "Late"
    assert ("visibility",) in reading.broken


def test_an_item_that_loses_what_it_is_known_by_takes_its_list_along() -> None:
    reading = read("causes: [{id: a, role: rot, statement: x}, {id: b, role: root, statement: y}]")
    assert [problem.rule for problem in reading.problems] == ["PM104"]
    assert reading.values is not None
    assert "causes" not in reading.values
    assert {("causes",), ("causes", 0, "role")} <= reading.broken


def test_an_item_that_loses_a_detail_stays() -> None:
    reading = read("causes: [{id: a, role: root, statement: x, likelihood: huge}]")
    assert [problem.rule for problem in reading.problems] == ["PM104"]
    assert reading.values is not None
    assert reading.values["causes"] == [{"id": "a", "role": "root", "statement": "x"}]


def test_one_value_with_two_faults_is_told_once() -> None:
    assert len(read(f"stakeholders: ['{'A ' * 40}']").problems) <= 2
    assert len(read("published_on: 2026-3-41").problems) == 1
    assert len(read("tags: late").problems) == 1


def test_no_part_of_a_broken_whole_is_told_of() -> None:
    assert told("incident_: x\nroles: [facilitator]") == [("PM101", 8, 1), ("PM103", 9, 1)]


def test_the_prose_of_people_is_listed_and_nothing_else() -> None:
    reading = read("summary: Late\nroles: {scribe: a}\ntags: [t]\nideas: [Ask]")
    assert dict(reading.prose) == {
        ("title",): "Orders came late",
        ("summary",): "Late",
        ("ideas", 0): "Ask",
    }


def test_keys_of_the_catalog_are_told_at_the_key() -> None:
    text = "owners:\n  ok: {name: A, kind: team}\n  Not_ok: {name: B, kind: team}\n"
    document = as_catalog_file(text, "catalog/owners.yml")
    problems = SCHEMAS["owners"].read(document).problems
    assert [(p.rule, document.locate(p.where)) for p in problems] == [("PM106", Position(3, 3))]
    assert "Not_ok" in problems[0].message


def test_a_number_as_a_name_is_text() -> None:
    document = as_catalog_file("owners:\n  a: {name: 42, kind: team}\n", "catalog/owners.yml")
    reading = SCHEMAS["owners"].read(document)
    assert reading.problems == ()
    assert reading.values == {"owners": {"a": {"name": "42", "kind": "team"}}}


# --- agreement with any other validator ----------------------------------------------------------

FULL = """\
title: Orders came late
summary: A column was renamed.
status: closed
severity: sev2
owner: a-team
tags: [late]
visibility: internal
incident:
  reference: INC-1
  type: freshness
  trigger: A renamed column
  detected_by: consumer
  started_at: 2026-03-14T01:10Z
  detected_at: 2026-03-14T07:42:10Z
  acknowledged_at: 2026-03-14T08:50+01:00
  mitigated_at: 2026-03-14T08:30Z
  resolved_at: 2026-03-14T10:05Z
assets:
  - {asset: wh.orders, effect: stale, data_from: 2026-03-13, data_to: 2026-03-14,
     repair: backfilled, restored_at: 2026-03-14T15:00Z, evidence: [log]}
stakeholders: [b-team]
impact:
  business: Orders were late.
  measures: [{measure: rows, value: 41.5, unit: percent, objective: 0,
    revisions: [{value: 40, revised_on: 2026-03-20}]}]
  decisions: [{decision: Reorder, consumer: b-team, outcome: corrected, corrected_on: 2026-03-16}]
roles: {facilitator: c-person, scribe: d-person, engineers: [e-person], stewards: [b-team]}
timeline:
  - {at: 2026-03-14T01:10Z, kind: change, event: Feed changed, by: vendor, evidence: [log]}
evidence: [{id: log, kind: log, title: Log, url: "https://example.com/log"}]
causes:
  - {id: skip, role: root, condition: latent, category: data-format-change, statement: It skips,
     likelihood: high, effect: high, evidence: [log]}
actions:
  - {id: check, title: Check, type: preventive, category: data-test, addresses: [skip],
     owner: e-person, due: 2026-04-03, status: verified, impact: high, feasibility: high,
     success_criteria: It fails, test_plan: Replay, done_on: 2026-04-01,
     verification: {method: review, verified_on: 2026-04-02, verified_by: b-team},
     changes: [{changed_on: 2026-03-28, field: due, from: 2026-03-27, to: 2026-04-03, reason: r}]}
stewardship: {data_quality: Checked, lineage: Right, access: Fine}
review: {kind: walkthrough, held_on: 2026-03-19}
sign_offs: [{role: closing, signed_by: b-team, signed_on: 2026-05-01}]
published_on: 2026-03-21
closed_on: 2026-05-02
recurrence_of: 2025-11-02-orders-late
"""


def test_a_full_record_has_no_problem() -> None:
    assert [problem.message for problem in read(base=FULL).problems] == []


def without(values: Any, path: Path_) -> Any:
    """A copy of the values with one part left out."""
    copy = json.loads(json.dumps(values))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copy


def every_path(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from every_path(child, (*path, key))


def test_another_validator_accepts_and_refuses_the_same_values() -> None:
    """Editors and other programs use the schema files as they are."""
    plain = Draft7Validator(POSTMORTEM.content)
    values = read(base=FULL).values
    assert values is not None
    variants = [values, *(without(values, path) for path in every_path(values))]
    verdicts = [plain.is_valid(each) for each in variants]
    assert verdicts == [POSTMORTEM._validator.is_valid(each) for each in variants]
    assert verdicts[0]
    assert False in verdicts


@pytest.mark.samples
def test_another_validator_accepts_the_records_and_the_catalog_of_this_repository(
    root: Path,
) -> None:
    archive = Archive.load(root)
    plain = {name: Draft7Validator(archive.schemas[name].content) for name in NAMES}
    for entry in archive.entries:
        if entry.document is None or entry.record is None or entry.record.imported:
            continue  # imported records are only warned of what they lack
        reading = archive.schemas["postmortem"].read(entry.document)
        assert [error.message for error in plain["postmortem"].iter_errors(reading.values)] == []
    for entry in archive.catalog_entries:
        name = Path(entry.path).stem
        assert entry.document is not None
        reading = archive.schemas[name].read(entry.document)
        assert [error.message for error in plain[name].iter_errors(reading.values)] == []
