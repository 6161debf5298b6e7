"""Ways to an emulated IOS switch for tests: netmiko, and a plain terminal."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko
from netmiko import ConnectHandler

from provisioning.lab.ios import IosLab, LabSwitch, SwitchSeed

DEADLINE = 20

PORT = "GigabitEthernet1/0/1"
UPLINK = "GigabitEthernet1/0/24"


def seed(name: str = "sw-nord-01", **fields: Any) -> SwitchSeed:
    """A switch with two VLANs, an access port and a trunk."""
    interfaces = {
        PORT: ("description Raum 101", "switchport access vlan 10", "switchport mode access"),
        UPLINK: ("switchport trunk allowed vlan 10,20,99", "switchport mode trunk"),
    }
    vlans = {10: "PAED", 20: "VERW", 99: "MGMT"}
    return SwitchSeed.model_validate(
        {"name": name, "interfaces": interfaces, "vlans": vlans, **fields}
    )


@contextmanager
def running(folder: Path, *seeds: SwitchSeed) -> Iterator[IosLab]:
    """The switches; afterwards the emulator must have had nothing to complain about."""
    with IosLab(folder, seeds) as lab:
        yield lab
    complaints = (folder / "emulator.err").read_text()
    assert complaints == "", complaints


@contextmanager
def netmiko(switch: LabSwitch, **arguments: Any) -> Iterator[Any]:
    """A netmiko connection in the privileged mode."""
    known: dict[str, Any] = {
        "device_type": "cisco_ios",
        "host": switch.host,
        "port": switch.port,
        "username": switch.username,
        "password": switch.password.get_secret_value(),
        "secret": switch.enable_secret.get_secret_value(),
    }
    with ConnectHandler(**(known | arguments)) as connection:
        connection.enable()
        yield connection


class Typist:
    """Somebody at a keyboard: types, and reads until something is on the screen."""

    def __init__(self, switch: LabSwitch) -> None:
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(paramiko.RejectPolicy())
        self._client.get_host_keys().add(
            f"[{switch.host}]:{switch.port}",
            "ssh-ed25519",
            paramiko.Ed25519Key(data=base64.b64decode(switch.host_key.split()[1])),
        )
        self._client.connect(
            switch.host,
            switch.port,
            switch.username,
            switch.password.get_secret_value(),
            allow_agent=False,
            look_for_keys=False,
        )
        self._switch = switch
        self._channel = self._client.invoke_shell()
        self._channel.settimeout(DEADLINE)

    def __enter__(self) -> "Typist":
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    @property
    def login_banner(self) -> str:
        """What the switch said before it asked for the password."""
        banner: bytes = self._client.get_transport().get_banner() or b""
        return banner.decode()

    def read(self, until: str) -> str:
        """What comes until the pattern matches at its end."""
        text = ""
        while not re.search(until + r"\Z", text):
            data = self._channel.recv(65536)
            assert data, f"the switch closed the session after {text!r}"
            text += data.decode()
        return text

    def type(self, keys: str, until: str = r"[>#]") -> str:
        """Type keys (a line needs its Return) and read."""
        self._channel.sendall(keys.encode())
        return self.read(until)

    def enable(self) -> None:
        """Into the privileged mode, without paging."""
        self.read(">")
        self.type("enable\r", "Password: ")
        self.type(self._switch.enable_secret.get_secret_value() + "\r", "#")
        self.type("terminal length 0\r", "#")

    def closed(self) -> bool:
        """Whether the switch ended the session; waits for it."""
        while self._channel.recv(65536):
            pass
        return True


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something holds, with a deadline."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)
