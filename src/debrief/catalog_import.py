"""From what a source tells to a generated part of the catalog, and how it differs from the last.

What the last import has written is looked at for two reasons: an asset keeps its id, whatever the
source renames; and what the source has no longer stays, marked, while anything refers to it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from debrief import identity
from debrief.archive import Archive
from debrief.catalog_gone import Difference, Last, with_gone
from debrief.catalog_parts import GENERATED, HAND_KEPT, Values
from debrief.catalog_sources.imported import Found, Imported, Link
from debrief.catalog_sources.uniting import distinct, united
from debrief.document import MAX_CATALOG_BYTES, as_catalog_file
from debrief.finding import spell
from debrief.nodes import FORBIDDEN, DocumentError
from debrief.relations import normal, with_digest

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}\Z")
"""What a generated part may be called."""

OWNERS = "catalog/owners.yml"

_HARMLESS = frozenset({"PM015", "PM018", "PM020"})
"""Faults of a file by which nothing is lost: a cut text, a file that is not there, a stray one."""

_MOST_NAMES = 50
_LONGEST = {"name": 120, "known_as": 300, "description": 400, "imported_as": 300}
_HEAD = """\
# Written by `./debrief catalog import {source} --name {name}`. Do not edit: the next import writes
# it anew. What you know better goes into catalog/assets.yml, and counts before this.
"""


class PartError(Exception):
    """The last import's file cannot be gone on from; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """A part as it ought to be written, and what is to be told of it."""

    path: str
    text: str
    entries: Mapping[str, Values]
    difference: Difference
    owned: int
    unknown_owners: Mapping[str, int]
    """Names that the catalog has no owner for → on how many assets."""
    joined: Mapping[str, str]
    """Ids of this import that are another id's asset → that id."""
    alike: Mapping[str, str]
    """New ids → the id by hand that may mean the same, though nothing says so."""
    notices: tuple[str, ...]


def path_of(source: str, name: str) -> str:
    """Where the part of a source lies."""
    return f"{GENERATED}/{source}-{name}.yml"


def prepare(
    imported: Imported, archive: Archive, name: str, today: date, *, accept_removals: bool = False
) -> Outcome:
    """Make the part of an import. Raises PartError where the catalog's files cannot be read."""
    path = path_of(imported.source, name)
    _go_on_from(archive, path)
    previous = _previous(archive, path)
    writer = _Writer(archive)
    found, keys = united(imported.assets)
    unshared = _unshared(found)
    known_as = {one.key: tuple(_names(one, unshared)) for one in found}
    ids = _Ids(archive, path, previous, known_as)
    named = ids.assign(found)
    live = {}
    for one in found:
        upstream = sorted({named[keys[key]] for key in one.upstream})
        live[named[one.key]] = writer.entry(one, known_as[one.key], upstream)
    last = Last(previous, archive, path, today)
    entries, difference = with_gone(
        live, last, accept_removals=accept_removals, whole=imported.whole
    )
    text = _text(entries, imported.source, name)
    _verify(text, path, archive)
    # What is new is joined when the catalog is read the next time.
    joined = {key: archive.catalog.parts.ids[key] for key in live
              if archive.catalog.parts.ids.get(key, key) != key}  # fmt: skip
    alike = _alike({key: live[key] for key in difference.added if key not in joined}, archive)
    return Outcome(path, text, entries, difference, writer.owned, dict(writer.unknown), joined,
                   alike, (*imported.notices, *ids.notices, *writer.notices))  # fmt: skip


def _go_on_from(archive: Archive, path: str) -> None:
    """Raises PartError where a file is broken that says what the import must not lose.

    Without the owners every asset would lose its own, and without the other parts it would seem
    that nothing refers to what is gone. A link could lead out of the repository.
    """
    for entry in archive.catalog_entries:
        if not entry.path.startswith((HAND_KEPT, OWNERS, GENERATED)):
            continue
        for problem in entry.problems:
            if entry.path == path:
                raise PartError(
                    f"{path} cannot be read, and would be lost: {problem.message}. Take it back "
                    "from git, and import again"
                )
            # What an entry by hand lacks may be just what this import brings.
            if problem.rule not in (_HARMLESS if entry.path == OWNERS else {*_HARMLESS, "PM102"}):
                raise PartError(
                    f"{entry.path} has errors, and the import would go wrong without what it says: "
                    f"{problem.message}. Mend it (`./debrief check` shows where), and import again"
                )


def _previous(archive: Archive, path: str) -> dict[str, Values]:
    """What the last import has written."""
    return {
        entry.key: entry.values
        for entries in archive.catalog.parts.entries.values()
        for entry in entries
        if entry.part.path == path
    }


