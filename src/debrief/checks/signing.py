"""PM808 to PM810: who stands behind a sign-off, and what history cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from debrief import identity
from debrief.checks.rule import Located, history_rule
from debrief.finding import KeyPath, Level, Position, Problem
from debrief.git import Commit
from debrief.history import Past, SignedOff, Version


def _new_sign_offs(past: Past) -> Iterator[tuple[str, SignedOff]]:
    """Every sign-off of our own that the base does not have."""
    for path, after in past.after.items():
        before = past.before.get(path)
        if path in past.unreadable or _comes_from_elsewhere(before, after):
            continue
        merged = {sign_off.key for sign_off in before.sign_offs} if before else set()
        for sign_off in after.sign_offs:
            if sign_off.key not in merged:
                yield path, sign_off


def _comes_from_elsewhere(before: Version | None, after: Version) -> bool:
    """Whether a record was signed before it was brought in: what is added later is our own."""
    return before is None and after.imported


def _has(sign_off: SignedOff, version: Version) -> bool:
    return any(other.key == sign_off.key for other in version.sign_offs)


def _author_of(past: Past, path: str, sign_off: SignedOff) -> Commit | None:
    return past.commit_that_added(path, lambda version: _has(sign_off, version))


@history_rule(
    "PM808",
    "The commit that adds a sign-off is the signer's",
    fix="take the sign-off out; let the signer add it in a commit of their own",
)
def signed_by_themselves(past: Past) -> Iterator[Located]:
    """Known by the handles and addresses that catalog/owners.yml had at the base.

    A member signs for a team. Where the pull request's reviews are known, PM809 asks them instead.
    """
    if past.pull_request is not None:
        return
    for path, sign_off in _new_sign_offs(past):
        commit = _author_of(past, path, sign_off)
        if commit is None:
            continue
        who = identity.author(past.catalog, commit.address)
        allowed = identity.stands_for(past.catalog, sign_off.signed_by)
        if not _is_known(past, sign_off.signed_by) or (who is not None and who in allowed):
            continue
        where = ("sign_offs", sign_off.index, "signed_by")
        yield path, _not_theirs(past, commit, sign_off.signed_by, where)


def _not_theirs(past: Past, commit: Commit, signer: str, where: KeyPath) -> Problem:
    """The catalog's id of the author is told, or the name in the commit. Never the address."""
    who = identity.author(past.catalog, commit.address)
    fix = f"take the sign-off out; let `{signer}` add it in a commit of their own"
    if who is not None:
        by = f"`{who.id}`"
    else:
        by = f"“{commit.author[:60]}”, whom the catalog does not know"
        fix += "; if that is who it was, merge the address into catalog/owners.yml first"
    words = f"`{signer}` signs, and commit {commit.short} that adds it is by {by}"
    return Problem(where, words, fix)


def _is_known(past: Past, signer: str) -> bool:
    """Whether a commit could be recognised as a signer's at all."""
    people = identity.stands_for(past.catalog, signer)
    return any(owner.addresses or owner.handles for owner in people)


@history_rule(
    "PM809",
    "The signer has approved the pull request",
    fix="ask the signer to approve the last commit of the pull request",
)
def approved_by_signer(past: Past) -> Iterator[Located]:
    """Asked where the reviews are given, with `--reviews`.

    It takes an approval of the head commit, from an account that is the signer's or a member's, and
    not from the author of the pull request.
    """
    pull = past.pull_request
    if pull is None:
        return
    for path, sign_off in _new_sign_offs(past):
        people = identity.stands_for(past.catalog, sign_off.signed_by)
        where = ("sign_offs", sign_off.index, "signed_by")
        if not people and "owners" in past.catalog.known:
            words = f"`{sign_off.signed_by}` is not in the catalog that was merged"
            yield path, Problem(where, words, "merge the change of catalog/owners.yml first")
            continue
        if not any(owner.handles for owner in people):
            continue  # PM810 says so
        if any(identity.holds(owner, login) for owner in people for login in pull.approvers):
            continue
        name = sign_off.signed_by
        if any(identity.holds(owner, login) for owner in people for login in pull.stale):
            message, fix = f"`{name}` has approved an earlier commit, and not the last one", ""
        elif any(identity.holds(owner, pull.author) for owner in people):
            message = f"`{name}` opened this pull request, and nobody can approve their own"
            fix = "let somebody else open the pull request that carries this sign-off"
        else:
            message, fix = f"`{name}` signs, and has not approved this pull request", ""
        yield path, Problem(where, message, fix)


