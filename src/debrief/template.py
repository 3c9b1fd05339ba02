"""Templates of records: which sections a body has, what belongs in each, and the draft from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from textwrap import wrap

from debrief import prose
from debrief.document import Document, as_record, decode, write_record
from debrief.finding import KeyPath, Position, Problem
from debrief.schema import Schema

FOLDER = "templates"
"""Where in ``catalog/`` a repository keeps templates of its own, each as ``<name>.md``."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.md\Z")
"""What the file of a template is called."""

ALWAYS = prose.SECTIONS[0]
"""The section that no template may lack: it is what everybody reads."""

SUGGESTED = "Suggested"
"""How a remark or a paragraph begins that somebody has to confirm or delete."""

FEWEST_WORDS = 3
"""A prompt has at least so many words; shorter texts in italics may stand in any record."""

_BLOCKS = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])")
_IN_ITALICS = re.compile(r"(?:(?:[-*+]|\d+[.)]) )?([_*])(?![_*])(.+)(?<![_*])\1")


@dataclass(frozen=True)
class Template:
    """What a record of one kind is asked to tell.

    ``sections`` holds the text that a draft has under each heading, by title and in order.
    ``may_omit`` are the keys that its status demands of other records and not of these, as key
    paths without the places in lists: ``impact.measures``, ``causes[].likelihood``.
    """

    name: str
    sections: Mapping[str, str]
    may_omit: tuple[str, ...] = ()

    @cached_property
    def prompts(self) -> tuple[str, ...]:
        """What the text asks its author: every paragraph and list item in italics, without marks.

        A text of fewer than :data:`FEWEST_WORDS` words asks nothing.
        """
        return tuple(
            asked[2]
            for text in self.sections.values()
            for block in _BLOCKS.split(text)
            if (asked := _IN_ITALICS.fullmatch(" ".join(block.split())))
            and len(prose.words(asked[2])) >= FEWEST_WORDS
        )

    def omits(self, path: KeyPath) -> bool:
        """Whether a record may do without what belongs at a key path, or without all around it."""
        spelled = ""
        for step in path:
            spelled += "[]" if isinstance(step, int) else f".{step}" if spelled else step
            if spelled in self.may_omit:
                return True
        return False


def parse(name: str, text: str) -> Template:
    """A template from its Markdown; :func:`problems` says whether it is fit for one."""
    sections: dict[str, str] = {}
    for part in prose.sections(text, 1):
        sections.setdefault(part.title, part.text)
    return Template(name, sections)


def problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the file of a template, which is body and nothing else."""
    found = prose.sections(document.body, document.body_line)
    if not found:
        yield _wrong(1, "there is no `## heading` in it", f"begin it with `## {ALWAYS}`")
        return
    above = document.body.split("\n")[: found[0].line - 1]
    if stray := next((number for number, text in enumerate(above, 1) if text.strip()), None):
        message = "what stands above the first `## heading` is in no section"
        yield _wrong(stray, message, "delete it, or put it under a heading")
    titles: dict[str, int] = {}
    for section in found:
        title = section.title.casefold()
        if title in titles:
            message = f"`## {section.title}` stands here again; see line {titles[title]}"
            yield _wrong(section.line, message, "give it another title, or delete it")
        titles.setdefault(title, section.line)
    if "" in titles:
        yield _wrong(titles[""], "this heading has no words", "write what belongs under it")
    if ALWAYS.casefold() not in titles:
        message = f"`## {ALWAYS}` is missing, which every record has"
        yield _wrong(1, message, "add it, best as the first: it is what everybody reads")


def _wrong(line: int, message: str, fix: str) -> Problem:
    return Problem(Position(line), message, fix, "PM914")


def _built_in() -> Iterator[tuple[str, Template]]:
    for file in sorted(Path(__file__).with_name("starter").joinpath(FOLDER).glob("*.md")):
        yield file.stem, parse(file.stem, file.read_text(encoding="utf-8"))


BUILT_IN: Mapping[str, Template] = dict(_built_in())
"""The templates that come with Debrief, by name; a repository's own of that name goes before."""

FULL = BUILT_IN["full"]
"""The template of every record for which the policy names no other."""

# --- drafts -------------------------------------------------------------------------------------

_NOTE = "# From review on, the check asks for what follows; docs/authoring.md takes you through it."

# What a draft leaves open, in the order in which one comes to know it. A key with nothing behind it
# counts as not given.
_LATER: Mapping[str, tuple[str, ...]] = {
    "summary": ("summary:",),
    "stakeholders": ("stakeholders: []",),
    "impact": ("impact:", "  business:", "  measures: []"),
    "roles": ("roles:", "  facilitator:", "  scribe:", "  engineers: []"),
    "timeline": ("timeline: []",),
    "evidence": ("evidence: []",),
    "causes": ("causes: []",),
    "actions": ("actions: []",),
    "ideas": ("ideas: []",),
}


