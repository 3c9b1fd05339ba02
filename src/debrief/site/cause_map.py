"""The cause map: the causes of an outage, the actions that address them, and lines between.

Causes stand on the left and actions on the right, in an order in which few lines cross. It is drawn
twice, wide and narrow, because a drawing that is made small enough for a phone cannot be read; the
style sheet shows the one that fits. All measures are in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from debrief import words
from debrief.record import Action, Cause, Postmortem
from debrief.site import drawing


@dataclass(frozen=True, slots=True)
class Format:
    """How large things are: the two columns, the room between them, the type, the most lines."""

    name: str
    column: int
    between: int
    size: int
    lines: int

    @property
    def right(self) -> int:
        """Where the column of the actions begins."""
        return self.column + self.between

    @property
    def width(self) -> int:
        """The whole width."""
        return self.right + self.column


WIDE = Format("wide", column=280, between=100, size=12, lines=5)
NARROW = Format("narrow", column=151, between=38, size=11, lines=7)

LARGE = 9
"""With more boxes it is drawn once, as narrow as a phone: twice would make the page heavy."""

_LABEL = 11
_LEADING = 15
_PADDING = 10
_POINT = 10
_GAP = 10
_TOP = 24
"""Where the columns begin, under their headings."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cause, an action, or the place where an action is missing.

    ``kind`` is what it is (a class of the style sheet): root, contributing, none, or the state of
    an action. ``label`` and ``lines`` are the text, as broken; ``link`` is an anchor or nothing.
    """

    kind: str
    link: str
    x: int
    y: float
    width: int
    height: int
    label: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Where lines begin and end."""
        return self.y + self.height / 2

    @property
    def outline(self) -> str:
        """The shape of a root cause: it points to what came of it."""
        side, half = self.width - _POINT, drawing.coordinate(self.height / 2)
        start = f"M{self.x} {drawing.coordinate(self.y)}"
        return f"{start}h{side}l{_POINT} {half}-{_POINT} {half}h-{side}z"

    @property
    def rows(self) -> Iterator[tuple[str, str, bool]]:
        """Each line of text with its vertical place, and whether it belongs to the label."""
        told = [(text, True) for text in self.label] + [(text, False) for text in self.lines]
        for number, (text, is_label) in enumerate(told, 1):
            yield text, drawing.coordinate(self.y + _PADDING - 4 + number * _LEADING), is_label

    @property
    def top(self) -> str:
        """``y`` as SVG has it."""
        return drawing.coordinate(self.y)


