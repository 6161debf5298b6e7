"""A run is its own process: it outlives the terminal, and its secrets come through a pipe."""

import contextlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import SecretStr

from inventory.errors import StoreError
from inventory.messages import _, say


def start_process(
    argv: Sequence[str], log: Path, secrets: Mapping[str, SecretStr]
) -> "subprocess.Popen[bytes]":
    """Start a run process in a session of its own; its output goes to `log` (mode 0600).

    Secrets are written to its standard input and to nothing else. Raises StoreError when the log
    cannot be written: a process that cannot say what went wrong is not started.
    """
    try:
        log.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = _("The log {path} cannot be written: {reason}. Check the folder and its disk, "
                    "then carry the run on: schoolnet runs resume {run}")  # fmt: skip
        reason = error.strerror or str(error)
        raise StoreError(say(message, path=str(log), reason=reason, run=log.stem)) from error
    try:
        process = subprocess.Popen(  # noqa: S603 - argv comes from the composition root
            argv, stdin=subprocess.PIPE, stdout=descriptor, stderr=descriptor,
            start_new_session=True, close_fds=True,
        )  # fmt: skip
    finally:
        os.close(descriptor)
    assert process.stdin is not None
    plain = {reference: secret.get_secret_value() for reference, secret in secrets.items()}
    # A process that died at once has its reason in the log; the caller sees its exit code.
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(json.dumps(plain).encode())
    return process


def read_secrets(data: bytes) -> dict[str, SecretStr]:
    """What `start_process` wrote."""
    return {reference: SecretStr(value) for reference, value in json.loads(data or b"{}").items()}
