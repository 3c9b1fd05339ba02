"""PM2xx: does every promise have somebody who keeps it?"""

from __future__ import annotations

from collections.abc import Iterator

from debrief.archive import Archive
from debrief.catalog_parts import GENERATED
from debrief.checks.rule import Rule, Subject, archive_rule, rule
from debrief.finding import KeyPath, Level, Problem, did_you_mean
from debrief.record import CLOSED, IN_REVIEW, SINGLE_ROLES, WITHDRAWN, Postmortem

_SCHEMA = (
    Rule(
        "PM201",
        "Every postmortem has an owner",
        "write `owner: <id>` with an id from catalog/owners.yml",
        relaxed=True,
        explanation="In every status, from the first commit: what nobody owns, nobody finishes.",
    ),
    Rule(
        "PM202",
        "Every action has an owner",
        "write `owner: <id>` in this action: who will do it?",
        relaxed=True,
        explanation="In every status. An action without an owner is an idea: put it under `ideas`.",
    ),
    Rule(
        "PM203",
        "Every action has a due date",
        "write `due: YYYY-MM-DD` in this action: by when?",
        relaxed=True,
        explanation="In every status. An action without a date is an idea: put it under `ideas`.",
    ),
    Rule(
        "PM204",
        "Facilitator, scribe and engineers are named from review on",
        "name them under `roles`",
        relaxed=True,
    ),
)


def owner_references(record: Postmortem) -> Iterator[tuple[KeyPath, str]]:
    """Every owner id in a record, with its key path."""
    single: list[tuple[KeyPath, str | None]] = [(("owner",), record.owner)]
    single += [(("roles", role), getattr(record.roles, role)) for role in SINGLE_ROLES]
    for index, action in enumerate(record.actions):
        single.append((("actions", index, "owner"), action.owner))
        path: KeyPath = ("actions", index, "verification", "verified_by")
        single.append((path, action.verification.verified_by))
        for position, rehearsal in enumerate(action.rehearsals):
            path = ("actions", index, "rehearsals", position, "held_by")
            single.append((path, rehearsal.held_by))
    for index, decision in enumerate(record.impact.decisions):
        single.append((("impact", "decisions", index, "consumer"), decision.consumer))
    for index, sign_off in enumerate(record.sign_offs):
        single.append((("sign_offs", index, "signed_by"), sign_off.signed_by))
    yield from ((path, name) for path, name in single if name is not None)
    lists: tuple[tuple[KeyPath, tuple[str, ...]], ...] = (
        (("stakeholders",), record.stakeholders),
        (("roles", "engineers"), record.roles.engineers),
        (("roles", "stewards"), record.roles.stewards),
    )
    for path, names in lists:
        yield from (((*path, index), name) for index, name in enumerate(names))


@rule(
    "PM205",
    "Every owner is in the catalog",
    fix="correct the id, or add the owner to catalog/owners.yml",
    needs="owners",
)
def known_owner(subject: Subject) -> Iterator[Problem]:
    """Owner, roles, actions, stakeholders, verifiers, signers: each is an id of the catalog.

    So is whoever held a rehearsal.
    """
    owners = subject.catalog.owners
    for path, name in owner_references(subject.record):
        if name not in owners:
            yield Problem(
                path,
                f"`{name}` is not in catalog/owners.yml",
                did_you_mean(name, owners),
            )


@rule(
    "PM206",
    "Nobody who has left owns anything that is still to be done",
    fix="hand it on: `./debrief reassign NEW --from OLD --all --reason …`",
    needs="owners",
)
def active_owner(subject: Subject) -> Iterator[Problem]:
    """Owners are marked ``active: false`` when they leave; what they did stays theirs."""
    record, owners = subject.record, subject.catalog.owners

    def left(name: str | None) -> bool:
        return name is not None and name in owners and not owners[name].active

    if record.status not in (CLOSED, WITHDRAWN) and left(record.owner):
        yield Problem(("owner",), f"`{record.owner}` is no longer active")
    for index, action in enumerate(record.actions if record.status != WITHDRAWN else ()):
        if action.is_open and left(action.owner):
            yield Problem(("actions", index, "owner"), f"`{action.owner}` is no longer active")


