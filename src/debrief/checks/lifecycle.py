"""PM7xx: is the record where its status says, and in time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from debrief import workdays
from debrief.archive import Archive, references
from debrief.checks.rule import Subject, archive_rule, rule
from debrief.finding import Level, Problem, did_you_mean
from debrief.lifecycle import (
    CLOSING,
    came_back_on,
    deadline,
    may_sign_for,
    missing_sign_offs,
    signers,
    standing_sign_offs,
)
from debrief.record import CLOSED, DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN

_POLICY = "catalog/policy.yml"


def _missed(subject: Subject, status: str) -> date | None:
    """The day by which the record was to reach a status, where that has passed."""
    day = deadline(subject.record, subject.catalog.policy, status)
    return day if day and subject.today > day else None


@rule(
    "PM701",
    "The analysis is in review within the policy's days",
    fix="finish what the status in-review demands, and move it on",
    level=Level.WARNING,
    for_own_only=True,
    needs="policy",
)
def review_in_time(subject: Subject) -> Iterator[Problem]:
    """Counted from detection, as the policy's calendar says.

    What people remember fades by the day.
    """
    if subject.record.status == DRAFT and (day := _missed(subject, IN_REVIEW)):
        yield Problem(("status",), f"still a draft; it was to be in review by {day}")


@rule(
    "PM702",
    "It is published within the policy's days",
    fix="hold the review, collect the sign-offs, and publish it",
    level=Level.WARNING,
    for_own_only=True,
    needs="policy",
)
def published_in_time(subject: Subject) -> Iterator[Problem]:
    """Counted from detection, as the policy's calendar says."""
    if subject.record.status == IN_REVIEW and (day := _missed(subject, PUBLISHED)):
        yield Problem(("status",), f"still in review; it was to be published by {day}")


@rule(
    "PM703",
    "Everybody has signed whom the policy asks",
    fix="ask them to sign, and add `{role: …, signed_by: …, signed_on: …}` under `sign_offs`",
    since=PUBLISHED,
    for_own_only=True,
    needs="policy",
)
def signed(subject: Subject) -> Iterator[Problem]:
    """The policy names the roles by severity. Who signed before a record fell back signs anew."""
    record = subject.record
    missing = missing_sign_offs(record, subject.catalog.policy)
    if missing:
        roles = ", ".join(role.replace("_", " ") for role in missing)
        since = came_back_on(record, PUBLISHED)
        what = f"sign-offs from after {since}, when it fell back" if since else "more sign-offs"
        words = f"a {record.severity} needs {what}: {roles}"
        yield Problem(("sign_offs",), words)


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
        if affected.is_pending:
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
    """Somebody says that the promises were kept; and says so again after it was reopened."""
    if not any(sign_off.role == CLOSING for sign_off in standing_sign_offs(subject.record)):
        since = came_back_on(subject.record, CLOSED)
        again = f" after {since}, when it was reopened" if since else ""
        yield Problem(("sign_offs",), f"nobody has signed the closing{again}")


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
        holders = set(signers(record, sign_off.role))
        if holders and not may_sign_for(catalog, sign_off.signed_by, holders):
            yield Problem(
                ("sign_offs", index, "signed_by"),
                f"`{sign_off.signed_by}` signs as {sign_off.role.replace('_', ' ')}, and that is "
                f"{', '.join(sorted(holders))}",
            )


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


@archive_rule(
    "PM713",
    "The calendar's country and days are known",
    fix="correct `calendar` in catalog/policy.yml",
    needs="policy",
)
def calendar_known(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Deadlines in working days rest on the public holidays of the country that is named.

    They are known by the country's code of two letters, and by the code or the name of its part.
    """
    kept = archive.catalog.policy.calendar.holidays
    if kept is None:
        return
    where = ("calendar", "holidays")
    if fix := workdays.unknown_country(kept):
        message = f"no holidays are known of the country `{kept.country}`"
        yield _POLICY, Problem((*where, "country"), message, fix)
    elif fix := workdays.unknown_subdivision(kept):
        message = f"`{kept.country}` has no part `{kept.subdivision}` with holidays of its own"
        yield _POLICY, Problem((*where, "subdivision"), message, fix)


@archive_rule(
    "PM714",
    "Reviews are led by somebody who is there",
    fix="take the name out of `review.rotation`, or put another in its place",
    level=Level.WARNING,
    needs="owners policy",
)
def rotation_active(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Whose turn it is follows from the rotation; a review whose leader has left is not held."""
    owners = archive.catalog.owners
    for index, name in enumerate(archive.catalog.policy.review.rotation):
        if name in owners and not owners[name].active:
            where = ("review", "rotation", index)
            yield (
                _POLICY,
                Problem(where, f"`{name}` leads reviews in turn, and is no longer active"),
            )


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
    calendar_known,
    rotation_active,
)
