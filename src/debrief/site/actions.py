"""All actions: by priority and by state, what is overdue and whose, what moved and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby

from debrief import rehearsals, words
from debrief.metrics import Promise
from debrief.record import Action
from debrief.site import address, moves
from debrief.site.edition import Edition, Moved
from debrief.site.page import Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill
from debrief.trail import DUE, OWNER

TITLE = "Actions"
FIRST = 5
"""So many of each group stand on the overview."""
SHOWN = 500
"""So many stand on the page of a group of settled actions; open ones are all there."""

WITHIN_DAYS = 30
"""So far ahead the overview looks for rehearsals."""

Test = Callable[[Action, "ActionsView"], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of actions: a state, or a priority; ``settled`` ones are shown by when they ended."""

    key: str
    name: str
    meaning: str
    test: Test
    settled: bool = False


def _state(name: str) -> Test:
    return lambda action, _: action.status == name


def _priority(name: str) -> Test:
    return lambda action, _: action.is_open and action.quadrant == name


STATES = (
    Kind(
        "overdue",
        "Overdue",
        "of all below that are not done: past the due date",
        lambda a, v: v.is_overdue(a),
    ),
    Kind("open", "Not begun", "promised, and nobody has started", _state("open")),
    Kind("in-progress", "In progress", "somebody is at it", _state("in-progress")),
    Kind("blocked", "Blocked", "waits for something else", _state("blocked")),
    Kind("done", "Done, not verified", "nobody has looked yet whether it works", _state("done")),
    Kind("verified", "Verified", "a second person has looked", _state("verified"), settled=True),
    Kind("not-doing", "Not doing", "decided against, with a reason", _state("not-doing"), True),
)
"""The states of an action, and among the open ones those that are late."""

PRIORITIES = (
    Kind("quick-win", "Quick wins", "high impact, easy to do", _priority("quick win")),
    Kind(
        "larger-project",
        "Larger projects",
        "high impact, and work: for the roadmap",
        _priority("larger project"),
    ),
    Kind("fill-in", "Fill-ins", "easy, with less impact", _priority("fill-in")),
    Kind(
        "reconsider",
        "Reconsider",
        "hard, with less impact: is it worth it?",
        _priority("reconsider"),
    ),
    Kind(
        "not-rated",
        "Not rated",
        "give its impact and feasibility in the record, and it gets its place",
        _priority("not rated"),
    ),
)
"""What to do first, by impact and feasibility."""


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for every state and priority."""
    view = ActionsView(edition)
    yield Plan(address.ACTIONS, TITLE, partial(overview_page, view))
    for kind in (*STATES, *PRIORITIES):
        yield Plan(address.actions(kind.key), kind.name, partial(kind_page, view, kind))


def overview_page(view: ActionsView) -> Page:
    """What is overdue and whose, what to do first, what waits to be verified, what moved."""
    html = fill(view.edition, "actions.html", address.ACTIONS, title=TITLE, view=view, moves=moves)
    text = "What is overdue and whose it is, what to do first, and what moved."
    entry = SearchEntry(TITLE, text)
    return Page(address.ACTIONS, TITLE, text, html, contents(TITLE, view.headings), (entry,))


def kind_page(view: ActionsView, kind: Kind) -> Page:
    """The actions of one state or priority."""
    here = address.actions(kind.key)
    html = fill(view.edition, "action_kind.html", here, view=view, kind=kind, shown=SHOWN)
    text = f"Actions: {kind.name}, {kind.meaning}."
    title = f"Actions: {words.sentence(kind.name)}"
    return Page(here, kind.name, text, html, contents(kind.name, []), (SearchEntry(title, text),))


@dataclass(frozen=True)
class ActionsView:
    """All promises, sorted into groups once."""

    edition: Edition

    def is_overdue(self, action: Action) -> bool:
        """Whether an action is late today."""
        return action.days_overdue(self.edition.today) > 0

    @cached_property
    def _groups(self) -> dict[str, tuple[Promise, ...]]:
        found: dict[str, list[Promise]] = {kind.key: [] for kind in (*STATES, *PRIORITIES)}
        for record, action in self.edition.actions:
            for kind in (*STATES, *PRIORITIES):
                if kind.test(action, self):
                    found[kind.key].append((record, action))
        for kind in STATES:
            if kind.settled:
                found[kind.key].reverse()  # the latest first
        return {key: tuple(pairs) for key, pairs in found.items()}

    def of(self, kind: Kind) -> tuple[Promise, ...]:
        """The actions of a group: by due date, the settled ones the latest first."""
        return self._groups[kind.key]

    def first(self, kind: Kind) -> tuple[Promise, ...]:
        """As many of a group as the overview shows."""
        return self.of(kind)[:FIRST]

    @property
    def priorities(self) -> tuple[Kind, ...]:
        """What to do first."""
        return PRIORITIES

    @property
    def states(self) -> tuple[Kind, ...]:
        """The states."""
        return STATES

    @property
    def open(self) -> int:
        """How many somebody still has to do."""
        return sum(action.is_open for _, action in self.edition.actions)

    @property
    def overdue(self) -> tuple[Promise, ...]:
        """What should have been done by now."""
        return self._groups["overdue"]

    @property
    def unverified(self) -> tuple[Promise, ...]:
        """What is done, and nobody has looked whether it works."""
        return self._groups["done"]

    @cached_property
    def overdue_by_owner(self) -> list[tuple[str, list[Promise]]]:
        """Overdue actions by owner: the one who is the longest overdue first."""
        found = sorted(self.overdue, key=lambda pair: pair[1].owner or "")
        groups = [(key, list(group)) for key, group in groupby(found, lambda p: p[1].owner or "")]
        today = self.edition.today
        return sorted(groups, key=lambda g: (-max(a.days_overdue(today) for _, a in g[1]), g[0]))

    @cached_property
    def moved(self) -> tuple[Moved, ...]:
        """Every postponement and every handing on of an action that is open, the latest first."""
        return tuple(
            moved
            for moved in self.edition.moves
            if moved.action.is_open
            and ((moved.step.field == DUE and moved.step.days > 0) or moved.step.field == OWNER)
        )

    @cached_property
    def due_rehearsals(self) -> tuple[rehearsals.DueRehearsal, ...]:
        """The rehearsals that are overdue or due soon, the soonest first."""
        found = rehearsals.due(self.edition.archive, self.edition.today)
        return tuple(r for r in found if (r.on - self.edition.today).days <= WITHIN_DAYS)

    @cached_property
    def does_not_hold(self) -> tuple[rehearsals.Failure, ...]:
        """What failed its rehearsal, and nothing has followed."""
        return rehearsals.failures(self.edition.archive, self.edition.today)

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the overview."""
        sections = [
            ("overdue", "Overdue", bool(self.edition.actions)),
            ("priority", "What to do first", bool(self.open)),
            ("unverified", "Done, not verified", bool(self.unverified)),
            ("rehearsals", "Rehearsals due", bool(self.due_rehearsals or self.does_not_hold)),
            ("moved", "Postponed and handed on", bool(self.moved)),
            ("states", "By state", True),
        ]
        return [(anchor, title) for anchor, title, applies in sections if applies]
