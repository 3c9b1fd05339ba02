"""What a document says of itself in labels: front matter, tables of two columns, ``Key: value``."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from debrief.adopt.headings import CLOCK_FIELDS, ROLE_FIELDS, normalised
from debrief.adopt.outline import Block, List, Outline, Paragraph, Row, Section, Table, Text
from debrief.adopt.parts import Setting
from debrief.nodes import DocumentError, parse_yaml, plain_values
from debrief.spoken_time import Placed, Zone, ZoneError, day_in, placed, stated_zone, whole

_LABEL = re.compile(r"([^:]{1,60}?)\s*:\s*(.*)\Z", re.DOTALL)
_SEVERITY = re.compile(r"sev(?:erity)?[ -]?([1-4])(?P<rest>\Z|\s*[(,–-].*)", re.IGNORECASE)
_NUMBERED = re.compile(r"https?://|#?\d+\Z|#?\d{3,}\b|[A-Za-z]+[-_# ]?\d+\b")
"""How a reference to a ticket or an incident begins: an address, a number, ``INC-7``."""
_TO_FILL_IN = re.compile(r"(?:\[[^\]]*\]|<[^>]*>|\{+[^}]*\}+|@name|YYYY-MM-DD)\Z", re.IGNORECASE)
"""What a template has where a value belongs."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One label with what stands behind it; ``line`` counts from 1."""

    line: int
    key: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one block; ``complete`` where the block is nothing but facts that are known."""

    lines: range
    facts: tuple[Fact, ...]
    complete: bool
    said: str
    """All words that stand there."""


# --- front matter of another tool ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of a document, of whatever tool: its text, and what it says."""

    language: str
    text: str
    end: int
    """The first line behind it, counted from 0."""
    values: Mapping[str, Any]


_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"[\w-]+\s*:")
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def front_matter(text: str) -> Front | None:
    """The front matter of a text, in YAML, TOML or JSON; None where it begins otherwise.

    What cannot be read as such is kept as it is, and says nothing.
    """
    if found := _YAML.match(text):
        return _yaml(found, text)
    if found := _TOML.match(text):
        try:
            return _front("toml", found, text, tomllib.loads(found[1]))
        except (tomllib.TOMLDecodeError, RecursionError):
            return _front("toml", found, text, {})
    return _json(text) if text.startswith("{") else None


def _yaml(found: re.Match[str], text: str) -> Front | None:
    try:
        values = plain_values(parse_yaml(found[1], 2))
    except DocumentError:
        # Between two rules across the page may stand prose.
        return _front("yaml", found, text, {}) if _KEY.match(found[1]) else None
    return _front("yaml", found, text, values) if isinstance(values, dict) and values else None


def _json(text: str) -> Front | None:
    try:
        given, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if text[end:].partition("\n")[0].strip():
        return None
    lines = text.count("\n", 0, end) + 1
    return Front("json", text[:end], lines, given) if isinstance(given, dict) else None


def _front(language: str, found: re.Match[str], text: str, values: Mapping[str, Any]) -> Front:
    return Front(language, found[1].rstrip("\n"), text.count("\n", 0, found.end()), values)


def of_front(front: Front) -> Iterator[tuple[str, str]]:
    """The keys of front matter whose value is one text, a number or a date, with the text."""
    for key, value in front.values.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if text is not None and not isinstance(text, dict):
            yield str(key).replace("_", " "), " ".join(str(text).split())


# --- blocks → facts ------------------------------------------------------------------------------


def groups(outline: Outline, front: Front | None, setting: Setting) -> Iterator[Group]:
    """Every group of facts in a document, in its order."""
    if front is not None:
        found = list(of_front(front))
        facts = [
            Fact(1, key, label, value)
            for label, value in found
            if (key := setting.vocabulary.field(label)) is not None
        ]
        complete = bool(facts) and len(facts) == len(front.values)
        yield Group(range(front.end), tuple(facts), complete, front.text)
    for block in outline.preamble:
        yield from _of_block(block, setting)
    for section in outline.walk():
        meaning = setting.vocabulary.section(section.heading.text.plain)
        if meaning == "metadata":
            for block in section.blocks:
                yield from _of_block(block, setting)
        elif meaning in (None, "executive summary"):
            for block in section.blocks:
                if isinstance(block, Table):
                    yield from _of_block(block, setting)
            yield from _of_section(section, setting)


