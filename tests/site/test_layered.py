"""Where nodes stand and how edges run, whatever graph comes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from debrief.site.layered import ALONE_IN_A_ROW, Edge, Flow, Layout, arrange


def graph(seed: int) -> tuple[int, list[Edge]]:
    """A graph with whatever a catalog may hold: circles, loops, doubled edges, several parts."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    nodes = chance.randrange(1, 30)
    count = chance.randrange(0, 50)
    return nodes, [(chance.randrange(nodes), chance.randrange(nodes)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(60))
def test_every_node_has_a_place_of_its_own_and_every_edge_a_way(seed: int) -> None:
    nodes, edges = graph(seed)
    layout = arrange(nodes, edges)
    assert len(layout.places) == nodes
    for one, other in combinations(layout.places, 2):
        assert one.column != other.column or abs(one.row - other.row) > 0.99
    forth = {(way.left, way.right) for way in layout.ways if way.forth}
    back = {(way.right, way.left) for way in layout.ways if way.back}
    assert forth | back == {edge for edge in edges if edge[0] != edge[1]}


@pytest.mark.parametrize("seed", range(60))
def test_ways_lead_right_and_keep_clear_of_the_nodes_that_they_pass(seed: int) -> None:
    layout = arrange(*graph(seed))
    for way in layout.ways:
        left, right = layout.places[way.left].column, layout.places[way.right].column
        assert [stop.column for stop in way.stops] == list(range(left + 1, right))
        assert left < right
        for stop in way.stops:
            for place in layout.places:
                assert place.column != stop.column or abs(place.row - stop.row) > 0.55


@pytest.mark.parametrize("seed", range(20))
def test_without_a_circle_nothing_leads_back(seed: int) -> None:
    nodes, edges = graph(seed)
    layout = arrange(nodes, [(min(edge), max(edge)) for edge in edges])
    assert not any(way.back for way in layout.ways)


def test_of_a_circle_the_last_edge_leads_back() -> None:
    layout = arrange(3, [(0, 1), (1, 2), (2, 0)])
    assert [place.column for place in layout.places] == [0, 1, 2]
    assert [(way.left, way.right) for way in layout.ways if way.back] == [(0, 2)]


def test_two_that_lead_to_each_other_share_one_way() -> None:
    (way,) = arrange(2, [(0, 1), (1, 0)]).ways
    assert way.forth
    assert way.back


def test_an_edge_from_a_node_to_itself_is_left_out() -> None:
    assert arrange(1, [(0, 0)]).ways == ()


def test_parts_stand_below_each_other_and_lone_nodes_beside_each_other() -> None:
    layout = arrange(12, [(0, 1), (2, 3), (3, 2)])
    rows = [place.row for place in layout.places]
    assert max(rows[:2]) < min(rows[2:4]) < min(rows[4:])
    assert [place.column for place in layout.places[4:]] == [0, 1, 2, 3, 4, 5, 0, 1]
    assert layout.columns == ALONE_IN_A_ROW
    assert layout.last_row == max(rows)


def test_nothing_has_an_empty_layout() -> None:
    assert arrange(0, []) == Layout((), ())
    assert (arrange(0, []).columns, arrange(0, []).last_row) == (0, 0)


def test_a_flow_knows_where_it_leads_and_takes_no_circle() -> None:
    flow = Flow(4)
    assert flow.add(0, 1)
    assert flow.add(1, 2)
    assert flow.leads(0, 2)
    assert not flow.leads(2, 0)
    assert not flow.add(2, 0)
    assert not flow.leads(0, 3)


def test_the_same_graph_has_the_same_layout_whatever_the_hash_seed(root: Path) -> None:
    told = "from debrief.site.layered import arrange; print(arrange({}, {}))"
    shown = {
        subprocess.run(
            [sys.executable, "-c", told.format(*graph(7))],
            env={**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert shown == {f"{arrange(*graph(7))}\n"}
