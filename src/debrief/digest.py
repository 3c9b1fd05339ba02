"""What a reviewer with ten minutes must know of a pull request: one comment, in Markdown.

Whatever a record says stands in it as inert HTML (``reporters.markup``); only words of our own are
read as Markdown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from debrief.archive import Archive
from debrief.catalog import Catalog
from debrief.finding import Finding, Level
from debrief.hypotheses import hypotheses
from debrief.lifecycle import CLOSING, SIGNS_FOR, awaited_sign_offs, signers
from debrief.likeness import Case
from debrief.record import CLOSED, PUBLISHED, Postmortem
from debrief.reporters.markup import code, inert, row
from debrief.reporters.totals import Totals, count
from debrief.similar import Similar

MARKER = "<!-- debrief -->"
"""The first line, by which the comment is found again: it is brought up to date, not repeated."""

MOST_BYTES = 60_000
"""A comment at GitHub holds 65,536 characters; in bytes it is shorter whatever is counted there."""

BLAST_RADIUS = frozenset({"PM605"})
"""Rules that name owners of what lies downstream and was forgotten."""

NOT_VERIFIED = frozenset({"PM810"})
"""Rules that say what history could not show."""

_ROWS_OF_A_FILE = 20

_MOST_COMPARED = 10
_MOST_PAST = 3
"""So many records are compared with the past, and of each so many outages are told."""

# Letters of a text, a path and an id. A letter takes at most 14 bytes, so each part has room for
# at least one row.
_LONGEST_TEXT = 300
_LONGEST_ASIDE = 200
_LONGEST_REMARK = 120
_LONGEST_PATH = 160
_LONGEST_ID = 100

# How many bytes each part may take; together with its headings they stay below the whole.
_ROOM_MISSING = 22_000
_ROOM_ELSEWHERE = 7_000
_ROOM_SIGN_OFFS = 6_000
_ROOM_BLAST_RADIUS = 7_000
_ROOM_NOT_VERIFIED = 7_000
_ROOM_SIMILAR = 6_000


_FOOTER = (
    "<sub>The page of the job `check` has the whole list, and `./debrief check` tells the same on "
    "your machine; with `--explain` and the id of a rule it says why the rule is there.</sub>"
)


@dataclass(frozen=True, slots=True)
class PastOutage:
    """A past outage that is like one of this pull request; ids of records, the rest in words."""

    record: str
    earlier: str
    because: str
    promised: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """A signature that the policy asks for and that nobody has given yet."""

    record: Postmortem
    role: str
    holders: tuple[str, ...]
    """Names of those who hold the role; empty where the record names nobody."""

    @property
    def before(self) -> str:
        """The status that the record cannot reach, or keep, without it."""
        return CLOSED if self.role == CLOSING else PUBLISHED

    @property
    def blocks(self) -> bool:
        """Whether the record already has the status that asks for it."""
        return self.record.reached(self.before)


def comment(  # noqa: PLR0913 - a pull request is looked at from many sides
    archive: Archive,
    findings: Sequence[Finding],
    totals: Totals,
    changed: Collection[str] | None,
    today: date,
    *,
    similar: Sequence[PastOutage] = (),
    commit: str = "",
) -> str:
    """The comment on a pull request, at most :data:`MOST_BYTES` long.

    ``changed`` are the paths that the pull request touches: of other files only errors are told.
    None is for a run without a base, where every file counts. ``commit`` is the last of the pull
    request: a comment that is older than it shows so.
    """
    own = [finding for finding in findings if changed is None or finding.path in changed]
    elsewhere = [
        finding for finding in findings if changed is not None and finding.path not in changed
    ]
    forgotten = [finding for finding in own if finding.rule in BLAST_RADIUS]
    unverified = [finding for finding in findings if finding.rule in NOT_VERIFIED]
    apart = BLAST_RADIUS | NOT_VERIFIED
    records = [r for r in archive.postmortems if changed is None or r.path in changed]
    waiting = [sign_off for r in records for sign_off in open_sign_offs(r, archive.catalog)]
    parts = [
        MARKER,
        *_verdict(totals, own, waiting, unverified),
        *_basis(totals, changed, today, commit),
        *_missing([finding for finding in own if finding.rule not in apart]),
        *_elsewhere([finding for finding in elsewhere if finding.rule not in apart]),
        *_sign_offs(waiting),
        *_blast_radius(forgotten),
        *_not_verified(unverified),
        *_similar(similar, archive),
        _FOOTER,
    ]
    return "\n\n".join(parts) + "\n"


def past_outages(archive: Archive, changed: Collection[str], today: date) -> list[PastOutage]:
    """What resembles the outages of a pull request that is still being written.

    Of many records the first are looked at: a change of all of them is about none of them.
    """
    records = [r for r in archive.postmortems if r.path in changed and r.is_unpublished]
    similar = Similar(archive)
    return [
        PastOutage(record.id, one.record.id, f"{one.why}; {one.apart}", one.promises)
        for record in records[:_MOST_COMPARED]
        for one in hypotheses(archive, Case.of(record), today, _MOST_PAST, similar)
    ]


def open_sign_offs(record: Postmortem, catalog: Catalog) -> Iterator[SignOff]:
    """Who has yet to sign a record that is in review or further, in the order of the policy."""
    for role in awaited_sign_offs(record, catalog.policy):
        names = (catalog.owner_name(owner) for owner in signers(record, role))
        yield SignOff(record, role, tuple(names))


# --- can it merge? -------------------------------------------------------------------------------


def _verdict(
    totals: Totals,
    own: Sequence[Finding],
    waiting: Sequence[SignOff],
    unverified: Sequence[Finding],
) -> Iterator[str]:
    """The first lines: whether it can merge, and what is left to do."""
    if totals.errors:
        yield f"## Not ready to merge: {count(totals.errors, 'error')}"
    elif unverified:
        yield f"## Nothing found that blocks, but {count(len(unverified), 'thing')} not verified"
    else:
        yield "## Ready to merge, says the check"
    levels = Counter(finding.level for finding in own if finding.rule not in NOT_VERIFIED)
    left = []
    if totals.errors and levels[Level.ERROR] != totals.errors:
        here = count(levels[Level.ERROR], "error")
        left.append(f"{here} in files changed here, the others in files that are not")
    if levels[Level.WARNING]:
        warnings = count(levels[Level.WARNING], "warning")
        left.append(f"{warnings}: not in the way of a merge, and worth a look")
    if waiting:
        left.append(f"{count(len(waiting), 'sign-off')} still to be given")
    if unverified:
        left.append(f"{count(len(unverified), 'thing')} that nobody could verify: look yourself")
    if left:
        yield "\n".join(f"- {line}" for line in left)


def _basis(
    totals: Totals, changed: Collection[str] | None, today: date, commit: str
) -> Iterator[str]:
    """What all this rests on."""
    at = f" at {code(commit[:10])}" if commit else ""
    since = "" if changed is not None else " History was not looked at: no base was given."
    yield f"{count(totals.files, 'file')} checked{at}, as of {today}.{since}"


# --- what is missing -----------------------------------------------------------------------------


def _missing(findings: Sequence[Finding]) -> Iterator[str]:
    """A table for each file: the worst file first, and in it the worst finding."""
    if not findings:
        return
    yield "### What is missing"
    room, told = _ROOM_MISSING, 0
    for path, found in _worst_first(findings):
        table, rows = _table_of_file(path, found, room)
        if not rows:
            break
        yield table
        room -= len(table.encode())
        told += len(found)  # those that did not fit into its table were counted below it
    yield from _rest(len(findings) - told)


def _worst_first(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings by file; files with the most errors first, then with the most warnings."""
    files: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: (-finding.level, finding.order)):
        files.setdefault(finding.path, []).append(finding)

    def weight(item: tuple[str, list[Finding]]) -> tuple[int, int, str]:
        levels = Counter(finding.level for finding in item[1])
        return -levels[Level.ERROR], -levels[Level.WARNING], item[0]

    return sorted(files.items(), key=weight)


