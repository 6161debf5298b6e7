import pytest

from inventory.records.changes import Action
from tui.confirm import accepts, words_to_type
from tui.sources import Totals

HARMLESS = Totals({Action.CREATE: 1200, Action.UPDATE: 4})


def test_harmless_changes_need_their_number() -> None:
    assert words_to_type(HARMLESS) == ("1204",)


def test_danger_needs_the_names_and_too_many_names_need_both_numbers() -> None:
    few = Totals({Action.DELETE: 9}, dangerous=9, places=("sw-nord-02", "Gym. Nord"))
    many = Totals({Action.DELETE: 9}, dangerous=7, places=("a", "b", "c", "d"))
    nameless = Totals({Action.DELETE: 9}, dangerous=7)
    assert words_to_type(few) == ("sw-nord-02", "Gym. Nord")
    assert words_to_type(many) == ("9", "7")
    assert words_to_type(nameless) == ("9", "7")


@pytest.mark.parametrize(
    ("typed", "words", "accepted"),
    [
        ("1204", ("1204",), True),
        ("1.204", ("1204",), True),
        (" 1 204 ", ("1204",), True),
        ("120", ("1204",), False),
        ("12045", ("1204",), False),
        ("", ("1204",), False),
        ("SW-Nord-02, gym nord", ("sw-nord-02", "Gym. Nord"), True),
        ("sw-nord-02", ("sw-nord-02", "Gym. Nord"), False),
    ],
)
def test_only_exactly_these_words_are_accepted(
    typed: str, words: tuple[str, ...], accepted: bool
) -> None:
    assert accepts(typed, words) is accepted
