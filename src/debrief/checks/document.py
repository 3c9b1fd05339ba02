"""PM0xx: can the file be read, and is it where it belongs?"""

from __future__ import annotations

from collections.abc import Iterator

from debrief.archive import Archive
from debrief.checks.rule import Rule, Subject, archive_rule, rule
from debrief.finding import Level, Position, Problem

_READER = (
    Rule(
        "PM001",
        "The file is a regular file that can be read",
        "replace the link or the special file by a file of its own, readable by all",
        explanation="Links could lead out of the repository, and devices never end.",
    ),
    Rule(
        "PM002",
        "The file is not oversized",
        "move logs and tables into files beside the record, and name them under `evidence`",
    ),
    Rule("PM003", "The file is UTF-8 text", "save the file as UTF-8 in your editor"),
    Rule(
        "PM004",
        "The file has no unseen characters",
        "delete the character; retyping the word usually does it",
        explanation="Control characters, line breaks that only some programs honour, and marks "
        "that turn the direction of text make a line look like something that it is not.",
    ),
    Rule(
        "PM005",
        "The file begins with front matter",
        "make `---` the first line of the file, with nothing before it",
        explanation="MkDocs would print front matter that begins anywhere else as text.",
    ),
    Rule(
        "PM006",
        "The front matter is closed",
        "close it with a line `---`, and write the body below",
    ),
    Rule(
        "PM007",
        "Every program sees the same front matter",
        "close the front matter with `---`; for a rule across the page write `***`",
        explanation="`...`, `----` and a second block are front matter to some programs only: the "
        "gate and the site would see different records.",
    ),
    Rule(
        "PM008",
        "No merge conflict is left in the file",
        "choose between the two sides and delete the marks",
    ),
    Rule("PM009", "The front matter is YAML", "look at the line and the one above it"),
    Rule(
        "PM010",
        "The YAML is plain",
        "write the value out; quote it if it begins with `&`, `*`, `!` or `<<`",
        explanation="Anchors, aliases, merge keys and tags let a small file grow without bound and "
        "mean different things to different programs.",
    ),
    Rule("PM011", "No key stands twice", "delete one of the two"),
    Rule("PM012", "The YAML is neither too deep nor too long", "flatten it, or split it up"),
    Rule(
        "PM013",
        "The file lies at postmortems/<year>/<yyyy-mm-dd>-<slug>.md",
        "rename it to the day the incident started and a few words in lower-case letters, digits "
        "and hyphens, such as postmortems/2026/2026-03-14-orders-mart-stale-prices.md",
        explanation="The file's name without .md is the record's id.",
    ),
    Rule(
        "PM015",
        "No ` #` cuts a text short",
        "put the whole value in double quotes",
        Level.WARNING,
    ),
    Rule(
        "PM018",
        "The catalog has its three files",
        "create it; an empty catalog is `owners: {}` or `assets: {}`",
    ),
    Rule(
        "PM019",
        "Everything under postmortems/ is a record or lies beside one",
        "rename a postmortem to end in .md; put other files in postmortems/<year>/<id>/",
        explanation="Anything else would be left out of the site without a word.",
    ),
    Rule(
        "PM020",
        "Everything in catalog/generated/ is a part of the catalog",
        "delete it, or move it elsewhere; the parts end in .yml",
        explanation="Anything else would look as if it counted.",
    ),
)


@rule(
    "PM014",
    "The date in the file's name is the day the incident started",
    fix="correct `started_at`, or rename the file before it is merged",
)
def date_matches(subject: Subject) -> Iterator[Problem]:
    """The date in the name counts in the time zone that the author wrote, or in UTC."""
    started = subject.record.incident.started_at
    if started and subject.record.day not in (started.day, started.local_day):
        yield Problem(
            ("incident", "started_at"),
            f"the incident started on {started.local_day}, and the file is named "
            f"{subject.record.day}",
        )


@archive_rule(
    "PM016",
    "No id is used twice, letter case ignored",
    fix="give one of the two another name",
)
def unique_ids(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Two files of one name in two folders would be one page, and one of them lost."""
    first: dict[str, str] = {}
    # A file that lies where it belongs comes first, and the misplaced one is told.
    in_place_first = sorted(
        archive.entries, key=lambda entry: any(p.rule == "PM013" for p in entry.problems)
    )
    for entry in in_place_first:
        key = entry.id.lower()
        if not entry.path.lower().endswith(".md"):
            continue
        if key in first:
            yield entry.path, Problem(Position(1), f"the id is taken by {first[key]}")
        first.setdefault(key, entry.path)


RULES = (*_READER, date_matches, unique_ids)
