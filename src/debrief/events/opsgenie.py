"""Opsgenie: the outgoing webhook of alert actions.

Source: "Opsgenie Edge Connector alert action data" of Atlassian's support documentation
(https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/).

The key is ``alert.alertId``; an alias comes again with the next alert. ``createdAt`` counts in
milliseconds, ``updatedAt`` in nanoseconds. An alert is created when something was *detected*;
acknowledging and closing are stated only by the action that the body is about, at ``updatedAt``.
The body has no address of the alert: it differs by region.
"""

from __future__ import annotations

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice
from debrief.record import Moment

NAME = "opsgenie"
TOOL = "Opsgenie"
TITLE = f"{TOOL} (outgoing webhook)"

_WORDS = {
    "acknowledge": ("Alert acknowledged in Opsgenie", "note"),
    "unacknowledge": ("Acknowledgement taken back in Opsgenie", "note"),
    "close": ("Alert closed in Opsgenie", "recovery"),
    "escalate": ("Alert escalated in Opsgenie", "escalation"),
    "escalatenext": ("Alert escalated in Opsgenie", "escalation"),
    "takeownership": ("Somebody took the alert", "note"),
    "assignownership": ("Alert assigned in Opsgenie", "note"),
}


def recognises(body: Body) -> bool:
    alert = body.at("alert")
    return isinstance(body.at("action").value, str) and alert.has("alertId")


def read(body: Body) -> Notice:
    alert = body.at("alert")
    action = body.text("action") or ""
    key = alert.text("alertId")
    if not key:
        raise alert.at("alertId").refuse("the alert has no id, so it cannot be told from others")
    if action.lower() == "delete":
        raise body.at("action").no_outage("the alert was deleted: there is nothing to write up")
    return compose(_told(alert, action, key), body)


def _told(alert: Body, action: str, key: str) -> Told:
    word = action.lower()
    created, updated = alert.moment("createdAt"), alert.moment("updatedAt")
    number = alert.text("tinyId")
    told = Told(
        source=NAME,
        key=key,
        title=alert.text("message"),
        reference=f"Opsgenie alert {'#' + number if number else key}",
        severity=_priority(alert),
        summary=[alert.prose("description")],
        clock=_clock(word, created, updated),
        tags=list(alert.names("tags")),
        is_over=word == "close" or (alert.text("status") or "").lower() == "closed",
    )
    told.entry(created, "Alert created in Opsgenie", "alert")
    if word != "create":
        told.entry(updated, *_WORDS.get(word, (f"Opsgenie action: {action}", "note")))
        told.line(updated, alert.text("note"), "note")
    else:
        told.summary.append(alert.prose("note"))
    told.named("entity", alert.text("entity"))
    for tag in alert.names("tags"):
        told.named("tag", tag, tag.partition(":")[2].strip())
    for label, value in alert.pairs("details"):
        told.named(f"label {label}", value)
    _people(told, alert)
    return told


def _priority(alert: Body) -> str | None:
    """The priority as Opsgenie shows it; older bodies have the bare number."""
    text = alert.text("priority")
    return f"P{text}" if text in ("1", "2", "3", "4", "5") else text


def _clock(word: str, created: Moment | None, updated: Moment | None) -> dict[str, Moment | None]:
    return {
        "detected_at": created,
        "acknowledged_at": updated if word == "acknowledge" else None,
        "resolved_at": updated if word == "close" else None,
    }


def _people(told: Told, alert: Body) -> None:
    told.person("assignee", alert.person("owner"))
    for responder in alert.items("responders"):
        is_team = (responder.text("type") or "").lower() == "team"
        told.person("team" if is_team else "on-call", responder.person())
    for team in alert.items("teams"):
        told.person("team", team.person())
    for recipient in alert.items("recipients"):
        told.person("on-call", recipient.person())