def _of_section(section: Section, setting: Setting) -> Iterator[Group]:
    """A heading that is a label, with one line below it or with its value behind a colon."""
    label, value = _split(section.heading.text)
    own = setting.vocabulary.field(label) if label else None
    if own and value.plain and not section.below and not section.blocks:
        fact = Fact(section.start + 1, own, label or "", value.plain)
        lines = range(section.start, section.heading.end)
        yield Group(lines, (fact,), value.simple and not value.links, section.heading.text.plain)
        return
    key = setting.vocabulary.field(section.heading.text.plain)
    if key is None or section.below or len(section.blocks) != 1:
        return
    block = section.blocks[0]
    labelled = list(_of_block(block, setting))
    if labelled:
        yield from labelled
    elif isinstance(block, Paragraph) and len(block.lines) == 1:
        line = block.lines[0]
        fact = Fact(block.start + 1, key, section.heading.text.plain, line.plain)
        said = f"{section.heading.text.plain} {line.plain}"
        plain = line.simple and not line.links
        yield Group(range(section.start, section.end), (fact,), plain, said)


def _of_block(block: Block, setting: Setting) -> Iterator[Group]:
    pairs = list(_pairs(block))
    facts = []
    known = True
    for line, label, text in pairs:
        key = setting.vocabulary.field(label) if label else None
        blank = setting.vocabulary.is_nothing(text.plain) or _TO_FILL_IN.match(text.plain)
        if key is None or blank:
            known &= label is not None and key is not None and not text.plain
            continue
        known &= text.simple and not text.links
        facts.append(Fact(line + 1, key, label or "", text.plain))
    if facts:
        said = " ".join(f"{label or ''} {text.plain}" for _, label, text in pairs)
        yield Group(range(block.start, block.end), tuple(facts), known, said)


def _pairs(block: Block) -> Iterator[tuple[int, str | None, Text]]:
    """The lines of a block as labels and what stands behind them; no label where there is none."""
    if isinstance(block, Paragraph):
        for number, text in enumerate(block.lines):
            yield block.start + number, *_split(text)
    elif isinstance(block, List):
        for item in block.items:
            text = item.lines[0] if item.lines else Text("")
            alone = not item.more and len(item.lines) == 1
            yield item.start, *(_split(text) if alone else (None, text))
    elif isinstance(block, Table):
        for row in (block.head, *block.rows):
            yield from _cells(row)


def _cells(row: Row) -> Iterator[tuple[int, str | None, Text]]:
    """A row of labels, each with its value in the next cell."""
    cells = row.cells
    for index in range(0, len(cells) - 1, 2):
        if cells[index].plain or cells[index + 1].plain:
            yield row.start, cells[index].plain.rstrip(": "), cells[index + 1]
    if len(cells) % 2 and cells[-1].plain:
        yield row.start, None, cells[-1]


def _split(text: Text) -> tuple[str | None, Text]:
    found = _LABEL.match(text.plain)
    if found is None:
        return None, text
    return found[1], Text(found[2], text.links, text.simple)


# --- facts → values ------------------------------------------------------------------------------


@dataclass
class Understood:
    """What the facts of a document come to; the first of two that say the same counts."""

    values: dict[str, Any] = field(default_factory=dict)
    day: date | None = None
    day_from: str = ""
    zone: Zone | None = None
    zone_said: str = ""
    approximate: bool = False
    taken: list[range] = field(default_factory=list)
    converted: list[str] = field(default_factory=list)
    assumed: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unplaced: list[tuple[int, str]] = field(default_factory=list)
    wanted: dict[str, str] = field(default_factory=dict)
    """What is said and needs an answer: the key → the document's own words for it."""


def understood(found: Iterable[Group], setting: Setting) -> Understood:
    """The values that facts come to. A block leaves the body where all of its facts are held."""
    found = list(found)
    result = Understood()
    facts = [fact for group in found for fact in group.facts]
    for fact in facts:
        if fact.key == "zone" and result.zone is None:
            _take_zone(fact, result)
    for key in ("started_at", "date"):
        for fact in facts:
            if fact.key == key and result.day is None:
                _take_day(fact, setting, result)
    for group in found:
        held = [_take(fact, setting, result) for fact in group.facts]
        if group.complete and held and all(held):
            result.taken.append(group.lines)
            result.converted.append(group.said)
    return result


