"""The words that the schema of a record allows, for what an event may say in them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from debrief.schema import OWN_FOLDER


@cache
def _schema() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (OWN_FOLDER / "postmortem.schema.json").read_text(encoding="utf-8")
    )
    return content


def detectors() -> tuple[str, ...]:
    """Who may have noticed an outage first."""
    return tuple(_schema()["properties"]["incident"]["properties"]["detected_by"]["enum"])


def timeline_kinds() -> tuple[str, ...]:
    """What kinds of events a timeline has."""
    return tuple(_schema()["properties"]["timeline"]["items"]["properties"]["kind"]["enum"])


def evidence_kinds() -> tuple[str, ...]:
    """What kinds of evidence there are."""
    return tuple(_schema()["properties"]["evidence"]["items"]["properties"]["kind"]["enum"])


def roles() -> tuple[str, ...]:
    """Which roles a record has."""
    return tuple(_schema()["properties"]["roles"]["properties"])
