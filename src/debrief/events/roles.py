"""What incident tools call the roles of people → what a record calls them."""

from __future__ import annotations

import re

_WORDS = (
    ("incident_commander", r"commander|incident (?:lead|manager|owner)|lead"),
    (
        "communications",
        r"comm(?:s|unications?)(?: (?:lead|manager|liaison))?|.*\bcommunications?\b.*",
    ),
    ("scribe", r"scribe|note ?taker"),
    ("facilitator", r"facilitator"),
    ("sponsor", r"(?:executive )?sponsor|executive"),
    ("reporter", r"report(?:er|ed by)"),
    ("on-call", r"(?:primary |secondary )?on[- ]?call(?: engineer)?"),
    ("engineers", r"(?:.* )?(?:engineer|responder|operations lead|ops lead|investigator|fixer)"),
    ("stewards", r"(?:data )?steward"),
)
_CAPACITIES = tuple((capacity, re.compile(words)) for capacity, words in _WORDS)


def capacity_of(role: str | None) -> str | None:
    """The capacity of somebody with such a role; None where a record knows no such role."""
    words = (role or "")[:100].lower().replace("_", " ").removeprefix("incident ").strip()
    for capacity, pattern in _CAPACITIES:
        if pattern.fullmatch(words):
            return capacity
    return None
