"""A whole city taken in, planned and applied into an empty directory, process by process.

Memory is the question: what a run needs must not grow with the number of accounts.
"""

import json
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from inventory.store.runs import runs
from provisioning.lab.slapd import Slapd
from tests.bench.measuring import Line, Use, tell, use_and_words, use_of
from tests.bench.term_start import LARGE, PENDING, SMALL, city_of, take_in
from tests.desk import Desk


class City(NamedTuple):
    """What each process took for a number of persons."""

    persons: int
    changes: int
    imported: Use
    planned: Use
    applied: Use
    followed: Use
    time_left: int
    """How many lines of the follower named the time left."""

    def __str__(self) -> str:
        parts = ("import", self.imported), ("plan", self.planned), ("apply", self.applied), (
            "follow", self.followed,
        )  # fmt: skip
        uses = "; ".join(f"{name} {use.clock:.0f} s, {use.memory:.0f} MiB" for name, use in parts)
        return (
            f"{self.persons:,} persons, {self.changes:,} changes: {uses}; "
            f"time left shown {self.time_left} times"
        )


def measure() -> list[Line]:
    """A small city, then a large one."""
    small, large = _city(SMALL), _city(LARGE)
    return [
        Line(
            f"peak memory of the apply of {large.persons:,} persons",
            f"of {small.persons:,} persons",
            large.applied.memory / small.applied.memory,
            1.2,
            f"{large}; small: {small}",
        )
    ]


def _city(persons: int) -> City:
    with tempfile.TemporaryDirectory() as name, Slapd(Path(name) / "slapd") as slapd:
        desk, call, rows, imported = take_in(Path(name) / "place", slapd, city_of(persons))
        planned, text = use_of([*call, "plan", "roster", "directory", "--json"],
                               PENDING, Path.cwd())  # fmt: skip
        made = json.loads(text)
        tell(f"{rows:,} persons: import {imported}, plan {planned}")
        apply = [*call, "apply", made["plan"], "--digest", made["digest"], "--yes", "--foreground"]
        applied, followed, lines = _applied(desk, call, apply)
    changes = sum(sum(stage["counts"].values()) for stage in made["stages"])
    found = City(rows, changes, imported, planned, applied, followed, lines)
    tell(str(found))
    return found


def _applied(desk: Desk, call: list[str], apply: list[str]) -> tuple[Use, Use, int]:
    """The run in one process, its follower in another; how often that named the time left."""
    done: list[Use] = []
    run = threading.Thread(target=lambda: done.append(use_of(apply, 0, Path.cwd())[0]))
    run.start()
    followed, lines = Use(0, 0, 0), 0
    while run.is_alive():
        with desk.place.reader() as reader:
            entered = runs(reader)
        if not entered:
            run.join(0.2)
            continue
        with suppress(subprocess.CalledProcessError):  # it had ended before
            argv = [*call, "runs", "follow", entered[0].id]
            followed, _out, words = use_and_words(argv, 0, Path.cwd())
            lines = sum(" left" in line for line in words.splitlines())
        run.join()
    (applied,) = done
    return applied, followed, lines
