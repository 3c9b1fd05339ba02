"""The life of a record: which moves it may make, by when, and who must have signed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta

from debrief.catalog import Catalog, Policy, SeverityPolicy
from debrief.record import (
    CLOSED,
    DRAFT,
    IN_REVIEW,
    LIFE,
    PUBLISHED,
    WITHDRAWN,
    Postmortem,
    SignOff,
)
from debrief.workdays import add_days

# --- moves ---------------------------------------------------------------------------------------

_MOVES: dict[str | None, tuple[str, ...]] = {
    None: (DRAFT, IN_REVIEW, WITHDRAWN),  # in-review: one step from a draft that nobody merged
    DRAFT: (IN_REVIEW, WITHDRAWN),
    IN_REVIEW: (PUBLISHED, DRAFT, WITHDRAWN),
    PUBLISHED: (CLOSED, IN_REVIEW, WITHDRAWN),
    CLOSED: (PUBLISHED,),
    WITHDRAWN: (DRAFT,),
}
"""From each status, where a record may go, the usual way first; from None, how it may come."""


def legal_moves(old: str | None) -> tuple[str, ...]:
    """Where a record may go from a status, the usual way first; from None, how it may come."""
    return _MOVES.get(old, ())


def legal_move(old: str | None, new: str) -> bool:
    """Whether a record may go from one status to another; to stay where it is, is no move."""
    return new in legal_moves(old)


def is_back(old: str | None, new: str) -> bool:
    """Whether a move goes back, which asks for a reason; to withdraw is not to go back."""
    if old == WITHDRAWN:
        return new in LIFE
    return old in LIFE and new in LIFE and LIFE.index(new) < LIFE.index(old)


def next_step(status: str) -> str | None:
    """The status one step further; None where there is none."""
    here = LIFE.index(status) + 1 if status in LIFE else len(LIFE)
    return LIFE[here] if here < len(LIFE) else None


# --- deadlines -----------------------------------------------------------------------------------


def known_since(record: Postmortem) -> date:
    """The day from which the policy's days count: detection, in UTC, else the incident's day."""
    detected = record.incident.detected_at
    return detected.day if detected else record.day


def severity_policy(record: Postmortem, policy: Policy) -> SeverityPolicy | None:
    """What the policy asks at a record's severity; None where it has none."""
    return policy.severities.get(record.severity or "")


def deadline(record: Postmortem, policy: Policy, status: str) -> date | None:
    """The last day on which a record reaches a status in time.

    None where the policy gives none: for the other statuses, and without a severity.
    """
    asked = severity_policy(record, policy)
    if asked is None or status not in (IN_REVIEW, PUBLISHED):
        return None
    days = asked.in_review_days if status == IN_REVIEW else asked.published_days
    return add_days(policy.calendar, known_since(record), days)


def default_due(record: Postmortem, policy: Policy, today: date) -> date | None:
    """When an action is due to which nobody gave a date; None without a severity.

    Counted from detection; and from today, where that day has passed.
    """
    asked = severity_policy(record, policy)
    if asked is None:
        return None
    since_detection = add_days(policy.calendar, known_since(record), asked.action_due_days)
    if since_detection >= today:
        return since_detection
    return add_days(policy.calendar, today, asked.action_due_days)


# --- sign-offs -----------------------------------------------------------------------------------

CLOSING = "closing"
"""The role of the last sign-off, which says that the promises were kept."""

SIGNS_FOR: dict[str, Callable[[Postmortem], tuple[str | None, ...]]] = {
    "facilitator": lambda record: (record.roles.facilitator,),
    "owner": lambda record: (record.owner,),
    "incident_commander": lambda record: (record.roles.incident_commander,),
    "steward": lambda record: record.roles.stewards,
    "engineer": lambda record: record.roles.engineers,
    "executive": lambda record: (record.roles.sponsor,),
}
"""Who of a record holds each role that signs; of the roles that are not here, nobody knows."""


