"""The emulated IOS switches answer as network.md says real ones do. netmiko is the witness."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from netmiko.exceptions import ConfigInvalidException
from ntc_templates.parse import parse_output

from inventory.errors import SchoolnetError
from provisioning.lab.ios import IosLab, LabSwitch, seed_running_config
from tests.lab.ios_support import PORT, UPLINK, Typist, netmiko, running, seed

CAMPUS = """\
Building configuration...

Current configuration : 999 bytes
!
version 15.2
hostname sw-campus
!
banner motd ^C
Only for the school office.
vlan 77
^C
!
snmp-server community s3cret RO
vtp domain SCHULE
vtp mode transparent
!
vlan 10
 name PAED
!
vlan 30-32
!
interface Port-channel1
 switchport trunk allowed vlan 10,30
 switchport mode trunk
!
interface GigabitEthernet1/0/1
 switchport trunk allowed vlan 10,30
 switchport mode trunk
 channel-group 1 mode active
!
interface GigabitEthernet1/0/2
 switchport trunk allowed vlan 10,30
 switchport mode trunk
 channel-group 1 mode active
!
interface GigabitEthernet1/0/3
 description Raum 101
 switchport access vlan 10
 switchport mode access
 switchport voice vlan 31
 storm-control broadcast level 5.00
 authentication port-control auto
 mab
 dot1x pae authenticator
