"""The actions of a document, from lists, checkboxes and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from debrief.adopt.outline import Block, Item, List, Row, Section, Table
from debrief.adopt.parts import (
    TITLE_LENGTH,
    Part,
    Setting,
    ids,
    shortened,
)
from debrief.spoken_time import whole

CORRECTIVE, PREVENTIVE = "corrective", "preventive"
_URL = re.compile(r"https?://[^\s<>\"]+\Z")
_SENTENCE = re.compile(r"(?<=[.!?:])\s")


@dataclass(frozen=True, slots=True)
class _Found:
    """One action as it was read; ``whole`` is whether its values say all that stands there."""

    values: dict[str, Any]
    whole: bool
    converted: tuple[str, ...] = ()


def read(section: Section, setting: Setting, kind: str | None) -> Part:
    """The actions under a heading and the headings below it.

    ``kind`` is the type to take for those that do not say theirs; without it the heading decides,
    and else they count as preventive, which is told as assumed.
    """
    found: list[_Found] = []
    complete = not section.below
    assumed = kind or _kind(section.heading.text.plain, setting)
    for part in _parts(section, setting):
        in_table = any(_is_of_actions(block, setting) for block in part.blocks)
        for block in part.blocks:
            match block:
                case List() if not in_table:
                    items = [(_item(item, setting), item) for item in block.items]
                    found += [one for one, _ in items if one]
                    complete &= all(one or _is_empty(item) for one, item in items)
                case Table():
                    rows = [(_row(row, block, setting), row) for row in block.rows]
                    found += [one for one, _ in rows if one]
                    complete &= all(one or not any(c.plain for c in r.cells) for one, r in rows)
                case _:
                    complete = False
    if not found:
        return Part()
    names = ids((one.values["title"] for one in found), "action")
    values = []
    guessed = False
    for name, one in zip(names, found, strict=True):
        guessed |= "type" not in one.values and assumed is None
        values.append({"id": name, "type": assumed or PREVENTIVE, **one.values})
    ordered = tuple({"id": v["id"], "title": v["title"], **v} for v in values)
    notes = (f"an action that does not say its type counts as {PREVENTIVE}",) if guessed else ()
    complete &= all(one.whole for one in found)
    converted = tuple(text for one in found for text in one.converted)
    heads = tuple(
        cell.plain for b in section.blocks if isinstance(b, Table) for cell in b.head.cells
    )
    return Part(
        ordered,
        range(section.start, section.end) if complete else None,
        (*heads, *converted),
        assumed=notes,
    )


def _parts(section: Section, setting: Setting) -> Iterator[Section]:
    """A section and those below it, but for what is headed as something else."""
    yield section
    for below in section.below:
        if setting.vocabulary.section(below.heading.text.plain) in (None, "actions"):
            yield from _parts(below, setting)


def _kind(heading: str, setting: Setting) -> str | None:
    """The type that a heading gives to all actions below it, if it gives one."""
    said = {
        kind
        for word in re.findall(r"\w+", heading)
        for kind in (CORRECTIVE, PREVENTIVE)
        if setting.vocabulary.says(word, kind)
    }
    return said.pop() if len(said) == 1 else None


def _item(item: Item, setting: Setting) -> _Found | None:
    text = " ".join(line.plain for line in item.lines)
    if setting.vocabulary.is_nothing(text):
        return None
    values: dict[str, Any] = {"title": _title(text)}
    links = [link for line in item.lines for link in line.links]
    simple = all(line.simple for line in item.lines) and len(links) <= 1
    if item.checked:
        values["status"] = "done"
    if len(links) == 1:
        simple &= _is_tracker(links[0])
        values |= {"tracker": links[0]} if _is_tracker(links[0]) else {}
    return _Found(values, simple and not item.more and values["title"] == text, ("x",))


def _title(text: str) -> str:
    """A title that fits: the text, or its first sentence."""
    if len(text) <= TITLE_LENGTH:
        return text
    first = _SENTENCE.split(text, maxsplit=1)[0].rstrip(":")
    return shortened(first, TITLE_LENGTH)


def _is_tracker(link: str) -> bool:
    return bool(_URL.match(link)) and len(link) <= 2000


_COLUMNS = ("action", "action_owner", "due", "done", "tracker", "type")


def _is_empty(item: Item) -> bool:
    return not item.more and not any(line.plain for line in item.lines)


def _is_of_actions(block: Block, setting: Setting) -> bool:
    """Whether it is a table of actions; what is listed beside it are remarks."""
    heads = block.head.cells if isinstance(block, Table) else ()
    return any(setting.vocabulary.column(head.plain, ("action",)) for head in heads)


def _row(row: Row, table: Table, setting: Setting) -> _Found | None:
    """The action of a row; None where there is none, or no column for actions."""
    words = setting.vocabulary
    columns: list[str | None] = []
    for head in table.head.cells:
        free = [key for key in _COLUMNS if key not in columns]
        columns.append(words.column(head.plain, free))
    cells = {key: row.cells[i] for i, key in enumerate(columns) if key}
    if "action" not in cells or words.is_nothing(cells["action"].plain):
        return None
    title = cells["action"].plain
    values: dict[str, Any] = {"title": _title(title)}
    complete = values["title"] == title and cells["action"].simple
    complete &= not cells["action"].links
    complete &= not any(row.cells[i].plain for i, key in enumerate(columns) if not key)
    converted = []
    for key, cell in cells.items():
        if key == "action" or not cell.plain:
            continue
        told = _told(key, cell.plain, cell.links, setting)
        complete &= bool(told) or words.is_nothing(cell.plain)
        values |= told
        converted.append(cell.plain)
    return _Found(values, complete, tuple(converted))


def _told(key: str, text: str, links: tuple[str, ...], setting: Setting) -> dict[str, Any]:
    """What a cell says, as keys of an action; nothing where it is not understood."""
    words = setting.vocabulary
    if key == "action_owner":
        owner = setting.names.owner(text)
        return {"owner": owner} if owner else {}
    if key == "due":
        due = _day(text, setting)
        return {"due": due} if due else {}
    if key == "tracker":
        link = links[0] if len(links) == 1 and links[0] == text else text
        return {"tracker": link} if _is_tracker(link) and len(links) <= 1 else {}
    if key == "type":
        kinds = [kind for kind in (CORRECTIVE, PREVENTIVE) if words.says(text, kind)]
        return {"type": kinds[0]} if len(kinds) == 1 else {}
    states = [s for s in ("done", "open", "in-progress", "not-doing") if words.says(text, s)]
    return {"status": states[0]} if len(states) == 1 else {}


def _day(text: str, setting: Setting) -> str | None:
    """The date that a text is, and nothing more."""
    spoken = whole(text, setting.order)
    if spoken is None or spoken.day is None or spoken.day.year is None or spoken.at is not None:
        return None
    found = spoken.day.in_year(spoken.day.year)
    return found.isoformat() if found else None
