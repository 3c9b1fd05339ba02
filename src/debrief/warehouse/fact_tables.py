"""The tables of facts: what figures are counted from, as ``debrief.metrics`` works it out.

What takes the history of a record, its earlier outages or the catalog to know is worked out once,
in Python. SQL has only to count it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from debrief.metrics import (
    DEFINITIONS,
    DOMAIN,
    FEWEST_FOR_QUARTILES,
    SEVERITY,
    TEAM,
    Definition,
    OutageFacts,
)
from debrief.metrics.facts import ActionFacts, Measured, WrongData, teams_of
from debrief.warehouse.source import Source
from debrief.warehouse.table import Column, Kind, Part, Table, column, parts, reference
from debrief.warehouse.version import VERSION

NO_RESTORING, NO_SIGN_OFF = "time_to_restore_data", "sign_off_latency"
"""The figures that an outage may be without for good: nothing was to be restored, or signed."""


def _of_postmortem(read: str) -> Column[Any]:
    return reference(
        "postmortem_id",
        read,
        "postmortems",
        "postmortem_id",
        "The postmortem of the outage.",
        needed=True,
        resolves=True,
    )


OUTAGES: Table[OutageFacts] = Table(
    "outages",
    "One row for each outage that figures count: those of our own, not withdrawn and not imported.",
    lambda source: source.ledger.outages,
    (
        _of_postmortem("id"),
        column("began_on", Kind.DAY, "day", "The day in the postmortem's id.", needed=True),
        column("known_on", Kind.DAY, "known_on", "The day it was detected.", needed=True),
        column("severity", Kind.TEXT, "severity", field="postmortem.severity"),
        column("found_by", Kind.TEXT, "found_by", field="postmortem.incident.detected_by"),
        column(
            "published_on",
            Kind.DAY,
            "published_on",
            "The first day on which its postmortem was published, as far as anything tells.",
        ),
        column(
            "recurs_from",
            Kind.DAY,
            "recurs_from",
            "The day from which it is known to repeat an earlier outage; empty where it does not.",
        ),
        column(
            "prevention_open",
            Kind.FLAG,
            "prevention_open",
            "Of a recurrence: whether a preventive action of the earlier outage was open on its"
            " day.",
        ),
        column(
            "unprevented_from",
            Kind.DAY,
            "unprevented_from",
            "The day from which it is known to repeat one of which a preventive action was still"
            " open.",
        ),
        column(
            "needs_no_restoring",
            Kind.FLAG,
            lambda outage: NO_RESTORING in outage.without,
            "true: no data had to be restored, or all of it was declared lost.",
            needed=True,
        ),
        column(
            "needs_no_sign_off",
            Kind.FLAG,
            lambda outage: NO_SIGN_OFF in outage.without,
            "true: the policy asks nobody to sign at its severity.",
            needed=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Timed:
    """One time of an outage, by the id of its figure."""

    outage: OutageFacts
    metric: str
    measured: Measured


def _times(source: Source) -> Iterator[Timed]:
    for outage in source.ledger.outages:
        for one in DEFINITIONS:
            if one.id in outage.measured:
                yield Timed(outage, one.id, outage.measured[one.id])


_METRIC = reference(
    "metric", "metric", "figure_definitions", "metric", "The figure.", needed=True, resolves=True
)

OUTAGE_TIMES: Table[Timed] = Table(
    "outage_times",
    "One row for each time that was measured of an outage.",
    _times,
    (
        column(
            "outage_time_key",
            Kind.TEXT,
            lambda timed: f"{timed.outage.id}/{timed.metric}",
            "The postmortem and the figure.",
            needed=True,
        ),
        _of_postmortem("outage.id"),
        _METRIC,
        column(
            "value",
            Kind.NUMBER,
            "measured.value",
            "The time, in the unit of the figure.",
            needed=True,
        ),
        column(
            "ended_on",
            Kind.DAY,
            "measured.on",
            "The day on which it ended, and from which it is known.",
            needed=True,
        ),
        column(
            "is_approximate",
            Kind.FLAG,
            "measured.approximate",
            "true: the times behind it are approximate.",
            needed=True,
        ),
    ),
)


def _wrong(source: Source) -> Iterator[Part[WrongData]]:
    for outage in source.ledger.outages:
        yield from parts(outage.wrong, lambda one: f"{one.asset}/{one.first or '-'}", outage.record)


WRONG_DATA: Table[Part[WrongData]] = Table(
    "wrong_data",
    "One row for each range of dates of an asset's data that an outage made wrong, repaired since"
    " or not.",
    _wrong,
    (
        column(
            "wrong_data_key",
            Kind.TEXT,
            "key",
            "The postmortem, the asset and the first date.",
            needed=True,
        ),
        _of_postmortem("record.id"),
        reference("asset_id", "item.asset", "assets", "asset_id", "The asset.", needed=True),
        column("first_day", Kind.DAY, "item.first", "The first wrong date; empty if not known."),
        column("last_day", Kind.DAY, "item.last", "The last one; empty while no end is in sight."),
    ),
)

# --- groups --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """Something that belongs to a part of the whole, such as the domain ``pricing``."""

    of: str
    dimension: str
    part: str


def _belongs(of: str, one: OutageFacts | ActionFacts) -> Iterator[Member]:
    severities = (one.severity,) if one.severity else ()
    for dimension, names in ((SEVERITY, severities), (DOMAIN, one.domains), (TEAM, one.teams)):
        for name in names:
            yield Member(of, dimension, name)


def _outage_groups(source: Source) -> Iterator[Member]:
    for outage in source.ledger.outages:
        yield from _belongs(outage.id, outage)


def _action_groups(source: Source) -> Iterator[Member]:
    for one in source.ledger.actions:
        yield from _belongs(f"{one.record.id}/{one.action.id}", one)


def _asset_groups(source: Source) -> Iterator[Member]:
    for asset in source.ledger.assets:
        if asset.domain:
            yield Member(asset.id, DOMAIN, asset.domain)
        for team in teams_of(source.archive.catalog, asset.owner):
            yield Member(asset.id, TEAM, team)


def _group_columns(key: str, of: Column[Any]) -> tuple[Column[Any], ...]:
    return (
        column(
            key,
            Kind.TEXT,
            lambda member: f"{member.of}/{member.dimension}/{member.part}",
            "All three of the other columns.",
            needed=True,
        ),
        of,
        column("dimension", Kind.TEXT, "dimension", "severity, domain or team.", needed=True),
        column("part", Kind.TEXT, "part", "A severity, a domain or a team's id.", needed=True),
    )


OUTAGE_GROUPS = Table(
    "outage_groups",
    "One row for each severity, domain and team that an outage belongs to. A domain by its assets,"
    " a team by its owner.",
    _outage_groups,
    _group_columns("outage_group_key", _of_postmortem("of")),
)

ACTION_GROUPS = Table(
    "action_groups",
    "One row for each severity, domain and team that an action belongs to. A severity and a domain"
    " by its postmortem, a team by its own owner.",
    _action_groups,
    _group_columns(
        "action_group_key",
        reference(
            "action_key", "of", "actions", "action_key", "The action.", needed=True, resolves=True
        ),
    ),
)

ASSET_GROUPS = Table(
    "asset_groups",
    "One row for each domain and team that an asset belongs to; of assets that are not gone.",
    _asset_groups,
    _group_columns(
        "asset_group_key",
        reference("asset_id", "of", "assets", "asset_id", "The asset.", needed=True, resolves=True),
    ),
)

# --- what figures mean, and what the export is ----------------------------------------------------

FIGURE_DEFINITIONS: Table[tuple[int, Definition]] = Table(
    "figure_definitions",
    "One row for each figure: what it means, and of how many cases it is told.",
    lambda _: enumerate(DEFINITIONS, start=1),
    (
        column("metric", Kind.TEXT, lambda each: each[1].id, "Its id.", needed=True),
        column(
            "position",
            Kind.WHOLE,
            lambda each: each[0],
            "Its place in the order in which pages show them.",
            needed=True,
        ),
        column("name", Kind.TEXT, lambda each: each[1].name, "Its name.", needed=True),
        column(
            "shape",
            Kind.TEXT,
            lambda each: each[1].shape,
            "times, share, count, standing or coverage: what is made of its cases.",
            needed=True,
        ),
        column(
            "unit",
            Kind.TEXT,
            lambda each: each[1].unit,
            "seconds, days, percent or number.",
            needed=True,
        ),
        column("says", Kind.TEXT, lambda each: each[1].says, "What it is.", needed=True),
        column(
            "belongs", Kind.TEXT, lambda each: each[1].belongs, "What a period counts.", needed=True
        ),
        column("lacks", Kind.TEXT, lambda each: each[1].lacks or None, "What it tells as missing."),
        column("better", Kind.TEXT, lambda each: each[1].better, "lower or higher, where one is."),
        column(
            "fewest",
            Kind.WHOLE,
            lambda each: each[1].fewest,
            "Of fewer cases it has no value.",
            needed=True,
        ),
        column(
            "fewest_for_quartiles",
            Kind.WHOLE,
            lambda _: FEWEST_FOR_QUARTILES,
            "Of fewer cases a median has no quartiles.",
            needed=True,
        ),
    ),
)


def _meta(source: Source) -> Iterator[Source]:
    yield source


EXPORT_META: Table[Source] = Table(
    "export_meta",
    "One row: what this export is.",
    _meta,
    (
        column(
            "as_of",
            Kind.DAY,
            "today",
            "The day as of which everything is said.",
            needed=True,
        ),
        column(
            "export_version",
            Kind.TEXT,
            lambda _: VERSION,
            "The version of the tables.",
            needed=True,
        ),
        column("commit_id", Kind.TEXT, "version.commit", "The commit; empty without git."),
        column(
            "is_committed",
            Kind.FLAG,
            "version.committed",
            "true: records, catalog and schemas were as that commit has them.",
            needed=True,
        ),
        column(
            "rests_on",
            Kind.TEXT,
            "version.rests_on",
            "What tells how promises moved: `git`, `git, cut off` (a shallow clone) or `record`.",
            needed=True,
        ),
    ),
)
