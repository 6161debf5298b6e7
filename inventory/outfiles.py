"""Files that people are given: new, their owner's alone, whole or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from hashlib import file_digest
from pathlib import Path

from inventory.errors import SchoolnetError, UsageError
from inventory.messages import _, say


def refuse_existing(path: Path) -> None:
    """Raise UsageError when the file is there already."""
    with telling(path):
        if path.exists():
            message = _("{path} exists already. Name another file, or remove it first.")
            raise UsageError(say(message, path=str(path)))


def settle(file: Path) -> str:
    """Make the file its owner's alone, and sure to be on disk; returns its SHA-256."""
    file.chmod(0o600)
    with file.open("rb") as written:
        os.fsync(written.fileno())
        return file_digest(written, "sha256").hexdigest()


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Say in one sentence why a file cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno == ENOSPC:
            message = _("The disk with {path} is full. Make room, then repeat the command.")
            raise SchoolnetError(say(message, path=str(path))) from error
        message = _("{path} cannot be written: {reason}.")
        raise UsageError(
            say(message, path=str(path), reason=error.strerror or str(error))
        ) from error
