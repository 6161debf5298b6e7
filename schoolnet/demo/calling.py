"""Commands of schoolnet as a person types them, in a process of their own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inventory.errors import SchoolnetError
from inventory.messages import _, say
from schoolnet.output import ERROR, ExitCode, texts
from schoolnet.place import Place

_PROGRAM = (sys.executable, "-P", "-m", "schoolnet")  # -P: not what lies in the current folder
_SECONDS_TO_END = 10


class StepError(SchoolnetError):
    """A step ended otherwise than it should; `code` is the exit code of what failed."""

    def __init__(self, code: int, command: str, text: str) -> None:
        message = _("`{command}` ended with exit code {code}: {text}")
        super().__init__(say(message, command=command, code=code, text=text))
        self.code = code


def call(place: Place, *arguments: str, expected: ExitCode = ExitCode.DONE) -> Any:
    """Run ``schoolnet … --json`` and return what it printed. Raises StepError for another end."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*_PROGRAM, "-C", str(place.folder), *arguments, "--json"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,  # Ctrl+C is for the demo, which ends it in good order
    )  # fmt: skip
    with process, ended_with_us(process):
        printed, told = process.communicate()
    if process.returncode != expected:
        command = " ".join(("schoolnet", *arguments))
        code = process.returncode if process.returncode > 0 else ExitCode.FAILED
        raise StepError(code, command, what_went_wrong(told))
    return json.loads(printed)


@contextmanager
def ended_with_us(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """When this ends early, the process is asked to end too, and is made to if it does not."""
    try:
        yield
    except BaseException:
        process.send_signal(signal.SIGINT)  # Python cleans up after this one
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def what_went_wrong(narration: str) -> str:
    """The error among all that a command told, or its last line."""
    _before, mark, error = narration.rpartition(texts()(ERROR, text=""))
    lines = narration.strip().splitlines() or ["-"]
    return error.strip() if mark else lines[-1]
