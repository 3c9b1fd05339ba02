"""Findings for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from debrief.document import Document
from debrief.finding import Finding, Level
from debrief.reporters.plain import printable

_COLOUR = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.ADVICE: "cyan"}
_FRAME_WIDTH = 100


def text(findings: Iterable[Finding], documents: Mapping[str, Document]) -> Iterator[Text]:
    """Findings by file, each with the line at fault, a caret and the fix."""
    for path, group in groupby(findings, key=lambda finding: finding.path):
        yield Text(printable(path), "bold")
        lines = documents[path].text.split("\n") if path in documents else []
        for finding in group:
            yield _headline(finding)
            yield from _frame(finding, lines)
            yield Text.assemble("      ", ("fix: ", "green"), printable(finding.fix))
        yield Text()


def _headline(finding: Finding) -> Text:
    place = f"{finding.position.line}:{finding.position.column}"
    return Text.assemble(
        f"  {place:>7}  ",
        (finding.level.word, _COLOUR[finding.level]),
        "  ",
        *(((finding.rule, "bold"), "  ") if finding.rule else ()),
        printable(finding.message),
    )


def _frame(finding: Finding, lines: Sequence[str]) -> Iterator[Text]:
    line, column = finding.position.line, finding.position.column
    if not 1 <= line <= len(lines):
        return
    # A long line is shown around the caret.
    start = max(0, column - _FRAME_WIDTH + 20) if column > _FRAME_WIDTH - 20 else 0
    shown = printable(lines[line - 1][start : start + _FRAME_WIDTH]).replace("\t", " ")
    yield Text.assemble((f"  {line:>7} │ ", "dim"), shown)
    yield Text.assemble(("          │ ", "dim"), (" " * (column - 1 - start) + "^", "red"))
