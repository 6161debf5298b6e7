"""A tree as a list: only what is unfolded has rows. No Textual in it.

Branches are few (stages, schools, switches); the leaves under them may be 100,000. So the
visible rows are kept as spans, one per branch and one per run of leaves, and a row is found by
bisection. Leaves are read a window at a time, like in every pager.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, NamedTuple, Protocol, TypeVar

from tui.pagers import Row


class BranchLike(Protocol):
    """What the tree needs of a branch."""

    @property
    def id(self) -> str:
        """Stays with the branch."""

    @property
    def leaves(self) -> int:
        """How many leaves hang directly on it."""


B = TypeVar("B", bound=BranchLike)


class Forest(Protocol[B]):
    """Where branches and leaves come from, and how their rows read."""

    def branches(self, parent: str) -> Sequence[B]:
        """The branches directly below a branch; below ``""`` the outermost ones."""

    def branch_row(self, branch: B, depth: int, unfolded: bool) -> Row:
        """The row of a branch."""

    def leaf_rows(self, branch: B, depth: int, start: int, length: int) -> Sequence[Row]:
        """The rows of some leaves of a branch."""


class Node(NamedTuple):
    """The key of a row: a branch, or one of its leaves by position."""

    branch: str
    leaf: int = -1


@dataclass(frozen=True, slots=True)
class _Span(Generic[B]):
    branch: B
    depth: int
    leaves: int  # 0: the row of the branch itself


class TreePager(Generic[B]):
    """The visible rows of a forest."""

    def __init__(self, forest: Forest[B]) -> None:
        self._forest = forest
        self._unfolded: set[str] = set()
        self._parents: dict[str, str] = {}
        self._children: dict[str, Sequence[B]] = {}
        self._spans: list[_Span[B]] = []
        self._starts: list[int] = [0]
        self._rebuild()

    def refresh(self) -> None:
        """Read the visible branches anew."""
        self._children.clear()
        self._rebuild()

    def unfold(self, branch: str) -> None:
        """Show what is below a branch."""
        self._unfolded.add(branch)
        self._rebuild()

    def fold(self, branch: str) -> None:
        """Hide what is below a branch."""
        self._unfolded.discard(branch)
        self._rebuild()

    def unfolded(self, branch: str) -> bool:
        """True when what is below the branch is shown."""
        return branch in self._unfolded

    def parent(self, node: Node) -> Node | None:
        """The branch that a row hangs on; None for the outermost."""
        branch = self._parents.get(node.branch, "") if node.leaf < 0 else node.branch
        return Node(branch) if branch else None

    def reveal(self, branches: Sequence[str], leaf: int = -1) -> Node:
        """Unfold the way to a row, outermost branch first, and return its key."""
        self._unfolded.update(branches if leaf >= 0 else branches[:-1])
        self._rebuild()
        return Node(branches[-1], leaf)

    def branch(self, node: Node) -> B:
        """The branch of a row, or the one its leaf hangs on."""
        return next(span.branch for span in self._spans if span.branch.id == node.branch)

    def __len__(self) -> int:
        """How many rows are visible."""
        return self._starts[-1]

    def window(self, start: int, length: int) -> Sequence[Row]:
        """The rows from `start` on, at most `length`."""
        rows: list[Row] = []
        while len(rows) < length and start + len(rows) < len(self):
            span, offset = self._span_at(start + len(rows))
            found = self._rows(span, offset, length - len(rows))
            if not found:  # fewer leaves than announced: the store was replaced underneath
                break
            rows += found
        return rows

    def key_at(self, index: int) -> Node:
        """The branch or leaf in a row."""
        span, offset = self._span_at(index)
        return Node(span.branch.id, offset if span.leaves else -1)

    def index_of(self, key: Hashable) -> int | None:
        """Where a branch or leaf is shown; None when it is folded away."""
        if not isinstance(key, Node):
            return None
        for start, span in zip(self._starts, self._spans, strict=False):
            if span.branch.id == key.branch and (key.leaf >= 0) == (span.leaves > 0):
                return start + max(0, key.leaf) if key.leaf < max(1, span.leaves) else None
        return None

    def all_keys(self) -> Iterator[Node]:
        """The keys of all visible rows."""
        return (self.key_at(index) for index in range(len(self)))

    def _span_at(self, index: int) -> tuple[_Span[B], int]:
        place = bisect_right(self._starts, index) - 1
        return self._spans[place], index - self._starts[place]

    def _rows(self, span: _Span[B], offset: int, most: int) -> Sequence[Row]:
        if not span.leaves:
            unfolded = span.branch.id in self._unfolded
            return [self._forest.branch_row(span.branch, span.depth, unfolded)]
        length = min(most, span.leaves - offset)
        return self._forest.leaf_rows(span.branch, span.depth, offset, length)

    def _rebuild(self) -> None:
        self._spans = list(self._walk("", 0))
        sizes = (max(1, span.leaves) for span in self._spans)
        self._starts = list(accumulate(sizes, initial=0))

    def _walk(self, parent: str, depth: int) -> Iterator[_Span[B]]:
        if parent not in self._children:
            self._children[parent] = self._forest.branches(parent)
        for branch in self._children[parent]:
            self._parents[branch.id] = parent
            yield _Span(branch, depth, 0)
            if branch.id in self._unfolded:
                yield from self._walk(branch.id, depth + 1)
                if branch.leaves:
                    yield _Span(branch, depth + 1, branch.leaves)
