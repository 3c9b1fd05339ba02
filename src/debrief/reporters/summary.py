"""Findings for the page of the job at GitHub."""

from __future__ import annotations

from collections.abc import Sequence

from debrief.finding import Finding
from debrief.reporters.markup import inert, row
from debrief.reporters.totals import Totals, count

MOST_BYTES = 900_000
"""GitHub takes a summary of 1 MiB for a step, and drops a longer one as a whole."""


def job_summary(findings: Sequence[Finding], totals: Totals) -> str:
    """The whole table for the job's page, the worst first, as far as the page takes it."""
    lines = ["## Every finding", "", f"{totals}.", ""]
    if findings:
        rows = _rows(sorted(findings, key=lambda finding: (-finding.level, finding.order)))
        head = row("th", ("Where", "Level", "Rule", "What", "How to put it right"))
        lines += ["<table>", head, *rows, "</table>", ""]
        if left_out := len(findings) - len(rows):
            more = count(left_out, "more finding")
            lines += [f"{more}: `./debrief check` tells all of them.", ""]
    return "\n".join(lines)


def _rows(findings: Sequence[Finding]) -> list[str]:
    rows: list[str] = []
    room = MOST_BYTES
    for finding in findings:
        rows.append(
            row(
                "td",
                (
                    inert(f"{finding.path}:{finding.position.line}"),
                    finding.level.word,
                    inert(finding.rule),
                    inert(finding.message),
                    inert(finding.fix),
                ),
            )
        )
        room -= len(rows[-1].encode()) + 1
        if room < 0:
            return rows[:-1]
    return rows
