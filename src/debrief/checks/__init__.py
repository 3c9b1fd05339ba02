"""What the gate enforces: every rule, and the run over an archive.

From this registry come the findings, ``check --list`` and ``--explain``, and the rule reference.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import date

from debrief.archive import Archive, Entry, Progress
from debrief.catalog import Policy
from debrief.checks import (
    actions,
    causes,
    clock,
    data,
    document,
    history,
    lifecycle,
    ownership,
    prose,
    rehearsals,
    shape,
    signing,
    sources,
    templates,
)
from debrief.checks.rule import Rule, Subject, archive_rule
from debrief.faults import COMPLETENESS_RULES
from debrief.finding import Finding, KeyPath, Position, Problem, did_you_mean, spell
from debrief.git import GitError
from debrief.history import Past


@archive_rule(
    "PM711",
    "Only rules that may be switched off are",
    fix="correct the id; `./debrief check --list` names all rules",
    needs="policy",
)
def rules_off_known(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Document, shape and owners (PM0xx to PM2xx) stay on: all else rests on them."""
    for index, off in enumerate(archive.catalog.policy.rules_off):
        where = ("rules_off", index, "rule")
        if off.rule not in BY_ID:
            message, fix = f"there is no rule {off.rule}", did_you_mean(off.rule, MAY_BE_OFF)
        elif off.rule not in MAY_BE_OFF:
            message = f"{off.rule} cannot be switched off"
            fix = "delete this entry: PM0xx to PM2xx stay on"
        else:
            continue
        yield "catalog/policy.yml", Problem(where, message, fix)


FAMILIES: tuple[tuple[str, str, tuple[Rule, ...]], ...] = (
    ("PM0", "Document", (*document.RULES, *sources.RULES)),
    ("PM1", "Shape", shape.RULES),
    ("PM2", "Ownership", ownership.RULES),
    ("PM3", "Time", clock.RULES),
    ("PM4", "Causes", causes.RULES),
    ("PM5", "Actions", (*actions.RULES, *rehearsals.RULES)),
    ("PM6", "Data", data.RULES),
    ("PM7", "Life cycle", (*lifecycle.RULES, rules_off_known)),
    ("PM8", "History", (*history.RULES, *signing.RULES)),
    ("PM9", "Prose and links", (*prose.RULES, *templates.RULES)),
)
"""The families in order: the prefix of their ids, their name, their rules."""

RULES: tuple[Rule, ...] = tuple(
    sorted((rule for _, _, rules in FAMILIES for rule in rules), key=lambda rule: rule.id)
)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
MAY_BE_OFF = frozenset(rule.id for rule in RULES if rule.id >= "PM3")


class RuleCrashError(Exception):
    """A rule raised on a file: a fault of the tool, and never a clean bill."""

    def __init__(self, rule: Rule, path: str, error: Exception) -> None:
        super().__init__(f"{path}: rule {rule.id} crashed: {type(error).__name__}: {error}")


def run(
    archive: Archive,
    today: date,
    progress: Progress | None = None,
    past: Past | None = None,
    only: Container[str] | None = None,
) -> list[Finding]:
    """Every finding of an archive as of a day, sorted by path, line and rule.

    With ``past``, what changed since a base is looked at too; with ``only``, of the files it is
    these that are looked at. Raises :class:`RuleCrashError` when a rule does not survive a file.
    """
    off = switched_off(archive.catalog.policy, past)
    every = (*archive.entries, *archive.catalog_entries)
    entries = [entry for entry in every if only is None or entry.path in only or _is_stray(entry)]
    findings: list[Finding] = []
    for index, entry in enumerate(entries, 1):
        findings += of_entry(entry, archive, today)
        if progress is not None:
            progress(index, len(entries))
    findings += _of_archive(archive)
    if past is not None:
        findings += _of_history(archive, past)
    return sorted(
        (finding for finding in findings if finding.rule not in off),
        key=lambda finding: finding.order,
    )


def _is_stray(entry: Entry) -> bool:
    """Whether nothing is known of a file but what is wrong with it."""
    return entry.document is None and bool(entry.problems)


def switched_off(policy: Policy, past: Past | None = None) -> frozenset[str]:
    """The ids of the rules that do not apply in a repository.

    A rule about history is off only where it was at the base: else a change could switch it off
    and break it at once.
    """
    off = frozenset(entry.rule for entry in policy.rules_off) & MAY_BE_OFF
    if past is None or not any(BY_ID[rule].history_check for rule in off):
        return off
    before = {entry.rule for entry in past.catalog.policy.rules_off}
    return frozenset(rule for rule in off if not BY_ID[rule].history_check or rule in before)


