"""Findings → what a terminal, a pull request or another program shows of them. Prints nothing."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rich.text import Text

from debrief.document import Document
from debrief.finding import Finding, Level

_COLOUR = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.ADVICE: "cyan"}
_FRAME_WIDTH = 100

# What stands for bytes of a file's name that are not UTF-8; it could not be written out.
_UNENCODABLE = re.compile("[\ud800-\udfff]")

# And what would move the cursor or turn the direction of the text.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run came to."""

    files: int
    errors: int
    warnings: int
    advice: int

    @classmethod
    def of(cls, findings: Iterable[Finding], files: int) -> Totals:
        """Count findings by level."""
        levels = Counter(finding.level for finding in findings)
        return cls(files, levels[Level.ERROR], levels[Level.WARNING], levels[Level.ADVICE])

    def __str__(self) -> str:
        parts = [
            _count(self.files, "file"),
            _count(self.errors, "error"),
            _count(self.warnings, "warning"),
        ]
        if self.advice:
            parts.append(f"{self.advice} advice")
        return ", ".join(parts)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


# --- terminal ------------------------------------------------------------------------------------


def text(findings: Iterable[Finding], documents: Mapping[str, Document]) -> Iterator[Text]:
    """Findings by file, each with the line at fault, a caret and the fix."""
    for path, group in groupby(findings, key=lambda finding: finding.path):
        yield Text(_printable(path), "bold")
        lines = documents[path].text.split("\n") if path in documents else []
        for finding in group:
            yield _headline(finding)
            yield from _frame(finding, lines)
            yield Text.assemble("      ", ("fix: ", "green"), _printable(finding.fix))
        yield Text()


def _headline(finding: Finding) -> Text:
    place = f"{finding.position.line}:{finding.position.column}"
    return Text.assemble(
        f"  {place:>7}  ",
        (finding.level.word, _COLOUR[finding.level]),
        "  ",
        (finding.rule, "bold"),
        "  ",
        _printable(finding.message),
    )


def _frame(finding: Finding, lines: Sequence[str]) -> Iterator[Text]:
    line, column = finding.position.line, finding.position.column
    if not 1 <= line <= len(lines):
        return
    # A long line is shown around the caret.
    start = max(0, column - _FRAME_WIDTH + 20) if column > _FRAME_WIDTH - 20 else 0
    shown = _printable(lines[line - 1][start : start + _FRAME_WIDTH]).replace("\t", " ")
    yield Text.assemble((f"  {line:>7} │ ", "dim"), shown)
    yield Text.assemble(("          │ ", "dim"), (" " * (column - 1 - start) + "^", "red"))


def _printable(words: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", words).replace("\n", " ")


# --- GitHub --------------------------------------------------------------------------------------

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
    escaped = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return _UNENCODABLE.sub("\N{REPLACEMENT CHARACTER}", escaped)


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def job_summary(findings: Sequence[Finding], totals: Totals) -> str:
    """The whole table for the job's page. HTML inside Markdown: text in it is text."""
    verdict = "Not ready to merge" if totals.errors else "Ready to merge"
    lines = [f"## Postmortems: {verdict}", "", f"{totals}.", ""]
    if findings:
        lines += ["<table>", _row("th", "Where", "Level", "Rule", "What", "How to put it right")]
        lines += (
            _row(
                "td",
                f"{finding.path}:{finding.position.line}",
                finding.level.word,
                finding.rule,
                finding.message,
                finding.fix,
            )
            for finding in sorted(findings, key=lambda finding: (-finding.level, finding.order))
        )
        lines += ["</table>", ""]
    return "\n".join(lines)


def _row(tag: str, *cells: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_cell(cell)}</{tag}>" for cell in cells) + "</tr>"


def _cell(words: str) -> str:
    escaped = html.escape(_printable(words))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)


# --- other programs ------------------------------------------------------------------------------


def as_json(findings: Iterable[Finding], totals: Totals, today: date) -> str:
    """Findings and totals as one JSON document, for other programs."""
    content = {
        "version": 1,
        "today": today.isoformat(),
        "totals": {
            "files": totals.files,
            "errors": totals.errors,
            "warnings": totals.warnings,
            "advice": totals.advice,
        },
        "findings": [
            {
                "path": _printable(finding.path),
                "line": finding.position.line,
                "column": finding.position.column,
                "rule": finding.rule,
                "level": finding.level.word,
                "message": finding.message,
                "fix": finding.fix,
            }
            for finding in findings
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)
