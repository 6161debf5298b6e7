"""Commands of schoolnet as a person types them, in a process of their own."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from inventory.errors import SchoolnetError
from inventory.messages import _, say
from schoolnet.demo.founding import Ground
from schoolnet.demo.interruption import Signals
from schoolnet.output import ERROR, ExitCode, texts

P = TypeVar("P", bound="subprocess.Popen[Any]")
_PROGRAM = (sys.executable, "-P", "-m", "schoolnet")  # -P: not what lies in the current folder
_SECONDS_TO_END = 10


class StepError(SchoolnetError):
    """A step ended otherwise than it should; `code` is the exit code of what failed."""

    def __init__(self, code: int, command: str, text: str) -> None:
        message = _("`{command}` ended with exit code {code}: {text}")
        super().__init__(say(message, command=command, code=code, text=text))
        self.code = code


def call(ground: Ground, *arguments: str, expected: ExitCode = ExitCode.DONE) -> Any:
    """Run ``schoolnet … --json`` and return what it printed. Raises StepError for another end."""

    def start() -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - our own program
            [*_PROGRAM, "-C", str(ground.place.folder), *arguments, "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,  # Ctrl+C is for the demo, which ends it in good order
        )  # fmt: skip

    with child(ground.signals, start) as process, process:
        printed, told = process.communicate()
    if process.returncode != expected:
        command = " ".join(("schoolnet", *arguments))
        code = process.returncode if process.returncode > 0 else ExitCode.FAILED
        raise StepError(code, command, what_went_wrong(told))
    return json.loads(printed)


@contextmanager
def child(signals: Signals, start: Callable[[], P]) -> Iterator[P]:
    """A process that, when this is left early, is asked to end, and made to if it does not."""
    process = None
    try:
        with signals.held():
            process = start()
        yield process
    except BaseException:
        if process is not None:
            with signals.held():
                _end(process)
        raise


def _end(process: "subprocess.Popen[Any]") -> None:
    process.send_signal(signal.SIGINT)  # Python cleans up after this one
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def what_went_wrong(narration: str) -> str:
    """The error among all that a command told, or its last line."""
    _before, mark, error = narration.rpartition(texts()(ERROR, text=""))
    lines = narration.strip().splitlines() or ["-"]
    return error.strip() if mark else lines[-1]
