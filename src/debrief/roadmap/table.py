"""A roadmap for spreadsheets and for the importers of trackers.

Jira reads the columns by the names in the first row, which may hold no punctuation, and takes
several labels from one cell where blanks stand between them (support.atlassian.com, "Prepare a CSV
file for import"). Linear's importer reads a file of Jira. Azure Boards asks for "Work Item Type"
and "Title", refuses a column for an id, an assignee or a state, and takes a thousand rows at a time
(learn.microsoft.com, "Import, update, and export bulk work items with CSV files").
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from debrief import words
from debrief.catalog import Catalog
from debrief.reporters.plain import printable
from debrief.roadmap.entry import Entry
from debrief.trackers.ticket import mark

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_PRIORITY = {"quick win": 1, "larger project": 2, "not rated": 3, "fill-in": 3, "reconsider": 4}
_NAMES = {1: "Highest", 2: "High", 3: "Medium", 4: "Low"}
"""The priorities of Jira; Azure has the numbers."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the columns are filled from; ``site`` is the site's address, empty where unknown."""

    entry: Entry
    catalog: Catalog
    site: str

    @property
    def link(self) -> str:
        """Where the action stands on the site; empty where the site's address is not known."""
        return link_to(self.entry, self.site)


def link_to(entry: Entry, site: str) -> str:
    """The address of an action on the site; empty where the site's is not known."""
    if not site:
        return ""
    # As site/address.py has it, which the wheel does without; a test holds the two together.
    record = entry.record
    anchor = "actions" if record.restricted else f"action-{entry.action.id}"
    return f"{site.rstrip('/')}/postmortems/{record.id[:4]}/{record.id}/#{anchor}"


def labels(entry: Entry) -> Iterator[str]:
    """Words without blanks, as trackers want them."""
    yield "postmortem"
    yield entry.action.quadrant.replace(" ", "-")
    yield from filter(None, (entry.record.severity, entry.action.category))


def description(told: Told) -> str:
    """In plain lines: what it is for, how one can tell that it works, and where it comes from."""
    # A line break of an author's begins no line, which could name another action.
    return "\n".join(_on_one_line(line) for line in _lines(told))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(told: Told) -> Iterator[str]:
    entry, action = told.entry, told.entry.action
    yield f"Promised in the postmortem “{entry.record.title}” ({entry.record.id})."
    for cause in entry.causes:
        yield f"Addresses: {cause.statement}"
    for name, text in (
        ("Success criteria", action.success_criteria),
        ("Test plan", action.test_plan),
        ("Rollback", action.rollback),
    ):
        if text:
            yield f"{name}: {text}"
    if action.owner:
        yield f"Owner: {told.catalog.owner_name(action.owner)}"
    if action.due:
        yield f"Due: {action.due}"
    yield from _weight(entry)
    if told.link:
        yield told.link
    yield mark(entry.key)


def _weight(entry: Entry) -> Iterator[str]:
    parts = [f"priority: {entry.action.quadrant}"]
    parts += [f"risk {entry.risk} of 9"] if entry.risk is not None else []
    parts.append(f"{words.counted(len(entry.outages), 'outage')} of this kind")
    if entry.recurrences:
        parts.append(f"came back {words.times(len(entry.recurrences))}")
    yield f"Weight: {', '.join(parts)}."
    for blocked in entry.blocks:
        yield f"Waits for it: {blocked}."


_Cell = Callable[[Told], object]


def _task(_: Told) -> str:
    return "Task"


JIRA: tuple[tuple[str, _Cell], ...] = (
    ("Summary", lambda told: _on_one_line(told.entry.action.title)),
    ("Description", description),
    ("Issue Type", _task),
    ("Priority", lambda told: _NAMES[_PRIORITY[told.entry.action.quadrant]]),
    ("Labels", lambda told: " ".join(labels(told.entry))),
    ("Due date", lambda told: told.entry.action.due),
    ("External id", lambda told: told.entry.name),
    ("URL", lambda told: told.link),
    ("Owner", lambda told: told.entry.action.owner),
    ("State", lambda told: told.entry.action.status),
    ("Quadrant", lambda told: told.entry.action.quadrant),
    ("Risk", lambda told: told.entry.risk),
    ("Severity", lambda told: told.entry.severity),
    ("Outages", lambda told: len(told.entry.outages)),
    ("Recurrences", lambda told: len(told.entry.recurrences)),
    ("Days overdue", lambda told: told.entry.action.days_overdue(told.entry.today)),
    ("Age in days", lambda told: told.entry.age),
    ("Postponements", lambda told: told.entry.postponements),
    ("Blocks", lambda told: "; ".join(told.entry.blocks)),
    ("Tracker", lambda told: told.entry.action.tracker),
)
AZURE: tuple[tuple[str, _Cell], ...] = (
    ("Work Item Type", _task),
    ("Title", lambda told: _on_one_line(told.entry.action.title)),
    ("Description", description),
    ("Priority", lambda told: _PRIORITY[told.entry.action.quadrant]),
    ("Tags", lambda told: "; ".join(labels(told.entry))),
)
LAYOUTS = {"jira": JIRA, "azure": AZURE}
"""By the tracker that reads them; Jira's serves spreadsheets and Linear as well."""


def as_csv(entries: Iterable[Entry], catalog: Catalog, site: str, layout: str) -> str:
    """Rows under names, with CRLF as RFC 4180 has it; no cell is one that a spreadsheet runs."""
    columns = LAYOUTS[layout]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(name for name, _ in columns)
    for entry in entries:
        told = Told(entry, catalog, site)
        writer.writerow(_safe(cell(told)) for _, cell in columns)
    return out.getvalue()


def _safe(value: object) -> str:
    """A cell that spreadsheets take for text: an apostrophe before what would be a formula."""
    text = "\n".join(printable(line) for line in str("" if value is None else value).splitlines())
    return f"'{text}" if _FORMULA.match(text) else text
