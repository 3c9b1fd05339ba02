"""PagerDuty: v3 webhooks, one event in each.

Source: "Webhooks Overview" of PagerDuty's developer documentation
(https://developer.pagerduty.com/docs/webhooks-overview), and "Get an incident" of its REST API for
what a relay may add to the incident: ``log_entries``, ``notes``, ``first_trigger_log_entry``,
``acknowledgements``, ``custom_fields``.

The key is the incident's id, the same from trigger to resolution. An incident begins when somebody
or something raises it, so its creation is when the outage was *detected*: PagerDuty does not know
since when the data was wrong. ``urgency`` is no severity, only ``priority`` is.
"""

from __future__ import annotations

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice
from debrief.events.roles import capacity_of
from debrief.record import Moment

NAME = "pagerduty"
TOOL = "PagerDuty"
TITLE = f"{TOOL} (v3 webhook)"

_WORDS = {
    "incident.triggered": ("Incident triggered in PagerDuty", "alert"),
    "incident.acknowledged": ("Incident acknowledged in PagerDuty", "note"),
    "incident.unacknowledged": ("Acknowledgement ran out in PagerDuty", "note"),
    "incident.escalated": ("Incident escalated in PagerDuty", "escalation"),
    "incident.delegated": ("Incident given to another escalation policy", "escalation"),
    "incident.reassigned": ("Incident reassigned in PagerDuty", "note"),
    "incident.reopened": ("Incident reopened in PagerDuty", "note"),
    "incident.resolved": ("Incident resolved in PagerDuty", "recovery"),
}
"""The event types whose data is the incident itself, in the words and kinds of a timeline."""

_ENTRY_KINDS = {
    "trigger": "alert",
    "acknowledge": "note",
    "escalate": "escalation",
    "delegate": "escalation",
    "annotate": "note",
    "status_update": "communication",
    "resolve": "recovery",
}
_NOISE = ("notify", "exhaust_escalation_path", "reach_trigger_limit")


def recognises(body: Body) -> bool:
    return _event(body) is not None or _is_v2(body)


def read(body: Body) -> Notice:
    event = _event(body)
    if event is None:
        raise body.at("messages").refuse(
            "this is a v1 or v2 webhook of PagerDuty, which it no longer supports; subscribe to "
            "v3 webhooks, with the event type `incident.resolved`"
        )
    kind = event.text("event_type") or ""
    data = event.at("data")
    key = data.text("id")
    if data.text("type") not in (None, "incident") or not kind.startswith("incident."):
        raise event.at("event_type").no_outage(
            f"`{kind}` is about something else than an incident as a whole; subscribe to "
            "`incident.resolved`"
        )
    if not key:
        raise data.at("id").refuse("the incident has no id, so it cannot be told from others")
    return compose(_told(event, data, kind, key), body)


def _event(body: Body) -> Body | None:
    """The event in its webhook, or bare."""
    for event in (body.at("event"), body):
        is_timed = event.has("occurred_at") or event.has("resource_type")
        if event.has("event_type", "data") and is_timed:
            return event
    return None


def _is_v2(body: Body) -> bool:
    messages = body.at("messages").value
    first = messages[0] if isinstance(messages, list) and messages else None
    return isinstance(first, dict) and str(first.get("event", "")).startswith("incident.")


def _told(event: Body, data: Body, kind: str, key: str) -> Told:
    number = data.text("number") or data.text("incident_number")
    entries = [*data.items("log_entries"), *event.items("log_entries")]
    clock = _clock(event, data, kind, entries)
    is_resolved = (data.text("status") or "").lower() == "resolved"
    told = Told(
        source=NAME,
        key=key,
        title=data.text("title") or data.text("summary"),
        reference=data.address("html_url") or f"PagerDuty incident {number or key}",
        severity=data.name("priority"),
        summary=[_details(data.at("body", "details")), data.prose("description")],
        clock=clock,
        is_over=is_resolved or kind == "incident.resolved",
    )
    _log(told, event, data, kind, entries)
    _trigger(told, data.at("first_trigger_log_entry"))
    told.named("service", data.name("service"))
    for service in data.names("impacted_services"):
        told.named("service", service)
    for field in data.items("custom_fields"):
        told.named(f"field {field.name() or ''}", *_values(field.at("value")))
    _people(told, data)
    return told


