"""The interface in a real terminal: tmux shows what a person would see over SSH."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

ROOT = Path(__file__).parents[2]
DEADLINE = 30.0


class Terminal:
    """One tmux server of our own, with one window."""

    def __init__(self, size: tuple[int, int], command: str) -> None:
        self._socket = f"schoolnet-test-{os.getpid()}"
        width, height = map(str, size)
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", width, "-y", height, command)
        self._tmux("set-option", "remain-on-exit", "on")

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        """Send keys by their tmux names."""
        self._tmux("send-keys", *keys)

    def shows(self, *parts: str) -> str:
        """Wait until the screen shows all this; return it."""
        end = monotonic() + DEADLINE
        while True:
            screen = self._tmux("capture-pane", "-p")
            if all(part in screen for part in parts):
                return screen
            assert monotonic() < end, f"{parts} never came on:\n{screen}"
            sleep(0.05)

    @property
    def process(self) -> int:
        """The process that the terminal was opened for."""
        return int(self._tmux("list-panes", "-F", "#{pane_pid}"))

    def close(self) -> None:
        """End everything in it."""
        self._tmux("kill-server")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    command = f"cd {ROOT} && SSH_TTY=/dev/pts/9 {sys.executable} -m tests.tui.on_terminal; read _"
    opened = Terminal((80, 24), command)
    try:
        yield opened
    finally:
        opened.close()


def test_a_plan_is_walked_applied_and_left(terminal: Terminal) -> None:
    terminal.shows("49 Änderungen anzuwenden", "▸ [x] Netz", "Plan: 49 offen", "A Anwenden …")
    terminal.press("w", "w")
    terminal.shows("❯         [x] ~ Gi1/0/48", "!!")
    terminal.press("Space")
    terminal.shows("48 Änderungen anzuwenden", "[ ] ~ Gi1/0/48")
    terminal.press("Enter")
    terminal.shows("Genau das wird gesendet", "interface Gi1/0/48", "Der Rückweg")
    terminal.press("Escape")
    terminal.shows("48 Änderungen anzuwenden")
    terminal.press("A")
    terminal.shows("Noch nicht bestätigt")
    terminal.press("4", "8")
    terminal.shows("F2 führt es jetzt aus")
    terminal.press("F2")
    terminal.shows("Plan k3v7 › Lauf r1", "läuft: Verzeichnis")
    terminal.press("q")
    terminal.shows("applied: 1")
