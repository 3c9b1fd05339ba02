"""What no participant may read: causes, what answered the outage, and what explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from debrief import prose
from debrief.record import Postmortem

_TELLING = ("Root cause", "Resolution")
"""The sections of a body that explain an outage or how it ended."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_FEWEST = 4
"""A sentence of the body with fewer words than this says nothing by itself."""

ANSWERS = ("escalation", "decision", "mitigation")
"""Kinds of event in which somebody chose what to do: participants are asked before they hear."""

TOLD = ("change", "recovery")
"""Kinds of event that name a cause or an end: the facilitator tells them in time."""


def secrets(record: Postmortem, sections: Iterable[prose.Section]) -> Iterator[str]:
    """Every text that must not stand on a participant's sheet, as the record has it."""
    yield from filter(None, (record.incident.trigger,))
    yield from (cause.statement for cause in record.causes)
    for event in record.timeline:
        if event.kind in (*ANSWERS, *TOLD):
            yield event.event
        if event.rationale:
            yield event.rationale
    for section in sections:
        if section.title in _TELLING:
            for sentence in _SENTENCE_END.split(section.text):
                if len(prose.words(sentence)) >= _FEWEST:
                    yield sentence


class Keeper:
    """Knows whether a text holds a secret: all its words, one after the other, in any case."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(dict.fromkeys(filter(None, map(_words, secrets))))

    def keeps(self, text: str) -> bool:
        """Whether a participant may not read it."""
        words = _words(text)
        return any(secret in words for secret in self._secrets)


def _words(text: str) -> str:
    """The words of a text between single spaces, so that one text is found in another by words."""
    found = " ".join(re.findall(r"\w+", text.casefold()))
    return f" {found} " if found else ""
