"""incident.io: webhooks about incidents, version 2.

Source: "Webhooks" and "Incidents V2" of incident.io's API reference
(https://api-docs.incident.io/tag/Webhooks). The body holds its payload under a key that is
called like its ``event_type``; a relay may call that key ``incident``.

The key is the incident's id. Its timestamps are named by the organisation: those that incident.io
brings (reported, accepted, resolved) and the common names for impact and repair are clock points,
all others are lines of the log. *Reported* is when somebody knew; *accepted* is when the incident
left triage and work on it began. When somebody declared it stands in for a report that is missing.
"""

from __future__ import annotations

import re

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice
from debrief.events.roles import capacity_of
from debrief.record import Moment

NAME = "incident-io"
TOOL = "incident.io"
TITLE = f"{TOOL} (webhook v2)"

_EVENT = re.compile(r"(?:public|private)_(?:incident|alert)\.[a-z_0-9.]+")
_POINTS = {
    "started_at": ("impact started", "started", "incident started", "outage started"),
    "detected_at": ("reported", "detected", "declared"),
    "acknowledged_at": ("accepted", "acknowledged"),
    "mitigated_at": ("mitigated", "impact mitigated", "stabilised", "stabilized"),
    "resolved_at": ("resolved",),
}
_POINT_OF = {name: point for point, names in _POINTS.items() for name in names}
_KINDS = {
    "started_at": "symptom",
    "detected_at": "report",
    "acknowledged_at": "note",
    "mitigated_at": "mitigation",
    "resolved_at": "recovery",
}
_NEVER_WAS = ("declined", "merged", "canceled", "cancelled")
_OVER = ("learning", "closed", "post-incident")


def recognises(body: Body) -> bool:
    kind = body.at("event_type").value
    return isinstance(kind, str) and _EVENT.fullmatch(kind) is not None


def read(body: Body) -> Notice:
    kind = body.text("event_type") or ""
    if ".incident_" not in kind:
        raise body.at("event_type").no_outage(
            f"`{kind}` is not about an incident as a whole; subscribe to "
            "`public_incident.incident_status_updated_v2`"
        )
    payload = body.at(kind) if body.has(kind) else body
    incident = payload.at("incident") if payload.has("incident") else payload
    key = incident.text("id")
    if not incident.has("name") or not key:
        raise incident.refuse(
            "the incident is private, or its details are missing: the body has no name of it; "
            "write it in the generic form"
        )
    _refuse_what_was_none(incident)
    return compose(_told(payload, incident, key), body)


def _category(incident: Body) -> str:
    return (incident.text("incident_status", "category") or "").lower()


def _refuse_what_was_none(incident: Body) -> None:
    mode = (incident.text("mode") or "").lower()
    if mode in ("test", "tutorial"):
        raise incident.at("mode").no_outage(f"the incident is a {mode}, and no draft is made of it")
    if (category := _category(incident)) in _NEVER_WAS:
        raise incident.at("incident_status", "category").no_outage(
            f"the incident was {category}, and no draft is made of it"
        )


def _told(payload: Body, incident: Body, key: str) -> Told:
    clock: dict[str, Moment | None] = {}
    told = Told(
        source=NAME,
        key=key,
        title=incident.text("name"),
        reference=incident.address("permalink")
        or f"incident.io {incident.text('reference') or key}",
        severity=incident.name("severity"),
        summary=[incident.prose("summary"), payload.prose("message")],
        clock=clock,
        is_over=_category(incident) in _OVER,
    )
    created = incident.moment("created_at")
    _timestamps(told, incident, clock)
    told.entry(created, "Incident declared in incident.io", "report")
    clock.setdefault("detected_at", created)
    _fields(told, incident)
    _people(told, incident)
    told.link(
        incident.text("external_issue_reference", "issue_name") or "Ticket of the incident",
        incident.address("external_issue_reference", "issue_permalink"),
        "ticket",
    )
    told.link("Post-incident document", incident.address("postmortem_document_url"), "document")
    return told


def _timestamps(told: Told, incident: Body, clock: dict[str, Moment | None]) -> None:
    for item in incident.items("incident_timestamp_values"):
        name = item.name("incident_timestamp") or "Timestamp"
        nested = item.at("value")
        moment = nested.moment("value") if isinstance(nested.value, dict) else nested.moment()
        if moment is None:
            continue
        point = _POINT_OF.get(name.lower().removesuffix(" at").removesuffix(" time").strip())
        if point is not None:
            clock.setdefault(point, moment)
        told.entry(moment, name.removesuffix(" at"), _KINDS.get(point or ""))


def _fields(told: Told, incident: Body) -> None:
    for entry in incident.items("custom_field_entries"):
        label = entry.name("custom_field") or ""
        for value in entry.items("values"):
            link = value.address("value_link")
            told.link(label or "Link of the incident", link, "document")
            told.named(
                f"field {label}",
                value.name("value_catalog_entry"),
                value.text("value_catalog_entry", "external_id"),
                *value.names("value_catalog_entry", "aliases"),
                value.text("value_option", "value"),
                value.text("value_text"),
            )


def _people(told: Told, incident: Body) -> None:
    for assignment in incident.items("incident_role_assignments"):
        role = assignment.name("role")
        who = assignment.person("assignee")
        capacity = capacity_of(role) or capacity_of(assignment.text("role", "role_type"))
        if capacity is None and who:
            assignment.note(f"The role {role} of incident.io is none of a record")
        told.person(capacity or "assignee", who)
    told.person("reporter", incident.person("creator", "user"))
