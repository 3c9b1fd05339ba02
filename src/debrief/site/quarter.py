"""The index by quarter, and for each quarter the agenda of its review.

What stands on the agenda is worked out in ``debrief.review``; ``./debrief report quarter`` writes
the same as Markdown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

from markupsafe import Markup, escape

from debrief import review, words
from debrief.metrics import Figure, OutageFacts, figure
from debrief.metrics.figures import had_recurred
from debrief.quarters import Quarter, until
from debrief.record import Postmortem
from debrief.review import Desk, Report, Section, Span
from debrief.review.happened import by_severity
from debrief.review.outages import SEVERE
from debrief.review.phrases import (
    ACTION,
    ASSET,
    LATE,
    OWNER,
    PROSE,
    RECORD,
    SEVERITY,
    STRONG,
    Name,
    Phrase,
)
from debrief.review.report import HOW_TO_RUN
from debrief.site import address, grouping
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import Links, contents, fill, prose

__all__ = ["SEVERE", "QuarterView", "around", "overview_page", "plans", "quarter_page", "quarters"]

TITLE = "By quarter"


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for every quarter from our first outage to today."""
    yield Plan(address.QUARTERS, TITLE, partial(overview_page, edition))
    for quarter in quarters(edition):
        make = partial(quarter_page, edition, quarter)
        yield Plan(address.quarter(str(quarter)), words.quarter(str(quarter)), make)


def quarters(edition: Edition) -> tuple[Quarter, ...]:
    """Every quarter from our first outage to today, the latest first.

    Also those in which nothing happened. Of the time before, which imported records tell of, only
    those of which they tell: nobody knows what else happened then.
    """
    told = {Quarter.parse(name) for name in edition.archive.by_quarter}
    now = Quarter.of(edition.today)
    own = [Quarter.of(outage.day) for outage in edition.ledger.outages]
    whole = until(now, min([*own, now]))
    return tuple(sorted({*told, *whole}, reverse=True))


def overview_page(edition: Edition) -> Page:
    """Every quarter with its figures."""
    views = [QuarterView(edition, quarter) for quarter in quarters(edition)]
    most = max((len(view.own) for view in views), default=0)
    retold = any(view.retold for view in views)
    html = fill(
        edition,
        "quarters.html",
        address.QUARTERS,
        title=TITLE,
        views=views,
        most=most,
        retold=retold,
    )
    text = "What happened in each quarter, and what its review should talk about."
    entry = SearchEntry(TITLE, text)
    return Page(address.QUARTERS, TITLE, text, html, contents(TITLE, []), (entry,))


def quarter_page(edition: Edition, quarter: Quarter) -> Page:
    """One quarter: the agenda of its review, and its outages."""
    here = address.quarter(str(quarter))
    view = QuarterView(edition, quarter)
    title = words.quarter(str(quarter))
    say = phrases(Links(edition, here))
    html = fill(edition, "quarter.html", here, view=view, title=title, say=say, how=HOW_TO_RUN)
    text = f"What the review of {title} should talk about, and every outage of it."
    return Page(
        here, title, text, html, contents(title, view.headings), (SearchEntry(title, text),)
    )


