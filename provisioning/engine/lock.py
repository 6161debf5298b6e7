"""One run at a time for each store. Alive means that the lock is held, nothing else does."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inventory.errors import LockedError
from inventory.messages import _, say


@contextmanager
def run_lock(path: Path, run_id: str) -> Iterator[None]:
    """Hold the run lock and write who holds it; raises LockedError naming the holder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 64, 0).decode() or "?"
            message = _("Run {run} is under way. Wait for it, or see `schoolnet runs show {run}`.")
            raise LockedError(say(message, run=holder)) from error
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, run_id.encode(), 0)
        yield
    finally:
        os.close(descriptor)


def lock_holder(path: Path) -> str:
    """The id of the run that is alive now; empty when none is."""
    try:
        with run_lock(path, ""):
            return ""
    except LockedError as error:
        return str(error.message.parameters["run"])
    except FileNotFoundError:
        return ""
