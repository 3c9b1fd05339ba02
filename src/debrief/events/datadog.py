"""Datadog: the webhook of a monitor, with the body that Debrief publishes.

Source: "Webhooks" of Datadog's documentation (https://docs.datadoghq.com/integrations/webhooks/).
Datadog sends what the user wrote under *Payload*, with its ``$VARIABLES`` filled in; the body to
write there stands in ``docs/handbook/events.md`` and is :data:`TEMPLATE`. Datadog's own default
body has too little in it, and is refused with a word about that.

The key is ``$ALERT_CYCLE_KEY``, the same from an alert's trigger until it resolves. ``$DATE`` is
when the event happened: of a trigger when the outage was *detected*, of a recovery when it was
over. Neither tells the other, so a draft from a recovery lacks the time of detection.

Values may come as they are: a quote or a line break in a message makes the body invalid JSON. So
the free texts stand last in the template, and :func:`mend` reads it by its keys, in their order.
"""

from __future__ import annotations

import re

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice
from debrief.events.wire import Json

NAME = "datadog"
TOOL = "Datadog"
TITLE = f"{TOOL} (webhook with Debrief's payload)"

FIELDS = (
    ("debrief_datadog", "1"),
    ("key", "$ALERT_CYCLE_KEY"),
    ("monitor", "$ALERT_ID"),
    ("transition", "$ALERT_TRANSITION"),
    ("date", "$DATE"),
    ("priority", "$ALERT_PRIORITY"),
    ("metric", "$ALERT_METRIC"),
    ("scope", "$ALERT_SCOPE"),
    ("tags", "$TAGS"),
    ("link", "$LINK"),
    ("snapshot", "$SNAPSHOT"),
    ("title", "$ALERT_TITLE"),
    ("message", "$TEXT_ONLY_MSG"),
)
"""The keys of the published body and the variables behind them; free texts last."""

TEMPLATE = "{\n" + ",\n".join(f'  "{key}": "{value}"' for key, value in FIELDS) + "\n}\n"

_VARIABLE = re.compile(r"\$[A-Z][A-Z_]*(?:\[[^\]]*\])?\Z")
_NOTHING = ("null", "none", "n/a")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\/": "/", "\\\\": "\\", "\\r": ""}


def recognises(body: Body) -> bool:
    return body.has("debrief_datadog") or _is_default(body)


def read(body: Body) -> Notice:
    if not body.has("debrief_datadog"):
        raise body.refuse(
            "this is Datadog's own body of a webhook, which says neither whether the alert is over "
            "nor since when; write the payload of the handbook's page on events into the webhook"
        )
    body = _without_variables(body)
    key = body.text("key") or body.text("monitor")
    if key is None:
        raise body.at("key").refuse("`$ALERT_CYCLE_KEY` is empty: only monitors' alerts have one")
    if not body.text("key"):
        body.note(
            "Datadog gave no key of the alert's cycle, so the next alert of the same monitor "
            "cannot be told from this one"
        )
    return compose(_told(body, key), body)


def mend(text: str) -> dict[str, Json] | None:
    """The published body out of a text that its values made invalid; None if it is another."""
    if '"debrief_datadog"' not in text:
        return None
    values: dict[str, Json] = {}
    at = 0
    for index, (key, _) in enumerate(FIELDS):
        opening = re.compile(rf'"{key}"\s*:\s*"').search(text, at)
        if opening is None:
            continue
        following = "|".join(name for name, _ in FIELDS[index + 1 :])
        closing = re.compile(rf'"\s*,\s*"(?:{following})"\s*:' if following else r'"\s*\}\s*\Z')
        end = closing.search(text, opening.end())
        stop = end.start() if end else len(text)
        values[key] = _unescaped(text[opening.end() : stop])
        at = stop
    return values


def _unescaped(text: str) -> str:
    return re.sub(r'\\[nt"/\\r]', lambda found: _ESCAPES[found[0]], text)


def _is_default(body: Body) -> bool:
    return body.has("body", "last_updated", "event_type", "title", "date", "org")


def _without_variables(body: Body) -> Body:
    """Without what Datadog left unfilled: a variable's own name, or a word for nothing."""
    kept: dict[str, Json] = {}
    for key, value in body.value.items() if isinstance(body.value, dict) else ():
        text = value.strip() if isinstance(value, str) else ""
        if _VARIABLE.match(text):
            body.at(key).tell(f"came as `{text}`: Datadog did not fill it in")
        elif text.lower() not in _NOTHING:
            kept[key] = value
    return Body(kept, body.path, body.unread)


def _told(body: Body, key: str) -> Told:
    word = (body.text("transition") or "").lower()
    is_over = word.startswith("recovered")
    happened = body.moment("date")
    title = _BRACKETED.sub(" ", body.text("title") or "").strip()
    told = Told(
        source=NAME,
        key=key,
        title=title or body.text("title"),
        reference=body.address("link") or f"Datadog monitor {body.text('monitor') or key}",
        severity=body.text("priority"),
        summary=[body.prose("message")],
        detected_by="monitor",
        clock={
            "detected_at": happened if word in ("triggered", "warn", "no data") else None,
            "resolved_at": happened if is_over else None,
        },
        tags=[tag for tag in body.names("tags") if ":" not in tag],
        is_over=is_over,
    )
    what = f"Datadog alert: {body.text('transition') or 'event'}"
    told.entry(happened, what, "recovery" if is_over else "alert")
    told.named("metric", body.text("metric"))
    for tag in (*body.names("scope"), *body.names("tags")):
        label, colon, value = tag.partition(":")
        if label == "team" and colon:
            told.person("team", (value.strip(),))
        else:
            told.named(f"tag {label}" if colon else "tag", value.strip() if colon else tag)
    told.link("Graph of the alert", body.address("snapshot"), "dashboard")
    return told
