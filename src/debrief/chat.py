"""A chat that was copied out of its program → the entries of a timeline, to be pruned by people.

Nobody specifies what such a copy looks like. Read is what Slack, Teams, Discord, WhatsApp, IRC
clients and their exports put on a clipboard: a line that begins with a time and a name, or a line
of a name and a time with the message below it. Every line of the log is part of a message, a line
that tells the day, one that is left out (a reaction, somebody who joined), or not understood.

The names of those who wrote are no part of what they wrote: a record is blameless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from textwrap import wrap

from debrief.nodes import FORBIDDEN
from debrief.record import Moment
from debrief.spoken_time import Placed, Spoken, Zone, placed, whole

LONGEST_EVENT, MOST_EVENTS = 600, 500
"""What the schema takes of one event, and of a timeline; a test holds them to it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``lines`` are the numbers of its lines in the log, ``name`` who wrote it."""

    lines: tuple[int, ...]
    said: Spoken
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Log:
    """A chat, line by line: each line with something on it is in exactly one of the four."""

    messages: tuple[Message, ...] = ()
    days: tuple[tuple[int, Spoken], ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    strange: tuple[tuple[int, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Those who wrote, each once, in the order in which they appear."""
        return tuple(dict.fromkeys(message.name for message in self.messages if message.name))


@dataclass(frozen=True, slots=True)
class Course:
    """The messages in time: events for a record, and what was assumed of which line.

    ``problems`` says of lines whose time cannot be told, and why; their messages are in no event.
    """

    events: tuple[dict[str, object], ...] = ()
    assumed: tuple[tuple[int, str], ...] = ()
    problems: tuple[tuple[int, str], ...] = ()
    needs_day: bool = False
    needs_zone: bool = False


def timeline(log: Log, *, day: date | None = None, zone: Zone | None = None) -> Course:
    """The messages as events, in order of time; see :func:`debrief.spoken_time.placed`.

    A message that is too long for one event becomes several, and one without words none.
    """
    stamps = [(number, said, "") for number, said in log.days]
    stamps += [(message.lines[0], message.said, message.text) for message in log.messages]
    stamps.sort(key=lambda stamp: stamp[0])
    found = placed([said for _, said, _ in stamps], day=day, zone=zone)
    # What comes after a line whose day is not known is a consequence of it, and told once.
    lost = [n for (n, _, _), place in zip(stamps, found, strict=True) if place.at is None]
    events: list[tuple[Placed, str]] = []
    assumed: list[tuple[int, str]] = []
    problems: list[tuple[int, str]] = []
    for (number, said, text), place in zip(stamps, found, strict=True):
        assumed += [(number, what) for what in place.assumed]
        if place.problem and (place.at is not None or number == lost[0] or said.two_ways):
            problems.append((number, place.problem))
        elif place.at is not None and text:
            events += [(place, part) for part in wrap(text, LONGEST_EVENT)]
    # By the instant, and as they stand in the log where that is the same.
    events.sort(key=lambda event: _instant(event[0]))
    return Course(
        tuple({"at": place.at, "event": text} for place, text in events),
        tuple(assumed),
        tuple(problems),
        day is None and bool(lost) and not any(said.two_ways for _, said, _ in stamps),
        any(place.no_zone and not place.problem for place in found),
    )


def _instant(place: Placed) -> str:
    return Moment.parse(place.at or "").start.isoformat()


# --- lines --------------------------------------------------------------------------------------

_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})(?!\d))"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,6})?)?(?:[ ]?[AaPp]\.?[Mm]\b\.?)?"
_ZONE = r"(?:Z\b|[ ]?(?:UTC|GMT)\b|[+-]\d{2}:?\d{2}\b)?"
_RELATIVE = r"(?:(?:today|yesterday)(?:,| at)?[ ]+)"
_RELATIVE_DAYS = {"yesterday": -1, "today": 0}
_RELATIVELY = re.compile(r"(?P<day>today|yesterday)(?:,| at)?[ ]+", re.IGNORECASE)
_STAMP = rf"(?:{_RELATIVE}|{_DATE}(?:T|,?[ ]+(?:at[ ]+)?))?{_CLOCK}{_ZONE}"

