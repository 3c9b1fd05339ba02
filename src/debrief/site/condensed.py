"""The lineage around some assets, condensed to as many nodes as one can look at.

Of few assets each is a node. Of many, those that matter stay (those in the middle, forgotten ones,
the neighbours, what people look at), and the others are counted in nodes by their distance; so a
drawing has a bounded size whatever the catalog holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from debrief.catalog import EXPOSED_KINDS, Catalog
from debrief.site.layered import Edge, Flow

LIMIT = 24
"""So many assets are nodes of their own at most, but for one that would be counted alone."""

SPAN = 8
"""So many steps are drawn in full at most, from the first source to the last consumer."""

TALL = 10
"""So many assets of one distance are drawn one above the other at most; all far ones are one."""

UPSTREAM, DOWNSTREAM, MIDDLE = "upstream", "downstream", "middle"

NEAR = {UPSTREAM: 2, DOWNSTREAM: 3, MIDDLE: 0}
"""How far an asset may be to get a node where not all do; what matters most may be farther."""

CROWDED = 70
"""With more edges than this, those that a longer way also makes are left out."""


@dataclass(frozen=True, slots=True)
class Node:
    """An asset, or several that are counted."""

    members: tuple[str, ...]
    nearest: int
    """Steps to the nearest of them, negative upstream."""
    farthest: int
    forgotten: bool = False

    @property
    def counted(self) -> bool:
        """Whether it stands for several."""
        return len(self.members) > 1

    @property
    def side(self) -> str:
        """Where it lies, seen from the middle."""
        return side(self.nearest)


@dataclass(frozen=True, slots=True)
class Condensed:
    """Nodes, from the farthest source to the farthest consumer, and edges between their numbers."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    thinned: bool
    """Whether edges were left out that a longer way also makes."""


def condense(catalog: Catalog, middle: Sequence[str], forgotten: Collection[str] = ()) -> Condensed:
    """What the assets in the middle are made from, and what they feed."""
    distance = distances(catalog, middle)
    nodes = _nodes(catalog, distance, forgotten)
    edges = _edges(catalog, distance, nodes)
    kept = edges if len(edges) <= CROWDED else list(_without_shortcuts(len(nodes), edges))
    return Condensed(nodes, tuple(kept), len(kept) < len(edges))


def distances(catalog: Catalog, middle: Sequence[str]) -> dict[str, int]:
    """Each asset around the middle with its steps downstream; upstream they are negative.

    What lies on both sides, between two that failed or in a circle, counts as downstream: it is
    reached. The middle comes first, and on each side the nearest.
    """
    found = dict.fromkeys(middle, 0) | catalog.downstream(*middle)
    for asset, steps in catalog.upstream(*middle).items():
        found.setdefault(asset, -steps)
    return found


def side(steps: int) -> str:
    """The side on which so many steps downstream lie."""
    return UPSTREAM if steps < 0 else DOWNSTREAM if steps else MIDDLE


def _reach(steps: int) -> int:
    """The distance, where all that is not near is equally far."""
    far = NEAR[side(steps)] + 1
    return max(-far, min(steps, far))


# --- nodes ---------------------------------------------------------------------------------------


def _nodes(
    catalog: Catalog, distance: Mapping[str, int], forgotten: Collection[str]
) -> tuple[Node, ...]:
    chosen = _chosen(catalog, distance, forgotten)
    found = [
        Node((asset,), distance[asset], distance[asset], asset in forgotten) for asset in chosen
    ]
    counted: dict[int | None, list[str]] = {}
    for asset, steps in distance.items():
        if asset not in chosen:
            # Those that the record forgot are counted by themselves, however far they are.
            group = None if asset in forgotten else _reach(steps)
            counted.setdefault(group, []).append(asset)
    for group, members in counted.items():
        away = [distance[asset] for asset in members]
        ends = min(away, key=abs), max(away, key=abs)
        found.append(Node(tuple(members), *ends, forgotten=group is None))
    return tuple(sorted(found, key=lambda node: (node.nearest, node.counted)))


