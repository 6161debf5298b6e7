"""Who may be somebody we know: what the interface asks and decides. No Textual in it."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple, Protocol

from inventory.messages import Message


class Side(NamedTuple):
    """One of two who could be the same; all as people read it, `born` as YYYY-MM-DD."""

    id: str
    name: str
    born: str
    schools: str
    classes: str
    ids: str
    """System and record id at each school."""
    user_name: str


class Question(NamedTuple):
    """A newcomer, and somebody whom they could be."""

    newcomer: Side
    known: Side


class QuestionSource(Protocol):
    """All open questions. Finding them means comparing everybody: it goes on beside the screen.

    The methods are called from the one thread of the interface, and all may raise
    SchoolnetError.
    """

    def ask(self) -> None:
        """Begin to look for them, anew."""

    def version(self) -> Hashable:
        """Another value when there is something new to read."""

    def questions(self) -> Sequence[Question] | None:
        """Those that were found, but for what `decide` has decided since; None: not yet."""

    def decide(self, question: Question, reason: str, *, same: bool) -> Sequence[Message]:
        """Store whether the two are one; returns what is to be known."""

    def close(self) -> None:
        """Stop looking."""
