"""One server of the lab as a process: started, paused, killed, and never left behind.

It ends with `stop`, at the interpreter's exit, and also when this process is killed: a watchdog
waits on a pipe that only this process holds open.
"""

import atexit
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from inventory.errors import UnreachableError
from inventory.messages import _

_START_SECONDS = 30
_STOP_SECONDS = 10


class ServerProcess:
    """The program `argv`, run in `folder`; `start` may follow `stop` or `kill`."""

    def __init__(self, argv: Sequence[str], folder: Path, log: Path) -> None:
        self._argv = list(argv)
        self._folder = folder
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    def start(self, ready: Callable[[], bool]) -> None:
        """Return when `ready`. Raises UnreachableError with the server's own words."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the lab's own program
                self._argv,
                cwd=self._folder,
                stdin=subprocess.PIPE,  # samba ends when its input does
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt at the keyboard is for us, not for it
            )
        self._watchdog = _watch(self._process.pid)
        atexit.register(self.stop)
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise UnreachableError(
                    _("The lab's directory server did not start. It said: {output}"),
                    output=self._log.read_text(errors="replace").strip() or "-",
                )
            time.sleep(0.005)

    def stop(self) -> None:
        """End the server in good order; do nothing when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once (SIGKILL), as a crash would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Stop the server's clock (SIGSTOP): connections stay open and nothing answers."""
        pid = self._running().pid
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let a paused server go on."""
        self._running().send_signal(signal.SIGCONT)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the lab's server does not run")
        return self._process

    def _end(self, how: signal.Signals) -> None:
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                process.send_signal(how)
                process.send_signal(signal.SIGCONT)  # a paused process obeys only when it goes on
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            assert process.stdin is not None
            process.stdin.close()
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is not None:
            watchdog.kill()
            watchdog.communicate()


def answers(address: str, port: int) -> bool:
    """True when somebody listens there."""
    try:
        socket.create_connection((address, port), 0.5).close()
    except OSError:
        return False
    return True


def is_free(address: str, port: int) -> bool:
    """True when nobody has taken this port at this address."""
    with socket.socket() as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _watch(pid: int) -> subprocess.Popen[bytes]:
    """A shell that kills `pid` when our end of its input closes, which only our end can do."""
    return subprocess.Popen(  # noqa: S603 - a constant script
        ["/bin/sh", "-c", 'read -r _; kill -KILL "$0"', str(pid)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
