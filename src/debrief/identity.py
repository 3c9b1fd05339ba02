"""Who in the catalog wrote a commit or approved a pull request.

An address in a commit is what its author typed: it can show that somebody else wrote a line, and
only suggests that somebody did. An approval on the code host is bound to an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from debrief.catalog import Catalog, Owner

_NOREPLY = re.compile(r"(?:[0-9]+[+-])?([a-z0-9][a-z0-9._-]*)@users\.noreply\.[a-z0-9.-]+\Z")
"""``12345+handle@users.noreply.github.com``; GitLab puts a hyphen where GitHub has the plus."""

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


def handle_of(address: str) -> str | None:
    """The account name, lower case and without ``@``, that a code host's own address carries."""
    found = _NOREPLY.match(address.lower())
    return found[1] if found else None


def holds(owner: Owner, handle: str) -> bool:
    """Whether an account is one of the owner's; letter case does not matter."""
    return f"@{handle.removeprefix('@')}".lower() in {known.lower() for known in owner.handles}


def author(catalog: Catalog, address: str) -> Owner | None:
    """The person whose address it is; None where nobody is known by it."""
    wanted, handle = address.lower(), handle_of(address)
    for owner in catalog.owners.values():
        if wanted in {known.lower() for known in owner.addresses}:
            return owner
        if handle is not None and holds(owner, handle):
            return owner
    return None


def called(catalog: Catalog, names: Iterable[str]) -> Owner | None:
    """The owner whom one of the names means: an id, a name, an account or an address.

    A name counts where one owner alone has it; letter case does not matter. The first name that
    means somebody decides.
    """
    for name in names:
        wanted = name.strip().casefold()
        by_id = catalog.owners.get(_NOT_IN_IDS.sub("-", wanted).strip("-"))
        if by_id is not None:
            return by_id
        found = [owner for owner in catalog.owners.values() if owner.name.casefold() == wanted]
        found += [owner for owner in catalog.owners.values() if holds(owner, wanted)]
        person = author(catalog, name.strip())
        if len(found) == 1 or person is not None:
            return person or found[0]
    return None


def stands_for(catalog: Catalog, owner_id: str) -> tuple[Owner, ...]:
    """Who may act in an owner's name: the owner, and the members of a team or role, and theirs."""
    found: dict[str, Owner] = {}
    waiting = [owner_id]
    while waiting:
        owner = catalog.owners.get(waiting.pop())
        if owner is not None and owner.id not in found:
            found[owner.id] = owner
            waiting.extend(owner.members)
    return tuple(found[key] for key in sorted(found))
