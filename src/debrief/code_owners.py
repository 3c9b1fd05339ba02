"""CODEOWNERS from the catalog: whom the code host asks to review a change, file by file.

The syntax is what GitHub and GitLab have in common. Both take the last line that matches a file,
and both read accounts even behind a ``#`` on the same line: a comment stands alone here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.record import Postmortem

LOCATIONS = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where a code host looks for the file."""

LIMIT = 3_000_000
"""Bytes; GitHub ignores a file of three megabytes or more, and then asks nobody."""

GATE = (
    "/.github/",
    "/.gitlab/",
    "/.gitlab-ci.yml",
    "/.pre-commit-config.yaml",
    "/.vscode/",
    *("/CODEOWNERS", "/docs/CODEOWNERS"),  # a new one here could come before the one that counts
    "/baseline.json",
    "/catalog/",
    "/schema/",
)
"""What decides how records are checked, in every repository that has records."""

ENGINE = (
    "/.ci/",
    "/.gitattributes",
    "/.pre-commit-hooks.yaml",
    "/.remarkrc.yaml",
    "/action.yml",
    "/debrief",
    "/docs/assets/",
    "/docs/overrides/",
    "/hooks/",
    "/mkdocs.yml",
    "/pyproject.toml",
    "/requirements/",
    "/scripts/",
    "/src/",
)
"""What runs, where the repository holds Debrief itself as well."""

_HEAD = """\
# Who must review a change, from catalog/owners.yml and `maintainers` in catalog/policy.yml.
# Written by ./debrief reference. Change the catalog and run it again.
#
# It counts only where the protection of the branch asks for a review by code owners: without that,
# it only suggests reviewers. The last line that matches a file decides.
"""

_NO_MAINTAINERS = """\
# Nobody yet: name them under `maintainers` in catalog/policy.yml, with their accounts under
# `handles` in catalog/owners.yml. Until then anybody may approve a change to these:
"""


def location(root: Path) -> str:
    """Where the file of a repository lies, or where to put it, relative to its root."""
    there = (path for path in LOCATIONS if (root / path).is_file())
    on_gitlab = (root / ".gitlab-ci.yml").is_file() and not (root / ".github").is_dir()
    return next(there, LOCATIONS[1] if on_gitlab else LOCATIONS[0])


def handles_of(catalog: Catalog, *owner_ids: str) -> tuple[str, ...]:
    """The accounts to ask for these owners, each once.

    An owner without an account of its own is asked through its members, and theirs. Who has left
    is not asked, and neither is who is not in the catalog.
    """
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(reversed(owner_ids))
    while waiting:
        owner = catalog.owners.get(waiting.pop())
        if owner is None or not owner.active or owner.id in seen:
            continue
        seen.add(owner.id)
        found.update(dict.fromkeys(owner.handles))
        if not owner.handles:
            waiting += reversed(owner.members)
    return tuple(found)


def code_owners(archive: Archive, *, limit: int = LIMIT) -> str:
    """The text of CODEOWNERS.

    A record belongs to its owner in every status, a closed one too: what may still change in it is
    decided by the rules, and its owner is who can tell whether a correction is true. Where the
    text would reach ``limit`` bytes, the oldest years are given to the maintainers as a whole.
    """
    years = sorted({record.path.rpartition("/")[0] for record in archive.postmortems})
    for given_away in range(len(years) + 1):
        text = _text(archive, frozenset(years[:given_away]))
        if len(text.encode()) < limit:
            break
    return text


def _text(archive: Archive, whole_years: frozenset[str]) -> str:
    maintainers = handles_of(archive.catalog, *archive.catalog.policy.maintainers)
    engine = ENGINE if (archive.root / "src" / "debrief").is_dir() else ()
    lines = [_HEAD, "# What everybody relies on: the maintainers.", ""]
    lines += _section(sorted((*GATE, *engine)), maintainers)
    if whole_years:
        lines += ["", "# Years that are too long to list: the maintainers.", ""]
        lines += _section((f"/{year}/" for year in sorted(whole_years)), maintainers)
    listed = [
        record
        for record in sorted(archive.postmortems, key=lambda record: record.path)
        if record.path.rpartition("/")[0] not in whole_years
    ]
    lines += _records(listed, archive.catalog, maintainers)
    return "\n".join(lines) + "\n"


def _records(
    records: list[Postmortem], catalog: Catalog, maintainers: tuple[str, ...]
) -> Iterator[str]:
    asked = {record.owner: handles_of(catalog, record.owner or "") for record in records}
    yield from ("", "# Records, with the files beside them: their owners.", "")
    for record in records:
        if handles := asked[record.owner]:
            yield from _lines(_patterns(record), handles)
    nobody = [record for record in records if not asked[record.owner]]
    for owner in sorted({record.owner or "" for record in nobody}):
        who = f"`{owner}`, for whom the catalog has no account" if owner else "nobody yet"
        yield from ("", f"# Records of {who}: the maintainers.", "")
        patterns = (_patterns(record) for record in nobody if (record.owner or "") == owner)
        yield from _section((each for pair in patterns for each in pair), maintainers)


def _patterns(record: Postmortem) -> tuple[str, str]:
    """The record and its folder. An id has only letters, digits and hyphens: nothing to escape."""
    return f"/{record.path}", f"/{record.path.removesuffix('.md')}/"


def _section(patterns: Iterable[str], handles: tuple[str, ...]) -> Iterator[str]:
    """The lines of what the maintainers look after; comments while there are none."""
    if handles:
        yield from _lines(patterns, handles)
    else:
        # A pattern without an owner would say the opposite: that nobody need be asked.
        yield from (*_NO_MAINTAINERS.splitlines(), *(f"# {pattern}" for pattern in patterns))


def _lines(patterns: Iterable[str], handles: tuple[str, ...]) -> Iterator[str]:
    return (f"{pattern} {' '.join(handles)}" for pattern in patterns)
