"""The tables of who takes part in a postmortem, and what it names beside its own analysis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from debrief.record import SINGLE_ROLES, Postmortem
from debrief.warehouse.table import (
    Kind,
    Table,
    column,
    digest,
    of_each,
    owner,
    part_columns,
    reference,
)

STAKEHOLDERS = Table(
    "stakeholders",
    "One row for each owner whom an outage affected.",
    of_each(lambda record: record.stakeholders, str),
    (
        *part_columns("stakeholder_key", "The postmortem and the owner."),
        owner("owner_id", "item", "postmortem.stakeholders", needed=True),
    ),
)


def _held(record: Postmortem) -> Iterator[tuple[str, str]]:
    """Each role with its holder, in the order of the record."""
    single = ((role, getattr(record.roles, role)) for role in SINGLE_ROLES)
    several = chain(
        (("engineer", who) for who in record.roles.engineers),
        (("steward", who) for who in record.roles.stewards),
    )
    return ((role, who) for role, who in chain(single, several) if who is not None)


ROLES = Table(
    "roles",
    "One row for each role that somebody holds in a postmortem.",
    of_each(_held, "/".join),
    (
        *part_columns("role_key", "The postmortem, the role and the owner."),
        column(
            "role",
            Kind.TEXT,
            lambda part: part.item[0],
            "A key under `roles` of the record; engineer and steward of those that name several.",
            needed=True,
        ),
        reference(
            "owner_id",
            lambda part: part.item[1],
            "owners",
            "owner_id",
            "Who holds it.",
            needed=True,
        ),
    ),
)

_SIGN_OFFS = "postmortem.sign_offs"

SIGN_OFFS = Table(
    "sign_offs",
    "One row for each sign-off.",
    of_each(lambda record: record.sign_offs, lambda each: f"{each.role}/{each.signed_by}"),
    (
        *part_columns("sign_off_key", "The postmortem, the role and who signed."),
        column("role", Kind.TEXT, "item.role", field=f"{_SIGN_OFFS}.role", needed=True),
        owner("signed_by", "item.signed_by", f"{_SIGN_OFFS}.signed_by", needed=True),
        column(
            "signed_on",
            Kind.DAY,
            "item.signed_on",
            field=f"{_SIGN_OFFS}.signed_on",
            needed=True,
        ),
    ),
)

TAGS = Table(
    "tags",
    "One row for each tag of a postmortem.",
    of_each(lambda record: record.tags, str),
    (
        *part_columns("tag_key", "The postmortem and the tag."),
        column("tag", Kind.TEXT, "item", field="postmortem.tags", needed=True),
    ),
)

RELATED = Table(
    "related",
    "One row for each other postmortem that one names as related.",
    of_each(lambda record: record.related, str),
    (
        *part_columns("related_key", "The two postmortems."),
        reference(
            "related_id",
            "item",
            "postmortems",
            "postmortem_id",
            field="postmortem.related",
            needed=True,
        ),
    ),
)

IDEAS = Table(
    "ideas",
    "One row for each thing worth doing that nobody has promised yet.",
    of_each(lambda record: record.ideas, digest),
    (
        *part_columns("idea_key", "The postmortem, and a digest of the idea."),
        column("idea", Kind.TEXT, "item", field="postmortem.ideas", needed=True),
    ),
)
