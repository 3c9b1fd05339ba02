"""What a draft can say in its body already: the event's own words, and what past outages suggest.

Each begins with the mark of a suggestion, so that the check asks for it to be confirmed or deleted.
Words of an event stand in a fence that none of them can close; words of a record are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from debrief import words
from debrief.drafts.facts import Facts, tool
from debrief.events.notice import Notice
from debrief.hypotheses import Hypothesis
from debrief.record import Cause
from debrief.template import SUGGESTED

_MOST_TEXT = 20_000
"""Of a longer text the rest is left where it came from, and the draft says so."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!&@$])")


def sections(notice: Notice, stated: Facts, past: Sequence[Hypothesis]) -> dict[str, str]:
    """What stands under the headings of a draft, by the heading."""
    told = {"What happened": _told(notice, stated), "Root cause": _suspected(past)}
    return {title: text for title, text in told.items() if text}


def _told(notice: Notice, stated: Facts) -> str:
    """What the event tells in words, and the end of a log that is too long for the timeline."""
    parts = []
    if notice.summary:
        parts.append(notice.summary)
    if len(notice.title) > len(stated.title):
        parts.append(f"Title: {notice.title}")
    parts += [f"{entry.at.text} {entry.event}" for entry in stated.further]
    if not parts:
        return ""
    text = "\n\n".join(parts)
    cut = "" if len(text) <= _MOST_TEXT else f" The rest is left in {tool(notice)}."
    said = f"**{SUGGESTED}**, as {tool(notice)} tells it: use what is true, and delete the rest."
    return f"{said}{cut}\n\n{fenced(text[:_MOST_TEXT])}"


def fenced(text: str) -> str:
    """A text as a block of code that it cannot end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    return f"{fence}text\n{lines}\n{fence}"


def _suspected(past: Sequence[Hypothesis]) -> str:
    if not past:
        return ""
    ask = (
        f"**{SUGGESTED}**: what past outages say, the most promising first. Keep what evidence "
        "confirms here, name it as a cause, and delete the rest."
    )
    return f"{ask}\n\n" + "\n".join(f"{n}. {_hypothesis(one)}" for n, one in enumerate(past, 1))


def _hypothesis(one: Hypothesis) -> str:
    """One past outage: what it was and why it is named, its causes, its promises."""
    record = one.record
    link = f"../{record.year}/{record.id}.md"
    return " ".join(
        (
            f"[{escaped(record.title)}]({link}), {one.apart}. {escaped(one.why)}.",
            *_causes(one),
            f"Promised then: {escaped(one.promises)}.",
            *_promises(one),
        )
    )


def _causes(one: Hypothesis) -> Iterator[str]:
    if one.causes:
        yield f"Found then: {'; '.join(map(_cause, one.causes[:3]))}."


def _cause(cause: Cause) -> str:
    category = f" ({words.lower_term(cause.category)})" if cause.category else ""
    return f"{escaped(cause.statement)}{category}"


def _promises(one: Hypothesis) -> Iterator[str]:
    """The promises that are late: they may be why it happened again."""
    for action, late in one.overdue[:3]:
        yield f"Overdue by {words.counted(late, 'day')}: {escaped(action.title)}."


def escaped(text: str) -> str:
    """Words of a record as Markdown that reads as they do, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).rstrip(".")
