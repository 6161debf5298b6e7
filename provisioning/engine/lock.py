"""One run at a time for each store. Alive means that the lock is held, nothing else does.

A run holds the lock file exclusively (flock(2)). Who only wants to know takes it shared for a
moment: any number may ask at once, and a run that starts in that moment waits for them.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inventory.errors import LockedError, StoreError
from inventory.messages import Message, _, say

_ASKERS_SECONDS = 1.0
"""Longer than anybody who only asks holds the lock, also on a busy machine."""
_LOOK_SECONDS = 0.01


def under_way(run_id: str) -> Message:
    """That a run is alive, and what to do about it."""
    message = _("Run {run} is under way. Wait for it, or see `schoolnet runs show {run}`.")
    return say(message, run=run_id)


@contextmanager
def run_lock(path: Path, run_id: str) -> Iterator[None]:
    """Hold the run lock and write who holds it.

    Raises LockedError naming the holder, StoreError when the file cannot be made or written.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _acquire(descriptor)
        try:
            _write(descriptor, run_id)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            yield
        finally:
            with suppress(OSError):
                _write(descriptor, "")
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> None:
    end = time.monotonic() + _ASKERS_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 64, 0).decode()
            if time.monotonic() > end:
                raise LockedError(under_way(holder or "?")) from error
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _write(descriptor: int, run_id: str) -> None:
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, run_id.encode(), 0)


def lock_holder(path: Path) -> str:
    """The id of the run that is alive now; empty when none is."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(descriptor, 64, 0).decode() or "?"
    else:
        return ""
    finally:
        os.close(descriptor)


def _unusable(path: Path, error: OSError) -> StoreError:
    message = _("The run lock {path} cannot be written: {reason}. Check the folder and its disk.")
    return StoreError(say(message, path=str(path), reason=error.strerror or str(error)))
