"""Everything the sample city's inventory holds on day one, persons excepted."""

from collections.abc import Iterator

from inventory.records.base import Record
from provisioning.lab.city import City
from provisioning.lab.city_devices import equip
from provisioning.lab.city_network import build_network, shared_network
from provisioning.lab.city_numbers import Numbers
from provisioning.lab.city_places import build_places


def city_records(city: City) -> Iterator[Record]:
    """The records, school by school; a record comes after those that it names.

    Persons are not among them: schools deliver them (see `exports`).
    """
    numbers = Numbers()
    shared = shared_network(city)
    yield from shared.records()
    for member in city.members:
        yield member.record
        places = build_places(city, member)
        yield from places.records()
        network = build_network(city, member, places, shared, numbers)
        yield from network.records()
        yield from equip(city, member, places, network, numbers)
