"""What a target must be able to do: a Planner that only reads, an Executor that applies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from pydantic import JsonValue

from inventory.records.base import Edit
from inventory.records.changes import Change, Notice, Scope
from inventory.records.runs import ChangeResult, Outcome
from inventory.store.protocol import Reader

Current = TypeVar("Current")
Desired = TypeVar("Desired")


class Planner(Protocol[Current, Desired]):
    """Knows what is and what should be. Built with connections that can only read.

    `reads` names the kinds of records that `desired` looks at: when one of them moves in a
    school after the plan was made, that school's part of the plan is stale.
    """

    target: str
    reads: frozenset[str]

    def read(self, inventory: Reader, only: frozenset[str] | None = None) -> Current:
        """What is. Raises ReadEndedEarlyError rather than return a part.

        `only` names the groups (switch ids) that matter; a planner may read more than these.
        """

    def desired(self, inventory: Reader) -> Desired:
        """What should be: a pure function of the inventory (with the overlay of the plan)."""

    def compare(self, current: Current, desired: Desired) -> Iterator[Change | Notice | Scope]:
        """The changes that lead from one to the other, each after what it needs, and what is to
        be told: notices, and what the sources cover.

        Must not read the inventory: changes of this stage are already being overlaid on it.
        """

    def edits(self, change: Change) -> Sequence[Edit]:
        """What the change does to the inventory itself: seen by the stages that follow."""


class Recorder(Protocol):
    """Takes intents and results; commits what is waiting as a group."""

    def intend(self, changes: Sequence[Change]) -> None:
        """Return when the intents are on disk; nothing is sent before."""

    def observed(self, kind: str, record: str, school: str, facts: Mapping[str, JsonValue]) -> None:
        """Journal what a target was before it is changed. No secrets: redact first."""

    def result(
        self,
        change: Change,
        result: ChangeResult,
        edits: Sequence[Edit] = (),
        used_names: Sequence[bytes] = (),
    ) -> None:
        """Hand over a result; returns at once, or raises the recorder's own failure.

        `edits` are committed together with the result, or the result becomes STALE.
        """


class Executor(Protocol):
    """Applies changes to one target. `parallel` batches may be executed at the same time."""

    target: str
    parallel: int

    def batches(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        """Cut a stage into batches, in order."""

    def settle(self, change: Change) -> Outcome | None:
        """After a crash: one read says done (FOUND_DONE), STALE, or None: execute it."""

    def execute(self, batch: Sequence[Change], recorder: Recorder) -> None:
        """Apply a batch: intend, send, hand over a result for every change in it."""

    def close(self) -> None:
        """End all connections."""
