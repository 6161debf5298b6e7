"""Where a school of the sample city is: sites, buildings, rooms."""

from dataclasses import dataclass

from inventory.records.base import Record
from inventory.records.places import Building, Room, RoomUse, Site
from provisioning.lab.city import City, CitySchool

_TOWN, _POSTAL_CODE = "Musterstadt", "12345"
_ONE_SITE_UP_TO = 8
"""A school with more buildings has a second site."""

_FLOORS = ("EG", "1. OG", "2. OG")
_ROOMS_A_FLOOR = 4
_USES = (RoomUse.TECHNICAL, RoomUse.OFFICE, RoomUse.STAFF_ROOM, RoomUse.COMPUTER_ROOM)


@dataclass(frozen=True)
class Places:
    """A school's places; `rooms` holds the rooms of each building, the technical one first."""

    sites: tuple[Site, ...]
    buildings: tuple[Building, ...]
    rooms: tuple[tuple[Room, ...], ...]

    def records(self) -> list[Record]:
        """All of them, containers first."""
        return [*self.sites, *self.buildings, *(room for house in self.rooms for room in house)]


def build_places(city: City, member: CitySchool) -> Places:
    """The same for each city of this seed and scale."""
    count = city.amount(member.shape.buildings)
    names = ["Hauptstandort"] if count <= _ONE_SITE_UP_TO else ["Hauptstandort", "Nebenstandort"]
    sites = tuple(
        Site(
            id=city.record_id("site", member.slug, name),
            school=member.id,
            name=name,
            street=f"Am {member.slug.title()} {12 + 28 * number}",
            postal_code=_POSTAL_CODE,
            town=_TOWN,
        )
        for number, name in enumerate(names)
    )
    buildings = tuple(
        Building(
            id=city.record_id("building", member.slug, number),
            school=member.id,
            site=sites[number * len(sites) // count].id,
            name=f"Haus {_letters(number)}",
        )
        for number in range(count)
    )
    rooms = tuple(
        _rooms(city, member, building, _letters(number))
        for number, building in enumerate(buildings)
    )
    return Places(sites, buildings, rooms)


def _rooms(city: City, member: CitySchool, building: Building, letters: str) -> tuple[Room, ...]:
    return tuple(
        Room(
            id=city.record_id("room", building.id, floor, place),
            school=member.id,
            building=building.id,
            name=f"{letters}{floor}{place + 1:02}",
            floor=_FLOORS[floor],
            use=_USES[place] if floor == 0 else RoomUse.CLASSROOM,
        )
        for floor in range(len(_FLOORS))
        for place in range(_ROOMS_A_FLOOR)
    )


def _letters(number: int) -> str:
    """A, B, … Z, then AA: large schools at a large scale have more than 26 buildings."""
    rest, letter = divmod(number, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("A") + letter)
