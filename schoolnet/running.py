"""Starting a run's process and following it from the command line."""

import subprocess
import sys
import time
from collections.abc import Sequence

from inventory.messages import _
from inventory.records.runs import Run, RunState
from inventory.store.reading import SqliteReader
from inventory.store.runs import bad_results, get_run, outcome_counts
from provisioning.engine.background import start_process
from provisioning.engine.lock import lock_holder, run_lock
from provisioning.engine.running import apply_run
from schoolnet import compose
from schoolnet.output import ExitCode, put, put_json, tell, texts
from schoolnet.place import Place

_POLL_SECONDS = 0.2
_SHOWN = 20


def carry_out(
    place: Place, run_id: str, targets: Sequence[str], *, foreground: bool, as_json: bool
) -> ExitCode:
    """Run in this process or in its own, and report how it ended."""
    if foreground:
        with run_lock(place.lock, run_id):
            apply_run(compose.tools(place, run_id), run_id)
        return report(place, run_id, as_json=as_json)
    process = launch(place, run_id, targets)
    return follow(place, run_id, process, as_json=as_json)


def launch(place: Place, run_id: str, targets: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start the run's own process with its secrets."""
    secrets = compose.run_secrets(place, targets)
    log = place.logs / f"{run_id}.log"
    return start_process(compose.run_argv(place, run_id), log, secrets)


def follow(
    place: Place, run_id: str, process: "subprocess.Popen[bytes] | None", *, as_json: bool
) -> ExitCode:
    """Watch until the run ends. Ctrl+C stops watching, not the run."""
    tell(_("Run {run} has started. Ctrl+C stops watching, not the run."), run=run_id)
    shown = ""
    try:
        with place.reader() as reader:
            while _working(place, run_id, process):
                line = progress(reader, get_run(reader, run_id))
                if line != shown:
                    sys.stderr.write(line + "\n")
                    shown = line
                time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        tell(_("The run goes on: schoolnet runs follow {run}"), run=run_id)
        return ExitCode.DONE
    code = report(place, run_id, as_json=as_json)
    if process is None or process.returncode == ExitCode.DONE:
        return code
    _show_log(place, run_id)
    known = {int(each) for each in ExitCode}
    return ExitCode(process.returncode) if process.returncode in known else ExitCode.FAILED


def _show_log(place: Place, run_id: str) -> None:
    """What the run's process said last; it never says names."""
    log = place.logs / f"{run_id}.log"
    if log.exists():
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        sys.stderr.write("".join(f"  {line}\n" for line in lines[-10:]))


def _working(place: Place, run_id: str, process: "subprocess.Popen[bytes] | None") -> bool:
    if process is not None:
        return process.poll() is None
    return lock_holder(place.lock) == run_id


def progress(reader: SqliteReader, run: Run) -> str:
    """One line: state, stage, how many of how many."""
    counts = outcome_counts(reader, run.id)
    ended = sum(n for (_target, outcome), n in counts.items() if outcome != "intended")
    return f"{run.state.value} {run.stage} {ended}/{run.total}"


def report(place: Place, run_id: str, *, as_json: bool) -> ExitCode:
    """Say how a run ended; returns the exit code for it."""
    with place.reader() as reader:
        run = get_run(reader, run_id)
        counts = outcome_counts(reader, run_id)
        bad = bad_results(reader, run_id)
    if as_json:
        outcomes: dict[str, dict[str, int]] = {}
        for (target, outcome), count in counts.items():
            outcomes.setdefault(target, {})[outcome] = count
        put_json({"schema": 1, "run": run.id, "state": run.state.value, "outcomes": outcomes})
    else:
        put(f"run {run.id}", f"state {run.state.value}")
        for (target, outcome), count in sorted(counts.items()):
            put(f"{target}: {count} {outcome}")
    for target, key, result in bad[:_SHOWN]:
        text = texts().render(result.message) if result.message else ""
        tell(_("{outcome}: {target} {key} {text}"), outcome=result.outcome.value, target=target,
             key=key, text=text)  # fmt: skip
    if len(bad) > _SHOWN:
        tell(_("... and {count} more: schoolnet runs show {run}"), count=len(bad) - _SHOWN,
             run=run.id)  # fmt: skip
    if run.message:
        tell(run.message)
    return _code(run)


def _code(run: Run) -> ExitCode:
    if run.state is RunState.DONE:
        return ExitCode.DONE
    if run.state.ended:
        return ExitCode.INCOMPLETE
    tell(_("The run stopped before its end. Carry it on: schoolnet runs resume {run}"), run=run.id)
    return ExitCode.FAILED
