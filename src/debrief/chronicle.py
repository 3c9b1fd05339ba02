"""What the commits say of every record: its versions on the main line, and who wrote them.

The main line is what HEAD's first parents lead to. What a branch tried and took back before it was
merged was never promised to anybody; so a merge counts as one version, of the day of the merge,
and the branch behind it only tells who wrote what. A squash is a version like any other.

Only what a trail needs is kept of a version: words that could be ids, dates, and no free text, so
that nothing that was taken out of a record comes back by this way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path, PurePosixPath

from debrief.archive import RECORDS
from debrief.document import decode, split
from debrief.git import Repository
from debrief.history import is_record
from debrief.moments import is_day
from debrief.nodes import DocumentError, parse_yaml, plain_values
from debrief.record import Postmortem

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}\Z")

_AT_ONCE = 1000
"""So many versions are asked for at a time: they come whole, and would fill the memory."""

_PLAIN_LINE = re.compile(r"[a-z_]+[ \t]*:|[ \t#-]|\Z")
_BLOCK = re.compile(
    r"^(?:status|owner|published_on|closed_on|actions)[ \t]*:.*\n(?:(?:[ \t#-].*)?\n)*",
    re.MULTILINE,
)
_TELLING = re.compile(
    r"^(?:\S.*|[ \t]*-.*|.*\b(?:id|owner|due)\b.*)$"
    r"(?:(?<=[:|>+-])\n.*$)?",  # the value of a key that ends its line
    re.MULTILINE,
)
"""The lines of those blocks by which two versions can differ here."""


@dataclass(frozen=True, slots=True)
class Held:
    """One action as a version has it."""

    owner: str | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one version of a record says of everything that a trail follows."""

    status: str | None
    owner: str | None
    published_on: date | None
    closed_on: date | None
    actions: Mapping[str, Held]

    @classmethod
    def of(cls, record: Postmortem) -> Seen:
        """The same of a record as it is now."""
        held = {action.id: Held(action.owner, action.due) for action in record.actions}
        return cls(record.status, record.owner, record.published_on, record.closed_on, held)


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody's commit to a record: the version before it and the one after it."""

    author: str
    address: str
    before: Seen | None
    after: Seen | None


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a record on the main line.

    ``on`` is the day in the zone of whoever made the commit. ``hands`` are the commits that a merge
    brought, the oldest first, and at the end the commit itself.
    """

    seen: Seen
    commit: str
    on: date
    hands: tuple[Hand, ...]
    root: bool = False
    """Whether the commit has no parent here: it is the first of all, or the clone begins there."""


@dataclass(frozen=True)
class Chronicle:
    """The versions of each record at HEAD or another commit, by its path, the oldest first."""

    head: str
    shallow: bool
    lives: Mapping[str, tuple[Written, ...]]

    @classmethod
    def read(cls, repository: Repository, commit: str = "HEAD") -> Chronicle:
        """Read everything that the history of a commit has.

        Raises :class:`~debrief.git.GitError`.
        """
        line = _Line.of(repository, commit)
        tracks = _tracks(line, repository.files(commit, RECORDS))
        asked = dict.fromkeys(blob for track in tracks.values() for blob in _blobs(line, track))
        seen = dict(_read(repository, list(filter(_is_there, asked))))
        lives = {path: tuple(_life(line, track, seen)) for path, track in tracks.items()}
        return cls(line.head, repository.is_shallow, lives)

    @classmethod
    def at(cls, root: Path, known: Chronicle | None = None) -> Chronicle:
        """What the commits around a folder say; ``known``, as long as HEAD stays where it was.

        Raises :class:`~debrief.git.GitError`, where there are no commits too.
        """
        repository = Repository.at(root)
        if known is not None and known.head == repository.commit("HEAD"):
            return known
        return cls.read(repository)


# --- git → commits --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Touch:
    """A commit that changed records, compared with its first parent: path → blobs."""

    id: str
    root: bool
    author: str
    address: str
    on: date
    changed: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class _Line:
    """The commits that changed records, the newest first.

    Those ``behind`` a merge came to the main line by it, the oldest first; the others are
    ``merged``: they lie on the main line.
    """

    head: str
    merged: tuple[_Touch, ...]
    behind: Mapping[str, tuple[_Touch, ...]]

    @classmethod
    def of(cls, repository: Repository, commit: str) -> _Line:
        main = repository.ask("rev-list", "--first-parent", commit).decode("ascii").split()
        on_it = frozenset(main)
        touches = tuple(_touches(repository, commit))
        aside = [touch for touch in touches if touch.id not in on_it]
        carrier = _carriers(repository, commit, main) if aside else {}
        behind: dict[str, list[_Touch]] = {}
        for touch in reversed(aside):
            behind.setdefault(carrier[touch.id], []).append(touch)
        merged = tuple(touch for touch in touches if touch.id in on_it)
        return cls(main[0], merged, {merge: tuple(found) for merge, found in behind.items()})


def _carriers(repository: Repository, head: str, main: list[str]) -> dict[str, str]:
    """Each commit off the main line → the merge by which it came there first."""
    listed = repository.ask("rev-list", "--parents", head).decode("ascii").splitlines()
    parents = {own: above for own, *above in map(str.split, listed)}
    seen = set(main)
    carrier: dict[str, str] = {}
    for merge in reversed(main):
        waiting = parents[merge][1:]
        while waiting:
            commit = waiting.pop()
            if commit not in seen:
                seen.add(commit)
                carrier[commit] = merge
                waiting.extend(parents[commit])
    return carrier


def _touches(repository: Repository, head: str) -> Iterator[_Touch]:
    """Every commit that changed records, the newest first, in one pass of git."""
    answer = repository.ask(
        "log", "--topo-order", "--full-history", "--diff-merges=first-parent", "--raw", "-z",
        "--no-abbrev", "--no-renames", "--no-relative", "--no-color", "--no-follow", "--root",
        "--no-show-signature", "--encoding=UTF-8", "--format=%H%x00%P%x00%an%x00%ae%x00%cI",
        head, "--", f":(top,literal){repository.prefix}{RECORDS}",
    )  # fmt: skip
    words = iter(answer.decode("utf-8", "surrogateescape").split("\0"))
    # After the five words of a commit come pairs: what happened to a file, and its path.
    word = next(words, "")
    while word:
        commit, parents, author, address, at = word, *islice(words, 4)
        changed: dict[str, tuple[str, str]] = {}
        word = next(words, "").removeprefix("\n")
        while word.startswith(":"):
            path = next(words).removeprefix(repository.prefix)
            if is_record(path):
                _, _, old, new, _ = word.split(" ")
                changed[path] = (old, new)
            word = next(words, "").removeprefix("\n")
        yield _Touch(commit, not parents, author, address, _date_of(at), changed)


def _date_of(at: str) -> date:
    """The day of a commit, in its own zone; it may hold any number, and an absurd one is 1970."""
    try:
        return datetime.fromisoformat(at).date()
    except ValueError:
        return date(1970, 1, 1)


# --- commits → the versions of each record --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """A record's path and content as a commit of the main line left it."""

    touch: _Touch
    path: str
    blob: str


