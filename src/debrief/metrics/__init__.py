"""Figures about an archive as of a day: so that any past day gives today what it gave then.

``Ledger.of(archive, trails)`` works out the facts once; ``figure(ledger, "time_to_detect", period,
as_of)`` counts them; ``parts(ledger, catalog, "domain")`` takes a ledger apart. What each figure
means stands in ``definitions.py`` and nowhere else.
"""

from debrief.metrics.definitions import (
    COUNT,
    COVERAGE,
    DEFINITIONS,
    EDGE_CASES,
    FEWEST,
    FEWEST_FOR_QUARTILES,
    FEWEST_FOR_SHARE,
    METRICS,
    SHARE,
    STANDING,
    TIMES,
    Definition,
    Source,
)
from debrief.metrics.facts import ActionFacts, Ledger, OutageFacts, Promise, is_ours
from debrief.metrics.figures import YEAR, Figure, Period, figure, figures
from debrief.metrics.groups import (
    DIMENSIONS,
    DOMAIN,
    NONE,
    SEVERITY,
    TEAM,
    checkpoints,
    parts,
    since,
)

__all__ = [
    "COUNT",
    "COVERAGE",
    "DEFINITIONS",
    "DIMENSIONS",
    "DOMAIN",
    "EDGE_CASES",
    "FEWEST",
    "FEWEST_FOR_QUARTILES",
    "FEWEST_FOR_SHARE",
    "METRICS",
    "NONE",
    "SEVERITY",
    "SHARE",
    "STANDING",
    "TEAM",
    "TIMES",
    "YEAR",
    "ActionFacts",
    "Definition",
    "Figure",
    "Ledger",
    "OutageFacts",
    "Period",
    "Promise",
    "Source",
    "checkpoints",
    "figure",
    "figures",
    "is_ours",
    "parts",
    "since",
]