def _table_of_file(path: str, findings: Sequence[Finding], room: int) -> tuple[str, int]:
    """The table of one file, as far as there is room, and how many findings it shows."""
    levels = Counter(finding.level for finding in findings)
    counted = ", ".join(
        f"{number} advice" if level is Level.ADVICE else count(number, level.word)
        for level in sorted(levels, reverse=True)
        if (number := levels[level])
    )
    # What only warns is folded, so that what blocks is seen.
    opening = "<details open>" if levels[Level.ERROR] else "<details>"
    heading = f"<summary>{code(path, _LONGEST_PATH)}: {counted}</summary>"
    rows = (
        (
            str(finding.position.line),
            f"{inert(finding.rule, _LONGEST_ID)} {finding.level.word}",
            inert(finding.message, _LONGEST_TEXT),
            inert(finding.fix, _LONGEST_TEXT),
        )
        for finding in findings[:_ROWS_OF_A_FILE]
    )
    columns = ("Line", "Rule", "What", "How to put it right")
    table, shown = _Table(columns, rows, room - len(heading.encode()) - 200).draw()
    more = (
        [f"<p>And {len(findings) - shown:,} more in this file.</p>"]
        if shown < len(findings)
        else []
    )
    return "\n".join([opening, heading, table, *more, "</details>"]), shown


