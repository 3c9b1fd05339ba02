"""Secrets and addresses in old documents: where they stand, and how they are masked on request.

Nothing is masked unless a person says so, line by line: a mask changes what the original says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from debrief.checks.prose import mail_addresses, secrets_in

MASK = "[masked when adopted]"


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that ought not to be kept; the line counts from 1."""

    line: int
    kind: str
    text: str
    secret: bool


def seen(text: str) -> Iterator[Seen]:
    """Every secret of a text, and then every e-mail address."""
    for number, kind, value in secrets_in(text):
        yield Seen(number, kind, value, True)
    for number, line in enumerate(text.split("\n"), 1):
        for address in mail_addresses(line):
            yield Seen(number, "e-mail address", address, False)


def masked(text: str, lines: Collection[int]) -> tuple[str, int]:
    """A text with what :func:`seen` finds on these lines masked, and how many there were."""
    if not lines:
        return text, 0
    found = text.split("\n")
    count = 0
    for one in seen(text):
        if one.line in lines and one.text and one.text in found[one.line - 1]:
            found[one.line - 1] = found[one.line - 1].replace(one.text, MASK)
            count += 1
    return "\n".join(found), count
