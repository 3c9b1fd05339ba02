"""Nodes and edges → places in columns, from left to right: the layout behind drawings of flows.

The layout is the library's (Sugiyama's). Three things are done before it sees a graph. Circles are
opened here, because the library opens one at random and dies of an edge from a node to itself. It
is given one connected part at a time, because it mixes up its own ids with ours where there are
several. And nodes without an edge, which it does not take, are placed below the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from fast_sugiyama import from_edges

Edge = tuple[int, int]
"""The node that an edge comes from, and the one that it leads to."""

ALONE_IN_A_ROW = 6
"""How many nodes without an edge stand beside each other, where the edges take fewer columns."""

_THIN = 0.2
"""The room that an edge takes on its way past other nodes, where a node takes 1."""

_TANGLED = 60
"""So many edges take the library long to untangle, and do not get much better by it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column, counted from the left, and a row from the top; rows are not whole numbers."""

    column: int
    row: float


@dataclass(frozen=True, slots=True)
class Way:
    """The way of an edge: from its left end over the columns that it crosses to its right end.

    ``forth`` and ``back`` say whether it leads to the right, to the left (it closes a circle then),
    or both.
    """

    left: int
    right: int
    stops: tuple[Place, ...]
    forth: bool
    back: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each node stands, and how each edge gets from one to another.

    Nodes of one column are at least a row apart, and the topmost of all is in row 0.
    """

    places: tuple[Place, ...]
    ways: tuple[Way, ...]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return max((place.column for place in self.places), default=-1) + 1

    @property
    def last_row(self) -> float:
        """The lowest row."""
        stops = (stop.row for way in self.ways for stop in way.stops)
        return max((*stops, *(place.row for place in self.places)), default=0.0)


def arrange(nodes: int, edges: Iterable[Edge]) -> Layout:
    """Lay out the nodes ``0`` to ``nodes - 1``.

    Of a circle, the edge that comes last among the edges leads back.
    """
    forth, back = _opened(nodes, edges)
    places: dict[int, Place] = {}
    ways: list[Way] = []
    top = 0.0
    for part in _parts(nodes, forth | back):
        found, stops = _laid_out(part, top)
        places |= found
        ways += [Way(*edge, stops[edge], edge in forth, edge in back) for edge in part]
        lowest = [place.row for place in (*found.values(), *(p for s in stops.values() for p in s))]
        top = max(lowest) + 1
    width = max((ALONE_IN_A_ROW, *(place.column + 1 for place in places.values())))
    for index, node in enumerate(node for node in range(nodes) if node not in places):
        places[node] = Place(index % width, top + index // width)
    return Layout(tuple(places[node] for node in range(nodes)), tuple(ways))


def _opened(nodes: int, edges: Iterable[Edge]) -> tuple[set[Edge], set[Edge]]:
    """The edges that lead forth, and those that lead back, turned round: no circle is left."""
    flow = Flow(nodes)
    forth: set[Edge] = set()
    back: set[Edge] = set()
    for source, target in edges:
        if source == target:
            continue
        if flow.add(source, target):
            forth.add((source, target))
        else:
            flow.add(target, source)
            back.add((target, source))
    return forth, back


class Flow:
    """A graph without circles that grows edge by edge, and knows what each node leads to."""

    def __init__(self, nodes: int) -> None:
        # One bit for each node that can be reached, itself among them.
        self._reached = [1 << node for node in range(nodes)]

    def leads(self, source: int, target: int) -> bool:
        """Whether there is a way from one node to the other."""
        return bool(self._reached[source] >> target & 1)

    def add(self, source: int, target: int) -> bool:
        """Add an edge, unless it would close a circle."""
        if self.leads(target, source):
            return False
        behind = self._reached[target]
        for node, reached in enumerate(self._reached):
            if reached >> source & 1:
                self._reached[node] = reached | behind
        return True


def _parts(nodes: int, edges: Iterable[Edge]) -> list[list[Edge]]:
    """The edges of each connected part, in order; the part of the first node comes first."""
    part = list(range(nodes))
    found = sorted(edges)
    for source, target in found:
        joined, other = sorted((part[source], part[target]))
        if joined != other:
            part = [joined if name == other else name for name in part]
    found.sort(key=lambda edge: part[edge[0]])  # stable: the edges of a part stay in order
    return [list(group) for _, group in groupby(found, key=lambda edge: part[edge[0]])]


def _laid_out(
    edges: list[Edge], top: float
) -> tuple[dict[int, Place], Mapping[Edge, tuple[Place, ...]]]:
    """Places of the nodes, and of the columns that each edge passes, of one connected part."""
    nodes = sorted({node for edge in edges for node in edge})
    number = {node: index for index, node in enumerate(nodes)}
    (positions, _, _, steps), *_ = from_edges(
        [(number[source], number[target]) for source, target in edges],
        vertex_spacing=1,
        dummy_vertices=True,
        dummy_size=_THIN,
        transpose=len(edges) <= _TANGLED,
    )
    # It lays out from the top down, and its vertical axis points up.
    first = min(x for _, (x, _) in positions)
    height = max(y for _, (_, y) in positions)
    places = {int(at): Place(round(height - y), top + x - first) for at, (x, y) in positions}
    following: dict[int, list[int]] = {}
    for source, target in steps or ():
        following.setdefault(int(source), []).append(int(target))
    stops: dict[Edge, tuple[Place, ...]] = {}
    for source in range(len(nodes)):
        for step in following.get(source, ()):
            passed, at = [], step
            while at >= len(nodes):  # what is not ours stands for an edge in a column it passes
                passed.append(places[at])
                at = following[at][0]
            stops[nodes[source], nodes[at]] = tuple(passed)
    return {node: places[number[node]] for node in nodes}, stops
