"""The draft that ``./debrief new`` writes: front matter to fill in, and a body to replace."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from textwrap import wrap

from debrief.document import as_record, decode, write_record
from debrief.prose import SECTIONS
from debrief.schema import Schema

PROMPTS: Mapping[str, str] = {
    "Executive summary": "_In thirty seconds, for somebody outside engineering: what happened, who "
    "was hit, is it safe now, what will change?_",
    "What happened": "_Tell it in order, as it looked to the people who were there, with what they "
    "knew at the time._",
    "Root cause": "_Which conditions of the system made it possible, and how do we know? Why did "
    "nothing stop it earlier?_",
    "Resolution": "_What stopped the harm, how was the data repaired, and how was that checked?_",
    "Lessons": "_What went well, what went badly, where were we lucky, and why were we surprised?_",
}
"""What belongs under each heading, in one line; the check refuses it left in."""

SUGGESTED = "Suggested"
"""How a remark or a paragraph begins that somebody has to confirm or delete."""

_NOTE = "# From review on, the check asks for what follows; docs/authoring.md takes you through it."

# What a draft leaves open, in the order in which one comes to know it. A key with nothing behind it
# counts as not given.
_LATER: Mapping[str, str] = {
    "summary": "summary:",
    "stakeholders": "stakeholders: []",
    "impact": "impact:\n  business:\n  measures: []",
    "roles": "roles:\n  facilitator:\n  scribe:\n  engineers: []",
    "timeline": "timeline: []",
    "evidence": "evidence: []",
    "causes": "causes: []",
    "actions": "actions: []",
    "ideas": "ideas: []",
}


def body(told: Mapping[str, str] | None = None) -> str:
    """The sections of a record: what is told of each already, and what belongs there."""
    parts = ((title, (told or {}).get(title, ""), PROMPTS[title]) for title in SECTIONS)
    return "\n".join(
        "\n\n".join(filter(None, (f"## {title}", known, prompt))) + "\n"
        for title, known, prompt in parts
    )


def draft(
    values: Mapping[str, object],
    schema: Schema,
    *,
    remarks: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
) -> str:
    """The text of a new record with these values and gaps to fill in.

    A value that is None is written as a gap: its key with nothing behind it. ``remarks`` are put
    as comments above keys of the front matter, by the key; ``told`` is what stands under a section
    already, by its title. Raises ValueError where it would not be read back as it was meant.
    """
    gaps = [text for key, text in _LATER.items() if key not in values]
    # No value can hold the closing line: a line's end is escaped in a quoted text.
    front, closing, story = write_record(values, body(told)).partition("\n---\n")
    text = "\n".join([front, _NOTE, *gaps])
    text = _remarked(text, remarks or {}) + closing + story
    reading = schema.read(as_record(decode(text.encode("utf-8")), "the new record"))
    meant = _given(values)
    read = {key: value for key, value in (reading.values or {}).items() if key in meant}
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
    spelled = title.translate(_LETTERS)
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
