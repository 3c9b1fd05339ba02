"""The home page: how things stand today, whose turn it is, and where to go from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from markupsafe import Markup

from debrief import metrics, words
from debrief.metrics import Definition, Figure, Period, Promise
from debrief.quarters import Quarter
from debrief.record import WITHDRAWN, AffectedAsset, Postmortem
from debrief.site import address, chart, figures, grouping, quarter, subscriptions
from debrief.site.actions import ActionsView
from debrief.site.edition import Edition
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Home"
LATEST = 6
CHECKPOINTS = 8
"""A trend is told for today and the ends of the quarters before: two years."""
_SEVERITY_COLOURS = {
    "sev1": "var(--db-fill-red)",
    "sev2": "var(--db-fill-orange)",
    "sev3": "var(--db-fill-yellow)",
    "sev4": "var(--db-fill-grey)",
}
_RESTRICTED, _NONE, _IMPORTED = "restricted", "not given", "imported"
_BESIDE = {
    _NONE: ("No severity", "var(--db-fill-blue)"),
    _RESTRICTED: ("Restricted", "var(--db-fill-green)"),
    _IMPORTED: ("Imported", "var(--md-default-fg-color--lighter)"),
}
"""What is counted apart from the severities, with its name and its colour."""
_OTHER_COLOUR = "var(--db-fill-blue)"


def plans(edition: Edition) -> Iterator[Plan]:
    """The home page."""
    yield Plan(address.HOME, TITLE, partial(home_page, edition))


def home_page(edition: Edition) -> Page:
    """Figures with their trend, overdue actions by owner, the latest severe outages."""
    view = HomeView(edition)
    feeds = subscriptions.of_everything(edition)
    organisation = edition.archive.catalog.policy.organisation
    title = f"Data outages at {organisation}" if organisation else "Data outages"
    html = fill(edition, "home.html", address.HOME, title=title, view=view, feeds=feeds)
    text = "What happened to our data, what we promised to change, and whether we did."
    return Page(
        address.HOME,
        TITLE,
        text,
        html,
        contents(title, view.headings if edition.records else []),
        (SearchEntry(title, text),),
        feeds=feeds,
    )


@dataclass(frozen=True)
class Trend:
    """A figure today, and what it was at the ends of the quarters before."""

    definition: Definition
    readings: tuple[Figure, ...]
    unit: str = ""
    alarming: bool = False
    there: str = ""
    """Where the figure is taken apart."""

    @property
    def label(self) -> str:
        """Its name."""
        if self.definition.unit == "days":
            return f"Median days {self.definition.name.removeprefix('Time ')}"
        return self.definition.name

    def told(self, reading: Figure) -> str:
        """A reading that is known, as the page of the metrics rounds it."""
        if self.unit == "%":
            return figures.amount(self.definition, reading.value or 0)
        return words.number(round(reading.value or 0, 1))

    @property
    def meaning(self) -> str:
        """What it counts, of which outages or actions."""
        return f"{self.definition.says}; {self.definition.belongs}"

    @property
    def now(self) -> Figure:
        """The figure today."""
        return self.readings[-1]

    @property
    def before(self) -> Figure | None:
        """The figure at the end of the last quarter, where it was known."""
        found = self.readings[-2] if len(self.readings) > 1 else None
        return found if found is not None and found.value is not None else None

    @property
    def change(self) -> str:
        """``3 more than at the end of Q3 2026``."""
        if self.before is None or self.before.value is None or self.now.value is None:
            return ""
        then = f"at the end of {words.quarter(str(Quarter.of(self.before.period.last)))}"
        exact = None if self.unit == "%" else 1
        difference = round(self.now.value, exact) - round(self.before.value, exact)
        if not difference:
            return f"as {then}"
        amount = words.number(abs(difference)) + (" points" if self.unit == "%" else "")
        return f"{amount} {'more' if difference > 0 else 'less'} than {then}"

    @property
    def path(self) -> str:
        """The trend as a line."""
        return chart.spark([reading.value for reading in self.readings])


@dataclass(frozen=True)
class HomeView:
    """The archive in a few figures."""

    edition: Edition

    @cached_property
    def actions(self) -> ActionsView:
        """All promises."""
        return ActionsView(self.edition)

    # The four figures

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days for which a trend is told: the last one is today."""
        return metrics.checkpoints(self.edition.today, CHECKPOINTS)

    def _trend(self, metric: str, there: str, *, alarming: bool = False) -> Trend:
        """How a figure went; medians and shares look back a year from each day."""
        readings = tuple(self.edition.figure(metric, Period.year_to(day)) for day in self.days)
        definition = metrics.METRICS[metric]
        unit = "%" if definition.unit == "percent" else ""
        return Trend(definition, readings, unit, alarming=alarming, there=there)

    @cached_property
    def trends(self) -> tuple[Trend, ...]:
        """Open actions, overdue ones, median days to publish, recurrence."""
        overdue = bool(self.actions.overdue)
        return (
            self._trend("open_actions", address.ACTIONS),
            self._trend("overdue_actions", address.actions("overdue"), alarming=overdue),
            self._trend("time_to_publish", address.status("published")),
            self._trend("recurrence", address.QUARTERS),
        )

    # What is not safe, what was bad

    @cached_property
    def unrepaired(self) -> tuple[tuple[Postmortem, AffectedAsset], ...]:
        """Data that is known to be wrong and waits for repair."""
        return tuple(
            (record, affected)
            for record in self.edition.records
            if record.status != WITHDRAWN
            for affected in record.unrepaired
        )

    @property
    def overdue_by_owner(self) -> list[tuple[str, list[Promise]]]:
        """Overdue actions by owner: the one who is the longest overdue first."""
        return self.actions.overdue_by_owner

    @cached_property
    def latest_severe(self) -> tuple[Postmortem, ...]:
        """The newest severe outages of our own; else the newest of them, else of those imported."""
        living = [record for record in self.edition.records if record.status != WITHDRAWN]
        own = [record for record in living if not record.imported]
        severe = [record for record in own if record.severity in quarter.SEVERE]
        return tuple((severe or own or living)[:LATEST])

    @property
    def latest_title(self) -> str:
        """What those are."""
        if any(record.imported for record in self.latest_severe):
            return "Latest imported outages"
        severe = any(record.severity in quarter.SEVERE for record in self.latest_severe)
        return "Latest severe outages" if severe else "Latest outages"

    @property
    def current_quarter(self) -> str:
        """``2026-Q4``."""
        return str(Quarter.of(self.edition.today))

    # The chart

    @cached_property
    def quarters(self) -> tuple[tuple[str, dict[str, int]], ...]:
        """The last quarters, each with its outages by severity; imported ones stand apart."""
        names = [str(found) for found in quarter.around(self.edition, CHECKPOINTS)]
        counted = {name: dict.fromkeys(self.severities, 0) for name in names}
        for name in names:
            for record in self.edition.archive.by_quarter.get(name, ()):
                if record.status != WITHDRAWN:
                    key = _IMPORTED if record.imported else grouping.severity_of(record)
                    counted[name][key] = counted[name].get(key, 0) + 1
        return tuple(counted.items())

    @cached_property
    def earlier(self) -> tuple[int, int]:
        """How many outages began before those quarters, and how many of these are imported."""
        first = self.quarters[0][0]
        found = [
            record
            for name, records in self.edition.archive.by_quarter.items()
            if name < first
            for record in grouping.happened(records)
        ]
        return len(found), sum(record.imported is not None for record in found)

    @cached_property
    def severities(self) -> tuple[str, ...]:
        """The severities of the policy, the worst first."""
        return tuple(self.edition.archive.catalog.policy.severities)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the table beside the chart has columns for; what is counted apart comes last."""
        found = {key for _, counts in self.quarters for key in counts}
        others = sorted(found.difference(self.severities, _BESIDE))
        return (*self.severities, *others, *(key for key in _BESIDE if key in found))

    def column_name(self, key: str) -> str:
        """What a column is called."""
        return _BESIDE[key][0] if key in _BESIDE else words.term(key)

    @property
    def chart(self) -> Markup:
        """Outages per quarter, by severity."""
        colours = _SEVERITY_COLOURS | {key: colour for key, (_, colour) in _BESIDE.items()}
        parts = {self.column_name(key): colours.get(key, _OTHER_COLOUR) for key in self.columns}
        columns = [
            (words.quarter(name), {self.column_name(key): n for key, n in counts.items()})
            for name, counts in self.quarters
        ]
        total = sum(sum(counts.values()) for _, counts in self.quarters)
        label = (
            f"Column chart: {words.counted(total, 'outage')} from {columns[0][0]} to "
            f"{columns[-1][0]}, by quarter and severity. The table below has the numbers."
        )
        return chart.stacked_bars(columns, parts, "Outages", label)

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        sections = [
            ("unrepaired", "Do not rely on", bool(self.unrepaired)),
            ("overdue", "Overdue", True),
            ("latest", self.latest_title, bool(self.latest_severe)),
            ("trend", "Outages by quarter", True),
        ]
        return [(anchor, title) for anchor, title, applies in sections if applies]
