"""The body that a vendor sent, out of what it was packed into on its way.

Relays, queues and workflows each wrap a body into something of their own: the vendor's body under a
key, as JSON inside a text, or as the only item of a list. Known are the event file of GitHub's
``repository_dispatch`` ("Webhook events and payloads", GitHub's documentation), a notification of
Amazon SNS ("Parsing message formats", Amazon's documentation), and the keys that relays use.
"""

from __future__ import annotations

from collections.abc import Iterator

from debrief.events.body import Body
from debrief.events.fault import EventError
from debrief.events.wire import parse

KEYS = ("client_payload", "data", "payload", "body", "event", "Message", "message", "detail")
"""Under which keys a body may stand; under ``client_payload`` it has a key of its own."""

MOST_LAYERS = 6


def layers(outermost: Body) -> Iterator[list[Body]]:
    """The bodies that may be the vendor's, layer by layer from the outside in."""
    layer = [body for body in (_opened(outermost),) if body is not None]
    for _ in range(MOST_LAYERS):
        if not layer:
            return
        yield layer
        layer = [inner for body in layer for inner in _inside(body)]


def _inside(body: Body) -> Iterator[Body]:
    for key in KEYS:
        if not body.has(key):
            continue
        opened = _opened(body.at(key))
        if opened is not None:
            yield opened
            if key == "client_payload" and isinstance(opened.value, dict):
                for own in opened.value:
                    inner = _opened(opened.at(own)) if own not in KEYS else None
                    if inner is not None:
                        yield inner


def _opened(body: Body) -> Body | None:
    """An object, be it JSON in a text or the only item of a list; None where there is none."""
    for _ in range(MOST_LAYERS):
        if isinstance(body.value, dict):
            return body
        if isinstance(body.value, str) and body.value.lstrip()[:1] in ("{", "[", '"'):
            try:
                body = Body(parse(body.value), body.path, body.unread)
            except EventError:
                return None  # a text that only begins like JSON
        elif isinstance(body.value, list) and len(body.value) == 1:
            body = Body(body.value[0], (*body.path, 0), body.unread)
        else:
            return None
    return None
