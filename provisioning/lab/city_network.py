"""The network of the sample city: city-wide intent, and each school's switches and Wi-Fi.

Most access interfaces have a profile, some are left unmanaged, uplinks are protected: a network
as it is found on day one, not as a textbook draws it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from inventory.records.assets import AccessPoint, Switch
from inventory.records.base import Record
from inventory.records.network import (
    Interface,
    NetworkRole,
    PortProfile,
    PortUse,
    Ssid,
    Vlan,
)
from inventory.records.places import Room, RoomUse
from provisioning.lab.city import City, CitySchool
from provisioning.lab.city_numbers import Numbers
from provisioning.lab.city_places import Places

_VLANS = {
    NetworkRole.PEDAGOGIC: (10, "PAED"),
    NetworkRole.ADMINISTRATION: (20, "VERW"),
    NetworkRole.GUEST: (30, "GAST"),
    NetworkRole.VOIP: (40, "VOIP"),
    NetworkRole.PRINTERS: (50, "DRUCK"),
    NetworkRole.ACCESS_POINTS: (60, "AP"),
    NetworkRole.MANAGEMENT: (99, "MGMT"),
}
_UPLINKS = ("TenGigabitEthernet1/1/1", "TenGigabitEthernet1/1/2")
_MODELS = {24: "C9200-24P", 48: "C9200-48P"}
_ACCESS_POINT_MODEL, _ACCESS_POINT_VENDOR = "AP-515", "20:a6:cd"
_STACKED = 0.05
_UNMANAGED = 0.12
_PRINTERS = 0.08


@dataclass(frozen=True)
class SharedNetwork:
    """What holds for all schools: the VLAN of each role, and the port profiles by name."""

    vlans: tuple[Vlan, ...]
    profiles: dict[str, PortProfile]

    def records(self) -> list[Record]:
        """All of them."""
        return [*self.vlans, *self.profiles.values()]


@dataclass(frozen=True)
class Network:
    """One school's network. `members` counts the devices of each switch (a stack has two)."""

    ssids: tuple[Ssid, ...]
    switches: tuple[Switch, ...]
    members: tuple[int, ...]
    interfaces: tuple[Interface, ...]
    access_points: tuple[AccessPoint, ...]

    def records(self) -> list[Record]:
        """All of them, in the order in which they name each other."""
        return [*self.ssids, *self.switches, *self.interfaces, *self.access_points]


class _Socket(NamedTuple):
    """Where an interface ends and what for; without a profile nobody manages it yet."""

    room: Room
    profile: PortProfile | None


def shared_network(city: City) -> SharedNetwork:
    """VLANs and profiles of the whole city."""
    role = NetworkRole
    vlans = tuple(
        Vlan(id=city.record_id("vlan", use), role=use, vlan_id=vlan_id, name=name)
        for use, (vlan_id, name) in _VLANS.items()
    )
    profiles = (
        PortProfile(name="classroom", use=PortUse.CLASSROOM_SOCKET, untagged=role.PEDAGOGIC),
        PortProfile(
            name="office",
            use=PortUse.OFFICE_SOCKET,
            untagged=role.ADMINISTRATION,
            voice=role.VOIP,
        ),
        PortProfile(name="printer", use=PortUse.OTHER, untagged=role.PRINTERS),
        PortProfile(
            name="access-point",
            use=PortUse.ACCESS_POINT,
            untagged=role.ACCESS_POINTS,
            tagged=(role.PEDAGOGIC, role.GUEST),
            poe=True,
        ),
    )
    return SharedNetwork(
        vlans,
        {
            profile.name: profile.model_copy(
                update={"id": city.record_id("port_profile", profile.name)}
            )
            for profile in profiles
        },
    )


