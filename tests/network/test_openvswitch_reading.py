"""What is read from a real Open vSwitch: what we manage, what we only refuse, and never a part."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.errors import ReadEndedEarlyError
from provisioning.lab.openvswitch import OpenVSwitch
from provisioning.network.platforms.openvswitch import PLATFORM
from provisioning.network.session import ConfigSession
from provisioning.network.state import PortMode, SwitchState
from tests.needs import needs_openvswitch
from tests.network.openvswitch_lab import read, session


@pytest.fixture(scope="module")
def switch() -> Iterator[OpenVSwitch]:
    needs_openvswitch()
    with OpenVSwitch() as switch:
        switch.host("pc", port="p1", address="10.9.0.1/24")
        for port in ("m1", "m2"):
            switch.host(f"pc-{port}", port=port, address="10.9.0.2/24")
            switch.vsctl("del-port", port)
        yield switch


@pytest.fixture(scope="module")
def opened(switch: OpenVSwitch) -> Iterator[ConfigSession]:
    with session(switch) as opened:
        yield opened


@pytest.fixture
def state(switch: OpenVSwitch, opened: ConfigSession) -> SwitchState:
    switch.vsctl(
        *("--may-exist", "add-bond", "br0", "bond0", "m1", "m2", "trunks=10,20"),
        *("--", "--may-exist", "add-port", "br0", "mgmt0", "tag=99"),
        *("--", "set", "interface", "mgmt0", "type=internal"),
    )
    opened.send(["ip address replace 10.99.0.7/24 dev mgmt0"])
    return read(opened)


def test_a_bond_is_a_lag_with_its_members(state: SwitchState) -> None:
    assert state.lags == {"bond0": ("m1", "m2")}
    assert state.interfaces["bond0"].tagged == frozenset({10, 20})
    assert {state.interfaces[member].lag for member in ("m1", "m2")} == {"bond0"}


def test_the_vlan_of_the_switchs_own_address_is_known(state: SwitchState) -> None:
    assert state.interfaces["mgmt0"].routed
    assert not state.interfaces["p1"].routed
    assert state.management_vlans("10.99.0.7") == {99}


@pytest.mark.parametrize("kind", ["native-tagged", "dot1q-tunnel"])
def test_other_kinds_of_ports_are_only_read(
    switch: OpenVSwitch, opened: ConfigSession, kind: str
) -> None:
    switch.vsctl("set", "port", "p1", f"vlan_mode={kind}", "tag=10")
    current = read(opened)
    assert current.interfaces["p1"].mode is PortMode.OTHER
    update = {"mode": PortMode.UNTAGGED, "untagged": 20}
    socket = current.interfaces["p1"].model_copy(update=update)
    desired = current.model_copy(update={"interfaces": {**current.interfaces, "p1": socket}})
    with pytest.raises(ValueError, match="only read"):
        PLATFORM.render(current, desired)


def test_a_port_without_a_cable_side_is_down(opened: ConfigSession) -> None:
    opened.send(["ip link set p1 down"])
    assert not read(opened).interfaces["p1"].enabled
    opened.send(["ip link set p1 up"])
    assert read(opened).interfaces["p1"].enabled


def test_an_access_port_is_never_opened_to_every_vlan(
    switch: OpenVSwitch, opened: ConfigSession
) -> None:
    switch.vsctl("set", "port", "p1", "vlan_mode=access", "tag=10")
    current = read(opened)
    for tagged in (None, frozenset[int]()):
        trunk = current.interfaces["p1"].model_copy(
            update={"mode": PortMode.TAGGED, "tagged": tagged}
        )
        desired = current.model_copy(update={"interfaces": {**current.interfaces, "p1": trunk}})
        with pytest.raises(ValueError, match="every VLAN"):
            PLATFORM.render(current, desired)


def test_a_wrong_line_is_rejected_in_the_switchs_words(opened: ConfigSession) -> None:
    rejection = opened.send(["ovs-vsctl --timeout=10 set port p9 tag=10", "ovs-vsctl del-port p1"])
    assert rejection is not None
    assert rejection.line.endswith("set port p9 tag=10")
    assert 'no row "p9"' in rejection.answer
    assert "p1" in read(opened).interfaces


def test_half_of_a_command_that_fails_is_not_done(
    switch: OpenVSwitch, opened: ConfigSession
) -> None:
    switch.vsctl("set", "port", "p1", "tag=10")
    assert opened.send(["ovs-vsctl set port p1 tag=20 -- set port p1 vlan_mode=nonsense"])
    assert read(opened).interfaces["p1"].untagged == 10


def test_a_part_of_an_answer_is_never_a_state(opened: ConfigSession) -> None:
    whole = opened.read()
    ports, addresses, _backup = PLATFORM.reads
    for command in (ports, addresses):
        for end in (0, len(whole[command]) // 2, len(whole[command]) - 3):
            with pytest.raises(ReadEndedEarlyError):
                PLATFORM.parse({**whole, command: whole[command][:end]})
    first_table = whole[ports].splitlines()[0]
    with pytest.raises(ReadEndedEarlyError):
        PLATFORM.parse({**whole, ports: first_table})
    with pytest.raises(ReadEndedEarlyError):
        PLATFORM.parse({**whole, ports: "bash: ovs-vsctl: command not found"})


def test_the_kept_configuration_brings_a_port_back(
    switch: OpenVSwitch, opened: ConfigSession, tmp_path: Path
) -> None:
    switch.vsctl("set", "port", "p1", "tag=10")
    backup = tmp_path / "backup"
    backup.write_text(opened.read()[PLATFORM.configuration].rstrip() + "\n")
    switch.vsctl("del-port", "p1")
    assert opened.send([f"ovsdb-client --timeout=10 restore < {shlex.quote(str(backup))}"]) is None
    assert read(opened).interfaces["p1"].untagged == 10
