"""How promises came and went: what was promised, done, late and moved, quarter by quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

from markupsafe import Markup

from debrief import metrics, words
from debrief.metrics import NONE, TEAM, ActionFacts, Definition, Figure, Ledger, Period
from debrief.quarters import Quarter
from debrief.site import address, chart, figures
from debrief.site.edition import Edition, Moved
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "Actions over time"
QUARTERS, MONTHS = 8, 12
"""So many quarters and so many months are told, the current ones among them."""
REASONS, TEAMS = 12, 40
SOON = timedelta(days=30)
RATES = ("actions_completed", "actions_on_time", "actions_verified")
_RATE_COLOURS = ("var(--db-fill-blue)", "var(--db-fill-orange)", "var(--db-fill-green)")
_AGES = (
    ("under 30 days", 30),
    ("30 to 89 days", 90),
    ("90 to 179 days", 180),
    ("180 to 364 days", 365),
    ("a year and more", None),
)
"""How long an open action has been promised: the name of a group, and the days that end it."""
_LATE, _IN_TIME = "Overdue", "Open, not overdue"
_COLOURS = {_LATE: "var(--db-fill-red)", _IN_TIME: "var(--db-fill-blue)"}


def plans(edition: Edition) -> Iterator[Plan]:
    """One page."""
    yield Plan(address.ACTIONS_TREND, TITLE, partial(trend_page, edition))


def trend_page(edition: Edition) -> Page:
    """Promised against done, what was open and late, how old it is, why it moved, who holds it."""
    here = address.ACTIONS_TREND
    view = TrendView(edition)
    html = fill(edition, "action_trend.html", here, title=TITLE, view=view, figures=figures)
    text = "What was promised and done, what is late and how old, why dates moved, who holds what."
    headings = contents(TITLE, view.headings)
    return Page(here, TITLE, text, html, headings, (SearchEntry(TITLE, text),))


@dataclass(frozen=True, slots=True)
class Span:
    """What happened to actions in a quarter or a month; ``ended`` counts those decided against."""

    name: str
    promised: int
    done: int
    ended: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Age:
    """Open actions promised about as long ago."""

    name: str
    number: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why due dates moved to a later day: the words, how often, and the latest of those moves."""

    text: str
    times: int
    latest: Moved


@dataclass(frozen=True, slots=True)
class Holder:
    """What a team holds; ``there`` is its page, or empty."""

    name: str
    there: str
    open: int
    overdue: int
    soon: int
    age: Figure
    done: int
    on_time: Figure
    postponed: int


