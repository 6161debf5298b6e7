"""What happened: a run of one plan by one actor, and the result of each change."""

from enum import StrEnum

from inventory.messages import Message
from inventory.records.base import Frozen


class RunState(StrEnum):
    """Where a run is. A run whose process died stays `running` until it is resumed."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"
    FINISHED = "finished"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """True when nothing more will happen (finished: with failed or skipped changes)."""
        return self in {RunState.CANCELLED, RunState.DONE, RunState.FINISHED}


class Control(StrEnum):
    """What a person asks of a run; the run obeys between two batches."""

    GO = "go"
    PAUSE = "pause"
    CANCEL = "cancel"


class Outcome(StrEnum):
    """What became of a change. Intended: sent or about to be sent, answer not recorded."""

    INTENDED = "intended"
    DONE = "done"
    FOUND_DONE = "found_done"
    FAILED = "failed"
    STALE = "stale"
    SKIPPED = "skipped"
    ROLLED_BACK = "rolled_back"
    DIFFERS = "differs"

    @property
    def good(self) -> bool:
        """True when reality is as the plan wanted it."""
        return self in {Outcome.DONE, Outcome.FOUND_DONE}


class ChangeResult(Frozen):
    """The outcome of one change in one run. `uuid` is the directory's own id of the entry."""

    change: str
    outcome: Outcome
    message: Message | None = None
    uuid: str = ""


class Run(Frozen):
    """One application of one plan. `total` counts the selected changes."""

    id: str
    plan: str
    digest: str
    actor: str
    started_at: int
    ended_at: int | None = None
    state: RunState = RunState.WAITING
    control: Control = Control.GO
    stage: str = ""
    total: int = 0
    message: Message | None = None