def _alike(added: Mapping[str, Values], archive: Archive) -> dict[str, str]:
    """What is new, and ends in the same word as one entry by hand that no import knows."""
    by_hand: dict[tuple[str, str], list[str]] = {}
    for key, found in archive.catalog.parts.entries.items():
        if not any(entry.part.is_generated for entry in found):
            by_hand.setdefault(_sort(key, archive.catalog.parts.assets[key]), []).append(key)
    pairs = ((key, by_hand.get(_sort(key, values), ())) for key, values in added.items())
    return {key: same[0] for key, same in pairs if len(same) == 1 and same[0] != key}


def _sort(key: str, values: Values) -> tuple[str, str]:
    """The last word of an id, and what kind of thing it is: one's table is another's model."""
    kind = values.get("kind", "table")
    return key.rpartition(".")[2], "table" if kind in ("model", "source") else kind


# --- ids ------------------------------------------------------------------------------------


def _unshared(found: Iterable[Found]) -> frozenset[str]:
    """The names that mean one asset of this import and no other."""
    counts = Counter(name for one in found for name in {normal(n) for n in one.names})
    return frozenset(name for name, count in counts.items() if count == 1)


class _Ids:
    """Gives every asset the id that it had, and a new one an id that nobody else has."""

    def __init__(
        self,
        archive: Archive,
        path: str,
        previous: Mapping[str, Values],
        known_as: Mapping[str, Sequence[str]],
    ) -> None:
        self.notices: list[str] = []
        self._names = {key: [normal(name) for name in names] for key, names in known_as.items()}
        self._previous = {normal(name): key for key, values in previous.items()
                          for name in values.get("known_as", ())}  # fmt: skip
        self._keys = {values.get("imported_as"): key for key, values in previous.items()}
        self._used = set(previous)
        self._elsewhere: dict[str, set[str]] = {}
        self._others: dict[str, str] = {}
        for entries in archive.catalog.parts.entries.values():
            for entry in entries:
                if entry.part.path != path:
                    self._elsewhere.setdefault(entry.key, set()).update(entry.names)
                    for name in entry.names:
                        self._others.setdefault(name, archive.catalog.parts.ids[entry.key])

    def assign(self, found: Sequence[Found]) -> dict[str, str]:
        """The id of each asset, by its key."""
        ids: dict[str, str] = {}
        given: set[str] = set()
        # What the source itself calls it comes first: that stays when a relation is renamed.
        # An id that another part already gives to the data is taken over: records may name it.
        for known in (self._by_key, self._by_name, self._by_another_part):
            for one in found:
                old = known(one)
                if old is not None and old not in given and one.key not in ids:
                    ids[one.key] = old
                    given.add(old)
        self._used |= given
        new = [one for one in found if one.key not in ids]
        wanted = Counter(one.ids[0] for one in new)
        for one in new:
            ids[one.key] = self._free(one, wanted)
        return ids

    def _by_key(self, one: Found) -> str | None:
        return self._keys.get(_imported_as(one))

    def _by_name(self, one: Found) -> str | None:
        old = (self._previous.get(name) for name in self._names[one.key])
        return next(filter(None, old), None)

    def _by_another_part(self, one: Found) -> str | None:
        ids = (self._others.get(name) for name in self._names[one.key])
        return next((key for key in ids if key and key not in self._used), None)

    def _free(self, one: Found, wanted: Mapping[str, int]) -> str:
        for proposal in distinct(one.ids):
            clash = wanted.get(proposal, 0) > 1 and proposal == one.ids[0]
            if clash or proposal in self._used or self._means_another(proposal, one):
                continue
            break
        else:
            proposal = with_digest(one.ids[-1], one.key)
        self._used.add(proposal)
        if proposal != one.ids[0]:
            self.notices.append(f"`{one.ids[0]}` means several; {one.key} is `{proposal}`")
        return proposal

    def _means_another(self, proposal: str, one: Found) -> bool:
        """Whether another file gives the id to data of other names."""
        names: Collection[str] = self._elsewhere.get(proposal, ())
        return bool(names) and not any(name in names for name in self._names[one.key])


