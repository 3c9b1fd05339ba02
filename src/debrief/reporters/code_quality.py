"""Findings as GitLab's code-quality report, which a merge request shows beside the lines.

The format is described at docs.gitlab.com/ci/testing/code_quality, "Code Quality report format".
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from debrief.finding import Finding, Level
from debrief.reporters.fingerprint import fingerprints
from debrief.reporters.plain import printable, sentence

_SEVERITY = {Level.ERROR: "blocker", Level.WARNING: "minor", Level.ADVICE: "info"}
"""Only what blocks a merge is called a blocker."""


def as_gitlab(findings: Iterable[Finding]) -> str:
    """Findings as the JSON array that GitLab reads from ``artifacts:reports:codequality``."""
    told = list(findings)
    content = [
        {
            "description": printable(f"{sentence(finding.message)} Fix: {finding.fix}"),
            "check_name": finding.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITY[finding.level],
            "location": {
                "path": printable(finding.path),
                "lines": {"begin": max(finding.position.line, 1)},
            },
        }
        for finding, fingerprint in zip(told, fingerprints(told), strict=True)
    ]
    return json.dumps(content, indent=2, ensure_ascii=False)