def _tracks(line: _Line, files: Iterable[str]) -> dict[str, list[_Mark]]:
    """The versions of each file, the oldest first; a file that was moved keeps its past."""
    found: dict[str, list[_Mark]] = {path: [] for path in files if is_record(path)}
    here = {path: path for path in found}
    for touch in line.merged:
        moved: dict[str, str] = {}
        for path, (old, new) in touch.changed.items():
            if path not in here or not _is_there(new):
                continue
            found[here[path]].append(_Mark(touch, path, new))
            if not _is_there(old) and (source := _moved_from(touch, path, new)) is not None:
                moved[source] = here[path]
        here |= moved
    return {path: marks[::-1] for path, marks in found.items()}


def _is_there(blob: str) -> bool:
    """Whether it is the id of a content: git writes noughts where there is none."""
    return blob.strip("0") != ""


def _moved_from(touch: _Touch, path: str, blob: str) -> str | None:
    """Where an added file lay before: one with its name, or else with its very content, went."""
    gone = {other: old for other, (old, new) in touch.changed.items() if not _is_there(new)}
    name = PurePosixPath(path).name
    same_name = (other for other in gone if PurePosixPath(other).name == name)
    same_content = (other for other, old in gone.items() if old == blob)
    return next(same_name, None) or next(same_content, None)


def _brought(line: _Line, mark: _Mark) -> Iterator[_Touch]:
    """The commits that stand behind a version: those that a merge brought, then its own."""
    behind = line.behind.get(mark.touch.id, ())
    yield from (touch for touch in behind if mark.path in touch.changed)
    yield mark.touch


def _blobs(line: _Line, track: list[_Mark]) -> Iterator[str]:
    for mark in track:
        for touch in _brought(line, mark):
            yield from touch.changed[mark.path]


def _life(line: _Line, track: list[_Mark], seen: Mapping[str, Seen]) -> Iterator[Written]:
    """The versions that can be read."""
    for mark in track:
        now = seen.get(mark.blob)
        if now is None:
            continue
        hands = tuple(
            Hand(touch.author, touch.address, *map(seen.get, touch.changed[mark.path]))
            for touch in _brought(line, mark)
        )
        yield Written(now, mark.touch.id, mark.touch.on, hands, mark.touch.root)


# --- contents → what is seen ----------------------------------------------------------------------


def _read(repository: Repository, blobs: list[str]) -> Iterator[tuple[str, Seen]]:
    """What each version says; those that cannot be read are left out.

    Reading YAML takes the time here, and most versions differ in what no trail follows: those that
    have the telling lines in common are read once.
    """
    known: dict[str, Seen] = {}
    for start in range(0, len(blobs), _AT_ONCE):
        part = blobs[start : start + _AT_ONCE]
        for blob, data in zip(part, repository.contents(part), strict=True):
            front = _front(data)
            key = "\n".join(_TELLING.findall(front))
            if key not in known and (seen := _look(front)) is not None:
                known[key] = seen
            if key in known:
                yield blob, known[key]


def _front(data: bytes | None) -> str:
    """What a version has to say here; nothing where it cannot be split.

    Of front matter that is laid out line by line, that is a few keys with their blocks, about a
    third of it.
    """
    if data is None:
        return ""
    try:
        front, _, _ = split(decode(data))
    except DocumentError:
        return ""
    lines = front.split("\n")
    plain = lines[0][:1].isalpha() and all(map(_PLAIN_LINE.match, lines))
    return "".join(_BLOCK.findall(front)) if plain else front


def _look(front: str) -> Seen | None:
    try:
        values = plain_values(parse_yaml(front))
    except DocumentError:
        return None
    if not isinstance(values, dict) or not values:
        return None
    items = values.get("actions")
    actions = items if isinstance(items, list) else []
    return Seen(
        status=_id(values.get("status")),
        owner=_id(values.get("owner")),
        published_on=_day(values.get("published_on")),
        closed_on=_day(values.get("closed_on")),
        actions={
            name: Held(_id(action.get("owner")), _day(action.get("due")))
            for action in actions
            if isinstance(action, dict) and (name := _id(action.get("id")))
        },
    )


def is_id(text: str) -> bool:
    """Whether a text is a word that could be an id or a status."""
    return _ID.match(text) is not None


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and is_id(value) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and is_day(value) else None
