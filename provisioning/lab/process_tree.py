"""Lab processes that end as a whole, with every child, session and shell they started.

A tree is a PID namespace (pid_namespaces(7)): when its first process ends, the kernel ends all
others in it. The tree also ends when the thread that started it does, however it dies
(``PR_SET_PDEATHSIG``), so no server and no network namespace outlives its test or demo. Start
one on a thread that lives as long as the tree is wanted. Needs root.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from inventory.errors import SchoolnetError
from inventory.messages import _

_SECONDS = 20
"""How long a lab program may take to start, to end, or to do one command."""

_FIRST_PROCESS = 'trap exit TERM; "$@" & wait'
"""A shell as the first process: daemons do not expect that duty (signals, orphans)."""


class ProcessTree:
    """One program and all it starts, with private mounts and, if asked, a private network."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        log: Path,
        *,
        network: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start `argv`; its output goes to `log`. With `network` wait for the namespace."""
        self._name = name
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the lab's own programs
                [
                    *("setpriv", "--pdeathsig", "KILL"),
                    # slave: namespaces that others remove must not be kept alive in here
                    *("unshare", "--fork", "--kill-child", "--pid", "--mount"),
                    *("--propagation", "slave", *(["--net"] if network else [])),
                    *("sh", "-c", _FIRST_PROCESS, "sh", *argv),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(env or {})},
                start_new_session=True,  # an interrupt at the keyboard is for us, not for it
            )
        if network:
            self._await_network()

    @property
    def pid(self) -> int:
        """A process inside the tree's network, as ``ip link … netns PID`` wants it."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What the program has said so far."""
        return self._log.read_text(errors="replace")

    def inside(self, *argv: str) -> list[str]:
        """The command that runs `argv` in the tree's network."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", *argv]

    def await_(self, ready: Callable[[], bool]) -> None:
        """Return when `ready`. Raises SchoolnetError when the program ends or takes too long."""
        deadline = time.monotonic() + _SECONDS
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise SchoolnetError(
                    _("The lab program {program} did not start. It said: {output}"),
                    program=self._name,
                    output=self.output.strip() or "-",
                )
            time.sleep(0.01)

    def end(self) -> None:
        """End every process of the tree and return when they are gone."""
        deadline = time.monotonic() + _SECONDS
        while self._process.poll() is None:
            # again and again: in its first moments the shell cannot hear SIGTERM yet
            late = time.monotonic() > deadline
            os.killpg(self._process.pid, signal.SIGKILL if late else signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.2)

    def _await_network(self) -> None:
        ours = Path("/proc/self/ns/net").readlink()
        theirs = Path(f"/proc/{self.pid}/ns/net")
        self.await_(lambda: theirs.readlink() != ours)


def run(argv: Sequence[str], *, given: str = "", seconds: int = _SECONDS) -> str:
    """Run one command of the lab to its end and return its output; `given` is its input.

    Raises SchoolnetError with the command's own words when it fails or takes too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the lab's own programs
            argv, input=given, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise SchoolnetError(
            _("The lab command {command} did not end within {seconds} seconds."),
            command=argv[0],
            seconds=seconds,
        ) from late
    if done.returncode:
        raise SchoolnetError(
            _("The lab command {command} failed: {output}"),
            command=" ".join(argv),
            output=(done.stderr or done.stdout).strip(),
        )
    return done.stdout
