"""The metrics: whether outages are found earlier, repaired sooner, and recur less.

Every figure of the last twelve months stands against the twelve months before, with its definition
beside it; then the same by severity, by domain and by team.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

from debrief import metrics, words
from debrief.metrics import (
    COUNT,
    YEAR,
    Definition,
    Figure,
    Period,
)
from debrief.quarters import Quarter
from debrief.site import address, breakdown, figures, small_chart
from debrief.site.breakdown import Dimension
from debrief.site.edition import Edition
from debrief.site.figures import Comparison
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill
from debrief.site.small_chart import SmallChart

TITLE = "Metrics"
QUARTERS = 8
"""A trend is told for so many quarters, the current one among them."""
_BEGINNING = timedelta(days=92)
"""An archive whose first outage lies so soon after a day, reaches back to that day."""


@dataclass(frozen=True, slots=True)
class Question:
    """What figures are asked: the ids of those that decide the answer, and of those beside them."""

    key: str
    title: str
    deciding: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[str, ...]:
        """All of them, the deciding ones first."""
        return (*self.deciding, *self.beside)


QUESTIONS = (
    Question(
        "detect",
        "Do we find outages earlier?",
        ("time_to_detect", "consumer_found"),
        ("time_to_acknowledge",),
    ),
    Question(
        "repair",
        "Do we repair data sooner?",
        ("time_to_restore_data", "time_to_resolve"),
        ("time_to_mitigate", "data_days_wrong"),
    ),
    Question(
        "promises",
        "Do we keep our promises?",
        ("actions_completed", "actions_on_time", "actions_verified"),
        (
            *("overdue_actions", "open_actions", "age_of_open_actions", "postponements"),
            *("time_to_publish", "sign_off_latency"),
        ),
    ),
    Question(
        "recur",
        "Do outages recur less?",
        ("recurrence", "recurred_despite_promise"),
        ("outages",),
    ),
)
"""What the page answers. The coverage of the catalog stands with the reliability of its data."""

KEY_FIGURES = (
    *("outages", "time_to_detect", "consumer_found", "time_to_restore_data", "data_days_wrong"),
    *("recurrence", "actions_on_time", "overdue_actions"),
)
"""What is told of each part on the overview."""


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for each way to take the figures apart."""
    view = MetricsView(edition)
    yield Plan(address.METRICS, TITLE, partial(overview_page, view))
    for dimension in view.dimensions:
        make = partial(dimension_page, view, dimension)
        yield Plan(address.metrics_by(dimension.key), f"{TITLE}: {dimension.title}", make)


def overview_page(view: MetricsView) -> Page:
    """The four questions with their figures, and the key figures of each part."""
    here = address.METRICS
    html = fill(view.edition, "metrics.html", here, title=TITLE, view=view, figures=figures)
    text = "Whether outages are found earlier, data is repaired sooner, promises are kept."
    entries = [SearchEntry(TITLE, text)]
    entries += [
        SearchEntry(one.definition.name, one.definition.says, one.anchor)
        for question in QUESTIONS
        for one in view.measures(question)
    ]
    headings = contents(TITLE, view.headings if view.counts else [])
    return Page(here, TITLE, text, html, headings, tuple(entries))


def dimension_page(view: MetricsView, dimension: Dimension) -> Page:
    """Every figure of every part."""
    here = address.metrics_by(dimension.key)
    by = dimension.title[:1].lower() + dimension.title[1:]
    title = f"{TITLE}: {by}"
    html = fill(
        view.edition,
        "metrics_by.html",
        here,
        title=title,
        view=view,
        dimension=dimension,
        figures=figures,
        questions=QUESTIONS,
    )
    text = f"Every figure {by}, for the last twelve months and the twelve months before."
    sections = [(question.key, question.title) for question in QUESTIONS]
    headings = contents(title, sections if dimension.parts else [])
    return Page(here, title, text, html, headings, (SearchEntry(title, text),))


def anchor(definition: Definition) -> str:
    """Where a figure stands on the page that tells it."""
    return definition.id.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in a quarter, and where it says more, of the year to the quarter's end."""

    quarter: Quarter
    own: Figure
    year: Figure | None


