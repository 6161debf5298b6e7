"""A plan and a run in memory, for screens. Names are invented."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inventory.errors import SchoolnetError, StaleError
from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Plan, Risk, Selection
from inventory.records.runs import ChangeResult, Control, Outcome, Run, RunState
from inventory.rosters.rows import Problem
from tui.decisions import Move
from tui.inventory_sources import RecordSource, Today, TodaySource
from tui.lives import AccountSource
from tui.presenters.names import PROBLEMS
from tui.questions import Question, QuestionSource
from tui.sources import (
    AppliedChange,
    Concern,
    Level,
    Place,
    PlanBranch,
    PlannedChange,
    PlanSource,
    RunBranch,
    RunSource,
    Selected,
    Status,
    Totals,
)

MADE_AT = 1_795_416_120_000_000  # 23 November 2026, 07:42 in Berlin


def account(number: int, school: str, action: Action = Action.CREATE) -> Change:
    """One account of a pupil."""
    name = f"m.muster{number}"
    operation = {
        "operation": "add",
        "dn": f"cn={name},ou={school},dc=example",
        "attributes": {"objectClass": ["top", "inetOrgPerson"], "sn": ["Muster"]},
    }
    return Change(
        id=f"a{number}", target="directory", action=action, kind="account", school=school,
        key=f"cn={name},ou={school}", group="7b",
        needs=("gGym. Nord",) if number and action is Action.CREATE else (),
        after={"cn": name, "sn": "Muster"}, reason=say(_TEST["new"], klass="7b"),
        operations=(operation,), undo=({"operation": "delete", "dn": operation["dn"]},),
    )  # fmt: skip


def port(number: int, risk: Risk = Risk.LOW) -> Change:
    """One interface of a switch."""
    return Change(
        id=f"p{number}", target="network", action=Action.UPDATE, kind="interface",
        key=f"sw-nord-02 Gi1/0/{number}", school="Gym. Nord", group="sw-nord-02", risk=risk,
        before={"description": "", "untagged": 10, "tagged": []},
        after={"description": "AP-B204-1", "untagged": 90, "tagged": [90, 110, 120]},
        reason=say(_TEST["ap"]),
        operations=(f"interface Gi1/0/{number}", "description AP-B204-1"),
        undo=(f"default interface Gi1/0/{number}",),
    )  # fmt: skip


_TEST = {"new": "New in class {klass}", "ap": "An access point comes into room B204"}


def sample_changes() -> list[Change]:
    """Two stages, two schools, one risky interface, one account that is closed."""
    return [
        replace_change(account(0, "Gym. Nord"), id="gGym. Nord", kind="group", key="cn=7b"),
        *(account(number, "Gym. Nord") for number in range(1, 41)),
        *(account(number, "GS Am Park", Action.DISABLE) for number in range(41, 46)),
        port(14),
        port(15),
        port(48, Risk.HIGH),
    ]


def replace_change(change: Change, **fields: object) -> Change:
    """The same change with other fields."""
    return change.model_copy(update=fields)


def path_of(change: Change) -> tuple[str, ...]:
    """Stage, school, switch or class."""
    stage, school = change.target, f"{change.target}/{change.school}"
    return (stage, school, f"{school}/{change.group}")


LEVELS = (Level.STAGE, Level.SCHOOL, Level.TARGET)


@dataclass
class FakePlan:
    """Implements PlanSource."""

    changes_: list[Change]
    concerns_: list[Concern] = field(default_factory=list)
    excluded: set[str] = field(default_factory=set)
    applied: list[str] = field(default_factory=list)
    moves_: list[Move] = field(default_factory=list)
    decided: dict[str, str] = field(default_factory=dict)
    stale_: Message | None = None

    @property
    def plan(self) -> Plan:
        return Plan(
            id="k3v7", made_at=MADE_AT, day="2026-11-23", actor="anna", base=7,
            targets=("directory", "network"), complete=True,
        )  # fmt: skip

    def branches(self, parent: str) -> Sequence[PlanBranch]:
        depth = parent.count("/") + 1 if parent else 0
        ids = dict.fromkeys(
            path_of(change)[depth]
            for change in self.changes_
            if depth < 3 and (not parent or path_of(change)[depth - 1] == parent)
        )
        return [self._branch(branch, depth) for branch in ids]

    def _branch(self, branch: str, depth: int) -> PlanBranch:
        below = self.below(branch)
        risks = {change.risk for change in below}
        return PlanBranch(
            id=branch, level=LEVELS[depth], name=branch.rsplit("/", 1)[-1],
            counts=Counter(change.action for change in below),
            excluded=sum(change.id in self.excluded for change in below),
            risk=Risk.HIGH if Risk.HIGH in risks else Risk.LOW,
            leaves=len(below) if depth == 2 else 0,
        )  # fmt: skip

    def below(self, branch: str) -> list[Change]:
        return [change for change in self.changes_ if branch in path_of(change)]

    def changes(self, branch: str, start: int, length: int) -> Sequence[PlannedChange]:
        below = self.below(branch)[start : start + length]
        return [PlannedChange(change, change.id in self.excluded) for change in below]

    def change(self, change_id: str) -> PlannedChange:
        change = next(change for change in self.changes_ if change.id == change_id)
        return PlannedChange(change, change_id in self.excluded)

    def place(self, change_id: str) -> Place:
        path = path_of(self.change(change_id).change)
        ids = [change.id for change in self.below(path[-1])]
        return Place(path, ids.index(change_id))

    def concerns(self) -> Sequence[Concern]:
        return self.concerns_

    def select(self, included: bool, *, branch: str = "", change_id: str = "") -> Selected:
        chosen = {change_id} if change_id else {change.id for change in self.below(branch)}
        if included:
            moved = {
                need
                for change in self.changes_
                if change.id in chosen
                for need in (change.id, *change.needs)
            } & self.excluded
            self.excluded -= moved
        else:
            moved = chosen | {c.id for c in self.changes_ if chosen & set(c.needs)}
            moved -= self.excluded
            self.excluded |= moved
        return Selected(len(moved), len(moved - chosen))

    def totals(self) -> Totals:
        selected = [change for change in self.changes_ if change.id not in self.excluded]
        dangerous = [c for c in selected if c.risk is Risk.HIGH or c.action is Action.DELETE]
        return Totals(
            Counter(change.action for change in selected),
            excluded=len(self.excluded),
            dangerous=len(dangerous),
            places=tuple(dict.fromkeys(c.group or c.school for c in dangerous)),
        )

    def digest(self) -> str:
        return self.plan.digest(Selection(excluded=frozenset(self.excluded)))

    def moves(self, proposal: str) -> Sequence[Move]:
        return self.moves_

    def approve(self, proposal: str, reason: str) -> int:
        self.decided[proposal] = reason
        self.concerns_ = [one for one in self.concerns_ if one.proposal != proposal]
        back = {move.change.id for move in self.moves_} & self.excluded
        self.excluded -= back
        return len(back)

    def stale(self) -> Message | None:
        return self.stale_

    def drifted(self, *, branch: str = "", change_id: str = "") -> Sequence[Change]:
        below = [self.change(change_id).change] if change_id else self.below(branch)
        return [c for c in below if c.drift and (change_id or c.id not in self.excluded)]

    def accept(self, changes: Sequence[str], reason: str) -> Sequence[Message]:
        self.decided.update(dict.fromkeys(changes, reason))
        self.stale_ = say("Stale: it moved")
        return [say("Taken in: {change}", change=change) for change in changes]

    def apply(self, digest: str, lifted: Mapping[str, str]) -> str:
        if digest != self.digest():
            raise StaleError(_("The selection has changed."))
        self.applied.append(digest)
        self.decided.update(lifted)
        return "r1"


@dataclass
class FakeRun:
    """Implements RunSource; `finish` is what its process would do."""

    plan: FakePlan
    state: RunState = RunState.RUNNING
    outcomes: dict[str, ChangeResult] = field(default_factory=dict)
    controls: list[Control] = field(default_factory=list)
    retried: int = 0
    working: bool = True
    message: Message | None = None
    seq: int = 0

    def finish(self, change_id: str, outcome: Outcome, message: Message | None = None) -> None:
        self.outcomes[change_id] = ChangeResult(change=change_id, outcome=outcome, message=message)
        self.seq += 1

    def end(self, state: RunState) -> None:
        self.state, self.working = state, False
        self.seq += 1

    def run(self) -> Run:
        return Run(
            id="r1", plan="k3v7", digest=self.plan.digest(), actor="anna", started_at=MADE_AT,
            ended_at=MADE_AT + 72_000_000 if self.state.ended else None, state=self.state,
            control=self.controls[-1] if self.controls else Control.GO, stage="directory",
            total=len(self.plan.changes_), message=self.message,
        )  # fmt: skip

    def alive(self) -> bool:
        return self.working

    def branches(self, parent: str) -> Sequence[RunBranch]:
        return [
            RunBranch(
                branch.id, branch.level, branch.name, branch.total,
                Counter(
                    self.outcomes[change.id].outcome
                    for change in self.plan.below(branch.id)
                    if change.id in self.outcomes
                ),
                branch.leaves,
            )
            for branch in self.plan.branches(parent)
        ]  # fmt: skip

    def results(self, branch: str, start: int, length: int) -> Sequence[AppliedChange]:
        planned = self.plan.changes(branch, start, length)
        return [AppliedChange(p.change, self.outcomes.get(p.change.id)) for p in planned]

    def problems(self, limit: int) -> Sequence[AppliedChange]:
        order = list(Outcome)
        found = [r for r in self.outcomes.values() if r.outcome in PROBLEMS]
        found.sort(key=lambda result: order.index(result.outcome))
        return [AppliedChange(self.plan.change(r.change).change, r) for r in found[:limit]]

    def control(self, control: Control) -> None:
        self.controls.append(control)
        self.seq += 1

    def retry(self) -> str:
        self.retried += 1
        self.state, self.working = RunState.RUNNING, True
        return "r1"

    def wait_for_change(self, seq: int, timeout: float) -> int:
        return self.seq


@dataclass
class FakeToday:
    """Implements TodaySource; `tell` is what others write meanwhile."""

    facts: Today = field(default_factory=Today)
    problems_: Sequence[Problem] = ()
    writes: int = 0

    def tell(self, facts: Today) -> None:
        self.facts = facts
        self.writes += 1

    def version(self) -> int:
        return self.writes

    def today(self) -> Today:
        return self.facts

    def problems(self, delivery: str) -> Sequence[Problem]:
        return self.problems_


@dataclass
class FakeQuestions:
    """Implements QuestionSource; `found` is what the comparison will find, once it has ended."""

    found: list[Question] | SchoolnetError | None = None
    decided: dict[Question, tuple[bool, str]] = field(default_factory=dict)
    asked: int = 0
    closed: int = 0

    def ask(self) -> None:
        self.asked += 1

    def version(self) -> tuple[int, bool, int]:
        return self.asked, self.found is None, len(self.decided)

    def questions(self) -> Sequence[Question] | None:
        if isinstance(self.found, SchoolnetError):
            raise self.found
        return self.found and [one for one in self.found if one not in self.decided]

    def decide(self, question: Question, reason: str, *, same: bool) -> Sequence[Message]:
        self.decided[question] = same, reason
        return []

    def close(self) -> None:
        self.closed += 1


@dataclass
class FakeWorkplace:
    """Implements Workplace."""

    plan_: FakePlan
    run_: FakeRun
    today_: TodaySource = field(default_factory=FakeToday)
    records_: RecordSource | None = None
    accounts_: AccountSource | None = None
    questions_: FakeQuestions = field(default_factory=FakeQuestions)
    name: str = "Musterstadt"
    actor: str = "anna"

    def today(self) -> TodaySource:
        return self.today_

    def records(self) -> RecordSource:
        assert self.records_, "this test opens no records"
        return self.records_

    def status(self) -> Status:
        return Status(plan_changes=self.plan_.totals().selected)

    def accounts(self) -> AccountSource:
        assert self.accounts_, "this test opens no records"
        return self.accounts_

    def questions(self) -> QuestionSource:
        return self.questions_

    def plan(self, plan_id: str) -> PlanSource:
        return self.plan_

    def run(self, run_id: str) -> RunSource:
        return self.run_


def workplace() -> FakeWorkplace:
    """A plan with one guard, one risky change and one notice, and its run."""
    concerns = [
        Concern(
            say("Too many leavers at {school}", school="GS Am Park"),
            guard="leavers",
            held=5,
            change="a41",
        ),
        Concern(say("{port} leads to another switch", port="Gi1/0/48"), change="p48"),
        Concern(say("Teachers of {school} were not delivered", school="RS West")),
    ]
    plan = FakePlan(sample_changes(), concerns)
    return FakeWorkplace(plan, FakeRun(plan))
