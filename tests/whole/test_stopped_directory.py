"""The directory stands still (SIGSTOP): the run stops, says so, loses nothing, and resumes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.records.runs import RunState
from inventory.store.runs import runs
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.whole.commandline import assert_one_message, run_of
from tests.whole.place import founded


class Line:
    """The way to the directory, through which a test can stop it at a byte."""

    def __init__(self, slapd: Slapd, proxy: Proxy, folder: Path) -> None:
        self.slapd = slapd
        self.proxy = proxy
        self.cli = founded(folder, slapd, proxy.port)
        settings = folder / "schoolnet.toml"
        text = settings.read_text().replace("receive_timeout = 5", "receive_timeout = 1")
        settings.write_text(text)

    def state(self) -> RunState:
        with Place(self.cli.folder).reader() as reader:
            return runs(reader)[0].state


@pytest.fixture
def line(own_slapd: Slapd, tmp_path: Path) -> Iterator[Line]:
    with Proxy(own_slapd.port) as proxy:
        yield Line(own_slapd, proxy, tmp_path / "place")


@pytest.mark.parametrize(
    ("direction", "byte"), [(Direction.REQUEST, 6000), (Direction.ANSWER, 4500)]
)
def test_a_run_stops_and_goes_on(line: Line, direction: Direction, byte: int) -> None:
    cli, slapd = line.cli, line.slapd
    cli("import", "roster")
    plan = cli.plan()
    line.proxy.arm(direction, byte, slapd.pause)
    said = cli.apply(plan, code=4)
    assert line.proxy.fired.is_set()
    assert said.err.count("does not answer") == 1
    assert f"schoolnet runs resume {run_of(said)}" in said.err
    assert "Traceback" not in said.err
    assert line.state() is RunState.FAILED
    slapd.resume()
    begun = len(slapd.writes())
    cli("runs", "resume", run_of(said))
    assert line.state() is RunState.DONE
    writes = slapd.writes()
    assert 0 < begun < len(writes), "it stood still in the middle"
    adds = Counter(write.dn.lower() for write in writes if write.operation == "add")
    assert set(adds.values()) == {1}, "nothing is added twice, not even tried twice"
    cli("verify")
    cli("plan")
    cli("journal", "verify")


def test_a_directory_that_answers_nobody_is_named(line: Line) -> None:
    """A plan that cannot be made whole is not made, and the store is as it was."""
    cli = line.cli
    cli("import", "roster")
    line.slapd.pause()
    assert_one_message(cli("plan", code=None), 4, "does not answer", "then go on")
    assert "!!  directory" in cli("check", code=4).out
    with Place(cli.folder).reader() as reader:
        assert reader.execute("SELECT count(*) FROM plan") == [(0,)]
        assert reader.execute("SELECT count(*) FROM plan_change") == [(0,)]
