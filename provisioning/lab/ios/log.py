"""The log of a switch: JSON lines, one file a switch, whatever the client sent."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provisioning.lab.ios.state import LogEntry


class SwitchLog:
    """Begins a file anew; what was written is in the file when `write` returns."""

    def __init__(self, path: Path, sequence: Iterator[int]) -> None:
        path.touch(mode=0o600)
        self._file = path.open("w", buffering=1, encoding="utf-8")
        self._sequence = sequence

    def write(self, kind: str, **fields: Any) -> None:
        """Append one entry. A secret is never among the fields."""
        entry = LogEntry.model_validate({"sequence": next(self._sequence), "kind": kind, **fields})
        self._file.write(entry.model_dump_json(exclude_defaults=True) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_log(path: Path) -> list[LogEntry]:
    """All entries of a switch's log in their order."""
    with path.open(encoding="utf-8") as lines:
        return [LogEntry.model_validate_json(line) for line in lines if line.endswith("\n")]


def new_sequence() -> Iterator[int]:
    """The counter that orders the logs of all switches of one lab."""
    return itertools.count(1)
