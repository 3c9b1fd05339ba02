"""What a source read → a notice that fits a record: bounded, ordered, nothing twice.

The bounds are those of the record's schema, but for the summary, which the draft's body can hold in
full. Whatever is cut is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TypeVar

from debrief.events.body import Body
from debrief.events.notice import Link, LogEntry, Name, Notice, Person
from debrief.events.wording import cut, one_line, prose
from debrief.record import CLOCK_POINTS, Moment

TITLE, TRIGGER, REFERENCE, LINK_TITLE, LOG_ENTRY, TAG, NAME = 160, 300, 500, 200, 600, 64, 300
"""How long each may be."""

SUMMARY = 20_000
MOST_LOG, MOST_NAMES, MOST_PEOPLE, MOST_LINKS, MOST_TAGS, MOST_FOLLOW_UPS = 500, 200, 50, 50, 20, 50
KEY = 200

_ENDS = ("mitigated_at", "resolved_at")
_HTTP = re.compile(r"https?://")

T = TypeVar("T")


@dataclass(slots=True)
class Told:
    """What a source has read so far, in any length and order; lists are appended to."""

    source: str
    key: str
    title: str | None
    reference: str | None = None
    severity: str | None = None
    summary: list[str | None] = field(default_factory=list)
    """Paragraphs, in their order; what is absent or said already is left out."""
    trigger: str | None = None
    detected_by: str | None = None
    clock: Mapping[str, Moment | None] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    follow_ups: list[str] = field(default_factory=list)
    is_over: bool = True

    def entry(self, at: Moment | None, event: str, kind: str | None = None) -> None:
        """One line of the event's log, where its time is known."""
        if at is not None and event:
            self.log.append(LogEntry(at, event, kind))

    def line(self, at: Moment | None, words: str | None, kind: str | None = None) -> None:
        """What somebody wrote: a line of the log, or of the summary where its time is not known."""
        if words and at is None:
            self.summary.append(words)
        self.entry(at, words or "", kind)

    def named(self, kind: str, *texts: str | None) -> None:
        """Names by which an asset may be known."""
        self.names.extend(Name(kind, text) for text in texts if text)

    def person(self, capacity: str, names: Iterable[str]) -> None:
        """Somebody, by every name; nobody where there is none."""
        if names := tuple(names):
            self.people.append(Person(capacity, names))

    def link(self, title: str, url: str | None, kind: str = "alert") -> None:
        """A page, where there is an address."""
        if url:
            self.links.append(Link(title, url, kind))


def compose(told: Told, body: Body) -> Notice:
    """The notice of what was told; ``body`` takes the sentences about what did not fit."""
    named = _STATE.sub("", told.title or "") or _no_title(told, body)
    title = _bounded(told, body, "title", named, TITLE)
    trigger = _bounded(told, body, "trigger", told.trigger, TRIGGER) if told.trigger else None
    reference = told.reference
    if reference is not None and len(reference) > REFERENCE:
        told.link("The incident in its tool", reference if _HTTP.match(reference) else None)
        body.note(f"The reference is longer than {REFERENCE} characters and stands among the links")
        reference = None
    return Notice(
        source=told.source,
        key=stable(told.key),
        title=title,
        reference=reference,
        severity=cut(one_line(told.severity), NAME) if told.severity else None,
        summary=_summary(told, body, title),
        trigger=trigger,
        detected_by=told.detected_by,
        clock={key: at for key in CLOCK_POINTS if (at := told.clock.get(key)) is not None},
        log=_few(body, "log entries", _log(told, body), MOST_LOG),
        names=_few(body, "names", _names(told), MOST_NAMES),
        people=_few(body, "people", dict.fromkeys(told.people), MOST_PEOPLE),
        links=_few(body, "links", _links(told), MOST_LINKS),
        tags=_few(body, "tags", dict.fromkeys(filter(None, map(_tag, told.tags))), MOST_TAGS),
        follow_ups=_few(body, "follow-ups", _follow_ups(told, body), MOST_FOLLOW_UPS),
        is_over=told.is_over,
        unread=tuple(body.unread),
    )


def combined(first: Notice, second: Notice) -> Notice:
    """Two events of one outage as one: what the first says counts, the second fills its gaps.

    Where both state an instant, it began at the earlier and ended at the later; whether it is over
    is what the later event says.
    """
    log = sorted({*first.log, *second.log}, key=lambda entry: (entry.at, entry.event))
    return replace(
        first,
        severity=first.severity or second.severity,
        summary=_together(first.summary, second.summary),
        trigger=first.trigger or second.trigger,
        detected_by=first.detected_by or second.detected_by,
        clock={
            key: (max if key in _ENDS else min)(moments)
            for key in CLOCK_POINTS
            if (moments := [n.clock[key] for n in (first, second) if key in n.clock])
        },
        log=tuple(log)[:MOST_LOG],
        names=_union(first.names, second.names)[:MOST_NAMES],
        people=_union(first.people, second.people)[:MOST_PEOPLE],
        links=_union(first.links, second.links)[:MOST_LINKS],
        tags=_union(first.tags, second.tags)[:MOST_TAGS],
        follow_ups=_union(first.follow_ups, second.follow_ups)[:MOST_FOLLOW_UPS],
        is_over=_is_over(first, second),
        unread=_union(first.unread, second.unread),
    )


