"""The lineage around some assets as a drawing: sources on the left, what people look at right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from debrief import words
from debrief.catalog import EXPOSED_KINDS, Catalog
from debrief.site.condensed import Node, condense
from debrief.site.drawing import shorten, width
from debrief.site.layered import Layout, Place, Way, arrange

FAILED, AFFECTED, FORGOTTEN = "failed", "affected", "forgotten"
"""Styles of boxes; `CENTRE` and `TROUBLED` are those of an asset's own page."""
CENTRE, TROUBLED = "centre", "troubled"

OUTWARDS, INWARDS, BACK = "out", "in", "back"
"""Styles of edges: from the middle on, up to it, and against the flow, where there is a circle."""

# In the drawing's own unit, which is a pixel where nothing is enlarged.
BOX = 124
GAP = 27
_MARGIN = 10  # for what stands on the edge of the outermost boxes
_PADDING = 8
_ROOM = BOX - 2 * _PADDING
_NAME, _NAME_LINE = 12.5, 15
_SMALL, _SMALL_LINE = 11.0, 14
TAG_LEFT = 5
_TAG = BOX + GAP - 24  # the words on an edge of a box may stand out of it, but not reach the next
_CROSS = 11  # the room of the cross before the words on a box that failed

_BREAK = re.compile(r"(?<=[\s_./:-])")
"""Where a name may be broken: ``stg_orders.daily`` has no spaces."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of an asset beside what the catalog knows: words on its upper and lower edge."""

    style: str
    words: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of words; ``y`` is its baseline."""

    y: int
    words: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Words on an edge of a box, on ground of their own; ``y`` is their middle."""

    y: int
    width: int
    words: str
    style: str


