"""The SARIF log: valid by the standard's schema, within GitHub's limits, and the same each time."""

from __future__ import annotations

import json
import random
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debrief import checks, reporters
from debrief.checks.rule import Rule
from debrief.document import as_lines
from debrief.finding import Finding, Level, Position
from debrief.reporters import Totals
from debrief.reporters.sarif import MOST_RESULTS

TODAY = date(2026, 4, 10)
PATH = "postmortems/2026/2026-03-14-late.md"
SCHEMA = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json"

steady = settings(derandomize=True, deadline=None, max_examples=60)


def finding(
    *,
    path: str = PATH,
    line: int = 3,
    column: int = 1,
    rule: str = "PM201",
    level: Level = Level.ERROR,
    message: str = "`owner` has no value",
    fix: str = "write `owner: <id>`",
) -> Finding:
    return Finding(path, Position(line, column), rule, level, message, fix)


@cache
def validator() -> jsonschema.Draft4Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema)


def log(found: list[Finding], **options: Any) -> dict[str, Any]:
    """The log, after the schema has agreed to it."""
    text = reporters.as_sarif(found, Totals.of(found, 3), checks.RULES, TODAY, **options)
    text.encode("utf-8")
    content = json.loads(text)
    validator().validate(content)
    assert isinstance(content, dict)
    return content


def run(found: list[Finding], **options: Any) -> dict[str, Any]:
    (only,) = log(found, **options)["runs"]
    assert isinstance(only, dict)
    return only


def results(found: list[Finding], **options: Any) -> list[dict[str, Any]]:
    return list(run(found, **options)["results"])


def fingerprint(result: dict[str, Any]) -> str:
    return str(result["partialFingerprints"]["primaryLocationLineHash"])


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({"version": "2.1.0", "runs": [{}]})


def test_a_good_run_is_a_log_without_results() -> None:
    only = run([])
    assert only["results"] == []
    assert only["tool"]["driver"]["name"] == "Debrief"
    assert only["tool"]["driver"]["rules"] == []
    assert only["invocations"] == [{"executionSuccessful": True}]


def test_a_result_says_what_where_and_how_to_put_it_right() -> None:
    (result,) = results([finding()])
    assert result["ruleId"] == "PM201"
    assert result["level"] == "error"
    assert result["message"]["text"] == "`owner` has no value. Fix: write `owner: <id>`"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": PATH},
        "region": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 2},
    }


@pytest.mark.parametrize(
    ("level", "word"),
    [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.ADVICE, "note")],
)
def test_each_level_has_its_word(level: Level, word: str) -> None:
    (result,) = results([finding(level=level)])
    assert result["level"] == word


def test_each_rule_that_found_something_is_described_once() -> None:
    found = [finding(rule="PM203"), finding(rule="PM201"), finding(rule="PM203", line=9)]
    only = run(found)
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["PM201", "PM203"]
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    rule = checks.BY_ID["PM203"]
    assert rules[1]["shortDescription"]["text"] == rule.summary
    assert rules[1]["defaultConfiguration"] == {"level": "error"}
    assert rule.fix in rules[1]["help"]["text"]
    assert f"*Fix:* {rule.fix}" in rules[1]["help"]["markdown"]
    assert "helpUri" not in rules[1]


def test_a_rule_leads_to_its_place_on_the_site() -> None:
    page = "https://example.com/postmortems/reference/rules/"
    (rule,) = run([finding()], rules_page=page)["tool"]["driver"]["rules"]
    assert rule["helpUri"] == f"{page}#pm201"


def test_all_rules_are_described_as_github_asks() -> None:
    found = [finding(rule=rule.id, level=rule.level) for rule in checks.RULES]
    described = run(found)["tool"]["driver"]["rules"]
    assert len(described) == len(checks.RULES)
    for rule in described:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 10


def test_a_rule_that_is_not_in_the_registry_is_told_all_the_same() -> None:
    only = run([finding(rule="PM999")])
    assert only["tool"]["driver"]["rules"][0]["id"] == "PM999"
    assert only["results"][0]["ruleIndex"] == 0


# --- places --------------------------------------------------------------------------------------


def region(found: Finding, text: str | None = None) -> dict[str, int]:
    documents = {found.path: as_lines(text, found.path)} if text is not None else None
    (result,) = results([found], documents=documents)
    place = result["locations"][0]["physicalLocation"]["region"]
    assert isinstance(place, dict)
    return place


def test_columns_count_code_points() -> None:
    """An emoji is one code point, and two units of UTF-16: the log says which are counted."""
    line = "title: 🔥🔥 late"
    place = region(finding(line=2, column=line.index("late") + 1), f"---\n{line}\n---\n")
    assert run([])["columnKind"] == "unicodeCodePoints"
    assert place == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 15}
    assert line[place["startColumn"] - 1 : place["endColumn"] - 1] == "late"


