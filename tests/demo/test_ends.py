"""A demo that fails, or that somebody interrupts: one message, and nothing left of it."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.demo.support import LAST_LINE, TINY, answers, left_over, ports, processes, started


def test_a_directory_that_dies_midway_ends_it_cleanly(tmp_path: Path) -> None:
    place = tmp_path / "place"
    with started(tmp_path / "demo", *TINY, "--folder", str(place)) as demo:
        demo.until("2/8")
        os.kill(int((place / "lab/directory/slapd.pid").read_text()), signal.SIGKILL)
        assert demo.end() == 4
    assert demo.err.count("Error: ") == 1
    assert "`schoolnet plan` ended with exit code 4: The directory ldaps://" in demo.err
    assert str(place) in demo.err.splitlines()[-1]
    assert LAST_LINE not in demo.out
    assert left_over(demo.temporary) == []
    assert [port for port in ports(place) if answers(port)] == []


def test_switches_that_die_midway_end_it_too_and_a_temporary_folder_is_kept(
    tmp_path: Path,
) -> None:
    with started(tmp_path / "demo", *TINY) as demo:
        demo.until("2/8")
        (emulator,) = (
            process for process, line in processes(demo.temporary).items() if ".lab.ios" in line
        )
        os.kill(emulator, signal.SIGKILL)
        assert demo.end() == 4
    assert re.search(r"Error: sw-\S+", demo.err)
    assert LAST_LINE not in demo.out
    assert left_over(demo.temporary) == []
    (folder,) = demo.temporary.iterdir()
    assert str(folder) in demo.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("step", "number"), [("1/8", signal.SIGTERM), ("3/8", signal.SIGTERM), ("4/8", signal.SIGINT)]
)
def test_whoever_interrupts_it_finds_nothing_left(
    tmp_path: Path, step: str, number: signal.Signals
) -> None:
    with started(tmp_path / "demo", *TINY) as demo:
        demo.until(step)
        assert demo.end(number) == 128 + number
    assert "Interrupted" in demo.err
    assert "Traceback" not in demo.err
    assert left_over(demo.temporary) == []
    assert list(demo.temporary.iterdir()) == []


def test_without_a_terminal_a_large_city_must_be_agreed_to(tmp_path: Path) -> None:
    with started(tmp_path / "demo", "demo", "--schools", "150") as demo:
        assert demo.end() == 2
    assert "--yes" in demo.err
    assert list(demo.temporary.iterdir()) == []
