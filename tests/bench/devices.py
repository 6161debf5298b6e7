"""Many invented devices, and where they stand, for what is measured with a full store."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from inventory.records import Device, Record, Room, School
from inventory.records.base import derive_id
from inventory.records.places import SchoolType

SCHOOLS, ROOMS = 150, 40
_FIRST_DAY = date(2020, 8, 1)
_CATEGORIES = ("tablet", "notebook", "pc", "display", "printer")


def places() -> Iterator[Record]:
    """The schools and rooms that the devices name."""
    for school in range(SCHOOLS):
        yield School(
            id=_school(school),
            number=f"{150_000 + school}",
            name=f"Schule {school + 1}",
            school_type=SchoolType.GRUNDSCHULE,
        )
        for room in range(ROOMS):
            building = derive_id("building", str(school), str(room % 4))
            yield Room(
                id=_room(school, room), school=_school(school), building=building,
                name=f"R {room:03}",
            )  # fmt: skip


def devices(count: int) -> list[Device]:
    """Devices in no order, as they come from lists of many schools."""
    dice = random.Random(20261123)
    numbers = list(range(count))
    dice.shuffle(numbers)
    schools = [_school(school) for school in range(SCHOOLS)]
    rooms = [[_room(school, room) for room in range(ROOMS)] for school in range(SCHOOLS)]
    found = []
    for number in numbers:
        school = dice.randrange(SCHOOLS)
        category = dice.choice(_CATEGORIES)
        found.append(
            Device(
                id=derive_id("device", str(number)),
                serial=f"DMP{number:07X}{dice.randrange(16):X}",
                inventory_number=f"4711-{number:07}",
                category=category,
                manufacturer="Beispielwerk",
                model=f"{category.title()} {dice.randrange(2018, 2027)}",
                name=f"s{school:03}-{category}-{number % 1000:03}",
                mac=f"{0x02_5E_00_00_00_00 + number:012x}",
                school=schools[school],
                room=dice.choice(rooms[school]),
                purchased_on=_FIRST_DAY + timedelta(days=dice.randrange(2000)),
            )
        )
    return found


def _school(school: int) -> str:
    return derive_id("school", str(school))


def _room(school: int, room: int) -> str:
    return derive_id("room", str(school), str(room))