def build_network(
    city: City, member: CitySchool, places: Places, shared: SharedNetwork, numbers: Numbers
) -> Network:
    """One school's network; every access point hangs on an interface of its own building."""
    dice = city.dice("network", member.index)
    switches = tuple(
        _switch(city, member, places.rooms[number % len(places.rooms)][0], number, dice)
        for number in range(city.amount(member.shape.switches))
    )
    members = tuple(2 if dice.random() < _STACKED else 1 for _switch in switches)
    wanted = city.amount(member.shape.access_points)
    interfaces: list[Interface] = []
    access_points: list[AccessPoint] = []
    for number, switch in enumerate(switches):
        rooms = places.rooms[number % len(places.rooms)]
        mine = wanted // len(switches) + (number < wanted % len(switches))
        for place, port in enumerate(_port_names(switch, members[number])):
            if place < mine:
                socket = _Socket(
                    rooms[(place * 5 + 4) % len(rooms)], shared.profiles["access-point"]
                )
            else:
                socket = _socket(rooms, shared, dice)
            interfaces.append(_interface(city, switch, port, socket))
            if place < mine:
                access_points.append(
                    _access_point(city, member, interfaces[-1], len(access_points) + 1, numbers)
                )
        interfaces.extend(_uplink(city, switch, port) for port in _UPLINKS)
    return Network(
        tuple(_ssids(city, member)), switches, members, tuple(interfaces), tuple(access_points)
    )


def _switch(city: City, member: CitySchool, room: Room, number: int, dice: Random) -> Switch:
    name = f"sw-{member.slug}-{number + 1:02}"
    return Switch(
        id=city.record_id("switch", name),
        name=name,
        platform="cisco_ios",
        address=f"10.{member.index // 250}.{member.index % 250}.{number + 10}",
        model=_MODELS[24 if dice.random() < 0.6 else 48],
        school=member.id,
        room=room.id,
    )


def _port_names(switch: Switch, members: int) -> Iterator[str]:
    """The access interfaces; IOS counts them anew in every member of a stack."""
    for chassis in range(1, members + 1):
        for port in range(1, (24 if switch.model == _MODELS[24] else 48) + 1):
            yield f"GigabitEthernet{chassis}/0/{port}"


def _interface(city: City, switch: Switch, name: str, socket: _Socket) -> Interface:
    profile = socket.profile
    return Interface(
        id=city.record_id("interface", switch.name, name),
        school=switch.school,
        switch=switch.id,
        name=name,
        profile=profile.id if profile else "",
        description=f"Raum {socket.room.name}" if profile else "",
        room=socket.room.id if profile else "",
    )


def _uplink(city: City, switch: Switch, name: str) -> Interface:
    return Interface(
        id=city.record_id("interface", switch.name, name),
        school=switch.school,
        switch=switch.id,
        name=name,
        description="Uplink",
        room=switch.room,
        protected=True,
    )


def _socket(rooms: tuple[Room, ...], shared: SharedNetwork, dice: Random) -> _Socket:
    room = dice.choice(rooms)
    if dice.random() < _UNMANAGED or room.use is RoomUse.TECHNICAL:
        return _Socket(room, None)
    if dice.random() < _PRINTERS:
        return _Socket(room, shared.profiles["printer"])
    office = room.use in {RoomUse.OFFICE, RoomUse.STAFF_ROOM}
    return _Socket(room, shared.profiles["office" if office else "classroom"])


def _access_point(
    city: City, member: CitySchool, interface: Interface, number: int, numbers: Numbers
) -> AccessPoint:
    name = f"ap-{member.slug}-{number:02}"
    return AccessPoint(
        id=city.record_id("access_point", name),
        name=name,
        serial=numbers.serial("CNJ", 7),
        mac=numbers.mac(_ACCESS_POINT_VENDOR),
        model=_ACCESS_POINT_MODEL,
        school=member.id,
        room=interface.room,
        interface=interface.id,
    )


def _ssids(city: City, member: CitySchool) -> Iterator[Ssid]:
    for suffix, role in (("Lernen", NetworkRole.PEDAGOGIC), ("Gast", NetworkRole.GUEST)):
        yield Ssid(
            id=city.record_id("ssid", member.slug, suffix),
            school=member.id,
            name=f"{member.slug[:20]}-{suffix}",
            role=role,
        )
