"""On a terminal the interface opens on the result, and leaving it ends the lab."""

import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from inventory.records import Interface
from inventory.records.base import Edit
from inventory.records.changes import Selection
from inventory.records.runs import Control, RunState
from inventory.store.queries import Eq, Not
from inventory.store.runs import get_run, save_control
from provisioning.engine.starting import new_run
from schoolnet.commands.plan import compute
from schoolnet.place import Place
from schoolnet.running import launch
from tests.demo.support import SECONDS, TINY, answers, command, environment, left_over, ports

UNDER_WAY = {RunState.RUNNING, RunState.PAUSED}


class Terminal:
    """A demo in a terminal of 120 x 40."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.ended = folder / "exit-code"
        given = environment(folder)
        told = [f"{name}={given[name]}" for name in ("TMPDIR", "SCHOOLNET_LANGUAGE")]
        line = shlex.join(["env", "-u", "NO_TUI", *told, *command(*arguments)])
        script = f"{line}; echo $? >{shlex.quote(str(self.ended))}"
        size = ("-x", "120", "-y", "40")
        self._tmux("new-session", "-d", *size, script, ";", "set-option", "remain-on-exit", "on")

    def screen(self) -> str:
        """What one sees at this moment."""
        return self._tmux("capture-pane", "-p")

    def press(self, key: str) -> None:
        """Press a key."""
        self._tmux("send-keys", key)

    def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + SECONDS
        while not seen():
            assert time.monotonic() < deadline, "it took too long"
            time.sleep(0.1)

    def exit_code(self) -> int:
        """Wait for the end of the demo."""
        self.until(lambda: self.ended.exists() and self.ended.read_text().strip() != "")
        return int(self.ended.read_text())

    def close(self) -> None:
        """Close the terminal with everything in it."""
        self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-f", "/dev/null", "-S", str(self.folder.with_name("tmux")), *arguments],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "place"


@pytest.fixture
def terminal(tmp_path: Path, place: Path) -> Iterator[Terminal]:
    """The interface is open on the run, which is done."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    terminal = Terminal(folder, *TINY, "--folder", str(place))
    try:
        # The screen paints its parts one after the other: wait for what comes last.
        whole = ("q Leave", "100 %")
        terminal.until(
            lambda: all(part in terminal.screen() for part in whole) or terminal.ended.exists()
        )
        assert "100 %" in terminal.screen()
        yield terminal
    finally:
        with suppress(subprocess.CalledProcessError):
            terminal.close()


def test_leaving_the_interface_ends_the_lab_and_the_run_under_way(
    terminal: Terminal, place: Path
) -> None:
    assert all(answers(port) for port in ports(place))
    folder = Place(place)
    with folder.writer() as writer, folder.reader() as reader:
        port = next(reader.records(Interface, Not(part=Eq(field="profile", value=""))))
        writer.edit([Edit(port, port.model_copy(update={"description": "Raum 7"}))])
        plan = compute(folder, ["network"], [], folder.today)
        digest = plan.digest(Selection())
        run = new_run(reader, writer, plan, digest, folder.lock)
        save_control(writer, run.id, Control.PAUSE)
        with launch(folder, run.id, plan.targets) as process:
            terminal.until(lambda: get_run(reader, run.id).state in UNDER_WAY)
            terminal.press("q")
            assert process.wait(SECONDS) == 0
        assert get_run(reader, run.id).state is RunState.CANCELLED
    assert terminal.exit_code() == 0
    assert "The lab has ended" in terminal.screen()
    assert left(terminal, place) == []


def test_closing_the_terminal_ends_the_lab(terminal: Terminal, place: Path) -> None:
    terminal.close()
    terminal.until(lambda: left(terminal, place) == [])


def left(terminal: Terminal, place: Path) -> list[object]:
    """Processes and open ports of the lab; the terminal itself is none of it."""
    processes = [line for line in left_over(terminal.folder) if not line.startswith("tmux")]
    return [*processes, *(port for port in ports(place) if answers(port))]
