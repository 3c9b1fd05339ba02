"""Bodies as tools send them, each with exactly what is read of it.

A body lies in ``bodies/`` as ``<source>-<case>.json``; beside it, ``<source>-<case>.told`` holds
the notice, or the words with which the body is refused. After a change,
``DEBRIEF_WRITE_CASES=1 ./debrief test tests/events/test_bodies.py`` writes those: read them as
somebody would who completes the draft.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from told import told

from debrief import events

BODIES = Path(__file__).parent / "bodies"
CASES = sorted(path.stem for path in BODIES.glob("*.json"))


@pytest.mark.parametrize("case", CASES)
def test_a_body_as_a_tool_sends_it_tells_exactly_this(case: str) -> None:
    expected = BODIES / f"{case}.told"
    found = told((BODIES / f"{case}.json").read_bytes())
    if os.environ.get("DEBRIEF_WRITE_CASES"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def test_every_source_has_bodies_of_its_own_and_nothing_is_told_of_none() -> None:
    assert {case.split("-")[0] for case in CASES} == {
        source.NAME.split("-")[0] for source in events.SOURCES
    }
    assert sorted(path.stem for path in BODIES.glob("*.told")) == CASES
