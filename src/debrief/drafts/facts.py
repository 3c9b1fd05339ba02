"""What an event states, in the words of a record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from debrief import events, template
from debrief.archive import Archive
from debrief.events.notice import LogEntry, Notice
from debrief.record import CLOCK_POINTS, Moment
from debrief.reporters.plain import printable, sentence, shortened
from debrief.schema import Schema

MOST_ENTRIES = 200
"""Of a longer log the rest stands as text in the body: a timeline is read from end to end."""

_MARK = re.compile(r"[A-Za-z0-9._-]{1,80}\Z")

_OWN_SEVERITY = re.compile(r"sev(?:erity)?[\s_-]*([1-4])\Z", re.IGNORECASE)
"""Our own words, as other tools spell them: ``SEV-2``, ``Severity 2``."""

_POINTS = {
    "started_at": ("symptom", "It began, according to {tool}"),
    "detected_at": ("alert", "{tool}: {title}"),
    "acknowledged_at": ("note", "Acknowledged in {tool}"),
    "mitigated_at": ("mitigation", "Mitigated, according to {tool}"),
    "resolved_at": ("recovery", "Resolved, according to {tool}"),
}
"""What a clock point says in the timeline where the event's own log does not."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Values of the front matter that the event states, with remarks on what it leaves open.

    ``timeline`` holds the first entries of the log, ``further`` those that do not fit.
    """

    title: str
    severity: str | None
    tags: tuple[str, ...]
    incident: Mapping[str, str | None]
    timeline: tuple[Mapping[str, str], ...]
    further: tuple[LogEntry, ...]
    evidence: tuple[Mapping[str, str], ...]
    ideas: tuple[str, ...]
    remarks: Mapping[str, str]


def mark(notice: Notice) -> str:
    """What says in a record which incident it was drafted from: ``pagerduty:Q1R2MLQMYTWR3Y``.

    A key that could not stand there as it is, because of its length or its characters, is replaced
    by the beginning of its digest.
    """
    key = notice.key
    if not _MARK.match(key):
        key = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"{notice.source}:{key}"


def tool(notice: Notice) -> str:
    """The name of what sent the event."""
    return events.tool(notice.source)


def of(notice: Notice, archive: Archive) -> Facts:
    """What an event states."""
    schema = archive.schemas["postmortem"]
    severity, about_severity = severity_of(notice, archive)
    timeline = entries(notice, schema)
    remarks = {"severity": about_severity}
    if notice.unread:
        remarks["incident"] = f"Not certain. {' '.join(map(sentence, notice.unread))}"
    if notice.tags:
        remarks["tags"] = f"From {tool(notice)}."
    incident = {
        "reference": notice.reference,
        "event": mark(notice),
        "type": None,
        "trigger": _line(notice.trigger, 300) if notice.trigger else None,
        "detected_by": notice.detected_by,
        **{key: _text(notice.clock.get(key)) for key in CLOCK_POINTS},
    }
    return Facts(
        title=_line(notice.title, 160),
        severity=severity,
        tags=_tags(notice),
        incident=incident,
        timeline=tuple(written(entry) for entry in timeline[:MOST_ENTRIES]),
        further=tuple(timeline[MOST_ENTRIES:]),
        evidence=tuple(_evidence(notice, schema)),
        ideas=tuple(filter(None, (_line(idea, 300) for idea in notice.follow_ups[:50]))),
        remarks=remarks,
    )


def severity_of(notice: Notice, archive: Archive) -> tuple[str | None, str]:
    """The severity that the tool's own word means here, and what it rests on."""
    said = (notice.severity or "").strip()
    if not said:
        return None, f"Not known when this was drafted: {tool(notice)} says no severity."
    own = _OWN_SEVERITY.match(said)
    policy = archive.catalog.policy.events.severities
    mapped = {word.casefold(): ours for word, ours in policy.items()}
    found = f"sev{own[1]}" if own else mapped.get(said.casefold())
    spelled = shortened(printable(said), 60)
    if found is None:
        rest = "which `events.severities` in catalog/policy.yml does not map."
        return None, f"Not known when this was drafted: {tool(notice)} says `{spelled}`, {rest}"
    return found, f"{tool(notice)} says `{spelled}`."


def entries(notice: Notice, schema: Schema) -> list[LogEntry]:
    """The event's own log, and its clock points where the log has nothing at that instant."""
    kinds = schema.words("timeline", "kind")
    found = {(e.at.start, e.event): e for e in notice.log}
    logged = {entry.at.start for entry in notice.log}
    for key, moment in notice.clock.items():
        if moment.start not in logged and not moment.whole_day:
            kind, words = _POINTS[key]
            event = words.format(tool=tool(notice), title=_line(notice.title, 160))
            found[moment.start, event] = LogEntry(moment, event, kind)
    known = (e if e.kind in kinds else LogEntry(e.at, e.event) for e in found.values())
    return sorted(known, key=lambda entry: entry.at)


def written(entry: LogEntry) -> dict[str, str]:
    """An entry of the log as one of a record's timeline."""
    kind = {"kind": entry.kind} if entry.kind else {}
    whole_day = {"precision": "day"} if entry.at.whole_day else {}
    event = _line(entry.event, 600)
    return {"at": entry.at.text, **whole_day, **kind, "event": event}


def _evidence(notice: Notice, schema: Schema) -> Iterator[dict[str, str]]:
    """The pages that the event points at, each once."""
    kinds = schema.words("evidence", "kind")
    links = {link.url: link for link in reversed(notice.links)}
    ordered = dict.fromkeys(link.url for link in notice.links)
    for number, url in enumerate(list(ordered)[:20], 1):
        link = links[url]
        if len(url) <= 2000 and url != notice.reference:
            kind = link.kind if link.kind in kinds else "document"
            title = _line(link.title, 200) or shortened(url, 200)
            yield {"id": f"{notice.source}-{number}", "kind": kind, "title": title, "url": url}


def _tags(notice: Notice) -> tuple[str, ...]:
    found = (template.slug(tag) for tag in notice.tags)
    return tuple(dict.fromkeys(tag for tag in found if tag))[:20]


def _text(moment: Moment | None) -> str | None:
    return moment.text if moment else None


def _line(text: str, most: int) -> str:
    return shortened(" ".join(text.split()), most)
