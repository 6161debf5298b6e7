import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.cells import LEFT_TO_RIGHT_MARK, clean, fit


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Gym. Nord", 12, "Gym. Nord   "),
        ("Gym. Nord", 9, "Gym. Nord"),
        ("Gym. Nord", 8, "Gym. No…"),
        ("漢字漢字", 7, "漢字漢…"),
        ("漢字漢字", 6, "漢字 …"),
        ("👩‍🚒 Löschzug", 5, "👩‍🚒 L…"),
        ("", 3, "   "),
        ("x", 0, ""),
    ],
)
def test_text_is_cut_by_cells_with_a_sign(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


def test_numbers_stand_at_the_right() -> None:
    assert fit("42", 5, "right") == "   42"
    assert fit("é2", 5, "right") == "   é2"


def test_right_to_left_text_is_closed_in_and_cannot_turn_its_neighbours() -> None:
    shown = fit("أحمد", 8)
    assert shown == f"{LEFT_TO_RIGHT_MARK}أحمد{LEFT_TO_RIGHT_MARK}    "
    assert clean("a\u202egnp.exe") == "agnp.exe"


def test_nothing_can_move_the_cursor() -> None:
    assert clean("a\x1b[2Jb\nc\td") == "a·[2Jb·c·d"


@given(st.text(), st.integers(0, 30))
def test_every_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