@dataclass(frozen=True)
class QuarterView:
    """A quarter, as of its last day or of today."""

    edition: Edition
    quarter: Quarter

    @property
    def name(self) -> str:
        """``2026-Q1``."""
        return str(self.quarter)

    @cached_property
    def desk(self) -> Desk:
        """What its review works from."""
        return Desk(self.edition.basis, Span.quarter(self.quarter), self.edition.today)

    @property
    def as_of(self) -> date:
        """The day for which it is told."""
        return self.desk.day

    @property
    def over(self) -> bool:
        """Whether the quarter has ended."""
        return self.desk.over

    @cached_property
    def records(self) -> tuple[Postmortem, ...]:
        """Its outages, the newest first."""
        return grouping.happened(self.edition.archive.by_quarter.get(self.name, ()))

    @cached_property
    def own(self) -> tuple[Postmortem, ...]:
        """Those that are ours: imported ones are left out of the agenda."""
        return tuple(record for record in self.records if record.imported is None)

    @cached_property
    def retold(self) -> tuple[Postmortem, ...]:
        """Those that imported records tell of; no figure counts them."""
        return tuple(record for record in self.records if record.imported is not None)

    # Figures

    @property
    def severities(self) -> str:
        """``1 SEV 2, 2 SEV 3, 1 restricted, 1 not rated``: of all that are ours."""
        return self.rated(self.own)

    def rated(self, records: Iterable[Postmortem]) -> str:
        """How many of each severity; what has none is restricted, or nobody has rated it."""
        names = self.edition.archive.catalog.policy.severities
        found = Counter(map(grouping.severity_of, records))
        order = (*names, *sorted(found.keys() - names.keys()))
        said = {name: words.term(name) for name in names} | {"not given": "not rated"}
        return ", ".join(f"{found[name]} {said.get(name, name)}" for name in order if found[name])

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure of the quarter, as of its last day."""
        return self.edition.basis.figures(self.desk.span.period, self.as_of)

    @cached_property
    def known(self) -> tuple[OutageFacts, ...]:
        """What is known today of its outages, as figures see them."""
        today = self.edition.today
        own = (self.edition.ledger.by_record.get(record.id) for record in self.own)
        return tuple(outage for outage in own if outage is not None and outage.known_on <= today)

    @property
    def recurring(self) -> int:
        """How many of them are known today to repeat an earlier one."""
        return sum(had_recurred(outage, self.edition.today) for outage in self.known)

    @property
    def found_by_consumers(self) -> int:
        """How many of them somebody who used the data noticed first."""
        return sum(outage.found_by == "consumer" for outage in self.known)

    @property
    def data_days(self) -> int:
        """The dates of data that were wrong in it, each once for each asset, as known today."""
        ledger, period = self.edition.ledger, self.desk.span.period
        return figure(ledger, "data_days_wrong", period, self.edition.today).n

    # The agenda

    @cached_property
    def report(self) -> Report:
        """The agenda; the outages stand in the table at the end of the page, and not twice."""
        report = review.agenda(self.desk)
        first, *others = report.sections
        first = replace(first, items=tuple(item for item in first.items if item.later))
        return replace(report, sections=(first, *others))

    @property
    def strip(self) -> dict[str, tuple[int, str]]:
        """What the page begins with, as of its day: figures with a note."""
        day, outages, figures = self.as_of, self.desk.outages, self.figures
        again = sum(had_recurred(outage, day) for outage in outages)
        consumers = sum(outage.found_by == "consumer" for outage in outages)
        opened = words.counted(figures["open_actions"].n, "open one")
        return {
            "Outages": (len(outages), by_severity(outages)),
            "Happened again": (again, "repeat an earlier outage"),
            "Found by consumers": (consumers, "before anybody here"),
            "Data-days wrong": (figures["data_days_wrong"].n, "an asset, on a date of its data"),
            "Overdue promises": (figures["overdue_actions"].n, f"of {opened}"),
        }

    @property
    def points(self) -> tuple[Section, ...]:
        """The points of the agenda that have something."""
        return self.report.sections[1:-1]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        sections = [(section.anchor, section.title) for section in self.report.sections]
        return [*sections, ("all", "All outages of the quarter")]


def phrases(link: Links) -> Callable[[Phrase], Markup]:
    """Writes sentences of a review: names lead to their pages, and all else is escaped."""
    shown: dict[str, Callable[[Name], Markup]] = {
        RECORD: lambda name: link.record(name.id),
        ACTION: lambda name: _action(link, name),
        OWNER: lambda name: link.owner(name.id),
        ASSET: lambda name: link.asset(name.id),
        SEVERITY: lambda name: (
            Markup('<span class="db-chip db-severity db-severity--%s">%s</span>')
            % (name.id, name.text)
        ),
        LATE: lambda name: (
            Markup('<span class="db-timing db-timing--overdue">%s</span>') % name.text
        ),
        STRONG: lambda name: Markup("<strong>%s</strong>") % name.text,
        PROSE: lambda name: prose(name.text),
    }

    def say(phrase: Phrase) -> Markup:
        parts = (prose(p) if isinstance(p, str) else shown[p.kind](p) for p in phrase)
        return Markup("").join(parts)

    return say


def _action(link: Links, name: Name) -> Markup:
    """An action by its title, with a link to where its postmortem tells of it."""
    record = link.edition.archive.by_id.get(name.within)
    action = next((a for a in record.actions if a.id == name.id), None) if record else None
    if record is None or action is None:
        return escape(name.text)
    return link.action(record, action)


def around(edition: Edition, count: int) -> tuple[Quarter, ...]:
    """The last quarters up to today, the earliest first, whether anything happened or not."""
    last = Quarter.of(edition.today)
    first = last
    for _ in range(count - 1):
        first = first.previous
    return tuple(until(last, first))
