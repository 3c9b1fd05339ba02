"""Events of incident tools → what a draft of a postmortem can know of an outage.

One module a source: it recognises its own body and reads it into a :class:`Notice`. Nothing here
asks the network or the clock, and nothing of an event is ever run.
"""

from __future__ import annotations

from typing import Protocol

from debrief.events import (
    alertmanager,
    datadog,
    firehydrant,
    generic,
    github_issue,
    grafana,
    incident_io,
    monte_carlo,
    openlineage,
    opsgenie,
    pagerduty,
    rootly,
)
from debrief.events.body import MOST_ITEMS, Body
from debrief.events.composing import combined
from debrief.events.envelopes import layers
from debrief.events.fault import EventError, NoOutageError
from debrief.events.notice import Notice
from debrief.events.wire import parse
from debrief.events.wording import shown

__all__ = ["SOURCES", "EventError", "NoOutageError", "Notice", "read", "tool"]


class Source(Protocol):
    """What each module of a source offers."""

    NAME: str
    TOOL: str
    """What people call it."""
    TITLE: str

    def recognises(self, body: Body) -> bool:
        """Whether a body is one of this source, be it one that no draft is made of."""

    def read(self, body: Body) -> Notice:
        """What the body tells. Raises :class:`EventError` where no draft is made of it."""


SOURCES: tuple[Source, ...] = (
    pagerduty,
    opsgenie,
    incident_io,
    firehydrant,
    rootly,
    grafana,
    alertmanager,
    datadog,
    monte_carlo,
    github_issue,
    openlineage,
    generic,
)


def tool(source: str) -> str:
    """What people call a source; one that the generic form names goes by its own word."""
    return next((one.TOOL for one in SOURCES if source == one.NAME), source)


def read(event: str | bytes) -> tuple[Notice, ...]:
    """What an event tells, whichever source sent it and whatever it was packed into.

    One event is about one outage, so there is one notice, and one for all events of an outage that
    come together in a list. Raises :class:`EventError` where something cannot be read, and where no
    source or more than one is recognised; :class:`NoOutageError` where there is nothing to write
    up.
    """
    outermost = _outermost(event)
    if isinstance(outermost.value, list) and len(outermost.value) > 1:
        return _read_each(outermost)
    return (_read_one(outermost),)


def _read_each(events: Body) -> tuple[Notice, ...]:
    many = len(events.value) if isinstance(events.value, list) else 0
    if many > MOST_ITEMS:
        raise EventError(f"a list of {many:,} events; at most {MOST_ITEMS} are read at once")
    notices: dict[tuple[str, str], Notice] = {}
    nothing: list[NoOutageError] = []
    for item in events.items():
        try:
            notice = _read_one(Body(item.value, item.path))
        except NoOutageError as error:
            nothing.append(error)
            continue
        key = (notice.source, notice.key)
        notices[key] = combined(notices[key], notice) if key in notices else notice
    if not notices:
        first = f"; the first: {nothing[0]}" if nothing else ""
        raise NoOutageError(f"none of {len(nothing)} events is about an outage{first}")
    return tuple(notices.values())


def _read_one(event: Body) -> Notice:
    for layer in layers(event):
        found = [(source, body) for body in layer for source in SOURCES if source.recognises(body)]
        if len(found) > 1:
            kinds = " and like ".join(dict.fromkeys(source.TITLE for source, _ in found))
            raise event.refuse(f"the event looks like {kinds}: send the body of one of them")
        if found:
            source, body = found[0]
            return source.read(body)
    raise _unknown(event)


def _outermost(event: str | bytes) -> Body:
    try:
        return Body(parse(event))
    except EventError:
        # Datadog fills texts into the payload as they are, quotes and all.
        text = event if isinstance(event, str) else event.decode("utf-8", "ignore")
        mended = datadog.mend(text)
        if mended is None:
            raise
        return Body(mended)


def _unknown(body: Body) -> EventError:
    known = "; ".join(source.TITLE for source in SOURCES)
    own = f"or write the event in Debrief's own form: {generic.EXAMPLE}"
    if not isinstance(body.value, dict):
        return body.refuse(f"an event is a JSON object; send one that a source made, {own}")
    keys = ", ".join(shown(key, 40) for key in list(body.value)[:12]) or "none"
    return body.refuse(f"no source is recognised by the keys {keys}. Known are: {known}; {own}")
