"""Monte Carlo: the webhook of an audience, version ``v0.1``.

Source: "Webhooks" of Monte Carlo's documentation (https://docs.getmontecarlo.com/docs/webhooks),
and "Incident.io" there for the fields of updates. No public sample of an update was found: its
fields (``alert_feedback``, ``declared_alert_severity``, ``owner``) are read inside ``payload`` and
beside it.

The key is ``payload.incident_id``; ``group_id`` is the database and schema of the tables. The body
states no time but, in words without a year, that of a measurement; so no clock point is read but
those that a relay adds as ``created_at`` and ``updated_at``: when the alert came (it was
*detected*) and when it was changed.
"""

from __future__ import annotations

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice

NAME = "monte-carlo"
TOOL = "Monte Carlo"
TITLE = f"{TOOL} (webhook)"

_NO_OUTAGE = ("expected", "no_action_needed", "false_positive")
_TABLE_KEYS = ("table_name", "full_table_id", "table", "mcon")


def recognises(body: Body) -> bool:
    payload = body.at("payload")
    return payload.has("incident_id") and (body.has("type") or body.has("action"))


def read(body: Body) -> Notice:
    payload = body.at("payload")
    key = payload.text("incident_id")
    if not key:
        raise payload.at("incident_id").refuse("the alert has no id")
    feedback = _feedback(body)
    if feedback in _NO_OUTAGE:
        raise _beside_or_inside(body, "alert_feedback").no_outage(
            f"the alert was closed as `{feedback}`: nothing to write up"
        )
    return compose(_told(body, payload, key, feedback), body)


def _beside_or_inside(body: Body, key: str) -> Body:
    inside = body.at("payload", key)
    return inside if inside.given else body.at(key)


def _feedback(body: Body) -> str:
    return (_beside_or_inside(body, "alert_feedback").text() or "").lower()


def _told(body: Body, payload: Body, key: str, feedback: str) -> Told:
    events, group = list(payload.items("event_list")), payload.text("group_id")
    created = _beside_or_inside(body, "created_at").moment()
    updated = _beside_or_inside(body, "updated_at").moment()
    is_over = feedback == "fixed"
    told = Told(
        source=NAME,
        key=key,
        title=_title(payload, events),
        reference=payload.address("url") or f"Monte Carlo alert {key}",
        severity=_beside_or_inside(body, "declared_alert_severity").text(),
        detected_by="monitor",
        clock={"detected_at": created, "resolved_at": updated if is_over else None},
        is_over=is_over,
    )
    told.entry(created, "Monte Carlo raised an alert", "alert")
    if feedback:
        told.entry(updated, f"Monte Carlo alert set to {feedback}", "recovery" if is_over else None)
    if created is None:
        body.note("Monte Carlo does not say when it raised the alert: fill in the times")
    for event in events:
        told.summary += _sentences(event)
        for kind in _TABLE_KEYS:
            table = event.text(kind)
            told.named("table", table, f"{group}.{table}" if group and table else None)
        for comparison in event.items("rule", "comparisons"):
            told.named("table", comparison.text("full_table_id"))
    told.person("assignee", _beside_or_inside(body, "owner").person())
    return told


def _title(payload: Body, events: list[Body]) -> str | None:
    for event in events:
        details, table = event.text("event_details"), event.text("table_name")
        if details:
            return f"{table}: {details}" if table else details
        if rule := event.text("rule", "description"):
            return rule
    return payload.text("rule", "description") or payload.text("title")


def _sentences(event: Body) -> list[str | None]:
    """What was measured, against which threshold."""
    details, table = event.text("event_details"), event.text("table_name")
    lines = [f"{table}: {details}" if table and details else details]
    lines.append(event.text("rule", "description"))
    for comparison in event.items("data", "rule_comparisons"):
        parts = (comparison.text(key) for key in ("metric", "operator", "threshold"))
        lines.append(f"Rule: {' '.join(part for part in parts if part)}")
    for hit in event.items("data", "hits"):
        value, when = hit.text("value"), hit.text("measurement_timestamp")
        if value:
            lines.append(f"Measured {value}" + (f" at {when}" if when else ""))
    return list(lines)