_FRAMED = re.compile(rf"[\[(](?P<stamp>{_STAMP})[\])][ \t]*(?P<rest>.*)", re.IGNORECASE)
_LEADING = re.compile(rf"(?P<stamp>{_STAMP})(?:[ ]+[-–—|][ ]+|[ \t]+)(?P<rest>\S.*)", re.IGNORECASE)
_TRAILING = re.compile(
    r"(?P<name>\S.{0,60}?)"
    r"(?:[ ]{2,}|\t+|[ ]*[—–|•·][ ]*|[ ]+-[ ]+|,[ ]|[ ]*(?P<open>[\[(])|[ ])"
    rf"(?P<stamp>{_STAMP})(?(open)[\])])",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"[\[(]?(?P<stamp>{_STAMP})[\])]?", re.IGNORECASE)

_ANGLED = re.compile(r"<[ @+%~&]?(?P<name>[^<>\s][^<>]{0,60})>[ \t]*(?P<text>.*)")
_ACTION = re.compile(r"\*[ ]+(?P<name>\S{1,40})[ ]+(?P<text>\S.*)")
_COLON = re.compile(r"(?P<name>[^\s:<>][^:<>]{0,60}?)[ ]?:(?:[ \t]+(?P<text>.*)|$)")
_COLUMN = re.compile(r"(?P<name>\S{1,40}(?: \S{1,40}){0,3})(?:\t+|[ ]+\|[ ]+)(?P<text>.*)")
_WORD = re.compile(r"(?P<name>[^\W\d]\S{0,40})[ ]+(?P<text>\S.*)")
_NAME = re.compile(r"@?[^\W\d_][\w.'’-]*(?:,? (?:[A-Z(]|de |van |von |da )[\w.'’()-]*){0,4}")
"""What may be a name where nothing marks it as one: at most five words, all but the first of them
with a capital."""

