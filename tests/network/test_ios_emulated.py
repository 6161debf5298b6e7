"""The IOS driver against emulated switches over real SSH: what is there afterwards counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from inventory.records.base import Record
from inventory.records.runs import Outcome
from provisioning.lab.ios import Fault, FaultKind, IosLab, LabSwitch, SwitchSeed
from provisioning.network.planner import NetworkPlanner
from tests.network.support import (
    ACCESS_POINT,
    CLASSROOM,
    OFFICE,
    SETTINGS,
    SHARED,
    Place,
    inventory,
    logins,
    plan,
    port,
    switch_record,
)

G = "GigabitEthernet1/0/"


def seed(name: str = "sw-nord-01", **fields: Any) -> SwitchSeed:
    """A running switch: managed over VLAN 99 through its uplink."""
    interfaces = {
        f"{G}1": ("switchport access vlan 5", "spanning-tree portfast"),
        f"{G}2": ("switchport trunk allowed vlan 10,99", "switchport trunk native vlan 99",
                  "switchport mode trunk"),
        f"{G}3": ("description Handarbeit", "switchport access vlan 7", "switchport mode access"),
        f"{G}4": (),
        f"{G}24": ("switchport trunk allowed vlan 10,99", "switchport mode trunk"),
        "Vlan99": ("ip address 10.20.0.5 255.255.255.0",),
    }  # fmt: skip
    known = {
        "name": name,
        "vtp_mode": "transparent",
        "vlans": {5: "ALT", 7: "HAND", 10: "PAED", 99: "MGMT"},
        "interfaces": interfaces,
        "management_interface": f"{G}24",
        "management_vlan": 99,
    }
    return SwitchSeed.model_validate({**known, **fields})


@contextmanager
def place(folder: Path, *seeds: SwitchSeed, **fields: object) -> Iterator[Place]:
    """The switches, and an inventory that wants four of their ports otherwise."""
    with IosLab(folder / "lab", seeds) as lab:
        records: list[Record] = [*SHARED]
        for switch in lab.switches:
            known = switch_record(switch, **fields)
            records += [
                known,
                port(known, f"{G}1", CLASSROOM, description="Raum 101 (Süd)?"),
                port(known, f"{G}2", ACCESS_POINT),
                port(known, f"{G}4", OFFICE),
            ]
        with inventory(folder, records) as reader:
            yield Place(lab, reader)


def only(place: Place) -> LabSwitch:
    (switch,) = place.lab.switches
    return switch


def lines_of(switch: LabSwitch, interface: str) -> list[str]:
    """The lines of one interface in the running-config."""
    text = switch.state.running_config
    body = text.split(f"\ninterface {interface}\n")[1]
    lines = []
    for line in body.splitlines():
        if not line.startswith(" "):
            break
        lines.append(line.strip())
    return lines


def without_vlans(text: str) -> list[str]:
    """A running-config without its VLAN sections, which stand in it in transparent mode."""
    lines = text.splitlines()
    return [line for line in lines if not line.startswith(("vlan ", " name ", "!"))]


def test_from_plan_to_saved_and_nothing_left_to_do(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        hand_made = lines_of(switch, f"{G}3")
        changes, notices = here.plan()
        assert [change.key.split(" ", 1)[1] for change in changes] == [
            "VLAN 20", "VLAN 30", "VLAN 40", f"{G}1", f"{G}2", f"{G}4",
        ]  # fmt: skip
        assert notices == []
        done = here.apply(changes)

        assert set(done.outcomes.values()) == {Outcome.DONE}, done.messages()
        assert done.intents == [change.key for change in changes]
        assert lines_of(switch, f"{G}1") == [
            "description Raum 101 (Sued)", "switchport access vlan 10", "switchport mode access",
            "spanning-tree portfast",
        ]  # fmt: skip
        assert switch.carries(f"{G}2") == {(10, True), (30, True), (99, False)}
        assert lines_of(switch, f"{G}3") == hand_made
        state = switch.state
        assert {20: "VERW", 30: "GAST", 40: "VOIP"}.items() <= state.vlans.items()
        assert state.startup_config == state.running_config
        assert not state.configuring
        typed = [line for line in switch.lines if line]
        last = max(n for n, line in enumerate(typed) if line.startswith("switchport"))
        assert typed.index("write memory") > last
        assert here.plan() == ([], [])


def test_undo_of_every_change_leads_back(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        before = switch.state.running_config
        changes, _notices = here.plan()
        here.apply(changes)
        back = [
            change.model_copy(
                update={
                    "operations": change.undo,
                    "undo": change.operations,
                    "before": change.after,
                    "after": change.before,
                    "needs": (),
                }
            )
            for change in reversed(changes)
            if change.kind == "interface"
        ]
        done = here.apply(back)
        assert set(done.outcomes.values()) == {Outcome.DONE}, done.messages()
        assert without_vlans(switch.state.running_config) == without_vlans(before)


@pytest.mark.parametrize("kind", [FaultKind.REJECT, FaultKind.SWALLOW])
def test_a_bad_line_in_the_middle_leaves_the_switch_as_it_was(
    tmp_path: Path, kind: FaultKind
) -> None:
    with place(tmp_path, seed(faults=(Fault(kind=kind, line="vlan add 30"),))) as here:
        switch = only(here)
        before = switch.state
        changes, _notices = here.plan()
        done = here.apply(changes)

        after = switch.state
        assert after.running_config == before.running_config
        assert after.vlans == before.vlans
        assert after.startup_config == before.startup_config
        assert not after.configuring
        assert "write memory" not in switch.lines
        not_sent = {f"{G}4": Outcome.SKIPPED} if kind is FaultKind.REJECT else {}
        assert done.outcomes == {
            **dict.fromkeys(done.outcomes, Outcome.ROLLED_BACK), **not_sent,
        }  # fmt: skip
        assert f"{switch.name} " in done.messages()


def test_what_cannot_be_taken_back_is_named(tmp_path: Path) -> None:
    faults = (
        Fault(kind=FaultKind.REJECT, line="switchport voice vlan 40"),
        Fault(kind=FaultKind.REJECT, line="vlan remove 30"),
    )
    with place(tmp_path, seed(faults=faults)) as here:
        switch = only(here)
        done = here.apply(here.plan()[0])
        assert done.outcomes[f"{G}2"] is Outcome.FAILED
        assert done.outcomes[f"{G}1"] is Outcome.ROLLED_BACK
        assert done.outcomes[f"{G}4"] is Outcome.ROLLED_BACK
        assert "could not be taken back" in str(done.results[f"{switch.name} {G}2"].message)
        assert "switchport trunk allowed vlan 10,30,99" in lines_of(switch, f"{G}2")
        assert lines_of(switch, f"{G}4") == []
        assert not switch.state.configuring


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.DROP_AFTER, FaultKind.HANG])
def test_a_connection_that_breaks_is_taken_up_again_and_cleaned_up(
    tmp_path: Path, kind: FaultKind
) -> None:
    fault = Fault(kind=kind, line="switchport mode access", times=1)
    with place(tmp_path, seed(faults=(fault,))) as here:
        if kind is FaultKind.HANG:
            here.settings = SETTINGS.model_copy(update={"read_timeout": 4})
        switch = only(here)
        before = switch.state
        changes, _notices = here.plan()
        done = here.apply(changes)
        after = switch.state
        assert after.running_config == before.running_config
        assert after.vlans == before.vlans
        assert not after.configuring
        assert set(done.outcomes.values()) == {Outcome.ROLLED_BACK, Outcome.SKIPPED}
        switch.set_faults()
        again = here.apply(changes)
        assert set(again.outcomes.values()) == {Outcome.DONE}, again.messages()


def test_a_switch_out_of_reach_after_sending_is_reported_as_unknown(tmp_path: Path) -> None:
    faults = (
        Fault(kind=FaultKind.DROP_AFTER, line="switchport mode access"),
        Fault(kind=FaultKind.DROP, line="no vlan"),
        Fault(kind=FaultKind.DROP, line="no switchport"),
    )
    with place(tmp_path, seed(faults=faults)) as here:
        done = here.apply(here.plan()[0])
        assert done.outcomes[f"{G}1"] is Outcome.FAILED
        assert done.outcomes[f"{G}4"] is Outcome.SKIPPED
        assert "Nothing is saved" in done.messages()
        assert not only(here).state.configuring


def test_a_wrong_host_key_stops_before_any_password(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        changes, _notices = here.plan()
        switch = only(here)
        tried = len([entry for entry in switch.log if entry.kind == "auth"])
        switch.set_faults(Fault(kind=FaultKind.OTHER_HOST_KEY))
        nothing, notices = here.plan()
        done = here.apply(changes)
        assert nothing == []
        assert ["another host key" in str(notice.message) for notice in notices] == [True]
        assert set(done.outcomes.values()) == {Outcome.FAILED}
        assert "another host key" in done.messages()
        assert done.intents == []
        since = [entry for entry in switch.log if entry.kind == "auth"][tried:]
        assert not any(entry.password_received for entry in since)
        connections = [e for e in switch.log if e.kind == "connection" and e.event == "opened"]
        assert len(connections) == 3  # one good read, then one look each: never a second try


def test_without_a_pinned_key_nobody_connects(tmp_path: Path) -> None:
    with place(tmp_path, seed(), host_key="") as here:
        changes, notices = here.plan()
        assert changes == []
        assert "no pinned host key" in str(notices[0].message)
        assert only(here).log == []


def test_a_pinned_key_of_another_kind_is_a_wrong_key(tmp_path: Path) -> None:
    rsa = (
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCjrq6WJ6LAEYq1ZfpVfTXBbuPoJQQzVnVwqZJ1sRg5Pq7m7"
        "mYUXsT0RBd4mZcLl0Qe0DkTyhzYx3Xb9pTqg1mH5oYc1pfbKNMuUVx0fVvCkdSWf1bYbqkEuKp1pUo9iXw0m0D"
        "3kq0nH6sQjNq3iD2K7t8Yz0bY2oZp2o9rQ=="
    )
    with place(tmp_path, seed(), host_key=rsa) as here:
        changes, notices = here.plan()
        assert changes == []
        assert "another host key" in str(notices[0].message)
        assert not any(entry.password_received for entry in only(here).log)


def test_a_refused_password_is_sent_once(tmp_path: Path) -> None:
    with place(tmp_path, seed(), seed("sw-nord-02")) as here:
        good, wrong = here.lab.switches
        known = {**logins(here.lab), wrong.name: logins(here.lab)[good.name]}
        _changes, notices = plan(NetworkPlanner(SETTINGS, known), here.reader)
        assert ["refuses user name or password" in str(n.message) for n in notices] == [True]
        tries = [entry for entry in wrong.log if entry.password_received]
        assert len(tries) == 1


def test_a_refused_enable_secret_is_named(tmp_path: Path) -> None:
    with place(tmp_path, seed(faults=(Fault(kind=FaultKind.WRONG_ENABLE),))) as here:
        changes, notices = here.plan()
        assert changes == []
        assert "refuses the enable secret" in str(notices[0].message)
        assert only(here).lines.count("enable") == 1


def test_vtp_server_in_a_domain_refuses_vlans_with_the_reason(tmp_path: Path) -> None:
    with place(tmp_path, seed(vtp_mode="server", vtp_domain="SCHULEN")) as here:
        changes, notices = here.plan()
        assert [change.key.split(" ", 1)[1] for change in changes] == [f"{G}1"]
        said = "\n".join(str(notice.message) for notice in notices)
        assert "VTP server in domain 'SCHULEN'" in said
        assert "VLANs 20, 30, 40" in said
        assert "2 ports" in said
        here.apply(changes)
        assert here.plan()[0] == []
        assert not any(line.startswith("vlan ") for line in only(here).lines)


def test_a_port_that_became_somebody_elses_is_stale(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        changes, _notices = here.plan()
        wanted = [change for change in changes if change.key.endswith(f"{G}1")]
        moved = wanted[0].model_copy(update={"before": {**(wanted[0].before or {}), "untagged": 6}})
        done = here.apply([moved])
        assert done.outcomes == {f"{G}1": Outcome.STALE}
        assert done.intents == []
        assert "configure terminal" not in switch.lines
        assert here.sealed == {}


def test_the_whole_configuration_is_sealed_before_the_first_line(tmp_path: Path) -> None:
    secret = "pl4nted-community"
    lines = (f"snmp-server community {secret} RO",)
    with place(tmp_path, seed(extra_lines=lines)) as here:
        before = only(here).state.running_config
        changes, notices = here.plan()
        done = here.apply(changes)
        (name,) = here.sealed
        assert name == f"run1-switch-id-{only(here).name}"
        assert secret in here.sealed[name].decode()
        assert here.sealed[name].decode().strip().endswith(before.strip()[-200:])
        said = f"{changes}{notices}{done.results}"
        assert secret not in said


def test_an_unreachable_switch_does_not_stop_the_others(tmp_path: Path) -> None:
    with place(tmp_path, seed(), seed("sw-nord-02", vty_lines=0)) as here:
        changes, notices = here.plan()
        assert {change.group for change in changes} == {"id-sw-nord-01"}
        assert [str(notice.message).split(" ")[0] for notice in notices] == ["sw-nord-02"]
