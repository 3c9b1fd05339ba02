"""Who looks at what an outage broke, and whom of them the record does not mention."""

from __future__ import annotations

from debrief.catalog import Asset, Catalog
from debrief.record import Postmortem


def exposures(record: Postmortem, catalog: Catalog) -> tuple[Asset, ...]:
    """What people look at downstream of the failed assets, each once, for each of them by distance.

    What failed itself is told in the record and is not among them; what was gone by then neither.
    """
    failed = dict.fromkeys(affected.asset for affected in record.assets)
    found = {exposed.id: exposed for name in failed for exposed in catalog.exposures(name)}
    return tuple(
        exposed
        for exposed in found.values()
        if exposed.id not in failed and not (exposed.gone_on and exposed.gone_on <= record.day)
    )


def mentioned(record: Postmortem, catalog: Catalog) -> frozenset[str]:
    """Every owner that a record mentions: by name, by a team of theirs, or by a member of it."""
    named = {*record.stakeholders, *(name for name, _ in record.people)}
    named |= {team.id for team in catalog.owners.values() if not named.isdisjoint(team.members)}
    members = (catalog.owners[name].members for name in named if name in catalog.owners)
    return frozenset(named).union(*members)


def forgotten(record: Postmortem, catalog: Catalog) -> tuple[Asset, ...]:
    """The exposures that a record mentions neither themselves nor by their owner.

    One that nobody owns is always among them: there is no one whom the record could mention.
    """
    told = mentioned(record, catalog)
    return tuple(found for found in exposures(record, catalog) if found.owner not in told)
