"""What changed since a base, and who changed it: the records as they were merged, and as they are.

Read without the schema, as texts: what an older schema allowed can still be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from debrief import baseline, catalog_parts
from debrief import catalog as catalogs
from debrief.archive import CATALOG, RECORD_NAME, RECORDS, load_schemas
from debrief.catalog import Catalog
from debrief.catalog_parts import GENERATED, Part, merge
from debrief.document import Document, as_catalog_file, as_record, decode, read_text
from debrief.finding import KeyPath
from debrief.git import Commit, GitError, Repository
from debrief.nodes import DocumentError, plain_values
from debrief.pull_request import PullRequest
from debrief.record import SAMPLE_ORGANISATION, SAMPLE_TAG
from debrief.schema import Schema

NOTHING = re.compile(r"0{40}\Z|0{64}\Z")
"""How code hosts write "no commit", such as that before the first push to a branch."""

_SIMILAR = 80
"""A new file this much like a deleted one, in percent of its text, is taken for the same."""

_COMPARED = 10**11
"""So many pairs of letters are compared, in some seconds; of more, only equal files are found."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """One version of a record, as far as history looks at it."""

    document: Document
    values: Values

    @classmethod
    def read(cls, text: str, path: str) -> Version:
        """Read a version. Raises DocumentError."""
        document = as_record(text, path)
        values = plain_values(document.tree)
        return cls(document, values if isinstance(values, dict) else {})

    def text(self, key: str) -> str | None:
        """A value that is one text."""
        return _text(self.values, key)

    @property
    def status(self) -> str | None:
        """Its status."""
        return self.text("status")

    @property
    def imported(self) -> bool:
        """Whether it is an older document that was brought in."""
        return isinstance(self.values.get("imported"), dict)

    @property
    def changes(self) -> list[Values]:
        """The record's own list of changes."""
        return _mappings(self.values, "changes")

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """Its actions by id."""
        found = {}
        for index, action in enumerate(_mappings(self.values, "actions")):
            name = _text(action, "id")
            if name is not None:
                path: KeyPath = ("actions", index)
                found[name] = Promise(name, path, action)
        return found

    @property
    def sign_offs(self) -> list[SignedOff]:
        """Its sign-offs in order; an item that is none of them is left out."""
        return [
            SignedOff(index, item["role"], item["signed_by"], item["signed_on"])
            for index, item in enumerate(_mappings(self.values, "sign_offs"))
            if all(isinstance(item.get(key), str) for key in ("role", "signed_by", "signed_on"))
        ]


@dataclass(frozen=True, slots=True)
class Promise:
    """One action of a version, and the key path to it."""

    id: str
    path: KeyPath
    values: Values

    def text(self, key: str) -> str | None:
        """A value that is one text."""
        return _text(self.values, key)

    @property
    def changes(self) -> list[Values]:
        """Its list of changes."""
        return _mappings(self.values, "changes")

    @property
    def rehearsals(self) -> list[Values]:
        """Its list of rehearsals."""
        return _mappings(self.values, "rehearsals")


