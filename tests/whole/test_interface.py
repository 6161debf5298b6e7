"""A working day in the real interface in a real terminal, on a real place."""

import os
import shlex
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from inventory.records.runs import RunState
from inventory.store.runs import runs
from provisioning.engine.lock import lock_holder
from tests.desk import Desk, total
from tests.tui.test_terminal import Terminal
from tests.whole.commandline import TIMEOUT, CommandLine
from tests.whole.place import delivered, desk_of, founded


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    return founded(tmp_path / "place")


@contextmanager
def opened(cli: CommandLine) -> Iterator[Terminal]:
    """``schoolnet tui`` as the only process of a terminal."""
    words = ["env", "SCHOOLNET_LANGUAGE=de", "LC_ALL=C.UTF-8", *cli.argv("tui")]
    terminal = Terminal((80, 24), f"exec {shlex.join(words)}")
    try:
        yield terminal
    finally:
        terminal.close()


def until(holds: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = monotonic() + TIMEOUT
    while not holds():
        assert monotonic() < end, "waited in vain"
        sleep(0.005)


def apply_open_plan(terminal: Terminal, count: int) -> None:
    """From today's work to the run: what a person types."""
    terminal.shows("Heute", "Zu tun", f"Offener Plan: {count} Änderungen", "q Ende")
    terminal.press("Enter")
    terminal.shows("Heute › Plan", f"{count} Änderungen anzuwenden")
    terminal.press("A")
    terminal.shows("Noch nicht bestätigt")
    terminal.press(*str(count))
    terminal.shows("F2 führt es jetzt aus")
    terminal.press("F2")


@contextmanager
def held(desk: Desk) -> Iterator[str]:
    """As soon as a run is entered, it stands still: somebody else is writing. The run's id."""
    with desk.place.reader() as reader:
        until(lambda: runs(reader))
        with closing(sqlite3.connect(desk.place.store, isolation_level=None)) as writing:
            writing.execute("BEGIN IMMEDIATE")
            (run,) = runs(reader)
            assert not run.state.ended
            until(lambda: lock_holder(desk.place.lock) == run.id)
            yield run.id
            assert lock_holder(desk.place.lock) == run.id, "it is still alive"


def state_of(desk: Desk) -> RunState:
    with desk.place.reader() as reader:
        return runs(reader)[0].state


def press_q(terminal: Terminal) -> None:
    terminal.press("q")


def hang_up(terminal: Terminal) -> None:
    os.kill(terminal.process, signal.SIGHUP)


def kill(terminal: Terminal) -> None:
    os.kill(terminal.process, signal.SIGKILL)


def is_working(process: int) -> bool:
    """False also for one whose end its terminal has not asked about yet: it has no words left."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    except OSError:
        return False


def left(terminal: Terminal, leave: Callable[[Terminal], None]) -> None:
    """Leave the interface in some way and wait for its end."""
    process = terminal.process
    assert is_working(process)
    leave(terminal)
    until(lambda: not is_working(process))


@pytest.mark.parametrize("leave", [press_q, hang_up, kill])
def test_a_run_goes_on_when_the_interface_is_left_in_any_way(
    cli: CommandLine, leave: Callable[[Terminal], None]
) -> None:
    desk = desk_of(cli)
    delivered(desk)
    count = total(desk.plan("roster"))
    with opened(cli) as terminal:
        apply_open_plan(terminal, count)
        with held(desk):
            terminal.shows("› Lauf", f"0/{count}")
            left(terminal, leave)
    until(lambda: state_of(desk) is RunState.DONE and not lock_holder(desk.place.lock))
    with opened(cli) as terminal:
        terminal.shows("Nichts zu tun.", "fertig", f"{count}/{count}", "Personen")
        terminal.press("t", "Enter")
        terminal.shows("Heute › Lauf", "100 %", "0 Probleme")
        terminal.press("Escape")
        terminal.shows("Zu tun")
        left(terminal, press_q)


def test_what_another_process_writes_comes_on_today_by_itself(cli: CommandLine) -> None:
    with opened(cli) as terminal:
        terminal.shows("Noch kein Export: schoolnet import roster")
        assert cli("import", "roster").code == 0
        terminal.shows("2 Importe sind noch in keinem Plan")
        plan = cli("plan", "roster", "--json", code=3).json
        count = sum(plan["stages"][0]["counts"].values())
        terminal.shows(f"Offener Plan: {count} Änderungen", "Plan: ")
        terminal.press("r", "End", "r")
        terminal.shows("Heute › Benutzerkonten", "0 von 0", "Nichts gefunden.")
        cli("apply", plan["plan"], "--digest", plan["digest"], "--yes")
        assert "Nichts gefunden." not in terminal.shows("❯ ", "aktiv")


def test_a_plan_or_run_that_is_not_there_is_said_before_the_screen_is_touched(
    cli: CommandLine,
) -> None:
    words = shlex.join(["env", "LC_ALL=C.UTF-8", *cli.argv("tui", "--plan", "nope")])
    terminal = Terminal((80, 24), f"{words}; echo ended with $?; read _")
    try:
        terminal.shows("There is no plan nope.", "ended with 2")
    finally:
        terminal.close()
