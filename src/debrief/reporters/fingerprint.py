"""What makes a finding the same one in the next run, where its line is another."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from debrief.finding import Finding


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """A fingerprint for each finding, such as ``0f1e2d3c4b5a6978:1``, none of them twice.

    It is made from the rule, the file and the words, and from no line. Figures in the words do not
    count: `3 days overdue` is the same finding tomorrow, and `actions[2]` when an action is put
    before it. Findings that are then alike are numbered in their order.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        words = re.sub("[0-9]+", "0", finding.message)
        content = f"{finding.rule}\0{finding.path}\0{words}"
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"
