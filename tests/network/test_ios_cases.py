"""The case file of Cisco IOS: from a running-config and a wish to the exact commands, and back."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from inventory.errors import ReadEndedEarlyError, UsageError
from inventory.records import Interface, Lag, PortProfile, Switch, Vlan
from inventory.records.base import Record
from inventory.records.network import NetworkRole
from provisioning.network.planner import NetworkPlanner
from provisioning.network.platforms import platform
from provisioning.network.state import SwitchState, format_vlans, parse_vlans
from tests.network.support import SETTINGS, VLANS, inventory, sort

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "network" / "cisco_ios.toml").read_text()
)["case"]
IOS = platform("cisco_ios")
PRINTERS = Vlan(role=NetworkRole.PRINTERS, vlan_id=50, name="DRUCK")


def outputs(case: dict[str, Any]) -> dict[str, str]:
    """What the switch of a case prints."""
    table = "".join(
        f"{vlan:<4} {name:<32} active\n" for vlan, name in {"1": "default", **case["vlans"]}.items()
    )
    vtp = case.get("vtp", {"mode": "Transparent", "domain": ""})
    return {
        "show running-config": f"Building...\n\nhostname sw-1\n{case['running']}end\n",
        "show vlan brief": f"\nVLAN Name                             Status    Ports\n{table}",
        "show vtp status": f"VTP Domain Name                 : {vtp['domain']}\n\n"
        f"Feature VLAN:\n--------------\nVTP Operating Mode                : {vtp['mode']}\n"
        "Maximum VLANs supported locally   : 255\n\nFeature MST:\n--------------\n"
        "VTP Operating Mode                : Transparent\n",
    }


def records(case: dict[str, Any]) -> list[Record]:
    """The inventory of a case: one profile for each port."""
    switch = Switch(
        id="s", name="sw-1", platform="cisco_ios", address=case.get("address", "192.0.2.10")
    )
    made: list[Record] = [switch, PRINTERS, *VLANS]
    for number, wish in enumerate(case["ports"]):
        about = {"switch": "s", "name": wish["name"], "profile": f"p{number}"}
        about["protected"] = wish.pop("protected", False)
        if wish.pop("lag", False):
            made.append(Lag.model_validate(about))
        else:
            made.append(Interface(**about, description=wish.pop("description", "")))
        profile = {**wish, "id": f"p{number}", "name": f"profile {number}"}
        made.append(PortProfile.model_validate(profile))
    return made


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(tmp_path: Path, case: dict[str, Any]) -> None:
    state = IOS.parse(outputs(case))
    planner = NetworkPlanner(SETTINGS, {})
    with inventory(tmp_path, records(case)) as reader:
        changes, notices = sort(planner.compare({"s": state}, planner.desired(reader)))
    ids = {change.id: change.key.removeprefix("sw-1 ") for change in changes}
    shown = [
        {
            "key": ids[change.id],
            "commands": list(change.operations),
            "undo": list(change.undo),
            **({"needs": [ids[need] for need in change.needs]} if change.needs else {}),
            **({"risk": "high"} if change.risk == "high" else {}),
        }
        for change in changes
    ]
    assert shown == case["changes"]
    said = [str(notice.message) for notice in notices]
    assert len(said) == len(case["notices"]), said
    for text, part in zip(said, case["notices"], strict=True):
        assert part in text


@pytest.mark.parametrize("command", IOS.reads)
def test_an_answer_that_ends_early_is_not_a_state(command: str) -> None:
    whole = outputs(CASES[0])
    assert IOS.parse(whole).vlans[10] == "PAED"
    cut = {**whole, command: whole[command][: len(whole[command]) // 3]}
    if command == "show vtp status":
        assert IOS.refuses_vlans(IOS.parse(cut)) is not None
    else:
        with pytest.raises(ReadEndedEarlyError):
            IOS.parse(cut)


def test_a_switch_without_vtp_is_refused_vlans() -> None:
    state = IOS.parse({**outputs(CASES[0]), "show vtp status": "% Invalid input detected\n"})
    assert state.vtp is None
    assert IOS.refuses_vlans(state) is not None


def test_the_configured_vlan_is_read_not_the_operational_one() -> None:
    case = {**CASES[0], "running": "interface Vlan1\n no ip address\n"}
    assert IOS.parse(outputs(case)).addresses == {}


def test_ways_to_spell_a_set_of_vlans() -> None:
    assert parse_vlans("10-12,20") == parse_vlans("20, 10,11,12") == {10, 11, 12, 20}
    assert format_vlans({20, 11, 10, 12, 22}) == "10-12,20,22"
    assert format_vlans(()) == ""
    for wrong in ("0", "4095", "12-10", "x", "1-"):
        with pytest.raises(ValueError, match="is not a VLAN"):
            parse_vlans(wrong)


def test_an_unknown_platform_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="cisco_ios"):
        platform("base")


def test_a_trunk_is_never_opened() -> None:
    closed = IOS.parse(outputs(CASES[1]))
    trunk = closed.interfaces["GigabitEthernet1/0/1"]
    opened = SwitchState(interfaces={trunk.name: trunk.model_copy(update={"tagged": None})})
    with pytest.raises(ValueError, match="never loses its list"):
        IOS.render(SwitchState(interfaces={trunk.name: trunk}), opened)
    with pytest.raises(ValueError, match="carries all VLANs"):
        IOS.render(opened, SwitchState(interfaces={trunk.name: trunk}))