@dataclass(frozen=True)
class Measure:
    """A figure as the page tells it."""

    view: MetricsView
    definition: Definition

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return anchor(self.definition)

    @property
    def now(self) -> Figure:
        """Of the twelve months to today."""
        return self.comparison.now

    @property
    def before(self) -> Figure:
        """Of the twelve months before."""
        return self.comparison.before

    @cached_property
    def comparison(self) -> Comparison:
        """The two against each other."""
        edition, metric = self.view.edition, self.definition.id
        now = edition.figure(metric, self.view.year)
        return Comparison(now, edition.figure(metric, self.view.year_before), self.view.complete)

    @property
    def stands(self) -> bool:
        """Whether it tells how things stood on a day, and nothing of a period."""
        return self.definition.id in figures.NOW_ONLY

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """By quarter, the earliest first."""
        return tuple(self._row(quarter) for quarter in self.view.quarters)

    def _row(self, quarter: Quarter) -> Row:
        edition, metric = self.view.edition, self.definition.id
        period = Period.of(quarter).until(edition.today)
        own = edition.figure(metric, period)
        if self.stands or self.definition.shape == COUNT:
            return Row(quarter, own, None)
        return Row(quarter, own, edition.figure(metric, Period.year_to(period.last)))

    @property
    def drawn(self) -> str:
        """What the chart shows."""
        if self.stands:
            return "at the end of each quarter"
        if self.definition.shape == COUNT:
            return "in each quarter"
        return "of the twelve months to the end of each quarter"

    @cached_property
    def chart(self) -> SmallChart | None:
        """The trend; None where too little is known to draw one."""
        readings = [(row.quarter, row.year or row.own) for row in self.rows]
        quartiles = " with quartiles" if any(one.lower is not None for _, one in readings) else ""
        last = words.quarter(str(self.view.quarters[-1]))
        label = (
            f"Chart: {self.definition.name.lower()}{quartiles}, {self.drawn}, to {last}. "
            "The table by quarter has the numbers."
        )
        columns = self.definition.shape == COUNT
        return small_chart.draw(readings, label, columns=columns)


@dataclass(frozen=True)
class MetricsView:
    """The figures of an archive on a day."""

    edition: Edition

    @property
    def year(self) -> Period:
        """The twelve months to today."""
        return Period.year_to(self.edition.today)

    @property
    def year_before(self) -> Period:
        """The twelve months before those."""
        return Period.year_to(self.edition.today - YEAR)

    @cached_property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters for which a trend is told, the earliest first."""
        return tuple(Quarter.of(day) for day in metrics.checkpoints(self.edition.today, QUARTERS))

    @cached_property
    def begins(self) -> date | None:
        """The day of the first outage that figures count."""
        return min((outage.day for outage in self.edition.ledger.outages), default=None)

    @property
    def counts(self) -> bool:
        """Whether there is an outage or an action that figures count."""
        return self.begins is not None or bool(self.edition.ledger.actions)

    @property
    def complete(self) -> bool:
        """Whether the archive reaches back over the twelve months before."""
        return self.begins is not None and self.begins <= self.year_before.first + _BEGINNING

    def measures(self, question: Question) -> tuple[Measure, ...]:
        """The figures that answer a question."""
        return tuple(self._measures[metric] for metric in question.figures)

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        return {key: Measure(self, definition) for key, definition in metrics.METRICS.items()}

    @property
    def key_figures(self) -> tuple[Definition, ...]:
        """What is told of each part on the overview."""
        return tuple(metrics.METRICS[key] for key in KEY_FIGURES)

    def definitions(self, question: Question) -> tuple[Definition, ...]:
        """What each figure of a question means."""
        return tuple(metrics.METRICS[key] for key in question.figures)

    def answer(self, question: Question) -> str:
        """What the deciding figures of a question say together of the two years."""
        found = Counter(self._measures[key].comparison.verdict for key in question.deciding)
        better, worse = found[figures.BETTER], found[figures.WORSE]
        if better and worse:
            return "Better in part, worse in part"
        if better or worse:
            return "Better than the year before" if better else "Worse than the year before"
        if found[figures.SIMILAR] or found[figures.SAME]:
            return "No clear change"
        return "Too few to say"

    def reasons(self, question: Question) -> list[tuple[str, tuple[Measure, ...]]]:
        """The figures of a question by what became of them: those that say most first."""
        order = (
            *(figures.BETTER, figures.WORSE, figures.MORE, figures.FEWER),
            *(figures.SIMILAR, figures.SAME),
            *(figures.UNKNOWN, figures.TOO_SHORT),
        )
        found = [
            (verdict, tuple(m for m in self.measures(question) if m.comparison.verdict == verdict))
            for verdict in order
        ]
        return [pair for pair in found if pair[1]]

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the page answers."""
        return QUESTIONS

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """By what the figures are taken apart."""
        return breakdown.dimensions(self.edition)

    @property
    def edge_cases(self) -> dict[str, str]:
        """How the cases that definitions leave open are decided."""
        return metrics.EDGE_CASES

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the overview."""
        sections = [(question.key, question.title) for question in QUESTIONS]
        sections += [(one.anchor, one.title) for one in self.dimensions if one.parts]
        return [*sections, ("edge-cases", "Edge cases")]