# --- what cannot be known ------------------------------------------------------------------------


@history_rule(
    "PM810",
    "What history cannot show is said",
    fix="look at it yourself; it counts as not verified",
    level=Level.WARNING,
)
def not_verified(past: Past) -> Iterator[Located]:
    """What cannot be known is neither passed nor failed.

    A shallow clone, a merged version that cannot be read, a signer without a known account.
    """
    for path in past.unreadable:
        yield (
            path,
            _doubt(
                Position(1),
                "the merged version of this record cannot be read, and nothing was compared",
                "compare them by eye: git diff " + (past.base or "")[:10],
            ),
        )
    if past.repository.is_shallow:
        for path in past.added:
            yield (
                path,
                _doubt(
                    Position(1),
                    "the clone is shallow, so whether this id was used before is not known",
                    "git fetch --unshallow; in a workflow, check out with `fetch-depth: 0`",
                ),
            )
    for path in past.moved_on:
        yield (
            path,
            _doubt(
                Position(1),
                "it was changed on the branch that this will be merged into, too",
                "bring your branch up to date, and check again",
            ),
        )
    for path, sign_off in _new_sign_offs(past):
        told = _doubt_of(past, path, sign_off)
        if told is not None:
            yield path, _doubt(("sign_offs", sign_off.index, "signed_by"), *told)
    for path, after in past.after.items():
        merged = past.before.get(path)
        if merged is None and after.imported:
            words = "whether this record was written elsewhere cannot be told"
            fix = "look at its `imported.source`; less is asked of an imported record"
            yield path, _doubt(("imported",), words, fix)
        if merged is None and after.imported and after.sign_offs:
            yield (
                path,
                _doubt(
                    ("sign_offs",),
                    "these sign-offs come with an imported record, and nobody here gave them",
                    "leave them out, or keep them as what the old document says",
                ),
            )


def _doubt(where: KeyPath | Position, words: str, fix: str) -> Problem:
    return Problem(where, f"not verified: {words}", fix)


def _doubt_of(past: Past, path: str, sign_off: SignedOff) -> tuple[str, str] | None:
    """Why it cannot be told whether a sign-off is the signer's own; None where it can."""
    if "owners" not in past.catalog.known:
        return (
            "the catalog that was merged cannot be read, so nobody in it is known",
            "merge a catalog/owners.yml that can be read first",
        )
    name = sign_off.signed_by
    people = identity.stands_for(past.catalog, name)
    if past.pull_request is not None:
        if not people or any(owner.handles for owner in people):
            return None  # PM809 looks at it
        return (
            f"no account of `{name}` is known, so no approval can be theirs",
            f"add `handles` to `{name}` in catalog/owners.yml, and merge that first",
        )
    if not people:
        return (
            f"`{name}` is not in the catalog that was merged, so the sign-off cannot be theirs yet",
            "merge the change of catalog/owners.yml first",
        )
    return _doubt_of_commit(past, path, sign_off)


def _doubt_of_commit(past: Past, path: str, sign_off: SignedOff) -> tuple[str, str] | None:
    name = sign_off.signed_by
    if not past.is_committed(path, lambda version: _has(sign_off, version)):
        return (
            "the sign-off is in no commit yet, so whose it is cannot be told",
            f"let `{name}` commit it",
        )
    if _author_of(past, path, sign_off) is None:
        return ("which commit added the sign-off cannot be told", f"let `{name}` add it anew")
    if not _is_known(past, name):
        return (
            f"nothing is known of `{name}` by which a commit could be told to be theirs",
            f"add `handles` or `addresses` to `{name}` in catalog/owners.yml, and merge that first",
        )
    return None


RULES = (signed_by_themselves, approved_by_signer, not_verified)
