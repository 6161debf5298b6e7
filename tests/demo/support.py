"""A demo as its user starts it, and whether anything of it is left."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inventory.records import Switch
from schoolnet.place import Place

LAST_LINE = "demo: verified, nothing left to do"
TINY = ("demo", "--schools", "1")
SECONDS = 120
"""What a demo may take; issue and README promise it."""


class Started:
    """One command with its own temporary folder, whose name marks all that it starts."""

    def __init__(
        self,
        temporary: Path,
        *arguments: str,
        language: str = "en",
        also: Mapping[str, str] | None = None,
    ) -> None:
        temporary.mkdir(parents=True, exist_ok=True)
        self.temporary = temporary
        self._out, self._err = temporary.with_suffix(".out"), temporary.with_suffix(".err")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command(*arguments),
                env={**environment(temporary, language), **(also or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def out(self) -> str:
        """Standard output so far."""
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """Standard error so far."""
        return self._err.read_text(encoding="utf-8")

    def until(self, text: str) -> None:
        """Wait until it has said this on standard output."""
        poll(lambda: text in self.out or self.process.poll() is not None)
        assert text in self.out, self.err

    def end(self, number: signal.Signals | None = None) -> int:
        """Wait for its end, after a signal if one is given; returns the exit code."""
        if number is not None:
            self.process.send_signal(number)
        return self.process.wait(SECONDS)


def command(*arguments: str) -> list[str]:
    """The command line of ``schoolnet``."""
    return [sys.executable, "-P", "-m", "schoolnet", *arguments]


def environment(temporary: Path, language: str = "en") -> dict[str, str]:
    """Ours, with its own temporary folder."""
    told = {"TMPDIR": str(temporary), "SCHOOLNET_LANGUAGE": language}
    return {**os.environ, **told, "NO_TUI": "1"}


@contextmanager
def started(temporary: Path, *arguments: str, **how: Any) -> Iterator[Started]:
    """A command that is ended at the latest when the test is."""
    one = Started(temporary, *arguments, **how)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(SECONDS)


def poll(done: Callable[[], bool]) -> None:
    """Wait until it is done, at most `SECONDS`."""
    deadline = time.monotonic() + SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


def left_over(temporary: Path) -> list[str]:
    """What still runs of a command with this temporary folder."""
    return list(processes(temporary).values())


def processes(temporary: Path) -> dict[int, str]:
    """Processes that came from a command with this temporary folder: their command lines."""
    found = {}
    mark = str(temporary).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ, line = (folder / "environ").read_bytes(), (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended, or it is another user's
        if line and folder.name != str(os.getpid()) and (mark in environ or mark in line):
            found[int(folder.name)] = line.replace(b"\0", b" ").decode(errors="replace")
    return found


def ports(folder: Path) -> list[int]:
    """Where the directory and the switches of a place listen, or did."""
    place = Place(folder)
    assert place.settings.directory is not None
    with place.reader() as reader:
        switches = [switch.port for switch in reader.records(Switch)]
    return [place.settings.directory.port, *switches]


def answers(port: int) -> bool:
    """Whether anybody listens."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True
