"""What stands in the rooms of the sample city: tablets, computers, displays, printers, switches."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from inventory.records.assets import Device
from inventory.records.places import Room, RoomUse
from provisioning.lab.city import City, CitySchool
from provisioning.lab.city_network import Network
from provisioning.lab.city_numbers import Numbers
from provisioning.lab.city_places import Places


class _Model(NamedTuple):
    """What a school buys. `share` of 100 devices; `uses`: rooms it stands in, none: it is lent.

    `vendor` are the first three bytes of its MAC address, `prefix` and `length` its serial.
    """

    share: int
    category: str
    manufacturer: str
    model: str
    vendor: str
    prefix: str
    length: int
    uses: tuple[RoomUse, ...]


_MODELS = (
    _Model(52, "tablet", "Apple", "iPad 10. Generation", "a4:83:e7", "DMP", 9, ()),
    _Model(16, "notebook", "Lenovo", "ThinkPad L13", "98:fa:9b", "PF", 6, ()),
    _Model(
        18, "pc", "HP", "ProDesk 400 G7", "3c:52:82", "8CG", 7,
        (RoomUse.COMPUTER_ROOM, RoomUse.OFFICE, RoomUse.STAFF_ROOM),
    ),
    _Model(8, "display", "Promethean", "ActivPanel 9", "00:15:5f", "AP9", 8, (RoomUse.CLASSROOM,)),
    _Model(
        6, "printer", "Kyocera", "ECOSYS M3645", "00:17:c8", "R4P", 7,
        (RoomUse.STAFF_ROOM, RoomUse.OFFICE),
    ),
)  # fmt: skip
_SWITCH_VENDOR, _SWITCH_PREFIX, _SWITCH_LENGTH = "00:1b:54", "FCW", 8
_BUYING_DAYS = 6 * 365


def equip(
    city: City, member: CitySchool, places: Places, network: Network, numbers: Numbers
) -> Iterator[Device]:
    """Every device of a school; the members of its switch stacks are among them."""
    dice = city.dice("devices", member.index)
    yield from _switch_hardware(city, network, numbers, dice)
    rooms: dict[RoomUse, list[Room]] = {}
    for room in (room for building in places.rooms for room in building):
        rooms.setdefault(room.use, []).append(room)
    wanted = round(city.amount(member.shape.devices) * dice.uniform(0.9, 1.1))
    counts: dict[str, int] = {}
    for _device in range(wanted - sum(network.members)):
        model = dice.choices(_MODELS, [model.share for model in _MODELS])[0]
        count = counts[model.category] = counts.get(model.category, 0) + 1
        serial = numbers.serial(model.prefix, model.length)
        yield Device(
            id=city.record_id("device", serial),
            serial=serial,
            inventory_number=numbers.inventory_number(),
            category=model.category,
            manufacturer=model.manufacturer,
            model=model.model,
            name=f"{member.slug}-{model.category}-{count:03}",
            mac=numbers.mac(model.vendor),
            school=member.id,
            room=dice.choice(rooms[dice.choice(model.uses)]).id if model.uses else "",
            purchased_on=_bought(city, dice),
        )


def _switch_hardware(
    city: City, network: Network, numbers: Numbers, dice: Random
) -> Iterator[Device]:
    for switch, members in zip(network.switches, network.members, strict=True):
        for place in range(1, members + 1):
            serial = numbers.serial(_SWITCH_PREFIX, _SWITCH_LENGTH)
            yield Device(
                id=city.record_id("device", serial),
                serial=serial,
                inventory_number=numbers.inventory_number(),
                category="switch",
                manufacturer="Cisco",
                model=switch.model,
                name=switch.name if members == 1 else f"{switch.name}-{place}",
                mac=numbers.mac(_SWITCH_VENDOR),
                school=switch.school,
                room=switch.room,
                purchased_on=_bought(city, dice),
                switch=switch.id,
                stack_member=place,
            )


def _bought(city: City, dice: Random) -> date:
    return date(city.first_year, 7, 31) - timedelta(days=dice.randrange(_BUYING_DAYS))
