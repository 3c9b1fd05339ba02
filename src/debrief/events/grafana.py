"""Grafana alerting: the webhook contact point.

Source: "Configure the webhook notifier for Alerting" of Grafana's documentation
(https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/
integrations/webhook-notifier/). Leave "Disable resolved message" off, else the end is never sent.

See ``alert_group.py`` for the key and the clock points. A body without ``groupKey``, as relays make
them, is known by the rule's id.
"""

from __future__ import annotations

from debrief.events import alert_group
from debrief.events.body import Body
from debrief.events.composing import compose
from debrief.events.notice import Notice

NAME = "grafana"
TOOL = "Grafana"
TITLE = f"{TOOL} alerting (webhook contact point)"

_OWN = ("silenceURL", "dashboardURL", "panelURL", "valueString", "values")


def recognises(body: Body) -> bool:
    return alert_group.has_alerts(body) and is_grafana(body)


def is_grafana(body: Body) -> bool:
    """Whether a group of alerts has what Grafana adds to Alertmanager's."""
    if body.has("orgId") or body.has("ruleUid") or body.has("title", "state"):
        return True
    return any(alert.has(key) for alert in body.items("alerts") for key in _OWN)


def read(body: Body) -> Notice:
    group = body.text("groupKey") or body.text("ruleUid")
    return compose(alert_group.tell(body, NAME, "Grafana", group), body)
