"""Every case of the case file on a real switch: there and back over SSH, and read again."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.lab.openvswitch import OpenVSwitch
from provisioning.network.platforms._openvswitch_commands import VSCTL
from provisioning.network.session import ConfigSession
from provisioning.network.state import InterfaceState, SwitchState
from tests.needs import needs_openvswitch
from tests.network.openvswitch_lab import read, session

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "network" / "openvswitch.toml").read_text()
)["case"]


@pytest.fixture(scope="module")
def switch() -> Iterator[OpenVSwitch]:
    needs_openvswitch()
    with OpenVSwitch() as switch:
        switch.host("pc", port="p1", address="10.9.0.1/24")
        yield switch


@pytest.fixture(scope="module")
def opened(switch: OpenVSwitch) -> Iterator[ConfigSession]:
    with session(switch) as opened:
        yield opened


def changed(current: SwitchState, wish: dict[str, Any]) -> SwitchState:
    port = current.interfaces["p1"]
    desired = InterfaceState.model_validate({**port.model_dump(), **wish})
    return current.model_copy(update={"interfaces": {**current.interfaces, "p1": desired}})


def shown(state: SwitchState) -> dict[str, object]:
    """What of a state can be noticed from outside: which VLANs pass how, and the words."""
    return {
        name: (port.mode, port.description, [port.carries(vlan) for vlan in range(1, 4095)])
        for name, port in state.interfaces.items()
    }


def ours(command: str) -> list[tuple[str, ...]]:
    return [(f"{VSCTL} {command}",)] if command else []


def columns_of_others(switch: OpenVSwitch) -> str:
    return switch.vsctl("--if-exists", "get", "port", "p1", "other_config", "external_ids:owner")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(switch: OpenVSwitch, opened: ConfigSession, case: dict[str, Any]) -> None:
    columns = ["--", "set", "port", "p1", *case["columns"]] if case["columns"] else []
    switch.vsctl("del-port", "p1", "--", "add-port", "br0", "p1", *columns)
    others = columns_of_others(switch)
    current = read(opened)
    desired = changed(current, case["desired"])

    blocks = opened.platform.render(current, desired)

    assert [block.commands for block in blocks] == ours(case["command"])
    assert [block.undo for block in blocks] == ours(case["undo"])
    for block in blocks:
        assert opened.send(block.commands) is None
        assert opened.send(block.commands) is None  # a second time changes nothing
    after = read(opened)
    assert shown(after) == shown(desired)
    assert opened.platform.render(after, changed(after, case["desired"])) == []
    for block in blocks:
        assert opened.send(block.undo) is None
    assert shown(read(opened)) == shown(current)
    assert columns_of_others(switch) == others


def test_a_list_too_long_for_a_line_comes_in_calls_that_never_open_the_trunk(
    switch: OpenVSwitch, opened: ConfigSession
) -> None:
    switch.vsctl("clear", "port", "p1", "tag", "--", "set", "port", "p1", "trunks=2-999")
    current = read(opened)
    odd = list(range(1001, 2400, 2))
    block = opened.platform.render(current, changed(current, {"tagged": odd}))[0]
    for commands in (block.commands, block.undo):
        assert len(commands) > 1
        for command in commands:
            assert opened.send([command]) is None
            assert not read(opened).interfaces["p1"].carries_all
        if commands is block.commands:
            assert read(opened).interfaces["p1"].tagged == frozenset(odd)
    assert shown(read(opened)) == shown(current)


def test_a_description_too_long_to_be_brought_back_is_locked(
    switch: OpenVSwitch, opened: ConfigSession
) -> None:
    for words, locked in (("x" * 200, frozenset()), ("ü" * 200, frozenset({"description"}))):
        switch.vsctl("set", "port", "p1", f"external_ids:description={words}")
        assert read(opened).interfaces["p1"].locked == locked
