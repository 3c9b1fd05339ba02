"""FireHydrant: webhooks about incidents.

Source: "Webhooks" of FireHydrant's documentation (https://docs.firehydrant.com/docs/webhooks),
"Incident Event Payloads". The incident stands under ``data.incident``.

The key is the incident's id. Milestones are clock points that people can correct. Unless somebody
does, *started* is the moment of declaration; where the two are equal, the draft says so. Where
there is no *detected* milestone, the declaration is when somebody knew at the latest.
"""

from __future__ import annotations

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice
from debrief.events.roles import capacity_of
from debrief.record import Moment

NAME = "firehydrant"
TOOL = "FireHydrant"
TITLE = f"{TOOL} (webhook)"

_POINTS = {
    "started": "started_at",
    "detected": "detected_at",
    "acknowledged": "acknowledged_at",
    "mitigated": "mitigated_at",
    "resolved": "resolved_at",
}
_KINDS = {
    "started": "symptom",
    "detected": "alert",
    "acknowledged": "note",
    "mitigated": "mitigation",
    "resolved": "recovery",
}
_OPEN = (
    "started", "detected", "acknowledged", "investigating", "identified", "mitigated",
)  # fmt: skip
_ADDRESSES = ("incident_url", "html_url", "url", "slack_channel_url")


def recognises(body: Body) -> bool:
    return _incident(body) is not None or _is_other(body)


def read(body: Body) -> Notice:
    incident = _incident(body)
    if incident is None:
        kind = body.text("event", "resource_type") or body.text("resource_type") or "something else"
        raise body.no_outage(
            f"this is an event of FireHydrant about `{kind}`, not about an incident"
        )
    key = incident.text("id")
    if not key:
        raise incident.at("id").refuse("the incident has no id, so it cannot be told from others")
    return compose(_told(incident, key), body)


def _incident(body: Body) -> Body | None:
    for incident in (body.at("data", "incident"), body.at("incident")):
        if incident.has("milestones") or incident.has("current_milestone"):
            return incident
    return None


def _is_other(body: Body) -> bool:
    return body.at("event").has("operation", "resource_type") and body.has("data")


def _told(incident: Body, key: str) -> Told:
    clock: dict[str, Moment | None] = {}
    told = Told(
        source=NAME,
        key=key,
        title=incident.text("name"),
        reference=_address(incident) or f"FireHydrant incident {incident.text('number') or key}",
        severity=_severity(incident),
        summary=_summary(incident),
        clock=clock,
        tags=[*incident.names("tags"), *incident.names("tag_list")],
        is_over=_is_over(incident),
    )
    _milestones(told, incident, clock)
    _declared(told, incident, clock)
    for kind, key_of in _NAMES:
        told.named(kind, *incident.names(key_of))
    for label, value in incident.pairs("labels"):
        told.named(f"label {label}".strip(), value)
    for field in incident.items("custom_fields"):
        told.named(f"field {field.text('display_name') or ''}", *_values(field.at("value")))
    for impact in incident.items("impacts"):
        kind = impact.text("type") or "impact"
        told.named(kind, impact.text("name") or impact.name("impact"))
        told.summary.append(impact.prose("description"))
    _people(told, incident)
    told.follow_ups.extend(incident.names("follow_ups"))
    told.link("Status page", incident.address("private_status_page_url"), "report")
    told.link("Ticket of the incident", incident.address("ticket", "url"), "ticket")
    return told


_NAMES = (
    ("service", "services"),
    ("functionality", "functionalities"),
    ("environment", "environments"),
    ("tag", "tags"),
)


def _address(incident: Body) -> str | None:
    return next((url for key in _ADDRESSES if (url := incident.address(key))), None)


def _severity(incident: Body) -> str | None:
    severity = incident.at("severity")
    word = severity.text("slug") if severity.has("slug") else severity.name()
    return None if word == "UNSET" else word


def _summary(incident: Body) -> list[str | None]:
    impact, note = incident.prose("customer_impact_summary"), incident.prose("last_note")
    return [
        incident.prose("summary"),
        incident.prose("description"),
        f"Customer impact: {impact}" if impact else None,
        f"Last note: {note}" if note else None,
    ]


def _is_over(incident: Body) -> bool:
    current = (incident.text("current_milestone") or "").lower()
    return bool(current) and current not in _OPEN


def _milestones(told: Told, incident: Body, clock: dict[str, Moment | None]) -> None:
    for milestone in incident.items("milestones"):
        word = (milestone.text("type") or milestone.text("slug") or "").lower()
        moment = milestone.moment("occurred_at")
        if moment is None:
            continue
        if point := _POINTS.get(word):
            clock.setdefault(point, moment)
        name = milestone.text("name") or word or "Milestone"
        told.entry(moment, f"Milestone: {name}", _KINDS.get(word, "note"))


def _declared(told: Told, incident: Body, clock: dict[str, Moment | None]) -> None:
    created = incident.moment("created_at")
    started = clock.get("started_at") or incident.moment("started_at")
    clock["started_at"] = started
    clock.setdefault("detected_at", created)
    told.entry(created, "Incident declared in FireHydrant", "report")
    if started and created and started.start == created.start:
        incident.note(
            "FireHydrant takes the declaration for the start unless somebody corrects it, and the "
            "two are equal here: check `incident.started_at`"
        )


def _values(value: Body) -> tuple[str, ...]:
    return value.names() if isinstance(value.value, list) else tuple(filter(None, [value.name()]))


def _people(told: Told, incident: Body) -> None:
    for assignment in incident.items("role_assignments"):
        role = (
            assignment.name("role")
            or assignment.name("incident_role")
            or assignment.text("role_name")
        )
        who = assignment.person("user") or _named_user(assignment)
        capacity = capacity_of(role)
        if capacity is None and who:
            assignment.note(
                f"The role {role or 'without a name'} of FireHydrant is none of a record"
            )
        told.person(capacity or "assignee", who)
    for assignment in incident.items("team_assignments"):
        name = assignment.text("team_name")
        told.person("team", (name,) if name else assignment.person("team"))
    told.person("reporter", incident.person("created_by"))


def _named_user(assignment: Body) -> tuple[str, ...]:
    names = (assignment.text(key) for key in ("user_name", "user_email", "user_id"))
    return tuple(name for name in names if name)
