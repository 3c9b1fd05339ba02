"""What a pull request with a draft says, and whom it asks.

Words of the event and of records are written so that the code host shows them and does nothing with
them: no mention, no link, no picture.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from debrief.catalog import Catalog, Owner
from debrief.drafts import Draft, facts
from debrief.drafts.updating import Update
from debrief.events.notice import Notice
from debrief.finding import Finding, Level
from debrief.hypotheses import Hypothesis
from debrief.reporters.markup import code, inert
from debrief.reporters.plain import sentence

_MOST_REVIEWERS = 5

_HANDLE = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\Z")
_TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]*/([A-Za-z0-9][A-Za-z0-9._-]*)\Z")


def branch(notice: Notice) -> str:
    """The branch of an incident's draft: ``draft/pagerduty-q1r2mlqmytwr3y``."""
    name = re.sub(r"[^a-z0-9]+", "-", facts.mark(notice).lower()).strip("-")
    return f"draft/{name}"


def reviewers(owner_id: str | None, catalog: Catalog) -> tuple[list[str], list[str]]:
    """The accounts, and the teams of the code host, that are asked to look at the draft.

    An owner's own; of a team that has none, those of the people in it.
    """
    owner = catalog.owners.get(owner_id or "")
    if owner is None:
        return [], []
    people, teams = _accounts(owner)
    if not people and not teams:
        for name in owner.members:
            member = catalog.owners.get(name)
            if member is not None and member.active:
                people += _accounts(member)[0]
    return people[:_MOST_REVIEWERS], teams[:_MOST_REVIEWERS]


def _accounts(owner: Owner) -> tuple[list[str], list[str]]:
    people = [found[1] for handle in owner.handles if (found := _HANDLE.match(handle))]
    teams = [found[1] for handle in owner.handles if (found := _TEAM.match(handle))]
    return people, teams


def of_new(notice: Notice, draft: Draft, findings: Sequence[Finding], catalog: Catalog) -> str:
    """The description of a pull request with a new draft; ``findings`` are what the check says."""
    return _text(
        *_opening(notice, draft.path),
        *_missing(findings, draft.path),
        *_suggested(draft),
        *_past(draft.hypotheses),
        *_owner(draft.suggested.owner, catalog),
    )


def of_update(
    notice: Notice,
    path: str,
    update: Update,
    findings: Sequence[Finding],
    past: Sequence[Hypothesis],
) -> str:
    """The description of one whose draft was completed by a later event."""
    return _text(
        *_opening(notice, path),
        *_list("Added by the last event", update.added),
        *_list("Left as it is", update.left),
        *_missing(findings, path),
        *_past(past),
    )


def _text(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def _opening(notice: Notice, path: str) -> Iterator[str]:
    yield (
        f"<p>A draft of the postmortem for this incident, from what {inert(facts.tool(notice))} "
        f"tells of it: {code(path, 200)}</p>"
    )
    yield f"<blockquote>{inert(notice.title, 300)}</blockquote>"
    if notice.reference:
        yield f"<p>Reference: {_linked(notice.reference)}</p>"
    yield (
        "<p>Fill in what is missing, confirm or delete what is suggested, and merge. A draft may "
        "be merged long before it is finished: then everybody sees that somebody has it.</p>"
    )


def _linked(reference: str) -> str:
    """A reference, as a link where it is an address of the web."""
    if not re.match(r"https?://[^\s<>\"]+\Z", reference):
        return inert(reference, 500)
    return f'<a href="{html.escape(reference)}">{code(reference, 200)}</a>'


def _missing(findings: Sequence[Finding], path: str) -> Iterator[str]:
    """What the check asks for before the draft can be merged; what is in other files, by file."""
    wrong = [finding for finding in findings if finding.level is Level.ERROR]
    words = [
        f"{_place(finding, path)}: {sentence(finding.message)} {sentence(finding.fix)}"
        for finding in sorted(wrong, key=lambda finding: finding.path != path)
    ]
    yield from _list("Missing before it can be merged", words)
    if not wrong:
        yield "<p>The check asks for nothing more: it can be merged as a draft.</p>"


def _place(finding: Finding, path: str) -> str:
    line = finding.position.line
    return f"Line {line}" if finding.path == path else f"`{finding.path}`, line {line}"


def _suggested(draft: Draft) -> Iterator[str]:
    told = [f"`{key}`: {reason.told}" for key, reason in draft.suggested.reasons.items()]
    yield from _list("Suggested, and what it rests on", told)


def _past(past: Sequence[Hypothesis]) -> Iterator[str]:
    told = []
    for one in past:
        causes = "; ".join(cause.statement for cause in one.causes[:3])
        found = f" Found then: {sentence(causes)}" if causes else ""
        told.append(
            f"{sentence(one.record.title)} {one.apart}. {sentence(one.why)}{found} "
            f"Promised then: {sentence(one.promises)}"
        )
    yield from _list("Has it happened before?", told)


def _owner(owner: str | None, catalog: Catalog) -> Iterator[str]:
    if owner is None:
        yield "<p>Nobody was found to own it: name an owner, so that it is somebody's.</p>"
    else:
        name = inert(catalog.owner_name(owner))
        yield f"<p>{name} is suggested as its owner. If it is somebody else, change it now.</p>"


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    """A heading and its points, if there are any, as one block of HTML without an empty line."""
    if items:
        points = "".join(f"<li>{inert(item, 600)}</li>" for item in items[:50])
        yield f"<h3>{title}</h3><ul>{points}</ul>"
