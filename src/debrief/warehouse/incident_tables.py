"""The tables of what happened: the postmortem itself, and the lists of what was found out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from debrief.record import Postmortem
from debrief.warehouse.source import Source
from debrief.warehouse.table import (
    Column,
    Kind,
    Part,
    Table,
    column,
    digest,
    instant,
    of_each,
    owner,
    part_columns,
    parts,
    reference,
)

Told = tuple[Source, Postmortem]
"""A record with the source that it comes from."""


def _records(source: Source) -> Iterator[Told]:
    return ((source, record) for record in source.records)


def _record(name: str, kind: Kind, way: str, *, needed: bool = False) -> Column[Any]:
    """A column of the postmortem that the schema describes; ``way`` leads there in both."""
    return column(name, kind, partial(_follow, way), field=f"postmortem.{way}", needed=needed)


def _follow(way: str, told: Told) -> Any:
    value: Any = told[1]
    for step in way.split("."):
        value = None if value is None else getattr(value, step)
    return value


def _instants(*names: str) -> Iterator[Column[Any]]:
    for name in names:
        for each in instant(name, f"incident.{name}", field=f"postmortem.incident.{name}"):
            yield Column(each.name, each.kind, partial(_of_record, each), each.about, each.field)


def _of_record(each: Column[Any], told: Told) -> Any:
    return each.read(told[1])


def _shown(take: Any, told: Told) -> Any:
    """A value that a restricted record does not show."""
    return None if told[1].restricted else take(told[1])


def _lasting(name: str, about: str, attribute: str = "") -> Column[Any]:
    def seconds(told: Told) -> int | None:
        lasted = getattr(told[1], attribute or name)
        return None if lasted is None else int(lasted.total_seconds())

    words = f"{about} In seconds; in whole days where one of the two is known by its day alone."
    return column(name, Kind.WHOLE, seconds, words)


POSTMORTEMS: Table[Told] = Table(
    "postmortems",
    "One row for each postmortem. Of a restricted one: title, status, owner, and its actions.",
    _records,
    (
        column(
            "postmortem_id",
            Kind.TEXT,
            lambda told: told[1].id,
            "The name of its file without `.md`: a date and a few words. It never changes.",
            needed=True,
        ),
        column(
            "path",
            Kind.TEXT,
            lambda told: told[1].path,
            "Where its file lies in the repository.",
            needed=True,
        ),
        _record("title", Kind.TEXT, "title", needed=True),
        _record("status", Kind.TEXT, "status", needed=True),
        owner("owner_id", lambda told: told[1].owner, "postmortem.owner"),
        _record("visibility", Kind.TEXT, "visibility", needed=True),
        _record("severity", Kind.TEXT, "severity"),
        column(
            "outage_day",
            Kind.DAY,
            lambda told: told[1].day,
            "The day in its id: the day on which the outage began.",
            needed=True,
        ),
        column(
            "outage_quarter",
            Kind.TEXT,
            lambda told: told[1].quarter,
            "The calendar quarter of that day, such as `2026-Q1`.",
            needed=True,
        ),
        _record("summary", Kind.TEXT, "summary"),
        _record("incident_reference", Kind.TEXT, "incident.reference"),
        _record("incident_event", Kind.TEXT, "incident.event"),
        _record("incident_type", Kind.TEXT, "incident.type"),
        _record("incident_trigger", Kind.TEXT, "incident.trigger"),
        _record("detected_by", Kind.TEXT, "incident.detected_by"),
        *_instants("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"),
        *(
            Column(each.name, each.kind, partial(_of_record, each), each.about)
            for each in instant(
                "restored_at",
                "restored_at",
                about="When the data of every asset was in place again; empty while any is not.",
            )
        ),
        column(
            "times_approximate",
            Kind.FLAG,
            partial(_shown, lambda record: record.incident.approximate),
            field="postmortem.incident.approximate",
        ),
        _lasting("time_to_detect", "From the start until anybody knew."),
        _lasting("time_to_acknowledge", "From detection until somebody worked on it."),
        _lasting("time_to_mitigate", "From the start until the harm stopped growing."),
        _lasting(
            "time_to_resolve", "From the start until the service was whole again.", "duration"
        ),
        _lasting("time_to_restore_data", "From the start until all data was in place again."),
        _record("business_impact", Kind.TEXT, "impact.business"),
        _record("stewardship_data_quality", Kind.TEXT, "stewardship.data_quality"),
        _record("stewardship_lineage", Kind.TEXT, "stewardship.lineage"),
        _record("stewardship_access", Kind.TEXT, "stewardship.access"),
        _record("review_kind", Kind.TEXT, "review.kind"),
        _record("reviewed_on", Kind.DAY, "review.held_on"),
        _record("published_on", Kind.DAY, "published_on"),
        _record("closed_on", Kind.DAY, "closed_on"),
        reference(
            "recurrence_of",
            lambda told: told[1].recurrence_of,
            "postmortems",
            "postmortem_id",
            field="postmortem.recurrence_of",
        ),
        _record("withdrawn_reason", Kind.TEXT, "withdrawn.reason"),
        reference(
            "duplicate_of",
            partial(_follow, "withdrawn.duplicate_of"),
            "postmortems",
            "postmortem_id",
            field="postmortem.withdrawn.duplicate_of",
        ),
        column(
            "is_imported",
            Kind.FLAG,
            partial(_shown, lambda record: record.imported is not None),
            "true: it was adopted from an older document.",
        ),
        _record("imported_source", Kind.TEXT, "imported.source"),
        _record("imported_on", Kind.DAY, "imported.imported_on"),
        _record("imported_language", Kind.TEXT, "imported.language"),
        column(
            "front_matter",
            Kind.JSON,
            lambda told: told[0].front_matter(told[1]),
            "The whole front matter as its schema typed it, as JSON. Empty for a restricted one.",
        ),
        column(
            "body",
            Kind.TEXT,
            lambda told: told[0].body(told[1]),
            "The prose below the front matter, as Markdown. Empty for a restricted one.",
        ),
    ),
)


# --- lists of a record ---------------------------------------------------------------------------


def _item(of: str, name: str, kind: Kind, way: str = "", *, needed: bool = False) -> Column[Any]:
    """A column of a part that the schema describes under ``of``."""
    way = way or name
    return column(name, kind, f"item.{way}", field=f"{of}.{way}", needed=needed)


_ASSETS = "postmortem.assets"

ASSETS_AFFECTED = Table(
    "assets_affected",
    "One row for each asset that an outage broke, in data time: which dates of it were wrong.",
    of_each(lambda record: record.assets, lambda each: f"{each.asset}/{each.effect or '-'}"),
    (
        *part_columns("asset_affected_key", "The postmortem, the asset and the effect."),
        reference(
            "asset_id", "item.asset", "assets", "asset_id", field=f"{_ASSETS}.asset", needed=True
        ),
        _item(_ASSETS, "effect", Kind.TEXT),
        _item(_ASSETS, "data_from", Kind.DAY),
        _item(_ASSETS, "data_to", Kind.DAY),
        column(
            "days_wrong",
            Kind.WHOLE,
            "item.days_wrong",
            "How many dates of its data were wrong, the first and the last included.",
        ),
        _item(_ASSETS, "repair", Kind.TEXT),
        *instant("restored_at", "item.restored_at", field=f"{_ASSETS}.restored_at"),
        column(
            "is_settled", Kind.FLAG, "item.settled", "true: nothing is left to repair.", needed=True
        ),
        column(
            "dates_approximate",
            Kind.FLAG,
            "item.approximate",
            field=f"{_ASSETS}.approximate",
            needed=True,
        ),
        _item(_ASSETS, "note", Kind.TEXT),
    ),
)

_CAUSES = "postmortem.causes"

CAUSES = Table(
    "causes",
    "One row for each root cause or contributing factor.",
    of_each(lambda record: record.causes, lambda cause: cause.id),
    (
        *part_columns("cause_key", "The postmortem and the cause's id in it."),
        column("cause_id", Kind.TEXT, "item.id", field=f"{_CAUSES}.id", needed=True),
        column("cause_role", Kind.TEXT, "item.role", field=f"{_CAUSES}.role", needed=True),
        column("cause_condition", Kind.TEXT, "item.condition", field=f"{_CAUSES}.condition"),
        _item(_CAUSES, "category", Kind.TEXT),
        _item(_CAUSES, "statement", Kind.TEXT, needed=True),
        _item(_CAUSES, "likelihood", Kind.TEXT),
        _item(_CAUSES, "effect", Kind.TEXT),
        column("risk", Kind.WHOLE, "item.risk", "Likelihood times effect, 1 to 9."),
    ),
)

_TIMELINE = "postmortem.timeline"

TIMELINE = Table(
    "timeline",
    "One row for each event of the timelines.",
    of_each(lambda record: record.timeline, lambda event: digest(event.at.text, event.event)),
    (
        *part_columns("timeline_key", "The postmortem, and a digest of the time and the event."),
        *instant("happened_at", "item.at", field=f"{_TIMELINE}.at", needed=True),
        *instant("happened_until", "item.until", field=f"{_TIMELINE}.until"),
        column(
            "time_approximate",
            Kind.FLAG,
            "item.approximate",
            field=f"{_TIMELINE}.approximate",
            needed=True,
        ),
        _item(_TIMELINE, "kind", Kind.TEXT),
        _item(_TIMELINE, "event", Kind.TEXT, needed=True),
        column("acted_by", Kind.TEXT, "item.by", field=f"{_TIMELINE}.by"),
        _item(_TIMELINE, "rationale", Kind.TEXT),
    ),
)

_EVIDENCE = "postmortem.evidence"

EVIDENCE = Table(
    "evidence",
    "One row for each piece of evidence: a link, or a file beside the record.",
    of_each(lambda record: record.evidence, lambda item: item.id),
    (
        *part_columns("evidence_key", "The postmortem and the evidence's id in it."),
        column("evidence_id", Kind.TEXT, "item.id", field=f"{_EVIDENCE}.id", needed=True),
        _item(_EVIDENCE, "kind", Kind.TEXT, needed=True),
        _item(_EVIDENCE, "title", Kind.TEXT, needed=True),
        _item(_EVIDENCE, "url", Kind.TEXT),
        _item(_EVIDENCE, "path", Kind.TEXT),
        *instant("captured_at", "item.captured_at", field=f"{_EVIDENCE}.captured_at"),
    ),
)

_MEASURES = "postmortem.impact.measures"

MEASURES = Table(
    "measures",
    "One row for each measured effect, with the latest figure.",
    of_each(lambda record: record.impact.measures, lambda each: digest(each.measure, each.unit)),
    (
        *part_columns("measure_key", "The postmortem, and a digest of the measure and its unit."),
        _item(_MEASURES, "measure", Kind.TEXT, needed=True),
        _item(_MEASURES, "value", Kind.NUMBER, needed=True),
        _item(_MEASURES, "unit", Kind.TEXT, needed=True),
        _item(_MEASURES, "objective", Kind.NUMBER),
    ),
)


def _revisions(source: Source) -> Iterator[Part[Any]]:
    for measure in MEASURES.items(source):
        revised = measure.item.revisions
        yield from parts(
            revised, lambda each: digest(each.value, each.revised_on), measure.record, measure.key
        )


MEASURE_REVISIONS = Table(
    "measure_revisions",
    "One row for each figure that a measure had before it was corrected.",
    _revisions,
    (
        *part_columns("revision_key", "The measure, and a digest of the figure and the day."),
        reference(
            "measure_key",
            "within",
            "measures",
            "measure_key",
            "The measure.",
            needed=True,
            resolves=True,
        ),
        column(
            "value_before",
            Kind.NUMBER,
            "item.value",
            field=f"{_MEASURES}.revisions.value",
            needed=True,
        ),
        _item(f"{_MEASURES}.revisions", "revised_on", Kind.DAY, needed=True),
        _item(f"{_MEASURES}.revisions", "reason", Kind.TEXT),
    ),
)

_DECISIONS = "postmortem.impact.decisions"

DECISIONS = Table(
    "decisions",
    "One row for each decision that people took on the bad data.",
    of_each(
        lambda record: record.impact.decisions, lambda each: digest(each.decision, each.consumer)
    ),
    (
        *part_columns(
            "decision_key", "The postmortem, and a digest of the decision and who took it."
        ),
        _item(_DECISIONS, "decision", Kind.TEXT, needed=True),
        owner("consumer_id", "item.consumer", f"{_DECISIONS}.consumer"),
        _item(_DECISIONS, "outcome", Kind.TEXT),
        _item(_DECISIONS, "corrected_on", Kind.DAY),
    ),
)