@dataclass(frozen=True, slots=True)
class Box:
    """What stands for an asset, or for several that are only counted.

    ``x`` and ``y`` are its upper left corner; what is in it is placed from there.
    """

    members: tuple[str, ...]
    x: int
    y: int
    styles: tuple[str, ...]
    title: str
    name: tuple[Text, ...]
    small: tuple[Text, ...]
    tags: tuple[Tag, ...]
    side: str
    pointed: bool

    @property
    def counted(self) -> bool:
        """Whether it stands for several."""
        return len(self.members) > 1

    @property
    def right(self) -> int:
        """How far everything of it reaches; behind a box that counts, another one looks out."""
        return (
            self.x
            + max(BOX + 5 * self.counted, *(TAG_LEFT + tag.width for tag in self.tags), 0)
            + 1
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An edge and its arrowhead; ``source`` and ``target`` are numbers of boxes."""

    source: int
    target: int
    path: str
    head: str
    style: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything at its place; all boxes are of one size."""

    width: int
    height: int
    box_height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    thinned: bool
    """Whether edges were left out that a longer way also makes."""
    box_width: int = BOX
    tag_left: int = TAG_LEFT

    @property
    def paths(self) -> dict[str, str]:
        """The edges of each style as one path; the head of a dashed one is not dashed."""
        found: dict[str, str] = {}
        for line in self.lines:
            found[line.style] = found.get(line.style, "") + line.path
            style = INWARDS if line.style == BACK else line.style
            found[style] = found.get(style, "") + line.head
        return found

    @property
    def counted(self) -> int:
        """How many assets are only counted."""
        return sum(len(box.members) for box in self.boxes if box.counted)

    def shows(self, style: str) -> bool:
        """Whether any box has a style."""
        return any(style in box.styles for box in self.boxes)


def draw(catalog: Catalog, middle: Sequence[str], marks: Mapping[str, Mark]) -> Drawing:
    """Draw what the assets in the middle are made from, and what they feed."""
    forgotten = {asset for asset, mark in marks.items() if mark.style == FORGOTTEN}
    found = condense(catalog, middle, forgotten)
    layout = arrange(len(found.nodes), found.edges)
    said = [_said(catalog, node, marks) for node in found.nodes]
    grid = _Grid.holding(said)
    boxes = tuple(
        grid.box(node, one, place)
        for node, one, place in zip(found.nodes, said, layout.places, strict=True)
    )
    lines = tuple(line for way in layout.ways for line in grid.lines(way, layout, found.nodes))
    right = max((box.right for box in boxes), default=0)
    bottom = grid.middle(layout.last_row) + grid.height // 2 + _MARGIN
    return Drawing(right, bottom, grid.height, boxes, lines, found.thinned)


# --- what a box says -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a box, before it has a place; of the lines above and below one may be empty."""

    name: tuple[str, ...]
    above: str
    below: str
    title: str
    mark: Mark
    styles: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        small = bool(self.above) + bool(self.below)
        return _NAME_LINE * len(self.name) + _SMALL_LINE * small


def _said(catalog: Catalog, node: Node, marks: Mapping[str, Mark]) -> _Said:
    if node.counted:
        return _said_of_several(catalog, node, marks)
    asset_id = node.members[0]
    mark = marks.get(asset_id, Mark(""))
    asset = catalog.assets.get(asset_id)
    name = asset.name if asset else asset_id
    kind = words.lower_term(asset.kind) if asset else "not in the catalog"
    owner = catalog.owner_name(asset.owner) if asset and asset.owner else ""
    owned = f"of {owner}" if owner else "without an owner" if asset else ""
    title = [", ".join(filter(None, (name, kind, owned))), mark.words, mark.warning]
    styles = [mark.style, "exposed" if asset and asset.kind in EXPOSED_KINDS else ""]
    return _Said(
        _broken(name),
        kind,
        owner or ("no owner" if asset else ""),
        ". ".join(filter(None, title)),
        mark,
        tuple(filter(None, styles)),
    )


def _said_of_several(catalog: Catalog, node: Node, marks: Mapping[str, Mark]) -> _Said:
    count = len(node.members)
    exposed = sum(
        1
        for asset in node.members
        if asset in catalog.assets and catalog.assets[asset].kind in EXPOSED_KINDS
    )
    mark = Mark("")
    if node.forgotten:
        mark = Mark(FORGOTTEN, marks[node.members[0]].words)
    elif not node.nearest:
        mark = Mark(AFFECTED, "Failed or affected")
    away = _away(node) if node.nearest else "in this record"
    below = words.counted(exposed, "exposure") if exposed and not node.forgotten else ""
    title = f"{count:,} more, {away}: named in the list below"
    styles = tuple(filter(None, (mark.style, "counted")))
    return _Said((f"+ {count:,} more",), away, below, title, mark, styles)


def _away(node: Node) -> str:
    """How far several assets are away."""
    near, far = abs(node.nearest), abs(node.farthest)
    return words.counted(near, "step") + " away" if near == far else f"{near} to {far} steps away"


def _broken(name: str) -> tuple[str, ...]:
    """A name in one line, or two; what does not fit is cut."""
    first, *rest = _BREAK.split(name)
    while rest and width((first + rest[0]).rstrip(), _NAME) <= _ROOM:
        first += rest.pop(0)
    lines = (first.strip(), "".join(rest).strip())
    return tuple(shorten(line, _ROOM, _NAME) for line in lines if line)


# --- where it stands -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Grid:
    """Columns and rows in the drawing's unit: how high boxes are, and how far rows are apart."""

    height: int
    pitch: int
    lowered: int
    """How much lower than the middle of a box its words stand, to keep clear of its edges."""

    @classmethod
    def holding(cls, said: Sequence[_Said]) -> _Grid:
        """The grid for boxes with these words."""
        height = max((one.height for one in said), default=0) + 2 * _PADDING - 2
        height += height % 2  # so that its middle is no fraction
        above = 4 if any(one.mark.words for one in said) else 0
        below = 4 if any(one.mark.warning for one in said) else 0
        height += above + below
        return cls(height, height + (22 if above or below else 14), (above - below) // 2)

    def middle(self, row: float) -> int:
        """The middle of a row."""
        return _MARGIN + self.height // 2 + round(row * self.pitch)

    def box(self, node: Node, said: _Said, place: Place) -> Box:
        """The box of a node at its place, with its words in the middle of it."""
        y = (self.height - said.height) // 2 + self.lowered
        above = Text(y + 11, shorten(said.above, _ROOM, _SMALL))
        y += _SMALL_LINE if said.above else 0
        name = tuple(Text(y + 12 + _NAME_LINE * n, line) for n, line in enumerate(said.name))
        y += _NAME_LINE * len(said.name)
        below = Text(y + 11, shorten(said.below, _ROOM, _SMALL))
        return Box(
            node.members,
            _left(place.column),
            self.middle(place.row) - self.height // 2,
            said.styles,
            said.title,
            name,
            tuple(text for text in (above, below) if text.words),
            tuple(self._tags(said.mark)),
            node.side,
            "exposed" in said.styles,
        )

    def _tags(self, mark: Mark) -> Iterator[Tag]:
        for y, said, style in ((0, mark.words, mark.style), (self.height, mark.warning, "warning")):
            if said:
                cross = _CROSS if style == FAILED else 0
                shown = shorten(said, _TAG - cross, _SMALL)
                yield Tag(y, round(width(shown, _SMALL)) + 10 + cross, shown, style)

    def lines(self, way: Way, layout: Layout, nodes: Sequence[Node]) -> Iterator[Line]:
        """The edge along a way, or both of them where two assets feed each other."""
        left, right = layout.places[way.left], layout.places[way.right]
        path = self._path(left, way.stops, right)
        if way.forth:
            outwards = min(nodes[way.left].nearest, nodes[way.right].nearest) >= 0
            head = f"M{_left(right.column) - 6} {self.middle(right.row) - 4}l6 4-6 4"
            yield Line(way.left, way.right, path, head, OUTWARDS if outwards else INWARDS)
        if way.back:
            head = f"M{_right(left.column) + 6} {self.middle(left.row) - 4}l-6 4 6 4"
            yield Line(way.right, way.left, path, head, BACK)

    def _path(self, start: Place, stops: Sequence[Place], end: Place) -> str:
        """From the right side of one box to the left side of another; past others in between."""
        x, y = _right(start.column), self.middle(start.row)
        path = f"M{x} {y}"
        for stop in (*stops, end):
            left, height = _left(stop.column), self.middle(stop.row)
            half = (x + left) // 2
            path += f"H{left}" if height == y else f"C{half} {y} {half} {height} {left} {height}"
            x, y = left, height
            if stop is not end:
                x = _right(stop.column)
                path += f"H{x}"
        return path


def _left(column: int) -> int:
    return 1 + column * (BOX + GAP)


def _right(column: int) -> int:
    return _left(column) + BOX
