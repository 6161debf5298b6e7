"""How fast the command line starts, against Python with nothing but typer."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measuring import Line, in_turns, plain_environment, seconds

STARTS = 40


def measure() -> list[Line]:
    """Many starts of both in turns; the first of each only warms the files."""
    program = [str(Path(sys.executable).with_name("schoolnet")), "--version"]
    typer = [sys.executable, "-c", "import typer"]
    _start(program), _start(typer)
    pair = in_turns(lambda: _start(program), lambda: _start(typer), STARTS)
    beside = f"{pair.first * 1000:.0f} ms and {pair.second * 1000:.0f} ms"
    return [Line("`schoolnet --version`", '`python -c "import typer"`', pair.ratio, 1.5, beside)]


def _start(argv: Sequence[str]) -> float:
    return seconds(
        lambda: subprocess.run(argv, env=plain_environment(), stdout=subprocess.DEVNULL, check=True)
    )
