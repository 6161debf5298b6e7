"""The run process is killed at a byte of its LDAP traffic; a resumed run ends as if it had not."""

import random
import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import ldap3
import pytest

from inventory.records.runs import RunState
from inventory.store.journals import verify_journal
from inventory.store.plans import plan_changes
from inventory.store.runs import get_run, outcomes
from provisioning.directory.handouts import made_accounts
from provisioning.directory.passwords import InitialPasswords
from provisioning.engine.starting import reopen_run
from provisioning.lab.city import City
from provisioning.lab.proxy import Direction, Proxy, kill_process
from provisioning.lab.slapd import Slapd
from schoolnet.running import launch
from tests.desk import Desk
from tests.whole.directory_desk import city_desk, directory_toml
from tests.whole.test_term_start import own_slapd_accepts

CITY = City(seed=5, schools=1, scale=0.02)
BOTH = ("roster", "directory")
TIMEOUT = 60


class Undisturbed:
    """A run that nobody kills: its bytes, its writes and its result."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "place"
        with Slapd(folder / "slapd") as slapd:
            desk = city_desk(self.place, slapd, CITY)
            self.plan = desk.plan(*BOTH)
        self.first = folder / "first"
        with Slapd(folder / "own") as slapd, Proxy(slapd.port) as proxy:
            desk, run_id = prepared(self, self.first, slapd, proxy)
            proxy.arm(Direction.REQUEST, 10**9)
            assert carried_out(desk, run_id) == 0
            self.bytes = {d: proxy.count(d) for d in Direction}
            self.adds = adds(slapd)
            self.tree = tree(slapd)


def prepared(model: Undisturbed, folder: Path, slapd: Slapd, proxy: Proxy) -> tuple[Desk, str]:
    """A copy of the planned place whose directory is this server, behind the proxy."""
    shutil.copytree(model.place, folder)
    settings = folder / "schoolnet.toml"
    head, _old, rest = settings.read_text().partition("[directory]")
    sources = rest[rest.index("[[sources]]") :]
    settings.write_text(head + directory_toml(slapd, proxy.port) + sources)
    desk = Desk.reopen(folder, date(2026, 8, 20))
    return desk, desk.enter(model.plan)


def start(desk: Desk, run_id: str) -> "subprocess.Popen[bytes]":
    return launch(desk.place, run_id, BOTH)


def carried_out(desk: Desk, run_id: str) -> int:
    return start(desk, run_id).wait(TIMEOUT)


def adds(slapd: Slapd) -> Counter[str]:
    return Counter(w.dn.lower() for w in slapd.writes() if w.operation == "add")


def tree(slapd: Slapd) -> dict[str, Any]:
    """Everything below the managed unit, without what differs between any two servers."""
    with slapd.admin() as admin:
        admin.search(f"ou=schools,{slapd.base}", "(objectClass=*)", attributes=["*"])
        found = {}
        for entry in admin.entries:
            facts = entry.entry_attributes_as_dict
            facts.pop("userPassword", None)
            found[entry.entry_dn.lower()] = {k: sorted(map(str, v)) for k, v in facts.items()}
        return found


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("undisturbed"))


DRAWN = random.Random(20261123)
POINTS = [(d, DRAWN.random()) for d in Direction for _ in range(20)]


@pytest.mark.parametrize(("direction", "share"), POINTS)
def test_a_killed_run_resumes_to_the_same_end(
    model: Undisturbed, own_slapd: Slapd, tmp_path: Path, direction: Direction, share: float
) -> None:
    byte = 1 + int(share * (model.bytes[direction] - 200))
    with Proxy(own_slapd.port) as proxy:
        desk, run_id = prepared(model, tmp_path / "place", own_slapd, proxy)
        process: list[subprocess.Popen[bytes]] = []
        proxy.arm(direction, byte, lambda: kill_process(process[0].pid))
        process.append(start(desk, run_id))
        assert process[0].wait(TIMEOUT) == -9
        assert proxy.fired.wait(TIMEOUT)
        with desk.place.reader() as reader, desk.place.writer() as writer:
            reopen_run(writer, get_run(reader, run_id), desk.place.lock, retry=False)
        assert carried_out(desk, run_id) == 0
    with desk.place.reader() as reader:
        assert get_run(reader, run_id).state is RunState.DONE
        assert list(verify_journal(reader)) == []
        made = made_accounts(
            plan_changes(reader, model.plan.id, "directory"), outcomes(reader, run_id)
        )
    assert tree(own_slapd) == model.tree
    assert adds(own_slapd) == model.adds, "nothing is added twice, not even tried twice"
    assert_handouts_hold(desk, own_slapd, run_id, made)


def assert_handouts_hold(desk: Desk, slapd: Slapd, run_id: str, made: Any) -> None:
    passwords = InitialPasswords(desk.place.spool, run_id)
    with slapd.admin() as admin:
        admin.search(f"ou=schools,{slapd.base}", "(uid=*)", ldap3.SUBTREE, attributes=["uid"])
        dns = {str(entry.uid): entry.entry_dn for entry in admin.entries}
    printed = {a.user_name: (g, a) for g, accounts in made.items() for a in accounts}
    assert printed.keys() == dns.keys()
    for name, (group, account) in printed.items():
        derived = passwords.password(group, account.change, account.recipe)
        secret = derived.get_secret_value()
        assert own_slapd_accepts(slapd, dns[name], secret), name
