"""Templates and links: how values become HTML, with everything escaped that is not HTML yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from debrief import words
from debrief.record import Action, Evidence, Moment, Postmortem
from debrief.site import address
from debrief.site.edition import Edition
from debrief.site.page import Heading

_INDENTATION = re.compile(r"\n\s+|(?<=>) {2,}(?=<)")
_KEPT_AS_IT_IS = re.compile(
    r"(<(?:pre|script|textarea)\b.*?</(?:pre|script|textarea)>)", re.DOTALL | re.IGNORECASE
)
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")


@dataclass(frozen=True, slots=True)
class Links:
    """Links from one page, as HTML: a name where there is one, plain text where no page is.

    Filled by ``%``, which escapes as ``format`` does in a quarter of the time.
    """

    edition: Edition
    here: str

    def to(self, there: str) -> str:
        """The relative link to an address."""
        return address.relative(self.here, there)

    def page(self, there: str, text: str) -> Markup:
        """A link to an address, or the text alone where nothing lies there."""
        if there == self.here or not self.edition.has(there):
            return escape(text)
        return Markup('<a href="%s">%s</a>') % (self.to(there), text)

    def owner(self, owner_id: str) -> Markup:
        """An owner by name; one who has left is marked."""
        catalog = self.edition.archive.catalog
        known = catalog.owners.get(owner_id)
        link = self.page(address.owner(owner_id), catalog.owner_name(owner_id))
        if known is not None and not known.active:
            link += Markup(' <span class="db-muted">(inactive)</span>')
        return link

    def owners(self, owner_ids: Iterable[str]) -> Markup:
        """Owners by name, separated by commas."""
        return Markup(", ").join(map(self.owner, owner_ids))

    def asset(self, asset_id: str) -> Markup:
        """A data asset by name."""
        name = self.edition.archive.catalog.asset_name(asset_id)
        return self.page(address.asset(asset_id), name)

    def record(self, record_id: str) -> Markup:
        """Another postmortem by its title."""
        other = self.edition.archive.by_id.get(record_id)
        title = other.title if other is not None else record_id
        return self.page(address.postmortem(record_id), title)

    def source(self, record: Postmortem) -> Markup:
        """The source of a record from elsewhere, as a chip that leads to the page of them all."""
        chip = Markup('<span class="db-chip">From %s</span>') % self.edition.origin(record)
        if not self.edition.has(address.SOURCES):
            return chip
        return Markup('<a class="db-chip-link" href="%s">%s</a>') % (self.to(address.SOURCES), chip)

    def action(self, record: Postmortem, action: Action) -> Markup:
        """An action by its title, with a link to where its postmortem tells of it."""
        there = address.postmortem(record.id)
        if not self.edition.has(there):
            return prose(action.title)
        # The page of a restricted record has one short list, and no anchors in it.
        place = "actions" if record.restricted else f"action-{action.id}"
        return Markup('<a href="%s#%s">%s</a>') % (self.to(there), place, prose(action.title))

    def status(self, name: str) -> Markup:
        """A status as a chip that leads to its page."""
        chip = Markup('<span class="db-chip db-status db-status--%s">%s</span>') % (
            name,
            words.term(name),
        )
        there = address.status(name)
        if there == self.here or not self.edition.has(there):
            return chip
        return Markup('<a class="db-chip-link" href="%s">%s</a>') % (self.to(there), chip)

    def elsewhere(self, url: str, text: str = "") -> Markup:
        """A link out of the site; text that is no web address stays text."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            return escape(text or url)
        return Markup('<a href="%s">%s</a>') % (url, text or _shorten(url))

    def evidence(self, record: Postmortem, item: Evidence) -> Markup:
        """A piece of evidence by its title, with a link where it can be opened."""
        if item.url is not None:
            return self.elsewhere(item.url, item.title)
        if item.path in self.edition.archive.attachments.get(record.id, ()):
            return self.page(address.attachment(record.id, item.path or ""), item.title)
        return escape(item.title)


def _shorten(url: str) -> str:
    """A web address as it is shown: without the protocol, and not longer than a line."""
    shown = re.sub(r"^https?://", "", url).rstrip("/")
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


# --- templates -----------------------------------------------------------------------------------


def prose(text: str) -> Markup:
    """A value from front matter: text, in which `code` between backticks is set as code."""
    parts: list[Markup] = []
    end = 0
    for span in _CODE.finditer(text):
        parts += [escape(text[end : span.start()]), Markup("<code>%s</code>") % span[2]]
        end = span.end()
    return Markup("").join([*parts, escape(text[end:])])


def when(value: Moment | date, *, approximate: bool = False) -> Markup:
    """A date or an instant in a ``<time>`` element."""
    shown = words.instant(value) if isinstance(value, Moment) else words.short_day(value)
    about = "about " if approximate else ""
    return Markup('%s<time datetime="%s">%s</time>') % (about, words.machine_time(value), shown)


@cache
def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": prose,
        "when": when,
        "day": words.day,
        "short_day": words.short_day,
        "clock": words.clock,
        "duration": words.duration,
        "number": words.number,
        "sentence": words.sentence,
        "term": words.term,
        "lower_term": words.lower_term,
        "listed": words.listed,
        "quarter": words.quarter,
    }
    environment.globals |= {
        "counted": words.counted,
        "data_of": words.data_of,
        "data_range": words.data_range,
        "lasted": words.lasted,
        "promised": words.promised,
        "timing": words.timing,
        "unit": words.unit,
    }
    return environment


def fill(edition: Edition, template: str, here: str, **values: object) -> str:
    """Fill a template for the page at an address."""
    found = _environment(edition.templates).get_template(template)
    return found.render(
        edition=edition,
        today=edition.today,
        catalog=edition.archive.catalog,
        link=Links(edition, here),
        at=address,
        **values,
    )


def compact(html: str) -> str:
    """The same without the templates' indentation, which is a fifth of a page and shows nowhere.

    What is preformatted stays as it is, and so do scripts, which are known by their hashes.
    """
    return "".join(
        part if kept else _INDENTATION.sub("\n", part)
        for part, kept in zip(_KEPT_AS_IT_IS.split(html), cycle((False, True)), strict=False)
    )


# --- the table of contents -----------------------------------------------------------------------


def contents(title: str, sections: Iterable[tuple[str, str]]) -> tuple[Heading, ...]:
    """The table of contents of a page with these sections, as pairs of anchor and title."""
    return (Heading(title, TOP, tuple(_headings(sections))),)


def _headings(sections: Iterable[tuple[str, str]]) -> Iterator[Heading]:
    for anchor, title in sections:
        yield Heading(title, anchor)


TOP = "top"
"""The anchor of every page's own heading."""