SHARES = {"middle": 8, "forgotten": 6, "sources": 3, "consumers": 3, "exposed": 2, "near": 2}
"""How many of each group get a node before any group gets what the others left; in all `LIMIT`."""


def _chosen(
    catalog: Catalog, distance: Mapping[str, int], forgotten: Collection[str]
) -> Collection[str]:
    """The assets that get a node each: all of few, and of many those that matter most."""
    span = max(distance.values(), default=0) - min(distance.values(), default=0) + 1
    tallest = max(Counter(map(_reach, distance.values())).values(), default=0)
    if len(distance) <= LIMIT and span <= SPAN and tallest <= TALL:
        return list(distance)
    groups: dict[str, list[str]] = {name: [] for name in SHARES}
    for asset, steps in distance.items():
        if group := _group(catalog, asset, steps, asset in forgotten):
            groups[group].append(asset)
    chosen = {asset: None for name, group in groups.items() for asset in group[: SHARES[name]]}
    stacked = Counter(_reach(distance[asset]) for asset in chosen)
    for asset in (asset for group in groups.values() for asset in group):
        reach = _reach(distance[asset])
        if asset not in chosen and len(chosen) < LIMIT and stacked[reach] < TALL:
            chosen[asset] = None
            stacked[reach] += 1
    return chosen


def _group(catalog: Catalog, asset: str, steps: int, forgotten: bool) -> str:
    """The group among `SHARES` to which an asset belongs; nothing where it need not be drawn."""
    if not steps:
        return "middle"
    if forgotten:
        return "forgotten"
    if abs(steps) == 1:
        return "sources" if steps < 0 else "consumers"
    if steps > 0 and asset in catalog.assets and catalog.assets[asset].kind in EXPOSED_KINDS:
        return "exposed"
    return "near" if abs(steps) <= NEAR[side(steps)] else ""


# --- edges ---------------------------------------------------------------------------------------


def _edges(catalog: Catalog, distance: Mapping[str, int], nodes: Sequence[Node]) -> list[Edge]:
    """Edges between nodes; one that leads against the flow comes after those that go with it.

    Where assets are only counted, there is no room for what leads past the middle.
    """
    is_condensed = any(node.counted for node in nodes)
    at = {asset: index for index, node in enumerate(nodes) for asset in node.members}
    own: set[tuple[bool, Edge]] = set()
    to_counted: set[tuple[bool, Edge]] = set()
    for target in distance:
        for source in catalog.sources(target):
            if source not in distance or at[source] == at[target]:
                continue
            if is_condensed and distance[source] < 0 < distance[target]:
                continue  # it leads past the middle
            edge = (at[source], at[target])
            steps = distance[target] - distance[source]
            if nodes[edge[0]].counted or nodes[edge[1]].counted:
                to_counted.add((steps != 1, edge))
            else:
                own.add((steps <= 0, edge))
    edges = [edge for _, edge in sorted(own)]
    flow = Flow(len(nodes))
    for edge in edges:
        flow.add(*edge)
    return [*edges, *_joined(flow, sorted(to_counted), len(nodes))]


def _joined(flow: Flow, edges: Iterable[tuple[bool, Edge]], nodes: int) -> Iterator[Edge]:
    """Edges to and from nodes that count: those of one step, and what keeps a node from being lost.

    Several assets in one node can seem to make a circle that is none; such edges are left out.
    """
    joined = [False] * nodes
    for is_detour, (source, target) in edges:
        needed = not is_detour or not (joined[source] and joined[target])
        if needed and flow.add(source, target):
            joined[source] = joined[target] = True
            yield source, target


def _without_shortcuts(nodes: int, edges: Sequence[Edge]) -> Iterator[Edge]:
    """The edges that no longer way makes too."""
    flow = Flow(nodes)
    onward: dict[int, list[int]] = {}
    for source, target in edges:
        if flow.add(source, target):
            onward.setdefault(source, []).append(target)
    for source, target in edges:
        others = (step for step in onward.get(source, ()) if step != target)
        if not any(flow.leads(step, target) for step in others):
            yield source, target
