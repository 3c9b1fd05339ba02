"""Findings as SARIF 2.1.0, which code scanning at GitHub and many editors read.

The standard is at docs.oasis-open.org/sarif/sarif/v2.1.0; what GitHub makes of it, and its limits,
at docs.github.com under "SARIF support for code scanning".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib import metadata
from typing import Any
from urllib.parse import quote

from debrief.checks.rule import Rule
from debrief.document import Document
from debrief.finding import Finding, Level
from debrief.reporters.fingerprint import fingerprints
from debrief.reporters.plain import printable, sentence, shortened
from debrief.reporters.totals import Totals, count

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

MOST_RESULTS = 25_000
"""GitHub refuses a whole file with more results than this; it shows the worst 5,000."""

_LONGEST_DESCRIPTION = 1024
_LEVEL = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note"}
_WORD_JOINER = "\N{WORD JOINER}"


def as_sarif(  # noqa: PLR0913 - the last two only add to what is shown
    findings: Iterable[Finding],
    totals: Totals,
    rules: Iterable[Rule],
    today: date,
    *,
    documents: Mapping[str, Document] | None = None,
    rules_page: str = "",
) -> str:
    """Findings as a SARIF log with one run.

    ``documents`` give the end of each line at fault; without them a finding covers one character.
    ``rules_page`` is the address of the site's page of rules, to which the rules then lead.
    """
    told = sorted(findings, key=lambda finding: (-finding.level, finding.order))
    results = sorted(told[:MOST_RESULTS], key=lambda finding: finding.order)
    used = _used(results, rules)
    index = {rule.id: number for number, rule in enumerate(used)}
    run = {
        "tool": {"driver": _driver(used, rules_page)},
        "automationDetails": {"id": "debrief/"},
        "columnKind": "unicodeCodePoints",  # as Python counts, and the reader with it
        "invocations": [_invocation(len(told) - len(results))],
        "results": [
            _result(finding, index[finding.rule], fingerprint, documents or {})
            for finding, fingerprint in zip(results, fingerprints(results), strict=True)
        ],
        "properties": {
            "today": today.isoformat(),
            "files": totals.files,
            "errors": totals.errors,
            "warnings": totals.warnings,
            "advice": totals.advice,
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _used(findings: Sequence[Finding], rules: Iterable[Rule]) -> list[Rule]:
    """The rules that found something, by id; one that is not among the rules has only its id."""
    known = {rule.id: rule for rule in rules}
    names = sorted({finding.rule for finding in findings})
    return [known.get(name) or Rule(name, name, "see the message") for name in names]


def _driver(rules: Sequence[Rule], rules_page: str) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "Debrief"}
    if version := _version():
        driver["semanticVersion"] = version
    driver["rules"] = [_descriptor(rule, rules_page) for rule in rules]
    return driver


def _version() -> str:
    """The version that is installed; empty where it runs from its own source folder."""
    try:
        return metadata.version("debrief")
    except metadata.PackageNotFoundError:
        return ""


def _descriptor(rule: Rule, rules_page: str) -> dict[str, Any]:
    why = " ".join(rule.explanation.split())
    scope = f"{rule.level.word.capitalize()}, {rule.scope}."
    full = f"{sentence(why or rule.summary)} {scope}"
    descriptor: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": _text(shortened(rule.summary, _LONGEST_DESCRIPTION))},
        "fullDescription": {"text": _text(shortened(full, _LONGEST_DESCRIPTION))},
        "help": {
            "text": _text(f"{sentence(rule.summary)} {full} Fix: {rule.fix}"),
            # Our own words, and no record's: Markdown in them is meant.
            "markdown": f"**{rule.summary}**\n\n{full}\n\n*Fix:* {rule.fix}\n",
        },
        "defaultConfiguration": {"level": _LEVEL[rule.level]},
        "properties": {"tags": ["postmortem"], "precision": "very-high"},
    }
    if rules_page:
        descriptor["helpUri"] = f"{rules_page}#{rule.id.lower()}"
    return descriptor


def _invocation(left_out: int) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if left_out:
        most = f"a file holds {MOST_RESULTS:,}"
        words = f"{count(left_out, 'finding')} left out, the least grave: {most}"
        notification = {"level": "warning", "message": {"text": words}}
        invocation["toolExecutionNotifications"] = [notification]
    return invocation


def _result(
    finding: Finding, rule_index: int, fingerprint: str, documents: Mapping[str, Document]
) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVEL[finding.level],
        "message": {"text": _text(f"{sentence(finding.message)} Fix: {finding.fix}")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.path)},
                    "region": _region(finding, documents.get(finding.path)),
                }
            }
        ],
        # The only one that GitHub looks at. Its uploader would otherwise hash the line, and two
        # keys that are missing in one place would be one alert.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }


def _region(finding: Finding, document: Document | None) -> dict[str, int]:
    """From the place to the end of its line. GitHub asks for all four, and counts from 1."""
    line, column = max(finding.position.line, 1), max(finding.position.column, 1)
    lines = document.text.split("\n") if document else []
    end = len(lines[line - 1]) + 1 if line <= len(lines) else 0
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": line,
        "endColumn": max(end, column + 1),
    }


def _uri(path: str) -> str:
    """A path as a relative reference; bytes that are no UTF-8 are those of the file's name."""
    known = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\N{REPLACEMENT CHARACTER}", path)
    return quote(known.encode("utf-8", "surrogateescape"), safe="/-._~")


def _text(words: str) -> str:
    """Words as a plain-text message.

    ``[x](y)`` would be a link in it (3.11.6) and ``{0}`` a placeholder (3.11.5). The braces of a
    fix are not doubled, as the standard has it: no viewer that we know undoes that, and an author
    would copy them so.
    """
    words = printable(words).replace("](", f"]{_WORD_JOINER}(")
    return re.sub(r"\{(?=[0-9])", "{" + _WORD_JOINER, words)