!
end
"""


@pytest.fixture(scope="module")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[LabSwitch]]]:
    """Switches of two kinds; each is used by one test."""
    plain = [seed(f"sw-nord-{number:02}", vtp_domain="SCHULE") for number in range(40)]
    assigned = {"GigabitEthernet1/0/3": 30}
    text = [CAMPUS.replace("sw-campus", f"sw-campus-{number:02}") for number in range(20)]
    campus = [seed_running_config(one, assigned_vlans=assigned) for one in text]
    with running(tmp_path_factory.mktemp("ios"), *plain, *campus) as lab:
        yield {
            "plain": [lab[one.name] for one in plain],
            "campus": [lab[one.name] for one in campus],
        }


@pytest.fixture
def switch(unused: dict[str, list[LabSwitch]]) -> LabSwitch:
    return unused["plain"].pop()


@pytest.fixture
def campus(unused: dict[str, list[LabSwitch]]) -> LabSwitch:
    return unused["campus"].pop()


def configure(switch: LabSwitch, *lines: str) -> str:
    with netmiko(switch) as connection:
        output: str = connection.send_config_set(lines)
        return output


def show(switch: LabSwitch, command: str) -> list[dict[str, Any]]:
    with netmiko(switch) as connection:
        printed = connection.send_command(command)
    rows: list[dict[str, Any]] = parse_output("cisco_ios", command, printed)
    return rows


def test_netmiko_configures_and_saves(switch: LabSwitch) -> None:
    with netmiko(switch) as connection:
        connection.send_config_set([f"interface {PORT}", "switchport access vlan 20"])
        assert (20, False) in switch.carries(PORT)
        assert "vlan 20" not in switch.state.startup_config
        assert "[OK]" in connection.save_config()
        assert switch.state.startup_config == switch.state.running_config
        assert not switch.state.configuring
    assert "switchport access vlan 20" in switch.lines


def test_two_hundred_switches_have_their_own_keys_and_secrets(tmp_path: Path) -> None:
    with running(tmp_path, *[seed(f"sw-{number}") for number in range(200)]) as lab:
        switches = lab.switches
        assert len({switch.host_key for switch in switches}) == 200
        assert len({switch.port for switch in switches}) == 200
        assert len({switch.password.get_secret_value() for switch in switches}) == 200
        configure(lab["sw-199"], "hostname letzter")
        assert "hostname letzter" in lab["sw-199"].state.running_config
        assert "hostname sw-0" in lab["sw-0"].state.running_config


def test_a_lab_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "sw-nord-01.jsonl").mkdir()
    with pytest.raises(SchoolnetError, match="Is a directory"), IosLab(tmp_path, [seed()]):
        pass


def test_no_secret_reaches_disk(tmp_path: Path) -> None:
    with running(tmp_path, seed()) as lab:
        configure(lab["sw-nord-01"], "vlan 40")
        secrets = [lab["sw-nord-01"].password, lab["sw-nord-01"].enable_secret]
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [one for one in secrets if one.get_secret_value().encode() in written]


def test_vtp_server_keeps_vlans_outside_the_running_config(switch: LabSwitch) -> None:
    """Fact 8: saved at once, in vlan.dat; a reload without saving brings back the rest only."""
    before = switch.state.running_config
    configure(switch, "vlan 40", "name GAST")
    assert switch.state.vlans[40] == "GAST"
    assert switch.state.running_config == before
    [status] = show(switch, "show vtp status")
    assert (status["mode"], status["domain"]) == ("Server", "SCHULE")
    assert status["revision_number"] == "1"
    configure(switch, f"interface {PORT}", "switchport access vlan 40")
    switch.reload()
    assert switch.state.vlans[40] == "GAST"
    assert (10, False) in switch.carries(PORT)


def test_vtp_transparent_shows_vlans_in_the_running_config(campus: LabSwitch) -> None:
    assert "vlan 10\n name PAED" in campus.state.running_config
    assert "vlan 30-32" in campus.state.running_config
    assert 77 not in campus.state.vlans  # it stands in a banner
    configure(campus, "vlan 2000", "name WEIT", "exit", "no vlan 31")
    assert campus.state.vlans[2000] == "WEIT"
    assert "vlan 30,32" in campus.state.running_config
    campus.reload()  # unsaved: startup-config counts in transparent mode
    assert 2000 not in campus.state.vlans
    assert 31 in campus.state.vlans


def test_vtp_client_refuses(tmp_path: Path) -> None:
    with running(tmp_path, seed(vtp_mode="client")) as lab:
        said = configure(lab["sw-nord-01"], "vlan 40")
        assert "VTP VLAN configuration not allowed when device is in CLIENT mode." in said
        assert 40 not in lab["sw-nord-01"].state.vlans


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["no vlan 1"], "%Default VLAN 1 may not be deleted."),
        (["no vlan 1003"], "%Default VLAN 1003 may not be deleted."),
        (["vlan 5000"], "Command rejected: Bad VLAN list - character #5 (EOL)"),
        (["vlan 2000", "exit"], "Extended VLAN(s) not allowed in current VTP mode."),
        ([f"interface {PORT}", "switchport mode"], "% Incomplete command."),
        ([f"interface {PORT}", "switchport access vlan 4999"], "% Invalid input detected"),
        ([f"interface {PORT}", "s"], '% Ambiguous command:  "s"'),
        ([f"interface {PORT}", "name PAED"], "% Invalid input detected"),
        (["interface GigabitEthernet9/9/9"], "% Invalid input detected"),
        (["switchport mode access"], "% Invalid input detected"),
    ],
)
def test_refusals(switch: LabSwitch, lines: list[str], answer: str) -> None:
    before = switch.state
    assert answer in configure(switch, *lines)
    assert switch.state.vlans == before.vlans
    assert switch.state.running_config == before.running_config


def test_the_caret_points_at_the_wrong_word(switch: LabSwitch) -> None:
    with Typist(switch) as typist:
        typist.enable()
        screen = typist.type("show vlan foo\r", "#").splitlines()
        caret = next(line for line in screen if line.strip() == "^")
        assert caret.index("^") == len("sw-nord-00#show vlan ")


def test_vlan_lists_and_ranges(switch: LabSwitch) -> None:
    configure(switch, "vlan 30-32,40")
    assert {30, 31, 32, 40} <= switch.state.vlans.keys()
    configure(switch, "no vlan 31-32,40")
    assert {31, 32, 40}.isdisjoint(switch.state.vlans)


def test_a_vlan_is_real_when_its_mode_is_left(switch: LabSwitch) -> None:
    with Typist(switch) as typist:
        typist.enable()
        typist.type("configure terminal\rvlan 40\rname GAST\r", r"config-vlan\)#name GAST\s+\S+#")
        assert 40 not in switch.state.vlans
        typist.type("interface vlan 40\r", r"config-if\)#")
        assert switch.state.vlans[40] == "GAST"


def test_a_missing_access_vlan_is_made(switch: LabSwitch) -> None:
    said = configure(switch, f"interface {PORT}", "switchport access vlan 44")
    assert "% Access VLAN does not exist. Creating vlan 44" in said
    assert switch.state.vlans[44] == "VLAN0044"


def test_trunks(switch: LabSwitch) -> None:
    """Facts 4 and 10: without a list a trunk carries everything; add and remove change a list."""
    with netmiko(switch) as connection:

        def after(line: str) -> set[tuple[int, bool]]:
            connection.send_config_set([f"interface {UPLINK}", line])
            return switch.carries(UPLINK)

        assert switch.carries(UPLINK) == {(10, True), (20, True), (99, True)}
        assert after("switchport trunk allowed vlan remove 20") == {(10, True), (99, True)}
        assert (20, True) in after("switchport trunk allowed vlan add 20,99")
        assert (99, False) in after("switchport trunk native vlan 99")
        assert {(1, True), (1005, True)} <= after("no switchport trunk allowed vlan")
        assert (1, True) in after("switchport trunk allowed vlan add 10")  # still everything
        assert "allowed vlan" not in switch.state.running_config
        assert after("switchport trunk allowed vlan none") == set()
        assert after("switchport trunk allowed vlan except 1-98,100-4094") == {(99, False)}


def test_a_trunk_made_before_its_list_carries_everything(switch: LabSwitch) -> None:
    configure(switch, f"interface {PORT}", "switchport mode trunk")
    assert {(1, False), (20, True), (99, True)} <= switch.carries(PORT)


def test_long_lists_go_on_in_add_lines(switch: LabSwitch) -> None:
    many = ",".join(str(vlan) for vlan in range(100, 180, 2))
    configure(switch, f"interface {UPLINK}", f"switchport trunk allowed vlan {many}")
    lines = re.findall(r"^ switchport trunk allowed.*$", switch.state.running_config, re.M)
    assert len(lines) > 1
    assert all(line.startswith(" switchport trunk allowed vlan add ") for line in lines[1:])
    assert all(len(line) <= 80 for line in lines)
    configure(switch, f"interface {UPLINK}", *lines)  # what IOS prints can be given back
    assert re.findall(r"^ switchport trunk allowed.*$", switch.state.running_config, re.M) == lines
    switch.reload()
    assert switch.carries(UPLINK) == {(10, True), (20, True), (99, True)}


def test_port_channels(campus: LabSwitch) -> None:
    """Fact 9: VLANs live on the port channel; a member changed alone is suspended."""
    carried = {(10, True), (30, True)}
    assert campus.carries("Port-channel1") == carried
    assert campus.carries("GigabitEthernet1/0/1") == carried
    configure(campus, "interface po1", "switchport trunk allowed vlan add 32")
    assert (32, True) in campus.carries("GigabitEthernet1/0/2")
    configure(campus, "interface gi1/0/2", "switchport trunk allowed vlan remove 32")
    assert campus.carries("GigabitEthernet1/0/2") == set()
    assert (32, True) in campus.carries("Port-channel1")
    [channel] = show(campus, "show etherchannel summary")
    assert channel["member_interface"] == ["Gi1/0/1", "Gi1/0/2"]
    assert channel["member_interface_status"] == ["P", "s"]


def test_a_new_port_channel_takes_over_its_first_member(switch: LabSwitch) -> None:
    said = configure(switch, f"interface {UPLINK}", "channel-group 3 mode active")
    assert "Creating a port-channel interface Port-channel 3" in said
    assert switch.carries("Port-channel3") == {(10, True), (20, True), (99, True)}


def test_configured_and_operational_vlan_are_two_facts(campus: LabSwitch) -> None:
    """Fact 9: with authentication a port may be in another VLAN than it is configured for."""
    assert campus.carries("GigabitEthernet1/0/3") == {(30, False), (31, True)}
    assert " switchport access vlan 10" in campus.state.running_config
    rows = {row["port"]: row for row in show(campus, "show interfaces status")}
    assert rows["Gi1/0/3"]["vlan_id"] == "30"
    ports = {row["interface"]: row for row in show(campus, "show interfaces switchport")}
    assert ports["Gi1/0/3"]["voice_vlan"] == "31"
    assert ports["Gi1/0/1"]["trunking_vlans"] == ["10", "30"]
    configure(campus, "interface gi1/0/3", "no authentication port-control")
    assert (10, False) in campus.carries("GigabitEthernet1/0/3")


def test_lines_that_are_not_modelled_stay_in_place(campus: LabSwitch) -> None:
    configure(campus, "interface gi1/0/3", "description Raum 102", "switchport access vlan 30")
    text = campus.state.running_config
    assert "snmp-server community s3cret RO\n" in text
    assert "banner motd ^C\nOnly for the school office.\nvlan 77\n^C\n" in text
    assert (
        "interface GigabitEthernet1/0/3\n description Raum 102\n switchport access vlan 30\n"
        " switchport mode access\n switchport voice vlan 31\n storm-control broadcast level 5.00\n"
        " authentication port-control auto\n mab\n dot1x pae authenticator\n!\n" in text
    )


def test_what_it_prints_founds_an_equal_switch(campus: LabSwitch, tmp_path: Path) -> None:
    with netmiko(campus) as connection:
        printed = connection.send_command("show running-config")
    with running(tmp_path, seed_running_config(printed)) as lab:
        assert lab[campus.name].state.running_config == campus.state.running_config
        assert lab[campus.name].state.vlans == campus.state.vlans


def test_textfsm_reads_the_vlan_table(switch: LabSwitch) -> None:
    rows = {row["vlan_id"]: row for row in show(switch, "show vlan brief")}
    assert rows["10"]["interfaces"] == ["Gi1/0/1"]
    assert rows["1002"]["status"] == "act/unsup"
    assert {row["vlan_id"] for row in show(switch, "show vlan")} == rows.keys()


def test_error_pattern_leaves_the_session_in_configuration_mode(switch: LabSwitch) -> None:
    """Fact 2: earlier lines stay, later ones are unsent, the mode is left open."""
    lines = ["vlan 40", "name GAST", "nonsense here", "vlan 41"]
    with netmiko(switch) as connection:
        with pytest.raises(ConfigInvalidException):
            connection.send_config_set(lines, error_pattern=r"%\s?Invalid")
        assert [session.mode for session in switch.state.configuring] == ["config-vlan"]
        connection.exit_config_mode()
        assert not switch.state.configuring
    assert 40 in switch.state.vlans
    assert 41 not in switch.state.vlans


def test_seeds_from_a_running_config(campus: LabSwitch) -> None:
    found = campus.seed
    assert found.name.startswith("sw-campus-")
    assert (found.vtp_mode, found.vtp_domain) == ("transparent", "SCHULE")
    assert found.vlans == {10: "PAED", 30: "VLAN0030", 31: "VLAN0031", 32: "VLAN0032"}
