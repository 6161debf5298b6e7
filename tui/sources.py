"""What the interface asks of a plan, a run and the place it works on. No Textual in it.

The composition root stands behind these protocols with store and engine. All methods are called
from the one thread of the interface, so each answers in a few milliseconds, at any size (counts
from grouped queries or counters, never by reading all rows); only apply, retry and accept
may take longer. All may raise SchoolnetError, whose Message is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from inventory.messages import Message
from inventory.records.changes import Action, Change, Plan, Risk
from inventory.records.runs import ChangeResult, Control, Outcome, Run
from tui.decisions import PlanDecisions
from tui.inventory_sources import RecordSource, TodaySource
from tui.lives import AccountSource
from tui.questions import QuestionSource


class Level(StrEnum):
    """What a branch stands for."""

    STAGE = "stage"
    SCHOOL = "school"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class PlanBranch:
    """A stage, a school in it, or a switch, class or kind in that.

    `name` is the stage's target (``directory``), the school's name (empty: no school) or the
    name of the switch or class. `counts` is of all changes below, excluded ones too; `risk` is
    the highest below; `leaves` counts the changes directly below, 0 where branches follow.
    """

    id: str
    level: Level
    name: str
    counts: Mapping[Action, int]
    excluded: int = 0
    risk: Risk = Risk.LOW
    leaves: int = 0

    @property
    def total(self) -> int:
        """All changes below."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change, and whether the selection leaves it out."""

    change: Change
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change is: its branches, outermost first, and its position in the last."""

    branches: tuple[str, ...]
    index: int


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to look at before applying: a guard that holds, a notice, a risky change.

    `guard` is the name of the guard, `held` how many changes it stops; `proposal` is the name of
    a group of changes that wait for an approval; `drift`: what follows is put back by applying.
    `change` is the id of the change it is about or begins with, if there is one.
    """

    message: Message
    guard: str = ""
    proposal: str = ""
    held: int = 0
    change: str = ""
    drift: bool = False


class Selected(NamedTuple):
    """What excluding or including did: changes moved, and those of them only through needs."""

    moved: int
    dragged: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The selected changes by action; how many are left out; the dangerous ones.

    Dangerous is a change of high risk or a deletion; `places` are the distinct names of the
    switches, classes or schools these are in, in the order of the plan.
    """

    counts: Mapping[Action, int]
    excluded: int = 0
    dangerous: int = 0
    places: tuple[str, ...] = ()

    @property
    def selected(self) -> int:
        """How many changes would be applied."""
        return sum(self.counts.values())


class PlanSource(PlanDecisions, Protocol):
    """One saved plan with its selection."""

    @property
    def plan(self) -> Plan:
        """The head; it never changes."""

    def branches(self, parent: str) -> Sequence[PlanBranch]:
        """The branches directly below a branch, in the order of the plan; ``""``: the stages."""

    def changes(self, branch: str, start: int, length: int) -> Sequence[PlannedChange]:
        """Some of the changes directly below a branch, in the order of the plan."""

    def change(self, change_id: str) -> PlannedChange:
        """One change."""

    def place(self, change_id: str) -> Place:
        """Where a change is in the tree."""

    def concerns(self) -> Sequence[Concern]:
        """Guards that hold and are not lifted, proposals, risky changes, drift, notices."""

    def select(self, included: bool, *, branch: str = "", change_id: str = "") -> Selected:
        """Include or exclude one change or all below a branch.

        Excluding takes along what needs the excluded, including takes along what is needed.
        """

    def totals(self) -> Totals:
        """What would be applied now."""

    def digest(self) -> str:
        """Of the plan with this selection."""

    def apply(self, digest: str, lifted: Mapping[str, str]) -> str:
        """Start a run of exactly this digest in its own process; return the run's id.

        `lifted` are guards to lift with it, each with the reason; without a run none is lifted.
        Raises StaleError when the selection moved, GuardError, or LockedError.
        """


@dataclass(frozen=True, slots=True)
class RunBranch:
    """Like PlanBranch, with what became of the selected changes below."""

    id: str
    level: Level
    name: str
    total: int
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """A change of a run and what became of it; None: not begun."""

    change: Change
    result: ChangeResult | None


class RunSource(Protocol):
    """One run, live."""

    def run(self) -> Run:
        """The run as it is now."""

    def alive(self) -> bool:
        """True while the run's process works on it."""

    def branches(self, parent: str) -> Sequence[RunBranch]:
        """The branches directly below a branch; ``""``: the stages."""

    def results(self, branch: str, start: int, length: int) -> Sequence[AppliedChange]:
        """Some of the changes directly below a branch, in the order of the plan."""

    def problems(self, limit: int) -> Sequence[AppliedChange]:
        """What failed, differs, was rolled back, is stale, or was skipped, in this order."""

    def control(self, control: Control) -> None:
        """Ask the run to go on, pause or cancel; it obeys between two batches."""

    def retry(self) -> str:
        """Apply again only what is not done; return the id of the run that does it.

        A run whose process vanished is resumed and keeps its id. Raises LockedError.
        """

    def wait_for_change(self, seq: int, timeout: float) -> int:
        """A number that grows with each change; waits until it is above `seq`, or `timeout` s."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the first line of every screen shows: the newest open plan and the running run."""

    plan_changes: int = 0
    run_done: int = 0
    run_total: int = 0


class Workplace(Protocol):
    """The place the interface was started for."""

    @property
    def name(self) -> str:
        """The name of the city or folder."""

    @property
    def actor(self) -> str:
        """Who works here."""

    def status(self) -> Status:
        """Asked once a second."""

    def today(self) -> TodaySource:
        """What waits for people."""

    def records(self) -> RecordSource:
        """All that is in the inventory."""

    def accounts(self) -> AccountSource:
        """The accounts of people, beside their records."""

    def questions(self) -> QuestionSource:
        """Which newcomers may be somebody we know."""

    def plan(self, plan_id: str) -> PlanSource:
        """A saved plan."""

    def run(self, run_id: str) -> RunSource:
        """A run, working or ended."""
