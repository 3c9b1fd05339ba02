"""Atom feeds: of all postmortems, and of those that concern one owner or one data asset.

An entry keeps its id whatever becomes of its title or of the site's address, so that no reader
shows it twice. Its days come from the record and its trail, never from the clock.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any
from uuid import UUID, uuid5

from feedgenerator import Atom1Feed
from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator
from markupsafe import escape

from debrief.nodes import FORBIDDEN
from debrief.record import WITHDRAWN, Postmortem
from debrief.site import address, latest
from debrief.site.edition import Edition
from debrief.site.page import MadeFile
from debrief.site.rendering import fill

LIMIT = 50
"""How many entries a feed has at most."""

NAMESPACE = UUID("7c782f31-7bd1-53be-8b96-b4d7a266e8b7")
"""What all ids are made from. Another one would show everybody everything once more."""


def files(edition: Edition) -> Iterator[MadeFile]:
    """The feed of everything, and one for each owner and each asset that has a page."""
    entries = Entries(edition)
    archive = edition.archive
    everything = Subject(address.FEED, address.HOME, title(edition), "all")
    yield _file(entries, everything, edition.records)
    for owner in archive.catalog.owners.values():
        page = address.owner(owner.id)
        if edition.has(page):
            name = title(edition, owner.name)
            about = Subject(address.owner_feed(owner.id), page, name, f"owner {owner.id}")
            yield _file(entries, about, archive.by_owner.get(owner.id, ()))
    for asset in archive.catalog.assets.values():
        page = address.asset(asset.id)
        if edition.has(page):
            name = title(edition, asset.name)
            about = Subject(address.asset_feed(asset.id), page, name, f"asset {asset.id}")
            named = archive.by_asset.get(asset.id, ())
            yield _file(entries, about, tuple(r for r in named if r.status != WITHDRAWN))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a feed is about: where it lies, the page that shows the same, its title, and a key."""

    address: str
    page: str
    title: str
    key: str


def title(edition: Edition, name: str = "") -> str:
    """The title of the feed of an owner or an asset; without a name, of that of everything."""
    if name:
        return f"Postmortems: {name}"
    organisation = edition.archive.catalog.policy.organisation
    return f"Postmortems at {organisation}" if organisation else "Postmortems"


def _file(entries: Entries, about: Subject, records: Iterable[Postmortem]) -> MadeFile:
    return MadeFile(about.address, partial(feed, entries, about, records))


def feed(entries: Entries, about: Subject, records: Iterable[Postmortem]) -> bytes:
    """The feed of some records: what moved last comes first."""
    edition = entries.edition
    moved = entries.moved
    found = sorted(records, key=lambda record: (moved[record.id], record.id), reverse=True)[:LIMIT]
    root = address.root(edition.site_url, about.address)
    made = _Feed(
        title=clean(about.title),
        link=address.under(root, about.page),
        description=None,
        feed_url=address.under(root, about.address),
        feed_guid=identity(f"feed {about.key}"),
        author_name=clean(edition.archive.catalog.policy.organisation or "Debrief"),
        updated=moved[found[0].id] if found else latest.NEVER,
        entries=[entries.entry(record, root) for record in found],
    )
    return f"{made.writeString('utf-8')}\n".encode()


class _Feed(Atom1Feed):  # type: ignore[misc] # released without types
    """Atom whose day is handed in, and whose entries have been written by now."""

    def latest_post_date(self) -> datetime:
        """The base class takes the clock where there is no entry."""
        return latest.midnight(self.feed["updated"])

    def write_items(self, handler: Any) -> None:
        """Put the finished entries in; a record is in many feeds, and written once."""
        for entry in self.feed["entries"]:
            handler.ignorableWhitespace(f"\n{entry}")
        handler.ignorableWhitespace("\n")


@dataclass(frozen=True)
class Entries:
    """The entries of an edition, each made once."""

    edition: Edition

    @cached_property
    def moved(self) -> dict[str, date]:
        """The last day on which each record moved, by its id."""
        edition = self.edition
        return {
            record.id: latest.moved(record, edition.trail(record)) for record in edition.records
        }

    @cached_property
    def _written(self) -> dict[tuple[str, str], str]:
        return {}

    def entry(self, record: Postmortem, root: str) -> str:
        """The entry of a record as XML, in a feed with this root for its links."""
        key = (root, record.id)
        if key not in self._written:
            page = address.postmortem(record.id)
            there = page if self.edition.has(page) else address.HOME
            self._written[key] = self._write(record, address.under(root, there))
        return self._written[key]

    def _write(self, record: Postmortem, link: str) -> str:
        # Without an owner, the author of the feed is that of the entry.
        name = self.edition.archive.catalog.owner_name(record.owner) if record.owner else None
        # A restricted record says nothing of its days.
        published = None if record.restricted else record.published_on or record.day
        content = fill(self.edition, "entry.html", address.HOME, record=record)
        one = Atom1Feed(title="", link="", description=None)
        one.add_item(
            title=clean(record.title),
            link=link,
            description=clean(escape(record.summary)) if record.summary else None,
            content=clean(content.strip()),
            unique_id=identity(f"postmortem {record.id}"),
            author_name=clean(name) if name else None,
            pubdate=latest.midnight(published) if published else None,
            updateddate=latest.midnight(self.moved[record.id]),
            categories=list(filter(None, (record.severity, record.status))),
        )
        out = io.StringIO()
        one.write_items(SimplerXMLGenerator(out, "utf-8", short_empty_elements=True))
        return out.getvalue()


def identity(key: str) -> str:
    """An id that is the same for ever, wherever the site lies."""
    return uuid5(NAMESPACE, key).urn


def clean(text: str) -> str:
    """A text that XML and iCalendar can hold; records have no other, names elsewhere might."""
    return FORBIDDEN.sub("\ufffd", text)
