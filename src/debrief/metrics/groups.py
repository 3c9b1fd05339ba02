"""A ledger taken apart: by severity, by domain of the data, by team. Each part is a ledger too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from debrief.catalog import Asset, Catalog
from debrief.metrics.facts import ActionFacts, Ledger, OutageFacts, teams_of
from debrief.quarters import Quarter

SEVERITY, DOMAIN, TEAM = "severity", "domain", "team"
DIMENSIONS = (SEVERITY, DOMAIN, TEAM)
"""By what a ledger can be taken apart."""

NONE = ""
"""The part of everything that has no severity, touches no domain or belongs to no team."""

_Facts = OutageFacts | ActionFacts


def parts(ledger: Ledger, catalog: Catalog, dimension: str) -> dict[str, Ledger]:
    """Each part by its name, in the order of names, what has none last; empty ones are left out.

    What touches two domains is in the ledger of each, and of its wrong data what is theirs.
    Raises KeyError for another dimension.
    """
    keys, asset_keys = _KEYS[dimension]
    everything: Iterable[_Facts] = (*ledger.outages, *ledger.actions)
    names = {name for one in everything for name in keys(one) or (NONE,)}
    names |= {name for asset in ledger.assets for name in asset_keys(asset, catalog)}
    found = {}
    for name in sorted(names, key=lambda name: (name == NONE, name)):
        part = ledger.only(
            lambda one, name=name: name in (keys(one) or (NONE,)),  # type: ignore[misc] # a default argument binds the name
            lambda asset, name=name: name in asset_keys(asset, catalog),  # type: ignore[misc]
        )
        found[name] = _within(part, catalog, name) if dimension == DOMAIN else part
    return found


def _within(ledger: Ledger, catalog: Catalog, domain: str) -> Ledger:
    """The ledger of a domain, with the wrong data of its own assets alone."""

    def lies_in(asset: str) -> bool:
        known = catalog.assets.get(asset)
        return ((known.domain if known else None) or NONE) == domain

    outages = tuple(
        replace(outage, wrong=tuple(one for one in outage.wrong if lies_in(one.asset)))
        for outage in ledger.outages
    )
    return replace(ledger, outages=outages)


def _severity(one: _Facts) -> tuple[str, ...]:
    return (one.severity,) if one.severity else ()


def _domains(one: _Facts) -> tuple[str, ...]:
    return one.domains


def _teams(one: _Facts) -> tuple[str, ...]:
    return one.teams


_KEYS: dict[
    str,
    tuple[Callable[[_Facts], tuple[str, ...]], Callable[[Asset, Catalog], tuple[str, ...]]],
] = {
    SEVERITY: (_severity, lambda _asset, _catalog: ()),
    DOMAIN: (_domains, lambda asset, _: (asset.domain or NONE,)),
    TEAM: (_teams, lambda asset, catalog: teams_of(catalog, asset.owner) or (NONE,)),
}


def since(ledger: Ledger, first: date) -> Ledger:
    """As much of a ledger as can count in periods that begin on a day or later.

    Every figure of such a period is the same; where an archive is old, it is counted much faster.
    """
    return replace(
        ledger,
        outages=tuple(outage for outage in ledger.outages if _last_day(outage) >= first),
        actions=tuple(action for action in ledger.actions if _last_day_of(action) >= first),
    )


def _last_day(outage: OutageFacts) -> date:
    """The last day on which anything is known to have happened to an outage or to its data."""
    days = [outage.day, outage.known_on, *(found.on for found in outage.measured.values())]
    days += [outage.published_on] if outage.published_on is not None else []
    days += [wrong.last or date.max for wrong in outage.wrong if wrong.first is not None]
    return max(days)


def _last_day_of(one: ActionFacts) -> date:
    """The same of an action, with the dates for which it was promised; none while it is open."""
    if one.action.is_open:
        return date.max
    days = [one.promised_on, one.action.due, one.ended_on, one.first_due]
    days += [step.on for step in one.due_moves]
    return max(day for day in days if day is not None)


def checkpoints(today: date, count: int) -> tuple[date, ...]:
    """The last days of past quarters, and today as the last one: ``count`` days in all."""
    days = [today]
    quarter = Quarter.of(today)
    while len(days) < count:
        quarter = quarter.previous
        days.append(quarter.last)
    return tuple(reversed(days))
