"""PM7xx: is the record where its status says, and in time?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from debrief.archive import references
from debrief.catalog import Catalog
from debrief.checks.rule import Subject, rule
from debrief.finding import Level, Problem, did_you_mean
from debrief.record import CLOSED, DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN, Postmortem


def _known_since(record: Postmortem) -> date:
    """The day from which the policy's deadlines count: detection, else the incident's day."""
    detected = record.incident.detected_at
    return detected.day if detected else record.day


def _deadline(subject: Subject, days: str) -> date | None:
    severity = subject.catalog.policy.severities.get(subject.record.severity or "")
    if severity is None:
        return None
    return _known_since(subject.record) + timedelta(days=getattr(severity, days))


@rule(
    "PM701",
    "The analysis is in review within the policy's days",
    fix="finish what the status in-review demands, and move it on",
    level=Level.WARNING,
    for_own_only=True,
    needs="policy",
)
def review_in_time(subject: Subject) -> Iterator[Problem]:
    """Counted from detection; what people remember fades by the day."""
    deadline = _deadline(subject, "in_review_days")
    if subject.record.status == DRAFT and deadline and subject.today > deadline:
        yield Problem(("status",), f"still a draft; it was to be in review by {deadline}")


@rule(
    "PM702",
    "It is published within the policy's days",
    fix="hold the review, collect the sign-offs, and publish it",
    level=Level.WARNING,
    for_own_only=True,
    needs="policy",
)
def published_in_time(subject: Subject) -> Iterator[Problem]:
    """Counted from detection."""
    deadline = _deadline(subject, "published_days")
    if subject.record.status == IN_REVIEW and deadline and subject.today > deadline:
        yield Problem(("status",), f"still in review; it was to be published by {deadline}")


@rule(
    "PM703",
    "Everybody has signed whom the policy asks",
    fix="ask them to sign, and add `{role: …, signed_by: …, signed_on: …}` under `sign_offs`",
    since=PUBLISHED,
    for_own_only=True,
    needs="policy",
)
def signed(subject: Subject) -> Iterator[Problem]:
    """The policy names the roles by severity."""
    severity = subject.catalog.policy.severities.get(subject.record.severity or "")
    given = {sign_off.role for sign_off in subject.record.sign_offs}
    missing = [role for role in (severity.sign_offs if severity else ()) if role not in given]
    if missing:
        roles = ", ".join(role.replace("_", " ") for role in missing)
        yield Problem(("sign_offs",), f"a {subject.record.severity} needs more sign-offs: {roles}")


@rule(
    "PM704",
    "Nobody signs before the review",
    fix="correct the date, or sign again after the review",
    relaxed=True,
)
def signed_after_review(subject: Subject) -> Iterator[Problem]:
    """A signature stands for what the review agreed on."""
    review = subject.record.review
    for index, sign_off in enumerate(subject.record.sign_offs):
        if review and sign_off.signed_on < review.held_on:
            yield Problem(
                ("sign_offs", index, "signed_on"),
                f"signed on {sign_off.signed_on}, before the review of {review.held_on}",
            )


@rule(
    "PM705",
    "A closed record has no promise left to keep",
    fix="set the record back to published until every action is verified or not-doing",
    since=CLOSED,
)
def nothing_open(subject: Subject) -> Iterator[Problem]:
    """Closed means: it held. Done is not enough; somebody else must have looked."""
    for index, action in enumerate(subject.record.actions):
        if action.status not in ("verified", "not-doing"):
            yield Problem(
                ("actions", index, "status"),
                f"the record is closed, and `{action.id}` is {action.status}",
            )


@rule(
    "PM706",
    "A closed record has no data left to repair",
    fix="repair it and write `restored_at`, or declare it `lost` with a `note`",
    since=CLOSED,
    relaxed=True,
)
def nothing_unrepaired(subject: Subject) -> Iterator[Problem]:
    """It does not close while a range of data is wrong and nobody says that it stays so."""
    for index, affected in enumerate(subject.record.assets):
        if affected.repair == "pending":
            yield Problem(
                ("assets", index, "repair"),
                f"the record is closed, and the repair of `{affected.asset}` is pending",
            )


@rule(
    "PM707",
    "A closed record has its closing sign-off",
    fix="add `{role: closing, signed_by: …, signed_on: …}` under `sign_offs`",
    since=CLOSED,
    for_own_only=True,
)
def closing_signed(subject: Subject) -> Iterator[Problem]:
    """Somebody says that the promises were kept."""
    if not any(sign_off.role == "closing" for sign_off in subject.record.sign_offs):
        yield Problem(("sign_offs",), "nobody has signed the closing")


@rule(
    "PM708",
    "Records that are named exist, and came before",
    fix="correct the id: it is the file's name without .md",
)
def known_records(subject: Subject) -> Iterator[Problem]:
    """`recurrence_of`, `related` and `duplicate_of` lead to other records of this repository."""
    record, known = subject.record, subject.archive.ids
    for path, name in references(record):
        if name == record.id:
            yield Problem(path, "the record names itself")
        elif name not in known:
            hint = did_you_mean(name, known - {record.id})
            yield Problem(path, f"there is no record `{name}`", hint)
        elif path == ("recurrence_of",) and name[:10] > record.id[:10]:
            yield Problem(path, f"`{name}` came later, and cannot have recurred here")


_SIGNS_FOR: dict[str, Callable[[Postmortem], tuple[str | None, ...]]] = {
    "facilitator": lambda record: (record.roles.facilitator,),
    "owner": lambda record: (record.owner,),
    "incident_commander": lambda record: (record.roles.incident_commander,),
    "steward": lambda record: record.roles.stewards,
    "engineer": lambda record: record.roles.engineers,
    "executive": lambda record: (record.roles.sponsor,),
}


@rule(
    "PM709",
    "Who signs holds the role",
    fix="let the one sign who holds the role, or correct `roles`",
    level=Level.WARNING,
    needs="owners",
)
def signer_holds_role(subject: Subject) -> Iterator[Problem]:
    """A member may sign for a team that holds it, and a team for its member."""
    record, catalog = subject.record, subject.catalog
    for index, sign_off in enumerate(record.sign_offs):
        if sign_off.signed_by not in catalog.owners:
            continue  # PM205 says so
        find = _SIGNS_FOR.get(sign_off.role)
        holders = {name for name in find(record) if name} if find else set()
        if holders and not _stands_for(catalog, sign_off.signed_by, holders):
            yield Problem(
                ("sign_offs", index, "signed_by"),
                f"`{sign_off.signed_by}` signs as {sign_off.role.replace('_', ' ')}, and that is "
                f"{', '.join(sorted(holders))}",
            )


def _stands_for(catalog: Catalog, signer: str, holders: set[str]) -> bool:
    teams = {team.id for team in catalog.teams_of(signer)}
    members = set(catalog.owners[signer].members) if signer in catalog.owners else set()
    return bool(({signer} | teams | members) & holders)


@rule(
    "PM710",
    "Only a withdrawn record says why it was withdrawn",
    fix="set `status: withdrawn`, or delete `withdrawn`",
    level=Level.WARNING,
)
def withdrawn_or_not(subject: Subject) -> Iterator[Problem]:
    """A reason without the status is a slip in one of the two."""
    if subject.record.withdrawn and subject.record.status != WITHDRAWN:
        yield Problem(
            ("withdrawn",), f"`withdrawn` is filled in, and the status is {subject.record.status}"
        )


@rule(
    "PM712",
    "A date of a status comes with the status",
    fix="set the status, or take the date out",
    level=Level.WARNING,
)
def dates_match_status(subject: Subject) -> Iterator[Problem]:
    """`published_on` in a draft is a slip in one of the two."""
    record = subject.record
    for key, status in (("published_on", PUBLISHED), ("closed_on", CLOSED)):
        day = getattr(record, key)
        if day and not record.reached(status) and record.status != WITHDRAWN:
            yield Problem((key,), f"`{key}` is given, and the status is {record.status}")


RULES = (
    review_in_time,
    published_in_time,
    signed,
    signed_after_review,
    nothing_open,
    nothing_unrepaired,
    closing_signed,
    known_records,
    signer_holds_role,
    withdrawn_or_not,
    dates_match_status,
)
