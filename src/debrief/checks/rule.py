"""What a rule is, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from inspect import cleandoc

from debrief.archive import Archive, Entry
from debrief.catalog import Catalog
from debrief.document import Document
from debrief.finding import Level, Problem
from debrief.history import Past
from debrief.record import Postmortem


@dataclass(frozen=True, slots=True)
class Subject:
    """One record and everything around it that a rule may look at."""

    record: Postmortem
    document: Document
    entry: Entry
    archive: Archive
    today: date

    @property
    def catalog(self) -> Catalog:
        """Owners, assets and policy."""
        return self.archive.catalog


Located = tuple[str, Problem]
"""A problem, and the path of the file that it is in."""

Check = Callable[[Subject], Iterator[Problem]]
ArchiveCheck = Callable[[Archive], Iterator[Located]]
"""Looks at the archive as a whole."""

HistoryCheck = Callable[[Past], Iterator[Located]]
"""Looks at what changed since a base."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is checked, and how to put it right.

    A rule without a ``check`` is seen by the reader or the schema, which name its id; it stands
    here for its level and its words.
    """

    id: str
    summary: str
    fix: str
    level: Level = Level.ERROR
    since: str = ""
    """The status from which it applies; empty for every status."""
    relaxed: bool = False
    """Only a warning in an imported record."""
    for_own_only: bool = False
    """Says nothing of an imported record: it asks what only today's organisation can do."""
    needs: frozenset[str] = frozenset()
    """Parts of the catalog without which it has nothing to say."""
    reads: frozenset[str] = frozenset()
    """Keys of the record that it concludes from; it is silent where one broke the schema."""
    explanation: str = ""
    check: Check | None = None
    archive_check: ArchiveCheck | None = None
    history_check: HistoryCheck | None = None

    @property
    def scope(self) -> str:
        """Where it applies, in words."""
        if self.history_check is not None:
            return "where changes are compared with a base"
        scope = f"from status {self.since} on" if self.since else "in every status"
        if self.for_own_only:
            return f"{scope}; not in imported records"
        if self.relaxed and self.level is Level.ERROR:
            return f"{scope}; a warning in imported records"
        return scope

    def level_for(self, record: Postmortem | None) -> Level:
        """The level at which it speaks of this record."""
        if self.relaxed and record is not None and record.imported is not None:
            return min(self.level, Level.WARNING)
        return self.level

    def applies_to(self, record: Postmortem) -> bool:
        """Whether it has something to say of such a record."""
        if self.for_own_only and record.imported is not None:
            return False
        return not self.since or record.reached(self.since)


def rule(  # noqa: PLR0913 - each is a column of the rule's row
    rule_id: str,
    summary: str,
    *,
    fix: str,
    level: Level = Level.ERROR,
    since: str = "",
    relaxed: bool = False,
    for_own_only: bool = False,
    needs: str = "",
    reads: str = "",
) -> Callable[[Check], Rule]:
    """Make a rule of a function that yields the problems of one record.

    The function's docstring is the explanation that ``check --explain`` and the rule page show.
    """

    def make(check: Check) -> Rule:
        return Rule(
            rule_id,
            summary,
            fix,
            level,
            since,
            relaxed,
            for_own_only,
            frozenset(needs.split()),
            frozenset(reads.split()),
            cleandoc(check.__doc__ or ""),
            check,
        )

    return make


def archive_rule(
    rule_id: str, summary: str, *, fix: str, level: Level = Level.ERROR, needs: str = ""
) -> Callable[[ArchiveCheck], Rule]:
    """Make a rule of a function that looks at the archive as a whole."""

    def make(check: ArchiveCheck) -> Rule:
        return Rule(
            rule_id,
            summary,
            fix,
            level,
            needs=frozenset(needs.split()),
            explanation=cleandoc(check.__doc__ or ""),
            archive_check=check,
        )

    return make


def history_rule(
    rule_id: str, summary: str, *, fix: str, level: Level = Level.ERROR
) -> Callable[[HistoryCheck], Rule]:
    """Make a rule of a function that looks at what changed since a base."""

    def make(check: HistoryCheck) -> Rule:
        explanation = cleandoc(check.__doc__ or "")
        return Rule(rule_id, summary, fix, level, explanation=explanation, history_check=check)

    return make
