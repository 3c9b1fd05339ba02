"""Findings as JSON of our own, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from debrief.finding import Finding
from debrief.reporters.plain import encodable, printable
from debrief.reporters.totals import Totals


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
                "path": printable(finding.path),
                "line": finding.position.line,
                "column": finding.position.column,
                "rule": finding.rule,
                "level": finding.level.word,
                "message": encodable(finding.message),
                "fix": encodable(finding.fix),
            }
            for finding in findings
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)
