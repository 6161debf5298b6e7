"""A run and the terminal it was started from: only the run's own process ends it, resumably."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.records.changes import Selection
from inventory.records.runs import RunState
from inventory.store.runs import runs
from provisioning.engine.lock import lock_holder
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from schoolnet.output import ExitCode
from tests.whole.commandline import TIMEOUT, finished
from tests.whole.place import delivered, desk_of, founded

_MIDDLE = 6000


class Office:
    """A plan that waits to be applied, on a directory that will stand still in the middle."""

    def __init__(self, folder: Path, slapd: Slapd, proxy: Proxy) -> None:
        self.slapd = slapd
        self.proxy = proxy
        self.cli = founded(folder, slapd, proxy.port)
        settings = folder / "schoolnet.toml"
        text = settings.read_text().replace("receive_timeout = 5", "receive_timeout = 60")
        settings.write_text(text)
        self.desk = desk_of(self.cli)
        delivered(self.desk)
        plan = self.desk.plan("roster", "directory")
        self.apply = ("apply", plan.id, "--digest", plan.digest(Selection()), "--yes")
        proxy.arm(Direction.REQUEST, _MIDDLE, slapd.pause)

    def in_the_middle(self) -> str:
        """Wait until the run stands still; its id."""
        assert self.proxy.fired.wait(TIMEOUT)
        holder = lock_holder(self.desk.place.lock)
        assert holder not in {"", "?"}
        return holder

    def goes_on(self, run: str) -> None:
        """Let the directory answer again: the run must come to its good end by itself."""
        assert lock_holder(self.desk.place.lock) == run, "it is still alive"
        self.slapd.resume()
        said = self.cli("runs", "follow", run)
        assert said.out.splitlines()[:2] == [f"run {run}", "state done"]

    def ends_well(self, run: str) -> None:
        """Nobody carries the run out any more; resuming it does all that was left."""
        assert lock_holder(self.desk.place.lock) == ""
        self.slapd.resume()
        self.cli("runs", "resume", run)
        with self.desk.place.reader() as reader:
            assert [found.state for found in runs(reader)] == [RunState.DONE]
        self.cli("verify")
        self.desk.check_journal()


@pytest.fixture
def office(own_slapd: Slapd, tmp_path: Path) -> Iterator[Office]:
    with Proxy(own_slapd.port) as proxy:
        yield Office(tmp_path / "place", own_slapd, proxy)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in words.split()]


def test_ctrl_c_ends_the_watching_and_not_the_run(office: Office) -> None:
    with office.cli.started(*office.apply, start_new_session=True) as watching:
        run = office.in_the_middle()
        os.killpg(watching.pid, signal.SIGINT)  # what the terminal does: to all in its foreground
        said = finished(watching, ExitCode.INTERRUPTED)
    assert f"The run goes on: schoolnet runs follow {run}" in said.err
    assert "Traceback" not in said.err
    office.goes_on(run)


def test_a_closed_terminal_does_not_end_the_run(office: Office) -> None:
    ours, theirs = os.openpty()
    # setsid(1) makes the terminal the controlling one, so that closing it hangs up on everybody
    argv = ["setsid", "--ctty", "--wait", *office.cli.argv(*office.apply)]
    with subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs,
                          env=office.cli.environ) as terminal:  # fmt: skip
        os.close(theirs)
        run = office.in_the_middle()
        os.close(ours)
        assert terminal.wait(TIMEOUT) != 0, "the command hangs up with its terminal"
    office.goes_on(run)


def test_the_run_process_can_be_stopped_and_resumed(office: Office) -> None:
    with office.cli.started(*office.apply) as watching:
        run = office.in_the_middle()
        assert_stopped(watching, run)
    office.slapd.resume()
    log = office.cli.folder / f"runs/{run}.log"
    log.write_text("Error: this was said when it was started first\n")
    office.proxy.arm(Direction.REQUEST, 1000, office.slapd.pause)
    with office.cli.started("runs", "resume", run) as watching:
        assert office.in_the_middle() == run
        assert "started first" not in assert_stopped(watching, run)
    office.ends_well(run)


def assert_stopped(watching: "subprocess.Popen[str]", run: str) -> str:
    """Stop the run's own process; what the watching command says then."""
    (process,) = children(watching.pid)
    os.kill(process, signal.SIGTERM)
    said = finished(watching, 1)
    assert f"Carry it on: schoolnet runs resume {run}" in said.err
    return said.err


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
def test_a_run_in_the_foreground_is_the_command_itself(
    office: Office, stop: signal.Signals
) -> None:
    """As a unit of systemd, which stops it with SIGTERM."""
    with office.cli.started(*office.apply, "--foreground") as service:
        run = office.in_the_middle()
        assert children(service.pid) == []
        service.send_signal(stop)
        if stop is signal.SIGINT:  # Python ends the batch it is in first: let it
            office.slapd.resume()
        said = finished(service, None)
    assert said.code == {signal.SIGTERM: -signal.SIGTERM, signal.SIGINT: 130}[stop]
    assert "Traceback" not in said.err
    if stop is signal.SIGINT:
        assert f"Carry it on: schoolnet runs resume {run}" in said.err
    office.ends_well(run)