_DAY_CHANGED = re.compile(
    r"[-–—=*_\s]*(?:day changed(?: to)?:?|date:|log (?:opened|closed)|(?:today|yesterday),?(?= ))?"
    r"[\s,:]*(?P<day>.*?)[-–—=*_\s]*",
    re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NOTICE = re.compile(
    r"\(?edited\)?|new(?: messages?)?|unread(?: messages?)?|view (?:thread|newer replies|message)"
    r"|\d{1,4} repl(?:y|ies)\b.*|last reply\b.*|also sent to the channel|replied to a thread:?.*"
    r"|seen by .*|(?:a )?message (?:was )?deleted\.?|this message was deleted\.?|\d{1,4} reactions?"
    r"|(?::[a-z0-9_+'-]{1,40}:\s*\d{0,4}\s*)+|(?:[^\w\s]{1,8}\s?\d{0,4}\s*){1,8}"
    r"|(?:-!-|\*\*\*|-->|<--|-->\||\|<--)\s.*"
    r"|.{1,80} (?:has )?(?:joined|left)(?: (?:the )?(?:#\S+|channel|group|chat|meeting)\b.*|\.)"
    r"|.{1,80} was added(?: to (?:#\S+|the (?:channel|group|chat))\b.*| by .*)"
    r"|messages and calls are end-to-end encrypted\..*"
    r"|<media omitted>|(?:image|video|audio|gif|sticker|document|contact card) omitted"
    r"|missed (?:group )?(?:voice|video) call\b.*",
    re.IGNORECASE,
)
_SHORT = 200
"""No line that tells the day, or that a program adds, is longer; a pasted file may be."""
_EDITED = re.compile(r"\s*(?:\(edited\)|<this message was edited>)\Z", re.IGNORECASE)
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f\u2028\u2029\x0b\x0c\x1c-\x1f\x85]")
"""Other blanks, and the ends of lines inside a message that only some programs honour."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060]")


def read(text: str, order: str | None = None) -> Log:
    """What stands in a log, line by line.

    ``order`` says how dates of three numbers are meant, as in :mod:`debrief.spoken_time`.
    """
    reader = _Reader(order)
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        reader.take(number, clean(line))
    return reader.log()


def clean(line: str) -> str:
    """A line without what cannot be seen; WhatsApp and Slack put some of it around their times."""
    return FORBIDDEN.sub("", _UNSEEN.sub("", _SPACES.sub(" ", line))).rstrip()


@dataclass(slots=True)
class _Open:
    """A message that further lines may belong to; its parts are numbered lines of text."""

    head: tuple[int, ...]
    said: Spoken
    name: str
    parts: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    order: str | None
    _messages: list[_Open] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _days: list[tuple[int, Spoken]] = field(default_factory=list)
    _left_out: list[tuple[int, str]] = field(default_factory=list)
    _strange: list[tuple[int, str]] = field(default_factory=list)
    _after_gap: bool = True
    """Whether nothing, or no message, stands directly above."""
    _relative: str = ""
    """Which of today and yesterday was said last; only the step between the two tells something."""
    _heading: tuple[int, str] | None = None
    """The line above, where it follows a gap and may be the name over a time."""

    def take(self, number: int, line: str) -> None:
        text = line.strip()
        heading, self._heading = self._heading, None
        if not text:
            self._after_gap = True
            return
        after_gap, self._after_gap = self._after_gap, False
        if (day := self._day(text)) is not None:
            self._days.append((number, day))
            self._after_gap = True
        elif _is_notice(text) or self._is_relative(text):
            self._left_out.append((number, text))
        elif (opened := self._opening(number, text, heading)) is not None:
            self._messages.append(opened)
            self._names.add(opened.name)
        else:
            if _NAME.fullmatch(text) and (after_gap or text in self._names or " " in text):
                self._heading = (number, text)
            self._continue(number, text)

    def _continue(self, number: int, text: str) -> None:
        if self._messages:
            self._messages[-1].parts.append((number, text))
        else:
            self._strange.append((number, text))

    def log(self) -> Log:
        messages: list[Message] = []
        left_out = list(self._left_out)
        for one in self._messages:
            lines = (*one.head, *(number for number, _ in one.parts))
            text = " ".join(_EDITED.sub("", part) for _, part in one.parts).strip()
            if text and not _is_notice(text):
                messages.append(Message(tuple(sorted(set(lines))), one.said, one.name, text))
            else:
                shown = text or "a message without words"
                left_out += [(number, shown) for number in sorted(set(lines))]
        return Log(
            tuple(messages), tuple(self._days), tuple(sorted(left_out)), tuple(self._strange)
        )

    # What a line is.

    def _day(self, text: str) -> Spoken | None:
        """The day that a line between messages tells, and nothing else."""
        found = _DAY_CHANGED.fullmatch(text) if len(text) <= _SHORT else None
        words = found["day"].strip() if found else ""
        if words.lower() in _RELATIVE_DAYS:
            step = self._step(words)
            return Spoken(later=step) if step else None
        if words.lower() in _WEEKDAYS:
            return Spoken(weekday=_WEEKDAYS.index(words.lower()))
        said = whole(_in_full(words), self.order) if words else None
        if said is None or said.at is not None or not (said.day or said.two_ways):
            return None
        return replace(said, until_day=None)

    def _opening(self, number: int, text: str, heading: tuple[int, str] | None) -> _Open | None:
        """The message that a line opens, if it does."""
        if (found := _ALONE.fullmatch(text)) and (said := self._said(found["stamp"])):
            return self._under(number, said, heading)
        for pattern in (_FRAMED, _LEADING):
            if (found := pattern.fullmatch(text)) and (said := self._said(found["stamp"])):
                framed = pattern is _FRAMED or said.day is not None
                return self._beside(number, said, found["rest"].strip(), framed=framed)
        found = _TRAILING.fullmatch(text)
        if found and _name_of(found["name"]) and (said := self._said(found["stamp"])):
            return _Open((number,), said, _name_of(found["name"]))
        return None

    def _under(self, number: int, said: Spoken, heading: tuple[int, str] | None) -> _Open:
        """A message whose time stands in a line of its own, below the name or without one."""
        if heading is None:
            return _Open((number,), said, "")
        pile = self._messages[-1].parts if self._messages else self._strange
        pile.remove(heading)
        return _Open((heading[0], number), said, heading[1])

    def _beside(self, number: int, said: Spoken, rest: str, *, framed: bool) -> _Open | None:
        """A message behind its time; the name is marked by what follows it, or is one word."""
        for pattern in (_ANGLED, _ACTION, _COLON, _COLUMN):
            found = pattern.fullmatch(rest)
            if found and len(found["name"].split()) <= 5:
                text = (found["text"] or "").strip()
                return _Open((number,), said, found["name"], [(number, text)] if text else [])
        if not framed:
            return None  # `10:23 is when it stopped` goes on with what was being said
        if _is_notice(rest):
            return _Open((number,), said, "", [(number, rest)])
        if _NAME.fullmatch(rest) and (len(rest.split()) > 1 or said.day is None):
            return _Open((number,), said, rest)
        word = _WORD.fullmatch(rest) if said.day is not None else None
        if word:
            return _Open((number,), said, word["name"], [(number, word["text"])])
        return _Open((number,), said, "", [(number, rest)] if rest else [])

    def _said(self, stamp: str) -> Spoken | None:
        relative = _RELATIVELY.match(stamp)
        said = whole(_in_full(stamp[relative.end() :] if relative else stamp), self.order)
        if said is None or not (said.at is not None or said.two_ways):
            return None
        return replace(said, later=self._step(relative["day"]) if relative else said.later)

    def _is_relative(self, text: str) -> bool:
        """Whether a line says today or yesterday where that tells nothing new."""
        return text.strip("-–—=*_ ").lower() in _RELATIVE_DAYS

    def _step(self, word: str) -> int:
        """How many days later it is than where one of the two words was said before."""
        before, self._relative = self._relative, word.lower()
        return 0 if not before else _RELATIVE_DAYS[self._relative] - _RELATIVE_DAYS[before]


def _is_notice(text: str) -> bool:
    return len(text) <= _SHORT and _NOTICE.fullmatch(text) is not None


def _name_of(text: str) -> str:
    """A name before a time, without the mark of a program that writes; empty where it is none."""
    name = re.sub(r"[ ]+(?:APP|BOT)\Z", "", text.strip(" ,:"))
    return name if _NAME.fullmatch(name) else ""


_SHORT_YEAR = re.compile(r"\A(\d{1,2})([/.])(\d{1,2})\2(\d{2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?=\s|\Z|[AaPp])(?!\.\d)")


def _in_full(stamp: str) -> str:
    """A stamp with four digits of its year, and colons in its time of day."""
    stamp = _SHORT_YEAR.sub(r"\1\2\3\g<2>20\4", stamp)
    return _DOTTED.sub(lambda m: ":".join(filter(None, m.groups())), stamp)


def spans(lines: Sequence[int]) -> str:
    """Numbers of lines as people write them: ``3, 7 to 9``."""
    return ", ".join(_spans(sorted(lines)))


def _spans(lines: Sequence[int]) -> Iterator[str]:
    start = 0
    for index, number in enumerate(lines):
        if index + 1 < len(lines) and lines[index + 1] == number + 1:
            continue
        first = lines[start]
        yield str(first) if first == number else f"{first} to {number}"
        start = index + 1
