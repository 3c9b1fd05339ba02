"""How much room words take in a drawing."""

from __future__ import annotations

import pytest

from debrief.site import drawing


def test_a_wider_letter_takes_more_room() -> None:
    assert drawing.width("ill", 10) < drawing.width("map", 10) < drawing.width("MWM", 10)
    assert drawing.width("データ", 10) == 30
    assert drawing.width("e\u0301", 10) == drawing.width("e", 10)


def test_a_text_that_fits_is_left_alone() -> None:
    assert drawing.shorten("Orders mart", 100, 10) == "Orders mart"
    assert drawing.shorten("", 0, 10) == ""


@pytest.mark.parametrize("room", range(0, 200, 7))
def test_a_text_that_is_cut_fits_and_says_so(room: int) -> None:
    cut = drawing.shorten("The loader treats an unknown column as absent", room, 10)
    assert cut.endswith("…")
    assert drawing.width(cut, 10) <= max(room, drawing.width("…", 10))


def test_lines_are_broken_between_words_and_the_last_one_is_cut() -> None:
    text = "The loader treats an unknown column as absent and skips the row"
    assert " ".join(drawing.wrap(text, 150, 10, 9)) == text
    lines = drawing.wrap(text, 100, 10, 2)
    assert len(lines) == 2
    assert lines[0] == "The loader treats an"
    assert lines[1].endswith("…")
    assert all(drawing.width(line, 10) <= 100 for line in lines)
    assert drawing.wrap("", 100, 10, 2) == ()


def test_one_long_word_is_cut_in_its_line() -> None:
    lines = drawing.wrap(f"{'x' * 80} and more", 100, 10, 3)
    assert lines[0].endswith("…")
    assert lines[1] == "and more"


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (12.04, "12"), (12.46, "12.5"), (-0.01, "0"), (100, "100")]
)
def test_a_coordinate_has_a_tenth_at_most(value: float, text: str) -> None:
    assert drawing.coordinate(value) == text
