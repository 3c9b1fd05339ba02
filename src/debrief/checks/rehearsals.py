"""PM51x: is what was done tried again, by whom, and what follows from it?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from debrief import rehearsals, words
from debrief.archive import CATALOG, Archive
from debrief.checks.rule import Located, Subject, archive_rule, rule
from debrief.finding import KeyPath, Level, Problem, did_you_mean
from debrief.record import Action, Postmortem, Rehearsal

_POLICY = f"{CATALOG}/policy.yml"


@rule(
    "PM510",
    "Nobody rehearses their own action",
    fix="ask somebody else to hold it, and write their id",
)
def held_by_another(subject: Subject) -> Iterator[Problem]:
    """As with verification: whoever did it knows how it is meant, and that is what is tried."""
    for where, action, one in _every(subject.record):
        if one.held_by == action.owner:
            yield Problem((*where, "held_by"), f"`{action.id}` was rehearsed by its own owner")


@rule(
    "PM511",
    "A rehearsal comes after the action was done",
    fix="correct one of the two dates",
    relaxed=True,
)
def after_done(subject: Subject) -> Iterator[Problem]:
    """What is not done yet cannot be rehearsed; trying it first is its `test_plan`.

    Where a rehearsal failed and the action was done anew, those until then stay.
    """
    for where, action, one in _every(subject.record):
        failed = [other.held_on for other in action.rehearsals if other.failed]
        if any(one.held_on <= day for day in failed):
            continue
        if action.done_on is None:
            message = f"`{action.id}` was rehearsed on {one.held_on}, and never done"
            fix = "write `done_on` and its status, or take the rehearsal out"
            yield Problem((*where, "held_on"), message, fix)
        elif one.held_on < action.done_on:
            message = f"rehearsed on {one.held_on}, before it was done on {action.done_on}"
            yield Problem((*where, "held_on"), message)


@rule(
    "PM512",
    "A promise that failed its rehearsal is taken up again",
    fix="open the action again, or name what goes on in `follow_up`: another action, or a record",
    level=Level.WARNING,
)
def failed_is_followed(subject: Subject) -> Iterator[Problem]:
    """A warning, and no error: whoever finds that something does not work must be able to say so.

    It is silent once the action is open, was done anew, passed the same method later, or has a
    `follow_up`. A closed record is opened first: `./debrief advance ID published --reason …`.
    """
    for one in rehearsals.failures_of(subject.record, subject.today):
        index = subject.record.actions.index(one.action)
        where: KeyPath = ("actions", index, "rehearsals", one.index, "result")
        yield Problem(where, f"the promise does not hold: {one.told}")


@rule(
    "PM513",
    "No rehearsal is overdue",
    fix="hold it and write it down: `./debrief rehearse`",
    level=Level.WARNING,
    for_own_only=True,
    needs="policy",
)
def not_overdue(subject: Subject) -> Iterator[Problem]:
    """By `validation` in catalog/policy.yml; without that, nothing is due. It blocks no merge."""
    for one in rehearsals.of_record(subject.record, subject.catalog, subject.today):
        if one.overdue:
            index = subject.record.actions.index(one.action)
            late = words.counted(one.overdue, "day")
            since = f"last held on {one.last}" if one.last else f"none since {one.since}"
            message = f"the {one.what} of `{one.action.id}` is {late} overdue: {since}"
            yield Problem(("actions", index, "status"), message)


@rule(
    "PM514",
    "The follow-up of a failed rehearsal exists",
    fix="use the id of another action of this record, or of a postmortem",
)
def known_follow_up(subject: Subject) -> Iterator[Problem]:
    """It says where the promise goes on; an action that follows itself would go in a circle."""
    actions = [action.id for action in subject.record.actions]
    for where, action, one in _every(subject.record):
        name = one.follow_up
        if name is None or name in subject.archive.ids - {subject.record.id}:
            continue
        if name == action.id or name not in actions:
            others = [other for other in actions if other != action.id]
            same = name == action.id
            message = f"`{name}` is {'this action itself' if same else 'no action or postmortem'}"
            yield Problem((*where, "follow_up"), message, did_you_mean(name, others))


@archive_rule(
    "PM515",
    "Every row of the policy's rehearsals is come to",
    fix="put it above the one that takes its actions, or delete it",
    level=Level.WARNING,
    needs="policy",
)
def rows_reached(archive: Archive) -> Iterator[Located]:
    """The first row that suits an action counts, so special ones stand above general ones."""
    schema = archive.schemas["postmortem"]
    categories = (None, *schema.words("actions", "category"))
    rows = archive.catalog.policy.validation
    tiers = (None, *sorted({tier for row in rows for tier in row.tiers}))
    kinds = list(product(categories, (None, *schema.words("severity")), tiers))
    for index, row in enumerate(rows):
        its = [kind for kind in kinds if row.suits(*kind)]
        takers = {next(n for n, one in enumerate(rows) if one.suits(*kind)) for kind in its}
        if index not in takers:
            above = ", ".join(f"validation[{number}]" for number in sorted(takers))
            message = f"no action comes to this row: {above} above takes them all"
            yield _POLICY, Problem(("validation", index), message)


def _every(record: Postmortem) -> Iterator[tuple[KeyPath, Action, Rehearsal]]:
    """Each rehearsal, with its key path and its action."""
    for index, action in enumerate(record.actions):
        for position, one in enumerate(action.rehearsals):
            yield ("actions", index, "rehearsals", position), action, one


RULES = (
    held_by_another,
    after_done,
    failed_is_followed,
    not_overdue,
    known_follow_up,
    rows_reached,
)
