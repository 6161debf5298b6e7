"""Applying a plan in a process of its own, watched to its end."""

import time
from collections.abc import Callable

from inventory.records.changes import Plan
from inventory.records.runs import Outcome, Run, RunState
from inventory.store.runs import bad_results, get_run, outcome_counts
from provisioning.engine.starting import new_run
from schoolnet.demo.calling import StepError, child, what_went_wrong
from schoolnet.demo.founding import Ground
from schoolnet.output import ExitCode, texts
from schoolnet.place import Place
from schoolnet.running import launch

_POLL_SECONDS = 0.1


def apply_plan(
    ground: Ground, plan: Plan, digest: str, progress: Callable[[int, int], None]
) -> Run:
    """Return the run when all of the plan is done. Raises StepError when it is not.

    `progress` is told how many changes have ended and how many there are. When this process is
    interrupted, the run ends too: its servers are about to.
    """
    place = ground.place
    with place.reader() as reader:
        with place.writer() as writer:
            run = new_run(reader, writer, plan, digest, place.lock)
        with child(ground.signals, lambda: launch(place, run.id, plan.targets)) as process:
            while process.poll() is None:
                counts = outcome_counts(reader, run.id)
                ended = sum(n for (_, outcome), n in counts.items() if outcome != Outcome.INTENDED)
                progress(ended, run.total)
                time.sleep(_POLL_SECONDS)
        run = get_run(reader, run.id)
        if run.state is not RunState.DONE or process.returncode:
            code = ExitCode.FAILED if process.returncode < 0 else process.returncode
            command = f"schoolnet apply {plan.id}"
            raise StepError(code or ExitCode.INCOMPLETE, command, _reason(place, run))
    return run


def _reason(place: Place, run: Run) -> str:
    """Why a run is not done: its own message, the first change that failed, its last words."""
    with place.reader() as reader:
        bad = [result.message for _, _, result in bad_results(reader, run.id) if result.message]
    if message := run.message or next(iter(bad), None):
        return texts().render(message)
    log = place.logs / f"{run.id}.log"
    return what_went_wrong(log.read_text(encoding="utf-8", errors="replace"))
