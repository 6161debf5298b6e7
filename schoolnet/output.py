"""The one place that writes to a terminal: standard output is data, standard error narration."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from typing import BinaryIO

from inventory.errors import (
    GuardError,
    LockedError,
    SchoolnetError,
    StaleError,
    UnreachableError,
    UsageError,
)
from inventory.messages import Message, _, say
from tui.texts import Texts, load_texts, preferred_language


class ExitCode(IntEnum):
    """Every way the program can end. Scripts may rely on these."""

    DONE = 0
    """Done, or nothing to do."""
    FAILED = 1
    """Failed; nothing half written."""
    USAGE = 2
    """A wrong argument, setting or input file."""
    PENDING = 3
    """Changes are pending, or there is drift."""
    UNREACHABLE = 4
    """A server, switch or file system does not answer."""
    STALE = 5
    """The plan or digest is not that of now."""
    GUARDED = 6
    """A guard refused."""
    INCOMPLETE = 7
    """Finished with failed, skipped, stale or rolled-back changes, or cancelled."""
    LOCKED = 8
    """Another run holds the lock."""
    INTERRUPTED = 130
    """Ctrl+C: what was watched goes on, what ran here stopped in good order."""


ERROR = _("Error: {text}")
"""How the message of a failure begins: so it is found among all that a command told."""

_CODES: tuple[tuple[type[SchoolnetError], ExitCode], ...] = (
    (UsageError, ExitCode.USAGE),
    (UnreachableError, ExitCode.UNREACHABLE),
    (StaleError, ExitCode.STALE),
    (GuardError, ExitCode.GUARDED),
    (LockedError, ExitCode.LOCKED),
    (SchoolnetError, ExitCode.FAILED),
)


def exit_code(error: SchoolnetError) -> ExitCode:
    """The exit code of an error."""
    return next(code for kind, code in _CODES if isinstance(error, kind))


@cache
def texts() -> Texts:
    """The texts in the language of the environment."""
    return load_texts(preferred_language(os.environ))


def tell(message: Message | str, **parameters: str | int) -> None:
    """Say something to a person, on standard error."""
    text = (
        texts().render(message) if isinstance(message, Message) else texts()(message, **parameters)
    )
    sys.stderr.write(text + "\n")


def fail(error: SchoolnetError) -> ExitCode:
    """Tell a person what went wrong; returns the exit code."""
    sys.stderr.write(texts()(ERROR, text=texts().render(error.message)) + "\n")
    return exit_code(error)


def put(*lines: str) -> None:
    """Write data lines to standard output."""
    for line in lines:
        sys.stdout.write(line + "\n")


def put_json(value: object) -> None:
    """Write one JSON value to standard output."""
    put(json.dumps(value, ensure_ascii=False, default=str))


@contextmanager
def data_stream() -> Iterator[BinaryIO]:
    """Standard output for bytes. Raises SchoolnetError when it takes no more (a full disk)."""
    sys.stdout.flush()
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still in the buffer must go nowhere, or Python tries again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        message = _("Standard output takes no more: {reason}. Repeat the command.")
        raise SchoolnetError(say(message, reason=error.strerror or str(error))) from error


def put_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write aligned columns: readable, and cut by any tool."""
    from rich.cells import cell_len

    body = [[texts()(title) for title in titles]]
    body += [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[i]) for row in body) for i in range(len(titles))]
    for row in body:
        cells = [
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        put("  ".join(cells).rstrip())
