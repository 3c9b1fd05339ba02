"""What headings and labels mean, by a table of words that a repository may extend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from debrief.archive import CATALOG
from debrief.document import as_catalog_file, read_text
from debrief.finding import Position, did_you_mean
from debrief.nodes import DocumentError, Node, Scalar, Sequence
from debrief.nodes import Mapping as MappingNode
from debrief.prose import SECTIONS

OWN_TABLE = Path(__file__).with_name("headings.yml")
USERS_TABLE = f"{CATALOG}/headings.yml"

SECTION_KEYS = (
    *(title.casefold() for title in SECTIONS),
    "timeline",
    "actions",
    "contributing factors",
    "impact",
    "metadata",
    "title",
)
"""What a section can be: the five that a body has, and what the front matter takes instead."""

CLOCK_FIELDS = ("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at")
ROLE_FIELDS = ("incident_commander", "facilitator", "scribe")
FIELD_KEYS = (
    *("title", "date", "severity", "owner", "status", "reference", "assets", "zone", "trigger"),
    *CLOCK_FIELDS,
    *ROLE_FIELDS,
    *("time", "event", "action", "action_owner", "due", "done", "tracker", "type"),
)
_COLUMNS = frozenset(("time", "event", "action", "action_owner", "due", "done", "tracker", "type"))
"""What the head of a timeline's or an action table's column means; no facts of an incident."""

WORD_KEYS = ("corrective", "preventive", "done", "open", "in-progress", "not-doing", "nothing")
_GROUPS = {"sections": SECTION_KEYS, "fields": FIELD_KEYS, "words": WORD_KEYS}

Words = Mapping[str, Mapping[str, frozenset[str]]]
"""Normalised words → language → the meanings that they have in it."""


@dataclass(frozen=True)
class Vocabulary:
    """The meanings of headings, of labels and of values."""

    sections: Words
    fields: Words
    words: Words

    def section(self, heading: str) -> str | None:
        """What a section is by its heading; None where the table does not have it.

        What stands in brackets at its end says nothing of that: ``Timeline (UTC)``.
        """
        found = _all(self.sections, heading) or _all(self.sections, _ASIDE.sub("", heading))
        return next((key for key in SECTION_KEYS if key in found), None)

    def field(self, label: str) -> str | None:
        """What fact of an incident a label announces; None where the table does not have it."""
        found = _all(self.fields, label) - _COLUMNS
        return next((key for key in FIELD_KEYS if key in found), None)

    def column(self, head: str, wanted: Iterable[str]) -> str | None:
        """Which of the wanted columns a table's head names."""
        found = _all(self.fields, head)
        return next((key for key in wanted if key in found), None)

    def says(self, text: str, meaning: str) -> bool:
        """Whether a value is one of the words for something, such as ``done``."""
        return meaning in _all(self.words, text)

    def is_nothing(self, text: str) -> bool:
        """Whether a value is left open: empty, a dash, ``n/a``."""
        return not normalised(text) or self.says(text, "nothing")

    def language(self, headings: Iterable[str]) -> str | None:
        """The language in which most of these headings are known; None where none is, or two are.

        What English has too says nothing.
        """
        votes: Counter[str] = Counter()
        for heading in headings:
            languages = self.sections.get(normalised(heading), {})
            votes.update(["en"] if "en" in languages else list(languages))
        ranked = votes.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
            return None
        return ranked[0][0]


def _all(table: Words, text: str) -> frozenset[str]:
    by_language = table.get(normalised(text), {})
    return frozenset(key for keys in by_language.values() for key in keys)


_NUMBERING = re.compile(r"\A(?:\(?[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?|[ivx]{1,4}[.)])\s+")

_ASIDE = re.compile(r"\s+\([^()]*\)[\s:*_]*\Z")
_MARKS = re.compile(r"\A[\W_]+|[\W_]+\Z")
"""Punctuation and pictures (``📋 Summary``) around a heading."""


def normalised(text: str) -> str:
    """A heading as the table has it: lower case, no numbering, no marks around it."""
    bare = _MARKS.sub("", " ".join(text.casefold().split()))
    return _MARKS.sub("", _NUMBERING.sub("", bare)).replace("’", "'")


def load(root: Path) -> Vocabulary:
    """The table that comes with Debrief, with what ``catalog/headings.yml`` adds to it.

    Raises :class:`TableError`, which says file, line and what to write.
    """
    tables: dict[str, dict[str, dict[str, set[str]]]] = {name: {} for name in _GROUPS}
    own = root / USERS_TABLE
    _add(tables, OWN_TABLE, OWN_TABLE.name)
    if own.exists() or own.is_symlink():
        _add(tables, own, USERS_TABLE)
    frozen = {
        name: {
            word: {language: frozenset(keys) for language, keys in languages.items()}
            for word, languages in table.items()
        }
        for name, table in tables.items()
    }
    return Vocabulary(frozen["sections"], frozen["fields"], frozen["words"])


class TableError(Exception):
    """The table of headings cannot be used; the message has file, line and what to write."""


def _add(tables: dict[str, dict[str, dict[str, set[str]]]], file: Path, path: str) -> None:
    try:
        tree = as_catalog_file(read_text(file), path).tree
        for language, groups in tree.entries.items():
            if not re.fullmatch(r"[a-z]{2,3}", language):
                raise _wrong(
                    tree.keys[language], f"`{language}` is no language", "write `en`, `de`"
                )
            for name, meanings in _mapping(groups).entries.items():
                if name not in _GROUPS:
                    hint = did_you_mean(name, _GROUPS) or f"write one of {', '.join(_GROUPS)}"
                    raise _wrong(_mapping(groups).keys[name], f"there is no `{name}`", hint)
                _add_words(tables[name], language, _mapping(meanings), _GROUPS[name])
    except DocumentError as error:
        problem = error.problem
        place = problem.where.line if isinstance(problem.where, Position) else 1
        fix = f"; {problem.fix}" if problem.fix else ""
        raise TableError(f"{path}:{place}: {problem.message}{fix}") from None


def _add_words(
    table: dict[str, dict[str, set[str]]],
    language: str,
    meanings: MappingNode,
    known: tuple[str, ...],
) -> None:
    for key, words in meanings.entries.items():
        if key not in known:
            hint = did_you_mean(key, known) or f"write one of {', '.join(known)}"
            raise _wrong(meanings.keys[key], f"`{key}` is not what a heading can mean", hint)
        if not isinstance(words, Sequence):
            raise _wrong(words.position, f"`{key}` is no list", f"write `{key}: [word, word]`")
        for word in words.items:
            if not isinstance(word, Scalar) or not normalised(word.text):
                raise _wrong(word.position, "this is no word", "write the heading as it stands")
            spelled = normalised(word.text)
            table.setdefault(spelled, {}).setdefault(language, set()).add(key)


def _mapping(node: Node) -> MappingNode:
    if not isinstance(node, MappingNode):
        raise _wrong(
            node.position, "this is no list of `key: value` lines", "indent the lines below"
        )
    return node


def _wrong(place: Position, message: str, fix: str) -> DocumentError:
    return DocumentError("PM009", message, place, fix)
