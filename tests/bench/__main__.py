"""Runs the benchmarks and writes their table, in Markdown, to standard output."""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tests.bench.measuring import Line, load, tell

PARTS = (
    "starting", "store_writing", "store_reading", "planning", "user_names", "codec",
    "directory_apply", "unchanged", "small_school", "screen", "term_start", "city_apply",
)  # fmt: skip


def main() -> None:
    """All parts, or those named."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Ratios of two ways, measured side by side in one run."
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    chosen = parser.parse_args().parts or PARTS
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"there is no part {unknown.pop()}")
    lines: list[Line] = []
    loads = []
    for part in chosen:
        tell(f"-- {part}")
        measure: Callable[[], list[Line]] = import_module(f"tests.bench.{part}").measure
        loads.append(load())
        lines += measure()
        loads.append(load())
    for name, value in _machine().items():
        sys.stdout.write(f"- {name}: {value}\n")
    sys.stdout.write(f"- load average while measuring: {min(loads)} to {max(loads)}\n\n")
    sys.stdout.write("\n".join(_table(lines)) + "\n")


def _machine() -> Mapping[str, str]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "measured on": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": f"{os.cpu_count()} cores, {_processor()}",
        "memory": f"{memory:.0f} GiB",
        "system": f"Linux {platform.release().partition('-')[0]}, {platform.machine()}",
        "Python and SQLite": f"{platform.python_version()} and {sqlite3.sqlite_version}",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def _table(lines: list[Line]) -> list[str]:
    rows = ["| what | against | ratio | goal | verdict | beside |", "|---|---|---|---|---|---|"]
    for line in lines:
        goal = "–" if line.goal is None else f"≤ {line.goal:g}"
        verdict = "–" if line.goal is None else "met" if line.ratio <= line.goal else "**missed**"
        rows.append(
            f"| {line.what} | {line.against} | {line.ratio:.2f} | {goal} | {verdict} "
            f"| {line.beside} |"
        )
    return rows


if __name__ == "__main__":
    main()