def _elsewhere(findings: Sequence[Finding]) -> Iterator[str]:
    """Errors in files that the pull request does not touch: it may have broken them."""
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    rows = (
        (
            code(f"{finding.path}:{finding.position.line}", _LONGEST_PATH),
            inert(finding.rule, _LONGEST_ID),
            inert(finding.message, _LONGEST_ASIDE),
            inert(finding.fix, _LONGEST_ASIDE),
        )
        for finding in errors
    )
    yield from _section(
        "Errors in files that are not changed here",
        "Records refer to one another, so a change here can break them. These block the merge too.",
        _Table(("Where", "Rule", "What", "How to put it right"), rows, _ROOM_ELSEWHERE),
        len(errors),
    )


# --- who, and what else --------------------------------------------------------------------------


def _sign_offs(waiting: Sequence[SignOff]) -> Iterator[str]:
    """Who must sign still, by record."""
    # What already stands in the way comes first.
    ordered = sorted(waiting, key=lambda sign_off: (not sign_off.blocks, sign_off.record.id))
    rows = (
        (
            code(sign_off.record.id, _LONGEST_ID),
            sign_off.role.replace("_", " "),
            _named(sign_off),
            "now: it blocks the merge" if sign_off.blocks else f"before it is {sign_off.before}",
        )
        for sign_off in ordered
    )
    yield from _section(
        "Who has yet to sign",
        "Asked for by `catalog/policy.yml`. Each approves this pull request and is entered under "
        "`sign_offs`.",
        _Table(("Record", "Role", "Who", "When"), rows, _ROOM_SIGN_OFFS),
        len(waiting),
    )


def _named(sign_off: SignOff) -> str:
    if sign_off.holders:
        return inert(" or ".join(sign_off.holders), _LONGEST_ASIDE)
    if sign_off.role in SIGNS_FOR:
        return "<em>nobody is named under</em> <code>roles</code>"
    return "whoever holds the role"


def _blast_radius(findings: Sequence[Finding]) -> Iterator[str]:
    """Whose data lies downstream, and who has not been told."""
    yield from _section(
        "What the blast radius forgot",
        "By the lineage in `catalog/assets.yml`, these use the data that was wrong.",
        _Table(("Where", "Who", "How to put it right"), _places(findings), _ROOM_BLAST_RADIUS),
        len(findings),
    )


def _not_verified(findings: Sequence[Finding]) -> Iterator[str]:
    """What the check could not see; never told as passed."""
    yield from _section(
        "Not verified",
        "The check could not see whether these hold. They have not passed.",
        _Table(("Where", "What", "How to find out"), _places(findings), _ROOM_NOT_VERIFIED),
        len(findings),
    )


def _places(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str]]:
    """Where each is, what it says, and what to do."""
    for finding in findings:
        yield (
            code(f"{finding.path}:{finding.position.line}", _LONGEST_PATH),
            inert(finding.message, _LONGEST_ASIDE),
            inert(finding.fix, _LONGEST_ASIDE),
        )


def _similar(similar: Sequence[PastOutage], archive: Archive) -> Iterator[str]:
    """Past outages to read beside this one."""
    rows = (
        (
            code(past.record, _LONGEST_ID),
            f"{code(past.earlier, _LONGEST_ID)} {_title(past.earlier, archive)}",
            inert(past.because, _LONGEST_REMARK),
            inert(past.promised, _LONGEST_REMARK),
        )
        for past in similar
    )
    yield from _section(
        "Similar past outages",
        "Was it promised then that this would not happen again?",
        _Table(
            ("Record", "Earlier", "Why it is like it", "What was promised then"),
            rows,
            _ROOM_SIMILAR,
        ),
        len(similar),
    )


def _title(record_id: str, archive: Archive) -> str:
    record = archive.by_id.get(record_id)
    return inert(record.title or "", _LONGEST_REMARK) if record else ""


# --- tables --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of HTML under their columns, and how many bytes there are for them."""

    columns: Sequence[str]
    rows: Iterable[Sequence[str]]
    room: int

    def draw(self) -> tuple[str, int]:
        """The table with as many whole rows as there is room for, and how many those are."""
        lines: list[str] = []
        room = self.room
        for cells in self.rows:
            line = row("td", cells)
            room -= len(line.encode()) + 1
            if room < 0:
                break
            lines.append(line)
        return "\n".join(["<table>", row("th", self.columns), *lines, "</table>"]), len(lines)


def _section(title: str, words: str, table: _Table, number: int) -> Iterator[str]:
    """A heading of our own, a table, and how many did not fit; nothing where there is nothing."""
    if not number:
        return
    yield f"### {title}"
    yield words
    drawn, shown = table.draw()
    if shown:
        yield drawn
    yield from _rest(number - shown)


def _rest(number: int) -> Iterator[str]:
    """How many did not fit."""
    if number > 0:
        yield f"And {number:,} more."