def _clock(event: Body, data: Body, kind: str, entries: list[Body]) -> dict[str, Moment | None]:
    happened = event.moment("occurred_at")
    acknowledged = [entry.moment("at") for entry in data.items("acknowledgements")]
    acknowledged += _times(entries, "acknowledge")
    if kind == "incident.acknowledged":
        acknowledged.append(happened)
    triggered = _times(entries, "trigger")
    if kind == "incident.triggered":
        triggered.append(happened)
    resolved = [*_times(entries, "resolve"), happened if kind == "incident.resolved" else None]
    return {
        "detected_at": data.moment("created_at") or _first(triggered),
        "acknowledged_at": _first(acknowledged),
        "resolved_at": data.moment("resolved_at") or _last(resolved),
    }


def _times(entries: list[Body], kind: str) -> list[Moment | None]:
    return [entry.moment("created_at") for entry in entries if _entry_kind(entry) == kind]


def _entry_kind(entry: Body) -> str:
    return (entry.text("type") or "").removesuffix("_reference").removesuffix("_log_entry")


def _first(moments: list[Moment | None]) -> Moment | None:
    return min((moment for moment in moments if moment), default=None)


def _last(moments: list[Moment | None]) -> Moment | None:
    return max((moment for moment in moments if moment), default=None)


def _log(told: Told, event: Body, data: Body, kind: str, entries: list[Body]) -> None:
    left_out = 0
    for entry in entries:
        what = _entry_kind(entry)
        if what in _NOISE:
            left_out += 1
            continue
        words = entry.text("summary") or entry.text("channel", "summary") or what
        note = entry.text("note") or entry.text("channel", "content")
        line = f"{words}: {note}" if note and note not in words else words
        told.line(entry.moment("created_at"), line, _ENTRY_KINDS.get(what))
    if left_out:
        event.note(f"Notifications of people ({left_out}) are left out of the timeline")
    for item in (*data.items("notes"), *event.items("notes")):
        told.line(item.moment("created_at"), item.text("content"), "note")
    if not entries:
        told.entry(data.moment("created_at"), *_WORDS["incident.triggered"])
        happened = event.moment("occurred_at")
        words, sort = _WORDS.get(kind, (f"PagerDuty event {kind}", "note"))
        is_said = kind == "incident.triggered" and bool(told.log)
        told.entry(None if is_said else happened, words, sort)


def _trigger(told: Told, entry: Body) -> None:
    """The alert that raised the incident: its text, its fields, its pages."""
    channel = entry.at("channel")
    told.summary.append(channel.prose("summary") or channel.prose("subject"))
    for key in ("details", "cef_details"):
        details = channel.at(key)
        told.summary.append(_details(details) if isinstance(details.value, str) else None)
        for name, value in details.pairs() if isinstance(details.value, dict) else ():
            told.named(f"label {name}", value)
    told.link(channel.text("client") or "What raised the alert", channel.address("client_url"))
    for context in entry.items("contexts"):
        if context.text("type") == "link":
            told.link(context.text("text") or "Link of the alert", context.address("href"))


def _details(details: Body) -> str | None:
    if isinstance(details.value, dict):
        return "\n".join(f"{key}: {value}" for key, value in details.pairs()) or None
    return details.prose()


def _values(value: Body) -> tuple[str, ...]:
    return value.names() if isinstance(value.value, list) else tuple(filter(None, [value.name()]))


def _people(told: Told, data: Body) -> None:
    # A policy is a rota of a team, and nobody in particular.
    told.person("team", data.person("escalation_policy"))
    for assignee in data.items("assignees"):
        told.person("assignee", assignee.person())
    for assignment in data.items("assignments"):
        told.person("assignee", assignment.person("assignee"))
    for role in data.items("incident_roles"):
        capacity = capacity_of(role.name("role")) or "assignee"
        told.person(capacity, role.person("user") or role.person("assignee"))
    for team in data.items("teams"):
        told.person("team", team.person())
