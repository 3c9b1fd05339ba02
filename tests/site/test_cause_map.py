"""The drawing of causes and the actions that address them."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import pytest

from debrief.record import Action, Cause, Postmortem
from debrief.site import cause_map, drawing, postmortem
from debrief.site.cause_map import LARGE, NARROW, NONE, WIDE, Box, Drawing, Format
from debrief.site.edition import Edition

TODAY = date(2026, 11, 22)
LONG = "The loader treats an unknown column as absent and skips the row, by design since 2024; " * 6


def record(causes: list[Cause], actions: list[Action]) -> Postmortem:
    path = "postmortems/2026/2026-03-14-a.md"
    return Postmortem(
        "2026-03-14-a", path, "A", "published", causes=tuple(causes), actions=tuple(actions)
    )


def cause(name: str, role: str = "root", statement: str = "It was so", **more: Any) -> Cause:
    return Cause(name, role, statement, **more)


def action(name: str, *addresses: str, title: str = "Mend it", **more: Any) -> Action:
    more = {"type": "preventive", "owner": "a-team", "due": date(2026, 12, 24), **more}
    return Action(name, title, addresses=addresses, **more)


def drawn(causes: list[Cause], actions: list[Action]) -> Drawing:
    return cause_map.drawings(record(causes, actions), TODAY)[0]


def links(boxes: tuple[Box, ...]) -> list[str]:
    return [box.link for box in boxes]


def told(box: Box) -> str:
    return " ".join((*box.label, *box.lines))


# --- what is drawn -------------------------------------------------------------------------------


def test_root_causes_come_before_contributing_factors_and_differ_in_kind_and_label() -> None:
    causes = [cause("b", "contributing", condition="direct"), cause("a", condition="latent")]
    found = drawn(causes, [action("x", "a", "b")]).causes
    assert [(box.link, box.kind, box.label) for box in found] == [
        ("cause-a", "root", ("Root cause, latent",)),
        ("cause-b", "contributing", ("Contributing factor, direct",)),
    ]


@pytest.mark.parametrize(
    ("fields", "kind", "label"),
    [
        ({}, "open", "Preventive, open"),
        ({"due": date(2026, 11, 25)}, "open", "Preventive, open, due in 3 days"),
        ({"due": date(2026, 11, 1)}, "overdue", "Preventive, open, 21 days overdue"),
        ({"status": "blocked", "due": None}, "blocked", "Preventive, blocked, no due date"),
        ({"status": "done", "type": "corrective"}, "done", "Corrective, done"),
        ({"status": "verified"}, "verified", "Preventive, verified"),
        ({"status": "not-doing"}, "not-doing", "Preventive, not doing"),
        ({"owner": None, "due": None}, "open", "Preventive, not recorded"),
    ],
)
def test_the_state_of_an_action_is_said_in_words(
    fields: dict[str, Any], kind: str, label: str
) -> None:
    (box,) = drawn([cause("a")], [action("x", "a", **fields)]).actions
    assert (box.kind, " ".join(box.label)) == (kind, label)


def test_each_action_is_joined_to_each_cause_that_it_addresses() -> None:
    causes = [cause("a"), cause("b"), cause("c")]
    found = drawn(causes, [action("x", "a", "c"), action("y", "b")])
    assert sorted(joined(found)) == [
        ("cause-a", "action-x"), ("cause-b", "action-y"), ("cause-c", "action-x"),
    ]  # fmt: skip


def joined(found: Drawing) -> list[tuple[str, str]]:
    """The boxes that the lines join, read from where the lines begin and end."""
    pairs = []
    for line in found.lines:
        read = re.fullmatch(r"M(\S+) (\S+)c\S+ 0 \S+ \S+ (\S+) (\S+)", line.path)
        assert read is not None
        x, y, width, height = map(float, read.groups())
        ends = (found.causes, x - found.format.column, y), (found.actions, x + width, y + height)
        start, end = (
            next(box.link for box in boxes if box.x == at and abs(box.middle - middle) < 0.2)
            for boxes, at, middle in ends
        )
        pairs.append((start, end))
    return pairs


# --- where it goes -------------------------------------------------------------------------------


def test_actions_stand_in_the_order_of_their_causes_so_that_no_line_crosses() -> None:
    causes = [cause(name) for name in "abc"]
    found = drawn(causes, [action("z", "c"), action("y", "b"), action("x", "a"), action("w", "a")])
    assert links(found.actions) == ["action-x", "action-w", "action-y", "action-z"]
    assert crossings(found) == 0


def crossings(found: Drawing) -> int:
    places = {box.link: number for number, box in enumerate((*found.causes, *found.actions))}
    pairs = [(places[start], places[end]) for start, end in joined(found)]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(pairs, 2))


def crowd(causes: int, actions: int, statement: str) -> Postmortem:
    """Each action addresses one cause or two, in no good order."""
    return record(
        [cause(f"c{n}", "root" if n % 3 else "contributing", statement) for n in range(causes)],
        [
            action(f"a{n}", f"c{n * 7 % causes}", f"c{n * 5 % causes}", title=statement[:200])
            for n in range(actions)
        ],
    )


SIZES = [(1, 1), (1, 40), (30, 1), (3, 8), (30, 40), (50, 50)]


@pytest.mark.parametrize(
    "statement", ["Short", LONG[:600], "x" * 600], ids=["short", "long", "word"]
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_boxes_overlap_and_all_are_in_the_picture(size: tuple[int, int], statement: str) -> None:
    for found in cause_map.drawings(crowd(*size, statement), TODAY):
        assert len(found.causes) == size[0]
        assert sum(box.kind != NONE for box in found.actions) == size[1]
        for column in (found.causes, found.actions):
            assert column[0].y >= 24, "below the heading"
            assert column[-1].y + column[-1].height <= found.height
            for above, below in pairwise(column):
                assert above.y + above.height < below.y
        for box in (*found.causes, *found.actions):
            assert box.x >= 0
            assert box.x + box.width <= found.format.width


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=lambda form: form.name)
def test_text_stays_in_its_box_and_is_large_enough_to_read(form: Format) -> None:
    assert form.size >= 11
    (found,) = (
        one for one in cause_map.drawings(crowd(3, 5, LONG[:600]), TODAY) if one.format == form
    )
    for box in (*found.causes, *found.actions):
        for text, y, is_label in box.rows:
            assert box.y + 11 <= float(y) <= box.y + box.height - 4
            size = 11 if is_label else form.size
            assert drawing.width(text, size) <= box.width - 20
    assert all(box.lines[-1].endswith("…") for box in found.causes), "the list has all of it"


def test_every_map_is_drawn_for_a_phone_and_a_large_one_for_nothing_else() -> None:
    small, large = crowd(2, 3, "Short"), crowd(LARGE, LARGE, "Short")
    assert [one.format for one in cause_map.drawings(small, TODAY)] == [WIDE, NARROW]
    assert [one.format for one in cause_map.drawings(large, TODAY)] == [NARROW]


def test_a_single_pair_is_joined_by_a_straight_line() -> None:
    (line,) = drawn([cause("a")], [action("x", "a")]).lines
    assert line.path.endswith(" 0")


# --- on the page ---------------------------------------------------------------------------------


@pytest.mark.samples
def test_every_box_leads_to_its_place_on_the_page(samples: Edition, read: Any) -> None:
    drawn_pages = 0
    for one in samples.records:
        page = read(postmortem.postmortem_page(samples, one).html)
        within = [tag for tag, _ in page.elements]
        if not cause_map.drawings(one, samples.today):
            assert "Cause map" not in page.values("aria-label")
            continue
        drawn_pages += 1
        targets = {link[1:] for link in page.values("href") if link.startswith("#")}
        assert {f"cause-{found.id}" for found in one.causes} <= targets
        assert {f"action-{found.id}" for found in one.actions} <= targets
        assert targets <= set(page.values("id"))
        assert "svg" in within
    assert drawn_pages > 10


@pytest.mark.samples
def test_a_restricted_record_has_no_cause_map(samples: Edition) -> None:
    hidden = [one for one in samples.records if one.restricted]
    assert hidden
    for one in hidden:
        assert "db-map" not in postmortem.postmortem_page(samples, one).html


def test_hostile_text_stays_text_and_code_loses_its_backticks(repository: Any, read: Any) -> None:
    hostile = "</text></svg><script>ran()</script> `<b>`"
    values: dict[str, Any] = {"title": "A", "status": "draft", "severity": "sev3"}
    values |= {"incident": {"started_at": "2026-03-14T01:10Z"}, "assets": [{"asset": "a.b"}]}
    values |= {"causes": [{"id": "why", "role": "root", "statement": hostile}]}
    values |= {
        "actions": [{"id": "fix", "title": hostile, "type": "preventive", "addresses": ["why"]}]
    }
    values["actions"][0] |= {"owner": "a-team", "due": "2026-12-24"}
    repository.record("2026-03-14-a", values)
    edition: Edition = repository.edition()
    page = read(postmortem.postmortem_page(edition, edition.records[0]).html)
    assert not {"script", "b"} & {tag for tag, _ in page.elements}
    assert "</text></svg><script>ran()</script> <b>" in " ".join(page.text.split())
    drawings = [attributes for tag, attributes in page.elements if tag == "svg"]
    svg = next(one for one in drawings if one.get("aria-label", "").startswith("Cause map"))
    assert svg["role"] == "graphics-document document"
    assert svg["aria-label"] == "Cause map: 1 cause, 1 action. The lists below say the same."
