"""Alertmanager of Prometheus: the webhook receiver, version 4.

Source: "Alerting configuration", section ``<webhook_config>``, of Prometheus' documentation
(https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). Set
``send_resolved: true``, else the end of an outage is never sent.

See ``alert_group.py`` for the key and the clock points.
"""

from __future__ import annotations

from debrief.events import alert_group, grafana
from debrief.events.body import Body
from debrief.events.composing import compose
from debrief.events.notice import Notice

NAME = "alertmanager"
TITLE = "Alertmanager (webhook receiver)"


def recognises(body: Body) -> bool:
    # Grafana sends all that Alertmanager does, and more.
    return (
        alert_group.has_alerts(body)
        and (body.has("groupKey") or body.has("groupLabels") or body.has("receiver"))
        and not grafana.is_grafana(body)
    )


def read(body: Body) -> Notice:
    group = body.text("groupKey")
    return compose(alert_group.tell(body, NAME, "Alertmanager", group), body)