@rule(
    "PM207",
    "The facilitator is not the only engineer",
    fix="ask somebody to facilitate who was not alone in the response",
    level=Level.WARNING,
    since=IN_REVIEW,
)
def independent_facilitator(subject: Subject) -> Iterator[Problem]:
    """Nobody can well lead the analysis of what they did alone."""
    roles = subject.record.roles
    if roles.facilitator and roles.engineers == (roles.facilitator,):
        yield Problem(("roles", "facilitator"), "the facilitator is also the only engineer")


_HOLDS = {
    "incident_commander": "incident_commander",
    "steward": "stewards",
    "executive": "sponsor",
}
"""The role in the record that is asked to sign, by the role that the policy names; PM204 asks for
the facilitator and the engineers anyway."""


@rule(
    "PM208",
    "Who must sign is known from review on",
    fix="name them under `roles`, so that they hear of it in time",
    level=Level.WARNING,
    since=IN_REVIEW,
    for_own_only=True,
    needs="policy",
)
def signers_named(subject: Subject) -> Iterator[Problem]:
    """The policy names the roles that sign at this severity; each needs somebody in it."""
    record = subject.record
    asked = subject.catalog.policy.severities.get(record.severity or "")
    for role in asked.sign_offs if asked else ():
        field = _HOLDS.get(role)
        if field and not getattr(record.roles, field):
            if not subject.document.has_key(("roles",)):
                return  # asked last: a document that was read elsewhere is parsed anew for it
            yield Problem(
                ("roles", field),
                f"a {record.severity} must be signed by the {role.replace('_', ' ')}, and "
                f"`roles.{field}` names nobody",
            )


@archive_rule(
    "PM209",
    "The catalog's owners exist",
    fix="correct the id, or add the owner to catalog/owners.yml",
    needs="owners",
)
def catalog_owners(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Members and managers, owners and stewards of assets, the rotation and the maintainers."""
    told: set[tuple[str, str]] = set()
    for path, where, name in _catalog_owner_references(archive):
        if name in archive.catalog.owners or (path, name) in told:
            continue
        message = f"`{name}` is not in catalog/owners.yml"
        if path.startswith(f"{GENERATED}/"):
            told.add((path, name))  # an import mends all of them at once
            fix = "import this part again, or add the owner to catalog/owners.yml"
        else:
            fix = did_you_mean(name, archive.catalog.owners)
        yield path, Problem(where, message, fix)


def _catalog_owner_references(archive: Archive) -> Iterator[tuple[str, KeyPath, str]]:
    catalog = archive.catalog
    for owner in catalog.owners.values():
        named: list[tuple[KeyPath, str | None]] = [(("manager",), owner.manager)]
        named += [(("members", index), name) for index, name in enumerate(owner.members)]
        yield from (
            ("catalog/owners.yml", ("owners", owner.id, *at), name) for at, name in named if name
        )
    for asset in catalog.assets.values():
        for key in ("owner", "steward"):
            if name := getattr(asset, key):
                yield *catalog.parts.place(asset.id, key), name
        for key in ("contract", "validation", "lineage_map"):
            kept = getattr(asset, key)
            if kept is not None and kept.owner:
                yield *catalog.parts.place(asset.id, key, "owner"), kept.owner
    for index, name in enumerate(catalog.policy.review.rotation):
        yield "catalog/policy.yml", ("review", "rotation", index), name
    for index, name in enumerate(catalog.policy.maintainers):
        yield "catalog/policy.yml", ("maintainers", index), name


@archive_rule(
    "PM210",
    "No asset belongs to somebody who has left",
    fix="hand the asset on",
    level=Level.WARNING,
    needs="owners assets",
)
def active_asset_owner(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """An asset whose owner or steward is inactive has nobody who answers for it."""
    owners = archive.catalog.owners
    for asset in archive.catalog.assets.values():
        for key in ("owner", "steward"):
            name = getattr(asset, key)
            if name in owners and not owners[name].active:
                path, where = archive.catalog.parts.place(asset.id, key)
                yield path, Problem(where, f"`{name}` is no longer active")


RULES = (
    *_SCHEMA,
    known_owner,
    active_owner,
    independent_facilitator,
    signers_named,
    catalog_owners,
    active_asset_owner,
)
