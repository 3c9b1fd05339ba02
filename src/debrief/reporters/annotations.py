"""Findings as annotations on a pull request at GitHub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from debrief.finding import Finding, Level
from debrief.reporters.plain import encodable

ANNOTATIONS_SHOWN = 10
"""GitHub shows so many annotations of each kind for one step."""

_COMMAND = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}


def github(findings: Iterable[Finding]) -> Iterator[str]:
    """Workflow commands that become annotations: the first ten of each level.

    Escaped as GitHub's own toolkit does (actions/toolkit, packages/core/src/command.ts), so that
    no text of a record can end a command or begin one.
    """
    written: Counter[Level] = Counter()
    for finding in findings:
        written[finding.level] += 1
        if written[finding.level] > ANNOTATIONS_SHOWN:
            continue
        properties = {
            "file": finding.path,
            "line": str(finding.position.line),
            "col": str(finding.position.column),
            "title": finding.rule,
        }
        spelled = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        message = _data(f"{finding.message}\nFix: {finding.fix}")
        yield f"::{_COMMAND[finding.level]} {spelled}::{message}"


def _data(words: str) -> str:
    return encodable(words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
