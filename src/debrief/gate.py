"""The gate: a repository on a day, with what its rules find and what its baseline keeps silent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from debrief import baseline, checks, scope
from debrief.archive import Archive, Progress
from debrief.baseline import Baseline
from debrief.catalog import Catalog
from debrief.finding import Finding, Level
from debrief.history import Past
from debrief.scope import Scope


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a repository.

    ``findings`` are those to tell, in order, and ``silent`` those that the baseline keeps quiet.
    ``scope`` is what a change concerns, where only that was looked at.
    """

    archive: Archive
    findings: tuple[Finding, ...]
    silent: tuple[Finding, ...] = ()
    past: Past | None = None
    scope: Scope | None = None

    @property
    def files(self) -> list[str]:
        """The files that were looked at."""
        entries = (*self.archive.entries, *self.archive.catalog_entries)
        paths = [entry.path for entry in entries]
        return [path for path in paths if self.scope is None or path in self.scope.told]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that block."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)

    @property
    def baseline(self) -> Baseline:
        """The baseline that would make everything silent that is told or silent now."""
        found = (*self.findings, *self.silent)
        return baseline.of(found, readable(self.archive), self.archive.root)


def readable(archive: Archive) -> frozenset[str]:
    """The files whose content could be read, so that a baseline may speak of them."""
    records = (entry.path for entry in archive.entries if entry.record is not None)
    rest = (entry.path for entry in archive.catalog_entries if entry.document is not None)
    return frozenset((*records, *rest))


def judge(  # noqa: PLR0913 - the last two are only told how far it is
    root: Path,
    today: date,
    *,
    past: Past | None = None,
    changed_only: bool = False,
    reading: Progress | None = None,
    checking: Progress | None = None,
) -> Verdict:
    """Read a repository and hold it against every rule.

    With ``past``, its changes are judged too; with ``changed_only`` nothing else is looked at than
    what they touch and can break. Raises OSError or ValueError where the schemas or the baseline
    cannot be read, GitError where git cannot answer, RuleCrashError where a rule crashes.
    """
    silenced = Baseline.load(root)
    concerned: Scope | None = None

    def select(catalog: Catalog, records: list[str]) -> Collection[str] | None:
        nonlocal concerned
        if past is not None:
            concerned = scope.of(past, root, catalog, records)
        return concerned.read if concerned is not None else None

    archive = Archive.load(root, select=select if changed_only else None, progress=reading)
    only = concerned.told if concerned is not None else None
    findings = checks.run(archive, today, checking, past, only)
    if concerned is not None:
        findings = [finding for finding in findings if concerned.tells(finding)]
    told, silent = silenced.split(findings, readable(archive), root)
    return Verdict(archive, tuple(told), tuple(silent), past, concerned)
