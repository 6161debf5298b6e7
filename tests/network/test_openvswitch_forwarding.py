"""What a plan does to people: hosts on a real switch reach each other, or do not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.records.runs import Outcome
from provisioning.lab.openvswitch import Host, OpenVSwitch
from provisioning.lab.process_tree import run
from provisioning.network.session import ConfigSession
from tests.needs import needs_openvswitch
from tests.network.openvswitch_lab import Network, session


@pytest.fixture
def switch() -> Iterator[OpenVSwitch]:
    needs_openvswitch()
    with OpenVSwitch() as switch:
        yield switch


@pytest.fixture
def hosts(switch: OpenVSwitch) -> dict[str, Host]:
    """Four computers that all reach each other in the old VLAN 30."""
    found = {}
    for number in range(1, 5):
        port = f"p{number}"
        found[port] = switch.host(f"pc-{number}", port=port, address=f"10.9.0.{number}/24")
        switch.vsctl("set", "port", port, "tag=30")
    return found


@pytest.fixture
def network(tmp_path: Path, switch: OpenVSwitch) -> Network:
    """p1 and p2 are to be classroom sockets, p3 an office; p4 has no profile."""
    network = Network(tmp_path / "store.sqlite", {"sw-1": switch})
    network.give("sw-1", "p1", network.sockets, description="R 101 Tür")
    network.give("sw-1", "p2", network.sockets)
    network.give("sw-1", "p3", network.offices)
    network.give("sw-1", "p4", None, description="not managed")
    return network


def columns(switch: OpenVSwitch, port: str) -> str:
    return switch.vsctl("list", "port", port).partition("rstp_statistics")[0]


def test_a_plan_separates_roles_and_its_way_back_joins_them_again(
    switch: OpenVSwitch, hosts: dict[str, Host], network: Network
) -> None:
    unmanaged = columns(switch, "p4")
    assert hosts["p1"].reaches(hosts["p3"])

    changes, notices = network.plan()
    assert not notices
    assert set(network.apply(changes).values()) == {Outcome.DONE}

    assert [change.key for change in changes] == ["sw-1 p1", "sw-1 p2", "sw-1 p3"]
    assert hosts["p1"].reaches(hosts["p2"])
    assert not hosts["p1"].reaches(hosts["p3"])
    assert not hosts["p4"].reaches(hosts["p1"])
    assert network.plan() == ([], [])
    assert columns(switch, "p4") == unmanaged
    assert [b'"vlan_mode"' in kept for kept in network.sealed.values()] == [True]

    with session(switch) as opened:
        for change in reversed(changes):
            assert opened.send([str(line) for line in change.undo]) is None
    assert hosts["p1"].reaches(hosts["p4"])
    assert hosts["p3"].reaches(hosts["p2"])
    assert network.plan() == (changes, [])


def test_a_rejected_line_in_the_middle_brings_the_old_state_back(
    switch: OpenVSwitch, hosts: dict[str, Host], network: Network
) -> None:
    changes, _notices = network.plan()
    wrong = [f"{line} -- set port p2 vlan_mode=nonsense" for line in changes[1].operations]
    changes[1] = changes[1].model_copy(update={"operations": tuple(wrong)})

    outcomes = network.apply(changes)

    assert outcomes["sw-1 p1"] is Outcome.ROLLED_BACK
    assert outcomes["sw-1 p2"] is Outcome.ROLLED_BACK
    assert outcomes["sw-1 p3"] is Outcome.SKIPPED
    assert all(hosts["p4"].reaches(hosts[port]) for port in ("p1", "p2", "p3"))


def test_a_port_that_somebody_moved_meanwhile_is_left_to_them(
    switch: OpenVSwitch, hosts: dict[str, Host], network: Network
) -> None:
    changes, _notices = network.plan()
    switch.vsctl("set", "port", "p1", "tag=40")
    outcomes = network.apply(changes)
    assert outcomes["sw-1 p1"] is Outcome.STALE
    assert outcomes["sw-1 p3"] is Outcome.DONE
    assert switch.vsctl("get", "port", "p1", "tag") == "40\n"


def test_what_the_switch_cannot_be_told_is_said(
    switch: OpenVSwitch, hosts: dict[str, Host], network: Network
) -> None:
    switch.vsctl("clear", "port", "p2", "tag")
    with session(switch) as opened:
        shut(opened, "p1")
    changes, notices = network.plan()
    assert [change.key for change in changes] == ["sw-1 p1", "sw-1 p3"]
    assert any("p1" in notice and "enabled" in notice for notice in notices)
    assert any("p2" in notice and "every VLAN" in notice for notice in notices)


def shut(opened: ConfigSession, port: str) -> None:
    assert opened.send([f"ip link set {port} down"]) is None


def test_a_switch_with_another_host_key_gets_no_password(
    tmp_path: Path, switch: OpenVSwitch, hosts: dict[str, Host], network: Network
) -> None:
    key = tmp_path / "key"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)])
    network.pin("sw-1", key.with_suffix(".pub").read_text())
    changes, notices = network.plan()
    assert changes == []
    assert ["host key" in notice for notice in notices] == [True]
    assert "password" not in switch.ssh.log


def test_two_switches_carry_both_roles_over_one_cable(
    tmp_path: Path, switch: OpenVSwitch, hosts: dict[str, Host]
) -> None:
    with OpenVSwitch() as other:
        far = other.host("pc-far", port="p1", address="10.9.0.9/24")
        other.vsctl("set", "port", "p1", "tag=30")
        switch.link("up1", other, "up2")
        switch.vsctl("set", "port", "up1", "trunks=30")
        other.vsctl("set", "port", "up2", "trunks=30")
        assert hosts["p1"].reaches(far)
        network = Network(tmp_path / "store.sqlite", {"sw-1": switch, "sw-2": other})
        network.give("sw-1", "p1", network.sockets)
        network.give("sw-1", "p2", network.offices)
        network.give("sw-1", "up1", network.uplinks)
        network.give("sw-2", "p1", network.sockets)
        network.give("sw-2", "up2", network.uplinks)

        changes, notices = network.plan()
        assert not notices
        assert set(network.apply(changes).values()) == {Outcome.DONE}

        assert hosts["p1"].reaches(far)
        assert not hosts["p2"].reaches(far)
        assert not hosts["p4"].reaches(far)
        assert network.plan() == ([], [])