@dataclass(frozen=True)
class TrendView:
    """All promises over time."""

    edition: Edition

    @property
    def ledger(self) -> Ledger:
        """What is known of them."""
        return self.edition.recent

    @property
    def year(self) -> Period:
        """The twelve months to today."""
        return Period.year_to(self.edition.today)

    # Came and went

    @cached_property
    def quarter_names(self) -> tuple[Quarter, ...]:
        """The quarters that are told, the earliest first."""
        return tuple(Quarter.of(day) for day in metrics.checkpoints(self.edition.today, QUARTERS))

    @cached_property
    def quarters(self) -> tuple[Span, ...]:
        """By quarter."""
        periods = {words.quarter(str(q)): Period.of(q) for q in self.quarter_names}
        return self._spans(periods)

    @cached_property
    def months(self) -> tuple[Span, ...]:
        """By month, of the last year."""
        periods = {}
        first = self.edition.today.replace(day=1)
        for _ in range(MONTHS):
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            periods[f"{words.MONTHS[first.month - 1][:3]} {first.year}"] = Period(first, last)
            first = (first - timedelta(days=1)).replace(day=1)
        return self._spans(dict(reversed(periods.items())))

    def _spans(self, periods: Mapping[str, Period]) -> tuple[Span, ...]:
        return tuple(
            self._span(name, period.until(self.edition.today)) for name, period in periods.items()
        )

    def _span(self, name: str, period: Period) -> Span:
        actions = self.ledger.actions
        return Span(
            name,
            promised=sum(one.promised_on in period for one in actions),
            done=sum(_was_done(one, period) for one in actions),
            ended=sum(one.dropped_on is not None and one.dropped_on in period for one in actions),
            open=self._number("open_actions", period),
            overdue=self._number("overdue_actions", period),
        )

    @cached_property
    def undated(self) -> int:
        """How many were decided against on a day that nobody wrote down: no row counts them."""
        return sum(
            one.action.status == "not-doing" and one.dropped_on is None
            for one in self.ledger.actions
        )

    def _number(self, metric: str, period: Period) -> int:
        return self.edition.figure(metric, period).n

    @property
    def promised_and_done(self) -> Markup:
        """A chart of what was promised and what was done, by quarter."""
        label = (
            f"Column chart: {words.counted(sum(s.promised for s in self.quarters), 'action')} "
            f"promised and {sum(s.done for s in self.quarters):,} done in {QUARTERS} quarters. "
            "The table below has the numbers."
        )
        columns = [(s.name, {"Promised": s.promised, "Done": s.done}) for s in self.quarters]
        colours = {"Promised": "var(--db-fill-grey)", "Done": "var(--db-fill-green)"}
        return chart.bars_beside(columns, colours, "Actions", label)

    @property
    def open_and_late(self) -> Markup:
        """A chart of what was open at the end of each month, and how much of it was late."""
        label = (
            f"Column chart: open actions at the end of each of {MONTHS} months, from "
            f"{self.months[0].open:,} to {self.months[-1].open:,}, of which "
            f"{self.months[-1].overdue:,} are overdue now. The table below has the numbers."
        )
        columns = [
            (_short(s.name), {_LATE: s.overdue, _IN_TIME: s.open - s.overdue}) for s in self.months
        ]
        return chart.stacked_bars(columns, _COLOURS, "Open actions", label)

    # How old

    @cached_property
    def ages(self) -> tuple[Age, ...]:
        """The open actions by the time since they were promised."""
        today = self.edition.today
        known = [
            ((today - one.promised_on).days, one.was_overdue(today))
            for one in self.ledger.actions
            if one.was_open(today)
        ]
        found, low = [], 0
        for name, end in _AGES:
            inside = [late for days, late in known if days >= low and (end is None or days < end)]
            found.append(Age(name, len(inside), sum(inside)))
            low = end or low
        return tuple(found)

    @property
    def age(self) -> Figure:
        """How old they are in the middle."""
        return self.edition.figure("age_of_open_actions", self.year)

    @property
    def age_chart(self) -> Markup:
        """A chart of that."""
        columns = [
            (words.sentence(one.name), {_LATE: one.overdue, _IN_TIME: one.number - one.overdue})
            for one in self.ages
        ]
        label = (
            f"Column chart: {words.counted(sum(a.number for a in self.ages), 'open action')} by "
            "the time since they were promised. The table below has the numbers."
        )
        return chart.stacked_bars(columns, _COLOURS, "Open actions", label)

    # Kept

    @property
    def rates(self) -> tuple[Definition, ...]:
        """The shares that say whether promises are kept."""
        return tuple(metrics.METRICS[key] for key in RATES)

    @cached_property
    def kept(self) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
        """Each quarter with those shares."""
        return tuple(
            (
                words.quarter(str(quarter)),
                tuple(self._of_quarter(key, quarter) for key in RATES),
            )
            for quarter in self.quarter_names
        )

    def _of_quarter(self, metric: str, quarter: Quarter) -> Figure:
        return self.edition.figure(metric, Period.of(quarter).until(self.edition.today))

    @property
    def rates_are_known(self) -> bool:
        """Whether any quarter has enough of them to draw."""
        return any(figure.value is not None for _, found in self.kept for figure in found)

    @property
    def rate_chart(self) -> Markup:
        """A chart of the shares by quarter."""
        names = [definition.name for definition in self.rates]
        columns = [
            (name, {part: figure.value for part, figure in zip(names, found, strict=True)})
            for name, found in self.kept
        ]
        label = (
            f"Line chart: the shares of actions completed, on time and verified in {QUARTERS} "
            "quarters, with gaps where there are too few. The table below has the numbers."
        )
        colours = dict(zip(names, _RATE_COLOURS, strict=True))
        return chart.lines(columns, colours, "Percent", label)

    # Moved

    @cached_property
    def postponed(self) -> tuple[Moved, ...]:
        """Every move of a due date to a later day in the last twelve months, the latest first."""
        return tuple(
            moved
            for moved in self.edition.moves
            if moved.step.days > 0 and moved.step.on is not None and moved.step.on in self.year
        )

    @property
    def unexplained(self) -> int:
        """How many of those have no reason; a restricted record shows none."""
        return sum(moved.step.reason is None for moved in self.postponed)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons given most often, then the latest; the same words count as one."""
        found: dict[str, list[Moved]] = {}
        for moved in self.postponed:
            if moved.step.reason is not None:
                found.setdefault(_plain(moved.step.reason), []).append(moved)
        by_number = sorted(found.values(), key=len, reverse=True)
        return tuple(
            Reason(moves[0].step.reason or "", len(moves), moves[0])
            for moves in by_number[:REASONS]
        )

    @cached_property
    def most_postponed(self) -> tuple[tuple[Moved, int, int], ...]:
        """Open actions that moved more than once: the last move, how often, by how many days."""
        counts: Counter[tuple[str, str]] = Counter()
        days: Counter[tuple[str, str]] = Counter()
        last: dict[tuple[str, str], Moved] = {}
        for moved in self.edition.moves:
            if moved.action.is_open and moved.step.days > 0:
                key = (moved.record.id, moved.action.id)
                counts[key] += 1
                days[key] += moved.step.days
                last.setdefault(key, moved)
        again = [key for key, number in counts.items() if number > 1]
        again.sort(key=lambda key: (-counts[key], -days[key], key))
        return tuple((last[key], counts[key], days[key]) for key in again[:REASONS])

    # Held

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """The teams that hold open actions or did some in the year: the most overdue first."""
        parts = self.edition.parts(TEAM)
        found = [self._holder(key, ledger) for key, ledger in parts.items() if ledger.actions]
        busy = [one for one in found if one.open or one.done or one.postponed]
        return tuple(sorted(busy, key=lambda one: (-one.overdue, -one.open, one.name)))

    def _holder(self, key: str, ledger: Ledger) -> Holder:
        today = self.edition.today
        still = [one for one in ledger.actions if one.was_open(today)]
        return Holder(
            self.edition.archive.catalog.owner_name(key) if key != NONE else "No team",
            address.owner(key) if key != NONE else "",
            open=len(still),
            overdue=sum(one.was_overdue(today) for one in still),
            soon=sum(
                one.action.due is not None and today <= one.action.due <= today + SOON
                for one in still
            ),
            age=metrics.figure(ledger, "age_of_open_actions", self.year),
            done=sum(_was_done(one, self.year) for one in ledger.actions),
            on_time=metrics.figure(ledger, "actions_on_time", self.year),
            postponed=metrics.figure(ledger, "postponements", self.year).n,
        )

    @property
    def definitions(self) -> Sequence[Definition]:
        """What the figures of the page mean."""
        keys = ("open_actions", "overdue_actions", *RATES, "age_of_open_actions", "postponements")
        return [metrics.METRICS[key] for key in keys]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        if not self.ledger.actions:
            return []
        return [
            ("promised", "Promised and done"),
            ("months", "Open and overdue"),
            ("ages", "How old the open ones are"),
            ("kept", "Kept, in time, verified"),
            ("moved", "Why dates moved"),
            ("teams", "Who holds what"),
        ]


def _was_done(one: ActionFacts, period: Period) -> bool:
    done: date | None = one.action.done_on if one.action.is_done else None
    return done is not None and done in period


def _plain(reason: str) -> str:
    """The words of a reason, however they are spaced, capitalised and ended."""
    return " ".join(reason.split()).casefold().rstrip(".!")


def _short(name: str) -> str:
    """``Nov 26`` for ``Nov 2026``: a dozen of them stand under one chart."""
    month, _, year = name.partition(" ")
    return f"{month} {year[2:]}"
