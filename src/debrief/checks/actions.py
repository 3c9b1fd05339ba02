"""PM5xx: will the promises be kept, and can one tell?"""

from __future__ import annotations

from collections.abc import Iterator

from debrief.checks.rule import Subject, rule
from debrief.finding import KeyPath, Level, Problem, did_you_mean
from debrief.record import CLOSED, IN_REVIEW, PUBLISHED, WITHDRAWN, Action, Change


@rule(
    "PM501",
    "Done has evidence",
    fix="name items of `evidence` that show it, such as the change or the deployment",
    relaxed=True,
    reads="actions",
)
def done_has_evidence(subject: Subject) -> Iterator[Problem]:
    """Done is a statement about the world, and the world keeps traces."""
    for index, action in enumerate(subject.record.actions):
        if action.is_done and not (action.evidence or action.verification.evidence):
            where: KeyPath = ("actions", index, "status")
            yield Problem(where, f"`{action.id}` is {action.status}, and nothing shows it")


@rule(
    "PM502",
    "Nobody verifies their own action",
    fix="ask somebody else to look, and write their id",
)
def verified_by_another(subject: Subject) -> Iterator[Problem]:
    """Verified means that a second person looked, or another team."""
    for index, action in enumerate(subject.record.actions):
        verifier = action.verification.verified_by
        if verifier is not None and verifier == action.owner:
            yield Problem(
                ("actions", index, "verification", "verified_by"),
                f"`{action.id}` is verified by its own owner",
            )


@rule(
    "PM503",
    "What is done or verified says so in its status",
    fix="set the status, or take the date out",
    level=Level.WARNING,
)
def verification_matches_status(subject: Subject) -> Iterator[Problem]:
    """A date of completion on an action that is still open is a slip in one of the two."""
    for index, action in enumerate(subject.record.actions):
        if action.verification.verified_on and action.status != "verified":
            yield Problem(
                ("actions", index, "status"),
                f"`{action.id}` has a verification date, and its status is {action.status}",
            )
        elif action.done_on and action.is_open:
            yield Problem(
                ("actions", index, "status"),
                f"`{action.id}` has `done_on`, and its status is {action.status}",
            )


@rule(
    "PM505",
    "No action is overdue",
    fix="do it; or move the date with a reason: `./debrief postpone` writes both",
    level=Level.WARNING,
)
def not_overdue(subject: Subject) -> Iterator[Problem]:
    """A reminder: it does not block a merge, because the date passes without anyone's commit."""
    if subject.record.status in (CLOSED, WITHDRAWN):
        return  # PM705 says more of the first, and nobody waits for the second
    for index, action in enumerate(subject.record.actions):
        if action.due and action.due < subject.record.day:
            continue  # PM307: the date itself is wrong
        if days := action.days_overdue(subject.today):
            plural = "s" if days > 1 else ""
            yield Problem(("actions", index, "due"), f"`{action.id}` is {days} day{plural} overdue")


@rule(
    "PM506",
    "A preventive action says how one can tell that it works",
    fix="write `success_criteria`: what will be seen, from outside",
    since=IN_REVIEW,
    for_own_only=True,
)
def has_success_criteria(subject: Subject) -> Iterator[Problem]:
    """Without a criterion it is done when somebody is tired of it."""
    for index, action in enumerate(subject.record.actions):
        if _counts(action) and not action.success_criteria:
            yield Problem(
                ("actions", index, "success_criteria"), f"`{action.id}` has no `success_criteria`"
            )


@rule(
    "PM507",
    "A preventive action says how it will be tried and verified",
    fix="write `test_plan`, and `verification: {method: …}`",
    since=PUBLISHED,
    for_own_only=True,
)
def has_test_plan(subject: Subject) -> Iterator[Problem]:
    """A change that is relied on in an outage is tried before one."""
    for index, action in enumerate(subject.record.actions):
        if not _counts(action):
            continue
        if not action.test_plan:
            yield Problem(("actions", index, "test_plan"), f"`{action.id}` has no `test_plan`")
        if not action.verification.method:
            yield Problem(
                ("actions", index, "verification"), f"`{action.id}` has no `verification.method`"
            )


def _counts(action: Action) -> bool:
    return action.type == "preventive" and action.status != "not-doing"


@rule(
    "PM508",
    "The last change of an owner or a due date is the one that stands",
    fix="make `to` of the last entry under `changes` and the field the same",
)
def changes_match(subject: Subject) -> Iterator[Problem]:
    """The trail of a promise ends at what it says today."""
    record = subject.record
    trails: list[tuple[KeyPath, str | None, tuple[Change, ...]]] = [
        (("owner",), record.owner, record.changes)
    ]
    for index, action in enumerate(record.actions):
        trails.append((("actions", index, "owner"), action.owner, action.changes))
        due = action.due.isoformat() if action.due else None
        trails.append((("actions", index, "due"), due, action.changes))
    for path, value, changes in trails:
        entries = [change for change in changes if change.field == path[-1]]
        if value is None or not entries or entries[-1].new is None:
            continue
        if value != entries[-1].new:
            yield Problem(
                path, f"`{path[-1]}` is {value}, and its last change was to {entries[-1].new}"
            )


@rule(
    "PM509",
    "The changes of a promise join up",
    fix="make each entry begin where the one before it ended, oldest first",
    level=Level.WARNING,
)
def changes_join(subject: Subject) -> Iterator[Problem]:
    """A gap in the trail hides a move; so does a field that does not exist."""
    fields = subject.archive.schemas["postmortem"].keys("actions")
    for index, action in enumerate(subject.record.actions):
        last: dict[str, Change] = {}
        for position, change in enumerate(action.changes):
            where: KeyPath = ("actions", index, "changes", position)
            before = last.get(change.field)
            if change.field not in fields:
                hint = did_you_mean(change.field, fields)
                yield Problem((*where, "field"), f"an action has no `{change.field}`", hint)
            if before and change.changed_on < before.changed_on:
                yield Problem(
                    (*where, "changed_on"),
                    f"{change.changed_on} stands after {before.changed_on}",
                    "put the oldest first",
                )
            if before and change.old is not None and before.new not in (None, change.old):
                yield Problem(
                    where,
                    f"this change of `{change.field}` is from {change.old}, and the one before "
                    f"it was to {before.new}",
                )
            last[change.field] = change


RULES = (
    done_has_evidence,
    verified_by_another,
    verification_matches_status,
    not_overdue,
    has_success_criteria,
    has_test_plan,
    changes_match,
    changes_join,
)
