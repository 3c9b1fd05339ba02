"""Several alerts that one notification groups: what Grafana and Alertmanager have in common.

One group is one outage. It was detected when the first alert fired, and it is over when the last
one has ended. ``startsAt`` is when the condition of the rule had held for long enough, so it is
detection and not the start of the harm; ``endsAt`` of a firing alert lies in the future and says
nothing.

The key is the group's own key with the instant of the first alert, since the same group fires again
at its next outage. A source that gives no start has a key that comes again, and the draft says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from debrief.events.body import Body
from debrief.events.composing import Told
from debrief.events.instants import utc
from debrief.record import Moment

_MARK = re.compile(r"\[(?:FIRING|RESOLVED|ALERTING|OK|NO ?DATA)[^\[\]]*\]", re.IGNORECASE)
_NOT_NAMES = frozenset({"severity", "priority", "alertname", "team", "owner", "__alert_rule_uid__"})
_SEVERITY_LABELS = ("severity", "priority")
_OWNER_LABELS = ("team", "owner")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of the group."""

    body: Body
    name: str
    labels: tuple[tuple[str, str], ...]
    started: Moment | None
    ended: Moment | None


def has_alerts(body: Body) -> bool:
    """Whether a body lists alerts with labels, as both tools do."""
    alerts = body.at("alerts").value
    return isinstance(alerts, list) and all(
        isinstance(alert, dict) and isinstance(alert.get("labels"), dict) for alert in alerts
    )


def tell(body: Body, source: str, tool: str, group: str | None) -> Told:
    """What a group of alerts tells; ``group`` is the key that its tool gives it."""
    alerts = [_alert(item, tool) for item in body.items("alerts")]
    if not alerts:
        raise body.at("alerts").refuse("the notification holds no alert")
    is_over = _is_over(body, alerts)
    first = min((alert.started for alert in alerts if alert.started), default=None)
    last = max((alert.ended for alert in alerts if alert.ended), default=None)
    told = Told(
        source=source,
        key=_key(body, alerts, group, first),
        title=_title(body, alerts),
        reference=_reference(body, alerts),
        severity=_severity(body, alerts),
        summary=_summary(body, alerts),
        detected_by="monitor",
        clock={"detected_at": first, "resolved_at": last if is_over else None},
        is_over=is_over,
    )
    for alert in alerts:
        told.entry(alert.started, f"Alert fired: {_described(alert)}", "alert")
        told.entry(alert.ended, f"Alert ended: {_described(alert)}", "recovery")
        told.named("alert", alert.name)
        for label, value in alert.labels:
            if label in _OWNER_LABELS:
                told.person("team", (value,))
            elif label not in _NOT_NAMES:
                told.named(f"label {label}", value)
        _links(told, alert)
    if body.text("truncatedAlerts") not in (None, "0"):
        body.at("truncatedAlerts").tell("says that alerts of the group were left out by the sender")
    return told


def _alert(item: Body, tool: str) -> Alert:
    labels = item.pairs("labels")
    name = dict(labels).get("alertname") or item.text("annotations", "summary") or f"{tool} alert"
    is_resolved = (item.text("status") or "").lower() == "resolved"
    ended = item.moment("endsAt") if is_resolved else None
    return Alert(item, name, labels, item.moment("startsAt"), ended)


def _is_over(body: Body, alerts: list[Alert]) -> bool:
    """Whether every alert has ended; the group's own word counts where one has no status."""
    group = (body.text("status") or "").lower()
    states = [(alert.body.text("status") or group).lower() for alert in alerts]
    return all(state in ("resolved", "ok", "normal") for state in states)


def _key(body: Body, alerts: list[Alert], group: str | None, first: Moment | None) -> str:
    prints = sorted({text for alert in alerts if (text := alert.body.text("fingerprint"))})
    name = group or "+".join(prints) or "+".join(sorted({alert.name for alert in alerts}))
    if first is None:
        body.note(
            "No alert says when it began. Until that is known, the next outage of the same rule "
            "cannot be told from this one"
        )
        return name
    return f"{name}@{utc(first)}"


def _title(body: Body, alerts: list[Alert]) -> str | None:
    common = body.text("commonAnnotations", "summary")
    if common:
        return common
    names = list(dict.fromkeys(alert.name for alert in alerts))
    given = _MARK.sub("", body.text("title") or "").strip() if len(names) > 1 else ""
    if given:
        return given
    summaries = list(
        dict.fromkeys(
            text for alert in alerts if (text := alert.body.text("annotations", "summary"))
        )
    )
    if len(summaries) == 1:
        return summaries[0]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _reference(body: Body, alerts: list[Alert]) -> str | None:
    urls = [alert.body.address("generatorURL") for alert in alerts]
    return next((url for url in urls if url and len(url) <= 500), None) or body.address(
        "externalURL"
    )


def _severity(body: Body, alerts: list[Alert]) -> str | None:
    common = dict(body.pairs("commonLabels"))
    for label in _SEVERITY_LABELS:
        if common.get(label):
            return common[label]
        found = list(dict.fromkeys(word for a in alerts if (word := dict(a.labels).get(label))))
        if len(found) == 1:
            return found[0]
        if found:
            body.note(f"The alerts have several severities: {', '.join(found)}")
            return None
    return None


def _summary(body: Body, alerts: list[Alert]) -> list[str | None]:
    texts: list[str | None] = [
        body.prose("commonAnnotations", "summary"),
        body.prose("commonAnnotations", "description"),
    ]
    for alert in alerts:
        texts += [
            alert.body.prose("annotations", key) for key in ("summary", "description", "message")
        ]
    return texts


def _described(alert: Alert) -> str:
    labels = ", ".join(f"{k}={v}" for k, v in alert.labels if k not in ("alertname", "severity"))
    return f"{alert.name} ({labels})" if labels else alert.name


def _links(told: Told, alert: Alert) -> None:
    told.link(f"Rule of {alert.name}", alert.body.address("generatorURL"), "alert")
    told.link("Dashboard", alert.body.address("dashboardURL"), "dashboard")
    told.link("Panel", alert.body.address("panelURL"), "dashboard")
    for key in ("runbook_url", "runbook"):
        if (alert.body.text("annotations", key) or "").startswith("http"):
            told.link("Runbook", alert.body.address("annotations", key), "document")
