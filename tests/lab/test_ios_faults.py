"""The emulated switches go wrong on demand, and their logs tell what reached them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
)

from inventory.errors import SchoolnetError
from provisioning.lab.ios import Fault, FaultKind, IosLab, LabSwitch
from tests.lab.ios_support import PORT, Typist, eventually, netmiko, running, seed

ROOT = Path(__file__).parents[2]
LINES = [f"interface {PORT}", "description neu", "switchport access vlan 20"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., LabSwitch]]:
    """Starts one switch with such faults or other fields."""
    opened: list[Any] = []

    def start_one(*faults: Fault, **fields: Any) -> LabSwitch:
        lab = running(tmp_path, seed(faults=faults, **fields))
        opened.append(lab)
        switches: IosLab = lab.__enter__()
        return switches["sw-nord-01"]

    yield start_one
    for lab in opened:
        lab.__exit__(None, None, None)


def fault(kind: FaultKind, line: str = "", times: int | None = None) -> Fault:
    return Fault(kind=kind, line=line, times=times)


def test_a_rejected_line_changes_nothing(start: Callable[..., LabSwitch]) -> None:
    switch = start(fault(FaultKind.REJECT, "^switchport access"))
    with netmiko(switch) as connection:
        said = connection.send_config_set(LINES)
    assert "% Invalid input detected at '^' marker." in said
    assert " description neu" in switch.state.running_config
    assert (10, False) in switch.carries(PORT)


def test_a_swallowed_line_changes_nothing_either(start: Callable[..., LabSwitch]) -> None:
    """Fact 2: only reading again proves a change."""
    switch = start(fault(FaultKind.SWALLOW, "^switchport access"))
    with netmiko(switch) as connection:
        assert "%" not in connection.send_config_set(LINES)
    assert (10, False) in switch.carries(PORT)


@pytest.mark.parametrize(("kind", "untagged"), [(FaultKind.DROP, 10), (FaultKind.DROP_AFTER, 20)])
def test_a_dropped_connection(
    start: Callable[..., LabSwitch], kind: FaultKind, untagged: int
) -> None:
    switch = start(fault(kind, "^switchport access", times=1))
    with Typist(switch) as typist:
        typist.enable()
        typist.type("configure terminal\r" + "\r".join(LINES) + "\r", "vlan 20\r\n")
        assert typist.closed()
    eventually(lambda: not switch.state.sessions)
    assert (untagged, False) in switch.carries(PORT)
    with netmiko(switch) as connection:  # once only
        connection.send_config_set(LINES)
    assert (20, False) in switch.carries(PORT)
    assert switch.lines.count("switchport access vlan 20") == 2


def test_a_hanging_line(start: Callable[..., LabSwitch]) -> None:
    switch = start(fault(FaultKind.HANG, "^show version", times=1))
    with Typist(switch) as hanging, Typist(switch) as other:
        hanging.read(">")
        hanging.type("show version\rshow vlan\r", "version\r\n")
        other.read(">")
        other.type("terminal length 0\rshow version\r", "0xF\\s+\\S+>")
        assert "show vlan" not in switch.lines
        assert len(switch.state.sessions) == 2
    eventually(lambda: not switch.state.sessions)


def test_faults_come_and_go_while_it_runs(start: Callable[..., LabSwitch]) -> None:
    switch = start()
    switch.set_faults(fault(FaultKind.SWALLOW))
    with Typist(switch) as typist:
        typist.read(">")
        typist.type("enable\r", ">")
        switch.set_faults()
        typist.type("enable\r", "Password: ")


def test_used_up_lines_refuse_the_next_session(start: Callable[..., LabSwitch]) -> None:
    switch = start(vty_lines=1)
    with Typist(switch) as typist:
        typist.read(">")
        with pytest.raises(NetmikoTimeoutException), netmiko(switch, conn_timeout=5):
            pass
    eventually(lambda: not switch.state.sessions)
    with netmiko(switch):
        pass
    connections = [entry.event for entry in switch.log if entry.kind == "connection"]
    assert connections[0] == "opened"
    assert "refused" in connections


def test_a_wrong_enable_secret(start: Callable[..., LabSwitch]) -> None:
    switch = start(fault(FaultKind.WRONG_ENABLE))
    with Typist(switch) as typist:
        typist.read(">")
        typist.type("enable\r", "Password: ")
        for _attempt in range(2):
            typist.type(switch.enable_secret.get_secret_value() + "\r", "Password: ")
        said = typist.type(switch.enable_secret.get_secret_value() + "\r", ">")
        assert "% Bad secrets" in said
    attempts = [entry for entry in switch.log if entry.method == "enable"]
    assert [attempt.accepted for attempt in attempts] == [False] * 3


def test_login_attempts_are_logged_without_the_password(start: Callable[..., LabSwitch]) -> None:
    switch = start()
    with pytest.raises(NetmikoAuthenticationException), netmiko(switch, password="geheim-77"):
        pass
    attempts = [entry for entry in switch.log if entry.kind == "auth"]
    assert {entry.password_received for entry in attempts} == {True}
    assert {entry.accepted for entry in attempts} == {False}
    assert not any("geheim-77" in entry.model_dump_json() for entry in switch.log)


def test_another_host_key_gets_no_password(start: Callable[..., LabSwitch], tmp_path: Path) -> None:
    """Fact 3: whoever checks the pinned key never sends a password to another one."""
    switch = start()
    pins = tmp_path / "known_hosts"
    pins.write_text(f"[{switch.host}]:{switch.port} {switch.host_key}\n")
    pinned = {"ssh_strict": True, "alt_host_keys": True, "alt_key_file": str(pins)}
    with netmiko(switch, **pinned):
        pass
    switch.set_faults(fault(FaultKind.OTHER_HOST_KEY))
    sent_before = len([entry for entry in switch.log if entry.kind == "auth"])
    with pytest.raises(NetmikoTimeoutException), netmiko(switch, **pinned):
        pass
    connections = [entry for entry in switch.log if entry.kind == "connection"]
    assert len(connections) == 2
    assert len([entry for entry in switch.log if entry.kind == "auth"]) == sent_before


def test_slow_answers(start: Callable[..., LabSwitch]) -> None:
    switch = start(answer_delay=0.05)
    with netmiko(switch) as connection:
        connection.send_config_set(LINES)
    assert (20, False) in switch.carries(PORT)


def test_a_privileged_login(start: Callable[..., LabSwitch]) -> None:
    with Typist(start(login_privilege=15)) as typist:
        typist.read("sw-nord-01#")


def test_paging_stops_until_a_key(start: Callable[..., LabSwitch]) -> None:
    with Typist(start()) as typist:
        typist.read(">")
        first = typist.type("show vlan\r", " --More-- ")
        assert first.count("\n") == 24  # the echo and a screen less one line
        assert typist.type("\r", " --More-- ").count("\n") == 1
        assert "Primary Secondary" in typist.type(" ", ">")
        typist.type("show vlan\r", " --More-- ")
        assert "Primary" not in typist.type("q", ">")


def test_keys_that_leave_the_configuration(start: Callable[..., LabSwitch]) -> None:
    switch = start()
    with Typist(switch) as typist:
        typist.enable()
        typist.type(f"configure terminal\rinterface {PORT}\r", r"config-if\)#")
        typist.type("description weg\x03", "01#")
        assert " description Raum 101" in switch.state.running_config
        typist.type(f"configure terminal\rinterface {PORT}\r", r"config-if\)#")
        typist.type("description nxu\x7f\x7feu\x1a", "01#")
        assert " description neu\n" in switch.state.running_config
        assert not switch.state.configuring


def test_a_question_mark_asks_and_is_no_text(start: Callable[..., LabSwitch]) -> None:
    switch = start()
    with Typist(switch) as typist:
        typist.enable()
        assert "revert" in typist.type("configure terminal ?", "#configure terminal ")
        typist.type(f"\rinterface {PORT}\r", r"config-if\)#")
        typist.type("description Was?\x16? \rend\r", "end\\s+\\S+#")
        assert " description Was?\n" in switch.state.running_config


def test_a_line_ends_at_254_characters(start: Callable[..., LabSwitch]) -> None:
    switch = start()
    with Typist(switch) as typist:
        typist.enable()
        typist.type(f"terminal width 0\rconfigure terminal\rinterface {PORT}\r", r"config-if\)#")
        typist.type("description " + "x" * 300 + "\rend\r", "end\\s+\\S+#")
    assert f" description {'x' * 242}\n" in switch.state.running_config


def test_abbreviations_and_filters(start: Callable[..., LabSwitch]) -> None:
    switch = start()
    with Typist(switch) as typist:
        typist.enable()
        typist.type("conf t\rint g1/0/1\rsw a v 20\rdo wr\rend\r", "end\\s+\\S+#")
        assert " switchport access vlan 20\n" in switch.state.startup_config
        said = typist.type("sh run | i access vlan\r", "01#")
        assert said.splitlines()[1:-1] == [" switchport access vlan 20"]
        assert "interface GigabitEthernet1/0/24" not in typist.type("sh ru int gi1/0/1\r", "01#")


def test_interface_ranges(start: Callable[..., LabSwitch]) -> None:
    extra = {f"GigabitEthernet1/0/{number}": () for number in range(1, 6)}
    switch = start(interfaces=extra)
    with netmiko(switch) as connection:
        connection.send_config_set(["interface range gi1/0/1 - 2 , gi1/0/4", "shutdown"])
    text = switch.state.running_config
    shut = [name for name in extra if f"interface {name}\n shutdown\n" in text]
    assert shut == [f"GigabitEthernet1/0/{number}" for number in (1, 2, 4)]


def test_banners(start: Callable[..., LabSwitch]) -> None:
    banners = ("banner login ^C", "Nur fuer Befugte", "^C", "banner motd ^C Guten Tag ^C")
    with Typist(start(extra_lines=banners)) as typist:
        assert typist.login_banner == "Nur fuer Befugte\n"
        assert "Guten Tag" in typist.read(">")


def test_it_runs_by_itself_until_its_input_ends(tmp_path: Path) -> None:
    seeds = {"folder": str(tmp_path), "seeds": [seed().model_dump(mode="json")]}
    (tmp_path / "seeds.json").write_text(json.dumps(seeds))
    command = [sys.executable, "-m", "provisioning.lab.ios", str(tmp_path / "seeds.json")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        word, ready = process.stdout.readline().split(" ", 1)
        assert word == "READY"
        assert json.loads(ready)["switches"]["sw-nord-01"]["port"] > 0
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_killed_emulator_is_told(start: Callable[..., LabSwitch], tmp_path: Path) -> None:
    with IosLab(tmp_path / "killed", [seed()]) as lab:
        os.kill(lab.pid, signal.SIGKILL)
        with pytest.raises(SchoolnetError, match="ended by themselves"):
            _state = lab["sw-nord-01"].state
