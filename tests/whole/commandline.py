"""The real command line, each call a process of its own, and what a person sees of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT = 60


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value."""
        return json.loads(self.out)


class CommandLine:
    """``schoolnet -C FOLDER …`` in a small environment."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.environ = {
            "PATH": os.environ["PATH"], "HOME": str(folder.parent), "LANG": "C.UTF-8", **environ,
        }  # fmt: skip

    def argv(self, *arguments: object) -> list[str]:
        """How the command is started."""
        words = [str(argument) for argument in arguments]
        return [sys.executable, "-P", "-m", "schoolnet", "-C", str(self.folder), *words]

    def start(self, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
        """Start the command and return at once; the caller ends it."""
        pipes: dict[str, Any] = {
            "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
        }  # fmt: skip
        return subprocess.Popen(
            self.argv(*arguments), env=self.environ, text=True, **{**pipes, **options}
        )

    @contextmanager
    def started(self, *arguments: object, **options: Any) -> "Iterator[subprocess.Popen[str]]":
        """A started command that is ended with the context at the latest."""
        process = self.start(*arguments, **options)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def __call__(self, *arguments: object, code: int | None = 0, **options: Any) -> Said:
        """Run the command to its end; its exit code must be `code` unless that is None."""
        return finished(self.start(*arguments, **options), code)

    def plan(self, *targets: str) -> tuple[str, str]:
        """Plan, with changes pending; id and digest."""
        made = self("plan", *targets, "--json", code=3).json
        return made["plan"], made["digest"]

    def apply(self, plan: tuple[str, str], *options: object, code: int | None = 0) -> Said:
        """Apply a plan without a question."""
        return self("apply", plan[0], "--digest", plan[1], "--yes", *options, code=code)


def finished(process: "subprocess.Popen[str]", code: int | None = 0) -> Said:
    """Wait for a started command."""
    try:
        out, err = process.communicate(timeout=TIMEOUT)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    said = Said(process.returncode, out or "", err or "")
    assert code is None or said.code == code, said
    return said


def assert_one_message(said: Said, code: int, *words: str) -> None:
    """One or two lines that name what is wrong; no traceback, and no data beside it."""
    lines = said.err.splitlines()
    assert said.code == code, said
    assert 1 <= len(lines) <= 2, said
    assert lines[-1].startswith("Error: "), said
    assert lines[-1].endswith((".", "?", ")")) or ": " in lines[-1], said
    assert "Traceback" not in said.err, said
    assert said.out == "", said
    for word in words:
        assert word in said.err, (word, said)


def run_of(said: Said) -> str:
    """The id of the run that a followed command told first."""
    words: Sequence[str] = said.err.split()
    return words[words.index("Run") + 1]
