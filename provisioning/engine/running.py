"""Applying a plan: stage by stage, batch by batch, resumable at any byte."""

from inventory.errors import SchoolnetError, StaleError
from inventory.messages import Message, _, say
from inventory.records.changes import Plan, Selection
from inventory.records.runs import Run, RunState
from inventory.store.codec import payload_body
from inventory.store.hooks import forget_hook_failures
from inventory.store.plans import get_plan, get_selection, rows_hash
from inventory.store.reading import SqliteReader
from inventory.store.runs import get_run, outcomes, update_run
from provisioning.engine.recorder import RunRecorder
from provisioning.engine.stage import Cancelled, StageRun, Tools, set_state


def check_selected(reader: SqliteReader, run: Run) -> tuple[Plan, Selection]:
    """The plan and selection a run names; raises StaleError unless they are exactly those."""
    plan, selection = get_plan(reader, run.plan), get_selection(reader, run.plan)
    if plan.digest(selection) != run.digest or rows_hash(reader, plan.id) != plan.rows_hash:
        message = _("Plan {plan} is not what was approved any more. Make a new plan.")
        raise StaleError(say(message, plan=plan.id))
    return plan, selection


def apply_run(tools: Tools, run_id: str) -> RunState:
    """Carry out a run to its end, from wherever it stands. The caller holds the run lock."""
    with tools.open_reader() as reader:
        run = get_run(reader, run_id)
        plan, selection = check_selected(reader, run)
        recorder = RunRecorder(tools.open_writer, run_id, plan.id)
        recorder.outcomes.update(outcomes(reader, run_id))
        state, message = RunState.FAILED, None
        try:
            hooks: set[tuple[str, str]] = set()
            for stage in plan.stages:
                set_state(tools, run_id, RunState.RUNNING, stage=stage.target)
                stage_run = StageRun(tools, reader, recorder, plan, selection)
                stage_run.apply(stage.target)
                hooks |= stage_run.hook_failures
            with tools.open_writer() as writer, writer.transaction() as tx:
                forget_hook_failures(tx, run_id, hooks)  # of hooks that are not set any more
            good = all(outcome.good for outcome in recorder.outcomes.values())
            state = RunState.DONE if good and not hooks else RunState.FINISHED
            message = _hooks_failed(run_id, len(hooks)) if hooks else None
        except Cancelled:
            state = RunState.CANCELLED
        except SchoolnetError as error:
            message = error.message
            raise
        finally:
            _end(tools, recorder, run_id, state, message)
    return state


def _hooks_failed(run_id: str, count: int) -> Message:
    message = _("{count} calls of hooks did not succeed. `schoolnet runs show {run}` names them, "
                "`schoolnet runs retry {run}` repeats them.")  # fmt: skip
    return say(message, count=count, run=run_id)


def _end(
    tools: Tools, recorder: RunRecorder, run_id: str, state: RunState, message: Message | None
) -> None:
    try:
        recorder.close()
    finally:
        with tools.open_writer() as writer, writer.transaction() as tx:
            update_run(tx, run_id, state, message=message)
            tally: dict[str, int] = {}
            for outcome in recorder.outcomes.values():
                tally[outcome.value] = tally.get(outcome.value, 0) + 1
            body = payload_body(actor=tx.actor, state=state.value, outcomes=tally)
            tx.event("run", state.value, body, record=run_id, run=run_id)
