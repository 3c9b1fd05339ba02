"""Calendars of what is due: of everybody, and of each owner.

A due date is an event of a whole day that takes up nobody's time: Outlook, Google and Apple show no
tasks of a calendar that one subscribes to. The calendar of a team holds the open actions of its
members as well. That of a role does not: what its holders promised as themselves is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText

from debrief import words
from debrief.catalog import Owner
from debrief.metrics import Promise
from debrief.record import Action, Postmortem
from debrief.site import address, latest
from debrief.site.edition import Edition
from debrief.site.feeds import clean
from debrief.site.page import MadeFile

KIND = "text/calendar"
TITLE = "Open actions"
PRODUCT = "-//Debrief//Open actions//EN"
REFRESH = timedelta(hours=12)
"""How often a calendar asks to be fetched; most programs follow a rhythm of their own."""

_END = b"END:VCALENDAR\r\n"


def files(edition: Edition) -> Iterator[MadeFile]:
    """The calendar of everybody, and one for each owner who has a page."""
    events = Events(edition)
    yield MadeFile(address.CALENDAR, partial(calendar, events, title(edition), edition.actions))
    for owner in edition.archive.catalog.owners.values():
        if edition.has(address.owner(owner.id)):
            make = partial(owner_calendar, events, owner)
            yield MadeFile(address.owner_calendar(owner.id), make)


def title(edition: Edition, owner: Owner | None = None) -> str:
    """The name under which a calendar shows beside others."""
    name = owner.name if owner else edition.archive.catalog.policy.organisation
    return f"{TITLE}: {name}" if name else TITLE


def owner_calendar(events: Events, owner: Owner) -> bytes:
    """What one owner, and where it is a team its members, have still to do."""
    return calendar(events, title(events.edition, owner), promises(events.edition, owner))


def promises(edition: Edition, owner: Owner) -> tuple[Promise, ...]:
    """The actions of an owner, and of the members where it is a team, by due date."""
    names = dict.fromkeys((owner.id, *(owner.members if owner.kind == "team" else ())))
    found = [pair for name in names for pair in edition.actions_by_owner.get(name, ())]
    return tuple(sorted(found, key=lambda pair: (str(pair[1].due), pair[0].id, pair[1].id)))


def calendar(events: Events, name: str, found: Iterable[Promise]) -> bytes:
    """The calendar of those of some actions that are open and have a due date."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", PRODUCT)
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", Words(clean(name)))
    made.add("x-wr-calname", Words(clean(name)))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT12H")
    written = [
        events.event(record, action) for record, action in found if action.is_open and action.due
    ]
    if not written:
        made.add_component(_placeholder())
    head = made.to_ical().removesuffix(_END)
    return b"".join((head, *written, _END))


def _placeholder() -> Timezone:
    """Something that no program shows: a calendar without any component would not be valid."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", latest.midnight(latest.NEVER).replace(tzinfo=None))
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone


@dataclass(frozen=True)
class Events:
    """The events of an edition. An action is in several calendars, and is written once."""

    edition: Edition

    @cached_property
    def _written(self) -> dict[tuple[str, str], bytes]:
        return {}

    def event(self, record: Postmortem, action: Action) -> bytes:
        """The due date of an action as a VEVENT."""
        key = (record.id, action.id)
        if key not in self._written:
            self._written[key] = self._write(record, action).to_ical()
        return self._written[key]

    def _write(self, record: Postmortem, action: Action) -> Event:
        edition = self.edition
        assert action.due is not None  # noqa: S101 - no event is made for another
        moved = latest.midnight(latest.action_moved(record, action, edition.trail(record)))
        late = "Overdue: " if action.days_overdue(edition.today) else ""
        owner = f" ({self._owner(action)})" if action.owner else ""
        link = self._link(record, action)
        event = Event()
        event.add("uid", f"{record.id}.{action.id}@debrief")
        event.add("dtstamp", moved)
        event.add("last-modified", moved)
        event.add("dtstart", action.due)
        event.add("dtend", action.due + timedelta(days=1))
        event.add("summary", Words(clean(f"{late}{action.title}{owner}")))
        event.add("description", Words(clean("\n".join(_about(record, action, link)))))
        event.add("status", "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        if link:
            event.add("url", link)
        return event

    def _owner(self, action: Action) -> str:
        return self.edition.archive.catalog.owner_name(action.owner or "")

    def _link(self, record: Postmortem, action: Action) -> str:
        """Where the action stands; nothing where the site's address is not known.

        A program shows an event by itself: from there, a relative link leads nowhere.
        """
        page = address.postmortem(record.id)
        if not self.edition.site_url or not self.edition.has(page):
            return ""
        root = address.root(self.edition.site_url, address.CALENDAR)
        anchor = address.action_anchor(action.id, restricted=record.restricted)
        return f"{address.under(root, page)}#{anchor}"


def _about(record: Postmortem, action: Action, link: str) -> Iterator[str]:
    yield f"Postmortem: {record.title}"
    yield f"State: {words.lower_term(action.status)}"
    if action.success_criteria:
        yield f"Done when: {action.success_criteria}"
    if link:
        yield link


class Words(vText):
    r"""Text in a calendar. The library takes the `\N` of a path for a line break."""

    def to_ical(self) -> bytes:
        """The text with everything escaped that has a meaning."""
        return rb"\\N".join(vText(part).to_ical() for part in self.split(r"\N"))