@pytest.mark.parametrize(("line", "column"), [(0, 0), (0, 1), (3, 99), (99, 1)])
def test_a_place_outside_the_file_is_still_a_place(line: int, column: int) -> None:
    place = region(finding(line=line, column=column), "---\ntitle: Late\n---\n")
    assert place["startLine"] == place["endLine"] >= 1
    assert place["endColumn"] > place["startColumn"] >= 1


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("postmortems/2026/a b.md", "postmortems/2026/a%20b.md"),
        ("postmortems/été.md", "postmortems/%C3%A9t%C3%A9.md"),
        ("a:b.md", "a%3Ab.md"),
        ("a#b?c%d.md", "a%23b%3Fc%25d.md"),
        ("[x](y).md", "%5Bx%5D%28y%29.md"),
        (b"\xff.md".decode("utf-8", "surrogateescape"), "%FF.md"),
        ("\ud800.md", "%EF%BF%BD.md"),
    ],
)
def test_a_path_is_a_relative_reference(path: str, uri: str) -> None:
    (result,) = results([finding(path=path)])
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri}
    assert not urlsplit(uri).scheme


# --- fingerprints --------------------------------------------------------------------------------


def test_a_fingerprint_survives_a_shift_of_lines() -> None:
    before, after = results([finding(line=3)]), results([finding(line=40, column=9)])
    assert fingerprint(before[0]) == fingerprint(after[0])
    assert re.fullmatch(r"[0-9a-f]{16}:1", fingerprint(before[0]))


@pytest.mark.parametrize(
    ("words", "later"),
    [
        ("`check` is overdue by 3 days", "`check` is overdue by 12 days"),
        ("`actions[0].owner` is missing", "`actions[1].owner` is missing"),
    ],
)
def test_a_fingerprint_survives_what_counts_up(words: str, later: str) -> None:
    (before,), (after,) = results([finding(message=words)]), results([finding(message=later)])
    assert fingerprint(before) == fingerprint(after)


def test_a_fingerprint_tells_rule_file_and_words_apart() -> None:
    found = [finding(), finding(rule="PM205"), finding(path="b.md"), finding(message="other")]
    assert len({fingerprint(result) for result in results(found)}) == 4


def test_findings_that_are_alike_are_numbered_in_their_order() -> None:
    numbers = [
        fingerprint(each).split(":")[1] for each in results([finding(line=n) for n in (9, 4, 7)])
    ]
    assert numbers == ["1", "2", "3"]
    lines = [
        each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in results([finding(line=n) for n in (9, 4, 7)])
    ]
    assert lines == [4, 7, 9]


def test_the_same_findings_give_the_same_bytes_in_any_order() -> None:
    found = [finding(line=n, rule=rule) for n in range(1, 9) for rule in ("PM201", "PM203")]
    texts = set()
    for seed in range(5):
        random.Random(seed).shuffle(found)  # noqa: S311 - an order, and no secret
        texts.add(reporters.as_sarif(found, Totals.of(found, 3), checks.RULES, TODAY))
    assert len(texts) == 1


# --- hostile words, and too many -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "never"),
    [
        ("[see here](https://example.com)", "]("),
        ("look at {0}", "{0}"),
        ("right \u202e to left", "\u202e"),
        ("a\nb", "\n"),
        ("\x1b[31m", "\x1b"),
    ],
)
def test_words_of_a_record_are_plain_text(words: str, never: str) -> None:
    (result,) = results([finding(message=words, fix=words)])
    assert never not in result["message"]["text"]


def test_a_fix_can_be_copied_as_it_is() -> None:
    (result,) = results([finding(fix="add `{role: …, signed_by: …}`")])
    assert result["message"]["text"].endswith("Fix: add `{role: …, signed_by: …}`")


@steady
@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 9), st.integers(0, 9))
def test_any_words_give_a_valid_log(path: str, words: str, line: int, column: int) -> None:
    (result,) = results([finding(path=path, message=words, fix=words, line=line, column=column)])
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9/._~%-]*", uri)


def test_no_more_results_than_github_takes_and_the_worst_stay() -> None:
    found = [finding(line=1, level=Level.WARNING)] * (MOST_RESULTS - 1)
    found += [finding(line=2), finding(line=3)]
    text = reporters.as_sarif(found, Totals.of(found, 3), checks.RULES, TODAY)
    (only,) = json.loads(text)["runs"]
    assert len(only["results"]) == MOST_RESULTS == 25_000
    assert sum(result["level"] == "error" for result in only["results"]) == 2
    (told,) = only["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == ("1 finding left out, the least grave: a file holds 25,000")


def test_a_rule_with_nothing_but_its_row_is_described() -> None:
    rule = Rule("PM201", "Every postmortem has an owner", "write one")
    text = reporters.as_sarif([finding()], Totals.of([finding()], 1), [rule], TODAY)
    (described,) = json.loads(text)["runs"][0]["tool"]["driver"]["rules"]
    assert described["fullDescription"]["text"] == (
        "Every postmortem has an owner. Error, in every status."
    )
