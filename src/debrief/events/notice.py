"""What one event tells of an outage, in the same words whichever tool sent it.

A source fills in what its body says and nothing else. What the body does not say is absent; what it
says in a way that cannot be understood is told under ``unread``, so that it becomes a gap that
somebody fills in, and never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from debrief.record import Moment


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the event's own log; ``kind`` is a word of the timeline, where it is plain."""

    at: Moment
    event: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the event names, by every name that it gives: account, address, full name.

    ``capacity`` is ``on-call``, ``assignee``, ``reporter`` or a role of the record such as
    ``incident_commander``; ``team`` is for a team.
    """

    capacity: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name by which the event may mean a data asset: of a service, a label, a table, a job."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page that the event points at; ``kind`` is a kind of evidence."""

    title: str
    url: str
    kind: str = "alert"


@dataclass(frozen=True, slots=True)
class Notice:
    """One event about one outage.

    ``key`` names the outage within its source for ever: the same outage has the same key, whichever
    of its events is read. ``severity`` is the source's own word. ``clock`` holds the clock points
    of a record (``record.CLOCK_POINTS``) that the event states. ``detected_by`` is a word of the
    schema, and only given where the kind of source leaves no doubt: a monitor's alert is a
    monitor's.
    """

    source: str
    key: str
    title: str
    reference: str | None = None
    severity: str | None = None
    summary: str | None = None
    trigger: str | None = None
    detected_by: str | None = None
    clock: Mapping[str, Moment] = field(default_factory=dict)
    log: tuple[LogEntry, ...] = ()
    names: tuple[Name, ...] = ()
    people: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    """What somebody wrote down to do later: ideas, since nobody has promised them here."""
    is_over: bool = True
    """Whether the source has no more to say: the outage ended, or it tells of a failure once."""
    unread: tuple[str, ...] = ()
    """What could not be understood, each in a sentence for whoever completes the draft."""