@dataclass(frozen=True, slots=True)
class SignedOff:
    """One sign-off of a version, and its place in the list."""

    index: int
    role: str
    signed_by: str
    signed_on: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same sign-off wherever it stands."""
        return (self.role, self.signed_by, self.signed_on)


def _text(values: Values, key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) else None


def _mappings(values: Values, key: str) -> list[Values]:
    """The items of a list that are mappings; their places are kept, by an empty one for others."""
    items = values.get(key)
    if not isinstance(items, list):
        return []
    return [item if isinstance(item, dict) else {} for item in items]


# --- base and work tree ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """The commits since the base that touch one record, the oldest first.

    ``versions`` has the record as each of them, and each of their parents, has it; None where it
    is not there or cannot be read.
    """

    commits: tuple[Commit, ...]
    versions: Mapping[str, Version | None]


@dataclass(frozen=True)
class Past:
    """What was merged, beside what is now: everything that rules about history look at.

    ``base`` is the commit at which this line of work left the one that it will be merged into;
    None where nothing came before. ``changed`` has every file of the repository's own folders that
    differs from it, with git's letter.
    """

    repository: Repository
    base: str | None
    target: str | None
    """The tip of what it will be merged into, which may have moved on."""
    today: date
    changed: Mapping[str, str]
    schemas: Mapping[str, Schema]
    pull_request: PullRequest | None = None
    _lines: dict[str, Line] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def since(
        cls, root: Path, revision: str, today: date, pull_request: PullRequest | None = None
    ) -> Past:
        """Compare the work tree with where it left a revision.

        Raises :class:`~debrief.git.GitError` where that cannot be told, and says what to do.
        """
        repository = Repository.at(root)
        base, target = _base(repository, revision)
        watched = (RECORDS, CATALOG, "schema", baseline.FILE)
        start = base or repository.ask("hash-object", "-t", "tree", "--stdin").decode().strip()
        changed = repository.changed(start, *watched)
        schemas = load_schemas(root)
        return cls(repository, base, target, today, changed, schemas, pull_request)

    # Each of the following asks git once, and only when a rule needs it.

    @cached_property
    def catalog(self) -> Catalog:
        """Owners, assets and policy of the base; a part that cannot be read is empty.

        Signers are looked up here, so that nobody can make themselves somebody else in the change
        that is judged.
        """
        if self.base is None:
            return Catalog()
        return _catalog_at(self.repository, self.base, self._schemas_at_base)

    @cached_property
    def _schemas_at_base(self) -> Mapping[str, Schema]:
        """The schemas of the base, where the change touches them: it must not blind its judge."""
        found = dict(self.schemas)
        for name in found:
            path = f"schema/{name}.schema.json"
            if path in self.changed and (data := self.file_at_base(path)) is not None:
                found[name] = Schema(json.loads(data))
        return found

    @cached_property
    def records(self) -> tuple[str, ...]:
        """The record files that differ from the base."""
        return tuple(path for path in sorted(self.changed) if is_record(path))

    @cached_property
    def _contents(self) -> dict[str, bytes | None]:
        """The bytes of each changed record at the base."""
        if self.base is None:
            return {}
        old = [path for path in self.records if self.changed[path] != "A"]
        names = (self.repository.at_commit(self.base, path) for path in old)
        return dict(zip(old, self.repository.contents(names), strict=True))

    @cached_property
    def _merged(self) -> dict[str, Version]:
        read = ((path, _version(data, path)) for path, data in self._contents.items())
        return {path: version for path, version in read if version is not None}

    @cached_property
    def before(self) -> dict[str, Version]:
        """The changed records as they were merged; without those that cannot be read.

        A record that was renamed is compared with what it was under its old name, too, and one
        that was put back with what it was before it was deleted.
        """
        renamed = {new: self._merged[old] for old, new in self.renames.items()}
        return self._merged | renamed | self.restored

    @cached_property
    def renames(self) -> dict[str, str]:
        """Deleted records that are there under another name: old path → new path."""
        texts = {path: self.after[path].document.text for path in self.added if path in self.after}
        letters = sum(map(len, texts.values()))
        deleted = sum(len(v.document.text) for p in self.deleted if (v := self._merged.get(p)))
        alike = letters * deleted <= _COMPARED
        found: dict[str, str] = {}
        for old in self.deleted:
            merged = self._merged.get(old)
            if merged is None or self.is_sample(merged):
                continue
            text = merged.document.text
            scorer = fuzz.ratio if alike else _equality
            best = process.extractOne(text, texts, scorer=scorer, score_cutoff=_SIMILAR)
            if best is not None:
                found[old] = str(best[2])
                del texts[found[old]]
        return found

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Changed records whose merged version cannot be read, so that nothing can be compared."""
        return tuple(path for path in self._contents if path not in self._merged)

    @cached_property
    def after(self) -> dict[str, Version]:
        """The changed records as they are; without those that are gone or cannot be read."""
        there = (path for path in self.records if self.changed[path] != "D")
        read = ((path, _version_in(self.repository.root, path)) for path in there)
        return {path: version for path, version in read if version is not None}

    @property
    def added(self) -> tuple[str, ...]:
        """Record files that the base does not have."""
        return tuple(path for path in self.records if self.changed[path] == "A")

    @property
    def deleted(self) -> tuple[str, ...]:
        """Record files that are gone."""
        return tuple(path for path in self.records if self.changed[path] == "D")

    @property
    def pairs(self) -> Iterator[tuple[str, Version, Version]]:
        """Each changed record with both of its versions."""
        for path, after in self.after.items():
            if path in self.before:
                yield path, self.before[path], after

    def is_sample(self, version: Version) -> bool:
        """Whether a record came with Debrief, and the catalog is still that of the samples."""
        tags = version.values.get("tags")
        theirs = self.catalog.policy.organisation == SAMPLE_ORGANISATION
        return theirs and isinstance(tags, list) and SAMPLE_TAG in tags

    def ever_had(self, path: str) -> bool:
        """Whether a file was in any commit up to the base."""
        if self.base is None:
            return False
        literal = f":(top,literal){self.repository.prefix}{path}"
        return any(self.repository.log("-1", "--full-history", self.base, "--", literal))

    def is_same_text(self, path: str) -> bool:
        """Whether a file has the bytes that it had at the base, line ends aside."""
        try:
            now = (self.repository.root / path).read_bytes()
        except OSError:
            return False
        before = self.file_at_base(path)
        return before is not None and _lf(before) == _lf(now)

    def at_base(self, path: str) -> Version | None:
        """Any record as it was merged, changed or not."""
        if path in self.changed:
            return self.before.get(path)
        return _version(self.file_at_base(path), path)

    def now(self, path: str) -> Version | None:
        """Any record as it is, changed or not."""
        if path in self.changed:
            return self.after.get(path)
        return _version_in(self.repository.root, path)

    def lives(self, path: str) -> list[Version]:
        """The versions of a record from the base over each commit to the work tree, in order."""
        found = [self.before[path]] if path in self.before else []
        line = self._line_of(path)
        found += [version for commit in line.commits if (version := line.versions[commit.id])]
        if path in self.after:
            found.append(self.after[path])
        return found

    def commit_that_added(self, path: str, has: Callable[[Version], bool]) -> Commit | None:
        """The last commit since the base before which something was not there, and then was.

        None where it is in no commit yet.
        """
        line = self._line_of(path)

        def there(commit: str) -> bool:
            version = line.versions[commit]
            return version is not None and has(version)

        for commit in reversed(line.commits):
            if there(commit.id) and not any(there(parent) for parent in commit.parents):
                return commit
        return None

    def is_committed(self, path: str, has: Callable[[Version], bool]) -> bool:
        """Whether it stands in the last commit, and not only in the work tree."""
        (data,) = self.repository.contents([self.repository.at_commit("HEAD", path)])
        version = _version(data, path)
        return version is not None and has(version)

    def _line_of(self, path: str) -> Line:
        if path not in self._lines:
            span = ["HEAD"] if self.base is None else ["HEAD", f"^{self.base}"]
            order = ("--topo-order", "--reverse", "--full-history")
            literal = f":(top,literal){self.repository.prefix}{path}"
            commits = tuple(self.repository.log(*order, *span, "--", literal))
            ids = list(dict.fromkeys(i for commit in commits for i in (commit.id, *commit.parents)))
            data = list(self.repository.contents(self.repository.at_commit(i, path) for i in ids))
            read = {content: _version(content, path) for content in set(data)}
            versions = {i: read[content] for i, content in zip(ids, data, strict=True)}
            self._lines[path] = Line(commits, versions)
        return self._lines[path]

    @cached_property
    def used_before(self) -> dict[str, Commit]:
        """Ids of records that were deleted before the base, with the commit that did it.

        Only asked for where a record was added; incomplete in a shallow clone.
        """
        if self.base is None:
            return {}
        asks = ("--full-history", "--diff-merges=first-parent", "--no-renames", "--diff-filter=D")
        answer = self.repository.ask(
            "log", *asks, "--name-only", "-z", "--format=%x01%H", self.base, "--", RECORDS
        )
        gone: dict[str, str] = {}
        for part in answer.decode("utf-8", "surrogateescape").split("\x01")[1:]:
            commit, *paths = (word.strip("\n") for word in part.split("\0"))
            for path in paths:
                inside = path.removeprefix(self.repository.prefix)
                if is_record(inside):
                    gone.setdefault(record_id(inside), commit)
        wanted = {record_id(path) for path in self.added} & gone.keys()
        return {name: next(self.repository.log("-1", gone[name])) for name in sorted(wanted)}

    @cached_property
    def restored(self) -> dict[str, Version]:
        """Added records that are, to the letter, what was deleted under their name."""
        found = {}
        for path in self.added:
            gone = self.used_before.get(record_id(path))
            if gone is not None and path in self.after:
                name = self.repository.at_commit(f"{gone.id}^", path)
                (data,) = self.repository.contents([name])
                version = _version(data, path)
                if version and version.document.text == self.after[path].document.text:
                    found[path] = version
        return found

    @cached_property
    def moved_on(self) -> tuple[str, ...]:
        """Files that this line of work and its target have both changed since they parted."""
        if self.base is None or self.target in (None, self.base):
            return ()
        ask = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative")
        listed = self.repository.ask(*ask, self.base, str(self.target), "--", RECORDS)
        theirs = listed.decode("utf-8", "surrogateescape").split("\0")
        return tuple(sorted(set(theirs) & self.changed.keys()))

    def file_at_base(self, path: str) -> bytes | None:
        """The bytes of any file at the base; None where there is none."""
        if self.base is None:
            return None
        (data,) = self.repository.contents([self.repository.at_commit(self.base, path)])
        return data


