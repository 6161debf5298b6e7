from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tui.pagers import Row
from tui.tree import Node, TreePager


@dataclass(frozen=True)
class Branch:
    id: str
    leaves: int = 0


class Forest:
    """Two stages; the first holds two schools, one of them 100,000 leaves."""

    def __init__(self) -> None:
        self.read = 0
        self.below = {
            "": [Branch("accounts"), Branch("ports", leaves=3)],
            "accounts": [Branch("nord", leaves=100_000), Branch("park")],
        }

    def branches(self, parent: str) -> Sequence[Branch]:
        return self.below.get(parent, [])

    def branch_row(self, branch: Branch, depth: int, unfolded: bool) -> Row:
        return Row((f"{depth}{'-' if unfolded else '+'}{branch.id}",))

    def leaf_rows(self, branch: Branch, depth: int, start: int, length: int) -> Sequence[Row]:
        self.read += length
        return [Row((f"{depth} {branch.id} {n}",)) for n in range(start, start + length)]


@pytest.fixture
def forest() -> Forest:
    return Forest()


def shown(pager: TreePager[Branch], start: int = 0, length: int = 20) -> list[str]:
    return [row.cells[0] for row in pager.window(start, length)]


def test_only_the_outermost_branches_show_at_first(forest: Forest) -> None:
    assert shown(TreePager(forest)) == ["0+accounts", "0+ports"]


def test_100_000_leaves_are_counted_and_only_the_window_is_read(forest: Forest) -> None:
    pager = TreePager(forest)
    pager.unfold("accounts")
    pager.unfold("nord")
    pager.unfold("ports")
    assert len(pager) == 2 + 2 + 100_000 + 3
    assert shown(pager, 100_000, 6) == [
        "2 nord 99998",
        "2 nord 99999",
        "1+park",
        "0-ports",
        "1 ports 0",
        "1 ports 1",
    ]
    assert forest.read == 4


def test_every_row_finds_its_way_back(forest: Forest) -> None:
    pager = TreePager(forest)
    for branch in ("accounts", "nord", "ports"):
        pager.unfold(branch)
    for index in (0, 1, 2, 3, 50_000, 100_001, 100_002, 100_003, 100_004, 100_006):
        assert pager.index_of(pager.key_at(index)) == index
    assert pager.index_of(Node("nord", 100_000)) is None


def test_folding_hides_and_unfolding_again_shows_the_same(forest: Forest) -> None:
    pager = TreePager(forest)
    pager.unfold("accounts")
    before = shown(pager)
    pager.fold("accounts")
    assert shown(pager) == ["0+accounts", "0+ports"]
    assert pager.index_of(Node("park")) is None
    pager.unfold("accounts")
    assert shown(pager) == before


def test_parents_lead_outwards(forest: Forest) -> None:
    pager = TreePager(forest)
    pager.unfold("accounts")
    assert pager.parent(Node("nord", 7)) == Node("nord")
    assert pager.parent(Node("nord")) == Node("accounts")
    assert pager.parent(Node("accounts")) is None


def test_a_leaf_is_revealed_wherever_it_is(forest: Forest) -> None:
    pager = TreePager(forest)
    node = pager.reveal(("accounts", "nord"), 77_777)
    index = pager.index_of(node)
    assert index is not None
    assert shown(pager, index, 1) == ["2 nord 77777"]


def test_refresh_sees_what_is_new(forest: Forest) -> None:
    pager = TreePager(forest)
    forest.below = {"": [Branch("only")]}
    assert len(pager) == 2
    pager.refresh()
    assert shown(pager) == ["0+only"]


def test_leaves_that_vanished_underneath_end_the_window(forest: Forest) -> None:
    pager = TreePager(forest)
    pager.unfold("ports")
    forest.leaf_rows = lambda *_: []  # type: ignore[method-assign]
    assert shown(pager) == ["0+accounts", "0-ports"]
