"""One document → what a record of it would hold, and what a person should know of that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from debrief.adopt import actions, body, causes, facts, mentioned, timeline, titles, verbatim
from debrief.adopt.adoption import NONE, Adoption, Choices, Original
from debrief.adopt.headings import CLOCK_FIELDS, ROLE_FIELDS, Vocabulary
from debrief.adopt.outline import Paragraph, Section
from debrief.adopt.parts import HEADING_LENGTH, Part, Setting, ids
from debrief.prose import SECTIONS
from debrief.spoken_time import Zone, ZoneError, stated_zone

SUMMARY_MOST = 400
HEADINGS_MOST = 50 - len(SECTIONS)
"""How many headings of parts that leave the body a record remembers; the schema allows for those
of its sections too."""

_SENTENCE = re.compile(r"\w.*[.!?…][)\]\"'”’»*_]*\Z", re.DOTALL)


def recognise(original: Original, setting: Setting, choices: Choices) -> Adoption:
    """Read a document. ``setting`` has what counts for all, ``choices`` what counts for this one.

    Raises :class:`ZoneError` where the zone that was chosen is none.
    """
    return _Recognition(original, setting, choices).done()


class _Recognition:
    def __init__(self, original: Original, setting: Setting, choices: Choices) -> None:
        self.original, self.choices = original, choices
        zone = Zone.named(choices.zone) if choices.zone else None
        self.setting = replace(setting, zone=zone)
        self.words: Vocabulary = setting.vocabulary
        self.front = facts.front_matter(original.text)
        self.lines = original.text.split("\n")
        self.dropped: list[range] = []
        self.moved: list[str] = []
        self.converted: list[str] = []
        self.recognised: list[str] = []
        self.assumed: dict[str, None] = {}
        self.left: list[str] = []
        self.unplaced: list[tuple[int, str]] = []
        self.headings: list[str] = []
        self.values: dict[str, Any] = {}
        self.titled = titles.titled(original.text, self.front.end if self.front else 0, self.words)
        self.outline = self.titled.outline

    def done(self) -> Adoption:
        groups = list(facts.groups(self.outline, self.front, self.setting))
        self.facts = facts.understood(groups, self._with_zone(None))
        self._day()
        self.setting = replace(self.setting, day=self.day)
        self.facts = facts.understood(groups, self._with_zone(self.facts.zone))
        title = self._title()
        self._take_facts()
        self._timeline()
        self._causes()
        self._actions()
        self._summary()
        self._language()
        text, notes = self._body()
        self.left += notes
        return Adoption(
            title,
            self.day,
            self._ordered(title),
            text,
            tuple(dict.fromkeys(self.moved)),
            tuple(self.converted),
            tuple(self.recognised),
            tuple(self.assumed),
            tuple(self.left),
            tuple(sorted(set(self.unplaced))),
            self.needs_zone,
            None if self.choices.severity else self.facts.wanted.get("severity"),
            mentioned.assets(self.original.text, self.setting.names, self.values.get("assets", ())),
            self.day_from,
            () if self.day else mentioned.dates(self.lines, self.setting.order),
        )

    # --- title and date

    def _title(self) -> str:
        title = titles.title_of(
            self.titled,
            self.original.path,
            chosen=self.choices.title,
            told=str(self.facts.values.pop("title", "")),
            day=self.day,
            order=self.setting.order,
        )
        if title.made_up:
            self.assumed[f"the title is made of the name of the file: {title.text}"] = None
        if title.cut:
            self.left.append("the title is longer than 160 characters: it is cut, and stays whole")
        if title.dropped is not None:
            self.dropped.append(title.dropped)
        self.converted += title.converted
        self.moved.append("title")
        return title.text

    def _day(self) -> None:
        """The day the incident started, by what says it most clearly; others are compared."""
        candidates = list(self._days())
        self.day, self.day_from = None, ""
        if self.choices.day:
            said = (where for day, where in candidates if day == self.choices.day)
            self.day, self.day_from = self.choices.day, next(said, "the review")
        elif candidates:
            self.day, self.day_from = candidates[0]
        for day, where in candidates[1:]:
            if day != self.day and not self.choices.day:
                self.assumed[
                    f"the incident began on {self.day}, by {self.day_from}; {where} says {day}"
                ] = None

    def _days(self) -> Iterator[tuple[date, str]]:
        if self.facts.day:
            yield self.facts.day, self.facts.day_from
        for section in self._sections("timeline"):
            if first := self._first_day(section):
                yield first
                break
        names = titles.days_in_names(self.titled, self.original.path, self.setting.order)
        for day, where, doubt in names:
            if doubt:
                self.unplaced.append((1, f"{where}: {doubt}"))
            else:
                yield day, where

    def _first_day(self, section: Section) -> tuple[date, str] | None:
        part = timeline.read(section, self._with_zone(self.facts.zone))
        if not part.values:
            return None
        started = timeline.clock_points(part.values, self.words).get("started_at")
        first = started or min(str(event["at"]) for event in part.values)
        where = "the start in the timeline" if started else "the first time of the timeline"
        return date.fromisoformat(first[:10]), where

    # --- parts

    def _with_zone(self, zone: Zone | None) -> Setting:
        """The setting, with the zone that the document gives for all of its times."""
        general = zone or self._general_zone()
        return replace(self.setting, fallback=general or self.setting.fallback)

    def _general_zone(self) -> Zone | None:
        for block in self.outline.preamble:
            if isinstance(block, Paragraph):
                for line in block.lines:
                    try:
                        if zone := stated_zone(line.plain):
                            return zone
                    except ZoneError as error:
                        self.unplaced.append((block.start + 1, str(error)))
        return None

    def _sections(self, *meanings: str) -> list[Section]:
        """The outermost sections of a meaning, in the order of the document."""
        found: list[Section] = []
        for section in self.outline.walk():
            inside = bool(found) and section.start < found[-1].end
            if not inside and self.words.section(section.heading.text.plain) in meanings:
                found.append(section)
        return found

    def _take_facts(self) -> None:
        told = self.facts
        start = str(told.values.get("started_at", self.day))
        for taken, said in zip(told.taken, told.converted, strict=True):
            if start[:10] != str(self.day):
                continue  # the person says another day: what the document says stays readable
            if verbatim.holds((said,), self._text_of(taken)):
                self.dropped.append(taken)
                self.converted.append(said)
        self.assumed.update(told.assumed)
        self.left += told.notes
        self.unplaced += told.unplaced
        for key, value in told.values.items():
            self.values[key] = value
            self.recognised.append(f"{_spelled(key)}: {_shown(value)}")
        if any(taken.start == 0 for taken in self.dropped) and self.front:
            self.front = None

    def _text_of(self, lines: range) -> str:
        return "\n".join(self.lines[lines.start : lines.stop])

    def _timeline(self) -> None:
        events: list[dict[str, Any]] = []
        zones: list[str] = []
        declared = False
        self.needs_zone = False
        sections = self._sections("timeline")
        if len(sections) > 1:
            self.left.append(
                f"it has {len(sections)} timelines, read as one: if they are of several incidents, "
                "split the document"
            )
        for section in sections:
            part = timeline.read(section, self._with_zone(self.facts.zone))
            self.unplaced += part.unplaced
            if not part.values:
                continue
            part = self._within(part, events, 500)
            events += part.values
            self.needs_zone |= bool(part.left)
            declared |= part.by_default
            self._take_part(
                part,
                "timeline",
                section,
                _counted(len(part.values), "timeline entry", "timeline entries"),
            )
            if part.zone:
                zones.append(part.zone)
                if part.taken:
                    self.moved.append("imported.times")
        self.needs_zone |= any("no zone" in note for note in self.facts.notes)
        for key, at in timeline.clock_points(events, self.words).items():
            if key not in self.values:
                self.values[key] = at
                self.recognised.append(f"{_spelled(key)}: {at}, as the timeline calls it")
        if events:
            self.values["timeline"] = events
        self.times = "; ".join(zones) or self._zone_in_words(declared=declared)

    def _zone_in_words(self, *, declared: bool) -> str:
        """The zone of the document's times, where its timeline does not name it."""
        if self.facts.zone:
            return self.facts.zone_said
        zone = self.choices.zone or (getattr(self.setting.fallback, "name", "") if declared else "")
        return f"{zone}, declared when it was adopted" if zone else ""

    def _causes(self) -> None:
        found: list[dict[str, Any]] = []
        for meaning, role in (
            ("root cause", causes.ROOT),
            ("contributing factors", causes.CONTRIBUTING),
        ):
            for section in self._sections(meaning):
                part = causes.read(section, self.setting, role)
                if part.values:
                    part = self._within(part, found, 50)
                    found += part.values
                    kind = "root cause" if role == causes.ROOT else "contributing factor"
                    told = _counted(len(part.values), kind, f"{kind}s")
                    self._take_part(part, "causes", section, told)
        names = ids((str(cause["statement"]) for cause in found), "cause")
        if found:
            self.values["causes"] = [
                {"id": name, **cause} for name, cause in zip(names, found, strict=True)
            ]

    def _actions(self) -> None:
        found: list[dict[str, Any]] = []
        for section in self._sections("actions"):
            part = actions.read(section, self.setting, self.choices.action_type)
            if part.values:
                part = self._within(part, found, 100)
                found += part.values
                told = _counted(len(part.values), "action", "actions")
                self._take_part(part, "actions", section, told)
        names = ids((str(action["title"]) for action in found), "action")
        if found:
            self.values["actions"] = [
                {**action, "id": name} for name, action in zip(names, found, strict=True)
            ]

    def _within(self, part: Part, before: Sequence[object], most: int) -> Part:
        """A part with as many values as a record takes; what is more stays in the body."""
        room = most - len(before)
        if len(part.values) <= room:
            return part
        self.left.append(f"a record takes {most} of them; the others stay in the body")
        return replace(part, values=part.values[:room], taken=None)

    def _take_part(self, part: Part, key: str, section: Section, told: str) -> None:
        heading = section.heading.text.plain
        self.assumed.update(dict.fromkeys(part.assumed))
        self.left += part.left
        kept = (*verbatim.texts(part.values), *part.converted, heading, part.zone or "")
        remembered = len(self.headings) < HEADINGS_MOST and len(heading) <= HEADING_LENGTH
        if part.taken and remembered and verbatim.holds(kept, self._text_of(part.taken)):
            self.dropped.append(part.taken)
            self.moved.append(key)
            self.converted += part.converted
            self.headings.append(heading)
            self.recognised.append(f"{told}; nothing of `{heading}` is left for the body")
        else:
            self.recognised.append(f"{told}; `{heading}` stays in the body too, whole")

    def _summary(self) -> None:
        for section in self._sections("executive summary")[:1]:
            paragraphs = [b for b in section.blocks if isinstance(b, Paragraph)]
            if not paragraphs or paragraphs[0] is not section.blocks[0]:
                continue
            lines = paragraphs[0].lines
            text = " ".join(line.plain for line in lines)
            sentence = _SENTENCE.search(text) and len(text) <= SUMMARY_MOST
            if sentence and all(x.simple for x in lines):
                self.values["summary"] = text
                self.recognised.append(
                    f"summary, from the first paragraph of `{section.heading.text.plain}`"
                )

    def _language(self) -> None:
        headings = [section.heading.text.plain for section in self.outline.walk()]
        known = self.words.language(headings)
        self.language = self.choices.language or (known if known != "en" else None)
        self.language = None if self.language == NONE else self.language
        if self.language and not self.choices.language:
            self.assumed[f"it is written in `{self.language}`, by its headings"] = None

    # --- what comes of it

    def _body(self) -> tuple[str, list[str]]:
        lines = list(self.lines)
        made = body.written(lines, self.outline, self.dropped, self.words)
        text, notes = made.text, list(made.notes)
        self.headings += made.renamed
        if self.front is not None:
            fence = "```" if "```" not in self.front.text else "~~~~~~"
            text = f"{text}\n\n{fence}{self.front.language}\n{self.front.text}\n{fence}"
            notes.append("its front matter stands at the end of the body, as it was")
        return text.strip("\n"), notes

    def _chosen(self, choice: str | None, key: str) -> str | None:
        value = choice or self.values.get(key)
        return value if value != NONE else None

    def _ordered(self, title: str) -> dict[str, Any]:
        told = self.values
        incident: dict[str, Any] = {
            key: told[key] for key in ("reference", "trigger", *CLOCK_FIELDS) if key in told
        }
        stated = incident.get("started_at", "")
        if self.day and stated and stated[:10] != str(self.day):
            self.assumed[f"it started on {self.day}; the document says {stated}"] = None
            del incident["started_at"]
        if "started_at" not in incident and self.day:
            incident["started_at"] = self.day.isoformat()
            incident = {
                k: incident[k] for k in ("reference", "trigger", *CLOCK_FIELDS) if k in incident
            }
        if any("T" not in incident[key] for key in CLOCK_FIELDS if key in incident):
            incident["precision"] = "day"
        if self.facts.approximate:
            incident["approximate"] = True
        assets = self.choices.assets or tuple(told.get("assets", ()))
        assets = () if NONE in assets else assets
        imported: dict[str, Any] = {"source": self.original.source}
        if self.original.commit:
            imported["commit"] = self.original.commit
        if self.language:
            imported["language"] = self.language
        if self.headings:
            imported["headings"] = self.headings
            self.moved.append("imported.headings")
        if self.times:
            imported["times"] = self.times[:300]
        values: dict[str, Any] = {
            "title": title,
            "summary": told.get("summary"),
            "status": self.choices.status,
            "severity": self._chosen(self.choices.severity, "severity"),
            "owner": self._chosen(self.choices.owner, "owner"),
            "incident": incident,
            "assets": [{"asset": asset} for asset in assets],
            "roles": {key: told[key] for key in ROLE_FIELDS if key in told},
            "timeline": told.get("timeline"),
            "causes": told.get("causes"),
            "actions": told.get("actions"),
            "imported": imported,
        }
        return {key: value for key, value in values.items() if value}


def _spelled(key: str) -> str:
    return key.removesuffix("_at").replace("_", " ")


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