def _take_zone(fact: Fact, result: Understood) -> None:
    try:
        result.zone = stated_zone(f"Time zone: {fact.value}") or Zone.named(fact.value)
        result.zone_said = f"{fact.label}: {fact.value}"
    except ZoneError as error:
        result.unplaced.append((fact.line, str(error)))


def _take_day(fact: Fact, setting: Setting, result: Understood) -> None:
    day, doubt = day_in(fact.value, setting.order)
    if day:
        result.day, result.day_from = day, f"`{fact.label}` in line {fact.line}"
    elif doubt:
        result.unplaced.append((fact.line, doubt))


def _take(fact: Fact, setting: Setting, result: Understood) -> bool:
    """Put a fact into the values; whether they hold all that it says."""
    key, value = fact.key, fact.value
    if key in result.values:
        return str(result.values[key]) == value
    if key in ("owner", *ROLE_FIELDS):
        return _take_owner(fact, setting, result)
    if key == "reference" and not _NUMBERED.match(value):
        return False
    if key in ("title", "reference", "trigger") and len(value) <= _LIMITS[key]:
        result.values[key] = value
        return True
    if key in CLOCK_FIELDS:
        return _take_moment(fact, setting, result)
    takers = {"date": _is_day, "zone": _is_zone, "severity": _take_severity, "assets": _take_assets}
    return takers[key](fact, setting, result) if key in takers else False


def _is_zone(fact: Fact, _: Setting, result: Understood) -> bool:
    return result.zone is not None and result.zone_said == f"{fact.label}: {fact.value}"


def _is_day(fact: Fact, setting: Setting, result: Understood) -> bool:
    spoken = whole(fact.value, setting.order)
    if spoken is None or spoken.day is None or result.day is None:
        return False
    alone = spoken.at is None and spoken.until_day is None and not spoken.approximate
    return alone and spoken.day.in_year(result.day.year) == result.day


def _take_owner(fact: Fact, setting: Setting, result: Understood) -> bool:
    owner = setting.names.owner(fact.value)
    if owner:
        result.values[fact.key] = owner
    else:
        result.notes.append(f"line {fact.line}: `{fact.value[:60]}` is no owner of the catalog")
    return owner is not None


_LIMITS = {"title": 160, "reference": 500, "trigger": 300}


def _take_moment(fact: Fact, setting: Setting, result: Understood) -> bool:
    spoken = whole(fact.value, setting.order)
    if spoken is None:
        if any(character.isdigit() for character in fact.value):
            result.unplaced.append((fact.line, f"`{fact.value[:60]}` is no time that can be read"))
        return False
    zone = setting.zone or result.zone or setting.fallback
    [place] = placed([spoken], day=setting.day or result.day, zone=zone)
    place = Placed(place.at, None, place.approximate, place.assumed, place.problem, place.no_zone)
    if place.problem:
        result.unplaced.append((fact.line, place.problem))
    if place.at is None:
        return False
    result.assumed.update(dict.fromkeys(place.assumed))
    result.values[fact.key] = place.at
    result.approximate |= place.approximate
    if place.no_zone and not place.problem:
        result.notes.append(f"line {fact.line}: the time has no zone: give --zone")
    return not place.no_zone and not place.problem and spoken.until is None


def _take_severity(fact: Fact, setting: Setting, result: Understood) -> bool:
    value = fact.value
    bare_number = value.isdecimal() and normalised(fact.label).startswith("sev")
    if found := _SEVERITY.match(f"sev{value}" if bare_number else value):
        result.values["severity"] = f"sev{found[1]}"
        return not found["rest"]
    if (known := setting.severities.get(value.casefold())) is not None:
        result.values["severity"] = known
        result.assumed[f"severity `{value}` means {known}, as the review says"] = None
    elif len(value) <= 40:
        result.wanted.setdefault("severity", value)
    return False


def _take_assets(fact: Fact, setting: Setting, result: Understood) -> bool:
    names = re.split(r"\s*[,;]\s*|\s+and\s+", fact.value)
    names = [name for name in names if not setting.vocabulary.is_nothing(name)]
    found = [setting.names.asset(name) for name in names]
    known = list(dict.fromkeys(filter(None, found)))
    if known:
        result.values["assets"] = known
    for name, asset in zip(names, found, strict=True):
        if asset is None:
            words = f"`{name[:60]}` is no asset of the catalog"
            result.notes.append(f"line {fact.line}: {words}")
    return bool(known) and None not in found
