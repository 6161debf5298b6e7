"""The lab's real switch: it forwards, it is managed over SSH, and nothing of it stays behind."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from netmiko import ConnectHandler, NetmikoAuthenticationException

from provisioning.lab.openvswitch import Host, OpenVSwitch
from tests.needs import needs_openvswitch


@pytest.fixture(scope="module", autouse=True)
def _able() -> None:
    needs_openvswitch()


@pytest.fixture(scope="module")
def switch(_able: None) -> Iterator[OpenVSwitch]:
    with OpenVSwitch() as switch:
        yield switch


@pytest.fixture(scope="module")
def hosts(switch: OpenVSwitch) -> tuple[Host, Host]:
    return (
        switch.host("pc-a", port="p1", address="10.9.0.1/24"),
        switch.host("pc-b", port="p2", address="10.9.0.2/24"),
    )


def log_in(switch: OpenVSwitch, password: str) -> Any:
    return ConnectHandler(
        device_type="linux",
        host=switch.ssh.address,
        port=switch.ssh.port,
        username=switch.ssh.user,
        password=password,
    )


def parents() -> dict[int, int]:
    """Each living process and its parent (proc(5): fields 3 and 4 of stat, after the name)."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = file.read_text().rpartition(")")[2].split()
            if state != "Z":
                found[int(file.parent.name)] = int(parent)
    return found


def offspring(pid: int) -> set[int]:
    children = {child for child, parent in parents().items() if parent == pid}
    return children.union(*(offspring(child) for child in children))


def test_vlans_separate_the_hosts(switch: OpenVSwitch, hosts: tuple[Host, Host]) -> None:
    a, b = hosts
    switch.vsctl("set", "port", "p1", "tag=10", "--", "set", "port", "p2", "tag=10")
    assert a.reaches(b)
    switch.vsctl("set", "port", "p2", "tag=20")
    assert not a.reaches(b)


def test_tcp_crosses_the_switch(switch: OpenVSwitch, hosts: tuple[Host, Host]) -> None:
    a, b = hosts
    switch.vsctl("set", "port", "p1", "tag=10", "--", "set", "port", "p2", "tag=10")
    serve = (
        f"import socket; s = socket.create_server(({b.address!r}, 8000)); print(flush=True);"
        "c, _ = s.accept(); c.settimeout(20); c.sendall(c.recv(5)[::-1])"
    )
    ask = (
        f"import socket; s = socket.create_connection(({b.address!r}, 8000), 20);"
        "s.sendall(b'abcde'); print(s.recv(5).decode())"
    )
    with subprocess.Popen(b.inside(sys.executable, "-c", serve), stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            answer = subprocess.check_output(a.inside(sys.executable, "-c", ask), text=True)
        finally:
            server.kill()
    assert answer == "edcba\n"


def test_it_is_managed_over_ssh_with_its_password_only(
    switch: OpenVSwitch, hosts: tuple[Host, Host]
) -> None:
    with log_in(switch, switch.ssh.password.get_secret_value()) as session:
        assert session.send_command("ovs-vsctl list-ports br0").split() == ["p1", "p2"]
    with pytest.raises(NetmikoAuthenticationException):
        log_in(switch, "wrong")


def test_the_machine_knows_nothing_of_the_account(switch: OpenVSwitch) -> None:
    assert switch.ssh.user not in Path("/etc/passwd").read_text()


def test_nothing_stays_behind_after_a_failure() -> None:
    others = offspring(os.getpid())
    started: set[int] = set()
    sessions: list[Any] = []

    def fail() -> None:
        with OpenVSwitch() as switch:
            switch.host("pc", port="p1", address="10.9.0.1/24")
            sessions.append(log_in(switch, switch.ssh.password.get_secret_value()))
            started.update(offspring(os.getpid()) - others)
            raise RuntimeError("in the middle of a test")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    sessions.pop().disconnect()
    assert len(started) > 3
    assert not started & parents().keys()


def test_killing_its_owner_ends_the_switch(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal\n"
            "from provisioning.lab.openvswitch import OpenVSwitch\n"
            "with OpenVSwitch() as switch:\n"
            "    switch.host('pc', port='p1', address='10.9.0.1/24')\n"
            "    print(flush=True)\n"
            "    signal.pause()\n",
        ],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        started = offspring(owner.pid)
        owner.kill()
    assert len(started) > 3
    deadline = time.monotonic() + 20
    while started & parents().keys() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not started & parents().keys()