def of_entry(entry: Entry, archive: Archive, today: date) -> Iterator[Finding]:
    """The findings of one file by itself, those included of rules that are switched off."""
    found = list(_problems(entry, archive, today))
    if entry.record is not None and entry.record.imported is not None:
        found = _folded(found)
    return (_finding(rule, problem, entry) for rule, problem in found)


def _problems(entry: Entry, archive: Archive, today: date) -> Iterator[tuple[Rule, Problem]]:
    """What the reader and the schema saw, and then what the rules see."""
    for problem in entry.problems:
        if not _spared(problem, entry, archive):
            yield BY_ID[problem.rule], problem
    if entry.record is None or entry.document is None:
        return
    subject = Subject(entry.record, entry.document, entry, archive, today)
    for rule in RULES:
        if rule.check is None or not _speaks(rule, subject):
            continue
        try:
            problems = tuple(rule.check(subject))
        except Exception as error:
            raise RuleCrashError(rule, entry.path, error) from error
        for problem in problems:
            if not _touches(problem.where, entry.broken):
                yield rule, problem


def _spared(problem: Problem, entry: Entry, archive: Archive) -> bool:
    """Whether it is something that records of this kind may omit."""
    if entry.record is None or problem.rule not in COMPLETENESS_RULES:
        return False
    kind = archive.template_of(entry.record)
    return not isinstance(problem.where, Position) and kind.omits(problem.where)


def _speaks(rule: Rule, subject: Subject) -> bool:
    """Whether a rule applies, and has all that it concludes from."""
    return (
        rule.applies_to(subject.record)
        and rule.needs <= subject.catalog.known
        and not any(path[0] in rule.reads for path in subject.entry.broken)
    )


def _folded(found: list[tuple[Rule, Problem]]) -> list[tuple[Rule, Problem]]:
    """One problem a rule for what an imported record lacks: nobody will fill in sixty gaps."""
    kept: list[tuple[Rule, Problem]] = []
    groups: dict[str, list[Problem]] = {}
    for rule, problem in found:
        if rule.relaxed:
            groups.setdefault(rule.id, []).append(problem)
        else:
            kept.append((rule, problem))
    for rule_id, (first, *others) in groups.items():
        also = _also(others)
        kept.append((BY_ID[rule_id], replace(first, message=f"{first.message}{also}")))
    return kept


def _also(others: list[Problem]) -> str:
    """The places of further problems: ``; also `roles`, `causes[].effect` (8 times)``."""
    places = Counter(
        f"line {problem.where.line}"
        if isinstance(problem.where, Position)
        else f"`{re.sub(r'[0-9]+', '', spell(problem.where))}`"
        for problem in others
    )
    spelled = (f"{place} ({n} times)" if n > 1 else place for place, n in places.items())
    return f"; also {', '.join(spelled)}" if others else ""


def _of_archive(archive: Archive) -> Iterator[Finding]:
    entries = {entry.path: entry for entry in (*archive.entries, *archive.catalog_entries)}
    for rule in RULES:
        if rule.archive_check is None or not rule.needs <= archive.catalog.known:
            continue
        try:
            problems = tuple(rule.archive_check(archive))
        except Exception as error:
            raise RuleCrashError(rule, "the archive", error) from error
        for path, problem in problems:
            yield _finding(rule, problem, entries.get(path, Entry(path)))


def _of_history(archive: Archive, past: Past) -> Iterator[Finding]:
    entries = {entry.path: entry for entry in (*archive.entries, *archive.catalog_entries)}
    for rule in RULES:
        if rule.history_check is None:
            continue
        try:
            problems = tuple(rule.history_check(past))
        except GitError:
            raise  # it is git that could not answer
        except Exception as error:
            raise RuleCrashError(rule, "the history", error) from error
        for path, problem in problems:
            yield _finding(rule, problem, entries.get(path, Entry(path)))


def _finding(rule: Rule, problem: Problem, entry: Entry) -> Finding:
    where = problem.where
    if entry.document is not None:
        position = entry.document.locate(where)
    else:
        position = where if isinstance(where, Position) else Position(1)
    level = rule.level_for(entry.record)
    return Finding(entry.path, position, rule.id, level, problem.message, problem.fix or rule.fix)


def _touches(where: KeyPath | Position, broken: Iterable[KeyPath]) -> bool:
    """Whether a place lies in a part that broke the schema, or holds one."""
    if isinstance(where, Position) or not where:
        return False
    return any(where[: len(path)] == path[: len(where)] for path in broken)


__all__ = [
    "BY_ID",
    "FAMILIES",
    "MAY_BE_OFF",
    "RULES",
    "Rule",
    "RuleCrashError",
    "of_entry",
    "run",
]
