"""What saves a switch from its configuration: revert and reload timers, and a cut off admin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from netmiko.exceptions import NetmikoTimeoutException

from provisioning.lab.ios import IosLab, LabSwitch
from tests.lab.ios_support import PORT, UPLINK, Typist, eventually, netmiko, running, seed

ARCHIVE = ("archive", " path flash:arch")
MANAGEMENT = (
    "interface Vlan99",
    " ip address 10.0.99.2 255.255.255.0",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IosLab]:
    lines = (*ARCHIVE, *MANAGEMENT)
    managed = {"management_interface": UPLINK, "management_vlan": 99}
    names = ("unconfirmed", "confirmed", "reloading", "cancelled")
    seeds = [
        seed("bare"),
        *[seed(name, extra_lines=lines) for name in names],
        seed("quick", extra_lines=lines, seconds_per_minute=0.001),
        *[seed(f"cut-{number}", extra_lines=lines, **managed) for number in range(6)],
    ]
    with running(tmp_path_factory.mktemp("ios"), *seeds) as opened:
        yield opened


def revert_events(switch: LabSwitch) -> list[str]:
    return [entry.event for entry in switch.log if entry.kind == "revert"]


def test_a_revert_timer_needs_the_archive(lab: IosLab) -> None:
    with Typist(lab["bare"]) as typist:
        typist.enable()
        said = typist.type("configure terminal revert timer 5\r", "#")
        assert "%Turn config archive on before using Rollback Confirmed Change" in said
        assert lab["bare"].state.sessions[0].mode == "enable"


def test_unconfirmed_changes_come_back_but_vlans_stay(lab: IosLab) -> None:
    """Fact 8: a revert timer does not bring VLANs back."""
    switch = lab["unconfirmed"]
    before = switch.state
    with Typist(switch) as typist:
        typist.enable()
        typist.type("configure terminal revert timer 120\r", r"config\)#")
        typist.type(f"vlan 40\rname GAST\rinterface {PORT}\rdescription neu\r", "neu\\s+\\S+#")
        assert " description neu" in switch.state.running_config
        switch.let_pass(119)
        assert switch.state.revert_pending
        switch.let_pass(1)
        eventually(lambda: not switch.state.revert_pending)
    assert switch.state.running_config == before.running_config
    assert switch.state.vlans == {**before.vlans, 40: "GAST"}
    assert revert_events(switch) == ["armed", "fired"]


def test_timers_fire_by_themselves(lab: IosLab) -> None:
    with Typist(lab["quick"]) as typist:
        typist.enable()
        typist.type("configure terminal revert timer 1\r", r"config\)#")
        eventually(lambda: revert_events(lab["quick"]) == ["armed", "fired"])


def test_confirmed_changes_stay(lab: IosLab) -> None:
    switch = lab["confirmed"]
    with Typist(switch) as typist:
        typist.enable()
        said = typist.type("configure terminal revert timer 120\r", r"config\)#")
        assert (
            "Rollback Confirmed Change: Backing up current running config to flash:arch-1" in said
        )
        typist.type(f"interface {PORT}\rdescription neu\rend\r", "-if.#end\\s+\\S+#")
        assert "Timer value: 120 min" in typist.type("show archive config rollback timer\r", "#")
        assert "flash:arch-1 <- Most Recent" in typist.type("show archive\r", "#")
        typist.type("configure confirm\r", "#")
        pending = typist.type("show archive config rollback timer\r", "#")
        assert "%No Rollback Confirmed Change pending" in pending
        assert not switch.state.revert_pending
        assert " description neu" in switch.state.running_config

        typist.type("configure terminal revert timer 120\r", r"config\)#")
        typist.type(f"interface {PORT}\rdescription alt\rend\r", "-if.#end\\s+\\S+#")
        typist.type("configure revert now\r", "#")
        assert " description neu" in switch.state.running_config
        assert "%No Rollback" in typist.type("configure confirm\r", "#")
    assert revert_events(switch) == ["armed", "confirmed", "armed", "fired"]


def test_reload_asks_and_forgets_what_was_not_saved(lab: IosLab) -> None:
    switch = lab["reloading"]
    with Typist(switch) as typist:
        typist.enable()
        typist.type(f"configure terminal\rinterface {PORT}\rdescription neu\rend\r", "end\\s+\\S+#")
        typist.type("reload in 100\r", r"Save\? \[yes/no\]: ")
        typist.type("no\r", r"Proceed with reload\? \[confirm\]")
        typist.type("\r", "#")
        switch.let_pass(100)
        assert typist.closed()
    assert switch.state.reloads == 1
    assert " description Raum 101" in switch.state.running_config
    with Typist(switch) as typist:  # it takes new sessions
        typist.enable()


def test_a_cancelled_reload_does_not_happen(lab: IosLab) -> None:
    switch = lab["cancelled"]
    with Typist(switch) as typist:
        typist.enable()
        assert "No reload is scheduled." in typist.type("show reload\r", "#")
        typist.type("reload in 5\r", r"\[confirm\]")
        typist.type("\r", "#")
        assert switch.state.reload_pending
        assert "Reload scheduled in 5 minutes" in typist.type("show reload\r", "#")
        assert "SHUTDOWN ABORTED" in typist.type("reload cancel\r", r"-\s+\*\*\*\s+\S+#")
    assert not switch.state.reload_pending
    assert switch.state.reloads == 0


def test_a_reload_that_nobody_confirms_is_not_scheduled(lab: IosLab) -> None:
    with Typist(lab["cancelled"]) as typist:
        typist.enable()
        typist.type("reload in 5\r", r"\[confirm\]")
        typist.type("n\r", "#")
    assert not lab["cancelled"].state.reload_pending


def test_whoever_saws_off_the_branch_is_cut_off_until_the_revert(lab: IosLab) -> None:
    """Fact 7."""
    switch = lab["cut-5"]
    with Typist(switch) as typist:
        typist.enable()
        typist.type("configure terminal revert timer 3\r", r"config\)#")
        typist.type(f"interface {UPLINK}\rswitchport trunk allowed vlan remove 99", "remove 99")
        typist.type("\r", "\r\n")
        eventually(lambda: not switch.state.reachable)
        with pytest.raises(NetmikoTimeoutException), netmiko(switch, conn_timeout=2):
            pass
        switch.let_pass(3)
        eventually(lambda: switch.state.reachable)
        assert (99, True) in switch.carries(UPLINK)
        typist.type("do show vtp status\r", "#")  # the old session lives again
    eventually(lambda: not switch.state.sessions)
    with netmiko(switch) as connection:
        assert connection.check_enable_mode()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("cut-0", f"interface {UPLINK}\rshutdown"),
        ("cut-1", f"interface {UPLINK}\rswitchport trunk native vlan 99"),
        ("cut-2", "no vlan 99"),
        ("cut-3", "interface vlan 99\rno ip address"),
        ("cut-4", f"interface {UPLINK}\rswitchport mode access"),
    ],
)
def test_ways_to_saw(lab: IosLab, name: str, lines: str) -> None:
    with Typist(lab[name]) as typist:
        typist.enable()
        typist.type(f"configure terminal\r{lines}\r", "\r\n")
        eventually(lambda: not lab[name].state.reachable)
    lab[name].reload()  # nothing was saved
    assert lab[name].state.reachable is (name != "cut-2")  # a deleted VLAN is saved at once


def test_changes_elsewhere_do_not_cut(lab: IosLab) -> None:
    with netmiko(lab["confirmed"]) as connection:
        connection.send_config_set([f"interface {UPLINK}", "switchport trunk allowed vlan add 30"])
        connection.send_config_set([f"interface {PORT}", "shutdown"])
    assert lab["confirmed"].state.reachable


def test_saved_changes_survive_a_reload(tmp_path: Path) -> None:
    with running(tmp_path, seed()) as lab:
        switch = lab["sw-nord-01"]
        with Typist(switch) as typist:
            typist.enable()
            typist.type("configure terminal\rhostname neu\rend\r", "neu#")
            typist.type("copy running-config startup-config\r", r"\[startup-config\]\? ")
            assert "[OK]" in typist.type("\r", "#")
        switch.reload()
        assert switch.state.running_config.startswith("hostname neu\n")