def _is_over(first: Notice, second: Notice) -> bool:
    if first.log and second.log and first.log[-1].at != second.log[-1].at:
        return max((first, second), key=lambda notice: notice.log[-1].at).is_over
    return first.is_over or second.is_over


def _union(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _together(first: str | None, second: str | None) -> str | None:
    paragraphs = dict.fromkeys(
        part for text in (first, second) if text for part in text.split("\n\n")
    )
    return cut("\n\n".join(paragraphs), SUMMARY) or None


def stable(key: str) -> str:
    """A key of a bounded length: what is too long ends in a digest of the whole."""
    line = one_line(key)
    if len(line) <= KEY:
        return line
    return f"{line[: KEY - 17]}-{sha256(line.encode()).hexdigest()[:16]}"


_STATE = re.compile(
    r"\A(?:\s*\[\s*(?:firing|resolved|triggered|alert(?:ing)?|recovered|no data|warn(?:ing)?|ok)"
    r"(?:\s*:\s*[0-9]{1,6})?\s*\])+\s*(?=\S)",
    re.IGNORECASE,
)
"""What alerting puts before a title: the state of that moment, ``[FIRING:2]``."""


def _no_title(told: Told, body: Body) -> str:
    body.note("The event gives no title: write what happened, in one line")
    return f"Outage {told.key}"


def _bounded(told: Told, body: Body, what: str, text: str, most: int) -> str:
    line = one_line(text)
    if len(line) > most:
        # Nothing is lost: the summary has no such bound.
        told.summary.insert(0, line)
        rest = "it in full" if len(line) <= SUMMARY else "more of it"
        body.note(f"The {what} has {len(line):,} characters and is cut; the summary has {rest}")
    return cut(line, most)


def _summary(told: Told, body: Body, title: str) -> str | None:
    paragraphs = dict.fromkeys(text for part in told.summary if part and (text := prose(part)))
    whole = "\n\n".join(text for text in paragraphs if text != title)
    if len(whole) > SUMMARY:
        body.note(f"The summary has {len(whole):,} characters; the first {SUMMARY:,} are kept")
    return cut(whole, SUMMARY) or None


def _log(told: Told, body: Body) -> Iterable[LogEntry]:
    entries: dict[tuple[Moment, str], LogEntry] = {}
    for entry in told.log:
        event = one_line(entry.event)
        if len(event) > LOG_ENTRY:
            body.note(
                f"The log entry of {entry.at.text} has {len(event):,} characters; "
                f"the first {LOG_ENTRY} are kept"
            )
        if event:
            kept = LogEntry(entry.at, cut(event, LOG_ENTRY), entry.kind)
            entries.setdefault((kept.at, kept.event), kept)
    return sorted(entries.values(), key=lambda entry: entry.at)


def _names(told: Told) -> Iterable[Name]:
    kept: dict[str, Name] = {}
    for name in told.names:
        text = one_line(name.text)
        # Nothing in a catalog is called by more, or by a number alone.
        if len(text) <= NAME and any(letter.isalpha() for letter in text):
            kept.setdefault(text.casefold(), Name(cut(one_line(name.kind), TAG), text))
    return kept.values()


def _links(told: Told) -> Iterable[Link]:
    kept: dict[str, Link] = {}
    for link in told.links:
        if link.url != told.reference or len(link.url) > REFERENCE:
            title = cut(one_line(link.title), LINK_TITLE) or "Link"
            kept.setdefault(link.url, Link(title, link.url, link.kind))
    return kept.values()


def _tag(text: str) -> str:
    """A text as a tag of a record; nothing where no letter or digit of it fits."""
    plain = unicodedata.normalize("NFKD", text[: 4 * TAG])
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
    return words[:TAG].rstrip("-")


def _follow_ups(told: Told, body: Body) -> Iterable[str]:
    for text in dict.fromkeys(map(one_line, told.follow_ups)):
        if len(text) > LOG_ENTRY:
            body.note(f"A follow-up has {len(text):,} characters; the first {LOG_ENTRY} are kept")
        if text:
            yield cut(text, LOG_ENTRY)


def _few(body: Body, what: str, found: Iterable[T], most: int) -> tuple[T, ...]:
    kept = tuple(found)
    if len(kept) > most:
        body.note(f"The event has {len(kept):,} {what}; the first {most} are kept")
    return kept[:most]
