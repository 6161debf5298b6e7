"""An inventory in a real store, emulated switches in it, and a recorder that remembers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from inventory.records import Interface, PortProfile, Switch, Vlan
from inventory.records.base import Edit, Record
from inventory.records.changes import Change, Notice
from inventory.records.network import NetworkRole, PortUse
from inventory.records.runs import ChangeResult, Outcome
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer, create_store
from provisioning.lab.ios import IosLab, LabSwitch
from provisioning.network.executor import NetworkExecutor
from provisioning.network.planner import NetworkPlanner
from provisioning.network.settings import Login, NetworkSettings

SETTINGS = NetworkSettings(
    start_spread=0, connect_timeout=20, read_timeout=20, configuration_timeout=20
)
SCHOOL = "school1"

VLANS = (
    Vlan(role=NetworkRole.PEDAGOGIC, vlan_id=10, name="PAED"),
    Vlan(role=NetworkRole.ADMINISTRATION, vlan_id=20, name="VERW"),
    Vlan(role=NetworkRole.GUEST, vlan_id=30, name="GAST"),
    Vlan(role=NetworkRole.VOIP, vlan_id=40, name="VOIP"),
    Vlan(role=NetworkRole.MANAGEMENT, vlan_id=99, name="MGMT"),
)
CLASSROOM = PortProfile(
    id="classroom", name="classroom", use=PortUse.CLASSROOM_SOCKET, untagged=NetworkRole.PEDAGOGIC
)
ACCESS_POINT = PortProfile(
    id="ap",
    name="access point",
    use=PortUse.ACCESS_POINT,
    untagged=NetworkRole.MANAGEMENT,
    tagged=(NetworkRole.PEDAGOGIC, NetworkRole.GUEST),
)
OFFICE = PortProfile(
    id="office",
    name="office",
    use=PortUse.OFFICE_SOCKET,
    untagged=NetworkRole.ADMINISTRATION,
    voice=NetworkRole.VOIP,
)
SHARED: tuple[Record, ...] = (*VLANS, CLASSROOM, ACCESS_POINT, OFFICE)


def now() -> datetime:
    """The clock of these tests."""
    return datetime(2026, 8, 1, tzinfo=UTC)


def inventory(folder: Path, records: Iterable[Record]) -> SqliteReader:
    """A store with these records, opened for reading."""
    path = folder / "store.sqlite"
    create_store(path)
    with Writer(path, now, "anna") as writer:
        writer.edit([Edit(None, record) for record in records])
    return SqliteReader(path)


def switch_record(switch: LabSwitch, **fields: object) -> Switch:
    """The record of an emulated switch, with its key pinned."""
    known = {
        "id": f"id-{switch.name}", "name": switch.name, "platform": "cisco_ios",
        "address": switch.host, "port": switch.port, "host_key": switch.host_key,
        "credential": switch.name, "school": SCHOOL,
    }  # fmt: skip
    return Switch.model_validate({**known, **fields})


def port(switch: Switch, name: str, profile: PortProfile, **fields: object) -> Interface:
    """The record of an interface with a profile."""
    known = {
        "id": f"{switch.id}-{name}", "switch": switch.id, "name": name, "profile": profile.id,
        "school": switch.school,
    }  # fmt: skip
    return Interface.model_validate({**known, **fields})


def logins(lab: IosLab) -> dict[str, Login]:
    """One credential a switch, named after it."""
    return {
        switch.name: Login(
            username=switch.username, password=switch.password, enable=switch.enable_secret
        )
        for switch in lab.switches
    }


def plan(planner: NetworkPlanner, reader: SqliteReader) -> tuple[list[Change], list[Notice]]:
    """One whole plan: read, want, compare."""
    return sort(planner.compare(planner.read(reader), planner.desired(reader)))


def sort(items: Iterable[Change | Notice]) -> tuple[list[Change], list[Notice]]:
    """Changes and notices apart."""
    every = list(items)
    return (
        [item for item in every if isinstance(item, Change)],
        [item for item in every if isinstance(item, Notice)],
    )


class Notebook:
    """A recorder that keeps everything in order."""

    def __init__(self) -> None:
        self.intents: list[str] = []
        self.results: dict[str, ChangeResult] = {}

    def observed(self, kind: str, record: str, school: str, facts: Mapping[str, JsonValue]) -> None:
        """Nothing is kept here."""

    def intend(self, changes: Sequence[Change]) -> None:
        self.intents += [change.key for change in changes]

    def result(
        self,
        change: Change,
        result: ChangeResult,
        edits: Sequence[Edit] = (),
        used_names: Sequence[bytes] = (),
    ) -> None:
        assert change.key not in self.results, "one result for each change"
        self.results[change.key] = result

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of each change, without the name of its switch."""
        return {key.split(" ", 1)[1]: result.outcome for key, result in self.results.items()}

    def messages(self) -> str:
        """All that was said."""
        return "\n".join(str(result.message) for result in self.results.values())


class Place:
    """One emulated lab with its inventory: plan and apply as often as wanted."""

    def __init__(self, lab: IosLab, reader: SqliteReader) -> None:
        self.lab = lab
        self.reader = reader
        self.settings = SETTINGS
        self.sealed: dict[str, bytes] = {}

    def planner(self) -> NetworkPlanner:
        return NetworkPlanner(self.settings, logins(self.lab))

    def executor(self) -> NetworkExecutor:
        switches = {switch.id: switch for switch in self.reader.records(Switch)}
        return NetworkExecutor(
            self.settings, logins(self.lab), switches, self.sealed.__setitem__, "run1"
        )

    def plan(self) -> tuple[list[Change], list[Notice]]:
        return plan(self.planner(), self.reader)

    def apply(self, changes: Iterable[Change]) -> Notebook:
        """Execute batch after batch."""
        executor, notebook = self.executor(), Notebook()
        for batch in executor.batches(changes):
            executor.execute(batch, notebook)
        executor.close()
        return notebook
