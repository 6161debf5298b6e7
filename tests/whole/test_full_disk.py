"""A full disk: one clear message, nothing half written, and with room again it goes on."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inventory.store.deliveries import deliveries
from inventory.store.journals import head_hash
from inventory.store.plans import plans
from inventory.store.runs import runs
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.whole.commandline import CommandLine, Said, assert_one_message, run_of
from tests.whole.place import founded
from tests.whole.small_disk import SmallDisk, small_disk

_MIDDLE = 6000
"""A byte of the run's requests by which some accounts are made and others are not."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", megabytes=4) as found:
        yield found


def standing(cli: CommandLine) -> tuple[object, ...]:
    """What anybody can see of the inventory."""
    with Place(cli.folder).reader() as reader:
        return head_hash(reader), deliveries(reader), plans(reader), runs(reader)


def adds(slapd: Slapd) -> Counter[str]:
    return Counter(write.dn.lower() for write in slapd.writes() if write.operation == "add")


@pytest.mark.parametrize("leave", [0, 48 * 1024])
def test_import_and_plan_write_all_or_nothing(disk: SmallDisk, leave: int) -> None:
    """With no room at all, and with room for the beginning of it."""
    cli = founded(disk.folder / "place")

    def refused(*arguments: str) -> Said:
        before = standing(cli)
        disk.fill(leave)
        said = cli(*arguments, code=None)
        disk.make_room()
        assert standing(cli) == before
        return said

    said = refused("import", "roster")
    assert said.code == 1
    assert said.err.count("is full. Make room, then repeat") == 1
    cli("import", "roster")
    with Place(cli.folder).reader() as reader:
        assert reader.execute("SELECT count(*), sum(complete) FROM delivery") == [(2, 2)]
    assert_one_message(refused("plan"), 1, "is full. Make room, then repeat")
    cli.apply(cli.plan())
    cli("plan")
    cli("journal", "verify")


def stopped_and_resumed(
    cli: CommandLine, slapd: Slapd, arm: Callable[[], None], make_room: Callable[[], None]
) -> Said:
    """Apply until the disk is full, make room, resume; what the stopped command said."""
    cli("import", "roster")
    plan = cli.plan()
    arm()
    said = cli.apply(plan, code=1)
    begun = adds(slapd)
    again = cli("runs", "resume", run_of(said), code=1)
    assert "make room" in again.err.lower()
    make_room()
    cli("runs", "resume", run_of(said))
    cli("verify")
    cli("journal", "verify")
    assert set(adds(slapd).values()) == {1}, "nothing is added twice"
    assert begun.keys() < adds(slapd).keys()
    return said


def test_a_run_stops_when_the_store_is_full(disk: SmallDisk, own_slapd: Slapd) -> None:
    with Proxy(own_slapd.port) as proxy:
        cli = founded(disk.folder / "place", own_slapd, proxy.port)
        said = stopped_and_resumed(
            cli, own_slapd,
            lambda: proxy.arm(Direction.REQUEST, _MIDDLE, disk.fill), disk.make_room,
        )  # fmt: skip
    assert said.err.count("is full. Make room") == 1
    assert "schoolnet runs resume" in said.err
    assert "Traceback" not in said.err


def test_a_run_stops_when_the_spool_is_full(tmp_path: Path, own_slapd: Slapd) -> None:
    """Without a sealed key no account is made: its handout could never be printed."""
    cli = founded(tmp_path / "place", own_slapd)
    with small_disk(cli.folder / "spool", megabytes=1) as disk:
        said = stopped_and_resumed(cli, own_slapd, disk.fill, disk.make_room)
        assert said.err.lower().count("make room there, then go on") == 1
        assert "schoolnet runs resume" in said.err
        assert "Traceback" not in said.err
        run = run_of(said)
        with Place(cli.folder).reader() as reader:
            (made,) = reader.execute(
                "SELECT count(*) FROM plan_change WHERE action = 'create' AND kind = 'person' "
                "AND target = 'directory'"
            )[0]
        printed = cli("handouts", run, "--json").json["handouts"]
        assert sum(group["accounts"] for group in printed) == made
