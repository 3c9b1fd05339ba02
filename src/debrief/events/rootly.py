"""Rootly: webhooks about incidents.

Source: "Outgoing Webhooks" and "Event Payloads" of Rootly's documentation
(https://docs.rootly.com/configuration/event-payloads). The incident stands under ``data``; a relay
may put it under ``incident``.

The key is the incident's id. Rootly keeps each clock point in a field of its own. ``started_at`` is
the moment of declaration unless somebody corrects it; where the two are equal, the draft says so.
Where ``detected_at`` is missing, the declaration is when somebody knew at the latest.
"""

from __future__ import annotations

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice
from debrief.events.roles import capacity_of
from debrief.record import Moment

NAME = "rootly"
TOOL = "Rootly"
TITLE = f"{TOOL} (webhook)"

_POINTS = (
    ("started_at", "The outage started, by Rootly", "symptom"),
    ("detected_at", "Outage detected", "alert"),
    ("acknowledged_at", "Incident acknowledged in Rootly", "note"),
    ("mitigated_at", "Incident mitigated in Rootly", "mitigation"),
    ("resolved_at", "Incident resolved in Rootly", "recovery"),
)
_NO_OUTAGE = ("test", "test_sub", "example", "example_sub", "scheduled", "scheduled_sub")
_OVER = ("resolved", "closed", "completed")
_LINKS = (
    ("slack_channel_url", "Channel of the incident", "chat"),
    ("jira_issue_url", "Jira issue", "ticket"),
    ("github_issue_url", "GitHub issue", "ticket"),
    ("linear_issue_url", "Linear issue", "ticket"),
    ("service_now_incident_url", "ServiceNow incident", "ticket"),
    ("pagerduty_incident_url", "PagerDuty incident", "alert"),
    ("opsgenie_incident_url", "Opsgenie incident", "alert"),
    ("datadog_notebook_url", "Datadog notebook", "dashboard"),
)
_NAMES = (
    ("service", "services"),
    ("functionality", "functionalities"),
    ("environment", "environments"),
)


def recognises(body: Body) -> bool:
    return _incident(body) is not None or _is_other(body)


def read(body: Body) -> Notice:
    incident = _incident(body)
    if incident is None:
        kind = body.text("event", "type")
        raise body.at("event", "type").no_outage(
            f"`{kind}` is an event of Rootly about something else than an incident; send "
            "`incident.resolved`"
        )
    key, kind = incident.text("id"), (incident.text("kind") or "").lower()
    if not key:
        raise incident.at("id").refuse("the incident has no id, so it cannot be told from others")
    if kind in _NO_OUTAGE:
        raise incident.at("kind").no_outage(f"the incident is `{kind}`, and no draft is made of it")
    if (incident.text("status") or "").lower() in ("cancelled", "canceled"):
        raise incident.at("status").no_outage("the incident was cancelled: no draft is made of it")
    return compose(_told(incident, key), body)


def _incident(body: Body) -> Body | None:
    data = body.at("data")
    for incident in (data, data.at("attributes"), body.at("incident"), data.at("incident")):
        if incident.has("title", "status", "started_at", "mitigated_at", "resolved_at"):
            return incident
    return None


def _is_other(body: Body) -> bool:
    event = body.at("event")
    return event.has("id", "type", "issued_at") and body.has("data")


def _told(incident: Body, key: str) -> Told:
    clock = {point: incident.moment(point) for point, _, _ in _POINTS}
    number = incident.text("sequential_id")
    told = Told(
        source=NAME,
        key=key,
        title=incident.text("title"),
        reference=incident.address("url")
        or incident.address("short_url")
        or f"Rootly incident {number or key}",
        severity=_severity(incident.at("severity")),
        summary=[incident.prose("summary")],
        clock=clock,
        is_over=_is_over(incident, clock),
    )
    for point, words, kind in _POINTS:
        told.entry(clock[point], words, kind)
    told.line(clock["mitigated_at"], incident.text("mitigation_message"), "mitigation")
    told.line(clock["resolved_at"], incident.text("resolution_message"), "recovery")
    _declared(told, incident, clock)
    for kind, key_of in _NAMES:
        told.named(kind, *incident.names(key_of))
    for label, value in incident.pairs("labels"):
        told.named(f"label {label}".strip(), value)
    _people(told, incident)
    for key_of, title, kind in _LINKS:
        told.link(title, incident.address(key_of), kind)
    told.follow_ups.extend(incident.names("action_items"))
    return told


def _severity(severity: Body) -> str | None:
    inner = severity.at("data", "attributes")
    return inner.name() if inner.given else severity.name()


def _is_over(incident: Body, clock: dict[str, Moment | None]) -> bool:
    status = (incident.text("status") or "").lower()
    return status in _OVER or (clock["resolved_at"] is not None and not status)


def _declared(told: Told, incident: Body, clock: dict[str, Moment | None]) -> None:
    created, started = incident.moment("created_at"), clock["started_at"]
    told.entry(created, "Incident declared in Rootly", "report")
    clock["detected_at"] = clock["detected_at"] or created
    if started and created and abs((started.start - created.start).total_seconds()) < 1:
        incident.note(
            "Rootly takes the declaration for the start unless somebody corrects it, and the two "
            "are equal here: check `incident.started_at`"
        )


def _people(told: Told, incident: Body) -> None:
    told.person("reporter", incident.person("user"))
    for group in incident.items("groups"):
        told.person("team", group.person())
    for assignment in incident.items("roles"):
        role = (
            assignment.name("role") or assignment.name("incident_role") or assignment.text("name")
        )
        told.person(capacity_of(role) or "assignee", assignment.person("user"))
