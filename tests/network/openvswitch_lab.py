"""A lab switch as the inventory knows it, and sessions to it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from inventory.records import Interface, PortProfile, Record, Switch, Vlan
from inventory.records.base import Edit
from inventory.records.changes import Change
from inventory.records.network import NetworkRole, PortUse
from inventory.records.runs import Outcome
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer, create_store
from provisioning.lab.openvswitch import OpenVSwitch
from provisioning.network.executor import NetworkExecutor
from provisioning.network.planner import NetworkPlanner
from provisioning.network.platforms import platform
from provisioning.network.session import ConfigSession
from provisioning.network.settings import Login, NetworkSettings
from provisioning.network.state import SwitchState
from tests.network.support import Notebook, now, plan

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


class Network:
    """Switches with an inventory: plan and apply as the program does."""

    vlans: ClassVar = {NetworkRole.PEDAGOGIC: 10, NetworkRole.ADMINISTRATION: 20}

    def __init__(self, path: Path, switches: Mapping[str, OpenVSwitch]) -> None:
        self.records = {name: record(switch, name) for name, switch in switches.items()}
        self._logins = {name: login(switch) for name, switch in switches.items()}
        self._path = path
        create_store(path)
        self.sockets = PortProfile(
            name="classroom", use=PortUse.CLASSROOM_SOCKET, untagged=NetworkRole.PEDAGOGIC
        )
        self.offices = PortProfile(
            name="office", use=PortUse.OFFICE_SOCKET, untagged=NetworkRole.ADMINISTRATION
        )
        self.uplinks = PortProfile(name="uplink", use=PortUse.UPLINK, tagged=tuple(self.vlans))
        self._add(
            *self.records.values(),
            *(self.sockets, self.offices, self.uplinks),
            *(Vlan(role=role, vlan_id=vlan, name=role) for role, vlan in self.vlans.items()),
        )

    def give(self, switch: str, port: str, profile: PortProfile | None, **fields: str) -> None:
        """Enter an interface, with a profile or without."""
        given = profile.id if profile else ""
        owner = self.records[switch].id
        self._add(Interface(switch=owner, name=port, profile=given, **fields))

    def pin(self, switch: str, host_key: str) -> None:
        """Enter another host key for a switch."""
        before = self.records[switch]
        self.records[switch] = before.model_copy(update={"host_key": host_key})
        with Writer(self._path, now, "test") as writer:
            writer.edit([Edit(before, self.records[switch])])

    def plan(self) -> tuple[list[Change], list[str]]:
        """The changes, and what was not planned."""
        planner = NetworkPlanner(SETTINGS, self._logins)
        with SqliteReader(self._path) as reader:
            changes, notices = plan(planner, reader)
        return changes, [str(notice.message) for notice in notices]

    def apply(self, changes: Sequence[Change]) -> dict[str, Outcome]:
        """The outcome of each change by its key. Sealed configurations are in `sealed`."""
        self.sealed: dict[str, bytes] = {}
        executor = NetworkExecutor(
            SETTINGS,
            self._logins,
            {switch.id: switch for switch in self.records.values()},
            self.sealed.__setitem__,
            "run-1",
        )
        notebook = Notebook()
        for batch in executor.batches(changes):
            executor.execute(batch, notebook)
        return {key: result.outcome for key, result in notebook.results.items()}

    def _add(self, *records: Record) -> None:
        with Writer(self._path, now, "test") as writer:
            writer.edit([Edit(None, added) for added in records])
