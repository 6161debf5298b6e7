"""A small city in a real store, for screens that read it. Everything in it is invented."""

from datetime import date, datetime, timedelta
from pathlib import Path

from inventory.records import (
    AccessPoint,
    Account,
    Building,
    Device,
    Enrolment,
    Interface,
    Person,
    PortProfile,
    Room,
    School,
    SchoolClass,
    Site,
    Switch,
)
from inventory.records.assets import DeviceStatus
from inventory.records.base import Edit, Record
from inventory.records.network import NetworkRole, PortUse
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer, create_store
from inventory.times import Clock, from_micros
from schoolnet.place import Place
from schoolnet.sources.accounts import StoredAccounts
from schoolnet.sources.records import StoredRecords
from tests.tui.fakes import MADE_AT

LONG = "N" * 300
WIDE = "漢字漢字 Löschzug"


class Ticking:
    """A clock that moves a minute with every look."""

    def __init__(self) -> None:
        self.now = from_micros(MADE_AT)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def records() -> list[Record]:
    """Two schools, rooms, devices, a switch with ports, a teacher with an account."""
    nord = School(id="nord", number="160010", name="Gym. Nord", school_type=SchoolType.GYMNASIUM)
    park = School(id="park", number="150020", name="GS Am Park", school_type=SchoolType.GRUNDSCHULE)
    return [
        nord, park,
        Site(id="site", school="nord", name="Hauptstelle"),
        Building(id="haus-b", school="nord", site="site", name="Haus B"),
        Room(id="b204", school="nord", building="haus-b", name="B204", floor="2. OG"),
        Room(id="b101", school="nord", building="haus-b", name="B101", floor="1. OG"),
        *(
            Device(
                id=f"d{n:03}", serial=f"DMPX{n:04}", category="tablet", model="Tablet 10",
                mac=f"02:5e:00:00:00:{n:02x}", school=("nord", "park")[n % 2],
                room="b204" if n % 4 == 0 else "", purchased_on=date(2025, 8, 1),
                status=DeviceStatus.MISSING if n == 7 else DeviceStatus.ACTIVE,
            )
            for n in range(60)
        ),
        Switch(
            id="sw", name="sw-nord-02", platform="cisco_ios", address="192.0.2.7", school="nord",
            room="b101", host_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ",
        ),
        Switch(id="new", name="sw-park-01", platform="cisco_ios", address="192.0.2.8",
               school="park"),
        PortProfile(id="pp", name="access-point", use=PortUse.ACCESS_POINT,
                    untagged=NetworkRole.ACCESS_POINTS, tagged=(NetworkRole.PEDAGOGIC,)),
        Interface(id="if14", school="nord", switch="sw", name="GigabitEthernet1/0/14",
                  profile="pp", description="AP-B204-1"),
        AccessPoint(id="ap", name="AP-B204-1", serial="FOC2417X0AB", mac="02:5e:01:00:00:01",
                    school="nord", room="b204", interface="if14"),
        Person(id="p1", school="nord", given_name="Erika", family_name="Muster"),
        Person(id="p2", school="nord", given_name=WIDE, family_name=LONG),
        Account(id="a1", person="p1", school="nord", user_name="erika.muster",
                state=AccountState.DISABLED),
        SchoolClass(id="c7b", school="nord", name="7b", grade=7),
        Enrolment(id="e1", person="p1", school="nord", role=Role.TEACHER, school_class="c7b",
                  school_year="2026/27"),
    ]  # fmt: skip


class City:
    """The store, and a hand that writes to it while others look."""

    def __init__(self, folder: Path, *, empty: bool = False) -> None:
        self.path = folder / "inventory.sqlite"
        self.clock: Clock = Ticking()
        self._readers: list[SqliteReader] = []
        create_store(self.path)
        if not empty:
            self.edit(*(Edit(None, record) for record in records()))

    def edit(self, *edits: Edit, actor: str = "anna", reason: str = "") -> None:
        """Write as somebody."""
        with Writer(self.path, self.clock, actor) as writer:
            writer.edit(edits, reason)

    def change(self, model: type[Record], record_id: str, **fields: object) -> None:
        """Change some fields of a record."""
        with SqliteReader(self.path) as reader:
            before = reader.get(model, record_id)
        assert before
        self.edit(Edit(before, before.model_copy(update=fields)))

    def remove(self, model: type[Record], record_id: str) -> None:
        """Remove a record."""
        with SqliteReader(self.path) as reader:
            self.edit(Edit(reader.get(model, record_id), None))

    def records(self) -> StoredRecords:
        """What the screens read, through a connection of their own."""
        self._readers.append(SqliteReader(self.path))
        return StoredRecords(self._readers[-1])

    def accounts(self) -> StoredAccounts:
        """The accounts of these people, as a place without settings has them."""
        settings = self.path.with_name("schoolnet.toml")
        settings.write_text('sealing_key = "file:sealing.key"\n', encoding="utf-8")
        settings.chmod(0o600)
        place = Place(self.path.parent, clock=self.clock)
        place.actor = "anna"
        return StoredAccounts(place)

    def close(self) -> None:
        """Close what was opened."""
        for reader in self._readers:
            reader.close()
