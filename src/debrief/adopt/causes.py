"""The causes of a document: bullets, or one short paragraph, under a heading for them."""

from __future__ import annotations

from debrief.adopt.outline import Block, List, Paragraph, Section
from debrief.adopt.parts import STATEMENT_LENGTH, Part, Setting, shortened

ROOT, CONTRIBUTING = "root", "contributing"


def read(section: Section, setting: Setting, role: str) -> Part:
    """The causes under a heading; ids are given where those of all sections are known."""
    statements: list[str] = []
    complete = not section.below
    lists = [block for block in section.blocks if isinstance(block, List)]
    complete &= len(section.blocks) == max(len(lists), 1)
    for block in lists or section.blocks:
        found, exact = _of_block(block, setting)
        statements += found
        complete &= exact
    if len(section.blocks) > 1 and not lists:
        return Part()  # several paragraphs are an analysis, and no list of causes
    values = tuple({"role": role, "statement": s} for s in statements)
    if not values:
        return Part()
    taken = range(section.start, section.end) if complete else None
    return Part(values, taken)


def _of_block(block: Block, setting: Setting) -> tuple[list[str], bool]:
    if isinstance(block, List):
        exact = True
        found = []
        for item in block.items:
            text = " ".join(line.plain for line in item.lines)
            if setting.vocabulary.is_nothing(text):
                exact &= not text and not item.more
                continue
            plain = all(line.simple and not line.links for line in item.lines)
            exact &= plain and not item.more and item.checked is None
            exact &= len(text) <= STATEMENT_LENGTH
            found.append(shortened(text, STATEMENT_LENGTH))
        return found, exact
    if isinstance(block, Paragraph):
        text = " ".join(line.plain for line in block.lines)
        if len(text) <= STATEMENT_LENGTH and not setting.vocabulary.is_nothing(text):
            return [text], all(line.simple and not line.links for line in block.lines)
    return [], False