def _base(repository: Repository, revision: str) -> tuple[str | None, str | None]:
    """The commit to compare with, and the tip that a revision names."""
    if NOTHING.match(revision):
        return None, None
    tip = repository.commit(revision)
    if tip is None:
        hint = "git fetch origin" if revision.startswith("origin/") else "correct the name"
        if repository.is_shallow:
            hint = "this clone is shallow: git fetch --unshallow"
        raise GitError(f"there is no commit `{revision}` here; {hint}")
    base = repository.merge_base(tip, "HEAD")
    if base is None:
        why = (
            "this clone is shallow, and where they parted is not in it: git fetch --unshallow"
            if repository.is_shallow
            else "they have no commit in common; name the branch that this will be merged into"
        )
        raise GitError(f"`{revision}` and HEAD cannot be compared: {why}")
    return base, tip


def _catalog_at(repository: Repository, commit: str, schemas: Mapping[str, Schema]) -> Catalog:
    """The catalog of a commit; a part that is missing or cannot be read is empty and not known."""
    names = {f"{CATALOG}/{name}.yml": name for name in ("owners", "assets", "policy")}
    generated = sorted(filter(catalog_parts.is_part, repository.files(commit, GENERATED)))
    names |= dict.fromkeys(generated, "assets")
    data = repository.contents(repository.at_commit(commit, path) for path in names)
    read: dict[str, Any] = {}
    for (path, name), content in zip(names.items(), data, strict=True):
        try:
            reading = schemas[name].read(as_catalog_file(decode(content or b""), path))
        except DocumentError:
            continue
        if content is not None and reading.values is not None:
            read[path] = reading.values
    known = {name for path, name in names.items() if path in read}
    if not read.keys() >= set(generated):
        known -= {"assets"}
    merged = merge([Part(path, values["assets"]) for path, values in read.items()
                    if names[path] == "assets"])  # fmt: skip
    owners, policy = read.get(f"{CATALOG}/owners.yml"), read.get(f"{CATALOG}/policy.yml")
    return Catalog(
        catalogs.build_owners(owners) if owners else {},
        catalogs.build_assets({"assets": merged.assets}) if "assets" in known else {},
        catalogs.build_policy(policy) if policy else catalogs.Policy(),
        frozenset(known),
        merged,
    )


