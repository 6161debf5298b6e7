"""A disk of a few megabytes that a test fills and empties again. In CI it must be there."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A mounted tmpfs; `fill` leaves no free page on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, leave: int = 0) -> None:
        """Take all room but `leave` bytes."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 14, 1 << 12):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue
        if leave:
            os.truncate(self._filler, max(0, self._filler.stat().st_size - leave))

    def make_room(self) -> None:
        """Give all room back."""
        self._filler.unlink(missing_ok=True)

    def forbid_writing(self) -> None:
        """Mount it anew, for reading only, as a system does with a broken disk."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk of this size on a new folder. Skips, with the reason, where that cannot be."""
    folder.mkdir(parents=True)
    options = f"size={megabytes}m,mode=700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        reason = f"mounting a small disk needs root: {mounted.stderr.strip()}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
