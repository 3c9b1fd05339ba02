"""PM4xx: is it explained by conditions of the system, with evidence, and answered?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from debrief.checks.rule import Subject, rule
from debrief.finding import KeyPath, Level, Position, Problem, did_you_mean
from debrief.prose import blank_code, lines_outside_code
from debrief.record import IN_REVIEW, Postmortem

TECHNICAL = frozenset({"code", "data-test", "monitoring", "alerting", "architecture", "contract"})
"""Categories of action that change a system; the others change what people know and do."""


@rule(
    "PM401",
    "There is a root cause",
    fix="mark the cause without which it would not have happened `role: root`",
    since=IN_REVIEW,
    relaxed=True,
    reads="causes",
)
def has_root_cause(subject: Subject) -> Iterator[Problem]:
    """Contributing factors alone say what made it worse, and not what to change first."""
    if subject.record.causes and not subject.record.root_causes:
        yield Problem(("causes",), "no cause has the role `root`")


@rule(
    "PM402",
    "A root cause has evidence",
    fix="name items of `evidence` that show it: `evidence: [row-counts]`",
    since=IN_REVIEW,
    relaxed=True,
    reads="causes",
)
def root_cause_has_evidence(subject: Subject) -> Iterator[Problem]:
    """What is not shown is an opinion, and the next outage will tell whose it was."""
    for index, cause in enumerate(subject.record.causes):
        if cause.role == "root" and not cause.evidence:
            yield Problem(("causes", index), f"the root cause `{cause.id}` rests on no evidence")


@rule(
    "PM403",
    "A root cause has a preventive action",
    fix="add an action of type `preventive` that lists the cause under `addresses`",
    since=IN_REVIEW,
    relaxed=True,
    reads="causes actions",
)
def root_cause_is_addressed(subject: Subject) -> Iterator[Problem]:
    """A root cause that nobody does anything about will be met again."""
    if not subject.record.actions:
        return  # the schema asks for the first one
    for index, cause in enumerate(subject.record.causes):
        actions = subject.record.actions_for(cause)
        promised = any(a.type == "preventive" and a.status != "not-doing" for a in actions)
        if cause.role == "root" and not promised:
            yield Problem(
                ("causes", index), f"no preventive action addresses the root cause `{cause.id}`"
            )


@rule(
    "PM404",
    "A technical fix has a partner among people",
    fix="add a process, runbook, training or policy action for the same cause, if one would help",
    level=Level.ADVICE,
    since=IN_REVIEW,
    relaxed=True,
    reads="causes actions",
)
def fix_has_partner(subject: Subject) -> Iterator[Problem]:
    """Systems change back when nobody knows why they were changed."""
    for index, cause in enumerate(subject.record.causes):
        categories = {action.category for action in subject.record.actions_for(cause)} - {None}
        if cause.role == "root" and categories and categories <= TECHNICAL:
            yield Problem(
                ("causes", index),
                f"`{cause.id}` is answered by technical actions alone",
            )


_BLAME = re.compile(
    r"\b(?:human error|operator error|user error|pilot error|careless(?:ly|ness)?"
    r"|negligen(?:t|ce|tly)|incompeten(?:t|ce)|sloppy|sloppiness|stupid(?:ly|ity)?|reckless(?:ly)?"
    r"|should(?:n't| not)? have (?:known|seen|noticed|checked|asked|told|tested|realised|realized"
    r"|thought|followed|read|caught|understood|remembered|waited)|could have easily|ought to have"
    r"|forgot(?:ten)? to|neglected to|failed to (?:follow|realise|realize|understand)"
    r"|did(?:n't| not) bother|(?:his|her|their) (?:fault|mistake)"
    r"|(?<!nobody is )(?<!no one is )to blame"
    r"|blunder(?:ed)?|screwed up|messed up)\b",
    re.IGNORECASE,
)


@rule(
    "PM405",
    "No words that blame",
    fix="say what the person saw and what the system let happen; see docs/handbook/blameless.md",
    level=Level.WARNING,
)
def no_blame(subject: Subject) -> Iterator[Problem]:
    """Who expects blame tells less, and what is not told is not mended."""
    yield from _matches(subject, _BLAME, "`{}` judges a person instead of describing the system")


_ABSOLUTE = re.compile(
    r"(?<!\bnot )\b(?:the (?:only|sole|single) (?:root )?cause|would never have happened"
    r"|(?:can|will) never happen again|impossible to happen again|(?<!not )obviously)\b",
    re.IGNORECASE,
)


@rule(
    "PM406",
    "No absolutes",
    fix="say what is known, and how",
    level=Level.WARNING,
)
def no_absolutes(subject: Subject) -> Iterator[Problem]:
    """`The only cause` ends an analysis that has just begun."""
    yield from _matches(subject, _ABSOLUTE, "`{}` claims more than anybody can know")


# `@timestamp` is a field of log stores, and `@daily` a schedule.
_MENTION = re.compile(
    r"(?<![\w./@`])@(?!(?:timestamp|version|hourly|daily|weekly|monthly|yearly)\b)"
    r"[A-Za-z][A-Za-z0-9-]*(?:/[\w.-]+)?"
)


@rule(
    "PM407",
    "No bare @mentions",
    fix="name the role; owners stand in the fields for them",
    level=Level.WARNING,
)
def no_mentions(subject: Subject) -> Iterator[Problem]:
    """A mention notifies people, and turns a description of events into one of persons."""
    yield from _matches(subject, _MENTION, "`{}` mentions a person")


def _matches(subject: Subject, pattern: re.Pattern[str], message: str) -> Iterator[Problem]:
    for path, text in subject.entry.prose:
        for found in pattern.finditer(blank_code(text)):
            yield Problem(path, message.format(found.group()))
    document = subject.document
    for line in lines_outside_code(document.body, document.body_line):
        for found in pattern.finditer(line.text):
            where = Position(line.number, found.start() + 1)
            yield Problem(where, message.format(found.group()))


@rule(
    "PM408",
    "Actions address causes of this record",
    fix="use the `id` of one of the `causes`",
    reads="causes",
)
def known_cause(subject: Subject) -> Iterator[Problem]:
    """Causes are tied to actions by their ids."""
    known = [cause.id for cause in subject.record.causes]
    for index, action in enumerate(subject.record.actions):
        for position, name in enumerate(action.addresses):
            if name not in known:
                yield Problem(
                    ("actions", index, "addresses", position),
                    f"`{name}` is no cause of this record",
                    did_you_mean(name, known),
                )


def evidence_references(record: Postmortem) -> Iterator[tuple[KeyPath, str]]:
    """Every reference to an item of evidence, with its key path."""
    lists: list[tuple[KeyPath, tuple[str, ...]]] = []
    for key in ("assets", "timeline", "causes", "actions"):
        for index, item in enumerate(getattr(record, key)):
            lists.append(((key, index, "evidence"), item.evidence))
    for index, action in enumerate(record.actions):
        path: KeyPath = ("actions", index, "verification", "evidence")
        lists.append((path, action.verification.evidence))
        for position, rehearsal in enumerate(action.rehearsals):
            where: KeyPath = ("actions", index, "rehearsals", position, "evidence")
            lists.append((where, rehearsal.evidence))
    for path, names in lists:
        yield from (((*path, index), name) for index, name in enumerate(names))


@rule(
    "PM409",
    "Evidence that is named exists",
    fix="use the `id` of one of the items under `evidence`, or add the item",
    reads="evidence",
)
def known_evidence(subject: Subject) -> Iterator[Problem]:
    """Statements are tied to their evidence by its id."""
    known = [item.id for item in subject.record.evidence]
    for path, name in evidence_references(subject.record):
        if name not in known:
            yield Problem(path, f"`{name}` is not among `evidence`", did_you_mean(name, known))


@rule(
    "PM410",
    "Ids are unique in their list",
    fix="give one of the two another id",
)
def unique_local_ids(subject: Subject) -> Iterator[Problem]:
    """An id that stands twice leaves open what is meant."""
    for key in ("evidence", "causes", "actions"):
        seen: set[str] = set()
        for index, item in enumerate(getattr(subject.record, key)):
            if item.id in seen:
                yield Problem((key, index, "id"), f"`{item.id}` stands twice under `{key}`")
            seen.add(item.id)


RULES = (
    has_root_cause,
    root_cause_has_evidence,
    root_cause_is_addressed,
    fix_has_partner,
    no_blame,
    no_absolutes,
    no_mentions,
    known_cause,
    known_evidence,
    unique_local_ids,
)
