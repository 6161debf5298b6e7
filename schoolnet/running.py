"""Starting a run's process and following it from the command line."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import starmap
from pathlib import Path

from pydantic import SecretStr

from inventory.errors import SchoolnetError
from inventory.messages import _
from inventory.records.runs import Run, RunState
from inventory.store.hooks import failed_hooks, hook_counts
from inventory.store.reading import SqliteReader, disk_full, is_full
from inventory.store.runs import bad_results, ended_count, get_run, outcome_counts
from inventory.times import to_micros
from provisioning.engine.background import start_process
from provisioning.engine.lock import lock_holder, run_lock
from provisioning.engine.running import apply_run
from schoolnet import compose
from schoolnet.output import ExitCode, exit_code, fail, put, put_json, tell, texts
from schoolnet.place import Place
from schoolnet.problems import of_hook, of_result, tell_problems
from tui.presenters.runs import time_left

_POLL_SECONDS = 0.2
_SHOWN = 20

Secrets = Mapping[str, SecretStr]


def carry_out(
    place: Place, run_id: str, secrets: Secrets, *, foreground: bool, as_json: bool
) -> ExitCode:
    """Run in this process or in its own, and report how it ended.

    `secrets` come from `compose.run_secrets`, asked for before the run is entered or reopened:
    a secret that is missing leaves no run behind.
    """
    if foreground:
        return _carry_out_here(place, run_id, secrets, as_json=as_json)
    said_before = _log_size(place, run_id)
    process = start(place, run_id, secrets)
    return follow(place, run_id, process, as_json=as_json, said_before=said_before)


def _carry_out_here(place: Place, run_id: str, secrets: Secrets, *, as_json: bool) -> ExitCode:
    own = Place(place.folder, compose.from_pipe(secrets), place.clock)
    try:
        with run_lock(place.lock, run_id):
            apply_run(compose.tools(own, run_id), run_id)
    except KeyboardInterrupt:
        report_stopped(place, run_id, as_json=as_json)
        raise
    except SchoolnetError as error:
        if not report_stopped(place, run_id, as_json=as_json):
            fail(error)
        return exit_code(error)
    return report(place, run_id, as_json=as_json)


def launch(place: Place, run_id: str, targets: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start the run's own process with the secrets of these targets."""
    return start(place, run_id, compose.run_secrets(place, targets))


def start(place: Place, run_id: str, secrets: Secrets) -> "subprocess.Popen[bytes]":
    """Start the run's own process with its secrets."""
    return start_process(compose.argv(place, "run", run_id), _log(place, run_id), secrets)


def _log(place: Place, run_id: str) -> Path:
    return place.logs / f"{run_id}.log"


def _log_size(place: Place, run_id: str) -> int:
    log = _log(place, run_id)
    return log.stat().st_size if log.exists() else 0


def follow(
    place: Place,
    run_id: str,
    process: "subprocess.Popen[bytes] | None",
    *,
    as_json: bool,
    said_before: int = 0,
) -> ExitCode:
    """Watch until the run ends. Ctrl+C stops watching, not the run.

    `said_before` is the size of the run's log before this process of it was started.
    """
    tell(_("Run {run} has started. Ctrl+C stops watching, not the run."), run=run_id)
    shown = ""
    try:
        with place.reader() as reader:
            while _working(place, run_id, process):
                now = to_micros(place.clock())
                line = progress(reader, get_run(reader, run_id), now)
                if line != shown:
                    sys.stderr.write(line + "\n")
                    shown = line
                time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        tell(_("The run goes on: schoolnet runs follow {run}"), run=run_id)
        return ExitCode.INTERRUPTED  # a script must not take the run for done
    if process is None or process.returncode == ExitCode.DONE:
        return report(place, run_id, as_json=as_json)
    if not report_stopped(place, run_id, as_json=as_json):
        _show_log(place, run_id, said_before)
    known = {int(each) for each in ExitCode}
    return ExitCode(process.returncode) if process.returncode in known else ExitCode.FAILED


def _show_log(place: Place, run_id: str, said_before: int) -> None:
    """What the run's process said last; it never says names. On a full disk it could not."""
    log = _log(place, run_id)
    said = log.read_bytes()[said_before:].decode(errors="replace") if log.exists() else ""
    if said.strip():
        sys.stderr.write("".join(f"  {line}\n" for line in said.splitlines()[-10:]))
    elif is_full(place.store):
        tell(disk_full(place.store))


def _working(place: Place, run_id: str, process: "subprocess.Popen[bytes] | None") -> bool:
    if process is not None:
        return process.poll() is None
    return lock_holder(place.lock) == run_id


def progress(reader: SqliteReader, run: Run, now: int) -> str:
    """One line: state, stage, how many of how many, and about how long still."""
    ended = ended_count(reader, run.id)
    line = f"{run.state.value} {run.stage} {ended}/{run.total}"
    return ", ".join((line, *time_left(run, ended, now, texts())))


def state_of(run: Run, alive: str) -> str:
    """A run whose process is gone is not running, whatever its row says.

    `alive` is the run that holds the lock.
    """
    if run.state in {RunState.RUNNING, RunState.PAUSED} and run.id != alive:
        return "interrupted"
    return run.state.value


def report(place: Place, run_id: str, *, as_json: bool, problems: int | None = _SHOWN) -> ExitCode:
    """Say how a run ended, with so many problems (None: all); returns the exit code for it."""
    run = _report(place, run_id, as_json=as_json, problems=problems)
    if run.state is RunState.DONE:
        return ExitCode.DONE
    return ExitCode.INCOMPLETE if run.state.ended else ExitCode.FAILED


def report_stopped(place: Place, run_id: str, *, as_json: bool) -> bool:
    """Say how far a run came that ended with an error; True when the run itself knows why."""
    return _report(place, run_id, as_json=as_json).message is not None


def _report(place: Place, run_id: str, *, as_json: bool, problems: int | None = _SHOWN) -> Run:
    alive = lock_holder(place.lock)
    with place.reader() as reader:
        run = get_run(reader, run_id)
        counts = outcome_counts(reader, run_id)
        bad = bad_results(reader, run_id)
        hooks, failed = hook_counts(reader, run_id), failed_hooks(reader, run_id)
    if as_json:
        outcomes: dict[str, dict[str, int]] = {}
        for (target, outcome), count in counts.items():
            outcomes.setdefault(target, {})[outcome] = count
        put_json({"schema": 1, "run": run.id, "state": state_of(run, alive), "outcomes": outcomes,
                  **({"hooks": hooks} if hooks else {})})  # fmt: skip
    else:
        put(f"run {run.id}", f"state {state_of(run, alive)}")
        for (target, outcome), count in sorted(counts.items()):
            put(f"{target}: {count} {outcome}")
        for outcome, count in hooks.items():
            put(f"hooks: {count} {outcome}")
    if more := tell_problems([*starmap(of_result, bad), *map(of_hook, failed)], problems):
        tell(_("... and {count} more: schoolnet runs show {run}"), count=more, run=run.id)
    if run.message:
        tell(run.message)
    if not run.state.ended and alive != run.id:
        message = _("The run stopped before its end. Carry it on: schoolnet runs resume {run}")
        tell(message, run=run.id)
    return run
