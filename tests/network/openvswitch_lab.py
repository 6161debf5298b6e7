"""A lab switch as the inventory knows it, and sessions to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from inventory.records import Switch
from provisioning.lab.openvswitch import OpenVSwitch
from provisioning.network.platforms import platform
from provisioning.network.session import ConfigSession
from provisioning.network.settings import Login, NetworkSettings
from provisioning.network.state import SwitchState

SETTINGS = NetworkSettings(start_spread=0)


def login(switch: OpenVSwitch) -> Login:
    """What opens it."""
    return Login(username=switch.ssh.user, password=switch.ssh.password)


def record(switch: OpenVSwitch, name: str = "sw-1") -> Switch:
    """The record with the pinned host key; its credential is called by its name."""
    return Switch(
        name=name,
        platform="openvswitch",
        address=switch.ssh.address,
        port=switch.ssh.port,
        host_key=switch.ssh.host_key,
        credential=name,
    )


@contextmanager
def session(switch: OpenVSwitch) -> Iterator[ConfigSession]:
    """A session that may configure."""
    known = record(switch)
    with ConfigSession(known, platform(known.platform), login(switch), SETTINGS) as opened:
        yield opened


def read(opened: ConfigSession) -> SwitchState:
    """What the switch says it is."""
    return opened.platform.parse(opened.read())