class _Writer:
    """Makes the values of an entry, as the schema has them."""

    def __init__(self, archive: Archive) -> None:
        self.owned = 0
        self.unknown: Counter[str] = Counter()
        self.notices: list[str] = []
        self._catalog = archive.catalog
        self._asked: dict[tuple[str, ...], str | None] = {}
        kind = archive.schemas["assets"].content["properties"]["assets"]["additionalProperties"]
        self._keys = tuple(kind["properties"])

    def entry(self, one: Found, known_as: Sequence[str], upstream: Sequence[str]) -> Values:
        """What is written of one asset."""
        links = (one.contract, one.validation, one.lineage_map)
        values: dict[str, Any] = {
            "name": _cut(one.name, _LONGEST["name"]) or one.ids[0],
            "kind": one.kind,
            "description": _cut(_sentences(one.description), _LONGEST["description"]),
            "domain": re.sub(r"[^a-z0-9]+", "-", one.domain.casefold()).strip("-")[:64].strip("-"),
            "owner": self._owner(one.owners),
            "steward": self._owner(one.stewards),
            "tier": one.tier,
            "imported_as": _imported_as(one),
            "known_as": list(known_as),
            "upstream": list(upstream),
            "contract": self._link(one.contract),
            "validation": self._link(one.validation),
            "lineage_map": self._link(one.lineage_map),
        }
        self.owned += values["owner"] is not None
        asked = (one.owners, one.stewards, *(link.keepers for link in links if link))
        self.unknown.update(
            {_spoken(names) for names in asked if self._owner(names) is None} - {""}
        )
        return {key: values[key] for key in self._keys if values.get(key)}

    def _owner(self, names: tuple[str, ...]) -> str | None:
        """The owner whom one of the names means."""
        if names and names not in self._asked:
            owner = identity.called(self._catalog, names)
            self._asked[names] = owner.id if owner else None
        return self._asked.get(names)

    def _link(self, link: Link | None) -> dict[str, str]:
        if link is None:
            return {}
        owner = self._owner(link.keepers)
        return {**({"url": link.url} if link.url else {}), **({"owner": owner} if owner else {})}


def _spoken(names: tuple[str, ...]) -> str:
    return " / ".join(_cut(name, 80) for name in names)


def _imported_as(one: Found) -> str:
    key = _clean(one.key)
    return (
        key if 0 < len(key) <= _LONGEST["imported_as"] else with_digest(key[:100] or "x", one.key)
    )


def _names(one: Found, unshared: Collection[str]) -> Iterator[str]:
    """What it is known as, each once; a name that two assets share would mean neither."""
    seen: set[str] = set()
    for name in (*one.relations, *one.names):
        is_own = name in one.relations or normal(name) in unshared
        clean = _clean(name)
        if is_own and normal(clean) not in seen and 0 < len(clean) <= _LONGEST["known_as"]:
            seen.add(normal(clean))
            yield clean
        if len(seen) == _MOST_NAMES:
            return


def _clean(text: str) -> str:
    """A text in one line, without the characters that nobody sees and the reader refuses."""
    return " ".join(FORBIDDEN.sub(" ", text).split())


def _sentences(text: str) -> str:
    """The first paragraph of a description."""
    paragraphs = re.split(r"\n\s*\n", FORBIDDEN.sub(" ", text.replace("\r\n", "\n")).strip())
    return next((p for p in paragraphs if not p.lstrip().startswith(("#", "```"))), paragraphs[0])


def _cut(text: str, most: int) -> str:
    clean = _clean(text)
    if len(clean) <= most:
        return clean
    return f"{clean[: most - 1].rpartition(' ')[0] or clean[: most - 1]}…"


# --- the text ------------------------------------------------------------------------------------


def _text(entries: Mapping[str, Values], source: str, name: str) -> str:
    """The file, with every text in double quotes: JSON's are YAML's."""
    lines = [_HEAD.format(source=source, name=name), "assets:"]
    for key in sorted(entries):
        lines.append(f"  {key if _is_plain(key) else json.dumps(key)}:")
        for word, value in entries[key].items():
            lines += _value(word, value)
    if not entries:
        lines[-1] = "assets: {}"
    return "\n".join(lines) + "\n"


def _is_plain(key: str) -> bool:
    return re.fullmatch(r"[a-z_][a-z0-9_.-]*", key) is not None and key not in (
        *("y", "n", "yes", "no", "on", "off", "true", "false", "null"),
    )


def _value(word: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield f"    {word}:"
        yield from (f"      - {_quoted(item)}" for item in value)
    elif isinstance(value, Mapping):
        yield f"    {word}:"
        yield from (f"      {key}: {_quoted(item)}" for key, item in value.items())
    else:
        yield f"    {word}: {_quoted(value)}"


def _quoted(value: object) -> str:
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _verify(text: str, path: str, archive: Archive) -> None:
    """Nothing is written that the check would not read. Raises PartError."""
    if path in archive.documents and archive.documents[path].text == text:
        return  # it was read just now
    try:
        if (size := len(text.encode())) > MAX_CATALOG_BYTES:
            raise PartError(f"{path} would have {size:,} bytes, and at most {MAX_CATALOG_BYTES:,} "
                            "are read; leave a part of the source out")  # fmt: skip
        reading = archive.schemas["assets"].read(as_catalog_file(text, path))
    except DocumentError as error:
        raise PartError(f"{path} would not be read: {error}; leave a part out") from error
    if reading.problems:
        problem = reading.problems[0]
        where = spell(problem.where) if isinstance(problem.where, tuple) else problem.where
        raise PartError(f"{path} would not pass the check, and is not written: {where}: "
                        f"{problem.message}")  # fmt: skip
