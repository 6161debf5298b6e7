"""Whatever happens to the directory in a run: one message, nothing lost or done twice, resumed."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.records.changes import Plan
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from inventory.store.plans import get_selection
from inventory.store.runs import runs
from provisioning.lab.city import City
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.directory.support import BOTH, Server
from tests.whole.commandline import CommandLine, Said, assert_one_message, run_of
from tests.whole.directory_desk import city_desk
from tests.whole.logins import assert_handouts_hold
from tests.whole.outages import OUTAGES, Outage
from tests.whole.seen import Seen, accounts_of

pytestmark = BOTH
CITY = City(seed=3, schools=2, scale=0.05)
"""More accounts than one burst to OpenLDAP holds."""
TARGETS = ("roster", "directory")
MIDDLE = {Direction.REQUEST: 31_000, Direction.ANSWER: 12_000}
"""A byte at which some accounts are there and some are not, on either server.

Of a burst that is cut OpenLDAP may read all, a part or nothing. A request is cut in the second
one, which is sent when all of the first is answered, and an answer among those to the first.
"""


class Line:
    """A place and the way to its directory, on which something can happen at a byte."""

    def __init__(self, server: Server, proxy: Proxy, folder: Path) -> None:
        self.server = server
        self.proxy = proxy
        self.ca_file = folder.parent / "ca.pem"
        shutil.copyfile(server.ca_file, self.ca_file)
        self.desk = city_desk(folder, server, CITY, proxy.port)
        self.cli = CommandLine(folder)

    def be_patient(self, seconds: int) -> None:
        """Set how long a run waits for an answer, and which authority it trusts."""
        settings = self.cli.folder / "schoolnet.toml"
        text = settings.read_text(encoding="utf-8")
        text = text.replace("receive_timeout = 5", f"receive_timeout = {seconds}")
        text = text.replace(str(self.server.ca_file), str(self.ca_file))
        settings.write_text(text, encoding="utf-8")

    def apply(self, plan: Plan, code: int) -> Said:
        """Apply by the command line."""
        with self.desk.place.reader() as reader:
            digest = plan.digest(get_selection(reader, plan.id))
        return self.cli.apply((plan.id, digest), code=code)

    def state(self) -> RunState:
        with self.desk.place.reader() as reader:
            return runs(reader)[0].state


@pytest.fixture
def line(server: Server, tmp_path: Path) -> Iterator[Line]:
    with Proxy(server.port, address=server.address) as proxy:
        yield Line(server, proxy, tmp_path / "place")


@pytest.mark.parametrize("kind", OUTAGES)
def test_a_run_ends_with_one_message_and_goes_on(line: Line, kind: type[Outage]) -> None:
    cli, outage = line.cli, kind(line.server, line.ca_file)
    line.be_patient(outage.patience)
    plan = line.desk.plan(*TARGETS)
    line.proxy.arm(Direction.REQUEST, MIDDLE[Direction.REQUEST], outage.begin)
    said = line.apply(plan, outage.code)
    assert line.proxy.fired.is_set(), said
    assert_told(said, outage)

    outage.end()
    begun = accounts_of(line.server)

    cli("runs", outage.carry_on, run_of(said))
    assert_whole(line, plan, begun)


@pytest.mark.parametrize("direction", Direction)
def test_a_cut_in_the_middle_is_mended_by_the_run_itself(line: Line, direction: Direction) -> None:
    line.be_patient(20)
    plan = line.desk.plan(*TARGETS)
    begun: dict[str, Seen] = {}
    line.proxy.arm(direction, MIDDLE[direction], lambda: begun.update(accounts_of(line.server)))
    line.apply(plan, 0)
    assert line.proxy.fired.is_set()
    assert_whole(line, plan, begun)


def test_a_directory_that_answers_nobody_is_named(line: Line) -> None:
    """A plan that cannot be made whole is not made, and the store is as it was."""
    line.be_patient(1)
    line.server.pause()
    assert_one_message(line.cli("plan", code=None), 4, "does not answer", "then go on")
    assert "!!  directory" in line.cli("check", code=4).out
    with line.desk.place.reader() as reader:
        assert reader.execute("SELECT count(*) FROM plan") == [(0,)]
        assert reader.execute("SELECT count(*) FROM plan_change") == [(0,)]


def assert_told(said: Said, outage: Outage) -> None:
    """One message for all, with the command that carries on, or with what to grant."""
    assert outage.says in said.err
    assert "Traceback" not in said.err
    if outage.code == 7:
        assert said.err.count(outage.says) <= 2, "one for accounts, one for groups"
        assert "others:" in said.err
        assert f'dsacls "{Samba.managed}" /I:T /G "ACCOUNT:CCDC;user"' in said.err
    else:
        assert said.err.count(outage.says) == 1
        assert f"schoolnet runs resume {run_of(said)}" in said.err


def assert_whole(line: Line, plan: Plan, begun: dict[str, Seen]) -> None:
    """The run is done, every account is there once, usable, and the same as before the outage."""
    assert line.state() is RunState.DONE
    found = accounts_of(line.server)
    active = {n for n, state in line.desk.accounts().items() if state is AccountState.ACTIVE}
    assert found.keys() == active
    assert 0 < len(begun) < len(active), "it happened in the middle"
    assert begun.keys() <= found.keys()
    assert all(found[name].own_id == seen.own_id for name, seen in begun.items())
    if isinstance(line.server, Slapd):
        adds = Counter(w.dn.lower() for w in line.server.writes() if w.operation == "add")
        assert set(adds.values()) == {1}, "nothing is added twice, not even tried twice"
    with line.desk.place.reader() as reader:
        run = runs(reader)[0].id
    assert_handouts_hold(line.desk, line.server, plan, run)
    line.desk.check_journal()
    assert "drift 0" in line.cli("verify", "directory").out
