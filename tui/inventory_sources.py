"""What the interface asks of the inventory: today's work, lists of records. No Textual in it.

As in `tui.sources`, all methods are called from the one thread of the interface, and all may
raise SchoolnetError.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from inventory.messages import Message
from inventory.records.changes import Action, Hold, Plan
from inventory.records.deliveries import Delivery
from inventory.records.runs import Outcome, Run
from inventory.rosters.rows import Problem
from inventory.store.queries import And, Eq
from tui.pagers import RowReader

UNPINNED = And(parts=(Eq(field="host_key", value=""), Eq(field="managed_by", value="ssh")))
"""Switches that are never logged in to, because nobody has pinned their host key."""


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """The newest plan that no run has applied, with what is selected of it.

    `leavers` counts the people whose accounts it would disable; `holds` are the guards that
    stand.
    """

    plan: Plan
    counts: Mapping[Action, int]
    leavers: int = 0
    holds: tuple[Hold, ...] = ()

    @property
    def selected(self) -> int:
        """How many changes would be applied."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class RecentRun:
    """A run, what became of its changes so far, and whether its process lives."""

    run: Run
    alive: bool
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Import:
    """A delivery in force, name and number of its school, and whether a plan has taken it in."""

    delivery: Delivery
    school: str
    planned: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in the journal: `count` like entries of one moment.

    `what` names the record, file, plan or run, `record` its id; both are empty when there are
    several. An erased entry has no actor.
    """

    time: int
    actor: str
    kind: str
    action: str
    count: int = 1
    school: str = ""
    what: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """The start screen's facts: what waits, what runs, what there is, what happened last.

    `questions` counts the newcomers of the newest plan who may be somebody we know.
    """

    plan: OpenPlan | None = None
    runs: Sequence[RecentRun] = ()
    imports: Sequence[Import] = ()
    unpinned: int = 0
    questions: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    happenings: Sequence[Happening] = ()


class TodaySource(Protocol):
    """What waits for people."""

    def version(self) -> Hashable:
        """Another value whenever anything of it may have changed; cheap to poll."""

    def today(self) -> Today:
        """All facts of now; runs and happenings are the newest few."""

    def problems(self, delivery: str) -> Sequence[Problem]:
        """What was wrong in a file, in its order."""


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """One record: its fields in reading order, with names in place of other records' ids."""

    id: str
    kind: str
    name: str
    fields: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """One entry of a record's history; `erased`: its content is gone for ever.

    `before` and `after` hold what differs, with names in place of ids. `target` and `key` say
    what a run did outside; then `action` is its outcome. `said` is why, and what was answered.
    """

    time: int
    kind: str
    action: str
    actor: str = ""
    target: str = ""
    key: str = ""
    before: Mapping[str, JsonValue] = field(default_factory=dict)
    after: Mapping[str, JsonValue] = field(default_factory=dict)
    said: tuple[Message, ...] = ()
    run: str = ""
    erased: bool = False


class RecordSource(RowReader, Protocol):
    """All records.

    `keys` sorts any column as people read it, and a word of `Contains` may also be one of the
    name of the record's school. `window` gives names in place of ids.
    """

    def version(self) -> int:
        """Another number whenever somebody has written; cheap to poll."""

    def counts(self) -> Mapping[str, int]:
        """How many records there are of each kind, in the order of kinds."""

    def key_of(self, kind: str, record: str) -> int | None:
        """The row of a record; None when it is gone."""

    def record(self, kind: str, key: int) -> ShownRecord | None:
        """The record in a row; None when it is gone."""

    def history(self, kind: str, record: str, limit: int) -> Sequence[RecordEvent]:
        """What happened to a record, newest first."""
