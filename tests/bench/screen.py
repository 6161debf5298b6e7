"""The records screen of the real program on a pseudo terminal: first paint, page down, bytes."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from inventory.records import KINDS
from inventory.records.base import Edit
from tests.bench.devices import devices, places
from tests.bench.measuring import Line, plain_environment, tell
from tests.desk import Desk

FEW, MANY = 1_000, 100_000
ROUNDS, STEPS = 3, 9
LIST_ALONE, WITH_RECORD = 99, 100  # columns: from 100 on the record stands beside the list
BUDGET = (20, 6000)  # milliseconds and bytes of a page
_LINES = 30
_ENTER, _DOWN, _PAGE_DOWN = b"\r", b"\x1b[B", b"\x1b[6~"
_QUIET = 0.2  # seconds without a byte: everything is painted
_LONGEST = 60.0


class Answer(NamedTuple):
    """What came after a key: milliseconds to the last byte, and how many bytes."""

    milliseconds: float
    size: int


class Seen(NamedTuple):
    """One session: opening the screen, and the medians of single lines and of pages."""

    opening: Answer
    line: Answer
    page: Answer


def measure() -> list[Line]:
    """Sessions with many and with few devices in turns, on a narrow and a wide terminal."""
    sessions: dict[tuple[int, int], list[Seen]] = {}
    with tempfile.TemporaryDirectory() as name:
        folders = {count: _place(Path(name) / str(count), count) for count in (FEW, MANY)}
        for _round in range(ROUNDS):
            for columns in (LIST_ALONE, WITH_RECORD):
                for count, folder in folders.items():
                    seen = sessions.setdefault((count, columns), [])
                    seen.append(_session(folder, columns))
    middle = {key: _middle(seen) for key, seen in sessions.items()}
    tell("\n".join(f"{key}: {seen}" for key, seen in middle.items()))
    alone = middle[MANY, LIST_ALONE], middle[FEW, LIST_ALONE]
    beside = middle[MANY, WITH_RECORD], middle[FEW, WITH_RECORD]
    return [
        _line("first paint", beside[0].opening, beside[1].opening),
        _line("page down, the list alone", alone[0].page, alone[1].page, BUDGET),
        _line("page down, list and record", beside[0].page, beside[1].page, BUDGET),
        _line("one line down, the list alone", alone[0].line, alone[1].line),
    ]


def _line(what: str, many: Answer, few: Answer, budget: tuple[int, int] | None = None) -> Line:
    beside = f"{many.milliseconds:.0f} ms, {many.size / 1000:.1f} kB"
    if budget:
        kept = many.milliseconds <= budget[0] and many.size <= budget[1]
        word = "kept" if kept else "exceeded"
        beside += f" (budget of {budget[0]} ms and {budget[1] / 1000:.0f} kB {word})"
    return Line(
        f"records screen of {MANY:,} devices: {what}",
        f"{FEW:,} devices",
        many.milliseconds / few.milliseconds,
        None,
        beside,
    )


def _middle(sessions: list[Seen]) -> Seen:
    opening, line, page = (_typical(list(answers)) for answers in zip(*sessions, strict=True))
    return Seen(opening, line, page)


def _typical(answers: list[Answer]) -> Answer:
    return Answer(
        median(one.milliseconds for one in answers), round(median(one.size for one in answers))
    )


def _place(folder: Path, count: int) -> Path:
    desk = Desk(folder)
    with desk.place.writer() as writer:
        writer.edit([Edit(None, record) for record in [*places(), *devices(count)]])
    return folder


def _session(folder: Path, columns: int) -> Seen:
    with _program(folder, columns) as terminal:
        _read(terminal)
        _press(terminal, b"r")
        for _kind in range([*KINDS].index("device")):
            _press(terminal, _DOWN)
        opening = _press(terminal, _ENTER)
        lines = [_press(terminal, _DOWN) for _step in range(STEPS)]
        pages = [_press(terminal, _PAGE_DOWN) for _step in range(STEPS)]
    return Seen(opening, _typical(lines), _typical(pages))


@contextmanager
def _program(folder: Path, columns: int) -> Iterator[int]:
    """`schoolnet tui` on a terminal of its own; it is left with its own key."""
    argv = [sys.executable, "-P", "-m", "schoolnet", "-C", str(folder), "tui"]
    environment = {
        **plain_environment(), "TERM": "xterm-256color", "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    process, terminal = pty.fork()
    if process == 0:
        os.execve(argv[0], argv, environment)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, columns, 0, 0))
        yield terminal
        os.write(terminal, b"q")
        while _read(terminal).size:
            pass
    finally:
        os.kill(process, signal.SIGKILL)  # does nothing to one that has ended
        os.waitpid(process, 0)
        os.close(terminal)


def _press(terminal: int, key: bytes) -> Answer:
    os.write(terminal, key)
    return _read(terminal)


def _read(terminal: int) -> Answer:
    """Wait for the first byte, then until it is quiet."""
    started = last = time.perf_counter()
    size = 0
    while select.select([terminal], [], [], _QUIET if size else _LONGEST)[0]:
        try:
            size += len(os.read(terminal, 65536))
        except OSError:  # the program has ended (Linux: EIO)
            break
        last = time.perf_counter()
    return Answer((last - started) * 1000, size)
