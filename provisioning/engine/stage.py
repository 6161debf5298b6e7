"""One stage of a run: batch by batch, read again at its end, then told to the hooks."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from inventory.messages import Message, _, say
from inventory.records.changes import Change, Notice, Plan, Scope, Selection
from inventory.records.runs import ChangeResult, Control, Outcome, RunState
from inventory.store.hooks import told
from inventory.store.journals import moved_since
from inventory.store.plans import get_change, plan_changes
from inventory.store.reading import SqliteReader
from inventory.store.runs import control_of, update_run
from inventory.store.writing import Writer
from provisioning.engine.hooks import HookCaller, HookSettings
from provisioning.engine.protocols import Executor, Planner
from provisioning.engine.recorder import RunRecorder

POLL_SECONDS = 0.2
"""How often a paused run asks whether it may go on."""
_OPEN = (None, Outcome.INTENDED)


@dataclass(frozen=True)
class Target:
    """What a run needs for one stage; `close` ends the planner's connections.

    `remember` is told what the last read of the stage would still plan.
    """

    planner: Planner[Any, Any]
    executor: Executor
    close: Callable[[], None] = lambda: None
    remember: Callable[[Iterable[Change | Notice | Scope]], None] = lambda _left: None


@dataclass
class Tools:
    """How a run gets its connections; each is opened when it is needed."""

    open_reader: Callable[[], SqliteReader]
    open_writer: Callable[[], Writer]
    open_target: Callable[[str], Target]
    hooks: Sequence[HookSettings] = ()
    sleep: Callable[[float], None] = field(default=time.sleep)


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """A person cancelled the run; what was under way has ended."""


def set_state(tools: Tools, run_id: str, state: RunState, stage: str | None = None) -> None:
    """Enter where a run stands."""
    with tools.open_writer() as writer, writer.transaction() as tx:
        update_run(tx, run_id, state, stage=stage)


class StageRun:
    """One stage of one run."""

    def __init__(
        self,
        tools: Tools,
        reader: SqliteReader,
        recorder: RunRecorder,
        plan: Plan,
        selection: Selection,
    ) -> None:
        self.tools = tools
        self.reader = reader
        self.recorder = recorder
        self.plan = plan
        self.selection = selection
        self.moved: dict[str, int] = {}
        self.touched: dict[str, str] = {}
        """Changes executed by this run, with their groups: what verify looks for."""
        self.hook_failures: set[tuple[str, str]] = set()

    def apply(self, name: str) -> None:
        """Execute what is selected and not yet done, read again, then tell the hooks."""
        waiting = False
        for change in self._selected(name):
            outcome = self.recorder.outcomes.get(change.id)
            if outcome is not None and outcome.good:
                self._touch([change])  # done before a crash: not yet read again, perhaps
            waiting = waiting or outcome in _OPEN
        if not waiting and not self.touched:
            return
        # Hooks are told last: where one was, all is done and read again.
        if waiting or self.touched.keys().isdisjoint(told(self.reader, self.recorder.run_id)):
            self._carry_out(name)
        self._tell_hooks(name)

    def _carry_out(self, name: str) -> None:
        target = self.tools.open_target(name)
        try:
            run_id, reads = self.recorder.run_id, target.planner.reads
            self.moved = moved_since(self.reader, self.plan.base, reads, run_id)
            changes = self._ready(name, target.executor)
            self._execute(target.executor, target.executor.batches(changes))
            self.recorder.flush()
            self._verify(target)
        finally:
            target.executor.close()
            target.close()

    def _selected(self, name: str) -> Iterator[Change]:
        changes = plan_changes(self.reader, self.plan.id, name)
        return (change for change in changes if change.id not in self.selection.excluded)

    def _touch(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.touched[change.id] = change.group

    def _ready(self, name: str, executor: Executor) -> Iterator[Change]:
        """Changes that may be executed now; the others get their outcome here."""
        for change in self._selected(name):
            if self.recorder.outcomes.get(change.id) not in _OPEN:
                continue
            if change.school in self.moved or "" in self.moved:
                message = _("The inventory of this school moved after the plan was made.")
                self._give(change, Outcome.STALE, say(message))
                continue
            if self.recorder.outcomes.get(change.id) is Outcome.INTENDED:
                settled = executor.settle(change)
                if settled is not None:
                    self._touch([change])
                    self._give(change, settled)
                    continue
            yield change

    def _give(self, change: Change, outcome: Outcome, message: Message | None = None) -> None:
        result = ChangeResult(change=change.id, outcome=outcome, message=message)
        self.recorder.result(change, result)

    def _startable(self, batch: Sequence[Change]) -> list[Change]:
        """The batch without what needs a change that did not end well."""
        kept: list[Change] = []
        here = {change.id for change in batch}
        for change in batch:
            if any(self._missing(need, here) for need in change.needs):
                here.discard(change.id)
                message = _("A change that this one needs did not succeed.")
                self._give(change, Outcome.SKIPPED, say(message))
            else:
                kept.append(change)
        return kept

    def _missing(self, need: str, here: set[str]) -> bool:
        outcome = self.recorder.outcomes.get(need)
        return need not in here and (outcome is None or not outcome.good)

    def _execute(self, executor: Executor, batches: Iterable[list[Change]]) -> None:
        """Run batches, at most `executor.parallel` at a time; obey pause and cancel between.

        The next one is read and checked beside those under way; not so when a run goes on: then
        reading it settles what is in doubt, perhaps over the connection that a batch is using.
        """
        goes_on = Outcome.INTENDED in self.recorder.outcomes.values()
        with ThreadPoolExecutor(executor.parallel, thread_name_prefix=executor.target) as pool:
            running: set[Future[None]] = set()
            try:
                for batch in batches:
                    running = _with_room(running, executor.parallel)
                    self._obey()
                    if kept := self._startable(batch):
                        self._touch(kept)
                        running.add(pool.submit(executor.execute, kept, self.recorder))
                    if goes_on:
                        running = _with_room(running, executor.parallel)
            finally:
                ended, _none = wait(running)
            for future in ended:
                future.result()

    def _tell_hooks(self, name: str) -> None:
        """Every hook of each change that ended well, unless it has succeeded before."""
        if not any(hook.watches(name) for hook in self.tools.hooks):
            return
        outcomes = self.recorder.outcomes
        good = (c for c in self._selected(name) if c.id in outcomes and outcomes[c.id].good)
        caller = HookCaller(self.tools.hooks, self.recorder.run_id, self.plan.id)
        for _call in caller.calls(self.reader, self.tools.open_writer, good):
            self._obey()
        self.hook_failures = caller.failures

    def _obey(self) -> None:
        paused = False
        while (control := control_of(self.reader, self.recorder.run_id)) is Control.PAUSE:
            if not paused:
                self.recorder.flush()
                set_state(self.tools, self.recorder.run_id, RunState.PAUSED)
                paused = True
            self.tools.sleep(POLL_SECONDS)
        if control is Control.CANCEL:
            raise Cancelled
        if paused:
            set_state(self.tools, self.recorder.run_id, RunState.RUNNING)

    def _verify(self, target: Target) -> None:
        """A second read: what would still be planned was not achieved, whatever was answered."""
        done = {c for c in self.touched if self.recorder.outcomes[c].good}
        if not done:
            return
        planner, groups = target.planner, frozenset(self.touched.values())
        with self.tools.open_reader() as fresh:
            items = list(planner.compare(planner.read(fresh, groups), planner.desired(fresh)))
        left = {item.id for item in items if isinstance(item, Change)}
        unread = {item.record for item in items if isinstance(item, Notice) and item.unread}
        differs = _("Applied without an error, but reading again shows a difference.")
        unknown = _("Applied without an error, but it could not be read again.")
        for change_id in sorted(done):
            if change_id in left or self.touched[change_id] in unread:
                change = get_change(self.reader, self.plan.id, change_id)
                self._give(change, Outcome.DIFFERS, say(differs if change_id in left else unknown))
        self.recorder.flush()
        target.remember(items)


def _with_room(running: set[Future[None]], parallel: int) -> set[Future[None]]:
    """Those still under way once one more may be; raises what one that ended has raised."""
    if len(running) < parallel:
        return running
    ended, still = wait(running, return_when=FIRST_COMPLETED)
    for future in ended:
        future.result()
    return still
