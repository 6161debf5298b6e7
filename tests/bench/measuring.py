"""How two ways are compared: in turns, so that what else the machine does meets both."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class Line:
    """One line of the table. `goal` is the largest ratio that is good; None: for orientation."""

    what: str
    against: str
    ratio: float
    goal: float | None = None
    beside: str = ""


class Pair(NamedTuple):
    """Medians of both ways in seconds, and the median of their ratios round by round."""

    first: float
    second: float
    ratio: float


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes; rubbish of the work before is cleared away first."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(first: Callable[[], float], second: Callable[[], float], rounds: int) -> Pair:
    """Measure both ways in each round, the other one first in every second round."""
    ones: list[float] = []
    others: list[float] = []
    for turn in range(rounds):
        if turn % 2:
            others.append(second())
            ones.append(first())
        else:
            ones.append(first())
            others.append(second())
    ratios = [one / other for one, other in zip(ones, others, strict=True)]
    return Pair(median(ones), median(others), median(ratios))


class Use(NamedTuple):
    """What a process took: seconds on the clock, of a processor, and its peak memory in MiB."""

    clock: float
    processor: float
    memory: float

    def and_then(self, later: "Use") -> "Use":
        """Two processes after each other."""
        return Use(
            self.clock + later.clock,
            self.processor + later.processor,
            max(self.memory, later.memory),
        )


def use_of(argv: Sequence[str], expected: int, cwd: Path) -> tuple[Use, str]:
    """Run a Python process; what it took, and its standard output.

    Raises CalledProcessError when it ends with another code than expected.
    """
    use, output, _errors = use_and_words(argv, expected, cwd)
    return use, output


def use_and_words(argv: Sequence[str], expected: int, cwd: Path) -> tuple[Use, str, str]:
    """The same, and its standard error as well."""
    with tempfile.TemporaryFile() as output:
        # A small parent: the kernel counts the memory of a parent as its child's at first.
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), sys.executable, *argv],
            cwd=cwd, stdout=output, stderr=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        output.seek(0)
        text = output.read().decode()
    code, clock, processor, memory = done.stderr.splitlines()[-1].split()
    if int(code) != expected:
        raise subprocess.CalledProcessError(int(code), argv, text, done.stderr)
    return Use(float(clock), float(processor), float(memory)), text, done.stderr


def tell(text: str) -> None:
    """Narrate on standard error: the table alone is on standard output."""
    sys.stderr.write(f"{text}\n")


def load() -> str:
    """How busy the machine is beside us: processes that want a processor, last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def plain_environment() -> Mapping[str, str]:
    """The environment without what would change how Python starts."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