def _gaps(given: Mapping[str, object], kind: Template) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines that wait to be filled in, by their key of the front matter."""
    for key, lines in _LATER.items():
        known = given.get(key, {})
        if not isinstance(known, Mapping):
            continue
        inside = tuple(
            line
            for line in lines
            if line.startswith(" ")
            and (inner := line.split(":")[0].strip()) not in known
            and not kind.omits((key, inner))
        )
        if key in given:
            yield key, inside
        elif not kind.omits((key,)):
            yield key, (lines[0], *inside)


def _with_gaps(front: str, given: Mapping[str, object], kind: Template) -> str:
    """The front matter with the gaps of groups that were begun at their end, the others below."""
    lines, below = front.split("\n"), [_NOTE]
    for key, gaps in _gaps(given, kind):
        if f"{key}:" not in lines:
            below += gaps if key not in given else ()
            continue
        end = lines.index(f"{key}:") + 1
        while end < len(lines) and lines[end].startswith((" ", "- ")):
            end += 1
        lines[end:end] = gaps
    return "\n".join([*lines, *below])


def body(told: Mapping[str, str] | None = None, kind: Template = FULL) -> str:
    """The sections of a record: what is told of each already, and what belongs there.

    What is told under a heading that the template does not have comes last, under its own.
    """
    known = dict(told or {})
    parts = [(title, known.pop(title, ""), text) for title, text in kind.sections.items()]
    parts += [(title, text, "") for title, text in known.items()]
    return "\n".join(
        "\n\n".join(filter(None, (f"## {title}", said, prompt))) + "\n"
        for title, said, prompt in parts
    )


def draft(
    values: Mapping[str, object],
    schema: Schema,
    *,
    remarks: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
    kind: Template = FULL,
) -> str:
    """The text of a new record with these values and gaps to fill in.

    A value that is None is written as a gap: its key with nothing behind it. ``remarks`` are put
    as comments above keys of the front matter, by the key; ``told`` is what stands under a section
    already, by its title. Raises ValueError where it would not be read back as it was meant.
    """
    # No value can hold the closing line: a line's end is escaped in a quoted text.
    front, closing, story = write_record(values, body(told, kind)).partition("\n---\n")
    text = _with_gaps(front, values, kind)
    text = _remarked(text, remarks or {}) + closing + story
    reading = schema.read(as_record(decode(text.encode("utf-8")), "the new record"))
    meant = _given(values)
    read = _without_gaps(reading.values or {}, meant)
    if read != meant:
        told_wrong = "; ".join(problem.message for problem in reading.problems if problem.message)
        raise ValueError(f"the record would not be read back as it was meant: {told_wrong}")
    return text


def _given(values: Mapping[str, object]) -> dict[str, object]:
    """The values without the gaps, as the reader gives them."""
    found: dict[str, object] = {}
    for key, value in values.items():
        inner = _given(value) if isinstance(value, Mapping) else value
        if inner is not None and (inner != {} or value == {}):
            found[key] = inner
    return found


def _without_gaps(read: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    """What was read of the keys that were given; gaps in a group that was begun are no values."""
    kept: dict[str, object] = {}
    for key in read.keys() & given.keys():
        value, meant = read[key], given[key]
        if key in _LATER and isinstance(value, Mapping) and isinstance(meant, Mapping):
            value = _without_gaps(value, meant)
        kept[key] = value
    return kept


def _remarked(front: str, remarks: Mapping[str, str]) -> str:
    """The front matter with a comment of as many lines as it takes above each key."""
    lines: list[str] = []
    for line in front.split("\n"):
        remark = remarks.get(line.partition(":")[0], "")
        lines += [f"# {part}" for part in wrap(" ".join(remark.split()), 96)]
        lines.append(line)
    return "\n".join(lines)


_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "đ": "d"}
)
"""Letters that no accent can be taken from."""


def slug(title: str) -> str:
    """A file name's words from a title: lower-case letters, digits and hyphens, 60 at most.

    Empty where the title has no letter that can be written so.
    """
    spelled = re.sub("['’]", "", title.translate(_LETTERS))
    ascii_only = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only.lower())
    short = ""
    for word in words:
        if len(short) + len(word) + 1 > 60:
            break
        short = f"{short}-{word}" if short else word
    return short or "-".join(words)[:60]


def record_path(day: date, name: str) -> str:
    """Where a record belongs: ``postmortems/<year>/<yyyy-mm-dd>-<slug>.md``."""
    return f"postmortems/{day.year:04}/{day.isoformat()}-{name}.md"