@dataclass(frozen=True, slots=True)
class Line:
    """What leads from a cause to an action, or to the place where one is missing."""

    path: str
    dashed: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A cause map, ready for its template."""

    format: Format
    height: int
    causes: tuple[Box, ...]
    actions: tuple[Box, ...]
    lines: tuple[Line, ...]
    description: str


@dataclass(frozen=True, slots=True)
class _Item:
    """What a box will hold, and the numbers of the boxes on the left that lead to it."""

    kind: str
    link: str
    label: str
    text: str
    leads_from: tuple[int, ...] = ()


def drawings(record: Postmortem, today: date) -> tuple[Drawing, ...]:
    """The cause map of a record in each format; none where no action addresses a cause."""
    causes = (*record.root_causes, *record.contributing_factors)
    right = _ordered(record.actions, causes, today)
    if not any(item.leads_from for item in right if item.kind != NONE):
        return ()
    left = [_cause(cause) for cause in causes]
    formats = (WIDE, NARROW) if len(left) + len(right) <= LARGE else (NARROW,)
    return tuple(_draw(left, right, format_) for format_ in formats)


# --- what is drawn ------------------------------------------------------------------------------

NONE = "none"
"""The kind of the box that stands where a cause has no action."""


def _cause(cause: Cause) -> _Item:
    role = "Root cause" if cause.role == "root" else "Contributing factor"
    label = f"{role}, {cause.condition}" if cause.condition else role
    return _Item(cause.role, f"cause-{cause.id}", label, _plain(cause.statement))


def _action(action: Action, leads_from: tuple[int, ...], today: date) -> _Item:
    kind = "overdue" if action.days_overdue(today) else action.status
    label = f"{words.term(action.type)}, {_state(action, today)}"
    return _Item(kind, f"action-{action.id}", label, _plain(action.title), leads_from)


def _plain(text: str) -> str:
    """A text without the backticks that set code apart: a drawing has one typeface."""
    return text.replace("`", "")


def _state(action: Action, today: date) -> str:
    if action.unrecorded:
        return "not recorded"
    timing = words.timing(action, today) if action.is_open else ""
    return words.lower_term(action.status) + (f", {timing}" if timing else "")


def _ordered(actions: Sequence[Action], causes: Sequence[Cause], today: date) -> list[_Item]:
    """The boxes on the right, each at the mean of its causes; those without a cause come last."""
    numbers = {cause.id: number for number, cause in enumerate(causes)}
    items = [
        _action(action, tuple(sorted(numbers[n] for n in action.addresses if n in numbers)), today)
        for action in actions
    ]
    addressed = {number for item in items for number in item.leads_from}
    missing = (number for number in range(len(causes)) if number not in addressed)
    items += [_Item(NONE, "", "No action", "", (number,)) for number in missing]
    return sorted(items, key=lambda item: _mean(item.leads_from, len(causes)))


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


# --- where it goes ------------------------------------------------------------------------------


def _draw(left: Sequence[_Item], right: Sequence[_Item], form: Format) -> Drawing:
    causes = [_box(item, 0, form) for item in left]
    actions = [_box(item, form.right, form) for item in right]
    pairs = [(start, end) for end, item in enumerate(right) for start in item.leads_from]
    bottom = _TOP + max(_height(causes), _height(actions))
    # The higher column is stacked; the boxes of the other go to where their lines lead.
    if _height(causes) > _height(actions):
        causes = _placed(causes, [0] * len(causes), bottom)
        back = [(end, start) for start, end in pairs]
        actions = _placed(actions, _wanted(len(actions), back, causes, bottom), bottom)
    else:
        actions = _placed(actions, [0] * len(actions), bottom)
        causes = _placed(causes, _wanted(len(causes), pairs, actions, bottom), bottom)
    lines = tuple(_line(causes[start], actions[end]) for start, end in pairs)
    return Drawing(form, bottom + 1, tuple(causes), tuple(actions), lines, _described(left, right))


def _box(item: _Item, x: int, form: Format) -> Box:
    room = form.column - 2 * _PADDING - (_POINT if item.kind == "root" else 0)
    label = drawing.wrap(item.label, room, _LABEL, 2)
    lines = drawing.wrap(item.text, room, form.size, form.lines)
    height = (len(label) + len(lines)) * _LEADING + 2 * _PADDING - 2
    return Box(item.kind, item.link, x, 0, form.column, height, label, lines)


def _height(boxes: Sequence[Box]) -> int:
    return sum(box.height + _GAP for box in boxes) - _GAP


def _wanted(
    number: int, pairs: Sequence[tuple[int, int]], others: Sequence[Box], bottom: float
) -> list[float]:
    """The middle that each of so many boxes would have best; the bottom without a line."""
    found: list[list[float]] = [[] for _ in range(number)]
    for here, there in pairs:
        found[here].append(others[there].middle)
    return [_mean(middles, bottom) for middles in found]


def _placed(boxes: Sequence[Box], wanted: Sequence[float], bottom: float) -> list[Box]:
    """Boxes one under another, each as near to the middle that it wants as the others let it.

    From its place in a tight stack a box moves down no less than the one above it; those that
    would are moved together, by their mean (isotonic regression, by pooling adjacent violators).
    """
    stacked, below = [], _TOP
    moves: list[tuple[float, int]] = []
    for box, middle in zip(boxes, wanted, strict=True):
        stacked.append(below)
        move, number = middle - box.height / 2 - below, 1
        below += box.height + _GAP
        while moves and moves[-1][0] >= move:
            before, several = moves.pop()
            move = (before * several + move * number) / (several + number)
            number += several
        moves.append((move, number))
    room = bottom - below + _GAP
    shifts = (min(max(move, 0), room) for move, number in moves for _ in range(number))
    return [replace(box, y=y + by) for box, y, by in zip(boxes, stacked, shifts, strict=True)]


def _line(cause: Box, action: Box) -> Line:
    start, end = cause.x + cause.width, action.x
    half = (end - start) // 2
    down = drawing.coordinate(action.middle - cause.middle)
    path = f"M{start} {drawing.coordinate(cause.middle)}"
    dashed = action.kind in (NONE, "not-doing")
    return Line(f"{path}c{half} 0 {half} {down} {end - start} {down}", dashed)


def _described(left: Sequence[_Item], right: Sequence[_Item]) -> str:
    """What the drawing shows, for those who do not see it."""
    actions = [item for item in right if item.kind != NONE]
    missing = len(right) - len(actions)
    told = f"{words.counted(len(left), 'cause')}, {words.counted(len(actions), 'action')}"
    told += f", {words.counted(missing, 'cause')} without an action" if missing else ""
    return f"Cause map: {told}. The lists below say the same."
