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

_OWN = ("groupKey", "groupLabels", "receiver")

NAME = "alertmanager"
TOOL = "Alertmanager"
TITLE = f"{TOOL} (webhook receiver)"


def recognises(body: Body) -> bool:
    # Grafana sends all that Alertmanager does, and more.
    return (
        alert_group.has_alerts(body)
        and (any(body.has(key) for key in _OWN) or _is_timed(body))
        and not grafana.is_grafana(body)
    )


def _is_timed(body: Body) -> bool:
    """Whether an alert has its start, as those of relays have that keep nothing of the group."""
    return any(alert.has("startsAt") for alert in body.items("alerts"))


def read(body: Body) -> Notice:
    group = body.text("groupKey")
    return compose(alert_group.tell(body, NAME, "Alertmanager", group), body)
