"""The run process is killed at a byte of its LDAP traffic; a resumed run ends as if it had not."""

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.records.runs import RunState
from inventory.store.journals import verify_journal
from inventory.store.runs import get_run
from provisioning.engine.starting import reopen_run
from provisioning.lab.city import City
from provisioning.lab.proxy import Direction, Proxy, kill_process
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from schoolnet.running import launch
from tests.desk import Desk
from tests.directory.support import Server
from tests.whole.directory_desk import city_desk, directory_toml
from tests.whole.logins import assert_handouts_hold
from tests.whole.seen import accounts_of
from tests.whole.test_outages import CITY as LARGER
from tests.whole.test_outages import MIDDLE

CITY = City(seed=5, schools=1, scale=0.02)
BOTH = ("roster", "directory")
TIMEOUT = 60


class Undisturbed:
    """A run that nobody kills: its bytes, its writes and its result."""

    def __init__(self, folder: Path, found: Callable[[Path], Server]) -> None:
        self.place = folder / "place"
        with found(folder / "server") as server:
            desk = city_desk(self.place, server, CITY)
            self.plan = desk.plan(*BOTH)
        self.first = folder / "first"
        with found(folder / "own") as server, way_to(server) as proxy:
            desk, run_id = prepared(self, self.first, server, proxy)
            proxy.arm(Direction.REQUEST, 10**9)
            assert carried_out(desk, run_id) == 0
            self.bytes = {d: proxy.count(d) for d in Direction}
            self.adds = adds(server)
            self.tree = tree(server)


def way_to(server: Server) -> Proxy:
    return Proxy(server.port, address=server.address)


def prepared(model: Undisturbed, folder: Path, server: Server, proxy: Proxy) -> tuple[Desk, str]:
    """A copy of the planned place whose directory is this server, behind the proxy."""
    shutil.copytree(model.place, folder)
    settings = folder / "schoolnet.toml"
    head, _old, rest = settings.read_text().partition("[directory]")
    sources = rest[rest.index("[[sources]]") :]
    settings.write_text(head + directory_toml(server, proxy.port) + sources)
    desk = Desk.reopen(folder, date(2026, 8, 20))
    return desk, desk.enter(model.plan)


def start(desk: Desk, run_id: str) -> "subprocess.Popen[bytes]":
    return launch(desk.place, run_id, BOTH)


def carried_out(desk: Desk, run_id: str) -> int:
    return start(desk, run_id).wait(TIMEOUT)


def killed_at(desk: Desk, run_id: str, proxy: Proxy, direction: Direction, byte: int) -> None:
    """Start the run and kill it when this byte is on its way."""
    process: list[subprocess.Popen[bytes]] = []
    proxy.arm(direction, byte, lambda: kill_process(process[0].pid))
    process.append(start(desk, run_id))
    assert process[0].wait(TIMEOUT) == -9
    assert proxy.fired.wait(TIMEOUT)


def resumed(desk: Desk, run_id: str) -> int:
    with desk.place.reader() as reader, desk.place.writer() as writer:
        reopen_run(writer, get_run(reader, run_id), desk.place.lock, retry=False)
    return carried_out(desk, run_id)


def adds(server: Server) -> Counter[str]:
    """How often each entry was added, or tried to: what OpenLDAP's log of changes says."""
    if isinstance(server, Samba):
        return Counter()
    return Counter(w.dn.lower() for w in server.writes() if w.operation == "add")


def tree(server: Server) -> dict[str, Any]:
    """Everything below the managed unit, without what differs between any two servers."""
    if isinstance(server, Samba):
        return {name: seen._replace(own_id="") for name, seen in accounts_of(server).items()}
    with server.admin() as admin:
        admin.search(f"ou=schools,{server.base}", "(objectClass=*)", attributes=["*"])
        found = {}
        for entry in admin.entries:
            facts = entry.entry_attributes_as_dict
            facts.pop("userPassword", None)
            found[entry.entry_dn.lower()] = {k: sorted(map(str, v)) for k, v in facts.items()}
        return found


@pytest.fixture(scope="module")
def openldap(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("undisturbed"), Slapd)


@pytest.fixture(scope="module")
def active_directory(tmp_path_factory: pytest.TempPathFactory, samba_domain: Path) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    return Undisturbed(folder, lambda place: Samba(place, samba_domain))


DRAWN = random.Random(20261123)
POINTS = [
    (kind, direction, DRAWN.random())
    for kind, many in (("openldap", 16), ("active_directory", 4))
    for direction in Direction
    for _ in range(many)
]


@pytest.mark.parametrize(("server", "direction", "share"), POINTS, indirect=["server"])
def test_a_killed_run_resumes_to_the_same_end(
    request: pytest.FixtureRequest,
    server: Server,
    tmp_path: Path,
    direction: Direction,
    share: float,
) -> None:
    kind = "active_directory" if isinstance(server, Samba) else "openldap"
    model: Undisturbed = request.getfixturevalue(kind)
    byte = 1 + int(share * (model.bytes[direction] - 200))
    with way_to(server) as proxy:
        desk, run_id = prepared(model, tmp_path / "place", server, proxy)
        killed_at(desk, run_id, proxy, direction, byte)
        assert resumed(desk, run_id) == 0
    with desk.place.reader() as reader:
        assert get_run(reader, run_id).state is RunState.DONE
        assert list(verify_journal(reader)) == []
    assert tree(server) == model.tree
    assert adds(server) == model.adds, "nothing is added twice, not even tried twice"
    assert_handouts_hold(desk, server, model.plan, run_id)


@pytest.mark.parametrize("direction", Direction)
def test_a_run_killed_among_the_accounts_goes_on_with_the_others(
    own_slapd: Slapd, tmp_path: Path, direction: Direction
) -> None:
    """The small city above is there as a whole or not at all: one burst holds it."""
    with way_to(own_slapd) as proxy:
        desk = city_desk(tmp_path / "place", own_slapd, LARGER, proxy.port)
        plan = desk.plan(*BOTH)
        run_id = desk.enter(plan)
        killed_at(desk, run_id, proxy, direction, MIDDLE[direction])
        there = accounts_of(own_slapd)
        assert resumed(desk, run_id) == 0
    found = accounts_of(own_slapd)
    assert 0 < len(there) < len(found), "it happened in the middle"
    assert {name: found[name].own_id for name in there} == {
        name: seen.own_id for name, seen in there.items()
    }
    assert set(adds(own_slapd).values()) == {1}, "nothing is added twice, not even tried twice"
    assert_handouts_hold(desk, own_slapd, plan, run_id)
    desk.check_journal()
