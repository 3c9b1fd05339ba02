"""The documented JSON of Debrief itself, for whatever has no source of its own.

``docs/handbook/events.md`` explains each field. People and relays write it, so it is strict: a key
that is not known, or a value of the wrong kind, is refused at its key path with a word on what to
write. ``key`` names the outage within ``source`` for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from debrief import moments
from debrief.events import vocabulary
from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.instants import read_instant
from debrief.events.notice import Notice
from debrief.events.wording import shown
from debrief.finding import did_you_mean
from debrief.record import CLOCK_POINTS, Moment

NAME = "generic"
TOOL = "the event"
TITLE = 'Debrief\'s own JSON (`"debrief": 1`)'

EXAMPLE = '{"debrief": 1, "key": "INC-4711", "title": "Orders mart served stale prices"}'
"""The shortest form, for messages."""

FIELDS = (
    "debrief", "source", "key", "title", "reference", "severity", "summary", "trigger",
    "detected_by", *CLOCK_POINTS, "log", "names", "people", "links", "tags", "follow_ups", "over",
)  # fmt: skip
_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def recognises(body: Body) -> bool:
    return body.has("debrief")


def read(body: Body) -> Notice:
    _known(body, FIELDS)
    if body.at("debrief").value not in (1, "1"):
        raise body.at("debrief").refuse("write 1: it is the version of this form")
    source = _word(body, "source") or NAME
    if not _SOURCE.fullmatch(source):
        raise body.at("source").refuse("write lower-case letters, digits and hyphens, at most 40")
    key, title = _word(body, "key"), _word(body, "title")
    if not key:
        raise body.at("key").refuse("missing: write the id of the incident in its own tool")
    if not title:
        raise body.at("title").refuse("missing: write what happened, in one line")
    told = Told(
        source=source,
        key=key,
        title=title,
        reference=_word(body, "reference"),
        severity=_word(body, "severity"),
        summary=[_text(body, "summary").prose()],
        trigger=_word(body, "trigger"),
        detected_by=_one_of(body.at("detected_by"), vocabulary.detectors()),
        clock={point: _moment(body.at(point)) for point in CLOCK_POINTS},
        tags=_texts(body, "tags"),
        follow_ups=_texts(body, "follow_ups"),
        is_over=_flag(body.at("over")),
    )
    for parts, take in _LISTS.items():
        for item in _list(body, parts):
            take(told, item)
    return compose(told, body)


def _known(body: Body, known: tuple[str, ...]) -> None:
    for key in body.value if isinstance(body.value, dict) else ():
        if key not in known:
            fix = did_you_mean(key[:80], known) or f"known here: {', '.join(known)}"
            raise body.at(key[:80]).refuse(f"not a key of this form; {fix}")


def _text(body: Body, key: str) -> Body:
    found = body.at(key)
    if not isinstance(found.value, str | int | float | None) or isinstance(found.value, bool):
        raise found.refuse("a text is wanted here, in double quotes")
    return found


def _word(body: Body, key: str) -> str | None:
    return _text(body, key).text()


def _list(body: Body, key: str) -> list[Body]:
    found = body.at(key)
    if not isinstance(found.value, list | None):
        raise found.refuse("a list is wanted here: write `[…]`")
    return list(found.items())


def _texts(body: Body, key: str) -> list[str]:
    for item in (items := _list(body, key)):
        if not isinstance(item.value, str):
            raise item.refuse("a text is wanted here, in double quotes")
    return [text for item in items if (text := item.text())]


def _flag(body: Body) -> bool:
    if body.value is None:
        return True
    if not isinstance(body.value, bool):
        raise body.refuse("write true if the outage has ended, else false")
    return body.value


def _moment(body: Body) -> Moment | None:
    try:
        return read_instant(body.value)
    except ValueError as error:
        text = body.value if isinstance(body.value, str) else ""
        fix = moments.about_time(text, "moment")[1]
        raise body.refuse(f"{shown(body.value)} cannot be read: {error}; {fix}") from error


def _one_of(body: Body, words: tuple[str, ...]) -> str | None:
    if body.value is None:
        return None
    if body.value not in words:
        near = did_you_mean(str(body.value)[:80], words)
        allowed = f"{near} allowed: {', '.join(words)}".strip()
        raise body.refuse(f"{shown(body.value)} is not one of the words; {allowed}")
    return str(body.value)


def _object(item: Body, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not isinstance(item.value, dict):
        raise item.refuse(f"an object is wanted here, with {', '.join(known)}")
    _known(item, known)
    for key in needed:
        if not item.at(key).given:
            raise item.at(key).refuse("missing")


def _log_entry(told: Told, item: Body) -> None:
    _object(item, ("at", "event", "kind"), ("at", "event"))
    kind = _one_of(item.at("kind"), vocabulary.timeline_kinds())
    told.entry(_moment(item.at("at")), _word(item, "event") or "", kind)


def _name(told: Told, item: Body) -> None:
    if isinstance(item.value, dict):
        _object(item, ("kind", "text"), ("text",))
        told.named(_word(item, "kind") or "name", _word(item, "text"))
    elif isinstance(item.value, str):
        told.named("name", item.text())
    else:
        raise item.refuse("a text is wanted here, or an object with kind, text")


def _person(told: Told, item: Body) -> None:
    _object(item, ("capacity", "names"), ("capacity", "names"))
    allowed = ("on-call", "assignee", "reporter", "team", *vocabulary.roles())
    told.person(_one_of(item.at("capacity"), allowed) or "", _texts(item, "names"))


def _link(told: Told, item: Body) -> None:
    _object(item, ("title", "url", "kind"), ("url",))
    url = item.address("url")
    if url is None:
        raise item.at("url").refuse("write a full address, beginning with https://")
    kind = _one_of(item.at("kind"), vocabulary.evidence_kinds()) or "document"
    told.link(_word(item, "title") or "Link", url, kind)


_LISTS: dict[str, Callable[[Told, Body], None]] = {
    "log": _log_entry,
    "names": _name,
    "people": _person,
    "links": _link,
}