def signers(record: Postmortem, role: str) -> tuple[str, ...]:
    """Who is to sign in a role; empty where the record does not say."""
    find = SIGNS_FOR.get(role)
    return tuple(name for name in find(record) if name) if find else ()


def may_sign_for(catalog: Catalog, signer: str, holders: Collection[str]) -> bool:
    """Whether an owner is one of those, a member of one of them, or a team of theirs."""
    teams = {team.id for team in catalog.teams_of(signer)}
    members = set(catalog.owners[signer].members) if signer in catalog.owners else set()
    return bool(({signer} | teams | members) & set(holders))


def required_sign_offs(
    record: Postmortem, policy: Policy, status: str = PUBLISHED
) -> tuple[str, ...]:
    """The roles that must have signed in a status: the policy's, and at the end the closing."""
    if status not in (PUBLISHED, CLOSED):
        return ()
    asked = severity_policy(record, policy)
    roles = asked.sign_offs if asked else ()
    return (*roles, *((CLOSING,) if status == CLOSED and CLOSING not in roles else ()))


def came_back_on(record: Postmortem, status: str) -> date | None:
    """The last day on which a record fell back from a status, or from one after it."""
    days = (
        change.changed_on
        for change in record.changes
        if change.field == "status" and change.new in LIFE and is_back(change.old, change.new)
        # A withdrawn record may have been at any status before.
        if LIFE.index(change.new) < LIFE.index(status)
        if change.old == WITHDRAWN or LIFE.index(status) <= LIFE.index(change.old or DRAFT)
    )
    return max(days, default=None)


def standing_sign_offs(record: Postmortem) -> tuple[SignOff, ...]:
    """The sign-offs that still count: those from after the day on which the record fell back."""
    fell_back = {status: came_back_on(record, status) for status in (PUBLISHED, CLOSED)}

    def stands(sign_off: SignOff) -> bool:
        day = fell_back[CLOSED if sign_off.role == CLOSING else PUBLISHED]
        return day is None or sign_off.signed_on > day

    return tuple(sign_off for sign_off in record.sign_offs if stands(sign_off))


def missing_sign_offs(
    record: Postmortem, policy: Policy, status: str = PUBLISHED
) -> tuple[str, ...]:
    """The roles that must have signed in a status, and in which nobody has."""
    given = {sign_off.role for sign_off in standing_sign_offs(record)}
    return tuple(role for role in required_sign_offs(record, policy, status) if role not in given)


def awaited_sign_offs(record: Postmortem, policy: Policy) -> tuple[str, ...]:
    """The roles that have yet to sign a record that is in review or further.

    In the order of the policy. Nobody here signs for an imported record.
    """
    if record.imported is not None or not record.reached(IN_REVIEW):
        return ()
    due = CLOSED if record.reached(CLOSED) else PUBLISHED
    return missing_sign_offs(record, policy, due)


# --- the rotation --------------------------------------------------------------------------------

_PERIODS: dict[str, Callable[[date], int]] = {
    "weekly": lambda day: (day.toordinal() - 1) // 7,  # day 1 was a Monday, as those of ISO weeks
    "monthly": lambda day: day.year * 12 + day.month - 1,
    "quarterly": lambda day: day.year * 4 + (day.month - 1) // 3,
}
"""The number of the period of a day, counted on over the ends of years."""


def reviewer_on(policy: Policy, day: date) -> str | None:
    """Whose turn it is to lead reviews; None where the policy names nobody, or no cadence."""
    review = policy.review
    if review.cadence is None or not review.rotation:
        return None
    return review.rotation[_PERIODS[review.cadence](day) % len(review.rotation)]


def turns(policy: Policy, day: date) -> Iterator[tuple[date, str]]:
    """Who leads reviews from a day on, each with the first day of the turn; without end.

    Nothing where the policy names nobody, or no cadence.
    """
    cadence = policy.review.cadence
    last = None
    while cadence is not None and (leader := reviewer_on(policy, day)) is not None:
        number = _PERIODS[cadence](day)
        if number != last:
            yield day, leader
        last = number
        day += timedelta(days=1)
