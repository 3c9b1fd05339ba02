"""The prose of one made-up record."""

from __future__ import annotations

from collections.abc import Iterator

from debrief.prose import SECTIONS
from debrief.record import DRAFT, WITHDRAWN
from debrief.synthetic.dice import Dice
from debrief.synthetic.plan import Outage
from debrief.synthetic.speech import Speech

_SUMMARY, _HAPPENED, _CAUSE, _RESOLUTION, _LESSONS = SECTIONS

_LEADS = (
    "What went well.",
    "What went badly.",
    "Where we were lucky.",
    "What surprised us.",
)

_LOG = (
    "{number} INFO  {code} status=ok read={number} merged={number}",
    "{number} WARN  {code} retry={number} reason=timeout",
    "{number} INFO  {code} skipped={number}",
    "{number} ERROR {code} expected={code} found=null",
)


def body(outage: Outage, dice: Dice, speech: Speech) -> str:
    """Sections of Markdown, 820 words in the mean."""
    total = dice.about(330, 1110)
    if dice.chance(0.06):
        total = total * 8 // 5
    if outage.status in (DRAFT, WITHDRAWN):
        return f"## {_HAPPENED}\n\n{speech.sentences(total // 6)}\n"
    parts = {
        _SUMMARY: [speech.sentences(dice.between(45, 100))],
        _HAPPENED: list(_happened(total * 36 // 100, dice, speech)),
        _CAUSE: [*_repeated(outage), *speech.paragraphs(total * 19 // 100)],
        _RESOLUTION: list(_resolution(total * 15 // 100, dice, speech)),
        _LESSONS: [f"**{lead}** {speech.sentences(total * 5 // 100)}" for lead in _LEADS],
    }
    return (
        "\n\n".join("\n\n".join([f"## {title}", *found]) for title, found in parts.items()) + "\n"
    )


def _happened(number_of_words: int, dice: Dice, speech: Speech) -> Iterator[str]:
    paragraphs = speech.paragraphs(number_of_words)
    yield paragraphs[0]
    if dice.chance(0.45):
        lines = (speech.one(_LOG) for _ in range(dice.between(1, 6)))
        yield "\n".join(["```text", *lines, "```"])
    yield from paragraphs[1:]


def _repeated(outage: Outage) -> Iterator[str]:
    if outage.recurrence_of:
        there = f"../{outage.recurrence_of[:4]}/{outage.recurrence_of}.md"
        yield f"This is the second outage from [the same cause]({there})."


def _resolution(number_of_words: int, dice: Dice, speech: Speech) -> Iterator[str]:
    yield from speech.paragraphs(number_of_words)
    kind = dice.weighted({"table": 2, "list": 3, "none": 5})
    if kind == "table":
        rows = [speech.fill("| {Noun} | {number} | {number} |") for _ in range(dice.between(2, 6))]
        yield "\n".join(["| Checked | Before | After |", "| --- | ---: | ---: |", *rows])
    if kind == "list":
        items = [speech.fill("- {Nouns} of {System}, {verb} {moment}") for _ in range(3)]
        yield "\n".join(items)
