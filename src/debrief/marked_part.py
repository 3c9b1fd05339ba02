"""The part of a description at the code host that is ours: what people write around it stays."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_CHARACTERS = 60_000
"""Of the part; GitHub takes 65,536 of the whole."""

_LEFT_OUT = "<p>There is more than fits in here; the record has it.</p>"


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """A part between two comments, which say to people what becomes of it."""

    begin: str
    end: str

    def new(self, body: str, *notes: str) -> str:
        """The text of a new description; people may write above and below what it marks."""
        return f"{self.begin}\n\n{_fitting(body, notes)}\n\n{self.end}\n"

    def again(self, old: str, body: str, *notes: str) -> str | None:
        """A description with its marked part written anew; None where the marks are gone."""
        before, begin, rest = old.partition(self.begin)
        _, end, after = rest.partition(self.end)
        if not begin or not end:
            return None
        return f"{before}{self.begin}\n\n{_fitting(body, notes)}\n\n{self.end}{after}"


def _fitting(body: str, notes: tuple[str, ...]) -> str:
    # A comment in it could be taken for a mark.
    blocks = body.replace("\r", "").replace("<!--", "&lt;!--").strip().split("\n\n")
    left = _MOST_CHARACTERS - sum(map(len, notes))
    kept: list[str] = []
    for block in blocks:
        left -= len(block) + 2
        if left < 0:
            kept.append(_LEFT_OUT)
            break
        kept.append(block)
    return "\n\n".join([*kept, *notes])