def _lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _equality(one: str, other: str, **_: object) -> float:
    return 100.0 if one == other else 0.0


def _version(data: bytes | None, path: str) -> Version | None:
    if data is None:
        return None
    try:
        return Version.read(decode(data), path)
    except DocumentError:
        return None


def _version_in(root: Path, path: str) -> Version | None:
    try:
        return Version.read(read_text(root / path), path)
    except DocumentError:
        return None  # the reader of the archive tells it


def is_record(path: str) -> bool:
    """Whether a path is that of a postmortem, rather than of a file beside one."""
    parts = path.split("/")
    # A path with a line's end in it cannot be asked for, and is told by the reader (PM019, PM013).
    if not path.isprintable():
        return False
    return parts[0] == RECORDS and len(parts) <= 3 and RECORD_NAME.match(parts[-1]) is not None


def record_id(path: str) -> str:
    """The id of the record at a path."""
    return path.rsplit("/", 1)[-1].removesuffix(".md")


# --- what differs ---------------------------------------------------------------------------------


def differences(before: Any, after: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any, Any]]:
    """The innermost places at which two values differ, each with the old and the new value."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old = before[index] if index < len(before) else None
            new = after[index] if index < len(after) else None
            yield from differences(old, new, (*path, index))
    elif before != after and not (_is_nothing(before) and _is_nothing(after)):
        yield path, before, after


def _is_nothing(value: Any) -> bool:
    """Whether a value counts as not given: `owner:`, `related: []`."""
    return value in (None, {}, [])


def appended(before: list[Values], after: list[Values]) -> list[tuple[int, Values]]:
    """The entries of a list that are new, with their places."""
    old = list(before)
    found = []
    for index, entry in enumerate(after):
        if entry in old:
            old.remove(entry)
        else:
            found.append((index, entry))
    return found


def joins(entries: Iterable[Values], field: str, old: str | None, new: str | None) -> bool:
    """Whether entries for a field lead from its old value to its new one, one after the other."""
    here = old
    seen = False
    for entry in entries:
        if entry.get("field") == field:
            if entry.get("from") != here:
                return False
            here, seen = entry.get("to"), True
    return seen and here == new
